package dev.crmkit

import dev.crmkit.model.*
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.io.path.writeText

class DuplicatesTest {
    @TempDir
    lateinit var folder: Path

    private val fixture = Fixture()
    private val me = fixture.me
    private val customers = me.customers()

    @AfterEach
    fun close() = fixture.close()

    private fun enter(name: String, phone: String = "021-5555 0199", owner: UserId? = null) =
        customers.create(company(name, phone).copy(owner = owner), DuplicateCheck.OFF).number

    /** One company, entered three times. */
    private fun group() = listOf(
        enter("上海示例科技有限公司"),
        enter("示例科技(上海)有限公司", "+86 21 55550199"),
        enter("上海示例科技有限责任公司", "(021)55550199"),
    )

    private fun report(by: Session = me, importId: ImportId? = null): DuplicateReport = runBlocking {
        val job = by.customers().findDuplicates(importId)
        job.progress().collect()
        job.report()
    }

    private fun groups(by: Session = me, importId: ImportId? = null) = report(by, importId).groups.map { it.customers }

    @Test
    fun `r6_2 what numbers weigh is learnt, and a database opened with it`() = runBlocking {
        group()
        val job = customers.findDuplicates(learn = true)
        job.progress().collect()
        val weights = requireNotNull(job.report().weights)
        assertTrue(weights.lines().any { it.startsWith("same_phone ") })
        Crm.open(":memory:", listOf(SettingsEdit.Weights(weights))).close()
        val wrong = assertThrows<CrmException> { Crm.open(":memory:", listOf(SettingsEdit.Weights("same_phone much"))) }
        assertEquals("setting.invalid" to listOf("weights"), wrong.code to wrong.fields)
    }

    @Test
    fun `r6_2 a group is found step by step, with its reasons`() = runBlocking {
        val group = group()
        enter("北京远洋贸易有限公司", "010-55550100")
        val job = customers.findDuplicates(stepMillis = 0)
        assertFalse(job.progress().first().finished)
        assertEquals(DuplicateReport(emptyList(), emptyList(), 0L, null), job.report())
        val progress = job.progress().toList()
        assertEquals(progress.map { it.done }.sorted(), progress.map { it.done })
        assertTrue(progress.last().run { finished && done == total })
        assertTrue(job.step().finished, "asked again it says so again")

        val report = job.report()
        assertEquals(3L to emptyList<DuplicatePair>(), report.compared to report.similar)
        val found = report.groups.single()
        assertEquals(group, found.customers)
        assertEquals(3, found.pairs.size)
        val pair = found.pairs.single { it.first == group[0] && it.second == group[1] }
        assertEquals("上海示例科技有限公司" to "示例科技(上海)有限公司", pair.firstName to pair.secondName)
        assertEquals(MatchBand.LIKELY, pair.band)
        assertEquals(listOf(MatchReason.SAME_PHONE, MatchReason.SAME_NAME_BUT_FORM), pair.reasons)
        assertTrue(pair.weights.size == 2 && pair.weights.all { it > 0 }, pair.weights.toString())
        assertTrue(pair.explain(Language.EN).startsWith("same phone; same name but for"))
    }

    @Test
    fun `r6_1 what is said to be different is no pair, until that is taken back`() {
        val (first, second, third) = group()
        customers.sayDifferent(second, first)
        customers.sayDifferent(first, second)
        customers.sayDifferent(first, third)
        assertEquals(listOf(listOf(second, third)), groups())
        customers.sayDifferent(second, third)
        assertEquals(emptyList<List<String>>(), groups())
        customers.unsayDifferent(first, second)
        assertEquals(listOf(listOf(first, second)), groups())
        customers.unsayDifferent(first, third)
        customers.unsayDifferent(third, second)
        assertEquals(listOf(listOf(first, second, third)), groups())
        assertThrows<CrmException.NotFound> { customers.sayDifferent(first, "CRM202405010009") }
        assertThrows<CrmException.NotFound> { customers.unsayDifferent("CRM202405010009", first) }
    }

