//! What there is, for programs that write code, stubs, forms or documents from it: records with their fields, the changes
//! that they take, and states.
//!
//! `record!`, `edits!` and `labelled!` describe what they declare; [`records`], [`edits`] and [`states`] list what hosts
//! see of it.
//!
//! ```
//! use crm_core::describe;
//!
//! let contact = describe::records().find(|record| record.name == "Contact").unwrap();
//! let mobile = contact.fields.iter().find(|field| field.name == "mobile").unwrap();
//! assert_eq!(describe::text(mobile.about), "The mobile number, as typed; empty where a list brought none.");
//! ```

mod noun;

use std::collections::BTreeMap;

pub use noun::{Noun, noun, nouns};

use crate::{
    Code, CustomerNumber, DateTime, DuplicateMatch, DuplicatePair, ErrorKind, MatchBand, MatchReason,
    NaiveDate, Problem, Region, Utc,
    import::{ImportOptions, OnDuplicate},
    matching::fold,
    model::{self, LimitUnit, PickList},
    service::{
        DuplicateCheck, DuplicateGroup, DuplicateReport, ImportReport, ImportUndo, Progress, UnknownOwner,
        Verification,
    },
};

/// A record: what it is called, and its fields in their order.
#[derive(Debug)]
pub struct Record {
    /// The type's name, the same in every language.
    pub name: &'static str,
    /// What it is, line by line: see [`text`].
    pub about: &'static [&'static str],
    /// Its fields.
    pub fields: &'static [Field],
}

/// A field of a record.
#[derive(Debug)]
pub struct Field {
    /// The field's name, in snake case.
    pub name: &'static str,
    /// What it is, line by line.
    pub about: &'static [&'static str],
    /// What it holds.
    pub of: Type,
    /// What it is when it is left out: blank where this is empty. None: it is not left out.
    pub default: Option<&'static str>,
    /// Whether JSON leaves it out when it is blank.
    pub left_out: bool,
    /// What the rules ask of it.
    pub rule: Rule,
}

/// What the rules ask of a field that is typed in, where they ask something: declared at the field, as `#[rule(required,
/// characters(limit::NAME))]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Whether it must be there.
    pub required: bool,
    /// How much it takes, and of what.
    pub most: Option<(u64, LimitUnit)>,
    /// The least that it takes.
    pub least: Option<u64>,
    /// The pick list that it is chosen from.
    pub pick: Option<PickList>,
}

impl Rule {
    /// Nothing is asked.
    pub const NONE: Self = Self {
        required: false,
        most: None,
        least: None,
        pick: None,
    };

    /// It must be there.
    #[must_use]
    pub const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// It has so many characters at the most.
    #[must_use]
    pub const fn characters(self, most: usize) -> Self {
        self.most(most as u64, LimitUnit::Characters)
    }

    /// It has so many bytes in UTF-8 at the most.
    #[must_use]
    pub const fn bytes(self, most: usize) -> Self {
        self.most(most as u64, LimitUnit::Bytes)
    }

    /// It has so many entries at the most.
    #[must_use]
    pub const fn entries(self, most: usize) -> Self {
        self.most(most as u64, LimitUnit::Entries)
    }

    /// It is a number from `least` to `most`.
    #[must_use]
    pub const fn between(self, least: u32, most: u32) -> Self {
        Self {
            least: Some(least as u64),
            ..self.most(most as u64, LimitUnit::Value)
        }
    }

    /// It is chosen from a pick list.
    #[must_use]
    pub const fn pick(self, list: PickList) -> Self {
        Self {
            pick: Some(list),
            ..self
        }
    }

    const fn most(self, most: u64, unit: LimitUnit) -> Self {
        Self {
            most: Some((most, unit)),
            ..self
        }
    }
}

/// The changes that a record takes.
#[derive(Debug)]
pub struct Edits {
    /// The type's name.
    pub name: &'static str,
    /// The record that is changed.
    pub record: &'static Record,
    /// What they are, line by line.
    pub about: &'static [&'static str],
    /// The fields that can be changed.
    pub fields: &'static [Edit],
}

/// A field that can be changed.
#[derive(Debug)]
pub struct Edit {
    /// The field's name, in snake case.
    pub name: &'static str,
    /// The variant's name.
    pub variant: &'static str,
    /// What it is, line by line.
    pub about: &'static [&'static str],
    /// What it is set to.
    pub of: Type,
}

