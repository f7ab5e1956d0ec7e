package dev.crmkit

import dev.crmkit.model.*
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
import java.nio.charset.Charset
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

class ImportTest {
    @TempDir
    lateinit var folder: Path

    private val fixture = Fixture()
    private val me = fixture.me

    @AfterEach
    fun close() = fixture.close()

    private fun list(text: String, charset: Charset = Charsets.UTF_8): String =
        folder.resolve("list.csv").also { it.writeBytes(text.toByteArray(charset)) }.toString()

    private val heading = "客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n"

    private fun rows(range: IntRange) =
        heading + range.joinToString("") { "示例${it}号有限公司,企业客户,制造业,1391234%04d,转介绍,2024-04-28\n".format(it) }

    @Test
    fun `a list comes in, in GB18030 too, and each row has its outcome`() = runBlocking {
        val text = rows(1..2) + ",企业客户,制造业,13912349999,转介绍,2024-04-28\n" + rows(1..1).removePrefix(heading)
        val outcome = folder.resolve("outcome.csv")
        val job = me.customers().importFile(list(text, Charset.forName("GB18030")), outcome = outcome.toString())
        val progress = job.progress().toList()
        assertTrue(progress.last().finished)
        assertEquals(progress.last().total, progress.last().done)

        val report = job.report()
        assertEquals(listOf(4L, 2L, 1L, 1L), report.counts.run { listOf(rows, created, skipped, refused) })
        assertFalse(report.resumed)
        val rows = me.imports().rows(report.`import`)
        assertEquals(listOf(RowOutcome.CREATED, RowOutcome.CREATED, RowOutcome.REFUSED, RowOutcome.SKIPPED), rows.map { it.outcome })
        assertEquals("CRM202405010001", rows.first().customer)
        assertTrue(Problem("name", "field.missing", null) in rows[2].problems, rows[2].toString())
        assertEquals(5, outcome.readText().trim().lines().size)
        assertTrue(job.step().finished, "asked again it says so again")
    }

    @Test
    fun `refused rows go out, are mended and come in again`() = runBlocking {
        val job = me.customers().importFile(list(rows(1..2) + ",企业客户,制造业,13912349999,转介绍,2024-04-28\n"))
        job.progress().toList()
        val out = folder.resolve("fix.csv")
        assertEquals(1L, job.fixList(out.toString()))
        val (headings, refused) = out.readText().trim().lines()
        assertEquals("\uFEFF原因（未导入）,${heading.trim()}", headings)
        assertEquals("客户名称：必填,,企业客户,制造业,13912349999,转介绍,2024-04-28", refused)
        out.writeText("$headings\n${refused.replace(",,", ",示例3号有限公司,")}\n")
        val again = me.customers().importFile(out.toString())
        again.progress().toList()
        assertEquals(1L, again.report().counts.created)
        // Workbooks are not written on telephones.
        for (name in listOf("fix.xlsx", "fix.txt")) {
            assertEquals("file.outcome", assertThrows<CrmException.Invalid> { job.fixList(folder.resolve(name).toString()) }.code)
        }
        Unit
    }

    @Test
    fun `stopped half-way, it goes on where it stopped`() = runBlocking {
        val path = list(rows(1..30))
        val progress = me.customers().importFile(path, step = 10).progress().first()
        assertFalse(progress.finished)
        assertTrue(progress.done in 1L until progress.total)
        assertEquals(10L, me.customers().count())

        val job = me.customers().importFile(path, step = 10)
        job.progress().toList()
        assertTrue(job.report().resumed)
        assertEquals(30L, me.customers().count())
    }

    @Test
    fun `a dry run only looks, and an import is undone`() = runBlocking {
        val path = list(rows(1..3))
        val dry = me.customers().importFile(path, ImportOptions(dryRun = true))
        dry.progress().toList()
        assertEquals(3L, dry.report().counts.created)
        assertEquals(0L, me.customers().count())

        val job = me.customers().importFile(path)
        job.progress().toList()
        val import = me.imports().list().single()
        assertEquals(ImportState.FINISHED to fixture.lin.id, import.state to import.by)
        assertEquals(ImportUndo(3L, 0L, 0L, 0L, emptyList()), me.imports().undo(import.id))
        assertEquals("import.undone", assertThrows<CrmException.Rule> { me.imports().undo(import.id) }.code)
        assertEquals(3L, me.customers().count(CustomerQuery(archived = true)))
    }

    @Test
    fun `headings are mapped by hand, missing columns have defaults, duplicates fill blanks`() = runBlocking {
        me.customers().create(company())
        val path = list("Firma;Telefon;Wert\n上海示例科技有限公司;021-55550199;重要\n")
        val options = ImportOptions(
            mapping = mapOf("Firma" to "name", "Telefon" to "phones", "Wert" to "note"),
            defaults = mapOf("kind" to "企业客户", "industry" to "制造业", "source" to "其他", "first_contact" to "2024-04-01"),
            onDuplicate = OnDuplicate.FILL_BLANKS,
        )
        val job = me.customers().importFile(path, options, TableOptions(encoding = "utf-8", delimiter = ";"))
        job.progress().toList()
        assertEquals(1L, job.report().counts.filled, me.imports().rows(job.report().`import`).toString())
        assertEquals("重要", me.customers().get("CRM202405010001").note)
    }

    @Test
    fun `a bad file gets a typed error`() {
        fun code(path: Path, table: TableOptions = TableOptions()) =
            assertThrows<CrmException.Invalid> { me.customers().importFile(path.toString(), table = table) }.code
        assertEquals("source.missing", code(folder.resolve("none.csv")))
        assertEquals("source.empty", code(folder.resolve("empty.csv").also { it.writeText("") }))
        assertEquals("source.wrong_kind", code(folder.resolve("list.xlsx").also { it.writeText("%PDF-1.7") }))
        assertEquals("source.wrong_kind", code(folder))
        val good = folder.resolve("good.csv").also { it.writeText(rows(1..1)) }
        assertEquals("source.encoding", code(good, TableOptions(encoding = "klingon")))
        assertEquals("setting.invalid", code(good, TableOptions(delimiter = "，")))
        assertEquals("mapping.no_name", code(folder.resolve("odd.csv").also { it.writeText("a,b\n1,2\n") }))
    }
}
