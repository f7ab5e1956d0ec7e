//! Western names (R6.1): words in any order, initials, letters mistyped.

use super::{distance::one_apart, evidence::floor, lexicon::is_all_trade, weights::Weights};

/// How two words meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Meeting {
    Other,
    Initial,
    Near,
    Same,
}

fn meeting(a: &str, b: &str) -> Meeting {
    const LONG: usize = 3;

    let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    match () {
        () if a == b => Meeting::Same,
        () if x.len().min(y.len()) >= LONG && alike(&x, &y) => Meeting::Near,
        () if (x.len() == 1 || y.len() == 1) && x.first() == y.first() => Meeting::Initial,
        () => Meeting::Other,
    }
}

/// One letter apart, or two in a long word.
fn alike(x: &[char], y: &[char]) -> bool {
    const LONG: usize = 5;
    if x.first() != y.first() {
        return one_apart(x, y);
    }
    one_apart(x, y) || (x.len().min(y.len()) >= LONG && edits(x, y) <= 2)
}

/// Letters to insert, take out or replace.
fn edits(x: &[char], y: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=y.len()).collect();
    for (at, c) in x.iter().enumerate() {
        let mut before = at;
        let mut left = at + 1;
        let mut next = vec![left];
        for (d, &above) in y.iter().zip(row.iter().skip(1)) {
            left = (before + usize::from(c != d)).min(above + 1).min(left + 1);
            before = above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Each word of the shorter name with the word that it meets best, and how many words are left over.
fn meetings<'t>(a: &'t str, b: &'t str) -> (Vec<(&'t str, Meeting)>, usize) {
    let (x, y): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let (shorter, longer) = if (x.len(), &x) <= (y.len(), &y) {
        (x, y)
    } else {
        (y, x)
    };
    let mut all: Vec<(Meeting, usize, usize)> = Vec::new();
    for (i, a) in shorter.iter().enumerate() {
        all.extend(longer.iter().enumerate().map(|(j, b)| (meeting(a, b), i, j)));
    }
    all.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut taken_i, mut taken_j) = (Vec::new(), Vec::new());
    let mut met = Vec::new();
    for (how, i, j) in all {
        if !taken_i.contains(&i) && !taken_j.contains(&j) {
            taken_i.push(i);
            taken_j.push(j);
            met.extend(shorter.get(i).map(|word| (*word, how)));
        }
    }
    (met, longer.len() - shorter.len())
}

/// What two company names say, in bits; `None` if they have no word in common.
pub(super) fn companies(a: &str, b: &str, weights: &Weights) -> Option<f64> {
    let (met, left_over) = meetings(a, b);
    if met.iter().all(|(_, how)| *how < Meeting::Near) {
        return None;
    }
    let common = |word: &str| match is_all_trade(word) {
        true => weights.western_trade,
        false => weights.western_letter * word.chars().count() as f64,
    };
    let bits = met.iter().map(|(word, how)| match how {
        Meeting::Same => common(word),
        Meeting::Near => common(word) + weights.near_word,
        Meeting::Initial | Meeting::Other => weights.other_word,
    });
    let bits: f64 = bits.sum::<f64>() + weights.lost_word * left_over as f64;
    let another = met.iter().any(|(_, how)| *how < Meeting::Near);
    Some(bits.min(if another {
        floor::OTHER_REGION
    } else {
        weights.most_in_common
    }))
}

/// What two people's names say, in bits. With another name beside the one in common they are as relatives' are: not
/// listed by themselves, and no more than listed with a telephone in common.
pub(super) fn people(a: &str, b: &str, weights: &Weights) -> f64 {
    let (met, left_over) = meetings(a, b);
    let word = |(_, how): &(&str, Meeting)| match how {
        Meeting::Same => weights.person_word,
        Meeting::Near => weights.person_near_word,
        Meeting::Initial => weights.person_initial,
        Meeting::Other => weights.person_other_word,
    };
    let bits = met.iter().map(word).sum::<f64>() + weights.person_lost_word * left_over as f64;
    let another = met.iter().any(|(_, how)| *how == Meeting::Other);
    bits.min(if another { floor::RELATIVES } else { f64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_1_words_meet_in_any_order_and_by_their_initials() {
        let people = |a: &str, b: &str| people(a, b, Weights::shipped());
        let same = people("john smith", "john smith");
        assert_eq!(people("smith john", "john smith"), same);
        assert!(people("j smith", "john smith") < same);
        assert!(people("jon smith", "john smith") < same);
        assert!(people("mary smith", "john smith") < people("jon smith", "john smith"));
        assert!(people("mary jones", "john smith") < 0.0);
    }

    #[test]
    fn r6_1_letters_are_counted() {
        let edits = |a: &str, b: &str| edits(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!(
            [edits("kitten", "sitting"), edits("", "abc"), edits("abc", "abc")],
            [3, 3, 0]
        );
    }
}
