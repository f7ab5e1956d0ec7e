package dev.crmkit.example

import dev.crmkit.*
import dev.crmkit.model.*
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.milliseconds

// README: from here
/** What a screen with the customers shows. */
data class CustomersState(
    val text: String = "",
    val customers: List<CustomerSummary> = emptyList(),
    val hasMore: Boolean = false,
    val dialog: Dialog? = null,
    val import: Progress? = null,
    val outcome: ImportCounts? = null,
    val problem: String? = null,
)

/** What the person has to decide. */
sealed interface Dialog {
    /** The customer may be there already: one of these, or another one? */
    data class Duplicate(val new: NewCustomer, val matches: List<DuplicateMatch>) : Dialog

    /** Somebody else has changed these fields meanwhile: leave it, or write over it? */
    data class Conflict(val number: String, val revision: Long, val edits: List<CustomerEdit>, val fields: List<String>) : Dialog
}

/** The customers of one session. [scope] is the screen's; [changes] is `crm.changes(2.seconds)`. */
class CustomersViewModel(
    private val me: SessionInterface,
    private val scope: CoroutineScope,
    changes: Flow<Long> = emptyFlow(),
    private val dispatcher: CoroutineDispatcher = Dispatchers.IO,
) {
    private val shown = MutableStateFlow(CustomersState())
    private val typed = MutableStateFlow("")
    private var next: String? = null

    val state: StateFlow<CustomersState> = shown.asStateFlow()

    init {
        scope.launch {
            typed.collectLatest { text ->
                if (text != shown.value.text) delay(250.milliseconds)     // until no more is typed
                load(text)
            }
        }
        scope.launch { changes.collect { load(shown.value.text) } }
    }

    fun search(text: String) {
        typed.value = text
    }

    fun more(): Job = attempt {
        val after = next ?: return@attempt
        val page = page(shown.value.text, after)
        shown.update { it.copy(customers = it.customers + page.items, hasMore = page.next != null) }
    }

    fun create(new: NewCustomer, check: DuplicateCheck? = null): Job = attempt {
        try {
            me.io(dispatcher) { customers().create(new, check) }
            load(shown.value.text)
        } catch (found: CrmException.Duplicate) {
            shown.update { it.copy(dialog = Dialog.Duplicate(new, found.matches)) }
        }
    }

    fun change(number: String, revision: Long, edits: List<CustomerEdit>): Job = attempt {
        try {
            me.io(dispatcher) { customers().update(number, revision, edits) }
            load(shown.value.text)
        } catch (changed: CrmException.Conflict) {
            shown.update { it.copy(dialog = Dialog.Conflict(number, changed.revision, edits, changed.fields)) }
        }
    }

    /** The person says: do it all the same. */
    fun confirm(): Job = when (val dialog = shown.value.dialog) {
        is Dialog.Duplicate -> create(dialog.new, DuplicateCheck.ANOTHER_CUSTOMER)
        is Dialog.Conflict -> change(dialog.number, dialog.revision, dialog.edits)
        null -> attempt {}
    }.also { dismiss() }

    fun dismiss() = shown.update { it.copy(dialog = null, problem = null) }

    /** Cancelling the job stops the import; what has come in stays, and importing the same file again goes on. */
    fun import(path: String): Job = attempt {
        val job = me.io(dispatcher) { customers().importFile(path) }
        job.progress(dispatcher).collect { progress -> shown.update { it.copy(import = progress) } }
        val report = me.io(dispatcher) { job.report() }
        shown.update { it.copy(import = null, outcome = report.counts) }
        load(shown.value.text)
    }

    private suspend fun load(text: String) = told {
        val page = page(text, null)
        shown.update { it.copy(text = text, customers = page.items, hasMore = page.next != null) }
    }

    private suspend fun page(text: String, after: String?): CustomerPage {
        val query = CustomerQuery(text = text.ifBlank { null })
        return me.io(dispatcher) { customers().list(query, PageRequest(after, 20)) }.also { next = it.next }
    }

    private fun attempt(what: suspend () -> Unit): Job = scope.launch { told(what) }

    private suspend fun told(what: suspend () -> Unit) {
        try {
            what()
        } catch (error: CrmException) {
            shown.update { it.copy(problem = error.detail) }
        }
    }
}
// README: to here
