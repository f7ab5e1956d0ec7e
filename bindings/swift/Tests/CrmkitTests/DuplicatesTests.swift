import Crmkit
import Foundation
import Testing

@Suite struct DuplicatesTests {
    let fixture: Fixture
    let me: Session
    let customers: Customers

    init() throws {
        fixture = try Fixture()
        me = fixture.me
        customers = me.customers()
    }

    private func enter(_ name: String, _ phone: String = "021-5555 0199", owner: UserId? = nil) throws -> CustomerNumber {
        try customers.create(new: company(name, phone: phone) { $0.owner = owner }, check: .off).number
    }

    /// One company, entered three times.
    private func group() throws -> [CustomerNumber] {
        [
            try enter("上海示例科技有限公司"),
            try enter("示例科技(上海)有限公司", "+86 21 55550199"),
            try enter("上海示例科技有限责任公司", "(021)55550199"),
        ]
    }

    private func report(by session: Session? = nil, importId: ImportId? = nil) async throws -> DuplicateReport {
        let job = try (session ?? me).customers().findDuplicates(importId: importId)
        for try await _ in job.progress() {}
        return try job.report()
    }

    private func groups(by session: Session? = nil, importId: ImportId? = nil) async throws -> [[CustomerNumber]] {
        try await report(by: session, importId: importId).groups.map(\.customers)
    }

    @Test("R6.2: what numbers weigh is learnt, and a database opened with it")
    func learnt() async throws {
        _ = try group()
        let job = try customers.findDuplicates(learn: true)
        for try await _ in job.progress() {}
        let weights = try #require(try job.report().weights)
        #expect(weights.split(separator: "\n").contains { $0.hasPrefix("same_phone ") })
        _ = try Crm(path: ":memory:", settings: [.weights(value: weights)])
        let wrong = try refused { try Crm(path: ":memory:", settings: [.weights(value: "same_phone much")]) }
        #expect(wrong.code == "setting.invalid")
        #expect(wrong.fields == ["weights"])
    }

    @Test("R6.2: a group is found step by step, with its reasons")
    func found() async throws {
        let there = try group()
        _ = try enter("北京远洋贸易有限公司", "010-55550100")
        let job = try customers.findDuplicates(stepMillis: 0)
        let nothing = DuplicateReport(groups: [], similar: [], compared: 0, weights: nil)
        var last: JobProgress?
        for try await progress in job.progress() {
            #expect(last?.done ?? 0 <= progress.done)
            #expect(try progress.finished || job.report() == nothing)
            last = progress
        }
        #expect(last?.finished == true)
        #expect(last?.done == last?.total)
        #expect(try job.step().finished, "asked again it says so again")

        let report = try job.report()
        #expect(report.compared == 3)
        #expect(report.similar.isEmpty)
        #expect(report.groups.map(\.customers) == [there])
        let pairs = try #require(report.groups.first).pairs
        #expect(pairs.count == 3)
        let pair = try #require(pairs.first { $0.first == there[0] && $0.second == there[1] })
        #expect(pair.firstName == "上海示例科技有限公司")
        #expect(pair.secondName == "示例科技(上海)有限公司")
        #expect(pair.band == .likely)
        #expect(pair.reasons == [.samePhone, .sameNameButForm])
        #expect(pair.weights.map { $0 > 0 } == [true, true])
        #expect(pair.explain(.en).hasPrefix("same phone; same name but for"))
    }

    @Test("R6.1: what is said to be different is no pair, until that is taken back")
    func different() async throws {
        let there = try group()
        let (first, second, third) = (there[0], there[1], there[2])
        try customers.sayDifferent(a: second, b: first)
        try customers.sayDifferent(a: first, b: second)
        try customers.sayDifferent(a: first, b: third)
        #expect(try await groups() == [[second, third]])
        try customers.sayDifferent(a: second, b: third)
        #expect(try await groups() == [])
        try customers.unsayDifferent(a: first, b: second)
        #expect(try await groups() == [[first, second]])
        try customers.unsayDifferent(a: first, b: third)
        try customers.unsayDifferent(a: third, b: second)
        #expect(try await groups() == [there])
        #expect(try refused { try customers.sayDifferent(a: first, b: "CRM202405010009") }.kind == .notFound)
        #expect(try refused { try customers.unsayDifferent(a: "CRM202405010009", b: first) }.kind == .notFound)
    }

