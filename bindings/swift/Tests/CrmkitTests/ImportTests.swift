import Crmkit
import Foundation
import Testing

@Suite struct ImportTests {
    let fixture: Fixture
    let me: Session
    let folder: Folder

    init() throws {
        fixture = try Fixture()
        me = fixture.me
        folder = try Folder()
    }

    private let heading = "客户名称,客户类型,所属行业,主联系电话,客户来源,首次接触时间\n"

    private func row(_ n: Int) -> String {
        "示例\(n)号有限公司,企业客户,制造业,\(13_912_340_000 + n),转介绍,2024-04-28\n"
    }

    private func rows(_ range: ClosedRange<Int>) -> String {
        heading + range.map(row).joined()
    }

    /// Runs an import to its end.
    private func run(_ job: ImportJob) async throws -> ImportReport {
        for try await _ in job.progress() {}
        return try job.report()
    }

    @Test("a list comes in, in UTF-16 too, and each row has its outcome")
    func comesIn() async throws {
        let text = rows(1...2) + ",企业客户,制造业,13912349999,转介绍,2024-04-28\n" + row(1)
        let path = try folder.file("list.csv", try #require(text.data(using: .utf16)))
        let job = try me.customers().importFile(path: path, outcome: folder.path("outcome.csv"))
        var last: JobProgress?
        for try await progress in job.progress() { last = progress }
        #expect(last?.finished == true)
        #expect(last?.done == last?.total)

        let report = try job.report()
        #expect(report.counts.rows == 4)
        #expect(report.counts.created == 2)
        #expect(!report.resumed)
        let rows = try me.imports().rows(id: report.import)
        #expect(rows.map(\.outcome) == [.created, .created, .refused, .skipped])
        #expect(rows.first?.customer == "CRM202405010001")
        #expect(rows[2].problems.contains(Problem(field: "name", code: "field.missing", rejected: nil)))
        let outcome = try String(contentsOfFile: folder.path("outcome.csv"), encoding: .utf8)
        #expect(outcome.split(whereSeparator: \.isNewline).count == 5)
        #expect(try job.step().finished, "asked again it says so again")
    }

    @Test("refused rows go out, are mended and come in again")
    func mended() async throws {
        let path = try folder.file("list.csv", rows(1...2) + ",企业客户,制造业,13912349999,转介绍,2024-04-28\n")
        let job = try me.customers().importFile(path: path)
        _ = try await run(job)
        #expect(try job.fixList(path: folder.path("fix.csv")) == 1)
        let text = try String(contentsOfFile: folder.path("fix.csv"), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        #expect(lines.count == 2)
        #expect(lines[0].hasSuffix("原因（未导入）," + heading.trimmingCharacters(in: .newlines)))
        #expect(lines[1] == "客户名称：必填,,企业客户,制造业,13912349999,转介绍,2024-04-28")
        let mended = text.replacingOccurrences(of: ",,", with: ",示例3号有限公司,")
        let again = try me.customers().importFile(path: folder.file("mended.csv", mended))
        #expect(try await run(again).counts.created == 1)
        // Workbooks are not written on telephones.
        for name in ["fix.xlsx", "fix.txt"] {
            #expect(try refused { try job.fixList(path: folder.path(name)) }.code == "file.outcome")
        }
    }

    @Test("stopped half-way, it goes on where it stopped")
    func resumes() async throws {
        let path = try folder.file("list.csv", rows(1...30))
        for try await progress in try me.customers().importFile(path: path, step: 10).progress() {
            #expect(!progress.finished)
            #expect((1..<progress.total).contains(progress.done))
            break
        }
        #expect(try me.customers().count() == 10)
        #expect(try await run(me.customers().importFile(path: path, step: 10)).resumed)
        #expect(try me.customers().count() == 30)
    }

    @Test("a dry run only looks, and an import is undone")
    func undone() async throws {
        let path = try folder.file("list.csv", rows(1...3))
        let dry = try await run(me.customers().importFile(path: path, options: ImportOptions(dryRun: true)))
        #expect(dry.counts.created == 3)
        #expect(try me.customers().count() == 0)

        _ = try await run(me.customers().importFile(path: path))
        let there = try #require(try me.imports().list().first)
        #expect(there.state == .finished)
        #expect(there.by == fixture.lin.id)
        #expect(try me.imports().undo(id: there.id) == ImportUndo(archived: 3, restored: 0, contacts: 0, records: 0, kept: []))
        #expect(try refused { try me.imports().undo(id: there.id) }.code == "import.undone")
        #expect(try me.customers().count(query: CustomerQuery(archived: true)) == 3)
    }

    @Test("headings are mapped by hand, missing columns have defaults, duplicates fill blanks")
    func mapped() async throws {
        _ = try me.customers().create(new: company())
        let path = try folder.file("list.csv", "Firma;Telefon;Wert\n上海示例科技有限公司;021-55550199;重要\n")
        let options = ImportOptions(
            mapping: ["Firma": "name", "Telefon": "phones", "Wert": "note"],
            defaults: ["kind": "企业客户", "industry": "制造业", "source": "其他", "first_contact": "2024-04-01"],
            onDuplicate: .fillBlanks)
        let job = try me.customers().importFile(path: path, options: options, table: TableOptions(encoding: "utf-8", delimiter: ";"))
        #expect(try await run(job).counts.filled == 1)
        #expect(try me.customers().get(key: "CRM202405010001").note == "重要")
    }

    @Test("a bad file gets a typed error")
    func badFiles() throws {
        func code(_ path: String, _ table: TableOptions = TableOptions()) throws -> String {
            let error = try refused { try me.customers().importFile(path: path, table: table) }
            #expect(error.kind == .invalid)
            return error.code
        }
        #expect(try code(folder.path("none.csv")) == "source.missing")
        #expect(try code(folder.file("empty.csv", "")) == "source.empty")
        #expect(try code(folder.file("list.xlsx", "%PDF-1.7")) == "source.wrong_kind")
        #expect(try code(folder.url.path) == "source.wrong_kind")
        let good = try folder.file("good.csv", rows(1...1))
        #expect(try code(good, TableOptions(encoding: "klingon")) == "source.encoding")
        #expect(try code(good, TableOptions(delimiter: "，")) == "setting.invalid")
        #expect(try code(folder.file("odd.csv", "a,b\n1,2\n")) == "mapping.no_name")
    }
}
