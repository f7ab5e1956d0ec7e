//! Contracts (R5.3): what was signed, and what was paid of it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{ContractId, CustomerNumber, CustomerStatus, DateRange, Money, OpportunityId, Page, UserId};
use crate::{rules::limit, store::record::stored};

record! {
    /// A part of a contract's amount that was paid (R5.3).
    #[derive(Eq)]
    pub struct Payment {
        /// On which business day.
        pub on: NaiveDate,
        /// How much.
        pub amount: Money,
        /// Whatever else.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
    }
}

record! {
    /// What was signed (R5.3): of a deal that was won, or of the past.
    #[derive(Eq)]
    pub struct Contract {
        /// Names the contract.
        pub id: ContractId,
        /// With whom.
        pub customer: CustomerNumber,
        /// Raised by every change; handed back with the next one.
        pub revision: u64,
        /// Its number: no other contract has it.
        pub contract_number: String,
        /// The deal that it came from; none of a contract of the past.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub opportunity: Option<OpportunityId>,
        /// What it is worth.
        pub amount: Money,
        /// The business day on which it was signed.
        pub signed_on: NaiveDate,
        /// The first business day that it is good for.
        pub start: NaiveDate,
        /// The last one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub end: Option<NaiveDate>,
        /// What was paid of it, in the order in which it was entered.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[rule(entries(limit::PAYMENTS))]
        pub payments: Vec<Payment>,
        /// Whether it is paid: the payments come to the amount, or somebody said so.
        pub paid: bool,
        /// Why it was said to be paid, where the payments do not come to the amount.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub paid_reason: Option<String>,
        /// To whom it is credited: who answered for the deal when it was won.
        pub credited_to: UserId,
        /// The contract that it renews (R4.7).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub renews: Option<ContractId>,
        /// Since when it is void, its deal having been reopened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub voided_at: Option<DateTime<Utc>>,
        /// When it was entered.
        pub created_at: DateTime<Utc>,
        /// Who entered it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created_by: Option<UserId>,
        /// When it was archived (R2.10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived_at: Option<DateTime<Utc>>,
    }
}

stored! {
    Contract as Contract {
        key: id (ContractId),
        on: customer,
        personal: [payments, paid_reason],
        newest: created_at,
        users: [credited_to, created_by],
        has: [opportunity, revision, created_at, created_by, archived_at],
    }
}

impl Contract {
    /// Whether it counts: it is neither void nor archived.
    pub fn is_good(&self) -> bool {
        self.voided_at.is_none() && self.archived_at.is_none()
    }
}

record! {
    /// A contract of the past, without a deal, as it is typed in (R5.3).
    #[derive(Default)]
    pub struct NewContract {
        /// Its number, which no other contract has. Required.
        #[rule(required, characters(limit::NAME))]
        pub contract_number: String,
        /// What it is worth. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required)]
        pub amount: Option<Money>,
        /// The business day on which it was signed, not in the future. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required)]
        pub signed_on: Option<NaiveDate>,
        /// The first business day that it is good for; by default the one on which it was signed.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub start: Option<NaiveDate>,
        /// The last one.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub end: Option<NaiveDate>,
        /// To whom it is credited, a user's login, name or identifier; by default who answers for the customer.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub credited_to: Option<String>,
        /// The contract that it renews, of the same customer.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub renews: Option<ContractId>,
        /// Why it is held to be paid; none where it is not, or where payments are to be entered.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub paid_reason: Option<String>,
    }
}

edits! {
    /// One field of a contract set anew. Number, amount and day of signing are corrected by a supervisor or an admin (R5.3).
    pub enum ContractEdit of Contract {
        /// Its number.
        ContractNumber = contract_number: String,
        /// What it is worth.
        Amount = amount: Money,
        /// The business day on which it was signed.
        SignedOn = signed_on: NaiveDate,
        /// The first business day that it is good for.
        Start = start: NaiveDate,
        /// The last one; `None` clears.
        End = end: Option<NaiveDate>,
        /// The contract that it renews; `None` clears.
        Renews = renews: Option<ContractId>,
    }
}

record! {
    /// Which contracts to list. What is not given does not filter.
    #[derive(Default)]
    pub struct ContractQuery {
        /// Those with this customer, by number or alias.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub customer: Option<String>,
        /// To whom they are credited: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub credited_to: Option<String>,
        /// Those that were signed on one of these business days.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub signed_on: Option<DateRange>,
        /// Those that are paid, or those that are not.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub paid: Option<bool>,
        /// Any part of the number, whatever its case and width.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub contract_number: Option<String>,
        /// Those without a scan (R5.3).
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub without_scan: bool,
        /// Void ones too.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub void: bool,
        /// Archived ones too (R2.10).
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub archived: bool,
    }
}

page! {
    /// One page of contracts.
    ContractPage of Contract
}

record! {
    /// A contract after a payment, and what follows for its customer (R2.5).
    #[derive(Eq)]
    pub struct PaidContract {
        /// The contract.
        pub contract: Contract,
        /// The status that the customer should be set to, now that it is paid; none if it stands there, or it is not paid.
        pub proposed_status: Option<CustomerStatus>,
    }
}
