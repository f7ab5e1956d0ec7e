//! Match keys: what a customer is looked up by before it is compared. A key says only "worth a look".

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::{NameParts, fold};

labelled! {
    /// What a key was made of, from the strongest to the weakest evidence.
    pub enum KeyKind {
        /// A telephone number in its normalised form.
        Phone = "phone", "电话", "phone";
        /// The name without legal form, brackets and the region's place in it.
        Name = "name", "名称", "name";
        /// The name without region and legal form.
        Core = "core", "字号", "core of the name";
        /// A number of another form.
        Alias = "alias", "其他编号", "alias";
        /// The row of a list, as it stood there: how running an import again is noticed.
        Row = "row", "导入行", "imported row";
    }
}

impl KeyKind {
    const fn tag(self) -> u64 {
        match self {
            Self::Phone => 1,
            Self::Name => 2,
            Self::Core => 3,
            Self::Alias => 4,
            Self::Row => 5,
        }
    }
}

/// A key: its kind, and 60 bits of the hash of what it was made of. Sorted by kind first. Two texts that share a key by
/// chance cost a comparison, never a wrong answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey(i64);

impl MatchKey {
    const HASH_BITS: u32 = 60;

    /// The key of a text.
    pub fn of(kind: KeyKind, text: &str) -> Self {
        // Fixed keys: the hash is stored, and the same on every machine and in every release.
        let mut hasher = SipHasher13::new_with_keys(0, 0);
        hasher.write(text.as_bytes());
        let hash = hasher.finish() & ((1 << Self::HASH_BITS) - 1);
        Self((kind.tag() << Self::HASH_BITS | hash) as i64)
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

/// The keys of a name, of telephone numbers in normalised form, and of aliases.
pub fn match_keys<'a>(
    name: &NameParts,
    phones: impl IntoIterator<Item = &'a str>,
    aliases: impl IntoIterator<Item = &'a str>,
) -> Vec<MatchKey> {
    // Put together again in one order, so that 上海云科技 and 云科技(上海) meet wherever the region was found.
    let whole: String = [&name.region, &name.core, &name.branch]
        .iter()
        .flat_map(|part| part.split(' '))
        .collect();
    let mut keys = vec![
        MatchKey::of(KeyKind::Name, &whole),
        MatchKey::of(KeyKind::Core, &name.core),
    ];
    keys.extend(
        phones
            .into_iter()
            .map(|phone| MatchKey::of(KeyKind::Phone, phone)),
    );
    keys.extend(
        aliases
            .into_iter()
            .map(|alias| MatchKey::of(KeyKind::Alias, &fold(alias))),
    );
    keys
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
    fn r6_1_a_key_is_the_same_in_every_release() {
        assert_eq!(
            MatchKey::of(KeyKind::Phone, "+862155550199").to_i64(),
            2_055_232_974_397_341_925
        );
    }
}
