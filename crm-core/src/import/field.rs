//! What single cells say: numbers, size, kind, addresses, status, owner, instants.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Column, RowRules, Strangers,
    cells::Cells,
    column::Level,
    time::{Dates, of_serial},
    words::status_of,
};
use crate::{
    error::{Code, Problem},
    matching::fold,
    model::{
        Address, AddressKind, CustomerKind, CustomerNumber, CustomerStatus, Region, Size, UserId, fields,
    },
    rules::{
        country::{COUNTRY, country_of_address, parse_country},
        digits::{Digits, digits_of, is_lost},
        kind::{kind_of_name, parse_kind},
        limit::{ALIASES, at_most},
        name,
        size::parse_size_in,
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
    for (column, field) in [(Column::Number, fields::NUMBER), (Column::Alias, fields::ALIASES)] {
        let lost = cells.all(&column).filter(|text| is_lost(text));
        warnings.extend(lost.map(|text| Problem::with(field, Code::DigitsLost, text)));
    }
    let typed = cells.all(&Column::Number).chain(cells.all(&Column::Alias));
    for text in typed.filter(|text| !is_lost(text)) {
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

/// The host's own identifier; one that has lost its last digits is none, and flagged.
pub(super) fn external_id(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> Option<String> {
    let text = cells.one(&Column::ExternalId)?;
    if is_lost(text) {
        warnings.push(Problem::with(fields::EXTERNAL_ID, Code::DigitsLost, text));
        return None;
    }
    match digits_of(text) {
        Digits::Whole(digits) => Some(digits.into_owned()),
        Digits::Lost => None,
    }
}

pub(super) fn has_phone(cells: &Cells<'_>) -> bool {
    cells.all(&Column::Phones).next().is_some()
}

pub(super) fn size(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> Option<Size> {
    let text = cells.one(&Column::Size)?;
    let size = parse_size_in(text, cells.plan.size_in);
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
    let unknown = text.filter(|text| status_of(text).is_none());
    warnings.extend(unknown.map(|text| Problem::with(fields::KIND, Code::ChoiceUnknown, text)));
    let is_person = cells.one(&Column::Name).is_none()
        && [Column::GivenName, Column::FamilyName]
            .iter()
            .any(|column| cells.one(column).is_some());
    let kind = match is_person {
        true => CustomerKind::Individual,
        false => kind_of_name(name),
    };
    warnings.push(Problem::with(fields::KIND, Code::KindAssumed, kind.code()));
    kind
}

pub(super) fn addresses(cells: &Cells<'_>, region: Region) -> Vec<Address> {
    let mut addresses = Vec::new();
    let of_levels = |kind, level: &dyn Fn(Level) -> Column| Address {
        kind,
        province: cells.owned(&level(Level::Province)),
        city: cells.owned(&level(Level::City)),
        district: cells.owned(&level(Level::District)),
        street: cells.street(&level(Level::Street), region),
        line: None,
    };
    let levels = of_levels(AddressKind::Business, &Level::column);
    let has_line = AddressKind::ALL
        .iter()
        .any(|kind| cells.plan.has(&Column::Address(*kind)));
    let level = [&levels.province, &levels.city, &levels.district, &levels.street]
        .iter()
        .any(|level| level.is_some());
    let mut is_apart = false;
    for &kind in AddressKind::ALL {
        for line in cells.all(&Column::Address(kind)) {
            // A list with levels and a line means the line as what comes after them.
            let line = match level && levels.street.is_none() {
                true => match behind(&levels, line) {
                    Some(whole) => whole,
                    None => {
                        is_apart = true;
                        line.to_owned()
                    }
                },
                false => line.to_owned(),
            };
            addresses.push(Address::in_one_line(kind, line));
        }
    }
    if level && (addresses.is_empty() || !has_line || levels.street.is_some() || is_apart) {
        addresses.insert(0, levels.clone());
    }
    let is_shipping = |column: &Column| matches!(column, Column::Shipping(_));
    if cells.plan.columns.iter().flatten().any(is_shipping) {
        let shipping = of_levels(AddressKind::Office, &Column::Shipping);
        let text = shipping.text();
        if !text.is_empty() && text != levels.text() {
            addresses.push(shipping);
        }
    }
    addresses
}

/// A line behind the levels that it lacks; none if it has a place of its own that is not theirs.
fn behind(levels: &Address, line: &str) -> Option<String> {
    let parts = [&levels.province, &levels.city, &levels.district];
    let parts: Vec<&str> = parts.into_iter().flatten().map(|part| part.trim()).collect();
    let folded = fold(line);
    let bare = |part: &str| {
        let part = fold(part);
        let bare = part.trim_end_matches(['省', '市', '区', '县']);
        if bare.chars().count() > 1 {
            bare.to_owned()
        } else {
            part
        }
    };
    // From the first level that the line has itself on, it is whole.
    let own = parts.iter().position(|part| folded.contains(&bare(part)));
    let lacked = Address {
        province: levels.province.clone().filter(|_| own.is_none_or(|own| own > 0)),
        city: levels
            .city
            .clone()
            .filter(|_| own.is_none_or(|own| own > 1 || levels.province.is_none() && own > 0)),
        district: levels.district.clone().filter(|_| own.is_none()),
        street: Some(line.to_owned()),
        ..levels.clone()
    };
    match own {
        Some(0) => Some(line.to_owned()),
        Some(_) => Some(lacked.text()),
        None if has_place(line) => None,
        None => Some(lacked.text()),
    }
}

/// Whether a line begins with a province or a town, or ends as whole addresses of other countries do.
fn has_place(line: &str) -> bool {
    let mut head = line.chars().take(PLACE);
    if head.any(|c| matches!(c, '省' | '市')) {
        return true;
    }
    let Some((_, end)) = line.rsplit_once(',') else {
        return false;
    };
    let end = end
        .trim()
        .trim_end_matches(|c: char| c.is_ascii_digit() || c == '-')
        .trim_end();
    let is_state = end.len() == 2 && end.bytes().all(|b| b.is_ascii_uppercase());
    is_state || country_of_address(line).is_some()
}

/// Characters within which a Chinese address names its province or town.
const PLACE: usize = 8;

/// Where the relation stands: by the column for it, else by the one for the customer's kind, in which other systems say so.
pub(super) fn status(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> CustomerStatus {
    let Some(text) = cells.one(&Column::Status) else {
        let kind = cells.one(&Column::Kind).filter(|text| parse_kind(text).is_none());
        return kind.and_then(status_of).unwrap_or(CustomerStatus::Potential);
    };
    status_of(text).unwrap_or_else(|| {
        warnings.push(Problem::with(fields::STATUS, Code::ChoiceUnknown, text));
        CustomerStatus::Potential
    })
}

/// Who answers for the row's customer, if it says so. Who is nobody here is refused, or passed over, as the caller says (R9.5 h).
pub(super) fn owner(cells: &Cells<'_>, rules: &RowRules<'_>, findings: &mut Findings) -> Option<UserId> {
    let text = cells.one(&Column::Owner)?;
    let problems = &mut findings.problems;
    match (rules.people.find(text), rules.strangers) {
        // Who was entered for a list is not active until somebody makes them so.
        (Ok(user), strangers) if user.active || strangers == Strangers::Entered => return Some(user.id),
        (Ok(user), _) => problems.push(Problem::with(fields::OWNER, Code::OwnerInactive, &user.login)),
        (Err(Code::OwnerUnknown), Strangers::Importers) => {
            let problem = Problem::with(fields::OWNER, Code::OwnerAssumed, text);
            findings.warnings.push(problem);
        }
        (Err(Code::OwnerUnknown), Strangers::ToBeEntered) => {}
        (Err(code), _) => problems.push(Problem::with(fields::OWNER, code, text)),
    }
    None
}

/// What a cell says of a day, or of an instant: none where that cannot be told, which is flagged. A day of which nothing tells
/// whether its month comes first refuses its row (R9.5 g).
fn dated<T>(
    text: &str,
    field: &str,
    dates: Dates,
    findings: &mut Findings,
    read: impl FnOnce(Dates, &str) -> Option<T>,
) -> Option<T> {
    let read = read(dates, text);
    if read.is_none() {
        match dates.is_in_doubt(text) {
            true => findings
                .problems
                .push(Problem::with(field, Code::DateOrder, text)),
            false => findings
                .warnings
                .push(Problem::with(field, Code::DateInvalid, text)),
        }
    } else if let Some(moment) = of_serial(text) {
        let day = moment.date().to_string();
        findings
            .warnings
            .push(Problem::with(field, Code::DateSerial, day));
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
    dated(text, field, rules.dates(column), findings, Dates::instant)
}

/// The day of the first conversation, which is not in the future; of an instant, the business's own day.
pub(super) fn first_contact(
    cells: &Cells<'_>,
    rules: &RowRules<'_>,
    findings: &mut Findings,
) -> Option<NaiveDate> {
    let text = cells.one(&Column::FirstContact)?;
    let dates = rules.dates(&Column::FirstContact);
    let day = dated(text, fields::FIRST_CONTACT, dates, findings, Dates::day)?;
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
