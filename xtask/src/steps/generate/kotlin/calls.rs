//! The memory of calls, and which functions of the library are known.
//!
//! The generated code makes a JNA structure with memory of its own for the status of each call and for each buffer that
//! passes, which costs several times what most calls do. Here it is given memory that its thread keeps, and a status goes by
//! its address: around a call JNA writes and reads each structure from the library's side, which costs more than the call.

use super::code::Code;
use crate::steps::generate::capital;
use anyhow::{Result, bail};
use std::collections::BTreeMap;

/// What begins the line that declares a function of the library.
const DECLARED: &str = "    external fun ";

/// What begins the line behind it.
const ANSWERS: &str = "    ): ";

/// What stands there once in every file, and what stands there instead.
const KEPT_MEMORY: [(&str, &str); 8] = [
    (
        "\
@Structure.FieldOrder(\"capacity\", \"len\", \"data\")
open class RustBuffer : Structure() {
",
        "\
open class RustBuffer : Structure {
    constructor() : super()

    protected constructor(memory: Pointer) : super(memory)

    // With the annotation Java would read all that there are, Kotlin's long ones too.
    override fun getFieldOrder(): List<String> = java.util.Arrays.asList(\"capacity\", \"len\", \"data\")

",
    ),
    (
        "
    class ByValue: RustBuffer(), Structure.ByValue
",
        "
    // It has one constructor: JNA asks for a copy of all of them whenever a call answers.
    class ByValue(answer: Pointer) : RustBuffer(UniffiKept.buffer()), Structure.ByValue {
        // JNA makes what a call answers by this one. The answer stands on the stack, so it is read at once; the
        // memory is written anew whenever the buffer is handed on.
        init {
            setAutoRead(false)
            // JNA asks for the size of the type with a pointer to nowhere.
            if (Pointer.nativeValue(answer) != 0L) {
                capacity = answer.getLong(0)
                len = answer.getLong(8)
                data = answer.getPointer(16)
            }
        }

        // JNA's own looks each field up.
        override fun autoWrite() {
            val memory = pointer
            memory.setLong(0, capacity)
            memory.setLong(8, len)
            memory.setPointer(16, data)
        }
    }
",
    ),
    (
        "\
@Structure.FieldOrder(\"code\", \"error_buf\")
internal open class UniffiRustCallStatus : Structure() {
",
        "\
internal open class UniffiRustCallStatus : Structure() {
    override fun getFieldOrder(): List<String> = java.util.Arrays.asList(\"code\", \"error_buf\")

",
    ),
    (
        "            rbuf.writeField(\"len\", bbuf.position().toLong())\n",
        "            rbuf.len = bbuf.position().toLong()\n",
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
        val byteBuf = toUtf8(value)
        // Ideally we'd pass these bytes to `ffi_bytebuffer_from_bytes`, but doing so would require us
        // to copy them into a JNA `Memory`. So we might as well directly copy them into a `RustBuffer`.
        val rbuf = RustBuffer.alloc(byteBuf.limit().toULong())
        rbuf.asByteBuffer()!!.put(byteBuf)
        return rbuf
",
        "
        val bytes = utf8(value)
        val rbuf = RustBuffer.alloc(bytes.size.toULong())
        rbuf.data!!.write(0, bytes, 0, bytes.size)
        rbuf.len = bytes.size.toLong()
        return rbuf
",
    ),
    (
        "
        val byteBuf = toUtf8(value)
        buf.putInt(byteBuf.limit())
        buf.put(byteBuf)
    }
",
        "
        val bytes = utf8(value)
        buf.putInt(bytes.size)
        buf.put(bytes)
    }

    // Half a surrogate pair is refused, and what has none needs no encoder of its own.
    private fun utf8(value: String): ByteArray {
        if (value.none(Char::isSurrogate)) return value.toByteArray(Charsets.UTF_8)
        val encoded = toUtf8(value)
        return ByteArray(encoded.remaining()).also(encoded::get)
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
        val return_value = callback(status.pointer)
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
    // Those that no call has: most calls make another one for what they hand over. All zero between calls.
    private val statuses = ArrayList<UniffiRustCallStatus>()

    // More than the buffers that are handed to one call: only they have to stand side by side.
    private val memory = com.sun.jna.Memory(BUFFERS * BUFFER_SIZE)
    private val buffers = List(BUFFERS) { Pointer(Pointer.nativeValue(memory) + it * BUFFER_SIZE) }
    private var next = 0

    private val bytes = ByteArray(TEXT)

    companion object {
        private const val TEXT = 512
        private const val BUFFERS = 64
        private const val BUFFER_SIZE = 24L
        private val threads = ThreadLocal.withInitial { UniffiKept() }

        fun buffer(): Pointer {
            val kept = threads.get()
            kept.next = (kept.next + 1) % BUFFERS
            return kept.buffers[kept.next]
        }

        fun text(buf: ByteBuffer, length: Int): String {
            val bytes = if (length <= TEXT) threads.get().bytes else ByteArray(length)
            buf.get(bytes, 0, length)
            return String(bytes, 0, length, Charsets.UTF_8)
        }

        fun takeStatus(): UniffiRustCallStatus {
            val statuses = threads.get().statuses
            if (statuses.isNotEmpty()) return statuses.removeAt(statuses.lastIndex)
            return UniffiRustCallStatus().also {
                it.write()
                it.setAutoSynch(false)
            }
        }

        fun giveStatus(status: UniffiRustCallStatus) {
            // The library writes only what has failed.
            if (status.pointer.getByte(0) != UNIFFI_CALL_SUCCESS) status.clear()
            threads.get().statuses.add(status)
        }
    }
}
",
    ),
];

/// How a list is read, and how one that is empty is: without making it.
const LIST: [&str; 2] = [
    "        return List<",
    "        return if (len == 0) emptyList() else List<",
];

/// The same of a map, which only records have.
pub(super) const MAP: [&str; 2] = [
    "        return buildMap<",
    "        return if (len == 0) emptyMap() else buildMap<",
];

/// Has calls keep their memory.
pub(super) fn keep_memory(code: Code) -> Result<Code> {
    let code = KEPT_MEMORY
        .iter()
        .try_fold(code, |code, (from, to)| code.one(from, to))?;
    code.every("RustBuffer.ByValue()", "RustBuffer.ByValue(Pointer(0))")?
        .every(
            "callback: (UniffiRustCallStatus) -> U",
            "callback: (Pointer) -> U",
        )?
        .every("uniffi_out_err: UniffiRustCallStatus", "uniffi_out_err: Pointer")?
        .every(LIST[0], LIST[1])
}

/// What has the host's clock known to the library when a program starts, and what when it hands one in: that makes JNA a
/// callback.
const CALLBACKS: [(&str, &str); 3] = [
    ("        uniffiCallbackInterfaceCrmClock.register(this)\n", ""),
    (
        "
    internal fun register(lib: UniffiLib) {
        lib.uniffi_crmkit_mobile_fn_init_callback_vtable_crmclock(vtable)
    }
",
        "
    init {
        UniffiLib.uniffi_crmkit_mobile_fn_init_callback_vtable_crmclock(vtable)
    }

    internal fun ensureRegistered() = Unit
",
    ),
    (
        "            return handleMap.insert(value)\n",
        "            uniffiCallbackInterfaceCrmClock.ensureRegistered()\n            return handleMap.insert(value)\n",
    ),
];

/// Has callbacks be made when they are needed.
pub(super) fn delay_callbacks(code: Code) -> Result<Code> {
    CALLBACKS
        .iter()
        .try_fold(code, |code, (from, to)| code.one(from, to))
}

/// What begins the name of a function of the library that is an object's: what it does and the object's name follow.
const OF_OBJECT: &str = "uniffi_crmkit_mobile_fn_";

/// What such a function does.
const DOES: [&str; 5] = [
    "clone_",
    "free_",
    "method_",
    "constructor_",
    "init_callback_vtable_",
];

/// Has each object's functions be looked up when the first of them is called: hundreds at once cost a program its time when it
/// starts.
pub(super) fn by_object(code: Code) -> Result<Code> {
    let text = code.into_text();
    let mut functions: BTreeMap<String, String> = BTreeMap::new();
    let mut rest = String::with_capacity(text.len());
    let mut lines = text.split_inclusive('\n');
    while let Some(line) = lines.next() {
        match line.strip_prefix(DECLARED).and_then(object) {
            Some(object) => {
                let declared = functions.entry(object).or_default();
                declared.push_str(line);
                declared.push_str(lines.next().unwrap_or_default());
            }
            None => rest += line,
        }
    }
    if functions.is_empty() {
        bail!("uniffi declares no function of an object");
    }
    for (object, declared) in functions {
        let library = format!("{}UniffiLib", capital(&object));
        for does in DOES {
            // One object's name may begin another's.
            for ends in ["(", "_"] {
                let function = format!("{OF_OBJECT}{does}{object}{ends}");
                rest = rest.replace(&format!("UniffiLib.{function}"), &format!("{library}.{function}"));
            }
        }
        rest += &format!(
            "
internal object {library} {{
    init {{
        UniffiLib.ensureInitialized()
        Native.register({library}::class.java, findLibraryName(componentName = \"crmkit\"))
    }}

{declared}}}
"
        );
    }
    Ok(Code::new(rest))
}

/// The object whose function is declared.
fn object(declared: &str) -> Option<String> {
    let function = declared.strip_prefix(OF_OBJECT)?;
    let of = DOES.iter().find_map(|does| function.strip_prefix(does))?;
    let ends = of.find(['_', '('])?;
    of.get(..ends).map(str::to_owned)
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
    fn each_object_has_its_functions() {
        let code = "\
internal object UniffiLib {
    external fun ffi_alloc(
    ): Int
    external fun uniffi_crmkit_mobile_fn_clone_crm(`handle`: Long,
    ): Long
    external fun uniffi_crmkit_mobile_fn_method_crm_set_up(
    ): Int
}
UniffiLib.uniffi_crmkit_mobile_fn_clone_crm(handle)
UniffiLib.uniffi_crmkit_mobile_fn_method_crm_set_up()
";
        let expected = "\
internal object UniffiLib {
    external fun ffi_alloc(
    ): Int
}
CrmUniffiLib.uniffi_crmkit_mobile_fn_clone_crm(handle)
CrmUniffiLib.uniffi_crmkit_mobile_fn_method_crm_set_up()

internal object CrmUniffiLib {
    init {
        UniffiLib.ensureInitialized()
        Native.register(CrmUniffiLib::class.java, findLibraryName(componentName = \"crmkit\"))
    }

    external fun uniffi_crmkit_mobile_fn_clone_crm(`handle`: Long,
    ): Long
    external fun uniffi_crmkit_mobile_fn_method_crm_set_up(
    ): Int
}
";
        assert_eq!(by_object(Code::new(code.to_owned())).unwrap().text(), expected);
        assert!(by_object(Code::new("external fun".to_owned())).is_err());
    }

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
