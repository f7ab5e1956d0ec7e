package dev.crmkit

import dev.crmkit.model.Choice
import dev.crmkit.model.CustomerKind
import dev.crmkit.model.Language
import dev.crmkit.model.NewCustomer
import dev.crmkit.model.NewPhone
import java.time.Instant
import java.time.LocalDate

/** The business's noon on the day on which most tests take place. */
val NOON: Instant = Instant.parse("2024-05-01T04:00:00Z")

/** A set-up database in memory, and its admin's session. */
class Fixture(path: String = ":memory:", language: Language = Language.ZH, clock: CrmClock = FixedClock(NOON)) : AutoCloseable {
    val crm = Crm.open(path, language = language, clock = clock)
    val lin = crm.setUp("lin", "林")
    val me = crm.session("lin")

    override fun close() {
        me.close()
        crm.close()
    }
}

fun company(name: String = "上海示例科技有限公司", phone: String = "021-5555 0199") = NewCustomer(
    name = name,
    kind = CustomerKind.ENTERPRISE,
    industry = Choice("制造业"),
    phones = listOf(NewPhone(phone)),
    source = Choice("转介绍", "老客户"),
    firstContact = LocalDate.of(2024, 4, 28),
)
