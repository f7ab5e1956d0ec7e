import dev.crmkit.*
import dev.crmkit.model.*
import kotlinx.coroutines.flow.collect
import java.time.LocalDate

suspend fun main() {
    val crm = Crm.opened("crm.db")                               // ":memory:" too
    if (!crm.isSetUp()) crm.setUp("lin", "林")
    val me = crm.session("lin")                                  // the host vouches that it is her
    // or crm.login("lin", password, "phone"), once an admin has called users().setPassword("lin", …)
    val customer = me.io {                                       // off the main thread
        customers().create(
            NewCustomer(
                name = "上海示例科技有限公司",
                kind = CustomerKind.ENTERPRISE,
                industry = Choice("制造业"),
                phones = listOf(NewPhone("021-5555 0199")),
                source = Choice("转介绍"),
                firstContact = LocalDate.of(2024, 4, 28),
            ),
        )
    }
    println("${customer.number} ${customer.status.label(Language.ZH)}")
    me.io { customers().update(customer.number, customer.revision, listOf(CustomerEdit.Note("要发票"))) }
    val entry = me.io { customers().history(customer.number) }.first()    // what befell it, the latest first
    println("${entry.actorName} ${entry.changes.map { it.field }}")
    me.io { customers().undo(entry.operation) }
    me.customers().all(CustomerQuery(text = "示例")).collect { println(it.name) }

    val job = me.customers().importFile("list.csv", ImportOptions(dryRun = true))
    job.progress().collect { println("${it.done} / ${it.total}") }
    println(job.report().counts)

    val search = me.customers().findDuplicates()                 // of an import only: importId = …
    search.progress().collect { println("${it.done} / ${it.total}") }
    val review = search.review()                                 // each group in hand, until none is left
    for (group in generateSequence { review.nextGroup() }) review.merge(group.customers[0])    // or different(), or later()
}
