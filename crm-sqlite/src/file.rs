//! Which file it is that a store has open, and who in this process has it open.
//!
//! SQLite tells a file by its device and inode, and a process' locks on it by that; so do we. Two things would break them:
//! closing any other handle on the file in this process, which drops its locks, and a fork, whose child inherits what
//! SQLite believes to have locked, and none of the locks. Besides, whoever moves or replaces the file or its log under an
//! open store would have every later commit go into nothing. On Windows SQLite keeps the files open so that nobody can
//! move or delete them, there is no fork, and handles do not share locks: nothing of this is needed.

use std::{
    io,
    path::{Path, PathBuf},
    process,
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError, Weak,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::Duration,
};

use crm_core::{Code, Error, Problem, Result, model::fields};

/// A store's connections, as a forked child has them.
pub(crate) trait Inherited: Send + Sync {
    /// Closes them without touching the file, where none was in use at the fork; false if one was.
    fn let_go(&self) -> bool;
}

/// The files that stores of this process have open, and, in a forked child, those that its parent's had.
static OPEN: Mutex<Vec<Open>> = Mutex::new(Vec::new());
/// The process that has last looked at them; 0 before the first.
static PROCESS: AtomicU32 = AtomicU32::new(0);
/// How often a forked child asks for them, and how long it rests between: a thread that had them at the fork is not there
/// any more to give them back.
const TRIES: u32 = 20;
const REST: Duration = Duration::from_millis(1);

struct Open {
    file: FileId,
    path: PathBuf,
    store: u64,
    process: u32,
    connections: Weak<dyn Inherited>,
}

/// What tells a file from every other one that exists now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    /// What stands at a path.
    pub(crate) fn at(path: &Path) -> io::Result<Self> {
        let metadata = path.metadata()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;

            Ok(Self {
                device: metadata.dev(),
                inode: metadata.ino(),
            })
        }
        #[cfg(not(unix))]
        {
            let _ = metadata;
            Ok(Self { device: 0, inode: 0 })
        }
    }

    /// What stands at a path, if anything does.
    ///
    /// # Errors
    /// `storage.io` where that cannot be told.
    pub(crate) fn find(path: &Path) -> Result<Option<Self>> {
        match Self::at(path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::storage(Code::StorageIo, error.kind())),
        }
    }
}

/// The path of a database, from the root on: the working folder may be another one when it is opened again. A path from
/// the root is also never taken for one of SQLite's URIs.
///
/// # Errors
/// `path.invalid` for what is no file's path.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf> {
    let refused = || {
        let path = path.display().to_string();
        Error::invalid(Problem::with(fields::PATH, Code::PathInvalid, path))
    };
    let text = path.as_os_str().as_encoded_bytes();
    if text.is_empty() || text.starts_with(b"file:") || text.starts_with(b":") || text.contains(&0) {
        return Err(refused());
    }
    std::path::absolute(path).map_err(|_| refused())
}

/// Whether a store of this process has this file open, as its database or beside it. Nothing is opened to tell: closing
/// another handle on such a file would drop the store's locks.
pub fn is_open_here(path: &Path) -> bool {
    cfg!(unix) && (is_noted(path) || is_beside_open(path))
}

/// Whether it is a file that SQLite keeps beside a database which a store of this process has open.
pub(crate) fn is_beside_open(path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let name = path.file_name().map(|name| name.to_string_lossy());
    ["-wal", "-shm"]
        .iter()
        .filter_map(|ending| name.as_deref()?.strip_suffix(ending))
        .any(|database| cfg!(unix) && is_noted(&path.with_file_name(database)))
}

fn is_noted(path: &Path) -> bool {
    let Ok(file) = FileId::at(path) else {
        return false;
    };
    // One that was just closed is still noted, and its inode may be another's by now.
    let is_it = |there: &Open| there.file == file && FileId::at(&there.path).is_ok_and(|now| now == file);
    // Where it cannot be told, it may be.
    OpenFiles::lock().map_or(true, |open| open.0.iter().any(is_it))
}

/// The log that stands beside a database.
pub(crate) fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// The files as they were when a writer opened them.
#[derive(Clone, Debug)]
pub(crate) struct Files {
    database: PathBuf,
    log: PathBuf,
    found: (FileId, FileId),
}

