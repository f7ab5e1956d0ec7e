//! Hand-overs.

use crm_core::HandOver;

use super::table;

table! {
    HandOver in "hand_over" {
        key: [customer, revision],
        fields: [at, owner_before, owner_after, by, reason],
    }
}
