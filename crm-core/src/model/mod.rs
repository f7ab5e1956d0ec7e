//! What things are: plain data, declared once for every language.

use crate::describe::{Edits, Record, States};

#[macro_use]
mod page;

mod account;
mod answer;
mod attachment;
mod audit;
mod bulk;
mod change;
mod check;
mod contact;
mod content;
mod contract;
mod customer;
mod customer_key;
mod description;
mod export;
mod field;
mod follow_up;
mod hand_over;
mod import;
mod merge;
mod money;
mod number;
mod opportunity;
mod person;
mod pick_list;
mod profile;
mod quiet;
mod region;
pub(crate) mod registration;
mod reminder;
mod report;
mod request;
mod service_record;
mod settings;
mod sql;
mod status_change;
mod target;
mod task;
mod timeline;

pub use account::{Account, LoginSession, Passwords};
pub use answer::Answer;
pub use attachment::{
    Attachment, AttachmentEdit, AttachmentFile, AttachmentPage, AttachmentQuery, NewAttachment,
};
pub use audit::{
    About, Audit, AuditEntry, AuditHead, AuditKind, AuditPage, AuditQuery, Entity, EntityRef, FieldChange,
    HistoryEntry, Operation, Origin, RecordKey,
};
pub use bulk::{BulkMode, BulkOutcome};
pub use change::{Change, ChangeKind, Changes};
pub use check::{CheckReport, Fault, FaultKind};
pub use contact::{Contact, ContactEdit, NewContact};
pub use content::Content;
pub(crate) use content::hexadecimal;
pub use contract::{Contract, ContractEdit, ContractPage, ContractQuery, NewContract, PaidContract, Payment};
pub use customer::{
    Address, AddressKind, Band, Choice, Customer, CustomerBasics, CustomerEdit, CustomerKind, CustomerStatus,
    CustomerSummary, NewCustomer, NewPhone, Phone, PhoneCheck, Size, SizeScale,
};
pub use customer_key::CustomerKey;
pub use description::{FieldChoice, FieldDescription, FieldSort, LimitUnit, NounDescription};
pub use export::{Export, Exported, ReportRight};
pub use field::{field_label, fields};
pub use follow_up::{FollowUp, FollowUpEdit, FollowUpPage, FollowUpQuery, NewFollowUp, RecordedFollowUp};
pub use hand_over::{HandOver, HandOverPage};
pub use import::{DateFormat, Import, ImportCounts, ImportRow, ImportState, NewPeople, RowOutcome};
pub use merge::{
    KeptRecord, Merge, MergeChoice, MergeField, MergeMove, MergePreview, MergeReason, MergeSide,
};
pub use money::{Money, ParseMoneyError};
pub use number::{CustomerNumber, Lane, ParseNumberError};
pub use opportunity::{
    Expectation, Forecast, ForecastRow, NewOpportunity, Opportunity, OpportunityEdit, OpportunityHistory,
    OpportunityPage, OpportunityQuery, Stage, StageChange, StageStay, Win, WonDeal,
};
pub use page::{CustomerPage, CustomerQuery, CustomerSort, DateRange, Page, PageRequest};
pub use person::{NewTeam, NewUser, Role, Team, TeamEdit, User, UserEdit};
pub use pick_list::{PickEntry, PickList, built_in_entries};
pub use profile::{CustomerProfile, ProfileFigures};
pub use quiet::{LastDone, QuietCustomer, QuietCustomerPage, QuietProposal};
pub use region::Region;
pub use registration::{Registration, RegistrationScheme};
pub use reminder::{Reminder, ReminderOffer, Silence};
pub use report::{
    Cohort, Comparison, Counted, CountedRow, ForecastQuery, ForecastReport, Funnel, FunnelQuery, FunnelRow,
    FunnelUnit, Performance, PerformanceFigure, PerformanceQuery, PerformanceRow, Rate, Report, ReportFormat,
    ReportHead, ReportKind, SourceRow, Sources, SourcesQuery, StatusDistribution, StatusQuery, StatusRow,
    TeamQuery, TeamReport, TeamRow,
};
pub use request::{AccessRequest, AccessRequestPage, NewAccessRequest, RequestState, Wanted};
pub use service_record::{NewServiceRecord, ServiceRecord, ServiceRecordEdit, ServiceRecordPage};
pub use settings::{Settings, SettingsEdit};
pub use sql::{SqlAnswer, SqlValue};
pub use status_change::{StatusChange, StatusChangePage};
pub use target::{NewTarget, Target};
pub use task::{Appointment, Task, TaskKind, TaskList, TaskPage, TaskQuery, TaskState, TaskSummary};
pub use timeline::{TimelineEntry, TimelinePage, TimelineSort};

