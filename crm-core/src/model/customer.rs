//! Customers (R2.2): a company, a person or a public institution that buys or may buy.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{Contact, CustomerNumber, ImportId, PickList, Registration, UserId};
use crate::{rules::limit, store::record::stored};

labelled! {
    /// What sort of customer it is (R2.2).
    pub enum CustomerKind {
        /// A company.
        Enterprise = "enterprise", "企业客户", "enterprise";
        /// A person.
        Individual = "individual", "个人客户", "individual";
        /// A government body or public institution.
        Institution = "institution", "政府/事业单位", "institution";
    }
}

labelled! {
    /// Where the relation stands (R2.5).
    pub enum CustomerStatus {
        /// Only a lead, no real conversation yet.
        Potential = "potential", "潜在", "potential";
        /// Has voiced a need and would take a quote.
        Interested = "interested", "意向", "interested";
        /// Terms are being discussed.
        Negotiating = "negotiating", "谈判中", "negotiating";
        /// A contract is signed and paid.
        Won = "won", "成交", "won";
        /// Said no, or was silent for more than three months.
        Lost = "lost", "流失", "lost";
    }
}

labelled! {
    /// What a size is measured by (R2.2).
    pub enum SizeScale {
        /// People employed.
        Headcount = "headcount", "人数", "headcount";
        /// Revenue a year, in yuan.
        Revenue = "revenue", "营收", "revenue";
    }
}

labelled! {
    /// The half-open bands of a size (R2.2): people [0,50) [50,200) [200,∞); yuan [0,10 M) [10 M,50 M) [50 M,∞).
    pub enum Band {
        /// Below 50 people, or below 10 million yuan.
        Small = "small", "小型", "small";
        /// From 50 to below 200 people, or from 10 to below 50 million yuan.
        Medium = "medium", "中型", "medium";
        /// From 200 people, or from 50 million yuan.
        Large = "large", "大型", "large";
    }
}

record! {
    /// How large a customer is (R2.2).
    #[derive(Copy, Eq)]
    pub struct Size {
        /// What was measured.
        pub scale: SizeScale,
        /// The band that the measure falls into.
        pub band: Band,
    }
}

impl Size {
    /// The size of a customer that employs `people`.
    pub fn of_headcount(people: u64) -> Self {
        Self {
            scale: SizeScale::Headcount,
            band: Self::band_of(people, 50, 200),
        }
    }

    /// The size of a customer with a revenue of `yuan` a year.
    pub fn of_revenue(yuan: u64) -> Self {
        Self {
            scale: SizeScale::Revenue,
            band: Self::band_of(yuan, 10_000_000, 50_000_000),
        }
    }

    fn band_of(value: u64, medium: u64, large: u64) -> Band {
        match value {
            v if v < medium => Band::Small,
            v if v < large => Band::Medium,
            _ => Band::Large,
        }
    }
}

record! {
    /// An entry of a pick list, with the free text that the entry takes (R2.3).
    #[derive(Eq)]
    pub struct Choice {
        /// The entry's code.
        pub code: String,
        /// The detail of a source, or what 其他 stands for.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub detail: Option<String>,
    }
}

impl Choice {
    /// The entry with this code, without a detail.
    pub fn of(code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            detail: None,
        }
    }
}

labelled! {
    /// How far a telephone number can be relied on (R2.2).
    pub enum PhoneCheck {
        /// Read as it was typed.
        Verified = "verified", "已识别", "verified";
        /// An import took the missing area code from the address.
        Assumed = "assumed", "区号推定", "assumed";
        /// An import kept a number that could not be read; it takes no part in matching.
        Unverified = "unverified", "未识别", "unverified";
    }
}

record! {
    /// A telephone number of a customer (R2.2).
    #[derive(Eq)]
    pub struct Phone {
        /// As it was typed.
        pub typed: String,
        /// The normalised form, as in `+862155550199`; none when it could not be read.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub e164: Option<String>,
        /// The extension, digits only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub extension: Option<String>,
        /// Whether this is the one to call first; exactly one is.
        pub primary: bool,
        /// How far it can be relied on.
        pub check: PhoneCheck,
    }
}

record! {
    /// A telephone number as it is typed in.
    #[derive(Eq)]
    pub struct NewPhone {
        /// The number, in any notation.
        pub typed: String,
        /// Whether it is the one to call first. When none is, the first becomes it; two are an error.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub primary: bool,
    }
}

impl From<&str> for NewPhone {
    fn from(typed: &str) -> Self {
        Self {
            typed: typed.to_owned(),
            primary: false,
        }
    }
}

