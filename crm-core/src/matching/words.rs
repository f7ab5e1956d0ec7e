//! Western names (R6.1): words in any order, initials, letters mistyped, words run together.

use super::{
    distance::one_apart,
    evidence::floor,
    name::{NameParts, Word},
    weights::Weights,
    western::Class,
};

/// Words beyond these are not compared.
const MOST: usize = 12;

/// How two words meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meeting {
    Other,
    /// J. and John.
    Initial,
    /// The one is how the other begins: Ben, Benjamin.
    Begun,
    /// Alike but for vowels and letters that are written for one another: people's names in other alphabets.
    Sounding,
    /// Two letters apart in a long word.
    Far,
    /// One letter apart.
    Near,
    /// The same but for how an umlaut is written.
    Same,
}

type Letters<'n> = &'n [char];

fn meeting(x: Letters<'_>, y: Letters<'_>) -> Meeting {
    const SHORT: usize = 3;
    const LONG: usize = 6;

    let (short, long) = if x.len() < y.len() { (x, y) } else { (y, x) };
    match () {
        () if x == y => Meeting::Same,
        () if short.len() < SHORT => match short.len() == 1 && short.first() == long.first() {
            true => Meeting::Initial,
            false => Meeting::Other,
        },
        () if plain(x).eq(plain(y)) => Meeting::Same,
        () if one_apart(x, y) => Meeting::Near,
        () if short.len() >= LONG && edits(x, y) <= 2 => Meeting::Far,
        () if sounds(x).eq(sounds(y)) => Meeting::Sounding,
        () if long.starts_with(short) => Meeting::Begun,
        () => Meeting::Other,
    }
}

/// A word with its umlauts as one letter: mueller, muller.
fn plain(word: Letters<'_>) -> impl Iterator<Item = char> {
    let before = std::iter::once(' ').chain(word.iter().copied());
    before
        .zip(word.iter().copied())
        .filter(|&(before, c)| !(c == 'e' && matches!(before, 'a' | 'o' | 'u')))
        .map(|(_, c)| c)
}

/// Whether the one is the other with an s.
fn is_plural(x: Letters<'_>, y: Letters<'_>) -> bool {
    const SHORTEST: usize = 4;

    let (short, long) = if x.len() < y.len() { (x, y) } else { (y, x) };
    short.len() >= SHORTEST && long.split_last() == Some((&'s', short))
}

/// How a word sounds, roughly, as it is written in other languages: its first letter and its consonants, those that stand for
/// one another as one.
fn sounds(word: Letters<'_>) -> impl Iterator<Item = char> {
    let next = word.iter().copied().skip(1).chain([' ']);
    let before = std::iter::once(' ').chain(word.iter().copied());
    let sound = before.zip(word.iter().copied()).zip(next).enumerate();
    let sound = sound.filter_map(|(at, ((before, c), next))| {
        let c = match c {
            'p' if next == 'h' => 'f',
            'h' if at > 0 => return None,
            'c' | 'q' | 'k' => 'k',
            'z' | 's' => 's',
            'w' | 'v' => 'v',
            'j' | 'y' | 'i' if at == 0 => 'i',
            'a' | 'e' | 'i' | 'o' | 'u' | 'y' | 'j' if at > 0 => return None,
            c => c,
        };
        (c != before || at == 0).then_some(c)
    });
    // A sound that is written twice is one.
    let mut last = ' ';
    sound.filter(move |&c| std::mem::replace(&mut last, c) != c)
}

