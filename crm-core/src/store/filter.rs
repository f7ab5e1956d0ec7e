//! Which customers to list (R2.7), made ready so that every store answers alike.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use super::list::{Order, SortKind, SortValue};
use crate::{
    clock::BusinessZone,
    matching::{
        Sought, Token, fold, is_spelt, name_order, phone_sought, phone_tokens, spelling, spelt_sought,
        spelt_tokens, text_sought, text_tokens,
    },
    model::{
        Customer, CustomerKind, CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus, DateRange,
        Phone, Size, UserId,
    },
};

/// Digits that a part of a telephone number has at least.
const MIN_DIGITS: usize = 3;

/// A [`CustomerQuery`] with its texts folded and its days of entry turned into instants, since a store knows neither
/// the rules of folding nor the business's zone. [`matches`](Self::matches) is what it means, with what it
/// asks of follow-ups and tasks; a store may compile it instead.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomerFilter {
    /// Words, each of which is in the name, the number, an alias or a phone.
    pub text: Vec<TextFilter>,
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
    /// Those without a follow-up that is not archived: a store knows.
    pub no_follow_up: bool,
    /// Those without an open task: a store knows.
    pub no_open_task: bool,
    /// Archived customers too (R2.10).
    pub archived: bool,
    /// The order; [`Name`](CustomerSort::Name) is that of [`name_order`], then the number.
    pub sort: CustomerSort,
}

/// What is done with a customer, as far as lists are sorted by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// The latest follow-up that is not archived.
    pub last_follow_up: Option<DateTime<Utc>>,
    /// The first moment at which the open task that is due first is overdue
    /// ([`overdue_from`](crate::rules::task::overdue_from)).
    pub next_task: Option<i64>,
}

impl Activity {
    /// Stands where there is no follow-up: before all that there can be, and last in a list.
    pub const NEVER: i64 = i64::MIN;
    /// Stands where there is no open task: after all that there can be.
    pub const NO_TASK: i64 = i64::MAX;
}

/// A word that is looked for in several places; a customer with any of them matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextFilter {
    /// Contained in the name or in an alias, after [`fold`].
    pub folded: String,
    /// How the name is spelt in Latin letters (R2.7): see [`is_spelt`]. None unless the text may be a spelling.
    pub spelling: Option<String>,
    /// The numbers that begin with the text, or are written so with a shorter serial: ranges of
    /// [`CustomerNumber::to_i64`], both ends included. None unless the text is `CRM` and digits, in either case, with or
    /// without spaces.
    pub numbers: Vec<(i64, i64)>,
    /// Parts of telephone numbers, any of which is to be found. None unless the text is three or more digits, with
    /// signs and spaces between them at most.
    pub digits: Vec<String>,
}

impl CustomerFilter {
    /// What a query asks for, where industry and source are codes; `owner` is whom the query's owner names, and its days are
    /// those of `zone`. A text or phone without any character does not filter.
    pub fn new(query: CustomerQuery, owner: Option<UserId>, zone: BusinessZone) -> Self {
        // All fields by name, so that a new one cannot be forgotten.
        let CustomerQuery {
            text,
            phone,
            status,
            owner: _,
            industry,
            source,
            kind,
            size,
            tag,
            external_id,
            created,
            first_contact,
            no_follow_up,
            no_open_task,
            archived,
            sort,
        } = query;
        let folded = |text: Option<String>| text.map(|text| fold(&text)).filter(|text| !text.is_empty());
        let begin = |day: NaiveDate| zone.instant(day.and_time(chrono::NaiveTime::MIN));
        Self {
            text: folded(text).map(TextFilter::all_of).unwrap_or_default(),
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
            no_follow_up,
            no_open_task,
            archived,
            sort,
        }
    }

    /// Finds this telephone number too, where the query asks for a part of one: a whole number that was typed in another
    /// notation than the one that is kept.
    pub fn or_phone(&mut self, e164: &str) {
        if let Some(parts) = &mut self.phone {
            parts.push(digits_of(e164));
        }
    }

    /// Finds the customer with this number too, where the query asks for a number: one that was merged leads to it (R6.3).
    pub fn or_number(&mut self, number: CustomerNumber) {
        if let [word] = self.text.as_mut_slice() {
            word.numbers.push((number.to_i64(), number.to_i64()));
        }
    }

