//! What somebody says of customers that look alike (R6.1): that two are different, that a name means one.

use super::{Customers, archive::refuse_archived, door::ReadTx};
use crate::{
    access::{EditCustomers, Editable, Grant},
    error::{Code, Error, Problem, Result},
    model::{Answer, AuditKind, Customer, CustomerKey, CustomerNumber, fields},
    rules::alias::{with_alias, without_alias},
};

impl Customers {
    /// Says that two customers are different, until a name or a phone of either changes (R6.1). Saying it again changes
    /// nothing.
    ///
    /// # Errors
    /// NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// use crm_core::service::DuplicateSearch;
    ///
    /// me.customers().say_different("CRM202405010001", "CRM202405010002")?;
    /// let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// while !job.step(1_000)?.finished {}
    /// assert!(job.report().groups.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn say_different(&self, a: impl Into<CustomerKey>, b: impl Into<CustomerKey>) -> Result<()> {
        let (a, b) = (&a.into(), &b.into());
        self.write::<EditCustomers, _>(AuditKind::SaidDistinct, |tx, grant| {
            let answer = answer_about(&tx.reads(), grant, a, b)?;
            if tx.reads().answer(grant, answer)?.is_none() {
                tx.add(grant, answer);
            }
            Ok(())
        })
    }

    /// Takes back what was said of two customers.
    ///
    /// # Errors
    /// NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// # crm_core::doc_example::enter(&me, "示例科技（上海）有限公司", "021-5555 0199")?;
    /// use crm_core::service::DuplicateSearch;
    ///
    /// me.customers().say_different("CRM202405010001", "CRM202405010002")?;
    /// me.customers().unsay_different("CRM202405010001", "CRM202405010002")?;
    /// let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    /// while !job.step(1_000)?.finished {}
    /// assert_eq!(job.report().groups.len(), 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn unsay_different(&self, a: impl Into<CustomerKey>, b: impl Into<CustomerKey>) -> Result<()> {
        let (a, b) = (&a.into(), &b.into());
        self.write::<EditCustomers, _>(AuditKind::ForgotDistinct, |tx, grant| {
            let answer = answer_about(&tx.reads(), grant, a, b)?;
            if let Some(said) = tx.reads().answer(grant, answer)? {
                tx.remove(grant, said);
            }
            Ok(())
        })
    }

    /// Says that this name means this customer, which has it as an alias from now on: the check (R6.1), imports and
    /// searches find it by that. Saying it again, or its own name, changes nothing.
    ///
    /// # Errors
    /// NotFound; Invalid for a name that is blank, too long or has a NUL.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// let customer = me.customers().say_same("CRM202405010001", "示科")?;
    /// assert_eq!(customer.aliases, ["示科"]);
    /// assert_eq!(me.customers().get("示科")?, customer);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn say_same(&self, customer: impl Into<CustomerKey>, name: &str) -> Result<Customer> {
        self.change(&customer.into(), |before| {
            with_alias(before, name).map_err(Error::invalid)
        })
    }

    /// Takes back that a name means a customer, or takes away a number of another form.
    ///
    /// # Errors
    /// NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// me.customers().say_same("CRM202405010001", "示科")?;
    /// let customer = me.customers().unsay_same("CRM202405010001", "示科")?;
    /// assert!(customer.aliases.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn unsay_same(&self, customer: impl Into<CustomerKey>, name: &str) -> Result<Customer> {
        self.change(&customer.into(), |before| Ok(without_alias(before, name)))
    }

    /// Stores what becomes of a customer, if that is anything else.
    fn change(&self, key: &CustomerKey, change: impl Fn(&Customer) -> Result<Customer>) -> Result<Customer> {
        self.write::<EditCustomers, _>(AuditKind::CustomerEdited, |tx, grant| {
            let before = tx.reads().customer_to_edit(grant, key)?;
            refuse_archived(&before)?;
            let mut after = change(&before)?;
            if after == *before {
                return Ok(after);
            }
            after.revision += 1;
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }
}

/// The answer about two customers that may be changed.
fn answer_about<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    a: &CustomerKey,
    b: &CustomerKey,
) -> Result<Answer> {
    let number = |key: &CustomerKey| -> Result<CustomerNumber> {
        let customer: Editable<'_, Customer> = tx.customer_to_edit(grant, key)?;
        Ok(customer.number)
    };
    let (a, b) = (number(a)?, number(b)?);
    match a == b {
        true => Err(Error::rule(Problem::with(
            fields::NUMBER,
            Code::NumberTaken,
            a.to_string(),
        ))),
        false => Ok(Answer::about(a, b)),
    }
}
