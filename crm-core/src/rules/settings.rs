//! The settings of a business (R8.7): what is a value of each, and what two programs must agree on.

use serde::Serialize;

use crate::{
    BusinessZone,
    audit::payload::text_of,
    error::{Code, Problem},
    matching::{Rules, Thresholds, Weights},
    model::{Region, ReportRight, Role, Settings, SettingsEdit, fields},
    rules::{
        export::{LIST_EXPORTERS, set_twice},
        limit,
        password::{Cost, LONGEST, SHORTEST},
    },
    store::record::{FieldVisitor, Fields},
};

/// The settings made ready for use.
#[derive(Clone, Debug, PartialEq)]
pub struct Conventions {
    /// The business's own time zone.
    pub zone: BusinessZone,
    /// Where numbers without a country code, and addresses, are from.
    pub region: Region,
    /// From which score on two are likely duplicates, and similar.
    pub thresholds: Thresholds,
    /// What evidence weighs.
    pub weights: Weights,
    /// Whether a likely duplicate out of sight is refused with its owner's name.
    pub tell_hidden_owner: bool,
    /// Whether customers who have gone quiet may be marked lost (R2.6).
    pub quiet_marks_lost: bool,
    /// How many minutes before its time a task with a time is reminded of (R4.6).
    pub reminder_lead: u32,
    /// How likely a deal in each open stage is to be won, in per cent, from the first stage on (R5.5).
    pub stage_percents: [u32; 4],
    /// How many days before its end a contract is to be renewed (R4.7).
    pub renewal_days: u32,
    /// How many characters a password has at the least (R8.4).
    pub password_length: u32,
    /// What hashing a password costs.
    pub password_cost: Cost,
    /// Whether the log keeps who opened a customer's details (R8.5).
    pub record_openings: bool,
    /// The month in which the fiscal year starts (R7).
    pub fiscal_year_start: u32,
    /// Who may look at which report and export it, besides admins (R7.6).
    pub report_rights: Vec<ReportRight>,
    /// Who may export lists, besides admins (R7.6).
    pub list_exporters: Vec<Role>,
}

/// How many days before its end a contract is to be renewed at first (R4.7).
const RENEWAL_DAYS: u32 = 30;

/// How likely a deal in each open stage is to be won at first (R5.5).
const STAGE_PERCENTS: [u32; 4] = [10, 25, 50, 75];

impl Default for Conventions {
    fn default() -> Self {
        Self {
            zone: BusinessZone::default(),
            region: Region::default(),
            thresholds: Thresholds::default(),
            weights: Weights::default(),
            tell_hidden_owner: true,
            quiet_marks_lost: false,
            reminder_lead: 0,
            stage_percents: STAGE_PERCENTS,
            renewal_days: RENEWAL_DAYS,
            password_length: SHORTEST,
            password_cost: Cost::default(),
            record_openings: false,
            fiscal_year_start: 1,
            report_rights: Vec::new(),
            list_exporters: LIST_EXPORTERS.to_vec(),
        }
    }
}

impl Conventions {
    /// What a comparison goes by.
    pub fn rules(&self) -> Rules<'_> {
        Rules {
            thresholds: self.thresholds,
            weights: &self.weights,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let Thresholds { likely, similar } = Thresholds::default();
        let [
            initial_contact_percent,
            needs_analysis_percent,
            proposal_percent,
            negotiation_percent,
        ] = STAGE_PERCENTS;
        let Cost { memory, passes } = Cost::default();
        Self {
            revision: 1,
            time_zone: BusinessZone::default().name().to_owned(),
            region: Region::default(),
            likely,
            similar,
            weights: None,
            tell_hidden_owner: true,
            quiet_marks_lost: false,
            reminder_lead: 0,
            renewal_days: RENEWAL_DAYS,
            initial_contact_percent,
            needs_analysis_percent,
            proposal_percent,
            negotiation_percent,
            password_length: SHORTEST,
            password_memory: memory,
            password_passes: passes,
            record_openings: false,
            fiscal_year_start: 1,
            report_rights: Vec::new(),
            list_exporters: LIST_EXPORTERS.to_vec(),
        }
    }
}