impl Files {
    /// Takes down what stands at the paths of an open database that has been read.
    ///
    /// # Errors
    /// `storage.replaced` if one of them is missing already.
    pub(crate) fn of(database: &Path) -> Result<Self> {
        // SQLite puts the log beside what a link leads to.
        let log = log_of(&database.canonicalize().map_err(|_| replaced())?);
        let found = both(database, &log).ok_or_else(replaced)?;
        Ok(Self {
            database: database.to_owned(),
            log,
            found,
        })
    }

    /// Where the database is.
    pub(crate) fn path(&self) -> &Path {
        &self.database
    }

    /// Where its log is.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Whether what stands at the paths is what was opened.
    ///
    /// # Errors
    /// `storage.replaced` if it is not.
    pub(crate) fn check(&self) -> Result<()> {
        match both(&self.database, &self.log) {
            Some(found) if found == self.found => Ok(()),
            _ => Err(replaced()),
        }
    }
}

fn both(database: &Path, log: &Path) -> Option<(FileId, FileId)> {
    Some((FileId::at(database).ok()?, FileId::at(log).ok()?))
}

/// The file or its log is another one than was opened.
pub(crate) fn replaced() -> Error {
    Error::storage(
        Code::StorageReplaced,
        "another file, or none, stands where the database or its log was opened",
    )
}

fn forked() -> Error {
    Error::storage(
        Code::StorageForked,
        "the process that this one was forked from was using the file",
    )
}

/// The list of open files, held while a file is opened or closed.
pub(crate) struct OpenFiles(MutexGuard<'static, Vec<Open>>);

impl OpenFiles {
    /// Waits for whoever opens or closes a file.
    ///
    /// # Errors
    /// `storage.forked` in the child of a process that was just opening or closing one.
    pub(crate) fn lock() -> Result<Self> {
        let here = process::id();
        let known = PROCESS.load(Ordering::Relaxed);
        if known == 0 || known == here {
            let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
            PROCESS.store(here, Ordering::Relaxed);
            return Ok(Self(open));
        }
        for _ in 0..TRIES {
            match OPEN.try_lock() {
                Ok(open) => {
                    PROCESS.store(here, Ordering::Relaxed);
                    return Ok(Self(open));
                }
                Err(TryLockError::Poisoned(poisoned)) => return Ok(Self(poisoned.into_inner())),
                Err(TryLockError::WouldBlock) => thread::sleep(REST),
            }
        }
        Err(forked())
    }

    /// Whether a store of this process has the file open: then its bytes are not to be read past SQLite. What a parent had
    /// open is let go of first.
    ///
    /// # Errors
    /// `storage.forked` if the parent was using the file at the fork.
    pub(crate) fn has(&mut self, file: FileId) -> Result<bool> {
        let here = process::id();
        let mut stuck = false;
        self.0.retain(|open| {
            let inherited = open.file == file && open.process != here;
            let gone = inherited && open.connections.upgrade().is_some_and(|open| open.let_go());
            stuck |= inherited && !gone;
            !gone
        });
        match stuck {
            true => Err(forked()),
            false => Ok(self.0.iter().any(|open| open.file == file)),
        }
    }

    /// Notes that a store has the file open.
    pub(crate) fn add(
        &mut self,
        file: FileId,
        path: &Path,
        (store, connections): (u64, Weak<dyn Inherited>),
    ) -> Noted {
        self.0.push(Open {
            file,
            path: path.to_owned(),
            store,
            process: process::id(),
            connections,
        });
        Noted { store }
    }
}

/// That a store has a file open; to be dropped after its connections.
pub(crate) struct Noted {
    store: u64,
}

impl Drop for Noted {
    fn drop(&mut self) {
        forget(self.store);
    }
}

/// Notes that a store has no file open any more.
pub(crate) fn forget(store: u64) {
    if let Ok(mut open) = OpenFiles::lock() {
        open.0.retain(|open| open.store != store);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_files_path_is_refused() {
        for path in [
            "",
            "file:x?mode=memory",
            "file:///tmp/x",
            ":memory:",
            ":x:",
            "a\0b",
        ] {
            let error = absolute(Path::new(path)).unwrap_err();
            assert_eq!((error.code(), path), (Code::PathInvalid, path));
        }
        assert!(absolute(Path::new("crm.db")).unwrap().is_absolute());
    }

    #[test]
    fn the_log_stands_beside_the_database() {
        assert_eq!(log_of(Path::new("/data/客户.db")), Path::new("/data/客户.db-wal"));
    }
}
