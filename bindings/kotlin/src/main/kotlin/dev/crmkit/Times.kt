package dev.crmkit

import java.time.Instant

/** A clock that stands still, for tests and examples. */
class FixedClock(private val instant: Instant) : Clock {
    override fun now(): Instant = instant
}

/** Milliseconds since 1970; beyond what they can tell, a number that the library refuses as no instant. */
internal fun milliseconds(instant: Instant): Long =
    try {
        instant.toEpochMilli()
    } catch (_: ArithmeticException) {
        if (instant.isBefore(Instant.EPOCH)) Long.MIN_VALUE else Long.MAX_VALUE
    }
