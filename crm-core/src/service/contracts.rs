//! Contracts: what was signed, and what was paid of it (R5.3).

use super::{
    Session,
    archive::refuse_archived,
    deals::days,
    door::{ReadTx, WriteTx},
    purchases::settle_contract,
};
use crate::{
    NaiveDate,
    access::{Action, Adds, CorrectDeals, EditCustomers, Editable, Edits, Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    model::{
        AuditKind, Contract, ContractEdit, ContractId, ContractPage, ContractQuery, Customer, CustomerKey,
        CustomerNumber, CustomerStatus, Money, NewContract, OpportunityId, PageRequest, PaidContract, Task,
        UserId, fields,
    },
    rules::{
        contract::{
            Signed, check_contract, check_good, edit_contract, fold_contract_number, is_correction, is_taken,
            mark_paid, pay,
        },
        required_text,
    },
    store::ContractFilter,
};

/// Contracts, for one session.
#[derive(Clone)]
pub struct Contracts {
    session: Session,
}

impl Session {
    /// Contracts (R5.3).
    ///
    /// ```
    /// # use crm_core::{ContractQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// let signed = me.contracts().list(&ContractQuery::default(), &PageRequest::first(50))?;
    /// assert!(signed.items.is_empty(), "nothing yet");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn contracts(&self) -> Contracts {
        Contracts {
            session: self.clone(),
        }
    }
}

