//! Where the relation with a customer stands, and how that may change (R2.5).

use super::optional_text;
use crate::{
    error::Problem,
    model::{CustomerStatus, fields},
};

/// Checks a change of status, and answers with the reason, if one was given. Forward among the first four may skip; back, to
/// lost, and out of won or lost needs a reason; won needs a contract marked paid (`paid`), or a reason why not.
///
/// # Errors
/// `field.missing` for a reason that is needed; `field.too_long`, `field.nul`.
pub fn check_status_change(
    before: CustomerStatus,
    after: CustomerStatus,
    reason: Option<&str>,
    paid: bool,
) -> Result<Option<String>, Problem> {
    let reason = optional_text(fields::REASON, reason)?;
    match reason.is_none() && needs_reason(before, after, paid) {
        true => Err(Problem::missing(fields::REASON)),
        false => Ok(reason),
    }
}

fn needs_reason(before: CustomerStatus, after: CustomerStatus, paid: bool) -> bool {
    use CustomerStatus::{Lost, Won};

    let is_over = matches!(before, Won | Lost);
    match after {
        Lost => true,
        Won => is_over || !paid,
        _ => is_over || after < before,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CustomerStatus::{Interested, Lost, Negotiating, Potential, Won};

    fn is_free(before: CustomerStatus, after: CustomerStatus, paid: bool) -> bool {
        check_status_change(before, after, Some("  "), paid).is_ok()
    }

    #[test]
    fn r2_5_forward_among_the_first_four_may_skip() {
        for (before, after) in [
            (Potential, Interested),
            (Potential, Negotiating),
            (Interested, Negotiating),
        ] {
            assert!(is_free(before, after, false), "{before:?} to {after:?}");
        }
        for before in [Potential, Interested, Negotiating] {
            assert!(is_free(before, Won, true), "with a contract that is paid");
            assert!(!is_free(before, Won, false), "without one");
        }
    }

    #[test]
    fn r2_5_back_to_lost_and_out_of_won_or_lost_needs_a_reason() {
        let back = [
            (Interested, Potential),
            (Negotiating, Interested),
            (Negotiating, Potential),
        ];
        let out = [Potential, Interested, Negotiating, Lost].map(|after| (Won, after));
        let of_lost = [Potential, Interested, Negotiating, Won].map(|after| (Lost, after));
        let lost = [Potential, Interested, Negotiating].map(|before| (before, Lost));
        for (before, after) in back.into_iter().chain(out).chain(of_lost).chain(lost) {
            let refused = check_status_change(before, after, None, true);
            assert_eq!(
                refused,
                Err(Problem::missing("reason")),
                "{before:?} to {after:?}"
            );
            let given = check_status_change(before, after, Some(" 客户要求 "), true);
            assert_eq!(given, Ok(Some("客户要求".to_owned())));
        }
    }
}
