//! What hosts see: nothing of how calls are made, interfaces all the way, signed numbers, Java's own dates.

use super::{calls, code::Code, enums, records};
use anyhow::{Result, bail};
use crm_core::describe;

/// What every file has of how calls are made, and how it is hidden.
const HIDDEN: &[(&str, &str)] = &[
    ("\npublic object FfiConverter", "\ninternal object FfiConverter"),
    (
        "\npublic interface FfiConverter",
        "\ninternal interface FfiConverter",
    ),
    ("\nopen class RustBuffer ", "\ninternal open class RustBuffer "),
    (
        "\nclass InternalException(",
        "\ninternal class InternalException(",
    ),
    (
        "\ninterface UniffiRustCallStatusErrorHandler<",
        "\ninternal interface UniffiRustCallStatusErrorHandler<",
    ),
    (
        "\nobject UniffiNullRustCallStatusErrorHandler:",
        "\ninternal object UniffiNullRustCallStatusErrorHandler:",
    ),
    (
        "\npublic fun uniffiEnsureInitialized(",
        "\ninternal fun uniffiEnsureInitialized(",
    ),
    (
        "\nobject UniffiWithHandle\n",
        "\ninternal object UniffiWithHandle\n",
    ),
];

/// What the file of the objects has besides.
const HIDDEN_OF_OBJECTS: &[(&str, &str)] = &[
    (
        "\npublic abstract class FfiConverterCallbackInterface<",
        "\ninternal abstract class FfiConverterCallbackInterface<",
    ),
    (
        "\ninterface UniffiCleaner {",
        "\ninternal interface UniffiCleaner {",
    ),
    (
        "\nobject CrmExceptionExternalErrorHandler ",
        "\ninternal object CrmExceptionExternalErrorHandler ",
    ),
    ("\nopen class CrmClockImpl:", "\ninternal class CrmClockImpl:"),
    ("\nopen class ", "\nclass "),
    (": Disposable, AutoCloseable, ", ": AutoCloseable, "),
    ("    override fun destroy() {", "    internal fun destroy() {"),
    (
        "    constructor(withHandle: UniffiWithHandle,",
        "    internal constructor(withHandle: UniffiWithHandle,",
    ),
    (
        "    protected val handle: Long\n",
        "    private val handle: Long\n",
    ),
    (
        "    protected val cleanable: UniffiCleaner",
        "    private val cleanable: UniffiCleaner",
    ),
    (
        "    val uniffiIsDestroyed: Boolean",
        "    internal val uniffiIsDestroyed: Boolean",
    ),
    (
        "    fun uniffiCloneHandle()",
        "    internal fun uniffiCloneHandle()",
    ),
    // An object without anything behind it; a test has the interface.
    (NO_HANDLE, ""),
];

