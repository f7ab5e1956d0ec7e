//! What single cells say: numbers, size, kind, addresses, status, owner, instants.

use chrono::{DateTime, Utc};

use super::{Column, RowRules, cells::Cells};
use crate::{
    error::{Code, Problem},
    matching::fold,
    model::{Address, AddressKind, CustomerKind, CustomerNumber, CustomerStatus, Size, UserId, fields},
    rules::{
        date::parse_date_time,
        kind::{kind_of_name, parse_kind},
        limit::{ALIASES, at_most},
        name,
        size::parse_size,
    },
};

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

pub(super) fn has_phone(cells: &Cells<'_>) -> bool {
    cells.all(&Column::Phones).next().is_some()
}

pub(super) fn size(text: &str, problems: &mut Vec<Problem>) -> Option<Size> {
    let size = parse_size(text);
    if size.is_none() {
        problems.push(Problem::with(fields::SIZE, Code::SizeInvalid, text));
    }
    size
}

/// The kind that the row says; where it says nothing, the one that the name suggests, flagged.
pub(super) fn kind(
    cells: &Cells<'_>,
    name: &str,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) -> Option<CustomerKind> {
    let Some(text) = cells.one(&Column::Kind) else {
        if name.is_empty() {
            // The row is refused for its missing name; its kind is no problem of its own.
            return Some(CustomerKind::Enterprise);
        }
        let kind = kind_of_name(name);
        warnings.push(Problem::with(fields::KIND, Code::KindAssumed, kind.code()));
        return Some(kind);
    };
    let kind = parse_kind(text);
    if kind.is_none() {
        problems.push(Problem::with(fields::KIND, Code::ChoiceUnknown, text));
    }
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
        let column = Column::Address(kind);
        let lines = cells
            .plan
            .columns
            .iter()
            .zip(cells.cells)
            .filter(|(there, _)| there.as_ref() == Some(&column));
        for line in lines.map(|(_, cell)| cell.trim()).filter(|cell| !cell.is_empty()) {
            // A list with levels and a line means the line as the street.
            let line = match (level && levels.street.is_none(), levels.text()) {
                (true, before) if !line.starts_with(&before) => format!("{before}{line}"),
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

pub(super) fn status(cells: &Cells<'_>, problems: &mut Vec<Problem>) -> CustomerStatus {
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
        problems.push(Problem::with(fields::STATUS, Code::ChoiceUnknown, text));
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

pub(super) fn instant(
    cells: &Cells<'_>,
    column: &Column,
    field: &str,
    rules: &RowRules<'_>,
    problems: &mut Vec<Problem>,
) -> Option<DateTime<Utc>> {
    let text = cells.all(column).next()?;
    let instant = parse_date_time(text).and_then(|local| rules.zone.instant(local));
    if instant.is_none() {
        problems.push(Problem::with(field, Code::DateInvalid, text));
    }
    instant
}

pub(super) fn is_primary(cells: &Cells<'_>) -> bool {
    let yes = ["是", "√", "✓", "y", "yes", "true", "1", "主要"];
    cells
        .one(&Column::ContactPrimary)
        .is_some_and(|text| yes.contains(&fold(text).as_str()))
}
