//! Rows of a list of the past (R9.5 l): follow-ups, opportunities, services and contracts of customers that are there.

use chrono::NaiveTime;

use super::{contact::find_named, row::outcome};
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Error, Problem, Result},
    import::{Past, PastRow},
    model::{
        Contract, ContractId, Customer, CustomerNumber, EntityRef, FollowUp, FollowUpId, ImportRow,
        Opportunity, OpportunityId, RowOutcome, ServiceRecord, ServiceRecordId, Stage, Task, TaskId,
        TaskState, UserId, fields,
    },
    rules::{
        contract::Signed,
        opportunity::{Expected, past_stages},
        task,
    },
    service::{
        contracts::check_free,
        door::{ReadTx, WriteTx, reference},
        draft::may_own,
        follow_ups::done_of,
        purchases::settle_contract,
    },
    store::Record,
};

/// What is to become of a row.
pub(super) enum Fate {
    /// It cannot be entered.
    Refused(Option<CustomerNumber>, Problem),
    /// What it brings is there already.
    There(CustomerNumber),
    /// It is to be entered: whole, but for its identifier.
    New(CustomerNumber, Box<Past>),
}

/// Enters what a row brings, for the customer that it names; one that is there already is not entered again. `by` did it where the
/// row does not say.
pub(super) fn past_row(
    tx: &mut WriteTx<'_, '_>,
    line: u64,
    row: &PastRow,
    by: Option<UserId>,
) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let fate = fate(&tx.reads(), &edits, row, by)?;
    let record = match &fate {
        Fate::New(_, past) => Some(enter(tx, &edits, past)?),
        Fate::Refused(..) | Fate::There(_) => None,
    };
    Ok(ImportRow {
        record,
        ..told(line, row, fate)
    })
}

/// What is said of a row.
pub(super) fn told(line: u64, row: &PastRow, fate: Fate) -> ImportRow {
    let (customer, what, problems) = match fate {
        Fate::Refused(customer, problem) => (customer, RowOutcome::Refused, vec![problem]),
        Fate::There(customer) => {
            let problem = Problem::with("", Code::RowRepeated, customer.to_string());
            (Some(customer), RowOutcome::Skipped, vec![problem])
        }
        Fate::New(customer, past) => {
            let is_assumed = !row.names_user && !matches!(*past, Past::Opportunity { .. });
            let assumed = is_assumed.then(|| Problem::new(fields::BY, Code::ByAssumed));
            let flags = row.warnings.iter().cloned().chain(assumed).collect();
            (Some(customer), RowOutcome::Created, flags)
        }
    };
    ImportRow {
        customer,
        ..outcome(line, what, problems)
    }
}

/// What is to become of a row, by what is there.
pub(super) fn fate<'tx>(
    tx: &ReadTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    row: &PastRow,
    by: Option<UserId>,
) -> Result<Fate> {
    let customer = match find_named(tx, edits, &row.customer)? {
        Ok(number) => tx.to_edit::<Customer, _>(edits, number, &number)?,
        Err(problem) => return Ok(Fate::Refused(None, problem)),
    };
    let number = customer.number;
    let refused = |problem| Ok(Fate::Refused(Some(number), problem));
    match tx.refuse_archived(edits, number) {
        Err(Error::Rule { problem }) => return refused(problem),
        checked => checked?,
    }
    let said = |said: UserId| match (row.names_user, by.or(tx.actor().user())) {
        (true, _) => Ok(said),
        (false, Some(by)) => Ok(by),
        (false, None) => Err(Problem::missing(fields::BY)),
    };
    let past = match &row.past {
        Past::FollowUp { talk, done } => said(talk.by).map(|by| Past::FollowUp {
            talk: FollowUp {
                customer: number,
                by,
                created_by: tx.actor().user(),
                ..talk.clone()
            },
            done: *done,
        }),
        Past::ServiceRecord(record) => said(record.by).map(|by| {
            Past::ServiceRecord(ServiceRecord {
                customer: number,
                by,
                ..record.clone()
            })
        }),
        Past::Contract(contract) => said(contract.credited_to).map(|credited_to| {
            Past::Contract(Contract {
                customer: number,
                credited_to,
                created_by: tx.actor().user(),
                ..contract.clone()
            })
        }),
        Past::Opportunity { deal, note } => Ok(Past::Opportunity {
            deal: Opportunity {
                customer: number,
                owner: if row.names_user {
                    deal.owner
                } else {
                    customer.owner
                },
                created_by: tx.actor().user(),
                ..deal.clone()
            },
            note: note.clone(),
        }),
    };
    let past = match past {
        Ok(past) => past,
        Err(problem) => return refused(problem),
    };
    if is_there(tx, edits, &past)? {
        return Ok(Fate::There(number));
    }
    match check(tx, edits, &past, row.names_user)? {
        Ok(()) => Ok(Fate::New(number, Box::new(past))),
        Err(problem) => refused(problem),
    }
}

