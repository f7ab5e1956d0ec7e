import Crmkit
import Foundation
import Testing

/// Contacts, people, permissions, pick lists and the log.
@Suite struct DeskTests {
    let fixture: Fixture
    let crm: Crm
    let me: Session

    init() throws {
        fixture = try Fixture()
        (crm, me) = (fixture.crm, fixture.me)
    }

    @Test("R3.1: the first contact is primary, until another is")
    func contacts() throws {
        let customer = try me.customers().create(new: company()).number
        let contacts = me.contacts()
        let fang = try contacts.add(customer: customer, new: NewContact(name: "王芳", title: "采购经理", mobile: "13912345678"))
        let qiang = try contacts.add(customer: customer, new: NewContact(name: "陈强", mobile: "13812345678"))
        #expect(fang.primary)
        #expect(!qiang.primary)
        #expect(fang.mobileE164 == "+8613912345678")

        let promoted = try contacts.update(id: qiang.id, revision: 1, edits: [.primary(value: true), .wechat(value: "qiang")])
        #expect(promoted.wechat == "qiang")
        #expect(try contacts.list(customer: customer).map(\.name) == ["陈强", "王芳"])
        let unmade = try refused { try contacts.update(id: qiang.id, revision: promoted.revision, edits: [.primary(value: false)]) }
        #expect(unmade.code == "contact.primary_needed")
        #expect(try contacts.get(id: qiang.id) == promoted)
        let wrong = try refused { try contacts.add(customer: customer, new: NewContact(name: "", mobile: "021-55550199")) }
        #expect(wrong.fields == ["contact.name", "contact.mobile"])
    }

