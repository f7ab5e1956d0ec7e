//! Requests for more than somebody's role lets them see and do (R8.3).

use chrono::{DateTime, Utc};

use super::{CustomerNumber, Page, RequestId, Role, UserId};
use crate::{rules::limit, store::record::stored};

labelled! {
    /// What somebody asks for (R8.3).
    pub enum Wanted {
        /// To see customers by name.
        SeeCustomers = "see_customers", "查看指定客户", "to see customers";
        /// To see and change customers by name.
        EditCustomers = "edit_customers", "修改指定客户", "to change customers";
        /// Another role.
        Role = "role", "角色", "a role";
        /// To export.
        Export = "export", "导出", "to export";
    }
}

labelled! {
    /// How far a request has come (R8.3).
    pub enum RequestState {
        /// It was made, and nobody has approved it.
        Made = "made", "待审批", "made";
        /// The first of two has approved it.
        Approved = "approved", "待管理员审批", "approved by one";
        /// It was granted.
        Granted = "granted", "已批准", "granted";
        /// It was refused.
        Refused = "refused", "已拒绝", "refused";
        /// It was withdrawn, before it was granted or after.
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

record! {
    /// A request for more (R8.3), and, once it is granted, the grant. Only the asker, who is to approve it, and admins see it.
    #[derive(Eq)]
    pub struct AccessRequest {
        /// Names the request.
        pub id: RequestId,
        /// Raised by every change.
        pub revision: u64,
        /// Who asks.
        pub by: UserId,
        /// What for.
        pub wanted: Wanted,
        /// The customers as they were typed: whether they are there is looked up when the request is granted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub customers: Vec<String>,
        /// The role.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub role: Option<Role>,
        /// Until when; the grant ends then by itself.
        pub until: DateTime<Utc>,
        /// Why.
        pub reason: String,
        /// How far it has come.
        pub state: RequestState,
        /// The customers that were granted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub granted: Vec<CustomerNumber>,
        /// Who approved it first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub first_by: Option<UserId>,
        /// When.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub first_at: Option<DateTime<Utc>>,
        /// Who approved it last, and so granted it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub granted_by: Option<UserId>,
        /// When.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub granted_at: Option<DateTime<Utc>>,
        /// Whether one admin granted it alone, since there was no other.
        pub alone: bool,
        /// Who refused or withdrew it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub ended_by: Option<UserId>,
        /// Why it was refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub answer: Option<String>,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

stored! {
    AccessRequest as Request {
        key: id (RequestId),
        personal: [customers, reason, answer],
        newest: created_at,
        users: [by, first_by, granted_by, ended_by],
        has: [revision, created_at],
    }
}

record! {
    /// A request as it is made (R8.3).
    pub struct NewAccessRequest {
        /// What for.
        pub wanted: Wanted,
        /// Until when.
        pub until: DateTime<Utc>,
        /// Why. Required.
        #[rule(required, characters(limit::LINE))]
        pub reason: String,
        /// The customers, by number, alias or whole name, up to 100; they need not be in sight. Required for customers.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(entries(limit::REQUESTED))]
        pub customers: Vec<String>,
        /// The role. Required for a role.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub role: Option<Role>,
    }
}

page! {
    /// One page of requests.
    AccessRequestPage of AccessRequest
}
