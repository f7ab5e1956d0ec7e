//! Merging a draft into a customer that exists (R6.3): blanks are filled, lists grow, nothing is overwritten.

use super::customer::CheckedCustomer;
use crate::model::Customer;

/// The customer with the draft's values where it had none.
pub fn fill_blanks(before: &Customer, draft: &CheckedCustomer, aliases: &[String]) -> Customer {
    let mut after = before.clone();
    after.size = after.size.or(draft.size);
    after.lead_at = after.lead_at.or(draft.lead_at);
    fill(&mut after.note, &draft.note);
    fill(&mut after.external_id, &draft.external_id);
    if after.source.code == draft.source.code {
        fill(&mut after.source.detail, &draft.source.detail);
    }
    for phone in &draft.phones {
        let there = |known: &crate::model::Phone| match (&known.e164, &phone.e164) {
            (Some(a), Some(b)) => a == b,
            _ => known.typed == phone.typed,
        };
        if !after.phones.iter().any(there) {
            after.phones.push(crate::model::Phone {
                primary: after.phones.is_empty(),
                ..phone.clone()
            });
        }
    }
    add_new(&mut after.addresses, &draft.addresses);
    add_new(&mut after.tags, &draft.tags);
    add_new(&mut after.aliases, aliases);
    for (key, value) in &draft.extra {
        after.extra.entry(key.clone()).or_insert_with(|| value.clone());
    }
    after
}

fn fill(field: &mut Option<String>, value: &Option<String>) {
    if field.is_none() {
        field.clone_from(value);
    }
}

fn add_new<T: Clone + PartialEq>(list: &mut Vec<T>, more: &[T]) {
    for item in more {
        if !list.contains(item) {
            list.push(item.clone());
        }
    }
}
