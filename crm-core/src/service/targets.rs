//! Targets (R7.3): what people are to bring in, month by month.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Session, door::WriteTx, history};
use crate::{
    access::{Action, Grant, SeeReports, SetTargets},
    error::{Code, Error, Problem, Result},
    model::{AuditKind, HistoryEntry, NewTarget, Target, UserId, fields},
    report::Period,
    rules::limit,
    store::check_limit,
};

/// Targets, for one session.
#[derive(Clone)]
pub struct Targets {
    session: Session,
}

impl Session {
    /// Targets (R7.3).
    ///
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert!(me.targets().list("2024")?.is_empty(), "none is set yet");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn targets(&self) -> Targets {
        Targets {
            session: self.clone(),
        }
    }
}

impl Targets {
    /// Says what people are to bring in, all of it or nothing; a target without an amount is taken back. An admin says it of
    /// anybody, a supervisor of the team.
    ///
    /// ```
    /// # use crm_core::{Money, NewTarget, doc_example};
    /// # let me = doc_example::desk()?;
    /// let target = |month: &str| NewTarget { person: "lin".into(), month: month.into(), amount: Some(Money::from_fen(25_000_000)) };
    /// let set = me.targets().set(&[target("2024-05"), target("2024-06")])?;
    /// assert_eq!(set[1].month.to_string(), "2024-06-01");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid, each with the place of its target: a user that is none, `period.invalid` for a month that is none; `field.too_many`;
    /// `access.denied` for a person of another team, and to a sales rep.
    pub fn set(&self, targets: &[NewTarget]) -> Result<Vec<Target>> {
        limit::at_most(fields::TARGET, targets.len(), limit::TARGETS).map_err(Error::invalid)?;
        let door = &self.session.door;
        door.write(
            self.session.caller,
            AuditKind::TargetsSet,
            |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, SetTargets>| {
                let read = read(tx, grant, targets)?;
                let mut set: Vec<Target> = Vec::with_capacity(read.len());
                for (person, month, new) in read {
                    let before = tx.reads().target_to_set(grant, (person, month))?;
                    let after = Target {
                        person,
                        month,
                        revision: before.as_ref().map_or(1, |before| before.revision + 1),
                        amount: new.amount,
                    };
                    match before {
                        Some(before) if before.amount == new.amount => set.push(Target::clone(&before)),
                        Some(before) => {
                            tx.edit(grant, before, after.clone());
                            set.push(after);
                        }
                        None => {
                            tx.add(grant, after.clone());
                            set.push(after);
                        }
                    }
                }
                Ok(set)
            },
        )
    }

    /// The targets of a period's months, by person and month: of the people whose figures the caller sees.
    ///
    /// ```
    /// # use crm_core::{Money, NewTarget, doc_example};
    /// # let me = doc_example::desk()?;
    /// me.targets().set(&[NewTarget { person: "lin".into(), month: "2024-05".into(), amount: Some(Money::from_fen(25_000_000)) }])?;
    /// assert_eq!(me.targets().list("2024Q2")?[0].amount.unwrap().to_string(), "250000.00");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a period that is none.
    pub fn list(&self, period: &str) -> Result<Vec<Target>> {
        let period: Period = period.parse().map_err(Error::invalid)?;
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeReports>| {
                let span = period
                    .days(tx.conventions()?.fiscal_year_start)
                    .map_err(Error::invalid)?;
                tx.targets_in_sight(grant, (Some(span.first), span.last.succ_opt()))
            })
    }

    /// How a person's target of a month came to be what it is, the latest change first, up to `limit` (1 to 1,000) of them.
    ///
    /// ```
    /// # use crm_core::{Money, NewTarget, doc_example};
    /// # let me = doc_example::desk()?;
    /// for amount in [25_000_000, 30_000_000] {
    ///     me.targets().set(&[NewTarget { person: "lin".into(), month: "2024-05".into(), amount: Some(Money::from_fen(amount)) }])?;
    /// }
    /// let history = me.targets().history("lin", "2024-05", 10)?;
    /// assert_eq!(history[0].changes[0].before.as_deref(), Some("250000.00"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a user or a month that is none; NotFound of somebody whose figures the caller does not see; `page.limit`.
    pub fn history(&self, person: &str, month: &str, limit: u32) -> Result<Vec<HistoryEntry>> {
        let limit = check_limit(limit)?;
        let month = read_month(month).map_err(Error::invalid)?;
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeReports>| {
                let person = tx
                    .named_user(grant, fields::PERSON, person)?
                    .map_err(Error::invalid)?;
                let entries = tx.log_of_target(grant, &(person.id, month), limit)?;
                history::told(tx, grant, &entries)
            })
    }
}

/// Whose, and of which month, each is.
fn read<'n, 'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, SetTargets>,
    targets: &'n [NewTarget],
) -> Result<Vec<(UserId, NaiveDate, &'n NewTarget)>> {
    let mut read: Vec<(UserId, NaiveDate, &NewTarget)> = Vec::with_capacity(targets.len());
    let mut seen = BTreeSet::new();
    let mut problems = Vec::new();
    for (place, new) in targets.iter().enumerate() {
        let field = |name: &str| format!("{}[{place}].{name}", fields::TARGET);
        let (of_person, of_month) = (field(fields::PERSON), field(fields::MONTH));
        let person = match new.person.trim().is_empty() {
            true => Err(Problem::missing(&of_person)),
            false => tx.reads().named_user(grant, &of_person, &new.person)?,
        };
        let month = read_month(&new.month).map_err(|problem| Problem {
            field: of_month.clone(),
            ..problem
        });
        let (person, month) = match (person, month) {
            (Ok(person), Ok(month)) => (person.id, month),
            (person, month) => {
                problems.extend(person.err());
                problems.extend(month.err());
                continue;
            }
        };
        if !tx.reads().may_set_target(grant, person) {
            return Err(denied());
        }
        match seen.insert((person, month)) {
            true => read.push((person, month, new)),
            false => problems.push(Problem::with(&of_month, Code::TargetTwice, &new.month)),
        }
    }
    match problems.is_empty() {
        true => Ok(read),
        false => Err(Error::Invalid { problems }),
    }
}

/// The first day of the month that a text names.
fn read_month(typed: &str) -> Result<NaiveDate, Problem> {
    let invalid = || Problem::with(fields::MONTH, Code::PeriodInvalid, typed);
    match typed.parse() {
        Ok(month @ Period::Month { .. }) => month.days(1).map(|span| span.first).map_err(|_| invalid()),
        _ => Err(invalid()),
    }
}

fn denied() -> Error {
    Error::Denied {
        code: Code::AccessDenied,
        action: SetTargets::NAME.to_owned(),
    }
}
