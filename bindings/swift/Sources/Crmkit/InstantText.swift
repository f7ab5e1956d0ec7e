import Foundation

/// An instant as JSON has it, whatever a coder's own habit: `2024-05-01T04:00:00Z`, with as many digits of its seconds as it needs.
struct InstantText: Codable {
    let instant: Date

    init(_ instant: Date) {
        self.instant = instant
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Self.styles.lazy.compactMap({ try? Date(text, strategy: $0) }).first else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no instant: \(text)")
        }
        // Milliseconds are what instants are kept in.
        self.instant = Date(milliseconds: instant.milliseconds)
    }

    func encode(to encoder: any Encoder) throws {
        let (second, rest) = instant.milliseconds.quotientAndRemainder(dividingBy: 1000)
        let milliseconds = rest < 0 ? rest + 1000 : rest
        var text = Date(timeIntervalSince1970: Double(rest < 0 ? second - 1 : second)).formatted(Self.styles[0])
        if milliseconds != 0 {
            text.replace("Z", with: "." + String(String(1000 + milliseconds).dropFirst()) + "Z")
        }
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    private static let styles = [false, true].map { Date.ISO8601FormatStyle(includingFractionalSeconds: $0) }
}
