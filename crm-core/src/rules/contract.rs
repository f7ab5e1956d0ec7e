//! What a contract must and may have, and when it is paid (R5.3).

use chrono::{DateTime, NaiveDate, Utc};
use unicode_normalization::UnicodeNormalization;

use super::{
    limit::{PAYMENTS, at_most},
    optional_text, required_name, required_text,
};
use crate::{
    error::{Code, Problem},
    model::{
        Contract, ContractEdit, ContractId, CustomerNumber, Money, NewContract, Payment, UserId, Win, fields,
    },
};

/// A contract's number as it is compared with others: trimmed, whatever its case and width (R5.3).
pub fn fold_contract_number(number: &str) -> String {
    let plain: String = number.trim().nfkc().collect();
    // Upper case first, since some letters are two of them.
    plain.to_uppercase().to_lowercase().nfkc().collect()
}

/// What a contract is made of, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its number.
    pub contract_number: String,
    /// What it is worth.
    pub amount: Money,
    /// When it was signed.
    pub signed_on: NaiveDate,
    /// The first day that it is good for.
    pub start: NaiveDate,
    /// The last one.
    pub end: Option<NaiveDate>,
    /// Why it is held to be paid.
    pub paid_reason: Option<String>,
}

impl Signed {
    /// The contract that is entered with this: without a deal, and renewing none.
    pub fn entered(
        self,
        id: ContractId,
        customer: CustomerNumber,
        credited_to: UserId,
        at: DateTime<Utc>,
    ) -> Contract {
        let mut contract = Contract {
            id,
            customer,
            revision: 1,
            contract_number: self.contract_number,
            opportunity: None,
            amount: self.amount,
            signed_on: self.signed_on,
            start: self.start,
            end: self.end,
            payments: Vec::new(),
            paid: false,
            paid_reason: self.paid_reason,
            credited_to,
            renews: None,
            voided_at: None,
            created_at: at,
            created_by: None,
            archived_at: None,
        };
        contract.paid = is_paid(&contract);
        contract
    }
}

/// Checks what a deal is won with (R5.3), and answers with the win reason too.
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_win(win: &Win, today: NaiveDate) -> Result<(Signed, String), Vec<Problem>> {
    let new = NewContract {
        contract_number: win.contract_number.clone(),
        amount: win.amount,
        signed_on: win.signed_on,
        end: win.end,
        ..NewContract::default()
    };
    let reason = required_text(fields::REASON, &win.reason);
    match (check_contract(&new, today), reason) {
        (Ok(signed), Ok(reason)) => Ok((signed, reason)),
        (signed, reason) => {
            let mut problems = signed.err().unwrap_or_default();
            problems.extend(reason.err());
            Err(problems)
        }
    }
}

/// Checks a contract as it was typed in; to whom it is credited and what it renews is left to the caller.
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_contract(new: &NewContract, today: NaiveDate) -> Result<Signed, Vec<Problem>> {
    let mut problems = Vec::new();
    let number = check_number(&new.contract_number).map_err(|problem| problems.push(problem));
    if new.amount.is_none() {
        problems.push(Problem::missing(fields::AMOUNT));
    }
    let signed_on = new.signed_on.ok_or_else(|| Problem::missing(fields::SIGNED_ON));
    let signed_on = signed_on
        .and_then(|day| check_signed_on(day, today))
        .map_err(|problem| problems.push(problem));
    if let Ok(signed_on) = signed_on {
        problems.extend(check_days(new.start.unwrap_or(signed_on), new.end).err());
    }
    let paid_reason = optional_text(fields::PAID_REASON, new.paid_reason.as_deref());
    let paid_reason = paid_reason.map_err(|problem| problems.push(problem));
    match (number, new.amount, signed_on, paid_reason, problems.is_empty()) {
        (Ok(contract_number), Some(amount), Ok(signed_on), Ok(paid_reason), true) => Ok(Signed {
            contract_number,
            amount,
            signed_on,
            start: new.start.unwrap_or(signed_on),
            end: new.end,
            paid_reason,
        }),
        _ => Err(problems),
    }
}

