//! Excel workbooks as rows.
//!
//! A few kilobytes of workbook can unfold to gigabytes, so nothing is held that has not been counted: shared strings lie in
//! memory up to a limit and in a file beyond, a sheet is read node by node. It is read twice, first to its end for nothing
//! but its faults and its length, so that a damaged one brings no row in.

mod archive;
mod book;
mod format;
mod held;
mod sheet;
mod strings;
mod text;
mod value;
mod xml;

use std::{io::Read, sync::Arc};

use sha2::{Digest, Sha256};

use self::{
    archive::{Archive, PartReader},
    book::Book,
    held::Room,
    sheet::{Meaning, Sheet},
};
use crate::{
    limits::{FILE, workbook::SHEET},
    stored::StoredFile,
    table::{TableOptions, io_error, too_large},
};
use crm_core::import::{RawRow, RowSource, SourceError};

/// The stream that a workbook behind a password is in, as the container names it: in UTF-16.
const ENCRYPTED: &[u8] = b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0";

/// A sheet that is being read.
pub(crate) struct XlsxSource {
    list: Arc<List>,
    meaning: Meaning,
    sheet: Sheet<PartReader>,
    headings: Vec<String>,
    done: u64,
    /// The last row that is not blank.
    last: u64,
}

/// What all that read the sheet share.
struct List {
    archive: Archive,
    name: String,
    part: String,
    /// The names of the others.
    others: Vec<String>,
    digest: [u8; 32],
}

/// Reads `file`, which stands at its beginning, to the end for its faults, then again up to the sheet's headings.
pub(crate) fn open(file: StoredFile, options: &TableOptions) -> Result<XlsxSource, SourceError> {
    let (archive, digest) = checked(file)?;
    let mut room = Room::new();
    let book = Book::read(&archive, &mut room)?;
    let chosen = book.choose(options.sheet.as_deref())?;
    let meaning = Meaning {
        strings: book.strings(&archive, &mut room)?,
        formats: Arc::new(book.formats(&archive, &mut room)?),
        from_1904: book.from_1904,
    };
    let list = List {
        name: chosen.name.clone(),
        part: chosen.part.clone(),
        others: book
            .sheets
            .iter()
            .filter(|sheet| sheet.part != chosen.part)
            .map(|sheet| sheet.name.clone())
            .collect(),
        archive,
        digest,
    };
    let (mut sheet, headings) = list.open(&meaning)?;
    let (mut row, mut last) = (RawRow::default(), sheet.line());
    while sheet.next_row(&mut row, headings.len())? {
        last = row.line;
    }
    sheet.finish()?;
    XlsxSource::new(Arc::new(list), meaning, last)
}

impl List {
    fn open(&self, meaning: &Meaning) -> Result<(Sheet<PartReader>, Vec<String>), SourceError> {
        Sheet::open(self.archive.read(&self.part, SHEET)?, meaning.again())
    }
}

impl XlsxSource {
    fn new(list: Arc<List>, meaning: Meaning, last: u64) -> Result<Self, SourceError> {
        let (sheet, headings) = list.open(&meaning)?;
        Ok(Self {
            list,
            meaning,
            done: sheet.line(),
            sheet,
            headings,
            last,
        })
    }
}

/// The names of the workbook's sheets with cells.
pub(crate) fn sheets(file: StoredFile) -> Result<Vec<String>, SourceError> {
    let (archive, _) = checked(file)?;
    let book = Book::read(&archive, &mut Room::new())?;
    Ok(book.sheets.into_iter().map(|sheet| sheet.name).collect())
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

impl RowSource for XlsxSource {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let more = self.sheet.next_row(row, self.headings.len())?;
        self.done = match more {
            true => row.line,
            false => self.last,
        };
        self.last = self.last.max(self.done);
        Ok(more)
    }

    fn progress(&self) -> (u64, u64) {
        (self.done, self.last)
    }

    fn digest(&self) -> [u8; 32] {
        self.list.digest
    }

    fn reading(&self) -> String {
        format!("sheet {:?}", self.list.name)
    }

    fn again(&self) -> Result<Option<Box<dyn RowSource>>, SourceError> {
        let again = Self::new(Arc::clone(&self.list), self.meaning.again(), self.last)?;
        Ok(Some(Box::new(again)))
    }

    fn left_unread(&self) -> Vec<String> {
        self.list.others.clone()
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
}
