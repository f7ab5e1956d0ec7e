//! Which column of a list stands for which field.

use std::collections::BTreeMap;

use chrono::NaiveTime;

use super::{
    Column, PastList,
    cells::{Cells, field_of},
    nothing::is_nothing,
};
use crate::{
    error::{Code, Problem},
    matching::fold,
    model::{DateFormat, fields},
    rules::{
        date::{is_in_doubt, parse_date_time},
        size::SizeUnit,
    },
};

/// What the rows of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Customers, with a contact in the same row or not.
    Customers,
    /// Contacts of customers that are there, by number or name (R9.4).
    Contacts,
    /// What was done with customers that are there, by number, alias, external identifier or name (R9.5 l).
    Past(PastList),
}

/// Which column stands for what, for a whole list.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What the rows are.
    pub kind: ListKind,
    /// The headings, as found.
    pub headings: Vec<String>,
    /// What each column stands for; none is left out.
    pub columns: Vec<Option<Column>>,
    /// What a field is where the list does not say.
    pub defaults: BTreeMap<Column, String>,
    /// What other words mean, folded, by column.
    pub values: BTreeMap<Column, BTreeMap<String, String>>,
    /// How columns write days of which several readings would do, where that is known (R9.5 g).
    pub dates: BTreeMap<Column, DateFormat>,
    /// In what the column of sizes is, where its heading says so.
    pub size_in: Option<SizeUnit>,
    /// Whether the list is one of people, of whom those without a company are customers themselves.
    pub is_address_book: bool,
    /// The headings that were left out because nothing was known of them.
    pub unknown: Vec<String>,
    /// The columns, from 0, that say why rows of an earlier list were refused, and nothing of a customer (R9.5 j).
    pub reasons: Vec<usize>,
}

impl Plan {
    /// What a cell means, where the caller has said so for its column.
    pub(super) fn meaning<'a>(&'a self, column: &Column, cell: &'a str) -> &'a str {
        if self.values.is_empty() {
            return cell;
        }
        let words = self.values.get(column);
        words
            .and_then(|words| words.get(&fold(cell)))
            .map_or(cell, String::as_str)
    }

    /// Whom a cell of the owner's column names; none if it says nothing.
    pub(crate) fn user_named<'a>(&'a self, cell: &'a str) -> Option<&'a str> {
        Some(self.meaning(&Column::Owner, cell)).filter(|name| !is_nothing(name))
    }

    /// Whether some column stands for this.
    pub fn has(&self, column: &Column) -> bool {
        self.columns.iter().flatten().any(|there| there == column)
    }

    /// The columns, from 0, whose cells a field is read from: what a problem of it is about (R9.5 j).
    pub fn columns_of(&self, field: &str) -> Vec<usize> {
        if field.is_empty() {
            return Vec::new();
        }
        let stands_for = |column: &Column| match (self.kind, column) {
            (ListKind::Past(list), Column::Past(column)) => list.field_of(*column) == field,
            // Whom the row is of, it says by any of them.
            (ListKind::Past(_) | ListKind::Contacts, column) if CUSTOMER.contains(column) => {
                field == fields::NUMBER
            }
            (_, column) => field_of(column) == Some(field),
        };
        let own = self.places(stands_for);
        // A number that has no column of its own stands in that of another.
        let nearest = |columns: [Column; 2]| {
            let mut places = columns
                .iter()
                .map(|wanted| self.places(|column| column == wanted));
            places.find(|places| !places.is_empty()).unwrap_or_default()
        };
        match (own.is_empty(), field, self.kind) {
            (true, fields::PHONES, _) => nearest([Column::ContactMobile, Column::ContactPhone]),
            (true, fields::CONTACT_MOBILE, _) => nearest([Column::ContactPhone, Column::Phones]),
            (true, fields::CONTACT_PHONE, _) => nearest([Column::Phones, Column::ContactMobile]),
            (true, fields::NAME, ListKind::Customers) => {
                self.places(|column| field_of(column) == Some(fields::CONTACT_NAME))
            }
            _ => own,
        }
    }

    /// The columns, from 0, that a problem of a row is about; none if it is about the row as a whole.
    pub fn columns_at_fault(&self, problem: &Problem) -> Vec<usize> {
        if !matches!(problem.code, Code::RowCellTooLong | Code::FieldNul) || !problem.field.is_empty() {
            return self.columns_of(&problem.field);
        }
        // Such a problem names the column itself, from 1.
        let told = problem.rejected.as_deref().unwrap_or_default();
        let column = told.split(':').next().and_then(|column| column.parse().ok());
        let place = column.and_then(|column: usize| column.checked_sub(1));
        place.into_iter().collect()
    }

    fn places(&self, is_it: impl Fn(&Column) -> bool) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, column)| column.as_ref().is_some_and(&is_it))
            .map(|(place, _)| place)
            .collect()
    }

    /// A day of which only the list as a whole tells its month (R9.5 g), in a form that any list can bring; none of another cell.
    pub fn told_day(&self, place: usize, cell: &str) -> Option<String> {
        let column = self.columns.get(place)?.as_ref()?;
        let format = *self.dates.get(column)?;
        let at = is_in_doubt(cell).then(|| parse_date_time(cell, Some(format)))??;
        Some(match at.time() == NaiveTime::MIN {
            true => at.date().to_string(),
            false => at.to_string(),
        })
    }

    /// What a row with these cells calls its customer, whether it is a good one or not.
    pub fn name_in(&self, cells: &[String]) -> Option<String> {
        let cells = Cells { plan: self, cells };
        let name = cells.owned(&Column::Name);
        name.or_else(|| cells.contact_name().filter(|_| self.is_address_book))
    }
}

/// The columns by which a customer that is there is named, the surest first.
pub(super) const CUSTOMER: [Column; 4] = [Column::Number, Column::Alias, Column::ExternalId, Column::Name];
