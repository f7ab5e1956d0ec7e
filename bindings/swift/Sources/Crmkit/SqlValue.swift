// JSON has one kind of number: a whole one that had a fraction of nothing comes back without it.
extension SqlValue: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let whole = try? value.decode(Int64.self) {
            self = .integer(whole)
        } else if let real = try? value.decode(Double.self) {
            self = .real(real)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .integer(let whole): try container.encode(whole)
        // JSON has no infinity.
        case .real(let real) where !real.isFinite: try container.encodeNil()
        case .real(let real): try container.encode(real)
        case .text(let text): try container.encode(text)
        }
    }
}
