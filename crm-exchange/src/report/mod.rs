//! Reports as people take them away (R7.6): a table as CSV, a picture, an Excel workbook, a page, a PDF document.
//!
//! All are made of the same [`ReportTable`](crm_core::report::ReportTable), which has the words and the figures; nothing is reckoned here.

mod csv;
mod escape;
mod page;
#[cfg(feature = "pdf")]
mod pdf;
mod picture;
mod svg;
#[cfg(feature = "xlsx-write")]
mod workbook;

#[cfg(feature = "pdf")]
pub use self::pdf::{Fonts, PdfError, pdf};
#[cfg(feature = "xlsx-write")]
pub use self::workbook::workbook;
pub use self::{
    csv::{Bom, csv},
    page::page,
    svg::svg,
};
