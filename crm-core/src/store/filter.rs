//! Which customers to list (R2.7), made ready so that every store answers alike.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    clock::BusinessZone,
    matching::fold,
    model::{
        Customer, CustomerKind, CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus, DateRange,
        Phone, Size, UserId,
    },
};

/// Digits that a part of a telephone number has at least.
const MIN_DIGITS: usize = 3;

/// A [`CustomerQuery`] with its texts folded and its days of entry turned into instants, since a store knows neither
/// the rules of folding nor the business's zone. [`matches`](Self::matches) is what it means; a store may compile it
/// instead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerFilter {
    /// Name, number, alias or phone.
    pub text: Option<TextFilter>,
    /// Parts of telephone numbers, any of which is to be found; with none, nothing is.
    pub phone: Option<Vec<String>>,
    /// Where the relation stands.
    pub status: Option<CustomerStatus>,
    /// Who answers for it.
    pub owner: Option<UserId>,
    /// The industry's code.
    pub industry: Option<String>,
    /// The source's code.
    pub source: Option<String>,
    /// Company, person or institution.
    pub kind: Option<CustomerKind>,
    /// How large it is.
    pub size: Option<Size>,
    /// A label, as it was given.
    pub tag: Option<String>,
    /// The host's own identifier.
    pub external_id: Option<String>,
    /// The first instant of entry.
    pub created_from: Option<DateTime<Utc>>,
    /// The instant before which it was entered.
    pub created_until: Option<DateTime<Utc>>,
    /// The days of the first conversation.
    pub first_contact: Option<DateRange>,
    /// Archived customers too (R2.10).
    pub archived: bool,
    /// The order; [`Name`](CustomerSort::Name) is the order of the characters of the folded name, then the number.
    pub sort: CustomerSort,
}

/// A text that is looked for in several places; a customer with any of them matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextFilter {
    /// Contained in the name or in an alias, after [`fold`].
    pub folded: String,
    /// The numbers that begin with the text, or are written so with a shorter serial: ranges of
    /// [`CustomerNumber::to_i64`], both ends included. None unless the text is `CRM` and digits, in either case.
    pub numbers: Vec<(i64, i64)>,
    /// Parts of telephone numbers, any of which is to be found. None unless the text is three or more digits, with
    /// signs and spaces between them at most.
    pub digits: Vec<String>,
}

impl CustomerFilter {
    /// What a query asks for; its days are those of `zone`. A text or phone without any character does not filter.
    pub fn new(query: CustomerQuery, zone: BusinessZone) -> Self {
        // All fields by name, so that a new one cannot be forgotten.
        let CustomerQuery {
            text,
            phone,
            status,
            owner,
            industry,
            source,
            kind,
            size,
            tag,
            external_id,
            created,
            first_contact,
            archived,
            sort,
        } = query;
        let folded = |text: Option<String>| text.map(|text| fold(&text)).filter(|text| !text.is_empty());
        let begin = |day: NaiveDate| zone.instant(day.and_time(chrono::NaiveTime::MIN));
        Self {
            text: folded(text).map(TextFilter::of),
            phone: folded(phone).map(|phone| phone_parts(&phone)),
            status,
            owner,
            industry,
            source,
            kind,
            size,
            tag,
            external_id,
            created_from: created.and_then(|days| days.from).and_then(begin),
            created_until: created.and_then(|days| days.until).and_then(begin),
            first_contact,
            archived,
            sort,
        }
    }

