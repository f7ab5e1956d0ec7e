package dev.crmkit

import java.time.Instant
import java.time.LocalDate

/** A clock that stands still, for tests and examples. */
class FixedClock(private val instant: Instant) : CrmClock {
    override fun now(): Instant = instant
}

/** Milliseconds since 1970; beyond what they can tell, a number that the library refuses as no instant. */
internal fun milliseconds(instant: Instant): Long =
    try {
        instant.toEpochMilli()
    } catch (_: ArithmeticException) {
        if (instant.isBefore(Instant.EPOCH)) Long.MIN_VALUE else Long.MAX_VALUE
    }

/** A day as `2024-05-01`. Java's own reading of it leaves a kilobyte of garbage; it reads the years that have other forms. */
internal fun day(text: String): LocalDate {
    if (text.length != 10 || text[0] !in '0'..'9') return LocalDate.parse(text)
    fun number(from: Int, until: Int): Int {
        var number = 0
        for (at in from until until) number = number * 10 + (text[at] - '0')
        return number
    }
    return LocalDate.of(number(0, 4), number(5, 7), number(8, 10))
}
