import Crmkit
import Foundation

/// A salesperson's day: what is due and a call, a deal from the first talk to the contract, what the month comes to, a leaver's
/// customers handed over, a duplicate found, merged, and undone. What it says is asserted.
///
///     try await sales(clock: FixedClock(Date(timeIntervalSince1970: 1_715_734_800)))    // nine o'clock of the business's morning
public func sales(clock: any CrmClock) async throws {
    let crm = try await Crm.open(path: ":memory:", clock: clock)
    let desk = try await crm.io { crm in try Desk(crm) }
    let customer = try await enter(desk.wang, "上海示例科技有限公司", phone: "021-5555 0199")
    try await morning(desk.wang, customer)
    try await desk.wang.io { me in try deal(me, customer) }
    try await whatHappened(desk.wang, customer)
    try await desk.sun.io { me in try month(me) }
    try await leaver(desk, customer)
    let twin = try await enter(desk.sun, "示例科技(上海)有限公司", phone: "+86 21 55550199")
    try await duplicate(desk.sun, twin, of: customer)
    try crm.close()
}

/// Ends the program where something is not as the example says.
private func check(_ holds: Bool, _ why: String = "", file: StaticString = #file, line: UInt = #line) {
    precondition(holds, why, file: file, line: line)
}

/// A team with a supervisor, 孙, and two reps, 王 and 赵.
private struct Desk {
    let admin, sun, wang, zhao: Session

    init(_ crm: Crm) throws {
        try crm.setUp(admin: "lin", name: "林")
        admin = try crm.session(login: "lin")
        let east = try admin.teams().create(new: NewTeam(name: "华东"))
        for (login, name, role) in [("sun", "孙", Role.supervisor), ("wang", "王", .salesRep), ("zhao", "赵", .salesRep)] {
            try admin.users().create(new: NewUser(login: login, name: name, role: role, team: east.name))
        }
        (sun, wang, zhao) = (try crm.session(login: "sun"), try crm.session(login: "wang"), try crm.session(login: "zhao"))
    }
}

/// Enters a customer, whoever looks like it: that is seen to later.
private func enter(_ me: Session, _ name: String, phone: String) async throws -> Customer {
    let new = NewCustomer(
        name: name, kind: .enterprise, industry: "制造业", phones: [NewPhone(typed: phone)], source: "转介绍",
        firstContact: LocalDate(2024, 5, 14))
    return try await me.io { me in try me.customers().create(new: new, check: .anotherCustomer) }
}

private func talk(_ topic: String, next: LocalDate?) -> NewFollowUp {
    NewFollowUp(method: "电话拜访", topic: topic, content: "客户要求报价", nextFollowUp: next)
}

private func openTasks(_ me: Session, _ list: TaskList) async throws -> [TaskSummary] {
    try await me.io { me in try me.tasks().list(query: TaskQuery(list: list)).items }
}

/// What is due, a call, a note, the next date.
private func morning(_ me: Session, _ customer: Customer) async throws {
    let first = talk("方案反馈", next: LocalDate(2024, 5, 15))
    try await me.io { me in try me.followUps().add(customer: customer.number, new: first) }
    let due = try await openTasks(me, .today)
    check(due.map(\.title) == ["2024-05-15 跟进上海示例科技有限公司方案反馈"])
    due.forEach { print($0.title) }

    var call = talk("报价", next: LocalDate(2024, 5, 22))
    call.needs = "两台设备，六月交货"
    call.completes = due.map(\.id)
    try await me.io { [call] me in try me.followUps().add(customer: customer.number, new: call) }
    try await check(openTasks(me, .today).isEmpty)
    try await check(openTasks(me, .comingUp).map(\.title) == ["2024-05-22 跟进上海示例科技有限公司报价"])
}

