//! Customers by their numbers, many of them: those that were entered on one day stand side by side, so that a block of 64 numbers has
//! one place of a table.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use crate::model::CustomerNumber;

/// Numbers of a block.
const BLOCK: i64 = 64;

/// Numbers spread by a multiplication: they are the business's own, and nobody's to choose.
#[derive(Clone, Copy, Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(26);
    }

    fn write_i64(&mut self, value: i64) {
        self.write_u64(value.cast_unsigned());
    }
}

type Blocks<T> = HashMap<i64, T, BuildHasherDefault<Spread>>;

/// The block in which a number stands, and its place there.
fn place(number: CustomerNumber) -> (i64, usize) {
    let number = number.to_i64();
    let within = usize::try_from(number.rem_euclid(BLOCK)).unwrap_or_default();
    (number.div_euclid(BLOCK), within)
}

/// A set of customers.
#[derive(Clone, Debug, Default)]
pub struct NumberSet {
    blocks: Blocks<u64>,
    len: u64,
}

impl NumberSet {
    /// Adds one; whether it was not there.
    pub fn insert(&mut self, number: CustomerNumber) -> bool {
        let (block, within) = place(number);
        let bits = self.blocks.entry(block).or_default();
        let is_new = *bits & (1 << within) == 0;
        *bits |= 1 << within;
        self.len += u64::from(is_new);
        is_new
    }

    /// Whether one is there.
    pub fn contains(&self, number: CustomerNumber) -> bool {
        let (block, within) = place(number);
        let bits = self.blocks.get(&block);
        bits.is_some_and(|bits| bits & (1 << within) != 0)
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// A byte for each customer, 0 for those that were never given one.
#[derive(Clone, Debug, Default)]
pub struct NumberBytes {
    blocks: Blocks<[u8; BLOCK as usize]>,
}

impl NumberBytes {
    /// Adds these bits to the byte of a customer.
    pub fn add(&mut self, number: CustomerNumber, bits: u8) {
        let (block, within) = place(number);
        let bytes = self.blocks.entry(block).or_insert([0; BLOCK as usize]);
        if let Some(byte) = bytes.get_mut(within) {
            *byte |= bits;
        }
    }

    /// The bytes of all, in no order.
    pub fn values(&self) -> impl Iterator<Item = u8> {
        self.blocks.values().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// Numbers of few days and lanes, so that some come twice and some stand side by side.
    fn numbers() -> impl Strategy<Value = Vec<CustomerNumber>> {
        let number = (1..4_i64, 0..3_i64, 1..200_i64).prop_map(|(day, lane, serial)| {
            CustomerNumber::from_i64((20_240_500 + day) * 10_000_000_000 + lane * 10_000_000 + serial)
                .unwrap()
        });
        proptest::collection::vec(number, 0..300)
    }

    proptest! {
        #[test]
        fn a_set_of_numbers_is_a_set(inserted in numbers(), asked in numbers()) {
            let (mut set, mut plain) = (NumberSet::default(), BTreeSet::new());
            for &number in &inserted {
                prop_assert_eq!(set.insert(number), plain.insert(number));
            }
            prop_assert_eq!(set.len(), plain.len() as u64);
            prop_assert_eq!(set.is_empty(), plain.is_empty());
            for number in inserted.iter().chain(&asked) {
                prop_assert_eq!(set.contains(*number), plain.contains(number));
            }
        }

        #[test]
        fn bits_are_added_up_for_each_number(numbers in numbers(), bits in proptest::collection::vec(1_u8.., 300)) {
            let (mut bytes, mut plain) = (NumberBytes::default(), BTreeMap::new());
            for (&number, &bits) in numbers.iter().zip(&bits) {
                bytes.add(number, bits);
                *plain.entry(number).or_insert(0) |= bits;
            }
            let mut told: Vec<u8> = bytes.values().filter(|bits| *bits != 0).collect();
            let mut expected: Vec<u8> = plain.into_values().collect();
            told.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(told, expected);
        }
    }
}
