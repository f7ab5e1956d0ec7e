//! What must hold of every customer that an operation touched: exactly one primary contact (R3.1), the match keys that
//! it is found by (R6.1), and no answer about what it no longer is (R6.1).

use crate::{
    matching::{MatchKey, NameParts, match_keys},
    model::{Contact, Customer},
};

/// Whether keys or answers may follow from a customer's having become another.
pub fn customer_matters(before: Option<&Customer>, after: Option<&Customer>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            before.name != after.name
                || before.kind != after.kind
                || before.phones != after.phones
                || before.aliases != after.aliases
                || before.registrations != after.registrations
                || before.archived_at.is_some() != after.archived_at.is_some()
        }
        _ => true,
    }
}

/// Whether keys or the primary contact may follow from a contact's having become another.
pub fn contact_matters(before: Option<&Contact>, after: Option<&Contact>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            !before.numbers().eq(after.numbers())
                || before.primary != after.primary
                || before.customer != after.customer
                || before.archived_at.is_some() != after.archived_at.is_some()
        }
        _ => true,
    }
}

/// Makes exactly one contact of a customer primary (R3.1): of several the one that was not before, the last of them; of
/// none the first. The contacts are those that are not archived, in the order in which they were entered; a contact whose
/// part changes has its revision raised, unless this operation has raised it already.
pub fn settle_primary(before: &[Contact], after: &mut [Contact]) {
    let was = |contact: &Contact| before.iter().find(|there| there.id == contact.id);
    let newly = |contact: &&Contact| contact.primary && !was(contact).is_some_and(|there| there.primary);
    let primary = after
        .iter()
        .rfind(newly)
        .or_else(|| after.iter().find(|contact| contact.primary))
        .or(after.first())
        .map(|contact| contact.id);
    for contact in after {
        let is = Some(contact.id) == primary;
        if contact.primary != is {
            contact.primary = is;
            if let Some(there) = was(contact) {
                contact.revision = contact.revision.max(there.revision + 1);
            }
        }
    }
}

/// Whether what was said of a customer no longer holds: its name or a phone has changed (R6.1).
pub fn answers_fall(before: &Customer, after: &Customer) -> bool {
    fn numbers(customer: &Customer) -> impl Iterator<Item = Option<&str>> {
        customer.phones.iter().map(|phone| phone.e164.as_deref())
    }

    before.name != after.name || !numbers(before).eq(numbers(after))
}

/// What a customer with these contacts is found by, sorted, each once: its name, aliases, registrations and numbers, and its contacts'
/// numbers. An archived one is found by nothing (R2.10).
pub fn keys_of(customer: &Customer, contacts: &[Contact]) -> Vec<MatchKey> {
    if customer.archived_at.is_some() {
        return Vec::new();
    }
    let phones = customer.phones.iter().filter_map(|phone| phone.e164.as_deref());
    let theirs = contacts.iter().flat_map(Contact::numbers);
    let aliases = customer.aliases.iter().map(String::as_str);
    let name = NameParts::of(&customer.name, customer.kind);
    let mut keys = match_keys(&name, phones.chain(theirs), aliases, &customer.registrations);
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{ContactId, NewContact, Region},
        rules::{Strictness, contact::check_contact},
    };

    fn contact(id: u8, primary: bool) -> Contact {
        let new = NewContact {
            name: "王芳".into(),
            mobile: "13912345678".into(),
            ..NewContact::default()
        };
        let checked = check_contact(&new, Region::CN, Strictness::Entry).unwrap();
        let customer = "CRM202405010001".parse().unwrap();
        checked.entered(
            ContactId::from_bytes([id; 16]),
            customer,
            primary,
            chrono::DateTime::UNIX_EPOCH,
        )
    }

    fn settled(before: &[Contact], after: &[Contact]) -> Vec<(u64, bool)> {
        let mut after = after.to_vec();
        settle_primary(before, &mut after);
        after
            .iter()
            .map(|contact| (contact.revision, contact.primary))
            .collect()
    }

    #[test]
    fn r3_1_the_first_contact_is_primary() {
        assert_eq!(settled(&[], &[contact(1, false)]), [(1, true)]);
        assert_eq!(settled(&[], &[]), []);
    }

    #[test]
    fn r3_1_making_another_primary_unmakes_it_and_raises_its_revision() {
        let before = [contact(1, true), contact(2, false)];
        let made = Contact {
            revision: 2,
            ..contact(2, true)
        };
        assert_eq!(
            settled(&before, &[contact(1, true), made]),
            [(2, false), (2, true)]
        );
        let added = [contact(1, true), contact(2, false), contact(3, true)];
        assert_eq!(settled(&before, &added), [(2, false), (1, false), (1, true)]);
    }

    #[test]
    fn r3_1_archiving_the_primary_promotes_the_oldest() {
        let before = [contact(1, false), contact(2, true), contact(3, false)];
        let left = [contact(1, false), contact(3, false)];
        assert_eq!(settled(&before, &left), [(2, true), (1, false)]);
    }

    #[test]
    fn r3_1_one_that_is_primary_already_touches_nobody() {
        let before = [contact(1, true), contact(2, false)];
        assert_eq!(settled(&before, &before), [(1, true), (1, false)]);
    }
}
