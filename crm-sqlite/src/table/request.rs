//! Requests for more (R8.3).

use crm_core::{
    AccessRequest, CustomerNumber, DateTime, Page, PageRequest, RequestId, Result, UserId, Utc,
    rules::request::waits, store::Caller,
};

use super::{table, uuid_key};
use crate::{list::Conditions, row::Columns, transaction::Transaction};

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
    /// Grants a caller, who has this row, what was granted to them and holds.
    pub(crate) fn grant_to(&self, caller: &mut Caller, by: i64, at: DateTime<Utc>) -> Result<()> {
        // Every call asks for it: no more of a request is read than what it grants and what puts it in order, which SQLite would do
        // in a table of its own.
        let sql = "SELECT wanted, granted, role, created_at, uuid FROM request
            WHERE by = ?1 AND state = 'granted' AND until > ?2";
        let mut granted = self.all(sql, (by, at.timestamp_millis()), |row| {
            let mut columns = Columns::of(row);
            let grants = (
                columns.field()?,
                columns.field::<Vec<CustomerNumber>>()?,
                columns.field()?,
            );
            let place: (i64, [u8; 16]) = (columns.get()?, columns.get()?);
            Ok((place, grants))
        })?;
        granted.sort_unstable_by_key(|(place, _)| *place);
        for (_, (wanted, customers, role)) in granted {
            caller.grant(wanted, &customers, role);
        }
        Ok(())
    }

    pub(crate) fn list_requests(
        &self,
        by: Option<&[UserId]>,
        waiting: bool,
        page: &PageRequest,
    ) -> Result<Page<AccessRequest>> {
        let mut conditions = Conditions::default();
        if let Some(by) = by {
            let mut rows = Vec::with_capacity(by.len());
            for user in by {
                rows.extend(self.row_of((*user).into())?);
            }
            conditions.is_in("t.by", &rows);
        }
        self.newest(conditions, page, |request| !waiting || waits(request))
    }
}
