//! What an attachment must and may have (R4.2).

use super::{Strictness, choice::PickLists, limit};
use crate::{
    error::{Code, Problem},
    model::{Attachment, AttachmentEdit, Choice, NewAttachment, PickList, fields},
};

/// The fields of an attachment that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedAttachment {
    /// What sort of file it is.
    pub kind: Choice,
    /// Its name.
    pub name: String,
    /// What its bytes are.
    pub media_type: String,
}

/// Checks an attachment as it is entered.
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_attachment(
    new: &NewAttachment,
    pick_lists: &PickLists,
) -> Result<CheckedAttachment, Vec<Problem>> {
    let name = check_name(&new.name);
    let kind = check_kind(new.kind.as_ref(), pick_lists);
    let media_type = match &new.media_type {
        Some(typed) => check_media_type(typed),
        None => Ok(media_type_of(&new.name).to_owned()),
    };
    match (name, kind, media_type) {
        (Ok(name), Ok(kind), Ok(media_type)) => Ok(CheckedAttachment {
            kind,
            name,
            media_type,
        }),
        (name, kind, media_type) => Err([name.err(), kind.err(), media_type.err()]
            .into_iter()
            .flatten()
            .collect()),
    }
}

/// The attachment with these fields set anew.
///
/// # Errors
/// Every problem of every edited field.
pub fn edit_attachment(
    before: &Attachment,
    edits: &[AttachmentEdit],
    pick_lists: &PickLists,
) -> Result<Attachment, Vec<Problem>> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    for edit in edits {
        let edited = match edit {
            AttachmentEdit::Kind { value } => {
                check_kind(Some(value), pick_lists).map(|kind| after.kind = kind)
            }
            AttachmentEdit::Name { value } => check_name(value).map(|name| after.name = name),
            AttachmentEdit::MediaType { value } => {
                check_media_type(value).map(|media_type| after.media_type = media_type)
            }
        };
        problems.extend(edited.err());
    }
    match problems.is_empty() {
        true => Ok(after),
        false => Err(problems),
    }
}

fn check_kind(kind: Option<&Choice>, pick_lists: &PickLists) -> Result<Choice, Problem> {
    let list = PickList::AttachmentKind;
    let (kind, _) = pick_lists.check(list, list.code(), kind, Strictness::Entry)?;
    Ok(kind)
}

/// Names that Windows keeps for devices, whatever follows a dot.
const DEVICES: [&str; 4] = ["CON", "PRN", "AUX", "NUL"];

/// A name as it is typed: that of a file in every file system, which leads nowhere, and reads as what it is.
///
/// # Errors
/// `field.missing`, `field.too_long`, `attachment.name`.
fn check_name(typed: &str) -> Result<String, Problem> {
    let name = super::required_text(fields::ATTACHMENT_NAME, typed)?;
    if name.len() > limit::FILE_NAME {
        return Err(Problem::with(fields::ATTACHMENT_NAME, Code::FieldTooLong, name));
    }
    let stem = name
        .split('.')
        .next()
        .unwrap_or_default()
        .trim_end()
        .to_uppercase();
    let numbered = |port: &str| {
        let mut rest = stem.strip_prefix(port).unwrap_or_default().chars();
        matches!(
            (rest.next(), rest.next()),
            (Some('0'..='9' | '¹' | '²' | '³'), None)
        )
    };
    let is_device = DEVICES.contains(&stem.as_str()) || numbered("COM") || numbered("LPT");
    match name.chars().any(leads_astray) || name.ends_with('.') || is_device {
        true => Err(Problem::with(fields::ATTACHMENT_NAME, Code::AttachmentName, name)),
        false => Ok(name),
    }
}

/// What separates folders, means something to a file system or a shell, or turns the way that a name is read.
fn leads_astray(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A media type as RFC 6838 has it, without parameters.
///
/// # Errors
/// `media_type.invalid`.
fn check_media_type(typed: &str) -> Result<String, Problem> {
    let is_name = |text: &str| {
        (1..=127).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_alphanumeric())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c))
    };
    let lower = typed.trim().to_ascii_lowercase();
    match lower.split_once('/') {
        Some((kind, name)) if is_name(kind) && is_name(name) => Ok(lower),
        _ => Err(Problem::with(fields::MEDIA_TYPE, Code::MediaTypeInvalid, typed)),
    }
}

