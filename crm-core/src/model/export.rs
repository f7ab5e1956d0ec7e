//! Who may look at reports, and who may take reports and lists away (R7.6).

use super::{ReportKind, Role};

record! {
    /// Who else than an admin may look at a report, and who may export it (R7.6). It never widens what they see.
    #[derive(Eq)]
    pub struct ReportRight {
        /// Which report.
        pub report: ReportKind,
        /// Who may look at it.
        pub view: Vec<Role>,
        /// Who may export it; who may not look at it may not either.
        pub export: Vec<Role>,
    }
}

/// What went out of the CRM, as the log keeps it (R7.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// A report, or a list.
    pub what: Exported,
    /// What it was narrowed to, in words: the period, the person, the words that were looked for.
    pub filter: String,
    /// How many rows it had.
    pub rows: u64,
    /// The SHA-256 of what went out.
    pub sha256: [u8; 32],
}

/// A report, or a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exported {
    /// A report.
    Report(ReportKind),
    /// A list, by the name of its noun: `customer`, `opportunity`.
    List(&'static str),
}
