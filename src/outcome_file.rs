//! The file that an import's outcome goes into.

use std::{
    fs::File,
    io::BufWriter,
    path::{Path, PathBuf},
};

use crm_exchange::OutcomeWriter;

use crate::{
    ImportRow, Language, Result,
    import::Plan,
    placed::{Part, cannot_write, place_of},
    relist::{Relist, Relisted},
};

/// An outcome that is being written.
pub(crate) struct OutcomeFile {
    place: PathBuf,
    language: Language,
    list: Relist,
    part: Option<Writing>,
}

struct Writing {
    part: Part,
    writer: OutcomeWriter<BufWriter<File>>,
    names: Names,
}

/// What the list calls its customers. What became of the rows matters more: where it cannot be read again, names are left blank.
enum Names {
    /// Nothing has been asked yet.
    Unread,
    Read(Box<Relisted>),
    Lost,
}

impl Names {
    fn of_row(&mut self, line: u64, list: &Relist, plan: &Plan) -> Option<String> {
        if let Self::Unread = self {
            *self = list.open().map_or(Self::Lost, |list| Self::Read(Box::new(list)));
        }
        let Self::Read(list) = self else { return None };
        match list.row(line) {
            Ok(found) => found.and_then(|found| plan.name_in(&found.cells)),
            Err(_) => {
                *self = Self::Lost;
                None
            }
        }
    }
}

impl OutcomeFile {
    /// Begins an outcome that is to go to `place`, where nothing changes yet.
    ///
    /// # Errors
    /// `file.outcome_in_use` where the list is, or a database; `file.outcome` where no file can be.
    pub(crate) fn begin(place: &Path, list: Relist, language: Language) -> Result<Self> {
        let mut outcome = Self {
            place: place_of(place, list.path())?,
            language,
            list,
            part: None,
        };
        outcome.restart()?;
        Ok(outcome)
    }

    /// Whether it holds what was written since it began: not after an error.
    pub(crate) fn is_whole(&self) -> bool {
        self.part.is_some()
    }

    /// Begins again, from the headings.
    ///
    /// # Errors
    /// `file.outcome`.
    pub(crate) fn restart(&mut self) -> Result<()> {
        self.part = None;
        let (part, file) = Part::create(&self.place).map_err(cannot_write)?;
        let writer = OutcomeWriter::new(BufWriter::new(file), self.language).map_err(cannot_write)?;
        let names = Names::Unread;
        self.part = Some(Writing { part, writer, names });
        Ok(())
    }

    /// Writes what became of a row. After an error nothing is left of the outcome.
    ///
    /// # Errors
    /// `file.outcome`.
    pub(crate) fn write(&mut self, row: &ImportRow, plan: &Plan) -> Result<()> {
        let written = match &mut self.part {
            Some(Writing { writer, names, .. }) => {
                let name = names.of_row(row.line, &self.list, plan);
                writer.write(row, name.as_deref())
            }
            None => Ok(()),
        };
        written.map_err(|error| {
            self.part = None;
            cannot_write(error)
        })
    }

    /// Puts the outcome in its place. After an error nothing is left of it, and its place is as it was.
    ///
    /// # Errors
    /// `file.outcome`.
    pub(crate) fn finish(&mut self) -> Result<()> {
        let Some(Writing { part, mut writer, .. }) = self.part.take() else {
            return Ok(());
        };
        let placed = writer.flush().and_then(|()| part.put(&self.place));
        placed.map_err(cannot_write)
    }
}
