package dev.crmkit

import com.sun.management.ThreadMXBean
import dev.crmkit.model.Address
import dev.crmkit.model.AddressKind
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.lang.management.ManagementFactory

/** What a call leaves to the garbage collector. */
class GarbageTest {
    private val threads = ManagementFactory.getThreadMXBean() as ThreadMXBean

    private fun perCall(call: () -> Unit): Long {
        repeat(3_000) { call() }
        val times = 2_000
        @Suppress("DEPRECATION")
        val thread = Thread.currentThread().id
        val before = threads.getThreadAllocatedBytes(thread)
        repeat(times) { call() }
        return (threads.getThreadAllocatedBytes(thread) - before) / times
    }

    @Test
    fun `a customer by number leaves eight kilobytes at the most, itself among them`() = Fixture().use { fixture ->
        val customers = fixture.me.customers()
        val address = Address(AddressKind.BUSINESS, "江苏省", "苏州市", "姑苏区", "人民路1号")
        val number = customers.create(company().copy(addresses = listOf(address))).number
        val bytes = perCall { customers.get(number) }
        println("garbage of a get: $bytes bytes")
        assertTrue(bytes <= 8_192, "$bytes bytes")
    }
}
