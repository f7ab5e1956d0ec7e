import Foundation

extension CrmProtocol {
    /// Tells when anything has changed, for whomever, by this program or another (for somebody: `SessionProtocol.changes`): `version()` at once, and then whenever it differs, asked
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

extension SessionProtocol {
    /// The feed of what changes for the caller, from a cursor on, or from now on: what is to be read again and what is gone, by what
    /// names it; `reset`: what the caller may see has changed, all is to be read anew. Asked off the caller's thread, no oftener than
    /// `every`. Keep the `cursor` of the last one to go on from when the program runs again.
    ///
    ///     for try await changes in me.changes(every: .seconds(1)) { try await reload(changes.items) }
    ///
    /// Ends when the database is closed; a paused one is asked again later. Cancelling the task ends it with a
    /// `CancellationError`.
    public func changes<C: Clock>(every: Duration, from cursor: String? = nil, clock: C = ContinuousClock()) -> ChangeFeed<C>
    where C.Duration == Duration {
        ChangeFeed(every: every, clock: clock, cursor: cursor) { try self.changesSince(cursor: $0) }
    }
}

/// What changes for somebody, as it changes.
public struct ChangeFeed<C: Clock>: AsyncSequence, Sendable where C.Duration == Duration {
    public typealias Element = Changes

    fileprivate let every: Duration
    fileprivate let clock: C
    fileprivate let cursor: String?
    fileprivate let since: @Sendable (String?) throws -> Changes

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(feed: self, cursor: cursor)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let feed: ChangeFeed
        fileprivate var cursor: String?
        private var wake: C.Instant?
        private var ended = false

        fileprivate init(feed: ChangeFeed, cursor: String?) {
            self.feed = feed
            self.cursor = cursor
        }

        public mutating func next() async throws -> Changes? {
            while !ended {
                if let wake { try await feed.clock.sleep(until: wake, tolerance: nil) }
                wake = feed.clock.now.advanced(by: feed.every)
                do {
                    let (since, last) = (feed.since, cursor)
                    let changes = try await away { try since(last) }
                    cursor = changes.cursor
                    if changes.more { wake = nil }
                    if changes.reset || !changes.items.isEmpty { return changes }
                } catch let error as CrmError where error.code == "storage.closed" {
                    ended = true
                } catch let error as CrmError where error.retryable {}
            }
            return nil
        }
    }
}
