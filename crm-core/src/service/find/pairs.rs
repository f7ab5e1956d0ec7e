//! The pairs that are worth a look: customers that share a key (R6.2).

use std::collections::BTreeSet;

use crate::{
    access::{Grant, SeeCustomers},
    error::Result,
    matching::{KeyKind, MatchKey},
    model::CustomerNumber,
    service::door::ReadTx,
};

/// The kinds of keys that give pairs: first numbers, then names.
pub(super) const KINDS: [KeyKind; 6] = [
    KeyKind::Registration,
    KeyKind::Phone,
    KeyKind::Alias,
    KeyKind::Name,
    KeyKind::Core,
    KeyKind::Near,
];

const fn is_number(kind: KeyKind) -> bool {
    matches!(kind, KeyKind::Phone | KeyKind::Alias)
}

/// Two customers, the lower number first.
pub(super) type Pair = (CustomerNumber, CustomerNumber);

/// What the customers who share keys of one kind come to.
pub(super) struct Shared {
    pairs: Vec<Pair>,
    crowded: Vec<MatchKey>,
}

/// The pairs in sight that share a key of a kind, and the keys that more customers in sight share than are looked at.
pub(super) fn shared<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    kind: KeyKind,
) -> Result<Shared> {
    let (mut pairs, mut crowded) = (Vec::new(), Vec::new());
    tx.shared_keys(grant, kind, &mut |key, numbers| {
        if numbers.len() > kind.crowd() {
            crowded.extend(is_number(kind).then_some(key));
            return Ok(true);
        }
        let mut rest = numbers;
        while let Some((first, others)) = rest.split_first() {
            pairs.extend(others.iter().map(|other| (*first, *other)));
            rest = others;
        }
        Ok(true)
    })?;
    Ok(Shared { pairs, crowded })
}

/// The pairs, the lower number first.
#[derive(Default)]
pub(super) struct Pairs {
    all: Vec<Pair>,
    by_name: Vec<Pair>,
    /// The customers in them, sorted.
    wanted: Vec<CustomerNumber>,
    /// Numbers that more customers have than are looked at.
    crowded: BTreeSet<MatchKey>,
}

impl Pairs {
    pub(super) fn add(&mut self, kind: KeyKind, shared: Shared) {
        let pairs = if is_number(kind) {
            &mut self.all
        } else {
            &mut self.by_name
        };
        pairs.extend(shared.pairs);
        self.crowded.extend(shared.crowded);
    }

    /// Puts all in order, once all are there.
    pub(super) fn settle(&mut self) {
        sort(&mut self.by_name);
        self.all.extend(&self.by_name);
        sort(&mut self.all);
        self.wanted = self.all.iter().flat_map(|(a, b)| [*a, *b]).collect();
        sort(&mut self.wanted);
    }

    /// Each once, in order.
    pub(super) fn all(&self) -> &[Pair] {
        &self.all
    }

    /// Those that names bring together.
    pub(super) fn by_name(&self) -> &[Pair] {
        &self.by_name
    }

    /// Whether a customer is in one of them.
    pub(super) fn have(&self, customer: CustomerNumber) -> bool {
        self.wanted.binary_search(&customer).is_ok()
    }

    /// Whether more customers have a number than are looked at.
    pub(super) fn is_crowded(&self, number: &str) -> bool {
        [KeyKind::Phone, KeyKind::Alias]
            .iter()
            .any(|&kind| self.crowded.contains(&MatchKey::of(kind, number)))
    }
}

fn sort<T: Ord>(items: &mut Vec<T>) {
    items.sort_unstable();
    items.dedup();
}
