//! Undoing an operation: its records become what they were, if nothing has changed them since (R8.5).

use std::collections::{BTreeMap, BTreeSet};

use super::{
    attachments::check_own,
    contacts::archived,
    contracts::check_free,
    deals::check_external_deal,
    door::{ReadTx, WriteTx, customers_of, only_settles},
    draft::{check_external_id, may_own},
    merge,
};
use crate::{
    access::{AssignCustomers, CorrectDeals, EditCustomers, Editable, Edits, Grant},
    audit::{Payload, payload},
    error::{Code, Error, Problem, Result},
    model::{
        Answer, Attachment, AuditEntry, AuditKind, Contact, Contract, Customer, CustomerNumber, Entity,
        Expectation, FollowUp, HandOver, Opportunity, ServiceRecord, StageChange, StatusChange, Task,
        TaskState, fields,
    },
    store::{Record, Records, StoreRead},
};

/// A record as an undo makes it: as it was before an entry.
pub(super) trait TakenBack: Record {
    /// What becomes of one that was entered: it is archived; none where it can be taken out.
    fn reverse_of_entering(now: &Self, at: crate::DateTime<crate::Utc>) -> Option<Self>;
}

/// Sorts that are archived when their entering is taken back, and how.
macro_rules! archived_instead {
    ($($name:ident by $archive:expr;)+) => {
        $(
            impl TakenBack for $name {
                fn reverse_of_entering(now: &Self, at: crate::DateTime<crate::Utc>) -> Option<Self> {
                    let archive: fn(&Self, crate::DateTime<crate::Utc>) -> Self = $archive;
                    Some(archive(now, at))
                }
            }
        )+
    };
}

archived_instead! {
    Customer by |now, at| now.clone().put_away(Some(at));
    Contact by archived;
    FollowUp by |now, at| now.clone().put_away(Some(at));
    Task by |now, _| Self { state: TaskState::Cancelled, ..now.clone() };
    ServiceRecord by |now, at| now.clone().put_away(Some(at));
    // The system that it came from may bring it again.
    Opportunity by |now, at| Self { external_id: None, ..now.clone().put_away(Some(at)) };
    Attachment by |now, at| now.clone().put_away(Some(at));
    Contract by |now, at| now.clone().put_away(Some(at));
}

/// Sorts that are taken out when their entering is taken back, and have no revision. The log keeps that they were there.
macro_rules! taken_out {
    ($($name:ident),+) => {
        $(
            impl TakenBack for $name {
                fn reverse_of_entering(_: &Self, _: crate::DateTime<crate::Utc>) -> Option<Self> {
                    None
                }
            }
        )+
    };
}

taken_out!(Answer, StatusChange, HandOver, StageChange, Expectation);

/// Changes a record back to what it was before an entry.
///
/// # Errors
/// `undo.erased` if the entry no longer says what that was.
pub(super) fn take_back<'tx, T: TakenBack, A: Edits<T>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    now: Editable<'tx, T>,
    entry: &AuditEntry,
) -> Result<()>
where
    crate::store::Delta: From<crate::store::Put<T>>,
{
    let entered = match Payload::of(entry) {
        Payload::Read(read) => read.before.is_none(),
        Payload::Erased | Payload::Unreadable => return Err(refused(Code::UndoErased)),
    };
    let before = match entered {
        true => T::reverse_of_entering(&now, tx.now()),
        false => Some(payload::before(entry, &*now).ok_or_else(|| refused(Code::UndoErased))?),
    };
    let before = before.map(|before| before.revised(&now));
    tx.take_back(grant, now, before, entry.seq);
    Ok(())
}

fn refused(code: Code) -> Error {
    Error::rule(Problem::new("", code))
}

