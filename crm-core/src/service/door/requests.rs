//! Requests for more (R8.3): what is read of them.

use super::ReadTx;
use crate::{
    access::{Editable, Grant, MakeRequests},
    error::{Code, Error, Problem, Result},
    matching::fold,
    model::{
        AccessRequest, AccessRequestPage, CustomerKey, CustomerNumber, CustomerQuery, PageRequest, RequestId,
        Role, Team, User, UserId, fields,
    },
    rules::request::{People, head_for, may_answer},
};

/// The people who can approve, as they are in a transaction.
pub(in crate::service) struct Approvers {
    users: Vec<User>,
    teams: Vec<Team>,
}

impl Approvers {
    pub(in crate::service) fn people(&self) -> People<'_> {
        People {
            users: &self.users,
            teams: &self.teams,
        }
    }
}

impl<'tx> ReadTx<'_, 'tx> {
    pub(in crate::service) fn approvers(&self, grant: &Grant<'tx, MakeRequests>) -> Result<Approvers> {
        Ok(Approvers {
            users: self.users_at_work(grant)?,
            teams: self.teams(grant)?,
        })
    }

    /// Whose requests exist for the caller: their own and those that they may answer; none for all of them.
    fn askers(&self, approvers: &Approvers) -> Option<Vec<UserId>> {
        let caller = self.actor.record()?;
        if self.actor.role() == Role::Admin {
            return None;
        }
        let led = approvers.users.iter().map(|user| user.id);
        let led = led.filter(|asker| head_for(*asker, approvers.people()) == Some(caller.id));
        Some(led.chain([caller.id]).collect())
    }

    /// The request with this identifier that exists for the caller.
    pub(in crate::service) fn request(
        &self,
        grant: &Grant<'tx, MakeRequests>,
        id: RequestId,
    ) -> Result<Editable<'tx, AccessRequest>> {
        let request = self.to_edit::<AccessRequest, _>(grant, id, &id)?;
        let approvers = self.approvers(grant)?;
        match self.askers(&approvers) {
            Some(askers) if !askers.contains(&request.by) => Err(Error::not_found(id)),
            _ => Ok(request),
        }
    }

    /// A request that the caller may answer, or made themselves.
    pub(in crate::service) fn request_to_answer(
        &self,
        grant: &Grant<'tx, MakeRequests>,
        id: RequestId,
    ) -> Result<(Editable<'tx, AccessRequest>, User, Approvers)> {
        let request = self.request(grant, id)?;
        let approvers = self.approvers(grant)?;
        // The host's own actor is nobody who could approve.
        let who = self.actor.record().ok_or_else(|| Error::not_found(id))?.clone();
        if who.id != request.by && !may_answer(&request, &who, approvers.people()) {
            return Err(Error::not_found(id));
        }
        Ok((request, who, approvers))
    }

    pub(in crate::service) fn requests(
        &self,
        grant: &Grant<'tx, MakeRequests>,
        waiting: bool,
        page: &PageRequest,
    ) -> Result<AccessRequestPage> {
        let askers = self.askers(&self.approvers(grant)?);
        let found = self.store.requests(askers.as_deref(), waiting, page)?;
        Ok(AccessRequestPage {
            items: found.items,
            next: found.next,
        })
    }

    /// The customers that were typed, as whoever grants them sees them: by number, by alias, or by their whole name.
    pub(in crate::service) fn named_customers(&self, typed: &[String]) -> Result<Vec<CustomerNumber>> {
        let grant = self.grant()?;
        let (mut numbers, mut problems) = (Vec::new(), Vec::new());
        for text in typed {
            match self.find_customer(&grant, &CustomerKey::from(text.as_str())) {
                Ok(found) => numbers.push(found.number),
                Err(Error::NotFound { .. }) => {
                    let query = CustomerQuery {
                        text: Some(text.clone()),
                        archived: true,
                        ..CustomerQuery::default()
                    };
                    let page = self.customers(&grant, &query, &PageRequest::first(PageRequest::MAX))?;
                    let name = fold(text);
                    let mut named = page.items.iter().filter(|row| fold(&row.name) == name);
                    match (named.next(), named.next()) {
                        (Some(row), None) => numbers.push(row.number),
                        (None, _) => {
                            problems.push(Problem::with(fields::CUSTOMERS, Code::CustomerUnknown, text))
                        }
                        (Some(_), Some(_)) => {
                            problems.push(Problem::with(fields::CUSTOMERS, Code::CustomerAmbiguous, text));
                        }
                    }
                }
                Err(other) => return Err(other),
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        match problems.is_empty() {
            true => Ok(numbers),
            false => Err(Error::Invalid { problems }),
        }
    }
}
