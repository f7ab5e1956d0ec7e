import Crmkit
import Foundation
import Testing

/// The manual's vectors, which run in every language: see `tests/vectors/README.md`.
struct VectorFile: Decodable {
    let rule: String
    let records: [String: JSON]?
    let cases: [JSON]

    static func all() throws -> [VectorFile] {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let folder = ProcessInfo.processInfo.environment["CRMKIT_VECTORS"].map { URL(fileURLWithPath: $0) }
            ?? here.appendingPathComponent("../../../../tests/vectors").standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
            .map { try JSONDecoder().decode(VectorFile.self, from: Data(contentsOf: $0)) }
    }
}

struct Vector: CustomTestStringConvertible, Sendable {
    let rule: String
    let records: [String: JSON]
    let given: JSON

    var testDescription: String { "\(rule) \(given["name"].text ?? "")" }

    static func all() throws -> [Vector] {
        try VectorFile.all().flatMap { file in
            file.cases.map { Vector(rule: file.rule, records: file.records ?? [:], given: $0) }
        }
    }
}

@Suite struct VectorsTests {
    @Test func theVectorsAreThere() throws {
        #expect(try VectorFile.all().count >= 10)
    }

    @Test(arguments: try Vector.all())
    func holds(_ vector: Vector) async throws {
        let clock = try CaseClock(.read(vector.given["now"]))
        let region: String? = try .read(vector.given["region"])
        let crm = try Crm(path: ":memory:", settings: region.map { [.region(value: $0)] } ?? [], clock: clock)
        var saved = ["lin": try JSON(crm.setUp(admin: "lin", name: "林"))]
        var sessions: [String: Session] = [:]
        let turns = vector.given["steps"].list.enumerated().flatMap { index, raw in
            (1...Int(raw["repeat"].number ?? 1)).map { (index, raw, String($0)) }
        }
        for (index, raw, turn) in turns {
            let at = "step \(index + 1)"
            let step = try filledIn(raw, turn, saved)
            if step["now"] != .null { clock.put(try .read(step["now"])) }
            let expected = step["error"]
            do {
                let result = try await take(crm, &sessions, step, vector.records)
                guard expected == .null else { throw Unfit("\(at) succeeded: \(result)") }
                if let expected = step.object["expect"] { try expected.compare(with: result, at: "\(at): result") }
                if let name = step["save_as"].text { saved[name] = result }
            } catch let error as CrmError {
                guard expected != .null else { throw Unfit("\(at) failed: \(error)") }
                var fields = expected.object
                if let begins = fields.removeValue(forKey: "message")?.text, !error.detail.hasPrefix(begins) {
                    throw Unfit("\(at): the message is \(error.detail)")
                }
                try JSON.object(fields).compare(with: form(error), at: "\(at): error")
            }
        }
    }
}

/// A clock that stands where a case or a step puts it.
private final class CaseClock: CrmClock, @unchecked Sendable {
    private let lock = NSLock()
    private var instant: Date

    init(_ instant: Date) { self.instant = instant }

    func put(_ instant: Date) { lock.withLock { self.instant = instant } }

    func now() -> Date { lock.withLock { instant } }
}

/// The step with every `{i}` replaced by which time it is done, and every `$name.field` by what was saved.
private func filledIn(_ value: JSON, _ turn: String, _ saved: [String: JSON]) throws -> JSON {
    switch value {
    case .object(let fields): return .object(try fields.mapValues { try filledIn($0, turn, saved) })
    case .list(let items): return .list(try items.map { try filledIn($0, turn, saved) })
    case .text(let given):
        let text = given.replacingOccurrences(of: "{i}", with: turn)
        guard text.hasPrefix("$") else { return .text(text) }
        let path = text.dropFirst().split(separator: ".").map(String.init)
        return try path.dropFirst().reduce(saved[path.first ?? ""] ?? .null) { found, part in
            guard case .list(let items) = found else { return found[part] }
            guard let index = Int(part), items.indices.contains(index) else { throw Unfit("nothing was saved as \(text)") }
            return items[index]
        }
    default: return value
    }
}

