//! What a business sets once (R8.7).

use super::{Region, ReportRight, Role};
use crate::{
    rules::{
        limit,
        password::{LONGEST, SHORTEST},
    },
    store::record::stored,
};

record! {
    /// The settings of a business (R8.7): one record, edited by an admin, the same for every program on the database.
    pub struct Settings {
        /// Raised by every change.
        pub revision: u64,
        /// The business's own time zone by its IANA name, in which days begin.
        pub time_zone: String,
        /// Where numbers without a country code, and addresses, are from. Numbers of regions other than the mainland, Taiwan,
        /// Hong Kong and Macau take the feature `phone-metadata`; without it they need their country code.
        pub region: Region,
        /// From which score on two are likely duplicates (R6.1).
        pub likely: f64,
        /// From which score on two are similar (R6.1).
        pub similar: f64,
        /// What evidence weighs (R6.1), as text; none for the weights that the library ships.
        pub weights: Option<String>,
        /// Whether saving over a likely duplicate that the caller may not see is refused with its owner's name (R6.1). If not,
        /// it is saved, and the pair is found by whoever sees both.
        pub tell_hidden_owner: bool,
        /// Whether customers who have gone quiet may be marked lost without anybody's looking at each (R2.6).
        pub quiet_marks_lost: bool,
        /// How many minutes before its time a task with a time is reminded of (R4.6), up to a day.
        #[rule(between(0, limit::REMINDER_LEAD))]
        pub reminder_lead: u32,
        /// How many days before its end a contract is to be renewed (R4.7), up to 365.
        #[rule(between(0, limit::RENEWAL_DAYS))]
        pub renewal_days: u32,
        /// How likely a deal in the first stage is to be won, in per cent (R5.5).
        #[rule(between(0, limit::PERCENT))]
        pub initial_contact_percent: u32,
        /// How likely one whose needs are being analysed is.
        #[rule(between(0, limit::PERCENT))]
        pub needs_analysis_percent: u32,
        /// How likely one with a proposal is.
        #[rule(between(0, limit::PERCENT))]
        pub proposal_percent: u32,
        /// How likely one that is being negotiated is.
        #[rule(between(0, limit::PERCENT))]
        pub negotiation_percent: u32,
        /// How many characters a password has at the least (R8.4), from 8 to 128.
        #[rule(between(SHORTEST, LONGEST))]
        pub password_length: u32,
        /// How much memory hashing a password takes, in KiB, from 8 to 1,048,576. What is changed holds for the next password.
        pub password_memory: u32,
        /// How many times hashing a password passes over it, from 1 to 64.
        pub password_passes: u32,
        /// Whether the log keeps who opened a customer's details (R8.5).
        pub record_openings: bool,
        /// The month in which the fiscal year starts (R7), from 1 to 12.
        #[rule(between(1, limit::MONTH))]
        pub fiscal_year_start: u32,
        /// Who else than admins may look at which report and export it (R7.6); of reports that are not named, everybody looks, and
        /// supervisors export, of performance sales reps too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub report_rights: Vec<ReportRight>,
        /// Who else than admins may export lists (R7.6).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub list_exporters: Vec<Role>,
    }
}

stored! {
    Settings as Settings {
        key: (()),
        personal: [],
        has: [revision],
    }
}

edits! {
    /// One setting set anew (R8.7).
    pub enum SettingsEdit of Settings {
        /// The business's own time zone by its IANA name.
        TimeZone = time_zone: String,
        /// Where numbers without a country code, and addresses, are from.
        Region = region: Region,
        /// From which score on two are likely duplicates (R6.1).
        Likely = likely: f64,
        /// From which score on two are similar (R6.1).
        Similar = similar: f64,
        /// What evidence weighs (R6.1), as text; `None` for the weights that the library ships.
        Weights = weights: Option<String>,
        /// Whether saving over a likely duplicate that the caller may not see is refused with its owner's name (R6.1).
        TellHiddenOwner = tell_hidden_owner: bool,
        /// Whether customers who have gone quiet may be marked lost without anybody's looking at each (R2.6).
        QuietMarksLost = quiet_marks_lost: bool,
        /// How many minutes before its time a task with a time is reminded of (R4.6), up to 1,440.
        ReminderLead = reminder_lead: u32,
        /// How many days before its end a contract is to be renewed (R4.7), up to 365.
        RenewalDays = renewal_days: u32,
        /// How likely a deal in the first stage is to be won, in per cent (R5.5), up to 100.
        InitialContactPercent = initial_contact_percent: u32,
        /// How likely one whose needs are being analysed is.
        NeedsAnalysisPercent = needs_analysis_percent: u32,
        /// How likely one with a proposal is.
        ProposalPercent = proposal_percent: u32,
        /// How likely one that is being negotiated is.
        NegotiationPercent = negotiation_percent: u32,
        /// How many characters a password has at the least (R8.4), from 8 to 128.
        PasswordLength = password_length: u32,
        /// How much memory hashing a password takes, in KiB, from 8 to 1,048,576.
        PasswordMemory = password_memory: u32,
        /// How many times hashing a password passes over it, from 1 to 64.
        PasswordPasses = password_passes: u32,
        /// Whether the log keeps who opened a customer's details (R8.5).
        RecordOpenings = record_openings: bool,
        /// The month in which the fiscal year starts (R7), from 1 to 12.
        FiscalYearStart = fiscal_year_start: u32,
        /// Who else than admins may look at which report and export it (R7.6).
        ReportRights = report_rights: Vec<ReportRight>,
        /// Who else than admins may export lists (R7.6).
        ListExporters = list_exporters: Vec<Role>,
    }
}
