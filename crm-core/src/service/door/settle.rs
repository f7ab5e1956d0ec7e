//! Settling: what follows from the records that an operation has put, for every customer that it touched, before anything
//! is written. A thousand contacts that move cost one settling of each customer, and one read for all.

use std::collections::BTreeMap;

use super::write::{Waiting, WriteTx};
use crate::{
    error::Result,
    matching::MatchKey,
    model::{Answer, Contact, Customer, CustomerNumber},
    rules::settle::{answers_fall, contact_matters, customer_matters, keys_of, settle_primary},
    store::{Delta, Dossier, KeyChange, Put},
};

/// What is to be written, in order, and the keys that change with it.
type Settled = (Vec<Waiting>, Vec<(CustomerNumber, KeyChange)>);

/// A customer that the operation touched, before and after.
#[derive(Default)]
struct Touched<'a> {
    before: Option<&'a Dossier>,
    customer: Option<&'a Customer>,
    contacts: Vec<Contact>,
}

/// Takes what waits.
pub(super) fn settle(tx: &mut WriteTx<'_, '_>) -> Result<Settled> {
    let mut waiting = joined(std::mem::take(&mut tx.waiting));
    waiting.retain(|waiting| !waiting.delta.is_nothing());
    let mut prepared = std::mem::take(&mut tx.prepared);
    let row_keys = std::mem::take(&mut tx.row_keys);
    let mut touched = touched(&waiting);
    if touched.is_empty() {
        return Ok((waiting, Vec::new()));
    }
    let known: Vec<CustomerNumber> = touched
        .iter()
        .filter(|(_, touched)| touched.customer.is_none())
        .map(|(number, _)| *number)
        .collect();
    let dossiers = match known.is_empty() {
        true => Vec::new(),
        false => tx.store.dossiers(&known)?,
    };
    for dossier in &dossiers {
        if let Some(touched) = touched.get_mut(&dossier.customer.number) {
            touched.customer = Some(&dossier.customer);
            touched.contacts.clone_from(&dossier.contacts);
            touched.before = Some(dossier);
        }
    }
    for Waiting { delta, .. } in &waiting {
        follow(&mut touched, delta);
    }
    let mut keys = Vec::with_capacity(touched.len());
    let mut following = Vec::new();
    for (number, mut touched) in touched {
        let before = touched.before;
        let contacts_before = before.map_or(&[][..], |before| &before.contacts);
        let as_put = touched.contacts.clone();
        settle_primary(contacts_before, &mut touched.contacts);
        for (put, settled) in as_put.into_iter().zip(&touched.contacts) {
            if put != *settled {
                following.push(Put::edit(put, settled.clone()).into());
            }
        }
        let falls = |before: &&Dossier| {
            let changed = |customer| !tx.answers_hold && answers_fall(&before.customer, customer);
            touched.customer.is_some_and(changed)
        };
        for &other in before
            .filter(falls)
            .into_iter()
            .flat_map(|before| &before.distinct)
        {
            following.push(Put::remove(Answer::about(number, other)).into());
        }
        let mut change = match prepared.remove(&number) {
            Some(added) => KeyChange {
                removed: Vec::new(),
                added,
            },
            None => difference(
                &before
                    .map(|before| keys_of(&before.customer, &before.contacts))
                    .unwrap_or_default(),
                &touched
                    .customer
                    .map(|customer| keys_of(customer, &touched.contacts))
                    .unwrap_or_default(),
            ),
        };
        change.added.extend(
            row_keys
                .iter()
                .filter(|(of, _)| *of == number)
                .map(|(_, key)| *key),
        );
        change.added.sort_unstable();
        if change != KeyChange::default() {
            keys.push((number, change));
        }
    }
    for delta in following {
        add(&mut waiting, delta);
    }
    waiting.retain(|waiting| !waiting.delta.is_nothing());
    // Whoever is no longer primary is so before another becomes it.
    waiting.sort_by_key(|waiting| !is_unmade(&waiting.delta));
    Ok((waiting, keys))
}