/// Hands the list of all sorts of records that a store keeps to a macro: each name is a type of this crate, and a variant
/// of [`Delta`](crate::store::Delta).
#[macro_export]
macro_rules! for_each_record {
    ($with:path) => {
        $with! { Customer, Contact, User, Team, PickEntry, Answer, Import, Settings, ServiceRecord, StatusChange, HandOver, FollowUp, Task, ReminderOffer, Silence, Opportunity, StageChange, Expectation, Contract, Account, LoginSession, Passwords, AccessRequest, Merge, Attachment, Target }
    };
}

/// The records declared here that hosts see.
pub(crate) const RECORDS: &[&Record] = &[
    &AccessRequest::RECORD,
    &AccessRequestPage::RECORD,
    &Account::RECORD,
    &Address::RECORD,
    &Answer::RECORD,
    &Appointment::RECORD,
    &Attachment::RECORD,
    &AttachmentPage::RECORD,
    &AttachmentQuery::RECORD,
    &Audit::RECORD,
    &AuditHead::RECORD,
    &AuditPage::RECORD,
    &AuditQuery::RECORD,
    &BulkOutcome::RECORD,
    &Change::RECORD,
    &Changes::RECORD,
    &CheckReport::RECORD,
    &Choice::RECORD,
    &Contact::RECORD,
    &Contract::RECORD,
    &ContractPage::RECORD,
    &ContractQuery::RECORD,
    &Counted::RECORD,
    &CountedRow::RECORD,
    &Customer::RECORD,
    &CustomerBasics::RECORD,
    &CustomerPage::RECORD,
    &CustomerProfile::RECORD,
    &CustomerQuery::RECORD,
    &CustomerSummary::RECORD,
    &DateRange::RECORD,
    &EntityRef::RECORD,
    &Expectation::RECORD,
    &Fault::RECORD,
    &FieldChange::RECORD,
    &FieldChoice::RECORD,
    &FieldDescription::RECORD,
    &FollowUp::RECORD,
    &FollowUpPage::RECORD,
    &FollowUpQuery::RECORD,
    &Forecast::RECORD,
    &ForecastQuery::RECORD,
    &ForecastReport::RECORD,
    &ForecastRow::RECORD,
    &Funnel::RECORD,
    &FunnelQuery::RECORD,
    &FunnelRow::RECORD,
    &HandOver::RECORD,
    &HandOverPage::RECORD,
    &HistoryEntry::RECORD,
    &Import::RECORD,
    &ImportCounts::RECORD,
    &ImportRow::RECORD,
    &LoginSession::RECORD,
    &NewAccessRequest::RECORD,
    &KeptRecord::RECORD,
    &Merge::RECORD,
    &MergeChoice::RECORD,
    &MergeField::RECORD,
    &MergeMove::RECORD,
    &MergePreview::RECORD,
    &NewAttachment::RECORD,
    &NewContact::RECORD,
    &NewContract::RECORD,
    &NewCustomer::RECORD,
    &NewFollowUp::RECORD,
    &NewOpportunity::RECORD,
    &NewPhone::RECORD,
    &NewServiceRecord::RECORD,
    &NewTarget::RECORD,
    &NewTeam::RECORD,
    &NewUser::RECORD,
    &NounDescription::RECORD,
    &Opportunity::RECORD,
    &OpportunityHistory::RECORD,
    &OpportunityPage::RECORD,
    &OpportunityQuery::RECORD,
    &PageRequest::RECORD,
    &PaidContract::RECORD,
    &Payment::RECORD,
    &Performance::RECORD,
    &PerformanceQuery::RECORD,
    &PerformanceRow::RECORD,
    &Phone::RECORD,
    &PickEntry::RECORD,
    &ProfileFigures::RECORD,
    &QuietCustomer::RECORD,
    &QuietCustomerPage::RECORD,
    &Rate::RECORD,
    &RecordedFollowUp::RECORD,
    &Registration::RECORD,
    &Reminder::RECORD,
    &ReminderOffer::RECORD,
    &ReportHead::RECORD,
    &ReportRight::RECORD,
    &ServiceRecord::RECORD,
    &ServiceRecordPage::RECORD,
    &Settings::RECORD,
    &Silence::RECORD,
    &Size::RECORD,
    &SourceRow::RECORD,
    &Sources::RECORD,
    &SourcesQuery::RECORD,
    &StageChange::RECORD,
    &StageStay::RECORD,
    &StatusChange::RECORD,
    &StatusChangePage::RECORD,
    &StatusDistribution::RECORD,
    &StatusQuery::RECORD,
    &StatusRow::RECORD,
    &Target::RECORD,
    &Task::RECORD,
    &TaskPage::RECORD,
    &TaskQuery::RECORD,
    &TaskSummary::RECORD,
    &Team::RECORD,
    &TeamQuery::RECORD,
    &TeamReport::RECORD,
    &TeamRow::RECORD,
    &TimelineEntry::RECORD,
    &TimelinePage::RECORD,
    &User::RECORD,
    &Win::RECORD,
    &WonDeal::RECORD,
];

