//! Follow-ups.

use std::fmt::Write;

use crm_core::{
    FollowUp, FollowUpId, Page, PageRequest, Result,
    store::{FollowUpFilter, Keyset, Record, Scope, SortValue},
};
use rusqlite::{params_from_iter, types::Value};

use super::{Table, table, uuid_key};
use crate::{error::OrStorage, list::Conditions, row::Columns, transaction::Transaction};

uuid_key!(FollowUpId);

table! {
    FollowUp in "follow_up" {
        key: [id as "uuid"],
        fields: [
            customer, revision, at, method, by, topic, content, needs, objections, next_steps, other,
            next_follow_up, next_time, next_plan, done, late, created_at, created_by, archived_at,
        ],
    }
}

impl Transaction<'_> {
    /// A page of follow-ups. Words are looked for in what is read, so that no text stands a third time.
    pub(crate) fn list_follow_ups(
        &self,
        filter: &FollowUpFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<FollowUp>> {
        let mut found = Page {
            items: Vec::new(),
            next: None,
        };
        let Some((order, _)) = FollowUp::NEWEST else {
            return Ok(found);
        };
        let keyset = Keyset::new(order, page)?;
        let Some((sql, values)) = self.follow_ups_sql(filter, scope, &keyset)? else {
            return Ok(found);
        };
        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        let mut rows = statement.query(params_from_iter(values)).or_storage()?;
        while let Some(row) = rows.next().or_storage()? {
            let follow_up = FollowUp::read(&mut Columns::of(row))?;
            if !filter.says(&follow_up) {
                continue;
            }
            if found.items.len() == keyset.limit() {
                found.next = found.items.last().map(|last| keyset.cursor(&last.place()));
                break;
            }
            found.items.push(follow_up);
        }
        Ok(found)
    }

    /// The statement, with its values; none where nothing can match.
    fn follow_ups_sql(
        &self,
        filter: &FollowUpFilter,
        scope: &Scope,
        keyset: &Keyset,
    ) -> Result<Option<(String, Vec<Value>)>> {
        let FollowUpFilter {
            customer,
            method,
            by,
            since,
            until,
            words: _,
            archived,
        } = filter;
        let mut conditions = Conditions::default();
        if let Some(customer) = customer {
            let place = conditions.bind(customer.to_i64());
            conditions.and(format_args!("t.customer = {place}"));
        } else if !archived {
            conditions.and("c.archived_at IS NULL");
        }
        if !archived {
            conditions.and("t.archived_at IS NULL");
        }
        if let Some(by) = by {
            let Some(by) = self.row_of((*by).into())? else {
                return Ok(None);
            };
            conditions.compare("t.by =", Some(by.into()));
        }
        conditions.compare("t.method =", method.clone().map(Value::from));
        conditions.compare("t.at >=", since.map(|at| at.timestamp_millis().into()));
        conditions.compare("t.at <", until.map(|at| at.timestamp_millis().into()));
        if !self.in_scope_by_owner(scope, &mut conditions)? {
            return Ok(None);
        }
        if let Some([SortValue::Integer(at), SortValue::Text(id)]) = keyset.after() {
            let (at, id) = (conditions.bind(*at), conditions.bind(id.clone()));
            conditions.and(format_args!("(t.at, hex(t.uuid)) < ({at}, {id})"));
        }
        let mut sql = format!(
            "{} JOIN customer c ON c.number = t.customer WHERE TRUE{}",
            FollowUp::sql().select(),
            conditions.sql
        );
        let _ = write!(sql, " ORDER BY t.at DESC, hex(t.uuid) DESC");
        Ok(Some((sql, conditions.into_values())))
    }
}
