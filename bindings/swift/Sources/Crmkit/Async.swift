import Dispatch
import Foundation

/// Every call reads or writes the database, and waits for it: not on the main thread, nor on one of the few that run
/// tasks.
private let queue = DispatchQueue(label: "dev.crmkit", qos: .userInitiated, attributes: .concurrent)

/// Whether a task may still begin what waits in the queue for it.
private final class Turn: @unchecked Sendable {
    private let lock = NSLock()
    private var cancelled = false

    var isCancelled: Bool { lock.withLock { cancelled } }

    func cancel() { lock.withLock { cancelled = true } }
}

/// Makes calls in the queue, unless the task is cancelled before they begin. What has begun goes on to its end.
func away<Answer: Sendable>(_ calls: @escaping @Sendable () throws -> Answer) async throws -> Answer {
    try Task.checkCancellation()
    let turn = Turn()
    let answer = try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { if turn.isCancelled { throw CancellationError() } else { try calls() } })
            }
        }
    } onCancel: {
        turn.cancel()
    }
    try Task.checkCancellation()
    return answer
}

extension Crm {
    /// Opens a database off the caller's thread, as `Crm(path:settings:language:clock:)` does on it.
    public static func open(
        path: String, settings: [SettingsEdit] = [], language: Language? = nil, clock: (any CrmClock)? = nil
    ) async throws -> Crm {
        try await away { try Crm(path: path, settings: settings, language: language, clock: clock) }
    }
}

extension SessionProtocol {
    /// Makes calls off the caller's thread:
    ///
    ///     let customer = try await me.io { try $0.customers().get(key: "CRM202405010001") }
    ///
    /// - Throws: `CancellationError` if the task is cancelled: before the calls, and then none is made, or while they are made,
    ///   and then they are made to their end, with nobody to tell.
    @discardableResult
    public func io<Answer: Sendable>(_ calls: @escaping @Sendable (Self) throws -> Answer) async throws -> Answer {
        try await away { try calls(self) }
    }
}

extension CrmProtocol {
    /// Makes calls off the caller's thread, as on a `Session`.
    @discardableResult
    public func io<Answer: Sendable>(_ calls: @escaping @Sendable (Self) throws -> Answer) async throws -> Answer {
        try await away { try calls(self) }
    }
}

extension ImportJobProtocol {
    /// Runs the import off the caller's thread, a step for each progress that is asked for, to its end. Not asking on
    /// stops it: what has come in stays, and importing the same file again goes on.
    public func progress() -> JobSteps {
        JobSteps { try self.step() }
    }
}

extension DuplicateJobProtocol {
    /// Looks for duplicates off the caller's thread, a step for each progress that is asked for, to its end. Not asking
    /// on stops it.
    public func progress() -> JobSteps {
        JobSteps { try self.step() }
    }
}

extension CheckJobProtocol {
    /// Checks the whole store off the caller's thread, a step for each progress that is asked for, to its end. Not
    /// asking on stops it.
    public func progress() -> JobSteps {
        JobSteps { try self.step() }
    }
}

/// A job, step by step.
public struct JobSteps: AsyncSequence, Sendable {
    public typealias Element = JobProgress

    fileprivate let step: @Sendable () throws -> JobProgress

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(step: step)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let step: @Sendable () throws -> JobProgress
        private var finished = false

        fileprivate init(step: @escaping @Sendable () throws -> JobProgress) {
            self.step = step
        }

        public mutating func next() async throws -> JobProgress? {
            if finished { return nil }
            let progress = try await away(step)
            finished = progress.finished
            return progress
        }
    }
}
