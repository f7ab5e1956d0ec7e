//! Excel workbooks as rows.
//!
//! A few kilobytes of workbook can unfold to gigabytes, so nothing is held that has not been counted: shared strings lie in
//! memory up to a limit and in a file beyond, a sheet is read node by node. It is read twice, first to its end for nothing
//! but its faults and its length, so that a damaged one brings no row in.

mod archive;
mod format;
mod held;
mod sheet;
mod strings;
mod text;
mod value;
mod workbook;
mod xml;

use std::{io::Read, sync::Arc};

use sha2::{Digest, Sha256};

use self::{
    archive::Archive,
    held::Room,
    sheet::{Meaning, Sheet},
    workbook::Workbook,
};
use crate::{
    book::{self, Book, BookSource, Budget, Checked, Look, Rows},
    limits::{
        FILE,
        workbook::{SHEET, TEXT},
    },
    stored::StoredFile,
    table::{TableOptions, io_error, too_large},
};
use crm_core::import::SourceError;

/// The stream that a workbook behind a password is in, as the container names it: in UTF-16.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// The most bytes that a sheet unpacks to before its first rows have been seen, where many sheets are looked at.
const FIRST: u64 = 1024 * 1024;

/// A workbook whose strings and formats have been read.
struct XlsxBook {
    archive: Archive,
    sheets: Vec<book::Sheet>,
    meaning: Meaning,
    digest: [u8; 32],
}

/// Reads `file` to the end for its faults, then again up to the headings.
pub(crate) fn open(file: StoredFile, options: &TableOptions) -> Result<BookSource, SourceError> {
    let (archive, digest) = checked(file)?;
    let mut room = Room::new();
    let book = Workbook::read(&archive, &mut room)?;
    let meaning = Meaning {
        strings: book.strings(&archive, &mut room)?,
        formats: Arc::new(book.formats(&archive, &mut room)?),
        from_1904: book.from_1904,
    };
    let book = XlsxBook {
        archive,
        sheets: book.sheets,
        meaning,
        digest,
    };
    book::open(Arc::new(book), options)
}

/// The names of the workbook's sheets with cells.
pub(crate) fn sheets(file: StoredFile) -> Result<Vec<String>, SourceError> {
    let (archive, _) = checked(file)?;
    let book = Workbook::read(&archive, &mut Room::new())?;
    Ok(book.sheets.into_iter().map(|sheet| sheet.name).collect())
}

impl Book for XlsxBook {
    fn sheets(&self) -> &[book::Sheet] {
        &self.sheets
    }

    fn rows(&self, sheet: &book::Sheet, look: Look) -> Result<Box<dyn Rows>, SourceError> {
        let limit = match look {
            Look::First => FIRST,
            Look::Whole => SHEET,
        };
        let part = self.archive.read(&sheet.place, limit)?;
        Ok(Box::new(Sheet::open(part, self.meaning.again(), TEXT)?))
    }

    fn check(&self, sheet: &book::Sheet, top: u64, budget: &mut Budget) -> Result<Checked, SourceError> {
        let part = self.archive.read(&sheet.place, budget.bytes)?;
        // What the archive states has been found true once the part has been read.
        let bytes = part.stated_bytes();
        let checked = Sheet::open(part, self.meaning.again(), budget.text)?.check(top, budget)?;
        budget.bytes = budget.bytes.saturating_sub(bytes);
        Ok(checked)
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
    }
}

/// The file, known to be a workbook, and its digest.
fn checked(file: StoredFile) -> Result<(Archive, [u8; 32]), SourceError> {
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 128 * 1024];
    let mut is_zip = None;
    let mut bytes = file.from_beginning().take(FILE + 1);
    loop {
        let read = bytes.read(&mut chunk).map_err(io_error)?;
        let read = chunk.get(..read).unwrap_or_default();
        is_zip = is_zip.or(Some(read.starts_with(b"PK")));
        if read.is_empty() {
            break;
        }
        digest.update(read);
    }
    if bytes.limit() == 0 {
        return Err(too_large("the file has more than 4 GiB"));
    }
    if is_zip != Some(true) {
        let encrypted = is_encrypted(&mut file.from_beginning()).map_err(io_error)?;
        return Err(match encrypted {
            true => SourceError::Encrypted,
            false => SourceError::NotThisKind {
                expected: "xlsx",
                found: "xls",
            },
        });
    }
    let archive = Archive::open(file)?;
    match what_is_in(&archive) {
        "xlsx" => Ok((archive, digest.finalize().into())),
        found => Err(SourceError::NotThisKind {
            expected: "xlsx",
            found,
        }),
    }
}

/// Whether the container `file`, which is no zip archive, holds a workbook behind a password.
fn is_encrypted(file: &mut impl Read) -> std::io::Result<bool> {
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

fn what_is_in(archive: &Archive) -> &'static str {
    let mut found = "zip";
    for name in archive.names() {
        match name {
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
}
