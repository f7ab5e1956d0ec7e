//! Contracts (R5.3).

use std::sync::Arc;

use crmkit::{
    Contract, ContractEdit, ContractId, ContractPage, ContractQuery, Money, NaiveDate, NewContract,
    PageRequest, PaidContract, model::fields,
};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Contracts, for one session.
    Contracts(crmkit::Contracts)
}

#[uniffi::export]
impl Session {
    /// Contracts (R5.3).
    pub fn contracts(&self) -> Arc<Contracts> {
        Contracts::new(self.inner.contracts(), self.language)
    }
}

#[uniffi::export]
impl Contracts {
    /// Enters a contract of the past, which has no deal (R5.3). For supervisors and admins.
    ///
    /// Fails with Invalid, naming every field at fault, `contract_number.taken` among them; with `record.archived`; with
    /// `access.denied`; with NotFound for a customer that the caller may not change.
    pub fn add(&self, customer: String, new: NewContract) -> Result<Contract> {
        self.call(|contracts| contracts.add(&customer, &new))
    }

    /// The contract with this identifier, void or archived too.
    pub fn get(&self, id: ContractId) -> Result<Contract> {
        self.call(|contracts| contracts.get(id))
    }

    /// A page of contracts, the one that was entered last first, by default the first 50.
    ///
    /// Fails with Invalid for a user that is none; with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(query), default(page))]
    pub fn list(&self, query: ContractQuery, page: PageRequest) -> Result<ContractPage> {
        self.call(|contracts| {
            from_zero(fields::LIMIT, page.limit)?;
            contracts.list(&query, &page)
        })
    }

    /// Changes the days that a contract is good for, and what it renews; `revision` is the one that the caller saw. Number, amount
    /// and day of signing are corrected.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid, naming every field at fault; with `contract.void`,
    /// `record.archived`; with NotFound.
    pub fn update(&self, id: ContractId, revision: u64, edits: Vec<ContractEdit>) -> Result<Contract> {
        self.call(|contracts| {
            from_zero(fields::REVISION, revision)?;
            contracts.update(id, revision, &edits)
        })
    }

    /// Corrects a contract, its number, amount and day of signing too, for this reason (R5.3); `revision` is the one that the caller
    /// saw. For supervisors and admins.
    ///
    /// Fails as updating does; with `contract_number.taken`; with `access.denied`.
    pub fn correct(
        &self,
        id: ContractId,
        revision: u64,
        edits: Vec<ContractEdit>,
        reason: String,
    ) -> Result<Contract> {
        self.call(|contracts| {
            from_zero(fields::REVISION, revision)?;
            contracts.correct(id, revision, &edits, &reason)
        })
    }

    /// Enters a payment, and answers whether the customer should be set to *won* now (R2.5, R5.3); `revision` is the one that the
    /// caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with `date.in_future`; with `field.range` for nothing; with
    /// `contract.void`, `record.archived`; with NotFound.
    #[uniffi::method(default(note = None))]
    pub fn pay(
        &self,
        id: ContractId,
        revision: u64,
        on: NaiveDate,
        amount: Money,
        note: Option<String>,
    ) -> Result<PaidContract> {
        self.call(|contracts| {
            from_zero(fields::REVISION, revision)?;
            contracts.pay(id, revision, on, amount, note.as_deref())
        })
    }

    /// Says that a contract is paid, for this reason, though its payments do not come to its amount (R5.3), and answers whether the
    /// customer should be set to *won* now; `revision` is the one that the caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with `field.missing` without a reason; with `contract.void`,
    /// `record.archived`; with NotFound.
    pub fn mark_paid(&self, id: ContractId, revision: u64, reason: String) -> Result<PaidContract> {
        self.call(|contracts| {
            from_zero(fields::REVISION, revision)?;
            contracts.mark_paid(id, revision, &reason)
        })
    }

    /// Archives a contract, for this reason (R2.10). For supervisors and admins.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid for a blank reason; with `access.denied`; with NotFound.
    pub fn archive(&self, id: ContractId, revision: u64, reason: String) -> Result<Contract> {
        self.call(|contracts| {
            from_zero(fields::REVISION, revision)?;
            contracts.archive(id, revision, &reason)
        })
    }

    /// Restores a contract from the archive, for this reason (R2.10). For supervisors and admins.
    ///
    /// Fails as archiving does; with `contract_number.taken` by now.
    pub fn restore(&self, id: ContractId, revision: u64, reason: String) -> Result<Contract> {
        self.call(|contracts| {
            from_zero(fields::REVISION, revision)?;
            contracts.restore(id, revision, &reason)
        })
    }
}
