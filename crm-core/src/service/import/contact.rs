//! Rows of a list of contacts (R9.4).

use super::row::outcome;
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Error, Problem, Result},
    import::ContactRow,
    matching::fold_name,
    model::{Contact, Customer, CustomerQuery, ImportRow, PageRequest, RowOutcome, fields},
    service::{
        contacts::add_to,
        door::{ReadTx, WriteTx},
    },
};

/// Adds a contact to the customer that the row names by number, alias or whole name (R9.4).
pub(super) fn contact_row(tx: &mut WriteTx<'_, '_>, line: u64, row: &ContactRow) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let customer = match find_named(&tx.reads(), &edits, &row.customer)? {
        Some(customer) => customer,
        None => {
            let problem = Problem::with(fields::NUMBER, Code::NotFound, &row.customer);
            return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
        }
    };
    let same = |contact: &&Contact| contact.name == row.checked.name && contact.mobile == row.checked.mobile;
    if tx
        .reads()
        .contacts(&edits, customer.number)?
        .iter()
        .find(same)
        .is_some()
    {
        let problem = Problem::with("", Code::RowRepeated, customer.number.to_string());
        return Ok(ImportRow {
            customer: Some(customer.number),
            ..outcome(line, RowOutcome::Skipped, vec![problem])
        });
    }
    let contact = add_to(tx, &edits, &customer, row.checked.clone(), row.primary)?;
    let mut stored = outcome(line, RowOutcome::Created, row.checked.warnings.clone());
    stored.customer = Some(customer.number);
    stored.contact = Some(contact.id);
    Ok(stored)
}

fn find_named<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    key: &str,
) -> Result<Option<Customer>> {
    match tx.find_customer(grant, key) {
        Ok(customer) => return Ok(Some(customer)),
        Err(Error::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    let query = CustomerQuery {
        text: Some(key.to_owned()),
        ..CustomerQuery::default()
    };
    let page = tx.customers(grant, &query, &PageRequest::first(50))?;
    let named = page
        .items
        .iter()
        .find(|summary| fold_name(&summary.name) == fold_name(key));
    named
        .map(|summary| tx.customer(grant, summary.number))
        .transpose()
        .map(Option::flatten)
}
