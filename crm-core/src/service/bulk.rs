//! What is done to many customers at once: all or nothing, or row by row with an outcome each.

use std::collections::BTreeSet;

use super::door::WriteTx;
use crate::{
    access::{Editable, Edits, Grant},
    error::{Code, Error, Problem, Result},
    model::{BulkMode, BulkOutcome, Customer, CustomerKey, fields},
};

/// Does `change` to each of these customers. It checks before it puts anything, and answers with the customer as it is
/// since.
pub(super) fn each<'tx, A: Edits<Customer>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    customers: &[CustomerKey],
    mode: BulkMode,
    mut change: impl FnMut(&mut WriteTx<'_, 'tx>, Editable<'tx, Customer>) -> Result<Customer>,
) -> Result<Vec<BulkOutcome>> {
    let mut seen = BTreeSet::new();
    let mut outcomes = Vec::with_capacity(customers.len());
    for key in customers {
        let mut outcome = BulkOutcome {
            customer: key.to_string(),
            number: None,
            changed: false,
            problems: Vec::new(),
        };
        let done = tx.reads().customer_to_edit(grant, key).and_then(|before| {
            outcome.number = Some(before.number);
            // What waits is not read: a second naming would change what was there before the first.
            match seen.insert(before.number) {
                true => {
                    let revision = before.revision;
                    Ok(change(tx, before)?.revision != revision)
                }
                false => Ok(false),
            }
        });
        match (done, mode) {
            (Ok(changed), _) => outcome.changed = changed,
            (Err(error), BulkMode::RowByRow) => outcome.problems = problems_of(error)?,
            (Err(error), BulkMode::AllOrNothing) => return Err(error),
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// What is wrong with one row; what is wrong with all of them, as a store that fails, ends the call.
fn problems_of(error: Error) -> Result<Vec<Problem>> {
    match error {
        Error::Invalid { problems } => Ok(problems),
        Error::Rule { problem } => Ok(vec![problem]),
        Error::NotFound { key } => Ok(vec![Problem::with(fields::CUSTOMER, Code::NotFound, key)]),
        other => Err(other),
    }
}