impl Contracts {
    /// Enters a contract of the past, which has no deal (R5.3). For supervisors and admins.
    ///
    /// ```
    /// # use crm_core::{NaiveDate, NewContract, doc_example};
    /// let me = doc_example::desk()?;
    /// let customer = doc_example::first(&me)?;
    /// let new = NewContract {
    ///     contract_number: "HT-2023-007".into(),
    ///     amount: "80000".parse().ok(),
    ///     signed_on: NaiveDate::from_ymd_opt(2023, 5, 20),
    ///     ..NewContract::default()
    /// };
    /// let contract = me.contracts().add(&customer, &new)?;
    /// assert_eq!((contract.start, contract.paid), (contract.signed_on, false));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid, naming every field at fault, `contract_number.taken` among them; `record.archived`; `access.denied` for a sales rep;
    /// NotFound for a customer that the caller may not change.
    pub fn add(&self, customer: impl Into<CustomerKey>, new: &NewContract) -> Result<Contract> {
        let customer = &customer.into();
        self.write(AuditKind::ContractAdded, |tx, grant: &Grant<'_, CorrectDeals>| {
            let customer = tx.reads().customer_to_edit(grant, customer)?;
            refuse_archived(&customer)?;
            let credited_to = match &new.credited_to {
                None => Ok(customer.owner),
                Some(text) => tx
                    .reads()
                    .named_user(grant, fields::CREDITED_TO, text)?
                    .map(|user| user.id),
            };
            let made = Made {
                customer: customer.number,
                opportunity: None,
                credited_to,
                renews: new.renews,
            };
            let signed = check_contract(new, tx.today());
            enter_contract(tx, grant, made, signed)
        })
    }

    /// The contract with this identifier, void or archived too.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// assert_eq!(me.contracts().get(contract.id)?, contract);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if its customer is out of scope.
    pub fn get(&self, id: ContractId) -> Result<Contract> {
        self.read(|tx, grant| tx.contract(grant, id)?.ok_or_else(|| Error::not_found(id)))
    }

    /// A page of contracts, the one that was entered last first.
    ///
    /// ```
    /// # use crm_core::{ContractQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// let query = ContractQuery {
    ///     contract_number: Some("ht-2024".into()),
    ///     ..ContractQuery::default()
    /// };
    /// assert_eq!(me.contracts().list(&query, &PageRequest::first(50))?.items, [contract]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a user that is none; NotFound for a customer out of scope; `page.limit`, `page.invalid`.
    pub fn list(&self, query: &ContractQuery, page: &PageRequest) -> Result<ContractPage> {
        self.read(|tx, grant| {
            let filter = filter(tx, grant, query)?;
            tx.contracts(grant, &filter, page).map(Into::into)
        })
    }

    /// Changes the days that a contract is good for, and what it renews; `revision` is the one that the caller saw. Number, amount
    /// and day of signing are corrected ([`correct`](Self::correct)).
    ///
    /// ```
    /// # use crm_core::{ContractEdit, NaiveDate, doc_example};
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// let end = ContractEdit::End { value: NaiveDate::from_ymd_opt(2025, 4, 30) };
    /// assert_eq!(me.contracts().update(contract.id, contract.revision, &[end])?.revision, 2);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault; a missing reason for what is corrected;
    /// `contract.void`, `record.archived`; NotFound.
    pub fn update(&self, id: ContractId, revision: u64, edits: &[ContractEdit]) -> Result<Contract> {
        if is_correction(edits) {
            return Err(Error::invalid(Problem::missing(fields::REASON)));
        }
        self.write(
            AuditKind::ContractEdited,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = to_change(tx, grant, id, revision)?;
                edit(tx, grant, before, edits)
            },
        )
    }

    /// Corrects a contract, its number, amount and day of signing too, for this reason (R5.3); `revision` is the one that the
    /// caller saw. For supervisors and admins.
    ///
    /// ```
    /// # use crm_core::{ContractEdit, doc_example};
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// let amount = ContractEdit::Amount { value: "117000".parse()? };
    /// let contract = me.contracts().correct(contract.id, contract.revision, &[amount], "录入有误")?;
    /// assert_eq!(contract.amount.to_string(), "117000.00");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault, `contract_number.taken` among them;
    /// `contract.void`, `record.archived`; `access.denied` for a sales rep; NotFound.
    pub fn correct(
        &self,
        id: ContractId,
        revision: u64,
        edits: &[ContractEdit],
        reason: &str,
    ) -> Result<Contract> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        self.write(
            AuditKind::ContractCorrected,
            |tx, grant: &Grant<'_, CorrectDeals>| {
                let before = to_change(tx, grant, id, revision)?;
                tx.because(&reason);
                edit(tx, grant, before, edits)
            },
        )
    }

    /// Enters a payment, and answers whether the customer should be set to *won* now (R2.5, R5.3); `revision` is the one that the
    /// caller saw. One that was entered by mistake is undone ([`undo`](super::Customers::undo)).
    ///
    /// ```
    /// # use crm_core::{CustomerStatus, NaiveDate, doc_example};
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// let today = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
    /// let paid = me.contracts().pay(contract.id, contract.revision, today, contract.amount, None)?;
    /// assert!(paid.contract.paid);
    /// assert_eq!(paid.proposed_status, Some(CustomerStatus::Won));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; `date.in_future`; `field.range` for nothing; `contract.void`, `record.archived`;
    /// NotFound.
    pub fn pay(
        &self,
        id: ContractId,
        revision: u64,
        on: NaiveDate,
        amount: Money,
        note: Option<&str>,
    ) -> Result<PaidContract> {
        self.settle(id, revision, |before, today| pay(before, on, amount, note, today))
    }

    /// Says that a contract is paid, for this reason, though its payments do not come to its amount (R5.3), and answers whether the
    /// customer should be set to *won* now; `revision` is the one that the caller saw.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// let paid = me.contracts().mark_paid(contract.id, contract.revision, "抵扣押金")?;
    /// assert!(paid.contract.paid);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; `field.missing` without a reason; `contract.void`, `record.archived`; NotFound.
    pub fn mark_paid(&self, id: ContractId, revision: u64, reason: &str) -> Result<PaidContract> {
        self.settle(id, revision, |before, _| mark_paid(before, reason))
    }

    fn settle(
        &self,
        id: ContractId,
        revision: u64,
        settled: impl Fn(&Contract, NaiveDate) -> std::result::Result<Contract, Problem>,
    ) -> Result<PaidContract> {
        self.write(AuditKind::ContractPaid, |tx, grant: &Grant<'_, EditCustomers>| {
            let before = to_change(tx, grant, id, revision)?;
            let contract = settled(&before, tx.today()).map_err(refused)?;
            let customer = tx.reads().to_edit::<Customer, _>(grant, before.customer, &id)?;
            let contract = Contract {
                revision: before.revision + 1,
                ..contract
            };
            if let (Some(reason), None) = (&contract.paid_reason, &before.paid_reason) {
                tx.because(reason);
            }
            tx.edit(grant, before, contract.clone());
            let is_news = contract.paid && customer.status != CustomerStatus::Won;
            Ok(PaidContract {
                contract,
                proposed_status: is_news.then_some(CustomerStatus::Won),
            })
        })
    }

    /// Archives a contract, for this reason (R2.10): it is out of lists and figures unless asked for. Archiving one that is archived
    /// changes nothing. For supervisors and admins.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// assert!(me.contracts().archive(contract.id, contract.revision, "重复录入")?.archived_at.is_some());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; `access.denied` for a sales rep; NotFound.
    pub fn archive(&self, id: ContractId, revision: u64, reason: &str) -> Result<Contract> {
        self.put_away(id, revision, reason, true)
    }

    /// Restores a contract from the archive, for this reason (R2.10). For supervisors and admins.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let contract = doc_example::contract(&me)?;
    /// let archived = me.contracts().archive(contract.id, contract.revision, "重复录入")?;
    /// let restored = me.contracts().restore(contract.id, archived.revision, "并非重复")?;
    /// assert!(restored.is_good());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; `contract_number.taken` by now; `access.denied` for a sales
    /// rep; NotFound.
    pub fn restore(&self, id: ContractId, revision: u64, reason: &str) -> Result<Contract> {
        self.put_away(id, revision, reason, false)
    }

    fn put_away(&self, id: ContractId, revision: u64, reason: &str, away: bool) -> Result<Contract> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        let kind = match away {
            true => AuditKind::ContractArchived,
            false => AuditKind::ContractRestored,
        };
        self.write(kind, |tx, grant: &Grant<'_, CorrectDeals>| {
            let before = seen(tx, grant, id, revision)?;
            if before.archived_at.is_some() == away {
                return Ok(Contract::clone(&before));
            }
            let after = Contract {
                archived_at: away.then(|| tx.now()),
                revision: before.revision + 1,
                ..Contract::clone(&before)
            };
            if after.is_good() {
                check_free(&tx.reads(), grant, &after)?.map_err(Error::invalid)?;
            }
            tx.because(&reason);
            settle_contract(tx, grant, Some(&before), &after)?;
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, SeeCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    fn write<A: Action, T>(
        &self,
        kind: AuditKind,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}

/// What a contract is made from, beside what was signed.
pub(super) struct Made {
    pub(super) customer: CustomerNumber,
    pub(super) opportunity: Option<OpportunityId>,
    pub(super) credited_to: std::result::Result<UserId, Problem>,
    pub(super) renews: Option<ContractId>,
}

/// Enters a contract; every problem of it is named at once.
pub(super) fn enter_contract<'tx, A: Adds<Contract> + Edits<Contract> + Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    made: Made,
    signed: std::result::Result<Signed, Vec<Problem>>,
) -> Result<Contract> {
    let mut problems = Vec::new();
    let renews = check_renews(tx, grant, made.customer, made.renews)?;
    problems.extend(renews.err());
    let credited_to = made.credited_to.map_err(|problem| problems.push(problem));
    let signed = signed.map_err(|found| problems.splice(0..0, found).for_each(drop));
    let (Ok(signed), Ok(credited_to)) = (signed, credited_to) else {
        return Err(Error::Invalid { problems });
    };
    let id = ContractId::from_bytes(tx.new_id());
    let contract = Contract {
        opportunity: made.opportunity,
        renews: made.renews,
        created_by: tx.actor().user(),
        ..signed.entered(id, made.customer, credited_to, tx.now())
    };
    problems.extend(check_free(&tx.reads(), grant, &contract)?.err());
    if !problems.is_empty() {
        return Err(Error::Invalid { problems });
    }
    tx.add(grant, contract.clone());
    settle_contract(tx, grant, None, &contract)?;
    Ok(contract)
}

