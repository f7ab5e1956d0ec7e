package dev.crmkit

import dev.crmkit.model.*
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import java.time.LocalDate

/** Contacts, people, permissions, pick lists and the log. */
class DeskTest {
    private val fixture = Fixture()
    private val crm = fixture.crm
    private val me = fixture.me

    @AfterEach
    fun close() = fixture.close()

    @Test
    fun `r3_1 the first contact is primary, until another is`() {
        val customer = me.customers().create(company()).number
        val contacts = me.contacts()
        val fang = contacts.add(customer, NewContact("王芳", mobile = "13912345678", title = "采购经理", email = "fang@example.com"))
        val qiang = contacts.add(customer, NewContact(name = "陈强", mobile = "13812345678"))
        assertTrue(fang.primary)
        assertFalse(qiang.primary)
        assertEquals("+8613912345678", fang.mobileE164)

        val promoted = contacts.update(qiang.id, qiang.revision, listOf(ContactEdit.Primary(true), ContactEdit.Wechat("qiang")))
        assertEquals("qiang", promoted.wechat)
        assertEquals(listOf("陈强" to true, "王芳" to false), contacts.list(customer).map { it.name to it.primary })
        val refused = assertThrows<CrmException> { contacts.update(qiang.id, promoted.revision, listOf(ContactEdit.Primary(false))) }
        assertEquals("contact.primary_needed", refused.code)
        assertEquals(promoted, contacts.get(qiang.id))
        val wrong = assertThrows<CrmException.Invalid> { contacts.add(customer, NewContact("", mobile = "021-55550199")) }
        assertEquals(listOf("contact.name", "contact.mobile"), wrong.problems.map { it.field })
    }

    @Test
    fun `r8_2 what a rep may not see does not exist for them`() {
        val east = me.teams().create(NewTeam("华东"))
        val wang = me.users().create(NewUser("wang", "王", Role.SALES_REP, team = east.id, birthday = LocalDate.of(1990, 5, 8)))
        assertEquals(LocalDate.of(1990, 5, 8), wang.birthday)
        me.users().create(NewUser("zhao", "赵", Role.SALES_REP))
        val rep = crm.session("WANG")
        assertEquals(wang, rep.user())
        val own = rep.customers().create(company())
        val hidden = me.customers().create(company("北京远洋贸易有限公司", "010-55550100")).number

        val missing = assertThrows<CrmException.NotFound> { rep.customers().get(hidden) }
        assertEquals("not_found" to hidden, missing.code to missing.key)
        assertEquals(listOf(own.number), rep.customers().list().items.map { it.number })
        val duplicate = assertThrows<CrmException.Duplicate> { crm.session("zhao").customers().create(company()) }
        assertEquals("customer.duplicate_hidden", duplicate.code)
        assertEquals(listOf("王"), duplicate.hiddenOwners)
        assertEquals("access.denied", assertThrows<CrmException.Denied> { rep.teams().create(NewTeam("华南")) }.code)
        assertEquals("access.denied", assertThrows<CrmException.Denied> { rep.audit().list() }.code)
    }

    @Test
    fun `r8_6 only what is named of a user changes, and a stale revision is a conflict`() {
        val east = me.teams().create(NewTeam("华东"))
        val sun = me.users().create(NewUser("sun", "孙", Role.SUPERVISOR, team = east.id))
        assertEquals(sun.id, me.teams().list().single().head)
        val named = me.teams().update(east.id, east.revision, listOf(TeamEdit.Name("华东一部"), TeamEdit.Head(sun.id)))
        assertEquals("华东一部", named.name)

        val moved = me.users().update(sun.id, 1uL, listOf(UserEdit.Team(null), UserEdit.Phone("13912345678")))
        assertNull(moved.team)
        assertEquals(moved, me.users().get("SUN"))
        assertEquals(listOf("lin", "sun"), me.users().list().map { it.login })
        val stale = assertThrows<CrmException.Conflict> { me.users().update(sun.id, 1uL, listOf(UserEdit.Name("x"))) }
        assertEquals(2uL, stale.revision)
        val last = assertThrows<CrmException.Rule> { me.users().update(fixture.lin.id, 1uL, listOf(UserEdit.Active(false))) }
        assertEquals("people.last_admin", last.code)
        assertEquals(last.problem.message(Language.ZH), last.detail)

        val taken = assertThrows<CrmException> { me.users().create(NewUser("SUN", "孙二", Role.SALES_REP)) }
        assertEquals("login.taken" to listOf("login"), taken.code to taken.fields)
        me.users().update(sun.id, 2uL, listOf(UserEdit.Active(false)))
        assertEquals("access.inactive", assertThrows<CrmException.Denied> { crm.session("sun") }.code)
    }

