//! Match keys: what a customer is looked up by before it is compared. A key says only "worth a look".

use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use super::{
    branch::branch_end,
    fold::{fold, is_wide},
    levels::LONG_ALIAS,
    name::NameParts,
    sound::sound,
};
use crate::model::{CustomerKind, Registration};

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
        /// Place and core, whole or without one of their characters, and without the trade as they sound; a number of
        /// another form whole or without one of its signs: two that are one edit apart share one.
        Near = "near", "差一字", "one character off";
        /// Two neighbouring characters of the name, or three letters: two that are alike share some.
        Gram = "gram", "字组", "part of the name";
    }
}

impl KeyKind {
    /// The last kind, by the order of the keys, that says "the same" and not only "alike".
    pub const LAST_EXACT: Self = Self::Row;

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
    fn of_all<'t>(kind: KeyKind, text: impl IntoIterator<Item = &'t str>) -> Self {
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

/// The keys of a customer: of its name, of telephone numbers in normalised form, of aliases, and of the numbers under which it
/// is registered.
pub fn match_keys<'a>(
    name: &NameParts,
    phones: impl IntoIterator<Item = &'a str>,
    aliases: impl IntoIterator<Item = &'a str>,
    registrations: &[Registration],
) -> Vec<MatchKey> {
    let aliases: Vec<&str> = aliases.into_iter().collect();
    let mut keys = exact_keys(name, phones, aliases.iter().copied(), registrations);
    edit_keys(name, aliases, &mut keys);
    part_keys(name, &mut keys);
    keys
}

/// The keys that say "the same in this".
pub fn exact_keys<'a>(
    name: &NameParts,
    phones: impl IntoIterator<Item = &'a str>,
    aliases: impl IntoIterator<Item = &'a str>,
    registrations: &[Registration],
) -> Vec<MatchKey> {
    let mut keys = Vec::with_capacity(24);
    keys.extend(registrations.iter().map(registration_key));
    if let Some(key) = name_key(name) {
        keys.push(key);
        keys.push(MatchKey::of(KeyKind::Core, &name.core));
    }
    let phones = phones.into_iter();
    keys.extend(phones.map(|phone| MatchKey::of(KeyKind::Phone, phone)));
    let kind = match name.personal {
        true => CustomerKind::Individual,
        false => CustomerKind::Enterprise,
    };
    for alias in aliases {
        keys.push(MatchKey::of(KeyKind::Alias, &fold(alias)));
        // It may be a name, and meets whoever is called so.
        keys.extend(name_key(&NameParts::of(alias, kind)));
    }
    keys
}

fn registration_key(registration: &Registration) -> MatchKey {
    let Registration {
        country,
        scheme,
        number,
    } = registration.normal();
    MatchKey::of_all(KeyKind::Registration, [country.code(), scheme.code(), &number])
}

/// Its characters in one order, so that 上海云科技 and 云科技(上海) meet, whatever was taken for the region.
fn name_key(name: &NameParts) -> Option<MatchKey> {
    if name.core.is_empty() {
        return None;
    }
    let mut letters = Vec::with_capacity(name.placed.len() + name.branch.len());
    letters.extend(
        name.placed
            .chars()
            .chain(name.branch.chars())
            .filter(|c| *c != ' '),
    );
    letters.sort_unstable();
    let mut text = String::with_capacity(name.placed.len() + name.branch.len());
    text.extend(letters);
    Some(MatchKey::of(KeyKind::Name, &text))
}

/// The keys that a name, or a number of another form, shares with such as are one edit apart.
pub fn edit_keys<'a>(name: &NameParts, aliases: impl IntoIterator<Item = &'a str>, keys: &mut Vec<MatchKey>) {
    deletions(&name.placed, keys);
    // The brand in its place, as it sounds: 泓泽世纪发展, 泓泽世纪投资发展; 宏达科技, 鸿大科技.
    let trade = match name.own_brand() {
        "" => 0,
        brand => name.core.len() - brand.len(),
    };
    let placed = name.placed.get(..name.placed.len() - trade).unwrap_or_default();
    if trade > 0 || placed.contains(is_wide) {
        keys.push(MatchKey::of_all(KeyKind::Near, ["~", &sound(placed.trim_end())]));
    }
    if let Some(own) = branch_end(&name.branch) {
        keys.push(MatchKey::of_all(KeyKind::Near, [name.core.as_str(), "@", &own]));
    }
    for alias in aliases {
        near_alias(alias, keys);
    }
}

/// Long numbers of another form that are one sign apart; of longer ones there would be too many keys.
fn near_alias(alias: &str, keys: &mut Vec<MatchKey>) {
    let alias = fold(alias);
    if (LONG_ALIAS..=MOST_DELETIONS).contains(&alias.chars().count()) {
        deletions(&format!("#{alias}"), keys);
    }
}

const MOST_DELETIONS: usize = 16;

/// A text without each of its characters in turn, and whole: two that are one edit or one exchange of neighbours apart
/// share one of these.
fn deletions(text: &str, keys: &mut Vec<MatchKey>) {
    if text.chars().nth(1).is_none() {
        return;
    }
    keys.push(MatchKey::of(KeyKind::Near, text));
    let mut rest = String::with_capacity(text.len());
    let mut last = None;
    for (at, c) in text.char_indices().take(MOST_DELETIONS) {
        // Leaving out either of two that are the same leaves the same.
        if last.replace(c) == Some(c) {
            continue;
        }
        rest.clear();
        rest.push_str(text.get(..at).unwrap_or_default());
        rest.push_str(text.get(at + c.len_utf8()..).unwrap_or_default());
        keys.push(MatchKey::of(KeyKind::Near, &rest));
    }
}

