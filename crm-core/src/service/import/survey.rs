//! What has to be known of a whole list before its first row is taken: in which order its columns write day and month (R9.5 g), and
//! which owners it names (R9.5 h).

use std::collections::{BTreeMap, HashMap};

use crate::{
    import::{Column, People, Plan, RawRow, RowSource, unwrap_text},
    model::DateFormat,
    rules::date::DateOrders,
};

/// Owners that are counted, by what they are called: a column of more is one of something else.
const OWNERS: usize = 10_000;

record! {
    /// An owner whom a list names and who is nobody here (R9.5).
    #[derive(Eq)]
    pub struct UnknownOwner {
        /// As the list calls them.
        pub name: String,
        /// Rows that name them.
        pub rows: u64,
    }
}

/// What a list says as a whole.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) dates: BTreeMap<Column, DateFormat>,
    owners: HashMap<String, u64>,
}

impl Survey {
    /// Reads a list through once more, if its plan has a column of which something is to be known. A list that cannot be read to its
    /// end, or once only, says what it said until then: its import will say why.
    pub(super) fn of(source: &dyn RowSource, plan: &Plan) -> Self {
        let is_asked =
            |column: &Column| column.is_owner() || column.is_date() && !plan.dates.contains_key(column);
        let columns = plan.columns.iter().enumerate();
        let asked: Vec<(usize, &Column)> = columns
            .filter_map(|(place, column)| Some((place, column.as_ref().filter(|column| is_asked(column))?)))
            .collect();
        let mut survey = Self::default();
        if asked.is_empty() {
            return survey;
        }
        let Some(mut source) = source.again().ok().flatten() else {
            return survey;
        };
        let mut orders: BTreeMap<&Column, DateOrders> = BTreeMap::new();
        let mut row = RawRow::default();
        while let Ok(true) = source.next_row(&mut row) {
            if row.fault().is_some() {
                continue;
            }
            for (place, column) in &asked {
                let Some(cell) = row.cells.get_mut(*place).filter(|cell| !cell.is_empty()) else {
                    continue;
                };
                unwrap_text(cell);
                match column.is_owner() {
                    true => survey.count(cell.trim()),
                    false => orders.entry(column).or_default().see(cell),
                }
            }
        }
        let told = orders
            .into_iter()
            .filter_map(|(column, orders)| Some((column.clone(), orders.only()?)));
        survey.dates = told.collect();
        survey
    }

    fn count(&mut self, owner: &str) {
        if let Some(rows) = self.owners.get_mut(owner) {
            *rows += 1;
        } else if self.owners.len() < OWNERS {
            self.owners.insert(owner.to_owned(), 1);
        }
    }

    /// The owners that are nobody here, each once, the most named first.
    pub(super) fn unknown_owners(&self, plan: &Plan, people: &People) -> Vec<UnknownOwner> {
        let mut unknown: BTreeMap<String, UnknownOwner> = BTreeMap::new();
        for (cell, rows) in &self.owners {
            let name = plan.user_named(cell);
            if name.is_some_and(|name| people.find(name) == Err(crate::Code::OwnerUnknown)) {
                let name = name.unwrap_or_default();
                let there = unknown
                    .entry(crate::matching::fold(name))
                    .or_insert_with(|| UnknownOwner {
                        name: name.to_owned(),
                        rows: 0,
                    });
                there.rows += rows;
                // However it is written, it is said in one way whatever the order of the rows.
                there.name = there.name.as_str().min(name).to_owned();
            }
        }
        let mut unknown: Vec<UnknownOwner> = unknown.into_values().collect();
        unknown.sort_by(|one, other| (other.rows, &one.name).cmp(&(one.rows, &other.name)));
        unknown
    }
}
