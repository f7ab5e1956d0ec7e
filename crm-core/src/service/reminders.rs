//! Reminders (R4.6): what is due and not confirmed, at least once, until it is confirmed.

use std::collections::BTreeSet;

use super::{
    Session,
    door::{ReadTx, WriteTx},
};
use crate::{
    access::{Grant, SeeCustomers, SetReminders},
    clock::BusinessZone,
    error::{Error, Result},
    model::{AuditKind, PageRequest, Reminder, ReminderOffer, Silence, Task, TaskKind, TaskList, UserId},
    rules::{
        reminder::{comes_at, due_in_key, key, parse_key},
        task,
    },
    store::{ListedTask, TaskFilter, check_limit},
};

/// How many tasks are looked at in one read.
const TASKS: u32 = 1000;

/// A day and the longest lead, in milliseconds: how far before a task begins to be overdue its reminder comes at the most.
const AHEAD: i64 = 2 * 24 * 60 * 60 * 1000;

/// Reminders, for one session.
#[derive(Clone)]
pub struct Reminders {
    session: Session,
}

impl Session {
    /// Reminders of the caller's tasks (R4.6).
    ///
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert!(me.reminders().due(100)?.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn reminders(&self) -> Reminders {
        Reminders {
            session: self.clone(),
        }
    }
}

impl Reminders {
    /// What the caller is to be reminded of by now and has not confirmed, up to `limit` (1 to 1,000), what was missed coming
    /// first. The same reminder comes again, with the same key, until it is confirmed; the log keeps when each was first
    /// offered. Ask as often as you like: what was due while nobody asked comes when somebody does.
    ///
    /// A task without a time comes at nine on its day, one with a time the setting `reminder_lead` before it. Tasks of archived
    /// customers, and of kinds that were silenced, do not come.
    ///
    /// ```
    /// # use crm_core::{Choice, NaiveDate, NewFollowUp, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let customer = doc_example::first(&me)?;
    /// # let talk = NewFollowUp {
    /// #     method: Some(Choice::of("phone")),
    /// #     topic: "方案反馈".into(),
    /// #     content: Some("客户要求月底前报价".into()),
    /// #     next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 1),
    /// #     ..NewFollowUp::default()
    /// # };
    /// # me.follow_ups().add(&customer, &talk)?;
    /// // It is nine in the morning of 1 May 2024.
    /// let due = me.reminders().due(100)?;
    /// assert_eq!(due[0].title, "2024-05-01 跟进上海示例科技有限公司方案反馈");
    /// me.reminders().confirm(&due[0].key)?;
    /// assert!(me.reminders().due(100)?.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `page.limit`.
    pub fn due(&self, limit: u32) -> Result<Vec<Reminder>> {
        let limit = check_limit(limit)?;
        let (due, fresh) = self.read(|tx, grant| due(tx, grant, limit))?;
        if fresh {
            self.write(AuditKind::ReminderOffered, |tx, grant| offer(tx, grant, &due))?;
        }
        Ok(due)
    }

    /// Confirms a reminder: it comes never again. Twice is harmless, and so is one whose task is over or was moved.
    ///
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::Code;
    ///
    /// let none = me.reminders().confirm("x/2024-05-15");
    /// assert_eq!(none.unwrap_err().code(), Code::NotFound);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound for a key of a reminder that was never offered, of another's task, or whose customer is out of scope.
    pub fn confirm(&self, key: &str) -> Result<()> {
        let parsed = parse_key(key).ok_or_else(|| Error::not_found(key))?;
        self.write(AuditKind::ReminderConfirmed, |tx, grant| {
            let before = tx
                .reads()
                .to_edit::<ReminderOffer, _>(grant, parsed.clone(), &key)?;
            // Whose it is now: another's reminders are not confirmed.
            let task = tx.reads().to_edit::<Task, _>(grant, before.task, &key)?;
            if task.holder != own(&tx.reads())? {
                return Err(Error::not_found(key));
            }
            if before.confirmed_at.is_some() {
                return Ok(());
            }
            let after = ReminderOffer {
                confirmed_at: Some(tx.now()),
                ..ReminderOffer::clone(&before)
            };
            tx.edit(grant, before, after);
            Ok(())
        })
    }

    /// Switches the caller's reminders of a kind off, or on again; their tasks stay.
    ///
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::TaskKind;
    ///
    /// me.reminders().silence(TaskKind::Renewal, true)?;
    /// assert_eq!(me.reminders().silenced()?, [TaskKind::Renewal]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound for the host's own actor, who has none.
    pub fn silence(&self, kind: TaskKind, silent: bool) -> Result<()> {
        self.write(AuditKind::ReminderSilenced, |tx, grant| {
            let user = own(&tx.reads())?;
            let there = tx.reads().editable::<Silence, _>(grant, (user, kind))?;
            match (there, silent) {
                (None, true) => tx.add(grant, Silence { user, kind }),
                (Some(there), false) => tx.remove(grant, there),
                _ => {}
            }
            Ok(())
        })
    }

