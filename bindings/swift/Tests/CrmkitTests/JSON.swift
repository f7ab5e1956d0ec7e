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
    var texts: [String] { list.compactMap(\.text) }
    var textByName: [String: String] { object.compactMapValues(\.text) }
    var day: LocalDate? { get throws { try text.map { try LocalDate(iso: $0) } } }
    var instant: Date? {
        get throws { try text.map { try Date($0, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: $0.contains("."))) } }
    }

    /// The enum's case with this code.
    func coded<Value: Coded>(_: Value.Type = Value.self) throws -> Value? {
        try text.map { code in
            guard let value = Value.allCases.first(where: { $0.code() == code }) else { throw Unfit("\(Value.self) has no \(code)") }
            return value
        }
    }
}

/// Why a vector does not hold.
struct Unfit: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// An enum with the core's codes.
protocol Coded: CaseIterable {
    func code() -> String
}

extension CustomerKind: Coded {}
extension CustomerStatus: Coded {}
extension CustomerSort: Coded {}
extension SizeScale: Coded {}
extension Band: Coded {}
extension AddressKind: Coded {}
extension Role: Coded {}
extension PickList: Coded {}
extension DuplicateCheck: Coded {}
extension OnDuplicate: Coded {}

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
        case let instant as Date: self = .number(Double(instant.milliseconds))
        case let code as CustomerKind: self = .text(code.code())
        case let code as CustomerStatus: self = .text(code.code())
        case let code as SizeScale: self = .text(code.code())
        case let code as Band: self = .text(code.code())
        case let code as AddressKind: self = .text(code.code())
        case let code as PhoneCheck: self = .text(code.code())
        case let code as Role: self = .text(code.code())
        case let code as PickList: self = .text(code.code())
        case let code as MatchBand: self = .text(code.code())
        case let code as MatchReason: self = .text(code.code())
        case let code as AuditKind: self = .text(code.code())
        case let code as RowOutcome: self = .text(code.code())
        case let code as ErrorKind: self = .text(code.code())
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
