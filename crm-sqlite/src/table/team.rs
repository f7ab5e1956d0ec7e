//! Teams.

use crm_core::{Team, TeamId};

use super::{table, uuid_key};

uuid_key!(TeamId);

table! {
    Team in "team" {
        key: [id as "uuid"],
        fields: [revision, name, head],
    }
}
