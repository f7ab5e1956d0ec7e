//! What a row says: cells to a customer or a contact, checked by the rules of entry (R2.4).

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::{Column, Plan, RawRow, RowProblem};
use crate::{
    BusinessZone,
    error::{Code, Problem},
    matching::{KeyKind, MatchKey, fold},
    model::{
        Address, AddressKind, Choice, CustomerKind, CustomerNumber, CustomerStatus, NewContact, NewCustomer,
        NewPhone, Size, User, UserId, fields,
    },
    rules::{
        contact::{CheckedContact, check_contact},
        customer::{Checked, Entry, check_customer},
        date::{parse_date, parse_date_time},
        phone::split_phones,
        size::parse_size,
    },
};

/// The users, prepared for looking up what a list calls them.
#[derive(Clone, Debug, Default)]
pub struct People {
    by_text: HashMap<String, Vec<User>>,
}

impl People {
    /// These users, by login and by name.
    pub fn new(users: Vec<User>) -> Self {
        let mut by_text: HashMap<String, Vec<User>> = HashMap::new();
        for user in users {
            let (login, name) = (fold(&user.login), fold(&user.name));
            if login != name {
                by_text.entry(login).or_default().push(user.clone());
            }
            by_text.entry(name).or_default().push(user);
        }
        Self { by_text }
    }

    /// The one user with this login or name, an active one before the others.
    pub fn find(&self, text: &str) -> Option<&User> {
        let named = self.by_text.get(&fold(text))?;
        named.iter().find(|user| user.active).or(named.first())
    }
}

/// What reading a row depends on.
#[derive(Clone, Copy, Debug)]
pub struct RowRules<'a> {
    /// Which column stands for what.
    pub plan: &'a Plan,
    /// The rules of entry.
    pub entry: Entry<'a>,
    /// The business's own time zone.
    pub zone: BusinessZone,
    /// The users.
    pub people: &'a People,
}

/// A customer as a row gives it, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerRow {
    /// The customer's fields; warnings are in `warnings`.
    pub checked: Checked,
    /// The number that the list brings (R2.1).
    pub number: Option<CustomerNumber>,
    /// Numbers of another form (R2.1).
    pub aliases: Vec<String>,
    /// Where the relation stands.
    pub status: CustomerStatus,
    /// Who answers for it, where the row says.
    pub owner: Option<UserId>,
    /// When the list says that it was entered.
    pub created_at: Option<DateTime<Utc>>,
    /// Who the list says entered it.
    pub created_by: Option<UserId>,
    /// The contact in the same row, and whether it is to be primary.
    pub contact: Option<(CheckedContact, bool)>,
    /// By which the row is known again.
    pub row: MatchKey,
    /// What was assumed, or should be completed.
    pub warnings: Vec<Problem>,
}

/// A contact as a row gives it, checked, with the customer that it names.
#[derive(Clone, Debug, PartialEq)]
pub struct ContactRow {
    /// The customer's number, alias or name.
    pub customer: String,
    /// The contact's fields.
    pub checked: CheckedContact,
    /// Whether it is to be primary.
    pub primary: bool,
}

/// What is wrong with a row as a whole, in the words of the rules.
pub fn row_problem(problem: &RowProblem) -> Problem {
    match problem {
        RowProblem::BrokenEncoding => Problem::new("", Code::RowBrokenEncoding),
        RowProblem::TooFewColumns { found, expected } => {
            Problem::with("", Code::RowTooFewColumns, format!("{found}/{expected}"))
        }
        RowProblem::TooManyColumns { found, expected } => {
            Problem::with("", Code::RowTooManyColumns, format!("{found}/{expected}"))
        }
        RowProblem::CellTooLong { column, bytes } => {
            Problem::with("", Code::RowCellTooLong, format!("{column}: {bytes}"))
        }
        RowProblem::Nul { column } => Problem::with("", Code::FieldNul, column.to_string()),
    }
}

/// The cells of a row by what they stand for, blank ones left out, defaults in their place.
struct Cells<'a> {
    plan: &'a Plan,
    cells: &'a [String],
}

