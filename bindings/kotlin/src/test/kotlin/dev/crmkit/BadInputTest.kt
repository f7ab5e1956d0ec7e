package dev.crmkit

import dev.crmkit.model.*
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.charset.CharacterCodingException
import java.nio.file.Path
import java.time.Instant
import java.time.LocalDate
import kotlin.io.path.writeText

/** No input crashes: each gets a typed error, and the next call works. */
class BadInputTest {
    private val fixture = Fixture()
    private val me = fixture.me

    @AfterEach
    fun close() {
        assertEquals("CRM202405010001", me.customers().create(company()).number, "nothing was stored")
        fixture.close()
    }

    private fun refused(new: NewCustomer): Pair<String, List<String>> {
        val error = assertThrows<CrmException.Invalid> { me.customers().create(new) }
        return error.code to error.fields
    }

    @Test
    fun `texts of every kind`() {
        assertEquals("field.nul" to listOf("name"), refused(company().copy(name = "a\u0000b")))
        assertEquals("field.too_long" to listOf("name"), refused(company().copy(name = "很".repeat(1_000_000))))
        assertEquals("phone.invalid" to listOf("phones"), refused(company(phone = "电话")))
        assertEquals("choice.unknown" to listOf("industry"), refused(company().copy(industry = Choice("🚀"))))
        for (key in listOf("", "CRM", "CRM20240230001", "' or 1=1 --", "\u0000", "👨‍👩‍👧‍👦".repeat(1000))) {
            assertEquals(key, assertThrows<CrmException.NotFound> { me.customers().get(key) }.key)
        }
    }

    @Test
    fun `half a character does not even reach the library`() {
        assertThrows<CharacterCodingException> { me.customers().get("\uD83D") }
        assertThrows<CharacterCodingException> { me.customers().create(company().copy(name = "示例\uD83D")) }
    }

    @Test
    fun `dates and instants that the calendar of the library does not have`() {
        for (day in listOf(LocalDate.MIN, LocalDate.MAX)) {
            assertEquals("date.invalid", refused(company().copy(firstContact = day)).first)
        }
        for (at in listOf(Instant.MIN, Instant.MAX)) {
            assertEquals("date.invalid", refused(company().copy(leadAt = at)).first)
        }
    }

    @Test
    fun `an identifier that is none names nothing`() {
        val error = assertThrows<CrmException.NotFound> { me.contacts().get("nonsense") }
        assertEquals("not_found" to "nonsense", error.code to error.key)
        assertEquals("找不到：… / not found: …", error.detail)
        assertEquals("owner.unknown", assertThrows<CrmException.Invalid> { me.customers().create(company().copy(owner = "nobody")) }.code)
        assertThrows<CrmException.NotFound> { me.imports().undo("") }
    }

    @Test
    fun `what is logged by habit has no data of customers`() {
        val secrets = listOf("张三示例有限公司", "1391234567x")
        val named = company(secrets[0], "13912345678")
        Fixture().use { other ->
            val customers = other.me.customers()
            val number = customers.create(named).number
            val calls = listOf(
                { customers.create(named) },
                { customers.create(company(phone = secrets[1]).copy(industry = Choice(secrets[0]), owner = secrets[0])) },
                { customers.get(secrets[0]) },
                { customers.list(CustomerQuery(owner = secrets[0])) },
                { other.me.contacts().get(secrets[0]) },
            )
            val errors = calls.map { assertThrows<CrmException> { it() } }
            for (error in errors) {
                assertEquals("${error.code}: ${error.detail}", error.message)
                assertEquals(error.message, error.localizedMessage)
                val logged = "$error ${error.message} ${error.detail} ${error.stackTraceToString()}"
                assertTrue(secrets.none { it in logged }, logged)
            }
            assertEquals("该客户可能已存在，请确认是否合并（$number）", errors[0].detail)
            assertEquals(secrets[0], (errors[0] as CrmException.Duplicate).matches.single().name)
            assertEquals(secrets[0], (errors[2] as CrmException.NotFound).key)
        }
    }

    @Test
    fun `numbers at their ends`() {
        assertThrows<CrmException.NotFound> { me.customers().update("CRM202405010001", Long.MAX_VALUE, emptyList()) }
        assertEquals("page.limit", assertThrows<CrmException> { me.customers().list(page = PageRequest(limit = Int.MAX_VALUE)) }.code)
        assertEquals(emptyList<Audit>(), me.audit().list(after = Long.MAX_VALUE, limit = 1000))
    }

    @Test
    fun `a file that is no database`(@TempDir folder: Path) {
        val path = folder.resolve("crm.db").also { it.writeText("not a database, but long enough to be one. ".repeat(100)) }
        val error = assertThrows<CrmException.Storage> { Crm.open(path.toString()) }
        assertTrue(error.code in listOf("storage.not_ours", "storage.corrupt"), error.code)
        assertThrows<CrmException.Storage> { Crm.open(folder.resolve("none/crm.db").toString()) }
    }

    @Test
    fun `a clock that throws is a typed error, not a crash`() {
        val broken = object : CrmClock {
            override fun now(): Instant = error("no time")
        }
        assertEquals("internal", assertThrows<CrmException.Internal> { Crm.open(":memory:", clock = broken) }.code)
    }
}
