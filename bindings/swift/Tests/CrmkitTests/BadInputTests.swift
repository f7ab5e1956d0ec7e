import Crmkit
import Foundation
import Testing

/// No input crashes: each gets a typed error, nothing is stored, and the next call works.
@Suite struct BadInputTests {
    let me: Session

    init() throws {
        me = try Fixture().me
    }

    private func code(_ new: NewCustomer) throws -> String {
        let error = try refused { try me.customers().create(new: new) }
        #expect(try me.customers().count() == 0)
        return error.code
    }

    @Test func textsOfEveryKind() throws {
        #expect(try code(company("a\0b")) == "field.nul")
        #expect(try code(company(String(repeating: "很", count: 1_000_000))) == "field.too_long")
        #expect(try code(company(phone: "电话")) == "phone.invalid")
        #expect(try code(company { $0.industry = "🚀" }) == "choice.unknown")
        for key in ["", "CRM", "CRM20240230001", "' or 1=1 --", "\0", String(repeating: "👨‍👩‍👧‍👦", count: 1000)] {
            #expect(try refused { try me.customers().get(key: key) }.code == "not_found")
        }
    }

    @Test func daysAndInstantsThatTheLibraryDoesNotHave() throws {
        #expect(LocalDate(2024, 2, 30) == nil)
        #expect(LocalDate(2023, 2, 29) == nil)
        #expect(LocalDate(2024, 0, 1) == nil)
        #expect(LocalDate(2000, 2, 29)?.description == "2000-02-29")
        for text in ["", "2024-5", "2024-02-30", "2024-05-01T00:00", "二〇二四-05-01", "99999999999999999999-01-01"] {
            #expect(try refused { try LocalDate(iso: text) }.code == "date.invalid")
        }
        #expect(try code(company { $0.firstContact = LocalDate(999_999, 1, 1) }) == "date.invalid")
        for instant in [Double.infinity, -.infinity, .nan, 1e300, .greatestFiniteMagnitude] {
            #expect(try code(company { $0.leadAt = Date(timeIntervalSince1970: instant) }) == "date.invalid")
        }
    }

    @Test func aDayIsThatOfATimeZone() throws {
        let instant = Date(milliseconds: 1_714_492_800_000)
        #expect(LocalDate(instant, in: try #require(TimeZone(identifier: "Asia/Shanghai"))) == LocalDate(2024, 5, 1))
        #expect(LocalDate(instant, in: try #require(TimeZone(identifier: "UTC"))) == LocalDate(2024, 4, 30))
        let day = try #require(LocalDate(2024, 5, 1))
        #expect(try JSONDecoder().decode([LocalDate].self, from: JSONEncoder().encode([day])) == [day])
    }

    @Test func anIdentifierThatIsNoneNamesNothing() throws {
        let error = try refused { try me.contacts().get(id: "nonsense") }
        #expect((error.code, error.detail) == ("not_found", "找不到：… / not found: …"))
        #expect(try code(company { $0.owner = "nobody" }) == "owner.unknown")
        #expect(try refused { try me.imports().undo(id: "") }.code == "not_found")
    }

    @Test func whatIsLoggedByHabitHasNoDataOfCustomers() throws {
        let secrets = ["张三示例有限公司", "1391234567x"]
        let customers = try Fixture().me.customers()
        let named = company(secrets[0], phone: "13912345678")
        let number = try customers.create(new: named).number
        let wrong = company(phone: secrets[1]) {
            $0.industry = Choice(code: secrets[0], detail: nil)
            $0.owner = secrets[0]
        }
        let errors = [
            try refused { try customers.create(new: named) },
            try refused { try customers.create(new: wrong) },
            try refused { try customers.get(key: secrets[0]) },
            try refused { try customers.list(query: CustomerQuery(owner: secrets[0])) },
            try refused { try me.contacts().get(id: secrets[0]) },
        ]
        for error in errors {
            #expect("\(error)" == "\(error.code): \(error.detail)")
            #expect(error.localizedDescription == error.detail)
            var logged = "\(error) \(error.localizedDescription) " + String(reflecting: error)
            dump(error, to: &logged)
            for secret in secrets { #expect(!logged.contains(secret)) }
        }
        #expect(errors[0].detail == "该客户可能已存在，请确认是否合并（\(number)）")
        guard case .duplicate(_, _, let matches, _) = errors[0] else { return #expect(Bool(false), "\(errors[0])") }
        #expect(matches.map(\.name) == [secrets[0]])
    }

    @Test func numbersAtTheirEnds() throws {
        #expect(try refused { try me.customers().update(key: "CRM202405010001", revision: .max, edits: []) }.code == "not_found")
        #expect(try refused { try me.customers().list(page: PageRequest(limit: .max)) }.code == "page.limit")
        #expect(try me.audit().list(after: .max, limit: 1000).isEmpty)
    }

    @Test func aFileThatIsNoDatabase() throws {
        let folder = try Folder()
        let path = try folder.file("crm.db", String(repeating: "not a database, but long enough to be one. ", count: 100))
        #expect(try refused { try Crm(path: path) }.kind == .storage)
        #expect(try refused { try Crm(path: folder.path("none/crm.db")) }.kind == .storage)
    }
}
