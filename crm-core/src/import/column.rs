//! What a column stands for: recognised by its heading, in Chinese (either script) or English, or named by hand.

use super::{
    PastColumn, PastList,
    heading::{COLUMNS, EXTRA, headings, is_reasons_heading},
};
use crate::{
    matching::fold,
    model::{AddressKind, RegistrationScheme},
    rules::country::COUNTRY,
};

/// What a column of a list stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Column {
    /// A customer number, or a number of another form.
    Number,
    /// A further number of another form.
    Alias,
    /// The customer's name.
    Name,
    /// Company, person or institution.
    Kind,
    /// The trade it is in.
    Industry,
    /// People employed, or revenue, or a band.
    Size,
    /// A telephone number or several.
    Phones,
    /// An address in one line.
    Address(AddressKind),
    /// The first level of an address.
    Province,
    /// The second level.
    City,
    /// The third level.
    District,
    /// The fourth level; several stand one behind the other.
    Street,
    /// A level of a second address, to which goods go: it is kept as the office's.
    Shipping(Level),
    /// A number under which it is registered.
    Registration(RegistrationScheme),
    /// How it was won.
    Source,
    /// The detail of the source.
    SourceDetail,
    /// The day of the first conversation.
    FirstContact,
    /// When the lead was got.
    LeadAt,
    /// Where the relation stands.
    Status,
    /// Who answers for it.
    Owner,
    /// When it was entered.
    CreatedAt,
    /// Who entered it.
    CreatedBy,
    /// Free labels.
    Tags,
    /// Needs, competitors, special wishes.
    Note,
    /// The host's own identifier.
    ExternalId,
    /// A contact's name.
    ContactName,
    /// A contact's given name; what stands between it and the family name is another one.
    GivenName,
    /// A contact's family name.
    FamilyName,
    /// A contact's job title.
    ContactTitle,
    /// A contact's mobile number.
    ContactMobile,
    /// Another number of a contact's, as a landline.
    ContactPhone,
    /// A contact's e-mail address.
    ContactEmail,
    /// A contact's WeChat name.
    ContactWechat,
    /// Whether the contact is the one to talk to first.
    ContactPrimary,
    /// What the contact is the one to ask for.
    ContactRole,
    /// What a column of a list of the past stands for (R9.5 l).
    Past(PastColumn),
    /// A field of the host's own, or one that a list has and the manual does not, as fax and web site.
    Extra(String),
}

/// A level of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Province or state.
    Province,
    /// City or town.
    City,
    /// District or county.
    District,
    /// Street and number.
    Street,
}

impl Level {
    /// Its column, of a customer's first address.
    pub(super) fn column(self) -> Column {
        match self {
            Self::Province => Column::Province,
            Self::City => Column::City,
            Self::District => Column::District,
            Self::Street => Column::Street,
        }
    }

    fn of(column: &Column) -> Option<Self> {
        Some(match column {
            Column::Province => Self::Province,
            Column::City => Self::City,
            Column::District => Self::District,
            Column::Street => Self::Street,
            _ => return None,
        })
    }
}

impl Column {
    /// The name by which it is mapped.
    pub fn name(&self) -> String {
        match self {
            Self::Extra(key) => format!("{EXTRA}{key}"),
            Self::Past(column) => PastList::name_of(*column).to_owned(),
            column => {
                let mut columns = COLUMNS.iter();
                let there = columns.find(|(there, _)| there == column);
                there.map_or_else(String::new, |(_, name)| (*name).to_owned())
            }
        }
    }

    /// Whether its cells are days or instants.
    pub(crate) fn is_date(&self) -> bool {
        match self {
            Self::FirstContact | Self::LeadAt | Self::CreatedAt => true,
            Self::Past(column) => column.is_date(),
            _ => false,
        }
    }

    /// Whether its cells name one of our own, who answers for something or did it.
    pub(crate) fn is_owner(&self) -> bool {
        matches!(self, Self::Owner | Self::Past(PastColumn::By))
    }
}