/// The contract with these fields set anew; what it renews is left to the caller.
///
/// # Errors
/// Every problem of every edited field.
pub fn edit_contract(
    before: &Contract,
    edits: &[ContractEdit],
    today: NaiveDate,
) -> Result<Contract, Vec<Problem>> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    for edit in edits {
        let edited = match edit {
            ContractEdit::ContractNumber { value } => {
                check_number(value).map(|number| after.contract_number = number)
            }
            ContractEdit::Amount { value } => {
                after.amount = *value;
                Ok(())
            }
            ContractEdit::SignedOn { value } => {
                check_signed_on(*value, today).map(|day| after.signed_on = day)
            }
            ContractEdit::Start { value } => {
                after.start = *value;
                Ok(())
            }
            ContractEdit::End { value } => {
                after.end = *value;
                Ok(())
            }
            ContractEdit::Renews { value } => {
                after.renews = *value;
                Ok(())
            }
        };
        problems.extend(edited.err());
    }
    if (after.start, after.end) != (before.start, before.end) {
        problems.extend(check_days(after.start, after.end).err());
    }
    after.paid = is_paid(&after);
    match problems.is_empty() {
        true => Ok(after),
        false => Err(problems),
    }
}

/// Whether these edits correct what was signed, which only a supervisor or an admin does (R5.3).
pub fn is_correction(edits: &[ContractEdit]) -> bool {
    edits.iter().any(|edit| {
        matches!(
            edit,
            ContractEdit::ContractNumber { .. } | ContractEdit::Amount { .. } | ContractEdit::SignedOn { .. }
        )
    })
}

/// Whether a contract is paid: its payments come to its amount, or somebody said so (R5.3).
pub fn is_paid(contract: &Contract) -> bool {
    let paid: Money = contract.payments.iter().map(|payment| payment.amount).sum();
    paid >= contract.amount || contract.paid_reason.is_some()
}

/// The contract with one more payment.
///
/// # Errors
/// `contract.void`; `date.in_future`; `field.range` for nothing; `field.too_many`; those of the note.
pub fn pay(
    before: &Contract,
    on: NaiveDate,
    amount: Money,
    note: Option<&str>,
    today: NaiveDate,
) -> Result<Contract, Problem> {
    check_good(before)?;
    if on > today {
        return Err(Problem::with(fields::ON, Code::DateInFuture, on.to_string()));
    }
    if amount == Money::ZERO {
        return Err(Problem::with(
            fields::AMOUNT,
            Code::FieldRange,
            amount.to_string(),
        ));
    }
    at_most(fields::AMOUNT, before.payments.len() + 1, PAYMENTS)?;
    let payment = Payment {
        on,
        amount,
        note: optional_text(fields::NOTE, note)?,
    };
    let mut after = before.clone();
    after.payments.push(payment);
    after.paid = is_paid(&after);
    Ok(after)
}

/// The contract, said to be paid for this reason though its payments do not say so.
///
/// # Errors
/// `contract.void`; those of the reason.
pub fn mark_paid(before: &Contract, reason: &str) -> Result<Contract, Problem> {
    check_good(before)?;
    let reason = required_text(fields::REASON, reason)?;
    Ok(Contract {
        paid: true,
        paid_reason: Some(reason),
        ..before.clone()
    })
}

/// Refuses to go on with a contract that is void.
///
/// # Errors
/// `contract.void`.
pub fn check_good(contract: &Contract) -> Result<(), Problem> {
    match contract.voided_at {
        Some(_) => Err(Problem::new(fields::CONTRACT, Code::ContractVoid)),
        None => Ok(()),
    }
}

/// Whether a number is taken: by any other contract, but for a void or archived one of the same deal (R5.2, R5.3).
pub fn is_taken(contract: &Contract, others: &[Contract]) -> bool {
    // One whose number is not known has none (R9.4).
    !contract.contract_number.is_empty()
        && others.iter().any(|other| {
            let is_same_deal = contract.opportunity.is_some() && other.opportunity == contract.opportunity;
            other.id != contract.id && (other.is_good() || !is_same_deal)
        })
}

fn check_number(typed: &str) -> Result<String, Problem> {
    required_name(fields::CONTRACT_NUMBER, typed)
}

fn check_signed_on(day: NaiveDate, today: NaiveDate) -> Result<NaiveDate, Problem> {
    match day > today {
        true => Err(Problem::with(
            fields::SIGNED_ON,
            Code::DateInFuture,
            day.to_string(),
        )),
        false => Ok(day),
    }
}

