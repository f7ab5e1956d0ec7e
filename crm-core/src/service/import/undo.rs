//! Taking an import out again.

use std::collections::BTreeSet;

use crate::{
    access::{EditCustomers, Editable, Grant, UndoImports},
    error::{Code, Error, Problem, Result},
    model::{
        Attachment, AuditEntry, AuditKind, Contact, ContactId, Contract, Customer, CustomerNumber, Entity,
        EntityRef, FollowUp, Import, ImportId, ImportRow, ImportState, Opportunity, RecordKey, RowOutcome,
        ServiceRecord, Task,
    },
    service::{
        Session,
        door::WriteTx,
        purchases::settle_contract,
        undo::{TakenBack, take_back},
    },
    store::Record,
};

/// Rows that one transaction of an undo takes back.
const UNDO_STEP: u32 = 2_000;

record! {
    /// What undoing an import came to.
    #[derive(Default)]
    pub struct ImportUndo {
        /// Customers taken out again.
        pub archived: u64,
        /// Customers whose filled blanks are blank again.
        pub restored: u64,
        /// Contacts taken out again of customers that stay: those of a list of contacts.
        pub contacts: u64,
        /// Follow-ups, opportunities, service records and contracts taken out again: those of a list of the past.
        pub records: u64,
        /// Customers that have been changed since, or whose contacts have, and stay as they are.
        pub kept: Vec<CustomerNumber>,
    }
}

/// Takes back what the rows of an import did, step by step.
pub(super) fn undo(session: &Session, id: ImportId) -> Result<ImportUndo> {
    let (mut undone, mut after) = (ImportUndo::default(), 0);
    loop {
        let door = &session.door;
        let step = door.write(
            session.caller,
            AuditKind::ImportUndone,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, UndoImports>| {
                let import = tx.reads().import_to_edit(grant, id)?;
                if import.state == ImportState::Undone {
                    return Err(Error::rule(Problem::new("", Code::ImportUndone)));
                }
                let rows = tx.reads().import_rows(grant, id, after, UNDO_STEP)?;
                let mut step = Step {
                    import: id,
                    operations: tx.reads().operations_of(grant, id)?,
                    undone: ImportUndo::default(),
                };
                for row in &rows {
                    step.row(tx, row)?;
                    tx.settle()?;
                }
                if rows.is_empty() {
                    let undone = Import {
                        state: ImportState::Undone,
                        changed_at: tx.now(),
                        ..Import::clone(&import)
                    };
                    tx.edit(grant, import, undone);
                }
                Ok(rows.last().map(|row| (row.line, step.undone)))
            },
        )?;
        let Some((line, step)) = step else {
            undone.kept.sort_unstable();
            undone.kept.dedup();
            return Ok(undone);
        };
        after = line;
        undone.archived += step.archived;
        undone.restored += step.restored;
        undone.contacts += step.contacts;
        undone.records += step.records;
        undone.kept.extend(step.kept);
    }
}

/// One transaction of an undo.
struct Step {
    import: ImportId,
    /// The operations in which the import went on.
    operations: BTreeSet<u64>,
    undone: ImportUndo,
}