    @Test
    fun `r6_1 a name that was said to mean a customer is found, until that is taken back`() {
        val number = enter("台湾水泥股份有限公司")
        val found = { customers.duplicates("台泥", CustomerKind.ENTERPRISE) }
        assertEquals(emptyList<DuplicateMatch>(), found())
        val taught = customers.saySame(number, " 台泥 ")
        assertEquals(listOf("台泥") to 2L, taught.aliases to taught.revision)
        assertEquals(taught, customers.saySame(number, "臺泥"))
        assertEquals(MatchBand.LIKELY to MatchReason.SAME_ALIAS, found().single().run { band to reasons.first() })
        assertEquals(emptyList<String>(), customers.unsaySame(number, "台泥").aliases)
        assertEquals(emptyList<DuplicateMatch>(), found())
        assertThrows<CrmException.Invalid> { customers.saySame(number, " ") }
        assertThrows<CrmException.NotFound> { customers.saySame("CRM202405010009", "台泥") }
        assertThrows<CrmException.NotFound> { customers.unsaySame("CRM202405010009", "台泥") }
    }

    @Test
    fun `r6_3 groups are worked through one after the other`() = runBlocking {
        val (first, second, third) = group()
        val other = listOf(enter("北京远洋贸易有限公司", "010-55550100"), enter("远洋贸易（北京）有限公司", "010-55550100"))
        val job = customers.findDuplicates()
        assertEquals(null, job.review().nextGroup(), "nothing is found yet")
        job.progress().collect()
        val offered = mutableListOf<List<CustomerNumber>>()
        job.review().run {
            while (true) {
                offered += (nextGroup() ?: break).customers
                later()
            }
        }
        assertEquals(setOf(listOf(first, second, third), other), offered.toSet())
        val review = job.review()
        for (group in generateSequence { review.nextGroup() }) {
            if (group.customers == other) {
                assertEquals(null, review.merge(other[1]))
                continue
            }
            val left = requireNotNull(review.different(listOf(third)))
            assertEquals(listOf(first, second) to 1, left.customers to left.pairs.size)
            assertThrows<CrmException.NotFound> { review.merge(first, listOf(third)) }
            assertEquals(null, review.merge(first, listOf(second)))
        }
        assertEquals(listOf(other[1], first), listOf(other[0], second).map { customers.get(it).number })
        assertEquals(null, job.review().nextGroup())
        assertThrows<CrmException.NotFound> { review.merge(first) }
        Unit
    }

    @Test
    fun `r6_2 only pairs of an import`() = runBlocking {
        val group = group()
        val path = folder.resolve("list.csv")
        path.writeText("客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n北京远洋贸易有限公司,企业客户,制造业,010-55550100,展会,2024-04-28\n")
        val import = customers.importFile(path.toString()).run {
            progress().collect()
            report().`import`
        }
        val other = enter("北京远洋贸易股份有限公司", "+86 10 55550100")
        val pair = listOf("CRM202405010004", other)
        assertEquals(listOf(pair), groups(importId = import))
        assertEquals(setOf(group, pair), groups().toSet())
        assertThrows<CrmException.NotFound> { customers.findDuplicates("nonsense") }
        Unit
    }

    @Test
    fun `r8_2 a sales rep sees only pairs of their own`() {
        val group = group()
        val owner = me.users().create(NewUser("wang", "王", Role.SALES_REP)).id
        fixture.crm.session("wang").use { wang ->
            val own = enter("上海示例科技股份有限公司", owner = owner)
            assertEquals(DuplicateReport(emptyList(), emptyList(), 0L, null), report(wang))
            val again = enter("示例科技（上海）股份有限公司", owner = owner)
            assertEquals(listOf(listOf(own, again)), groups(wang))
            assertEquals(listOf(group + own + again), groups())
            assertThrows<CrmException.NotFound> { wang.customers().sayDifferent(own, group[0]) }
            assertThrows<CrmException.Denied> { wang.customers().create(company(), DuplicateCheck.OFF) }
        }
    }
}
