//! What a row says: cells to a customer or a contact, checked by the rules of entry (R2.4).

use chrono::{DateTime, Utc};

use super::{
    Called, Column, People, Plan, RawRow, RowProblem,
    cells::Cells,
    field::{
        Findings, addresses, created_by, external_id, first_contact, has_phone, instant, is_primary, kind,
        numbers, owner, region, size, status,
    },
    nothing::is_nothing,
    plan::CUSTOMER,
    time::Dates,
};
use crate::{
    BusinessZone,
    error::{Code, Problem},
    matching::MatchKey,
    model::{
        Choice, CustomerNumber, CustomerStatus, NewContact, NewCustomer, NewPhone, Region, Registration,
        UserId, fields,
    },
    rules::{
        contact::{CheckedContact, check_contact},
        customer::{CheckedCustomer, Entry, check_customer},
        digits::{Digits, digits_of},
        number::check_day,
        phone::{apart, split_phones},
        registration::registration_of_list,
        required_text,
    },
};

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
    /// What becomes of an owner who is nobody here.
    pub strangers: Strangers,
}

/// What becomes of an owner who is nobody here (R9.5 h).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strangers {
    /// The row is refused.
    #[default]
    Refused,
    /// Whoever brings the list stands for them.
    Importers,
    /// They have been entered, and are not active.
    Entered,
    /// They would be entered if the list were.
    ToBeEntered,
}

impl RowRules<'_> {
    /// How a column's days and instants are read.
    pub(super) fn dates(&self, column: &Column) -> Dates {
        Dates {
            zone: self.zone,
            format: self.plan.dates.get(column).copied(),
        }
    }
}

/// A customer as a row gives it, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerRow {
    /// The customer's fields; warnings are in `warnings`.
    pub checked: CheckedCustomer,
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
    /// What it calls the customer: its number, alias, identifier or name, by each of its columns.
    pub customer: Vec<Called>,
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
        RowProblem::Short { found, expected } => {
            Problem::with("", Code::RowShort, format!("{found}/{expected}"))
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

/// Why a row is none: it sums up others, heads a section of the list, or repeats the headings (R9.5 f).
pub fn is_no_row(raw: &RawRow, plan: &Plan) -> Option<Code> {
    let cells = Cells {
        plan,
        cells: &raw.cells,
    };
    match raw.fault() {
        Some(_) => None,
        None if cells.is_total() => Some(Code::RowTotal),
        None if cells.is_section() => Some(Code::RowSection),
        None => cells.repeats_headings().then_some(Code::RowHeadings),
    }
}

/// Reads a customer from a row.
///
/// # Errors
/// Every problem of every field.
pub fn read_customer_row(raw: &RawRow, rules: &RowRules<'_>) -> Result<CustomerRow, Vec<Problem>> {
    if let Some(problem) = raw.fault() {
        return Err(vec![row_problem(problem)]);
    }
    let cells = Cells {
        plan: rules.plan,
        cells: &raw.cells,
    };
    let rules = &in_its_region(&cells, rules);
    let mut findings = Findings::default();
    findings.warnings.extend(said_of_row(raw, &cells));
    let (number, aliases) = numbers(&cells, &mut findings.warnings);
    let future = number.and_then(|number| check_day(number, rules.entry.today).err());
    findings.problems.extend(future);
    let new = new_customer(&cells, rules, &mut findings);
    let status = status(&cells, &mut findings.warnings);
    let owner = owner(&cells, rules, &mut findings);
    let created_at = instant(
        &cells,
        &Column::CreatedAt,
        fields::CREATED_AT,
        rules,
        &mut findings,
    );
    let created_by = created_by(&cells, rules, &mut findings.warnings);
    let contact = contact(&cells, rules, &mut findings.warnings);
    let Findings {
        mut problems,
        mut warnings,
    } = findings;
    match check_customer(&new, &rules.entry) {
        Ok(mut checked) if problems.is_empty() => {
            warnings.append(&mut checked.warnings);
            cells.keep_left_blank(&warnings, contact.is_none(), &mut checked.extra);
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
            problems.extend(warnings.into_iter().filter(is_why_missing));
            Err(problems)
        }
    }
}

/// Reads a contact, and the customer that it belongs to, from a row (R9.4).
///
/// # Errors
/// Every problem of every field.
pub fn read_contact_row(raw: &RawRow, rules: &RowRules<'_>) -> Result<ContactRow, Vec<Problem>> {
    if let Some(problem) = raw.fault() {
        return Err(vec![row_problem(problem)]);
    }
    let cells = Cells {
        plan: rules.plan,
        cells: &raw.cells,
    };
    let called = CUSTOMER.iter().flat_map(|column| cells.all(column));
    let customer: Result<Vec<Called>, Problem> = called
        .map(|text| required_text(fields::NUMBER, text).map(Called::Either))
        .collect();
    let rules = &in_its_region(&cells, rules);
    let mut warnings: Vec<Problem> = said_of_row(raw, &cells).collect();
    let new = new_contact(&cells, &mut warnings);
    let checked = check_contact(&new, rules.entry.region, rules.entry.strictness);
    match (
        customer.and_then(|called| match called.is_empty() {
            true => Err(Problem::missing(fields::NUMBER)),
            false => Ok(called),
        }),
        checked,
    ) {
        (Ok(customer), Ok(mut checked)) => {
            checked.warnings.append(&mut warnings);
            Ok(ContactRow {
                customer,
                checked,
                primary: new.primary,
            })
        }
        (customer, checked) => Err(customer
            .err()
            .into_iter()
            .chain(checked.err().into_iter().flatten())
            .chain(warnings.into_iter().filter(is_why_missing))
            .collect()),
    }
}

/// What is said of a row whatever it brings: that its last cells are missing, and which cells could not be read.
pub(super) fn said_of_row<'a>(raw: &'a RawRow, cells: &'a Cells<'_>) -> impl Iterator<Item = Problem> + 'a {
    let missing = raw.problem.as_ref().map(row_problem);
    missing.into_iter().chain(cells.unreadable())
}

