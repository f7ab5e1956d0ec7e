import Crmkit
import Foundation
import Testing

/// A clock that stands where it is put, and on which nobody waits: each sleep moves it to its end.
final class PatientClock: Clock, @unchecked Sendable {
    typealias Instant = ContinuousClock.Instant

    private let lock = NSLock()
    private var instant = ContinuousClock.now
    private var slept: [Duration] = []

    var now: Instant { lock.withLock { instant } }
    var minimumResolution: Duration { .nanoseconds(1) }
    var sleeps: [Duration] { lock.withLock { slept } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        lock.withLock {
            slept.append(instant.duration(to: deadline))
            instant = max(instant, deadline)
        }
        await Task.yield()
    }
}

@Suite struct ChangesTests {
    @Test("a change is told once, and asked for no oftener than said")
    func told() async throws {
        let folder = try Folder()
        let kept = try Fixture(path: folder.path("crm.db"))
        let clock = PatientClock()
        var changes = kept.crm.changes(every: .seconds(2), clock: clock).makeAsyncIterator()
        #expect(try await changes.next() == kept.crm.version())
        #expect(clock.sleeps.isEmpty)
        _ = try kept.me.customers().create(new: company())
        let version = try kept.crm.version()
        #expect(try await changes.next() == version)
        #expect(clock.sleeps == [.seconds(2)])
        try kept.crm.close()
        #expect(try await changes.next() == nil)
        #expect(try await changes.next() == nil)
        #expect(clock.sleeps == [.seconds(2), .seconds(2)])
    }

    @Test("a pause is waited out, and a cancelled task asks nothing")
    func waits() async throws {
        let folder = try Folder()
        let kept = try Fixture(path: folder.path("crm.db"))
        let (crm, clock) = (kept.crm, PatientClock())
        try crm.pause()
        let first = Task {
            var changes = crm.changes(every: .seconds(1), clock: clock).makeAsyncIterator()
            return try await changes.next()
        }
        while clock.sleeps.count < 3 { await Task.yield() }
        try crm.resume()
        #expect(try await first.value == crm.version())
        #expect(clock.sleeps.allSatisfy { $0 == .seconds(1) })

        let endless = Task { for try await _ in crm.changes(every: .seconds(1), clock: clock) {} }
        endless.cancel()
        let ended = await endless.result
        #expect(throws: CancellationError.self) { try ended.get() }
    }

    @Test("what changes for somebody is told once, from a cursor on")
    func fed() async throws {
        let kept = try Fixture()
        let clock = PatientClock()
        let cursor = try kept.me.changesSince().cursor
        let entered = try kept.me.customers().create(new: company())
        var feed = kept.me.changes(every: .seconds(2), from: cursor, clock: clock).makeAsyncIterator()
        let told = try #require(try await feed.next())
        #expect(told.items.map(\.key) == [entered.number.description])
        #expect(!told.reset && clock.sleeps.isEmpty)
        _ = try kept.me.customers().archive(customer: entered.number, reason: "重复录入")
        #expect(try await feed.next()?.items.map(\.key) == [entered.number.description])
        #expect(clock.sleeps == [.seconds(2)])
        try kept.crm.close()
        #expect(try await feed.next() == nil)
    }
}
