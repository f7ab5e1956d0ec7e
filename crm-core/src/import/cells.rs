//! The cells of a row, by what they stand for.

use std::collections::{BTreeMap, btree_map::Entry};

use super::{
    Column, ListKind, Plan,
    column::plain,
    nothing::{is_nothing, is_unreadable},
    section::heads_section,
};
use crate::{
    error::{Code, Problem},
    matching::{KeyKind, MatchKey},
    model::{Region, RegistrationScheme, fields},
    rules::{
        address::with_house_number,
        digits::{Digits, digits_of},
        limit::is_limit,
        note, optional_text,
    },
};

/// The cells of a row by what they stand for; blank ones, and those with a word for nothing (R9.5 a), are left out, and defaults
/// stand in their place.
pub(super) struct Cells<'a> {
    pub(super) plan: &'a Plan,
    pub(super) cells: &'a [String],
}

impl<'a> Cells<'a> {
    /// What a column says; where it says nothing, its default.
    pub(super) fn all<'c>(&'c self, column: &'c Column) -> impl Iterator<Item = &'a str> + 'c {
        let typed = self
            .plan
            .columns
            .iter()
            .zip(self.cells)
            .filter(move |(there, _)| there.as_ref() == Some(column));
        let mut typed = typed
            .map(move |(_, cell)| self.plan.meaning(column, cell.trim()))
            .filter(|cell| !is_nothing(cell))
            .peekable();
        let default = match typed.peek() {
            None if !self.plan.defaults.is_empty() => self.plan.defaults.get(column),
            _ => None,
        };
        let default = default.map(|default| default.trim());
        typed.chain(default.filter(|default| !is_nothing(default)))
    }

    pub(super) fn one(&self, column: &Column) -> Option<&'a str> {
        self.all(column).next()
    }

    /// All cells of a column as one text; none without any.
    pub(super) fn joined(&self, column: &Column) -> Option<String> {
        let mut cells = self.all(column);
        let mut text = cells.next()?.to_owned();
        for cell in cells.filter(|cell| !cell.is_empty()) {
            let is_latin = text.is_ascii() && cell.is_ascii();
            text.push_str(if is_latin { ", " } else { " " });
            text.push_str(cell);
        }
        Some(text)
    }

    /// The street of a row in this country: the number of a house that has a column of its own stands where it has it there.
    pub(super) fn street(&self, column: &Column, region: Region) -> Option<String> {
        let mut cells = self.all(column);
        let first = cells.next()?;
        let Some(second) = cells.next() else {
            return Some(first.to_owned());
        };
        let numbered = match cells.next() {
            None => with_house_number(first, second, region),
            Some(_) => None,
        };
        numbered.or_else(|| self.joined(column))
    }

    /// The contact's name: as it stands, or of its given and its family name in the order of their script.
    pub(super) fn contact_name(&self) -> Option<String> {
        if let Some(name) = self.one(&Column::ContactName) {
            return Some(name.to_owned());
        }
        let given = self.all(&Column::GivenName).collect::<Vec<_>>().join(" ");
        let family = self.one(&Column::FamilyName).unwrap_or_default();
        let family_first = |c: char| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}');
        let name = match family.chars().chain(given.chars()).any(family_first) {
            true => format!("{family}{given}"),
            false => format!("{given} {family}"),
        };
        let name = name.trim();
        (!name.is_empty()).then(|| name.to_owned())
    }

    pub(super) fn owned(&self, column: &Column) -> Option<String> {
        self.one(column).map(str::to_owned)
    }

    /// The cell, or the default, of a field of the host's own.
    pub(super) fn extra_one(&self, key: &str) -> Option<&'a str> {
        let is_it = |column: &Column| matches!(column, Column::Extra(there) if there == key);
        let typed = self.plan.columns.iter().zip(self.cells);
        let typed = typed
            .filter(|(column, _)| column.as_ref().is_some_and(is_it))
            .map(|(_, cell)| cell);
        let defaults = self.plan.defaults.iter();
        let defaults = defaults
            .filter(|(column, _)| is_it(column))
            .map(|(_, default)| default);
        typed
            .chain(defaults)
            .map(|cell| cell.trim())
            .find(|cell| !is_nothing(cell))
    }

    /// The fields of the host's own: of several cells of one, all that differ.
    pub(super) fn extra(&self) -> BTreeMap<String, String> {
        let mut extra: BTreeMap<String, String> = BTreeMap::new();
        for (column, cell) in self.plan.columns.iter().zip(self.cells) {
            // Most columns are none of these.
            let Some(Column::Extra(key)) = column else {
                continue;
            };
            let cell = cell.trim();
            if is_nothing(cell) {
                continue;
            }
            match extra.get_mut(key) {
                None => drop(extra.insert(key.clone(), cell.to_owned())),
                Some(there) if there != cell => {
                    there.push('\n');
                    there.push_str(cell);
                }
                Some(_) => {}
            }
        }
        for (column, default) in &self.plan.defaults {
            if let Column::Extra(key) = column
                && !is_nothing(default.trim())
                && !extra.contains_key(key)
            {
                extra.insert(key.clone(), default.trim().to_owned());
            }
        }
        extra
    }

    /// The numbers under which the customer is registered, each with the scheme of its column.
    pub(super) fn registrations(&self) -> impl Iterator<Item = (RegistrationScheme, &'a str)> + '_ {
        let columns = self.plan.columns.iter().zip(self.cells);
        let theirs = columns.filter_map(|(column, cell)| match column {
            Some(Column::Registration(scheme)) => Some((*scheme, cell.as_str())),
            _ => None,
        });
        theirs.flat_map(|(scheme, cell)| numbers_in(cell).map(move |number| (scheme, number)))
    }

    /// Keeps the cells that were left blank, since they cannot be read or go beyond a limit, as typed, under their headings: those
    /// that fit in a field of the host's own (R9.5 b). So are a contact's, if the row's contact was left out.
    pub(super) fn keep_left_blank(
        &self,
        flags: &[Problem],
        no_contact: bool,
        extra: &mut BTreeMap<String, String>,
    ) {
        let left: Vec<&str> = flags
            .iter()
            .filter(|flag| is_left_blank(flag.code))
            .map(|flag| flag.field.as_str())
            .collect();
        let no_contact = no_contact && flags.iter().any(|flag| flag.field.starts_with(CONTACT));
        if left.is_empty() && !no_contact {
            return;
        }
        let is_left = |column: &Column, cell: &str| match column {
            Column::Extra(_) => false,
            // Others of the row may be right.
            Column::Registration(_) => flags
                .iter()
                .filter(|flag| flag.field == fields::REGISTRATIONS)
                .any(|flag| is_limit(flag.code) || says(cell, flag)),
            // Without it there is no row.
            Column::Name => false,
            column => field_of(column)
                .is_some_and(|field| left.contains(&field) || no_contact && field.starts_with(CONTACT)),
        };
        let columns = self.plan.headings.iter().zip(&self.plan.columns).zip(self.cells);
        for ((heading, _), cell) in
            columns.filter(|((_, column), cell)| column.as_ref().is_some_and(|column| is_left(column, cell)))
        {
            let heading = optional_text(fields::EXTRA, Some(heading)).ok().flatten();
            let cell = note(fields::EXTRA, Some(cell)).ok().flatten();
            let Some((heading, cell)) = heading.zip(cell.filter(|cell| !is_nothing(cell))) else {
                continue;
            };
            match extra.entry(heading) {
                Entry::Vacant(place) => drop(place.insert(cell)),
                Entry::Occupied(mut there) => {
                    there.get_mut().push('\n');
                    there.get_mut().push_str(&cell);
                }
            }
        }
    }

    /// What the cells of a list say that is about its rows, and not why they were refused (R9.5 j).
    fn said(&self) -> impl Iterator<Item = &'a str> + '_ {
        let cells = self.cells.iter().enumerate();
        cells
            .filter(|(place, _)| !self.plan.reasons.contains(place))
            .map(|(_, cell)| cell.trim())
    }

    /// What of the row cannot be read, though something stands there, as an error of a formula: of each cell, under its heading.
    pub(super) fn unreadable(&self) -> impl Iterator<Item = Problem> + '_ {
        let columns = self.plan.headings.iter().zip(&self.plan.columns).zip(self.cells);
        let unreadable = columns.filter(|((_, column), cell)| column.is_some() && is_unreadable(cell.trim()));
        unreadable.map(|((heading, column), cell)| {
            let field = column.as_ref().and_then(field_of).unwrap_or_default();
            let told = format!("{}: {}", heading.trim(), cell.trim());
            Problem::with(field, Code::CellUnreadable, told)
        })
    }

    /// The cells that cannot be read, though something stands there, as typed, each with its heading.
    pub(super) fn unreadable_typed(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let columns = self.plan.headings.iter().zip(&self.plan.columns).zip(self.cells);
        let unreadable = columns.filter(|((_, column), cell)| column.is_some() && is_unreadable(cell.trim()));
        unreadable.map(|((heading, _), cell)| (heading.trim().to_owned(), cell.trim().to_owned()))
    }

    /// The number of the contact of a list that has no column for it: one of those that are not the company's by their headings; where
    /// nothing else reaches the contact, that one too.
    pub(super) fn number_of_contact(&self) -> Option<&'a str> {
        const LANDLINE: [&str; 4] = ["座机", "固定", "固话", "business"];
        let own = self.phone_but_of(&[&COMPANY[..], &LANDLINE].concat());
        let others = [Column::ContactEmail, Column::ContactWechat];
        let is_reached = || others.iter().any(|column| self.one(column).is_some());
        own.or_else(|| match is_reached() {
            true => None,
            false => self.all(&Column::Phones).next(),
        })
    }

    /// The other number of the contact of a list that has no column for it, but for their mobile: in a list of people the first that
    /// is not a company's by its heading.
    pub(super) fn other_number_of_contact(&self) -> Option<&'a str> {
        match (self.plan.kind, self.plan.is_address_book) {
            (ListKind::Contacts, _) => self.one(&Column::Phones),
            (_, true) => self.phone_but_of(&COMPANY),
            _ => None,
        }
    }

    /// The first telephone number whose heading has none of these words in it.
    fn phone_but_of(&self, words: &[&str]) -> Option<&'a str> {
        let columns = self.plan.headings.iter().zip(&self.plan.columns).zip(self.cells);
        let phones = columns.filter(|((_, column), _)| **column == Some(Column::Phones));
        let mut own = phones.filter(|((heading, _), _)| {
            let heading = plain(heading);
            !words.iter().any(|word| heading.contains(word))
        });
        own.find_map(|(_, cell)| Some(cell.trim()).filter(|cell| !is_nothing(cell)))
    }

    /// Whether the row repeats the headings, as lists of several pages do.
    pub(super) fn repeats_headings(&self) -> bool {
        let mut cells = self
            .plan
            .headings
            .iter()
            .zip(self.cells)
            .filter(|(_, cell)| !cell.is_empty());
        let repeated = |(heading, cell): (&String, &String)| heading.trim() == cell.trim();
        // Most rows are told by their first cell.
        cells.next().is_some_and(repeated) && cells.next().is_some_and(repeated) && cells.all(repeated)
    }

    /// Whether the row sums up others: its first cell says so, and none of a number to call or of a contact says more (R9.5 f).
    pub(super) fn is_total(&self) -> bool {
        const WORDS: [&str; 11] = [
            "合计",
            "总计",
            "小计",
            "共计",
            "总和",
            "汇总",
            "total",
            "totals",
            "grandtotal",
            "grandtotals",
            "subtotal",
        ];
        let mut cells = self
            .cells
            .iter()
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty());
        // Most cells begin otherwise, and are looked at no further.
        let begins = [
            '合', '总', '總', '小', '共', '汇', '匯', 't', 'T', 'g', 'G', 's', 'S',
        ];
        let first = cells.next().filter(|cell| cell.starts_with(begins));
        let says = first.is_some_and(|first| WORDS.contains(&plain(first).as_str()));
        let is_called = || {
            let numbers = [
                Column::Phones,
                Column::ContactMobile,
                Column::ContactPhone,
                Column::ContactName,
            ];
            numbers.iter().any(|column| {
                self.all(column)
                    .any(|cell| cell.chars().filter(char::is_ascii_digit).count() >= 7)
            })
        };
        says && !is_called()
    }

    /// Whether the row heads a section of the list, and is nobody: of several columns it has one cell, which says so (R9.5 f).
    pub(super) fn is_section(&self) -> bool {
        let mut cells = self.cells.iter().map(|cell| cell.trim());
        let Some(only) = cells.find(|cell| !is_nothing(cell)) else {
            return false;
        };
        self.cells.len() > 1 && cells.all(is_nothing) && heads_section(only)
    }

    /// By which the row is known again: what it says, not how it was read. Mended, it is the same row with its reasons or without.
    pub(super) fn key(&self) -> MatchKey {
        let mut text = String::with_capacity(self.cells.iter().map(|cell| cell.len() + 1).sum());
        for cell in self.said() {
            text.push_str(cell);
            text.push('\u{1f}');
        }
        MatchKey::of(KeyKind::Row, &text)
    }
}

