//! Attachments: what is read of them, and their bytes.

use sha2::{Digest, Sha256};

use super::{ReadTx, WriteTx};
use crate::{
    access::{Action, Adds, Editable, Edits, Grant, SeeCustomers},
    error::{Code, Error, Result},
    model::{Attachment, Content, FollowUp, Page, PageRequest, hexadecimal},
    store::{AttachmentFilter, Scope, StoreRead},
};

/// What each part of an attachment's bytes must be, as they were when they were found to be what came in.
#[derive(Clone)]
pub(in crate::service) struct Verified(Vec<[u8; 32]>);

impl Verified {
    pub(in crate::service) fn parts(&self) -> u32 {
        u32::try_from(self.0.len()).unwrap_or(u32::MAX)
    }
}

impl<'tx> ReadTx<'_, 'tx> {
    /// A page of attachments that may be seen.
    pub(in crate::service) fn attachments(
        &self,
        grant: &Grant<'tx, SeeCustomers>,
        filter: &AttachmentFilter,
        page: &PageRequest,
    ) -> Result<Page<Attachment>> {
        self.store.attachments(filter, grant.sees(), page)
    }

    /// All attachments of a conversation, which may be changed as it may.
    pub(in crate::service) fn attachments_of<A: Edits<Attachment>>(
        &self,
        _grant: &Grant<'tx, A>,
        follow_up: &Editable<'tx, FollowUp>,
    ) -> Result<Vec<Editable<'tx, Attachment>>> {
        let filter = AttachmentFilter {
            customer: Some(follow_up.customer),
            follow_up: Some(follow_up.id),
            archived: true,
            ..AttachmentFilter::default()
        };
        let mut page = PageRequest::first(PageRequest::MAX);
        let mut all = Vec::new();
        loop {
            let found = self.store.attachments(&filter, &Scope::all(), &page)?;
            all.extend(found.items.into_iter().map(Editable::read));
            match found.next {
                Some(next) => page.after = Some(next),
                None => return Ok(all),
            }
        }
    }

    /// Holds the bytes of an attachment against its digest, part by part.
    ///
    /// # Errors
    /// `attachment.damaged`.
    pub(in crate::service) fn verify_content<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        attachment: &Attachment,
    ) -> Result<Verified> {
        verify(self.store, attachment)
    }

    /// A part of an attachment's bytes, as it was verified.
    ///
    /// # Errors
    /// `attachment.damaged` if it is another one by now.
    pub(in crate::service) fn content_part(
        &self,
        _grant: &Grant<'tx, SeeCustomers>,
        attachment: &Attachment,
        verified: &Verified,
        part: u32,
    ) -> Result<Option<Vec<u8>>> {
        let Some(expected) = usize::try_from(part).ok().and_then(|part| verified.0.get(part)) else {
            return Ok(None);
        };
        match self.store.content_part(&attachment.digest, part)? {
            Some(bytes) if digest_of(&bytes) == *expected => Ok(Some(bytes)),
            _ => Err(damaged(attachment)),
        }
    }
}

impl<'tx> WriteTx<'_, 'tx> {
    /// Keeps the bytes of an attachment that is entered.
    pub(in crate::service) fn keep_content<A: Adds<Attachment>>(
        &mut self,
        _grant: &Grant<'tx, A>,
        content: &Content,
    ) {
        self.contents.push(content.clone());
    }
}

/// As [`ReadTx::verify_content`].
pub(super) fn verify(store: &(impl StoreRead + ?Sized), attachment: &Attachment) -> Result<Verified> {
    let (mut hash, mut parts, mut size) = (Sha256::new(), Vec::new(), 0);
    for part in 0..Content::parts_of(attachment.size) {
        let Some(bytes) = store.content_part(&attachment.digest, part)? else {
            return Err(damaged(attachment));
        };
        size += bytes.len() as u64;
        hash.update(&bytes);
        parts.push(digest_of(&bytes));
    }
    match size == attachment.size && hexadecimal(hash) == attachment.digest {
        true => Ok(Verified(parts)),
        false => Err(damaged(attachment)),
    }
}

fn digest_of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn damaged(attachment: &Attachment) -> Error {
    Error::storage(Code::AttachmentDamaged, attachment.id)
}
