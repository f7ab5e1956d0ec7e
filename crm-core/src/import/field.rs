//! What single cells say: numbers, size, kind, addresses, status, owner, instants.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Column, RowRules,
    cells::Cells,
    time::{day_of, instant_of},
};
use crate::{
    error::{Code, Problem},
    matching::fold,
    model::{
        Address, AddressKind, CustomerKind, CustomerNumber, CustomerStatus, Region, Size, UserId, fields,
    },
    rules::{
        country::{COUNTRY, country_of_address, parse_country},
        date::is_of_two_orders,
        kind::{kind_of_name, parse_kind},
        limit::{ALIASES, at_most},
        name,
        size::parse_size,
    },
};

/// What is wrong with a row, and what is flagged.
#[derive(Default)]
pub(super) struct Findings {
    /// What refuses it.
    pub(super) problems: Vec<Problem>,
    /// What was left blank, assumed, or should be completed.
    pub(super) warnings: Vec<Problem>,
}

/// A number of the system's form is taken over; any other is kept as an alias (R2.1).
pub(super) fn numbers(
    cells: &Cells<'_>,
    warnings: &mut Vec<Problem>,
) -> (Option<CustomerNumber>, Vec<String>) {
    let mut number = None;
    let mut others = Vec::new();
    for text in cells.all(&Column::Number).chain(cells.all(&Column::Alias)) {
        match CustomerNumber::read(text) {
            Some(read) if number.is_none() => number = Some(read),
            _ => others.push(text),
        }
    }
    let own = cells.one(&Column::Number);
    if let Err(problem) = at_most(fields::ALIASES, others.len(), ALIASES) {
        warnings.push(problem);
        others.retain(|text| own == Some(text));
    }
    let mut aliases: Vec<String> = Vec::new();
    for text in others {
        match name(fields::ALIASES, text) {
            Ok(Some(alias)) if !aliases.contains(&alias) => aliases.push(alias),
            Ok(_) => {}
            Err(problem) => warnings.push(problem),
        }
    }
    if let Some(alias) = own.filter(|text| aliases.iter().any(|alias| alias == text)) {
        warnings.push(Problem::with(fields::NUMBER, Code::NumberKeptAsAlias, alias));
    }
    (number, aliases)
}

/// Where a row is: the country that it names, else the one that an address of its ends or begins with (R9.5 d). In one that
/// nobody knows, no number is read without its country code.
pub(super) fn region(cells: &Cells<'_>) -> Option<Region> {
    if let Some(country) = cells.extra_one(COUNTRY) {
        return Some(parse_country(country).unwrap_or(Region::UNKNOWN));
    }
    let kinds = AddressKind::ALL.iter().map(|kind| Column::Address(*kind));
    kinds
        .chain([Column::Street, Column::Province])
        .find_map(|column| cells.all(&column).find_map(country_of_address))
}

pub(super) fn has_phone(cells: &Cells<'_>) -> bool {
    cells.all(&Column::Phones).next().is_some()
}

pub(super) fn size(text: &str, warnings: &mut Vec<Problem>) -> Option<Size> {
    let size = parse_size(text);
    if size.is_none() {
        warnings.push(Problem::with(fields::SIZE, Code::SizeInvalid, text));
    }
    size
}

/// The kind that the row says; where it says nothing, or nothing that can be read, the one that the name suggests, flagged.
pub(super) fn kind(cells: &Cells<'_>, name: &str, warnings: &mut Vec<Problem>) -> CustomerKind {
    let text = cells.one(&Column::Kind);
    if let Some(kind) = text.and_then(parse_kind) {
        return kind;
    }
    if name.is_empty() {
        // The row is refused for its missing name; its kind is no problem of its own.
        return CustomerKind::Enterprise;
    }
    warnings.extend(text.map(|text| Problem::with(fields::KIND, Code::ChoiceUnknown, text)));
    let kind = kind_of_name(name);
    warnings.push(Problem::with(fields::KIND, Code::KindAssumed, kind.code()));
    kind
}

