//! Rows of one customer that bring different contacts (R9.5 c): as most systems export, one for each contact.

use super::{
    row::{contact_not_taken, is_same},
    there::AlreadyThere,
};
use crate::{
    access::{EditCustomers, Grant},
    error::{Code, Problem, Result},
    import::CustomerRow,
    matching::{Registered, fold_name},
    model::{Address, Customer, CustomerKind, CustomerNumber, Region, Registration},
    rules::{contact::CheckedContact, country::country_of, customer::CheckedCustomer},
    service::door::ReadTx,
};
use std::collections::BTreeMap;

/// What the contact of a row is to the row's customer, who is there.
pub(super) enum Brought {
    /// Another one of the same customer's.
    Another {
        /// The customer.
        number: CustomerNumber,
        /// Whether it has none yet.
        first: bool,
    },
    /// One that it has; what the row says otherwise of it.
    Known(CustomerNumber, Vec<Problem>),
}

/// Which customer, of those that the caller may change, is the row's own for sure, and whether it has the row's contact: it has the
/// row's external identifier; or it is the likely one, a company or an institution of the same name, and in no other country.
pub(super) fn brought<'tx>(
    tx: &ReadTx<'_, 'tx>,
    edits: &Grant<'tx, EditCustomers>,
    row: &CustomerRow,
    seen: Option<&AlreadyThere>,
) -> Result<Option<Brought>> {
    let is_repeated = seen.is_some_and(|there| there.problem.code == Code::RowRepeated);
    let Some((contact, _)) = row.contact.as_ref().filter(|_| !is_repeated) else {
        return Ok(None);
    };
    // A number that is in use refuses its row (R2.1).
    let identifier = row.checked.external_id.as_ref().filter(|_| row.number.is_none());
    let identified = match identifier {
        Some(external_id) => tx.external_id_holder(edits, external_id)?,
        None => None,
    };
    let likely = seen.map(|there| there.candidate.number);
    for number in identified.into_iter().chain(likely) {
        let there = tx.editable::<Customer, _>(edits, number)?;
        let Some(there) = there.filter(|there| there.archived_at.is_none()) else {
            continue;
        };
        if identified == Some(number)
            || is_one(
                row,
                &there.name,
                there.kind,
                &Place::of(&there.extra, &there.addresses, &there.registrations),
            )
        {
            let contacts = tx.contacts_to_edit(edits, number)?;
            let known = contacts.iter().find(|there| is_same(there, contact));
            return Ok(Some(match known {
                Some(there) => Brought::Known(number, contact_not_taken(contact, there).collect()),
                None => Brought::Another {
                    number,
                    first: contacts.is_empty(),
                },
            }));
        }
    }
    Ok(None)
}

/// Where a customer is, and under which numbers it is registered, where that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    country: Option<Region>,
    /// In the form in which they are compared.
    registrations: Vec<Registration>,
}

impl Place {
    fn of(extra: &BTreeMap<String, String>, addresses: &[Address], registrations: &[Registration]) -> Self {
        Self {
            country: country_of(extra, addresses),
            registrations: registrations.iter().map(Registration::normal).collect(),
        }
    }

    pub(super) fn of_row(row: &CustomerRow) -> Self {
        let CheckedCustomer {
            extra,
            addresses,
            registrations,
            ..
        } = &row.checked;
        Self::of(extra, addresses, registrations)
    }

    /// Whether nothing tells the two apart, and whether a registration number says that they are one.
    fn may_be(&self, other: &Self) -> (bool, bool) {
        let countries = self.country.is_none() || other.country.is_none() || self.country == other.country;
        let registered = Registered::between(&self.registrations, &other.registrations);
        (
            countries && registered != Registered::Apart,
            registered == Registered::Same,
        )
    }
}

/// Whether a row's customer is the one of this name and kind, which is likely the same: it has the same registration number, or
/// is a company or an institution of the same name.
pub(super) fn is_one(row: &CustomerRow, name: &str, kind: CustomerKind, place: &Place) -> bool {
    let is_person = [row.checked.kind, kind].contains(&CustomerKind::Individual);
    let is_named = || !is_person && fold_name(&row.checked.name) == fold_name(name);
    let (may_be, is_registered) = Place::of_row(row).may_be(place);
    may_be && (is_registered || is_named())
}

/// The row with what it says of the customer alone: its contact's telephones are not the customer's.
pub(super) fn of_customer(row: &CustomerRow) -> CustomerRow {
    let mut row = row.clone();
    if let Some((contact, _)) = &row.contact {
        row.checked.phones.retain(|phone| {
            let typed = [Some(&contact.mobile), contact.phone.as_ref()];
            let is_theirs = |number: &String| contact.numbers().any(|theirs| theirs == number);
            !phone.e164.as_ref().is_some_and(is_theirs) && !typed.contains(&Some(&phone.typed))
        });
    }
    row
}

/// That a contact was added.
pub(super) fn added(contact: &CheckedContact) -> Problem {
    Problem::with("", Code::ContactAdded, &contact.name)
}
