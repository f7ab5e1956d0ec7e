//! Giving customers to other owners (R2.8).

use super::{Customers, bulk, door::WriteTx, draft::may_own};
use crate::{
    access::{AssignCustomers, Editable, Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    model::{
        AuditKind, BulkMode, BulkOutcome, Customer, CustomerKey, CustomerNumber, HandOver, HandOverPage,
        Opportunity, PageRequest, Task, TaskId, TaskKind, TaskState, UserId, fields,
    },
    rules::{
        optional_text,
        purchases::{Begun, notice},
    },
};

impl Customers {
    /// Gives a customer to another owner, a user's login, name or identifier (R2.8): a supervisor within the team, an admin
    /// to anybody who is active. The old owner's open tasks and opportunities on it go along. Giving it to whom it belongs changes nothing.
    ///
    /// # Errors
    /// `owner.unknown`, `owner.ambiguous`, `owner.inactive`, `owner.not_allowed`; NotFound; `access.denied` for a sales rep.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{NewUser, Role};
    ///
    /// let wu = me.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// let customer = me.customers().assign("CRM202405010001", "wu", None)?;
    /// assert_eq!(customer.owner, wu.id);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn assign(
        &self,
        customer: impl Into<CustomerKey>,
        to: &str,
        reason: Option<&str>,
    ) -> Result<Customer> {
        let customer = &customer.into();
        self.write::<AssignCustomers, _>(AuditKind::CustomerAssigned, |tx, grant| {
            let giving = Giving::new(tx, grant, to, reason)?;
            let before = tx.reads().customer_to_edit(grant, customer)?;
            let mut given = Given::default();
            let after = giving.give_with_what_is_open(tx, grant, before, &mut given)?;
            giving.tell(tx, grant, &given);
            Ok(after)
        })
    }

    /// [`assign`](Self::assign) of many customers: the outcome of each, in the order given.
    ///
    /// # Errors
    /// As for one, for the first that cannot be done; row by row, what is wrong with a customer is its outcome.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{BulkMode, NewUser, Role};
    ///
    /// me.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// let done = me.customers().assign_all(&["CRM202405010001".into()], "wu", None, BulkMode::AllOrNothing)?;
    /// assert!(done[0].changed);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn assign_all(
        &self,
        customers: &[CustomerKey],
        to: &str,
        reason: Option<&str>,
        mode: BulkMode,
    ) -> Result<Vec<BulkOutcome>> {
        self.write::<AssignCustomers, _>(AuditKind::CustomerAssigned, |tx, grant| {
            let giving = Giving::new(tx, grant, to, reason)?;
            let mut given = Given::default();
            let outcomes = bulk::each(tx, grant, customers, mode, |tx, before| {
                giving.give_with_what_is_open(tx, grant, before, &mut given)
            })?;
            giving.tell(tx, grant, &given);
            Ok(outcomes)
        })
    }

    /// Hands over all customers of a user, archived ones too, as those of one who leaves (R2.8), and answers how many. The
    /// user need not be active any longer.
    ///
    /// # Errors
    /// `owner.unknown`, `owner.ambiguous`, `owner.inactive`, `owner.not_allowed`, `owner.not_yours`; `access.denied` for a sales rep.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{NewUser, Role};
    ///
    /// let wu = me.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// assert_eq!(me.customers().hand_over("lin", "wu", Some("离职交接"))?, 1);
    /// assert_eq!(me.customers().get("CRM202405010001")?.owner, wu.id);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn hand_over(&self, from_owner: &str, to: &str, reason: Option<&str>) -> Result<u64> {
        self.write::<AssignCustomers, _>(AuditKind::CustomerAssigned, |tx, grant| {
            let giving = Giving::new(tx, grant, to, reason)?;
            let from = tx.reads().named_user(grant, fields::FROM_OWNER, from_owner)?;
            let from = from.map_err(Error::invalid)?;
            if !tx.actor().may_give_to(from.id) {
                let problem = Problem::with(fields::FROM_OWNER, Code::OwnerNotYours, &from.login);
                return Err(Error::invalid(problem));
            }
            if from.id == giving.to {
                return Ok(0);
            }
            let theirs = tx.reads().customers_of(grant, from.id)?;
            let count = theirs.len() as u64;
            let numbers: Vec<CustomerNumber> = theirs.iter().map(|customer| customer.number).collect();
            let mut tasks = tx.reads().open_tasks(grant, &numbers)?.into_iter().peekable();
            let mut deals = tx
                .reads()
                .open_opportunities(grant, &numbers)?
                .into_iter()
                .peekable();
            let mut given = Given::default();
            for before in theirs {
                let own = std::iter::from_fn(|| tasks.next_if(|task| task.customer == before.number));
                let own = own.collect();
                let own_deals = std::iter::from_fn(|| deals.next_if(|deal| deal.customer == before.number));
                let own_deals = own_deals.collect();
                giving.give(tx, grant, before, own, own_deals, &mut given)?;
            }
            giving.tell(tx, grant, &given);
            Ok(count)
        })
    }

    /// A page of a customer's hand-overs, the latest first.
    ///
    /// # Errors
    /// NotFound; `page.limit`, `page.invalid`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{NewUser, PageRequest, Role};
    ///
    /// let wu = me.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// me.customers().assign("CRM202405010001", "wu", Some("负责该区域"))?;
    /// let kept = me.customers().hand_overs("CRM202405010001", &PageRequest::first(10))?;
    /// assert_eq!(kept.items[0].owner_after, wu.id);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn hand_overs(&self, customer: impl Into<CustomerKey>, page: &PageRequest) -> Result<HandOverPage> {
        let customer = &customer.into();
        self.read::<SeeCustomers, _>(|tx, grant| {
            let customer = tx.find_customer(grant, customer)?.number;
            tx.records_of::<HandOver>(grant, customer, true, page)
                .map(Into::into)
        })
    }
}

