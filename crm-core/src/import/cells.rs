//! The cells of a row, by what they stand for.

use std::collections::BTreeMap;

use super::{Column, Plan};
use crate::{
    error::Problem,
    matching::{KeyKind, MatchKey},
    model::fields,
    rules::{limit::is_limit, note, optional_text},
};

/// The cells of a row by what they stand for, blank ones left out, defaults in their place.
pub(super) struct Cells<'a> {
    pub(super) plan: &'a Plan,
    pub(super) cells: &'a [String],
}

impl<'a> Cells<'a> {
    pub(super) fn all(&self, column: &'a Column) -> impl Iterator<Item = &'a str> {
        let typed = self
            .plan
            .columns
            .iter()
            .zip(self.cells)
            .filter(move |(there, _)| there.as_ref() == Some(column));
        typed.map(|(_, cell)| cell.trim()).filter(|cell| !cell.is_empty())
    }

    pub(super) fn one(&self, column: &'a Column) -> Option<&'a str> {
        self.all(column)
            .next()
            .or_else(|| self.plan.defaults.get(column).map(|default| default.trim()))
    }

    pub(super) fn owned(&self, column: &'a Column) -> Option<String> {
        self.one(column).map(str::to_owned)
    }

    pub(super) fn extra(&self) -> BTreeMap<String, String> {
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

    /// The cells of the fields that were left out for going beyond a limit, as typed, under their headings: those that fit
    /// in a field of the host's own (R9.5).
    pub(super) fn left_out(&self, warnings: &[Problem]) -> Vec<(String, String)> {
        let is_out = |column: &Column| {
            let field = match column {
                Column::Alias => fields::ALIASES,
                Column::Tags => fields::TAGS,
                Column::Note => fields::NOTE,
                Column::ExternalId => fields::EXTERNAL_ID,
                Column::Address(_) => fields::ADDRESSES,
                Column::Province | Column::City | Column::District | Column::Street => fields::ADDRESSES,
                _ => return false,
            };
            warnings
                .iter()
                .any(|flag| flag.field == field && is_limit(flag.code))
        };
        let columns = self.plan.headings.iter().zip(&self.plan.columns).zip(self.cells);
        columns
            .filter(|((_, column), _)| column.as_ref().is_some_and(is_out))
            .filter_map(|((heading, _), cell)| {
                let heading = optional_text(fields::EXTRA, Some(heading)).ok()??;
                let cell = note(fields::EXTRA, Some(cell)).ok()??;
                Some((heading, cell))
            })
            .collect()
    }

    /// By which the row is known again: what it says, not how it was read.
    pub(super) fn key(&self) -> MatchKey {
        let mut text = String::with_capacity(self.cells.iter().map(|cell| cell.len() + 1).sum());
        for cell in self.cells {
            text.push_str(cell.trim());
            text.push('\u{1f}');
        }
        MatchKey::of(KeyKind::Row, &text)
    }
}
