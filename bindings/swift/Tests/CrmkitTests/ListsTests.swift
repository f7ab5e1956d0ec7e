import Crmkit
import Foundation
import Testing

/// Whole lists, page by page.
@Suite struct ListsTests {
    let me: Session

    init() throws {
        me = try Fixture().me
    }

    @Test("each list is gone through to its end")
    func all() async throws {
        let customer = try me.customers().create(new: company()).number
        for n in 1...3 { try fill(customer, n) }
        #expect(try await count(me.tasks().all(TaskQuery(list: .open), pageSize: 2)) == 3)
        #expect(try await count(me.followUps().all(pageSize: 2)) == 3)
        #expect(try await count(me.opportunities().all(pageSize: 2)) == 3)
        #expect(try await count(me.contracts().all(pageSize: 2)) == 3)
        #expect(try await count(me.attachments().all(pageSize: 2)) == 3)
    }

    private func count<Row>(_ rows: AllRows<Row>) async throws -> Int {
        try await rows.reduce(0) { count, _ in count + 1 }
    }

    private func fill(_ customer: CustomerNumber, _ n: Int) throws {
        let (first, last) = (LocalDate(2024, 5, 1), LocalDate(2024, 5, 31))
        let talk = NewFollowUp(method: "phone", topic: "报价\(n)", content: "客户要报价", nextFollowUp: last)
        try me.followUps().add(customer: customer, new: talk)
        let deal = NewOpportunity(name: "产线\(n)", expectedAmount: 10, expectedClose: last)
        try me.opportunities().create(customer: customer, new: deal)
        let contract = NewContract(contractNumber: "HT-\(n)", amount: 10, signedOn: first)
        try me.contracts().add(customer: customer, new: contract)
        let file = AttachmentFile(new: NewAttachment(name: "纪要\(n).txt", kind: "会议纪要"))
        try file.append(bytes: Data("三点意见".utf8))
        try me.attachments().add(customer: customer, file: file)
    }
}
