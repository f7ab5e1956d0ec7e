import Foundation

// What the generated code reads records with. Its own functions of these names are generic; these are not, so that Swift
// prefers them, and a record is read in a third of the time.

typealias Reader = (data: Data, offset: Data.Index)

private func read<Value: FixedWidthInteger & BitwiseCopyable>(_ reader: inout Reader) throws -> Value {
    let end = reader.offset + MemoryLayout<Value>.size
    guard end <= reader.data.count else { throw CocoaError(.coderReadCorrupt) }
    let value = reader.data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: reader.offset, as: Value.self) }
    reader.offset = end
    return Value(bigEndian: value)
}

func readInt(_ reader: inout Reader) throws -> Int8 { try read(&reader) }
func readInt(_ reader: inout Reader) throws -> Int32 { try read(&reader) }
func readInt(_ reader: inout Reader) throws -> UInt32 { try read(&reader) }
func readInt(_ reader: inout Reader) throws -> Int64 { try read(&reader) }
func readInt(_ reader: inout Reader) throws -> UInt64 { try read(&reader) }

extension String {
    /// Foundation's asks for any sequence of bytes.
    init?(bytes: [UInt8], encoding: String.Encoding) {
        guard encoding == .utf8 else { return nil }
        self.init(decoding: bytes, as: UTF8.self)
    }
}
