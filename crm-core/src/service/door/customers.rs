//! Customers: what is read of them.

use super::{super::archive::archived, ReadTx};
use crate::{
    access::{Action, AssignCustomers, EditCustomers, Editable, Edits, Grant, ImportCustomers, SeeCustomers},
    error::{Code, Error, Problem, Result},
    model::{
        Customer, CustomerBasics, CustomerKey, CustomerNumber, CustomerPage, CustomerQuery, ImportState,
        PageRequest, PickList, UserId, fields,
    },
    rules::phone::parse_phone,
    store::{CustomerFilter, Record, RecordsExt, Scope, Sight},
};

impl<'tx> ReadTx<'_, 'tx> {
    /// The customer with this number, or into which the one with this number was merged, or with this alias, that may be seen: of
    /// several the one entered first.
    pub(in crate::service) fn find_customer(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        key: &CustomerKey,
    ) -> Result<Customer> {
        self.named(key, grant.sees())
    }

    /// As [`find_customer`](Self::find_customer), one that may be changed.
    pub(in crate::service) fn customer_to_edit<A: Edits<Customer>>(
        &self,
        grant: &Grant<'tx, A>,
        key: &CustomerKey,
    ) -> Result<Editable<'tx, Customer>> {
        self.named(key, grant.edits()).map(Editable::read)
    }

    /// The customers that may be changed and go by this number or alias, those in lists before archived ones: an alias may be of
    /// several.
    pub(in crate::service) fn customers_called(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        key: &CustomerKey,
    ) -> Result<Vec<CustomerNumber>> {
        if let Some(number) = key.number()
            && let Some(there) = self.led_by(number, grant.edits())?
        {
            return Ok(vec![there.number]);
        }
        let numbers = match key.alias() {
            Some(alias) => self.store.customers_by_alias(alias)?,
            None => Vec::new(),
        };
        let found: Vec<Customer> = self.store.records(&numbers, grant.edits())?;
        let (listed, archived): (Vec<_>, Vec<_>) = found
            .iter()
            .map(|customer| (customer.number, customer.archived_at.is_some()))
            .partition(|(_, archived)| !archived);
        let called = if listed.is_empty() { archived } else { listed };
        Ok(called.into_iter().map(|(number, _)| number).collect())
    }

    /// The basics of a customer that may be seen, or of one on which the caller owns an open deal (R8.1).
    pub(in crate::service) fn basics(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        key: &CustomerKey,
    ) -> Result<CustomerBasics> {
        let customer = self.customer_in_sight(grant, key)?;
        Ok(CustomerBasics {
            contacts: self.store.contacts(customer.number, &Scope::all())?,
            number: customer.number,
            name: customer.name,
            kind: customer.kind,
            industry: customer.industry,
            status: customer.status,
            owner: customer.owner,
            phones: customer.phones,
            addresses: customer.addresses,
        })
    }

    /// The customer that may be seen, or of which only the basics may (R8.1).
    ///
    /// # Errors
    /// NotFound.
    pub(super) fn customer_in_sight(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        key: &CustomerKey,
    ) -> Result<Customer> {
        let missing = match self.named(key, grant.sees()) {
            Ok(customer) => return Ok(customer),
            Err(missing) => missing,
        };
        let there = match key.number() {
            Some(number) => self.led_by(number, &Scope::all())?,
            None => None,
        };
        let is_seen = |customer: &Customer| grant.sees().sees(customer.number, customer.owner) > Sight::None;
        there.filter(is_seen).ok_or(missing)
    }

    fn named(&self, key: &CustomerKey, scope: &Scope) -> Result<Customer> {
        if let Some(number) = key.number()
            && let Some(there) = self.led_by(number, scope)?
        {
            return Ok(there);
        }
        let numbers = match key.alias() {
            Some(alias) => self.store.customers_by_alias(alias)?,
            None => Vec::new(),
        };
        // They come in order.
        let found: Vec<Customer> = self.store.records(&numbers, scope)?;
        found.into_iter().next().ok_or_else(|| Error::not_found(key))
    }

    pub(in crate::service) fn customers(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        query: &CustomerQuery,
        page: &PageRequest,
    ) -> Result<CustomerPage> {
        self.store
            .customers(&self.filter(grant, query)?, grant.sees(), page)
    }

    pub(in crate::service) fn count_customers(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        query: &CustomerQuery,
    ) -> Result<u64> {
        self.store
            .count_customers(&self.filter(grant, query)?, grant.sees())
    }

    /// Customers that match and may be changed.
    pub(in crate::service) fn customers_to_edit(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        query: &CustomerQuery,
        page: &PageRequest,
    ) -> Result<CustomerPage> {
        self.store
            .customers(&self.filter(grant, query)?, grant.edits(), page)
    }

    /// What the query's words mean here: labels become codes, a login its user. Days are the business's: only a query that
    /// asks for some needs its zone.
    fn filter<A: Action>(&self, grant: &Grant<'tx, A>, query: &CustomerQuery) -> Result<CustomerFilter> {
        let mut problems = Vec::new();
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let mut query = CustomerQuery {
            owner: given(&query.owner),
            industry: given(&query.industry),
            source: given(&query.source),
            ..query.clone()
        };
        let owner = match query.owner.as_deref() {
            Some(text) => self
                .named_user(grant, fields::OWNER, text)?
                .map_err(|problem| problems.push(problem))
                .ok()
                .map(|user| user.id),
            None => None,
        };
        if query.industry.is_some() || query.source.is_some() {
            let lists = self.pick_lists(grant)?;
            let chosen = [
                (PickList::Industry, &mut query.industry),
                (PickList::Source, &mut query.source),
            ];
            for (list, chosen) in chosen {
                let Some(text) = chosen else { continue };
                match lists.find(list, text) {
                    Some(entry) => text.clone_from(&entry.code),
                    None => problems.push(Problem::with(list.code(), Code::ChoiceUnknown, &*text)),
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid { problems });
        }
        let zone = match query.created {
            Some(_) => self.conventions()?.zone,
            None => crate::BusinessZone::default(),
        };
        let whole = match query.phone.as_deref() {
            Some(typed) => parse_phone(typed, self.conventions()?.region).ok(),
            None => None,
        };
        let named = query.text.as_deref().and_then(CustomerNumber::read);
        let merged = self.merges(grant, named.as_slice())?;
        let mut filter = CustomerFilter::new(query, owner, zone);
        for merge in merged {
            filter.or_number(merge.customer);
        }
        if let Some(phone) = whole {
            filter.or_phone(&phone.e164);
        }
        Ok(filter)
    }

    /// Those of these customers that may be seen, in the same order.
    pub(in crate::service) fn seen_of<A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        numbers: &[CustomerNumber],
    ) -> Result<Vec<CustomerNumber>> {
        self.in_scope(numbers, grant.sees())
    }

    /// Those of these customers that may be changed, in the same order.
    pub(in crate::service) fn editable_of(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        numbers: &[CustomerNumber],
    ) -> Result<Vec<CustomerNumber>> {
        self.in_scope(numbers, grant.edits())
    }

    pub(super) fn in_scope(&self, numbers: &[CustomerNumber], scope: &Scope) -> Result<Vec<CustomerNumber>> {
        match scope.is_all() || numbers.is_empty() {
            true => Ok(numbers.to_vec()),
            false => self.store.in_scope(numbers, scope),
        }
    }

    /// All customers of an owner that may be changed, archived or not.
    pub(in crate::service) fn customers_of(
        &self,
        grant: &Grant<'tx, AssignCustomers>,
        owner: UserId,
    ) -> Result<Vec<Editable<'tx, Customer>>> {
        let numbers = self.store.customers_of(owner)?;
        let customers: Vec<Customer> = self.store.records(&numbers, grant.edits())?;
        Ok(customers.into_iter().map(Editable::read).collect())
    }

    /// Refuses to go on where a customer is archived: it is restored before it, or what hangs on it, is changed (R2.10).
    ///
    /// # Errors
    /// `record.archived`.
    pub(in crate::service) fn refuse_archived<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        number: CustomerNumber,
    ) -> Result<()> {
        match self.store.archived(&[number])?.as_slice() {
            [] => Ok(()),
            _ => Err(archived(number)),
        }
    }

    /// The customer whom a query asks for.
    ///
    /// # Errors
    /// NotFound.
    pub(in crate::service) fn asked_customer(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        text: Option<&str>,
    ) -> Result<Option<CustomerNumber>> {
        match text {
            None => Ok(None),
            Some(text) => Ok(Some(self.find_customer(grant, &CustomerKey::from(text))?.number)),
        }
    }

    /// Refuses what hangs on a customer where that is archived, or where it was changed after the caller saw this revision of it.
    ///
    /// # Errors
    /// `record.archived` of the customer; Conflict.
    pub(in crate::service) fn check_seen<T: Record, A: Action>(
        &self,
        grant: &Grant<'tx, A>,
        record: &T,
        seen: u64,
    ) -> Result<()> {
        if let Some(customer) = record.customer() {
            self.refuse_archived(grant, customer)?;
        }
        self.check_revision(grant, record, seen)
    }

    /// Whether this number is in use, whatever the scope ([`Exception::Taken`](crate::access::Exception)).
    pub(in crate::service) fn number_taken(
        &self,
        _grant: &Grant<'tx, ImportCustomers>,
        number: CustomerNumber,
    ) -> Result<bool> {
        Ok(self.led_by(number, &Scope::all())?.is_some())
    }

    /// The highest serial so far of a number's day, in its lane ([`Exception::Serials`](crate::access::Exception)).
    pub(in crate::service) fn last_serial(
        &self,
        _grant: &Grant<'tx, ImportCustomers>,
        number: CustomerNumber,
    ) -> Result<u32> {
        self.store.last_serial(number.date(), number.lane())
    }

    /// The customer with this identifier of the host's, whatever the scope ([`Exception::Taken`](crate::access::Exception)).
    pub(in crate::service) fn external_id_holder<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        external_id: &str,
    ) -> Result<Option<CustomerNumber>> {
        self.store.customer_by_external_id(external_id)
    }

    /// The customer with this number, if it may be changed and undoing an import has taken it out.
    pub(in crate::service) fn undone_customer(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        number: CustomerNumber,
    ) -> Result<Option<Editable<'tx, Customer>>> {
        let customer = self.editable(grant, number)?;
        let Some(customer) =
            customer.filter(|customer: &Editable<'_, Customer>| customer.archived_at.is_some())
        else {
            return Ok(None);
        };
        let import: Option<crate::model::Import> = match customer.import {
            Some(id) => self.store.record(id, &Scope::all())?,
            None => None,
        };
        let undone = import.is_some_and(|import| import.state == ImportState::Undone);
        Ok(undone.then_some(customer))
    }
}