/// What the files of an office are, by the end of their names.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("ppt", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("txt", "text/plain"),
    ("csv", "text/csv"),
    ("htm", "text/html"),
    ("html", "text/html"),
    ("eml", "message/rfc822"),
    ("zip", "application/zip"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("heic", "image/heic"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("m4a", "audio/mp4"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
];

/// What the bytes of a file of this name are, as far as the name tells.
pub fn media_type_of(name: &str) -> &'static str {
    let end = name
        .rsplit_once('.')
        .map(|(_, end)| end.trim().to_ascii_lowercase());
    let known = MEDIA_TYPES
        .iter()
        .find(|(known, _)| end.as_deref() == Some(*known));
    known.map_or("application/octet-stream", |(_, media_type)| media_type)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::built_in_entries;
    use proptest::prelude::*;

    fn check(
        name: &str,
        kind: &str,
        media_type: Option<&str>,
    ) -> Result<CheckedAttachment, Vec<(String, Code)>> {
        let new = NewAttachment {
            name: name.into(),
            kind: Some(Choice::of(kind)),
            media_type: media_type.map(str::to_owned),
            ..NewAttachment::default()
        };
        check_attachment(&new, &PickLists::new(built_in_entries())).map_err(|problems| {
            problems
                .into_iter()
                .map(|problem| (problem.field, problem.code))
                .collect()
        })
    }

    #[test]
    fn r4_2_a_file_has_a_name_a_kind_and_a_media_type() {
        let checked = check(" 报价单 v2.PDF ", "合同扫描件", None).unwrap();
        assert_eq!(
            (checked.name.as_str(), checked.media_type.as_str()),
            ("报价单 v2.PDF", "application/pdf")
        );
        assert_eq!(checked.kind, Choice::of("contract_scan"));
        assert_eq!(
            check("无后缀", "quote", None).unwrap().media_type,
            "application/octet-stream"
        );
        assert_eq!(
            check("a.pdf", "quote", Some(" Image/PNG ")).unwrap().media_type,
            "image/png"
        );
        let found = check("", "没有", Some("pdf")).unwrap_err();
        let expected = [
            ("attachment.name", Code::FieldMissing),
            ("attachment_kind", Code::ChoiceUnknown),
            ("media_type", Code::MediaTypeInvalid),
        ];
        assert_eq!(found, expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn r4_2_a_name_leads_nowhere_outside_the_store() {
        for name in [
            "../../x",
            "..",
            ".",
            "a/b",
            "a\\b",
            "/etc/passwd",
            "C:x",
            "a\nb",
            "a\0b",
            "con",
            "NUL.txt",
            "com1.pdf",
            "Lpt¹",
            "aux .txt",
            "a.",
            "a|b",
            "a*",
            "合同\u{202e}fdp.exe",
            "a\u{2066}b",
            "a?b",
            "a<b>",
            "a\"b",
        ] {
            let found = check(name, "quote", None).unwrap_err();
            let codes: Vec<Code> = found.iter().map(|(_, code)| *code).collect();
            assert!(
                matches!(codes[..], [Code::AttachmentName | Code::FieldNul]),
                "{name:?}: {codes:?}"
            );
        }
        for name in [
            "报价单（终稿）.pdf",
            "a..b",
            ".profile",
            "com10.txt",
            "console.log",
            "COM",
            "a b.c",
            "合同№1",
        ] {
            assert!(check(name, "quote", None).is_ok(), "{name}");
        }
    }

    #[test]
    fn r4_2_a_name_fits_into_every_file_system() {
        assert!(check(&"文".repeat(85), "quote", None).is_ok(), "255 bytes");
        let found = check(&format!("{}a", "文".repeat(85)), "quote", None).unwrap_err();
        assert_eq!(found, [("attachment.name".to_owned(), Code::FieldTooLong)]);
    }

    proptest! {
        /// Whatever is typed, a name that is taken is one part of a path, and is taken again as it stands.
        #[test]
        fn r4_2_a_name_that_is_taken_is_the_name_of_one_file(typed in "\\PC{0,40}|[./\\\\:a-z ]{0,12}") {
            if let Ok(name) = check_name(&typed) {
                let path = std::path::Path::new(&name);
                prop_assert_eq!(path.components().count(), 1);
                prop_assert_eq!(path.file_name().and_then(|name| name.to_str()), Some(name.as_str()));
                prop_assert_eq!(check_name(&name), Ok(name.clone()));
            }
        }
    }
}
