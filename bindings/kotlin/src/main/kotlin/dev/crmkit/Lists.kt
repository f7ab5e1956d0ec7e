package dev.crmkit

import dev.crmkit.model.Attachment
import dev.crmkit.model.AttachmentQuery
import dev.crmkit.model.Contract
import dev.crmkit.model.ContractQuery
import dev.crmkit.model.CustomerQuery
import dev.crmkit.model.CustomerSummary
import dev.crmkit.model.FollowUp
import dev.crmkit.model.FollowUpQuery
import dev.crmkit.model.Opportunity
import dev.crmkit.model.OpportunityQuery
import dev.crmkit.model.PageRequest
import dev.crmkit.model.TaskQuery
import dev.crmkit.model.TaskSummary
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withContext

/** Rows that are fetched at a time. */
private const val ROWS = 200

/** All attachments that match, fetched off the main thread by pages of [pageSize] as they are collected. */
@JvmOverloads
fun AttachmentsInterface.all(
    query: AttachmentQuery = AttachmentQuery(),
    pageSize: Int = ROWS,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Attachment> = rows(pageSize, dispatcher) { page -> list(query, page).let { it.items to it.next } }

/** All contracts that match, fetched off the main thread by pages of [pageSize] as they are collected. */
@JvmOverloads
fun ContractsInterface.all(
    query: ContractQuery = ContractQuery(),
    pageSize: Int = ROWS,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Contract> = rows(pageSize, dispatcher) { page -> list(query, page).let { it.items to it.next } }

/** All customers that match, fetched off the main thread by pages of [pageSize] as they are collected. */
@JvmOverloads
fun CustomersInterface.all(
    query: CustomerQuery = CustomerQuery(),
    pageSize: Int = ROWS,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<CustomerSummary> = rows(pageSize, dispatcher) { page -> list(query, page).let { it.items to it.next } }

/** All follow-ups that match, fetched off the main thread by pages of [pageSize] as they are collected. */
@JvmOverloads
fun FollowUpsInterface.all(
    query: FollowUpQuery = FollowUpQuery(),
    pageSize: Int = ROWS,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<FollowUp> = rows(pageSize, dispatcher) { page -> list(query, page).let { it.items to it.next } }

/** All opportunities that match, fetched off the main thread by pages of [pageSize] as they are collected. */
@JvmOverloads
fun OpportunitiesInterface.all(
    query: OpportunityQuery = OpportunityQuery(),
    pageSize: Int = ROWS,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<Opportunity> = rows(pageSize, dispatcher) { page -> list(query, page).let { it.items to it.next } }

/** All open tasks of a list, fetched off the main thread by pages of [pageSize] as they are collected. */
@JvmOverloads
fun TasksInterface.all(
    query: TaskQuery = TaskQuery(),
    pageSize: Int = ROWS,
    dispatcher: CoroutineDispatcher = Dispatchers.IO,
): Flow<TaskSummary> = rows(pageSize, dispatcher) { page -> list(query, page).let { it.items to it.next } }

/** All rows of a list, whose [page] answers with some and with what to ask the next page with. */
private fun <Row> rows(
    pageSize: Int,
    dispatcher: CoroutineDispatcher,
    page: (PageRequest) -> Pair<List<Row>, String?>,
): Flow<Row> = flow {
    var after: String? = null
    do {
        val (items, next) = withContext(dispatcher) { page(PageRequest(after, pageSize)) }
        for (row in items) emit(row)
        after = next
    } while (after != null)
}
