//! How a caller names a customer.

use std::fmt;

use super::{Customer, CustomerNumber, CustomerSummary};

/// Names a customer to a use case: a number, a customer or a row of a list, or a text with the number or an alias.
///
/// ```
/// # let me = crm_core::doc_example::desk()?;
/// let customer = crm_core::doc_example::first(&me)?;
/// assert_eq!(me.customers().get(customer.number)?, customer);
/// assert_eq!(me.customers().get(&customer)?, customer);
/// assert_eq!(me.customers().get("crm 20240501 0001")?, customer);
/// # Ok::<(), crm_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerKey(Key);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Number(CustomerNumber),
    Text(String),
}

impl CustomerKey {
    /// The number, if it is one, however it is typed.
    pub(crate) fn number(&self) -> Option<CustomerNumber> {
        match &self.0 {
            Key::Number(number) => Some(*number),
            Key::Text(text) => CustomerNumber::read(text),
        }
    }

    /// The text that may be an alias.
    pub(crate) fn alias(&self) -> Option<&str> {
        match &self.0 {
            Key::Number(_) => None,
            Key::Text(text) => Some(text),
        }
    }
}

impl fmt::Display for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Key::Number(number) => number.fmt(f),
            Key::Text(text) => f.write_str(text),
        }
    }
}

impl From<CustomerNumber> for CustomerKey {
    fn from(number: CustomerNumber) -> Self {
        Self(Key::Number(number))
    }
}

impl From<&CustomerNumber> for CustomerKey {
    fn from(number: &CustomerNumber) -> Self {
        Self(Key::Number(*number))
    }
}

impl From<&Customer> for CustomerKey {
    fn from(customer: &Customer) -> Self {
        Self(Key::Number(customer.number))
    }
}

impl From<&CustomerSummary> for CustomerKey {
    fn from(row: &CustomerSummary) -> Self {
        Self(Key::Number(row.number))
    }
}

impl From<&str> for CustomerKey {
    fn from(text: &str) -> Self {
        Self(Key::Text(text.into()))
    }
}

impl From<&String> for CustomerKey {
    fn from(text: &String) -> Self {
        Self(Key::Text(text.clone()))
    }
}

impl From<String> for CustomerKey {
    fn from(text: String) -> Self {
        Self(Key::Text(text))
    }
}