/// What a heading stands for by itself: as it stands, else without the number behind it (电话1, `Phone 2 - Value`), else
/// without what it is of (客户地址, `Billing City`).
pub(super) fn recognised(heading: &str) -> Option<Column> {
    // What stands in brackets may tell: 电话（传真）.
    let (whole, plain) = (whole(heading), plain(heading));
    let read = |heading: &str| {
        known(heading)
            .or_else(|| numbered(heading))
            .or_else(|| of_prefix(heading))
    };
    known(&whole)
        .or_else(|| read(&plain))
        .or_else(|| of_prefix(&whole))
}

/// What a heading, without what does not matter, stands for as it stands.
fn known(heading: &str) -> Option<Column> {
    headings().get(heading).cloned()
}

/// A heading with a number in it: the first of several, or one of which a list may have several.
fn numbered(heading: &str) -> Option<Column> {
    let is_digit = |c: char| c.is_ascii_digit();
    let start = heading.find(is_digit)?;
    let (before, rest) = heading.split_at_checked(start)?;
    let after = rest.trim_start_matches(is_digit);
    let number: u32 = rest.strip_suffix(after)?.parse().ok()?;
    // Phone 1 - Type says what the number beside it is.
    if ["type", "label"].contains(&after) {
        return None;
    }
    let bare = format!("{before}{after}");
    let bare = bare.strip_suffix("value").unwrap_or(&bare);
    let column = known(bare).or_else(|| of_prefix(bare))?;
    match (number, Level::of(&column)) {
        (1, _) => Some(column),
        (2, Some(level)) if !after.is_empty() => Some(Column::Shipping(level)),
        (2..=9, _) if may_repeat(&column) => Some(column),
        _ => None,
    }
}

/// Of whom or what a heading says something, where that is the customer, and the columns that it may stand before.
fn of_prefix(heading: &str) -> Option<Column> {
    const CUSTOMER: &[&str] = &["客户", "所属", "account", "customer"];
    const COMPANY: &[&str] = &["企业", "公司", "单位", "company", "organization", "organisation"];
    const ADDRESS: &[&str] = &[
        "billingaddress",
        "businessaddress",
        "mailingaddress",
        "primaryaddress",
        "address",
        "主要地址",
        "主要住址",
        "商务地址",
        "付款地址",
        "账单地址",
        "开票地址",
    ];
    const PLACE: &[&str] = &[
        "billing", "business", "mailing", "primary", "main", "work", "主要", "主", "商务",
    ];
    const SHIPPING: &[&str] = &[
        "shippingaddress",
        "shipping",
        "delivery",
        "alternateaddress",
        "alternate",
        "otheraddress",
        "other",
        "homeaddress",
        "home",
        "收货地址",
        "收货",
        "送货地址",
        "送货",
        "收货人",
        "收件人",
        "收件",
        "配送",
        "shipto",
        "consignee",
        "recipient",
        "其他地址",
        "其它地址",
        "住宅地址",
    ];
    let rest = |prefixes: &[&str]| {
        let mut rests = prefixes.iter().filter_map(|prefix| heading.strip_prefix(prefix));
        rests.find_map(|rest| known(rest).or_else(|| numbered(rest)).or_else(|| of_prefix(rest)))
    };
    let is_address = |column: &Column| match column {
        Column::Address(_) => true,
        Column::Extra(name) => name == COUNTRY || name == POSTCODE,
        column => Level::of(column).is_some(),
    };
    let is_its = |column: &Column| {
        is_address(column)
            || matches!(
                column,
                Column::Phones | Column::Industry | Column::Size | Column::Registration(_) | Column::Extra(_)
            )
    };
    if let Some(column) = rest(CUSTOMER) {
        let is_told = matches!(
            column,
            Column::Kind
                | Column::Status
                | Column::Owner
                | Column::Source
                | Column::Tags
                | Column::Note
                | Column::CreatedAt
                | Column::CreatedBy
        );
        return Some(column).filter(|column| is_told || is_its(column));
    }
    if let Some(column) = rest(COMPANY) {
        return Some(column).filter(|column| *column == Column::Kind || is_its(column));
    }
    // 邮箱 of an address is its post-office box.
    if let Some(column) = rest(ADDRESS).filter(is_address).or_else(|| rest(PLACE)) {
        return Some(column).filter(is_its);
    }
    match rest(SHIPPING)? {
        Column::Address(_) => Some(Column::Address(AddressKind::Office)),
        // Who takes goods in is somebody else; at home, or by another number, it is the same customer.
        Column::Phones | Column::ContactMobile | Column::ContactPhone if !is_same(heading) => {
            Some(Column::Extra(SHIPPING_PHONE.to_owned()))
        }
        Column::ContactName if !is_same(heading) => Some(Column::Extra(SHIPPING_NAME.to_owned())),
        Column::Phones => Some(Column::Phones),
        Column::Extra(name) if name == COUNTRY || name == POSTCODE => {
            Some(Column::Extra(format!("shipping_{name}")))
        }
        Column::Extra(name) => {
            let is_one = heading.contains(name.as_str()) || name != "email" || !heading.contains("地址");
            Some(Column::Extra(name)).filter(|column| is_one && may_repeat(column))
        }
        column => Level::of(&column).map(Column::Shipping),
    }
}

