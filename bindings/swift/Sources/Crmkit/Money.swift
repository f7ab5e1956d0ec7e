import Foundation

/// Amounts of money are `Decimal`: yuan with at most two decimals, never negative.
extension Decimal {
    /// An amount as the library writes it, with two decimals; one that cannot be read is no number, which the library refuses.
    init(money text: String) {
        self = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) ?? .nan
    }

    /// The amount as text, with two decimals or however many it has more.
    var money: String {
        let digits = description
        guard !isNaN, let point = digits.firstIndex(of: ".") else { return isNaN ? digits : digits + ".00" }
        return digits.distance(from: point, to: digits.endIndex) == 2 ? digits + "0" : digits
    }
}

/// An amount as JSON has it: a text with two decimals, `120000.00`.
struct MoneyText: Codable {
    let amount: Decimal

    init(_ amount: Decimal) {
        self.amount = amount
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        amount = Decimal(money: try container.decode(String.self))
        if amount.isNaN { throw DecodingError.dataCorruptedError(in: container, debugDescription: "no amount of money") }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(amount.money)
    }
}
