import Foundation

extension CrmProtocol {
    /// Tells when anything has changed, by this program or another: `version()` at once, and then whenever it differs, asked
    /// off the caller's thread and no oftener than `every`.
    ///
    ///     for try await _ in crm.changes(every: .seconds(1)) { try await reload() }
    ///
    /// Ends when the database is closed; a paused one is asked again later. Cancelling the task ends it with a
    /// `CancellationError`.
    public func changes<C: Clock>(every: Duration, clock: C = ContinuousClock()) -> Versions<C> where C.Duration == Duration {
        Versions(every: every, clock: clock) { try self.version() }
    }
}

/// The versions of a database, as it changes.
public struct Versions<C: Clock>: AsyncSequence, Sendable where C.Duration == Duration {
    public typealias Element = Int

    fileprivate let every: Duration
    fileprivate let clock: C
    fileprivate let version: @Sendable () throws -> Int

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(changes: self)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let changes: Versions
        private var told: Int?
        private var asked: C.Instant?
        private var ended = false

        fileprivate init(changes: Versions) {
            self.changes = changes
        }

        public mutating func next() async throws -> Int? {
            while !ended {
                if let asked { try await changes.clock.sleep(until: asked.advanced(by: changes.every), tolerance: nil) }
                asked = changes.clock.now
                do {
                    let version = try await away(changes.version)
                    if version != told {
                        told = version
                        return version
                    }
                } catch let error as CrmError where error.code == "storage.closed" {
                    ended = true
                } catch let error as CrmError where error.retryable {}
            }
            return nil
        }
    }
}
