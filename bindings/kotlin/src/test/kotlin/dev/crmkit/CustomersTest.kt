package dev.crmkit

import dev.crmkit.model.*
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import java.time.Instant
import java.time.LocalDate
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit

class CustomersTest {
    private val fixture = Fixture()
    private val me = fixture.me
    private val customers = me.customers()

    @AfterEach
    fun close() = fixture.close()

    @Test
    fun `r2_1 a customer is numbered, and comes back as it went in`() {
        val new = company().copy(
            size = Size(SizeScale.HEADCOUNT, Band.MEDIUM),
            addresses = listOf(Address(AddressKind.BUSINESS, "江苏省", "苏州市", "姑苏区", "人民路1号")),
            leadAt = Instant.parse("2024-04-28T01:02:03.004Z"),
            tags = listOf("重点"),
            note = "要发票",
            externalId = "erp-7",
            extra = mapOf("b" to "2", "a" to "1"),
        )
        val made = customers.create(new)
        assertEquals("CRM202405010001", made.number)
        assertEquals(1L, made.revision)
        assertEquals(CustomerStatus.POTENTIAL, made.status)
        assertEquals(fixture.lin.id, made.owner)
        assertEquals(NOON, made.createdAt)
        assertEquals(LocalDate.of(2024, 4, 28), made.firstContact)
        assertEquals(new.leadAt, made.leadAt)
        assertEquals(new.addresses, made.addresses)
        assertEquals(new.extra, made.extra)
        assertEquals(Choice("referral", "老客户"), made.source)
        assertEquals("+862155550199", made.phones.single().e164)
        assertEquals(made, customers.get(made.number))
        assertEquals("CRM202405010002", customers.create(company("北京远洋贸易有限公司", "010-55550100")).number)
    }

    @Test
    fun `r2_1 numbers are in the order of days, and then of lanes and serials as numbers`() {
        val inOrder = listOf(
            "CRM202404309999", "CRM2024043010000", "CRM202405010001", "CRM202405019999", "CRM2024050110000",
            // The first serials of two devices, and the shared store's last.
            "CRM202405019999999", "CRM2024050110000001", "CRM20240501120000001", "CRM202405020001",
        )
        assertEquals(inOrder, inOrder.reversed().sortedWith(CustomerNumberOrder))
        val made = listOf("北京远洋贸易有限公司" to "010-55550100", "上海示例科技有限公司" to "021-5555 0199").map { (name, phone) ->
            customers.create(company(name, phone))
        }
        assertEquals(made, made.reversed().sortedWith(compareBy(CustomerNumberOrder) { it.number }))
    }

    @Test
    fun `r2_1 each day begins at 0001, by the host's own clock`() {
        val clock = object : CrmClock {
            var instant = Instant.parse("2024-04-30T15:59:59.999Z")

            override fun now() = instant
        }
        Fixture(clock = clock).use {
            assertEquals("CRM202404300001", it.me.customers().create(company()).number)
            clock.instant = Instant.parse("2024-04-30T16:00:00Z")
            assertEquals("CRM202405010001", it.me.customers().create(company("北京远洋贸易有限公司", "010-55550100")).number)
        }
    }

    @Test
    fun `only what is named changes, and null clears`() {
        val made = customers.create(company().copy(note = "x", tags = listOf("a")))
        val edits = listOf(CustomerEdit.Note(null), CustomerEdit.FirstContact(LocalDate.of(2024, 4, 1)))
        val changed = customers.update(made.number, made.revision, edits)
        assertEquals(made.copy(note = null, firstContact = LocalDate.of(2024, 4, 1), revision = 2L), changed)

        val stale = assertThrows<CrmException.Conflict> { customers.update(made.number, 1L, listOf(CustomerEdit.Note("y"))) }
        assertEquals("revision.stale", stale.code)
        assertEquals(2L, stale.revision)
        assertEquals(setOf("note", "first_contact"), stale.fields.toSet())
    }

    @Test
    fun `r2_4 every field at fault is named at once`() {
        val wrong = NewCustomer(name = "", phones = listOf(NewPhone("55550199")), firstContact = LocalDate.of(2024, 5, 2))
        val error = assertThrows<CrmException> { customers.create(wrong) }
        assertEquals(ErrorKind.INVALID, error.kind)
        assertEquals(setOf("name", "kind", "industry", "phones", "source", "first_contact"), error.fields.toSet())
        assertTrue(error.detail.startsWith("请补充信息"), error.detail)
        val phone = (error as CrmException.Invalid).problems.single { it.field == "phones" }
        assertEquals(Problem("phones", "phone.no_area_code", "55550199"), phone)
        assertEquals("主联系电话：“55550199”缺少区号", phone.message(Language.ZH))
        assertEquals(0L, customers.count())
    }

