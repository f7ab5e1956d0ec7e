package dev.crmkit.example

import dev.crmkit.*
import dev.crmkit.model.*
import java.math.BigDecimal
import java.time.Instant
import java.time.LocalDate

/** A salesperson's day, on nine o'clock of the business's morning. */
suspend fun main() = sales(FixedClock(Instant.parse("2024-05-15T01:00:00Z")))

/**
 * What is due and a call, a deal from the first talk to the contract, what the month comes to, a leaver's customers handed over, a duplicate
 * found, merged, and undone. What it says is asserted.
 */
suspend fun sales(clock: CrmClock) {
    Crm.opened(":memory:", clock = clock).use { crm ->
        val desk = crm.io { desk() }
        val customer = desk.wang.io { enter("上海示例科技有限公司", phone = "021-5555 0199") }
        desk.wang.io { morning(customer) }
        desk.wang.io { deal(customer) }
        desk.wang.io { whatHappened(customer) }
        desk.sun.io { month() }
        leaver(desk, customer)
        val twin = desk.sun.io { enter("示例科技(上海)有限公司", phone = "+86 21 55550199") }
        desk.sun.io { duplicate(twin, customer) }
    }
}

private val TODAY = LocalDate.of(2024, 5, 15)

/** A team with a supervisor, 孙, and two reps, 王 and 赵. */
private class Desk(
    val admin: SessionInterface,
    val sun: SessionInterface,
    val wang: SessionInterface,
    val zhao: SessionInterface,
)

private fun CrmInterface.desk(): Desk {
    setUp(admin = "lin", name = "林")
    val admin = session("lin")
    val east = admin.teams().create(NewTeam(name = "华东"))
    val people = listOf(
        NewUser("sun", "孙", Role.SUPERVISOR, team = east.name),
        NewUser("wang", "王", Role.SALES_REP, team = east.name),
        NewUser("zhao", "赵", Role.SALES_REP, team = east.name),
    )
    for (person in people) admin.users().create(person)
    return Desk(admin, session("sun"), session("wang"), session("zhao"))
}

/** Enters a customer, whoever looks like it: that is seen to later. */
private fun SessionInterface.enter(name: String, phone: String): Customer {
    val new = NewCustomer(
        name = name,
        kind = CustomerKind.ENTERPRISE,
        industry = Choice("制造业"),
        phones = listOf(NewPhone(phone)),
        source = Choice("转介绍"),
        firstContact = TODAY.minusDays(1),
    )
    return customers().create(new, DuplicateCheck.ANOTHER_CUSTOMER)
}

private fun talk(topic: String, next: LocalDate) =
    NewFollowUp(method = Choice("电话拜访"), topic = topic, content = "客户要求报价", nextFollowUp = next)

private fun SessionInterface.openTasks(list: TaskList): List<TaskSummary> = tasks().list(TaskQuery(list = list)).items

/** What is due, a call, a note, the next date. */
private fun SessionInterface.morning(customer: Customer) {
    followUps().add(customer.number, talk("方案反馈", next = TODAY))
    val due = openTasks(TaskList.TODAY).single()
    check(due.title == "2024-05-15 跟进上海示例科技有限公司方案反馈")
    println(due.title)

    val called = talk("报价", next = TODAY.plusWeeks(1)).copy(needs = "两台设备，六月交货", completes = listOf(due.id))
    followUps().add(due.customer, called)
    check(openTasks(TaskList.TODAY).isEmpty())
    check(openTasks(TaskList.COMING_UP).single().title == "2024-05-22 跟进上海示例科技有限公司报价")
}

// README: from here
/** From the first talk to the contract, and to its last payment. */
private fun SessionInterface.deal(customer: Customer) {
    val deal = opportunities().create(
        customer.number,
        NewOpportunity("产线改造", expectedAmount = BigDecimal("120000"), expectedClose = LocalDate.of(2024, 6, 30)),
    )
    opportunities().move(deal.id, Stage.PROPOSAL, note = "已发报价单")
    check(opportunities().forecast().total.weighted == BigDecimal("60000.00"))

    val win = Win(amount = BigDecimal("118000"), signedOn = TODAY, contractNumber = "HT-2024-001", reason = "交货快")
    val contract = opportunities().closeWon(deal.id, win).contract
    val part = contracts().pay(contract.id, contract.revision, on = TODAY, amount = BigDecimal("18000"), note = "定金")
    check(!part.contract.paid)
    val paid = contracts().pay(contract.id, part.contract.revision, on = TODAY, amount = BigDecimal("100000"))
    check(paid.contract.paid)
    paid.proposedStatus?.let { customers().setStatus(customer.number, it) }
    check(customers().get(customer.number).status == CustomerStatus.WON)
}
// README: to here

/** All that there has been with a customer, the latest first. */
private fun SessionInterface.whatHappened(customer: Customer) {
    val happened = customers().timeline(customer.number).items
    check(happened.count { it.sort == TimelineSort.CONTRACT } > 0)
    for (entry in happened) println("  ${entry.at} ${entry.line(Language.ZH)}")
}

/** What the month comes to, as the supervisor sees it. */
private fun SessionInterface.month() {
    targets().set(listOf(NewTarget("wang", "2024-05", amount = BigDecimal("100000"))))
    for (row in reports().funnel(FunnelQuery(period = "2024-05")).rows) {
        println("  ${row.stage.label(Language.ZH)} ${row.customers} ${row.share.text}")
    }
    val performance = reports().performance(PerformanceQuery(period = "2024-05", person = "wang"))
    val wang = performance.rows.single()
    check(wang.wonAmount == BigDecimal("118000.00") && wang.attainment.text == "118 %")
}

/** Wang leaves: the supervisor hands the customers over, and who gets them is told. */
private suspend fun leaver(desk: Desk, customer: Customer) {
    desk.admin.io {
        val wang = users().get("wang")
        users().update(wang.id, wang.revision, listOf(UserEdit.Active(false)))
    }
    check(desk.sun.io { customers().handOver(fromOwner = "wang", to = "zhao", reason = "离职交接") } == 1L)
    desk.zhao.io {
        check(customers().get(customer.number).owner == user()?.id)
        check(openTasks(TaskList.COMING_UP).single().customer == customer.number) { "with what is open" }
        val told = reminders().due().single()
        check(told.kind == TaskKind.HAND_OVER && told.customer == customer.number)
        reminders().confirm(told.key)
    }
}

/** The same company twice: found, made one, and two again. */
private fun SessionInterface.duplicate(twin: Customer, customer: Customer) {
    val alike = customers().duplicates(twin.name, twin.kind, phones = twin.phones.map { it.typed })
    check(alike.any { it.number == customer.number })

    val preview = customers().mergePreview(loser = twin.number, into = customer.number)
    for (field in preview.fields.filter { it.result != null }) println("  ${field.field}: ${field.result} (${field.reason.label(Language.ZH)})")
    val one = customers().merge(loser = twin.number, into = customer.number)
    check(one.name == preview.result.name)
    check(customers().get(twin.number).number == one.number) { "its number leads on" }

    val merged = customers().history(one.number, limit = 1).single()
    customers().undo(merged.operation)
    check(customers().get(twin.number).name == twin.name) { "and is its own again" }
    println("${customer.number} and ${twin.number} are two again")
}
