//! How much a customer has at the most (R9.5), by hand and from lists: enough for any real one, and little enough that
//! looking through it takes no time.

use crate::error::{Code, Problem};

/// Telephone numbers.
pub const PHONES: usize = 50;
/// Tags.
pub const TAGS: usize = 100;
/// Other names and numbers.
pub const ALIASES: usize = 100;
/// Addresses.
pub const ADDRESSES: usize = 20;
/// Numbers under which it is registered.
pub const REGISTRATIONS: usize = 20;
/// Users that one list brings (R9.5 h).
pub const NEW_PEOPLE: usize = 200;
/// Competitors for a deal.
pub const COMPETITORS: usize = 50;
/// Payments of a contract.
pub const PAYMENTS: usize = 500;
/// Characters of a name.
pub const NAME: usize = 200;
/// Characters of any other text in one line.
pub const LINE: usize = 300;
/// Bytes of a file's name, in UTF-8: what file systems take.
pub const FILE_NAME: usize = 255;
/// Bytes of a note, in UTF-8: 64 KiB.
pub const NOTE: usize = 64 * 1024;
/// Customers that a request for more names.
pub const REQUESTED: usize = 100;
/// Days of a cycle of purchases that is set: ten years.
pub const CYCLE: u32 = 3_650;
/// Minutes that reminders come before what is due: a day.
pub const REMINDER_LEAD: u32 = 24 * 60;
/// Days that renewals come before a contract's end.
pub const RENEWAL_DAYS: u32 = 365;
/// Of a probability in per cent.
pub const PERCENT: u32 = 100;
/// The last month of a year.
pub const MONTH: u32 = 12;
/// Targets that are set at once.
pub const TARGETS: usize = 10_000;

/// Whether a field has no more than it takes.
///
/// # Errors
/// `field.too_many`, with how many there are and how many it takes.
pub fn at_most(field: &str, found: usize, most: usize) -> Result<(), Problem> {
    match found > most {
        true => Err(Problem::with(
            field,
            Code::FieldTooMany,
            format!("{found}/{most}"),
        )),
        false => Ok(()),
    }
}

/// Whether a problem is that there is too much of something, which is neither missing nor wrong.
pub(crate) fn is_limit(code: Code) -> bool {
    matches!(code, Code::FieldTooLong | Code::FieldTooMany)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_5_a_limit_is_the_last_that_is_taken() {
        assert_eq!(at_most("tags", 100, TAGS), Ok(()));
        let problem = at_most("tags", 101, TAGS).unwrap_err();
        assert_eq!(
            (problem.code, problem.rejected.as_deref()),
            (Code::FieldTooMany, Some("101/100"))
        );
    }
}