/// Whether a customer has what a row brings, as it stands in the row.
fn is_there<'tx>(tx: &ReadTx<'_, 'tx>, edits: &Grant<'tx, EditCustomers>, past: &Past) -> Result<bool> {
    match past {
        Past::FollowUp { talk, .. } => tx.has_record(edits, talk.customer, |there: &FollowUp| {
            (there.at, there.by, &there.topic, &there.content)
                == (talk.at, talk.by, &talk.topic, &talk.content)
        }),
        Past::ServiceRecord(record) => tx.has_record(edits, record.customer, |there: &ServiceRecord| {
            (there.at, there.by, &there.kind, &there.text)
                == (record.at, record.by, &record.kind, &record.text)
        }),
        Past::Contract(contract) => tx.has_record(edits, contract.customer, |there: &Contract| {
            there.voided_at.is_none()
                && (&there.contract_number, there.amount, there.signed_on)
                    == (&contract.contract_number, contract.amount, contract.signed_on)
        }),
        Past::Opportunity { deal, .. } => tx.has_record(edits, deal.customer, |there: &Opportunity| {
            match &deal.external_id {
                Some(_) => there.external_id == deal.external_id,
                None => {
                    (&there.name, there.expected_amount, there.expected_close)
                        == (&deal.name, deal.expected_amount, deal.expected_close)
                }
            }
        }),
    }
}

/// What keeps a row from being entered that only what is there tells.
fn check<'tx>(
    tx: &ReadTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    past: &Past,
    names_user: bool,
) -> Result<std::result::Result<(), Problem>> {
    match past {
        Past::FollowUp { .. } | Past::ServiceRecord(_) => Ok(Ok(())),
        Past::Contract(contract) => match undone(tx, edits, contract)? {
            Some(_) => Ok(Ok(())),
            None => check_free(tx, edits, contract),
        },
        Past::Opportunity { deal, .. } => {
            // Who had a deal that is over is history; who has an open one sees its customer (R8.1).
            if names_user && deal.stage.is_open() {
                let owner = tx.user(edits, deal.owner)?;
                if let Err(problem) = may_own(tx.actor(), fields::OWNER, deal.owner, owner.as_ref()) {
                    return Ok(Err(problem));
                }
            }
            let Some(external_id) = &deal.external_id else {
                return Ok(Ok(()));
            };
            Ok(match tx.external_deal(edits, external_id)? {
                Some(_) => Err(Problem::with(
                    fields::EXTERNAL_ID,
                    Code::ExternalIdTaken,
                    external_id,
                )),
                None => Ok(()),
            })
        }
    }
}

/// The contract of a customer that undoing a list took out, which comes back under its identifier as the row has it now.
fn undone<'tx>(
    tx: &ReadTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    contract: &Contract,
) -> Result<Option<ContractId>> {
    let numbered = tx.contracts_with_number(edits, &contract.contract_number)?;
    let is_its_own = |there: &&Contract| {
        there.archived_at.is_some() && there.customer == contract.customer && there.opportunity.is_none()
    };
    Ok(numbered.iter().find(is_its_own).map(|there| there.id))
}