/// The settings of a new database that is opened with these.
pub fn settings_of(given: &[SettingsEdit]) -> Settings {
    edited(&Settings::default(), given)
}

/// Reads settings, and names every one that has no such value.
pub fn conventions_of(settings: &Settings) -> Result<Conventions, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut invalid = |field, value: String| problems.push(Problem::with(field, Code::SettingInvalid, value));
    let zone = BusinessZone::named(&settings.time_zone);
    if zone.is_none() {
        invalid(fields::TIME_ZONE, settings.time_zone.clone());
    }
    let &Settings { likely, similar, .. } = settings;
    if !(0.0 < similar && similar <= likely && likely < 1.0) {
        invalid(fields::THRESHOLDS, format!("{likely}, {similar}"));
    }
    let weights = settings.weights.as_deref().map(Weights::parse).transpose();
    let weights = weights.unwrap_or_else(|bad| {
        invalid(fields::WEIGHTS, bad.to_string());
        None
    });
    if settings.reminder_lead > limit::REMINDER_LEAD {
        invalid(fields::REMINDER_LEAD, settings.reminder_lead.to_string());
    }
    if settings.renewal_days > limit::RENEWAL_DAYS {
        invalid(fields::RENEWAL_DAYS, settings.renewal_days.to_string());
    }
    let percents = [
        (fields::INITIAL_CONTACT_PERCENT, settings.initial_contact_percent),
        (fields::NEEDS_ANALYSIS_PERCENT, settings.needs_analysis_percent),
        (fields::PROPOSAL_PERCENT, settings.proposal_percent),
        (fields::NEGOTIATION_PERCENT, settings.negotiation_percent),
    ];
    for (field, percent) in percents.iter().filter(|(_, percent)| *percent > limit::PERCENT) {
        invalid(field, percent.to_string());
    }
    if !(1..=limit::MONTH).contains(&settings.fiscal_year_start) {
        invalid(fields::FISCAL_YEAR_START, settings.fiscal_year_start.to_string());
    }
    if let Some(report) = set_twice(&settings.report_rights) {
        invalid(fields::REPORT_RIGHTS, report.code().to_owned());
    }
    if !(SHORTEST..=LONGEST).contains(&settings.password_length) {
        invalid(fields::PASSWORD_LENGTH, settings.password_length.to_string());
    }
    let &Settings {
        password_memory: memory,
        password_passes: passes,
        ..
    } = settings;
    let password_cost = Cost { memory, passes };
    if !password_cost.can_be() {
        invalid(fields::PASSWORD_MEMORY, format!("{memory}, {passes}"));
    }
    match (zone, problems.is_empty()) {
        (Some(zone), true) => Ok(Conventions {
            zone,
            region: settings.region,
            thresholds: Thresholds { likely, similar },
            weights: weights.map(|weights| weights.within_rules()).unwrap_or_default(),
            tell_hidden_owner: settings.tell_hidden_owner,
            quiet_marks_lost: settings.quiet_marks_lost,
            reminder_lead: settings.reminder_lead,
            stage_percents: percents.map(|(_, percent)| percent),
            renewal_days: settings.renewal_days,
            password_length: settings.password_length,
            password_cost,
            record_openings: settings.record_openings,
            fiscal_year_start: settings.fiscal_year_start,
            report_rights: settings.report_rights.clone(),
            list_exporters: settings.list_exporters.clone(),
        }),
        _ => Err(problems),
    }
}

/// Whether a database can be opened with these.
///
/// # Errors
/// Every one that has no such value.
pub fn check_given(given: &[SettingsEdit]) -> Result<(), Vec<Problem>> {
    conventions_of(&settings_of(given)).map(drop)
}

/// What is given and is not as the database has it: two programs must not number or judge differently.
pub fn differing(given: &[SettingsEdit], there: &Settings) -> Vec<Problem> {
    let mut differing = Differing(Vec::new());
    Settings::visit(&edited(there, given), there, &mut differing);
    differing.0
}

struct Differing(Vec<Problem>);

