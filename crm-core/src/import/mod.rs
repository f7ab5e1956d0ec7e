//! Reading a list that somebody brings: which column stands for which field, and what a row says. Pure; the rows come
//! from a [`RowSource`].

mod cells;
mod column;
mod field;
mod formula;
mod heading;
mod nothing;
mod options;
mod others;
mod past;
mod people;
mod plan;
mod planning;
mod row;
mod section;
mod source;
mod time;
mod words;

pub use column::{Column, is_heading, is_heading_of_the_table, is_of_another};
pub use formula::{guard_text, unwrap_text, wrap_text};
pub use heading::{is_reasons_heading, reasons_heading};
pub use options::{ImportOptions, OnDuplicate};
pub use past::{Called, Past, PastColumn, PastList, PastRow, read_past_row};
pub use people::People;
pub use plan::{ListKind, Plan};
pub use planning::plan_columns;
pub use row::{
    ContactRow, CustomerRow, RowRules, Strangers, is_no_row, read_contact_row, read_customer_row, row_problem,
};
pub use source::{RawRow, RowProblem, RowSource, SourceError};
