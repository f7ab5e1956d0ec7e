// One customer by number (`swift_get`): `cargo xtask bench swift_get` runs it.
import Crmkit
import Foundation

let environment = ProcessInfo.processInfo.environment
let quick = environment["CRMKIT_BENCH_QUICK"] != nil
let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }

let crm = try Crm(path: folder.appendingPathComponent("crm.db").path)
_ = try crm.setUp(admin: "lin", name: "林")
let customers = try crm.session(login: "lin").customers()
let numbers = try (0..<1000).map { n in
    let new = NewCustomer(
        name: "示例\(n)号有限公司", kind: .enterprise, industry: "制造业", phones: [NewPhone(typed: "\(13_912_340_000 + n)")],
        addresses: [Address(kind: .business, province: "江苏省", city: "苏州市", district: "姑苏区", street: "人民路\(n)号")],
        source: Choice(code: "转介绍", detail: "老客户"), firstContact: LocalDate(2024, 4, 28))
    return try customers.create(new: new, check: .off).number
}

func nanoseconds() throws -> [UInt64] {
    try numbers.map { number in
        let start = DispatchTime.now().uptimeNanoseconds
        _ = try customers.get(key: number)
        return DispatchTime.now().uptimeNanoseconds - start
    }
}

_ = try nanoseconds()
let times = try (0..<(quick ? 3 : 20)).flatMap { _ in try nanoseconds() }.sorted()
let median = Double(times[times.count / 2]) / 1000
print("swift_get: \(median) µs")
if let path = environment["CRMKIT_BENCH_OUT"] {
    let line = "{\"name\": \"swift_get\", \"value\": \(median), \"unit\": \"µs\"}\n"
    if !FileManager.default.fileExists(atPath: path) {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    let out = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try out.seekToEnd()
    try out.write(contentsOf: Data(line.utf8))
    try out.close()
}
