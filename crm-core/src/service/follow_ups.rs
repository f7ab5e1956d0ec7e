//! Follow-ups: one conversation with a customer, and what comes next (R4.1–R4.4).

use super::{
    Session,
    archive::refuse_archived,
    attachments::{On, attach_all},
    door::{ReadTx, WriteTx},
    draft::check_by,
    tasks::{complete, settle_task},
};
use crate::{
    access::{Action, EditCustomers, EditFollowUps, Editable, Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    model::{
        Attachment, AttachmentFile, AuditKind, CustomerKey, CustomerNumber, FollowUp, FollowUpEdit,
        FollowUpId, FollowUpPage, FollowUpQuery, NewFollowUp, OpportunityId, PageRequest, PickList,
        RecordedFollowUp, Task, TaskId, TaskState, UserId, fields,
    },
    rules::{
        follow_up::{Talk, check_follow_up, edit_follow_up},
        required_text, task,
    },
    store::{FollowUpFilter, TaskFilter},
};

/// Follow-ups, for one session.
#[derive(Clone)]
pub struct FollowUps {
    session: Session,
}

impl Session {
    /// Follow-ups (R4.1).
    ///
    /// ```
    /// # use crm_core::{FollowUpQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// let held = me.follow_ups().list(&FollowUpQuery::default(), &PageRequest::first(50))?;
    /// assert!(held.items.is_empty(), "nothing yet");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn follow_ups(&self) -> FollowUps {
        FollowUps {
            session: self.clone(),
        }
    }
}

impl FollowUps {
    /// Enters a conversation with a customer. A next date makes a task for whoever held it; the tasks named in `completes` are
    /// done. Answers with the customer's open tasks too (R4.5).
    ///
    /// ```
    /// # use crm_core::{Choice, NaiveDate, NewFollowUp, doc_example};
    /// let me = doc_example::desk()?;
    /// let customer = doc_example::first(&me)?;
    /// let talk = NewFollowUp {
    ///     method: Some(Choice::of("电话拜访")),
    ///     topic: "方案反馈".into(),
    ///     content: Some("客户要求月底前报价".into()),
    ///     next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 15),
    ///     next_time: Some("14:00".into()),
    ///     ..NewFollowUp::default()
    /// };
    /// let recorded = me.follow_ups().add(&customer, &talk)?;
    /// assert_eq!(recorded.follow_up.done, Some(false));
    /// assert_eq!(recorded.open_tasks[0].plan, "方案反馈");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid, naming every field at fault; `record.archived`; NotFound for a customer that the caller may not change, and for a
    /// task in `completes` that is none of this customer's.
    pub fn add(&self, customer: impl Into<CustomerKey>, new: &NewFollowUp) -> Result<RecordedFollowUp> {
        self.add_with(customer, new, &[])
    }

