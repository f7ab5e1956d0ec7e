// A program of somebody else's, who imports all that there is: the tests have the oldest compiler that is promised compile it.
import dev.crmkit.*
import dev.crmkit.model.*
import java.time.*
import kotlinx.coroutines.runBlocking

class Still(private val clock: Clock) : CrmClock {
    override fun now(): Instant = clock.instant()
}

fun main() = runBlocking {
    val noon = Clock.fixed(Instant.parse("2024-05-01T04:00:00Z"), ZoneOffset.UTC)
    Crm.opened(":memory:", clock = Still(noon)).use { crm ->
        crm.setUp("lin", "林")
        val me: SessionInterface = crm.session("lin")
        val made: Customer = me.io {
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
        val revision: Long = made.revision
        val page: CustomerPage = me.customers().list(page = PageRequest(limit = 10))
        println("${made.number} $revision ${page.items.size} ${made.status.label(Language.EN)}")
        me.customers().all().collect { println(it.name) }
    }
}