/// One delta for each record, in the order in which they were first put.
fn joined(all: Vec<Waiting>) -> Vec<Waiting> {
    if all.len() < 2 {
        return all;
    }
    let mut joined: Vec<Waiting> = Vec::with_capacity(all.len());
    let mut places = BTreeMap::new();
    for waiting in all {
        let about = waiting.delta.about(None);
        match places
            .get(&(about.entity, about.key.clone()))
            .and_then(|&at: &usize| joined.get_mut(at))
        {
            Some(first) => drop(first.go_on(&waiting.delta)),
            None => {
                places.insert((about.entity, about.key), joined.len());
                joined.push(waiting);
            }
        }
    }
    joined
}

/// Adds a delta, to the record's own if there is one.
fn add(waiting: &mut Vec<Waiting>, delta: Delta) {
    for there in waiting.iter_mut() {
        if there.delta.is_of_the_same(&delta) && there.go_on(&delta) {
            return;
        }
    }
    waiting.push(Waiting::of(delta, None));
}

/// The customers of whom something may follow; a new one comes with itself.
fn touched(waiting: &[Waiting]) -> BTreeMap<CustomerNumber, Touched<'_>> {
    let mut touched: BTreeMap<CustomerNumber, Touched<'_>> = BTreeMap::new();
    for Waiting { delta, .. } in waiting {
        match delta {
            Delta::Customer(put) if customer_matters(put.before.as_ref(), put.after.as_ref()) => {
                if let Some(number) = put.key() {
                    let there = touched.entry(number).or_default();
                    if put.before.is_none() {
                        there.customer = put.after.as_ref();
                    }
                }
            }
            Delta::Contact(put) if contact_matters(put.before.as_ref(), put.after.as_ref()) => {
                for contact in put.before.iter().chain(&put.after) {
                    touched.entry(contact.customer).or_default();
                }
            }
            _ => {}
        }
    }
    touched
}

/// Applies a delta to what is known of the customers touched.
fn follow<'a>(touched: &mut BTreeMap<CustomerNumber, Touched<'a>>, delta: &'a Delta) {
    match delta {
        Delta::Customer(put) => {
            if let Some(there) = put.key().and_then(|number| touched.get_mut(&number)) {
                there.customer = put.after.as_ref();
            }
        }
        Delta::Contact(Put { before, after }) => {
            if let Some(before) = before
                && let Some(there) = touched.get_mut(&before.customer)
                && after
                    .as_ref()
                    .is_none_or(|after| after.customer != before.customer || after.archived_at.is_some())
            {
                there.contacts.retain(|contact| contact.id != before.id);
            }
            if let Some(after) = after.as_ref().filter(|after| after.archived_at.is_none())
                && let Some(there) = touched.get_mut(&after.customer)
            {
                match there.contacts.iter_mut().find(|contact| contact.id == after.id) {
                    Some(contact) => contact.clone_from(after),
                    None => there.contacts.push(after.clone()),
                }
            }
        }
        _ => {}
    }
}

fn is_unmade(delta: &Delta) -> bool {
    let Delta::Contact(Put {
        before: Some(before),
        after,
    }) = delta
    else {
        return false;
    };
    let moves = after
        .as_ref()
        .is_some_and(|after| after.customer != before.customer);
    let stays = |after: &Contact| after.primary && after.archived_at.is_none();
    before.primary && !moves && !after.as_ref().is_some_and(stays)
}

/// What is in the one and not in the other; both are sorted.
fn difference(before: &[MatchKey], after: &[MatchKey]) -> KeyChange {
    let without = |these: &[MatchKey], those: &[MatchKey]| {
        let gone = these.iter().filter(|key| those.binary_search(key).is_err());
        gone.copied().collect()
    };
    KeyChange {
        removed: without(before, after),
        added: without(after, before),
    }
}
