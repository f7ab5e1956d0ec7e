//! What a column stands for: recognised by its heading, in Chinese (either script) or English, or named by hand.

use super::{
    PastColumn, PastList,
    heading::{EXTRAS, HEADINGS},
};
use crate::{matching::fold, model::AddressKind};

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
    /// The fourth level.
    Street,
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
    /// A contact's job title.
    ContactTitle,
    /// A contact's mobile number.
    ContactMobile,
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

/// The prefix under which a field of the host's own is mapped, as in `extra.region`.
const EXTRA: &str = "extra.";

/// The column of a field's name, as a mapping or a default gives it.
pub(crate) fn named(name: &str) -> Option<Column> {
    let name = name.trim();
    if let Some(key) = name.strip_prefix(EXTRA).filter(|key| !key.is_empty()) {
        return Some(Column::Extra(key.to_owned()));
    }
    let column = HEADINGS
        .iter()
        .find(|(_, field, _)| *field == name)
        .map(|(column, ..)| column.clone());
    let aliases = match name {
        "phone" => Some(Column::Phones),
        "address" | "addresses" => Some(Column::Address(AddressKind::Business)),
        _ => None,
    };
    column.or(aliases)
}

/// What a heading stands for by itself.
pub(super) fn recognised(heading: &str) -> Option<Column> {
    let heading = plain(heading);
    let known = |words: &[&str]| words.iter().any(|word| plain(word) == heading);
    if let Some((column, ..)) = HEADINGS
        .iter()
        .find(|(_, name, words)| *name == heading || known(words))
    {
        return Some(column.clone());
    }
    EXTRAS
        .iter()
        .find(|(name, words)| *name == heading || known(words))
        .map(|(name, _)| Column::Extra((*name).into()))
}

/// Whether a cell reads as a heading of some list: by this the row of the headings is told from what stands above it (R9.5 f).
pub fn is_heading(cell: &str) -> bool {
    recognised(cell).is_some() || PastList::knows(cell)
}

/// A heading without what does not matter: script form, case, width, spaces, marks of a required column, units in
/// brackets.
pub(super) fn plain(heading: &str) -> String {
    let folded = fold(heading);
    let bare = folded
        .split(['(', '（', '[', '【'])
        .next()
        .filter(|bare| !bare.trim().is_empty())
        .unwrap_or(&folded);
    bare.chars()
        .filter(|c| !c.is_whitespace() && !"*✱:：_-".contains(*c))
        .collect()
}
