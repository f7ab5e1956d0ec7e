//! Contracts (R5.3).

use crm_core::python::{Arg, Argument};
use crmkit::{
    Contract, ContractEdit, ContractQuery, Money, NaiveDate, NewContract, PaidContract, model::fields,
};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    call::of_session,
    page::{Page, Rows, request},
    session::Session,
};

of_session! {
    /// Contracts, for one session.
    Contracts(crmkit::Contracts)
}

#[pymethods]
impl Session {
    /// What was signed.
    #[getter]
    fn contracts(&self) -> Contracts {
        Contracts::new(self.inner.contracts(), self.language)
    }
}

with_new_contract! { Contracts:
    /// Enters a contract of the past, which has no deal: its number, amount and day of signing are required. For supervisors and
    /// admins.
    fn add(customer: Arg<String>)() -> Contract = |me: &Contracts, py, new: Typed<NewContract>, customer: Arg<String>| {
        me.call(py, |contracts| contracts.add(&customer.of("customer")?, &new.read()?))
    };
}

with_contract_edit! { Contracts:
    /// Changes the days that a contract is good for, and what it renews; `None` clears. `revision` is the one that the caller saw.
    /// Number, amount and day of signing are corrected: see `correct`.
    fn update(contract: Arg<String>) -> Contract = |me: &Contracts, py, edits: Typed<Vec<ContractEdit>>, contract: Arg<String>, revision: Arg<u64>| {
        me.call(py, |contracts| contracts.update(id(contract, "contract")?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

with_contract_edit! { Contracts:
    /// Corrects a contract, its number, amount and day of signing too, for this reason. `revision` is the one that the caller saw.
    /// For supervisors and admins.
    fn correct(contract: Arg<String>, reason: Arg<String>) -> Contract = |me: &Contracts, py, edits: Typed<Vec<ContractEdit>>, contract: Arg<String>, reason: Arg<String>, revision: Arg<u64>| {
        me.call(py, |contracts| {
            let (contract, revision) = (id(contract, "contract")?, revision.of(fields::REVISION)?);
            contracts.correct(contract, revision, &edits.read()?, &reason.of(fields::REASON)?)
        })
    };
}

with_contract_query! { Contracts:
    /// A page of contracts, the one that was entered last first. What is not given does not filter. `limit`: 1 to 1,000, by default
    /// 50.
    fn list()(
        after: Option<Arg<String>> = None,
        limit: Arg<u32> = Arg::from(50)
    ) -> Page<Contract> = |me: &Contracts, py, query: Typed<ContractQuery>, after, limit| {
        let page = me.call(py, |contracts| contracts.list(&query.read()?, &request(after, limit)?))?;
        Ok(Page(page.items, page.next))
    };
}

with_contract_query! { Contracts:
    /// All contracts that `list` would give page by page, by default of 200, as they are asked for.
    fn iterate()(page_size: Arg<u32> = Arg::from(200)) -> Rows<Contract> = |me: &Contracts, py, query: Typed<ContractQuery>, page_size| {
        let (query, page) = me.call(py, |_| Ok((query.read()?, request(None, page_size)?)))?;
        let contracts = me.inner.clone();
        Ok(Rows::of(me.language, page.limit, move |request| {
            let page = contracts.list(&query, request)?;
            Ok((page.items, page.next))
        }))
    };
}

#[pymethods]
impl Contracts {
    /// The contract with this identifier, void or archived too.
    fn get(&self, py: Python<'_>, contract: Arg<String>) -> PyResult<Contract> {
        self.call(py, |contracts| contracts.get(id(contract, "contract")?))
    }

    /// Enters a payment, and answers whether the customer should be set to "won" now. `revision` is the one that the caller saw.
    #[pyo3(signature = (contract, *, revision, on, amount, note=None))]
    fn pay(
        &self,
        py: Python<'_>,
        contract: Arg<String>,
        revision: Arg<u64>,
        on: Arg<NaiveDate>,
        amount: Arg<Money>,
        note: Option<Arg<String>>,
    ) -> PyResult<PaidContract> {
        self.call(py, |contracts| {
            let (contract, revision) = (id(contract, "contract")?, revision.of(fields::REVISION)?);
            let (on, amount) = (on.of(fields::ON)?, amount.of(fields::AMOUNT)?);
            contracts.pay(contract, revision, on, amount, note.of(fields::NOTE)?.as_deref())
        })
    }

    /// Says that a contract is paid, for this reason, though its payments do not come to its amount. `revision` is the one that the
    /// caller saw.
    #[pyo3(signature = (contract, *, revision, reason))]
    fn mark_paid(
        &self,
        py: Python<'_>,
        contract: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<PaidContract> {
        self.call(py, |contracts| {
            let (contract, revision) = (id(contract, "contract")?, revision.of(fields::REVISION)?);
            contracts.mark_paid(contract, revision, &reason.of(fields::REASON)?)
        })
    }

    /// Archives a contract, for this reason. `revision` is the one that the caller saw. For supervisors and admins.
    #[pyo3(signature = (contract, *, revision, reason))]
    fn archive(
        &self,
        py: Python<'_>,
        contract: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Contract> {
        self.call(py, |contracts| {
            let (contract, revision) = (id(contract, "contract")?, revision.of(fields::REVISION)?);
            contracts.archive(contract, revision, &reason.of(fields::REASON)?)
        })
    }

    /// Restores a contract from the archive, for this reason. `revision` is the one that the caller saw. For supervisors and admins.
    #[pyo3(signature = (contract, *, revision, reason))]
    fn restore(
        &self,
        py: Python<'_>,
        contract: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Contract> {
        self.call(py, |contracts| {
            let (contract, revision) = (id(contract, "contract")?, revision.of(fields::REVISION)?);
            contracts.restore(contract, revision, &reason.of(fields::REASON)?)
        })
    }
}
