//! Rows of a list of contacts (R9.4).

use super::row::{contact_not_taken, is_same, outcome};
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Problem, Result},
    import::{Called, ContactRow},
    matching::fold_name,
    model::{Contact, Customer, CustomerNumber, CustomerQuery, ImportRow, PageRequest, RowOutcome, fields},
    service::{
        contacts::add_to,
        door::{ReadTx, WriteTx},
    },
};

/// Adds a contact to the customer that the row names by number, alias, identifier or whole name (R9.4).
pub(super) fn contact_row(tx: &mut WriteTx<'_, '_>, line: u64, row: &ContactRow) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let number = match place_of(&tx.reads(), &edits, row)? {
        Place::Free(number) => number,
        Place::Taken(there) => return Ok(repeated(line, row, &there)),
        Place::None(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
    };
    let contact = add_to(tx, &edits, number, row.checked.clone(), row.primary);
    let mut stored = outcome(line, RowOutcome::Created, row.checked.warnings.clone());
    stored.customer = Some(number);
    stored.contact = Some(contact.id);
    Ok(stored)
}

/// What [`contact_row`] would do.
pub(super) fn contact_row_dry<'tx>(tx: &ReadTx<'_, 'tx>, line: u64, row: &ContactRow) -> Result<ImportRow> {
    let edits: Grant<'tx, EditCustomers> = tx.grant()?;
    Ok(match place_of(tx, &edits, row)? {
        Place::Free(number) => ImportRow {
            customer: Some(number),
            ..outcome(line, RowOutcome::Created, row.checked.warnings.clone())
        },
        Place::Taken(there) => repeated(line, row, &there),
        Place::None(problem) => outcome(line, RowOutcome::Refused, vec![problem]),
    })
}

/// A row whose contact is there; what it says otherwise is told.
fn repeated(line: u64, row: &ContactRow, there: &Contact) -> ImportRow {
    let mut problems = vec![Problem::with("", Code::RowRepeated, there.customer.to_string())];
    problems.extend(contact_not_taken(&row.checked, there));
    ImportRow {
        customer: Some(there.customer),
        ..outcome(line, RowOutcome::Skipped, problems)
    }
}

/// Where a contact belongs.
enum Place {
    /// To this customer.
    Free(CustomerNumber),
    /// To a customer who has it already.
    Taken(Box<Contact>),
    /// To none that can be told.
    None(Problem),
}

fn place_of<'tx>(tx: &ReadTx<'_, 'tx>, edits: &Grant<'tx, EditCustomers>, row: &ContactRow) -> Result<Place> {
    let number = match find_named(tx, edits, &row.customer)? {
        Ok(number) => number,
        Err(problem) => return Ok(Place::None(problem)),
    };
    let contacts = tx.contacts_to_edit(edits, number)?;
    let there = contacts.iter().find(|contact| is_same(contact, &row.checked));
    Ok(match there {
        Some(there) => Place::Taken(Box::new(Contact::clone(there))),
        None => Place::Free(number),
    })
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
    let mut known: Option<(&Called, Vec<CustomerNumber>)> = None;
    for name in called {
        let found = find(tx, grant, name)?;
        if found.is_empty() {
            continue;
        }
        let Some((before, there)) = known.take() else {
            known = Some((name, found));
            continue;
        };
        let both: Vec<CustomerNumber> = there
            .iter()
            .copied()
            .filter(|number| found.contains(number))
            .collect();
        if both.is_empty() {
            return Ok(Err(ambiguous(name, there.into_iter().chain(found))));
        }
        known = Some((before, both));
    }
    Ok(match known {
        None => Err(not_found(called)),
        Some((name, found)) => match found.as_slice() {
            [number] => Ok(*number),
            _ => Err(ambiguous(name, found)),
        },
    })
}

/// The customers that go by a name: by a number, an alias or an identifier of the host's, or by a whole name. One that is archived
/// goes by its identifier only where none that is in lists goes by it.
fn find<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    called: &Called,
) -> Result<Vec<CustomerNumber>> {
    let name = match called {
        Called::Number(key) => {
            let mut found = tx.customers_called(grant, &key.as_str().into())?;
            if let Some(number) = tx.external_id_holder(grant, key)?
                && !found.contains(&number)
                && let Some(there) = tx.editable::<Customer, _>(grant, number)?
                && (there.archived_at.is_none() || found.is_empty())
            {
                found.push(number);
            }
            return Ok(found);
        }
        Called::Either(text) => {
            let found = find(tx, grant, &Called::Number(text.clone()))?;
            return match found.is_empty() {
                true => find(tx, grant, &Called::Name(text.clone())),
                false => Ok(found),
            };
        }
        Called::Name(name) => name,
    };
    let query = CustomerQuery {
        text: Some(name.clone()),
        ..CustomerQuery::default()
    };
    let (mut page, folded, mut found) = (PageRequest::first(PageRequest::MAX), fold_name(name), Vec::new());
    loop {
        let listed = tx.customers_to_edit(grant, &query, &page)?;
        let same = listed
            .items
            .iter()
            .filter(|summary| fold_name(&summary.name) == folded);
        found.extend(same.map(|summary| summary.number));
        match listed.next {
            Some(next) => page.after = Some(next),
            None => return Ok(found),
        }
    }
}

/// Customers of one name that are told of.
const NAMED: usize = 5;
/// Characters of the name, so that the numbers are not cut off.
const NAME_TOLD: usize = 60;

fn text_of(called: &Called) -> &str {
    let (Called::Number(text) | Called::Name(text) | Called::Either(text)) = called;
    text
}

fn ambiguous(called: &Called, numbers: impl IntoIterator<Item = CustomerNumber>) -> Problem {
    let name: String = text_of(called).chars().take(NAME_TOLD).collect();
    let mut numbers: Vec<CustomerNumber> = numbers.into_iter().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let first = numbers.iter().take(NAMED);
    let numbers: Vec<String> = first.map(CustomerNumber::to_string).collect();
    let told = format!("{name} ({})", numbers.join(", "));
    Problem::with(fields::NUMBER, Code::CustomerAmbiguous, told)
}

fn not_found(called: &[Called]) -> Problem {
    let first = called.first().map(text_of).unwrap_or_default();
    Problem::with(fields::NUMBER, Code::NotFound, first)
}
