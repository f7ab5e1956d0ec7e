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
    private val heap = ManagementFactory.getMemoryMXBean()

    /** What a call takes of the heap. */
    private fun taken(call: () -> Unit): Long {
        // The JIT has to have seen it often enough.
        repeat(20_000) { call() }
        val times = 2_000
        @Suppress("DEPRECATION")
        val thread = Thread.currentThread().id
        val before = threads.getThreadAllocatedBytes(thread)
        repeat(times) { call() }
        return (threads.getThreadAllocatedBytes(thread) - before) / times
    }

    /** What of that is the answer itself. */
    private fun kept(call: () -> Any): Long {
        val times = 5_000
        val answers = arrayOfNulls<Any>(times)
        val before = used()
        for (place in answers.indices) answers[place] = call()
        return (used() - before) / answers.count { it != null }
    }

    /** What is used of the heap when what earlier tests have let go of is gone: their cleaners run between two collections. */
    private tailrec fun used(last: Long = Long.MAX_VALUE): Long {
        System.gc()
        val now = heap.heapMemoryUsage.used
        return if (last - now < 10_000) now else used(now)
    }

    @Test
    fun `a customer by number leaves two kilobytes at the most, besides itself`() = Crm.open(":memory:").use { crm ->
        // By the library's own clock: one of the host's is asked at each call, by JNA.
        crm.setUp("lin", "林")
        val customers = crm.session("lin").customers()
        val address = Address(AddressKind.BUSINESS, "江苏省", "苏州市", "姑苏区", "人民路1号")
        val number = customers.create(company().copy(addresses = listOf(address))).number
        val taken = taken { customers.get(number) }
        // What others let go of between two looks at the heap makes it less, never more.
        val kept = (1..5).maxOf { kept { customers.get(number) } }
        println("a get: $taken bytes, of which the customer is $kept")
        assertTrue(taken - kept <= 2_048, "$taken bytes, of which the customer is $kept")
    }
}
