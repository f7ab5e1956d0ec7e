//! Scope is data: which customers exist for a caller (R8.2). A store evaluates it or compiles it into its queries.

use std::collections::BTreeSet;

use crate::model::UserId;

/// Whose customers a caller sees, or may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    owners: Option<BTreeSet<UserId>>,
}

impl Scope {
    /// Everybody's customers.
    pub fn all() -> Self {
        Self { owners: None }
    }

    /// The customers of these owners.
    pub fn of_owners(owners: impl IntoIterator<Item = UserId>) -> Self {
        Self {
            owners: Some(owners.into_iter().collect()),
        }
    }

    /// The owners whose customers are in scope, in order; none when all are.
    pub fn owners(&self) -> Option<&BTreeSet<UserId>> {
        self.owners.as_ref()
    }

    /// Whether a customer of this owner is in scope.
    pub fn contains(&self, owner: UserId) -> bool {
        self.owners.as_ref().is_none_or(|owners| owners.contains(&owner))
    }
}
