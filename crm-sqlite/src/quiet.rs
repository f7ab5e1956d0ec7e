//! Customers for whom nothing has been done for long (R2.6): each is asked for its last, along indexes.

use crm_core::{
    DateTime, Error, Page, PageRequest, Result, UserId, Utc,
    store::{Keyset, Quiet, QuietFilter, Scope, SortValue, last_done},
};
use rusqlite::params_from_iter;

use crate::{error::OrStorage, list::Conditions, row::Columns, transaction::Transaction};

impl Transaction<'_> {
    pub(crate) fn list_quiet(
        &self,
        filter: &QuietFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Quiet>> {
        let keyset = Keyset::new(QuietFilter::ORDER, page)?;
        let mut found = Page::empty();
        let mut conditions = Conditions::default();
        let before = conditions.bind(filter.before.timestamp_millis());
        let today = conditions.bind(filter.today);
        if let Some(owner) = filter.owner {
            let Some(owner) = self.row_of(owner.into())? else {
                return Ok(found);
            };
            conditions.compare("c.owner =", Some(owner.into()));
        }
        if !self.in_scope_by_owner(scope, None, &mut conditions)? {
            return Ok(found);
        }
        if let Some([SortValue::Integer(number)]) = keyset.after() {
            conditions.compare("c.number >", Some((*number).into()));
        }
        let limit = i64::try_from(keyset.limit())
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        let limit = conditions.bind(limit);
        let sql = format!(
            "SELECT c.number, c.name, c.status, u.uuid, u.name, c.created_at,
                c.last_follow_up AS talked,
                (SELECT max(at) FROM hand_over h WHERE h.customer = c.number) AS handed_over
            FROM customer c JOIN user u ON u.id = c.owner
            WHERE c.archived_at IS NULL AND c.status <> 'lost' AND c.created_at < {before}
                AND coalesce(talked < {before}, TRUE) AND coalesce(handed_over < {before}, TRUE)
                AND NOT EXISTS (SELECT 1 FROM task t
                    WHERE t.customer = c.number AND t.state = 'open' AND t.overdue_from > {today}){}
            ORDER BY c.number LIMIT {limit}",
            conditions.sql
        );
        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        let mut rows = statement
            .query(params_from_iter(conditions.into_values()))
            .or_storage()?;
        while let Some(row) = rows.next().or_storage()? {
            if found.items.len() == keyset.limit() {
                let last = found.items.last();
                found.next = last.map(|last| keyset.cursor(&[SortValue::Integer(last.number.to_i64())]));
                break;
            }
            let mut c = Columns::of(row);
            let (number, name, status) = (c.number()?, c.get()?, c.field()?);
            let (owner, owner_name) = (c.id(UserId::from_bytes)?, c.get()?);
            let entered: Option<DateTime<Utc>> = c.field()?;
            let entered = entered.ok_or_else(|| Error::internal("a customer that was never entered"))?;
            let (last_at, last_done) = last_done(entered, c.field()?, c.field()?);
            found.items.push(Quiet {
                number,
                name,
                status,
                owner,
                owner_name,
                last_at,
                last_done,
            });
        }
        Ok(found)
    }
}
