import Foundation

extension CrmError {
    /// The kind, for a host that branches on it.
    public var kind: ErrorKind {
        switch self {
        case .invalid: .invalid
        case .notFound: .notFound
        case .duplicate: .duplicate
        case .conflict: .conflict
        case .rule: .rule
        case .denied: .denied
        case .storage: .storage
        case .internal: .internal
        }
    }

    /// The stable dotted code; of invalid input, the first problem's.
    public var code: String { common.code }

    /// What a person reads, in the language that the CRM was opened with. An ellipsis stands for what was typed, and customers
    /// are named by their numbers: it is fit for a log.
    public var detail: String { common.detail }

    /// The fields at fault, each once, in the order of the problems.
    public var fields: [String] {
        switch self {
        case .invalid(_, _, let problems):
            problems.reduce(into: []) { fields, problem in
                if !fields.contains(problem.field) { fields.append(problem.field) }
            }
        case .conflict(_, _, let fields, _): fields
        case .rule(_, _, let problem): [problem.field]
        default: []
        }
    }

    /// What is wrong with which field.
    public var problems: [Problem] {
        switch self {
        case .invalid(_, _, let problems): problems
        case .rule(_, _, let problem): [problem]
        default: []
        }
    }

    /// Whether the same call may succeed later.
    public var retryable: Bool {
        if case .storage(_, _, let retryable, _) = self { retryable } else { false }
    }

    private var common: (code: String, detail: String) {
        switch self {
        case .invalid(let code, let detail, _): (code, detail)
        case .notFound(let code, let detail, _): (code, detail)
        case .duplicate(let code, let detail, _, _): (code, detail)
        case .conflict(let code, let detail, _, _): (code, detail)
        case .rule(let code, let detail, _): (code, detail)
        case .denied(let code, let detail, _): (code, detail)
        case .storage(let code, let detail, _, _): (code, detail)
        case .internal(let code, let detail, _): (code, detail)
        }
    }
}

extension CrmError: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The code and the detail: what is logged by habit has no customer's data.
    public var description: String { "\(code): \(detail)" }

    public var debugDescription: String { description }

    public var customMirror: Mirror { Mirror(self, children: ["code": code, "detail": detail]) }
}

extension CrmError: LocalizedError {
    /// What a person reads.
    public var errorDescription: String? { detail }
}