/// A contract as the caller saw it, whose customer is not archived.
fn seen<'tx, A: Edits<Contract>>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    id: ContractId,
    revision: u64,
) -> Result<Editable<'tx, Contract>> {
    let before = tx.reads().to_edit::<Contract, _>(grant, id, &id)?;
    tx.reads().check_seen(grant, &*before, revision)?;
    Ok(before)
}

/// As [`seen`]; neither void nor archived.
fn to_change<'tx, A: Edits<Contract>>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    id: ContractId,
    revision: u64,
) -> Result<Editable<'tx, Contract>> {
    let before = seen(tx, grant, id, revision)?;
    if before.archived_at.is_some() {
        let problem = Problem::with(fields::CONTRACT, Code::RecordArchived, id.to_string());
        return Err(Error::rule(problem));
    }
    check_good(&before).map_err(refused)?;
    Ok(before)
}

fn edit<'tx, A: Edits<Contract> + Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    before: Editable<'tx, Contract>,
    edits: &[ContractEdit],
) -> Result<Contract> {
    let mut problems = Vec::new();
    let edited = edit_contract(&before, edits, tx.today());
    let after = edited.map_err(|found| problems.extend(found));
    if let Ok(after) = &after {
        if after.renews != before.renews {
            problems.extend(check_renews(tx, grant, before.customer, after.renews)?.err());
        }
        problems.extend(check_free(&tx.reads(), grant, after)?.err());
    }
    let (Ok(mut after), true) = (after, problems.is_empty()) else {
        return Err(Error::Invalid { problems });
    };
    if after == *before {
        return Ok(after);
    }
    after.revision += 1;
    settle_contract(tx, grant, Some(&before), &after)?;
    tx.edit(grant, before, after.clone());
    Ok(after)
}

