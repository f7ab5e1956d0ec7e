//! Attachments: files that hang on a customer, on a conversation or on a contract (R4.2).

use super::{
    Session,
    archive::{put_away, refuse_archived},
    door::{ReadTx, Verified, WriteTx},
};
use crate::{
    access::{EditCustomers, Editable, Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    model::{
        Attachment, AttachmentEdit, AttachmentFile, AttachmentId, AttachmentPage, AttachmentQuery, AuditKind,
        Contract, CustomerKey, CustomerNumber, FollowUp, NewAttachment, OpportunityId, PageRequest, PickList,
        fields,
    },
    rules::{
        attachment::{check_attachment, edit_attachment},
        required_text,
    },
    store::AttachmentFilter,
};

/// Attachments, for one session.
#[derive(Clone)]
pub struct Attachments {
    session: Session,
}

impl Session {
    /// Attachments (R4.2).
    ///
    /// ```
    /// # use crm_core::{AttachmentQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// let files = me.attachments().list(&AttachmentQuery::default(), &PageRequest::first(50))?;
    /// assert!(files.items.is_empty(), "nothing yet");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn attachments(&self) -> Attachments {
        Attachments {
            session: self.clone(),
        }
    }
}

impl Attachments {
    /// Attaches a file to a customer, and to the conversation or the contract that it names (R4.2). To a conversation only who held
    /// it, or an admin, attaches anything (R4.4).
    ///
    /// ```
    /// # use crm_core::{AttachmentFile, Choice, NewAttachment, doc_example};
    /// let me = doc_example::desk()?;
    /// let customer = doc_example::first(&me)?;
    /// let quote = NewAttachment {
    ///     name: "报价单.pdf".into(),
    ///     kind: Some(Choice::of("报价单")),
    ///     ..NewAttachment::default()
    /// };
    /// let attached = me.attachments().add(&customer, &AttachmentFile::of(quote, b"%PDF-1.7")?)?;
    /// assert_eq!((attached.size, attached.media_type.as_str()), (8, "application/pdf"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid, naming every field at fault: a name that is none of a file, a conversation or a contract that is none of this
    /// customer's; `access.denied` for another's conversation; `record.archived`; NotFound for a customer that the caller may not
    /// change.
    pub fn add(&self, customer: impl Into<CustomerKey>, file: &AttachmentFile) -> Result<Attachment> {
        let customer = &customer.into();
        self.write(AuditKind::AttachmentAdded, |tx, grant| {
            let talk = match file.new.follow_up {
                Some(id) => tx.reads().editable::<FollowUp, _>(grant, id)?,
                None => None,
            };
            let deal = talk.as_ref().and_then(|talk| talk.opportunity);
            let customer = tx.reads().customer_of_talk(grant, customer, deal)?;
            refuse_archived(&customer)?;
            let on = on(tx, grant, customer.number, talk, &file.new)?;
            attach(tx, grant, on, file)
        })
    }

    /// The attachment with this identifier, archived or not.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// assert_eq!(me.attachments().get(quote.id)?, quote);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if its customer is out of scope.
    pub fn get(&self, id: AttachmentId) -> Result<Attachment> {
        self.read(|tx, grant| tx.record(grant, id)?.ok_or_else(|| Error::not_found(id)))
    }

    /// A page of attachments, the one that was entered last first.
    ///
    /// ```
    /// # use crm_core::{AttachmentQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// let query = AttachmentQuery { kind: Some("报价单".into()), ..AttachmentQuery::default() };
    /// assert_eq!(me.attachments().list(&query, &PageRequest::first(50))?.items, [quote]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a kind that is none; NotFound for a customer out of scope; `page.limit`, `page.invalid`.
    pub fn list(&self, query: &AttachmentQuery, page: &PageRequest) -> Result<AttachmentPage> {
        self.read(|tx, grant| {
            let filter = filter(tx, grant, query)?;
            tx.attachments(grant, &filter, page).map(Into::into)
        })
    }

    /// The bytes of an attachment, to be read part by part. They have been held against what came in before the first one is handed
    /// out.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// let mut reader = me.attachments().open(quote.id)?;
    /// let mut bytes = Vec::new();
    /// while let Some(part) = reader.next_part()? {
    ///     bytes.extend(part);
    /// }
    /// assert_eq!(bytes, b"%PDF-1.7");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `attachment.damaged`; NotFound if its customer is out of scope.
    pub fn open(&self, id: AttachmentId) -> Result<AttachmentReader> {
        let (attachment, verified) = self.read(|tx, grant| {
            let attachment = tx.record(grant, id)?.ok_or_else(|| Error::not_found(id))?;
            let verified = tx.verify_content(grant, &attachment)?;
            Ok((attachment, verified))
        })?;
        Ok(AttachmentReader {
            attachments: self.clone(),
            attachment,
            verified,
            next: 0,
        })
    }

