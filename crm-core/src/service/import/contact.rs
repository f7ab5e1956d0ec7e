//! Rows of a list of contacts (R9.4).

use super::row::outcome;
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Error, Problem, Result},
    import::ContactRow,
    matching::fold_name,
    model::{CustomerNumber, CustomerQuery, ImportRow, PageRequest, RowOutcome, fields},
    service::{
        contacts::add_to,
        door::{ReadTx, WriteTx},
    },
};

/// Adds a contact to the customer that the row names by number, alias or whole name (R9.4).
pub(super) fn contact_row(tx: &mut WriteTx<'_, '_>, line: u64, row: &ContactRow) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let Some(number) = find_named(&tx.reads(), &edits, &row.customer)? else {
        let problem = Problem::with(fields::NUMBER, Code::NotFound, &row.customer);
        return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
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

fn find_named<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    key: &str,
) -> Result<Option<CustomerNumber>> {
    match tx.customer_to_edit(grant, &key.into()) {
        Ok(customer) => return Ok(Some(customer.number)),
        Err(Error::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    let query = CustomerQuery {
        text: Some(key.to_owned()),
        ..CustomerQuery::default()
    };
    let page = tx.customers_to_edit(grant, &query, &PageRequest::first(50))?;
    let named = page
        .items
        .iter()
        .find(|summary| fold_name(&summary.name) == fold_name(key));
    Ok(named.map(|summary| summary.number))
}
