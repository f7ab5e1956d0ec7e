import Crmkit
import Examples
import Foundation
import Testing

/// The example of a view model, over a database and over a fake.
@MainActor @Suite struct CustomerListTests {
    let fixture: Fixture
    let list: CustomerList

    init() throws {
        fixture = try Fixture()
        list = CustomerList(fixture.me, pageSize: 2, clock: PatientClock())
    }

    private func enter(_ names: [String]) throws {
        for (n, name) in names.enumerated() {
            _ = try fixture.me.customers().create(new: company(name, phone: "\(13_912_340_000 + n)"), check: .off)
        }
    }

    @Test("pages come as they are asked for")
    func pages() async throws {
        try enter(["甲有限公司", "乙有限公司", "丙有限公司"])
        await list.search("").value
        #expect(list.rows.map(\.name) == ["丙有限公司", "乙有限公司"])
        #expect(list.hasMore)
        await list.loadMore()
        #expect(list.rows.map(\.name) == ["丙有限公司", "乙有限公司", "甲有限公司"])
        #expect(!list.hasMore)
        await list.loadMore()
        #expect(list.rows.count == 3)
        #expect(list.message == nil)
    }

    @Test("a search begins when the typing has ended")
    func search() async throws {
        let fake = FakeSession(names: ["甲有限公司", "甲乙有限公司"])
        let list = CustomerList(fake, clock: PatientClock())
        let typed = ["甲", "甲乙"].map { list.search($0) }
        for task in typed { await task.value }
        #expect(list.rows.map(\.name) == ["甲乙有限公司"])
        #expect(fake.fakeCustomers.asked == ["甲乙"])
        #expect(list.message == nil)
    }

    @Test("what a fake fails with is told")
    func failure() async throws {
        let list = CustomerList(FakeSession(names: []), clock: PatientClock())
        await list.enter(company())
        #expect(list.message == "演示")
    }

    @Test("a likely duplicate is asked about")
    func duplicate() async throws {
        await list.enter(company())
        await list.enter(company("示例科技(上海)有限公司"))
        #expect(list.duplicate?.matches.map(\.number) == ["CRM202405010001"])
        #expect(list.message?.hasPrefix("该客户可能已存在") == true)
        #expect(list.rows.count == 1)
        await list.enterAnyway()
        #expect(list.duplicate == nil && list.message == nil)
        #expect(list.rows.map(\.number) == ["CRM202405010002", "CRM202405010001"])
    }

    @Test("what somebody else has changed is asked about")
    func conflict() async throws {
        let made = try fixture.me.customers().create(new: company())
        _ = try fixture.me.customers().update(key: made.number, revision: 1, edits: [.note(value: "theirs")])
        await list.change(made.number, revision: 1, [.note(value: "mine")])
        #expect(list.conflict?.fields == [Field.note])
        #expect(try fixture.me.customers().get(key: made.number).note == "theirs")
        await list.changeAnyway()
        #expect(list.conflict == nil && list.message == nil)
        #expect(try fixture.me.customers().get(key: made.number).note == "mine")
    }

    @Test("an import shows how far it is, and then its rows")
    func imports() async throws {
        let folder = try Folder()
        let heading = "客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n"
        let path = try folder.file("list.csv", heading + "甲有限公司,企业客户,制造业,13912345678,转介绍,2024-04-28\n")
        await list.importList(path: path)
        #expect(list.rows.map(\.name) == ["甲有限公司"])
        #expect(list.imported == nil)
        await list.importList(path: folder.path("none.csv"))
        #expect(list.message?.isEmpty == false)
    }
}

/// A session of the test's own: protocols are all that a fake needs.
final class FakeSession: SessionProtocol {
    let fakeCustomers: FakeCustomers

    init(names: [String]) {
        fakeCustomers = FakeCustomers(names: names)
    }

    func customers() -> any CustomersProtocol { fakeCustomers }
    func language() -> Language { .zh }
    func user() throws -> User? { nil }
    func sql(query: String) throws -> SqlAnswer { throw unasked }
    func backdated(at: Date) -> any SessionProtocol { self }
    func account() -> any OwnAccountProtocol { fatalError("nobody asks for it") }
    func requests() -> any RequestsProtocol { fatalError("nobody asks for it") }
    func attachments() -> any AttachmentsProtocol { fatalError("nobody asks for it") }
    func audit() -> any AuditLogProtocol { fatalError("nobody asks for it") }
    func contacts() -> any ContactsProtocol { fatalError("nobody asks for it") }
    func can(action: String, customer: String?) throws -> Bool { fatalError("nobody asks for it") }
    func changesSince(cursor: String?) throws -> Changes { fatalError("nobody asks for it") }
    func describe(noun: String) throws -> NounDescription { fatalError("nobody asks for it") }
    func contracts() -> any ContractsProtocol { fatalError("nobody asks for it") }
    func opportunities() -> any OpportunitiesProtocol { fatalError("nobody asks for it") }
    func followUps() -> any FollowUpsProtocol { fatalError("nobody asks for it") }
    func reminders() -> any RemindersProtocol { fatalError("nobody asks for it") }
    func tasks() -> any TasksProtocol { fatalError("nobody asks for it") }
    func imports() -> any ImportsProtocol { fatalError("nobody asks for it") }
    func pickLists() -> any PickListsProtocol { fatalError("nobody asks for it") }
    func reports() -> any ReportsProtocol { fatalError("nobody asks for it") }
    func serviceRecords() -> any ServiceRecordsProtocol { fatalError("nobody asks for it") }
    func settings() -> any SettingsAdminProtocol { fatalError("nobody asks for it") }
    func targets() -> any TargetsProtocol { fatalError("nobody asks for it") }
    func teams() -> any TeamsProtocol { fatalError("nobody asks for it") }
    func users() -> any UsersProtocol { fatalError("nobody asks for it") }
}