pub(super) fn addresses(cells: &Cells<'_>) -> Vec<Address> {
    let mut addresses = Vec::new();
    let part = |column| cells.owned(column);
    let levels = Address {
        kind: AddressKind::Business,
        province: part(&Column::Province),
        city: part(&Column::City),
        district: part(&Column::District),
        street: part(&Column::Street),
        line: None,
    };
    let has_line = AddressKind::ALL
        .iter()
        .any(|kind| cells.plan.has(&Column::Address(*kind)));
    let level = [&levels.province, &levels.city, &levels.district, &levels.street]
        .iter()
        .any(|level| level.is_some());
    for &kind in AddressKind::ALL {
        for line in cells.all(&Column::Address(kind)) {
            // A list with levels and a line means the line as the street.
            let line = match (level && levels.street.is_none(), levels.text()) {
                (true, before) if !line.contains(&before) => Address {
                    street: Some(line.to_owned()),
                    ..levels.clone()
                }
                .text(),
                _ => line.to_owned(),
            };
            addresses.push(Address::in_one_line(kind, line));
        }
    }
    if level && (addresses.is_empty() || !has_line || levels.street.is_some()) {
        addresses.insert(0, levels);
    }
    addresses
}

pub(super) fn status(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> CustomerStatus {
    let Some(text) = cells.one(&Column::Status) else {
        return CustomerStatus::Potential;
    };
    // 已成交, 意向客户 and the like say the same.
    let bare = || {
        fold(text)
            .trim_start_matches('已')
            .trim_end_matches("客户")
            .parse()
    };
    text.parse().or_else(|_| bare()).unwrap_or_else(|_| {
        warnings.push(Problem::with(fields::STATUS, Code::ChoiceUnknown, text));
        CustomerStatus::Potential
    })
}

pub(super) fn owner(cells: &Cells<'_>, rules: &RowRules<'_>, problems: &mut Vec<Problem>) -> Option<UserId> {
    let text = cells.one(&Column::Owner)?;
    match rules.people.find(text) {
        Ok(user) if user.active => return Some(user.id),
        Ok(user) => problems.push(Problem::with(fields::OWNER, Code::OwnerInactive, &user.login)),
        Err(code) => problems.push(Problem::with(fields::OWNER, code, text)),
    }
    None
}

/// What a cell says of a day, or of an instant: none where that cannot be told, which is flagged. A day of which nothing tells
/// whether its month comes first refuses its row (R9.5 g).
pub(super) fn dated<T>(
    text: &str,
    field: &str,
    findings: &mut Findings,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let read = read(text);
    if read.is_none() {
        let problem = Problem::with(field, Code::DateInvalid, text);
        match is_of_two_orders(text) {
            true => findings.problems.push(problem),
            false => findings.warnings.push(problem),
        }
    }
    read
}

pub(super) fn instant(
    cells: &Cells<'_>,
    column: &Column,
    field: &str,
    rules: &RowRules<'_>,
    findings: &mut Findings,
) -> Option<DateTime<Utc>> {
    let text = cells.all(column).next()?;
    dated(text, field, findings, |text| instant_of(text, rules.zone))
}

/// The day of the first conversation, which is not in the future; of an instant, the business's own day.
pub(super) fn first_contact(
    cells: &Cells<'_>,
    rules: &RowRules<'_>,
    findings: &mut Findings,
) -> Option<NaiveDate> {
    let text = cells.one(&Column::FirstContact)?;
    let day = dated(text, fields::FIRST_CONTACT, findings, |text| {
        day_of(text, rules.zone)
    })?;
    if day > rules.entry.today {
        let problem = Problem::with(fields::FIRST_CONTACT, Code::DateInFuture, text);
        findings.warnings.push(problem);
        return None;
    }
    Some(day)
}

/// Who a row says entered it; a name that nobody goes by is flagged.
pub(super) fn created_by(
    cells: &Cells<'_>,
    rules: &RowRules<'_>,
    warnings: &mut Vec<Problem>,
) -> Option<UserId> {
    let text = cells.one(&Column::CreatedBy)?;
    match rules.people.find(text) {
        Ok(user) => Some(user.id),
        Err(code) => {
            warnings.push(Problem::with(fields::CREATED_BY, code, text));
            None
        }
    }
}

/// Whether the contact is the one to talk to first; what says neither yes nor no is flagged.
pub(super) fn is_primary(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> bool {
    let yes = ["是", "√", "✓", "y", "yes", "true", "1", "主要"];
    let no = ["否", "不是", "×", "x", "n", "no", "false", "0", "次要"];
    let Some(text) = cells.one(&Column::ContactPrimary) else {
        return false;
    };
    let folded = fold(text);
    if !yes.contains(&folded.as_str()) && !no.contains(&folded.as_str()) {
        warnings.push(Problem::with(fields::CONTACT_PRIMARY, Code::ChoiceUnknown, text));
    }
    yes.contains(&folded.as_str())
}
