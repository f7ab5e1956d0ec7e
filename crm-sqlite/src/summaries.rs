//! What reports read of a deal and of a customer and is no field of theirs (R7): the stages of a deal in one piece, and what was
//! signed. It stands in columns, and is kept right in the transaction that changes what it comes from.

use crm_core::{
    Contract, Opportunity, Result, Stage, StageChange,
    store::{Put, Record},
};
use rusqlite::params;

use crate::{
    error::{OrStorage, unreadable},
    table::integer,
    transaction::Transaction,
};

/// The stages by their places in a ledger: what is stored already goes by them.
const STAGES: [Stage; 6] = [
    Stage::InitialContact,
    Stage::NeedsAnalysis,
    Stage::Proposal,
    Stage::Negotiation,
    Stage::Won,
    Stage::Lost,
];
/// Bytes of a stage in a ledger: its place, and the instant in milliseconds since 1970.
const STEP: usize = 9;

/// The ledger of the opportunity `o`, of all its changes.
macro_rules! ledger {
    () => {
        "(SELECT unhex(group_concat(format('%02x%016x',
                CASE stage_after WHEN 'initial_contact' THEN 0 WHEN 'needs_analysis' THEN 1 WHEN 'proposal' THEN 2
                    WHEN 'negotiation' THEN 3 WHEN 'won' THEN 4 ELSE 5 END, at), '' ORDER BY revision))
            FROM stage_change s WHERE s.opportunity = o.uuid)"
    };
}
/// Makes a deal's ledger anew.
const MAKE_LEDGER: &str = concat!(
    "UPDATE opportunity AS o SET ledger = ",
    ledger!(),
    " WHERE uuid = ?1"
);
/// Writes a change behind a deal's ledger, if none stands behind it there.
const APPEND: &str = concat!(
    "UPDATE opportunity AS o SET ledger = CASE
        WHEN EXISTS (SELECT 1 FROM stage_change s WHERE s.opportunity = ?1 AND s.revision > ?2) THEN ",
    ledger!(),
    " ELSE CAST(coalesce(ledger, x'') || ?3 AS BLOB) END WHERE uuid = ?1"
);
/// What was signed of the opportunity `o`.
const SIGNED: &str = "(SELECT sum(amount) FROM contract k
    WHERE k.opportunity = o.id AND k.voided_at IS NULL AND k.archived_at IS NULL)";
/// What was signed with the customer `c`: of deals, and of the past.
const SIGNED_WITH: &str = "(SELECT sum(amount) FROM contract k JOIN opportunity o ON o.id = k.opportunity
        WHERE k.customer = c.number AND k.voided_at IS NULL AND k.archived_at IS NULL AND o.archived_at IS NULL),
    (SELECT sum(amount) FROM contract k
        WHERE k.customer = c.number AND k.voided_at IS NULL AND k.archived_at IS NULL AND k.opportunity IS NULL)";

/// The stages of a ledger behind one another.
pub(crate) fn read_ledger(ledger: &[u8], stages: &mut Vec<(i64, Stage)>) -> Result<()> {
    stages.clear();
    let (steps, rest) = ledger.as_chunks::<STEP>();
    for [place, at @ ..] in steps {
        let stage = STAGES.get(usize::from(*place));
        let stage = stage.ok_or_else(|| unreadable("ledger"))?;
        stages.push((i64::from_be_bytes(*at), *stage));
    }
    match rest {
        [] => Ok(()),
        _ => Err(unreadable("ledger")),
    }
}

/// A change of stage as a ledger has it.
fn step(change: &StageChange) -> Vec<u8> {
    let place = STAGES.iter().position(|stage| *stage == change.after);
    let place = place.and_then(|place| u8::try_from(place).ok());
    let mut step = Vec::with_capacity(STEP);
    step.extend(place);
    step.extend(change.at.timestamp_millis().to_be_bytes());
    step
}

