//! How answers are read: the generated code makes a `Data` of each, which is asked for every number and every text by itself
//! and copies them out. Here they are read where they stand.

use super::adapt::swap;
use anyhow::Result;

/// What stands there, and what stands there instead.
const READ: [(&str, &str); 6] = [
    (
        "(data: Data, offset: Data.Index)",
        "(data: UnsafeRawBufferPointer, offset: Int)",
    ),
    (
        "\
fileprivate extension Data {
    init(rustBuffer: RustBuffer) {
        self.init(
            bytesNoCopy: rustBuffer.data!,
            count: Int(rustBuffer.len),
            deallocator: .none
        )
    }
}
",
        "\
fileprivate extension UnsafeRawBufferPointer {
    init(rustBuffer: RustBuffer) {
        self.init(start: rustBuffer.data, count: Int(rustBuffer.len))
    }
}
",
    ),
    ("createReader(data: Data", "createReader(data: UnsafeRawBufferPointer"),
    (
        "
    if T.self == UInt8.self {
        let value = reader.data[reader.offset]
        reader.offset += 1
        return value as! T
    }
    var value: T = 0
    let _ = withUnsafeMutableBytes(of: &value, { reader.data.copyBytes(to: $0, from: range)})
",
        "
    var value: T = 0
    withUnsafeMutableBytes(of: &value) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: reader.data[range])) }
",
    ),
    (
        "count: Int) throws -> Array<UInt8> {",
        "count: Int) throws -> UnsafeRawBufferPointer {",
    ),
    (
        "
    var value = [UInt8](repeating: 0, count: count)
    value.withUnsafeMutableBufferPointer({ buffer in
        reader.data.copyBytes(to: buffer, from: range)
    })
    reader.offset = range.upperBound
    return value
",
        "
    reader.offset = range.upperBound
    return UnsafeRawBufferPointer(rebasing: reader.data[range])
",
    ),
];

/// How a text is handed over: from a copy with a zero at its end, and without one.
const TEXT: (&str, &str) = (
    "
        return value.utf8CString.withUnsafeBufferPointer { ptr in
            // The swift string gives us int8_t, we want uint8_t.
            ptr.withMemoryRebound(to: UInt8.self) { ptr in
                // The swift string gives us a trailing null byte, we don't want it.
                let buf = UnsafeBufferPointer(rebasing: ptr.prefix(upTo: ptr.count - 1))
                return RustBuffer.from(buf)
            }
        }
",
    "
        var value = value
        return value.withUTF8 { RustBuffer.from($0) }
",
);

/// Has what goes over be read and handed over without copies.
pub(super) fn without_copies(code: &str) -> Result<String> {
    READ.iter()
        .chain([&TEXT])
        .try_fold(code.to_owned(), |code, (from, to)| swap(&code, from, to))
}
