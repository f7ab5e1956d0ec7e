//! What people are to bring in.

use crm_core::Target;

use super::table;

table! {
    Target in "target" {
        key: [person, month],
        fields: [revision, amount],
    }
}
