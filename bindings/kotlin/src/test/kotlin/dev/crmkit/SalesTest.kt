package dev.crmkit

import dev.crmkit.example.sales
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import java.time.Instant

/** The day in `examples/kotlin/Sales.kt`, which asserts what it says. */
class SalesTest {
    @Test
    fun `a salesperson's day is as the example says`() = runBlocking { sales(FixedClock(Instant.parse("2024-05-15T01:00:00Z"))) }
}
