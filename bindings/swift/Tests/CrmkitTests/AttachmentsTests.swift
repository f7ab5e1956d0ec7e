import Crmkit
import Foundation
import Testing

/// Files on customers, in parts and from files.
@Suite struct AttachmentsTests {
    let fixture: Fixture
    let me: Session

    init() throws {
        fixture = try Fixture()
        me = fixture.me
    }

    @Test("R4.2: what is read back is what went in")
    func roundTrip() throws {
        let customer = try me.customers().create(new: company()).number
        let bytes = Data((0..<600_000).map { UInt8($0 % 251) })
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pdf")
        try bytes.write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        let quote = AttachmentFile(new: NewAttachment(name: "报价单.pdf", kind: "报价单"))
        try quote.append(contentsOf: url)
        #expect(quote.size() == 600_000)
        let attached = try me.attachments().add(customer: customer, file: quote)
        #expect(attached.mediaType == "application/pdf")
        #expect(try me.attachments().open(id: attached.id).data() == bytes)
        let reader = try me.attachments().open(id: attached.id)
        #expect(try reader.nextPart()?.count == 262_144)
        #expect(try reader.data().count == 600_000 - 262_144)
        #expect(try reader.nextPart() == nil)
        #expect(reader.attachment() == attached)
    }

    @Test("R4.2: files come with a conversation, and one of more than 10 MB is refused")
    func withConversation() throws {
        let customer = try me.customers().create(new: company()).number
        let minutes = AttachmentFile(new: NewAttachment(name: "纪要.txt", kind: "会议纪要"))
        try minutes.append(bytes: Data("三点意见".utf8))
        let talk = NewFollowUp(method: "phone", topic: "报价", content: "客户要报价")
        let recorded = try me.followUps().addWith(customer: customer, new: talk, files: [minutes]).followUp
        let files = try me.attachments().list(query: AttachmentQuery(followUp: recorded.id)).items
        #expect(files.map(\.name) == ["纪要.txt"])
        let refused = try refused { try minutes.append(bytes: Data(count: 10 * 1024 * 1024)) }
        #expect(refused.code == "attachment.too_large")
        #expect(minutes.size() == 12)
    }
}