/// Letters to insert, take out or replace; words longer than this many are as different as can be.
fn edits(x: Letters<'_>, y: Letters<'_>) -> usize {
    const LONGEST: usize = 32;

    let mut row = [0_usize; LONGEST];
    if y.len() >= LONGEST || x.len().abs_diff(y.len()) > 2 {
        return LONGEST;
    }
    for (at, slot) in row.iter_mut().enumerate() {
        *slot = at;
    }
    for (at, c) in x.iter().enumerate() {
        let mut before = at;
        let mut left = at + 1;
        for (d, slot) in y.iter().zip(row.iter_mut().skip(1)) {
            let above = *slot;
            left = (before + usize::from(c != d)).min(above + 1).min(left + 1);
            before = above;
            *slot = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.get(y.len()).copied().unwrap_or(LONGEST)
}

/// The words of two names side by side.
struct Sides {
    /// Each word of the first name with the one that it meets best, and how.
    met: [Option<(Word, Word, Meeting)>; MOST],
    /// The words of either name that meet none.
    left: [[Option<Word>; MOST]; 2],
}

impl Sides {
    fn of(a: &NameParts, b: &NameParts) -> Self {
        let mut left = [[None; MOST]; 2];
        for (words, left) in [&a.words, &b.words].into_iter().zip(&mut left) {
            for (word, slot) in words.iter().zip(left.iter_mut()) {
                *slot = Some(*word);
            }
        }
        let mut sides = Self {
            met: [None; MOST],
            left,
        };
        // By whom each word may be met, all compared once.
        let mut how = [[Meeting::Other; MOST]; MOST];
        for (x, row) in a.words.iter().zip(&mut how) {
            for (y, slot) in b.words.iter().zip(row) {
                let (left, right) = (x.letters(a), y.letters(b));
                *slot = match x.class == Class::Number || y.class == Class::Number {
                    true if left != right => Meeting::Other,
                    // Bank's and bank, of companies only: Williams is not William.
                    _ if !a.personal && is_plural(left, right) => Meeting::Same,
                    _ => meeting(left, right),
                };
            }
        }
        for least in [
            Meeting::Same,
            Meeting::Near,
            Meeting::Far,
            Meeting::Sounding,
            Meeting::Begun,
            Meeting::Initial,
        ] {
            sides.meet(least, &how);
        }
        sides
    }

    /// Takes out the words that meet so.
    fn meet(&mut self, least: Meeting, how: &[[Meeting; MOST]; MOST]) {
        let [left, right] = &mut self.left;
        for ((slot, met), row) in left.iter_mut().zip(&mut self.met).zip(how) {
            let Some(x) = *slot else { continue };
            for (other, how) in right.iter_mut().zip(row) {
                if *how == least
                    && let Some(y) = *other
                {
                    *met = Some((x, y, *how));
                    (*slot, *other) = (None, None);
                    break;
                }
            }
        }
    }

    fn met(&self) -> impl Iterator<Item = (Word, Word, Meeting)> {
        self.met.iter().flatten().copied()
    }

    /// How many words of a class each name has left over.
    fn left(&self, class: Class) -> [usize; 2] {
        self.left
            .map(|words| words.iter().flatten().filter(|word| word.class == class).count())
    }

    fn all_met(&self) -> bool {
        self.left.iter().flatten().all(Option::is_none)
    }
}

/// Whether two names are the same words in another order, or run together.
pub(super) fn same_words(a: &NameParts, b: &NameParts) -> Option<Order> {
    if !a.is_western() || !b.is_western() {
        return None;
    }
    if run_together(a).eq(run_together(b)) {
        return Some(Order::Same);
    }
    if a.letters.len().abs_diff(b.letters.len()) > a.words.len()
        || a.words.len() != b.words.len()
        || a.words.len() > MOST
    {
        return None;
    }
    let sides = Sides::of(a, b);
    let same = sides.all_met() && sides.met().all(|(_, _, how)| how == Meeting::Same);
    let in_order = || {
        a.words
            .iter()
            .zip(&b.words)
            .all(|(x, y)| is_same(x.letters(a), y.letters(b)))
    };
    same.then(|| if in_order() { Order::Same } else { Order::Other })
}

/// Whether two words of companies are the same but for an umlaut or an s.
fn is_same(x: Letters<'_>, y: Letters<'_>) -> bool {
    is_plural(x, y) || meeting(x, y) == Meeting::Same
}

/// Whether words stand in one order in two names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Same,
    Other,
}

fn run_together(name: &NameParts) -> impl Iterator<Item = char> {
    name.letters.iter().copied().filter(|c| *c != ' ')
}

/// What two company names say that are not the same words.
pub(super) struct Companies {
    /// In bits.
    pub bits: f64,
    /// They say no more.
    pub most: f64,
    /// Whether all their words meet, one or two of them with a slip.
    pub slip: bool,
    /// How many letters the word has in which the slip is, if it is only one letter in one word, or two in a long one.
    pub slip_in: usize,
    /// Whether they share a word that few names have, or the one is all of the other.
    pub shared: bool,
}

/// Compares the words of two companies.
pub(super) fn companies(a: &NameParts, b: &NameParts, weights: &Weights) -> Companies {
    let sides = Sides::of(a, b);
    let value = |class: Class, letters: usize| match class {
        Class::Own => weights.western_letter * letters as f64,
        Class::Trade | Class::Common | Class::Number => weights.western_trade,
        Class::Link => 0.0,
    };
    let (mut bits, mut slips, mut far, mut longest) = (0.0, 0, false, 0);
    let (mut shared, mut another_own) = (false, false);
    for (x, y, how) in sides.met() {
        let letters = x.letters(a).len().min(y.letters(b).len());
        let class = x.class.max(y.class);
        let own = class == Class::Own;
        bits += value(class, letters);
        match how {
            Meeting::Same => {
                shared |= own && letters >= 4;
                another_own |= own && letters >= 5;
            }
            Meeting::Near | Meeting::Far => {
                bits += weights.near_word;
                slips += 1;
                far |= how == Meeting::Far;
                // Few slips replace the first letter of a word.
                let (left, right) = (x.letters(a), y.letters(b));
                let begins =
                    left.first() == right.first() || (how == Meeting::Near && left.len() != right.len());
                longest = longest.max(letters.saturating_sub(if begins { 0 } else { 2 }));
                shared |= own && letters >= 5;
            }
            Meeting::Begun => {
                bits += 2.0 * weights.near_word;
                shared |= own && letters >= 4;
            }
            Meeting::Sounding | Meeting::Initial | Meeting::Other => bits += 2.0 * weights.near_word,
        }
    }
    let mut most = f64::MAX;
    let mut cap = |bits: f64| most = f64::min(most, bits);
    let [own_a, own_b] = sides.left(Class::Own);
    bits += weights.other_word * own_a.min(own_b) as f64 + weights.lost_word * own_a.abs_diff(own_b) as f64;
    let [trade_a, trade_b] = sides.left(Class::Trade);
    bits += weights.other_western_trade * trade_a.min(trade_b) as f64
        + weights.lost_western_trade * trade_a.abs_diff(trade_b) as f64;
    let [common_a, common_b] = sides.left(Class::Common);
    bits += weights.other_western_trade * common_a.min(common_b) as f64
        + weights.lost_western_trade * common_a.abs_diff(common_b) as f64;
    match sides.left(Class::Number) {
        [0, 0] => {}
        [0, _] | [_, 0] => cap(floor::SLIP),
        _ => {
            cap(floor::OTHER_CHARACTER);
            shared = false;
        }
    }
    let [left_a, left_b] = sides.left.map(|words| words.iter().flatten().count());
    let begun = sides
        .met()
        .any(|(_, _, how)| matches!(how, Meeting::Sounding | Meeting::Begun | Meeting::Initial));
    // What one name lacks may be left out of it; where each lacks something they are two.
    match (left_a.min(left_b), left_a.max(left_b)) {
        (0, 0) if !begun => {}
        (0, _) => cap(floor::TURNED_ROUND),
        _ => cap(floor::OTHER_REGION),
    }
    // All of a name that is within the other.
    let letters: usize = sides.met().map(|(x, _, _)| x.letters(a).len()).sum();
    shared |= left_a.min(left_b) == 0 && slips == 0 && letters >= 4 && sides.left(Class::Number) == [0, 0];
    // Two of one house, each with a trade of its own.
    shared &= trade_a.min(trade_b) == 0;
    let slip = left_a + left_b == 0 && (1..=2).contains(&slips) && !begun;
    // Two letters in a long word count as one in a shorter one.
    let slip_in = match (slips, far) {
        (1, false) => longest + usize::from(another_own),
        (1, true) => longest.saturating_sub(3),
        _ => longest.saturating_sub(if far { 4 } else { 2 }),
    };
    Companies {
        bits,
        most,
        slip,
        slip_in: if slip { slip_in } else { 0 },
        shared,
    }
}

/// What two people's names say, in bits. With another name beside the one in common they are as relatives' are: not
/// listed by themselves, and no more than listed with a telephone in common.
pub(super) fn people(a: &NameParts, b: &NameParts, weights: &Weights) -> f64 {
    let sides = Sides::of(a, b);
    let mut bits = 0.0;
    for (x, y, how) in sides.met() {
        let link = x.class == Class::Link || y.class == Class::Link;
        bits += match how {
            _ if link => 1.0,
            Meeting::Same => weights.person_word,
            Meeting::Near | Meeting::Sounding => weights.person_near_word,
            Meeting::Far | Meeting::Begun => weights.person_near_word - 1.0,
            Meeting::Initial => weights.person_initial,
            Meeting::Other => 0.0,
        };
    }
    // What a company's trade is, is another name beside a person's.
    let ([own_a, own_b], [trade_a, trade_b]) = (sides.left(Class::Own), sides.left(Class::Trade));
    let (left_a, left_b) = (own_a + trade_a, own_b + trade_b);
    bits += weights.person_other_word * left_a.min(left_b) as f64
        + weights.person_lost_word * left_a.abs_diff(left_b) as f64;
    bits.min(if left_a.min(left_b) > 0 {
        floor::RELATIVES
    } else {
        f64::MAX
    })
}

/// Whether a person's words are run together in one of two names, as they were typed: johnsmith, john smith; one letter off at
/// the most.
pub(super) fn run_together_alike(a: &NameParts, b: &NameParts) -> Option<bool> {
    const LONG: usize = 8;

    if a.words.len() == b.words.len() {
        return None;
    }
    let letters = |name: &NameParts| -> Vec<char> { name.folded.chars().filter(|c| *c != ' ').collect() };
    let (x, y) = (letters(a), letters(b));
    match () {
        () if x == y => Some(true),
        () if x.len().min(y.len()) >= LONG && one_apart(&x, &y) => Some(false),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CustomerKind::{Enterprise, Individual};

    #[test]
    fn r6_1_words_meet_in_any_order_and_by_their_initials() {
        let people = |a: &str, b: &str| {
            let (a, b) = (NameParts::of(a, Individual), NameParts::of(b, Individual));
            people(&a, &b, Weights::shipped())
        };
        let same = people("john smith", "john smith");
        assert_eq!(people("smith john", "john smith"), same);
        assert!(people("j smith", "john smith") < same);
        assert!(people("jon smith", "john smith") < same);
        assert!(people("mary smith", "john smith") < people("jon smith", "john smith"));
        assert!(people("mary jones", "john smith") < 0.0);
    }

    #[test]
    fn r6_1_letters_are_counted() {
        let chars = |text: &str| text.chars().collect::<Vec<_>>();
        let edits = |a: &str, b: &str| edits(&chars(a), &chars(b));
        assert_eq!(
            [edits("kitten", "sitting"), edits("", "ab"), edits("abc", "abc")],
            [3, 2, 0]
        );
    }

    #[test]
    fn r6_1_words_are_alike_as_they_sound_and_umlauts_are_one_letter() {
        let meeting = |a: &str, b: &str| {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            meeting(&chars(a), &chars(b))
        };
        assert_eq!(meeting("mueller", "muller"), Meeting::Same);
        assert_eq!(meeting("muhammed", "mohamad"), Meeting::Sounding);
        assert_eq!(meeting("wolodimir", "volodymyr"), Meeting::Sounding);
        assert_eq!(meeting("fenwick", "marlow"), Meeting::Other);
        assert_eq!(meeting("ben", "benjamin"), Meeting::Begun);
    }

    #[test]
    fn r6_1_words_in_another_order_or_run_together_are_the_same() {
        let order =
            |a: &str, b: &str| same_words(&NameParts::of(a, Enterprise), &NameParts::of(b, Enterprise));
        assert_eq!(order("Fen Wick Ltd", "Fenwick Limited"), Some(Order::Same));
        assert_eq!(
            order("Fenwick Marlow Inc", "Marlow Fenwick Inc"),
            Some(Order::Other)
        );
        assert_eq!(order("Fenwick Inc", "Marlow Inc"), None);
    }
}
