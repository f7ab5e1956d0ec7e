//! Facts for reports (R7).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::state::State;
use crate::{
    error::Result,
    model::{
        Contract, Customer, CustomerNumber, CustomerStatus, FollowUp, Money, Opportunity, PageRequest, Task,
        TaskState, UserId,
    },
    store::{
        CustomerFact, DealFact, DealsBy, DutyFact, FactFilter, Instants, OpenFact, QuietFilter, SaleFact,
        Scope, Standing, StoreRead, TalkFact,
        deal_filter::{Days, is_within},
    },
};

impl State {
    /// The customer that a fact is about and whether it is in scope, if it is not archived and the fact counts.
    fn counted(&self, number: CustomerNumber, credited: UserId, scope: &Scope) -> Option<bool> {
        let customer = self.tables.Customer.get(&number)?;
        let counts = customer.archived_at.is_none() && scope.counts(number, customer.owner, credited);
        counts.then(|| scope.contains(number, customer.owner))
    }

    /// What was signed with a customer, of deals that are not archived, or of the past.
    fn signed_with(&self, customer: CustomerNumber, by_deals: bool) -> Option<Money> {
        let counts = |contract: &&Contract| {
            let deal = contract
                .opportunity
                .and_then(|deal| self.tables.Opportunity.get(&deal));
            contract.customer == customer
                && contract.is_good()
                && contract.opportunity.is_some() == by_deals
                && deal.is_none_or(|deal| deal.archived_at.is_none())
        };
        let signed = self.tables.Contract.values().filter(counts);
        signed
            .map(|contract| contract.amount)
            .reduce(|sum, amount| sum + amount)
    }

    /// What was signed of a deal.
    fn signed(&self, deal: &Opportunity) -> Option<Money> {
        let of_deal = |contract: &&Contract| contract.opportunity == Some(deal.id) && contract.is_good();
        let signed = self.tables.Contract.values().filter(of_deal);
        signed
            .map(|contract| contract.amount)
            .reduce(|sum, amount| sum + amount)
    }

