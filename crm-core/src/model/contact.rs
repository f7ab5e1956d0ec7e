//! Contacts (R3.1): the people at a customer, one of whom is talked to first.

use chrono::{DateTime, Utc};

use super::{ContactId, CustomerNumber};
use crate::{rules::limit, store::record::stored};

record! {
    /// A person at a customer (R3.1).
    pub struct Contact {
        /// Names the contact.
        pub id: ContactId,
        /// Whose it is.
        pub customer: CustomerNumber,
        /// Raised by every change.
        pub revision: u64,
        /// The person's name.
        pub name: String,
        /// Job title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub title: Option<String>,
        /// The mobile number, as typed; empty where a list brought none.
        pub mobile: String,
        /// The mobile number, normalised; none when an import kept one that could not be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub mobile_e164: Option<String>,
        /// Another number, as a landline, as typed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub phone: Option<String>,
        /// The other number, normalised; none when an import kept one that could not be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub phone_e164: Option<String>,
        /// E-mail address.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        /// WeChat name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub wechat: Option<String>,
        /// Whether this is the one to talk to first; exactly one of a customer's is.
        pub primary: bool,
        /// What they are the one to ask for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub role: Option<String>,
        /// When it was entered.
        pub created_at: DateTime<Utc>,
        /// When it was archived (R2.10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived_at: Option<DateTime<Utc>>,
    }
}

stored! {
    Contact as Contact {
        key: id (ContactId),
        on: customer,
        personal: [name, title, mobile, mobile_e164, phone, phone_e164, email, wechat, role],
        has: [revision, created_at, archived_at],
    }
}

impl Contact {
    /// The numbers by which it is found, normalised.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        [&self.mobile_e164, &self.phone_e164]
            .into_iter()
            .filter_map(|number| number.as_deref())
    }
}

record! {
    /// A contact as it is typed in (R3.1).
    #[derive(Default)]
    pub struct NewContact {
        /// The person's name. Required.
        #[rule(required, characters(limit::NAME))]
        pub name: String,
        /// Job title.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub title: Option<String>,
        /// The mobile number. Required.
        #[rule(required)]
        pub mobile: String,
        /// Another number, as a landline.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub phone: Option<String>,
        /// E-mail address.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub email: Option<String>,
        /// WeChat name.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub wechat: Option<String>,
        /// Whether it becomes the one to talk to first. A customer's first contact does in any case.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub primary: bool,
        /// What they are the one to ask for.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub role: Option<String>,
    }
}

edits! {
    /// One field of a contact set anew; `None` clears.
    pub enum ContactEdit of Contact {
        /// The person's name.
        Name = name: String,
        /// Job title.
        Title = title: Option<String>,
        /// The mobile number.
        Mobile = mobile: String,
        /// Another number, as a landline.
        Phone = phone: Option<String>,
        /// E-mail address.
        Email = email: Option<String>,
        /// WeChat name.
        Wechat = wechat: Option<String>,
        /// Whether it is the one to talk to first. Making it so unmakes the other; unmaking it is refused.
        Primary = primary: bool,
        /// What they are the one to ask for.
        Role = role: Option<String>,
    }
}
