//! The settings: one row, which is read once and remembered: every call that writes asks for it.

use std::cell::OnceCell;

use crm_core::{Result, Settings, store::Put};

use super::table;
use crate::transaction::Transaction;

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

    fn kept<'t>(tx: &'t Transaction) -> Option<&'t OnceCell<Self>> {
        Some(&tx.settings)
    }

    fn put(tx: &mut Transaction, _: &Put<Self>) -> Result<()> {
        tx.settings.take();
        Ok(())
    }
}
