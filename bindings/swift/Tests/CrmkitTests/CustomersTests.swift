import Crmkit
import Foundation
import Testing

@Suite struct CustomersTests {
    let fixture: Fixture
    let customers: Customers

    init() throws {
        fixture = try Fixture()
        customers = fixture.me.customers()
    }

    @Test("R2.1: a customer is numbered, and comes back as it went in")
    func comesBack() throws {
        let new = company {
            $0.size = Size(scale: .headcount, band: .medium)
            $0.addresses = [Address(kind: .business, province: "江苏省", city: "苏州市", district: "姑苏区", street: "人民路1号")]
            $0.leadAt = Date(milliseconds: 1_714_266_123_004)
            $0.tags = ["重点"]
            $0.note = "要发票"
            $0.externalId = "erp-7"
            $0.extra = ["b": "2", "a": "1"]
        }
        let made = try customers.create(new: new)
        #expect(made.number == "CRM202405010001")
        #expect(made.revision == 1)
        #expect(made.status == .potential)
        #expect(made.owner == fixture.lin.id)
        #expect(made.createdAt == noon)
        #expect(made.firstContact == LocalDate(2024, 4, 28))
        #expect(made.leadAt == new.leadAt)
        #expect(made.addresses == new.addresses)
        #expect(made.extra == new.extra)
        #expect(made.source == Choice(code: "referral", detail: "老客户"))
        #expect(made.phones.map(\.e164) == ["+862155550199"])
        #expect(try customers.get(key: made.number) == made)
        let second = try customers.create(new: company("北京远洋贸易有限公司", phone: "010-55550100"))
        #expect(second.number == "CRM202405010002")
    }

    @Test("R2.1: each day begins at 0001, by the host's own clock")
    func days() throws {
        let clock = MovingClock(Date(milliseconds: 1_714_492_799_999))
        let me = try Fixture(clock: clock).me
        #expect(try me.customers().create(new: company()).number == "CRM202404300001")
        clock.move(to: Date(milliseconds: 1_714_492_800_000))
        let next = try me.customers().create(new: company("北京远洋贸易有限公司", phone: "010-55550100"))
        #expect(next.number == "CRM202405010001")
    }