/// Takes back a whole operation on customers and what hangs on them.
pub(super) fn operation<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    operation: u64,
) -> Result<()> {
    let entries = tx.reads().log_of_operation(grant, operation)?;
    let Some(first) = entries.first() else {
        return Err(Error::not_found(operation));
    };
    let undoable = |entry: &AuditEntry| {
        matches!(
            entry.about.entity,
            Entity::Customer
                | Entity::Contact
                | Entity::ServiceRecord
                | Entity::StatusChange
                | Entity::HandOver
                | Entity::FollowUp
                | Entity::Task
                | Entity::Answer
                | Entity::Opportunity
                | Entity::StageChange
                | Entity::Expectation
                | Entity::Contract
                | Entity::Attachment
        )
    };
    let named: BTreeSet<CustomerNumber> = entries.iter().flat_map(customers_of).collect();
    let named: Vec<CustomerNumber> = named.into_iter().collect();
    let now = tx.reads().where_now(grant, &named)?;
    let there: Vec<CustomerNumber> = now.values().copied().collect();
    let reached = tx.reads().editable_of(grant, &there)?;
    let is_reached = |number: &CustomerNumber| now.get(number).is_some_and(|now| reached.contains(now));
    let in_reach = |entry: &AuditEntry| {
        let customers = customers_of(entry);
        !customers.is_empty() && customers.iter().all(is_reached)
    };
    // Whose customers they are comes before what kind it was: what may not be seen is not there.
    if !entries.iter().any(in_reach) {
        return Err(Error::not_found(operation));
    }
    let kind = first.operation.kind;
    let is_merge = kind == AuditKind::CustomerMerged;
    if !(is_merge || entries.iter().all(undoable))
        || matches!(kind, AuditKind::Undone | AuditKind::ImportUndone)
    {
        return Err(refused(Code::UndoNever));
    }
    if closes_or_corrects(kind) {
        // It is taken back by whoever may reopen and correct (R5.2, R5.3).
        let _: Grant<'_, CorrectDeals> = tx.grant()?;
    }
    // An answer about a customer out of reach came or fell with what is in reach, and goes along, unseen.
    let along = |entry: &AuditEntry| entry.about.entity == Entity::Answer && !in_reach(entry);
    if !entries.iter().all(|entry| in_reach(entry) || along(entry)) {
        return Err(Error::not_found(operation));
    }
    if is_merge {
        return merge::take_back(tx, grant, &entries, |entry| along(entry));
    }
    let entered: BTreeSet<CustomerNumber> = entries
        .iter()
        .filter(|entry| entry.about.entity == Entity::Customer && entry.about.owner_before.is_none())
        .filter_map(|entry| entry.about.customer)
        .collect();
    // Who is primary follows from the other contacts, unless it was what the operation was about.
    let about_primary = entries.iter().all(only_settles);
    for entry in entries
        .iter()
        .rev()
        .filter(|entry| about_primary || !only_settles(entry))
    {
        // What came with a customer goes with it.
        let with_it = entry
            .about
            .customer
            .is_some_and(|number| entered.contains(&number));
        match entry.about.entity {
            Entity::Customer => {
                still_free(&tx.reads(), grant, entry)?;
                may_go_back(tx, grant, entry)?;
                one::<Customer>(tx, grant, entry)?;
            }
            Entity::Contact if !with_it => one::<Contact>(tx, grant, entry)?,
            Entity::ServiceRecord => one::<ServiceRecord>(tx, grant, entry)?,
            Entity::StatusChange => one::<StatusChange>(tx, grant, entry)?,
            Entity::HandOver => one::<HandOver>(tx, grant, entry)?,
            Entity::FollowUp => {
                own_follow_up(tx, grant, entry)?;
                move_attachments(tx, grant, entry, &entries)?;
                one::<FollowUp>(tx, grant, entry)?;
            }
            Entity::Task if is_notice_dealt_with(tx, grant, entry)? => {}
            Entity::Task => one::<Task>(tx, grant, entry)?,
            Entity::Opportunity => {
                deal_still_free(tx, grant, entry)?;
                one::<Opportunity>(tx, grant, entry)?;
            }
            // A deal whose entry is taken back is archived, and its ledgers stay with it: it may be restored (R2.10, R5.2).
            Entity::StageChange | Entity::Expectation
                if entry.operation.kind == AuditKind::OpportunityAdded => {}
            Entity::StageChange => one::<StageChange>(tx, grant, entry)?,
            Entity::Expectation => one::<Expectation>(tx, grant, entry)?,
            Entity::Contract => {
                contract_still_free(tx, grant, entry)?;
                one::<Contract>(tx, grant, entry)?;
            }
            Entity::Attachment => {
                own_attachment(tx, grant, entry)?;
                one::<Attachment>(tx, grant, entry)?;
            }
            Entity::Answer if !with_it => answer(tx, grant, entry, &now, along(entry))?,
            _ => {}
        }
    }
    Ok(())
}

