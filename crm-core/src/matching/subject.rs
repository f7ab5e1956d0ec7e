//! What is compared of a customer (R6.1): its name, taken apart, and its numbers.

use super::{fold::fold, name::NameParts};
use crate::model::{CustomerKind, CustomerNumber, Registration, UserId};

/// What is compared of a customer, or of what is being typed; prepared once for many comparisons.
#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    /// The parts of its name.
    pub name: NameParts,
    /// Company, person or institution; a draft may not say yet.
    pub kind: CustomerKind,
    /// Its numbers in normalised form.
    pub phones: Vec<String>,
    /// Its numbers of another form, folded.
    pub aliases: Vec<String>,
    /// The numbers under which it is registered, in the form in which they are compared.
    pub registrations: Vec<Registration>,
}

/// A customer that is there, as far as it is looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its number.
    pub number: CustomerNumber,
    /// Its name.
    pub name: String,
    /// Company, person or institution.
    pub kind: CustomerKind,
    /// Who answers for it.
    pub owner: UserId,
    /// Its numbers and its contacts' in normalised form.
    pub phones: Vec<String>,
    /// Its numbers of another form, as typed.
    pub aliases: Vec<String>,
    /// The numbers under which it is registered, as they are kept.
    pub registrations: Vec<Registration>,
}

impl Subject {
    /// What is compared of a customer that is there.
    pub fn of(candidate: &Candidate) -> Self {
        Self::named(NameParts::of(&candidate.name, candidate.kind), candidate)
    }

    /// [`of`](Self::of), where its name has been taken apart.
    pub fn named(name: NameParts, candidate: &Candidate) -> Self {
        Self {
            name,
            kind: candidate.kind,
            phones: candidate.phones.clone(),
            aliases: candidate.aliases.iter().map(|alias| fold(alias)).collect(),
            registrations: candidate.registrations.iter().map(Registration::normal).collect(),
        }
    }
}
