//! Reports as people take them away (R7.6).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod csv;
mod page;
#[cfg(feature = "pdf")]
mod pdf;
mod sample;
mod svg;
#[cfg(feature = "xlsx-write")]
mod workbook;
mod xml;
