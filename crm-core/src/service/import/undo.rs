//! Taking an import out again.

use std::collections::BTreeSet;

use crate::{
    access::{EditCustomers, Grant, UndoImports},
    error::{Code, Error, Problem, Result},
    model::{Contact, Customer, CustomerNumber, ImportId, ImportRow, ImportState, RowOutcome, fields},
    service::{
        Session,
        contacts::{make_primary, take_out},
        customers::save,
        door::WriteTx,
    },
};

/// Rows that one transaction of an undo takes back.
const UNDO_STEP: u32 = 2_000;

/// Changes of a contact that are looked back over.
const HISTORY: u32 = 100;

// Fields, as the log names them.
const ARCHIVED_AT: &str = "archived_at";
const PRIMARY: &str = "primary";

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
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, UndoImports>| {
                let mut import = tx.reads().import(grant, id)?;
                if import.state == ImportState::Undone {
                    return Err(Error::Rule {
                        problem: Problem::new("", Code::ImportUndone),
                    });
                }
                let rows = tx.reads().import_rows(grant, id, after, UNDO_STEP)?;
                let mut step = Step::default();
                for row in &rows {
                    step.row(tx, id, row)?;
                }
                step.end(tx)?;
                if rows.is_empty() {
                    import.state = ImportState::Undone;
                    import.changed_at = tx.now();
                    tx.put_import(grant, import, Vec::new())?;
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
        undone.kept.extend(step.kept);
    }
}

/// What one transaction of an undo has taken back.
#[derive(Default)]
struct Step {
    undone: ImportUndo,
    /// Customers that lost their primary contact.
    without_primary: BTreeSet<CustomerNumber>,
}

impl Step {
    fn row(&mut self, tx: &mut WriteTx<'_, '_>, id: ImportId, row: &ImportRow) -> Result<()> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let Some(number) = row.customer else { return Ok(()) };
        // Gone from the caller's scope since, or archived already: nothing to take back.
        let Some(customer) = tx
            .reads()
            .customer(&edits, number)?
            .filter(|customer| customer.archived_at.is_none())
        else {
            return Ok(());
        };
        let taken_back = match row.outcome {
            RowOutcome::Created if customer.import == Some(id) => self.created(tx, row, customer)?,
            RowOutcome::Created => self.contact(tx, row, &customer)?,
            RowOutcome::Filled => self.filled(tx, row, customer)?,
            RowOutcome::Skipped | RowOutcome::Refused => true,
        };
        if !taken_back {
            self.undone.kept.push(number);
        }
        Ok(())
    }

    /// Archives a customer that nobody has changed or added to.
    fn created(&mut self, tx: &mut WriteTx<'_, '_>, row: &ImportRow, before: Customer) -> Result<bool> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let own = |contact: &Contact| Some(contact.id) == row.contact && contact.revision == 1;
        let contacts = tx.reads().contacts(&edits, before.number)?;
        // One that came back has been changed by that, and by nothing since.
        let untouched = before.revision == 1
            || tx
                .reads()
                .changed_fields(&edits, "customer", &before.number, 1)?
                .iter()
                .any(|field| field == ARCHIVED_AT);
        if !untouched || !contacts.iter().all(own) {
            return Ok(false);
        }
        let after = Customer {
            archived_at: Some(tx.now()),
            revision: before.revision + 1,
            ..before.clone()
        };
        tx.archive_customer(&edits, before, after, "import undone")?;
        self.undone.archived += 1;
        Ok(true)
    }

    /// Takes a contact out that a list of contacts added, and that nobody has changed. Which one is primary does not
    /// count: every further one may have changed that.
    fn contact(&mut self, tx: &mut WriteTx<'_, '_>, row: &ImportRow, customer: &Customer) -> Result<bool> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let contacts = tx.reads().contacts(&edits, customer.number)?;
        let Some(contact) = contacts.iter().find(|contact| Some(contact.id) == row.contact) else {
            return Ok(true);
        };
        let changed = tx
            .reads()
            .changed_fields(&edits, "contact", &contact.id, HISTORY)?;
        if changed.iter().any(|field| field != PRIMARY) {
            return Ok(false);
        }
        take_out(tx, &edits, customer, contact)?;
        if contact.primary {
            self.without_primary.insert(customer.number);
        }
        self.undone.contacts += 1;
        Ok(true)
    }

    /// Blanks what the row filled, if that was the latest change.
    fn filled(&mut self, tx: &mut WriteTx<'_, '_>, row: &ImportRow, before: Customer) -> Result<bool> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        let earlier = tx.reads().before_latest(&edits, &before)?;
        let filled_here = row.problems.iter().any(|problem| {
            problem.field == fields::REVISION && problem.rejected == Some(before.revision.to_string())
        });
        if !filled_here {
            return Ok(false);
        }
        let after = Customer {
            revision: before.revision + 1,
            ..earlier
        };
        save(tx, &edits, before, after)?;
        self.undone.restored += 1;
        Ok(true)
    }

    /// Where the primary contact is gone, the one that has been there longest takes its place (R3.1).
    fn end(&self, tx: &mut WriteTx<'_, '_>) -> Result<()> {
        let edits: Grant<'_, EditCustomers> = tx.grant()?;
        for &number in &self.without_primary {
            let customer = tx.reads().customer(&edits, number)?;
            let contacts = tx.reads().contacts(&edits, number)?;
            if let (Some(customer), Some(first)) = (customer, contacts.first())
                && !first.primary
            {
                make_primary(tx, &edits, &customer, first, &contacts)?;
            }
        }
        Ok(())
    }
}
