//! The core of a Western name (R6.1): its words in one spelling each, without places and what says nothing.

use std::borrow::Cow;

use super::{
    fold::is_wide,
    lexicon::{Region, region_at, western_places},
    western::{Class, class, form_at_end, latin, spelt},
};

/// A text in Latin letters, if it is in an alphabet that has usual ones.
pub(super) fn latinised(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.chars().any(|c| latin(c).is_some()) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match latin(c) {
            Some(letters) => out.push_str(letters),
            None => out.push(c),
        }
    }
    out.into()
}

/// A Western name with letters that stand alone as one word: N. V., NV.
pub(super) fn letters_joined(text: &str) -> Cow<'_, str> {
    let is_letter = |word: &str| matches!(word.as_bytes(), [letter] if letter.is_ascii_alphabetic());
    let mut words = text.split(' ').zip(text.split(' ').skip(1));
    if !words.any(|(word, next)| is_letter(word) && is_letter(next)) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut single = false;
    for word in text.split(' ') {
        if !(out.is_empty() || single && is_letter(word)) {
            out.push(' ');
        }
        single = is_letter(word);
        out.push_str(word);
    }
    out.into()
}

/// Takes off the places that stand behind a Western legal form: Example Ltd, Boston MA.
pub(super) fn without_address<'a>(text: &'a str, regions: &mut Vec<Region<'a>>) -> &'a str {
    /// Words of a town, a state and a country.
    const LONGEST: usize = 6;

    if text.contains(is_wide) {
        return text;
    }
    for (at, _) in text.rmatch_indices(' ').take(LONGEST) {
        let (before, tail) = text.split_at_checked(at).unwrap_or((text, ""));
        if form_at_end(before).is_some()
            && let Some(mut found) = western_places(tail.trim_start(), true)
        {
            regions.append(&mut found);
            return before;
        }
    }
    text
}

/// Words that say nothing but may be run together with the next: van der Berg, Vanderberg.
const KEPT: [&str; 6] = ["van", "von", "der", "den", "ter", "ten"];

/// The words of a Western name in one spelling each, without its places and the words that say nothing.
pub(super) fn western_core<'a>(head: &'a str, regions: &mut Vec<Region<'a>>) -> String {
    let mut rest = head;
    if let Some((region, shorter)) = region_at(rest)
        && let shorter = shorter.trim_start()
        && shorter.contains(' ')
        && is_named(shorter)
    {
        regions.push(region);
        rest = shorter;
    }
    for (at, _) in rest.match_indices(' ') {
        let (before, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if let Some(mut found) = western_places(tail.trim_start(), false)
            && is_named(before)
        {
            regions.append(&mut found);
            rest = before;
            break;
        }
    }
    let rest = latinised(rest);
    let mut core = String::with_capacity(rest.len());
    let mut single = false;
    let says = |word: &&str| class(word) != Class::Link || KEPT.contains(word);
    for word in rest.split(' ').map(spelt).filter(says) {
        // Forty four, 44.
        if let Some(tens) = core.rsplit(' ').next().filter(|tens| is_tens(tens))
            && matches!(word.as_bytes(), [b'1'..=b'9'])
        {
            core.truncate(core.len() - tens.len() + 1);
            core.push_str(word);
            continue;
        }
        // Letters that stand alone are one word: A B C, ABC.
        let is_letter = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        if !(core.is_empty() || single && is_letter) {
            core.push(' ');
        }
        single = is_letter;
        core.push_str(word);
    }
    match core.is_empty() {
        true => rest.into_owned(),
        false => core,
    }
}

/// Whether it is 20, 30 … 90.
fn is_tens(word: &str) -> bool {
    matches!(word.as_bytes(), [b'2'..=b'9', b'0'])
}

/// Whether a Western text can stand as a name when a place before or after it is taken off: Bank of China stays whole.
fn is_named(text: &str) -> bool {
    let classes = || text.split(' ').map(|word| class(spelt(word)));
    classes().any(|class| class == Class::Own)
        && classes().next_back() != Some(Class::Link)
        && classes().next() != Some(Class::Link)
}
