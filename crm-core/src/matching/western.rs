//! Western names (R6.1): legal forms of many countries, spellings of one word, and which words say little.
//!
//! The lists are those of `data/western_forms.txt` and `data/western_words.txt`.

use std::{collections::BTreeMap, sync::LazyLock};

/// A legal form by its one spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WesternForm {
    /// As it stands in [`NameParts::legal_form`](super::name::NameParts::legal_form).
    pub name: &'static str,
    leading: bool,
    trailing: bool,
}

/// What a word of a company's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    /// of, and, the: nothing.
    Link,
    /// A trade or a kind of house: nobody's own name.
    Trade,
    /// One that so many names have that it says little: new, royal, first.
    Common,
    /// A number: two companies of one name often differ in it alone.
    Number,
    /// The name itself.
    Own,
}

fn lines(data: &'static str) -> impl Iterator<Item = &'static str> {
    data.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#') && !line.is_empty())
}

/// By spelling.
static FORMS: LazyLock<BTreeMap<&'static str, WesternForm>> = LazyLock::new(|| {
    let mut forms = BTreeMap::new();
    for line in lines(include_str!("data/western_forms.txt")) {
        let Some((name, spellings)) = line.split_once(':') else {
            continue;
        };
        for spelling in spellings.split(',').map(str::trim) {
            let (leading, spelling) = match spelling.strip_prefix('^') {
                Some(spelling) => (true, spelling),
                None => (false, spelling),
            };
            let form = forms.entry(spelling).or_insert(WesternForm {
                name,
                leading,
                trailing: !leading,
            });
            form.leading |= leading;
            form.trailing |= !leading;
        }
    }
    forms
});

struct Vocabulary {
    /// The one spelling of a word that has several.
    spelt: BTreeMap<&'static str, &'static str>,
    classes: BTreeMap<&'static str, Class>,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let mut words = Vocabulary {
        spelt: BTreeMap::new(),
        classes: BTreeMap::new(),
    };
    for line in lines(include_str!("data/western_words.txt")) {
        let (what, list) = line.split_once(' ').unwrap_or((line, ""));
        let class = match what {
            "=" => {
                let (first, others) = list.split_once(' ').unwrap_or((list, ""));
                words.spelt.extend(others.split(' ').map(|other| (other, first)));
                continue;
            }
            "link" => Class::Link,
            "trade" => Class::Trade,
            _ => Class::Common,
        };
        for word in list.split(' ') {
            words.classes.entry(word).or_insert(class);
        }
    }
    words
});

/// The most words that a legal form has.
const LONGEST_FORM: usize = 7;

/// The legal form that a text ends with, the longest, and what stands before it.
pub(super) fn form_at_end(text: &str) -> Option<(&str, WesternForm)> {
    let starts = text.rmatch_indices(' ').map(|(at, _)| at).take(LONGEST_FORM);
    let found = starts.filter_map(|at| {
        let (before, form) = (text.get(..at)?, text.get(at + 1..)?);
        Some((before, *FORMS.get(form)?))
    });
    found.filter(|(_, form)| form.trailing).last()
}

/// The legal form that a text begins with, if it is one that stands before a name, the longest, and what follows.
pub(super) fn form_at_start(text: &str) -> Option<(&str, WesternForm)> {
    let ends = text.match_indices(' ').map(|(at, _)| at).take(LONGEST_FORM);
    let found = ends.filter_map(|at| {
        let (form, after) = (text.get(..at)?, text.get(at + 1..)?);
        Some((after, *FORMS.get(form)?))
    });
    found.filter(|(_, form)| form.leading).last()
}

/// Whether a text is a legal form and nothing else.
pub(super) fn is_western_form(text: &str) -> bool {
    FORMS.contains_key(text)
}

/// The one spelling of a form.
pub(super) fn western_form(text: &str) -> Option<&'static str> {
    FORMS.get(text).map(|form| form.name)
}

/// Whether two forms differ so that there may be a company of each: GmbH and AG, and not Ltd. and Inc., which are used for
/// one another, or where one name has none.
pub(super) fn forms_differ(a: &str, b: &str) -> bool {
    const LOOSE: [&str; 2] = ["ltd", "inc"];
    let is_western = |form: &str| !form.is_empty() && form.is_ascii() && form != "co";
    a != b && is_western(a) && is_western(b) && !(LOOSE.contains(&a) && LOOSE.contains(&b))
}

