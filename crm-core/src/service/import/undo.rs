//! Taking an import out again.

use crate::{
    access::{EditCustomers, Grant, UndoImports},
    error::{Code, Error, Problem, Result},
    model::{Contact, Customer, CustomerNumber, ImportId, ImportRow, ImportState, RowOutcome, fields},
    service::{Session, customers::save, door::WriteTx},
};

/// Rows that one transaction of an undo takes back.
const UNDO_STEP: u32 = 2_000;

record! {
    /// What undoing an import came to.
    pub struct ImportUndo {
        /// Customers taken out again.
        pub archived: u64,
        /// Customers whose filled blanks are blank again.
        pub restored: u64,
        /// Customers that have been changed since, and stay as they are.
        pub kept: Vec<CustomerNumber>,
    }
}

/// Takes back what the rows of an import did, step by step.
pub(super) fn undo(session: &Session, id: ImportId) -> Result<ImportUndo> {
    let mut undone = ImportUndo {
        archived: 0,
        restored: 0,
        kept: Vec::new(),
    };
    let mut after = 0;
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
                let mut step = ImportUndo {
                    archived: 0,
                    restored: 0,
                    kept: Vec::new(),
                };
                for row in &rows {
                    undo_row(tx, id, row, &mut step)?;
                }
                if rows.is_empty() {
                    import.state = ImportState::Undone;
                    import.changed_at = tx.now();
                    tx.put_import(grant, import, Vec::new())?;
                }
                Ok(rows.last().map(|row| (row.line, step)))
            },
        )?;
        let Some((line, step)) = step else {
            return Ok(undone);
        };
        after = line;
        undone.archived += step.archived;
        undone.restored += step.restored;
        undone.kept.extend(step.kept);
    }
}

fn undo_row(tx: &mut WriteTx<'_, '_>, id: ImportId, row: &ImportRow, undone: &mut ImportUndo) -> Result<()> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let Some(number) = row.customer else { return Ok(()) };
    // Gone from the caller's scope since, or archived already: nothing to take back.
    let Some(before) = tx
        .reads()
        .customer(&edits, number)?
        .filter(|customer| customer.archived_at.is_none())
    else {
        return Ok(());
    };
    let contacts = tx.reads().contacts(&edits, number)?;
    match row.outcome {
        RowOutcome::Created if before.import == Some(id) => {
            let own = |contact: &Contact| Some(contact.id) == row.contact && contact.revision == 1;
            if before.revision > 1 || !contacts.iter().all(own) {
                undone.kept.push(number);
                return Ok(());
            }
            let after = Customer {
                archived_at: Some(tx.now()),
                revision: before.revision + 1,
                ..before.clone()
            };
            tx.archive_customer(&edits, before, after, "import undone")?;
            undone.archived += 1;
        }
        RowOutcome::Filled => {
            let earlier = tx.reads().before_latest(&edits, &before)?;
            let filled_here = row.problems.iter().any(|problem| {
                problem.field == fields::REVISION && problem.rejected == Some(before.revision.to_string())
            });
            if !filled_here {
                undone.kept.push(number);
                return Ok(());
            }
            let after = Customer {
                revision: before.revision + 1,
                ..earlier
            };
            save(tx, &edits, before, after)?;
            undone.restored += 1;
        }
        _ => {}
    }
    Ok(())
}
