//! Keys with their customers, some dozens to a block, of a few bytes each.
//!
//! Pairs are sorted, so that the next key is told by how far it is from the one before, and the next customer as well:
//! most customers of a list have numbers that follow one another. Both are written seven bits to a byte.

use crm_core::Result;

use crate::error::unreadable;

/// A key and its customer's number.
pub(super) type Pair = (i64, i64);

/// As many pairs stand in a block.
pub(super) const PAIRS: usize = 64;

/// Sorted pairs in a few bytes.
pub(super) fn write(pairs: &[Pair]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pairs.len() * 6);
    let mut last = (0, 0);
    for &(key, customer) in pairs {
        number(&mut bytes, key.wrapping_sub(last.0).cast_unsigned());
        let step = customer.wrapping_sub(last.1);
        // The sign comes last, so that a small step back is a small number too.
        number(&mut bytes, (step << 1 ^ step >> 63).cast_unsigned());
        last = (key, customer);
    }
    bytes
}

/// The pairs of a block, in order.
pub(super) fn read(bytes: &[u8]) -> Pairs<'_> {
    Pairs { bytes, last: (0, 0) }
}

fn number(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Reads a block.
pub(super) struct Pairs<'b> {
    bytes: &'b [u8],
    last: Pair,
}

impl Pairs<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for (at, &byte) in self.bytes.iter().enumerate().take(10) {
            value |= u64::from(byte & 0x7f) << (7 * at);
            if byte < 0x80 {
                self.bytes = self.bytes.get(at + 1..)?;
                return Some(value);
            }
        }
        None
    }

    fn pair(&mut self) -> Option<Pair> {
        let (key, step) = (self.number()?.cast_signed(), self.number()?);
        let step = (step >> 1).cast_signed() ^ -(step & 1).cast_signed();
        self.last = (self.last.0.wrapping_add(key), self.last.1.wrapping_add(step));
        Some(self.last)
    }
}

impl Iterator for Pairs<'_> {
    type Item = Result<Pair>;

    fn next(&mut self) -> Option<Result<Pair>> {
        if self.bytes.is_empty() {
            return None;
        }
        let pair = self.pair();
        if pair.is_none() {
            self.bytes = &[];
        }
        Some(pair.ok_or_else(|| unreadable("key")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_block_reads_back(mut pairs: Vec<Pair>) {
            pairs.sort_unstable();
            let bytes = write(&pairs);
            prop_assert_eq!(read(&bytes).collect::<Result<Vec<_>>>().unwrap(), pairs);
        }

        #[test]
        fn damaged_bytes_are_an_error_and_no_panic(bytes: Vec<u8>) {
            let pairs: Result<Vec<Pair>> = read(&bytes).collect();
            prop_assert!(pairs.is_err() || bytes.len() >= 2 * pairs.unwrap().len());
        }
    }

    #[test]
    fn numbers_that_follow_one_another_take_three_bytes_a_pair() {
        let pairs: Vec<Pair> = (0..256)
            .map(|n| ((7 << 60) | (n / 100), 2_024_050_100_000_000 + 40 * n))
            .collect();
        assert!(write(&pairs).len() < 3 * pairs.len());
    }
}
