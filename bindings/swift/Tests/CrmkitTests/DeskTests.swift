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
        guard case .NotFound(let code, _, let key) = missing else { return #expect(Bool(false), "\(missing)") }
        #expect((code, key) == ("not_found", hidden))
        #expect(try rep.customers().list().items.map(\.number) == [own.number])
        let zhao = try crm.session(login: "zhao")
        let duplicate = try refused { try zhao.customers().create(new: company()) }
        guard case .Duplicate(_, _, let matches, let owners) = duplicate else { return #expect(Bool(false), "\(duplicate)") }
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
        let named = try me.teams().update(id: east.id, revision: 1, edits: [.name(value: "华东一部"), .head(value: sun.id)])
        #expect(named.name == "华东一部")

        let moved = try me.users().update(id: sun.id, revision: 1, edits: [.team(value: nil), .phone(value: "13912345678")])
        #expect(moved.team == nil)
        #expect(try me.users().get(login: "SUN") == moved)
        #expect(try me.users().list().map(\.login) == ["lin", "sun"])
        let stale = try refused { try me.users().update(id: sun.id, revision: 1, edits: [.name(value: "x")]) }
        #expect(stale.kind == .conflict)
        let last = try refused { try me.users().update(id: fixture.lin.id, revision: 1, edits: [.active(value: false)]) }
        #expect((last.kind, last.code) == (.rule, "people.last_admin"))
        #expect(last.problems.map { $0.message(language: .zh) } == [last.detail])

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
        #expect((source.label(language: .zh), source.label(language: .en)) == ("展会推广", "Exhibition"))
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
        let entries = try me.audit().list()
        #expect(entries.map(\.kind) == [.setUp, .customerAdded, .customerEdited, .userAdded, .refused])
        #expect(entries[2].about == EntityRef(entity: "customer", key: made.number))
        #expect(entries[2].actor == fixture.lin.id)
        #expect(entries[2].at == noon)
        #expect(entries[2].after?.contains("要发票") == true)
        #expect(try me.audit().list(after: 2, limit: 1).map(\.seq) == [3])

        let head = try me.audit().head()
        #expect(try me.audit().verify(kept: head) == Verification(verified: 5, brokenAt: nil))
        #expect(try me.audit().verify(kept: AuditHead(seq: head.seq, hash: "00")).brokenAt != nil)
    }

    @Test("set-up comes first, and once")
    func setUp() throws {
        let empty = try open(path: ":memory:", language: .en)
        #expect(try !empty.isSetUp())
        let needed = try refused { try empty.session(login: "lin") }
        #expect((needed.code, needed.detail) == ("setup.needed", "set_up has not been called yet"))
        #expect(try refused { try empty.system() }.code == "setup.needed")
        #expect(try refused { try crm.setUp(admin: "lin", name: "林") }.code == "setup.done")
        #expect(try refused { try crm.session(login: "nobody") }.kind == .notFound)
        #expect(try crm.system().user() == nil)
    }

    @Test("the settings are those of open")
    func settings() throws {
        let taipei = try open(path: ":memory:", timeZone: "Asia/Taipei", region: .tw, language: .en)
        #expect(taipei.settings() == Settings(timeZone: "Asia/Taipei", region: .tw, language: .en))
        #expect(crm.settings() == Settings(timeZone: "Asia/Shanghai", region: .cn, language: .zh))
        let wrong = try refused { try open(path: ":memory:", timeZone: "Mars/Olympus") }
        #expect(wrong.code == "setting.invalid")
        #expect(wrong.fields == ["time_zone"])
        let upsideDown = try refused { try open(path: ":memory:", likely: 0.5, similar: 0.6) }
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
}
