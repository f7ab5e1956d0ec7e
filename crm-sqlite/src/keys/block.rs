//! Keys with their customers, some dozens to a block, of a few bytes each.
//!
//! A block tells its lowest key and its lowest customer, and how far above them each pair is. Keys of a block lie close
//! together, since pairs are sorted, and so do the customers of a list, so that few bytes tell it. All offsets of a block
//! are of one width: a key is found by halving, and a block is unpacked without asking where each number ends.

use crm_core::Result;

use crate::error::unreadable;

/// A key and its customer's number.
pub(crate) type Pair = (i64, i64);

/// As many pairs stand in a block.
pub(super) const PAIRS: usize = 64;

/// The lowest key, the lowest customer, and the widths of both offsets.
const HEAD: usize = 18;

/// Puts sorted pairs as a block in the place of what `bytes` held.
pub(super) fn write(pairs: &[Pair], bytes: &mut Vec<u8>) {
    bytes.clear();
    let Some(&(key, _)) = pairs.first() else { return };
    let customers = || pairs.iter().map(|pair| pair.1);
    let customer = customers().min().unwrap_or_default();
    let last = pairs.last().map_or(key, |pair| pair.0);
    let width = |span: i64| (71 - (span.cast_unsigned() | 1).leading_zeros() as usize) / 8;
    let key_width = width(last.wrapping_sub(key));
    let customer_width = width(customers().max().unwrap_or_default().wrapping_sub(customer));
    bytes.extend(key.to_le_bytes());
    bytes.extend(customer.to_le_bytes());
    bytes.extend([key_width as u8, customer_width as u8]);
    let mut push = |offset: i64, width| bytes.extend(offset.to_le_bytes().iter().take(width));
    pairs
        .iter()
        .for_each(|pair| push(pair.0.wrapping_sub(key), key_width));
    customers().for_each(|it| push(it.wrapping_sub(customer), customer_width));
}

/// A block as it is stored; no bytes are one that has lost all its pairs.
#[derive(Clone, Copy)]
pub(super) struct Block<'b> {
    key: i64,
    customer: i64,
    keys: Offsets<'b>,
    customers: Offsets<'b>,
}

#[derive(Clone, Copy)]
struct Offsets<'b> {
    bytes: &'b [u8],
    width: usize,
}

impl Offsets<'_> {
    fn at(self, at: usize) -> i64 {
        let mut whole = [0; 8];
        let from = at * self.width;
        if let Some(bytes) = self.bytes.get(from..from + self.width) {
            whole.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
        i64::from_le_bytes(whole)
    }
}

impl<'b> Block<'b> {
    /// # Errors
    /// `storage.corrupt` for bytes that are no block.
    pub(super) fn read(bytes: &'b [u8]) -> Result<Self> {
        Self::of(bytes).ok_or_else(|| unreadable("block of keys"))
    }

    fn of(bytes: &'b [u8]) -> Option<Self> {
        const EMPTY: [u8; HEAD] = [1; HEAD];

        let bytes = if bytes.is_empty() { &EMPTY } else { bytes };
        let (head, offsets) = bytes.split_at_checked(HEAD)?;
        let (numbers, widths) = head.as_chunks::<8>();
        let (&[key, customer], &[key_width, customer_width]) = (numbers, widths) else {
            return None;
        };
        let widths = (usize::from(key_width), usize::from(customer_width));
        let pair = widths.0 + widths.1;
        if !(1..=8).contains(&widths.0) || !(1..=8).contains(&widths.1) || offsets.len() % pair != 0 {
            return None;
        }
        let (keys, customers) = offsets.split_at_checked(offsets.len() / pair * widths.0)?;
        let offsets = |bytes, width| Offsets { bytes, width };
        Some(Self {
            key: i64::from_le_bytes(key),
            customer: i64::from_le_bytes(customer),
            keys: offsets(keys, widths.0),
            customers: offsets(customers, widths.1),
        })
    }

