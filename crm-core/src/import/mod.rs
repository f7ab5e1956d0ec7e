//! Reading a list that somebody brings: which column stands for which field, and what a row says. Pure; the rows come
//! from a [`RowSource`].

mod column;
mod heading;
mod options;
mod row;
mod source;

pub use column::{Column, ListKind, Plan, plan_columns};
pub use options::{ImportOptions, OnDuplicate};
pub use row::{ContactRow, CustomerRow, People, RowRules, read_contact_row, read_customer_row, row_problem};
pub use source::{RawRow, RowProblem, RowSource, SourceError};
