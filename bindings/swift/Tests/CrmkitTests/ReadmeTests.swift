import Crmkit
import Foundation
import Testing

@Test("what the README shows runs, in a folder of its own")
func readme() async throws {
    let folder = try Folder()
    let list = "客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n甲有限公司,企业客户,制造业,13912345678,转介绍,2024-04-28\n"
    _ = try folder.file("list.csv", list)
    let files = FileManager.default
    let before = files.currentDirectoryPath
    #expect(files.changeCurrentDirectoryPath(folder.url.path))
    // Foundation ends the program where it does not find the current folder: that one must outlive its being current.
    defer { withExtendedLifetime(folder) { _ = files.changeCurrentDirectoryPath(before) } }
    try await shown()
    let me = try Crm(path: folder.path("crm.db")).session(login: "lin")
    #expect(try me.customers().count() == 1, "the import was a dry run")
}

private func shown() async throws {
// README: from here
let crm = try await Crm.open(path: "crm.db")                       // or Crm(path:), at once; ":memory:" too
if try !crm.isSetUp() { try crm.setUp(admin: "lin", name: "林") }
let me = try crm.session(login: "lin")                             // the host vouches that it is her
// or try crm.login(login: "lin", password: …, device: "phone"), once an admin has called users().setPassword
let customer = try await me.io { me in                             // off the caller's thread
    try me.customers().create(
        new: NewCustomer(
            name: "上海示例科技有限公司", kind: .enterprise, industry: "制造业", phones: ["021-5555 0199"],
            source: "转介绍", firstContact: LocalDate(2024, 4, 28)))
}
print(customer.number, customer.status.label(.zh))
try await me.io { me in
    try me.customers().update(key: customer.number, revision: customer.revision, edits: [.note(value: "要发票")])
}
let entry = try await me.io { me in try me.customers().history(customer: customer.number) }[0]    // the latest first
print(entry.actorName ?? "", entry.changes.map(\.field))
try await me.io { me in try me.customers().undo(operation: entry.operation) }
for try await row in me.customers().all(CustomerQuery(text: "示例")) { print(row.name) }

let job = try me.customers().importFile(path: "list.csv", options: ImportOptions(dryRun: true))
for try await step in job.progress() { print("\(step.done) / \(step.total)") }
print(try job.report().counts)

let search = try me.customers().findDuplicates()                   // of an import only: importId: …
for try await step in search.progress() { print("\(step.done) / \(step.total)") }
let review = try search.review()                                   // each group in hand, until none is left
while let group = try review.nextGroup() { try review.merge(into: group.customers[0]) } // or different(), or later()
// README: to here
}
