//! Lists and searches (R2.7): what is asked for, in what order, in pages that stay right while rows are added.

use chrono::NaiveDate;

use super::{CustomerKind, CustomerStatus, CustomerSummary, Size, UserId};

labelled! {
    /// The order of a list of customers.
    #[derive(Default)]
    pub enum CustomerSort {
        /// By number, the newest first.
        #[default]
        Newest = "newest", "最新在前", "newest first";
        /// By number, the oldest first.
        Oldest = "oldest", "最早在前", "oldest first";
        /// By name, then number.
        Name = "name", "按名称", "by name";
    }
}

record! {
    /// Days from `from` to before `until`; either end may be open.
    #[derive(Copy, Eq)]
    pub struct DateRange {
        /// The first day.
        pub from: Option<NaiveDate>,
        /// The day after the last.
        pub until: Option<NaiveDate>,
    }
}

record! {
    /// Which customers to list (R2.7). What is not given does not filter.
    #[derive(Default)]
    pub struct CustomerQuery {
        /// Any part of the name in either script form, a number, an alias, or three or more digits of a phone.
        pub text: Option<String>,
        /// Any part of a telephone number, three digits at least.
        pub phone: Option<String>,
        /// Where the relation stands.
        pub status: Option<CustomerStatus>,
        /// Who answers for it.
        pub owner: Option<UserId>,
        /// The industry's code.
        pub industry: Option<String>,
        /// The source's code.
        pub source: Option<String>,
        /// Company, person or institution.
        pub kind: Option<CustomerKind>,
        /// How large it is.
        pub size: Option<Size>,
        /// A label.
        pub tag: Option<String>,
        /// The host's own identifier.
        pub external_id: Option<String>,
        /// The business days on which it was entered.
        pub created: Option<DateRange>,
        /// The days of the first conversation.
        pub first_contact: Option<DateRange>,
        /// Archived customers too (R2.10).
        pub archived: bool,
        /// The order.
        pub sort: CustomerSort,
    }
}

record! {
    /// Which page of a list.
    #[derive(Eq)]
    pub struct PageRequest {
        /// The `next` of the page before; none for the first.
        pub after: Option<String>,
        /// How many rows, from 1 to 1,000.
        pub limit: u32,
    }
}

impl PageRequest {
    /// The most rows that a page holds.
    pub const MAX: u32 = 1000;

    /// The first `limit` rows.
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::first(50)
    }
}

record! {
    /// One page of customers.
    pub struct CustomerPage {
        /// The rows, in the order asked for.
        pub items: Vec<CustomerSummary>,
        /// What to ask the next page with; none when this is the last.
        pub next: Option<String>,
    }
}
