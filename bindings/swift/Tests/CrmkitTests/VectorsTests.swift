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
        let now = try #require(try vector.given["now"].instant)
        let region = try vector.given["region"].text.map { code -> Region in
            guard let region = ["CN": Region.cn, "TW": .tw, "HK": .hk, "MO": .mo][code] else { throw Unfit("no region \(code)") }
            return region
        }
        let crm = try open(path: ":memory:", region: region, clock: FixedClock(now))
        var saved = ["lin": try JSON(crm.setUp(admin: "lin", name: "林"))]
        for (index, raw) in vector.given["steps"].list.enumerated() {
            let at = "step \(index + 1)"
            let step = try filledIn(raw, saved)
            let expected = step["error"]
            do {
                let result = try await take(crm, step, vector.records)
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

/// The step with every `$name.field` replaced.
private func filledIn(_ value: JSON, _ saved: [String: JSON]) throws -> JSON {
    switch value {
    case .object(let fields): return .object(try fields.mapValues { try filledIn($0, saved) })
    case .list(let items): return .list(try items.map { try filledIn($0, saved) })
    case .text(let text) where text.hasPrefix("$"):
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

private func take(_ crm: Crm, _ step: JSON, _ records: [String: JSON]) async throws -> JSON {
    let me = try crm.session(login: step["as"].text ?? "lin")
    let with = fields(step, records)
    let revision = UInt64(step["revision"].number ?? 0)
    let customer = step["customer"].text ?? ""
    switch step["do"].text ?? "" {
    case "create": return try JSON(me.customers().create(new: newCustomer(with), check: step["check"].coded()))
    case "check": return try JSON(me.customers().check(new: newCustomer(with)))
    case "get": return try JSON(me.customers().get(key: customer))
    case "update":
        return try JSON(me.customers().update(key: customer, revision: revision, edits: with.object.map(customerEdit)))
    case "list":
        let page = PageRequest(after: step["after"].text, limit: UInt32(step["limit"].number ?? 50))
        return try JSON(me.customers().list(query: query(with), page: page))
    case "count": return try JSON(me.customers().count(query: query(with)))
    case "duplicates":
        let kind = try with["kind"].coded(CustomerKind.self) ?? .enterprise
        return try JSON(me.customers().duplicates(name: with["name"].text ?? "", kind: kind, phones: with["phones"].texts))
    case "find_duplicates":
        let job = try me.customers().findDuplicates(importId: step["import"].text)
        for try await _ in job.progress() {}
        return try JSON(job.report())
    case "say_different":
        try me.customers().sayDifferent(a: customer, b: step["other"].text ?? "")
        return .null
    case "unsay_different":
        try me.customers().unsayDifferent(a: customer, b: step["other"].text ?? "")
        return .null
    case "say_same": return try JSON(me.customers().saySame(customer: customer, name: step["name"].text ?? ""))
    case "unsay_same": return try JSON(me.customers().unsaySame(customer: customer, name: step["name"].text ?? ""))
    case "add_contact": return try JSON(me.contacts().add(customer: customer, new: newContact(with)))
    case "contacts": return try JSON(me.contacts().list(customer: customer))
    case "update_contact":
        let id = step["contact"].text ?? ""
        return try JSON(me.contacts().update(id: id, revision: revision, edits: with.object.map(contactEdit)))
    case "create_user": return try JSON(me.users().create(new: newUser(with)))
    case "update_user":
        return try JSON(me.users().update(id: step["user"].text ?? "", revision: revision, edits: with.object.map(userEdit)))
    case "create_team": return try JSON(me.teams().create(new: NewTeam(name: with["name"].text ?? "")))
    case "pick_entries": return try JSON(me.pickLists().list(list: required(step["list"].coded())))
    case "put_pick_entry": return try JSON(me.pickLists().put(entry: pickEntry(with)))
    case "import": return try await importList(me, step["csv"].text ?? "", importOptions(with))
    case "undo_import": return try JSON(me.imports().undo(id: step["import"].text ?? ""))
    case "audit":
        let (after, limit) = (UInt64(step["after"].number ?? 0), UInt32(step["limit"].number ?? 100))
        return try JSON(me.audit().list(after: after, limit: limit))
    case "audit_verify": return try JSON(me.audit().verify())
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
    case .Duplicate(_, _, let matches, let owners):
        found["matches"] = try JSON(matches)
        found["hidden_owners"] = try JSON(owners)
    case .Conflict(_, _, _, let revision): found["revision"] = .number(Double(revision))
    default: break
    }
    return .object(found)
}

private func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Unfit("a vector lacks a \(Value.self)") }
    return value
}

private func newCustomer(_ with: JSON) throws -> NewCustomer {
    NewCustomer(
        name: with["name"].text ?? "", kind: try with["kind"].coded(), industry: with.object["industry"].map(choice),
        size: try size(with["size"]), phones: with["phones"].list.map(phone), addresses: try with["addresses"].list.map(address),
        source: with.object["source"].map(choice), firstContact: try with["first_contact"].day,
        leadAt: try with["lead_at"].instant, owner: with["owner"].text, tags: with["tags"].texts, note: with["note"].text,
        externalId: with["external_id"].text, extra: with["extra"].textByName)
}

private func choice(_ value: JSON) -> Choice {
    Choice(code: value.text ?? value["code"].text ?? "", detail: value["detail"].text)
}

private func phone(_ value: JSON) -> NewPhone {
    NewPhone(typed: value.text ?? value["typed"].text ?? "", primary: value["primary"].flag)
}

private func size(_ value: JSON) throws -> Size? {
    guard case .object = value else { return nil }
    return Size(scale: try required(value["scale"].coded()), band: try required(value["band"].coded()))
}

private func address(_ value: JSON) throws -> Address {
    Address(
        kind: try required(value["kind"].coded()), province: value["province"].text, city: value["city"].text,
        district: value["district"].text, street: value["street"].text, line: value["line"].text)
}

private func days(_ value: JSON) throws -> DateRange {
    DateRange(from: try value["from"].day, until: try value["until"].day)
}

private func customerEdit(_ name: String, _ value: JSON) throws -> CustomerEdit {
    switch name {
    case "name": .name(value: try required(value.text))
    case "kind": .kind(value: try required(value.coded()))
    case "industry": .industry(value: choice(value))
    case "size": .size(value: try size(value))
    case "phones": .phones(value: value.list.map(phone))
    case "addresses": .addresses(value: try value.list.map(address))
    case "source": .source(value: choice(value))
    case "first_contact": .firstContact(value: try required(value.day))
    case "lead_at": .leadAt(value: try value.instant)
    case "tags": .tags(value: value.texts)
    case "note": .note(value: value.text)
    case "external_id": .externalId(value: value.text)
    case "extra": .extra(value: value.textByName)
    default: throw Unfit("a customer has no \(name) to change")
    }
}

private func contactEdit(_ name: String, _ value: JSON) throws -> ContactEdit {
    switch name {
    case "name": .name(value: try required(value.text))
    case "title": .title(value: value.text)
    case "mobile": .mobile(value: try required(value.text))
    case "email": .email(value: value.text)
    case "wechat": .wechat(value: value.text)
    case "primary": .primary(value: value.flag)
    case "role": .role(value: value.text)
    default: throw Unfit("a contact has no \(name) to change")
    }
}

private func userEdit(_ name: String, _ value: JSON) throws -> UserEdit {
    switch name {
    case "name": .name(value: try required(value.text))
    case "role": .role(value: try required(value.coded()))
    case "team": .team(value: value.text)
    case "phone": .phone(value: value.text)
    case "birthday": .birthday(value: try value.day)
    case "active": .active(value: value.flag)
    default: throw Unfit("a user has no \(name) to change")
    }
}

private func newContact(_ with: JSON) -> NewContact {
    NewContact(
        name: with["name"].text ?? "", title: with["title"].text, mobile: with["mobile"].text ?? "", email: with["email"].text,
        wechat: with["wechat"].text, primary: with["primary"].flag, role: with["role"].text)
}

private func newUser(_ with: JSON) throws -> NewUser {
    NewUser(
        login: with["login"].text ?? "", name: with["name"].text ?? "", role: try required(with["role"].coded()),
        team: with["team"].text, phone: with["phone"].text, birthday: try with["birthday"].day)
}

private func pickEntry(_ with: JSON) throws -> PickEntry {
    PickEntry(
        list: try required(with["list"].coded()), code: with["code"].text ?? "", labelZh: with["label_zh"].text ?? "",
        labelEn: with["label_en"].text ?? "", position: UInt32(with["position"].number ?? 0), retired: with["retired"].flag)
}

private func query(_ with: JSON) throws -> CustomerQuery {
    CustomerQuery(
        text: with["text"].text, phone: with["phone"].text, status: try with["status"].coded(), owner: with["owner"].text,
        industry: with["industry"].text, source: with["source"].text, kind: try with["kind"].coded(), size: try size(with["size"]),
        tag: with["tag"].text, externalId: with["external_id"].text, created: try with.object["created"].map(days),
        firstContact: try with.object["first_contact"].map(days), archived: with["archived"].flag,
        sort: try with["sort"].coded() ?? .newest)
}

private func importOptions(_ with: JSON) throws -> ImportOptions {
    let region: Region? = try with["region"].text.map { code in
        try required(["cn": Region.cn, "tw": .tw, "hk": .hk, "mo": .mo][code])
    }
    return ImportOptions(
        mapping: with["mapping"].textByName, defaults: with["defaults"].textByName,
        onDuplicate: try with["on_duplicate"].coded() ?? .skip, dryRun: with["dry_run"].flag, region: region,
        owner: with["owner"].text)
}
