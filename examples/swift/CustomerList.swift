import Crmkit
import Foundation

/// The model of a screen that lists customers: search as one types, page by page, entering, changing and importing.
///
/// An app marks it `@Observable`. It knows protocols only, so that its tests hand in a session of their own making.
@MainActor
public final class CustomerList {
    /// What stands on the screen.
    public private(set) var rows: [CustomerSummary] = []
    /// Whether there are rows after these.
    public private(set) var hasMore = false
    /// What the person is asked before a customer is entered who may be there already.
    public private(set) var duplicate: Duplicate?
    /// What has been changed by somebody else while the person was typing.
    public private(set) var conflict: Conflict?
    /// How far an import has come, from 0 to 1.
    public private(set) var imported: Double?
    /// What went wrong, for the person to read.
    public private(set) var message: String?

    /// A customer who may be there already, and who they may be.
    public struct Duplicate: Sendable {
        public let new: NewCustomer
        public let matches: [DuplicateMatch]
    }

    /// Edits that met others', and the fields in which they did.
    public struct Conflict: Sendable {
        public let number: CustomerNumber
        public let edits: [CustomerEdit]
        public let fields: [String]
        public let revision: Int
    }

    private let me: any SessionProtocol
    private let pageSize: Int
    private let pause: Duration
    private let clock: any Clock<Duration>
    private var query = CustomerQuery()
    private var next: String?
    private var typing: Task<Void, Never>?

    public init(
        _ me: any SessionProtocol, pageSize: Int = 50, pause: Duration = .milliseconds(300),
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        (self.me, self.pageSize, self.pause, self.clock) = (me, pageSize, pause, clock)
    }

// README: from here
    /// Searches once the person has stopped typing; a search that goes on is given up for the newer one.
    @discardableResult
    public func search(_ text: String) -> Task<Void, Never> {
        typing?.cancel()
        let task = Task {
            do {
                try await clock.sleep(for: pause)
                query.text = text.isEmpty ? nil : text
                try await load(after: nil)
            } catch {
                tell(error)
            }
        }
        typing = task
        return task
    }

    /// The next page, when the person has come to the end of this one.
    public func loadMore() async {
        guard hasMore else { return }
        await attempt { try await self.load(after: self.next) }
    }

    /// Enters a customer, unless it may be there already: then `duplicate` is what the person is asked.
    public func enter(_ new: NewCustomer, check: DuplicateCheck = .refuse) async {
        duplicate = nil
        await attempt {
            do {
                try await self.me.io { me in try me.customers().create(new: new, check: check) }
                try await self.load(after: nil)
            } catch CrmError.duplicate(_, let detail, let matches, _) {
                (self.duplicate, self.message) = (Duplicate(new: new, matches: matches), detail)
            }
        }
    }

    /// The person has said that it is another customer.
    public func enterAnyway() async {
        if let duplicate { await enter(duplicate.new, check: .anotherCustomer) }
    }

    /// Changes a customer, unless somebody else has since: then `conflict` is what the person is asked.
    public func change(_ number: CustomerNumber, revision: Int, _ edits: [CustomerEdit]) async {
        conflict = nil
        await attempt {
            do {
                try await self.me.io { me in try me.customers().update(key: number, revision: revision, edits: edits) }
                try await self.load(after: nil)
            } catch CrmError.conflict(_, let detail, let fields, let revision) {
                self.conflict = Conflict(number: number, edits: edits, fields: fields, revision: revision)
                self.message = detail
            }
        }
    }

    /// The person has seen what changed, and wants their own.
    public func changeAnyway() async {
        if let conflict { await change(conflict.number, revision: conflict.revision, conflict.edits) }
    }

    /// Imports a list, step by step. Cancelling the task stops it; importing the same file again goes on.
    public func importList(path: String) async {
        await attempt {
            let job = try await self.me.io { me in try me.customers().importFile(path: path) }
            for try await step in job.progress() {
                self.imported = step.total == 0 ? 1 : Double(step.done) / Double(step.total)
            }
            try await self.load(after: nil)
        }
        imported = nil
    }
// README: to here

    private func load(after: String?) async throws {
        let (query, request) = (query, PageRequest(after: after, limit: pageSize))
        let page = try await me.io { me in try me.customers().list(query: query, page: request) }
        rows = after == nil ? page.items : rows + page.items
        (next, hasMore) = (page.next, page.next != nil)
    }

    private func attempt(_ work: @MainActor () async throws -> Void) async {
        message = nil
        do {
            try await work()
        } catch {
            tell(error)
        }
    }

    /// Who has given up needs no message.
    private func tell(_ error: any Error) {
        if !(error is CancellationError) { message = error.localizedDescription }
    }
}