labelled! {
    /// What an address is for (R2.2).
    pub enum AddressKind {
        /// Where it is registered.
        Registered = "registered", "注册地", "registered";
        /// Where it does business.
        Business = "business", "经营地", "business";
        /// Where its office is.
        Office = "office", "办公地", "office";
        /// Anything else.
        Other = "other", "其他", "other";
    }
}

record! {
    /// An address: in the mainland all four levels, or else one line, kept as it came (R2.2).
    #[derive(Eq)]
    pub struct Address {
        /// What it is for.
        pub kind: AddressKind,
        /// Province; a municipality is its own.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub province: Option<String>,
        /// City.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub city: Option<String>,
        /// District or county.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub district: Option<String>,
        /// Street and number.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub street: Option<String>,
        /// The whole address in one line, when it was not given in levels.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub line: Option<String>,
    }
}

impl Address {
    /// An address kept as one line.
    pub fn in_one_line(kind: AddressKind, line: impl Into<String>) -> Self {
        Self {
            kind,
            province: None,
            city: None,
            district: None,
            street: None,
            line: Some(line.into()),
        }
    }

    /// The address as one text, in the order and with the separators of its script: Chinese and Japanese from the large to the small,
    /// run together; Korean so, with spaces; others from the small to the large, with commas. A municipality, which is its own
    /// province, stands once.
    pub fn text(&self) -> String {
        let city = if self.city == self.province {
            &None
        } else {
            &self.city
        };
        let parts = [&self.province, city, &self.district, &self.street, &self.line];
        let mut parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        let any = |is: fn(char) -> bool| parts.iter().any(|part| part.chars().any(is));
        if any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')) {
            return parts.concat();
        }
        if any(|c| matches!(c, '\u{ac00}'..='\u{d7a3}')) {
            return parts.join(" ");
        }
        parts.reverse();
        parts.join(", ")
    }
}

record! {
    /// A customer (R2.2).
    pub struct Customer {
        /// The number, made by the system (R2.1).
        pub number: CustomerNumber,
        /// Raised by every change; handed back with the next one.
        pub revision: u64,
        /// Full company name, or the person's name.
        pub name: String,
        /// Company, person or institution.
        pub kind: CustomerKind,
        /// The trade it is in.
        pub industry: Choice,
        /// How large it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub size: Option<Size>,
        /// Its numbers; one is primary.
        #[serde(default)]
        pub phones: Vec<Phone>,
        /// Its addresses.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub addresses: Vec<Address>,
        /// The numbers under which it is registered.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub registrations: Vec<Registration>,
        /// How it was won.
        pub source: Choice,
        /// The day of the first conversation.
        pub first_contact: NaiveDate,
        /// When the lead was got, where known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub lead_at: Option<DateTime<Utc>>,
        /// Where the relation stands (R2.5).
        pub status: CustomerStatus,
        /// Who answers for it.
        pub owner: UserId,
        /// When it was entered here, or by the list that it came from.
        pub created_at: DateTime<Utc>,
        /// Who entered it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created_by: Option<UserId>,
        /// Whether it was entered too late after its lead or first conversation (R2.9).
        #[serde(default)]
        pub late: bool,
        /// After how many days they should buy again, where it was set by hand (R4.7); else it follows from what they bought.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[rule(between(1, limit::CYCLE))]
        pub purchase_cycle: Option<u32>,
        /// Free labels, each once, in the order given.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub tags: Vec<String>,
        /// Needs, competitors, special wishes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
        /// Numbers of another form (R2.1), and names that it was said to go by (R6.1): it is found by them too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[rule(entries(limit::ALIASES))]
        pub aliases: Vec<String>,
        /// The host's own identifier, unique in the store.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub external_id: Option<String>,
        /// The host's own fields.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub extra: BTreeMap<String, String>,
        /// The import that brought it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[python(name = "import_id")]
        pub import: Option<ImportId>,
        /// When it was archived (R2.10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived_at: Option<DateTime<Utc>>,
    }
}

stored! {
    Customer as Customer {
        key: number (CustomerNumber),
        on: number,
        personal: [name, phones, addresses, registrations, note, aliases, extra],
        users: [owner, created_by],
        has: [owner, revision, created_at, created_by, archived_at],
    }
}

impl Customer {
    /// The number to call first.
    pub fn primary_phone(&self) -> Option<&Phone> {
        self.phones.iter().find(|phone| phone.primary)
    }
}