    /// Changes the fields named; `revision` is the one that the caller saw.
    ///
    /// ```
    /// # use crm_core::{AttachmentEdit, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// let name = AttachmentEdit::Name { value: "报价单（终稿）.pdf".into() };
    /// assert_eq!(me.attachments().update(quote.id, quote.revision, &[name])?.revision, 2);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault; `access.denied` for one of another's
    /// conversation; `record.archived`; NotFound.
    pub fn update(&self, id: AttachmentId, revision: u64, edits: &[AttachmentEdit]) -> Result<Attachment> {
        self.write(AuditKind::AttachmentEdited, |tx, grant| {
            let before = own(tx, grant, id, revision)?;
            if before.archived_at.is_some() {
                let problem = Problem::with(fields::ATTACHMENT, Code::RecordArchived, id.to_string());
                return Err(Error::rule(problem));
            }
            let pick_lists = tx.reads().pick_lists(grant)?;
            let mut after = edit_attachment(&before, edits, &pick_lists)
                .map_err(|problems| Error::Invalid { problems })?;
            if after == *before {
                return Ok(after);
            }
            after.revision += 1;
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }

    /// Archives an attachment, for this reason (R2.10): it is out of lists unless asked for, and its bytes stay. Archiving one that is
    /// archived changes nothing.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// assert!(me.attachments().archive(quote.id, quote.revision, "传错文件")?.archived_at.is_some());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; `access.denied` for one of another's conversation; NotFound.
    pub fn archive(&self, id: AttachmentId, revision: u64, reason: &str) -> Result<Attachment> {
        self.put_away(id, revision, reason, true)
    }

    /// Restores an attachment from the archive, for this reason (R2.10).
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// let archived = me.attachments().archive(quote.id, quote.revision, "传错文件")?;
    /// assert!(me.attachments().restore(quote.id, archived.revision, "没有传错")?.archived_at.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`archive`](Self::archive).
    pub fn restore(&self, id: AttachmentId, revision: u64, reason: &str) -> Result<Attachment> {
        self.put_away(id, revision, reason, false)
    }

    fn put_away(&self, id: AttachmentId, revision: u64, reason: &str, away: bool) -> Result<Attachment> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        let kind = match away {
            true => AuditKind::AttachmentArchived,
            false => AuditKind::AttachmentRestored,
        };
        self.write(kind, |tx, grant| {
            let before = own(tx, grant, id, revision)?;
            Ok(put_away(tx, grant, before, away, &reason))
        })
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, SeeCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    fn write<T>(
        &self,
        kind: AuditKind,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, EditCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}

/// The bytes of an attachment, part by part.
pub struct AttachmentReader {
    attachments: Attachments,
    attachment: Attachment,
    verified: Verified,
    next: u32,
}

impl AttachmentReader {
    /// What is read.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// assert_eq!(me.attachments().open(quote.id)?.attachment().name, "报价单.pdf");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn attachment(&self) -> &Attachment {
        &self.attachment
    }

    /// The next bytes, [`Content::PART`](crate::Content::PART) at the most; none behind the last.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let quote = doc_example::quote(&me)?;
    /// let mut reader = me.attachments().open(quote.id)?;
    /// assert!(reader.next_part()?.is_some());
    /// assert!(reader.next_part()?.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `attachment.damaged` if they have been damaged meanwhile; NotFound if its customer is out of scope by now.
    pub fn next_part(&mut self) -> Result<Option<Vec<u8>>> {
        if self.next >= self.verified.parts() {
            return Ok(None);
        }
        let (id, part) = (self.attachment.id, self.next);
        let bytes = self.attachments.read(|tx, grant| {
            let there: Attachment = tx.record(grant, id)?.ok_or_else(|| Error::not_found(id))?;
            tx.content_part(grant, &there, &self.verified, part)
        })?;
        self.next += 1;
        Ok(bytes)
    }
}

/// What an attachment is to hang on.
pub(super) struct On {
    pub(super) customer: CustomerNumber,
    pub(super) follow_up: Option<crate::FollowUpId>,
    pub(super) contract: Option<crate::ContractId>,
    pub(super) opportunity: Option<OpportunityId>,
}

/// The conversation and the contract that an attachment names, which are this customer's and are not archived.
fn on<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    customer: CustomerNumber,
    talk: Option<Editable<'tx, FollowUp>>,
    new: &NewAttachment,
) -> Result<On> {
    let contract = match new.contract {
        Some(id) => tx.reads().editable::<Contract, _>(grant, id)?,
        None => None,
    };
    let talk = talk.filter(|talk| talk.customer == customer);
    let contract = contract.filter(|contract| contract.customer == customer);
    let mut problems = Vec::new();
    if let (Some(id), None) = (new.follow_up, &talk) {
        problems.push(Problem::with(
            fields::FOLLOW_UP,
            Code::FollowUpUnknown,
            id.to_string(),
        ));
    }
    if let (Some(id), None) = (new.contract, &contract) {
        problems.push(Problem::with(
            fields::CONTRACT,
            Code::ContractUnknown,
            id.to_string(),
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid { problems });
    }
    let archived = |field: &str, id: String| Error::rule(Problem::with(field, Code::RecordArchived, id));
    if let Some(talk) = &talk {
        tx.actor().check_may_edit(talk)?;
        if talk.archived_at.is_some() {
            return Err(archived(fields::FOLLOW_UP, talk.id.to_string()));
        }
    }
    if let Some(contract) = contract
        .as_ref()
        .filter(|contract| contract.archived_at.is_some())
    {
        return Err(archived(fields::CONTRACT, contract.id.to_string()));
    }
    let about = talk.as_ref().and_then(|talk| talk.opportunity);
    Ok(On {
        customer,
        follow_up: new.follow_up,
        contract: new.contract,
        opportunity: about.or(contract.and_then(|contract| contract.opportunity)),
    })
}

/// Enters an attachment with its bytes.
pub(super) fn attach<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    on: On,
    file: &AttachmentFile,
) -> Result<Attachment> {
    let pick_lists = tx.reads().pick_lists(grant)?;
    let checked = check_attachment(&file.new, &pick_lists).map_err(|problems| Error::Invalid { problems })?;
    let attachment = Attachment {
        id: AttachmentId::from_bytes(tx.new_id()),
        customer: on.customer,
        revision: 1,
        follow_up: on.follow_up,
        contract: on.contract,
        opportunity: on.opportunity,
        kind: checked.kind,
        name: checked.name,
        media_type: checked.media_type,
        size: file.content.size(),
        digest: file.content.digest(),
        created_at: tx.now(),
        created_by: tx.actor().user(),
        archived_at: None,
    };
    tx.keep_content(grant, &file.content);
    tx.add(grant, attachment.clone());
    Ok(attachment)
}

/// Enters the files that come with a new conversation or contract. They name none themselves.
pub(super) fn attach_all<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    on: impl Fn() -> On,
    files: &[AttachmentFile],
) -> Result<()> {
    for file in files {
        let NewAttachment {
            follow_up, contract, ..
        } = file.new;
        let named = [
            (fields::FOLLOW_UP, follow_up.is_some()),
            (fields::CONTRACT, contract.is_some()),
        ];
        if let Some((field, _)) = named.into_iter().find(|(_, named)| *named) {
            return Err(Error::invalid(Problem::new(field, Code::FieldUnexpected)));
        }
        attach(tx, grant, on(), file)?;
    }
    Ok(())
}

