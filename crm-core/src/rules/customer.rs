//! What a customer must and may have (R2.2), every missing or wrong field named at once (R2.4).

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Strictness,
    address::check_address,
    choice::PickLists,
    limit::{ADDRESSES, PHONES, TAGS, at_most, is_limit},
    optional_text,
    phone::{PhoneProblem, parse_phone, parse_phone_near},
    required_name, required_text, text,
};
use crate::{
    clock::in_milliseconds,
    error::{Code, Problem},
    model::{
        Address, Choice, Customer, CustomerEdit, CustomerKind, NewCustomer, NewPhone, Phone, PhoneCheck,
        PickList, Region, Size, fields,
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
    let industry = found.flagged(check_industry(new.industry.as_ref(), entry));
    let phones = check_phones(&new.phones, &new.addresses, entry, &mut found);
    let addresses = check_addresses(&new.addresses, entry, &mut found);
    let source = found.flagged(check_source(new.source.as_ref(), entry));
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
        found
            .problems
            .push(Problem::new(fields::PHONES, Code::PhoneMissing));
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
    for (index, new) in typed.iter().enumerate() {
        let Some(mut phone) = found.flagged(check_phone(&new.typed, addresses, entry)) else {
            continue;
        };
        phone.primary = index == first;
        // The same number twice is one number.
        match phones.iter_mut().find(|there| same_number(there, &phone)) {
            Some(there) => there.primary |= phone.primary,
            None => phones.push(phone),
        }
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
    let problem = match parse_phone(&typed, entry.region) {
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
    let near = addresses
        .iter()
        .find_map(|address| parse_phone_near(&typed, entry.region, &address.text()));
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
    let mut extra = BTreeMap::new();
    for (key, value) in typed {
        let key = found.optional(required_text(fields::EXTRA, key));
        let value = found.optional(text::note(fields::EXTRA, Some(value))).flatten();
        extra.extend(key.zip(value));
    }
    extra
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::built_in_entries;

    fn entry(pick_lists: &PickLists, strictness: Strictness) -> Entry<'_> {
        let today = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        Entry {
            region: Region::CN,
            today,
            pick_lists,
            strictness,
        }
    }

    fn customer() -> NewCustomer {
        NewCustomer {
            name: "上海示例科技有限公司".into(),
            kind: Some(CustomerKind::Enterprise),
            industry: Some(Choice::of("制造业")),
            phones: vec!["021-5555 0199".into()],
            source: Some(Choice {
                code: "展会".into(),
                detail: Some("3号展位".into()),
            }),
            first_contact: NaiveDate::from_ymd_opt(2024, 5, 1),
            ..NewCustomer::default()
        }
    }

    fn problems(new: &NewCustomer, strictness: Strictness) -> Vec<(String, Code)> {
        let lists = PickLists::new(built_in_entries());
        let found = check_customer(new, &entry(&lists, strictness)).unwrap_err();
        found
            .into_iter()
            .map(|problem| (problem.field, problem.code))
            .collect()
    }

    fn check(new: &NewCustomer, strictness: Strictness) -> CheckedCustomer {
        let lists = PickLists::new(built_in_entries());
        check_customer(new, &entry(&lists, strictness)).unwrap()
    }

    #[test]
    fn r2_4_every_missing_field_is_named_at_once() {
        let expected = [
            ("name", Code::FieldMissing),
            ("kind", Code::FieldMissing),
            ("industry", Code::FieldMissing),
            ("phones", Code::PhoneMissing),
            ("source", Code::FieldMissing),
            ("first_contact", Code::FieldMissing),
        ];
        let expected: Vec<(String, Code)> = expected
            .into_iter()
            .map(|(field, code)| (field.into(), code))
            .collect();
        assert_eq!(problems(&NewCustomer::default(), Strictness::Entry), expected);
    }

    #[test]
    fn r2_4_what_was_typed_is_kept_beside_the_normalised_form() {
        let phone = check(&customer(), Strictness::Entry).phones.remove(0);
        assert_eq!(
            (phone.typed.as_str(), phone.e164.as_deref()),
            ("021-5555 0199", Some("+862155550199"))
        );
    }

    #[test]
    fn r2_2_exactly_one_phone_is_primary() {
        let mut new = customer();
        new.phones = vec!["021-5555 0199".into(), "13912345678".into()];
        let primary = |new: &NewCustomer| {
            check(new, Strictness::Entry)
                .phones
                .iter()
                .map(|p| p.primary)
                .collect::<Vec<_>>()
        };
        assert_eq!(primary(&new), [true, false], "none marked: the first");
        new.phones[1].primary = true;
        assert_eq!(primary(&new), [false, true]);
        new.phones[0].primary = true;
        assert_eq!(
            problems(&new, Strictness::Entry),
            [("phones".into(), Code::PhoneTwoPrimary)]
        );
    }

    #[test]
    fn r2_2_the_same_number_twice_is_one_number() {
        let mut new = customer();
        new.phones = vec![
            "021-5555 0199".into(),
            NewPhone {
                typed: "+86 21 55550199".into(),
                primary: true,
            },
        ];
        let phones = check(&new, Strictness::Entry).phones;
        assert_eq!((phones.len(), phones[0].primary), (1, true));
    }

    /// What goes beyond each limit, and what just keeps it.
    fn at_the_limits() -> Vec<(&'static str, Code, NewCustomer, NewCustomer)> {
        let with = |change: &dyn Fn(&mut NewCustomer, usize)| {
            [0, 1].map(|beyond| {
                let mut new = customer();
                change(&mut new, beyond);
                new
            })
        };
        let tags = |count: usize| (0..count).map(|n| format!("标签{n}")).collect::<Vec<_>>();
        let address = Address {
            kind: crate::model::AddressKind::Business,
            province: Some("江苏省".into()),
            city: Some("苏州市".into()),
            district: Some("姑苏区".into()),
            street: Some("人民路1号".into()),
            line: None,
        };
        let cases = [
            (
                "phones",
                Code::FieldTooMany,
                with(&|new, beyond| {
                    let numbers = (0..50 + beyond).map(|n| format!("139{n:08}"));
                    new.phones = numbers.map(|typed| typed.as_str().into()).collect();
                }),
            ),
            (
                "tags",
                Code::FieldTooMany,
                with(&|new, beyond| new.tags = tags(100 + beyond)),
            ),
            (
                "tags",
                Code::FieldTooLong,
                with(&|new, beyond| new.tags = vec!["x".repeat(300 + beyond)]),
            ),
            (
                "addresses",
                Code::FieldTooMany,
                with(&|new, beyond| new.addresses = vec![address.clone(); 20 + beyond]),
            ),
            (
                "name",
                Code::FieldTooLong,
                with(&|new, beyond| new.name = "司".repeat(200 + beyond)),
            ),
            (
                "note",
                Code::FieldTooLong,
                with(&|new, beyond| new.note = Some("x".repeat(64 * 1024 + beyond))),
            ),
            (
                "external_id",
                Code::FieldTooLong,
                with(&|new, beyond| new.external_id = Some("x".repeat(300 + beyond))),
            ),
            (
                "extra",
                Code::FieldTooLong,
                with(&|new, beyond| {
                    let value = "x".repeat(64 * 1024 + beyond);
                    new.extra = [("fax".to_owned(), value)].into();
                }),
            ),
        ];
        cases
            .into_iter()
            .map(|(field, code, [within, beyond])| (field, code, within, beyond))
            .collect()
    }

    #[test]
    fn r9_5_what_goes_beyond_a_limit_is_refused_by_field() {
        for (field, code, within, beyond) in at_the_limits() {
            assert!(check(&within, Strictness::Entry).warnings.is_empty(), "{field}");
            assert_eq!(
                problems(&beyond, Strictness::Entry),
                [(field.to_owned(), code)],
                "{field}"
            );
        }
    }

    #[test]
    fn r9_5_of_a_list_only_what_is_required_refuses_a_row() {
        for (field, code, within, beyond) in at_the_limits() {
            assert!(check(&within, Strictness::Import).warnings.is_empty(), "{field}");
            if ["name", "phones"].contains(&field) {
                assert_eq!(problems(&beyond, Strictness::Import), [(field.to_owned(), code)]);
                continue;
            }
            let checked = check(&beyond, Strictness::Import);
            let flags: Vec<(&str, Code)> = checked
                .warnings
                .iter()
                .map(|flag| (flag.field.as_str(), flag.code))
                .collect();
            assert_eq!(flags, [(field, code)]);
            let blank = CheckedCustomer {
                warnings: checked.warnings.clone(),
                ..check(&customer(), Strictness::Import)
            };
            assert_eq!(checked, blank, "{field} is left blank");
        }
    }

    #[test]
    fn r9_5_a_hundred_thousand_are_refused_as_fast_as_they_are_counted() {
        let mut new = customer();
        new.phones = (0..100_000)
            .map(|n| format!("139{n:08}").as_str().into())
            .collect();
        new.tags = (0..100_000).map(|n| n.to_string()).collect();
        assert_eq!(
            problems(&new, Strictness::Entry),
            [
                ("phones".into(), Code::FieldTooMany),
                ("tags".into(), Code::FieldTooMany)
            ]
        );
    }

    #[test]
    fn r2_2_first_contact_is_not_in_the_future() {
        let mut new = customer();
        new.first_contact = NaiveDate::from_ymd_opt(2024, 5, 2);
        assert_eq!(
            problems(&new, Strictness::Entry),
            [("first_contact".into(), Code::DateInFuture)]
        );
    }

    #[test]
    fn r2_2_an_import_takes_a_missing_area_code_from_the_city() {
        let mut new = customer();
        new.phones = vec!["55550199".into()];
        assert_eq!(
            problems(&new, Strictness::Entry),
            [("phones".into(), Code::PhoneNoAreaCode)]
        );
        let unread = check(&new, Strictness::Import).phones.remove(0);
        assert_eq!((unread.e164, unread.check), (None, PhoneCheck::Unverified));
        new.addresses = vec![Address::in_one_line(
            crate::model::AddressKind::Business,
            "上海市黄浦区中山东一路1号",
        )];
        let assumed = check(&new, Strictness::Import).phones.remove(0);
        assert_eq!(
            (assumed.e164.as_deref(), assumed.check),
            (Some("+862155550199"), PhoneCheck::Assumed)
        );
    }

    #[test]
    fn r2_2_a_phone_of_letters_is_refused_even_by_an_import() {
        let mut new = customer();
        new.phones = vec!["暂无".into()];
        assert_eq!(
            problems(&new, Strictness::Import),
            [("phones".into(), Code::PhoneInvalid)]
        );
    }

    #[test]
    fn r2_4_an_edit_checks_what_it_sets_and_leaves_the_rest() {
        let lists = PickLists::new(built_in_entries());
        let entry = entry(&lists, Strictness::Entry);
        let checked = check(&customer(), Strictness::Entry);
        let before = Customer {
            number: "CRM202405010001".parse().unwrap(),
            revision: 1,
            name: checked.name,
            kind: checked.kind,
            industry: checked.industry,
            size: None,
            phones: vec![Phone {
                e164: None,
                check: PhoneCheck::Unverified,
                ..checked.phones[0].clone()
            }],
            addresses: Vec::new(),
            source: checked.source,
            first_contact: checked.first_contact,
            lead_at: None,
            status: crate::model::CustomerStatus::Potential,
            owner: crate::model::UserId::from_bytes([1; 16]),
            created_at: DateTime::UNIX_EPOCH,
            created_by: None,
            tags: Vec::new(),
            note: Some("x".into()),
            aliases: Vec::new(),
            external_id: None,
            extra: BTreeMap::new(),
            import: None,
            archived_at: None,
        };
        let after = edit_customer(&before, &[CustomerEdit::Note { value: None }], &entry).unwrap();
        assert_eq!(
            after,
            Customer {
                note: None,
                ..before.clone()
            }
        );
        let edits = [
            CustomerEdit::Name { value: " ".into() },
            CustomerEdit::Phones { value: Vec::new() },
        ];
        let codes: Vec<Code> = edit_customer(&before, &edits, &entry)
            .unwrap_err()
            .iter()
            .map(|p| p.code)
            .collect();
        assert_eq!(codes, [Code::FieldMissing, Code::PhoneMissing]);
    }
}
