//! All that is known of a customer, on one page (R7.7).

use super::{Customers, door::ReadTx, timeline};
use crate::{
    access::{Grant, SeeCustomers},
    error::Result,
    model::{
        Contract, CustomerKey, CustomerNumber, CustomerProfile, FollowUp, OpportunityPage, PageRequest,
        ServiceRecord, ServiceRecordPage,
    },
    rules::profile::figures,
    store::{ContractFilter, OpportunityFilter},
};

/// How many entries a list on the page has at first.
const FIRST: PageRequest = PageRequest {
    after: None,
    limit: 50,
};

impl Customers {
    /// All that is known of a customer, on one page (R7.7): contacts, what happened, deals, purchases, what was done for it, up to 50
    /// of each, the newest first, which `timeline` and the lists go on from; how often it is talked to, when it bought last, how often
    /// and for how much in the last 365 days. It opens the customer, as [`get`](Self::get) does.
    ///
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::contract(&me)?;
    /// let profile = me.customers().profile("CRM202405010001")?;
    /// assert_eq!((profile.figures.frequency, profile.figures.recency), (1, Some(0)));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if there is none in scope.
    pub fn profile(&self, key: impl Into<CustomerKey>) -> Result<CustomerProfile> {
        let key = &key.into();
        let (profile, kept) = self.read::<SeeCustomers, _>(|tx, grant| {
            let customer = tx.find_customer(grant, key)?;
            let number = customer.number;
            let deals = OpportunityFilter {
                customer: Some(number),
                ..OpportunityFilter::default()
            };
            let opportunities: OpportunityPage = tx.opportunities(grant, &deals, &FIRST)?.into();
            let service_records: ServiceRecordPage = tx
                .records_of::<ServiceRecord>(grant, number, false, &FIRST)?
                .into();
            let purchases = purchases(tx, grant, number)?;
            let (follow_ups, last) = talks(tx, grant, number)?;
            let zone = tx.conventions()?.zone;
            let figures = figures(
                customer.first_contact,
                follow_ups,
                last.map(|talk| zone.day(talk.at)),
                &purchases,
                tx.today()?,
            );
            let profile = CustomerProfile {
                contacts: tx.contacts(grant, number)?,
                timeline: timeline::of_customer(tx, grant, key, &FIRST)?,
                opportunities,
                contracts: tx.contracts(grant, &contracts_of(number), &FIRST)?.into(),
                service_records,
                figures,
                customer,
            };
            Ok((profile, tx.conventions()?.record_openings))
        })?;
        if kept {
            self.note_opening(profile.customer.number)?;
        }
        Ok(profile)
    }
}

fn contracts_of(customer: CustomerNumber) -> ContractFilter {
    ContractFilter {
        customer: Some(customer),
        ..ContractFilter::default()
    }
}

/// All contracts of a customer that are good.
fn purchases<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    customer: CustomerNumber,
) -> Result<Vec<Contract>> {
    let mut page = PageRequest::first(PageRequest::MAX);
    let mut purchases = Vec::new();
    loop {
        let mut found = tx.contracts(grant, &contracts_of(customer), &page)?;
        purchases.append(&mut found.items);
        match found.next {
            Some(next) => page.after = Some(next),
            None => return Ok(purchases),
        }
    }
}

/// How many follow-ups were held with a customer, and the last one.
fn talks<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    customer: CustomerNumber,
) -> Result<(u64, Option<FollowUp>)> {
    let mut page = PageRequest::first(PageRequest::MAX);
    let (mut count, mut last) = (0, None);
    loop {
        let found = tx.records_of::<FollowUp>(grant, customer, false, &page)?;
        count += found.items.len() as u64;
        last = last.or_else(|| found.items.into_iter().next());
        match found.next {
            Some(next) => page.after = Some(next),
            None => return Ok((count, last)),
        }
    }
}
