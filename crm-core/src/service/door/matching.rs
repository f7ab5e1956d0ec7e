//! What looking for duplicates reads, past the caller's scope: what they may know of what is found is decided by whoever
//! asks (R6.1).

use super::ReadTx;
use crate::{
    access::{Action, EditCustomers, Editable, Grant, Looks, SeeCustomers},
    error::Result,
    matching::{Candidate, KeyKind, MatchKey},
    model::{Answer, CustomerNumber, ImportId},
    store::{KeyQuestion, Proposed},
};

impl<'tx> ReadTx<'_, 'tx> {
    pub(in crate::service) fn holders<A: Looks>(
        &self,
        _grant: &Grant<'tx, A>,
        questions: &[KeyQuestion],
    ) -> Result<Vec<Vec<(MatchKey, CustomerNumber)>>> {
        self.store.holders(questions)
    }

    pub(in crate::service) fn proposed<A: Looks>(
        &self,
        _grant: &Grant<'tx, A>,
        whole: &[CustomerNumber],
        by_name: &[CustomerNumber],
    ) -> Result<Vec<Proposed>> {
        self.store.proposed(whole, by_name)
    }

    pub(in crate::service) fn candidates_after(
        &self,
        _grant: &Grant<'tx, SeeCustomers>,
        after: Option<CustomerNumber>,
        limit: u32,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        self.store.candidates_after(after, limit)
    }

    pub(in crate::service) fn shared_keys(
        &self,
        _grant: &Grant<'tx, SeeCustomers>,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.store.shared_keys(kind, visit)
    }

    pub(in crate::service) fn distinct_from<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        numbers: &[CustomerNumber],
    ) -> Result<Vec<Vec<CustomerNumber>>> {
        self.store.distinct_from(numbers)
    }

    /// What was said of two customers that may be changed.
    pub(in crate::service) fn answer(
        &self,
        grant: &Grant<'tx, EditCustomers>,
        answer: Answer,
    ) -> Result<Option<Editable<'tx, Answer>>> {
        self.editable(grant, (answer.low, answer.high))
    }
}
