//! Contacts.

use crm_core::{Contact, ContactId, CustomerNumber, Result};

use super::{table, uuid_key};
use crate::transaction::Transaction;

uuid_key!(ContactId);

table! {
    Contact in "contact" {
        key: [id as "uuid"],
        fields: [
            customer, revision, name, title, mobile, mobile_e164, phone, phone_e164, email, wechat, primary as "is_primary", role,
            created_at, archived_at,
        ],
    }

    const LET_GO: &'static [&'static str] =
        &["UPDATE import_row SET contact = ?1 WHERE contact = (SELECT id FROM contact WHERE uuid = ?1)"];
}

impl Transaction<'_> {
    /// The contacts of a customer that are not archived, in the order in which they were entered.
    pub(crate) fn contacts_of(&self, customer: CustomerNumber) -> Result<Vec<Contact>> {
        let rest = "WHERE t.customer = ?1 AND t.archived_at IS NULL ORDER BY t.id";
        self.records_where(rest, [customer.to_i64()])
    }
}
