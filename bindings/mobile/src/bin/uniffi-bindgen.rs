//! Generates the Kotlin and Swift code out of the built library: `uniffi-bindgen generate --language … --out-dir …`.
//!
//! The generated Kotlin makes a JNA structure with memory of its own for the status of each call and for each buffer
//! that passes, which costs several times what most calls do. Here it is given memory that its thread keeps.

use std::{env, fs, io, path::Path, process::ExitCode};

/// What is replaced in every generated Kotlin file: what stands there exactly once, and what stands there instead.
const KEPT_MEMORY: [(&str, &str); 3] = [
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
    // None while a call has it; a call within a call makes another. All zero between calls.
    private var status: UniffiRustCallStatus? = null

    // More than the buffers that are handed to one call: only they have to stand side by side.
    private val buffers = com.sun.jna.Memory(BUFFERS * BUFFER_SIZE)
    private var next = 0L

    companion object {
        private const val BUFFERS = 64L
        private const val BUFFER_SIZE = 24L
        private val threads = ThreadLocal.withInitial { UniffiKept() }

        fun buffer(): Pointer {
            val kept = threads.get()
            kept.next = (kept.next + 1) % BUFFERS
            return kept.buffers.share(kept.next * BUFFER_SIZE, BUFFER_SIZE)
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

fn main() -> ExitCode {
    uniffi::uniffi_bindgen_main();
    let arguments: Vec<String> = env::args().collect();
    let value_of = |name: &str| {
        let mut after = arguments.iter().skip_while(|argument| *argument != name);
        after.nth(1).map(String::as_str)
    };
    let (Some("kotlin"), Some(folder)) = (value_of("--language"), value_of("--out-dir")) else {
        return ExitCode::SUCCESS;
    };
    match keep_memory(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Has every generated file in a folder keep its memory.
fn keep_memory(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            keep_memory(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "kt") {
            let mut code = fs::read_to_string(&path)?;
            for (from, to) in KEPT_MEMORY {
                if code.matches(from).count() != 1 {
                    let changed = format!("uniffi no longer generates this once:\n{from}");
                    return Err(io::Error::other(changed));
                }
                code = code.replace(from, to);
            }
            fs::write(&path, code)?;
        }
    }
    Ok(())
}
