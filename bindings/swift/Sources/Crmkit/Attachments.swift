import Foundation

/// Bytes that are read at a time.
private let part = 256 * 1024

extension AttachmentFileProtocol {
    /// Puts the bytes of a file behind those that it has:
    ///
    ///     let quote = AttachmentFile(new: NewAttachment(name: "报价单.pdf", kind: "报价单"))
    ///     try quote.append(contentsOf: url)
    ///     try me.attachments().add(customer: number, file: quote)
    public func append(contentsOf url: URL) throws {
        let handle = try FileHandle(forReadingFrom: url)
        defer { try? handle.close() }
        while let bytes = try handle.read(upToCount: part), !bytes.isEmpty {
            try append(bytes: bytes)
        }
    }
}

extension AttachmentReaderProtocol {
    /// All bytes that have not been read yet.
    public func data() throws -> Data {
        var all = Data()
        while let bytes = try nextPart() { all.append(bytes) }
        return all
    }
}