    @Test
    fun `r2_2 a missing detail is a warning`() {
        val warnings = customers.check(company().copy(source = Choice("exhibition")))
        assertEquals(listOf("choice.detail_missing"), warnings.map { it.code })
        assertEquals(emptyList<Problem>(), customers.check(company()))
    }

    @Test
    fun `r2_7 filters, and pages to the end`() = runBlocking {
        for (n in 0 until 25) customers.create(company("客户$n", "1391234%04d".format(n)), DuplicateCheck.OFF)
        val first = customers.list(page = PageRequest(limit = 10))
        assertEquals("CRM202405010025", first.items.first().number)
        assertEquals("1391234" + "0024", first.items.first().primaryPhone)
        val second = customers.list(page = PageRequest(first.next, 10))
        assertEquals("CRM202405010015", second.items.first().number)

        val all = customers.all(CustomerQuery(sort = CustomerSort.OLDEST), pageSize = 7).toList()
        assertEquals((1..25).map { "CRM20240501%04d".format(it) }, all.map { it.number })
        assertEquals("客户0", customers.all(CustomerQuery(sort = CustomerSort.OLDEST)).first().name)

        assertEquals(1L, customers.count(CustomerQuery(text = "客户24")))
        assertEquals(25L, customers.count(CustomerQuery(status = CustomerStatus.POTENTIAL, owner = fixture.lin.id)))
        assertEquals(0L, customers.count(CustomerQuery(status = CustomerStatus.WON)))
        assertEquals(25L, customers.count(CustomerQuery(created = DateRange(LocalDate.of(2024, 5, 1), LocalDate.of(2024, 5, 2)))))
        assertEquals(0L, customers.count(CustomerQuery(firstContact = DateRange(until = LocalDate.of(2024, 4, 28)))))
        assertEquals("page.invalid", assertThrows<CrmException> { customers.list(page = PageRequest("nonsense")) }.code)
        assertEquals("page.limit", assertThrows<CrmException> { customers.list(page = PageRequest(limit = 0)) }.code)
    }

    @Test
    fun `r6_1 a likely duplicate is refused, unless it is another customer`() {
        val there = customers.create(company())
        val again = company("示例科技(上海)有限公司", "+86 21 55550199")
        val found = customers.duplicates(again.name, CustomerKind.ENTERPRISE, listOf("+86 21 55550199"))
        assertEquals(listOf(there.number), found.map { it.number })
        assertEquals(MatchBand.LIKELY, found.single().band)
        assertEquals(listOf(MatchReason.SAME_PHONE, MatchReason.SAME_NAME_BUT_FORM), found.single().reasons)
        assertTrue(found.single().weights.run { size == 2 && all { it > 0 } })
        assertTrue(found.single().explain(Language.EN).startsWith("same phone; "))

        val refused = assertThrows<CrmException.Duplicate> { customers.create(again) }
        assertEquals("customer.duplicate", refused.code)
        assertEquals(found, refused.matches)
        assertTrue(refused.detail.startsWith("该客户可能已存在，请确认是否合并"), refused.detail)
        assertEquals("CRM202405010002", customers.create(again, DuplicateCheck.ANOTHER_CUSTOMER).number)
    }

    @Test
    fun `labels and codes are core's`() {
        assertEquals("sales_rep", Role.SALES_REP.code)
        assertEquals("谈判中", CustomerStatus.NEGOTIATING.label(Language.ZH))
        assertEquals("negotiating", CustomerStatus.NEGOTIATING.label(Language.EN))
    }

    @Test
    fun `threads get numbers without clash or gap`() {
        val threads = Executors.newFixedThreadPool(8)
        for (n in 0 until 40) threads.submit { me.customers().create(company("客户$n", "1391234%04d".format(n)), DuplicateCheck.OFF) }
        threads.shutdown()
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS))
        val numbers = customers.list(CustomerQuery(sort = CustomerSort.OLDEST)).items.map { it.number }
        assertEquals((1..40).map { "CRM20240501%04d".format(it) }, numbers)
    }

    @Test
    fun `calls are made off the main thread`() = runBlocking {
        val here = Thread.currentThread()
        val (made, there) = me.io { customers().create(company()) to Thread.currentThread() }
        assertTrue(there != here)
        assertEquals(made, fixture.crm.io { session("lin").customers().get("CRM202405010001") })
        assertNull(made.archivedAt)
    }
}
