//! Beginning an import, or going on with the one that was stopped.

use std::collections::VecDeque;

use sha2::{Digest, Sha256};

use super::{
    ImportJob,
    dry_run::DryRun,
    reader::List,
    survey::{Survey, UnknownOwner},
};
use crate::{
    access::{CorrectDeals, Grant, ImportCustomers, ManagePeople},
    error::{Error, Problem, Result},
    import::{ImportOptions, ListKind, PastList, People, RowSource, plan_columns},
    model::{
        AuditKind, Import, ImportCounts, ImportId, ImportState, NewPeople, NewUser, Role, User, UserId,
        fields,
    },
    rules::{
        limit::{NEW_PEOPLE, at_most},
        person::check_user,
    },
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
    let mut plan =
        plan_columns(source.headings(), &options).map_err(|problems| Error::Invalid { problems })?;
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
    let survey = Survey::of(&*source, &plan);
    plan.dates.extend(survey.dates.clone());
    let people = people(session, &options)?;
    let unknown_owners = survey.unknown_owners(&plan, &people);
    if options.new_people == Some(NewPeople::Create) {
        enter(session, &unknown_owners, options.dry_run)?;
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
        unknown_owners,
        import,
        resumed,
        to_skip,
        dry_run,
        queue: VecDeque::new(),
        spent: Vec::new(),
        last: None,
    })
}

/// The users, as the list calls them.
///
/// # Errors
/// `owner.unknown`, `owner.ambiguous` for one who is said to be called so, and is nobody.
fn people(session: &Session, options: &ImportOptions) -> Result<People> {
    let users = session
        .door
        .read(session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
            tx.users(grant)
        })?;
    let people = People::new(users);
    let problems = options.owners.values().filter_map(|user| {
        let code = people.find(user).err()?;
        Some(Problem::with(fields::OWNER, code, user))
    });
    let problems: Vec<Problem> = problems.collect();
    match problems.is_empty() {
        true => Ok(people.called(&options.owners)),
        false => Err(Error::Invalid { problems }),
    }
}

/// Enters the owners that a list names and who are nobody here, as sales representatives who are not active (R9.5 h): an admin's to
/// do. A dry run but asks whether it may be done.
fn enter(session: &Session, unknown: &[UnknownOwner], dry_run: bool) -> Result<()> {
    at_most(fields::OWNER, unknown.len(), NEW_PEOPLE).map_err(Error::invalid)?;
    if dry_run || unknown.is_empty() {
        return session
            .door
            .read(session.caller, |_, _: &Grant<'_, ManagePeople>| Ok(()));
    }
    session.door.write(
        session.caller,
        AuditKind::UserAdded,
        |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ManagePeople>| {
            for UnknownOwner { name, .. } in unknown {
                let new = NewUser::of(name, name, Role::SalesRep);
                let id = UserId::from_bytes(tx.new_id());
                let user = check_user(&new, id, &[]).map_err(|problems| Error::Invalid { problems })?;
                tx.add(
                    grant,
                    User {
                        active: false,
                        ..user
                    },
                );
            }
            Ok(())
        },
    )
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
