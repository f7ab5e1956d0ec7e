//! Attachments, and their bytes.

use crm_core::{
    Attachment, AttachmentId, Content, Page, PageRequest, Result,
    store::{AttachmentFilter, Scope},
};
use rusqlite::params;

use super::{table, uuid_key};
use crate::{error::OrStorage, list::Conditions, transaction::Transaction};

uuid_key!(AttachmentId);

table! {
    Attachment in "attachment" {
        key: [id as "uuid"],
        fields: [
            customer, revision, follow_up, contract, opportunity, kind, name, media_type, size, digest, created_at,
            created_by, archived_at,
        ],
    }
}

impl Transaction<'_> {
    pub(crate) fn list_attachments(
        &self,
        filter: &AttachmentFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Attachment>> {
        let AttachmentFilter {
            customer,
            follow_up,
            contract,
            kind,
            archived,
        } = filter;
        let mut conditions = Conditions::default();
        conditions.of_customer(*customer, *archived);
        let rows = [
            ("t.follow_up =", follow_up.map(Into::into)),
            ("t.contract =", contract.map(Into::into)),
        ];
        for (column_and_sign, named) in rows {
            let Some(named) = named else { continue };
            let Some(row) = self.row_of(named)? else {
                return Ok(Page::empty());
            };
            conditions.compare(column_and_sign, Some(row.into()));
        }
        conditions.compare("t.kind =", kind.clone().map(Into::into));
        if !archived {
            conditions.and("(SELECT f.archived_at FROM follow_up f WHERE f.id = t.follow_up) IS NULL");
            conditions.and("(SELECT k.archived_at FROM contract k WHERE k.id = t.contract) IS NULL");
        }
        if !self.in_scope_by_owner(scope, Some("t.opportunity"), &mut conditions)? {
            return Ok(Page::empty());
        }
        self.newest(conditions, page, |_| true)
    }

    /// Keeps bytes, unless they are kept already, as they are.
    pub(crate) fn put_content(&self, content: &Content) -> Result<()> {
        let digest = content.digest();
        // What was damaged is whole again once somebody brings it.
        let sql = "INSERT INTO content_part (digest, part, bytes) VALUES (?1, ?2, ?3)
            ON CONFLICT (digest, part) DO UPDATE SET bytes = ?3";
        for (part, bytes) in (0_u32..).zip(content.parts()) {
            if self.part_of(&digest, part)?.as_deref() != Some(bytes) {
                self.run(sql, params![digest, part, bytes])?;
            }
        }
        Ok(())
    }

    pub(crate) fn part_of(&self, digest: &str, part: u32) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT bytes FROM content_part WHERE digest = ?1 AND part = ?2";
        self.one(sql, params![digest, part], |row| row.get(0).or_storage())
    }
}