    /// As [`add`](Self::add), with files, which are attached in the same transaction (R4.2).
    ///
    /// ```
    /// # use crm_core::{AttachmentFile, AttachmentQuery, Choice, NewAttachment, NewFollowUp, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// let talk = NewFollowUp {
    ///     method: Some(Choice::of("会议交流")),
    ///     topic: "方案评审".into(),
    ///     content: Some("客户提出三点意见".into()),
    ///     ..NewFollowUp::default()
    /// };
    /// let minutes = NewAttachment { name: "纪要.txt".into(), kind: Some(Choice::of("会议纪要")), ..NewAttachment::default() };
    /// let minutes = AttachmentFile::of(minutes, "三点意见".as_bytes())?;
    /// let recorded = me.follow_ups().add_with(&customer, &talk, &[minutes])?;
    /// let query = AttachmentQuery { follow_up: Some(recorded.follow_up.id), ..AttachmentQuery::default() };
    /// assert_eq!(me.attachments().list(&query, &PageRequest::first(50))?.items.len(), 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`add`](Self::add), and as [`Attachments::add`](super::Attachments::add).
    pub fn add_with(
        &self,
        customer: impl Into<CustomerKey>,
        new: &NewFollowUp,
        files: &[AttachmentFile],
    ) -> Result<RecordedFollowUp> {
        let customer = &customer.into();
        self.write(
            AuditKind::FollowUpAdded,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let customer = tx.reads().customer_of_talk(grant, customer, new.opportunity)?;
                refuse_archived(&customer)?;
                let customer = customer.number;
                let by = check_holder(&tx.reads(), grant, customer, new.by.as_deref())?;
                let id = FollowUpId::from_bytes(tx.new_id());
                let own = tx.actor().user();
                // Whoever it is, what else is wrong is said too.
                let holder = by.clone().unwrap_or(UserId::from_bytes([0; 16]));
                let blank = FollowUp::blank(id, customer, holder, tx.now(), own);
                let check = |talk: &Talk<'_>| check_follow_up(blank.clone(), new, talk);
                let checked = talked(tx, grant, new.opportunity, check)?;
                let mut follow_up = both(checked, by)?;
                let mut open = tx.reads().open_tasks(grant, &[customer])?;
                for id in &new.completes {
                    match open.iter().position(|task| task.id == *id) {
                        Some(at) => {
                            let done = open.remove(at);
                            complete(tx, grant, done)?;
                        }
                        // Twice is harmless.
                        None => {
                            let over = tx.reads().to_edit::<Task, _>(grant, *id, id)?;
                            if over.customer != customer {
                                return Err(Error::not_found(id));
                            }
                        }
                    }
                }
                let mut open: Vec<Task> = open.into_iter().map(|task| Task::clone(&task)).collect();
                // The follow-up comes before the task that names it.
                let task = task::follow(None, &follow_up, None, TaskId::from_bytes(tx.new_id()), tx.now());
                follow_up.done = task.as_ref().and_then(|task| done_of(task.state));
                tx.add(grant, follow_up.clone());
                let on = || On {
                    customer,
                    follow_up: Some(id),
                    contract: None,
                    opportunity: follow_up.opportunity,
                };
                attach_all(tx, grant, on, files)?;
                if let Some(task) = task {
                    tx.add(grant, task.clone());
                    open.push(task);
                }
                open.sort_by_cached_key(TaskFilter::place);
                Ok(RecordedFollowUp {
                    follow_up,
                    open_tasks: open,
                })
            },
        )
    }

    /// The follow-up with this identifier, archived or not.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// assert_eq!(me.follow_ups().get(talk.id)?, talk);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if its customer is out of scope.
    pub fn get(&self, id: FollowUpId) -> Result<FollowUp> {
        self.read(|tx, grant| tx.record(grant, id)?.ok_or_else(|| Error::not_found(id)))
    }

    /// A page of follow-ups, the newest first (R4.3).
    ///
    /// ```
    /// # use crm_core::{FollowUpQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let query = FollowUpQuery {
    ///     text: Some("月底 报价".into()),
    ///     ..FollowUpQuery::default()
    /// };
    /// assert_eq!(me.follow_ups().list(&query, &PageRequest::first(50))?.items, [talk]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a method or a user that is none; NotFound for a customer out of scope; `page.limit`, `page.invalid`.
    pub fn list(&self, query: &FollowUpQuery, page: &PageRequest) -> Result<FollowUpPage> {
        self.read(|tx, grant| {
            let filter = filter(tx, grant, query)?;
            tx.follow_ups(grant, &filter, page).map(Into::into)
        })
    }

    /// Changes the fields named; `revision` is the one that the caller saw. The next date moves the open task, or cancels
    /// it. Only who held it, or an admin, may (R4.4); what was there before is in the customer's history.
    ///
    /// ```
    /// # use crm_core::{FollowUpEdit, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let content = FollowUpEdit::Content { value: Some("客户要求六月报价".into()) };
    /// assert_eq!(me.follow_ups().update(talk.id, talk.revision, &[content])?.revision, 2);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault; `access.denied` for another's;
    /// `record.archived`; NotFound.
    pub fn update(&self, id: FollowUpId, revision: u64, edits: &[FollowUpEdit]) -> Result<FollowUp> {
        self.write(
            AuditKind::FollowUpEdited,
            |tx, grant: &Grant<'_, EditFollowUps>| {
                let before = own(tx, grant, id, revision)?;
                if before.archived_at.is_some() {
                    return Err(Error::rule(Problem::with(
                        fields::FOLLOW_UP,
                        Code::RecordArchived,
                        id.to_string(),
                    )));
                }
                let named = edits.iter().rev().find_map(|edit| match edit {
                    FollowUpEdit::By { value } => Some(value.as_str()),
                    _ => None,
                });
                let by = match named {
                    Some(text) => check_holder(&tx.reads(), grant, before.customer, Some(text))?,
                    None => Ok(before.by),
                };
                let deal = edits.iter().rev().find_map(|edit| match edit {
                    FollowUpEdit::Opportunity { value } => Some(*value),
                    _ => None,
                });
                let deal = deal.unwrap_or(before.opportunity);
                let checked = talked(tx, grant, deal, |talk| edit_follow_up(&before, edits, talk))?;
                let mut after = both(checked, by)?;
                change(tx, grant, before, &mut after)?;
                Ok(after)
            },
        )
    }

    /// Archives a follow-up, for this reason (R2.10): its open task is cancelled. Archiving one that is archived changes
    /// nothing. Only who held it, or an admin, may.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// assert!(me.follow_ups().archive(talk.id, talk.revision, "记错客户")?.archived_at.is_some());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; `access.denied` for another's; NotFound.
    pub fn archive(&self, id: FollowUpId, revision: u64, reason: &str) -> Result<FollowUp> {
        self.put_away(id, revision, reason, true)
    }

    /// Restores a follow-up from the archive, for this reason (R2.10): a next date makes its task again.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let archived = me.follow_ups().archive(talk.id, talk.revision, "记错客户")?;
    /// assert!(me.follow_ups().restore(talk.id, archived.revision, "并未记错")?.archived_at.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; `access.denied` for another's; NotFound.
    pub fn restore(&self, id: FollowUpId, revision: u64, reason: &str) -> Result<FollowUp> {
        self.put_away(id, revision, reason, false)
    }

    fn put_away(&self, id: FollowUpId, revision: u64, reason: &str, archived: bool) -> Result<FollowUp> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        let kind = match archived {
            true => AuditKind::FollowUpArchived,
            false => AuditKind::FollowUpRestored,
        };
        self.write(kind, |tx, grant: &Grant<'_, EditFollowUps>| {
            let before = own(tx, grant, id, revision)?;
            if before.archived_at.is_some() == archived {
                return Ok(FollowUp::clone(&before));
            }
            tx.because(&reason);
            let mut after = FollowUp {
                archived_at: archived.then(|| tx.now()),
                ..FollowUp::clone(&before)
            };
            change(tx, grant, before, &mut after)?;
            Ok(after)
        })
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, SeeCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    fn write<A: Action, T>(
        &self,
        kind: AuditKind,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}

