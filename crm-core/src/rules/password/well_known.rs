//! Passwords that everybody tries first (R8.4).

use sha2::{Digest, Sha256};

use crate::matching::fold;

/// Those of zxcvbn's 30,000 commonest passwords (MIT; Dropbox, Inc.) that have eight characters or more and a letter, which
/// are those that a password of the form that is asked for can come to: 10,866. Of each the first four bytes of its SHA-256,
/// sorted, as differences in sevens of bits, the low ones first, the eighth bit on all but the last. A word that is none of
/// them is taken for one once in 100,000 times.
const FINGERPRINTS: &[u8] = include_bytes!("well_known.bin");

/// The fewest characters of one.
const SHORTEST: usize = 8;

/// Whether a password is a well-known one, whatever its case, also with signs in the place of letters (`P@ssw0rd`), and with
/// the digits and signs behind it that a rule makes people put there (`Password1!`).
pub(super) fn is_well_known(password: &str) -> bool {
    let typed = fold(password);
    let spelt: String = typed.chars().map(letter_of).collect();
    let stem = |text: &str| text.trim_end_matches(|c: char| !c.is_alphabetic()).to_owned();
    // Behind a word the signs are none of its letters: they go before they are read as such.
    let stem_spelt: String = stem(&typed).chars().map(letter_of).collect();
    let mut asked = vec![stem(&typed), stem_spelt, typed, spelt];
    asked.retain(|word| word.chars().count() >= SHORTEST);
    asked.dedup();
    asked.iter().any(|word| is_listed(word))
}

/// The letter that a sign or a digit stands for.
fn letter_of(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        c => c,
    }
}

fn is_listed(word: &str) -> bool {
    let hash = Sha256::digest(word.as_bytes());
    let Some(first) = hash.first_chunk::<4>() else {
        return false;
    };
    let wanted = u32::from_be_bytes(*first);
    let (mut at, mut difference, mut shift) = (0_u32, 0_u32, 0);
    for byte in FINGERPRINTS {
        difference |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if *byte < 0x80 {
            at = at.wrapping_add(difference);
            if at >= wanted {
                return at == wanted;
            }
            (difference, shift) = (0, 0);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole() {
        let words = FINGERPRINTS.iter().filter(|byte| **byte < 0x80).count();
        assert_eq!(words, 10_866);
        // The first and the last of them by their fingerprints, and some between.
        for word in [
            "password",
            "baseball",
            "qwertyuiop",
            "1qaz2wsx",
            "sunshine",
            "iloveyou",
            "trustno1",
        ] {
            assert!(is_listed(word), "{word}");
        }
        for word in ["passwort1", "crm示例客户", ""] {
            assert!(!is_listed(word), "{word}");
        }
    }
}
