//! Two texts laid side by side (R6.1): what they have in common, and what stands in the one at the place of what in the
//! other.

use std::ops::Range;

/// Where two texts differ: what the one has there, and what the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub a: Range<usize>,
    pub b: Range<usize>,
}

/// Two texts side by side, in characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Aligned {
    /// The positions in the first of what both have.
    pub common: Vec<usize>,
    /// Where they differ, in order.
    pub gaps: Vec<Gap>,
}

/// Texts longer than this are compared by their beginnings.
const LONGEST: usize = 64;

/// Lays two texts side by side so that as many characters as possible meet.
pub(super) fn align(a: &[char], b: &[char]) -> Aligned {
    let a = a.get(..LONGEST).unwrap_or(a);
    let b = b.get(..LONGEST).unwrap_or(b);
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (
        a.get(head..).unwrap_or_default(),
        b.get(head..).unwrap_or_default(),
    );
    let both = rest_a.iter().rev().zip(rest_b.iter().rev());
    let tail = both.take_while(|(x, y)| x == y).count();
    let (end_a, end_b) = (a.len() - tail, b.len() - tail);

    let mut matches: Vec<(usize, usize)> = Vec::with_capacity(a.len().min(b.len()));
    matches.extend((0..head).map(|at| (at, at)));
    let middle = longest_common(
        a.get(head..end_a).unwrap_or_default(),
        b.get(head..end_b).unwrap_or_default(),
    );
    matches.extend(middle.into_iter().map(|(x, y)| (x + head, y + head)));
    matches.extend((0..tail).map(|at| (end_a + at, end_b + at)));

    let mut aligned = Aligned::default();
    let (mut from_a, mut from_b) = (0, 0);
    for (x, y) in matches.iter().copied().chain([(a.len(), b.len())]) {
        if x > from_a || y > from_b {
            aligned.gaps.push(Gap {
                a: from_a..x,
                b: from_b..y,
            });
        }
        (from_a, from_b) = (x + 1, y + 1);
    }
    aligned.common = matches.into_iter().map(|(x, _)| x).collect();
    aligned
}

/// The positions of a longest common subsequence.
fn longest_common(a: &[char], b: &[char]) -> Vec<(usize, usize)> {
    if a.is_empty() || b.is_empty() {
        return Vec::new();
    }
    let width = b.len() + 1;
    // How much the rests from each pair of positions have in common.
    let mut lengths = vec![0_u8; (a.len() + 1) * width];
    let length = |lengths: &[u8], x: usize, y: usize| lengths.get(x * width + y).copied().unwrap_or_default();
    for (x, c) in a.iter().enumerate().rev() {
        for (y, d) in b.iter().enumerate().rev() {
            let best = match c == d {
                true => length(&lengths, x + 1, y + 1) + 1,
                false => length(&lengths, x + 1, y).max(length(&lengths, x, y + 1)),
            };
            if let Some(slot) = lengths.get_mut(x * width + y) {
                *slot = best;
            }
        }
    }
    let mut matches = Vec::new();
    let (mut x, mut y) = (0, 0);
    while let (Some(c), Some(d)) = (a.get(x), b.get(y)) {
        if c == d {
            matches.push((x, y));
            (x, y) = (x + 1, y + 1);
        } else if length(&lengths, x + 1, y) >= length(&lengths, x, y + 1) {
            x += 1;
        } else {
            y += 1;
        }
    }
    matches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gaps(a: &str, b: &str) -> Vec<(String, String)> {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let text = |of: &[char], range: &Range<usize>| of.get(range.clone()).unwrap().iter().collect();
        let aligned = align(&a, &b);
        aligned
            .gaps
            .iter()
            .map(|gap| (text(&a, &gap.a), text(&b, &gap.b)))
            .collect()
    }

    #[test]
    fn r6_1_what_differs_stands_side_by_side() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(gaps("晨曦远源投资", "晨曦远园投资"), [pair("源", "园")]);
        assert_eq!(gaps("环保节能科技", "环保科技"), [pair("节能", "")]);
        assert_eq!(gaps("惠普金融", "普惠金融"), [pair("惠", ""), pair("", "惠")]);
        assert_eq!(gaps("示例", "示例"), []);
        assert_eq!(gaps("", "示例"), [pair("", "示例")]);
    }

    proptest! {
        #[test]
        fn r6_1_common_and_gaps_make_up_both_texts(a in "[甲乙丙丁]{0,9}", b in "[甲乙丙丁]{0,9}") {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let aligned = align(&x, &y);
            let only = |pick: fn(&Gap) -> Range<usize>| aligned.gaps.iter().map(|gap| pick(gap).len()).sum::<usize>();
            prop_assert_eq!(aligned.common.len() + only(|gap| gap.a.clone()), x.len());
            prop_assert_eq!(aligned.common.len() + only(|gap| gap.b.clone()), y.len());
            prop_assert_eq!(align(&y, &x).common.len(), aligned.common.len());
        }
    }
}
