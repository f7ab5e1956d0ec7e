package dev.crmkit

import dev.crmkit.example.CustomersViewModel
import dev.crmkit.example.Dialog
import dev.crmkit.model.*
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.nio.file.Path
import kotlin.io.path.writeText
import kotlin.time.Duration.Companion.milliseconds

/** The example in `examples/kotlin`, with a database and with a fake. */
@OptIn(ExperimentalCoroutinesApi::class)
class ViewModelTest {
    private val fixture = Fixture()
    private val customers = fixture.me.customers()

    @AfterEach
    fun close() = fixture.close()

    private fun TestScope.model(me: SessionInterface = fixture.me, changes: MutableSharedFlow<Long> = MutableSharedFlow()) =
        CustomersViewModel(me, backgroundScope, changes, StandardTestDispatcher(testScheduler)).also { runCurrent() }

    private fun enter(count: Int) = repeat(count) {
        customers.create(company("示例${it}号有限公司", "1391234%04d".format(it)), DuplicateCheck.OFF)
    }

    /** Lists nothing and remembers what was asked for: all that a fake needs. */
    private class Fake(me: SessionInterface) : SessionInterface by me, CustomersInterface by me.customers() {
        val asked = mutableListOf<String?>()

        override fun language() = Language.EN

        override fun customers(): CustomersInterface = this

        override fun list(query: CustomerQuery, page: PageRequest) = CustomerPage(emptyList(), null).also { asked += query.text }
    }

    @Test
    fun `one asks for a text when no more is typed`() = runTest {
        val fake = Fake(fixture.me)
        val model = model(fake)
        for (text in listOf("示", "示例", "示例1")) {
            model.search(text)
            advanceTimeBy(100.milliseconds)
        }
        assertEquals(listOf<String?>(null), fake.asked)
        advanceTimeBy(1000.milliseconds)
        assertEquals(listOf(null, "示例1"), fake.asked)
        assertEquals("示例1", model.state.value.text)
    }

    @Test
    fun `pages follow one another, and a change is shown`() = runTest {
        enter(45)
        val changes = MutableSharedFlow<Long>()
        val model = model(changes = changes)
        assertEquals(20 to true, model.state.value.run { customers.size to hasMore })
        model.more()
        runCurrent()
        model.more()
        runCurrent()
        assertEquals(45 to false, model.state.value.run { customers.map { it.number }.toSet().size to hasMore })
        model.more()
        enter(1)
        changes.emit(2)
        runCurrent()
        assertEquals(20 to "CRM202405010046", model.state.value.customers.run { size to first().number })
    }

    @Test
    fun `a duplicate is asked about`() = runTest {
        val number = customers.create(company()).number
        val model = model()
        model.create(company())
        runCurrent()
        assertEquals(number, (model.state.value.dialog as Dialog.Duplicate).matches.single().number)
        model.dismiss()
        assertNull(model.state.value.dialog)
        model.create(company())
        runCurrent()
        model.confirm()
        runCurrent()
        assertNull(model.state.value.dialog)
        assertEquals(2, model.state.value.customers.size)
    }

    @Test
    fun `a conflict is asked about`() = runTest {
        val made = customers.create(company())
        val model = model()
        customers.update(made.number, made.revision, listOf(CustomerEdit.Note("theirs")))
        model.change(made.number, made.revision, listOf(CustomerEdit.Note("mine")))
        runCurrent()
        assertEquals(listOf(Fields.NOTE), (model.state.value.dialog as Dialog.Conflict).fields)
        assertEquals("theirs", customers.get(made.number).note)
        model.confirm()
        runCurrent()
        assertEquals("mine", customers.get(made.number).note)
    }

    @Test
    fun `an import tells its progress, and what is wrong is said`(@TempDir folder: Path) = runTest {
        val list = folder.resolve("list.csv")
        list.writeText("客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n甲有限公司,企业客户,制造业,13912345678,转介绍,2024-04-28\n")
        val model = model()
        model.import(list.toString())
        runCurrent()
        assertEquals(1L, model.state.value.outcome!!.created)
        assertNull(model.state.value.import)
        assertEquals("甲有限公司", model.state.value.customers.single().name)
        model.import(folder.resolve("none.csv").toString())
        runCurrent()
        assertTrue(model.state.value.problem!!.isNotBlank())
        assertFalse("甲" in model.state.value.problem!!)
    }
}
