//! Beginning an import, or going on with the one that was stopped.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::{ImportJob, dry_run::DryRun, reader::List};
use crate::{
    access::{CorrectDeals, Grant, ImportCustomers},
    error::{Error, Result},
    import::{ImportOptions, ListKind, PastList, RowSource, plan_columns},
    model::{AuditKind, Import, ImportCounts, ImportId, ImportState},
    service::{
        Session,
        audit::hex,
        door::{ReadTx, WriteTx},
        draft::check_owner,
    },
};

/// The job of a list: a new one, or the one of the same list and options that has not ended.
pub(super) fn start(
    session: &Session,
    source: Box<dyn RowSource>,
    mut options: ImportOptions,
) -> Result<ImportJob> {
    let plan = plan_columns(source.headings(), &options).map_err(|problems| Error::Invalid { problems })?;
    let door = &session.door;
    if plan.kind == ListKind::Past(PastList::Contracts) {
        // As one by one: a list is no way round (R5.3).
        door.read(session.caller, |_, _: &Grant<'_, CorrectDeals>| Ok(()))?;
    }
    if let Some(owner) = &mut options.owner {
        // However the owner was called, it is the same import.
        *owner = door.read(session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
            let owner = check_owner(tx, grant, Some(owner))?;
            owner.map(|id| id.to_string()).map_err(Error::invalid)
        })?;
    }
    let fingerprint = fingerprint(&*source, &options)?;
    let begin = |tx: &ReadTx<'_, '_>, now, id| -> Result<(Import, bool)> {
        let grant: Grant<'_, ImportCustomers> = tx.grant()?;
        let by = tx.actor().user();
        let before = tx.import_by_fingerprint(&grant, &fingerprint)?;
        if let Some(import) = before.filter(|there| there.state == ImportState::Running) {
            return Ok((import, true));
        }
        let (fingerprint, counts) = (fingerprint.clone(), ImportCounts::default());
        let state = ImportState::Running;
        Ok((
            Import {
                id,
                fingerprint,
                by,
                started_at: now,
                changed_at: now,
                state,
                counts,
            },
            false,
        ))
    };
    let (import, resumed) = match options.dry_run {
        true => door.read(session.caller, |tx, _: &Grant<'_, ImportCustomers>| {
            begin(tx, crate::DateTime::UNIX_EPOCH, ImportId::from_bytes([0; 16]))
        })?,
        false => door.write(
            session.caller,
            AuditKind::ImportChanged,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ImportCustomers>| {
                let (import, resumed) = begin(&tx.reads(), tx.now(), ImportId::from_bytes(tx.new_id()))?;
                if !resumed {
                    tx.add(grant, import.clone());
                }
                Ok((import, resumed))
            },
        )?,
    };
    let dry_run = options.dry_run.then(DryRun::default);
    let to_skip = import.counts.rows;
    let unread_sheets = source.left_unread();
    let session = session.clone();
    Ok(ImportJob {
        session,
        list: List::new(source),
        options,
        plan,
        unread_sheets,
        import,
        resumed,
        to_skip,
        dry_run,
        queue: VecDeque::new(),
        spent: Vec::new(),
        last: None,
    })
}

/// SHA-256 of the list, of how it is read, and of everything else that changes what becomes of a row.
fn fingerprint(source: &dyn RowSource, options: &ImportOptions) -> Result<String> {
    let options = serde_json::to_vec(options).map_err(Error::internal)?;
    let hash: [u8; 32] = Sha256::new()
        .chain_update(source.digest())
        .chain_update(options)
        .chain_update(source.reading())
        .finalize()
        .into();
    Ok(hex(&hash))
}