const NO_HANDLE: &str = "\
    /**
     * @suppress
     *
     * This constructor can be used to instantiate a fake object. Only used for tests. Any
     * attempt to actually use an object constructed this way will fail as there is no
     * connected Rust object.
     */
    @Suppress(\"UNUSED_PARAMETER\")
    constructor(noHandle: NoHandle) {
        this.handle = 0
        this.cleanable = null
    }
";

/// What the file of the records has besides.
const HIDDEN_OF_RECORDS: &[(&str, &str)] = &[
    (
        "\npublic typealias FfiConverterType",
        "\ninternal typealias FfiConverterType",
    ),
    (
        "    companion object ErrorHandler :",
        "    internal companion object ErrorHandler :",
    ),
];

/// Names that are Java's or Kotlin's own, with what they stand for.
const ALIASES: [(&str, &str); 3] = [
    ("Day", "java.time.LocalDate"),
    ("Instant", "java.time.Instant"),
    ("Fields", "Map<kotlin.String, kotlin.String>"),
];

/// What every class is given to be closed by.
const LETS_GO: &str = "    @Synchronized\n    override fun close() {\n        this.destroy()\n    }\n";

/// How the class begins that has a `close` of its own.
const HAS_CLOSE: &str = "\nclass Crm: AutoCloseable, CrmInterface\n";

/// What begins an exception's message, behind which its fields stand: customers' names and all.
const MESSAGE: &str = "        override val message\n            get() = \"code=${ `code` }, ";

/// What stands there instead.
const CODE_AND_DETAIL: &str =
    "        override val message\n            get() = \"${ `code` }: ${ `detail` }\"\n";

/// Puts the file of the objects right.
pub(super) fn objects(code: Code) -> Result<Code> {
    let code = calls::delay_callbacks(hide(code)?.every_of(HIDDEN_OF_OBJECTS)?)?;
    let code = open(used(interfaces(closing(code)?)?)?)?;
    let code = records::with_overloads(code.every("\n){\n", "\n) : java.io.Serializable {\n")?)?;
    let code = code.one(
        "RustBufferCrmError.ByValue()",
        "RustBufferCrmError.ByValue(Pointer(0))",
    )?;
    let code = names(code, |name| format!("\nimport dev.crmkit.model.{name}\n"))?;
    calls::by_object(signed(code)?)
}

/// Puts the file of the records right.
pub(super) fn records(code: Code) -> Result<Code> {
    let code = quiet(hide(code)?.every_of(HIDDEN_OF_RECORDS)?)?;
    let code = code.every(calls::MAP[0], calls::MAP[1])?;
    let code = kept(enums::put_right(code)?)?;
    let code = records::with_overloads(records::with_states(code)?)?;
    let code = ALIASES.iter().try_fold(code, |code, (name, of)| {
        code.one(&format!("\npublic typealias {name} = {of}\n"), "\n")?
            .every(&format!(": dev.crmkit.model.{name}"), &format!(": {of}"))?
            .word(name, of)
    })?;
    signed(code)
}

/// Has records and changes be Java's own serialization's, so that an app keeps them when its process is stopped.
fn kept(code: Code) -> Result<Code> {
    let code = code.every("\n){\n", "\n) : java.io.Serializable {\n")?;
    let code = code.every(
        "\nsealed class SqlValue {",
        "\nsealed class SqlValue : java.io.Serializable {",
    )?;
    let code = code.every(
        "\nsealed class Report {",
        "\nsealed class Report : java.io.Serializable {",
    )?;
    let code = describe::edits().try_fold(code, |code, edits| {
        let begins = format!("\nsealed class {} ", edits.name);
        code.one(&begins, &format!("{begins}: java.io.Serializable "))
    })?;
    // Equal to itself when it is read back.
    code.every("\n    object ", "\n    data object ")
}

fn hide(code: Code) -> Result<Code> {
    code.every_of(HIDDEN)?
        .without(
            "// Interface implemented by anything that can contain",
            "/** \n * Placeholder object",
        )?
        .without(
            "/** \n * Used to instantiate an interface without an actual pointer",
            "object NoHandle",
        )?
        .one("object NoHandle", "")
}

/// Has the names of dates stand for Java's, where the file imports them.
fn names(code: Code, import: impl Fn(&str) -> String) -> Result<Code> {
    ALIASES.iter().try_fold(code, |code, (name, of)| {
        let import = import(name);
        match code.text().contains(&import) {
            true => code.one(&import, "\n")?.word(name, of),
            false => Ok(code),
        }
    })
}

/// Closes a `Crm` by its own `close`, which may be called twice and by `use`; what is left of it is the garbage collector's.
fn closing(code: Code) -> Result<Code> {
    let text = code.into_text();
    let split = text.split_once(HAS_CLOSE).and_then(|(before, class)| {
        let (head, rest) = class.split_once(LETS_GO)?;
        Some([before, HAS_CLOSE, head, rest].concat())
    });
    match split {
        Some(text) => Ok(Code::new(text)),
        None => bail!("uniffi no longer generates this:\n{HAS_CLOSE}\n…\n{LETS_GO}"),
    }
}

/// Has the interfaces answer with interfaces, so that a fake needs nothing of the library.
fn interfaces(code: Code) -> Result<Code> {
    let interfaces = code.text().split("\npublic interface ").skip(1);
    let objects: Vec<String> = interfaces
        .filter_map(|text| Some(text.split_once("Interface {")?.0.to_owned()))
        .filter(|name| name.chars().all(char::is_alphanumeric))
        .collect();
    code.blocks("\npublic interface ", "\n}\n", |block| {
        let lines = block.split('\n').map(|line| {
            let answers = line.trim_start().starts_with("fun ");
            match objects
                .iter()
                .any(|name| answers && line.ends_with(&format!("): {name}")))
            {
                true => format!("{line}Interface"),
                false => line.to_owned(),
            }
        });
        let lines: Vec<String> = lines.collect();
        Ok(format!("\npublic interface {}\n}}\n", lines.join("\n")))
    })
}

/// Has what is read to its end be closed by `use`, in `me.io { }`, too, which knows interfaces alone.
fn used(code: Code) -> Result<Code> {
    const BEGINS: &str = "\npublic interface AttachmentReaderInterface";
    code.one(
        &format!("{BEGINS} {{\n"),
        &format!(
            "{BEGINS} : AutoCloseable {{
    /**
     * Lets go of what is behind it.
     */
    override fun close() = Unit

"
        ),
    )
}

/// Has Java open a database without naming the companion.
fn open(code: Code) -> Result<Code> {
    code.one(
        "    @Throws(CrmException::class) fun `open`(",
        "    @JvmStatic\n    @JvmOverloads\n    @Throws(CrmException::class)\n    fun `open`(",
    )
}

/// Has numbers be signed, as Java and other Kotlin have them: the library refuses what is below 0 where it may not be.
fn signed(code: Code) -> Result<Code> {
    let code = code.every("kotlin.ULong", "kotlin.Long")?;
    let code = code.every("kotlin.UInt", "kotlin.Int")?;
    let code = match code.text().contains("kotlin.Long = ") {
        true => code.blocks("kotlin.Long = ", "uL", |number| {
            literal("kotlin.Long = ", number, "L")
        })?,
        false => code,
    };
    let code = code.blocks("kotlin.Int = ", "u", |number| {
        literal("kotlin.Int = ", number, "")
    })?;
    converter(converter(code, "ULong", "Long")?, "UInt", "Int")
}

fn literal(before: &str, number: &str, after: &str) -> Result<String> {
    match number.chars().all(|letter| letter.is_ascii_digit()) {
        true => Ok(format!("{before}{number}{after}")),
        false => bail!("uniffi no longer generates unsigned literals: {number}"),
    }
}

/// Has the converter of an unsigned type convert a signed one.
fn converter(code: Code, unsigned: &str, signed: &str) -> Result<Code> {
    let begins = format!("\ninternal object FfiConverter{unsigned}: FfiConverter<{unsigned}, {signed}> {{");
    code.blocks(&begins, "\n}\n", |block| {
        let block = Code::new(block.to_owned())
            .every(&format!("(value: {unsigned}"), &format!("(value: {signed}"))?
            .every(&format!("): {unsigned} {{"), &format!("): {signed} {{"))?
            .every(&format!(".to{unsigned}()"), "")?;
        Ok(format!(
            "\ninternal object FfiConverter{unsigned}: FfiConverter<{signed}, {signed}> {{{}\n}}\n",
            block.text()
        ))
    })
}

/// Has every exception's message be its code and detail.
fn quiet(code: Code) -> Result<Code> {
    let code = code.blocks(MESSAGE, "\n", |_fields| Ok(CODE_AND_DETAIL.to_owned()))?;
    match code.text().matches("override val message").count() == code.text().matches(CODE_AND_DETAIL).count()
    {
        true => Ok(code),
        false => bail!("uniffi no longer generates this:\n{MESSAGE}"),
    }
}
