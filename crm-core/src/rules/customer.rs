//! What a customer must and may have (R2.2), every missing or wrong field named at once (R2.4).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Strictness,
    address::check_address,
    choice::PickLists,
    digits::is_lost,
    limit::{ADDRESSES, CYCLE, PHONES, REGISTRATIONS, TAGS, at_most, is_limit},
    optional_text,
    phone::{PhoneProblem, parse_of_list, parse_phone, parse_phone_near, unlabelled},
    registration::{check_registration, has},
    required_name, required_text,
    text::{self, extra_fields},
};
use crate::{
    clock::in_milliseconds,
    error::{Code, Problem},
    model::{
        Address, Choice, Customer, CustomerEdit, CustomerKind, NewCustomer, NewPhone, Phone, PhoneCheck,
        PickEntry, PickList, Region, Registration, Size, fields,
    },
};

/// What the rules of entry depend on.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Where numbers without a country code, and addresses, are from.
    pub region: Region,
    /// The business day.
    pub today: NaiveDate,
    /// The pick lists as they are now.
    pub pick_lists: &'a PickLists,
    /// Whether a person typed it or a list brought it.
    pub strictness: Strictness,
    /// Whether a customer must have a telephone number; of a list, it can be switched off (R9.5 k).
    pub phone_required: bool,
}

/// The fields of a customer that have been checked, before it has a number and an owner.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedCustomer {
    /// Full company name, or the person's name.
    pub name: String,
    /// Company, person or institution.
    pub kind: CustomerKind,
    /// The trade it is in.
    pub industry: Choice,
    /// How large it is.
    pub size: Option<Size>,
    /// Its numbers; one is primary.
    pub phones: Vec<Phone>,
    /// Its addresses.
    pub addresses: Vec<Address>,
    /// The numbers under which it is registered, each once.
    pub registrations: Vec<Registration>,
    /// How it was won.
    pub source: Choice,
    /// The day of the first conversation.
    pub first_contact: NaiveDate,
    /// When the lead was got.
    pub lead_at: Option<DateTime<Utc>>,
    /// Free labels, each once.
    pub tags: Vec<String>,
    /// Needs, competitors, special wishes.
    pub note: Option<String>,
    /// The host's own identifier.
    pub external_id: Option<String>,
    /// The host's own fields.
    pub extra: BTreeMap<String, String>,
    /// What was assumed, or should be completed.
    pub warnings: Vec<Problem>,
}

