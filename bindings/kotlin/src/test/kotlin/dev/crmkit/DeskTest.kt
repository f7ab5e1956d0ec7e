package dev.crmkit

import dev.crmkit.model.*
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
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
import java.time.Instant
import java.time.LocalDate
import kotlin.io.path.exists
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readSymbolicLink

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
        val named = me.teams().update(east.id, east.revision, listOf(TeamEdit.Name("华东一部"), TeamEdit.Head("SUN")))
        assertEquals("华东一部" to sun.id, named.name to named.head)

        val moved = me.users().update(sun.id, 1L, listOf(UserEdit.Team(null), UserEdit.Phone("13912345678")))
        assertNull(moved.team)
        assertEquals(moved, me.users().get("SUN"))
        val zhou = me.users().create(NewUser("zhou", "周", Role.SALES_REP, team = "华东一部"))
        assertEquals(east.id, zhou.team)
        val away = me.users().update(zhou.id, 1L, listOf(UserEdit.Team(null)))
        assertEquals(east.id, me.users().update(zhou.id, away.revision, listOf(UserEdit.Team("华东一部"))).team)
        val unknown = assertThrows<CrmException.Invalid> { me.users().update(zhou.id, 3L, listOf(UserEdit.Team("华北"))) }
        assertEquals("team.unknown" to listOf("team"), unknown.code to unknown.fields)
        val nobody = assertThrows<CrmException.Invalid> { me.teams().update(east.id, named.revision, listOf(TeamEdit.Head("nobody"))) }
        assertEquals("owner.unknown" to listOf("head"), nobody.code to nobody.fields)
        assertEquals(listOf("lin", "sun", "zhou"), me.users().list().map { it.login })
        val stale = assertThrows<CrmException.Conflict> { me.users().update(sun.id, 1L, listOf(UserEdit.Name("x"))) }
        assertEquals(2L, stale.revision)
        val last = assertThrows<CrmException.Rule> { me.users().update(fixture.lin.id, 1L, listOf(UserEdit.Active(false))) }
        assertEquals("people.last_admin", last.code)
        assertEquals(last.problem.message(Language.ZH), last.detail)

        val taken = assertThrows<CrmException> { me.users().create(NewUser("SUN", "孙二", Role.SALES_REP)) }
        assertEquals("login.taken" to listOf("login"), taken.code to taken.fields)
        me.users().update(sun.id, 2L, listOf(UserEdit.Active(false)))
        assertEquals("access.inactive", assertThrows<CrmException.Denied> { crm.session("sun") }.code)
    }

    @Test
    fun `r2_3 pick lists are data`() {
        val lists = me.pickLists()
        val source = lists.list(PickList.SOURCE).first()
        assertEquals("展会推广" to "Exhibition", source.label(Language.ZH) to source.label(Language.EN))
        val drones = PickEntry(PickList.INDUSTRY, "drones", "无人机", "Drones", position = 11, retired = false)
        assertEquals(drones, lists.put(drones))
        assertEquals("drones", me.customers().create(company().copy(industry = Choice("无人机"))).industry.code)
        lists.put(drones.copy(retired = true))
        val retired = assertThrows<CrmException> { me.customers().check(company().copy(industry = Choice("drones"))) }
        assertEquals("choice.retired", retired.code)
    }

    @Test
    fun `r8_5 every change and refusal is in the log, which verifies`() {
        val made = me.customers().create(company())
        me.customers().update(made.number, 1L, listOf(CustomerEdit.Note("要发票")))
        me.users().create(NewUser("wang", "王", Role.SALES_REP))
        assertThrows<CrmException.Denied> { crm.session("wang").teams().create(NewTeam("华南")) }
        val (setUp, entries) = me.audit().list().partition { it.kind == AuditKind.SET_UP }
        assertEquals(setOf(1L), setUp.map { it.operation }.toSet())
        val kinds = listOf(AuditKind.CUSTOMER_ADDED, AuditKind.CUSTOMER_EDITED, AuditKind.USER_ADDED, AuditKind.REFUSED)
        assertEquals(kinds, entries.map { it.kind })
        val edited = entries[1]
        assertEquals(EntityRef("customer", made.number), edited.about)
        assertEquals(fixture.lin.id to NOON, edited.actor to edited.at)
        assertTrue(edited.after!!.contains("要发票"))
        assertEquals(listOf(edited), me.audit().list(after = edited.seq - 1L, limit = 1))

        val head = me.audit().head()
        assertEquals(entries.last().seq, head.seq)
        assertEquals(Verification(head.seq, null), me.audit().verify(head))
        assertNotNull(me.audit().verify(AuditHead(head.seq, "00")).brokenAt)
    }

    @Test
    fun `r8_5 a history is typed, and an operation of it is undone`() {
        val number = me.customers().create(company()).number
        me.contacts().add(number, NewContact(name = "王芳", mobile = "13912345678"))
        me.customers().update(number, 1L, listOf(CustomerEdit.Note("要发票")))
        val (edited, added, entered) = me.customers().history(number)
        assertEquals(listOf(FieldChange("note", null, "要发票")), edited.changes)
        assertEquals("林" to NOON, edited.actorName to edited.at)
        assertEquals(AuditKind.CONTACT_ADDED to "contact", added.kind to added.about.entity)
        assertEquals(listOf(added, entered), me.customers().history(number, before = edited.seq))
        assertEquals(listOf(edited), me.customers().history(number, limit = 1))

        me.customers().undo(edited.operation)
        assertNull(me.customers().get(number).note)
        val undone = me.customers().history(number).first()
        assertEquals("undo.never", assertThrows<CrmException.Rule> { me.customers().undo(undone.operation) }.code)
        me.customers().undo(added.operation)
        assertEquals(emptyList<Contact>(), me.contacts().list(number))
        me.customers().update(number, me.customers().get(number).revision, listOf(CustomerEdit.Tags(listOf("重点"))))
        assertEquals(listOf("tags"), assertThrows<CrmException.Conflict> { me.customers().undo(entered.operation) }.fields)
    }

    @Test
    fun `r8_5 history that an admin enters keeps both times`() {
        val at = Instant.parse("2019-05-01T01:00:00Z")
        val number = me.backdated(at).customers().create(company()).number
        val entry = me.customers().history(number).single()
        assertEquals(at to NOON, entry.factAt to entry.at)
        me.users().create(NewUser("wang", "王", Role.SALES_REP))
        assertThrows<CrmException.Denied> { crm.session("wang").backdated(at).customers().create(company()) }
    }

    @Test
    fun `set-up comes first, and once`() {
        Crm.open(":memory:", language = Language.EN).use { empty ->
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
    fun `r8_7 settings are the database's own`(@TempDir folder: Path) {
        val path = folder.resolve("crm.db").toString()
        Crm.open(path, listOf(SettingsEdit.TimeZone("Asia/Taipei"), SettingsEdit.Region("TW")), Language.EN).use { taipei ->
            assertEquals(Language.EN, taipei.language())
            taipei.setUp("lin", "林")
            assertEquals(Language.EN, taipei.session("lin").language())
            val settings = taipei.session("lin").settings()
            val first = settings.get()
            assertEquals(listOf(1L, "Asia/Taipei", "TW", 0.9, 0.6, null, true), first.run { listOf(revision, timeZone, region, likely, similar, weights, tellHiddenOwner) })
            val changed = settings.update(1L, listOf(SettingsEdit.Likely(0.95), SettingsEdit.Region("HK")))
            assertEquals(first.copy(revision = 2L, likely = 0.95, region = "HK"), changed)
            val stale = assertThrows<CrmException.Conflict> { settings.update(1L, listOf(SettingsEdit.Weights(null))) }
            assertEquals(setOf("region", "likely"), stale.fields.toSet())
            taipei.session("lin").users().create(NewUser("wang", "王", Role.SALES_REP))
            val wang = taipei.session("wang").settings()
            assertEquals(changed, wang.get())
            assertThrows<CrmException.Denied> { wang.update(2L, listOf(SettingsEdit.Similar(0.5))) }
            assertFalse(settings.update(2L, listOf(SettingsEdit.TellHiddenOwner(false))).tellHiddenOwner)
        }
        Crm.open(path, listOf(SettingsEdit.TellHiddenOwner(false))).use { assertEquals("Asia/Taipei", it.session("lin").settings().get().timeZone) }
        val differs = assertThrows<CrmException.Invalid> { Crm.open(path, listOf(SettingsEdit.TimeZone("Asia/Shanghai"), SettingsEdit.Region("HK"))) }
        assertEquals("setting.differs" to listOf("time_zone"), differs.code to differs.fields)
        val wrong = assertThrows<CrmException> { Crm.open(":memory:", listOf(SettingsEdit.TimeZone("Mars/Olympus"))) }
        assertEquals("setting.invalid" to listOf("time_zone"), wrong.code to wrong.fields)
        val upsideDown = assertThrows<CrmException> { Crm.open(":memory:", listOf(SettingsEdit.Likely(0.5), SettingsEdit.Similar(0.6))) }
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
            kept.me.customers().update(number, 1L, listOf(CustomerEdit.Note("x")))
            assertTrue(kept.crm.version() != before)
        }
    }

    /** How many of the database's files this process has open. */
    private fun held(path: String): Int =
        Path.of("/proc/self/fd").listDirectoryEntries()
            .mapNotNull { runCatching { it.readSymbolicLink().toString() }.getOrNull() }
            .count { it.startsWith(path) }

    @Test
    fun `closed is closed for everything that came from it, and lets go at once`(@TempDir folder: Path) {
        val path = folder.resolve("crm.db").toString()
        val onLinux = Path.of("/proc/self/fd").exists()
        val closed = Crm.open(path)
        val (session, customers, check) = closed.use { crm ->
            crm.setUp("lin", "林")
            val session = crm.session("lin")
            assertEquals(0L, session.customers().count())
            if (onLinux) assertTrue(held(path) > 0)
            Triple(session, session.customers(), crm.check())
        }
        if (onLinux) assertEquals(0, held(path))
        closed.close()
        val calls = listOf<() -> Any?>(
            { closed.resume() }, { closed.pause() }, { closed.session("lin") }, { closed.version() }, { closed.sql("SELECT 1") },
            { session.user() }, { session.users().list() }, { session.sql("SELECT 1") }, { customers.count() }, { customers.list() },
            { customers.findDuplicates().step() }, { check.step() },
        )
        for (call in calls) {
            val error = assertThrows<CrmException.Storage> { call() }
            assertEquals("storage.closed" to false, error.code to error.retryable)
            assertEquals("storage.closed: 数据库已关闭", error.message)
        }
        Crm.open(path).use { assertEquals(0L, it.session("lin").customers().count()) }
        if (onLinux) assertEquals(0, held(path))
    }

    @Test
    fun `a whole store is said to be, step by step`(@TempDir folder: Path) = runBlocking {
        Fixture(folder.resolve("crm.db").toString()).use { kept ->
            kept.me.customers().create(company())
            val job = kept.crm.check(stepMillis = 0)
            val progress = job.progress().toList()
            assertTrue(progress.size > 1 && progress.dropLast(1).none { it.finished }, "$progress")
            assertEquals(progress.last().total, progress.last().done)
            assertTrue(progress.last().finished)
            val report = job.report()
            assertTrue(report.whole && report.entries > 0L && report.records > 0L, "$report")
            assertEquals(emptyList<Fault>(), report.faults)
            assertEquals(progress.last(), job.step())
        }
    }

    @Test
    fun `r8_5 an admin asks in SQL, and nobody else`(@TempDir folder: Path) {
        Fixture(folder.resolve("crm.db").toString()).use { kept ->
            kept.me.customers().create(company())
            val query = "SELECT \"客户名称\", 1, 0.5, NULL FROM \"客户基本信息表\""
            val answer = kept.me.sql(query)
            assertEquals(listOf("客户名称", "1", "0.5", "NULL"), answer.columns)
            val row = listOf(SqlValue.Text("上海示例科技有限公司"), SqlValue.Integer(1L), SqlValue.Real(0.5), SqlValue.Null)
            assertEquals(listOf(row), answer.rows)
            assertFalse(answer.truncated)
            assertEquals(query, kept.me.audit().list().last().after)
            assertEquals(listOf(listOf(SqlValue.Integer(1L))), kept.crm.sql("SELECT 1").rows)
            val written = assertThrows<CrmException.Invalid> { kept.crm.sql("DELETE FROM customer") }
            assertEquals("sql.refused" to listOf("query"), written.code to written.fields)
            kept.me.users().create(NewUser("wang", "王", Role.SALES_REP))
            val denied = assertThrows<CrmException.Denied> { kept.crm.session("wang").sql("SELECT 1") }
            assertEquals("access.denied", denied.code)
        }
    }

    @Test
    fun `r4_6 what is due is a calendar, too`() {
        val customer = me.customers().create(company()).number
        val talk = NewFollowUp(method = Choice("phone"), topic = "报价", content = "x", nextFollowUp = LocalDate.of(2024, 5, 15))
        me.followUps().add(customer, talk)
        val open = me.tasks().calendar(TaskQuery(TaskList.OPEN))
        assertTrue("DTSTART;VALUE=DATE:20240515\r\n" in open, open)
        assertFalse("BEGIN:VEVENT" in me.tasks().calendar(TaskQuery(TaskList.TODAY)), "nothing today")
    }
}
