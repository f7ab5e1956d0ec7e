//! Customers that were merged into others (R6.3).

use crm_core::Merge;

use super::table;

table! {
    Merge in "merge" {
        key: [number],
        fields: [customer, at, by, loser, kept],
        derived: [external_id of [loser]: loser.external_id.clone()],
    }
}