/// Whether an operation closed a deal, opened it again, or corrected what was signed.
fn closes_or_corrects(kind: AuditKind) -> bool {
    matches!(
        kind,
        AuditKind::OpportunityWon
            | AuditKind::OpportunityLost
            | AuditKind::OpportunityReopened
            | AuditKind::ContractAdded
            | AuditKind::ContractCorrected
            | AuditKind::ContractArchived
            | AuditKind::ContractRestored
    )
}

fn one<'tx, T: TakenBack>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<()>
where
    EditCustomers: Edits<T>,
    for<'a> dyn StoreRead + 'a: Records<T>,
    crate::store::Delta: From<crate::store::Put<T>>,
{
    let key = T::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
    still_fits(&tx.reads(), entry)?;
    let now = tx.reads().to_edit::<T, _>(grant, key, &entry.operation.id)?;
    take_back(tx, grant, now, entry)
}

/// An answer that was given is taken out; one that was taken back, or fell, is given again, about whom its customers were
/// merged into since. One that goes along unseen stays as it is if it has been changed since.
fn answer<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
    merged: &BTreeMap<CustomerNumber, CustomerNumber>,
    unseen: bool,
) -> Result<()> {
    let key = Answer::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
    let was_given = matches!(Payload::of(entry), Payload::Read(read) if read.before.is_none());
    let now = |number: CustomerNumber| match was_given {
        true => number,
        false => merged.get(&number).copied().unwrap_or(number),
    };
    let (low, high) = (now(key.0), now(key.1));
    if low == high {
        return Ok(());
    }
    let Answer { low, high } = Answer::about(low, high);
    let said = match unseen {
        true => tx.reads().unseen_answer(grant, Answer { low, high })?,
        false => tx.reads().answer(grant, Answer { low, high })?,
    };
    match (said, was_given) {
        (Some(said), true) => take_back(tx, grant, said, entry),
        (None, false) => {
            tx.add(grant, Answer { low, high });
            Ok(())
        }
        _ if unseen => Ok(()),
        _ => Err(changed(entry)),
    }
}

/// Refuses to give a customer an identifier of the host's again that another one has by now.
fn still_free<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<()> {
    let Payload::Read(payload::Read {
        before: Some(before), ..
    }) = Payload::of(entry)
    else {
        return Ok(());
    };
    match before
        .get(fields::EXTERNAL_ID)
        .and_then(serde_json::Value::as_str)
    {
        Some(external_id) => check_external_id(tx, grant, external_id, entry.about.customer),
        None => Ok(()),
    }
}

/// As [`still_free`], of a deal.
fn deal_still_free<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<()> {
    match before_of::<Opportunity>(tx, grant, entry)? {
        Some(deal) => check_external_deal(tx, grant, Some(deal.id), deal.external_id.as_deref()),
        None => Ok(()),
    }
}

/// Refuses to give a contract a number again that another one has by now (R5.3).
fn contract_still_free<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<()> {
    match before_of::<Contract>(tx, grant, entry)?.filter(Contract::is_good) {
        Some(contract) => check_free(&tx.reads(), grant, &contract)?.map_err(Error::invalid),
        None => Ok(()),
    }
}

/// What a record was before an entry, if it was there and the entry still says so.
fn before_of<'tx, T: TakenBack>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<Option<T>>
where
    EditCustomers: Edits<T>,
    for<'a> dyn StoreRead + 'a: Records<T>,
{
    let key = T::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
    let there = tx.reads().to_edit::<T, _>(grant, key, &entry.operation.id)?;
    Ok(payload::before(entry, &*there))
}