    @Test("R8.2: what a rep may not see does not exist for them")
    func scope() throws {
        let east = try me.teams().create(new: NewTeam(name: "华东"))
        let birthday = LocalDate(1990, 5, 8)
        let wang = try me.users().create(
            new: NewUser(login: "wang", name: "王", role: .salesRep, team: east.id, birthday: birthday))
        #expect(wang.birthday == birthday)
        _ = try me.users().create(new: NewUser(login: "zhao", name: "赵", role: .salesRep))
        let rep = try crm.session(login: "WANG")
        #expect(try rep.user() == wang)
        let own = try rep.customers().create(new: company())
        let hidden = try me.customers().create(new: company("北京远洋贸易有限公司", phone: "010-55550100")).number

        let missing = try refused { try rep.customers().get(key: hidden) }
        guard case .notFound(let code, _, let key) = missing else { return #expect(Bool(false), "\(missing)") }
        #expect((code, key) == ("not_found", hidden.description))
        #expect(try rep.customers().list().items.map(\.number) == [own.number])
        let zhao = try crm.session(login: "zhao")
        let duplicate = try refused { try zhao.customers().create(new: company()) }
        guard case .duplicate(_, _, let matches, let owners) = duplicate else { return #expect(Bool(false), "\(duplicate)") }
        #expect(duplicate.code == "customer.duplicate_hidden")
        #expect(matches.isEmpty)
        #expect(owners == ["王"])
        #expect(try refused { try rep.teams().create(new: NewTeam(name: "华南")) }.kind == .denied)
        #expect(try refused { try rep.audit().list() }.code == "access.denied")
    }

    @Test("R8.6: only what is named of a user changes, and a stale revision is a conflict")
    func people() throws {
        let east = try me.teams().create(new: NewTeam(name: "华东"))
        let sun = try me.users().create(new: NewUser(login: "sun", name: "孙", role: .supervisor, team: east.id))
        #expect(try me.teams().list().map(\.head) == [sun.id])
        let named = try me.teams().update(id: east.id, revision: 1, edits: [.name(value: "华东一部"), .head(value: "SUN")])
        #expect((named.name, named.head) == ("华东一部", sun.id))

        let moved = try me.users().update(id: sun.id, revision: 1, edits: [.team(value: nil), .phone(value: "13912345678")])
        #expect(moved.team == nil)
        #expect(try me.users().get(login: "SUN") == moved)
        let zhou = try me.users().create(new: NewUser(login: "zhou", name: "周", role: .salesRep, team: "华东一部"))
        #expect(zhou.team == east.id)
        #expect(try me.users().update(id: zhou.id, revision: 1, edits: [.team(value: nil)]).team == nil)
        #expect(try me.users().update(id: zhou.id, revision: 2, edits: [.team(value: "华东一部")]).team == east.id)
        let unknown = try refused { try me.users().update(id: zhou.id, revision: 3, edits: [.team(value: "华北")]) }
        #expect((unknown.code, unknown.fields) == ("team.unknown", ["team"]))
        let nobody = try refused { try me.teams().update(id: east.id, revision: named.revision, edits: [.head(value: "nobody")]) }
        #expect((nobody.code, nobody.fields) == ("owner.unknown", ["head"]))
        #expect(try me.users().list().map(\.login) == ["lin", "sun", "zhou"])
        let stale = try refused { try me.users().update(id: sun.id, revision: 1, edits: [.name(value: "x")]) }
        #expect(stale.kind == .conflict)
        let last = try refused { try me.users().update(id: fixture.lin.id, revision: 1, edits: [.active(value: false)]) }
        #expect((last.kind, last.code) == (.rule, "people.last_admin"))
        #expect(last.problems.map { $0.message(.zh) } == [last.detail])

        let taken = try refused { try me.users().create(new: NewUser(login: "SUN", name: "孙二", role: .salesRep)) }
        #expect(taken.code == "login.taken")
        #expect(taken.fields == ["login"])
        _ = try me.users().update(id: sun.id, revision: 2, edits: [.active(value: false)])
        #expect(try refused { try crm.session(login: "sun") }.code == "access.inactive")
    }

    @Test("R2.3: pick lists are data")
    func pickLists() throws {
        let lists = me.pickLists()
        let source = try #require(try lists.list(list: .source).first)
        #expect((source.label(.zh), source.label(.en)) == ("展会推广", "Exhibition"))
        func drones(retired: Bool) -> PickEntry {
            PickEntry(list: .industry, code: "drones", labelZh: "无人机", labelEn: "Drones", position: 11, retired: retired)
        }
        #expect(try lists.put(entry: drones(retired: false)) == drones(retired: false))
        #expect(try me.customers().create(new: company { $0.industry = "无人机" }).industry.code == "drones")
        _ = try lists.put(entry: drones(retired: true))
        #expect(try refused { try me.customers().check(new: company { $0.industry = "drones" }) }.code == "choice.retired")
    }

    @Test("R8.5: every change and refusal is in the log, which verifies")
    func audit() throws {
        let made = try me.customers().create(new: company())
        _ = try me.customers().update(key: made.number, revision: 1, edits: [.note(value: "要发票")])
        _ = try me.users().create(new: NewUser(login: "wang", name: "王", role: .salesRep))
        let wang = try crm.session(login: "wang")
        _ = try refused { try wang.teams().create(new: NewTeam(name: "华南")) }
        let setUp = try me.audit().list().filter { $0.kind == .setUp }
        #expect(Set(setUp.map(\.operation)) == [1])
        let entries = try me.audit().list(after: setUp.count)
        #expect(entries.map(\.kind) == [.customerAdded, .customerEdited, .userAdded, .refused])
        let edited = entries[1]
        #expect(edited.about == EntityRef(entity: "customer", key: made.number.description))
        #expect(edited.actor == fixture.lin.id)
        #expect(edited.at == noon)
        #expect(edited.after?.contains("要发票") == true)
        #expect(try me.audit().list(after: edited.seq - 1, limit: 1) == [edited])

        let head = try me.audit().head()
        #expect(try me.audit().verify(kept: head) == Verification(verified: head.seq, brokenAt: nil))
        #expect(try me.audit().verify(kept: AuditHead(seq: head.seq, hash: "00")).brokenAt != nil)
    }

    @Test("R8.5: a history is typed, and an operation of it is undone")
    func history() throws {
        let number = try me.customers().create(new: company()).number
        _ = try me.contacts().add(customer: number, new: NewContact(name: "王芳", mobile: "13912345678"))
        _ = try me.customers().update(key: number, revision: 1, edits: [.note(value: "要发票")])
        let history = try me.customers().history(customer: number)
        #expect(history.map(\.kind) == [.customerEdited, .contactAdded, .customerAdded])
        #expect(history[0].changes == [FieldChange(field: "note", before: nil, after: "要发票")])
        #expect(history[0].actorName == "林")
        #expect(history[1].about.entity == "contact")
        #expect(try me.customers().history(customer: number, before: history[0].seq) == Array(history.dropFirst()))
        #expect(try me.customers().history(customer: number, limit: 1) == [history[0]])

        try me.customers().undo(operation: history[0].operation)
        #expect(try me.customers().get(key: number).note == nil)
        let undone = try me.customers().history(customer: number, limit: 1)[0]
        #expect(try refused { try me.customers().undo(operation: undone.operation) }.code == "undo.never")
        try me.customers().undo(operation: history[1].operation)
        #expect(try me.contacts().list(customer: number).isEmpty)
        let revision = try me.customers().get(key: number).revision
        _ = try me.customers().update(key: number, revision: revision, edits: [.tags(value: ["重点"])])
        let changed = try refused { try me.customers().undo(operation: history[2].operation) }
        #expect((changed.kind, changed.fields) == (.conflict, ["tags"]))
    }

    @Test("R8.5: history that an admin enters keeps both times")
    func backdated() throws {
        let at = Date(milliseconds: 1_556_672_400_000)
        let number = try me.backdated(at: at).customers().create(new: company()).number
        let entry = try #require(try me.customers().history(customer: number).first)
        #expect(entry.factAt == at)
        #expect(entry.at == noon)
        _ = try me.users().create(new: NewUser(login: "wang", name: "王", role: .salesRep))
        let wang = try crm.session(login: "wang").backdated(at: at)
        #expect(try refused { try wang.customers().create(new: company()) }.kind == .denied)
    }

    @Test("set-up comes first, and once")
    func setUp() throws {
        let empty = try Crm(path: ":memory:", language: .en)
        #expect(try !empty.isSetUp())
        let needed = try refused { try empty.session(login: "lin") }
        #expect((needed.code, needed.detail) == ("setup.needed", "set_up has not been called yet"))
        #expect(try refused { try empty.system() }.code == "setup.needed")
        #expect(try refused { try crm.setUp(admin: "lin", name: "林") }.code == "setup.done")
        #expect(try refused { try crm.session(login: "nobody") }.kind == .notFound)
        #expect(try crm.system().user() == nil)
    }

    @Test("R8.7: settings are the database's own")
    func settings() throws {
        let folder = try Folder()
        let path = folder.path("crm.db")
        let taipei = try Crm(path: path, settings: [.timeZone(value: "Asia/Taipei"), .region(value: "TW")], language: .en)
        #expect(taipei.language() == .en)
        _ = try taipei.setUp(admin: "lin", name: "林")
        #expect(try taipei.session(login: "lin").language() == .en)
        let settings = try taipei.session(login: "lin").settings()
        var kept = try settings.get()
        #expect((kept.revision, kept.timeZone, kept.region) == (1, "Asia/Taipei", "TW"))
        #expect((kept.likely, kept.similar, kept.weights, kept.tellHiddenOwner) == (0.9, 0.6, nil, true))
        kept = try settings.update(revision: 1, edits: [.likely(value: 0.95), .region(value: "HK")])
        #expect((kept.revision, kept.likely, kept.region) == (2, 0.95, "HK"))
        let stale = try refused { try settings.update(revision: 1, edits: [.weights(value: nil)]) }
        #expect(Set(stale.fields) == ["region", "likely"])
        _ = try taipei.session(login: "lin").users().create(new: NewUser(login: "wang", name: "王", role: .salesRep))
        let wang = try taipei.session(login: "wang").settings()
        #expect(try wang.get() == kept)
        #expect(try refused { try wang.update(revision: 2, edits: [.similar(value: 0.5)]) }.kind == .denied)
        kept = try settings.update(revision: 2, edits: [.tellHiddenOwner(value: false)])
        #expect(!kept.tellHiddenOwner)
        #expect(try Crm(path: path, settings: [.tellHiddenOwner(value: false)]).session(login: "lin").settings().get() == kept)
        let differs = try refused { try Crm(path: path, settings: [.timeZone(value: "Asia/Shanghai"), .region(value: "HK")]) }
        #expect((differs.code, differs.fields) == ("setting.differs", ["time_zone"]))
        let wrong = try refused { try Crm(path: ":memory:", settings: [.timeZone(value: "Mars/Olympus")]) }
        #expect(wrong.code == "setting.invalid")
        #expect(wrong.fields == ["time_zone"])
        let upsideDown = try refused { try Crm(path: ":memory:", settings: [.likely(value: 0.5), .similar(value: 0.6)]) }
        #expect(upsideDown.code == "setting.invalid")
        #expect(upsideDown.fields == ["thresholds"])
    }

    @Test("a paused database lets go of its file, and takes it up again")
    func pause() throws {
        let folder = try Folder()
        let kept = try Fixture(path: folder.path("crm.db"))
        let number = try kept.me.customers().create(new: company()).number
        let before = try kept.crm.version()
        try kept.crm.pause()
        let paused = try refused { try kept.me.customers().get(key: number) }
        #expect(paused.code == "storage.paused")
        #expect(paused.retryable)
        try kept.crm.resume()
        _ = try kept.me.customers().update(key: number, revision: 1, edits: [.note(value: "x")])
        #expect(try kept.crm.version() != before)
    }

    /// How many of the database's files this process has open; none where that cannot be told.
    private func held(_ path: String) -> Int? {
        let files = FileManager.default
        guard let numbers = try? files.contentsOfDirectory(atPath: "/proc/self/fd") else { return nil }
        let names = numbers.compactMap { try? files.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
        return names.filter { $0.hasPrefix(path) }.count
    }

    @Test("closed is closed for everything that came from it, and lets go at once")
    func close() throws {
        let folder = try Folder()
        let path = folder.path("crm.db")
        let kept = try Fixture(path: path)
        let (crm, me, customers, check) = (kept.crm, kept.me, kept.me.customers(), try kept.crm.check())
        #expect(try customers.count() == 0)
        #expect(held(path) != 0)
        try crm.close()
        #expect(held(path) ?? 0 == 0)
        try crm.close()
        let calls: [() throws -> Any?] = [
            { try crm.resume() }, { try crm.pause() }, { try crm.session(login: "lin") }, { try crm.version() },
            { try crm.sql(query: "SELECT 1") }, { try me.user() }, { try me.users().list() }, { try me.sql(query: "SELECT 1") },
            { try customers.count() }, { try customers.list() }, { try customers.findDuplicates().step() }, { try check.step() },
        ]
        for call in calls {
            let error = try refused(call)
            #expect((error.kind, error.code) == (.storage, "storage.closed"))
            #expect(!error.retryable)
            #expect("\(error)" == "storage.closed: 数据库已关闭")
        }
        #expect(try Crm(path: path).session(login: "lin").customers().count() == 0)
    }

    @Test("a whole store is said to be, step by step")
    func check() async throws {
        let folder = try Folder()
        let kept = try Fixture(path: folder.path("crm.db"))
        _ = try kept.me.customers().create(new: company())
        let job = try kept.crm.check(stepMillis: 0)
        var steps: [JobProgress] = []
        for try await progress in job.progress() { steps.append(progress) }
        #expect(steps.count > 1)
        #expect(steps.map(\.finished) == Array(repeating: false, count: steps.count - 1) + [true])
        #expect(steps.last?.done == steps.last?.total)
        let report = try job.report()
        #expect(report.whole && report.faults.isEmpty)
        #expect(report.entries > 0 && report.records > 0)
        #expect(try job.step().finished, "asked again it says so again")
    }

    @Test("R8.5: an admin asks in SQL, and nobody else")
    func sql() throws {
        let folder = try Folder()
        let kept = try Fixture(path: folder.path("crm.db"))
        _ = try kept.me.customers().create(new: company())
        let query = "SELECT \"客户名称\", 1, 0.5, NULL FROM \"客户基本信息表\""
        let answer = try kept.me.sql(query: query)
        #expect(answer.columns == ["客户名称", "1", "0.5", "NULL"])
        #expect(answer.rows == [[.text("上海示例科技有限公司"), .integer(1), .real(0.5), .null]])
        #expect(!answer.truncated)
        #expect(try kept.me.audit().list().last?.after == query)
        #expect(try kept.crm.sql(query: "SELECT 1").rows == [[.integer(1)]])
        let written = try refused { try kept.crm.sql(query: "DELETE FROM customer") }
        #expect((written.kind, written.code) == (.invalid, "sql.refused"))
        #expect(written.fields == ["query"])
        _ = try kept.me.users().create(new: NewUser(login: "wang", name: "王", role: .salesRep))
        let wang = try kept.crm.session(login: "wang")
        let denied = try refused { try wang.sql(query: "SELECT 1") }
        #expect((denied.kind, denied.code) == (.denied, "access.denied"))
    }

    @Test("R4.6: what is due is a calendar, too")
    func calendar() throws {
        let customer = try me.customers().create(new: company()).number
        let talk = NewFollowUp(method: "phone", topic: "报价", content: "x", nextFollowUp: LocalDate(2024, 5, 15))
        _ = try me.followUps().add(customer: customer, new: talk)
        let open = try me.tasks().calendar(query: TaskQuery(list: .open))
        #expect(open.contains("DTSTART;VALUE=DATE:20240515\r\n"))
        #expect(try !me.tasks().calendar(query: TaskQuery(list: .today)).contains("BEGIN:VEVENT"))
    }
}
