//! Reports as people take them away (R7.6): a table as CSV.
//!
//! All are made of the same [`ReportTable`], which has the words and the figures; nothing is reckoned here.

mod csv;

pub use self::csv::{Bom, csv};

#[cfg(doc)]
use crm_core::report::ReportTable;
