//! The Python module `crmkit._crmkit`: converts, decides nothing. Python's users import `crmkit`, which re-exports it.
//!
//! Records and states come from the core as they are (its feature `python`); here are the objects that have methods.
//! Each of them lets go of the interpreter before it calls, and hands every failure back as an exception of
//! `crmkit.errors`.

#[macro_use]
#[rustfmt::skip]
mod keywords;

mod accounts;
mod argument;
mod attachments;
mod audit;
mod call;
mod changes;
mod check;
mod clock;
mod command;
mod contacts;
mod contracts;
mod crm;
mod customers;
mod find;
mod follow_ups;
mod import;
mod merges;
mod notebook;
mod opportunities;
mod page;
mod people;
mod pick_lists;
mod reminders;
mod reports;
mod requests;
mod rows;
mod service_records;
mod session;
mod settings;
mod sql;
mod stewardship;
mod tasks;

use pyo3::prelude::*;

/// The part of crmkit that is written in Rust.
#[pymodule]
mod _crmkit {
    /// The version of the package.
    #[pymodule_export]
    #[allow(non_upper_case_globals, reason = "it is called so in every package")]
    const __version__: &str = env!("CARGO_PKG_VERSION");

    #[pymodule_export]
    use crate::accounts::OwnAccount;
    #[pymodule_export]
    use crate::attachments::{AttachmentFile, AttachmentReader, Attachments};
    #[pymodule_export]
    use crate::audit::AuditLog;
    #[pymodule_export]
    use crate::changes::ChangeFeed;
    #[pymodule_export]
    use crate::check::CheckJob;
    #[pymodule_export]
    use crate::clock::FixedClock;
    #[pymodule_export]
    use crate::command::run_command;
    #[pymodule_export]
    use crate::contacts::Contacts;
    #[pymodule_export]
    use crate::contracts::Contracts;
    #[pymodule_export]
    use crate::crm::{Crm, open};
    #[pymodule_export]
    use crate::customers::Customers;
    #[pymodule_export]
    use crate::find::{DuplicateJob, DuplicateReview};
    #[pymodule_export]
    use crate::follow_ups::FollowUps;
    #[pymodule_export]
    use crate::import::{ImportJob, ImportOutcome, Imports};
    #[pymodule_export]
    use crate::notebook::{report_html, report_svg};
    #[pymodule_export]
    use crate::opportunities::Opportunities;
    #[pymodule_export]
    use crate::page::RowIterator;
    #[pymodule_export]
    use crate::people::{Teams, Users};
    #[pymodule_export]
    use crate::pick_lists::PickLists;
    #[pymodule_export]
    use crate::reminders::Reminders;
    #[pymodule_export]
    use crate::reports::{Reports, Targets};
    #[pymodule_export]
    use crate::requests::Requests;
    #[pymodule_export]
    use crate::service_records::ServiceRecords;
    #[pymodule_export]
    use crate::session::{Session, describe};
    #[pymodule_export]
    use crate::settings::SettingsAdmin;
    #[pymodule_export]
    use crate::sql::SqlAnswer;
    #[pymodule_export]
    use crate::tasks::Tasks;
    #[pymodule_export]
    use crmkit::{
        AccessRequest, Account, Address, Attachment, Audit, AuditHead, BulkOutcome, Change, Changes,
        CheckReport, Choice, Contact, Contract, Counted, CountedRow, Customer, CustomerBasics,
        CustomerProfile, CustomerSummary, DuplicateGroup, DuplicateMatch, DuplicatePair, DuplicateReport,
        EntityRef, Expectation, Fault, FieldChange, FieldChoice, FieldDescription, FollowUp, Forecast,
        ForecastReport, ForecastRow, Funnel, FunnelRow, HandOver, HistoryEntry, Import, ImportCounts,
        ImportReport, ImportRow, ImportUndo, KeptRecord, Merge, MergeField, MergeMove, MergePreview,
        NewPhone, NounDescription, Opportunity, OpportunityHistory, PaidContract, Payment, Performance,
        PerformanceRow, Phone, PickEntry, Problem, ProfileFigures, Progress, QuietCustomer, Rate,
        RecordedFollowUp, Registration, Reminder, ReportHead, ReportRight, ServiceRecord, Settings, Size,
        SourceRow, Sources, StageChange, StageStay, StatusChange, StatusDistribution, StatusRow, Target,
        Task, TaskSummary, Team, TeamReport, TeamRow, TimelineEntry, UnknownOwner, User, Verification,
        WonDeal,
    };
}