    @Test
    fun `r2_3 pick lists are data`() {
        val lists = me.pickLists()
        val source = lists.list(PickList.SOURCE).first()
        assertEquals("展会推广" to "Exhibition", source.label(Language.ZH) to source.label(Language.EN))
        val drones = PickEntry(PickList.INDUSTRY, "drones", "无人机", "Drones", position = 11u, retired = false)
        assertEquals(drones, lists.put(drones))
        assertEquals("drones", me.customers().create(company().copy(industry = Choice("无人机"))).industry.code)
        lists.put(drones.copy(retired = true))
        val retired = assertThrows<CrmException> { me.customers().check(company().copy(industry = Choice("drones"))) }
        assertEquals("choice.retired", retired.code)
    }

    @Test
    fun `r8_5 every change and refusal is in the log, which verifies`() {
        val made = me.customers().create(company())
        me.customers().update(made.number, 1uL, listOf(CustomerEdit.Note("要发票")))
        me.users().create(NewUser("wang", "王", Role.SALES_REP))
        assertThrows<CrmException.Denied> { crm.session("wang").teams().create(NewTeam("华南")) }
        val entries = me.audit().list()
        val kinds = listOf(AuditKind.SET_UP, AuditKind.CUSTOMER_ADDED, AuditKind.CUSTOMER_EDITED, AuditKind.USER_ADDED, AuditKind.REFUSED)
        assertEquals(kinds, entries.map { it.kind })
        assertEquals(EntityRef("customer", made.number), entries[2].about)
        assertEquals(fixture.lin.id to NOON, entries[2].actor to entries[2].at)
        assertTrue(entries[2].after!!.contains("要发票"))
        assertEquals(listOf(3uL), me.audit().list(after = 2uL, limit = 1u).map { it.seq })

        val head = me.audit().head()
        assertEquals(Verification(5uL, null), me.audit().verify(head))
        assertNotNull(me.audit().verify(AuditHead(head.seq, "00")).brokenAt)
    }

    @Test
    fun `set-up comes first, and once`() {
        open(":memory:", language = Language.EN).use { empty ->
            assertFalse(empty.isSetUp())
            val needed = assertThrows<CrmException> { empty.session("lin") }
            assertEquals("setup.needed", needed.code)
            assertEquals("set_up has not been called yet", needed.detail)
            assertEquals("setup.needed", assertThrows<CrmException> { empty.system() }.code)
        }
        assertEquals("setup.done", assertThrows<CrmException> { crm.setUp("lin", "林") }.code)
        assertEquals("not_found", assertThrows<CrmException.NotFound> { crm.session("nobody") }.code)
        assertNull(crm.system().user())
    }

    @Test
    fun `the settings are those of open`() {
        open(":memory:", "Asia/Taipei", Region.TW, Language.EN).use {
            assertEquals(Settings("Asia/Taipei", Region.TW, Language.EN), it.settings())
        }
        assertEquals(Settings("Asia/Shanghai", Region.CN, Language.ZH), crm.settings())
        val wrong = assertThrows<CrmException> { open(":memory:", timeZone = "Mars/Olympus") }
        assertEquals("setting.invalid" to listOf("time_zone"), wrong.code to wrong.fields)
        val upsideDown = assertThrows<CrmException> { open(":memory:", likely = 0.5, similar = 0.6) }
        assertEquals("setting.invalid" to listOf("thresholds"), upsideDown.code to upsideDown.fields)
    }

    @Test
    fun `a paused database lets go of its file, and takes it up again`(@TempDir folder: Path) {
        Fixture(folder.resolve("crm.db").toString()).use { kept ->
            val number = kept.me.customers().create(company()).number
            val before = kept.crm.version()
            kept.crm.pause()
            val paused = assertThrows<CrmException> { kept.me.customers().get(number) }
            assertEquals("storage.paused", paused.code)
            assertTrue(paused.retryable)
            kept.crm.resume()
            kept.me.customers().update(number, 1uL, listOf(CustomerEdit.Note("x")))
            assertTrue(kept.crm.version() != before)
        }
    }
}
