//! Service records.

use crm_core::{ServiceRecord, ServiceRecordId};

use super::{table, uuid_key};

uuid_key!(ServiceRecordId);

table! {
    ServiceRecord in "service_record" {
        key: [id as "uuid"],
        fields: [customer, revision, at, by, kind, text, created_at, archived_at],
    }
}
