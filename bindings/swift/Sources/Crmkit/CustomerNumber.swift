/// The number that tells one customer from another, `CRM202405010001`: `CRM`, the day of entry, and a serial.
///
/// Numbers are in the order of their days, and within a day of their serials: `CRM2024050110000` comes after
/// `CRM202405019999`.
public struct CustomerNumber: Hashable, Sendable {
    /// As it is written, `CRM202405010001`.
    public let description: String

    /// What the library answers with.
    init(known text: String) {
        description = text
    }
}

extension CustomerNumber: LosslessStringConvertible {
    private static let prefix = "CRM"
    /// Where the eight digits of a day end.
    private static let dayEnds = 11
    /// Digits of a serial: none has fewer, fewer than the second are filled up, none has more than the third.
    private static let (fewest, usual, most) = (3, 4, 10)
    /// What a device's lane is multiplied by before the serial is added; no serial is 0.
    private static let lane = 10_000_000

    /// Nil if the text is no number of a customer.
    public init?(_ text: String) {
        let (zero, nine) = (UInt8(ascii: "0"), UInt8(ascii: "9"))
        let digits = text.utf8.dropFirst(Self.prefix.utf8.count)
        guard text.hasPrefix(Self.prefix), digits.allSatisfy({ (zero...nine).contains($0) }) else { return nil }
        func number(_ digits: Substring.UTF8View) -> Int { digits.reduce(0) { $0 * 10 + Int($1 - zero) } }
        let (day, serial) = (digits.prefix(8), digits.dropFirst(8))
        let significant = serial.drop { $0 == zero }
        guard serial.count >= Self.fewest, significant.count <= Self.most, number(significant) % Self.lane != 0 else { return nil }
        let (year, month) = (number(day.prefix(4)), number(day.dropFirst(4).prefix(2)))
        guard year >= 1000, LocalDate(year, month, number(day.suffix(2))) != nil else { return nil }
        let zeros = String(repeating: "0", count: max(0, Self.usual - significant.count))
        description = text.prefix(Self.dayEnds) + zeros + String(number(significant))
    }
}

extension CustomerNumber: ExpressibleByStringInterpolation {
    /// The number that is written so. One that is none is nobody's: no call finds it.
    public init(stringLiteral text: String) {
        self = CustomerNumber(text) ?? CustomerNumber(known: text)
    }
}

extension CustomerNumber: Comparable {
    public static func < (one: CustomerNumber, other: CustomerNumber) -> Bool {
        let (one, other) = (one.description.utf8, other.description.utf8)
        let (day, otherDay) = (one.prefix(dayEnds), other.prefix(dayEnds))
        guard day.elementsEqual(otherDay) else { return day.lexicographicallyPrecedes(otherDay) }
        // A serial has no more zeros in front than the usual digits need: a longer one is a greater one.
        return one.count == other.count ? one.lexicographicallyPrecedes(other) : one.count < other.count
    }
}

extension CustomerNumber: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let number = CustomerNumber(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number of a customer")
        }
        self = number
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
