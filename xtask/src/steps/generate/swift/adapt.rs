//! Puts the generated Swift right: as people who write Swift expect it, not as the generator has it.
//!
//! Whatever is looked for must be there: if the generator writes something else one day, this fails, and says what it
//! did not find.

use super::{calls, docs, enums, lower, protocols, records, verbs};
use anyhow::{Context, Result, bail};
use crm_core::ErrorKind;

/// What stands between two files while they are one text.
const SEAM: &str = "\n// ---- the next file ----\n";

/// The number of a customer is a type of the package's own.
const NUMBER: &str = "\npublic typealias CustomerNumber = CustomerNumber\n";

/// Changes the generated files, all together: what one of them lacks the other has.
pub(super) fn adapt(files: &[String]) -> Result<Vec<String>> {
    let code = records::with_states(records::mutable(files.join(SEAM))?)?;
    let code = signed(&code)?;
    let code = errors(&code)?;
    let code = languages(&enums::coded(&code)?)?;
    let code = only(&code, NUMBER).map(|(before, after)| [before, after].concat())?;
    let code = calls::without_copies(&code)?;
    let code = verbs::discardable(&protocols::answer_with_protocols(&code)?)?;
    let code = docs::in_swifts_words(&code);
    Ok(code.split(SEAM).map(str::to_owned).collect())
}

/// The one block that begins with `begins` and ends before `ends`, changed.
pub(super) fn block(
    code: &str,
    begins: &str,
    ends: &str,
    change: impl FnOnce(&str) -> Result<String>,
) -> Result<String> {
    let (before, rest) = only(code, begins)?;
    let (block, after) = rest
        .split_once(ends)
        .with_context(|| format!("uniffi no longer generates {ends:?} after {begins:?}"))?;
    Ok([before, begins, &change(block)?, ends, after].concat())
}

/// What stands before and after a text that stands there once.
fn only<'a>(code: &'a str, text: &str) -> Result<(&'a str, &'a str)> {
    match code.split_once(text) {
        Some((before, after)) if !after.contains(text) => Ok((before, after)),
        Some(_) => bail!("uniffi generates more than once: {text:?}"),
        None => bail!("uniffi no longer generates: {text:?}"),
    }
}

/// The text with one for another, which must stand there.
pub(super) fn swap(code: &str, from: &str, to: &str) -> Result<String> {
    if !code.contains(from) {
        bail!("uniffi no longer generates: {from:?}");
    }
    Ok(code.replace(from, to))
}

/// The words between two others, wherever these stand.
pub(super) fn between<'a>(code: &'a str, begins: &str, ends: &str) -> Vec<&'a str> {
    let parts = code.split(begins).skip(1);
    parts.filter_map(|part| Some(part.split_once(ends)?.0)).collect()
}

/// How the generator passes a whole number, in each of its files.
const UNSIGNED: &str = "\
fileprivate struct FfiConverterUInt$: FfiConverterPrimitive {
    typealias FfiType = UInt$
    typealias SwiftType = UInt$

    public static func read(from buf: inout (data: Data, offset: Data.Index)) throws -> UInt$ {
        return try lift(readInt(&buf))
    }
";

/// How one is passed that people write as an `Int`: a negative one becomes one beyond the range of the signed, which the
/// library refuses.
const SIGNED: &str = "\
fileprivate struct FfiConverterUInt$: FfiConverter {
    typealias FfiType = UInt$
    typealias SwiftType = Int

    public static func lift(_ value: UInt$) throws -> Int {
        return Int(clamping: value)
    }

    public static func lower(_ value: Int) -> UInt$ {
        return UInt$(bitPattern: Int$(clamping: value))
    }

    public static func read(from buf: inout (data: Data, offset: Data.Index)) throws -> Int {
        return try lift(readInt(&buf))
    }
";