    pub(super) fn visit_deals(
        &self,
        by: DealsBy,
        filter: &FactFilter,
        with_ids: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&DealFact) -> Result<()>,
    ) -> Result<()> {
        let is_wanted = |deal: &&Opportunity| {
            let then = match by {
                DealsBy::Creation => filter.at.contain(deal.created_at),
                DealsBy::Closing => deal.closed_at.is_some_and(|at| filter.at.contain(at)),
            };
            deal.archived_at.is_none() && then && filter.wants_of(deal.owner)
        };
        for deal in self.tables.Opportunity.values().filter(is_wanted) {
            let Some(seen) = self.counted(deal.customer, deal.owner, scope) else {
                continue;
            };
            let changes = self.tables.StageChange.values();
            let theirs = changes.filter(|change| change.opportunity == deal.id);
            visit(&DealFact {
                id: with_ids.then_some(deal.id),
                customer: deal.customer,
                seen,
                owner: deal.owner,
                expected: deal.expected_amount,
                signed: self.signed(deal),
                stages: theirs
                    .map(|change| (change.at.timestamp_millis(), change.after))
                    .collect(),
            })?;
        }
        Ok(())
    }

    pub(super) fn visit_open_deals(
        &self,
        people: Option<&BTreeSet<UserId>>,
        scope: &Scope,
        visit: &mut dyn FnMut(&OpenFact) -> Result<()>,
    ) -> Result<()> {
        let is_wanted = |deal: &&Opportunity| {
            deal.closed_at.is_none()
                && deal.archived_at.is_none()
                && people.is_none_or(|people| people.contains(&deal.owner))
        };
        for deal in self.tables.Opportunity.values().filter(is_wanted) {
            if let Some(seen) = self.counted(deal.customer, deal.owner, scope) {
                visit(&OpenFact {
                    customer: deal.customer,
                    seen,
                    owner: deal.owner,
                    stage: deal.stage,
                    expected: deal.expected_amount,
                    expected_close: deal.expected_close,
                })?;
            }
        }
        Ok(())
    }

    pub(super) fn visit_sales(
        &self,
        people: Option<&BTreeSet<UserId>>,
        signed_on: Days,
        with_deals: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&SaleFact) -> Result<()>,
    ) -> Result<()> {
        let is_wanted = |contract: &&Contract| {
            contract.is_good()
                && people.is_none_or(|people| people.contains(&contract.credited_to))
                && is_within(signed_on, contract.signed_on)
        };
        for contract in self.tables.Contract.values().filter(is_wanted) {
            let Some(seen) = self.counted(contract.customer, contract.credited_to, scope) else {
                continue;
            };
            let deal = contract
                .opportunity
                .and_then(|deal| self.tables.Opportunity.get(&deal));
            if deal.is_some_and(|deal| deal.archived_at.is_some()) {
                continue;
            }
            visit(&SaleFact {
                is_of_deal: contract.opportunity.is_some(),
                opportunity: contract.opportunity.filter(|_| with_deals),
                customer: contract.customer,
                seen,
                credited_to: contract.credited_to,
                amount: contract.amount,
            })?;
        }
        Ok(())
    }

    pub(super) fn visit_talks(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&TalkFact) -> Result<()>,
    ) -> Result<()> {
        let is_wanted = |talk: &&FollowUp| talk.archived_at.is_none() && filter.wants(talk.by, talk.at);
        for talk in self.tables.FollowUp.values().filter(is_wanted) {
            if let Some(seen) = self.counted(talk.customer, talk.by, scope) {
                visit(&TalkFact {
                    customer: talk.customer,
                    seen,
                    by: talk.by,
                    late: talk.late,
                })?;
            }
        }
        Ok(())
    }

    pub(super) fn visit_duties(
        &self,
        people: Option<&BTreeSet<UserId>>,
        due: Days,
        scope: &Scope,
        visit: &mut dyn FnMut(&DutyFact) -> Result<()>,
    ) -> Result<()> {
        let planned = |task: &Task| task.planned.unwrap_or(task.due);
        let is_wanted = |task: &&Task| {
            task.state != TaskState::Cancelled
                && !task.kind.is_notice()
                && people.is_none_or(|people| people.contains(&task.holder))
                && is_within(due, planned(task))
        };
        for task in self.tables.Task.values().filter(is_wanted) {
            if let Some(seen) = self.counted(task.customer, task.holder, scope) {
                visit(&DutyFact {
                    customer: task.customer,
                    seen,
                    holder: task.holder,
                    state: task.state,
                    due: planned(task),
                    due_time: match task.planned {
                        Some(_) => task.planned_time.clone(),
                        None => task.due_time.clone(),
                    },
                    done_at: task.done_at,
                })?;
            }
        }
        Ok(())
    }

    pub(super) fn visit_customers(
        &self,
        by: Option<DateTime<Utc>>,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&CustomerFact) -> Result<()>,
    ) -> Result<()> {
        let (statuses, owners) = match by {
            Some(by) => (self.statuses_before(by), self.owners_before(by)),
            None => (BTreeMap::new(), BTreeMap::new()),
        };
        let is_there = |customer: &&Customer| match (customer.archived_at, by) {
            (None, _) => true,
            (Some(archived_at), Some(by)) => archived_at >= by,
            (Some(_), None) => false,
        };
        for customer in self.tables.Customer.values().filter(is_there) {
            let number = customer.number;
            let owner = owners.get(&number).copied().unwrap_or(customer.owner);
            if filter.wants(owner, customer.created_at) && scope.counts(number, customer.owner, owner) {
                visit(&CustomerFact {
                    number,
                    seen: scope.contains(number, customer.owner),
                    owner,
                    source: customer.source.code.as_str().into(),
                    status: statuses.get(&number).copied().unwrap_or(customer.status),
                    signed: self.signed_with(number, true),
                    signed_before: self.signed_with(number, false),
                })?;
            }
        }
        Ok(())
    }

    /// The statuses of customers before an instant, of those whose status was changed at it or later.
    fn statuses_before(&self, by: DateTime<Utc>) -> BTreeMap<CustomerNumber, CustomerStatus> {
        let changes = self.tables.StatusChange.values().filter(|change| change.at >= by);
        let changes = changes.map(|change| (change.customer, (change.at, change.revision), change.before));
        first_of_each(changes)
    }

    /// The owners of customers before an instant, of those that were handed over at it or later.
    fn owners_before(&self, by: DateTime<Utc>) -> BTreeMap<CustomerNumber, UserId> {
        let given = self.tables.HandOver.values().filter(|given| given.at >= by);
        first_of_each(given.map(|given| (given.customer, (given.at, given.revision), given.owner_before)))
    }

    pub(super) fn count_standing(
        &self,
        people: Option<&BTreeSet<UserId>>,
        quiet: &QuietFilter,
        scope: &Scope,
    ) -> Result<Vec<Standing>> {
        let filter = FactFilter {
            people: people.cloned(),
            at: Instants::default(),
        };
        let mut gone_quiet = BTreeSet::new();
        let mut page = PageRequest::first(PageRequest::MAX);
        loop {
            let found = self.quiet(quiet, scope, &page)?;
            gone_quiet.extend(found.items.iter().map(|quiet| quiet.number));
            match found.next {
                Some(next) => page.after = Some(next),
                None => break,
            }
        }
        let mut counts: Vec<Standing> = CustomerStatus::ALL
            .iter()
            .map(|&status| Standing {
                status,
                customers: 0,
                quiet: 0,
            })
            .collect();
        self.visit_customers(None, &filter, scope, &mut |customer| {
            if let Some(count) = counts.iter_mut().find(|count| count.status == customer.status) {
                count.customers += 1;
                count.quiet += u64::from(gone_quiet.contains(&customer.number));
            }
            Ok(())
        })?;
        Ok(counts)
    }

    pub(super) fn visit_late_entries(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(UserId) -> Result<()>,
    ) -> Result<()> {
        for customer in self.tables.Customer.values().filter(|customer| customer.late) {
            let Some(by) = customer.created_by else { continue };
            if filter.wants(by, customer.created_at) && self.counted(customer.number, by, scope).is_some() {
                visit(by)?;
            }
        }
        Ok(())
    }
}

/// Of each customer what came first.
fn first_of_each<T: Copy>(
    changes: impl Iterator<Item = (CustomerNumber, (DateTime<Utc>, u64), T)>,
) -> BTreeMap<CustomerNumber, T> {
    let mut first: BTreeMap<CustomerNumber, ((DateTime<Utc>, u64), T)> = BTreeMap::new();
    for (customer, when, what) in changes {
        let there = first.entry(customer).or_insert((when, what));
        if when < there.0 {
            *there = (when, what);
        }
    }
    first
        .into_iter()
        .map(|(customer, (_, what))| (customer, what))
        .collect()
}