    @Test("only what is named changes, and nil clears")
    func changes() throws {
        let made = try customers.create(new: company { ($0.note, $0.tags) = ("x", ["a"]) })
        let day = try LocalDate(iso: "2024-04-01")
        let changed = try customers.update(key: made.number, revision: 1, edits: [.note(value: nil), .firstContact(value: day)])
        #expect(changed.note == nil)
        #expect(changed.firstContact == day)
        #expect(changed.tags == ["a"])
        #expect(changed.revision == 2)

        let stale = try refused { try customers.update(key: made.number, revision: 1, edits: [.note(value: "y")]) }
        guard case .conflict(let code, _, let fields, let revision) = stale else { return #expect(Bool(false), "\(stale)") }
        #expect(code == "revision.stale")
        #expect(revision == 2)
        #expect(Set(fields) == ["note", "first_contact"])
    }

    @Test("R2.4: every field at fault is named at once")
    func namesAll() throws {
        let wrong = NewCustomer(name: "", phones: ["55550199"], firstContact: LocalDate(2024, 5, 2))
        let error = try refused { try customers.create(new: wrong) }
        #expect(error.kind == .invalid)
        #expect(Set(error.fields) == ["name", "kind", "industry", "phones", "source", "first_contact"])
        #expect(error.localizedDescription.hasPrefix("请补充信息"))
        let phone = try #require(error.problems.first { $0.field == "phones" })
        #expect(phone == Problem(field: "phones", code: "phone.no_area_code", rejected: "55550199"))
        #expect(phone.message(.zh) == "主联系电话：“55550199”缺少区号")
        #expect(try customers.count() == 0)
    }

    @Test("R2.2: a missing detail is a warning")
    func warns() throws {
        let warnings = try customers.check(new: company { $0.source = "exhibition" })
        #expect(warnings.map(\.code) == ["choice.detail_missing"])
        #expect(try customers.check(new: company()).isEmpty)
    }

    @Test("R2.7: filters, and pages to the end")
    func lists() async throws {
        for n in 0..<25 { _ = try customers.create(new: company("客户\(n)", phone: "\(13_912_340_000 + n)"), check: .off) }
        let first = try customers.list(page: PageRequest(limit: 10))
        #expect(first.items.first?.number == "CRM202405010025")
        #expect(first.items.first?.primaryPhone == "13912340024")
        let second = try customers.list(page: PageRequest(after: first.next, limit: 10))
        #expect(second.items.first?.number == "CRM202405010015")

        var numbers: [CustomerNumber] = []
        for try await customer in customers.all(CustomerQuery(sort: .oldest), pageSize: 7) { numbers.append(customer.number) }
        #expect(numbers.map(\.description) == (1...25).map { "CRM20240501" + ("000\($0)".suffix(4)) })

        #expect(try customers.count(query: CustomerQuery(text: "客户24")) == 1)
        #expect(try customers.count(query: CustomerQuery(status: .potential, owner: fixture.lin.id)) == 25)
        #expect(try customers.count(query: CustomerQuery(status: .won)) == 0)
        let may = DateRange(from: LocalDate(2024, 5, 1), until: LocalDate(2024, 5, 2))
        #expect(try customers.count(query: CustomerQuery(created: may)) == 25)
        let before = DateRange(until: LocalDate(2024, 4, 28))
        #expect(try customers.count(query: CustomerQuery(firstContact: before)) == 0)
        #expect(try refused { try customers.list(page: PageRequest(after: "nonsense")) }.code == "page.invalid")
        #expect(try refused { try customers.list(page: PageRequest(limit: 0)) }.code == "page.limit")
    }

    @Test("R6.1: a likely duplicate is refused, unless it is another customer")
    func duplicates() throws {
        let there = try customers.create(new: company())
        let again = company("示例科技(上海)有限公司", phone: "+86 21 55550199")
        let found = try customers.duplicates(name: again.name, kind: .enterprise, phones: ["+86 21 55550199"])
        #expect(found.map(\.number) == [there.number])
        #expect(found.first?.band == .likely)
        #expect(found.first?.reasons == [.samePhone, .sameNameButForm])
        #expect(found.first?.weights.map { $0 > 0 } == [true, true])
        #expect(found.first?.explain(.en).hasPrefix("same phone; ") == true)

        let error = try refused { try customers.create(new: again) }
        guard case .duplicate(let code, let detail, let matches, _) = error else { return #expect(Bool(false), "\(error)") }
        #expect(code == "customer.duplicate")
        #expect(detail.hasPrefix("该客户可能已存在，请确认是否合并"))
        #expect(matches == found)
        #expect(try customers.create(new: again, check: .anotherCustomer).number == "CRM202405010002")
    }

    @Test("labels and codes are core's")
    func labels() {
        #expect(Role.salesRep.code == "sales_rep")
        #expect(CustomerStatus.negotiating.label(.zh) == "谈判中")
        #expect(CustomerStatus.negotiating.label(.en) == "negotiating")
    }

    @Test("tasks get numbers without clash or gap")
    func concurrency() async throws {
        let me = fixture.me
        let numbers = try await withThrowingTaskGroup(of: CustomerNumber.self) { group in
            for n in 0..<40 {
                group.addTask {
                    try await me.io { me in
                        try me.customers().create(new: company("客户\(n)", phone: "\(13_912_340_000 + n)"), check: .off).number
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(numbers.sorted().map(\.description) == (1...40).map { "CRM20240501" + ("000\($0)".suffix(4)) })
        #expect(try await fixture.crm.io { try $0.isSetUp() })
    }
}