    /// Whether a customer is asked for.
    pub fn matches(&self, customer: &Customer) -> bool {
        /// Whether what is asked for, if anything, is what is there.
        fn is<T: PartialEq + ?Sized>(asked: Option<&T>, there: &T) -> bool {
            asked.is_none_or(|asked| asked == there)
        }

        (self.archived || customer.archived_at.is_none())
            && is(self.status.as_ref(), &customer.status)
            && is(self.owner.as_ref(), &customer.owner)
            && is(self.industry.as_ref(), &customer.industry.code)
            && is(self.source.as_ref(), &customer.source.code)
            && is(self.kind.as_ref(), &customer.kind)
            && self.size.is_none_or(|size| customer.size == Some(size))
            && self.tag.as_ref().is_none_or(|tag| customer.tags.contains(tag))
            && self
                .external_id
                .as_ref()
                .is_none_or(|id| customer.external_id.as_ref() == Some(id))
            && self.created_from.is_none_or(|from| from <= customer.created_at)
            && self.created_until.is_none_or(|until| customer.created_at < until)
            && self
                .first_contact
                .is_none_or(|days| contains(days, customer.first_contact))
            && self.phone.as_ref().is_none_or(|parts| has_phone(customer, parts))
            && self.text.as_ref().is_none_or(|text| text.matches(customer))
    }
}

impl TextFilter {
    fn of(folded: String) -> Self {
        let is_phone = folded.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric());
        let digits = if is_phone {
            phone_parts(&folded)
        } else {
            Vec::new()
        };
        Self {
            numbers: number_ranges(&folded),
            digits,
            folded,
        }
    }

    fn matches(&self, customer: &Customer) -> bool {
        let number = customer.number.to_i64();
        fold(&customer.name).contains(&self.folded)
            || customer
                .aliases
                .iter()
                .any(|alias| fold(alias).contains(&self.folded))
            || self
                .numbers
                .iter()
                .any(|&(low, high)| (low..=high).contains(&number))
            || has_phone(customer, &self.digits)
    }
}

/// The digits of a telephone number in which a part is looked for: those of the normalised form, or of what was typed
/// when that could not be read.
pub fn phone_digits(phone: &Phone) -> String {
    digits_of(phone.e164.as_deref().unwrap_or(&fold(&phone.typed)))
}

fn contains(days: DateRange, day: NaiveDate) -> bool {
    days.from.is_none_or(|from| from <= day) && days.until.is_none_or(|until| day < until)
}

fn has_phone(customer: &Customer, parts: &[String]) -> bool {
    !parts.is_empty()
        && customer
            .phones
            .iter()
            .map(phone_digits)
            .any(|digits| parts.iter().any(|part| digits.contains(part)))
}

fn digits_of(folded: &str) -> String {
    folded.chars().filter(char::is_ascii_digit).collect()
}

/// A part of a telephone number as it may stand in the normalised form, which has neither the 0 before an area code nor
/// the 00 before a country code.
fn phone_parts(folded: &str) -> Vec<String> {
    let digits = digits_of(folded);
    let parts = ["", "0", "00"]
        .into_iter()
        .filter_map(|prefix| digits.strip_prefix(prefix));
    parts
        .filter(|part| part.len() >= MIN_DIGITS)
        .map(str::to_owned)
        .collect()
}