/// Has every whole number be an `Int`.
fn signed(code: &str) -> Result<String> {
    let code = ["32", "64"].iter().try_fold(code.to_owned(), |code, bits| {
        swap(&code, &UNSIGNED.replace('$', bits), &SIGNED.replace('$', bits))
    })?;
    let is_seen = |line: &str| {
        let line = line.trim_start();
        ["public let ", "public var ", "open func ", "func ", "*/", "typealias SwiftType = "]
            .iter()
            .any(|begins| line.starts_with(begins))
            // Objects are passed by numbers, of which nobody sees any.
            && !["handle: UInt64", "(obj: T)"].iter().any(|own| line.contains(own))
    };
    Ok(each_line(&code, |line| {
        match is_seen(line) && line.contains("UInt") {
            true => plain_numbers(line)
                .replace("UInt32", "Int")
                .replace("UInt64", "Int"),
            false => line.to_owned(),
        }
    }))
}

/// `UInt32(50)` as `50`.
fn plain_numbers(line: &str) -> String {
    let mut plain = line.to_owned();
    for begins in ["UInt32(", "UInt64("] {
        while let Some((before, rest)) = plain.clone().split_once(begins) {
            let (number, after) = rest.split_once(')').unwrap_or((rest, ""));
            plain = [before, number, after].concat();
        }
    }
    plain
}

/// The text with each of its lines changed.
pub(super) fn each_line(code: &str, change: impl Fn(&str) -> String) -> String {
    code.split('\n').map(change).collect::<Vec<_>>().join("\n")
}

/// Has the error's cases begin with a small letter, as cases do.
fn errors(code: &str) -> Result<String> {
    const BEGINS: &str = "\nenum CrmError: Swift.Error, Equatable, Hashable {\n";
    block(
        code,
        BEGINS,
        "\npublic func FfiConverterTypeCrmError_lift",
        |error| {
            ErrorKind::STATES
                .states
                .iter()
                .try_fold(error.to_owned(), |error, kind| {
                    let (name, case) = (kind.name, lower(kind.name));
                    let error = swap(
                        &error,
                        &format!("    case {name}("),
                        &format!("    case `{case}`("),
                    )?;
                    let error = swap(
                        &error,
                        &format!(": return .{name}("),
                        &format!(": return .{case}("),
                    )?;
                    swap(
                        &error,
                        &format!("case let .{name}("),
                        &format!("case let .{case}("),
                    )
                })
        },
    )
}

/// Has a language be said without a label, wherever it is asked for: `label(.en)`. What a host has made up itself, with a code that there is not, has a
/// text too.
fn languages(code: &str) -> Result<String> {
    const ASKS: &str =
        "(language: Language) -> String  {\n    return try!  FfiConverterString.lift(try! rustCall() {";
    const TRIES: &str =
        "(_ language: Language) -> String {\n    return (try? FfiConverterString.lift(try rustCall() {";
    const OTHERWISE: [(&str, &str); 6] = [
        ("CrmError: Swift.Error, Equatable", "detail"),
        ("Problem: Equatable", "code"),
        ("DuplicateMatch: Equatable", "\"\""),
        ("DuplicatePair: Equatable", "\"\""),
        ("PickEntry: Equatable", "code"),
        ("TimelineEntry: Equatable", "lineZh"),
    ];
    let code = OTHERWISE
        .iter()
        .try_fold(code.to_owned(), |code, (of, otherwise)| {
            block(&code, of, "\n#if compiler(>=6)", |of| {
                swap(
                    &swap(of, ASKS, TRIES)?,
                    "\n})\n}",
                    &format!("\n}})) ?? {otherwise}\n}}"),
                )
            })
        })?;
    let labelled = |line: &&str| line.contains("func ") && line.contains("(language: Language)");
    match code.lines().find(labelled) {
        Some(function) => bail!("a language has a label: {function}"),
        None => Ok(code),
    }
}

#[cfg(test)]
mod tests {
    use super::{adapt, plain_numbers, signed};

    #[test]
    fn what_is_no_longer_generated_is_said() {
        let error = adapt(&["public struct Other {}".to_owned()]).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("uniffi no longer generates the record "),
            "{error}"
        );
        let error = signed("").unwrap_err();
        assert!(error.to_string().contains("FfiConverterUInt32"), "{error}");
    }

    #[test]
    fn a_default_is_a_plain_number() {
        assert_eq!(
            plain_numbers("after: UInt64 = UInt64(0), limit: UInt32 = UInt32(50))"),
            "after: UInt64 = 0, limit: UInt32 = 50)"
        );
    }
}
