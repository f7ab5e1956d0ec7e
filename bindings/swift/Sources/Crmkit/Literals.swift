// Texts that stand for what they name.

extension Choice: ExpressibleByStringLiteral {
    /// The entry with this code or label, without a detail.
    public init(stringLiteral code: String) {
        self.init(code: code)
    }
}

extension NewPhone: ExpressibleByStringLiteral {
    /// A number in any notation.
    public init(stringLiteral typed: String) {
        self.init(typed: typed)
    }
}
