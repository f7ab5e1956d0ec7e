//! What things are: plain data, declared once for every language.

mod audit;
mod contact;
mod customer;
mod field;
mod import;
mod number;
mod page;
mod person;
mod pick_list;

pub use audit::{Audit, AuditEntry, AuditHead, AuditKind, EntityRef};
pub use contact::{Contact, ContactEdit, NewContact};
pub use customer::{
    Address, AddressKind, Band, Choice, Customer, CustomerEdit, CustomerKind, CustomerStatus,
    CustomerSummary, NewCustomer, NewPhone, Phone, PhoneCheck, Size, SizeScale,
};
pub use field::{field_label, fields};
pub use import::{Import, ImportCounts, ImportRow, ImportState, RowOutcome};
pub use number::{CustomerNumber, Lane, ParseNumberError};
pub use page::{CustomerPage, CustomerQuery, CustomerSort, DateRange, Page, PageRequest};
pub use person::{NewTeam, NewUser, Role, Team, TeamEdit, User, UserEdit};
pub use pick_list::{PickEntry, PickList, built_in_entries};

id! {
    /// Names a user.
    UserId
}
id! {
    /// Names a team.
    TeamId
}
id! {
    /// Names a contact.
    ContactId
}
id! {
    /// Names an import.
    ImportId
}

/// Where a telephone number without a country code, or an address, is from.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Region {
    /// The mainland.
    #[default]
    Cn,
    /// Taiwan.
    Tw,
    /// Hong Kong.
    Hk,
    /// Macao.
    Mo,
}

impl Region {
    /// The region with this ISO 3166 code, in either case.
    pub fn from_code(code: &str) -> Option<Self> {
        match code.to_ascii_uppercase().as_str() {
            "CN" => Some(Self::Cn),
            "TW" => Some(Self::Tw),
            "HK" => Some(Self::Hk),
            "MO" => Some(Self::Mo),
            _ => None,
        }
    }
}
