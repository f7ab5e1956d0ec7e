//! Keys of parts of a name (R6.1): what it shares with names that are alike, and with what it is short for.

use super::{
    aloud::spelt_keys,
    fold::is_wide,
    key::{KeyKind, MatchKey},
    lexicon::is_all_trade,
    name::NameParts,
    segment::{Heads, heads},
};

/// The keys that a name shares with names that are alike: the whole brand, and pairs of characters that follow one another,
/// as neighbours in the brand or as the beginnings of words; of Western words three letters each, their ends marked. A
/// name without a brand of its own gives all its neighbours, and those of its branch. And how it sounds.
pub fn part_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    sought_keys(name, keys);
    if !name.core.is_ascii() {
        spelt_keys(name, keys);
    }
}

/// The [keys of parts](part_keys) by which a name is looked for: who types Chinese characters does not look for how they sound.
pub fn sought_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    brand_key(name, keys);
    let mut pairs = word_pairs(name);
    neighbours(name, &mut pairs);
    pairs.sort_unstable();
    pairs.dedup();
    keys.extend(pairs.into_iter().map(pair_key));
    letter_keys(name, keys);
    if name.core.is_ascii() {
        spelt_keys(name, keys);
    }
}

/// Two characters, the one somewhere before the other.
type Pair = (char, char);

fn pair_key((first, other): Pair) -> MatchKey {
    let (mut a, mut b) = ([0; 4], [0; 4]);
    MatchKey::of_all(
        KeyKind::Gram,
        [&*first.encode_utf8(&mut a), &*other.encode_utf8(&mut b)],
    )
}

/// What a short name often is: the whole brand.
fn brand_key(name: &NameParts, keys: &mut Vec<MatchKey>) {
    let brand: String = name.own_brand().chars().filter(|&c| is_wide(c)).collect();
    if brand.chars().nth(1).is_some() {
        keys.push(MatchKey::of_all(KeyKind::Gram, [brand.as_str(), "$"]));
    }
}

/// Pairs of the characters with which words begin (上汽 for 上海汽车); of what may be a short name all pairs.
fn word_pairs(name: &NameParts) -> Vec<Pair> {
    /// Of long names the first words are enough.
    const MOST_WORDS: usize = 6;
    /// Of a short name's characters.
    const MOST_LETTERS: usize = 5;

    let mut pairs = Vec::new();
    // A short name keeps something of the place or the brand.
    let mut all_of = |letters: &[char], own: usize| {
        for (at, &first) in (1..).zip(letters).take(own) {
            pairs.extend(letters.iter().skip(at).map(|&other| (first, other)));
        }
    };
    let Heads { all, own } = heads(name);
    all_of(all.get(..MOST_WORDS).unwrap_or(&all), own);
    if name.may_be_short() {
        let letters: Vec<char> = name
            .placed
            .chars()
            .filter(|&c| is_wide(c))
            .take(MOST_LETTERS)
            .collect();
        all_of(&letters, MOST_LETTERS);
    }
    pairs
}

/// Neighbours that begin in the brand, in a name without one all.
fn neighbours(name: &NameParts, pairs: &mut Vec<Pair>) {
    let brand = name.own_brand();
    let mut letters: Vec<char> = name.placed.chars().collect();
    let own = match brand.chars().count() {
        0 => {
            letters.extend(name.branch.chars());
            0..letters.len()
        }
        length => {
            let from = letters.len() - name.letters.len().min(letters.len());
            // Those that end in it are enough, but for one of a single character.
            from..from + length - usize::from(length > 1)
        }
    };
    let next = letters.iter().skip(1);
    let all = letters.iter().zip(next).enumerate();
    let wide = |(&a, &b): (&char, &char)| (is_wide(a) || is_wide(b)) && a != ' ' && b != ' ';
    pairs.extend(
        all.filter(|(at, two)| own.contains(at) && wide(*two))
            .map(|(_, (&a, &b))| (a, b)),
    );
}

/// Three letters each of the words in letters, of those that are no trade's if there are others.
fn letter_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    const MOST: usize = 14;

    let words = || {
        name.core
            .split(' ')
            .filter(|word| word.is_ascii() && !word.is_empty())
    };
    let has_own = words().any(|word| !is_all_trade(word));
    let own = words().filter(|word| !has_own || !is_all_trade(word));
    let marked: Vec<String> = own.map(|word| format!(" {word} ")).collect();
    let grams = marked.iter().flat_map(|word| word.as_bytes().windows(3));
    let grams = grams.filter_map(|gram| std::str::from_utf8(gram).ok());
    keys.extend(grams.take(MOST).map(|gram| MatchKey::of(KeyKind::Gram, gram)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CustomerKind;

    fn keys(name: &str, kind: CustomerKind) -> Vec<MatchKey> {
        let mut keys = Vec::new();
        part_keys(&NameParts::of(name, kind), &mut keys);
        keys
    }

    #[test]
    fn r6_1_a_short_name_and_a_full_one_share_the_brand_or_how_its_words_begin() {
        for (short, full, shared) in [
            ("晨曦", "上海晨曦农业股份有限公司", "晨曦$"),
            ("*ST晨曦", "晨曦农业股份有限公司", "晨曦$"),
            ("晨农股份", "上海晨曦农业股份有限公司", "晨农"),
            ("上汽集团", "上海汽车集团股份有限公司", "上汽"),
            ("甘咨询", "甘肃工程咨询有限公司", "甘咨"),
            ("示协", "示例协会", "示协"),
            ("中示", "中国示例公司", "中示"),
            ("晨医大", "晨曦医科大学", "晨大"),
            ("晨管会", "晨曦管理委员会", "晨管"),
            ("晨厂", "晨曦轴承厂", "晨厂"),
            ("示影", "示例电影制片厂", "示影"),
            ("晨行", "晨曦开发银行", "晨行"),
        ] {
            let shared = MatchKey::of(KeyKind::Gram, shared);
            assert!(keys(short, CustomerKind::Enterprise).contains(&shared), "{short}");
            assert!(keys(full, CustomerKind::Enterprise).contains(&shared), "{full}");
        }
    }

    #[test]
    fn r6_1_a_person_has_no_words_that_a_short_name_is_made_of() {
        let keys = keys("张晓燕", CustomerKind::Individual);
        let there = |text: &str| keys.contains(&MatchKey::of(KeyKind::Gram, text));
        assert_eq!(["张晓", "晓燕", "张燕"].map(there), [true, true, false]);
    }

    #[test]
    fn r6_1_a_western_name_gives_the_letters_of_its_own_words() {
        let keys = keys("Fenwick International", CustomerKind::Enterprise);
        let there = |text: &str| keys.contains(&MatchKey::of(KeyKind::Gram, text));
        assert_eq!([" fe", "wic", "ck ", "nat"].map(there), [true, true, true, false]);
    }
}
