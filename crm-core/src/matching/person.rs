//! People's names (R6.1): how alike they are. Never enough by themselves.

use super::{
    distance::one_apart,
    evidence::{Likeness, NameReason, floor},
    fold::is_wide,
    name::NameParts,
    sound::sound_alike,
    weights::Weights,
    words,
};

/// Compares the names of two of whom at least one is a person.
pub(super) fn people(a: &NameParts, b: &NameParts, weights: &Weights) -> Likeness {
    let likeness = compared(a, b, weights);
    Likeness {
        shared: is_rare(a) && is_rare(b) && likeness.bits >= weights.person_word + weights.person_near_word,
        ..likeness
    }
}

/// Whether few have a name: two Western words or three Chinese characters.
fn is_rare(name: &NameParts) -> bool {
    match name.is_western() {
        true => name.words.len() > 1,
        false => name.letters.len() > 2,
    }
}

fn compared(a: &NameParts, b: &NameParts, weights: &Weights) -> Likeness {
    use NameReason::{Different, OneCharacterApart, OtherOrder, SameName, SameSound, Similar};

    let chinese = a.core.contains(is_wide) || b.core.contains(is_wide);
    if a.core == b.core {
        let bits = match chinese {
            true => weights.person_character * a.core.chars().count() as f64,
            false => words::people(a, b, weights),
        };
        let reason = if a.folded == b.folded {
            SameName
        } else {
            OtherOrder
        };
        return Likeness::new(bits.min(weights.most_in_common), reason);
    }
    let (x, y) = (a.letters.as_slice(), b.letters.as_slice());
    if !chinese {
        if let Some(same) = words::run_together_alike(a, b) {
            let words = a.words.len().max(b.words.len()) as f64;
            let slip = weights.person_near_word - weights.person_word;
            let bits = weights.person_word * words + if same { 0.0 } else { slip };
            return Likeness::new(
                bits.min(weights.most_in_common),
                if same { OtherOrder } else { OneCharacterApart },
            );
        }
        let bits = words::people(a, b, weights);
        let reason = match bits > 0.0 {
            true if one_apart(x, y) => OneCharacterApart,
            true => Similar,
            false => Different,
        };
        return Likeness::new(bits, reason);
    }
    let sorted = |chars: &[char]| {
        let mut sorted = chars.to_vec();
        sorted.sort_unstable();
        sorted
    };
    if x.len() > 1 && sorted(x) == sorted(y) {
        // The given name first, as in Western order.
        let bits = weights.person_character * x.len() as f64 + weights.person_lost_word;
        return Likeness::new(bits, OtherOrder);
    }
    let pairs = || x.iter().zip(y);
    let same = pairs().filter(|(c, d)| c == d).count();
    let alike = sound_alike(x, y);
    if x.len() != y.len() || (same == 0 && !alike) {
        return Likeness::new(weights.person_other_sound, Different);
    }
    let other = match alike {
        true => weights.person_same_sound,
        false => weights.person_other_sound,
    };
    let bits = weights.person_character * same as f64 + other * (x.len() - same) as f64;
    match one_apart(x, y) {
        true if alike => Likeness::new(bits.max(floor::SLIP), OneCharacterApart),
        true => Likeness::new(bits, OneCharacterApart),
        false if alike && same == 0 => Likeness::new(bits.max(floor::OTHER_CHARACTER), SameSound),
        false if alike => Likeness::new(bits.max(floor::SLIP), SameSound),
        false => Likeness::new(bits, Similar),
    }
}
