//! The cells of a row, by what they stand for.

use std::collections::BTreeMap;

use super::{Column, Plan};
use crate::matching::{KeyKind, MatchKey};

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
