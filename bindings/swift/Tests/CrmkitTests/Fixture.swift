import Crmkit
import Foundation
import Testing

/// The business's noon on the day on which most tests take place.
let noon = Date(milliseconds: 1_714_536_000_000)

/// A set-up database in memory, and its admin's session.
struct Fixture {
    let crm: Crm
    let lin: User
    let me: Session

    init(path: String = ":memory:", clock: any CrmClock = FixedClock(noon)) throws {
        crm = try Crm(path: path, clock: clock)
        lin = try crm.setUp(admin: "lin", name: "林")
        me = try crm.session(login: "lin")
    }
}

/// A clock of the host's own.
final class MovingClock: CrmClock, @unchecked Sendable {
    private let lock = NSLock()
    private var instant: Date

    init(_ instant: Date) { self.instant = instant }

    func now() -> Date { lock.withLock { instant } }

    func move(to instant: Date) { lock.withLock { self.instant = instant } }
}

func company(
    _ name: String = "上海示例科技有限公司", phone: String = "021-5555 0199", change: (inout NewCustomer) -> Void = { _ in }
) -> NewCustomer {
    var new = NewCustomer(
        name: name, kind: .enterprise, industry: "制造业", phones: [NewPhone(typed: phone)],
        source: Choice(code: "转介绍", detail: "老客户"), firstContact: LocalDate(2024, 4, 28))
    change(&new)
    return new
}

/// What a call that must fail fails with.
func refused(sourceLocation: SourceLocation = #_sourceLocation, _ call: () throws -> Any?) throws -> CrmError {
    var found: CrmError?
    #expect(sourceLocation: sourceLocation) {
        _ = try call()
    } throws: { error in
        found = error as? CrmError
        return found != nil
    }
    return try #require(found, sourceLocation: sourceLocation)
}

/// A folder that goes with the test.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String {
        url.appendingPathComponent(name).path
    }

    func file(_ name: String, _ content: Data) throws -> String {
        try content.write(to: url.appendingPathComponent(name))
        return path(name)
    }

    func file(_ name: String, _ text: String) throws -> String {
        try file(name, Data(text.utf8))
    }
}
