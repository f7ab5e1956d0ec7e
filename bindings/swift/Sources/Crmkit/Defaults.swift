// The generator knows no default for an enum: these are the initialisers without it.

extension CustomerQuery {
    /// Which customers to list (R2.7), the newest first. What is not given does not filter.
    public init(
        text: String? = nil, phone: String? = nil, status: CustomerStatus? = nil, owner: UserId? = nil,
        industry: String? = nil, source: String? = nil, kind: CustomerKind? = nil, size: Size? = nil,
        tag: String? = nil, externalId: String? = nil, created: DateRange? = nil, firstContact: DateRange? = nil,
        archived: Bool = false
    ) {
        self.init(
            text: text, phone: phone, status: status, owner: owner, industry: industry, source: source, kind: kind,
            size: size, tag: tag, externalId: externalId, created: created, firstContact: firstContact,
            archived: archived, sort: .newest)
    }
}

extension ImportOptions {
    /// How a list is to be read; rows that are likely to be there already are skipped.
    public init(
        mapping: [String: String] = [:], defaults: [String: String] = [:], dryRun: Bool = false,
        region: Region? = nil, owner: UserId? = nil
    ) {
        self.init(
            mapping: mapping, defaults: defaults, onDuplicate: .skip, dryRun: dryRun, region: region, owner: owner)
    }
}

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
