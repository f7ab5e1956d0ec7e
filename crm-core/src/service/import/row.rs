//! What becomes of a row: looked up, decided, stored.

use super::{
    contact::contact_row,
    dry_run::hidden,
    reader::{Checked, Prepared},
    there::{Room, There, find_there, room_for},
};
use crate::{
    access::{AddCustomers, EditCustomers, Grant, ImportCustomers},
    error::{Code, Error, Problem, Result},
    import::{CustomerRow, ImportOptions, OnDuplicate},
    matching::Subject,
    model::{Contact, Customer, CustomerNumber, ImportId, ImportRow, RowOutcome, User, UserId, fields},
    rules::merge::fill_blanks,
    service::{
        contacts::{add_to, take_out},
        customers::{Draft, may_own, save},
        door::WriteTx,
    },
    store::CustomerKeys,
};

/// What the rows of one step share.
pub(super) struct Step<'a> {
    options: &'a ImportOptions,
    import: ImportId,
    users: Vec<User>,
}

impl<'a> Step<'a> {
    pub(super) fn new(tx: &WriteTx<'_, '_>, options: &'a ImportOptions, import: ImportId) -> Result<Self> {
        let grant: Grant<'_, ImportCustomers> = tx.grant()?;
        Ok(Self {
            options,
            import,
            users: tx.reads().users(&grant)?,
        })
    }