// README: from here
/// From the first talk to the contract, and to its last payment.
private func deal(_ me: Session, _ customer: Customer) throws {
    let today = try LocalDate(iso: "2024-05-15")
    let deal = try me.opportunities().create(
        customer: customer.number,
        new: NewOpportunity(name: "产线改造", expectedAmount: 120_000, expectedClose: LocalDate(2024, 6, 30)))
    try me.opportunities().move(id: deal.id, stage: .proposal, note: "已发报价单")
    try check(me.opportunities().forecast().total.weighted == 60_000)

    let win = Win(amount: 118_000, signedOn: today, contractNumber: "HT-2024-001", reason: "交货快")
    let contract = try me.opportunities().closeWon(id: deal.id, win: win).contract
    let part = try me.contracts().pay(id: contract.id, revision: contract.revision, on: today, amount: 18_000, note: "定金")
    check(!part.contract.paid)
    let paid = try me.contracts().pay(id: contract.id, revision: part.contract.revision, on: today, amount: 100_000)
    check(paid.contract.paid)
    if let status = paid.proposedStatus { try me.customers().setStatus(customer: customer.number, status: status) }
    try check(me.customers().get(key: customer.number).status == .won)
}
// README: to here

/// All that there has been with a customer, the latest first.
private func whatHappened(_ me: Session, _ customer: Customer) async throws {
    let happened = try await me.io { me in try me.customers().timeline(customer: customer.number).items }
    check(happened.contains { $0.sort == .contract })
    for entry in happened { print("  \(entry.at) \(entry.line(.zh))") }
}

/// What the month comes to, as the supervisor sees it.
private func month(_ me: Session) throws {
    try me.targets().set(targets: [NewTarget(person: "wang", month: "2024-05", amount: 100_000)])
    for row in try me.reports().funnel(query: FunnelQuery(period: "2024-05")).rows {
        print("  \(row.stage.label(.zh)) \(row.customers) \(row.share.text)")
    }
    let performance = try me.reports().performance(query: PerformanceQuery(period: "2024-05", person: "wang"))
    check(performance.rows.map(\.wonAmount) == [118_000])
    check(performance.total.attainment.text == "118 %")
}

/// Wang leaves: the supervisor hands the customers over, and who gets them is told.
private func leaver(_ desk: Desk, _ customer: Customer) async throws {
    try await desk.admin.io { me in
        let wang = try me.users().get(login: "wang")
        try me.users().update(id: wang.id, revision: wang.revision, edits: [.active(value: false)])
    }
    let handed = try await desk.sun.io { me in try me.customers().handOver(fromOwner: "wang", to: "zhao", reason: "离职交接") }
    check(handed == 1)
    try await desk.zhao.io { me in
        try check(me.customers().get(key: customer.number).owner == me.user()?.id)
        let told = try me.reminders().due()
        check(told.map(\.kind) == [.handOver] && told.map(\.customer) == [customer.number])
        for one in told { try me.reminders().confirm(key: one.key) }
    }
    try await check(openTasks(desk.zhao, .comingUp).map(\.customer) == [customer.number], "with what is open")
}

/// The same company twice: found, made one, and two again.
private func duplicate(_ me: Session, _ twin: Customer, of customer: Customer) async throws {
    let alike = try await me.io { me in
        try me.customers().duplicates(name: twin.name, kind: twin.kind, phones: twin.phones.map(\.typed))
    }
    check(alike.contains { $0.number == customer.number })

    let preview = try await me.io { me in try me.customers().mergePreview(loser: twin.number, into: customer.number) }
    for field in preview.fields {
        if let result = field.result { print("  \(field.field): \(result) (\(field.reason.label(.zh)))") }
    }
    let one = try await me.io { me in try me.customers().merge(loser: twin.number, into: customer.number) }
    check(one.name == preview.result.name)
    let led = try await me.io { me in try me.customers().get(key: twin.number) }
    check(led.number == one.number, "its number leads on")

    let again = try await me.io { me in
        let latest = try me.customers().history(customer: one.number, limit: 1)
        for merged in latest { try me.customers().undo(operation: merged.operation) }
        return try me.customers().get(key: twin.number)
    }
    check(again.name == twin.name, "and is its own again")
    print("\(customer.number) and \(twin.number) are two again")
}
