//! Service records (R7.7): what was done for a customer.

use chrono::{DateTime, Utc};

use super::{Choice, CustomerNumber, Page, PickList, ServiceRecordId, UserId};
use crate::{rules::limit, store::record::stored};

record! {
    /// Something done for a customer (R7.7).
    pub struct ServiceRecord {
        /// Names the record.
        pub id: ServiceRecordId,
        /// For whom it was done.
        pub customer: CustomerNumber,
        /// Raised by every change; handed back with the next one.
        pub revision: u64,
        /// When it was done.
        pub at: DateTime<Utc>,
        /// Who did it.
        pub by: UserId,
        /// What sort of service it was.
        pub kind: Choice,
        /// What was done.
        pub text: String,
        /// When it was entered.
        pub created_at: DateTime<Utc>,
        /// When it was archived (R2.10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived_at: Option<DateTime<Utc>>,
    }
}

stored! {
    ServiceRecord as ServiceRecord {
        key: id (ServiceRecordId),
        on: customer,
        personal: [text],
        newest: at,
        users: [by],
        has: [revision, created_at, archived_at],
    }
}

record! {
    /// A service record as it is typed in (R7.7).
    #[derive(Default)]
    pub struct NewServiceRecord {
        /// When it was done; by default now. It may be set back, and not into the future.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub at: Option<DateTime<Utc>>,
        /// Who did it, a user's login, name or identifier; by default who enters it.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub by: Option<String>,
        /// What sort of service it was. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, pick(PickList::ServiceKind))]
        pub kind: Option<Choice>,
        /// What was done. Required.
        #[rule(required, characters(limit::LINE))]
        pub text: String,
    }
}

edits! {
    /// One field of a service record set anew.
    pub enum ServiceRecordEdit of ServiceRecord {
        /// When it was done.
        At = at: DateTime<Utc>,
        /// Who did it: a user's login, name or identifier.
        By = by: String,
        /// What sort of service it was.
        Kind = kind: Choice,
        /// What was done.
        Text = text: String,
    }
}

page! {
    /// One page of service records.
    ServiceRecordPage of ServiceRecord
}
