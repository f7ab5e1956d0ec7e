//! Keys of what is nearly the same (R6.1): names one edit apart, and long numbers of another form.

use super::{
    branch::branch_end,
    company::without_little,
    fold::{fold, is_wide},
    key::{KeyKind, MatchKey},
    levels::LONG_ALIAS,
    lexicon::is_all_trade,
    name::NameParts,
    sound::sound,
};

/// The keys that a name, or a number of another form, shares with such as are one edit apart; Western companies' share some if
/// each word of the one is a word of the other or one edit apart from it.
pub fn edit_keys<'a>(name: &NameParts, aliases: impl IntoIterator<Item = &'a str>, keys: &mut Vec<MatchKey>) {
    if name.personal {
        deletions(&name.placed, usize::MAX, keys);
        if name.placed.contains(is_wide) {
            keys.push(MatchKey::of_all(KeyKind::Near, ["~", "", &sound(&name.placed)]));
        }
    } else {
        company_keys(name, keys);
    }
    if let Some(own) = branch_end(&name.branch) {
        keys.push(MatchKey::of_all(KeyKind::Near, [name.core.as_str(), "@", &own]));
    }
    for alias in aliases {
        near_alias(alias, keys);
    }
}

/// Of a name in Chinese characters the place and how the core begins: what stands behind may differ by more than a slip if
/// these are the same.
fn company_keys(name: &NameParts, keys: &mut Vec<MatchKey>) {
    let place = name.region.rsplit(' ').next().unwrap_or_default();
    if name.core.contains(is_wide) {
        begin_keys(name, place, keys);
    } else {
        word_keys(&name.core, keys);
    }
    // The brand without the trade, as it sounds: 泓泽世纪发展, 泓泽世纪投资发展; 宏达科技, 鸿大科技.
    let own = name.own_brand();
    let brand = without_little(if own.is_empty() { &name.core } else { own });
    if brand.contains(is_wide) || !place.is_empty() || own.len() < name.core.len() {
        let sound = sound(brand.trim_end());
        keys.push(MatchKey::of_all(KeyKind::Near, ["~", place, &sound]));
    }
}

/// The whole name without a character of its place or of the first two of its core; and, in the narrowest place, the first
/// four of the core without each in turn, and whole without the words that companies take on and drop.
fn begin_keys(name: &NameParts, place: &str, keys: &mut Vec<MatchKey>) {
    const BEGIN: usize = 4;
    /// Of many names in a place three of these four are the same.
    const COMMON: usize = 2;

    let before = name.placed.chars().count().saturating_sub(name.letters.len());
    // A place with a slip in it is seen as a part of the core.
    let first = if before == 0 { BEGIN } else { before + COMMON };
    deletions(&name.placed, first, keys);
    let begin: String = name.core.chars().take(BEGIN).collect();
    without_each(&begin, usize::MAX, &["^", place], keys);
    let own: String = without_little(&name.core).chars().take(BEGIN).collect();
    if own != begin {
        keys.push(MatchKey::of_all(KeyKind::Near, ["^", place, &own]));
    }
}

/// Long numbers of another form that are one sign apart; of longer ones there would be too many keys.
fn near_alias(alias: &str, keys: &mut Vec<MatchKey>) {
    const LONGEST: usize = 16;

    let alias = fold(alias);
    if (LONG_ALIAS..=LONGEST).contains(&alias.chars().count()) {
        deletions(&format!("#{alias}"), usize::MAX, keys);
    }
}

/// A text without each of its characters in turn, and whole: two that are one edit or one exchange of neighbours apart
/// share one of these.
fn deletions(text: &str, most: usize, keys: &mut Vec<MatchKey>) {
    if text.chars().nth(1).is_none() {
        return;
    }
    without_each(text, most, &[], keys);
}

/// The same, behind what it stands in.
fn without_each(text: &str, most: usize, before: &[&str], keys: &mut Vec<MatchKey>) {
    /// No name is longer that is worth its keys.
    const MOST: usize = 64;

    let mut push = |pieces: [&str; 2]| {
        keys.push(MatchKey::of_all(
            KeyKind::Near,
            before.iter().copied().chain(pieces),
        ));
    };
    push([text, ""]);
    let mut last = None;
    for (at, c) in text.char_indices().take(most.min(MOST)) {
        // Leaving out either of two that are the same leaves the same.
        if last.replace(c) == Some(c) {
            continue;
        }
        push([
            text.get(..at).unwrap_or_default(),
            text.get(at + c.len_utf8()..).unwrap_or_default(),
        ]);
    }
}

// --- Western companies ------------------------------------------------------------------------------------------