/// A word in its one spelling: labs is laboratories, 1st is first.
pub(super) fn spelt(word: &str) -> &str {
    VOCABULARY.spelt.get(word).copied().unwrap_or(word)
}

/// What a word, in its one spelling, says.
pub(super) fn class(word: &str) -> Class {
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return Class::Number;
    }
    VOCABULARY.classes.get(word).copied().unwrap_or(Class::Own)
}

/// A letter of another alphabet in the Latin letters that are usually written for it.
pub(super) fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        'а' | 'α' | 'ა' => "a",
        'б' | 'ბ' => "b",
        'в' | 'ვ' | 'β' => "v",
        'г' | 'ґ' | 'γ' | 'გ' => "g",
        'д' | 'δ' | 'დ' => "d",
        'е' | 'ё' | 'є' | 'э' | 'ε' | 'ე' => "e",
        'ж' | 'ჟ' => "zh",
        'з' | 'ζ' | 'ზ' => "z",
        'и' | 'і' | 'ї' | 'й' | 'η' | 'ι' | 'ი' => "i",
        'ы' | 'υ' => "y",
        'ј' => "j",
        'к' | 'κ' | 'კ' | 'ქ' | 'ყ' => "k",
        'л' | 'λ' | 'ლ' => "l",
        'м' | 'μ' | 'მ' => "m",
        'н' | 'ν' | 'ნ' => "n",
        'о' | 'ο' | 'ω' | 'ო' => "o",
        'п' | 'π' | 'პ' | 'ფ' => "p",
        'р' | 'ρ' | 'რ' => "r",
        'с' | 'σ' | 'ς' | 'ს' => "s",
        'т' | 'τ' | 'თ' | 'ტ' => "t",
        'у' | 'ў' | 'უ' => "u",
        'ф' | 'φ' => "f",
        'х' | 'χ' | 'ხ' | 'ღ' => "kh",
        'ц' | 'ც' | 'წ' => "ts",
        'ч' | 'ჩ' | 'ჭ' => "ch",
        'ш' | 'შ' => "sh",
        'щ' => "shch",
        'ю' => "yu",
        'я' => "ya",
        'θ' => "th",
        'ξ' => "x",
        'ψ' => "ps",
        'ძ' => "dz",
        'ჯ' => "j",
        'ჰ' => "h",
        'ъ' | 'ь' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::fold::fold_name;

    #[test]
    fn r6_1_lists_are_in_folded_form_and_of_each_word_there_is_one_spelling() {
        for spelling in FORMS.keys() {
            assert_eq!(fold_name(spelling), *spelling);
        }
        for (word, first) in &VOCABULARY.spelt {
            assert_eq!((spelt(first), fold_name(word).as_str()), (*first, *word));
        }
        for word in VOCABULARY.classes.keys() {
            assert_eq!(fold_name(word), *word);
        }
    }

    #[test]
    fn r6_1_the_longest_form_counts() {
        let end = |text| form_at_end(text).map(|(rest, form)| (rest, form.name));
        assert_eq!(end("fenwick gmbh co kg"), Some(("fenwick", "kg")));
        assert_eq!(
            end("fenwick gesellschaft mit beschrankter haftung"),
            Some(("fenwick", "gmbh"))
        );
        assert_eq!(end("fenwick co ltd"), Some(("fenwick", "ltd")));
        assert_eq!(end("fenwick"), None);
        let start = |text| form_at_start(text).map(|(rest, form)| (rest, form.name));
        assert_eq!(start("ooo fenwick"), Some(("fenwick", "llc")));
        assert_eq!(start("ag fenwick"), None);
    }

    #[test]
    fn r6_1_forms_that_are_used_for_one_another_do_not_differ() {
        assert!(forms_differ("gmbh", "ag") && forms_differ("llc", "inc"));
        for (a, b) in [
            ("ltd", "inc"),
            ("gmbh", ""),
            ("gmbh", "gmbh"),
            ("co", "plc"),
            ("有限公司", "gmbh"),
        ] {
            assert!(!forms_differ(a, b) && !forms_differ(b, a), "{a} {b}");
        }
    }
}
