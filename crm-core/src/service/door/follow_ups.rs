//! Follow-ups, tasks, and who has gone quiet: what is read of them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::ReadTx;
use crate::{
    access::{Action, Actor, EditCustomers, Editable, Edits, Grant, SeeCustomers},
    error::Result,
    model::{
        Customer, CustomerKey, CustomerNumber, FollowUp, FollowUpId, Opportunity, OpportunityId, Page,
        PageRequest, Task, UserId,
    },
    store::{Caller, FollowUpFilter, ListedTask, Quiet, QuietFilter, RecordsExt, Scope, TaskFilter},
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

    /// The open tasks of those of these customers that may be changed, and those about deals that may.
    pub(in crate::service) fn open_tasks<A: Edits<Task>>(
        &self,
        grant: &Grant<'tx, A>,
        customers: &[CustomerNumber],
    ) -> Result<Vec<Editable<'tx, Task>>> {
        let reached = self.in_scope(customers, grant.edits())?;
        let asked: &[CustomerNumber] = match grant.edits().deals().is_empty() {
            true => &reached,
            false => customers,
        };
        let among: BTreeSet<CustomerNumber> = reached.iter().copied().collect();
        let is_reached = |task: &Task| {
            among.contains(&task.customer)
                || task.opportunity.is_some_and(|deal| grant.edits().has_deal(deal))
        };
        let open = self.store.open_tasks(asked)?.into_iter().filter(is_reached);
        Ok(open.map(Editable::read).collect())
    }

    /// The open tasks that are about a deal, which may be changed as the deal may.
    pub(in crate::service) fn tasks_of_deal<A: Edits<Task>>(
        &self,
        _grant: &Grant<'tx, A>,
        deal: &Editable<'tx, Opportunity>,
    ) -> Result<Vec<Editable<'tx, Task>>> {
        let open = self.store.open_tasks(&[deal.customer])?.into_iter();
        let of_deal = open.filter(|task| task.opportunity == Some(deal.id));
        Ok(of_deal.map(Editable::read).collect())
    }

    /// The customer with whom a talk was held: one that may be changed, or that of a deal which may.
    ///
    /// # Errors
    /// NotFound.
    pub(in crate::service) fn customer_of_talk(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        key: &CustomerKey,
        deal: Option<OpportunityId>,
    ) -> Result<Customer> {
        let missing = match self.customer_to_edit(grant, key) {
            Ok(customer) => return Ok(customer.into_inner()),
            Err(missing) => missing,
        };
        let Some(deal) = deal.filter(|deal| grant.edits().has_deal(*deal)) else {
            return Err(missing);
        };
        let deal: Option<Opportunity> = self.store.record(deal, grant.edits())?;
        let customer: Option<Customer> = match deal {
            Some(deal) => self.store.record(deal.customer, &Scope::all())?,
            None => None,
        };
        customer
            .filter(|customer| key.number() == Some(customer.number))
            .ok_or(missing)
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
