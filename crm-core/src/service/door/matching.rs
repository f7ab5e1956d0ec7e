//! What looking for duplicates reads. A question says whether it is about what the caller sees or about the rest, of which
//! they are told no more than that it exists, and with whom ([`Exception::OwnerName`](crate::access::Exception), R6.1).

use super::ReadTx;
use crate::{
    access::{Action, EditCustomers, Editable, Grant, Looks, SeeCustomers},
    error::Result,
    matching::{Candidate, KeyKind, MatchKey},
    model::{Answer, CustomerNumber, ImportId},
    store::{KeyQuestion, Proposed, Record, RecordsExt, Scope},
};

impl<'tx> ReadTx<'_, 'tx> {
    pub(in crate::service) fn holders<A: Looks>(
        &self,
        grant: &Grant<'tx, A>,
        questions: &[KeyQuestion],
    ) -> Result<Vec<Vec<(MatchKey, CustomerNumber)>>> {
        self.store.holders(questions, grant.sees())
    }

    /// What is compared of customers, whatever the scope: who asks parts them.
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
        grant: &Grant<'tx, SeeCustomers>,
        after: Option<CustomerNumber>,
        limit: u32,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        self.store.candidates_after(after, limit, grant.sees())
    }

    pub(in crate::service) fn shared_keys(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.store.shared_keys(kind, grant.sees(), visit)
    }

    pub(in crate::service) fn distinct_from<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        numbers: &[CustomerNumber],
    ) -> Result<Vec<Vec<CustomerNumber>>> {
        self.store.distinct_from(numbers)
    }

    /// What was said of two customers, of which one may not be changed: it fell with the other's name, and comes back with it,
    /// whoever sees it.
    pub(in crate::service) fn unseen_answer(
        &self,
        _grant: &Grant<'tx, EditCustomers>,
        answer: Answer,
    ) -> Result<Option<Editable<'tx, Answer>>> {
        let said: Option<Answer> = self.store.record(answer.key(), &Scope::all())?;
        Ok(said.map(Editable::read))
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
