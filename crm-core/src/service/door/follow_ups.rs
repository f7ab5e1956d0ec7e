//! Follow-ups, tasks, and who has gone quiet: what is read of them.

use chrono::{DateTime, Utc};

use super::ReadTx;
use crate::{
    access::{Action, Actor, EditCustomers, Editable, Edits, Grant, SeeCustomers},
    error::Result,
    model::{CustomerNumber, FollowUp, FollowUpId, Page, PageRequest, Task, UserId},
    store::{Caller, FollowUpFilter, ListedTask, Quiet, QuietFilter, TaskFilter},
};

impl<'tx> ReadTx<'_, 'tx> {
    /// The present instant.
    pub(in crate::service) fn now(&self) -> Result<DateTime<Utc>> {
        self.door.now()
    }

    /// A page of customers who have gone quiet and may be seen.
    pub(in crate::service) fn quiet(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        filter: &QuietFilter,
        page: &PageRequest,
    ) -> Result<Page<Quiet>> {
        self.store.quiet(filter, grant.sees(), page)
    }

    /// A page of customers who have gone quiet and may be changed.
    pub(in crate::service) fn quiet_to_edit(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        filter: &QuietFilter,
        page: &PageRequest,
    ) -> Result<Page<Quiet>> {
        self.store.quiet(filter, grant.edits(), page)
    }

    /// A page of follow-ups that may be seen.
    pub(in crate::service) fn follow_ups(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        filter: &FollowUpFilter,
        page: &PageRequest,
    ) -> Result<Page<FollowUp>> {
        self.store.follow_ups(filter, grant.sees(), page)
    }

    /// A page of open tasks whose customers may be seen.
    pub(in crate::service) fn tasks(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        filter: &TaskFilter,
        page: &PageRequest,
    ) -> Result<Page<ListedTask>> {
        self.store.tasks(filter, grant.sees(), page)
    }

    /// The open tasks of those of these customers that may be changed.
    pub(in crate::service) fn open_tasks<A: Edits<Task>>(
        &self,
        grant: &Grant<'tx, A>,
        customers: &[CustomerNumber],
    ) -> Result<Vec<Editable<'tx, Task>>> {
        let reached = self.in_scope(customers, grant.edits())?;
        let open = self.store.open_tasks(&reached)?;
        Ok(open.into_iter().map(Editable::read).collect())
    }

    /// The task that a follow-up made last, if its customer may be changed.
    pub(in crate::service) fn task_of<A: Edits<Task>>(
        &self,
        grant: &Grant<'tx, A>,
        follow_up: FollowUpId,
    ) -> Result<Option<Editable<'tx, Task>>> {
        match self.store.task_of(follow_up)? {
            Some(task) => self.editable(grant, task.id),
            None => Ok(None),
        }
    }

    /// Whether a user sees a customer, by their own rights.
    pub(in crate::service) fn is_seen_by<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        user: UserId,
        customer: CustomerNumber,
    ) -> Result<bool> {
        let Some(caller) = self.store.caller(user, self.now()?)? else {
            return Ok(false);
        };
        // Whether they may do anything just now is nobody else's business.
        let caller = Caller {
            account: None,
            ..caller
        };
        let seen = self.in_scope(&[customer], Actor::of(caller)?.sees())?;
        Ok(!seen.is_empty())
    }
}
