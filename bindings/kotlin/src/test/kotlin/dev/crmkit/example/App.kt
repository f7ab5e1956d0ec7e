package dev.crmkit.example

import dev.crmkit.*
import dev.crmkit.model.*
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import java.time.Instant
import java.time.LocalDate

/** A whole app around the view model, small enough to be shrunk: `ShrinkingTest` runs what is left of it. */
object App {
    @JvmStatic
    fun main(arguments: Array<String>) = runBlocking {
        Crm.opened(":memory:", clock = FixedClock(Instant.parse("2024-05-01T04:00:00Z"))).use { crm ->
            crm.setUp("lin", "林")
            val scope = CoroutineScope(Dispatchers.Default)
            val model = CustomersViewModel(crm.session("lin"), scope)
            val new = NewCustomer(
                name = "上海示例科技有限公司",
                kind = CustomerKind.ENTERPRISE,
                industry = Choice("制造业"),
                phones = listOf(NewPhone("021-5555 0199")),
                source = Choice("转介绍"),
                firstContact = LocalDate.of(2024, 4, 28),
            )
            model.create(new).join()
            model.create(new).join()
            val dialog = model.state.first { it.dialog != null }.dialog as Dialog.Duplicate
            println("${dialog.matches.single().number} ${dialog.matches.single().band.code}")
            model.confirm().join()
            println(model.state.first { it.customers.size == 2 }.customers.map { it.number })
            scope.cancel()
        }
    }
}