/// Refuses to take back what another one wrote (R4.4); that its task is done is not what they wrote.
fn own_follow_up<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<()> {
    let key = FollowUp::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
    if let Payload::Read(read) = Payload::of(entry)
        && read.before.is_some()
        && read.changed_fields().all(|field| field == fields::DONE)
    {
        return Ok(());
    }
    let there = tx
        .reads()
        .to_edit::<FollowUp, _>(grant, key, &entry.operation.id)?;
    tx.actor().check_may_edit(&there)
}

/// Lets what was attached to a conversation since go along when that is about another deal again (R8.1). What the operation itself
/// moved is taken back by itself.
fn move_attachments<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
    operation: &[AuditEntry],
) -> Result<()> {
    let key = FollowUp::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
    let there = tx
        .reads()
        .to_edit::<FollowUp, _>(grant, key, &entry.operation.id)?;
    let Some(before) =
        payload::before(entry, &*there).filter(|before| before.opportunity != there.opportunity)
    else {
        return Ok(());
    };
    for attachment in tx.reads().attachments_of(grant, &there)? {
        let key = Attachment::write_key(&attachment.id);
        let is_of_it =
            |entry: &&AuditEntry| entry.about.entity == Entity::Attachment && entry.about.key == key;
        if attachment.opportunity == before.opportunity || operation.iter().any(|entry| is_of_it(&entry)) {
            continue;
        }
        let moved = Attachment {
            opportunity: before.opportunity,
            revision: attachment.revision + 1,
            ..Attachment::clone(&attachment)
        };
        tx.edit(grant, attachment, moved);
    }
    Ok(())
}

/// Whether a task only told somebody that they were given customers (R2.8), and they have dealt with it: that stands in nobody's way.
fn is_notice_dealt_with<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<bool> {
    let key = Task::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
    let there = tx.reads().editable::<Task, _>(grant, key)?;
    let is_notice = there.is_some_and(|task| task.kind.is_notice());
    Ok(is_notice && still_fits(&tx.reads(), entry).is_err())
}

/// Refuses to take back what was done with an attachment of another's conversation (R4.4).
fn own_attachment<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<()> {
    let key = Attachment::read_key(&entry.about.key).ok_or_else(|| refused(Code::UndoNever))?;
    let there = tx
        .reads()
        .to_edit::<Attachment, _>(grant, key, &entry.operation.id)?;
    check_own(tx, grant, &there)
}

/// Refuses to give a customer back to an owner to whom the caller may not give it (R2.8).
fn may_go_back<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    entry: &AuditEntry,
) -> Result<()> {
    let (Some(before), Some(after)) = (entry.about.owner_before, entry.about.owner_after) else {
        return Ok(());
    };
    if before == after {
        return Ok(());
    }
    let _: Grant<'_, AssignCustomers> = tx.grant()?;
    let user = tx.reads().user(grant, before)?;
    let allowed = may_own(tx.actor(), fields::OWNER, before, user.as_ref());
    allowed.map(drop).map_err(Error::rule)
}

/// Refuses if a record has been changed since an entry, and names the fields.
pub(super) fn still_fits(tx: &ReadTx<'_, '_>, entry: &AuditEntry) -> Result<()> {
    let about_primary = only_settles(entry);
    let counts = |entry: &AuditEntry| about_primary || !only_settles(entry);
    match tx.latest(entry.about.entity, &entry.about.key, counts)? {
        Some(latest) if latest.seq == entry.seq => Ok(()),
        Some(latest) if latest.seq > entry.seq => Err(changed(&latest)),
        _ => Err(refused(Code::UndoNever)),
    }
}

/// What has been changed since, by the latest entry: its fields; the record itself where it was entered or taken out, or
/// where it can no longer be told.
pub(super) fn changed(latest: &AuditEntry) -> Error {
    let read = match Payload::of(latest) {
        Payload::Read(read) => read,
        Payload::Erased | Payload::Unreadable => payload::Read::default(),
    };
    let after = read.after.as_ref().and_then(|after| after.get(fields::REVISION));
    let revision = after.and_then(serde_json::Value::as_u64).unwrap_or_default();
    let mut fields: Vec<String> = read.changed_fields().map(str::to_owned).collect();
    if fields.is_empty() {
        fields.push(latest.about.entity.code().to_owned());
    }
    Error::Conflict { fields, revision }
}
