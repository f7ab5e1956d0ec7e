//! Scope is data: which customers exist for a caller (R8.1, R8.2). A store evaluates it or compiles it into its queries.

use std::collections::BTreeSet;

use super::Record;
use crate::model::{CustomerNumber, OpportunityId, UserId};

/// How much of a customer somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// It does not exist for them.
    None,
    /// Number, name, kind, industry, status, owner, phones, addresses and contacts (R8.1).
    Basics,
    /// All of it.
    Full,
}

/// Which customers a caller sees, or may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    owners: Option<BTreeSet<UserId>>,
    granted: BTreeSet<CustomerNumber>,
    basics: BTreeSet<CustomerNumber>,
    deals: BTreeSet<OpportunityId>,
}

impl Scope {
    /// Everybody's customers.
    pub fn all() -> Self {
        Self {
            owners: None,
            granted: BTreeSet::new(),
            basics: BTreeSet::new(),
            deals: BTreeSet::new(),
        }
    }

    /// The customers of these owners.
    pub fn of_owners(owners: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            owners: Some(owners.into_iter().collect()),
            ..Self::all()
        }
    }

    /// With these customers too, whoever answers for them (R8.3).
    #[must_use]
    pub fn with_granted(self, granted: impl IntoIterator<Item = CustomerNumber>) -> Self {
        Self {
            granted: granted.into_iter().collect(),
            ..self
        }
    }

    /// With these open opportunities, and the basics of their customers (R8.1).
    #[must_use]
    pub fn with_deals(self, deals: impl IntoIterator<Item = (OpportunityId, CustomerNumber)>) -> Self {
        let (deals, basics) = deals.into_iter().unzip();
        Self {
            basics,
            deals,
            ..self
        }
    }

    /// The owners whose customers are in scope, in order; none when all are.
    pub fn owners(&self) -> Option<&BTreeSet<UserId>> {
        self.owners.as_ref()
    }

    /// The customers that are in scope by name, whoever answers for them.
    pub fn granted(&self) -> &BTreeSet<CustomerNumber> {
        &self.granted
    }

    /// The open opportunities that are in scope by themselves, whoever answers for their customers (R8.1): with what is about
    /// them.
    pub fn deals(&self) -> &BTreeSet<OpportunityId> {
        &self.deals
    }

    /// Whether a record of a customer of this owner's is in scope: with all of the customer, or with the deal that it is about.
    pub fn reaches<T: Record>(&self, record: &T, customer: CustomerNumber, owner: UserId) -> bool {
        self.contains(customer, owner) || record.opportunity().is_some_and(|deal| self.has_deal(deal))
    }

    /// Whether the basics of a customer are in scope, by an open opportunity on it (R8.1).
    pub fn has_basics(&self, customer: CustomerNumber) -> bool {
        self.basics.contains(&customer)
    }

    /// Whether an opportunity is in scope by itself.
    pub fn has_deal(&self, deal: OpportunityId) -> bool {
        self.deals.contains(&deal)
    }

    /// Whether everybody's customers are in scope.
    pub fn is_all(&self) -> bool {
        self.owners.is_none()
    }

    /// How much of a customer of this owner's is in scope.
    pub fn sees(&self, customer: CustomerNumber, owner: UserId) -> Sight {
        if self.contains(customer, owner) {
            Sight::Full
        } else if self.basics.contains(&customer) {
            Sight::Basics
        } else {
            Sight::None
        }
    }

    /// Whether all of a customer of this owner's is in scope.
    pub fn contains(&self, customer: CustomerNumber, owner: UserId) -> bool {
        self.has_owner(owner) || self.granted.contains(&customer)
    }

    /// Whether all customers of an owner are in scope.
    pub fn has_owner(&self, owner: UserId) -> bool {
        self.owners.as_ref().is_none_or(|owners| owners.contains(&owner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_2_a_scope_is_made_of_owners_of_customers_by_name_and_of_basics() {
        let (mine, theirs) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let [a, b, c] = [1, 2, 3].map(|n| format!("CRM20240501000{n}").parse::<CustomerNumber>().unwrap());
        let scope = Scope::of_owners([mine]).with_granted([b]).with_deals([
            (OpportunityId::from_bytes([1; 16]), b),
            (OpportunityId::from_bytes([2; 16]), c),
        ]);
        assert_eq!(scope.sees(a, mine), Sight::Full);
        assert_eq!(scope.sees(a, theirs), Sight::None);
        assert_eq!(
            scope.sees(b, theirs),
            Sight::Full,
            "granted by name, which says more than basics"
        );
        assert_eq!(scope.sees(c, theirs), Sight::Basics);
        assert_eq!(Scope::all().sees(a, theirs), Sight::Full);
        assert!(!scope.has_owner(theirs) && !scope.contains(c, theirs));
    }
}
