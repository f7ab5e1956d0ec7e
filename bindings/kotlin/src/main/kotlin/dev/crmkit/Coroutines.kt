package dev.crmkit

import dev.crmkit.model.CustomerQuery
import dev.crmkit.model.CustomerSummary
import dev.crmkit.model.PageRequest
import dev.crmkit.model.Progress
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext

/**
 * Makes calls off the main thread: every call reads or writes the database, and waits for it.
 *
 * ```
 * val customer = me.io { customers().get("CRM202405010001") }
 * ```
 */
suspend fun <T> Session.io(calls: Session.() -> T): T = withContext(Dispatchers.IO) { calls() }

/** Makes calls off the main thread, as on a [Session]. */
suspend fun <T> Crm.io(calls: Crm.() -> T): T = withContext(Dispatchers.IO) { calls() }

/** All customers that match (R2.7), fetched off the main thread by pages of [pageSize] as they are collected. */
fun Customers.all(query: CustomerQuery = CustomerQuery(), pageSize: UInt = 200u): Flow<CustomerSummary> =
    rows(pageSize) { page -> list(query, page).let { it.items to it.next } }

/** All rows of a list, whose [page] answers with some and with what to ask the next page with. */
private fun <Row> rows(pageSize: UInt, page: (PageRequest) -> Pair<List<Row>, String?>): Flow<Row> = flow {
    var after: String? = null
    do {
        val (items, next) = withContext(Dispatchers.IO) { page(PageRequest(after, pageSize)) }
        for (row in items) emit(row)
        after = next
    } while (after != null)
}

/**
 * Runs the import off the main thread, a step for each progress that is collected, to its end. Not collecting on stops
 * it: what has come in stays, and importing the same file again goes on.
 */
fun ImportJob.progress(): Flow<Progress> = steps { step() }

/**
 * Looks for duplicates off the main thread, a step for each progress that is collected, to its end. Not collecting on
 * stops it.
 */
fun DuplicateJob.progress(): Flow<Progress> = steps { step() }

/** A check of the whole store, step by step, off the main thread; its report is ready at the end. */
fun CheckJob.progress(): Flow<Progress> = steps { step() }

private fun steps(step: () -> Progress): Flow<Progress> = flow {
    do {
        val progress = withContext(Dispatchers.IO) { step() }
        emit(progress)
    } while (!progress.finished)
}
