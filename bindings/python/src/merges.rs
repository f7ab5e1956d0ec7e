//! Making one customer of two (R6.3).

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{Customer, Merge, MergeChoice, MergePreview, model::fields};
use pyo3::prelude::*;

use crate::customers::Customers;

#[pymethods]
impl Customers {
    /// What merging a customer into another one would come to: whose value of each field stays and why, and what moves over.
    fn merge_preview(&self, py: Python<'_>, loser: Arg<String>, into: Arg<String>) -> PyResult<MergePreview> {
        self.call(py, |me| {
            me.customers()
                .merge_preview(&loser.of(fields::LOSER)?, &into.of(fields::INTO)?)
        })
    }

    /// Merges a customer into another one, which survives. For each field the value that was changed last stays, and a blank
    /// never wipes what is filled; `choices` say otherwise: `[("name", "loser")]`. Lists are put together, and all that hangs
    /// on the one that goes moves over. Its number and its external id lead to the survivor from then on; `undo` makes two of
    /// them again. `merge.self`, `merge.merged` and `record.archived` are a `RuleError`.
    #[pyo3(signature = (loser, into, *, choices=None))]
    fn merge(
        &self,
        py: Python<'_>,
        loser: Arg<String>,
        into: Arg<String>,
        choices: Option<Arg<Vec<MergeChoice>>>,
    ) -> PyResult<Customer> {
        self.call(py, |me| {
            let (loser, into) = (loser.of(fields::LOSER)?, into.of(fields::INTO)?);
            let choices = choices.of(fields::CHOICES)?.unwrap_or_default();
            me.customers().merge(&loser, &into, &choices)
        })
    }

    /// The customers that were merged into one, by number, as they were.
    fn merges(&self, py: Python<'_>, customer: Arg<String>) -> PyResult<Listed<Merge>> {
        let found = self.call(py, |me| me.customers().merges(&customer.of(fields::CUSTOMER)?));
        found.map(Listed)
    }
}