impl Transaction<'_> {
    /// Writes a change of stage that was entered behind the deal's ledger; a ledger that changed otherwise is made anew.
    pub(crate) fn keep_ledger(&mut self, put: &Put<StageChange>) -> Result<()> {
        match (&put.before, &put.after) {
            (None, Some(change)) => {
                let revision = integer(change.revision)?;
                let values = params![change.opportunity.as_bytes(), revision, step(change)];
                self.run(APPEND, values).map(drop)
            }
            (Some(change), _) => self.run(MAKE_LEDGER, [change.opportunity.as_bytes()]).map(drop),
            (None, None) => Ok(()),
        }
    }

    /// Takes note of the deal and of the customer of a contract that was written.
    pub(crate) fn note_contract(&mut self, put: &Put<Contract>) {
        for contract in [&put.before, &put.after].into_iter().flatten() {
            self.signing
                .0
                .extend(contract.opportunity.map(|deal| *deal.as_bytes()));
            self.signing.1.insert(contract.customer.to_i64());
        }
    }

    /// Takes note of the customers of a deal with which something was signed, and which was archived or restored, or came to another
    /// customer.
    pub(crate) fn note_deal(&mut self, put: &Put<Opportunity>) {
        let counts = |deal: &Option<Opportunity>| {
            deal.as_ref()
                .map(|deal| (deal.customer, deal.archived_at.is_some()))
        };
        if put.before.is_some() && counts(&put.before) != counts(&put.after) {
            let customers = [&put.before, &put.after].into_iter().flatten();
            self.signing.1.extend(
                customers
                    .filter_map(Record::customer)
                    .map(|number| number.to_i64()),
            );
        }
    }

    /// Writes what was signed of those deals, and with those customers.
    pub(crate) fn write_signed(&mut self) -> Result<()> {
        let (deals, customers) = std::mem::take(&mut self.signing);
        if !deals.is_empty() {
            let sql = format!(
                "UPDATE opportunity AS o SET signed = {SIGNED} WHERE uuid = ?1 AND signed IS NOT {SIGNED}"
            );
            let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
            for deal in deals {
                statement.execute([deal]).or_storage()?;
            }
        }
        if !customers.is_empty() {
            let sql = format!(
                "UPDATE customer AS c SET (signed, signed_before) = ({SIGNED_WITH})
                WHERE number = ?1 AND (signed, signed_before) IS NOT ({SIGNED_WITH})"
            );
            let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
            for customer in customers {
                statement.execute([customer]).or_storage()?;
            }
        }
        Ok(())
    }

    /// How many deals and customers have something else for these than what it comes from says, in words.
    pub(crate) fn check_summaries(&self, table: &str) -> Result<Option<String>> {
        let (sql, what) = match table {
            "opportunity" => (
                format!(
                    "SELECT count(*) FROM opportunity o WHERE (o.ledger, o.signed) IS NOT ({}, {SIGNED})",
                    ledger!()
                ),
                "another ledger or another sum of what was signed",
            ),
            "customer" => (
                format!(
                    "SELECT count(*) FROM customer c WHERE (c.signed, c.signed_before) IS NOT ({SIGNED_WITH})"
                ),
                "another sum of what was signed",
            ),
            _ => return Ok(None),
        };
        let rows = self.one(&sql, [], |row| row.get::<_, i64>(0).or_storage())?;
        let rows = rows.unwrap_or_default();
        Ok((rows > 0).then(|| format!("{table}: {rows} rows have {what}")))
    }
}

#[cfg(test)]
mod tests {
    use crm_core::{DateTime, OpportunityId};
    use rusqlite::Connection;

    use super::*;

    fn change(revision: u64, at: i64, after: Stage) -> StageChange {
        StageChange {
            opportunity: OpportunityId::from_bytes([7; 16]),
            revision,
            customer: "CRM202405010001".parse().unwrap(),
            at: DateTime::from_timestamp_millis(at).unwrap(),
            before: None,
            after,
            by: None,
            note: None,
        }
    }

    #[test]
    fn a_ledger_is_what_its_changes_say_whoever_writes_it() {
        let instants = [
            -1,
            0,
            1_714_531_200_000,
            253_402_300_799_999,
            -62_135_596_800_000,
            86_400_000,
        ];
        let changes: Vec<StageChange> = (1..)
            .zip(STAGES.into_iter().zip(instants))
            .map(|(revision, (stage, at))| change(revision, at, stage))
            .collect();
        let appended: Vec<u8> = changes.iter().flat_map(step).collect();
        let mut stages = Vec::new();
        read_ledger(&appended, &mut stages).unwrap();
        let expected: Vec<(i64, Stage)> = instants.into_iter().zip(STAGES).collect();
        assert_eq!(stages, expected);

        let mut connection = Connection::open_in_memory().unwrap();
        crate::migrate::migrate(&mut connection).unwrap();
        connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        // As they come in, which need not be in their order.
        for change in changes.iter().rev() {
            let sql = "INSERT INTO stage_change (opportunity, revision, customer, at, stage_after) VALUES (?1, ?2, 1, ?3, ?4)";
            let (revision, at) = (change.revision.cast_signed(), change.at.timestamp_millis());
            connection
                .execute(
                    sql,
                    params![change.opportunity.as_bytes(), revision, at, change.after.code()],
                )
                .unwrap();
        }
        let sql = concat!("SELECT ", ledger!(), " FROM (SELECT ?1 AS uuid) o");
        let made: Vec<u8> = connection.query_row(sql, [[7; 16]], |row| row.get(0)).unwrap();
        assert_eq!(made, appended);
    }

    #[test]
    fn a_ledger_that_is_none_is_refused() {
        let mut stages = Vec::new();
        assert!(read_ledger(&[0; 8], &mut stages).is_err(), "cut off");
        assert!(
            read_ledger(&[6, 0, 0, 0, 0, 0, 0, 0, 0], &mut stages).is_err(),
            "no stage"
        );
        assert!(read_ledger(&[], &mut stages).is_ok() && stages.is_empty());
    }
}
