//! Rows of a list of contacts (R9.4).

use super::row::outcome;
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Error, Problem, Result},
    import::{Called, ContactRow},
    matching::fold_name,
    model::{Customer, CustomerNumber, CustomerQuery, ImportRow, PageRequest, RowOutcome, fields},
    service::{
        contacts::add_to,
        door::{ReadTx, WriteTx},
    },
};

/// Adds a contact to the customer that the row names by number, alias or whole name (R9.4).
pub(super) fn contact_row(tx: &mut WriteTx<'_, '_>, line: u64, row: &ContactRow) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let called = [
        Called::Number(row.customer.clone()),
        Called::Name(row.customer.clone()),
    ];
    let mut found = Ok(None);
    for called in &called {
        if let Ok(None) = found {
            found = find(&tx.reads(), &edits, called)?;
        }
    }
    let number = match found {
        Ok(Some(number)) => number,
        Ok(None) => return Ok(outcome(line, RowOutcome::Refused, vec![not_found(&called)])),
        Err(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
    };
    let contacts = tx.reads().contacts_to_edit(&edits, number)?;
    if contacts
        .iter()
        .any(|contact| contact.name == row.checked.name && contact.mobile == row.checked.mobile)
    {
        let problem = Problem::with("", Code::RowRepeated, number.to_string());
        return Ok(ImportRow {
            customer: Some(number),
            ..outcome(line, RowOutcome::Skipped, vec![problem])
        });
    }
    let contact = add_to(tx, &edits, number, row.checked.clone(), row.primary);
    let mut stored = outcome(line, RowOutcome::Created, row.checked.warnings.clone());
    stored.customer = Some(number);
    stored.contact = Some(contact.id);
    Ok(stored)
}

/// The one customer that goes by all of these names that somebody goes by.
///
/// # Errors
/// What is wrong with them: nobody goes by any, or they are of several customers.
pub(super) fn find_named<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    called: &[Called],
) -> Result<Result<CustomerNumber, Problem>> {
    let mut known = None;
    for name in called {
        match (find(tx, grant, name)?, known) {
            (Err(problem), _) => return Ok(Err(problem)),
            (Ok(Some(number)), Some(other)) if number != other => return Ok(Err(ambiguous(name))),
            (Ok(Some(number)), _) => known = Some(number),
            (Ok(None), _) => {}
        }
    }
    Ok(known.ok_or_else(|| not_found(called)))
}

/// The customer that goes by a name, if one does: by a number, an alias or an identifier of the host's, or by a whole name that no
/// other has.
fn find<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    called: &Called,
) -> Result<Result<Option<CustomerNumber>, Problem>> {
    let name = match called {
        Called::Number(key) => {
            match tx.customer_to_edit(grant, &key.as_str().into()) {
                Ok(customer) => return Ok(Ok(Some(customer.number))),
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
            let holder = match tx.external_id_holder(grant, key)? {
                Some(number) => tx.editable::<Customer, _>(grant, number)?,
                None => None,
            };
            return Ok(Ok(holder.map(|customer| customer.number)));
        }
        Called::Name(name) => name,
    };
    let query = CustomerQuery {
        text: Some(name.clone()),
        ..CustomerQuery::default()
    };
    let (mut page, folded, mut found) = (PageRequest::first(PageRequest::MAX), fold_name(name), None);
    loop {
        let listed = tx.customers_to_edit(grant, &query, &page)?;
        for summary in listed
            .items
            .iter()
            .filter(|summary| fold_name(&summary.name) == folded)
        {
            if found.replace(summary.number).is_some() {
                return Ok(Err(ambiguous(called)));
            }
        }
        match listed.next {
            Some(next) => page.after = Some(next),
            None => return Ok(Ok(found)),
        }
    }
}

fn text_of(called: &Called) -> &str {
    let (Called::Number(text) | Called::Name(text)) = called;
    text
}

fn ambiguous(called: &Called) -> Problem {
    Problem::with(fields::NUMBER, Code::CustomerAmbiguous, text_of(called))
}

fn not_found(called: &[Called]) -> Problem {
    let first = called.first().map(text_of).unwrap_or_default();
    Problem::with(fields::NUMBER, Code::NotFound, first)
}