/// The keys that a name shares with names that are alike: the whole brand, how words begin, and pairs of neighbouring
/// characters that begin in the brand; of Western words three letters each, their ends marked. A name without a brand of
/// its own gives all its pairs, and those of its branch.
pub fn part_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    const MOST: usize = 20;

    let most = keys.len() + MOST;
    short_name_keys(name, keys);
    let mut text = name.placed.clone();
    let (own, own_end) = match name.own_brand() {
        "" => {
            text.push_str(&name.branch);
            (0, text.len())
        }
        brand => {
            let from = text.len() - name.core.len();
            // Of a long one those that end in it are enough.
            let last = brand
                .chars()
                .next_back()
                .filter(|_| brand.chars().nth(2).is_some());
            (from, from + brand.len() - last.map_or(0, char::len_utf8))
        }
    };
    let mut push = |gram: &str| {
        if keys.len() < most {
            keys.push(MatchKey::of(KeyKind::Gram, gram));
        }
    };
    let mut at = 0;
    for word in text.split(' ') {
        let start = at;
        at += word.len() + 1;
        if word.is_ascii() && !word.is_empty() {
            let marked = format!(" {word} ");
            for gram in marked.as_bytes().windows(3) {
                push(std::str::from_utf8(gram).unwrap_or_default());
            }
            continue;
        }
        let starts = word.char_indices().map(|(at, _)| at);
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1);
        let touches = |from: &usize| (own..own_end).contains(&(start + from));
        for (from, to) in starts.zip(ends).filter(|(from, _)| touches(from)) {
            push(word.get(from..to).unwrap_or_default());
        }
    }
}

/// What a short name and the full one have in common besides neighbours: the whole brand, and how words begin (上汽 for
/// 上海汽车).
fn short_name_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    let wide = |text: &str| -> String { text.chars().filter(|&c| is_wide(c)).collect() };
    let brand = wide(name.own_brand());
    if brand.chars().nth(1).is_some() {
        keys.push(MatchKey::of_all(KeyKind::Gram, [brand.as_str(), "$"]));
    }
    let mut pair = |first: char, other: char| {
        let (mut a, mut b) = ([0; 4], [0; 4]);
        let text = [first.encode_utf8(&mut a), ".", other.encode_utf8(&mut b)];
        keys.push(MatchKey::of_all(KeyKind::Gram, text));
    };
    let heads = name.heads();
    let mut rest = heads.as_slice();
    while let Some((first, others)) = rest.split_first() {
        others.iter().for_each(|other| pair(*first, *other));
        rest = others;
    }
    if name.may_be_short() {
        let mut letters = name.letters.iter().copied().filter(|&c| is_wide(c));
        if let (Some(first), Some(second)) = (letters.next(), letters.next()) {
            pair(first, second);
        }
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
    fn r6_1_a_short_name_and_a_full_one_share_the_brand_or_how_its_words_begin() {
        let keys = |name: &str| {
            let mut keys = Vec::new();
            part_keys(&NameParts::of(name, CustomerKind::Enterprise), &mut keys);
            keys
        };
        for (short, full, shared) in [
            ("晨曦", "上海晨曦农业股份有限公司", "晨曦$"),
            ("*ST晨曦", "晨曦农业股份有限公司", "晨曦$"),
            ("晨农股份", "上海晨曦农业股份有限公司", "晨.农"),
            ("上汽集团", "上海汽车集团股份有限公司", "上.汽"),
            ("甘咨询", "甘肃工程咨询有限公司", "甘.咨"),
        ] {
            let shared = MatchKey::of(KeyKind::Gram, shared);
            assert!(keys(short).contains(&shared), "{short}");
            assert!(keys(full).contains(&shared), "{full}");
        }
    }

    #[test]
    fn r6_1_a_person_has_no_words_that_a_short_name_is_made_of() {
        let mut keys = Vec::new();
        part_keys(&NameParts::of("张晓燕", CustomerKind::Individual), &mut keys);
        let pairs = ["张晓", "晓燕"].map(|pair| MatchKey::of(KeyKind::Gram, pair));
        assert_eq!(keys, pairs);
    }

    #[test]
    fn r6_1_what_is_as_good_as_one_edit_apart_shares_a_key() {
        let keys = |name: &str, kind, alias: &'static str| {
            let mut keys = Vec::new();
            edit_keys(&NameParts::of(name, kind), [alias], &mut keys);
            keys
        };
        let share = |a: &[MatchKey], b: &[MatchKey]| a.iter().any(|key| b.contains(key));
        for (a, b) in [
            ("泓泽世纪发展有限公司", "泓泽世纪投资发展有限公司"),
            ("宏达科技有限公司", "鸿大科技有限公司"),
            ("工行北京甘家口支行", "中国工商银行甘家口支行"),
            ("工行中山路支行", "工行乌鲁木齐中山支行"),
        ] {
            let of = |name| keys(name, CustomerKind::Enterprise, "");
            assert!(share(&of(a), &of(b)), "{a} {b}");
        }
        let person = |name, alias| keys(name, CustomerKind::Individual, alias);
        assert!(share(&person("张晓燕", ""), &person("张小艳", "")));
        assert!(share(&person("Ann", "3787407"), &person("Eve", "3787470")));
        assert!(!share(&person("Ann", "378740"), &person("Eve", "378747")));
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
