//! What an .xlsx file is, before it is read as a workbook: a zip archive whose parts have sane sizes.
//!
//! The reader holds the shared strings and the styles in memory, and the text of one cell. A few kilobytes of zip can
//! unfold to gigabytes of these, and the sizes that an archive states need not be true; so each part is unfolded once
//! here, and thrown away.

use std::{
    fs::File,
    io::{BufReader, Read, Seek},
};

use zip::{ZipArchive, result::ZipError};

use crm_core::import::SourceError;

/// The most that the shared strings may unfold to: several million rows' worth.
const MAX_STRINGS: u64 = 512 * 1024 * 1024;
/// The most for each other part that is held in memory.
const MAX_PART: u64 = 64 * 1024 * 1024;
/// The longest stretch of a sheet without a tag. Excel's longest cell is 32,767 characters.
const MAX_STRETCH: usize = 4 * 1024 * 1024;

/// The stream that a workbook behind a password is in, as the container names it: in UTF-16.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// Refuses what is no workbook, or one that would not fit in memory.
pub(crate) fn check(file: File) -> Result<(), SourceError> {
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(zip_error)?;
    let found = what_is_in(&archive);
    if found != "xlsx" {
        return Err(SourceError::NotThisKind {
            expected: "xlsx",
            found,
        });
    }
    for place in 0..archive.len() {
        let mut part = archive.by_index(place).map_err(zip_error)?;
        let name = folded(&part.name().map_err(zip_error)?);
        if name.starts_with("xl/worksheets/") && name.ends_with(".xml") {
            check_sheet(&mut part)?;
        } else if name.ends_with("sharedstrings.xml") {
            check_strings(&mut part)?;
        } else if name.ends_with(".xml") || name.ends_with(".rels") {
            unfolded(&mut part, MAX_PART, &mut Vec::new())?;
        }
    }
    Ok(())
}

/// Whether the container `file`, which is no zip archive, holds a workbook behind a password.
pub(crate) fn is_encrypted(file: &mut impl Read) -> std::io::Result<bool> {
    let mut window = Vec::new();
    loop {
        let read = file.take(64 * 1024).read_to_end(&mut window)?;
        if memchr::memmem::find(&window, ENCRYPTED).is_some() {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        // The name may lie across two windows.
        window.drain(..window.len().saturating_sub(ENCRYPTED.len()));
    }
}

/// Some writers are careless with a part's name.
fn folded(name: &str) -> String {
    name.replace('\\', "/")
        .trim_start_matches('/')
        .to_ascii_lowercase()
}

fn what_is_in<R: Read + Seek>(archive: &ZipArchive<R>) -> &'static str {
    let mut found = "zip";
    for name in archive.file_names().flatten().map(|name| folded(&name)) {
        match name.as_str() {
            "xl/workbook.bin" => return "xlsb",
            _ if name.starts_with("xl/") && name.ends_with(".xml") => found = "xlsx",
            _ if name.starts_with("word/") => return "docx",
            _ if name.starts_with("ppt/") => return "pptx",
            "content.xml" => return "ods",
            _ => {}
        }
    }
    found
}

fn check_strings(part: &mut impl Read) -> Result<(), SourceError> {
    let mut head = Vec::new();
    let bytes = unfolded(part, MAX_STRINGS, &mut head)?;
    // The reader takes memory for as many as the part says there are. Each takes at least these bytes.
    let shortest = "<si/>".len() as u64;
    match stated_count(&head) {
        Some(count) if count > bytes / shortest => Err(too_large()),
        _ => Ok(()),
    }
}

/// The number of strings that a part of shared strings states.
fn stated_count(head: &[u8]) -> Option<u64> {
    let at = memchr::memmem::find(head, b"uniqueCount")?;
    let digits = head
        .get(at..)?
        .iter()
        .skip("uniqueCount".len())
        .skip_while(|byte| !byte.is_ascii_digit());
    Some(
        digits
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |count: u64, &digit| {
                count.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
            }),
    )
}

fn check_sheet(part: &mut impl Read) -> Result<(), SourceError> {
    let mut stretch = 0;
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let read = part.read(&mut chunk).map_err(broken)?;
        if read == 0 {
            return Ok(());
        }
        let bytes = chunk.get(..read).unwrap_or_default();
        // Between two tags of one chunk there is less than a chunk.
        stretch = match memchr::memrchr(b'<', bytes) {
            Some(last) => read - last,
            None => stretch + read,
        };
        if stretch > MAX_STRETCH {
            return Err(too_large());
        }
    }
}

/// How many bytes a part unfolds to, if they are not more than `limit`; and its first ones.
fn unfolded(part: &mut impl Read, limit: u64, head: &mut Vec<u8>) -> Result<u64, SourceError> {
    let first = part.take(4096).read_to_end(head).map_err(broken)?;
    let rest = std::io::copy(&mut part.take(limit), &mut std::io::sink()).map_err(broken)?;
    if rest < limit {
        Ok(first as u64 + rest)
    } else {
        Err(too_large())
    }
}

fn too_large() -> SourceError {
    SourceError::Broken("the workbook unfolds to more than a workbook can hold".into())
}

fn broken(error: std::io::Error) -> SourceError {
    SourceError::Broken(error.to_string())
}

fn zip_error(error: ZipError) -> SourceError {
    match error {
        ZipError::Io(error) => SourceError::Io(error.to_string()),
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => SourceError::Encrypted,
        error => SourceError::Broken(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encrypted_workbook_is_found_across_windows() {
        for before in [0, 100, 64 * 1024 - 7] {
            let mut file = vec![1; before];
            file.extend(ENCRYPTED);
            assert!(is_encrypted(&mut &file[..]).unwrap());
            file.pop();
            file.pop();
            assert!(!is_encrypted(&mut &file[..]).unwrap());
        }
    }

    #[test]
    fn shared_strings_must_be_as_many_as_fit() {
        assert!(
            check_strings(&mut &br#"<sst count="2" uniqueCount="1"><si><t>a</t></si></sst>"#[..]).is_ok()
        );
        assert!(check_strings(&mut &br#"<sst uniqueCount="99999999999999999999"></sst>"#[..]).is_err());
        assert!(check_strings(&mut &b"<sst></sst>"[..]).is_ok());
    }

    #[test]
    fn a_stretch_without_tags_has_a_limit() {
        let mut sheet = b"<sheetData><c>".to_vec();
        sheet.extend(vec![b'a'; MAX_STRETCH - 10]);
        sheet.extend(b"</c>");
        assert!(check_sheet(&mut &sheet[..]).is_ok());
        sheet.extend(vec![b'a'; MAX_STRETCH]);
        assert!(check_sheet(&mut &sheet[..]).is_err());
    }
}
