//! Which attachments to list (R4.2), made ready so that every store answers alike.

use crate::model::{Attachment, ContractId, CustomerNumber, FollowUpId};

/// A query for attachments with its names looked up. [`matches`](Self::matches) is what it means; a store may compile it instead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachmentFilter {
    /// Those of this customer, archived or not; else of all that are not archived, unless archived ones are asked for.
    pub customer: Option<CustomerNumber>,
    /// Those of this conversation.
    pub follow_up: Option<FollowUpId>,
    /// Those of this contract.
    pub contract: Option<ContractId>,
    /// Those of this sort, by its code.
    pub kind: Option<String>,
    /// Archived ones too, and those of archived conversations and contracts (R2.10).
    pub archived: bool,
}

impl AttachmentFilter {
    /// Whether an attachment is asked for, whatever it belongs to.
    pub fn matches(&self, attachment: &Attachment) -> bool {
        (self.archived || attachment.archived_at.is_none())
            && self
                .customer
                .is_none_or(|customer| customer == attachment.customer)
            && self
                .follow_up
                .is_none_or(|follow_up| Some(follow_up) == attachment.follow_up)
            && self
                .contract
                .is_none_or(|contract| Some(contract) == attachment.contract)
            && self
                .kind
                .as_ref()
                .is_none_or(|kind| *kind == attachment.kind.code)
    }
}
