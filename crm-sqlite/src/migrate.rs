//! Whose file it is, and bringing its schema up to this release's.
//!
//! Migrations are append-only: each released one stays as it is, and `user_version` counts those that a file has seen.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};

use crm_core::{Code, Error, Result};
use rusqlite::{CachedStatement, Connection, Rows};

use crate::error::OrStorage;

const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_service_record.sql"),
    include_str!("../migrations/0003_tell_hidden_owner.sql"),
    include_str!("../migrations/0004_status_and_owner.sql"),
    include_str!("../migrations/0005_follow_up.sql"),
    include_str!("../migrations/0006_quiet_marks_lost.sql"),
    include_str!("../migrations/0007_reminder.sql"),
    include_str!("../migrations/0008_opportunity.sql"),
    include_str!("../migrations/0009_renewal.sql"),
    include_str!("../migrations/0010_account.sql"),
    include_str!("../migrations/0011_request.sql"),
    include_str!("../migrations/0012_record_openings.sql"),
    include_str!("../migrations/0013_merge.sql"),
    include_str!("../migrations/0014_sorts.sql"),
    include_str!("../migrations/0015_tokens.sql"),
    include_str!("../migrations/0016_attachment.sql"),
    include_str!("../migrations/0017_import_row_record.sql"),
    include_str!("../migrations/0018_opportunity_extra.sql"),
    include_str!("../migrations/0019_report.sql"),
    include_str!("../migrations/0020_registration.sql"),
    include_str!("../migrations/0021_facts.sql"),
    include_str!("../migrations/0022_contact_phone.sql"),
];

/// The schema that this release reads and writes.
pub(crate) const VERSION: i32 = MIGRATIONS.len() as i32;

/// Marks a file as ours: "crmk".
const APPLICATION_ID: i32 = 0x6372_6d6b;

/// What stands in the first bytes of every SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What a file says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    application: i32,
    version: i32,
    empty: bool,
}

impl Identity {
    fn check(self) -> Result<()> {
        match (self.application, self.version) {
            (APPLICATION_ID, version) if version > VERSION => Err(newer(version)),
            (APPLICATION_ID, version) if version < 1 => Err(Error::storage(
                Code::StorageCorrupt,
                format_args!("schema {version} was never made"),
            )),
            (APPLICATION_ID, _) => Ok(()),
            (0, 0) if self.empty => Ok(()),
            _ => Err(Error::storage(Code::StorageNotOurs, "another program's database")),
        }
    }
}

fn newer(version: i32) -> Error {
    Error::storage(
        Code::StorageNewer,
        format_args!("schema {version}, this release knows {VERSION}"),
    )
}

/// Refuses what is no stored file, before it is opened: opening a pipe waits for somebody to write, and what a device
/// gives has no end.
///
/// # Errors
/// `storage.not_ours`, `storage.io`.
pub(crate) fn check_stored(path: &Path) -> Result<()> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() || metadata.is_dir() => Ok(()),
        Ok(_) => Err(Error::storage(Code::StorageNotOurs, "a device or a pipe")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::storage(Code::StorageIo, error.kind())),
    }
}

/// Looks at a file's first bytes before SQLite does, since opening alone may already change files beside it. A file
/// that is missing or empty will be made ours.
///
/// # Errors
/// `storage.corrupt`, `storage.not_ours`, `storage.newer`, `storage.io`.
pub(crate) fn check_file(path: &Path) -> Result<()> {
    let mut header = [0; 100];
    let io = |error: std::io::Error| Error::storage(Code::StorageIo, error.kind());
    check_stored(path)?;
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io(error)),
    };
    let length = file.metadata().map_err(io)?.len();
    match file.read_exact(&mut header) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::UnexpectedEof && length == 0 => return Ok(()),
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            return Err(Error::storage(
                Code::StorageCorrupt,
                "shorter than a database's header",
            ));
        }
        Err(error) => return Err(io(error)),
    }
    if !header.starts_with(MAGIC) {
        return Err(Error::storage(Code::StorageCorrupt, "not a database"));
    }
    let number = |at: usize| {
        let bytes = header.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, i32::from_be_bytes)
    };
    // Whether it has tables stands further in, and is asked once it is open.
    Identity {
        application: number(68),
        version: number(60),
        empty: true,
    }
    .check()
}

/// Checks that an open database is ours or empty.
///
/// # Errors
/// `storage.corrupt`, `storage.not_ours`, `storage.newer`, `storage.busy`.
pub(crate) fn check_open(connection: &Connection) -> Result<i32> {
    let one = |sql: &str| {
        connection
            .query_row(sql, [], |row| row.get::<_, i32>(0))
            .or_storage()
    };
    let identity = Identity {
        application: one("PRAGMA application_id")?,
        version: one("PRAGMA user_version")?,
        empty: one("SELECT count(*) FROM sqlite_schema")? == 0,
    };
    identity.check()?;
    Ok(identity.version)
}

/// Brings the schema up to this release's, in one transaction. Whoever comes second finds nothing left to do.
///
/// # Errors
/// `storage.*`; nothing has changed then.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .or_storage()?;
    let version = check_open(&transaction)?;
    for migration in MIGRATIONS
        .iter()
        .skip(usize::try_from(version).unwrap_or_default())
    {
        transaction.execute_batch(migration).or_storage()?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION_ID)
        .or_storage()?;
    transaction
        .pragma_update(None, "user_version", VERSION)
        .or_storage()?;
    transaction.commit().or_storage()
}

/// The question which schema the file has. Being a transaction's first, its answer also fixes the snapshot.
///
/// # Errors
/// `storage.*`.
pub(crate) fn version(connection: &Connection) -> Result<CachedStatement<'_>> {
    connection.prepare_cached("PRAGMA user_version").or_storage()
}

/// Checks that no newer release has changed the schema since the file was opened; `answer` stays at its row.
///
/// # Errors
/// `storage.newer`, `storage.busy`.
pub(crate) fn check_version(answer: &mut Rows) -> Result<()> {
    let row = answer.next().or_storage()?;
    let row = row.ok_or_else(|| Error::internal("the file does not tell its schema"))?;
    match row.get(0).or_storage()? {
        VERSION => Ok(()),
        version => Err(newer(version)),
    }
}