    /// The kinds of which the caller wants no reminders.
    ///
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert!(me.reminders().silenced()?.is_empty(), "all are on at first");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound for the host's own actor, who has none.
    pub fn silenced(&self) -> Result<Vec<TaskKind>> {
        self.read(|tx, grant| {
            let user = own(tx)?;
            Ok(silenced(tx, grant, user)?.into_iter().collect())
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
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, SetReminders>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}

fn own(tx: &ReadTx<'_, '_>) -> Result<UserId> {
    tx.actor().user().ok_or_else(|| Error::not_found("user"))
}

fn silenced<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    user: UserId,
) -> Result<BTreeSet<TaskKind>> {
    let keys: Vec<(UserId, TaskKind)> = TaskKind::ALL.iter().map(|&kind| (user, kind)).collect();
    let silent = tx.records::<Silence>(grant, &keys)?;
    Ok(silent.into_iter().map(|silence| silence.kind).collect())
}

/// What is due, and whether any of it has not been offered before.
fn due<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    limit: u32,
) -> Result<(Vec<Reminder>, bool)> {
    let user = own(tx)?;
    let (now, conventions) = (tx.now()?, tx.conventions()?);
    let (zone, lead) = (conventions.zone, conventions.reminder_lead);
    let silent = silenced(tx, grant, user)?;
    let (_, latest) = task::moments(TaskList::Overdue, now, zone);
    let filter = TaskFilter {
        holder: Some(user),
        customer: None,
        moments: (i64::MIN, latest.saturating_add(AHEAD)),
    };
    let (mut due, mut fresh) = (Vec::new(), false);
    let mut page = PageRequest::first(TASKS);
    loop {
        let tasks = tx.tasks(grant, &filter, &page)?;
        let come = |listed: &ListedTask| {
            let at = comes_at(&listed.task, lead, zone).filter(|at| *at <= now);
            !silent.contains(&listed.task.kind) && at.is_some()
        };
        let come: Vec<ListedTask> = tasks.items.into_iter().filter(come).collect();
        let keys: Vec<_> = come
            .iter()
            .map(|listed| (listed.task.id, due_in_key(&listed.task)))
            .collect();
        let offered = tx.records::<ReminderOffer>(grant, &keys)?;
        for (listed, (id, on)) in come.iter().zip(keys) {
            let offer = offered.iter().find(|offer| offer.task == id && offer.due == on);
            if offer.is_some_and(|offer| offer.confirmed_at.is_some()) {
                continue;
            }
            fresh |= offer.is_none();
            due.extend(reminder(&listed.task, &listed.customer_name, lead, zone, now));
        }
        match tasks.next {
            Some(next) if due.len() < limit as usize => page.after = Some(next),
            _ => break,
        }
    }
    due.sort_by(|a, b| (a.at, &a.key).cmp(&(b.at, &b.key)));
    due.truncate(limit as usize);
    Ok((due, fresh))
}

fn reminder(
    task: &Task,
    customer_name: &str,
    lead: u32,
    zone: BusinessZone,
    now: crate::DateTime<crate::Utc>,
) -> Option<Reminder> {
    Some(Reminder {
        key: key(task.id, &due_in_key(task)),
        task: task.id,
        kind: task.kind,
        customer: task.customer,
        customer_name: customer_name.to_owned(),
        title: task::title(task, customer_name),
        at: comes_at(task, lead, zone)?,
        overdue: task::is_overdue(task, now, zone),
    })
}

/// Keeps that reminders were offered, those that were not before.
fn offer<'tx>(tx: &mut WriteTx<'_, 'tx>, grant: &Grant<'tx, SetReminders>, due: &[Reminder]) -> Result<()> {
    let holder = own(&tx.reads())?;
    for reminder in due {
        let Some(parsed) = parse_key(&reminder.key) else {
            continue;
        };
        // Somebody else may have asked meanwhile.
        let there = tx.reads().editable::<ReminderOffer, _>(grant, parsed.clone())?;
        if there.is_none() {
            let (task, due) = parsed;
            let offered = ReminderOffer {
                task,
                due,
                customer: reminder.customer,
                holder,
                offered_at: tx.now(),
                confirmed_at: None,
            };
            tx.add(grant, offered);
        }
    }
    Ok(())
}
