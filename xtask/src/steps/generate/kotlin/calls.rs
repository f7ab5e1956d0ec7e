//! The memory of calls, and which functions of the library are known.
//!
//! The generated code makes a JNA structure with memory of its own for the status of each call and for each buffer that
//! passes, which costs several times what most calls do. Here it is given memory that its thread keeps.

use super::code::Code;
use anyhow::{Result, bail};

/// What begins the line that declares a function of the library.
const DECLARED: &str = "    external fun ";

/// What begins the line behind it.
const ANSWERS: &str = "    ): ";

/// What stands there once in every file, and what stands there instead.
const KEPT_MEMORY: [(&str, &str); 4] = [
    (
        "\
open class RustBuffer : Structure() {
",
        "\
open class RustBuffer : Structure {
    constructor() : super()

    protected constructor(memory: Pointer) : super(memory)

",
    ),
    (
        "
    class ByValue: RustBuffer(), Structure.ByValue
",
        "
    class ByValue : RustBuffer, Structure.ByValue {
        constructor() : super()

        // JNA makes what a call answers by this one. The answer stands on the stack, so it is read at once; the
        // memory is written anew whenever the buffer is handed on.
        constructor(answer: Pointer) : super(UniffiKept.buffer()) {
            setAutoRead(false)
            // JNA asks for the size of the type with a pointer to nowhere.
            if (Pointer.nativeValue(answer) != 0L) {
                capacity = answer.getLong(0)
                len = answer.getLong(8)
                data = answer.getPointer(16)
            }
        }
    }
",
    ),
    (
        "
        val byteArr = ByteArray(len)
        buf.get(byteArr)
        return byteArr.toString(Charsets.UTF_8)
",
        "
        return UniffiKept.text(buf, len)
",
    ),
    (
        "
    var status = UniffiRustCallStatus()
    val return_value = callback(status)
    uniffiCheckCallStatus(errorHandler, status)
    return return_value
}
",
        "
    val status = UniffiKept.takeStatus()
    try {
        val return_value = callback(status)
        if (status.pointer.getByte(0) != UNIFFI_CALL_SUCCESS) {
            status.read()
            uniffiCheckCallStatus(errorHandler, status)
        }
        return return_value
    } finally {
        UniffiKept.giveStatus(status)
    }
}

// The memory that a thread keeps.
private class UniffiKept {
    // Null while a call has it; a call within a call makes another. All zero between calls.
    private var status: UniffiRustCallStatus? = null

    // More than the buffers that are handed to one call: only they have to stand side by side.
    private val buffers = com.sun.jna.Memory(BUFFERS * BUFFER_SIZE)
    private var next = 0L

    private val bytes = ByteArray(TEXT)

    companion object {
        private const val TEXT = 512
        private const val BUFFERS = 64L
        private const val BUFFER_SIZE = 24L
        private val threads = ThreadLocal.withInitial { UniffiKept() }

        fun buffer(): Pointer {
            val kept = threads.get()
            kept.next = (kept.next + 1) % BUFFERS
            return kept.buffers.share(kept.next * BUFFER_SIZE, BUFFER_SIZE)
        }

        fun text(buf: ByteBuffer, length: Int): String {
            val bytes = if (length <= TEXT) threads.get().bytes else ByteArray(length)
            buf.get(bytes, 0, length)
            return String(bytes, 0, length, Charsets.UTF_8)
        }

        fun takeStatus(): UniffiRustCallStatus {
            val kept = threads.get()
            val status = kept.status ?: return UniffiRustCallStatus().also {
                it.write()
                it.setAutoSynch(false)
            }
            kept.status = null
            return status
        }

        fun giveStatus(status: UniffiRustCallStatus) {
            status.clear()
            threads.get().status = status
        }
    }
}
",
    ),
];

/// Has calls keep their memory.
pub(super) fn keep_memory(code: Code) -> Result<Code> {
    KEPT_MEMORY
        .iter()
        .try_fold(code, |code, (from, to)| code.one(from, to))
}

/// Leaves out the functions of the library that no code calls: each costs a program its time when it starts.
pub(super) fn leave_out_uncalled(code: Code) -> Result<Code> {
    let text = code.into_text();
    let mut lines = text.split_inclusive('\n');
    let mut put = String::with_capacity(text.len());
    let mut found = false;
    while let Some(line) = lines.next() {
        let declared = line.strip_prefix(DECLARED).and_then(|rest| rest.split_once('('));
        match declared {
            Some((name, _)) if text.matches(&format!("{name}(")).count() == 1 => match lines.next() {
                Some(answer) if answer.starts_with(ANSWERS) => found = true,
                _ => bail!("uniffi no longer declares functions in two lines: {line}"),
            },
            _ => put += line,
        }
    }
    match found {
        true => Ok(Code::new(put)),
        false => bail!("uniffi declares no function that is not called"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_called_is_left_out() {
        let code = |text: &str| leave_out_uncalled(Code::new(text.to_owned()));
        let declared =
            "    external fun a(`x`: Long,\n    ): Int\n    external fun b(\n    ): Unit\nlib.b()\n";
        let left = "    external fun b(\n    ): Unit\nlib.b()\n";
        assert_eq!(code(declared).unwrap().text(), left);
        assert!(code(left).is_err());
        assert!(code("    external fun a(\n  x\n").is_err());
    }
}