/// A follow-up that the caller may change (R4.4), as they saw it.
fn own<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditFollowUps>,
    id: FollowUpId,
    revision: u64,
) -> Result<Editable<'tx, FollowUp>> {
    let before = tx.reads().to_edit::<FollowUp, _>(grant, id, &id)?;
    tx.actor().check_may_edit(&before)?;
    tx.reads().check_seen(grant, &*before, revision)?;
    Ok(before)
}

/// Puts a follow-up as it is to be, its task with it.
fn change<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditFollowUps>,
    before: Editable<'tx, FollowUp>,
    after: &mut FollowUp,
) -> Result<()> {
    if *after == *before {
        return Ok(());
    }
    settle_task(tx, grant, &before, after)?;
    if after.opportunity != before.opportunity {
        // What is attached is about the same deal, and seen by who sees that (R8.1).
        for attachment in tx.reads().attachments_of(grant, &before)? {
            let moved = Attachment {
                opportunity: after.opportunity,
                revision: attachment.revision + 1,
                ..Attachment::clone(&attachment)
            };
            tx.edit(grant, attachment, moved);
        }
    }
    after.revision += 1;
    tx.edit(grant, before, after.clone());
    Ok(())
}

fn talked<'tx, A: Action>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    deal: Option<OpportunityId>,
    check: impl FnOnce(&Talk<'_>) -> std::result::Result<FollowUp, Vec<Problem>>,
) -> Result<std::result::Result<FollowUp, Vec<Problem>>> {
    let pick_lists = tx.reads().pick_lists(grant)?;
    let deal = match deal {
        Some(id) => tx.reads().deal(grant, id)?,
        None => None,
    };
    Ok(check(&Talk {
        pick_lists: &pick_lists,
        now: tx.now(),
        zone: tx.conventions().zone,
        deal: deal.as_ref(),
    }))
}