/// Whether a heading is of another place of the customer's own.
fn is_same(heading: &str) -> bool {
    ["other", "home", "alternate", "其他", "其它", "住宅"]
        .iter()
        .any(|word| heading.starts_with(word))
}

/// The fields of the host's own in which it is kept who takes in what goes to a customer, and by which number.
const SHIPPING_NAME: &str = "shipping_name";
const SHIPPING_PHONE: &str = "shipping_phone";

/// Whether a heading groups others of somebody else, whose number and address are not the customer's own: 收货信息, 法人信息.
pub fn is_of_another(group: &str) -> bool {
    #[rustfmt::skip]
    const OTHERS: [&str; 28] = [
        "收货", "收货人", "收货方", "收货单位", "收件", "收件人", "送货", "配送", "法人", "法人代表", "法定代表人", "推荐人", "介绍人", "担保人",
        "紧急联系人", "供应商", "供货商", "货代", "shipping", "shipto", "delivery", "consignee", "recipient", "referrer", "guarantor",
        "supplier", "legalrepresentative", "emergencycontact",
    ];
    const ENDINGS: [&str; 6] = ["信息", "资料", "地址", "information", "info", "details"];
    let group = plain(group);
    let bare = ENDINGS.iter().find_map(|ending| group.strip_suffix(ending));
    OTHERS.contains(&bare.unwrap_or(&group))
}

/// The field of the host's own in which a postcode is kept.
const POSTCODE: &str = "postcode";

/// Columns of which a list may have several, all of which count.
pub(super) fn may_repeat(column: &Column) -> bool {
    match column {
        Column::Phones
        | Column::Address(_)
        | Column::Street
        | Column::Shipping(Level::Street)
        | Column::GivenName
        | Column::Alias
        | Column::Registration(_)
        | Column::Tags
        | Column::Note
        | Column::Past(PastColumn::Reason) => true,
        Column::Extra(name) => ["email", "fax", "website"].contains(&name.as_str()),
        _ => false,
    }
}

/// Whether a cell is a heading of the table as it stands, without a number or what it is of taken off: so are those that two cells
/// say together.
pub fn is_heading_of_the_table(cell: &str) -> bool {
    known(&whole(cell)).or_else(|| known(&plain(cell))).is_some() || PastList::knows(cell)
}

/// Whether a cell reads as a heading of some list: by this the row of the headings is told from what stands above it (R9.5 f).
pub fn is_heading(cell: &str) -> bool {
    recognised(cell).is_some() || PastList::knows(cell) || is_reasons_heading(cell)
}

/// A heading without what does not matter: script form, case, width, spaces, marks of a required column, what stands in
/// brackets behind it.
pub(super) fn plain(heading: &str) -> String {
    let folded = fold(heading);
    let bare = folded
        .split(BRACKETS)
        .next()
        .filter(|bare| !bare.trim().is_empty());
    whole(bare.unwrap_or(&folded))
}

/// A heading without what does not matter, but with what stands in brackets.
pub(super) fn whole(heading: &str) -> String {
    fold(heading)
        .chars()
        .filter(|c| !c.is_whitespace() && !"*✱:：_-/、.#'’".contains(*c) && !BRACKETS.contains(c))
        .collect()
}

const BRACKETS: [char; 8] = ['(', ')', '（', '）', '[', ']', '【', '】'];