record! {
    /// A customer as it is typed in (R2.2). Number, status and times are made by the system.
    #[derive(Default)]
    pub struct NewCustomer {
        /// Full company name, or the person's name. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, characters(limit::NAME))]
        pub name: String,
        /// Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required)]
        pub kind: Option<CustomerKind>,
        /// Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, pick(PickList::Industry))]
        pub industry: Option<Choice>,
        /// How large it is.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub size: Option<Size>,
        /// At least one is required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, entries(limit::PHONES))]
        pub phones: Vec<NewPhone>,
        /// Its addresses.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(entries(limit::ADDRESSES))]
        pub addresses: Vec<Address>,
        /// The numbers under which it is registered.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(entries(limit::REGISTRATIONS))]
        pub registrations: Vec<Registration>,
        /// Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required, pick(PickList::Source))]
        pub source: Option<Choice>,
        /// Required; not in the future.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(required)]
        pub first_contact: Option<NaiveDate>,
        /// When the lead was got, where known.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub lead_at: Option<DateTime<Utc>>,
        /// Who answers for it, a user's login, name or identifier; by default who creates it.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub owner: Option<String>,
        /// Free labels.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(entries(limit::TAGS))]
        pub tags: Vec<String>,
        /// Needs, competitors, special wishes.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(bytes(limit::NOTE))]
        pub note: Option<String>,
        /// The host's own identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        #[rule(characters(limit::LINE))]
        pub external_id: Option<String>,
        /// The host's own fields.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub extra: BTreeMap<String, String>,
    }
}

edits! {
    /// One field of a customer set anew. A variant per field, so that *leave* and *clear* differ in every language.
    pub enum CustomerEdit of Customer {
        /// Full company name, or the person's name.
        Name = name: String,
        /// Company, person or institution.
        Kind = kind: CustomerKind,
        /// The trade it is in.
        Industry = industry: Choice,
        /// How large it is; `None` clears.
        Size = size: Option<Size>,
        /// All its numbers.
        Phones = phones: Vec<NewPhone>,
        /// All its addresses.
        Addresses = addresses: Vec<Address>,
        /// All the numbers under which it is registered.
        Registrations = registrations: Vec<Registration>,
        /// How it was won.
        Source = source: Choice,
        /// The day of the first conversation.
        FirstContact = first_contact: NaiveDate,
        /// When the lead was got; `None` clears.
        LeadAt = lead_at: Option<DateTime<Utc>>,
        /// After how many days they should buy again, from 1 to 3,650; `None` lets it follow from what they bought.
        PurchaseCycle = purchase_cycle: Option<u32>,
        /// All its labels.
        Tags = tags: Vec<String>,
        /// Needs, competitors, special wishes; `None` clears.
        Note = note: Option<String>,
        /// The host's own identifier; `None` clears.
        ExternalId = external_id: Option<String>,
        /// All the host's own fields.
        Extra = extra: BTreeMap<String, String>,
    }
}

record! {
    /// A customer in one row of a list (R2.7).
    pub struct CustomerSummary {
        /// The number.
        pub number: CustomerNumber,
        /// The name.
        pub name: String,
        /// Company, person or institution.
        pub kind: CustomerKind,
        /// Where the relation stands.
        pub status: CustomerStatus,
        /// The industry's code.
        pub industry: String,
        /// The source's code.
        pub source: String,
        /// Who answers for it.
        pub owner: UserId,
        /// The owner's name.
        pub owner_name: String,
        /// The number to call first, as typed.
        pub primary_phone: String,
        /// The day of the first conversation.
        pub first_contact: NaiveDate,
        /// When it was entered.
        pub created_at: DateTime<Utc>,
        /// Raised by every change.
        pub revision: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_2_bands_are_half_open() {
        let band = |people| Size::of_headcount(people).band;
        assert_eq!(
            [0, 49, 50, 199, 200].map(band),
            [Band::Small, Band::Small, Band::Medium, Band::Medium, Band::Large]
        );
        let band = |yuan| Size::of_revenue(yuan).band;
        assert_eq!(
            [9_999_999, 10_000_000, 49_999_999, 50_000_000].map(band),
            [Band::Small, Band::Medium, Band::Medium, Band::Large]
        );
    }
}

record! {
    /// The basics of a customer, for who owns an open deal on it (R8.1).
    pub struct CustomerBasics {
        /// The customer's number.
        pub number: CustomerNumber,
        /// Full company name, or the person's name.
        pub name: String,
        /// What it is.
        pub kind: CustomerKind,
        /// What it does.
        pub industry: Choice,
        /// Where the relation stands.
        pub status: CustomerStatus,
        /// Who answers for it.
        pub owner: UserId,
        /// Telephone numbers.
        pub phones: Vec<Phone>,
        /// Addresses.
        pub addresses: Vec<Address>,
        /// Its contacts that are not archived, the primary one first.
        pub contacts: Vec<Contact>,
    }
}
