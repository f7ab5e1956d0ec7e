//! Match keys: what a customer is looked up by before it is compared. A key says only "worth a look".

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

labelled! {
    /// What a key was made of, from the strongest to the weakest evidence.
    pub enum KeyKind {
        /// A number under which a customer is registered, with its country and its scheme.
        Registration = "registration", "统一社会信用代码/税号", "registration number";
        /// A telephone number in its normalised form.
        Phone = "phone", "电话", "phone";
        /// The name, or an alias, without legal form, brackets and the region's place in it.
        Name = "name", "名称", "name";
        /// The name without region and legal form.
        Core = "core", "字号", "core of the name";
        /// A number of another form.
        Alias = "alias", "其他编号", "alias";
        /// The row of a list, as it stood there: how running an import again is noticed.
        Row = "row", "导入行", "imported row";
        /// Place and core, whole or without one of their characters, and without the trade as they sound; of Western companies
        /// each word, and how each two begin and end; a number of another form whole or without one of its signs: two
        /// that are one edit apart share one.
        Near = "near", "差一字", "one character off";
        /// Two characters of the name, side by side or each the first of a word, or three letters, or how it sounds: two that are
        /// alike share some.
        Gram = "gram", "字组", "part of the name";
    }
}

impl KeyKind {
    /// The last kind, by the order of the keys, that says "the same" and not only "alike".
    pub const LAST_EXACT: Self = Self::Row;

    /// Customers on one key of it beyond which a search through the whole store (R6.2) does not pair them: a switchboard, a word
    /// that many names are. What is only alike says less.
    pub const fn crowd(self) -> usize {
        match self {
            Self::Core | Self::Near => 16,
            _ => 50,
        }
    }

    const fn tag(self) -> u64 {
        match self {
            Self::Registration => 0,
            Self::Phone => 1,
            Self::Name => 2,
            Self::Core => 3,
            Self::Alias => 4,
            Self::Row => 5,
            Self::Near => 6,
            Self::Gram => 7,
        }
    }
}

/// By which rules keys are made and texts folded: raised when the same customer would get others. A store that has those of
/// another version makes them anew; keys of the kind [`Row`](KeyKind::Row) stay as they are.
pub const KEYS_VERSION: u32 = 3;

/// A key: its kind, and 60 bits of the hash of what it was made of. Sorted by kind first. Two texts that share a key by
/// chance cost a comparison, never a wrong answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey(i64);

impl MatchKey {
    const HASH_BITS: u32 = 60;
    /// Of keys that only propose there are many, and a wrong one costs little: short hashes pack tighter.
    const SHORT_HASH_BITS: u32 = 40;

    /// The key of a text.
    pub fn of(kind: KeyKind, text: &str) -> Self {
        Self::of_all(kind, [text])
    }

    /// The key of a text that is in pieces.
    pub(super) fn of_all<'t>(kind: KeyKind, text: impl IntoIterator<Item = &'t str>) -> Self {
        // Fixed keys: the hash is stored, and the same on every machine and in every release.
        let mut hasher = SipHasher13::new_with_keys(0, 0);
        for piece in text {
            hasher.write(piece.as_bytes());
        }
        let hash = hasher.finish() & ((1 << Self::hash_bits(kind.tag())) - 1);
        Self((kind.tag() << Self::HASH_BITS | hash) as i64)
    }

    const fn hash_bits(tag: u64) -> u32 {
        match tag >= KeyKind::Near.tag() {
            true => Self::SHORT_HASH_BITS,
            false => Self::HASH_BITS,
        }
    }

    /// Where it lies among all keys of its kind that there could be, in parts of 2^64: sorted keys of a kind have rising
    /// places.
    pub const fn place(self) -> u64 {
        let key = self.0 as u64;
        key << (u64::BITS - Self::hash_bits(key >> Self::HASH_BITS))
    }

    /// Whether it says "the same in this", and not only "alike".
    pub const fn is_exact(self) -> bool {
        self.0 as u64 >> Self::HASH_BITS <= KeyKind::LAST_EXACT.tag()
    }

    /// What it was made of.
    pub fn kind(self) -> KeyKind {
        let tag = self.0 as u64 >> Self::HASH_BITS;
        let kind = KeyKind::ALL.iter().find(|kind| kind.tag() == tag);
        // No key is made of anything else; one that a damaged file holds is of the last kind, where it is missed.
        kind.copied().unwrap_or(KeyKind::Gram)
    }

    /// The lowest and the highest key of a kind.
    pub fn range(kind: KeyKind) -> (Self, Self) {
        let low = (kind.tag() << Self::HASH_BITS) as i64;
        (Self(low), Self(low | ((1 << Self::HASH_BITS) - 1)))
    }

    /// The key as the integer that a store keeps.
    pub const fn to_i64(self) -> i64 {
        self.0
    }

    /// The key that a store kept.
    pub const fn from_i64(value: i64) -> Self {
        Self(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_1_keys_of_a_kind_lie_in_its_range() {
        for &kind in KeyKind::ALL {
            let (low, high) = MatchKey::range(kind);
            let key = MatchKey::of(kind, "+862155550199");
            assert!(low <= key && key <= high, "{kind}");
            assert_eq!(MatchKey::from_i64(key.to_i64()), key);
        }
    }

    #[test]
    fn r6_1_sorted_keys_of_a_kind_have_rising_places_all_over() {
        for &kind in KeyKind::ALL {
            let mut keys: Vec<MatchKey> = (0..99).map(|n| MatchKey::of(kind, &n.to_string())).collect();
            keys.sort_unstable();
            assert!(keys.is_sorted_by_key(|key| key.place()), "{kind}");
            // And all over, so that they fill a filter evenly.
            assert!(keys.iter().any(|key| key.place() > u64::MAX / 2), "{kind}");
        }
    }

    #[test]
    fn r6_1_a_key_is_the_same_in_every_release() {
        assert_eq!(
            MatchKey::of(KeyKind::Phone, "+862155550199").to_i64(),
            2_055_232_974_397_341_925
        );
    }
}