impl<'a> Cells<'a> {
    fn all(&self, column: &'a Column) -> impl Iterator<Item = &'a str> {
        let typed = self
            .plan
            .columns
            .iter()
            .zip(self.cells)
            .filter(move |(there, _)| there.as_ref() == Some(column));
        typed.map(|(_, cell)| cell.trim()).filter(|cell| !cell.is_empty())
    }

    fn one(&self, column: &'a Column) -> Option<&'a str> {
        self.all(column)
            .next()
            .or_else(|| self.plan.defaults.get(column).map(|default| default.trim()))
    }

    fn owned(&self, column: &'a Column) -> Option<String> {
        self.one(column).map(str::to_owned)
    }

    fn extra(&self) -> BTreeMap<String, String> {
        let key = |column: &Column| match column {
            Column::Extra(key) => Some(key.clone()),
            _ => None,
        };
        let defaults = self
            .plan
            .defaults
            .iter()
            .map(|(column, value)| (Some(column), value));
        let cells = self.plan.columns.iter().map(Option::as_ref).zip(self.cells);
        let all = defaults
            .chain(cells)
            .filter_map(|(column, value)| Some((key(column?)?, value.trim().to_owned())));
        all.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// By which the row is known again: what it says, not how it was read.
    fn key(&self) -> MatchKey {
        let mut text = String::with_capacity(self.cells.iter().map(|cell| cell.len() + 1).sum());
        for cell in self.cells {
            text.push_str(cell.trim());
            text.push('\u{1f}');
        }
        MatchKey::of(KeyKind::Row, &text)
    }
}

/// Reads a customer from a row.
///
/// # Errors
/// Every problem of every field.
pub fn read_customer_row(raw: &RawRow, rules: &RowRules<'_>) -> Result<CustomerRow, Vec<Problem>> {
    if let Some(problem) = &raw.problem {
        return Err(vec![row_problem(problem)]);
    }
    let cells = Cells {
        plan: rules.plan,
        cells: &raw.cells,
    };
    let mut problems = Vec::new();
    let mut warnings = Vec::new();
    let (number, aliases) = numbers(&cells, &mut warnings);
    let new = new_customer(&cells, rules, &mut problems, &mut warnings);
    let status = status(&cells, &mut problems);
    let owner = owner(&cells, rules, &mut problems);
    let created_at = instant(
        &cells,
        &Column::CreatedAt,
        fields::CREATED_AT,
        rules,
        &mut problems,
    );
    let created_by = cells
        .one(&Column::CreatedBy)
        .and_then(|text| rules.people.find(text))
        .map(|user| user.id);
    let contact = contact(&cells, rules, &mut problems, &mut warnings);
    match check_customer(&new, &rules.entry) {
        Ok(mut checked) if problems.is_empty() => {
            warnings.append(&mut checked.warnings);
            let row = cells.key();
            Ok(CustomerRow {
                checked,
                number,
                aliases,
                status,
                owner,
                created_at,
                created_by,
                contact,
                row,
                warnings,
            })
        }
        Ok(_) => Err(problems),
        Err(found) => {
            problems.splice(0..0, found);
            Err(problems)
        }
    }
}

/// Reads a contact, and the customer that it belongs to, from a row (R9.4).
///
/// # Errors
/// Every problem of every field.
pub fn read_contact_row(raw: &RawRow, rules: &RowRules<'_>) -> Result<ContactRow, Vec<Problem>> {
    if let Some(problem) = &raw.problem {
        return Err(vec![row_problem(problem)]);
    }
    let cells = Cells {
        plan: rules.plan,
        cells: &raw.cells,
    };
    let customer = cells.one(&Column::Number).or_else(|| cells.one(&Column::Name));
    let checked = check_contact(&new_contact(&cells), rules.entry.region, rules.entry.strictness);
    match (customer, checked) {
        (Some(customer), Ok(checked)) => Ok(ContactRow {
            customer: customer.to_owned(),
            checked,
            primary: is_primary(&cells),
        }),
        (customer, checked) => {
            let missing = customer.is_none().then(|| Problem::missing(fields::NUMBER));
            Err(missing
                .into_iter()
                .chain(checked.err().into_iter().flatten())
                .collect())
        }
    }
}

/// A number of the system's form is taken over; any other is kept as an alias (R2.1).
fn numbers(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> (Option<CustomerNumber>, Vec<String>) {
    let mut number = None;
    let mut aliases: Vec<String> = Vec::new();
    for text in cells.all(&Column::Number).chain(cells.all(&Column::Alias)) {
        match text.parse() {
            Ok(parsed) if number.is_none() => number = Some(parsed),
            _ if !aliases.iter().any(|alias| alias == text) => aliases.push(text.to_owned()),
            _ => {}
        }
    }
    if let Some(alias) = cells
        .one(&Column::Number)
        .filter(|text| aliases.iter().any(|alias| alias == text))
    {
        warnings.push(Problem::with(fields::NUMBER, Code::NumberKeptAsAlias, alias));
    }
    (number, aliases)
}

fn new_customer(
    cells: &Cells<'_>,
    rules: &RowRules<'_>,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) -> NewCustomer {
    let name = cells.owned(&Column::Name).unwrap_or_default();
    let choice = |column, detail: Option<String>| cells.owned(column).map(|code| Choice { code, detail });
    let phones = cells.all(&Column::Phones).chain(
        cells
            .all(&Column::ContactMobile)
            .take(usize::from(!has_phone(cells))),
    );
    let tags = cells
        .all(&Column::Tags)
        .flat_map(|cell| cell.split([',', ';', '，', '、', '；', '|']));
    let note = cells.all(&Column::Note).collect::<Vec<_>>().join("\n");
    NewCustomer {
        kind: kind(cells, &name, problems, warnings),
        name,
        industry: choice(&Column::Industry, None),
        size: cells.one(&Column::Size).and_then(|text| size(text, problems)),
        phones: phones
            .flat_map(split_phones)
            .map(|typed| NewPhone {
                typed,
                primary: false,
            })
            .collect(),
        addresses: addresses(cells),
        source: choice(&Column::Source, cells.owned(&Column::SourceDetail)),
        first_contact: cells.one(&Column::FirstContact).and_then(|text| {
            let date = parse_date(text);
            if date.is_none() {
                problems.push(Problem::with(fields::FIRST_CONTACT, Code::DateInvalid, text));
            }
            date
        }),
        lead_at: instant(cells, &Column::LeadAt, fields::LEAD_AT, rules, problems),
        owner: None,
        tags: tags.map(str::to_owned).collect(),
        note: (!note.is_empty()).then_some(note),
        external_id: cells.owned(&Column::ExternalId),
        extra: cells.extra(),
    }
}

fn has_phone(cells: &Cells<'_>) -> bool {
    cells.all(&Column::Phones).next().is_some()
}

fn size(text: &str, problems: &mut Vec<Problem>) -> Option<Size> {
    let size = parse_size(text);
    if size.is_none() {
        problems.push(Problem::with(fields::SIZE, Code::SizeInvalid, text));
    }
    size
}

/// The kind that the row says; where it says nothing, the one that the name suggests, flagged.
fn kind(
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
        let kind = crate::rules::kind::kind_of_name(name);
        warnings.push(Problem::with(fields::KIND, Code::KindAssumed, kind.code()));
        return Some(kind);
    };
    let kind = crate::rules::kind::parse_kind(text);
    if kind.is_none() {
        problems.push(Problem::with(fields::KIND, Code::ChoiceUnknown, text));
    }
    kind
}

fn addresses(cells: &Cells<'_>) -> Vec<Address> {
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

fn status(cells: &Cells<'_>, problems: &mut Vec<Problem>) -> CustomerStatus {
    let Some(text) = cells.one(&Column::Status) else {
        return CustomerStatus::Potential;
    };
    let folded = fold(text);
    let known = CustomerStatus::ALL.iter().find(|status| {
        let label = fold(status.label(crate::Language::Zh));
        // 已成交, 意向客户 and the like say the same.
        folded == status.code() || folded.trim_start_matches('已').trim_end_matches("客户") == label
    });
    known.copied().unwrap_or_else(|| {
        problems.push(Problem::with(fields::STATUS, Code::ChoiceUnknown, text));
        CustomerStatus::Potential
    })
}

fn owner(cells: &Cells<'_>, rules: &RowRules<'_>, problems: &mut Vec<Problem>) -> Option<UserId> {
    let text = cells.one(&Column::Owner)?;
    match rules.people.find(text) {
        Some(user) if user.active => return Some(user.id),
        Some(user) => problems.push(Problem::with(fields::OWNER, Code::OwnerInactive, &user.login)),
        None => problems.push(Problem::with(fields::OWNER, Code::OwnerUnknown, text)),
    }
    None
}

fn instant(
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

fn new_contact(cells: &Cells<'_>) -> NewContact {
    let mobile = cells
        .one(&Column::ContactMobile)
        .or_else(|| cells.all(&Column::Phones).next());
    NewContact {
        name: cells.owned(&Column::ContactName).unwrap_or_default(),
        title: cells.owned(&Column::ContactTitle),
        mobile: mobile.unwrap_or_default().to_owned(),
        email: cells.owned(&Column::ContactEmail),
        wechat: cells.owned(&Column::ContactWechat),
        primary: is_primary(cells),
        role: cells.owned(&Column::ContactRole),
    }
}

/// The contact of a customer's row, if it names one.
fn contact(
    cells: &Cells<'_>,
    rules: &RowRules<'_>,
    problems: &mut Vec<Problem>,
    warnings: &mut Vec<Problem>,
) -> Option<(CheckedContact, bool)> {
    cells.one(&Column::ContactName)?;
    match check_contact(&new_contact(cells), rules.entry.region, rules.entry.strictness) {
        Ok(mut checked) => {
            warnings.append(&mut checked.warnings);
            Some((checked, is_primary(cells)))
        }
        Err(found) => {
            problems.extend(found);
            None
        }
    }
}

fn is_primary(cells: &Cells<'_>) -> bool {
    let yes = ["是", "√", "✓", "y", "yes", "true", "1", "主要"];
    cells
        .one(&Column::ContactPrimary)
        .is_some_and(|text| yes.contains(&fold(text).as_str()))
}
