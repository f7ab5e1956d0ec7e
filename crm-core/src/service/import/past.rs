//! Rows of a list of the past (R9.5 l): follow-ups, services and contracts of customers that are there.

use super::{contact::find_named, row::outcome};
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Error, Problem, Result},
    import::{Past, PastRow},
    model::{
        Contract, ContractId, Customer, EntityRef, FollowUp, FollowUpId, ImportRow, RowOutcome,
        ServiceRecord, ServiceRecordId, TaskId, TaskState, UserId, fields,
    },
    rules::task,
    service::{
        contracts::check_free,
        door::{WriteTx, reference},
        follow_ups::done_of,
        purchases::settle_contract,
    },
    store::Record,
};

/// What a row would enter, for the customer that it names.
enum Found {
    /// It is there already.
    There,
    /// It cannot be entered.
    Refused(Problem),
    /// It was entered.
    Entered(EntityRef),
}

/// Enters what a row brings, for the customer that it names; one that is there already is not entered again. `by` did it where the
/// row does not say.
pub(super) fn past_row<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    line: u64,
    row: &PastRow,
    by: Option<UserId>,
) -> Result<ImportRow> {
    let edits: Grant<'tx, EditCustomers> = tx.grant()?;
    let named = match find_named(&tx.reads(), &edits, &row.customer)? {
        Ok(number) => number,
        Err(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
    };
    match tx.reads().refuse_archived(&edits, named) {
        Err(Error::Rule { problem }) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
        checked => checked?,
    }
    let Some(by) = by.or(tx.actor().user()) else {
        return Ok(outcome(
            line,
            RowOutcome::Refused,
            vec![Problem::missing(fields::BY)],
        ));
    };
    let by = |said: UserId| if row.names_user { said } else { by };
    let found = match &row.past {
        Past::FollowUp(talk, done) => {
            let talk = FollowUp {
                customer: named,
                by: by(talk.by),
                created_by: tx.actor().user(),
                ..talk.clone()
            };
            follow_up(tx, &edits, talk, *done)?
        }
        Past::ServiceRecord(record) => {
            let record = ServiceRecord {
                customer: named,
                by: by(record.by),
                ..record.clone()
            };
            service_record(tx, &edits, record)?
        }
        Past::Contract(contract) => {
            let contract = Contract {
                customer: named,
                credited_to: by(contract.credited_to),
                created_by: tx.actor().user(),
                ..contract.clone()
            };
            self::contract(tx, &edits, contract)?
        }
    };
    let stored = match found {
        Found::There => {
            let problem = Problem::with("", Code::RowRepeated, named.to_string());
            outcome(line, RowOutcome::Skipped, vec![problem])
        }
        Found::Refused(problem) => outcome(line, RowOutcome::Refused, vec![problem]),
        Found::Entered(record) => {
            let assumed = (!row.names_user).then(|| Problem::new(fields::BY, Code::ByAssumed));
            let flags = row.warnings.iter().cloned().chain(assumed).collect();
            ImportRow {
                record: Some(record),
                ..outcome(line, RowOutcome::Created, flags)
            }
        }
    };
    Ok(ImportRow {
        customer: Some(named),
        ..stored
    })
}

fn entered<T: Record>(record: &T) -> Found {
    Found::Entered(reference(T::ENTITY, &T::write_key(&record.key())))
}

fn follow_up<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    talk: FollowUp,
    done: bool,
) -> Result<Found> {
    let is_same = |there: &FollowUp| {
        (there.at, there.by, &there.topic, &there.content) == (talk.at, talk.by, &talk.topic, &talk.content)
    };
    if tx.reads().has_record(edits, talk.customer, is_same)? {
        return Ok(Found::There);
    }
    let mut talk = FollowUp {
        id: FollowUpId::from_bytes(tx.new_id()),
        ..talk
    };
    let task = task::follow(None, &talk, None, TaskId::from_bytes(tx.new_id()), tx.now());
    let task = match task {
        Some(task) => Some(crate::Task {
            holder: holder_of(tx, edits, &task)?,
            ..task
        }),
        None => None,
    };
    let task = task.map(|task| match done {
        true => crate::Task {
            state: TaskState::Done,
            // What a list says has been done was done when it was due.
            done_at: tx
                .conventions()
                .zone
                .instant(task.due.and_time(chrono::NaiveTime::MIN))
                .map(|due| due.min(tx.now())),
            ..task
        },
        false => task,
    });
    talk.done = task.as_ref().and_then(|task| done_of(task.state));
    let found = entered(&talk);
    tx.add(edits, talk);
    if let Some(task) = task {
        tx.add(edits, task);
    }
    Ok(found)
}

/// Who is to do what a list says is still to be done: who held the conversation, if they are active and see the customer; else who
/// answers for it.
fn holder_of<'tx>(
    tx: &WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    task: &crate::Task,
) -> Result<UserId> {
    let is_active = tx
        .reads()
        .user(edits, task.holder)?
        .is_some_and(|user| user.active);
    match is_active && tx.reads().is_seen_by(edits, task.holder, task.customer)? {
        true => Ok(task.holder),
        false => Ok(tx
            .reads()
            .to_edit::<Customer, _>(edits, task.customer, &task.customer)?
            .owner),
    }
}

fn service_record<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    record: ServiceRecord,
) -> Result<Found> {
    let is_same = |there: &ServiceRecord| {
        (there.at, there.by, &there.kind, &there.text) == (record.at, record.by, &record.kind, &record.text)
    };
    if tx.reads().has_record(edits, record.customer, is_same)? {
        return Ok(Found::There);
    }
    let record = ServiceRecord {
        id: ServiceRecordId::from_bytes(tx.new_id()),
        ..record
    };
    let found = entered(&record);
    tx.add(edits, record);
    Ok(found)
}

fn contract<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    contract: Contract,
) -> Result<Found> {
    let is_same = |there: &Contract| {
        there.voided_at.is_none()
            && (&there.contract_number, there.amount, there.signed_on)
                == (&contract.contract_number, contract.amount, contract.signed_on)
    };
    if tx.reads().has_record(edits, contract.customer, is_same)? {
        return Ok(Found::There);
    }
    // One that undoing a list took out comes back under its identifier, as the row has it now.
    let numbered = tx
        .reads()
        .contracts_with_number(edits, &contract.contract_number)?;
    let is_its_own = |there: &&Contract| {
        there.archived_at.is_some() && there.customer == contract.customer && there.opportunity.is_none()
    };
    if let Some(there) = numbered.iter().find(is_its_own)
        && let Some(before) = tx.reads().editable::<Contract, _>(edits, there.id)?
    {
        let after = Contract {
            id: before.id,
            revision: before.revision + 1,
            created_at: before.created_at,
            created_by: before.created_by,
            ..contract
        };
        let found = entered(&after);
        settle_contract(tx, edits, Some(&before), &after)?;
        tx.edit(edits, before, after);
        return Ok(found);
    }
    let contract = Contract {
        id: ContractId::from_bytes(tx.new_id()),
        ..contract
    };
    if let Err(problem) = check_free(tx, edits, &contract)? {
        return Ok(Found::Refused(problem));
    }
    let found = entered(&contract);
    tx.add(edits, contract.clone());
    settle_contract(tx, edits, None, &contract)?;
    Ok(found)
}
