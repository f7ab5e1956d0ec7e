//! What evidence weighs, in bits, as `data/weights.txt` has it (R6.1).

use std::{fmt, sync::LazyLock};

use super::evidence::{LIKELY, bits_of, floor};

macro_rules! weights {
    ($($name:ident),* $(,)?) => {
        /// The weights of all evidence, in bits; against, where below 0. Each is explained in the data file.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs, reason = "the data file says what each stands for")]
        pub struct Weights { $(pub $name: f64),* }

        impl Weights {
            const NONE: Self = Self { $($name: 0.0),* };

            /// The names of all weights with their values, in the order of the file.
            pub fn list(&self) -> Vec<(&'static str, f64)> {
                vec![$((stringify!($name), self.$name)),*]
            }

            /// Sets the weight of this name; `false` if there is none.
            pub fn set(&mut self, name: &str, bits: f64) -> bool {
                match name {
                    $(stringify!($name) => self.$name = bits,)*
                    _ => return false,
                }
                true
            }
        }
    };
}

weights!(
    brand_character,
    common_character,
    trade_character,
    western_letter,
    western_trade,
    most_in_common,
    same_region,
    wider_region,
    branch_character,
    most_branch,
    other_character,
    same_sound,
    lost_character,
    swapped,
    other_word,
    lost_word,
    near_word,
    lost_western_trade,
    other_western_trade,
    lost_trade,
    trade_length,
    trade_differs,
    more_trade,
    other_trade,
    other_bank,
    short_name,
    numbers_differ,
    directions_differ,
    region_missing,
    other_region,
    other_branch,
    branch_place,
    branch_word,
    group_differs,
    form_differs,
    short_best,
    short_apart,
    short_left,
    short_lost,
    short_within,
    short_brand,
    short_lost_mark,
    short_more_mark,
    short_region,
    short_other_region,
    person_character,
    person_word,
    person_near_word,
    person_initial,
    person_other_word,
    person_lost_word,
    person_other_sound,
    person_same_sound,
    same_phone,
    near_phone,
    shared_phone,
    weak_phone,
    alias_character,
    most_alias,
    near_alias,
    changed_name,
);

const SHIPPED_TEXT: &str = include_str!("data/weights.txt");

// That the file can be read is a test.
static SHIPPED: LazyLock<Weights> =
    LazyLock::new(|| Weights::read(SHIPPED_TEXT, Weights::NONE).unwrap_or(Weights::NONE));

/// A line of a file of weights that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadWeight {
    /// Its place in the file, from 1.
    pub line: usize,
}

impl fmt::Display for BadWeight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "line {} is not the name of a weight and a number of bits",
            self.line
        )
    }
}

impl std::error::Error for BadWeight {}

impl Default for Weights {
    /// Those that the library ships.
    fn default() -> Self {
        Self::shipped().clone()
    }
}

impl Weights {
    /// The weights that the library ships.
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads lines of a name, bits, and a remark after `#`. A weight that is not named is as shipped.
    ///
    /// # Errors
    /// A line names no weight, or a number that is none.
    pub fn parse(text: &str) -> Result<Self, BadWeight> {
        Self::read(text, Self::default())
    }

    fn read(text: &str, mut weights: Self) -> Result<Self, BadWeight> {
        for (at, line) in text.lines().enumerate() {
            let bad = BadWeight { line: at + 1 };
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let Some(name) = words.next() else { continue };
            let bits: f64 = words.next().and_then(|bits| bits.parse().ok()).ok_or(bad)?;
            if !bits.is_finite() || words.next().is_some() || !weights.set(name, bits) {
                return Err(bad);
            }
        }
        Ok(weights)
    }

    /// The shipped file with these values in it, as [`parse`](Self::parse) reads it.
    pub fn to_text(&self) -> String {
        const COLUMN: usize = 26;

        let list = self.list();
        let mut text = String::new();
        for line in SHIPPED_TEXT.lines() {
            let remark = line.find('#').and_then(|at| line.get(at..));
            let name = line.split_whitespace().next().unwrap_or_default();
            match list.iter().find(|(there, _)| *there == name) {
                Some((_, bits)) => {
                    let width = COLUMN.saturating_sub(name.len());
                    text += &format!("{name}{bits:>width$.1}");
                    text += &remark.map(|remark| format!("   {remark}")).unwrap_or_default();
                }
                None => text += line,
            }
            text.push('\n');
        }
        text
    }