/// Whether a flag may be why something that is required is missing.
pub(super) fn is_why_missing(flag: &Problem) -> bool {
    matches!(flag.code, Code::CellUnreadable | Code::RowShort)
}

/// The rules with the row's own region, if it says where it is, in place of the list's.
fn in_its_region<'a>(cells: &Cells<'_>, rules: &RowRules<'a>) -> RowRules<'a> {
    let mut rules = *rules;
    rules.entry.region = region(cells).unwrap_or(rules.entry.region);
    rules
}

/// The customer's name. In an address book, a person without a company is the customer.
fn name(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> String {
    if let Some(name) = cells.owned(&Column::Name) {
        return name;
    }
    let person = cells.contact_name().filter(|_| cells.plan.is_address_book);
    let Some(person) = person else {
        return String::new();
    };
    if cells.plan.has(&Column::Name) {
        warnings.push(Problem::with(fields::NAME, Code::NameAssumed, &person));
    }
    person
}

fn new_customer(cells: &Cells<'_>, rules: &RowRules<'_>, findings: &mut Findings) -> NewCustomer {
    let name = name(cells, &mut findings.warnings);
    let choice = |column, detail: Option<String>| cells.owned(column).map(|code| Choice { code, detail });
    // Without a number of its own, a customer is called by its contact's.
    let theirs = CONTACT_S_NUMBERS.iter().flat_map(|column| cells.all(column));
    let phones = cells
        .all(&Column::Phones)
        .chain(theirs.take(usize::from(!has_phone(cells))));
    let tags = cells
        .all(&Column::Tags)
        .flat_map(|cell| cell.split([',', ';', '，', '、', '；', '|', '\n']))
        .flat_map(|tags| tags.split(":::"))
        // Google's own groups begin so.
        .map(|tag| tag.trim().trim_start_matches("* "))
        .filter(|tag| !is_nothing(tag));
    let note = cells.all(&Column::Note).collect::<Vec<_>>().join("\n");
    NewCustomer {
        kind: Some(kind(cells, &name, &mut findings.warnings)),
        name,
        industry: choice(&Column::Industry, None),
        size: size(cells, &mut findings.warnings),
        phones: phones
            .flat_map(|cell| split_phones(&apart(cell)))
            .map(|typed| NewPhone {
                typed,
                primary: false,
            })
            .collect(),
        addresses: addresses(cells, rules.entry.region),
        registrations: registrations(cells, rules.entry.region, &mut findings.warnings),
        source: choice(&Column::Source, cells.owned(&Column::SourceDetail)),
        first_contact: first_contact(cells, rules, findings),
        lead_at: instant(cells, &Column::LeadAt, fields::LEAD_AT, rules, findings),
        owner: None,
        tags: tags.map(str::to_owned).collect(),
        note: (!note.is_empty()).then_some(note),
        external_id: external_id(cells, &mut findings.warnings),
        extra: cells.extra(),
    }
}

/// The numbers under which the customer is registered, in whatever country it is; one that has lost its last digits is none, and
/// flagged.
fn registrations(cells: &Cells<'_>, country: Region, warnings: &mut Vec<Problem>) -> Vec<Registration> {
    let mut registrations = Vec::new();
    for (column, typed) in cells.registrations() {
        match digits_of(typed) {
            Digits::Whole(number) => registrations.push(registration_of_list(column, country, &number)),
            Digits::Lost => {
                warnings.push(Problem::with(fields::REGISTRATIONS, Code::DigitsLost, typed));
            }
        }
    }
    registrations
}

/// The contact that a row names. Its numbers are those of the customer where the list has no column for the contact's own: one of
/// them if it has none at all, and in a list of people the other one, beside their mobiles.
fn new_contact(cells: &Cells<'_>, warnings: &mut Vec<Problem>) -> NewContact {
    let has = |column| cells.plan.has(column);
    let mobile = match has(&Column::ContactMobile) || has(&Column::ContactPhone) {
        true => cells.one(&Column::ContactMobile),
        false => cells.number_of_contact(),
    };
    let phone = match has(&Column::ContactMobile) && !has(&Column::ContactPhone) {
        true => cells.other_number_of_contact(),
        false => cells.one(&Column::ContactPhone),
    };
    NewContact {
        name: cells.contact_name().unwrap_or_default(),
        title: cells.owned(&Column::ContactTitle),
        mobile: mobile.unwrap_or_default().to_owned(),
        phone: phone.map(str::to_owned),
        email: cells.owned(&Column::ContactEmail),
        wechat: cells.owned(&Column::ContactWechat),
        primary: is_primary(cells, warnings),
        role: cells.owned(&Column::ContactRole),
    }
}

/// The contact of a customer's row, if it names one that can be reached; else what is wrong with it is flagged.
fn contact(
    cells: &Cells<'_>,
    rules: &RowRules<'_>,
    warnings: &mut Vec<Problem>,
) -> Option<(CheckedContact, bool)> {
    if cells.contact_name().is_none() {
        let says = |column: &Column| cells.all(column).next().is_some();
        let numbers = CONTACT_S_NUMBERS.iter().filter(|column| says(column)).count();
        if CONTACT_S.iter().any(says) || numbers > usize::from(!has_phone(cells)) {
            warnings.push(Problem::missing(fields::CONTACT_NAME));
        }
        return None;
    }
    let new = new_contact(cells, warnings);
    match check_contact(&new, rules.entry.region, rules.entry.strictness) {
        Ok(mut checked) => {
            warnings.append(&mut checked.warnings);
            Some((checked, new.primary))
        }
        Err(found) => {
            warnings.extend(found);
            None
        }
    }
}

/// What a row says of somebody, without whose name it is nobody's.
const CONTACT_S: [Column; 4] = [
    Column::ContactTitle,
    Column::ContactEmail,
    Column::ContactWechat,
    Column::ContactRole,
];

/// By what somebody is called.
const CONTACT_S_NUMBERS: [Column; 2] = [Column::ContactMobile, Column::ContactPhone];
