//! Workbooks as rows: those of Excel, and of the kinds that it writes too.
//!
//! A few kilobytes of workbook can unfold to gigabytes, so nothing is held that has not been counted: shared strings lie in
//! memory up to a limit and in a file beyond, a sheet is read node by node. It is read twice, first to its end for nothing
//! but its faults and its length, so that a damaged one brings no row in.

mod archive;
mod format;
mod held;
#[cfg(feature = "spreadsheets")]
mod ods;
mod row;
mod sheet;
#[cfg(feature = "spreadsheets")]
mod spill;
mod strings;
mod text;
mod value;
mod workbook;
#[cfg(feature = "spreadsheets")]
mod xls;
#[cfg(feature = "spreadsheets")]
mod xlsb;
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

/// A workbook's file, which has been read to its end.
struct File {
    what: What,
    digest: [u8; 32],
}

/// What is in the file.
enum What {
    Xlsx(Archive),
    /// One of the other kinds.
    #[cfg(feature = "spreadsheets")]
    Other(Arc<dyn Book>),
}

/// Reads `file` to the end for its faults, then again up to the headings.
#[cfg_attr(not(feature = "spreadsheets"), allow(clippy::infallible_destructuring_match))]
pub(crate) fn open(file: &StoredFile, options: &TableOptions) -> Result<BookSource, SourceError> {
    let File { what, digest } = opened(file)?;
    let archive = match what {
        What::Xlsx(archive) => archive,
        #[cfg(feature = "spreadsheets")]
        What::Other(book) => return book::open(book, options),
    };
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
#[cfg_attr(not(feature = "spreadsheets"), allow(clippy::infallible_destructuring_match))]
pub(crate) fn sheets(file: &StoredFile) -> Result<Vec<String>, SourceError> {
    let archive = match opened(file)?.what {
        What::Xlsx(archive) => archive,
        #[cfg(feature = "spreadsheets")]
        What::Other(book) => return Ok(book.sheets().iter().map(|sheet| sheet.name.clone()).collect()),
    };
    let book = Workbook::read(&archive, &mut Room::new())?;
    Ok(book.sheets.into_iter().map(|sheet| sheet.name).collect())
}

/// The most bytes that a sheet may have.
fn bytes(look: Look) -> u64 {
    match look {
        Look::First => FIRST,
        Look::Whole => SHEET,
    }
}

impl Book for XlsxBook {
    fn sheets(&self) -> &[book::Sheet] {
        &self.sheets
    }

    fn rows(&self, sheet: &book::Sheet, look: Look) -> Result<Box<dyn Rows>, SourceError> {
        let part = self.archive.read(&sheet.place, bytes(look))?;
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

/// Reads a file to its end, for its digest and for what it is.
fn opened(file: &StoredFile) -> Result<File, SourceError> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 128 * 1024];
    let mut is_zip = None;
    let mut bytes = file.anew().take(FILE + 1);
    loop {
        let read = bytes.read(&mut chunk).map_err(io_error)?;
        let read = chunk.get(..read).unwrap_or_default();
        is_zip = is_zip.or(Some(read.starts_with(b"PK")));
        if read.is_empty() {
            break;
        }
        hash.update(read);
    }
    if bytes.limit() == 0 {
        return Err(too_large("the file has more than 4 GiB"));
    }
    let digest = hash.finalize().into();
    if is_zip != Some(true) {
        return match old(file, digest) {
            // What makes no sense may be so since it is behind a password.
            Err(_) if is_encrypted(&mut file.anew()).map_err(io_error)? => Err(SourceError::Encrypted),
            found => found,
        };
    }
    let archive = Archive::open(file.clone())?;
    let what = match what_is_in(&archive) {
        "xlsx" => What::Xlsx(archive),
        #[cfg(feature = "spreadsheets")]
        "ods" => What::Other(Arc::new(ods::OdsBook::open(&archive, digest)?)),
        #[cfg(feature = "spreadsheets")]
        "xlsb" => What::Other(Arc::new(xlsb::XlsbBook::open(archive, digest)?)),
        found => {
            return Err(SourceError::NotThisKind {
                expected: "xlsx",
                found,
            });
        }
    };
    Ok(File { what, digest })
}

/// The workbook of an older Excel version that a file is.
#[cfg(feature = "spreadsheets")]
fn old(file: &StoredFile, digest: [u8; 32]) -> Result<File, SourceError> {
    let what = What::Other(Arc::new(xls::XlsBook::open(file, digest)?));
    Ok(File { what, digest })
}

#[cfg(not(feature = "spreadsheets"))]
fn old(_: &StoredFile, _: [u8; 32]) -> Result<File, SourceError> {
    Err(SourceError::NotThisKind {
        expected: "xlsx",
        found: "xls",
    })
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