/// An attachment that the caller may change, as they saw it: of a conversation only who may change that (R4.4).
fn own<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    id: AttachmentId,
    revision: u64,
) -> Result<Editable<'tx, Attachment>> {
    let before = tx.reads().to_edit::<Attachment, _>(grant, id, &id)?;
    check_own(tx, grant, &before)?;
    tx.reads().check_seen(grant, &*before, revision)?;
    Ok(before)
}

/// Refuses an attachment of a conversation that the caller may not change (R4.4).
///
/// # Errors
/// `access.denied`.
pub(super) fn check_own<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    attachment: &Attachment,
) -> Result<()> {
    let Some(id) = attachment.follow_up else {
        return Ok(());
    };
    let talk = tx.reads().to_edit::<FollowUp, _>(grant, id, &attachment.id)?;
    tx.actor().check_may_edit(&talk)
}

fn filter<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    query: &AttachmentQuery,
) -> Result<AttachmentFilter> {
    // All fields by name, so that a new one cannot be forgotten.
    let AttachmentQuery {
        customer,
        follow_up,
        contract,
        kind,
        archived,
    } = query;
    let list = PickList::AttachmentKind;
    let kind = match kind {
        None => None,
        Some(word) => match tx.pick_lists(grant)?.find(list, word) {
            Some(entry) => Some(entry.code.clone()),
            None => {
                let problem = Problem::with(list.code(), Code::ChoiceUnknown, word);
                return Err(Error::invalid(problem));
            }
        },
    };
    Ok(AttachmentFilter {
        customer: tx.asked_customer(grant, customer.as_deref())?,
        follow_up: *follow_up,
        contract: *contract,
        kind,
        archived: *archived,
    })
}
