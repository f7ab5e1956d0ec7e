//! Changes of status.

use crm_core::StatusChange;

use super::table;

table! {
    StatusChange in "status_change" {
        key: [customer, revision],
        fields: [at, before as "status_before", after as "status_after", by, reason],
    }
}
