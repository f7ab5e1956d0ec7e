//! Follow-ups.

use crm_core::{
    FollowUp, FollowUpId, Page, PageRequest, Result,
    store::{FollowUpFilter, Put, Scope},
};
use rusqlite::types::Value;

use super::{table, uuid_key};
use crate::{list::Conditions, transaction::Transaction};

uuid_key!(FollowUpId);

table! {
    FollowUp in "follow_up" {
        key: [id as "uuid"],
        fields: [
            customer, opportunity, revision, at, method, by, topic, content, needs, objections, next_steps, other,
            next_follow_up, next_time, next_plan, done, late, created_at, created_by, archived_at,
        ],
    }

    fn put(tx: &mut Transaction, put: &Put<Self>) -> Result<()> {
        tx.note_activity(put);
        Ok(())
    }
}

impl Transaction<'_> {
    pub(crate) fn list_follow_ups(
        &self,
        filter: &FollowUpFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<FollowUp>> {
        let FollowUpFilter {
            customer,
            opportunity,
            method,
            by,
            since,
            until,
            words: _,
            archived,
        } = filter;
        let mut conditions = Conditions::default();
        conditions.of_customer(*customer, *archived);
        let rows = [
            ("t.opportunity =", opportunity.map(Into::into)),
            ("t.by =", by.map(Into::into)),
        ];
        for (column_and_sign, named) in rows {
            let Some(named) = named else { continue };
            let Some(row) = self.row_of(named)? else {
                return Ok(Page::empty());
            };
            conditions.compare(column_and_sign, Some(row.into()));
        }
        conditions.compare("t.method =", method.clone().map(Value::from));
        conditions.compare("t.at >=", since.map(|at| at.timestamp_millis().into()));
        conditions.compare("t.at <", until.map(|at| at.timestamp_millis().into()));
        if !self.in_scope_by_owner(scope, Some("t.opportunity"), &mut conditions)? {
            return Ok(Page::empty());
        }
        self.newest(conditions, page, |follow_up| filter.says(follow_up))
    }
}
