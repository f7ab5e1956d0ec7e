//! SQLite's failures in the library's terms. No detail carries data or SQL.

use crm_core::{Code, Error, Result};
use rusqlite::{ErrorCode, ffi};

/// Turns what rusqlite answers into the library's error.
pub(crate) trait OrStorage<T> {
    /// The value, or the library's error.
    fn or_storage(self) -> Result<T>;
}

impl<T> OrStorage<T> for rusqlite::Result<T> {
    fn or_storage(self) -> Result<T> {
        self.map_err(|error| storage_error(&error))
    }
}

/// The library's error for one of rusqlite's.
pub(crate) fn storage_error(error: &rusqlite::Error) -> Error {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => sqlite_error(*failure),
        rusqlite::Error::SqlInputError { error, .. } => sqlite_error(*error),
        rusqlite::Error::Utf8Error(column, _) => {
            Error::storage(Code::StorageCorrupt, format_args!("column {column} is no text"))
        }
        // A value of another type, or beyond what its column can hold: the file was written by something else.
        rusqlite::Error::FromSqlConversionFailure(column, kind, _) => Error::storage(
            Code::StorageCorrupt,
            format_args!("column {column} cannot be read from {kind}"),
        ),
        rusqlite::Error::IntegralValueOutOfRange(column, _) => Error::storage(
            Code::StorageCorrupt,
            format_args!("column {column} is out of range"),
        ),
        rusqlite::Error::InvalidColumnType(column, _, kind) => {
            Error::storage(Code::StorageCorrupt, format_args!("column {column} is {kind}"))
        }
        // Every statement is the library's own: only a damaged file answers one otherwise than it is asked.
        _ => Error::storage(
            Code::StorageCorrupt,
            "a statement was answered as no whole file does",
        ),
    }
}

fn sqlite_error(failure: ffi::Error) -> Error {
    // The text that SQLite has for the code: never the message of the statement, which may name what was written.
    let detail = ffi::code_to_str(failure.extended_code);
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => {
            Error::retryable(Code::StorageBusy, detail)
        }
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Error::storage(Code::StorageReadOnly, detail),
        ErrorCode::DiskFull => Error::storage(Code::StorageFull, detail),
        // Every statement is the library's own, and fits the schema that it makes: a table or a column is not there.
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::Unknown => {
            Error::storage(Code::StorageCorrupt, detail)
        }
        ErrorCode::OperationInterrupted => Error::retryable(Code::StorageInterrupted, detail),
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::OutOfMemory
        | ErrorCode::NoLargeFileSupport => Error::storage(Code::StorageIo, detail),
        _ => Error::internal(format_args!("{detail} ({})", failure.extended_code)),
    }
}

/// A stored value that no release of the library writes.
pub(crate) fn unreadable(what: &str) -> Error {
    Error::storage(
        Code::StorageCorrupt,
        format_args!("a stored {what} cannot be read"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_of(extended_code: i32) -> (Code, bool) {
        let error = storage_error(&rusqlite::Error::SqliteFailure(
            ffi::Error::new(extended_code),
            Some("林".into()),
        ));
        assert!(!error.to_string().contains('林'), "no data in {error}");
        (error.code(), error.is_retryable())
    }

    #[test]
    fn each_failure_has_its_code() {
        assert_eq!(code_of(ffi::SQLITE_BUSY), (Code::StorageBusy, true));
        assert_eq!(code_of(ffi::SQLITE_BUSY_SNAPSHOT), (Code::StorageBusy, true));
        assert_eq!(
            code_of(ffi::SQLITE_READONLY_DIRECTORY),
            (Code::StorageReadOnly, false)
        );
        assert_eq!(code_of(ffi::SQLITE_FULL), (Code::StorageFull, false));
        assert_eq!(code_of(ffi::SQLITE_CORRUPT_INDEX), (Code::StorageCorrupt, false));
        assert_eq!(code_of(ffi::SQLITE_NOTADB), (Code::StorageCorrupt, false));
        assert_eq!(code_of(ffi::SQLITE_IOERR_READ), (Code::StorageIo, false));
        assert_eq!(code_of(ffi::SQLITE_INTERRUPT), (Code::StorageInterrupted, true));
        assert_eq!(code_of(ffi::SQLITE_CONSTRAINT_UNIQUE), (Code::Internal, false));
    }
}