    pub(super) const fn len(self) -> usize {
        self.keys.bytes.len() / self.keys.width
    }

    fn key(self, at: usize) -> i64 {
        self.key.wrapping_add(self.keys.at(at))
    }

    /// The pairs, in order.
    pub(super) fn pairs(self) -> impl Iterator<Item = Pair> + 'b {
        (0..self.len()).map(move |at| (self.key(at), self.customer.wrapping_add(self.customers.at(at))))
    }

    /// The customers of a key, in order, and whether the block ends with it.
    pub(super) fn customers_of(self, key: i64) -> (impl Iterator<Item = i64> + 'b, bool) {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            match self.key(middle) < key {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        let ends_with_it = self
            .len()
            .checked_sub(1)
            .is_some_and(|last| self.key(last) <= key);
        let theirs = (low..self.len()).take_while(move |&at| self.key(at) == key);
        let customers = theirs.map(move |at| self.customer.wrapping_add(self.customers.at(at)));
        (customers, ends_with_it)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(pairs: &[Pair]) -> Vec<u8> {
        let mut bytes = vec![7; 3];
        write(pairs, &mut bytes);
        bytes
    }

    /// Keys that now and then are the same.
    fn pairs() -> impl Strategy<Value = Vec<Pair>> {
        let key = prop_oneof![0_i64..9, any::<i64>()];
        proptest::collection::vec((key, any::<i64>()), 1..99).prop_map(|mut pairs| {
            pairs.sort_unstable();
            pairs
        })
    }

    proptest! {
        #[test]
        fn a_block_reads_back(pairs in pairs()) {
            let bytes = written(&pairs);
            prop_assert_eq!(Block::read(&bytes).unwrap().pairs().collect::<Vec<_>>(), pairs);
        }

        #[test]
        fn the_customers_of_a_key_are_found(pairs in pairs(), other: i64) {
            let bytes = written(&pairs);
            let block = Block::read(&bytes).unwrap();
            for key in pairs.iter().map(|pair| pair.0).chain([other, i64::MIN, i64::MAX]) {
                let expected: Vec<i64> = pairs.iter().filter(|pair| pair.0 == key).map(|pair| pair.1).collect();
                let (found, ends_with_it) = block.customers_of(key);
                prop_assert_eq!(found.collect::<Vec<_>>(), expected);
                prop_assert_eq!(ends_with_it, pairs.last().unwrap().0 <= key);
            }
        }

        #[test]
        fn damaged_bytes_are_no_panic(bytes: Vec<u8>, key: i64) {
            if let Ok(block) = Block::read(&bytes) {
                prop_assert!(block.pairs().count() * 2 <= bytes.len());
                prop_assert!(block.customers_of(key).0.count() <= block.len());
            }
        }
    }

    #[test]
    fn what_is_no_block_is_an_error() {
        let whole = written(&[(7, 1), (9, 2)]);
        let with = |at: usize, byte| {
            let mut bytes = whole.clone();
            bytes[at] = byte;
            bytes
        };
        let cut = |end| whole[..end].to_vec();
        for bytes in [
            cut(1),
            cut(HEAD - 1),
            cut(HEAD + 1),
            with(16, 0),
            with(16, 9),
            with(17, 0),
            with(17, 9),
        ] {
            assert!(Block::read(&bytes).is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_block_that_has_lost_all_its_pairs_has_none() {
        let bytes = written(&[]);
        let block = Block::read(&bytes).unwrap();
        assert_eq!((block.pairs().count(), block.customers_of(7).0.count()), (0, 0));
    }

    #[test]
    fn numbers_that_follow_one_another_take_four_bytes_a_pair() {
        let pairs: Vec<Pair> = (0..64)
            .map(|n| ((7 << 60) | (n * 100), 2_024_050_100_000_000 + 40 * n))
            .collect();
        assert_eq!(written(&pairs).len(), HEAD + 4 * pairs.len());
    }
}
