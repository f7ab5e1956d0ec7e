import Crmkit
import Foundation
import Testing

/// How often something was done.
final class Count: @unchecked Sendable {
    private let lock = NSLock()
    private var times = 0

    var value: Int { lock.withLock { times } }

    func add() { lock.withLock { times += 1 } }
}

/// What a task answers that is cancelled before it begins.
private func cancelled<Answer: Sendable>(_ work: @escaping @Sendable () async throws -> Answer) async -> Result<Answer, any Error> {
    let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await work()
    }
    task.cancel()
    return await task.result
}

@Suite struct CancellationTests {
    let fixture: Fixture
    let folder: Folder

    init() throws {
        fixture = try Fixture()
        folder = try Folder()
    }

    @Test("a cancelled task calls nothing")
    func before() async throws {
        let (crm, me, count) = (fixture.crm, fixture.me, Count())
        let session = await cancelled { try await me.io { _ in count.add() } }
        #expect(throws: CancellationError.self) { try session.get() }
        let store = await cancelled { try await crm.io { _ in count.add() } }
        #expect(throws: CancellationError.self) { try store.get() }
        #expect(count.value == 0)
    }

    @Test("a task that is cancelled while it calls goes no further")
    func during() async throws {
        let (me, count) = (fixture.me, Count())
        let started = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        let task = Task {
            try await me.io { _ in
                started.signal()
                goOn.wait()
                count.add()
            }
            count.add()
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                started.wait()
                continuation.resume()
            }
        }
        task.cancel()
        goOn.signal()
        let result = await task.result
        #expect(throws: CancellationError.self) { try result.get() }
        #expect(count.value == 1)
    }

    @Test("a cancelled task takes no step of a job, and no page")
    func jobs() async throws {
        let me = fixture.me
        _ = try me.customers().create(new: company())
        let list = try folder.file("list.csv", "客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n北京远洋贸易有限公司,企业客户,制造业,010-55550100,展会,2024-04-28\n")
        let importing = try me.customers().importFile(path: list)
        let search = try me.customers().findDuplicates()
        let check = try fixture.crm.check()
        let count = Count()
        let works: [@Sendable () async throws -> Void] = [
            { for try await _ in importing.progress() { count.add() } },
            { for try await _ in search.progress() { count.add() } },
            { for try await _ in check.progress() { count.add() } },
            { for try await _ in me.customers().all() { count.add() } },
        ]
        for work in works {
            let result = await cancelled(work)
            #expect(throws: CancellationError.self) { try result.get() }
        }
        #expect(count.value == 0)
        #expect(try me.customers().count() == 1)
    }
}
