//! The headings by which columns are recognised, in Chinese and English: `headings.txt`.

use std::{collections::HashMap, sync::OnceLock};

use super::{
    Column,
    column::{Level, whole},
};
use crate::{
    Language,
    model::{AddressKind, RegistrationScheme},
};

/// What stands above the reasons in a list of refused rows (R9.5 j).
const REASONS: [(Language, &str); 2] = [
    (Language::Zh, "原因（未导入）"),
    (Language::En, "Reason (not imported)"),
];

/// What stands above the column of reasons in a list of refused rows: by this the column is left out when such a list is
/// brought in again, and a column 原因 of the list's own is not (R9.5 j).
pub fn reasons_heading(language: Language) -> &'static str {
    let [(_, zh), (_, en)] = REASONS;
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// Whether a heading stands above the reasons in a list of refused rows, in any language.
pub fn is_reasons_heading(heading: &str) -> bool {
    let heading = whole(heading);
    REASONS.iter().any(|(_, ours)| whole(ours) == heading)
}

/// The columns of a customer and a contact, and the names by which they are mapped.
#[rustfmt::skip]
pub(super) const COLUMNS: &[(Column, &str)] = &[
    (Column::Number, "number"),
    (Column::Alias, "alias"),
    (Column::Name, "name"),
    (Column::Kind, "kind"),
    (Column::Industry, "industry"),
    (Column::Size, "size"),
    (Column::Phones, "phones"),
    (Column::Address(AddressKind::Registered), "registered_address"),
    (Column::Address(AddressKind::Business), "business_address"),
    (Column::Address(AddressKind::Office), "office_address"),
    (Column::Province, "province"),
    (Column::City, "city"),
    (Column::District, "district"),
    (Column::Street, "street"),
    (Column::Shipping(Level::Province), "shipping.province"),
    (Column::Shipping(Level::City), "shipping.city"),
    (Column::Shipping(Level::District), "shipping.district"),
    (Column::Shipping(Level::Street), "shipping.street"),
    (Column::Registration(RegistrationScheme::Uscc), "registration.uscc"),
    (Column::Registration(RegistrationScheme::TwUbn), "registration.tw_ubn"),
    (Column::Registration(RegistrationScheme::Vat), "registration.vat"),
    (Column::Registration(RegistrationScheme::TaxNumber), "registration.tax_number"),
    (Column::Registration(RegistrationScheme::CompanyNumber), "registration.company_number"),
    (Column::Registration(RegistrationScheme::Other), "registration.other"),
    (Column::Source, "source"),
    (Column::SourceDetail, "source_detail"),
    (Column::FirstContact, "first_contact"),
    (Column::LeadAt, "lead_at"),
    (Column::Status, "status"),
    (Column::Owner, "owner"),
    (Column::CreatedAt, "created_at"),
    (Column::CreatedBy, "created_by"),
    (Column::Tags, "tags"),
    (Column::Note, "note"),
    (Column::ExternalId, "external_id"),
    (Column::ContactName, "contact.name"),
    (Column::GivenName, "contact.first_name"),
    (Column::FamilyName, "contact.last_name"),
    (Column::ContactTitle, "contact.title"),
    (Column::ContactMobile, "contact.mobile"),
    (Column::ContactPhone, "contact.phone"),
    (Column::ContactEmail, "contact.email"),
    (Column::ContactWechat, "contact.wechat"),
    (Column::ContactPrimary, "contact.primary"),
    (Column::ContactRole, "contact.role"),
];

/// The prefix under which a field of the host's own is mapped, as in `extra.region`.
pub(super) const EXTRA: &str = "extra.";

/// The column of a field's name, as a mapping or a default gives it.
pub(crate) fn named(name: &str) -> Option<Column> {
    let name = name.trim();
    if let Some(key) = name.strip_prefix(EXTRA).filter(|key| !key.is_empty()) {
        return Some(Column::Extra(key.to_owned()));
    }
    let name = match name {
        "phone" => "phones",
        "address" | "addresses" => "business_address",
        // The country tells the scheme.
        "registration" | "registrations" => "registration.tax_number",
        name => name,
    };
    let mut columns = COLUMNS.iter();
    columns
        .find(|(_, there)| *there == name)
        .map(|(column, _)| column.clone())
}

/// Every heading that is known, without what does not matter, and its column.
pub(super) fn headings() -> &'static HashMap<String, Column> {
    static HEADINGS: OnceLock<HashMap<String, Column>> = OnceLock::new();
    HEADINGS.get_or_init(|| {
        let mut headings = HashMap::new();
        for (name, words) in lines() {
            let Some(column) = named(name) else {
                continue;
            };
            let bare = name.strip_prefix(EXTRA).unwrap_or(name);
            for word in words.chain([bare]) {
                headings.entry(whole(word)).or_insert_with(|| column.clone());
            }
        }
        headings
    })
}

/// The headings by which a column is known, the usual ones first.
pub(super) fn headings_of(column: &Column) -> Vec<&'static str> {
    let mut lines = lines();
    let there = lines.find(|(name, _)| named(name).as_ref() == Some(column));
    there.map(|(_, words)| words.collect()).unwrap_or_default()
}

/// The fields of the table, each with its headings.
fn lines() -> impl Iterator<Item = (&'static str, impl Iterator<Item = &'static str>)> {
    let lines = include_str!("headings.txt")
        .lines()
        .filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let (name, words) = line.split_once(": ")?;
        Some((name, words.split(" | ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_headings_and_no_heading_stands_for_two_fields() {
        let mut seen: HashMap<String, &str> = HashMap::new();
        for (name, words) in lines() {
            assert!(named(name).is_some(), "{name}");
            for word in words {
                let other = seen.insert(whole(word), name);
                assert!(
                    other.is_none_or(|other| other == name),
                    "{word}: {name}, {other:?}"
                );
            }
        }
        let mut names: Vec<&str> = lines().map(|(name, _)| name).collect();
        names.retain(|name| !name.starts_with(EXTRA));
        assert_eq!(names, COLUMNS.iter().map(|(_, name)| *name).collect::<Vec<_>>());
    }
}
