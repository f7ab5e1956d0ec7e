//! What two customers have in common, before it is weighed (R6.1, R6.2): their numbers level by level, and their names.

use super::{
    area::areas_differ, distance::one_apart, evidence::Likeness, fold::fold_name, likeness::likeness,
    name::NameParts, reason::WEAK_PHONE_HOLDERS, subject::Subject, weights::Weights,
};
use crate::model::{CustomerKind, Registration, RegistrationScheme};

/// A number of another form (R2.1) with so many signs is long: there are millions of such numbers, so that two
/// customers hardly have the same by chance.
pub(super) const LONG_ALIAS: usize = 7;

/// So many signs of a number say nothing: in every list there is a 7 and a 12.
const SAYS_NOTHING: usize = 2;

/// What the numbers of two customers have in common at the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Common {
    /// Nothing.
    #[default]
    Nothing,
    /// Two numbers are one sign apart, or two neighbours of it are changed over.
    Near,
    /// One number is the same.
    Same {
        /// How many signs it has that tell it from others.
        signs: usize,
        /// How many parties have it.
        holders: usize,
    },
}

/// What the numbers say under which two customers are registered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Registered {
    /// Nothing: one has none, or they are of different schemes or countries, as a VAT number and a company number are.
    #[default]
    Nothing,
    /// They have one in common.
    Same,
    /// They have different ones of one scheme.
    Apart,
}

impl Registered {
    /// What those of two customers say.
    pub fn of(a: &Subject, b: &Subject) -> Self {
        Self::between(&a.registrations, &b.registrations)
    }

    /// What these say of each other, all of them in the form in which they are compared.
    pub fn between(a: &[Registration], b: &[Registration]) -> Self {
        // Most have none.
        if a.is_empty() || b.is_empty() {
            return Self::Nothing;
        }
        // What other registers there are is not known: two numbers may be of two.
        let is_one_scheme = |x: &Registration, y: &Registration| {
            (x.country, x.scheme) == (y.country, y.scheme) && x.scheme != RegistrationScheme::Other
        };
        let any =
            |is: &dyn Fn(&Registration, &Registration) -> bool| a.iter().any(|x| b.iter().any(|y| is(x, y)));
        match (any(&|x, y| x == y), any(&is_one_scheme)) {
            (true, _) => Self::Same,
            (false, true) => Self::Apart,
            (false, false) => Self::Nothing,
        }
    }
}

/// What two customers have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Levels {
    /// Of their telephone numbers.
    pub phone: Common,
    /// Of their numbers of another form.
    pub alias: Common,
    /// Of the numbers under which they are registered.
    pub registered: Registered,
    /// Of their names.
    pub names: Likeness,
    /// Whether they may be two shops of a chain: their telephones are in different areas, and a name has no legal form of its
    /// own.
    pub chain: bool,
    /// Whether the name of the one is an alias of the other: somebody said so, or a list did.
    pub named: bool,
    /// Whether at least one is a person.
    pub persons: bool,
    /// Whether at least one is a person, or has a name that looks like a person's in a list that does not say.
    pub personal: bool,
}

impl Common {
    /// What it says of numbers of another form, in bits. The longer a number, the fewer have it by chance; the more
    /// parties have it, the less it says, as with a telephone number.
    pub(super) fn alias_bits(self, weights: &Weights) -> f64 {
        match self {
            Self::Nothing => 0.0,
            Self::Near => weights.near_alias,
            Self::Same { holders, .. } if holders >= WEAK_PHONE_HOLDERS => 0.0,
            Self::Same { signs, holders } => {
                let rare = weights.alias_character * signs.saturating_sub(SAYS_NOTHING) as f64;
                (rare.min(weights.most_alias) - (holders.max(1) as f64).log2()).max(0.0)
            }
        }
    }

    const fn holders(self) -> usize {
        match self {
            Self::Same { holders, .. } => holders,
            Self::Nothing | Self::Near => 0,
        }
    }

    const fn near(near: bool) -> Self {
        if near { Self::Near } else { Self::Nothing }
    }
}

impl Levels {
    /// What two customers have in common; `holders` as in [`Subject::compare`]. Numbers that are only near are not
    /// looked for where the names say that they are two.
    pub fn of(
        subject: &Subject,
        other: &Subject,
        holders: impl Fn(&str) -> usize,
        weights: &Weights,
    ) -> Self {
        let names = likeness(&subject.name, &other.name, weights);
        let alike = names.bits > 0.0;
        let same = |number: &String| Common::Same {
            signs: signs(number),
            holders: holders(number),
        };
        let phones = subject.phones.iter().filter(|phone| other.phones.contains(phone));
        let phone = phones.map(same).min_by_key(|common| common.holders());
        let near = || alike && any_near(&subject.phones, &other.phones, 0);
        let alias = subject
            .aliases
            .iter()
            .filter(|alias| other.aliases.contains(alias))
            .map(same)
            .max_by(|a, b| a.alias_bits(weights).total_cmp(&b.alias_bits(weights)));
        let near_alias = || alike && any_near(&subject.aliases, &other.aliases, LONG_ALIAS);
        let phone = phone.unwrap_or_else(|| Common::near(near()));
        let persons = [subject.kind, other.kind].contains(&CustomerKind::Individual);
        Self {
            phone,
            chain: alike
                && !persons
                && !matches!(phone, Common::Same { .. })
                && (!subject.name.is_registered() || !other.name.is_registered())
                && areas_differ(&subject.phones, &other.phones),
            alias: alias.unwrap_or_else(|| Common::near(near_alias())),
            registered: Registered::of(subject, other),
            names,
            named: goes_by(&other.aliases, &subject.name) || goes_by(&subject.aliases, &other.name),
            persons,
            personal: persons || subject.name.personal,
        }
    }
}

fn goes_by(aliases: &[String], name: &NameParts) -> bool {
    let is = |alias: &String| {
        let folded = fold_name(alias);
        !folded.is_empty() && folded == name.folded
    };
    aliases.iter().any(is)
}

/// How many signs of a number tell it from others; 0000000 has no more than 00.
fn signs(number: &str) -> usize {
    let signs: Vec<char> = number.chars().filter(|c| c.is_alphanumeric()).collect();
    let mut different = signs.clone();
    different.sort_unstable();
    different.dedup();
    signs.len().min(3 * different.len())
}

/// Whether a number of the one, of at least so many characters, is one off a number of the other.
fn any_near(a: &[String], b: &[String], least: usize) -> bool {
    let near = |a: &String, b: &String| match a.is_ascii() && b.is_ascii() {
        true => one_apart(a.as_bytes(), b.as_bytes()),
        false => one_apart(
            &a.chars().collect::<Vec<char>>(),
            &b.chars().collect::<Vec<char>>(),
        ),
    };
    let is_long = |number: &&String| number.chars().count() >= least;
    let any = |a: &String| b.iter().filter(is_long).any(|b| near(a, b));
    a.iter().filter(is_long).any(any)
}
