//! A stored file that several read at once, each at its own place.

use std::{
    fs::{File, Metadata},
    io::{self, Read, Seek, SeekFrom},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A reader of an open file. Its copies read the same file, whatever is put under the file's name meanwhile, and each from
/// its own place: a copy of the system's handle would share the place with it.
#[derive(Clone)]
pub(crate) struct StoredFile {
    file: Arc<Mutex<File>>,
    at: u64,
}

impl StoredFile {
    pub(crate) fn new(file: File) -> Self {
        Self {
            file: Arc::new(Mutex::new(file)),
            at: 0,
        }
    }

    /// A reader of the same file, at its beginning.
    #[cfg(any(feature = "csv", feature = "xlsx"))]
    pub(crate) fn anew(&self) -> Self {
        Self {
            file: Arc::clone(&self.file),
            at: 0,
        }
    }

    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        self.lock().metadata()
    }

    /// Puts bytes behind the last ones.
    #[cfg(feature = "xlsx")]
    pub(crate) fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut file = self.lock();
        file.seek(SeekFrom::End(0))?;
        io::Write::write_all(&mut *file, bytes)
    }

    fn lock(&self) -> MutexGuard<'_, File> {
        // Nobody relies on the place at which another reader left it.
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Read for StoredFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = {
            let mut file = self.lock();
            file.seek(SeekFrom::Start(self.at))?;
            file.read(into)?
        };
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl Seek for StoredFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = {
            let mut file = self.lock();
            match to {
                // Refused by the system where it is beyond what a file can have.
                SeekFrom::Start(_) | SeekFrom::End(_) => file.seek(to)?,
                SeekFrom::Current(by) => {
                    file.seek(SeekFrom::Start(self.at))?;
                    file.seek(SeekFrom::Current(by))?
                }
            }
        };
        Ok(self.at)
    }
}

#[cfg(all(test, feature = "xlsx"))]
mod tests {
    use super::*;

    #[test]
    fn each_reader_has_its_own_place() {
        let mut first = StoredFile::new(tempfile::tempfile().unwrap());
        first.append(b"0123456789").unwrap();
        let mut two = [0; 2];
        first.read_exact(&mut two).unwrap();
        let mut second = first.anew();
        let mut copy = first.clone();
        second.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"01");
        copy.seek(SeekFrom::Current(5)).unwrap();
        first.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"23");
        copy.read_exact(&mut two).unwrap();
        assert_eq!(&two, b"78");
        assert_eq!(copy.seek(SeekFrom::End(-1)).unwrap(), 9);
        assert!(copy.seek(SeekFrom::Start(u64::MAX)).is_err());
    }
}