fn enter<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    past: &Past,
) -> Result<EntityRef> {
    match past {
        Past::FollowUp { talk, done } => follow_up(tx, edits, talk, *done),
        Past::ServiceRecord(record) => {
            let record = ServiceRecord {
                id: ServiceRecordId::from_bytes(tx.new_id()),
                ..record.clone()
            };
            let entered = entered(&record);
            tx.add(edits, record);
            Ok(entered)
        }
        Past::Contract(contract) => self::contract(tx, edits, contract),
        Past::Opportunity { deal, note } => opportunity(tx, edits, deal, note.clone()),
    }
}

fn entered<T: Record>(record: &T) -> EntityRef {
    reference(T::ENTITY, &T::write_key(&record.key()))
}

fn follow_up<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    talk: &FollowUp,
    done: bool,
) -> Result<EntityRef> {
    let mut talk = FollowUp {
        id: FollowUpId::from_bytes(tx.new_id()),
        ..talk.clone()
    };
    let task = task::follow(None, &talk, None, TaskId::from_bytes(tx.new_id()), tx.now());
    let task = match task {
        Some(task) => Some(Task {
            holder: holder_of(tx, edits, &task)?,
            ..task
        }),
        None => None,
    };
    let zone = tx.conventions().zone;
    let task = task.map(|task| match done {
        true => Task {
            state: TaskState::Done,
            // What a list says has been done was done when it was due.
            done_at: zone
                .instant(task.due.and_time(NaiveTime::MIN))
                .map(|due| due.min(tx.now())),
            ..task
        },
        false => task,
    });
    talk.done = task.as_ref().and_then(|task| done_of(task.state));
    let entered = entered(&talk);
    tx.add(edits, talk);
    if let Some(task) = task {
        tx.add(edits, task);
    }
    Ok(entered)
}

/// Who is to do what a list says is still to be done: who held the conversation, if they are active and see the customer; else who
/// answers for it.
fn holder_of<'tx>(tx: &WriteTx<'_, 'tx>, edits: &Grant<'tx, EditCustomers>, task: &Task) -> Result<UserId> {
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

fn contract<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    contract: &Contract,
) -> Result<EntityRef> {
    let undone = match undone(&tx.reads(), edits, contract)? {
        Some(id) => tx.reads().editable::<Contract, _>(edits, id)?,
        None => None,
    };
    if let Some(before) = undone {
        let after = Contract {
            id: before.id,
            revision: before.revision + 1,
            created_at: before.created_at,
            created_by: before.created_by,
            ..contract.clone()
        };
        let entered = entered(&after);
        settle_contract(tx, edits, Some(&before), &after)?;
        tx.edit(edits, before, after);
        return Ok(entered);
    }
    let contract = Contract {
        id: ContractId::from_bytes(tx.new_id()),
        ..contract.clone()
    };
    let entered = entered(&contract);
    tx.add(edits, contract.clone());
    settle_contract(tx, edits, None, &contract)?;
    Ok(entered)
}

/// Enters a deal with its ledgers, and the contract of one that was won: of what was expected, on the day on which it was closed,
/// without a number, which the list does not tell (R9.4).
fn opportunity<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    deal: &Opportunity,
    note: Option<String>,
) -> Result<EntityRef> {
    let by = tx.actor().user();
    let mut deal = Opportunity {
        id: OpportunityId::from_bytes(tx.new_id()),
        ..deal.clone()
    };
    let changes = past_stages(&deal, by, note);
    deal.revision = changes.last().map_or(1, |change| change.revision);
    tx.add(edits, deal.clone());
    tx.add(edits, Expected::of(&deal).entry(&deal, deal.created_at, by));
    for change in changes {
        tx.add(edits, change);
    }
    if let (Stage::Won, Some(closed_at)) = (deal.stage, deal.closed_at) {
        let signed_on = tx.conventions().zone.day(closed_at);
        let signed = Signed {
            contract_number: String::new(),
            amount: deal.expected_amount,
            signed_on,
            start: signed_on,
            end: None,
            paid_reason: None,
        };
        let id = ContractId::from_bytes(tx.new_id());
        let contract = Contract {
            opportunity: Some(deal.id),
            created_by: by,
            ..signed.entered(id, deal.customer, deal.owner, tx.now())
        };
        tx.add(edits, contract.clone());
        settle_contract(tx, edits, None, &contract)?;
    }
    Ok(entered(&deal))
}
