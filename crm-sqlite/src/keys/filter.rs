//! What tells that a key is in no pair of a run without reading it, since most keys that are asked for are nowhere.
//!
//! A Bloom filter in blocks of one cache line, stored with its run. A key that was taken out of the run stays in it, which
//! costs a look and never an answer.

use std::sync::Arc;

use crm_core::matching::{KeyKind, MatchKey};

/// Words of a block: 512 bits, a cache line.
const WORDS: usize = 8;
/// Bits that a key sets in its block.
const PROBES: u32 = 6;
/// Keys of a block: of those that are not there, two in a hundred are looked for in vain.
const KEYS_PER_BLOCK: u64 = 50;

/// Whether a key is worth a place in a filter: of parts of names that are typed, nearly all are some name's.
pub(super) fn is_filtered(key: i64) -> bool {
    key < MatchKey::range(KeyKind::Gram).0.to_i64()
}

/// Which keys a run may have.
#[derive(Clone, Debug)]
pub(super) struct KeyFilter(Arc<[[u64; WORDS]]>);

impl KeyFilter {
    /// The filter as it is stored.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let (words, _) = bytes.as_chunks();
        let words: Vec<u64> = words.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect();
        Self(words.as_chunks().0.into())
    }

    /// About as many keys as it has.
    pub(super) fn keys(&self) -> u64 {
        self.0.len() as u64 * KEYS_PER_BLOCK
    }

    /// Whether a key may be in the run; certainly not, if the answer is no.
    pub(super) fn may_have(&self, key: Probe) -> bool {
        match self.0.get(key.block(self.0.len())) {
            Some(words) => key
                .bits()
                .all(|(word, bit)| words.get(word).is_some_and(|it| it & bit > 0)),
            None => true,
        }
    }
}

/// A filter that is being made.
pub(super) struct NewFilter(Vec<[u64; WORDS]>);

impl NewFilter {
    /// For so many keys.
    pub(super) fn new(keys: u64) -> Self {
        Self(vec![[0; WORDS]; keys.div_ceil(KEYS_PER_BLOCK) as usize])
    }

    pub(super) fn add(&mut self, key: i64) {
        let probe = Probe::of(key);
        let block = probe.block(self.0.len());
        let Some(words) = self.0.get_mut(block) else {
            return;
        };
        for (word, bit) in probe.bits() {
            if let Some(word) = words.get_mut(word) {
                *word |= bit;
            }
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flatten()
            .flat_map(|word| word.to_le_bytes())
            .collect()
    }
}

/// A key as every filter is asked for it.
#[derive(Clone, Copy)]
pub(super) struct Probe {
    /// Sorted keys come to one block after another, so that a filter is made in the order in which it lies in memory.
    place: u64,
    spread: u64,
}

impl Probe {
    /// A key is a hash already, in its lower bits; the multiplication spreads it.
    pub(super) fn of(key: i64) -> Self {
        Self {
            place: MatchKey::from_i64(key).place(),
            spread: key.cast_unsigned().wrapping_mul(0xff51_afd7_ed55_8ccd),
        }
    }

    fn block(self, blocks: usize) -> usize {
        ((u128::from(self.place) * blocks as u128) >> 64) as usize
    }

    /// The key's bits in its block, each with its word.
    fn bits(self) -> impl Iterator<Item = (usize, u64)> {
        (0..PROBES).map(move |at| {
            let bit = self.spread.rotate_left(9 * at) >> 55;
            ((bit >> 6) as usize, 1 << (bit & 63))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(i: u64) -> i64 {
        MatchKey::of(KeyKind::Near, &i.to_string()).to_i64()
    }

    fn filter(keys: u64) -> KeyFilter {
        let mut filter = NewFilter::new(keys);
        (0..keys).for_each(|i| filter.add(key(i)));
        KeyFilter::read(&filter.to_bytes())
    }

    #[test]
    fn what_was_added_is_always_found() {
        let filter = filter(100_000);
        assert!((0..100_000).all(|i| filter.may_have(Probe::of(key(i)))));
        assert_eq!(filter.keys(), 100_000);
    }

    #[test]
    fn few_that_were_not_added_are_found() {
        let filter = filter(100_000);
        let wrong = (200_000..300_000)
            .filter(|&i| filter.may_have(Probe::of(key(i))))
            .count();
        assert!(wrong < 3_000, "{wrong} of 100,000");
    }

    #[test]
    fn without_a_filter_every_key_may_be_there() {
        assert!(KeyFilter::read(&[]).may_have(Probe::of(7)));
    }

    #[test]
    fn parts_of_names_are_not_filtered() {
        for &kind in KeyKind::ALL {
            let key = MatchKey::of(kind, "示例").to_i64();
            assert_eq!(is_filtered(key), kind != KeyKind::Gram, "{kind}");
        }
    }
}