    pub(super) fn row<'tx>(
        &mut self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, ImportCustomers>,
        prepared: &Prepared,
    ) -> Result<ImportRow> {
        let line = prepared.line;
        match &prepared.row {
            Err(problems) => Ok(outcome(line, RowOutcome::Refused, problems.clone())),
            Ok(Checked::Contact(row)) => contact_row(tx, line, row),
            Ok(Checked::Customer(row, subject, keys)) => {
                self.customer_row(tx, grant, line, row, subject, keys)
            }
        }
    }

    fn customer_row<'tx>(
        &mut self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, ImportCustomers>,
        line: u64,
        row: &CustomerRow,
        subject: &Subject,
        keys: &CustomerKeys,
    ) -> Result<ImportRow> {
        let owner = match self.owner_of(tx, row) {
            Ok(owner) => owner,
            Err(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
        };
        let language = tx.settings().language;
        let there = find_there(&tx.reads(), grant, row, subject, keys, language)?;
        let mut distinct = None;
        if let Some(There { candidate, problem }) = there {
            let known = self.options.on_duplicate;
            if !grant.scope().contains(candidate.owner) {
                let problem = hidden(&tx.reads(), grant, candidate.owner)?;
                return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
            }
            let repeated = problem.code == Code::RowRepeated;
            if repeated || known == OnDuplicate::Skip {
                let skipped = outcome(line, RowOutcome::Skipped, vec![problem]);
                return Ok(ImportRow {
                    customer: Some(candidate.number),
                    ..skipped
                });
            }
            if known == OnDuplicate::FillBlanks {
                return fill(tx, line, row, candidate.number, problem);
            }
            distinct = Some(candidate.number);
        }
        let stored = match room_for(&tx.reads(), grant, row, 0)? {
            Room::Taken(problems) => return Ok(outcome(line, RowOutcome::Refused, problems)),
            Room::New => self.create(tx, line, row, keys, owner)?,
            Room::Again(before) => self.bring_back(tx, line, row, keys, owner, *before)?,
        };
        if let (Some(number), Some(other)) = (stored.customer, distinct) {
            tx.say_distinct(grant, number, other)?;
        }
        Ok(stored)
    }

    fn draft(&self, row: &CustomerRow, owner: UserId) -> Draft {
        Draft {
            checked: row.checked.clone(),
            owner,
            status: row.status,
            created_at: row.created_at,
            created_by: row.created_by,
            aliases: row.aliases.clone(),
            import: Some(self.import),
        }
    }

    fn create(
        &self,
        tx: &mut WriteTx<'_, '_>,
        line: u64,
        row: &CustomerRow,
        keys: &CustomerKeys,
        owner: UserId,
    ) -> Result<ImportRow> {
        let adds: Grant<'_, AddCustomers> = tx.grant()?;
        let number = match row.number {
            Some(number) => number,
            None => tx.next_number(&adds)?,
        };
        let customer = self.draft(row, owner).into_customer(number, tx);
        let contact_of = row.contact.as_ref().map(|contact| (contact, customer.clone()));
        tx.add_customer(&adds, customer, keys.clone())?;
        let mut stored = outcome(line, RowOutcome::Created, row.warnings.clone());
        stored.customer = Some(number);
        if let Some(((contact, primary), customer)) = contact_of {
            stored.contact = Some(add_to(tx, &adds, &customer, contact.clone(), *primary)?.id);
        }
        Ok(stored)
    }

    /// Enters a customer that undoing an import took out: under the number that it has, as the row says.
    fn bring_back(
        &self,
        tx: &mut WriteTx<'_, '_>,
        line: u64,
        row: &CustomerRow,
        keys: &CustomerKeys,
        owner: UserId,
        before: Customer,
    ) -> Result<ImportRow> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let mut draft = self.draft(row, owner);
        draft.created_at = row.created_at.or(Some(before.created_at));
        draft.created_by = row.created_by.or(before.created_by);
        let after = Customer {
            revision: before.revision + 1,
            ..draft.into_customer(before.number, tx)
        };
        let customer = after.clone();
        tx.edit_customer(&edits, before, after, keys.clone())?;
        if !tx.reads().distinct_from(&edits, customer.number)?.is_empty() {
            tx.forget_distinct(&edits, customer.number)?;
        }
        let mut stored = outcome(line, RowOutcome::Created, row.warnings.clone());
        stored.customer = Some(customer.number);
        let contacts = tx.reads().contacts(&edits, customer.number)?;
        stored.contact = row.contact.as_ref().and_then(|(new, _)| {
            let same = |contact: &&Contact| contact.name == new.name && contact.mobile == new.mobile;
            contacts.iter().find(same).map(|contact| contact.id)
        });
        for contact in contacts
            .iter()
            .filter(|contact| Some(contact.id) != stored.contact)
        {
            take_out(tx, &edits, &customer, contact)?;
        }
        if let (Some((contact, primary)), None) = (&row.contact, stored.contact) {
            stored.contact = Some(add_to(tx, &edits, &customer, contact.clone(), *primary)?.id);
        }
        Ok(stored)
    }

    /// The owner that the row names, else the import's, else who runs it.
    fn owner_of(&self, tx: &WriteTx<'_, '_>, row: &CustomerRow) -> Result<UserId, Problem> {
        let named = row.owner.or(self.options.owner).or(tx.actor().user());
        let id = named.ok_or_else(|| Problem::missing(fields::OWNER))?;
        may_own(tx.actor(), id, self.users.iter().find(|user| user.id == id))
    }
}

/// A row's outcome, with the reasons.
pub(super) fn outcome(line: u64, outcome: RowOutcome, problems: Vec<Problem>) -> ImportRow {
    ImportRow {
        line,
        outcome,
        customer: None,
        contact: None,
        problems,
    }
}

/// Fills the blanks of the customer that is there (R6.3); keeps the revision, so that it can be undone exactly.
fn fill(
    tx: &mut WriteTx<'_, '_>,
    line: u64,
    row: &CustomerRow,
    number: CustomerNumber,
    why: Problem,
) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let before = tx
        .reads()
        .customer(&edits, number)?
        .ok_or_else(|| Error::not_found(number))?;
    let mut after = fill_blanks(&before, &row.checked, &row.aliases);
    if after == before {
        return Ok(ImportRow {
            customer: Some(number),
            ..outcome(line, RowOutcome::Skipped, vec![why])
        });
    }
    after.revision += 1;
    let revision = Problem::with(fields::REVISION, Code::RowDuplicate, after.revision.to_string());
    save(tx, &edits, before, after)?;
    Ok(ImportRow {
        customer: Some(number),
        ..outcome(line, RowOutcome::Filled, vec![why, revision])
    })
}