/// The follow-up, held by whom it was; every problem of both at once.
fn both(
    checked: std::result::Result<FollowUp, Vec<Problem>>,
    by: std::result::Result<UserId, Problem>,
) -> Result<FollowUp> {
    match (checked, by) {
        (Ok(checked), Ok(by)) => Ok(FollowUp { by, ..checked }),
        (checked, by) => {
            let mut problems: Vec<Problem> = by.err().into_iter().collect();
            problems.extend(checked.err().unwrap_or_default());
            Err(Error::Invalid { problems })
        }
    }
}

/// Who held it: an active user who sees the customer; by default who enters it (R4.1).
fn check_holder<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    customer: CustomerNumber,
    by: Option<&str>,
) -> Result<std::result::Result<UserId, Problem>> {
    let checked = check_by(tx, grant, by)?;
    let (Ok(user), Some(text)) = (&checked, by) else {
        return Ok(checked);
    };
    Ok(match tx.is_seen_by(grant, *user, customer)? {
        true => checked,
        false => Err(Problem::with(fields::BY, Code::UserSeesNot, text)),
    })
}

fn filter<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    query: &FollowUpQuery,
) -> Result<FollowUpFilter> {
    // All fields by name, so that a new one cannot be forgotten.
    let FollowUpQuery {
        customer,
        opportunity,
        method,
        by,
        since,
        until,
        text,
        archived,
    } = query;
    let mut problems = Vec::new();
    let method = match method {
        None => None,
        Some(word) => match tx.pick_lists(grant)?.find(PickList::Method, word) {
            Some(entry) => Some(entry.code.clone()),
            None => {
                problems.push(Problem::with(fields::METHOD, Code::ChoiceUnknown, word));
                None
            }
        },
    };
    let by = match by {
        None => None,
        Some(text) => tx
            .named_user(grant, fields::BY, text)?
            .map_err(|problem| problems.push(problem))
            .ok(),
    };
    if !problems.is_empty() {
        return Err(Error::Invalid { problems });
    }
    let customer = tx.asked_customer(grant, customer.as_deref())?;
    let text = text.as_deref().map(crate::matching::fold).unwrap_or_default();
    Ok(FollowUpFilter {
        customer,
        opportunity: *opportunity,
        method,
        by: by.map(|user| user.id),
        since: *since,
        until: *until,
        words: text
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
        archived: *archived,
    })
}

/// What a follow-up tells of its task: whether it is done.
pub(super) fn done_of(state: TaskState) -> Option<bool> {
    match state {
        TaskState::Open => Some(false),
        TaskState::Done => Some(true),
        _ => None,
    }
}
