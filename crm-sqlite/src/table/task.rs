//! Tasks.

use crm_core::{
    CustomerNumber, FollowUpId, Page, PageRequest, Result, Task, TaskId,
    rules::task::overdue_from,
    store::{Keyset, ListedTask, Put, Scope, SortValue, TaskFilter},
};
use rusqlite::{params_from_iter, types::Value};

use super::{Table, table, uuid_key};
use crate::{error::OrStorage, list::Conditions, row::Columns, transaction::Transaction};

uuid_key!(TaskId);

table! {
    Task in "task" {
        key: [id as "uuid"],
        fields: [
            customer, revision, kind, follow_up, opportunity, contract, holder, plan, due, due_time, planned, planned_time, state,
            done_at, created_at,
        ],
        derived: [overdue_from of [due, due_time]: overdue_from(*due, due_time.as_deref())],
    }

    fn put(tx: &mut Transaction, put: &Put<Self>) -> Result<()> {
        tx.note_activity(put);
        Ok(())
    }
}

impl Transaction<'_> {
    pub(crate) fn list_tasks(
        &self,
        filter: &TaskFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<ListedTask>> {
        let keyset = Keyset::new(TaskFilter::ORDER, page)?;
        let mut found = Page::empty();
        let Some((sql, values)) = self.tasks_sql(filter, scope, &keyset)? else {
            return Ok(found);
        };
        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        let mut rows = statement.query(params_from_iter(values)).or_storage()?;
        while let Some(row) = rows.next().or_storage()? {
            if found.items.len() == keyset.limit() {
                let last = found.items.last();
                found.next = last.map(|last| keyset.cursor(&TaskFilter::place(&last.task)));
                break;
            }
            let mut columns = Columns::of(row);
            found.items.push(ListedTask {
                task: Task::read(&mut columns)?,
                customer_name: columns.get()?,
                holder_name: columns.get()?,
            });
        }
        Ok(found)
    }

    /// The statement, with its values; none where nothing can match.
    fn tasks_sql(
        &self,
        filter: &TaskFilter,
        scope: &Scope,
        keyset: &Keyset,
    ) -> Result<Option<(String, Vec<Value>)>> {
        let TaskFilter {
            holder,
            customer,
            moments: (from, to),
        } = filter;
        let mut conditions = Conditions::default();
        if let Some(holder) = holder {
            let Some(holder) = self.row_of((*holder).into())? else {
                return Ok(None);
            };
            conditions.compare("t.holder =", Some(holder.into()));
        }
        conditions.compare("t.customer =", customer.map(|number| number.to_i64().into()));
        conditions.compare("t.overdue_from >=", Some((*from).into()));
        conditions.compare("t.overdue_from <=", Some((*to).into()));
        if !self.in_scope_by_owner(scope, Some("t.opportunity"), &mut conditions)? {
            return Ok(None);
        }
        if let Some([SortValue::Integer(moment), SortValue::Text(id)]) = keyset.after() {
            let (moment, id) = (conditions.bind(*moment), conditions.bind(id.clone()));
            conditions.and(format_args!("(t.overdue_from, hex(t.uuid)) > ({moment}, {id})"));
        }
        let limit = i64::try_from(keyset.limit())
            .unwrap_or(i64::MAX)
            .saturating_add(1);
        let limit = conditions.bind(limit);
        let sql = format!(
            "{} JOIN customer c ON c.number = t.customer JOIN user u ON u.id = t.holder
            WHERE t.state = 'open' AND c.archived_at IS NULL{}
            ORDER BY t.overdue_from, hex(t.uuid) LIMIT {limit}",
            Task::sql().select_with("c.name, u.name"),
            conditions.sql
        );
        Ok(Some((sql, conditions.into_values())))
    }

    pub(crate) fn open_tasks_of(&self, customers: &[CustomerNumber]) -> Result<Vec<Task>> {
        let rest = "WHERE t.customer = ?1 AND t.state = 'open' ORDER BY t.overdue_from, hex(t.uuid)";
        let mut open = Vec::new();
        for customer in customers {
            open.append(&mut self.records_where(rest, [customer.to_i64()])?);
        }
        Ok(open)
    }

    pub(crate) fn last_task_of(&self, follow_up: FollowUpId) -> Result<Option<Task>> {
        let rest =
            "WHERE t.follow_up = (SELECT id FROM follow_up WHERE uuid = ?1) ORDER BY t.id DESC LIMIT 1";
        Ok(self.records_where(rest, [follow_up.as_bytes()])?.pop())
    }
}
