import Crmkit
import Foundation
import Testing

@Suite struct ErrorsTests {
    let me: Session

    init() throws {
        me = try Fixture().me
    }

    @Test("any error is told in either language")
    func messages() throws {
        let made = try me.customers().create(new: company())
        let errors = [
            try refused { try me.customers().create(new: NewCustomer(name: "")) },
            try refused { try me.customers().create(new: company()) },
            try refused { try me.customers().get(key: "CRM202405019999") },
            try refused { try me.customers().update(key: made.number, revision: 7, edits: [.note(value: "x")]) },
            try refused { try me.users().update(id: me.user()?.id ?? "", revision: 1, edits: [.active(value: false)]) },
            try refused { try Crm(path: "/none/crm.db") },
        ]
        #expect(errors.map(\.kind) == [.invalid, .duplicate, .notFound, .conflict, .rule, .storage])
        for error in errors {
            #expect(error.message(.zh) == error.detail)
            #expect(error.message(.en) != error.detail)
            #expect(error.message(.en).unicodeScalars.allSatisfy { $0.value < 0x2E80 }, "\(error.message(.en))")
        }
        #expect(errors[0].message(.en).hasPrefix("Please complete the information: "))
    }

    @Test("what a test makes up, with a code that there is not, has a text too")
    func madeUp() {
        let problem = Problem(field: "", code: "made.up", rejected: nil)
        let error = CrmError.rule(code: "made.up", detail: "演示", problem: problem)
        #expect(error.message(.en) == "演示")
        #expect(problem.message(.en) == "made.up")
        #expect((error.kind, error.code, error.problems) == (.rule, "made.up", [problem]))
    }

    @Test("a number below 0 is refused, and does not crash")
    func range() throws {
        let number = try me.customers().create(new: company()).number
        let calls: [(String, () throws -> Any?)] = [
            ("revision", { try me.customers().update(key: number, revision: -1, edits: []) }),
            ("revision", { try me.customers().update(key: number, revision: .min, edits: []) }),
            ("limit", { try me.customers().list(page: PageRequest(limit: -1)) }),
            ("limit", { try me.customers().history(customer: number, limit: .min) }),
            ("before", { try me.customers().history(customer: number, before: -5) }),
            ("after", { try me.audit().list(after: -1) }),
            ("operation", { try me.customers().undo(operation: -1) }),
            ("step_millis", { try me.customers().findDuplicates(stepMillis: -1) }),
            ("seq", { try me.audit().verify(kept: AuditHead(seq: -1, hash: "00")) }),
            (
                "position",
                { try me.pickLists().put(entry: PickEntry(list: .industry, code: "x", labelZh: "x", labelEn: "x", position: -1, retired: false)) }
            ),
        ]
        for (field, call) in calls {
            let error = try refused(call)
            #expect((error.kind, error.code, error.fields) == (.invalid, "field.range", [field]))
        }
    }
}