    /// The order that is asked for, as pages go by.
    pub fn order(&self) -> Order {
        let (name, keys, descending): (_, &[SortKind], _) = match self.sort {
            CustomerSort::Newest => ("customers-newest", &[SortKind::Integer], true),
            CustomerSort::Oldest => ("customers-oldest", &[SortKind::Integer], false),
            CustomerSort::Name => ("customers-by-name", &[SortKind::Bytes, SortKind::Integer], false),
            CustomerSort::LastFollowUp => (
                "customers-last-follow-up",
                &[SortKind::Integer, SortKind::Integer],
                true,
            ),
            CustomerSort::NextTask => (
                "customers-next-task",
                &[SortKind::Integer, SortKind::Integer],
                false,
            ),
        };
        Order {
            name,
            keys,
            descending,
        }
    }

    /// Where a customer stands in that order. `activity` is asked only where it makes the order.
    pub fn place(&self, customer: &Customer, activity: impl FnOnce() -> Activity) -> Vec<SortValue> {
        let number = SortValue::Integer(customer.number.to_i64());
        match self.sort {
            CustomerSort::Newest | CustomerSort::Oldest => vec![number],
            CustomerSort::Name => {
                let place = name_order(&fold(&customer.name), customer.kind);
                vec![SortValue::Bytes(place), number]
            }
            CustomerSort::LastFollowUp => {
                let last = activity().last_follow_up.map(|at| at.timestamp_millis());
                vec![SortValue::Integer(last.unwrap_or(Activity::NEVER)), number]
            }
            CustomerSort::NextTask => {
                let next = activity().next_task;
                vec![SortValue::Integer(next.unwrap_or(Activity::NO_TASK)), number]
            }
        }
    }

    /// Which [tokens](tokens_of) a customer has to have to be found by the words and the telephone, unless it is by its number; none
    /// where they tell nothing. Whoever has them may be found or not: see [`matches`](Self::matches).
    pub fn sought(&self) -> Option<Sought> {
        let phone = self.phone.as_ref().filter(|parts| !parts.is_empty());
        let phone = phone.map(|parts| any_phone(parts));
        let words = self.text.iter().filter_map(TextFilter::sought);
        let all: Vec<Sought> = words.chain(phone).collect();
        (!all.is_empty()).then_some(Sought::All(all))
    }

    /// Whether a customer is asked for, as far as its own record tells: not whether it has follow-ups or tasks.
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
            && self.text.iter().all(|word| word.matches(customer))
    }
}

impl TextFilter {
    /// Each word of a text, all of which are to be found; a number of a customer or a telephone is one, spaces and all.
    fn all_of(folded: String) -> Vec<Self> {
        let whole = Self::of(folded);
        match whole.numbers.is_empty() && whole.digits.is_empty() {
            true => whole
                .folded
                .split(' ')
                .map(|word| Self::of(word.to_owned()))
                .collect(),
            false => vec![whole],
        }
    }

    fn of(folded: String) -> Self {
        let is_phone = folded.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric());
        let digits = if is_phone {
            phone_parts(&folded)
        } else {
            Vec::new()
        };
        Self {
            numbers: number_ranges(&folded.replace(' ', "")),
            digits,
            spelling: spelling(&folded),
            folded,
        }
    }

    fn sought(&self) -> Option<Sought> {
        let text = text_sought(&self.folded)?;
        let spelt = self.spelling.as_deref().map(spelt_sought);
        let digits = (!self.digits.is_empty()).then(|| any_phone(&self.digits));
        let others = spelt.into_iter().chain(digits);
        Some(Sought::Any(std::iter::once(text).chain(others).collect()))
    }

    fn matches(&self, customer: &Customer) -> bool {
        let number = customer.number.to_i64();
        let name = fold(&customer.name);
        name.contains(&self.folded)
            || self
                .spelling
                .as_ref()
                .is_some_and(|letters| is_spelt(&name, letters))
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

/// What a customer is found by: the tokens of its name, its aliases and its telephone numbers, sorted, each once.
pub fn tokens_of(customer: &Customer) -> Vec<Token> {
    let mut tokens = Vec::new();
    let name = fold(&customer.name);
    text_tokens(&name, &mut tokens);
    spelt_tokens(&name, &mut tokens);
    for alias in &customer.aliases {
        text_tokens(&fold(alias), &mut tokens);
    }
    for phone in &customer.phones {
        phone_tokens(&phone_digits(phone), &mut tokens);
    }
    tokens.sort_unstable();
    tokens.dedup();
    tokens
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

/// What any of these parts of telephone numbers asks for; parts that end alike ask for the same.
fn any_phone(parts: &[String]) -> Sought {
    let any: BTreeSet<Sought> = parts.iter().map(|part| phone_sought(part)).collect();
    Sought::Any(any.into_iter().collect())
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
    // A serial is padded to four digits, so that a longer one does not begin with a zero, whatever its lane.
    let widths = 4..=match serial.starts_with('0') {
        true => 4,
        false => CustomerNumber::MAX_WIDTH,
    };
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
mod tests;
