//! What somebody gets is a function of what they may see (R8.2). What cannot be, stands here, and nowhere else.

use crate::error::Code;

/// An answer that depends on what is hidden from the caller. The paired worlds of the conformance suite hold every use case
/// to these: two stores that differ in nothing but what a caller may not see answer them alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Exception {
    /// A number, and an entry's place in the log, come after all that were given before, to whomever (R2.1, R8.5).
    Serials,
    /// What is unique in the store is taken, and nothing more is said: a host's identifier, a number that a list brings, a contract's number.
    Taken,
    /// A likely duplicate exists, and with whom (R6.1): the setting `tell_hidden_owner`.
    OwnerName,
    /// A person's figures count what was credited to them, on customers that were handed over since, too (R7): totals only.
    OwnFigures,
}

impl Exception {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Serials, Self::Taken, Self::OwnerName, Self::OwnFigures];

    /// The exception by which this may be answered; none for what must not depend on what is hidden.
    pub const fn of(code: Code) -> Option<Self> {
        match code {
            Code::NumberDayFull | Code::NumberTooHigh => Some(Self::Serials),
            Code::NumberTaken | Code::ExternalIdTaken | Code::ContractNumberTaken => Some(Self::Taken),
            Code::CustomerDuplicateHidden => Some(Self::OwnerName),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What R8.2 lists. The last one is no error's.
    #[test]
    fn r8_2_these_are_the_exceptions_and_no_others() {
        use Exception::{OwnFigures, OwnerName, Serials, Taken};
        assert_eq!(Exception::ALL, [Serials, Taken, OwnerName, OwnFigures]);
        let listed: Vec<(&str, Exception)> = Code::ALL
            .iter()
            .filter_map(|&code| Some((code.as_str(), Exception::of(code)?)))
            .collect();
        assert_eq!(
            listed,
            [
                ("number.taken", Taken),
                ("external_id.taken", Taken),
                ("customer.duplicate_hidden", OwnerName),
                ("number.day_full", Serials),
                ("number.too_high", Serials),
                ("contract_number.taken", Taken),
            ]
        );
    }
}
