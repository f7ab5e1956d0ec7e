//! Opportunities and contracts: what is read of them.

use super::ReadTx;
use crate::{
    access::{Action, Editable, Edits, Grant, SeeCustomers},
    error::Result,
    model::{
        Contract, ContractId, Customer, CustomerNumber, Expectation, Opportunity, OpportunityId, Page,
        PageRequest, StageChange, Task, TaskKind,
    },
    rules::contract::fold_contract_number,
    store::{ContractFilter, OpportunityFilter, RecordsExt, Scope},
};

impl<'tx> ReadTx<'_, 'tx> {
    /// A page of opportunities that may be seen.
    pub(in crate::service) fn opportunities(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        filter: &OpportunityFilter,
        page: &PageRequest,
    ) -> Result<Page<Opportunity>> {
        self.store.opportunities(filter, grant.sees(), page)
    }

    /// A page of contracts that may be seen.
    pub(in crate::service) fn contracts(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        filter: &ContractFilter,
        page: &PageRequest,
    ) -> Result<Page<Contract>> {
        self.store.contracts(filter, grant.sees(), page)
    }

    /// The opportunity with this identifier, if it may be seen.
    pub(in crate::service) fn deal<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        id: OpportunityId,
    ) -> Result<Option<Opportunity>> {
        self.store.record(id, grant.sees())
    }

    /// The contract with this identifier, if it may be seen.
    pub(in crate::service) fn contract<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        id: ContractId,
    ) -> Result<Option<Contract>> {
        self.store.record(id, grant.sees())
    }

    /// The changes of an opportunity's stage, in order.
    pub(in crate::service) fn stage_changes<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        deal: &Opportunity,
    ) -> Result<Vec<StageChange>> {
        // It was seen, and so is what led to it.
        self.store.records(&revisions(deal), &Scope::all())
    }

    /// These opportunities as they are now, whatever the scope: what they were is told to whose they were.
    pub(in crate::service) fn deals_now(
        &self,
        _grant: &Grant<'tx, SeeCustomers>,
        deals: &[OpportunityId],
    ) -> Result<Vec<Opportunity>> {
        match deals {
            [] => Ok(Vec::new()),
            deals => self.store.records(deals, &Scope::all()),
        }
    }

    /// What was expected of an opportunity, in order.
    pub(in crate::service) fn expectations<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        deal: &Opportunity,
    ) -> Result<Vec<Expectation>> {
        self.store.records(&revisions(deal), &Scope::all())
    }

    /// The open opportunities of those of these customers that may be changed.
    pub(in crate::service) fn open_opportunities<A: Edits<Opportunity>>(
        &self,
        grant: &Grant<'tx, A>,
        customers: &[CustomerNumber],
    ) -> Result<Vec<Editable<'tx, Opportunity>>> {
        let reached = self.in_scope(customers, grant.edits())?;
        let open = self.store.open_opportunities(&reached)?;
        Ok(open.into_iter().map(Editable::read).collect())
    }

    /// The contract of a deal that was won, which may be changed as the deal may.
    pub(in crate::service) fn contract_of<A: Edits<Contract>>(
        &self,
        _grant: &Grant<'tx, A>,
        deal: &Editable<'tx, Opportunity>,
    ) -> Result<Option<Editable<'tx, Contract>>> {
        let filter = ContractFilter {
            customer: Some(deal.customer),
            opportunity: Some(deal.id),
            ..ContractFilter::default()
        };
        let found = self
            .store
            .contracts(&filter, &Scope::all(), &PageRequest::first(1))?;
        Ok(found.items.into_iter().next().map(Editable::read))
    }

    /// All contracts of a customer, void and archived ones too, whatever the scope: what is to be done follows from them.
    pub(in crate::service) fn contracts_of<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        customer: CustomerNumber,
    ) -> Result<Vec<Contract>> {
        let filter = ContractFilter {
            customer: Some(customer),
            void: true,
            archived: true,
            ..ContractFilter::default()
        };
        let mut page = PageRequest::first(PageRequest::MAX);
        let mut contracts = Vec::new();
        loop {
            let found = self.store.contracts(&filter, &Scope::all(), &page)?;
            contracts.extend(found.items);
            match found.next {
                Some(next) => page.after = Some(next),
                None => return Ok(contracts),
            }
        }
    }

    /// The customer of a contract, for what follows from it.
    pub(in crate::service) fn customer_of_contract<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        contract: &Contract,
    ) -> Result<Option<Customer>> {
        self.store.record(contract.customer, &Scope::all())
    }

    /// The open task of this kind for a customer, of this contract or of none.
    pub(in crate::service) fn open_task<A: Edits<Task>>(
        &self,
        _grant: &Grant<'tx, A>,
        customer: CustomerNumber,
        kind: TaskKind,
        contract: Option<ContractId>,
    ) -> Result<Option<Editable<'tx, Task>>> {
        let mut open = self.store.open_tasks(&[customer])?;
        open.retain(|task| (task.kind, task.contract) == (kind, contract));
        Ok(open.pop().map(Editable::read))
    }

    /// The deal with this identifier of the host's and its customer, whatever the scope
    /// ([`Exception::Taken`](crate::access::Exception)).
    pub(in crate::service) fn external_deal<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        external_id: &str,
    ) -> Result<Option<(OpportunityId, CustomerNumber)>> {
        self.store.opportunity_by_external_id(external_id)
    }

    /// The contracts with this number, whatever the scope, void and archived ones too ([`Exception::Taken`](crate::access::Exception)).
    pub(in crate::service) fn contracts_with_number<A: Edits<Contract>>(
        &self,
        _grant: &Grant<'tx, A>,
        number: &str,
    ) -> Result<Vec<Contract>> {
        self.store.contracts_with_number(&fold_contract_number(number))
    }

    /// Whether a customer has a contract that is paid.
    pub(in crate::service) fn has_paid<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        customer: CustomerNumber,
    ) -> Result<bool> {
        let filter = ContractFilter {
            customer: Some(customer),
            paid: Some(true),
            ..ContractFilter::default()
        };
        let found = self
            .store
            .contracts(&filter, &Scope::all(), &PageRequest::first(1))?;
        Ok(!found.items.is_empty())
    }
}

/// The keys of an opportunity's ledgers: each of its revisions made an entry in one of them at the most.
fn revisions(deal: &Opportunity) -> Vec<(OpportunityId, u64)> {
    (1..=deal.revision).map(|revision| (deal.id, revision)).collect()
}
