import Crmkit
import Foundation
import Testing

/// How the types are to be used.
@Suite struct ShapeTests {
    @Test("what a caller fills in can be changed, with its parts")
    func drafts() throws {
        var new = NewCustomer(name: "")
        new.name = "上海示例科技有限公司"
        new.phones = [NewPhone(typed: "021-5555 0199")]
        new.phones[0].primary = true
        new.addresses = [Address(kind: .business, province: "上海市", city: "上海市", district: "黄浦区", street: "")]
        new.addresses[0].street = "人民路1号"
        new.source = "转介绍"
        new.source?.detail = "老客户"
        #expect(new.addresses.map(\.street) == ["人民路1号"])
        var contact = NewContact(name: "王芳", mobile: "")
        contact.mobile = "13912345678"
        var query = CustomerQuery()
        query.text = "示例"
        query.created = DateRange()
        query.created?.from = LocalDate(2024, 5, 1)
        var page = PageRequest()
        page.limit = 10
        var options = ImportOptions()
        options.dryRun = true
        var win = Win(amount: 118_000, reason: "交货快")
        win.contractNumber = "HT-2024-001"
        var choice = MergeChoice(field: "name", side: .loser)
        choice.side = .survivor
        var table = TableOptions()
        table.encoding = "utf-8"
        #expect((contact.mobile, query.created?.from, page.limit) == ("13912345678", LocalDate(2024, 5, 1), 10))
        #expect(options.dryRun && table.encoding == "utf-8")
        #expect((win.contractNumber, choice.side) == ("HT-2024-001", .survivor))
    }

    @Test("what is left out is what the core takes it for, and an answer that nobody needs may be left lying")
    func leftOut() throws {
        #expect(TaskQuery().list == .today)
        #expect(CustomerQuery(text: "示例").sort == .newest)
        #expect(ImportOptions().onDuplicate == .skip)
        let me = try Fixture().me
        let made = try me.customers().create(new: company())
        try me.customers().update(key: made.number, revision: made.revision, edits: [.note(value: "要发票")])
        let seen: any SessionProtocol = me
        try seen.followUps().add(customer: made.number, new: NewFollowUp(method: "phone", topic: "报价", content: "客户要报价"))
        let page = try seen.customers().timeline(customer: made.number)
        #expect(page.items.first?.line(.en) == page.items.first?.lineEn)
        #expect(try seen.followUps().list(query: FollowUpQuery(customer: made.number)).items.count == 1)
        #expect(try seen.can(action: "customers.edit", customer: made.number) && me.can(action: "customers.edit"))
        #expect(try seen.serviceRecords().list(customer: made.number).items.isEmpty)
        #expect(try seen.tasks().calendar().hasPrefix("BEGIN:VCALENDAR"))
    }

    @Test("whole numbers are of one type")
    func numbers() throws {
        let made = try Fixture().me.customers().create(new: company())
        let revision: Int = made.revision
        let limit: Int = PageRequest().limit
        #expect((revision, limit) == (1, 50))
    }
}

/// Codes and labels of states.
@Suite struct StatesTests {
    private func holds<States: Labelled>(_: States.Type) {
        #expect(!States.allCases.isEmpty)
        for state in States.allCases {
            #expect(States(code: state.code) == state)
            #expect(States(rawValue: state.rawValue) == state)
            #expect(state.rawValue == state.code)
            #expect(!state.label(.zh).isEmpty && !state.label(.en).isEmpty)
        }
        #expect(States(code: "no such code") == nil)
    }

    @Test("each has a code that it is made from, and a label in each language")
    func all() {
        holds(AddressKind.self)
        holds(AuditKind.self)
        holds(CustomerKind.self)
        holds(CustomerStatus.self)
        holds(DuplicateCheck.self)
        holds(Entity.self)
        holds(ErrorKind.self)
        holds(MatchReason.self)
        holds(OnDuplicate.self)
        holds(PickList.self)
        holds(Role.self)
        #expect(Role.salesRep.code == "sales_rep")
        #expect(CustomerStatus(code: "won")?.label(.en) == "won")
        #expect(Language(rawValue: "en") == .en)
    }
}