    /// The nearest weights by which the rules still hold (R6.1): no evidence turns round, a rare character weighs no less
    /// than a common one, a telephone in common needs more than a name with another character in it, but no more than a
    /// slip of the pen, and no number that is only near is enough by itself.
    #[must_use]
    pub fn within_rules(&self) -> Self {
        const LEAST: f64 = 0.5;
        const MOST: f64 = 40.0;

        let likely = bits_of(LIKELY);
        let mut weights = self.clone();
        for (name, shipped) in Self::shipped().list() {
            let bits = self
                .list()
                .iter()
                .find(|(there, _)| *there == name)
                .map(|(_, bits)| *bits);
            let (low, high) = match name {
                "same_phone" => (
                    likely - floor::SLIP,
                    likely - floor::OTHER_CHARACTER - LEAST / 5.0,
                ),
                "near_phone" | "near_alias" | "shared_phone" => (LEAST, likely - LEAST),
                "weak_phone" => (LEAST, 2.0),
                // Six signs need a name that is not wholly another.
                "alias_character" => (LEAST, 4.4),
                "most_alias" => (LEAST, 24.0),
                "changed_name" => (-MOST, -5.0),
                // In a short name a slip is no more than similar.
                "swapped" => (-MOST, -6.0),
                // Sisters and brothers have all but one character in common, and often a telephone.
                "person_character" => (LEAST, 7.5),
                "person_other_sound" => (-MOST, -12.0),
                _ if shipped > 0.0 => (LEAST, MOST),
                _ => (-MOST, -LEAST),
            };
            let bits = bits.filter(|bits| !bits.is_nan()).unwrap_or(shipped);
            weights.set(name, bits.clamp(low, high));
        }
        weights.common_character = weights.common_character.min(weights.brand_character);
        weights.near_phone = weights.near_phone.min(weights.same_phone);
        weights.shared_phone = weights.shared_phone.min(weights.same_phone);
        weights
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_1_every_weight_is_in_the_file_and_the_file_has_no_other() {
        let lines = include_str!("data/weights.txt").lines();
        let named: Vec<&str> = lines
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split(' ').next())
            .filter(|name| !name.is_empty())
            .collect();
        let list = Weights::shipped().list();
        assert_eq!(named, list.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        assert!(list.iter().all(|(_, value)| *value != 0.0), "{list:?}");
        assert_eq!(Weights::shipped().to_text(), SHIPPED_TEXT);
        assert_eq!(Weights::shipped().within_rules(), *Weights::shipped());
    }

    #[test]
    fn r6_1_weights_of_ones_own_are_read_and_a_bad_line_is_named() {
        let own = Weights::parse("# own\n\nsame_phone 8 # less\n").unwrap();
        assert_eq!(own.same_phone, 8.0);
        assert_eq!(own.near_phone, Weights::shipped().near_phone);
        assert_eq!(Weights::parse(&own.to_text()), Ok(own));
        for bad in [
            "same_fone 8",
            "same_phone",
            "same_phone much",
            "same_phone NaN",
            "same_phone 8 9",
        ] {
            assert_eq!(Weights::parse(bad), Err(BadWeight { line: 1 }), "{bad}");
        }
    }

    #[test]
    fn r6_1_no_weight_leaves_what_the_rules_allow() {
        let mut wild = Weights::shipped().clone();
        for (name, bits) in Weights::shipped().list() {
            wild.set(name, -100.0 * bits);
        }
        let tame = wild.within_rules();
        for ((name, bits), (_, shipped)) in tame.list().into_iter().zip(Weights::shipped().list()) {
            assert!(bits * shipped > 0.0, "{name} {bits}");
        }
        assert_eq!(tame.within_rules(), tame);
    }
}