/// Words in the heading of a number that is a company's, and none of its people's.
const COMPANY: [&str; 7] = ["公司", "企业", "单位", "总机", "account", "company", "main"];

/// The numbers in a cell that holds one or several.
pub(super) fn numbers_in(cell: &str) -> impl Iterator<Item = &str> {
    let numbers = cell.split([';', '；', '、', '\n']).map(str::trim);
    numbers.filter(|number| !is_nothing(number))
}

/// Whether a flag is about a number of a cell.
fn says(cell: &str, flag: &Problem) -> bool {
    let told = flag.rejected.as_deref();
    numbers_in(cell).any(|number| {
        told == Some(number) || matches!(digits_of(number), Digits::Whole(digits) if told == Some(&*digits))
    })
}

/// What the fields of a contact begin with.
const CONTACT: &str = "contact.";

/// Whether a flag says that what stands in the cell is not in the field.
fn is_left_blank(code: Code) -> bool {
    is_limit(code)
        || matches!(
            code,
            Code::ChoiceUnknown
                | Code::DateInFuture
                | Code::DateInvalid
                | Code::DigitsLost
                | Code::EmailInvalid
                | Code::OwnerAmbiguous
                | Code::OwnerAssumed
                | Code::OwnerUnknown
                | Code::PhoneInvalid
                | Code::RegistrationInvalid
                | Code::SizeInvalid
        )
}

