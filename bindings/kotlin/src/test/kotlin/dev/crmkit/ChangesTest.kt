package dev.crmkit

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

@OptIn(ExperimentalCoroutinesApi::class)
class ChangesTest {
    private val fixture = Fixture()

    @AfterEach
    fun close() = fixture.close()

    /** Counts how often it is asked. */
    private class Asked(crm: CrmInterface, var times: Int = 0) : CrmInterface by crm {
        var now = 1L

        override fun version(): Long {
            times++
            return now
        }
    }

    @Test
    fun `it is asked no oftener than told, tells each version once, and stops when nobody collects`() = runTest {
        val crm = Asked(fixture.crm)
        val told = mutableListOf<Long>()
        val collecting = launch { crm.changes(1.seconds, StandardTestDispatcher(testScheduler)).collect { told += it } }
        runCurrent()
        assertEquals(listOf(1L) to 1, told to crm.times)
        advanceTimeBy(3_500.milliseconds)
        assertEquals(listOf(1L) to 4, told to crm.times)
        crm.now = 2
        advanceTimeBy(1.seconds)
        assertEquals(listOf(1L, 2L) to 5, told to crm.times)
        collecting.cancelAndJoin()
        advanceTimeBy(10.seconds)
        assertEquals(5, crm.times)
    }

    @Test
    fun `who is slow gets the last one only`() = runTest {
        val crm = Asked(fixture.crm)
        val told = mutableListOf<Long>()
        val collecting = launch {
            crm.changes(1.seconds, StandardTestDispatcher(testScheduler)).collect {
                told += it
                delay(5_500.milliseconds)
            }
        }
        repeat(6) {
            advanceTimeBy(1.seconds)
            crm.now++
        }
        runCurrent()
        collecting.cancelAndJoin()
        assertEquals(listOf(1L, 6L), told)
    }

    @Test
    fun `what is entered is told, off the thread of who collects, until the database is closed`() = runBlocking {
        val crm = fixture.crm
        val first = crm.changes(1.milliseconds).first()
        fixture.me.customers().create(company())
        assertNotEquals(first, crm.changes(1.milliseconds).first())
        val all = launch { crm.changes(1.milliseconds).toList() }
        delay(20)
        crm.close()
        all.join()
        assertEquals(emptyList<Long>(), crm.changes(1.milliseconds).toList())
        assertThrows<IllegalArgumentException> { crm.changes(Duration.ZERO) }
        Unit
    }

    @Test
    fun `a pause is gone through`(@TempDir folder: Path) = runBlocking {
        Fixture(folder.resolve("crm.db").toString()).use { kept ->
            kept.crm.pause()
            val next = async { kept.crm.changes(1.milliseconds).first() }
            delay(20)
            assertFalse(next.isCompleted)
            kept.crm.resume()
            assertEquals(kept.crm.version(), next.await())
        }
    }

    @Test
    fun `what changes for somebody is told once, from a cursor on`() = runBlocking {
        val me = fixture.me
        val cursor = me.changesSince().cursor
        val entered = me.customers().create(company())
        val told = me.changes(1.milliseconds, cursor).first()
        assertEquals(listOf("customer" to entered.number), told.items.map { it.entity to it.key })
        assertFalse(told.reset)
        val next = async { me.changes(1.milliseconds, told.cursor).first() }
        delay(20)
        assertFalse(next.isCompleted, "nothing new")
        me.customers().archive(entered.number, "重复录入")
        assertEquals(listOf(entered.number), next.await().items.map { it.key })
        val all = launch { me.changes(1.milliseconds).toList() }
        delay(20)
        fixture.crm.close()
        all.join()
        assertThrows<IllegalArgumentException> { me.changes(Duration.ZERO) }
        Unit
    }

    @Test
    fun `opened off the thread`() = runBlocking {
        Crm.opened(":memory:").use { assertEquals(false, it.io { isSetUp() }) }
    }
}
