//! Generates the Kotlin and Swift code out of the built library: `uniffi-bindgen generate --language … --out-dir …`.
//!
//! The generated Kotlin makes a JNA structure with memory of its own for the status of each call and for each buffer
//! that passes, which costs several times what most calls do. Here it is given memory that its thread keeps.
//!
//! Its exceptions' messages list all their fields, customers' names and all, and so do logs. Here a message is the code and
//! the detail. And closing a `Crm`, or the end of `use { }`, only let go of the object: here it is the library's own `close`.

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

/// What begins an exception's message, behind which its fields stand.
const MESSAGE: &str = "        override val message\n            get() = \"code=${ `code` }, ";

/// What stands there instead.
const CODE_AND_DETAIL: &str =
    "        override val message\n            get() = \"${ `code` }: ${ `detail` }\"\n";

/// What begins the class that has a `close` of its own.
const HAS_CLOSE: &str = "open class Crm: Disposable, AutoCloseable, CrmInterface\n";

/// What every class is given to be closed by.
const LETS_GO: &str = "    @Synchronized\n    override fun close() {\n        this.destroy()\n    }\n";

/// What hides Kotlin's own `use`, which closes.
const USES: &str = "\
/**
 * @suppress
 */
inline fun <T : Disposable?, R> T.use(block: (T) -> R) =
    try {
        block(this)
    } finally {
        try {
            // N.B. our implementation is on the nullable type `Disposable?`.
            this?.destroy()
        } catch (e: Throwable) {
            // swallow
        }
    }

";

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
    match each_file(Path::new(folder), &|code| quiet(&closing(&keep_memory(code)?)?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Changes every generated file in a folder.
fn each_file(folder: &Path, change: &dyn Fn(&str) -> io::Result<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            each_file(&path, change)?;
        } else if path.extension().is_some_and(|extension| extension == "kt") {
            fs::write(&path, change(&fs::read_to_string(&path)?)?)?;
        }
    }
    Ok(())
}

fn no_longer(what: &str) -> io::Error {
    io::Error::other(format!("uniffi no longer generates this:\n{what}"))
}

/// Has the code of calls keep its memory.
fn keep_memory(code: &str) -> io::Result<String> {
    KEPT_MEMORY.iter().try_fold(code.to_owned(), |code, (from, to)| {
        match code.matches(from).count() {
            1 => Ok(code.replace(from, to)),
            _ => Err(no_longer(from)),
        }
    })
}

/// Closes a `Crm` by its own `close`, which may be called twice and by `use`; what is left of it is the garbage collector's.
fn closing(code: &str) -> io::Result<String> {
    let Some((before, class)) = code.split_once(HAS_CLOSE) else {
        return Ok(code.to_owned());
    };
    let (begins, goes_on) = before.split_once(USES).ok_or_else(|| no_longer(USES))?;
    let (head, rest) = class.split_once(LETS_GO).ok_or_else(|| no_longer(LETS_GO))?;
    Ok([begins, goes_on, HAS_CLOSE, head, rest].concat())
}

/// Has every exception's message be its code and detail.
fn quiet(code: &str) -> io::Result<String> {
    let mut parts = code.split(MESSAGE);
    let mut quiet = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_fields, rest) = part.split_once('\n').ok_or_else(|| no_longer(MESSAGE))?;
        quiet.push_str(CODE_AND_DETAIL);
        quiet.push_str(rest);
    }
    match quiet.matches("override val message").count() == quiet.matches(CODE_AND_DETAIL).count() {
        true => Ok(quiet),
        false => Err(no_longer(MESSAGE)),
    }
}