    @Test("R6.1: a name that was said to mean a customer is found, until that is taken back")
    func same() throws {
        let number = try enter("台湾水泥股份有限公司")
        let found = { try customers.duplicates(name: "台泥", kind: .enterprise) }
        #expect(try found().isEmpty)
        let taught = try customers.saySame(customer: number, name: " 台泥 ")
        #expect(taught.aliases == ["台泥"])
        #expect(taught.revision == 2)
        #expect(try customers.saySame(customer: number, name: "臺泥") == taught)
        let match = try #require(try found().first)
        #expect(match.band == .likely)
        #expect(match.reasons.first == .sameAlias)
        #expect(try customers.unsaySame(customer: number, name: "台泥").aliases.isEmpty)
        #expect(try found().isEmpty)
        #expect(try refused { try customers.saySame(customer: number, name: " ") }.kind == .invalid)
        #expect(try refused { try customers.saySame(customer: "CRM202405010009", name: "台泥") }.kind == .notFound)
        #expect(try refused { try customers.unsaySame(customer: "CRM202405010009", name: "台泥") }.kind == .notFound)
    }

    @Test("R6.2: only pairs of an import")
    func imported() async throws {
        let there = try group()
        let folder = try Folder()
        let heading = "客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n"
        let row = "北京远洋贸易有限公司,企业客户,制造业,010-55550100,展会,2024-04-28\n"
        let job = try customers.importFile(path: folder.file("list.csv", heading + row))
        for try await _ in job.progress() {}
        let other = try enter("北京远洋贸易股份有限公司", "+86 10 55550100")
        let pair = ["CRM202405010004", other]
        #expect(try await groups(importId: job.report().import) == [pair])
        #expect(try await Set(groups()) == [there, pair])
        #expect(try refused { try customers.findDuplicates(importId: "nonsense") }.kind == .notFound)
    }

    @Test("R6.3: groups are worked through one after the other")
    func review() async throws {
        let there = try group()
        let other = [try enter("北京远洋贸易有限公司", "010-55550100"), try enter("远洋贸易（北京）有限公司", "010-55550100")]
        let job = try customers.findDuplicates()
        #expect(try job.review().nextGroup() == nil, "nothing is found yet")
        for try await _ in job.progress() {}
        var offered: Set<[CustomerNumber]> = []
        let first = try job.review()
        while let group = try first.nextGroup() {
            offered.insert(group.customers)
            try first.later()
        }
        #expect(offered == [there, other])
        let review = try job.review()
        while let group = try review.nextGroup() {
            if group.customers == other {
                #expect(try review.merge(into: other[1]) == nil)
                continue
            }
            let left = try review.different(customers: [there[2]])
            #expect(left?.customers == [there[0], there[1]])
            #expect(try refused { try review.merge(into: there[0], losers: [there[2]]) }.kind == .notFound)
            #expect(try review.merge(into: there[0], losers: [there[1]]) == nil)
        }
        #expect(try customers.get(key: other[0]).number == other[1])
        #expect(try customers.get(key: there[1]).number == there[0])
        #expect(try job.review().nextGroup() == nil)
        #expect(try refused { try review.merge(into: there[0]) }.kind == .notFound)
    }

    @Test("R8.2: a sales rep sees only pairs of their own")
    func scope() async throws {
        let there = try group()
        let owner = try me.users().create(new: NewUser(login: "wang", name: "王", role: .salesRep)).id
        let wang = try fixture.crm.session(login: "wang")
        let own = try enter("上海示例科技股份有限公司", owner: owner)
        #expect(try await report(by: wang) == DuplicateReport(groups: [], similar: [], compared: 0, weights: nil))
        let again = try enter("示例科技（上海）股份有限公司", owner: owner)
        #expect(try await groups(by: wang) == [[own, again]])
        #expect(try await groups() == [there + [own, again]])
        #expect(try refused { try wang.customers().sayDifferent(a: own, b: there[0]) }.kind == .notFound)
        #expect(try refused { try wang.customers().create(new: company(), check: .off) }.kind == .denied)
    }
}