/// The fields of `with`, over those of the record that it is like.
private func fields(_ step: JSON, _ records: [String: JSON]) -> JSON {
    var over = step["with"].object
    guard let like = over.removeValue(forKey: "like")?.text else { return .object(over) }
    var record = records[like]?.object ?? [:]
    for (name, value) in over { record[name] = value == .null ? nil : value }
    return .object(record)
}

private func take(
    _ crm: Crm, _ sessions: inout [String: Session], _ step: JSON, _ records: [String: JSON]
) async throws -> JSON {
    if step["do"].text == "login" {
        sessions[step["session"].text ?? ""] = try crm.login(
            login: .read(step["login"]), password: .read(step["password"]), device: .read(step["device"]))
        return .null
    }
    let login = step["as"].text ?? "lin"
    let known = login.hasPrefix("@") ? sessions[String(login.dropFirst())] : nil
    let session = try known ?? crm.session(login: login)
    let me = try step["backdated"] == .null ? session : session.backdated(at: .read(step["backdated"]))
    let with = fields(step, records)
    func argument<Value: Readable>(_ name: String) throws -> Value {
        try .read(step.object[name] ?? with[name])
    }
    switch step["do"].text ?? "" {
    case "customers.create": return try JSON(me.customers().create(new: .read(with), check: argument("check")))
    case "customers.check": return try JSON(me.customers().check(new: .read(with)))
    case "customers.get": return try JSON(me.customers().get(key: argument("key")))
    case "customers.update":
        return try JSON(me.customers().update(key: argument("key"), revision: argument("revision"), edits: with.edits()))
    case "customers.list": return try JSON(me.customers().list(query: .read(with), page: .read(step)))
    case "customers.count": return try JSON(me.customers().count(query: .read(with)))
    case "customers.duplicates":
        return try JSON(
            me.customers().duplicates(
                name: argument("name"), kind: argument("kind"), phones: argument("phones"), registrations: argument("registrations")))
    case "customers.find_duplicates":
        let job = try me.customers().findDuplicates(importId: argument("import_id"))
        for try await _ in job.progress() {}
        return try JSON(job.report())
    case "customers.review_duplicates": return try await review(me, step["decisions"])
    case "customers.say_different":
        try me.customers().sayDifferent(a: argument("a"), b: argument("b"))
        return .null
    case "customers.unsay_different":
        try me.customers().unsayDifferent(a: argument("a"), b: argument("b"))
        return .null
    case "customers.say_same": return try JSON(me.customers().saySame(customer: argument("customer"), name: argument("name")))
    case "customers.unsay_same": return try JSON(me.customers().unsaySame(customer: argument("customer"), name: argument("name")))
    case "customers.merge_preview":
        return try JSON(me.customers().mergePreview(loser: argument("loser"), into: argument("into")))
    case "customers.merge":
        return try JSON(me.customers().merge(loser: argument("loser"), into: argument("into"), choices: argument("choices")))
    case "customers.merges": return try JSON(me.customers().merges(customer: argument("customer")))
    case "customers.history":
        return try JSON(
            me.customers().history(customer: argument("customer"), before: argument("before"), limit: argument("limit")))
    case "customers.undo":
        try me.customers().undo(operation: argument("operation"))
        return .null
    case "customers.import_file": return try await importList(me, step["csv"].text ?? "", .read(with))
    case "contacts.add": return try JSON(me.contacts().add(customer: argument("customer"), new: .read(with)))
    case "contacts.list": return try JSON(me.contacts().list(customer: argument("customer")))
    case "contacts.update":
        return try JSON(me.contacts().update(id: argument("id"), revision: argument("revision"), edits: with.edits()))
    case "contacts.archive":
        return try JSON(me.contacts().archive(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "contacts.restore":
        return try JSON(me.contacts().restore(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "service_records.restore":
        return try JSON(me.serviceRecords().restore(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "customers.quiet": return try JSON(me.customers().quiet(owner: argument("owner"), page: .read(step)))
    case "customers.mark_quiet_lost":
        return try JSON(me.customers().markQuietLost(limit: argument("limit"), dryRun: argument("dry_run")))
    case "attachments.add":
        let file = AttachmentFile(new: try .read(with))
        let times: Int = step["times"] == .null ? 1 : try .read(step["times"])
        try file.append(bytes: Data(String(repeating: step["content"].text ?? "", count: times).utf8))
        return try JSON(me.attachments().add(customer: argument("customer"), file: file))
    case "attachments.open":
        return .text(String(decoding: try me.attachments().open(id: argument("id")).data(), as: UTF8.self))
    case "attachments.list": return try JSON(me.attachments().list(query: .read(with), page: .read(step)))
    case "attachments.update":
        return try JSON(me.attachments().update(id: argument("id"), revision: argument("revision"), edits: with.edits()))
    case "attachments.archive":
        return try JSON(me.attachments().archive(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "attachments.restore":
        return try JSON(me.attachments().restore(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "service_records.add":
        return try JSON(me.serviceRecords().add(customer: argument("customer"), new: .read(with)))
    case "service_records.get": return try JSON(me.serviceRecords().get(id: argument("id")))
    case "service_records.list":
        return try JSON(me.serviceRecords().list(customer: argument("customer"), archived: argument("archived"), page: .read(step)))
    case "service_records.update":
        return try JSON(me.serviceRecords().update(id: argument("id"), revision: argument("revision"), edits: with.edits()))
    case "service_records.archive":
        return try JSON(me.serviceRecords().archive(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "customers.set_status":
        return try JSON(me.customers().setStatus(customer: argument("customer"), status: argument("status"), reason: argument("reason")))
    case "customers.set_status_all":
        return try JSON(me.customers().setStatusAll(customers: argument("customers"), status: argument("status"), reason: argument("reason"), mode: argument("mode")))
    case "session.describe": return try JSON(me.describe(noun: argument("noun")))
    case "customers.timeline": return try JSON(me.customers().timeline(customer: argument("customer"), page: .read(step)))
    case "customers.status_changes": return try JSON(me.customers().statusChanges(customer: argument("customer"), page: .read(step)))
    case "customers.assign":
        return try JSON(me.customers().assign(customer: argument("customer"), to: argument("to"), reason: argument("reason")))
    case "customers.assign_all":
        return try JSON(me.customers().assignAll(customers: argument("customers"), to: argument("to"), reason: argument("reason"), mode: argument("mode")))
    case "customers.hand_over":
        return try JSON(me.customers().handOver(fromOwner: argument("from_owner"), to: argument("to"), reason: argument("reason")))
    case "customers.hand_overs": return try JSON(me.customers().handOvers(customer: argument("customer"), page: .read(step)))
    case "customers.archive": return try JSON(me.customers().archive(customer: argument("customer"), reason: argument("reason")))
    case "customers.restore": return try JSON(me.customers().restore(customer: argument("customer"), reason: argument("reason")))
    case "customers.archive_all":
        return try JSON(me.customers().archiveAll(customers: argument("customers"), reason: argument("reason"), mode: argument("mode")))
    case "customers.restore_all":
        return try JSON(me.customers().restoreAll(customers: argument("customers"), reason: argument("reason"), mode: argument("mode")))
    case "customers.tag_all":
        return try JSON(me.customers().tagAll(customers: argument("customers"), add: argument("add"), remove: argument("remove"), mode: argument("mode")))
    case "follow_ups.add": return try JSON(me.followUps().add(customer: argument("customer"), new: .read(with)))
    case "follow_ups.get": return try JSON(me.followUps().get(id: argument("id")))
    case "follow_ups.list": return try JSON(me.followUps().list(query: .read(with), page: .read(step)))
    case "follow_ups.update":
        return try JSON(me.followUps().update(id: argument("id"), revision: argument("revision"), edits: with.edits()))
    case "follow_ups.archive":
        return try JSON(me.followUps().archive(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "follow_ups.restore":
        return try JSON(me.followUps().restore(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "customers.profile": return try JSON(me.customers().profile(customer: argument("customer")))
    case "customers.basics": return try JSON(me.customers().basics(key: argument("key")))
    case "opportunities.create":
        return try JSON(me.opportunities().create(customer: argument("customer"), new: .read(with)))
    case "opportunities.get": return try JSON(me.opportunities().get(id: argument("id")))
    case "opportunities.list": return try JSON(me.opportunities().list(query: .read(with), page: .read(step)))
    case "opportunities.history": return try JSON(me.opportunities().history(id: argument("id")))
    case "opportunities.forecast": return try JSON(me.opportunities().forecast(owner: argument("owner")))
    case "opportunities.update":
        return try JSON(me.opportunities().update(id: argument("id"), revision: argument("revision"), edits: with.edits()))
    case "opportunities.move":
        return try JSON(me.opportunities().move(id: argument("id"), stage: argument("stage"), note: argument("note")))
    case "opportunities.close_won":
        return try JSON(me.opportunities().closeWon(id: argument("id"), win: .read(with)))
    case "opportunities.close_lost":
        return try JSON(me.opportunities().closeLost(id: argument("id"), reason: argument("reason")))
    case "opportunities.reopen":
        return try JSON(me.opportunities().reopen(id: argument("id"), reason: argument("reason")))
    case "contracts.add": return try JSON(me.contracts().add(customer: argument("customer"), new: .read(with)))
    case "contracts.list": return try JSON(me.contracts().list(query: .read(with), page: .read(step)))
    case "contracts.update":
        return try JSON(me.contracts().update(id: argument("id"), revision: argument("revision"), edits: with.edits()))
    case "contracts.correct":
        return try JSON(
            me.contracts().correct(
                id: argument("id"), revision: argument("revision"), edits: with.edits(), reason: argument("reason")))
    case "contracts.pay":
        return try JSON(
            me.contracts().pay(
                id: argument("id"), revision: argument("revision"), on: argument("on"), amount: argument("amount"),
                note: argument("note")))
    case "contracts.mark_paid":
        return try JSON(
            me.contracts().markPaid(id: argument("id"), revision: argument("revision"), reason: argument("reason")))
    case "tasks.list": return try JSON(me.tasks().list(query: .read(with), page: .read(step)))
    case "tasks.get": return try JSON(me.tasks().get(id: argument("id")))
    case "tasks.complete": return try JSON(me.tasks().complete(id: argument("id")))
    case "tasks.put_off":
        return try JSON(me.tasks().putOff(id: argument("id"), revision: argument("revision"), due: argument("due"), dueTime: argument("due_time")))
    case "reminders.due": return try JSON(me.reminders().due(limit: argument("limit")))
    case "reminders.confirm":
        try me.reminders().confirm(key: argument("key"))
        return .null
    case "reminders.silence":
        try me.reminders().silence(kind: argument("kind"), silent: argument("silent"))
        return .null
    case "reminders.silenced": return try JSON(me.reminders().silenced())
    case "users.set_password":
        try me.users().setPassword(login: argument("login"), password: argument("password"))
        return .null
    case "users.account": return try JSON(me.users().account(login: argument("login")))
    case "users.suspend": return try JSON(me.users().suspend(login: argument("login"), reason: argument("reason")))
    case "users.resume": return try JSON(me.users().resume(login: argument("login"), reason: argument("reason")))
    case "account.get": return try JSON(me.account().get())
    case "account.change_password":
        try me.account().changePassword(oldPassword: argument("old_password"), password: argument("password"))
        return .null
    case "account.log_out":
        try me.account().logOut()
        return .null
    case "requests.ask": return try JSON(me.requests().ask(new: .read(with)))
    case "requests.get": return try JSON(me.requests().get(id: argument("id")))
    case "requests.list": return try JSON(me.requests().list(waiting: argument("waiting"), page: .read(step)))
    case "requests.approve": return try JSON(me.requests().approve(id: argument("id")))
    case "requests.refuse": return try JSON(me.requests().refuse(id: argument("id"), reason: argument("reason")))
    case "requests.withdraw": return try JSON(me.requests().withdraw(id: argument("id")))
    case "reports.funnel": return try JSON(me.reports().funnel(query: .read(with)))
    case "reports.funnel_rows":
        return try JSON(me.reports().funnelRows(stage: argument("stage"), query: .read(with), limit: argument("limit")))
    case "reports.sources": return try JSON(me.reports().sources(query: .read(with)))
    case "reports.sources_rows":
        return try JSON(
            me.reports().sourcesRows(
                source: argument("source"), onlyWon: argument("only_won"), query: .read(with), limit: argument("limit")))
    case "reports.performance": return try JSON(me.reports().performance(query: .read(with)))
    case "reports.performance_rows":
        return try JSON(me.reports().performanceRows(figure: argument("figure"), query: .read(with), limit: argument("limit")))
    case "reports.status": return try JSON(me.reports().status(query: .read(with)))
    case "reports.status_rows":
        return try JSON(me.reports().statusRows(status: argument("status"), query: .read(with), limit: argument("limit")))
    case "reports.team": return try JSON(me.reports().team(query: .read(with)))
    case "reports.forecast": return try JSON(me.reports().forecast(query: .read(with)))
    case "targets.set": return try JSON(me.targets().set(targets: argument("targets")))
    case "targets.list": return try JSON(me.targets().list(period: argument("period")))
    case "targets.history":
        return try JSON(me.targets().history(person: argument("person"), month: argument("month"), limit: argument("limit")))
    case "audit.search": return try JSON(me.audit().search(query: .read(with), page: .read(step)))
    case "users.create": return try JSON(me.users().create(new: .read(with)))
    case "users.update":
        return try JSON(me.users().update(id: argument("id"), revision: argument("revision"), edits: with.edits()))
    case "teams.create": return try JSON(me.teams().create(new: .read(with)))
    case "pick_lists.list": return try JSON(me.pickLists().list(list: argument("list")))
    case "pick_lists.put": return try JSON(me.pickLists().put(entry: .read(with)))
    case "settings.get": return try JSON(me.settings().get())
    case "settings.update":
        return try JSON(me.settings().update(revision: argument("revision"), edits: with.edits()))
    case "imports.undo": return try JSON(me.imports().undo(id: argument("id")))
    case "audit.list": return try JSON(me.audit().list(after: argument("after"), limit: argument("limit")))
    case "audit.verify": return try JSON(me.audit().verify())
    case let verb: throw Unfit("no verb \(verb)")
    }
}

private func importList(_ me: Session, _ csv: String, _ options: ImportOptions) async throws -> JSON {
    let folder = try Folder()
    let job = try me.customers().importFile(path: folder.file("list.csv", csv), options: options)
    for try await _ in job.progress() {}
    let report = try job.report()
    let rows = options.dryRun ? [] : try me.imports().rows(id: report.import)
    return .object(try JSON(report).object.merging(["rows": JSON(rows)]) { $1 })
}

/// An error in the form in which vectors have it.
private func form(_ error: CrmError) throws -> JSON {
    var found: [String: JSON] = [
        "kind": try JSON(error.kind), "code": .text(error.code), "fields": try JSON(error.fields), "problems": try JSON(error.problems),
    ]
    switch error {
    case .duplicate(_, _, let matches, let owners):
        found["matches"] = try JSON(matches)
        found["hidden_owners"] = try JSON(owners)
    case .conflict(_, _, _, let revision): found["revision"] = .number(Double(revision))
    default: break
    }
    return .object(found)
}

/// The customers in hand before each decision, and after the last one.
private func review(_ me: Session, _ decisions: JSON) async throws -> JSON {
    let job = try me.customers().findDuplicates()
    for try await _ in job.progress() {}
    let review = try job.review()
    var group = try review.nextGroup()
    var offered: [JSON] = []
    func offer() { offered.append(.list((group?.customers ?? []).map { .text($0.description) })) }
    for decision in decisions.list {
        offer()
        switch decision["say"].text {
        case "merge": group = try review.merge(into: .read(decision["into"]), losers: .read(decision["losers"]))
        case "different": group = try review.different(customers: .read(decision["customers"]))
        default:
            try review.later()
            group = nil
        }
        if group == nil { group = try review.nextGroup() }
    }
    offer()
    return .list(offered)
}
