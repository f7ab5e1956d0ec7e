//! What evidence weighs, in bits, as `data/weights.txt` has it (R6.1).

use std::sync::LazyLock;

macro_rules! weights {
    ($($name:ident),* $(,)?) => {
        /// The weights of all evidence, in bits; against, where below 0. Each is explained in the data file.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(missing_docs, reason = "the data file says what each stands for")]
        pub struct Weights { $(pub $name: f64),* }

        impl Weights {
            /// Reads `name value # remark` lines; a name that is not there weighs nothing.
            fn parse(text: &str) -> Self {
                let value = |name: &str| {
                    text.lines()
                        .filter_map(|line| line.split('#').next()?.split_once(' '))
                        .find(|(there, _)| *there == name)
                        .and_then(|(_, value)| value.trim().parse().ok())
                        .unwrap_or_default()
                };
                Self { $($name: value(stringify!($name))),* }
            }

            /// The names of all weights with their values, in the order of the file.
            pub fn list(&self) -> Vec<(&'static str, f64)> {
                vec![$((stringify!($name), self.$name)),*]
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

static SHIPPED: LazyLock<Weights> = LazyLock::new(|| Weights::parse(include_str!("data/weights.txt")));

impl Weights {
    /// The weights that the library ships.
    pub fn shipped() -> &'static Self {
        &SHIPPED
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
    }
}