/// The numbers whose text begins with `CRM` and these digits, and the one that is written so with a shorter serial.
fn number_ranges(folded: &str) -> Vec<(i64, i64)> {
    /// The range of `width` digits that begin with these.
    fn range(digits: &str, width: usize) -> Option<(i64, i64)> {
        let rest = 10_i64.pow(u32::try_from(width.checked_sub(digits.len())?).ok()?);
        let first = digits.parse::<i64>().ok()?.checked_mul(rest)?;
        Some((first, first + rest - 1))
    }

    let Some(digits) = folded
        .strip_prefix("crm")
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
    else {
        return Vec::new();
    };
    let Some((date, serial)) = digits
        .split_at_checked(8)
        .filter(|(_, serial)| !serial.is_empty())
    else {
        let all =
            |(first, last): (i64, i64)| (first * CustomerNumber::DAY, (last + 1) * CustomerNumber::DAY - 1);
        return range(digits, 8).map(all).into_iter().collect();
    };
    let date = date.parse::<i64>().unwrap_or_default() * CustomerNumber::DAY;
    // A serial is padded to four digits, so that a longer one does not begin with a zero.
    let widths = 4..=if serial.starts_with('0') { 4 } else { 8 };
    let begins = widths.filter_map(|width| range(serial, width));
    let shorter = folded
        .to_uppercase()
        .parse::<CustomerNumber>()
        .ok()
        .map(CustomerNumber::to_i64);
    begins
        .map(|(first, last)| (date + first, date + last))
        .chain(shorter.map(|number| (number, number)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::model::{Choice, PhoneCheck};

    fn customer() -> Customer {
        let phone = |typed: &str, e164: Option<&str>| Phone {
            typed: typed.to_owned(),
            e164: e164.map(str::to_owned),
            extension: None,
            primary: false,
            check: PhoneCheck::Verified,
        };
        Customer {
            number: "CRM202405010012".parse().unwrap(),
            revision: 1,
            name: "上海示例电子科技有限公司".to_owned(),
            kind: CustomerKind::Enterprise,
            industry: Choice::of("it"),
            size: None,
            phones: vec![
                phone("021-5555 0199", Some("+862155550199")),
                phone("总机８６６６", None),
            ],
            addresses: Vec::new(),
            source: Choice::of("referral"),
            first_contact: "2024-04-28".parse().unwrap(),
            lead_at: None,
            status: CustomerStatus::Potential,
            owner: UserId::from_bytes([1; 16]),
            created_at: "2024-05-01T02:00:00Z".parse().unwrap(),
            created_by: None,
            tags: vec!["重点".to_owned()],
            note: None,
            aliases: vec!["KH-0007".to_owned()],
            external_id: None,
            extra: BTreeMap::new(),
            import: None,
            archived_at: None,
        }
    }

    fn found(query: CustomerQuery) -> bool {
        CustomerFilter::new(query, BusinessZone::default()).matches(&customer())
    }

    fn by_text(text: &str) -> bool {
        found(CustomerQuery {
            text: Some(text.to_owned()),
            ..CustomerQuery::default()
        })
    }

    fn by_phone(phone: &str) -> bool {
        found(CustomerQuery {
            phone: Some(phone.to_owned()),
            ..CustomerQuery::default()
        })
    }

    #[test]
    fn r2_7_a_text_is_any_part_of_the_name_in_either_script_form() {
        assert!(by_text("示例") && by_text("有限公司") && by_text(" 上海 ") && by_text("科技有限公司"));
        assert!(by_text("電子") && by_text("电子科技"));
        assert!(!by_text("北京"));
    }

    #[test]
    fn r2_7_a_text_is_a_number_or_how_it_begins() {
        for text in [
            "CRM202405010012",
            "crm20240501",
            "CRM20240501012",
            "CRM2024",
            "CRM2024050100",
            "ＣＲＭ２",
        ] {
            assert!(by_text(text), "{text}");
        }
        for text in [
            "CRM",
            "CRM202405010013",
            "CRM202405011",
            "CRM20240501013",
            "CRM20240502",
            "CRM202405010012x",
        ] {
            assert!(!by_text(text), "{text}");
        }
    }

    #[test]
    fn r2_7_a_serial_past_9999_is_found_by_how_it_begins() {
        let begins = |text: &str, number: &str| {
            let number: CustomerNumber = number.parse().unwrap();
            number_ranges(&fold(text))
                .iter()
                .any(|&(low, high)| (low..=high).contains(&number.to_i64()))
        };
        assert!(begins("CRM2024050112", "CRM2024050112345"));
        assert!(begins("CRM202405011", "CRM2024050110000"));
        assert!(!begins("CRM2024050113", "CRM2024050112345"));
        assert!(!begins("CRM2024050101", "CRM2024050110000"));
    }

    #[test]
    fn r2_7_a_text_is_part_of_an_alias() {
        assert!(by_text("kh-0007") && by_text("ＫＨ") && !by_text("KH-0008"));
    }

    #[test]
    fn r2_7_three_digits_of_a_phone_are_enough_in_any_notation() {
        for part in [
            "555",
            "0215555",
            "021-5555 0199",
            "(021) 5555",
            "+86 21 5555",
            "0086 21 5555",
            "０１９９",
            "866",
        ] {
            assert!(by_phone(part), "{part}");
            assert!(by_text(part), "{part}");
        }
        for part in ["55", "022", "55550190", "0866600"] {
            assert!(!by_phone(part), "{part}");
            assert!(!by_text(part), "{part}");
        }
        assert!(by_phone("ext 555"), "signs and letters of a phone do not count");
        assert!(!by_text("科技555"), "a text with letters is no phone");
    }

    #[test]
    fn r2_7_what_is_blank_does_not_filter() {
        assert!(by_text("") && by_text("　 ") && by_phone(" "));
        assert!(!by_phone("x"));
    }

    #[test]
    fn r2_7_days_of_entry_are_the_businesss_own_and_half_open() {
        let created = |from: &str, until: &str| {
            let day = |text: &str| text.parse().ok();
            let created = Some(DateRange {
                from: day(from),
                until: day(until),
            });
            let filter = CustomerFilter::new(
                CustomerQuery {
                    created,
                    ..CustomerQuery::default()
                },
                BusinessZone::default(),
            );
            [
                "2024-04-30T15:59:59.999Z",
                "2024-04-30T16:00:00Z",
                "2024-05-01T15:59:59.999Z",
                "2024-05-01T16:00:00Z",
            ]
            .map(|at| {
                filter.matches(&Customer {
                    created_at: at.parse().unwrap(),
                    ..customer()
                })
            })
        };
        assert_eq!(created("2024-05-01", "2024-05-02"), [false, true, true, false]);
        assert_eq!(created("", "2024-05-01"), [true, false, false, false]);
        assert_eq!(created("2024-05-02", ""), [false, false, false, true]);
    }

    #[test]
    fn r2_7_days_of_the_first_conversation_are_half_open() {
        let first_contact = |from: &str, until: &str| {
            let day = |text: &str| text.parse().ok();
            let first_contact = Some(DateRange {
                from: day(from),
                until: day(until),
            });
            found(CustomerQuery {
                first_contact,
                ..CustomerQuery::default()
            })
        };
        assert!(first_contact("2024-04-28", "2024-04-29"));
        assert!(!first_contact("2024-04-29", "") && !first_contact("", "2024-04-28"));
    }

    #[test]
    fn r2_10_an_archived_customer_is_found_only_when_asked_for() {
        let archived = Customer {
            archived_at: Some("2024-06-01T00:00:00Z".parse().unwrap()),
            ..customer()
        };
        let filter = |archived| CustomerFilter {
            archived,
            ..CustomerFilter::default()
        };
        assert!(!filter(false).matches(&archived));
        assert!(filter(true).matches(&archived) && filter(true).matches(&customer()));
    }

    proptest! {
        #[test]
        fn r2_7_finds_exactly_the_numbers_that_begin_with_it(
            digits in "[0-3][0-9]{0,14}", day in 0_u64..3_000, serial in 1_u32..30_000,
        ) {
            let date = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap() + chrono::Days::new(day);
            let number = CustomerNumber::new(date, serial.try_into().unwrap()).unwrap();
            let text = number.to_string();
            for asked in [format!("CRM{digits}"), text.chars().take(3 + digits.len()).collect()] {
                let ranges = number_ranges(&fold(&asked));
                let found = ranges.iter().any(|&(low, high)| (low..=high).contains(&number.to_i64()));
                prop_assert_eq!(found, text.starts_with(&asked) || asked.parse() == Ok(number));
            }
        }

        #[test]
        fn r2_7_never_panics(text in "(CRM)?[0-9]*\\PC*") {
            by_text(&text);
            by_phone(&text);
        }
    }
}
