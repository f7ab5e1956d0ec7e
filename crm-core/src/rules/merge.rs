//! Merging a draft into a customer that exists (R6.3): blanks are filled, lists grow, nothing is overwritten.

use super::{
    customer::CheckedCustomer,
    limit::{ADDRESSES, ALIASES, PHONES, REGISTRATIONS, TAGS, at_most},
};
use crate::{
    error::Problem,
    model::{Customer, Phone, fields},
};

/// The customer with the draft's values where it had none; and which lists stay as they are, since both together would be
/// more than a customer has (R9.5).
pub fn fill_blanks(
    before: &Customer,
    draft: &CheckedCustomer,
    aliases: &[String],
) -> (Customer, Vec<Problem>) {
    let mut after = before.clone();
    let mut flags = Vec::new();
    after.size = after.size.or(draft.size);
    after.lead_at = after.lead_at.or(draft.lead_at);
    fill(&mut after.note, &draft.note);
    fill(&mut after.external_id, &draft.external_id);
    if after.source.code == draft.source.code {
        fill(&mut after.source.detail, &draft.source.detail);
    }
    let same_number = |known: &Phone, phone: &Phone| match (&known.e164, &phone.e164) {
        (Some(a), Some(b)) => a == b,
        _ => known.typed == phone.typed,
    };
    let is_first = after.phones.is_empty();
    let phones: Vec<Phone> = draft
        .phones
        .iter()
        .map(|phone| Phone {
            primary: is_first && phone.primary,
            ..phone.clone()
        })
        .collect();
    let mut grow = |grown: Result<(), Problem>| flags.extend(grown.err());
    grow(add_new(
        fields::PHONES,
        &mut after.phones,
        &phones,
        PHONES,
        same_number,
    ));
    grow(add_new(
        fields::ADDRESSES,
        &mut after.addresses,
        &draft.addresses,
        ADDRESSES,
        PartialEq::eq,
    ));
    grow(add_new(
        fields::REGISTRATIONS,
        &mut after.registrations,
        &draft.registrations,
        REGISTRATIONS,
        |there, new| there.normal() == new.normal(),
    ));
    grow(add_new(
        fields::TAGS,
        &mut after.tags,
        &draft.tags,
        TAGS,
        PartialEq::eq,
    ));
    grow(add_new(
        fields::ALIASES,
        &mut after.aliases,
        aliases,
        ALIASES,
        PartialEq::eq,
    ));
    for (key, value) in &draft.extra {
        after.extra.entry(key.clone()).or_insert_with(|| value.clone());
    }
    (after, flags)
}

fn fill(field: &mut Option<String>, value: &Option<String>) {
    if field.is_none() {
        field.clone_from(value);
    }
}

/// Adds what is not there yet; all of it or, if that would be too many, nothing.
pub(super) fn add_new<T: Clone>(
    field: &str,
    list: &mut Vec<T>,
    more: &[T],
    most: usize,
    is_same: impl Fn(&T, &T) -> bool,
) -> Result<(), Problem> {
    let there = list.len();
    for item in more {
        if !list.iter().any(|known| is_same(known, item)) {
            list.push(item.clone());
        }
    }
    match list.len() > there {
        true => at_most(field, list.len(), most).inspect_err(|_| list.truncate(there)),
        false => Ok(()),
    }
}