fn check_days(start: NaiveDate, end: Option<NaiveDate>) -> Result<(), Problem> {
    match end.filter(|end| *end < start) {
        Some(end) => Err(Problem::with(fields::END, Code::DateBefore, end.to_string())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ContractId, OpportunityId, UserId};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 5, day).unwrap()
    }

    fn yuan(text: &str) -> Money {
        text.parse().unwrap()
    }

    fn win() -> Win {
        Win {
            amount: Some(yuan("300000")),
            signed_on: Some(day(20)),
            contract_number: " HT-1 ".into(),
            reason: "价格合适".into(),
            ..Win::default()
        }
    }

    fn contract(id: u8, deal: Option<u8>) -> Contract {
        Contract {
            id: ContractId::from_bytes([id; 16]),
            customer: "CRM202405010001".parse().unwrap(),
            revision: 1,
            contract_number: "HT-1".into(),
            opportunity: deal.map(|deal| OpportunityId::from_bytes([deal; 16])),
            amount: yuan("300000"),
            signed_on: day(20),
            start: day(20),
            end: None,
            payments: Vec::new(),
            paid: false,
            paid_reason: None,
            credited_to: UserId::from_bytes([1; 16]),
            renews: None,
            voided_at: None,
            created_at: "2024-05-20T01:00:00Z".parse().unwrap(),
            created_by: None,
            archived_at: None,
        }
    }

    fn codes(problems: Vec<Problem>) -> Vec<(String, Code)> {
        let said = problems.into_iter().map(|problem| (problem.field, problem.code));
        said.collect()
    }

    #[test]
    fn r5_3_a_deal_is_won_with_amount_day_number_and_reason() {
        let (signed, reason) = check_win(&win(), day(20)).unwrap();
        assert_eq!(
            (signed.contract_number.as_str(), reason.as_str()),
            ("HT-1", "价格合适")
        );
        assert_eq!((signed.start, signed.end), (day(20), None));
        let nothing = codes(check_win(&Win::default(), day(20)).unwrap_err());
        let missing = ["contract_number", "amount", "signed_on", "reason"];
        assert_eq!(
            nothing,
            missing.map(|field| (field.to_owned(), Code::FieldMissing))
        );
        let tomorrow = codes(check_win(&win(), day(19)).unwrap_err());
        assert_eq!(tomorrow, [("signed_on".to_owned(), Code::DateInFuture)]);
        let ended = Win {
            end: Some(day(19)),
            ..win()
        };
        let refused = codes(check_win(&ended, day(20)).unwrap_err());
        assert_eq!(refused, [("end".to_owned(), Code::DateBefore)]);
    }

    #[test]
    fn r5_3_numbers_are_the_same_whatever_their_case_and_width() {
        for same in ["HT-001", " ht-001\u{3000}", "ＨＴ－００１", "Ht-001"] {
            assert_eq!(fold_contract_number(same), "ht-001", "{same}");
        }
        assert_eq!(fold_contract_number("STRASSE"), fold_contract_number("Straße"));
        assert_ne!(fold_contract_number("HT-1"), fold_contract_number("HT 1"));
    }

    #[test]
    fn r5_3_a_contract_is_paid_when_the_payments_come_to_its_amount() {
        let first = pay(&contract(1, None), day(21), yuan("299999.99"), None, day(21)).unwrap();
        assert!(!first.paid);
        let second = pay(&first, day(21), yuan("0.01"), Some("尾款"), day(21)).unwrap();
        assert!(second.paid);
        let by_hand = mark_paid(&first, "抵扣押金").unwrap();
        assert_eq!(
            (by_hand.paid, by_hand.paid_reason.as_deref()),
            (true, Some("抵扣押金"))
        );
        assert_eq!(
            mark_paid(&first, " ").unwrap_err(),
            Problem::missing(fields::REASON)
        );
        let corrected = [ContractEdit::Amount {
            value: yuan("300000.01"),
        }];
        assert!(!edit_contract(&second, &corrected, day(21)).unwrap().paid);
        let nothing = pay(&first, day(21), Money::ZERO, None, day(21)).unwrap_err();
        assert_eq!(nothing.code, Code::FieldRange);
        let tomorrow = pay(&first, day(22), yuan("1"), None, day(21)).unwrap_err();
        assert_eq!(tomorrow.code, Code::DateInFuture);
    }

    #[test]
    fn r5_2_a_void_contracts_number_is_free_for_its_own_deal_only() {
        let void = Contract {
            voided_at: Some("2024-06-03T01:00:00Z".parse().unwrap()),
            ..contract(1, Some(1))
        };
        assert!(!is_taken(&contract(2, Some(1)), std::slice::from_ref(&void)));
        assert!(is_taken(&contract(2, Some(2)), std::slice::from_ref(&void)));
        assert!(is_taken(&contract(2, None), std::slice::from_ref(&void)));
        assert!(
            is_taken(&contract(2, Some(1)), &[contract(1, Some(1))]),
            "it is good"
        );
        assert!(
            !is_taken(&contract(1, Some(1)), &[contract(1, Some(1))]),
            "its own"
        );
        assert_eq!(
            pay(&void, day(21), yuan("1"), None, day(21)).unwrap_err().code,
            Code::ContractVoid
        );
    }
}