/// The changes that they take.
pub(crate) const EDITS: &[&Edits] = &[
    &AttachmentEdit::EDITS,
    &ContactEdit::EDITS,
    &ContractEdit::EDITS,
    &CustomerEdit::EDITS,
    &FollowUpEdit::EDITS,
    &OpportunityEdit::EDITS,
    &ServiceRecordEdit::EDITS,
    &SettingsEdit::EDITS,
    &TeamEdit::EDITS,
    &UserEdit::EDITS,
];

/// The states declared here that hosts see.
pub(crate) const STATES: &[&States] = &[
    &AddressKind::STATES,
    &AuditKind::STATES,
    &Band::STATES,
    &BulkMode::STATES,
    &ChangeKind::STATES,
    &Cohort::STATES,
    &Comparison::STATES,
    &CustomerKind::STATES,
    &CustomerSort::STATES,
    &CustomerStatus::STATES,
    &Entity::STATES,
    &FaultKind::STATES,
    &FieldSort::STATES,
    &DateFormat::STATES,
    &FunnelUnit::STATES,
    &ImportState::STATES,
    &NewPeople::STATES,
    &LastDone::STATES,
    &LimitUnit::STATES,
    &MergeReason::STATES,
    &MergeSide::STATES,
    &PerformanceFigure::STATES,
    &PhoneCheck::STATES,
    &PickList::STATES,
    &QuietProposal::STATES,
    &ReportFormat::STATES,
    &ReportKind::STATES,
    &RegistrationScheme::STATES,
    &RequestState::STATES,
    &Role::STATES,
    &RowOutcome::STATES,
    &SizeScale::STATES,
    &Stage::STATES,
    &TaskKind::STATES,
    &TaskList::STATES,
    &TaskState::STATES,
    &TimelineSort::STATES,
    &Wanted::STATES,
];

id! {
    /// Names a user.
    UserId
}
id! {
    /// Names a team.
    TeamId
}
id! {
    /// Names a contact.
    ContactId
}
id! {
    /// Names an import.
    ImportId
}
id! {
    /// Names a service record.
    ServiceRecordId
}
id! {
    /// Names a follow-up.
    FollowUpId
}
id! {
    /// Names a task.
    TaskId
}
id! {
    /// Names an opportunity.
    OpportunityId
}
id! {
    /// Names a contract.
    ContractId
}
id! {
    /// Names an attachment.
    AttachmentId
}
id! {
    /// Names a session that somebody logged in to.
    SessionId
}
id! {
    /// Names a request for more.
    RequestId
}
