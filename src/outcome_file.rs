//! The file that an import's outcome goes into: written beside its place, under a name of its own, and put there when it
//! is whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Read},
    path::{Path, PathBuf},
};

use crm_exchange::OutcomeWriter;
use crm_sqlite::is_open_here;

use crate::{Code, Error, ImportRow, Language, Problem, Result, model::fields};

/// What follows the name of an outcome that is being written.
const PART: &str = "part";
/// Outcomes of one name that may be in writing at once, those of programs that were killed among them.
const PARTS: u32 = 100;
/// How every SQLite file begins, and what the files beside it are called.
const DATABASE: &[u8] = b"SQLite format 3\0";
const BESIDE_A_DATABASE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// An outcome that is being written.
pub(crate) struct OutcomeFile {
    place: PathBuf,
    language: Language,
    part: Option<Part>,
}

/// The file as far as it has been written; gone with the outcome, unless that has been put in its place.
struct Part {
    path: PathBuf,
    writer: OutcomeWriter<BufWriter<File>>,
}

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

impl OutcomeFile {
    /// Begins an outcome that is to go to `place`, where nothing changes yet.
    ///
    /// # Errors
    /// `file.outcome_in_use` where the list is, or a database; `file.outcome` where no file can be.
    pub(crate) fn begin(place: &Path, list: &Path, language: Language) -> Result<Self> {
        // Where a link leads to is where the outcome goes; the working folder may be another one when it is whole.
        let place = place
            .canonicalize()
            .or_else(|_| std::path::absolute(place))
            .map_err(cannot_write)?;
        match place.metadata() {
            _ if is_open_here(&place) => return Err(in_use()),
            Ok(there) if !there.is_file() => return Err(cannot_write("this is no regular file")),
            Ok(_) if is_same(&place, list) || is_database(&place) => return Err(in_use()),
            _ if is_beside_a_database(&place) => return Err(in_use()),
            _ => {}
        }
        let mut outcome = Self {
            place,
            language,
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
        let part = Part::create(&self.place, self.language).map_err(cannot_write)?;
        self.part = Some(part);
        Ok(())
    }

    /// Writes what became of a row. After an error nothing is left of the outcome.
    ///
    /// # Errors
    /// `file.outcome`.
    pub(crate) fn write(&mut self, row: &ImportRow) -> Result<()> {
        let written = match &mut self.part {
            Some(part) => part.writer.write(row),
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
        let Some(mut part) = self.part.take() else {
            return Ok(());
        };
        let placed = part.writer.flush().and_then(|()| {
            // On the disk before its name is: a power cut leaves one or the other, and never half of it.
            OpenOptions::new().write(true).open(&part.path)?.sync_all()?;
            fs::rename(&part.path, &self.place)
        });
        placed.map_err(cannot_write)?;
        // Whatever has this name from now on is another's.
        part.path.clear();
        Ok(())
    }
}

impl Part {
    fn create(place: &Path, language: Language) -> io::Result<Self> {
        let (path, file) = new_beside(place)?;
        if let Ok(there) = place.metadata() {
            // Whoever may read the one that is replaced may read this one, and nobody else.
            fs::set_permissions(&path, there.permissions())?;
        }
        let writer = OutcomeWriter::new(BufWriter::new(file), language);
        match writer {
            Ok(writer) => Ok(Self { path, writer }),
            Err(error) => {
                let _ = fs::remove_file(&path);
                Err(error)
            }
        }
    }
}

/// A new file in the same folder: `outcome.csv.part`, or with a number where that is taken.
fn new_beside(place: &Path) -> io::Result<(PathBuf, File)> {
    let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let mut taken = io::Error::from(io::ErrorKind::AlreadyExists);
    for n in 0..PARTS {
        let mut part = name.to_owned();
        match n {
            0 => part.push(format!(".{PART}")),
            n => part.push(format!(".{n}.{PART}")),
        }
        let path = place.with_file_name(part);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = error,
            Err(error) => return Err(error),
        }
    }
    Err(taken)
}

/// Whether two paths lead to one file, by whatever links.
fn is_same(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;

        let file = |path: &Path| path.metadata().map(|file| (file.dev(), file.ino())).ok();
        file(a).is_some_and(|a| Some(a) == file(b))
    }
    #[cfg(not(unix))]
    {
        a.canonicalize()
            .is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b))
    }
}

fn is_database(path: &Path) -> bool {
    let mut head = [0; DATABASE.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == DATABASE
}

/// Whether a path is one that SQLite keeps beside a database that is there.
fn is_beside_a_database(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let of = |ending: &&str| name.as_deref().and_then(|name| name.strip_suffix(ending));
    BESIDE_A_DATABASE
        .iter()
        .filter_map(of)
        .map(|database| path.with_file_name(database))
        .any(|database| database.is_file() && is_database(&database))
}

pub(crate) fn cannot_write(error: impl ToString) -> Error {
    Error::invalid(Problem::with(fields::OUTCOME, Code::OutcomeIo, error.to_string()))
}

fn in_use() -> Error {
    Error::invalid(Problem::new(fields::OUTCOME, Code::OutcomeInUse))
}