/// The field in which a column's cells are; those of lists of the past depend on the list.
pub(super) fn field_of(column: &Column) -> Option<&'static str> {
    Some(match column {
        Column::Number => fields::NUMBER,
        Column::Alias => fields::ALIASES,
        Column::Name => fields::NAME,
        Column::Kind => fields::KIND,
        Column::Industry => fields::INDUSTRY,
        Column::Size => fields::SIZE,
        Column::Phones => fields::PHONES,
        Column::Address(_)
        | Column::Province
        | Column::City
        | Column::District
        | Column::Street
        | Column::Shipping(_) => fields::ADDRESSES,
        Column::Registration(_) => fields::REGISTRATIONS,
        Column::Source | Column::SourceDetail => fields::SOURCE,
        Column::FirstContact => fields::FIRST_CONTACT,
        Column::LeadAt => fields::LEAD_AT,
        Column::Status => fields::STATUS,
        Column::Owner => fields::OWNER,
        Column::CreatedAt => fields::CREATED_AT,
        Column::CreatedBy => fields::CREATED_BY,
        Column::Tags => fields::TAGS,
        Column::Note => fields::NOTE,
        Column::ExternalId => fields::EXTERNAL_ID,
        Column::ContactName | Column::GivenName | Column::FamilyName => fields::CONTACT_NAME,
        Column::ContactTitle => fields::CONTACT_TITLE,
        Column::ContactMobile => fields::CONTACT_MOBILE,
        Column::ContactPhone => fields::CONTACT_PHONE,
        Column::ContactEmail => fields::CONTACT_EMAIL,
        Column::ContactWechat => fields::CONTACT_WECHAT,
        Column::ContactPrimary => fields::CONTACT_PRIMARY,
        Column::ContactRole => fields::CONTACT_ROLE,
        Column::Extra(_) => fields::EXTRA,
        Column::Past(_) => return None,
    })
}
