//! What the customers that a dry run would enter have by then, as far as a later row of the list may fill it (R6.3).

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::{
    import::CustomerRow,
    model::{Address, Registration},
};

/// What is there, by customer: some hundred bytes of each.
#[derive(Default)]
pub(super) struct Blanks {
    /// Digests of what is there, and whose it is.
    there: HashMap<u64, usize>,
}

impl Blanks {
    /// Takes note of what a customer has.
    pub(super) fn enter(&mut self, customer: usize, row: &CustomerRow) {
        self.fill(customer, row);
    }

    /// Fills what a customer lacks; whether there was anything.
    pub(super) fn fill(&mut self, customer: usize, row: &CustomerRow) -> bool {
        let mut filled = false;
        let mut add = |field: &str, value: &str| {
            let mut digest = DefaultHasher::new();
            (customer, field, value).hash(&mut digest);
            filled |= self.there.insert(digest.finish(), customer).is_none();
        };
        let new = &row.checked;
        // Of these a customer has one, whichever it is.
        let singles = [
            ("size", new.size.is_some()),
            ("lead_at", new.lead_at.is_some()),
            ("note", new.note.is_some()),
            ("external_id", new.external_id.is_some()),
        ];
        for (field, _) in singles.into_iter().filter(|(_, is_there)| *is_there) {
            add(field, "");
        }
        if new.source.detail.is_some() {
            add("source", &new.source.code);
        }
        for phone in &new.phones {
            add("phone", phone.e164.as_deref().unwrap_or(&phone.typed));
        }
        for text in new.addresses.iter().map(Address::text) {
            add("address", &text);
        }
        for registration in new.registrations.iter().map(Registration::normal) {
            let Registration {
                country,
                scheme,
                number,
            } = registration;
            add("registration", &format!("{country} {scheme} {number}"));
        }
        new.tags.iter().for_each(|tag| add("tag", tag));
        row.aliases.iter().for_each(|alias| add("alias", alias));
        new.extra.keys().for_each(|key| add("extra", key));
        filled
    }

    /// Forgets customers from here on, which an attempt at a step entered.
    pub(super) fn forget_from(&mut self, customer: usize) {
        self.there.retain(|_, there| *there < customer);
    }
}
