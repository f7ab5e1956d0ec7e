import Crmkit
import Foundation

/// A value as vectors have it.
enum JSON: Equatable, Sendable, Decodable {
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
protocol Coded: CaseIterable, Readable {
    func code() -> String
}

extension Coded {
    static func read(_ json: JSON) throws -> Self {
        guard let value = allCases.first(where: { $0.code() == json.text }) else { throw Unfit("\(Self.self) has no \(json)") }
        return value
    }
}

extension String: Readable {
    static func read(_ json: JSON) throws -> String { json.text ?? "" }
}

extension Bool: Readable {
    static func read(_ json: JSON) throws -> Bool { json.flag }
}

extension UInt32: Readable {
    static func read(_ json: JSON) throws -> UInt32 { UInt32(json.number ?? 0) }
}

extension UInt64: Readable {
    static func read(_ json: JSON) throws -> UInt64 { UInt64(json.number ?? 0) }
}

extension Double: Readable {
    static func read(_ json: JSON) throws -> Double { json.number ?? 0 }
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

extension Dictionary: Readable where Key == String, Value == String {
    static func read(_ json: JSON) throws -> [String: String] { json.object.compactMapValues(\.text) }
}

extension JSON {
    /// A result in the form in which vectors have it.
    init(_ value: Any) throws {
        switch value {
        case let text as String: self = .text(text)
        case let flag as Bool: self = .flag(flag)
        case let number as UInt64: self = .number(Double(number))
        case let number as UInt32: self = .number(Double(number))
        case let number as Double: self = .number(number)
        case let day as LocalDate: self = .text(day.description)
        case let instant as Date:
            let fraction = instant.milliseconds % 1000 != 0
            self = .text(instant.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: fraction)))
        case let state as any Coded: self = .text(state.code())
        default:
            let mirror = Mirror(reflecting: value)
            switch mirror.displayStyle {
            case .optional: self = try mirror.children.first.map { try JSON($0.value) } ?? .null
            case .collection: self = .list(try mirror.children.map { try JSON($0.value) })
            case .dictionary:
                let pairs = (value as? [String: String]) ?? [:]
                self = .object(pairs.mapValues { .text($0) })
            case .struct:
                let fields = try mirror.children.map { (JSON.snake($0.label ?? ""), try JSON($0.value)) }
                self = .object(Dictionary(uniqueKeysWithValues: fields))
            default: throw Unfit("a result has no form: \(value)")
            }
        }
    }

    private static func snake(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }

    /// Whether a result contains what is expected of it.
    func compare(with found: JSON, at place: String) throws {
        switch (self, found) {
        case (.object(let fields), .object(let there)):
            for (name, value) in fields { try value.compare(with: there[name] ?? .null, at: "\(place).\(name)") }
        case (.list(let items), .list(let there)) where items.count == there.count:
            for (index, (item, found)) in zip(items, there).enumerated() { try item.compare(with: found, at: "\(place).\(index)") }
        default:
            guard self == found else { throw Unfit("\(place) is \(found), not \(self)") }
        }
    }
}
