//! Requests for more (R8.3).

use crm_core::{
    AccessRequest, DateTime, Page, PageRequest, RequestId, Result, UserId, Utc,
    store::{Caller, Keyset, Record, SortValue},
};
use rusqlite::params_from_iter;

use super::{table, uuid_key};
use crate::{list::Conditions, transaction::Transaction};

uuid_key!(RequestId);

table! {
    AccessRequest in "request" {
        key: [id as "uuid"],
        fields: [
            revision, by, wanted, customers, role, until, reason, state, granted, first_by, first_at, granted_by,
            granted_at, alone, ended_by, answer, created_at,
        ],
    }
}

impl Transaction<'_> {
    /// Grants a caller what was granted to them and holds.
    pub(crate) fn grant_to(&self, caller: &mut Caller, at: DateTime<Utc>) -> Result<()> {
        let Some(by) = self.row_of(caller.user.id.into())? else {
            return Ok(());
        };
        let rest = "WHERE t.by = ?1 AND t.state = 'granted' AND t.until > ?2 ORDER BY t.created_at, t.uuid";
        let granted: Vec<AccessRequest> = self.records_where(rest, (by, at.timestamp_millis()))?;
        granted.iter().for_each(|request| caller.grant(request));
        Ok(())
    }

    pub(crate) fn list_requests(
        &self,
        by: Option<&[UserId]>,
        waiting: bool,
        page: &PageRequest,
    ) -> Result<Page<AccessRequest>> {
        let mut found = Page {
            items: Vec::new(),
            next: None,
        };
        let Some((order, _)) = AccessRequest::NEWEST else {
            return Ok(found);
        };
        let keyset = Keyset::new(order, page)?;
        let mut conditions = Conditions::default();
        if let Some(by) = by {
            let mut places = Vec::with_capacity(by.len());
            for user in by {
                if let Some(row) = self.row_of((*user).into())? {
                    places.push(conditions.bind(row));
                }
            }
            conditions.and(format_args!("t.by IN ({})", places.join(", ")));
        }
        if waiting {
            conditions.and("t.state IN ('made', 'approved')");
        }
        if let Some([SortValue::Integer(at), SortValue::Text(id)]) = keyset.after() {
            let (at, id) = (conditions.bind(*at), conditions.bind(id.clone()));
            conditions.and(format_args!("(t.created_at, hex(t.uuid)) < ({at}, {id})"));
        }
        let one_more = i64::try_from(keyset.limit())
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        let limit = conditions.bind(one_more);
        let rest = format!(
            "WHERE TRUE{} ORDER BY t.created_at DESC, hex(t.uuid) DESC LIMIT {limit}",
            conditions.sql
        );
        found.items = self.records_where(&rest, params_from_iter(conditions.into_values()))?;
        if found.items.len() > keyset.limit() {
            found.items.truncate(keyset.limit());
            found.next = found.items.last().map(|last| keyset.cursor(&last.place()));
        }
        Ok(found)
    }
}
