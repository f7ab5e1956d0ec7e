//! What happened with a customer, sort by sort (R7.7).

use crm_core::{
    AuditKind, Contract, CustomerNumber, Entity, FollowUp, HandOver, Merge, Operation, Origin, RecordKey,
    Result, ServiceRecord, StageChange, StatusChange, TimelineSort, UserId,
    store::{Happening, Happens, LogLine, Moment, Scope},
};
use rusqlite::params_from_iter;

use crate::{
    list::{Conditions, bound},
    row::Columns,
    table::Table,
    transaction::Transaction,
};

/// A record that says when something happened, as this store tells one from another.
trait Told: Table + Happens {
    /// What [`Moment::key`] is.
    const KEY: &'static str;

    /// The column of the deal that it is about.
    const DEAL: Option<&'static str> = None;

    /// What is asked besides.
    const LIVE: &'static str = "";
}

macro_rules! told {
    ($( $record:ident by $key:literal $(of $deal:literal)? $(if $live:literal)?; )+) => {
        $(impl Told for $record {
            const KEY: &'static str = $key;
            $( const DEAL: Option<&'static str> = Some($deal); )?
            $( const LIVE: &'static str = $live; )?
        })+
    };
}

told! {
    FollowUp by "hex(t.uuid)" of "t.opportunity" if "AND t.archived_at IS NULL";
    StageChange by "hex(t.opportunity) || '/' || format('%020d', t.revision)"
        of "(SELECT o.id FROM opportunity o WHERE o.uuid = t.opportunity)"
        if "AND EXISTS (SELECT 1 FROM opportunity o WHERE o.uuid = t.opportunity AND o.archived_at IS NULL)";
    StatusChange by "format('%020d', t.revision)";
    HandOver by "format('%020d', t.revision)";
    Contract by "hex(t.uuid)" of "t.opportunity" if "AND t.archived_at IS NULL AND t.voided_at IS NULL";
    ServiceRecord by "hex(t.uuid)" if "AND t.archived_at IS NULL";
    Merge by "format('%020d', t.number)";
}

impl Transaction<'_> {
    pub(crate) fn happenings_of(
        &self,
        customer: CustomerNumber,
        sort: TimelineSort,
        before: &Moment,
        scope: &Scope,
        limit: u32,
    ) -> Result<Vec<Happening>> {
        match sort {
            TimelineSort::Merge => self.told::<Merge>(customer, before, scope, limit),
            TimelineSort::HandOver => self.told::<HandOver>(customer, before, scope, limit),
            TimelineSort::Status => self.told::<StatusChange>(customer, before, scope, limit),
            TimelineSort::Stage => self.told::<StageChange>(customer, before, scope, limit),
            TimelineSort::Contract => self.told::<Contract>(customer, before, scope, limit),
            TimelineSort::ServiceRecord => self.told::<ServiceRecord>(customer, before, scope, limit),
            TimelineSort::FollowUp => self.told::<FollowUp>(customer, before, scope, limit),
            _ => Ok(Vec::new()),
        }
    }

    fn told<T: Told>(
        &self,
        customer: CustomerNumber,
        before: &Moment,
        scope: &Scope,
        limit: u32,
    ) -> Result<Vec<Happening>> {
        let mut conditions = Conditions::default();
        let number = conditions.bind(customer.to_i64());
        let at = conditions.bind(bound(&before.at));
        let key = conditions.bind(before.key.clone());
        let limit = conditions.bind(i64::from(limit));
        let is_whole = scope.is_all()
            || self
                .owner_of(customer)?
                .is_some_and(|owner| scope.contains(customer, owner));
        if !is_whole {
            let Some(deal) = T::DEAL.filter(|_| !scope.deals().is_empty()) else {
                return Ok(Vec::new());
            };
            let mut deals = Vec::with_capacity(scope.deals().len());
            for &deal in scope.deals() {
                deals.extend(self.row_of(deal.into())?);
            }
            conditions.is_in(deal, &deals);
        }
        let (when, own, live) = (T::WHEN, <T as Told>::KEY, T::LIVE);
        let rest = format!(
            "WHERE t.customer = {number} {live}{} AND (t.{when}, {own}) < ({at}, {key})
            ORDER BY t.{when} DESC, {own} DESC LIMIT {limit}",
            conditions.sql
        );
        let found: Vec<T> = self.records_where(&rest, params_from_iter(conditions.into_values()))?;
        Ok(found.into_iter().map(Happens::happening).collect())
    }

    pub(crate) fn lines_of_log(
        &self,
        customers: &[CustomerNumber],
        kinds: &[AuditKind],
        before: i64,
        limit: u32,
    ) -> Result<Vec<LogLine>> {
        let mut conditions = Conditions::default();
        let numbers: Vec<i64> = customers.iter().map(|number| number.to_i64()).collect();
        conditions.is_in("l.customer", &numbers);
        let kinds: Vec<String> = kinds
            .iter()
            .map(|kind| conditions.bind(kind.code().to_owned()))
            .collect();
        conditions.and(format_args!("o.kind IN ({})", kinds.join(", ")));
        let (before, limit) = (conditions.bind(before), conditions.bind(i64::from(limit)));
        let sql = format!(
            "SELECT l.seq, o.seq, o.at, coalesce((SELECT uuid FROM user WHERE id = o.actor), o.actor),
                o.kind, o.fact_at, o.origin, l.entity, l.key, l.customer
            FROM log l CROSS JOIN log o ON o.seq = coalesce(l.operation, l.seq)
            WHERE l.seq < {before} AND l.entity IN ('customer', 'contact'){}
                AND NOT EXISTS (
                    SELECT 1 FROM log p WHERE p.customer = l.customer AND p.seq >= o.seq AND p.seq < l.seq
                        AND p.entity IN ('customer', 'contact'))
                AND NOT (l.entity = 'contact' AND EXISTS (
                    SELECT 1 FROM contact k WHERE k.uuid = l.key AND k.archived_at IS NOT NULL))
            ORDER BY l.seq DESC LIMIT {limit}",
            conditions.sql
        );
        self.all(&sql, params_from_iter(conditions.into_values()), |row| {
            line(&mut Columns::of(row))
        })
    }
}

fn line(c: &mut Columns) -> Result<LogLine> {
    let seq = c.unsigned()?;
    let operation = Operation {
        id: c.unsigned()?,
        at: c.field()?,
        actor: c.optional_id(UserId::from_bytes)?,
        kind: c.code(AuditKind::from_code)?,
        fact_at: c.field()?,
        origin: Origin::of(c.get()?),
    };
    let entity = c.code(Entity::from_code)?;
    let id: Option<[u8; 16]> = c.get()?;
    let customer = c.number()?;
    Ok(LogLine {
        seq,
        operation,
        entity,
        key: id.map_or(RecordKey::Number(customer), RecordKey::Id),
        customer,
    })
}
