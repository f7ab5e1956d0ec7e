//! Making one customer of two (R6.3).

use crmkit::{Customer, Merge, MergeChoice, MergePreview};

use crate::{Customers, Result};

#[uniffi::export]
impl Customers {
    /// What merging a customer into another one would come to (R6.3): whose value of each field stays and why, and what moves
    /// over.
    ///
    /// Fails as `merge`.
    pub fn merge_preview(&self, loser: String, into: String) -> Result<MergePreview> {
        self.call(|me| me.customers().merge_preview(&loser, &into))
    }

    /// Merges a customer into another one, which survives (R6.3). For each field the value that was changed last stays, and a
    /// blank never wipes what is filled; `choices` say otherwise, field by field. Lists are put together, and all that hangs
    /// on the one that goes moves over. Its number and its identifier lead to the survivor from then on; `undo` makes two of
    /// them again.
    ///
    /// Fails with NotFound for a customer that the caller may not change; with `merge.self`; with `merge.merged` for a number
    /// that leads to another customer already; with `record.archived`; with Invalid for choices of what cannot be chosen, and
    /// for lists that would have more than a customer has.
    #[uniffi::method(default(choices))]
    pub fn merge(&self, loser: String, into: String, choices: Vec<MergeChoice>) -> Result<Customer> {
        self.call(|me| me.customers().merge(&loser, &into, &choices))
    }

    /// The customers that were merged into one, by number, as they were (R6.3).
    ///
    /// Fails with NotFound.
    pub fn merges(&self, customer: String) -> Result<Vec<Merge>> {
        self.call(|me| me.customers().merges(&customer))
    }
}