/// Collects problems and warnings, field by field.
struct Findings {
    strictness: Strictness,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Findings {
    fn new(strictness: Strictness) -> Self {
        Self {
            strictness,
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// What need not be there: of a list, what goes beyond a limit is left out and flagged (R9.5).
    fn optional<T>(&mut self, checked: Result<T, Problem>) -> Option<T> {
        match checked {
            Err(problem) if self.strictness == Strictness::Import && is_limit(problem.code) => {
                self.warnings.push(problem);
                None
            }
            checked => self.take(checked),
        }
    }

    /// A choice that must be there: of a list, one that is missing or cannot be kept is 其他, flagged (R9.5 b).
    fn choice(&mut self, checked: Result<(Choice, Option<Problem>), Problem>) -> Option<Choice> {
        match checked {
            Err(problem) if self.strictness == Strictness::Import => {
                self.warnings.push(match problem.code {
                    Code::FieldMissing => Problem::new(&problem.field, Code::ChoiceAssumed),
                    _ => problem,
                });
                Some(Choice::of(PickEntry::OTHER))
            }
            checked => self.flagged(checked),
        }
    }

    fn take<T>(&mut self, checked: Result<T, Problem>) -> Option<T> {
        checked.map_err(|problem| self.problems.push(problem)).ok()
    }

    fn flagged<T>(&mut self, checked: Result<(T, Option<Problem>), Problem>) -> Option<T> {
        let (value, flag) = self.take(checked)?;
        self.warnings.extend(flag);
        Some(value)
    }
}

/// Checks a customer as typed.
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_customer(new: &NewCustomer, entry: &Entry<'_>) -> Result<CheckedCustomer, Vec<Problem>> {
    let mut found = Findings::new(entry.strictness);
    let name = found.take(required_name(fields::NAME, &new.name));
    let kind = found.take(new.kind.ok_or_else(|| Problem::missing(fields::KIND)));
    let industry = found.choice(check_industry(new.industry.as_ref(), entry));
    let phones = check_phones(&new.phones, &new.addresses, entry, &mut found);
    let addresses = check_addresses(&new.addresses, entry, &mut found);
    let registrations = check_registrations(&new.registrations, &mut found);
    let source = found.choice(check_source(new.source.as_ref(), entry));
    let first_contact = found.flagged(check_first_contact(new.first_contact, entry));
    let tags = check_tags(&new.tags, &mut found);
    let note = found.optional(text::note(fields::NOTE, new.note.as_deref()));
    let external_id = found.optional(optional_text(fields::EXTERNAL_ID, new.external_id.as_deref()));
    let extra = check_extra(&new.extra, &mut found);
    let Findings {
        problems, warnings, ..
    } = found;
    let checked = (|| {
        Some(CheckedCustomer {
            name: name?,
            kind: kind?,
            industry: industry?,
            size: new.size,
            phones,
            addresses,
            registrations,
            source: source?,
            first_contact: first_contact?,
            lead_at: new.lead_at.map(in_milliseconds),
            tags,
            note: note.flatten(),
            external_id: external_id.flatten(),
            extra,
            warnings,
        })
    })();
    match checked {
        Some(checked) if problems.is_empty() => Ok(checked),
        _ => Err(problems),
    }
}

/// Applies edits to a customer: each edited field is checked as it is on entry, the others stay.
///
/// # Errors
/// Every problem of every edited field.
pub fn edit_customer(
    before: &Customer,
    edits: &[CustomerEdit],
    entry: &Entry<'_>,
) -> Result<Customer, Vec<Problem>> {
    let mut after = before.clone();
    let mut found = Findings::new(entry.strictness);
    for edit in edits {
        match edit {
            CustomerEdit::Name { value } => {
                set(&mut after.name, found.take(required_name(fields::NAME, value)))
            }
            CustomerEdit::Kind { value } => after.kind = *value,
            CustomerEdit::Industry { value } => {
                set(
                    &mut after.industry,
                    found.flagged(check_industry(Some(value), entry)),
                );
            }
            CustomerEdit::Size { value } => after.size = *value,
            CustomerEdit::Phones { value } => {
                after.phones = check_phones(value, &after.addresses, entry, &mut found)
            }
            CustomerEdit::Addresses { value } => after.addresses = check_addresses(value, entry, &mut found),
            CustomerEdit::Registrations { value } => {
                after.registrations = check_registrations(value, &mut found);
            }
            CustomerEdit::Source { value } => {
                set(&mut after.source, found.flagged(check_source(Some(value), entry)))
            }
            CustomerEdit::FirstContact { value } => {
                set(
                    &mut after.first_contact,
                    found.flagged(check_first_contact(Some(*value), entry)),
                );
            }
            CustomerEdit::LeadAt { value } => after.lead_at = value.map(in_milliseconds),
            CustomerEdit::PurchaseCycle { value } => {
                set(&mut after.purchase_cycle, found.take(check_cycle(*value)));
            }
            CustomerEdit::Tags { value } => after.tags = check_tags(value, &mut found),
            CustomerEdit::Note { value } => set(
                &mut after.note,
                found.take(text::note(fields::NOTE, value.as_deref())),
            ),
            CustomerEdit::ExternalId { value } => {
                set(
                    &mut after.external_id,
                    found.take(optional_text(fields::EXTERNAL_ID, value.as_deref())),
                );
            }
            CustomerEdit::Extra { value } => after.extra = check_extra(value, &mut found),
        }
    }
    if found.problems.is_empty() {
        Ok(after)
    } else {
        Err(found.problems)
    }
}

fn check_cycle(days: Option<u32>) -> Result<Option<u32>, Problem> {
    match days {
        Some(days) if !(1..=CYCLE).contains(&days) => Err(Problem::with(
            fields::PURCHASE_CYCLE,
            Code::FieldRange,
            days.to_string(),
        )),
        days => Ok(days),
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn check_industry(typed: Option<&Choice>, entry: &Entry<'_>) -> Result<(Choice, Option<Problem>), Problem> {
    entry
        .pick_lists
        .check(PickList::Industry, fields::INDUSTRY, typed, entry.strictness)
}

fn check_source(typed: Option<&Choice>, entry: &Entry<'_>) -> Result<(Choice, Option<Problem>), Problem> {
    entry
        .pick_lists
        .check(PickList::Source, fields::SOURCE, typed, entry.strictness)
}

fn check_first_contact(
    typed: Option<NaiveDate>,
    entry: &Entry<'_>,
) -> Result<(NaiveDate, Option<Problem>), Problem> {
    match (typed, entry.strictness) {
        (Some(day), _) if day > entry.today => Err(Problem::with(
            fields::FIRST_CONTACT,
            Code::DateInFuture,
            day.to_string(),
        )),
        (Some(day), _) => Ok((day, None)),
        (None, Strictness::Entry) => Err(Problem::missing(fields::FIRST_CONTACT)),
        (None, Strictness::Import) => Ok((
            entry.today,
            Some(Problem::new(fields::FIRST_CONTACT, Code::DateAssumed)),
        )),
    }
}

fn check_phones(
    typed: &[NewPhone],
    addresses: &[Address],
    entry: &Entry<'_>,
    found: &mut Findings,
) -> Vec<Phone> {
    if typed.is_empty() {
        let missing = Problem::new(fields::PHONES, Code::PhoneMissing);
        match entry.phone_required {
            true => found.problems.push(missing),
            false => found.warnings.push(missing),
        }
        return Vec::new();
    }
    if let Err(problem) = at_most(fields::PHONES, typed.len(), PHONES) {
        found.problems.push(problem);
        return Vec::new();
    }
    let marked = typed.iter().filter(|phone| phone.primary).count();
    if marked > 1 {
        found
            .problems
            .push(Problem::new(fields::PHONES, Code::PhoneTwoPrimary));
    }
    let first = typed.iter().position(|phone| phone.primary).unwrap_or_default();
    let mut phones: Vec<Phone> = Vec::with_capacity(typed.len());
    let mut unreadable = Vec::new();
    for (index, new) in typed.iter().enumerate() {
        let mut phone = match check_phone(&new.typed, addresses, entry) {
            Ok((phone, flag)) => {
                found.warnings.extend(flag);
                phone
            }
            Err(problem) => {
                unreadable.push(problem);
                continue;
            }
        };
        phone.primary = index == first;
        // The same number twice is one number.
        match phones.iter_mut().find(|there| same_number(there, &phone)) {
            Some(there) => there.primary |= phone.primary,
            None => phones.push(phone),
        }
    }
    // Of a list, one number to call is enough (R9.5 b).
    let is_enough = !phones.is_empty() || !entry.phone_required;
    match entry.strictness == Strictness::Import && is_enough {
        true => found.warnings.append(&mut unreadable),
        false => found.problems.append(&mut unreadable),
    }
    if phones.iter().all(|phone| !phone.primary)
        && let Some(first) = phones.first_mut()
    {
        first.primary = true;
    }
    phones
}

fn same_number(a: &Phone, b: &Phone) -> bool {
    match (&a.e164, &b.e164) {
        (Some(x), Some(y)) => x == y && a.extension == b.extension,
        _ => a.typed == b.typed,
    }
}

fn check_phone(
    typed: &str,
    addresses: &[Address],
    entry: &Entry<'_>,
) -> Result<(Phone, Option<Problem>), Problem> {
    let typed = required_text(fields::PHONES, typed)?;
    let phone = |typed, e164, extension, check| Phone {
        typed,
        e164,
        extension,
        primary: false,
        check,
    };
    if entry.strictness == Strictness::Import && is_lost(&typed) {
        return Err(Problem::with(fields::PHONES, Code::DigitsLost, typed));
    }
    let read = match entry.strictness {
        Strictness::Entry => parse_phone(&typed, entry.region),
        Strictness::Import => parse_of_list(&typed, entry.region),
    };
    let problem = match read {
        Ok(read) => {
            return Ok((
                phone(typed, Some(read.e164), read.extension, PhoneCheck::Verified),
                None,
            ));
        }
        Err(problem) => problem,
    };
    let code = match problem {
        PhoneProblem::NoAreaCode => Code::PhoneNoAreaCode,
        PhoneProblem::NoCountryCode => Code::PhoneNoCountryCode,
        _ => Code::PhoneInvalid,
    };
    if entry.strictness == Strictness::Entry {
        return Err(Problem::with(fields::PHONES, code, typed));
    }
    if !typed.bytes().any(|b| b.is_ascii_digit()) && !typed.chars().any(|c| ('０'..='９').contains(&c)) {
        // Without a digit there is no number to keep.
        return Err(Problem::with(fields::PHONES, code, typed));
    }
    let bare = unlabelled(&typed);
    let near = addresses.iter().find_map(|address| {
        parse_phone_near(bare.as_deref().unwrap_or(&typed), entry.region, &address.text())
    });
    Ok(match near {
        Some(read) => {
            let flag = Problem::with(fields::PHONES, Code::PhoneAssumed, &read.e164);
            (
                phone(typed, Some(read.e164), read.extension, PhoneCheck::Assumed),
                Some(flag),
            )
        }
        None => {
            let flag = Problem::with(fields::PHONES, Code::PhoneUnverified, &typed);
            (phone(typed, None, None, PhoneCheck::Unverified), Some(flag))
        }
    })
}

fn check_addresses(typed: &[Address], entry: &Entry<'_>, found: &mut Findings) -> Vec<Address> {
    if found
        .optional(at_most(fields::ADDRESSES, typed.len(), ADDRESSES))
        .is_none()
    {
        return Vec::new();
    }
    let checked = |address| {
        let checked = check_address(address, entry.region, entry.strictness);
        let (address, flag) = found.optional(checked)?;
        found.warnings.extend(flag);
        Some(address)
    };
    typed.iter().filter_map(checked).collect()
}

/// Each once, by the form in which they are compared; of a list, one that is none is left out and flagged (R9.5 b).
fn check_registrations(typed: &[Registration], found: &mut Findings) -> Vec<Registration> {
    let mut registrations: Vec<Registration> = Vec::new();
    // Most have none.
    if typed.is_empty()
        || found
            .optional(at_most(fields::REGISTRATIONS, typed.len(), REGISTRATIONS))
            .is_none()
    {
        return registrations;
    }
    for typed in typed {
        let checked = match check_registration(typed) {
            Err(problem) if found.strictness == Strictness::Import => {
                found.warnings.push(problem);
                None
            }
            checked => found.take(checked),
        };
        registrations.extend(checked.filter(|new| !has(&registrations, new)));
    }
    registrations
}

fn check_tags(typed: &[String], found: &mut Findings) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    if found.optional(at_most(fields::TAGS, typed.len(), TAGS)).is_none() {
        return tags;
    }
    for tag in typed {
        match found.optional(optional_text(fields::TAGS, Some(tag))).flatten() {
            Some(tag) if !tags.contains(&tag) => tags.push(tag),
            _ => {}
        }
    }
    tags
}

fn check_extra(typed: &BTreeMap<String, String>, found: &mut Findings) -> BTreeMap<String, String> {
    let each = extra_fields(typed);
    each.filter_map(|checked| found.optional(checked).flatten())
        .collect()
}

#[cfg(test)]
mod tests;
