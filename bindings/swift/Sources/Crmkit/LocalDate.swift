import Foundation

/// A day of the calendar, without a time or a time zone.
public struct LocalDate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    public let year: Int
    /// From 1.
    public let month: Int
    /// From 1.
    public let day: Int

    /// Nil if there is no such day.
    public init?(_ year: Int, _ month: Int, _ day: Int) {
        guard (1...12).contains(month), (1...LocalDate.days(of: month, in: year)).contains(day) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day written `2024-05-01`.
    ///
    /// - Throws: `CrmError.invalid` with `date.invalid`.
    public init(iso text: String) throws {
        guard let day = LocalDate(parsing: text) else {
            let problem = Problem(field: "", code: "date.invalid", rejected: text)
            throw CrmError.invalid(code: problem.code, detail: problem.message(.zh), problems: [problem])
        }
        self = day
    }

    private init?(parsing text: String) {
        var bytes = text.utf8[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        guard let year = LocalDate.number(&bytes, digits: 4...9, then: "-"),
            let month = LocalDate.number(&bytes, digits: 2...2, then: "-"),
            let day = LocalDate.number(&bytes, digits: 2...2, then: nil)
        else { return nil }
        self.init(negative ? -year : year, month, day)
    }

    /// Takes a number off the front, and the sign that follows it.
    private static func number(_ bytes: inout Substring.UTF8View, digits: ClosedRange<Int>, then sign: Unicode.Scalar?) -> Int? {
        var (number, count) = (0, 0)
        while let byte = bytes.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), count < digits.upperBound {
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
            count += 1
            bytes = bytes.dropFirst()
        }
        let next = bytes.popFirst()
        return digits.contains(count) && next == sign.map { UInt8(ascii: $0) } ? number : nil
    }

    /// The day on which an instant falls where the clocks are those of `timeZone`.
    public init(_ instant: Date, in timeZone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let parts = calendar.dateComponents([.year, .month, .day], from: instant)
        (year, month, day) = (parts.year ?? 1, parts.month ?? 1, parts.day ?? 1)
    }

    public init(from decoder: any Decoder) throws {
        try self.init(iso: decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// The day as `2024-05-01`.
    public var description: String {
        let sign = year < 0 ? "-" : year > 9999 ? "+" : ""
        return sign + LocalDate.padded(year.magnitude, to: 4) + "-" + LocalDate.padded(month.magnitude, to: 2) + "-"
            + LocalDate.padded(day.magnitude, to: 2)
    }

    public static func < (one: LocalDate, other: LocalDate) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    private static func padded(_ number: UInt, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func days(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Date {
    /// The instant this many milliseconds after 1970 began in UTC: how precisely instants are kept.
    public init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// Milliseconds since 1970; beyond what they can tell, a number that the library refuses as no instant.
    public var milliseconds: Int64 {
        let exact = (timeIntervalSince1970 * 1000).rounded()
        return Int64(exactly: exact) ?? (exact < 0 ? .min : .max)
    }
}
