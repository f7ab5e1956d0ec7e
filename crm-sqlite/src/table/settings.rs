//! The settings: one row.

use crm_core::Settings;

use super::table;

table! {
    Settings in "settings" {
        key: [],
        fields: [
            revision, time_zone, region, likely, similar, weights, tell_hidden_owner, quiet_marks_lost,
            reminder_lead, renewal_days, initial_contact_percent, needs_analysis_percent, proposal_percent,
            negotiation_percent, password_length, password_memory, password_passes, record_openings, fiscal_year_start,
            report_rights, list_exporters,
        ],
    }
}
