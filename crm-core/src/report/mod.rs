//! What it adds up to (R7): reports as folds over facts. A store streams the facts; what a row counts, which date puts it into the
//! period, whose it is and how it rounds is said here, once.

mod filter;
mod forecast;
mod funnel;
mod people;
mod performance;
mod period;
mod rate;
mod sources;
mod status;
mod table;
mod team;

pub use funnel::{FunnelFold, LEVELS, Reached};
pub use people::People;
pub use performance::PerformanceFold;
pub(crate) use period::Earlier;
pub use period::{Period, Span};
pub use sources::SourcesFold;
pub(crate) use sources::{is_deal, won};
pub use status::StatusFold;
pub use table::{ChartKind, ReportCell, ReportChart, ReportColumn, ReportTable, Tabular};
pub use team::TeamFold;
