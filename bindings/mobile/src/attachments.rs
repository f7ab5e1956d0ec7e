//! Attachments (R4.2).

use std::sync::{Arc, Mutex, PoisonError};

use crmkit::{
    Attachment, AttachmentEdit, AttachmentId, AttachmentPage, AttachmentQuery, Language, NewAttachment,
    PageRequest, model::fields,
};

use crate::{
    Result, Session,
    call::{call, from_zero, of_session},
};

/// A file to be attached: what it is, and its bytes, which are put in part by part.
#[derive(uniffi::Object)]
pub struct AttachmentFile {
    inner: Mutex<crmkit::AttachmentFile>,
}

#[uniffi::export]
impl AttachmentFile {
    /// A file without any bytes yet.
    #[uniffi::constructor]
    pub fn new(new: NewAttachment) -> Arc<Self> {
        Arc::new(Self {
            inner: Mutex::new(new.into()),
        })
    }

    /// Puts bytes behind those that it has; 10 MB in all are the most.
    ///
    /// Fails with `attachment.too_large`; it has what it had then.
    pub fn append(&self, bytes: Vec<u8>) -> Result<()> {
        call(Language::default(), || self.lock().content.append(&bytes))
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.lock().content.size()
    }
}

impl AttachmentFile {
    fn lock(&self) -> std::sync::MutexGuard<'_, crmkit::AttachmentFile> {
        // What a panic leaves is what it was before: bytes are appended whole, or not.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As they are now.
    pub(crate) fn all(files: &[Arc<Self>]) -> Vec<crmkit::AttachmentFile> {
        files.iter().map(|file| file.lock().clone()).collect()
    }
}

/// The bytes of an attachment, to be read part by part.
#[derive(uniffi::Object)]
pub struct AttachmentReader {
    inner: Mutex<crmkit::AttachmentReader>,
    language: Language,
}

#[uniffi::export]
impl AttachmentReader {
    /// What is read.
    pub fn attachment(&self) -> Attachment {
        self.lock().attachment().clone()
    }

    /// The next bytes, 256 KiB at the most; none behind the last.
    ///
    /// Fails with `attachment.damaged`; with NotFound if its customer is out of sight by now.
    pub fn next_part(&self) -> Result<Option<Vec<u8>>> {
        call(self.language, || self.lock().next_part())
    }
}

impl AttachmentReader {
    fn lock(&self) -> std::sync::MutexGuard<'_, crmkit::AttachmentReader> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

of_session! {
    /// Attachments, for one session.
    Attachments(crmkit::Attachments)
}

#[uniffi::export]
impl Session {
    /// Attachments (R4.2).
    pub fn attachments(&self) -> Arc<Attachments> {
        Attachments::new(self.inner.attachments(), self.language)
    }
}

#[uniffi::export]
impl Attachments {
    /// Attaches a file to a customer, and to the conversation or the contract that it names (R4.2). To a conversation only who held
    /// it, or an admin, attaches anything (R4.4).
    ///
    /// Fails with Invalid, naming every field at fault; with `access.denied` for another's conversation; with `record.archived`;
    /// with NotFound for a customer that the caller may not change.
    pub fn add(&self, customer: String, file: Arc<AttachmentFile>) -> Result<Attachment> {
        let file = file.lock().clone();
        self.call(|attachments| attachments.add(&customer, &file))
    }

    /// The attachment with this identifier, archived or not.
    pub fn get(&self, id: AttachmentId) -> Result<Attachment> {
        self.call(|attachments| attachments.get(id))
    }

    /// A page of attachments, the one that was entered last first, by default the first 50.
    ///
    /// Fails with Invalid for a kind that is none; with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(query), default(page))]
    pub fn list(&self, query: AttachmentQuery, page: PageRequest) -> Result<AttachmentPage> {
        self.call(|attachments| {
            from_zero(fields::LIMIT, page.limit)?;
            attachments.list(&query, &page)
        })
    }

    /// The bytes of an attachment, to be read part by part. They have been held against what came in before the first one is handed
    /// out.
    ///
    /// Fails with `attachment.damaged`; with NotFound.
    pub fn open(&self, id: AttachmentId) -> Result<Arc<AttachmentReader>> {
        let inner = self.call(|attachments| attachments.open(id))?;
        Ok(Arc::new(AttachmentReader {
            inner: Mutex::new(inner),
            language: self.language,
        }))
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid, naming every field at fault; with `access.denied` for one of
    /// another's conversation; with `record.archived`; with NotFound.
    pub fn update(&self, id: AttachmentId, revision: u64, edits: Vec<AttachmentEdit>) -> Result<Attachment> {
        self.call(|attachments| {
            from_zero(fields::REVISION, revision)?;
            attachments.update(id, revision, &edits)
        })
    }

    /// Archives an attachment, for this reason (R2.10); its bytes stay.
    ///
    /// Fails with Conflict if it has been changed since; with Invalid for a blank reason; with `access.denied`; with NotFound.
    pub fn archive(&self, id: AttachmentId, revision: u64, reason: String) -> Result<Attachment> {
        self.call(|attachments| {
            from_zero(fields::REVISION, revision)?;
            attachments.archive(id, revision, &reason)
        })
    }

    /// Restores an attachment from the archive, for this reason (R2.10).
    ///
    /// Fails as archiving does.
    pub fn restore(&self, id: AttachmentId, revision: u64, reason: String) -> Result<Attachment> {
        self.call(|attachments| {
            from_zero(fields::REVISION, revision)?;
            attachments.restore(id, revision, &reason)
        })
    }
}
