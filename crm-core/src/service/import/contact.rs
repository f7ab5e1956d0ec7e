//! Rows of a list of contacts (R9.4).

use super::row::outcome;
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Error, Problem, Result},
    import::ContactRow,
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
    let number = match find_named(&tx.reads(), &edits, std::slice::from_ref(&row.customer))? {
        Ok(number) => number,
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

/// The customer that goes by the first of these keys that one goes by: a number, an alias, an identifier of the host's, or a whole
/// name that no other has.
///
/// # Errors
/// What is wrong with the keys: nobody goes by them, or several by a name.
pub(super) fn find_named<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    keys: &[String],
) -> Result<Result<CustomerNumber, Problem>> {
    for key in keys {
        match tx.customer_to_edit(grant, &key.as_str().into()) {
            Ok(customer) => return Ok(Ok(customer.number)),
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
        if let Some(number) = tx.external_id_holder(grant, key)?
            && let Some(customer) = tx.editable::<Customer, _>(grant, number)?
        {
            return Ok(Ok(customer.number));
        }
        let query = CustomerQuery {
            text: Some(key.clone()),
            ..CustomerQuery::default()
        };
        let page = tx.customers_to_edit(grant, &query, &PageRequest::first(50))?;
        let mut named = page
            .items
            .iter()
            .filter(|summary| fold_name(&summary.name) == fold_name(key));
        match (named.next(), named.next()) {
            (Some(one), None) => return Ok(Ok(one.number)),
            (Some(_), Some(_)) => {
                return Ok(Err(Problem::with(fields::NUMBER, Code::CustomerAmbiguous, key)));
            }
            _ => {}
        }
    }
    let first = keys.first().map(String::as_str).unwrap_or_default();
    Ok(Err(Problem::with(fields::NUMBER, Code::NotFound, first)))
}