impl FieldVisitor for Differing {
    fn field<T: Serialize + PartialEq>(&mut self, name: &'static str, given: &T, there: &T) {
        if given != there {
            let there = serde_json::to_value(there).ok();
            let there = there.as_ref().and_then(text_of).unwrap_or_default();
            self.0.push(Problem::with(name, Code::SettingDiffers, there));
        }
    }
}

/// The settings with these fields set anew.
///
/// # Errors
/// Every one that has no such value.
pub fn edit_settings(before: &Settings, edits: &[SettingsEdit]) -> Result<Settings, Vec<Problem>> {
    let after = edited(before, edits);
    conventions_of(&after).map(|_| after)
}

fn edited(before: &Settings, edits: &[SettingsEdit]) -> Settings {
    let mut after = before.clone();
    for edit in edits {
        match edit.clone() {
            SettingsEdit::TimeZone { value } => after.time_zone = value,
            SettingsEdit::Region { value } => after.region = value,
            SettingsEdit::Likely { value } => after.likely = value,
            SettingsEdit::Similar { value } => after.similar = value,
            SettingsEdit::Weights { value } => after.weights = value,
            SettingsEdit::TellHiddenOwner { value } => after.tell_hidden_owner = value,
            SettingsEdit::QuietMarksLost { value } => after.quiet_marks_lost = value,
            SettingsEdit::ReminderLead { value } => after.reminder_lead = value,
            SettingsEdit::RenewalDays { value } => after.renewal_days = value,
            SettingsEdit::InitialContactPercent { value } => after.initial_contact_percent = value,
            SettingsEdit::NeedsAnalysisPercent { value } => after.needs_analysis_percent = value,
            SettingsEdit::ProposalPercent { value } => after.proposal_percent = value,
            SettingsEdit::NegotiationPercent { value } => after.negotiation_percent = value,
            SettingsEdit::PasswordLength { value } => after.password_length = value,
            SettingsEdit::PasswordMemory { value } => after.password_memory = value,
            SettingsEdit::PasswordPasses { value } => after.password_passes = value,
            SettingsEdit::RecordOpenings { value } => after.record_openings = value,
            SettingsEdit::FiscalYearStart { value } => after.fiscal_year_start = value,
            SettingsEdit::ReportRights { value } => after.report_rights = value,
            SettingsEdit::ListExporters { value } => after.list_exporters = value,
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_7_what_is_given_later_must_be_as_the_database_has_it() {
        let there = Settings {
            time_zone: "Asia/Taipei".into(),
            ..Settings::default()
        };
        let given = |zone: &str| [SettingsEdit::TimeZone { value: zone.into() }];
        assert_eq!(differing(&[], &there), []);
        assert_eq!(differing(&given("Asia/Taipei"), &there), []);
        let problem = Problem::with(fields::TIME_ZONE, Code::SettingDiffers, "Asia/Taipei");
        assert_eq!(differing(&given("Asia/Shanghai"), &there), [problem]);
        let all = [
            SettingsEdit::Region { value: Region::TW },
            SettingsEdit::Likely { value: 0.95 },
            SettingsEdit::Similar { value: there.similar },
            SettingsEdit::Weights {
                value: Some("same_phone 9".into()),
            },
            SettingsEdit::TellHiddenOwner { value: false },
        ];
        let found: Vec<String> = differing(&all, &there)
            .into_iter()
            .map(|problem| problem.field)
            .collect();
        let four = [
            fields::REGION,
            fields::LIKELY,
            fields::WEIGHTS,
            fields::TELL_HIDDEN_OWNER,
        ];
        assert_eq!(found, four);
    }

    #[test]
    fn r8_7_every_setting_without_such_a_value_is_named() {
        let bad = Settings {
            time_zone: "Asia/Nowhere".into(),
            likely: 0.5,
            weights: Some("no such thing".into()),
            ..Settings::default()
        };
        let problems = conventions_of(&bad).unwrap_err();
        let found: Vec<&str> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(found, [fields::TIME_ZONE, fields::THRESHOLDS, fields::WEIGHTS]);
        assert_eq!(conventions_of(&Settings::default()), Ok(Conventions::default()));
    }
}
