//! A file that is written beside its place, under a name of its own, and put there when it is whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read},
    path::{Path, PathBuf},
};

use crm_sqlite::is_open_here;

use crate::{Code, Error, Problem, Result, model::fields};

/// What follows the name of a file that is being written.
const PART: &str = "part";
/// Files of one name that may be in writing at once, those of programs that were killed among them.
const PARTS: u32 = 100;
/// How every SQLite file begins, and what the files beside it are called.
const DATABASE: &[u8] = b"SQLite format 3\0";
const BESIDE_A_DATABASE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Where a file that is told of `list` may go, whatever the working folder is when it is whole.
///
/// # Errors
/// `file.outcome_in_use` where the list is, or a database; `file.outcome` where no file can be.
pub(crate) fn place_of(place: &Path, list: &Path) -> Result<PathBuf> {
    // Where a link leads to is where the file goes.
    let place = place
        .canonicalize()
        .or_else(|_| std::path::absolute(place))
        .map_err(cannot_write)?;
    match place.metadata() {
        _ if is_open_here(&place) => Err(in_use()),
        Ok(there) if !there.is_file() => Err(cannot_write("this is no regular file")),
        Ok(_) if is_same(&place, list) || is_database(&place) => Err(in_use()),
        _ if is_beside_a_database(&place) => Err(in_use()),
        _ => Ok(place),
    }
}

/// A file as far as it has been written; gone unless it was put in its place.
pub(crate) struct Part(PathBuf);

impl Drop for Part {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

impl Part {
    /// Begins a file that is to go to `place`, where nothing changes yet.
    pub(crate) fn create(place: &Path) -> io::Result<(Self, File)> {
        let (path, file) = new_beside(place)?;
        let part = Self(path);
        if let Ok(there) = place.metadata() {
            // Whoever may read the one that is replaced may read this one, and nobody else.
            fs::set_permissions(&part.0, there.permissions())?;
        }
        Ok((part, file))
    }

    /// Puts what was written in its place, which stays as it was after an error.
    pub(crate) fn put(mut self, place: &Path) -> io::Result<()> {
        // On the disk before its name is: a power cut leaves one or the other, and never half of it.
        OpenOptions::new().write(true).open(&self.0)?.sync_all()?;
        fs::rename(&self.0, place)?;
        // Whatever has this name from now on is another's.
        self.0.clear();
        Ok(())
    }
}

/// A file that stands in its place whole or not at all: what was there stays until [`put`](Self::put), and where that is not
/// called, nothing is left of the new one.
///
/// ```
/// use std::io::Write;
///
/// let folder = tempfile::tempdir()?;
/// let place = folder.path().join("list.txt");
/// let (whole, mut file) = crmkit::WholeFile::begin(&place)?;
/// file.write_all(b"half")?;
/// assert!(!place.exists());
/// whole.put()?;
/// assert_eq!(std::fs::read(&place)?, b"half");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct WholeFile {
    part: Part,
    place: PathBuf,
}

impl WholeFile {
    /// Begins a file that is to go to `place`, to be written and read.
    ///
    /// # Errors
    /// `file.outcome_in_use` where a database is; `file.outcome` where no file can be.
    pub fn begin(place: &Path) -> Result<(Self, File)> {
        let place = place_of(place, Path::new(""))?;
        let (part, file) = Part::create(&place).map_err(cannot_write)?;
        Ok((Self { part, place }, file))
    }

    /// Puts what was written in its place.
    ///
    /// # Errors
    /// `file.outcome` for a file that cannot be put there, which stays as it was.
    pub fn put(self) -> Result<()> {
        self.part.put(&self.place).map_err(cannot_write)
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
        match OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
        {
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
