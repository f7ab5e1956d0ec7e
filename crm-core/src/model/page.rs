//! Lists and searches (R2.7): what is asked for, in what order, in pages that stay right while rows are added.

use chrono::NaiveDate;

use super::{CustomerKind, CustomerStatus, CustomerSummary, Size};

labelled! {
    /// The order of a list of customers.
    #[derive(Default)]
    pub enum CustomerSort {
        /// By number, the newest first.
        #[default]
        Newest = "newest", "最新在前", "newest first";
        /// By number, the oldest first.
        Oldest = "oldest", "最早在前", "oldest first";
        /// By name, then number: Chinese names by pinyin, others among them by their letters.
        Name = "name", "按名称", "by name";
        /// By the last follow-up, the latest first, then those without one; where that is alike, by number, the newest first.
        LastFollowUp = "last_follow_up", "按最近跟进", "by last follow-up";
        /// By the open task that is due first, the soonest first, then those without one; where that is alike, by number.
        NextTask = "next_task", "按下次任务", "by next task";
    }
}

record! {
    /// Days from `from` to before `until`; either end may be open.
    #[derive(Copy, Eq)]
    pub struct DateRange {
        /// The first day.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub from: Option<NaiveDate>,
        /// The day after the last.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub until: Option<NaiveDate>,
    }
}

record! {
    /// Which customers to list (R2.7). What is not given does not filter.
    #[derive(Default)]
    pub struct CustomerQuery {
        /// Any part of the name in either script form, a number, an alias, or three or more digits of a phone; of several words,
        /// each is to be found.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub text: Option<String>,
        /// Any part of a telephone number, three digits at least.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub phone: Option<String>,
        /// Where the relation stands.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub status: Option<CustomerStatus>,
        /// Who answers for it: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub owner: Option<String>,
        /// The industry's code, or its label in either language.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub industry: Option<String>,
        /// The source's code, or its label in either language.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub source: Option<String>,
        /// Company, person or institution.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub kind: Option<CustomerKind>,
        /// How large it is.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub size: Option<Size>,
        /// A label.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub tag: Option<String>,
        /// The host's own identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub external_id: Option<String>,
        /// The business days on which it was entered.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub created: Option<DateRange>,
        /// The days of the first conversation.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub first_contact: Option<DateRange>,
        /// Those whom nobody has talked to yet: without a follow-up.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub no_follow_up: bool,
        /// Those for whom nothing is to be done: without an open task.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub no_open_task: bool,
        /// Archived customers too (R2.10).
        #[cfg_attr(feature = "uniffi", uniffi(default))]
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
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub after: Option<String>,
        /// How many rows, from 1 to 1,000.
        #[cfg_attr(feature = "uniffi", uniffi(default = 50))]
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

/// One page of a list, as it is made; hosts get a record of its own for each kind of row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// What to ask the next page with; none when this is the last.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of nothing, after which nothing comes.
    pub const fn empty() -> Self {
        Self {
            items: Vec::new(),
            next: None,
        }
    }
}

/// Declares the page of one kind of row, since the languages' borders know no generic types.
macro_rules! page {
    ($(#[doc = $doc:literal])+ $name:ident of $row:ty) => {
        record! {
            $(#[doc = $doc])+
            pub struct $name {
                /// The rows, in the order asked for.
                pub items: Vec<$row>,
                /// What to ask the next page with; none when this is the last.
                pub next: Option<String>,
            }
        }

        impl From<Page<$row>> for $name {
            fn from(Page { items, next }: Page<$row>) -> Self {
                Self { items, next }
            }
        }
    };
}

page! {
    /// One page of customers.
    CustomerPage of CustomerSummary
}
