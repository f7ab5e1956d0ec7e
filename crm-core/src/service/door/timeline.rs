//! What happened with a customer: what is read of it (R7.7).

use super::ReadTx;
use crate::{
    access::{Grant, SeeCustomers},
    error::Result,
    model::{Customer, CustomerKey, CustomerNumber, TimelineSort},
    rules::timeline::TOLD,
    store::{Happening, LogLine, Moment},
};

impl<'tx> ReadTx<'_, 'tx> {
    /// The customer of a timeline, with all numbers that are its own if all of it may be seen; without any if its basics may.
    pub(in crate::service) fn customer_of_timeline(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        key: &CustomerKey,
    ) -> Result<(Customer, Vec<CustomerNumber>)> {
        let customer = self.customer_in_sight(grant, key)?;
        let mut own = Vec::new();
        if grant.sees().contains(customer.number, customer.owner) {
            own.push(customer.number);
            let merged = self.merged_into(grant, &customer)?;
            own.extend(merged.iter().map(|merge| merge.number));
        }
        Ok((customer, own))
    }

    /// The latest of a customer's happenings of a sort that may be seen.
    pub(in crate::service) fn happenings(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        customer: &Customer,
        sort: TimelineSort,
        before: &Moment,
        limit: u32,
    ) -> Result<Vec<Happening>> {
        self.store
            .happenings(customer.number, sort, before, grant.sees(), limit)
    }

    /// The latest changes of customers who may be seen, and of their contacts.
    pub(in crate::service) fn told_changes(
        &self,
        _grant: &Grant<'tx, SeeCustomers>,
        own: &[CustomerNumber],
        before: u64,
        limit: u32,
    ) -> Result<Vec<LogLine>> {
        match own {
            [] => Ok(Vec::new()),
            own => self.store.log_lines(own, TOLD, before, limit),
        }
    }
}
