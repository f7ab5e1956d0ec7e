//! Attachments in a world: what is attached, and what is read of it.

use crm_core::{
    Attachment, AttachmentFile, AttachmentId, AttachmentQuery, Choice, CustomerNumber, FollowUpId,
    NewAttachment, PageRequest, Result, Session,
};

use super::row::one_of;

/// A file of one of few contents, which belongs to a conversation now and then.
pub(super) fn file(follow_up: Option<FollowUpId>, what: usize) -> Result<AttachmentFile> {
    let new = NewAttachment {
        name: "报价单.pdf".into(),
        kind: Some(Choice::of("quote")),
        follow_up,
        ..NewAttachment::default()
    };
    AttachmentFile::of(new, &vec![7; what % 3])
}

pub(super) fn query(what: usize) -> AttachmentQuery {
    AttachmentQuery {
        kind: what.is_multiple_of(2).then(|| "quote".to_owned()),
        archived: what.is_multiple_of(3),
        ..AttachmentQuery::default()
    }
}

/// What is told of an attachment, with its bytes.
pub(super) fn read(session: &Session, id: AttachmentId) -> Result<(Attachment, Vec<u8>)> {
    let attachment = session.attachments().get(id)?;
    let mut reader = session.attachments().open(id)?;
    let mut bytes = Vec::new();
    while let Some(part) = reader.next_part()? {
        bytes.extend(part);
    }
    Ok((attachment, bytes))
}

/// An attachment of one of these customers, and its revision.
pub(super) fn pick(eyes: &Session, numbers: &[CustomerNumber], at: usize) -> (AttachmentId, u64) {
    let all = numbers.iter().flat_map(|number| {
        let query = AttachmentQuery {
            customer: Some(number.to_string()),
            archived: true,
            ..AttachmentQuery::default()
        };
        let there = eyes.attachments().list(&query, &PageRequest::first(50));
        there.map(|there| there.items).unwrap_or_default()
    });
    let all: Vec<(AttachmentId, u64)> = all.map(|file| (file.id, file.revision)).collect();
    one_of(&all, at).unwrap_or((AttachmentId::from_bytes([9; 16]), 1))
}