/// To whom customers are given, and why.
struct Giving {
    to: UserId,
    reason: Option<String>,
}

impl Giving {
    fn new<'tx>(
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, AssignCustomers>,
        to: &str,
        reason: Option<&str>,
    ) -> Result<Self> {
        let reason = optional_text(fields::REASON, reason);
        let user = tx.reads().named_user(grant, fields::TO, to)?;
        let to = user.and_then(|user| may_own(tx.actor(), fields::TO, user.id, Some(&user)));
        let (Ok(to), Ok(reason)) = (&to, &reason) else {
            let problems = [to.err(), reason.err()].into_iter().flatten().collect();
            return Err(Error::Invalid { problems });
        };
        if let Some(reason) = reason {
            tx.because(reason);
        }
        Ok(Self {
            to: *to,
            reason: reason.clone(),
        })
    }

    /// Gives one of them, with what of its old owner's is open on it.
    fn give_with_what_is_open<'tx>(
        &self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, AssignCustomers>,
        before: Editable<'tx, Customer>,
        given: &mut Given,
    ) -> Result<Customer> {
        let tasks = tx.reads().open_tasks(grant, &[before.number])?;
        let deals = tx.reads().open_opportunities(grant, &[before.number])?;
        self.give(tx, grant, before, tasks, deals, given)
    }

    /// Gives one of them, with its old owner's open tasks and opportunities, and keeps that it was given.
    fn give<'tx>(
        &self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, AssignCustomers>,
        before: Editable<'tx, Customer>,
        tasks: Vec<Editable<'tx, Task>>,
        deals: Vec<Editable<'tx, Opportunity>>,
        given: &mut Given,
    ) -> Result<Customer> {
        if before.owner == self.to {
            return Ok(Customer::clone(&before));
        }
        // Seen by a grant, and of another team (R8.3).
        if !tx.actor().may_give_to(before.owner) {
            let problem = Problem::with(fields::CUSTOMER, Code::OwnerNotAllowed, before.number.to_string());
            return Err(Error::invalid(problem));
        }
        let kept = HandOver {
            customer: before.number,
            revision: before.revision + 1,
            at: tx.now(),
            owner_before: before.owner,
            owner_after: self.to,
            by: tx.actor().user(),
            reason: self.reason.clone(),
        };
        let after = Customer {
            owner: self.to,
            revision: before.revision + 1,
            ..Customer::clone(&before)
        };
        for task in tasks.into_iter().filter(|task| task.holder == before.owner) {
            let state = match task.kind {
                // It told of another hand-over, which is over.
                TaskKind::HandOver => TaskState::Cancelled,
                _ => task.state,
            };
            let moved = Task {
                holder: self.to,
                state,
                revision: task.revision + 1,
                ..Task::clone(&task)
            };
            tx.edit(grant, task, moved);
        }
        for deal in deals.into_iter().filter(|deal| deal.owner == before.owner) {
            let moved = Opportunity {
                owner: self.to,
                revision: deal.revision + 1,
                ..Opportunity::clone(&deal)
            };
            tx.edit(grant, deal, moved);
        }
        if after.archived_at.is_none() {
            given.count += 1;
            given.first.get_or_insert(after.number);
        }
        tx.edit(grant, before, after.clone());
        tx.add(grant, kept);
        Ok(after)
    }

    /// Tells the new owner what somebody else gave them. Of what is entered as history they know.
    fn tell<'tx>(&self, tx: &mut WriteTx<'_, 'tx>, grant: &Grant<'tx, AssignCustomers>, given: &Given) {
        let Some(customer) = given.first else { return };
        if tx.actor().user() == Some(self.to) || tx.is_backdated() {
            return;
        }
        let begun = Begun {
            id: TaskId::from_bytes(tx.new_id()),
            customer,
            owner: self.to,
            at: tx.now(),
            today: tx.today(),
        };
        tx.add(grant, notice(given.count, begun));
    }
}

/// What was given in an operation, without what is archived.
#[derive(Default)]
struct Given {
    first: Option<CustomerNumber>,
    count: usize,
}
