//! Reminders, and who wants none of a kind.

use crm_core::{ReminderOffer, Silence};

use super::table;

table! {
    ReminderOffer in "reminder" {
        key: [task, due],
        fields: [customer, holder, offered_at, confirmed_at],
    }
}

table! {
    Silence in "silence" {
        key: [user, kind],
        fields: [],
    }
}
