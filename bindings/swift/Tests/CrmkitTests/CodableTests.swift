import Crmkit
import Foundation
import Testing

/// Records as JSON: what Rust and Python write.
@Suite struct CodableTests {
    /// What a value is as JSON, keys in order.
    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func back<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    @Test("a customer that is entered")
    func draft() throws {
        let new = company {
            $0.leadAt = Date(milliseconds: 1_714_266_123_004)
            $0.size = Size(scale: .headcount, band: .medium)
            $0.extra = ["a": "1"]
        }
        let written = try json(new)
        #expect(
            written
                == """
                {"addresses":[],"external_id":null,"extra":{"a":"1"},"first_contact":"2024-04-28",\
                "industry":{"code":"制造业"},"kind":"enterprise","lead_at":"2024-04-28T01:02:03.004Z",\
                "name":"上海示例科技有限公司","note":null,"owner":null,"phones":[{"primary":false,"typed":"021-5555 0199"}],\
                "registrations":[],"size":{"band":"medium","scale":"headcount"},"source":{"code":"转介绍","detail":"老客户"},"tags":[]}
                """)
        #expect(try back(new) == new)
        let least = try JSONDecoder().decode(NewContact.self, from: Data(#"{"name":"王芳","mobile":"13912345678"}"#.utf8))
        #expect(least == NewContact(name: "王芳", mobile: "13912345678"))
    }

    @Test("whatever a database answers with comes back from JSON as it was")
    func answers() async throws {
        let fixture = try Fixture()
        let me = fixture.me
        let made = try me.customers().create(new: company { $0.note = "要发票" })
        _ = try me.contacts().add(customer: made.number, new: NewContact(name: "王芳", mobile: "13912345678"))
        #expect(try back(made) == made)
        let page = try me.customers().list()
        #expect(try back(page) == page)
        let entries = try me.audit().list()
        #expect(try back(entries) == entries)
        let history = try me.customers().history(customer: made.number)
        #expect(try back(history) == history)
        let settings = try me.settings().get()
        #expect(try back(settings) == settings)
        let people = try me.users().list()
        #expect(try back(people) == people)
        let lists = try me.pickLists().list(list: .source)
        #expect(try back(lists) == lists)
        let search = try me.customers().findDuplicates()
        for try await step in search.progress() { #expect(try back(step) == step) }
        let found = try me.customers().duplicates(name: made.name, kind: .enterprise, phones: ["021-5555 0199"])
        #expect(!found.isEmpty)
        #expect(try back(found) == found)
        let at = try json(made).contains(#""created_at":"2024-05-01T04:00:00Z""#)
        #expect(at)
    }

    @Test("edits name the field")
    func edits() throws {
        let edits: [CustomerEdit] = [
            .note(value: nil), .firstContact(value: try LocalDate(iso: "2024-05-01")), .leadAt(value: noon), .tags(value: ["a"]),
        ]
        #expect(
            try json(edits)
                == """
                [{"note":{"value":null}},{"first_contact":{"value":"2024-05-01"}},\
                {"lead_at":{"value":"2024-05-01T04:00:00Z"}},{"tags":{"value":["a"]}}]
                """)
        #expect(try back(edits) == edits)
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(CustomerEdit.self, from: Data("{}".utf8)) }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Role.self, from: Data(#""king""#.utf8)) }
    }

    @Test("the records of the vectors are written as they stand there")
    func vectors() throws {
        var read = 0
        for file in try VectorFile.all() {
            for record in (file.records ?? [:]).values where record["industry"] != .null {
                let new = try NewCustomer.read(record)
                let written = try JSON(new)
                #expect(try NewCustomer.read(written) == new)
                #expect(try back(new) == new)
                for name in ["name", "kind", "first_contact", "note", "tags"] where record[name] != .null {
                    #expect(written[name] == record[name])
                }
                read += 1
            }
        }
        #expect(read > 0)
    }

    @Test("what a list shows has an identity")
    func identity() throws {
        func identity<Row: Identifiable>(_ row: Row) -> Row.ID { row.id }
        let fixture = try Fixture()
        let made = try fixture.me.customers().create(new: company())
        #expect(identity(made) == made.number)
        #expect(identity(try fixture.me.customers().list().items[0]) == made.number)
        #expect(identity(fixture.lin) == fixture.lin.id)
        let entry = try fixture.me.audit().list()[0]
        #expect(identity(entry) == entry.seq)
        #expect(["CRM202405010002", made.number].min() == made.number)
    }

    @Test("what a caller may know of a file, and what SQL answers")
    func tables() throws {
        #expect(try json(TableOptions(encoding: "GB18030")) == #"{"delimiter":null,"encoding":"GB18030","header_row":null,"sheet":null}"#)
        #expect(try JSONDecoder().decode(TableOptions.self, from: Data("{}".utf8)) == TableOptions())
        let answer = SqlAnswer(
            columns: ["name", "customers"], rows: [[.text("制造业"), .integer(1)], [.null, .real(0.5)]], truncated: true)
        #expect(
            try json(answer)
                == """
                {"columns":["name","customers"],"rows":[["制造业",1],[null,0.5]],"truncated":true}
                """)
        #expect(try back(answer) == answer)
        #expect(try json([SqlValue.real(.infinity)]) == "[null]")
    }

    @Test("fields have names")
    func names() throws {
        let error = try refused { try Fixture().me.customers().create(new: NewCustomer(name: "")) }
        #expect(error.fields.contains(Field.name) && error.fields.contains(Field.firstContact))
        #expect((Field.contactMobile, Field.importId) == ("contact.mobile", "import_id"))
    }
}