/// A closed set of states.
#[derive(Debug)]
pub struct States {
    /// The type's name.
    pub name: &'static str,
    /// What they say, line by line.
    pub about: &'static [&'static str],
    /// Each of them, in the order in which people list them.
    pub states: &'static [State],
}

impl States {
    /// The state that holds when none is said.
    pub fn default(&self) -> Option<&'static State> {
        self.states.iter().find(|state| state.default)
    }

    /// The place of the state whose code, or label in either language, a text is: width, case and script form make no
    /// difference (R2.7).
    pub fn named(&self, text: &str) -> Option<usize> {
        // Most are written as they stand here.
        let is_it = |state: &State| [state.code, state.zh, state.en].contains(&text);
        if let Some(at) = self.states.iter().position(is_it) {
            return Some(at);
        }
        let folded = fold(text);
        self.states.iter().position(|state| {
            [state.code, state.zh, state.en]
                .iter()
                .any(|word| fold(word) == folded)
        })
    }
}

/// One state.
#[derive(Debug)]
pub struct State {
    /// The variant's name.
    pub name: &'static str,
    /// The stable code.
    pub code: &'static str,
    /// What a person reads in Chinese.
    pub zh: &'static str,
    /// What a person reads in English.
    pub en: &'static str,
    /// What it says, line by line.
    pub about: &'static [&'static str],
    /// Whether it holds when none is said.
    pub default: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Yes or no.
    Flag,
    /// A whole number from 0, of 32 bits.
    U32,
    /// A whole number from 0, of 64 bits.
    U64,
    /// A number with a fraction.
    F64,
    /// A text.
    Text,
    /// Those, by name.
    Map(&'static Type),
    /// A day.
    Day,
    /// An instant.
    Instant,
    /// An amount of money.
    Money,
    /// A customer's number.
    Number,
    /// An error's code.
    Code,
    /// Where a number or an address is from.
    Region,
    /// An identifier, by the name of its type.
    Id(&'static str),
    /// A state.
    States(&'static States),
    /// Another record.
    Record(&'static Record),
    /// That, or nothing.
    Optional(&'static Type),
    /// Any number of those.
    List(&'static Type),
}

/// A type that a field can have.
pub trait Described {
    /// What it is.
    const TYPE: Type;
}

macro_rules! described {
    ($($type:ty => $what:ident),+ $(,)?) => {
        $(impl Described for $type {
            const TYPE: Type = Type::$what;
        })+
    };
}

described! {
    bool => Flag,
    u32 => U32,
    u64 => U64,
    f64 => F64,
    String => Text,
    NaiveDate => Day,
    DateTime<Utc> => Instant,
    model::Money => Money,
    CustomerNumber => Number,
    Code => Code,
    Region => Region,
}

impl<T: Described> Described for Option<T> {
    const TYPE: Type = Type::Optional(&T::TYPE);
}

impl<T: Described> Described for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
}

impl<T: Described> Described for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
}

/// The names of the fields that problems, changes and columns speak of, with what a person calls them in English.
pub fn field_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    model::fields::LABELS.iter().map(|&(name, _, en)| (name, en))
}

/// The lines of a documentation comment as one text.
pub fn text(about: &[&str]) -> String {
    let lines: Vec<&str> = about.iter().map(|line| line.trim()).collect();
    lines.join("\n").trim_end().to_owned()
}

/// Every record that hosts see.
pub fn records() -> impl Iterator<Item = &'static Record> {
    const OTHERS: &[&Record] = &[
        &DuplicateGroup::RECORD,
        &DuplicateMatch::RECORD,
        &DuplicatePair::RECORD,
        &DuplicateReport::RECORD,
        &ImportOptions::RECORD,
        &ImportReport::RECORD,
        &ImportUndo::RECORD,
        &Problem::RECORD,
        &Progress::RECORD,
        &UnknownOwner::RECORD,
        &Verification::RECORD,
    ];
    model::RECORDS.iter().chain(OTHERS).copied()
}

/// The changes of every record that takes some.
pub fn edits() -> impl Iterator<Item = &'static Edits> {
    model::EDITS.iter().copied()
}

/// Every set of states that hosts see, by name.
pub fn states() -> Vec<&'static States> {
    const OTHERS: &[&States] = &[
        &DuplicateCheck::STATES,
        &ErrorKind::STATES,
        &MatchBand::STATES,
        &MatchReason::STATES,
        &OnDuplicate::STATES,
    ];
    let mut states: Vec<_> = model::STATES.iter().chain(OTHERS).copied().collect();
    states.sort_by_key(|states| states.name);
    states
}