/// Words in any order, of which one may be lost and each mistyped: every word of one's own, and of each two words how both begin
/// and how both end. Of three words with a slip each two have it on the same side; two words have theirs on either.
fn word_keys(core: &str, keys: &mut Vec<MatchKey>) {
    /// Of more words these are enough to be known by.
    const MOST_WORDS: usize = 6;

    let mut words: Vec<&str> = core.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words.truncate(MOST_WORDS);
    let own = words.iter().filter(|word| !is_all_trade(word));
    keys.extend(own.map(|word| MatchKey::of_all(KeyKind::Near, ["|", word])));
    if let [word] = words.as_slice() {
        deletions(word, usize::MAX, keys);
    }
    let mut pair = |one: Piece<'_>, other: Piece<'_>| {
        let mut both = [one, other];
        both.sort_unstable();
        let [(a, side), (b, other_side)] = both;
        keys.push(MatchKey::of_all(
            KeyKind::Near,
            [a, side.mark(), b, other_side.mark()],
        ));
    };
    let few = words.len() == 2;
    let mut rest = words.as_slice();
    while let Some((word, others)) = rest.split_first() {
        for other in others {
            for one in pieces(word) {
                for another in pieces(other) {
                    if few || one.1 == another.1 {
                        pair(one, another);
                    }
                }
            }
        }
        rest = others;
    }
}

/// A piece of a word, and where it stands.
type Piece<'w> = (&'w str, Side);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Begin,
    End,
}

impl Side {
    const fn mark(self) -> &'static str {
        match self {
            Self::Begin => "-",
            Self::End => "=",
        }
    }
}

/// How a word begins and how it ends: three letters of a long one and one of a short one, either of one that becomes the
/// other kind by a slip. One slip leaves one of the ends as it was.
fn pieces(word: &str) -> impl Iterator<Item = Piece<'_>> {
    const SHORT: usize = 5;
    const LETTERS: [usize; 2] = [1, 3];

    let length = word.chars().count();
    let fits = move |letters: &usize| match *letters {
        1 => length <= SHORT,
        _ => length >= SHORT,
    };
    LETTERS.into_iter().filter(fits).flat_map(move |letters| {
        let end = word.char_indices().nth(letters).map_or(word.len(), |(at, _)| at);
        let start = word.char_indices().rev().nth(letters - 1).map_or(0, |(at, _)| at);
        let begin = word.get(..end).map(|piece| (piece, Side::Begin));
        let end = word.get(start..).map(|piece| (piece, Side::End));
        begin.into_iter().chain(end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CustomerKind;
    use proptest::prelude::*;
    fn share(a: (&str, CustomerKind), b: (&str, CustomerKind)) -> bool {
        let keys = |(name, kind)| {
            let mut keys = Vec::new();
            edit_keys(&NameParts::of(name, kind), [], &mut keys);
            keys
        };
        let (a, b) = (keys(a), keys(b));
        a.iter().any(|key| b.contains(key))
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
    fn r6_1_whatever_stands_behind_a_chinese_name_is_known_by_its_place_and_how_it_begins() {
        let chinese = |a, b| share((a, CustomerKind::Enterprise), (b, CustomerKind::Enterprise));
        for (a, b) in [
            (
                "内蒙古晨曦远源草原生态环境治理工程技术",
                "内蒙古晨曦远源草原生态环境治理工程记术",
            ),
            ("上海晨曦远源科技", "上海晨曦远原科枝"),
            ("深圳晨曦远源科技", "广东深圳晨曦远源电器科枝"),
            ("上海晨曦远源科技", "上海国际晨曦远源发展科枝"),
        ] {
            assert!(chinese(a, b), "{a} {b}");
        }
        assert!(!chinese("上海晨曦远源科技", "北京远洋明辉贸易"));
    }

    proptest! {
        #[test]
        fn r6_1_western_words_are_found_in_any_order_and_each_with_a_slip(
            words in prop::collection::vec("[a-z]{3,9}", 2..6),
            slips in prop::collection::vec((0..9_usize, 0..4_u8), 5),
            turn in 0..5_usize,
        ) {
            let mut typed: Vec<String> = words.iter().zip(slips).map(|(word, (at, slip))| {
                let mut letters: Vec<char> = word.chars().collect();
                let at = at % letters.len();
                match slip {
                    0 => drop(letters.remove(at)),
                    1 => letters.insert(at, 'q'),
                    2 => letters[at] = 'q',
                    _ => {}
                }
                letters.into_iter().collect()
            }).collect();
            let turns = turn % typed.len();
            typed.rotate_left(turns);
            let keys = |words: &[String]| {
                let mut keys = Vec::new();
                word_keys(&words.join(" "), &mut keys);
                keys
            };
            let (there, typed) = (keys(&words), keys(&typed));
            prop_assert!(typed.iter().any(|key| there.contains(key)), "{:?}", words);
        }
    }
}