/// Whether its number is no other contract's ([`Exception::Taken`](crate::access::Exception)).
pub(super) fn check_free<'tx, A: Edits<Contract>>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    contract: &Contract,
) -> Result<std::result::Result<(), Problem>> {
    let number = &contract.contract_number;
    if number.is_empty() {
        // Not known yet (R9.4).
        return Ok(Ok(()));
    }
    let others = tx.contracts_with_number(grant, number)?;
    Ok(match is_taken(contract, &others) {
        true => Err(Problem::with(
            fields::CONTRACT_NUMBER,
            Code::ContractNumberTaken,
            number,
        )),
        false => Ok(()),
    })
}

/// What a contract renews is a contract with the same customer.
fn check_renews<'tx, A: Action>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    customer: CustomerNumber,
    renews: Option<ContractId>,
) -> Result<std::result::Result<(), Problem>> {
    let Some(id) = renews else { return Ok(Ok(())) };
    let there = tx.reads().contract(grant, id)?;
    Ok(match there.filter(|there| there.customer == customer) {
        Some(_) => Ok(()),
        None => Err(Problem::with(
            fields::RENEWS,
            Code::ContractUnknown,
            id.to_string(),
        )),
    })
}

/// That a contract is void is a rule; what was typed is input.
fn refused(problem: Problem) -> Error {
    match problem.code == Code::ContractVoid {
        true => Error::rule(problem),
        false => Error::invalid(problem),
    }
}

fn filter<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    query: &ContractQuery,
) -> Result<ContractFilter> {
    // All fields by name, so that a new one cannot be forgotten.
    let ContractQuery {
        customer,
        credited_to,
        signed_on,
        paid,
        contract_number,
        without_scan,
        void,
        archived,
    } = query;
    Ok(ContractFilter {
        credited_to: tx.asked_user(grant, fields::CREDITED_TO, credited_to.as_deref())?,
        customer: tx.asked_customer(grant, customer.as_deref())?,
        opportunity: None,
        signed_on: days(*signed_on),
        paid: *paid,
        number: contract_number
            .as_deref()
            .map(fold_contract_number)
            .filter(|number| !number.is_empty()),
        without_scan: *without_scan,
        void: *void,
        archived: *archived,
    })
}