private let unasked = CrmError.rule(code: "demo", detail: "演示", problem: Problem(field: "", code: "demo", rejected: nil))

final class FakeCustomers: CustomersProtocol, @unchecked Sendable {
    private let lock = NSLock()
    private let names: [String]
    private var texts: [String] = []

    init(names: [String]) {
        self.names = names
    }

    /// What was searched for.
    var asked: [String] { lock.withLock { texts } }

    func list(query: CustomerQuery, page: PageRequest) throws -> CustomerPage {
        let text = query.text ?? ""
        lock.withLock { texts.append(text) }
        let rows = try names.filter { $0.contains(text) }.enumerated().map { n, name in
            CustomerSummary(
                number: "CRM20240501000\(n)", name: name, kind: .enterprise, status: .potential, industry: "manufacturing",
                source: "referral", owner: "", ownerName: "林", primaryPhone: "", firstContact: try LocalDate(iso: "2024-05-01"),
                createdAt: noon, revision: 1)
        }
        return CustomerPage(items: rows, next: nil)
    }

    func check(new: NewCustomer) throws -> [Problem] { throw unasked }
    func count(query: CustomerQuery) throws -> Int { throw unasked }
    func create(new: NewCustomer, check: DuplicateCheck?) throws -> Customer { throw unasked }
    func duplicates(name: String, kind: CustomerKind, phones: [String], registrations: [Registration]) throws -> [DuplicateMatch] {
        throw unasked
    }
    func findDuplicates(importId: ImportId?, learn: Bool, stepMillis: Int) throws -> any DuplicateJobProtocol { throw unasked }
    func get(key: String) throws -> Customer { throw unasked }
    func profile(customer: String) throws -> CustomerProfile { throw unasked }
    func history(customer: String, before: Int?, limit: Int) throws -> [HistoryEntry] { throw unasked }
    func timeline(customer: String, page: PageRequest) throws -> TimelinePage { throw unasked }
    func importFile(
        path: String, options: ImportOptions, table: TableOptions, outcome: String?, step: Int, stepMillis: Int
    ) throws -> any ImportJobProtocol { throw unasked }
    func archive(customer: String, reason: String) throws -> Customer { throw unasked }
    func archiveAll(customers: [String], reason: String, mode: BulkMode?) throws -> [BulkOutcome] { throw unasked }
    func assign(customer: String, to: String, reason: String?) throws -> Customer { throw unasked }
    func assignAll(customers: [String], to: String, reason: String?, mode: BulkMode?) throws -> [BulkOutcome] { throw unasked }
    func handOver(fromOwner: String, to: String, reason: String?) throws -> Int { throw unasked }
    func basics(key: String) throws -> CustomerBasics { throw unasked }
    func handOvers(customer: String, page: PageRequest) throws -> HandOverPage { throw unasked }
    func markQuietLost(limit: Int, dryRun: Bool) throws -> [QuietCustomer] { throw unasked }
    func quiet(owner: String?, page: PageRequest) throws -> QuietCustomerPage { throw unasked }
    func restore(customer: String, reason: String) throws -> Customer { throw unasked }
    func restoreAll(customers: [String], reason: String, mode: BulkMode?) throws -> [BulkOutcome] { throw unasked }
    func setStatus(customer: String, status: CustomerStatus, reason: String?) throws -> Customer { throw unasked }
    func setStatusAll(customers: [String], status: CustomerStatus, reason: String?, mode: BulkMode?) throws -> [BulkOutcome] {
        throw unasked
    }
    func statusChanges(customer: String, page: PageRequest) throws -> StatusChangePage { throw unasked }
    func tagAll(customers: [String], add: [String], remove: [String], mode: BulkMode?) throws -> [BulkOutcome] { throw unasked }
    func merge(loser: String, into: String, choices: [MergeChoice]) throws -> Customer { throw unasked }
    func mergePreview(loser: String, into: String) throws -> MergePreview { throw unasked }
    func merges(customer: String) throws -> [Merge] { throw unasked }
    func sayDifferent(a: String, b: String) throws { throw unasked }
    func saySame(customer: String, name: String) throws -> Customer { throw unasked }
    func undo(operation: Int) throws { throw unasked }
    func unsayDifferent(a: String, b: String) throws { throw unasked }
    func unsaySame(customer: String, name: String) throws -> Customer { throw unasked }
    func update(key: String, revision: Int, edits: [CustomerEdit]) throws -> Customer { throw unasked }
}
