package dev.crmkit

import dev.crmkit.model.*
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows

class ErrorsTest {
    /** An error of every kind but a defect. */
    private fun errors(fixture: Fixture): List<CrmException> {
        val me = fixture.me
        val made = me.customers().create(company())
        me.users().create(NewUser("wang", "王", Role.SALES_REP))
        val rep = fixture.crm.session("wang")
        val calls = listOf(
            { me.customers().create(company().copy(name = "")) },
            { me.customers().get("CRM202405019999") },
            { me.customers().create(company()) },
            { rep.customers().create(company()) },
            { me.customers().update(made.number, 7, listOf(CustomerEdit.Note("x"))) },
            { me.users().update(fixture.lin.id, 1, listOf(UserEdit.Active(false))) },
            { rep.teams().create(NewTeam("华南")) },
            { fixture.crm.close().run { me.customers().count() } },
        )
        return calls.map { assertThrows<CrmException> { it() } }
    }

    @Test
    fun `an error says the same in the other language as a database of that language says`() {
        val chinese = Fixture().use { errors(it) }
        val english = Fixture(language = Language.EN).use { errors(it) }
        for ((zh, en) in chinese zip english) {
            assertEquals(zh.detail, zh.message(Language.ZH))
            assertEquals(en.detail, zh.message(Language.EN))
            assertEquals(zh.detail, en.message(Language.ZH))
            assertNotEquals(zh.detail, en.detail)
        }
        assertEquals(ErrorKind.entries.toSet() - ErrorKind.INTERNAL, chinese.map { it.kind }.toSet())
    }

    @Test
    fun `a defect says so in the other language too`() {
        val broken = object : CrmClock {
            override fun now() = error("no time")
        }
        val error = assertThrows<CrmException.Internal> { Crm.open(":memory:", clock = broken) }
        assertEquals(error.detail, error.message(Language.ZH))
        assertEquals("internal error (${error.reason})", error.message(Language.EN))
    }
}
