/// A closed set of states: each has a stable code, its raw value, and a label in every language.
public protocol Labelled: RawRepresentable, CaseIterable, Hashable, Sendable, Codable where RawValue == String {
    /// What a person reads.
    func label(_ language: Language) -> String
}

extension Labelled {
    /// The stable code, the same in every language and in the store.
    public var code: String { rawValue }

    /// The state with this code; nil if there is none.
    public init?(code: String) {
        self.init(rawValue: code)
    }
}

extension Language {
    /// The one of two texts that is in this language.
    func of(zh: String, en: String) -> String {
        switch self {
        case .zh: zh
        case .en: en
        }
    }
}
