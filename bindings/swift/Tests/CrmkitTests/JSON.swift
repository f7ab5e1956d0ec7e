import Crmkit
import Foundation

/// A value as vectors have it.
enum JSON: Equatable, Sendable, Codable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSON].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .flag(let flag): try container.encode(flag)
        case .number(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .list(let items): try container.encode(items)
        case .object(let fields): try container.encode(fields)
        }
    }

    subscript(name: String) -> JSON { object[name] ?? .null }

    var object: [String: JSON] { if case .object(let fields) = self { fields } else { [:] } }
    var list: [JSON] { if case .list(let items) = self { items } else { [] } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var flag: Bool { self == .flag(true) }
    var number: Double? { if case .number(let number) = self { number } else { nil } }

    /// A field of a record; blank where it is left out.
    func field<Value: Readable>(_ name: String) throws -> Value { try .read(self[name]) }

    /// A field of a record that has a default.
    func field<Value: Readable>(_ name: String, or value: Value) throws -> Value {
        self[name] == .null ? value : try .read(self[name])
    }

    /// A record that may have been written as its first field alone.
    func whole(_ first: String) -> JSON {
        if case .object = self { self } else { .object([first: self]) }
    }

    /// The changes of the fields named.
    func edits<Edit: ReadableEdit>() throws -> [Edit] { try object.map { try .read($0, $1) } }
}

/// Why a vector does not hold.
struct Unfit: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What can be read from a vector; the records' readers are generated.
protocol Readable {
    /// The value, or a blank one for null.
    static func read(_ json: JSON) throws -> Self
}

/// Changes that can be read from a vector.
protocol ReadableEdit {
    static func read(_ field: String, _ json: JSON) throws -> Self
}

/// An enum with the core's codes.
protocol Coded: Labelled, Readable {}

extension Coded {
    static func read(_ json: JSON) throws -> Self {
        guard let value = json.text.flatMap(Self.init(code:)) else { throw Unfit("\(Self.self) has no \(json)") }
        return value
    }
}

extension String: Readable {
    static func read(_ json: JSON) throws -> String { json.text ?? "" }
}

extension CustomerNumber: Readable {
    static func read(_ json: JSON) throws -> CustomerNumber {
        guard let number = json.text.flatMap(CustomerNumber.init) else { throw Unfit("no number: \(json)") }
        return number
    }
}

extension Bool: Readable {
    static func read(_ json: JSON) throws -> Bool { json.flag }
}

extension Int: Readable {
    static func read(_ json: JSON) throws -> Int { Int(json.number ?? 0) }
}

extension Double: Readable {
    static func read(_ json: JSON) throws -> Double { json.number ?? 0 }
}

extension Decimal: Readable {
    static func read(_ json: JSON) throws -> Decimal {
        guard let amount = json.text.flatMap({ Decimal(string: $0) }) else { throw Unfit("no amount: \(json)") }
        return amount
    }
}

extension LocalDate: Readable {
    static func read(_ json: JSON) throws -> LocalDate { try LocalDate(iso: json.text ?? "") }
}

extension Date: Readable {
    static func read(_ json: JSON) throws -> Date {
        let text = json.text ?? ""
        return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains(".")))
    }
}

extension Optional: Readable where Wrapped: Readable {
    static func read(_ json: JSON) throws -> Wrapped? { json == .null ? nil : try Wrapped.read(json) }
}

extension Array: Readable where Element: Readable {
    static func read(_ json: JSON) throws -> [Element] { try json.list.map { try .read($0) } }
}

extension Dictionary: Readable where Key == String, Value: Readable {
    static func read(_ json: JSON) throws -> [String: Value] {
        try json.object.filter { $0.value != .null }.mapValues { try .read($0) }
    }
}

extension JSON {
    /// A result in the form in which vectors have it, which is the one that records write themselves.
    init(_ value: some Encodable) throws {
        self = try JSONDecoder().decode(JSON.self, from: JSONEncoder().encode(value))
    }

    /// Whether a result contains what is expected of it.
    func compare(with found: JSON, at place: String) throws {
        switch (self, found) {
        case (.object(let fields), .object(let there)):
            for (name, value) in fields { try value.compare(with: there[name] ?? .null, at: "\(place).\(name)") }
        case (.list(let items), .list(let there)) where items.count == there.count:
            for (index, (item, found)) in zip(items, there).enumerated() { try item.compare(with: found, at: "\(place).\(index)") }
        // JSON leaves out what is blank.
        case (.list([]), .null), (.object([:]), .null): break
        default:
            guard self == found else { throw Unfit("\(place) is \(found), not \(self)") }
        }
    }
}
