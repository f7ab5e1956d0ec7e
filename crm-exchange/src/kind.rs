//! What a file is, by its first bytes and by its name.

use std::path::Path;

use crm_core::import::SourceError;

/// Bytes that [`of_content`] wants to see of a file.
pub(crate) const HEAD: usize = 4096;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Text, or nothing that is known: a CSV file, as far as the first bytes tell.
    Text,
    /// A zip archive: a workbook, if it holds one.
    Zip,
    /// Microsoft's older container: an old Excel file, or a workbook behind a password.
    Ole,
    /// Something that is no table. The name is one of a few words: `pdf`, `html`, `image`, `archive`, `database`, `rtf`, `program`, `vcard`.
    Other(&'static str),
}

impl Kind {
    /// The word by which an error names it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Zip => "zip",
            Self::Ole => "xls",
            Self::Other(word) => word,
        }
    }
}

const MAGIC: [(&[u8], Kind); 16] = [
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Ole),
    (b"%PDF-", Kind::Other("pdf")),
    (b"\x89PNG", Kind::Other("image")),
    (b"\xFF\xD8\xFF", Kind::Other("image")),
    (b"GIF8", Kind::Other("image")),
    (b"II*\0", Kind::Other("image")),
    (b"\x1F\x8B", Kind::Other("archive")),
    (b"Rar!\x1A\x07", Kind::Other("archive")),
    (b"7z\xBC\xAF\x27\x1C", Kind::Other("archive")),
    (b"SQLite format 3\0", Kind::Other("database")),
    (b"{\\rtf", Kind::Other("rtf")),
    (b"\x7FELF", Kind::Other("program")),
    (b"MZ\x90\0", Kind::Other("program")),
    (b"\x00\x00\x01\x00", Kind::Other("image")),
];

/// The first line of a vCard.
const VCARD: &[u8] = b"BEGIN:VCARD";

/// Whether a text says that it is in UTF-16.
fn is_utf_16(head: &[u8]) -> bool {
    head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF")
}

/// What a file that begins with `head` is.
pub(crate) fn of_content(head: &[u8]) -> Kind {
    if let Some((_, kind)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return *kind;
    }
    let text = head
        .strip_prefix(b"\xEF\xBB\xBF")
        .unwrap_or(head)
        .trim_ascii_start();
    let begins = |tag: &str| {
        text.get(..tag.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(tag.as_bytes()))
    };
    // Many web systems call a page of HTML with a table in it an Excel file.
    if ["<!doctype html", "<html", "<table", "<head", "<meta"]
        .iter()
        .any(|tag| begins(tag))
    {
        return Kind::Other("html");
    }
    // A book of addresses, of which no table can be made without guessing.
    let mut letters = head.iter().filter(|byte| byte.is_ascii_graphic());
    if begins("begin:vcard") || is_utf_16(head) && VCARD.iter().all(|letter| letters.next() == Some(letter)) {
        return Kind::Other("vcard");
    }
    if begins("<?xml") {
        Kind::Other("xml")
    } else {
        Kind::Text
    }
}

/// Whether the content is of a kind that is read.
///
/// The name is believed only in what it is that was expected: a list that somebody has given the wrong ending is read as what
/// it is.
pub(crate) fn check(path: &Path, kind: Kind, otherwise: &'static str) -> Result<(), SourceError> {
    let Kind::Other(found) = kind else { return Ok(()) };
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let expected = match extension.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "tab" | "txt" => "csv",
        "xlsx" | "xlsm" => "xlsx",
        "xls" => "xls",
        "xlsb" => "xlsb",
        "ods" => "ods",
        // What its name says, it is: it is a list that was expected.
        "vcf" | "vcard" => "csv",
        _ => otherwise,
    };
    Err(SourceError::NotThisKind { expected, found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_what_a_file_is() {
        assert_eq!(of_content(b"name,phone\n"), Kind::Text);
        assert_eq!(of_content(b""), Kind::Text);
        assert_eq!(of_content(b"PK\x03\x04rest"), Kind::Zip);
        assert_eq!(of_content(b"%PDF-1.7"), Kind::Other("pdf"));
        assert_eq!(of_content(b"\xEF\xBB\xBF\r\n <HTML><body>"), Kind::Other("html"));
        assert_eq!(of_content(b"<tab"), Kind::Text);
        for card in [
            &b"BEGIN:VCARD\r\nVERSION:3.0\r\n"[..],
            b"\xEF\xBB\xBFbegin:vcard\n",
            b"\xFF\xFEB\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0\r\0\n\0",
            b"\xFE\xFF\0B\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0\n",
        ] {
            assert_eq!(of_content(card), Kind::Other("vcard"));
        }
        assert_eq!(of_content(b"name,note\nA,BEGIN:VCARD\n"), Kind::Text);
    }

    #[test]
    fn r9_5_a_wrong_ending_refuses_nothing_that_is_read() {
        for name in ["a.csv", "a.xlsx", "a.xls", "a.dat", "a"] {
            for kind in [Kind::Text, Kind::Zip, Kind::Ole] {
                assert_eq!(check(Path::new(name), kind, "csv"), Ok(()), "{name}");
            }
        }
        for (name, expected) in [
            ("a.XLS", "xls"),
            ("a.csv", "csv"),
            ("a.ods", "ods"),
            ("a", "table"),
        ] {
            let refused = SourceError::NotThisKind {
                expected,
                found: "html",
            };
            assert_eq!(check(Path::new(name), Kind::Other("html"), "table"), Err(refused));
        }
    }
}