impl Step {
    fn row<'tx>(&mut self, tx: &mut WriteTx<'_, 'tx>, row: &ImportRow) -> Result<()> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let Some(number) = row.customer else { return Ok(()) };
        if let (RowOutcome::Created | RowOutcome::Filled, Some(merge)) =
            (row.outcome, tx.reads().merges(&edits, &[number])?.first())
        {
            // What it brought is another customer's by now.
            self.undone.kept.push(merge.customer);
            return Ok(());
        }
        // Gone from the caller's reach since, or archived already: nothing to take back.
        let customer = tx.reads().editable::<Customer, _>(&edits, number)?;
        let Some(customer) = customer.filter(|customer| customer.archived_at.is_none()) else {
            return Ok(());
        };
        if let Some(record) = &row.record {
            match self.past(tx, &edits, record)? {
                true => self.undone.records += 1,
                false => self.undone.kept.push(number),
            }
            return Ok(());
        }
        let added = row
            .problems
            .iter()
            .any(|problem| problem.code == Code::ContactAdded);
        let taken_back = match (row.outcome, row.contact) {
            (RowOutcome::Created, _) if customer.import == Some(self.import) && !added => {
                let untouched = self.nothing_since(tx, number, row)?;
                let done = untouched && self.record(tx, &edits, customer)?;
                self.undone.archived += u64::from(done);
                done
            }
            (RowOutcome::Created, Some(contact)) => self.contact(tx, &edits, contact)?,
            (RowOutcome::Filled, contact) => {
                let gone = match contact {
                    Some(contact) => self.contact(tx, &edits, contact)?,
                    None => true,
                };
                let done = self.record(tx, &edits, customer)?;
                self.undone.restored += u64::from(done);
                gone && done
            }
            _ => true,
        };
        if !taken_back {
            self.undone.kept.push(number);
        }
        Ok(())
    }

    /// Takes out a contact, if nothing has changed it since; one that is gone already is taken out.
    fn contact<'tx>(
        &mut self,
        tx: &mut WriteTx<'_, 'tx>,
        edits: &Grant<'tx, EditCustomers>,
        contact: ContactId,
    ) -> Result<bool> {
        let there = tx.reads().editable::<Contact, _>(edits, contact)?;
        let Some(there) = there.filter(|contact| contact.archived_at.is_none()) else {
            return Ok(true);
        };
        let done = self.record(tx, edits, there)?;
        self.undone.contacts += u64::from(done);
        Ok(done)
    }

    /// Takes out what a row of a list of the past brought, if nothing has changed it since; what is gone already is taken out.
    fn past<'tx>(
        &self,
        tx: &mut WriteTx<'_, 'tx>,
        edits: &Grant<'tx, EditCustomers>,
        record: &EntityRef,
    ) -> Result<bool> {
        macro_rules! there {
            ($sort:ty) => {
                match record.key.parse() {
                    Ok(id) => tx
                        .reads()
                        .editable::<$sort, _>(edits, id)?
                        .filter(|there| there.archived_at.is_none()),
                    Err(_) => None,
                }
            };
        }
        match Entity::from_code(&record.entity) {
            Some(Entity::FollowUp) => {
                let Some(talk) = there!(FollowUp) else {
                    return Ok(true);
                };
                let task = tx.reads().task_of(edits, talk.id)?;
                let task_stays = match &task {
                    Some(task) => self
                        .latest_here(tx, Entity::Task, &Task::write_key(&task.id))?
                        .is_none(),
                    None => false,
                };
                // What somebody has put off, or attached to it, since is theirs.
                let attached = tx.reads().attachments_of(edits, &talk)?;
                if task_stays || attached.iter().any(|file| file.archived_at.is_none()) {
                    return Ok(false);
                }
                let done = self.record(tx, edits, talk)?;
                if let Some(task) = task.filter(|_| done) {
                    self.record(tx, edits, task)?;
                }
                Ok(done)
            }
            Some(Entity::Opportunity) => {
                let Some(deal) = there!(Opportunity) else {
                    return Ok(true);
                };
                let contract = tx.reads().contract_of(edits, &deal)?;
                let contract_stays = match &contract {
                    Some(contract) => self
                        .latest_here(tx, Entity::Contract, &Contract::write_key(&contract.id))?
                        .is_none(),
                    None => false,
                };
                // What somebody has done with it since is theirs.
                let (customer, id) = (deal.customer, deal.id);
                let is_about = |talk: &FollowUp| talk.opportunity == Some(id);
                let is_on = |file: &Attachment| file.opportunity == Some(id);
                if contract_stays
                    || !tx.reads().tasks_of_deal(edits, &deal)?.is_empty()
                    || tx.reads().has_record(edits, customer, is_about)?
                    || tx.reads().has_record(edits, customer, is_on)?
                {
                    return Ok(false);
                }
                let done = self.record(tx, edits, deal)?;
                match contract.filter(|_| done) {
                    Some(contract) => self.contract(tx, edits, contract),
                    None => Ok(done),
                }
            }
            Some(Entity::ServiceRecord) => match there!(ServiceRecord) {
                Some(there) => self.record(tx, edits, there),
                None => Ok(true),
            },
            Some(Entity::Contract) => {
                let Some(contract) = there!(Contract) else {
                    return Ok(true);
                };
                self.contract(tx, edits, contract)
            }
            _ => Ok(true),
        }
    }

    fn contract<'tx>(
        &self,
        tx: &mut WriteTx<'_, 'tx>,
        edits: &Grant<'tx, EditCustomers>,
        contract: Editable<'tx, Contract>,
    ) -> Result<bool> {
        let before = Contract::clone(&contract);
        let is_on = |file: &Attachment| file.contract == Some(before.id);
        if tx.reads().has_record(edits, before.customer, is_on)? {
            return Ok(false);
        }
        let done = self.record(tx, edits, contract)?;
        if done {
            let after = before.clone().put_away(Some(tx.now()));
            settle_contract(tx, edits, Some(&before), &after)?;
        }
        Ok(done)
    }

    /// Takes a record back to what it was before the import, if that was the latest that befell it and is still known.
    fn record<'tx, T: TakenBack>(
        &self,
        tx: &mut WriteTx<'_, 'tx>,
        edits: &Grant<'tx, EditCustomers>,
        now: Editable<'tx, T>,
    ) -> Result<bool>
    where
        EditCustomers: crate::access::Edits<T>,
        crate::store::Delta: From<crate::store::Put<T>>,
    {
        let key = T::write_key(&now.key());
        let Some(latest) = self.latest_here(tx, T::ENTITY, &key)? else {
            return Ok(false);
        };
        match take_back(tx, edits, now, &latest) {
            Ok(()) => Ok(true),
            Err(Error::Rule { problem }) if problem.code == Code::UndoErased => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The latest entry about a record that has an effect, if it is the import's.
    fn latest_here(
        &self,
        tx: &WriteTx<'_, '_>,
        entity: Entity,
        key: &RecordKey,
    ) -> Result<Option<AuditEntry>> {
        let latest = tx.reads().effective(entity, key)?;
        Ok(latest.filter(|entry| self.operations.contains(&entry.operation.id)))
    }

    /// Whether the contacts of a customer that the import brought are those that it brought, as they came, and nothing has been
    /// done for it.
    fn nothing_since(&self, tx: &WriteTx<'_, '_>, number: CustomerNumber, row: &ImportRow) -> Result<bool> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        if tx.reads().has_been_worked_on(&edits, number)? {
            return Ok(false);
        }
        for contact in tx.reads().contacts_to_edit(&edits, number)? {
            let key = Contact::write_key(&contact.id);
            // Further rows of the customer bring further contacts (R9.5 c).
            let is_brought =
                Some(contact.id) == row.contact || self.latest_here(tx, Entity::Contact, &key)?.is_some();
            if !is_brought
                || tx
                    .reads()
                    .changed_by_others(Entity::Contact, &key, &self.operations)?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
