//! Attachments (R4.2): files that hang on a customer, on a follow-up or on a contract.

use chrono::{DateTime, Utc};

use super::{
    AttachmentId, Choice, Content, ContractId, CustomerNumber, FollowUpId, OpportunityId, Page, UserId,
};
use crate::{error::Result, store::record::stored};

record! {
    /// A file that was attached (R4.2). Its bytes are kept beside it, those of equal files once.
    pub struct Attachment {
        /// Names the attachment.
        pub id: AttachmentId,
        /// On which customer it hangs.
        pub customer: CustomerNumber,
        /// Raised by every change; handed back with the next one.
        pub revision: u64,
        /// The conversation that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub follow_up: Option<FollowUpId>,
        /// The contract that it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub contract: Option<ContractId>,
        /// The deal that they are about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub opportunity: Option<OpportunityId>,
        /// What sort of file it is.
        pub kind: Choice,
        /// Its name, which is one in every file system, and leads nowhere.
        pub name: String,
        /// What its bytes are, as in `application/pdf`.
        pub media_type: String,
        /// How many bytes it has.
        pub size: u64,
        /// The SHA-256 of its bytes, in hexadecimal digits.
        pub digest: String,
        /// When it was entered.
        pub created_at: DateTime<Utc>,
        /// Who entered it; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub created_by: Option<UserId>,
        /// When it was archived (R2.10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub archived_at: Option<DateTime<Utc>>,
    }
}

stored! {
    Attachment as Attachment {
        key: id (AttachmentId),
        on: customer,
        personal: [name],
        newest: created_at,
        users: [created_by],
        has: [opportunity, revision, created_at, created_by, archived_at],
    }
}

record! {
    /// A file as it is attached, without its bytes (R4.2).
    #[derive(Default)]
    pub struct NewAttachment {
        /// Its name. Required.
        pub name: String,
        /// What sort of file it is. Required.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub kind: Option<Choice>,
        /// What its bytes are, as in `application/pdf`; by default what the end of the name says.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub media_type: Option<String>,
        /// The conversation that it belongs to; none, unless it comes with a new one.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub follow_up: Option<FollowUpId>,
        /// The contract that it belongs to; none, unless it comes with a new one.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub contract: Option<ContractId>,
    }
}

/// A file to be attached: what it is, and its bytes, which are put in part by part.
///
/// ```
/// # use crm_core::{AttachmentFile, Choice, NewAttachment};
/// let mut file = AttachmentFile::from(NewAttachment {
///     name: "报价单.pdf".into(),
///     kind: Some(Choice::of("报价单")),
///     ..NewAttachment::default()
/// });
/// file.content.append(b"%PDF-1.7 ...")?;
/// assert_eq!(file.content.size(), 12);
/// # Ok::<(), crm_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AttachmentFile {
    /// What it is.
    pub new: NewAttachment,
    /// Its bytes.
    pub content: Content,
}

impl AttachmentFile {
    /// A file of these bytes.
    ///
    /// ```
    /// # use crm_core::{AttachmentFile, Choice, NewAttachment};
    /// let minutes = NewAttachment { name: "纪要.txt".into(), kind: Some(Choice::of("会议纪要")), ..NewAttachment::default() };
    /// assert_eq!(AttachmentFile::of(minutes, b"ok")?.content.size(), 2);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `attachment.too_large`.
    pub fn of(new: NewAttachment, bytes: &[u8]) -> Result<Self> {
        let mut file = Self::from(new);
        file.content.append(bytes)?;
        Ok(file)
    }
}

/// Without any bytes yet.
impl From<NewAttachment> for AttachmentFile {
    fn from(new: NewAttachment) -> Self {
        Self {
            new,
            content: Content::default(),
        }
    }
}

edits! {
    /// One field of an attachment set anew. Its bytes are never another file's.
    pub enum AttachmentEdit of Attachment {
        /// What sort of file it is.
        Kind = kind: Choice,
        /// Its name.
        Name = name: String,
        /// What its bytes are.
        MediaType = media_type: String,
    }
}

record! {
    /// Which attachments to list. What is not given does not filter.
    #[derive(Default)]
    pub struct AttachmentQuery {
        /// Those of this customer, by number or alias.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub customer: Option<String>,
        /// Those of this conversation.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub follow_up: Option<FollowUpId>,
        /// Those of this contract.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub contract: Option<ContractId>,
        /// Those of this sort: its code, or its label in either language.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub kind: Option<String>,
        /// Archived ones too, and those of archived conversations and contracts (R2.10).
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub archived: bool,
    }
}

page! {
    /// One page of attachments.
    AttachmentPage of Attachment
}
