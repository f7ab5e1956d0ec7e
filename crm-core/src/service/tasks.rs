//! The task centre (R4.5): what is due, marked done once.

use super::{
    Session,
    door::{ReadTx, WriteTx},
    follow_ups::done_of,
};
use crate::{
    DateTime, NaiveDate, Utc,
    access::{EditCustomers, EditFollowUps, Editable, Grant, SeeCustomers},
    error::{Code, Error, Result},
    model::{
        Appointment, AuditKind, FollowUp, Page, PageRequest, Task, TaskId, TaskPage, TaskQuery, TaskState,
        TaskSummary, fields,
    },
    rules::{reminder::comes_at, settings::Conventions, task},
    store::{ListedTask, TaskFilter},
};

/// The task centre, for one session.
#[derive(Clone)]
pub struct Tasks {
    session: Session,
}

impl Session {
    /// The task centre (R4.5).
    ///
    /// ```
    /// # use crm_core::{PageRequest, TaskQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// let today = me.tasks().list(&TaskQuery::default(), &PageRequest::first(50))?;
    /// assert!(today.items.is_empty(), "nothing yet");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn tasks(&self) -> Tasks {
        Tasks {
            session: self.clone(),
        }
    }
}

impl Tasks {
    /// A page of open tasks, what is due first coming first: what is due today, overdue or coming up, the caller's or another
    /// person's. Those of archived customers are not among them.
    ///
    /// ```
    /// # use crm_core::{PageRequest, TaskList, TaskQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let query = TaskQuery {
    ///     list: TaskList::ComingUp,
    ///     ..TaskQuery::default()
    /// };
    /// let coming = me.tasks().list(&query, &PageRequest::first(50))?;
    /// assert_eq!(coming.items[0].title, "2024-05-15 14:00 跟进上海示例科技有限公司方案反馈");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a user that is none; NotFound for a customer out of scope; `page.limit`, `page.invalid`.
    pub fn list(&self, query: &TaskQuery, page: &PageRequest) -> Result<TaskPage> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                let (now, zone) = (tx.now()?, tx.conventions()?.zone);
                let filter = TaskFilter {
                    moments: task::moments(query.list, now, zone),
                    ..filter(tx, grant, query)?
                };
                let Page { items, next } = tx.tasks(grant, &filter, page)?;
                let summary = |listed: ListedTask| TaskSummary {
                    title: task::title(&listed.task, &listed.customer_name),
                    overdue: task::is_overdue(&listed.task, now, zone),
                    id: listed.task.id,
                    customer: listed.task.customer,
                    customer_name: listed.customer_name,
                    kind: listed.task.kind,
                    follow_up: listed.task.follow_up,
                    opportunity: listed.task.opportunity,
                    contract: listed.task.contract,
                    holder: listed.task.holder,
                    holder_name: listed.holder_name,
                    due: listed.task.due,
                    due_time: listed.task.due_time,
                    revision: listed.task.revision,
                };
                Ok(TaskPage {
                    items: items.into_iter().map(summary).collect(),
                    next,
                })
            })
    }

    /// All open tasks of a list, as a calendar has them, what is due first coming first (R4.6).
    ///
    /// ```
    /// # use crm_core::{TaskList, TaskQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let query = TaskQuery { list: TaskList::Open, ..TaskQuery::default() };
    /// let appointments = me.tasks().appointments(&query)?;
    /// assert_eq!(appointments[0].at.map(|at| at.to_rfc3339()).as_deref(), Some("2024-05-15T06:00:00+00:00"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a user that is none; NotFound for a customer out of scope.
    pub fn appointments(&self, query: &TaskQuery) -> Result<Vec<Appointment>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                let (now, conventions) = (tx.now()?, tx.conventions()?);
                let filter = TaskFilter {
                    moments: task::moments(query.list, now, conventions.zone),
                    ..filter(tx, grant, query)?
                };
                let mut page = PageRequest::first(PageRequest::MAX);
                let mut all = Vec::new();
                loop {
                    let found = tx.tasks(grant, &filter, &page)?;
                    let appointments = found
                        .items
                        .iter()
                        .filter_map(|listed| appointment(listed, &conventions, now));
                    all.extend(appointments);
                    match found.next {
                        Some(next) => page.after = Some(next),
                        None => return Ok(all),
                    }
                }
            })
    }

    /// The task with this identifier.
    ///
    /// ```
    /// # use crm_core::{TaskState, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let task = doc_example::task(&me)?;
    /// assert_eq!(me.tasks().get(task)?.state, TaskState::Open);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if its customer is out of scope.
    pub fn get(&self, id: TaskId) -> Result<Task> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                tx.record(grant, id)?.ok_or_else(|| Error::not_found(id))
            })
    }

    /// Marks a task done; twice is harmless, and so is one that was cancelled.
    ///
    /// ```
    /// # use crm_core::{TaskState, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let task = doc_example::task(&me)?;
    /// assert_eq!(me.tasks().complete(task)?.state, TaskState::Done);
    /// assert_eq!(me.follow_ups().get(talk.id)?.done, Some(true));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `record.archived` if its customer is; NotFound if its customer is none that the caller may change.
    pub fn complete(&self, id: TaskId) -> Result<Task> {
        self.session.door.write(
            self.session.caller,
            AuditKind::TaskCompleted,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = tx.reads().to_edit::<Task, _>(grant, id, &id)?;
                tx.reads().refuse_archived(grant, before.customer)?;
                complete(tx, grant, before)
            },
        )
    }

    /// Puts an open task off to another business day, and time of the day. Whether it was done in time is told by the date
    /// before that (R7.5).
    ///
    /// ```
    /// # use crm_core::{NaiveDate, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let talk = doc_example::talk(&me)?;
    /// let task = doc_example::task(&me)?;
    /// let later = NaiveDate::from_ymd_opt(2024, 5, 20).unwrap();
    /// let task = me.tasks().put_off(task, 1, later, Some("9:00"))?;
    /// assert_eq!((task.due, task.planned), (later, NaiveDate::from_ymd_opt(2024, 5, 15)));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; `time.invalid`; `date.not_later`; `task.not_open`; `record.archived` if its customer is; NotFound.
    pub fn put_off(&self, id: TaskId, revision: u64, due: NaiveDate, due_time: Option<&str>) -> Result<Task> {
        self.session.door.write(
            self.session.caller,
            AuditKind::TaskPutOff,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = tx.reads().to_edit::<Task, _>(grant, id, &id)?;
                tx.reads().check_seen(grant, &*before, revision)?;
                let after = task::put_off(&before, due, due_time).map_err(|problem| {
                    match problem.code == Code::TaskNotOpen {
                        true => Error::rule(problem),
                        false => Error::invalid(problem),
                    }
                })?;
                tx.edit(grant, before, after.clone());
                Ok(after)
            },
        )
    }
}

fn filter<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    query: &TaskQuery,
) -> Result<TaskFilter> {
    let named = tx.asked_user(grant, fields::HOLDER, query.holder.as_deref())?;
    let holder = match (named, query.everybody) {
        (Some(user), _) => Some(user),
        (None, true) => None,
        // The host's own actor holds nothing.
        (None, false) => tx.actor().user(),
    };
    let customer = tx.asked_customer(grant, query.customer.as_deref())?;
    Ok(TaskFilter {
        holder,
        customer,
        moments: (i64::MIN, i64::MAX),
    })
}

/// Marks a task done, and its follow-up with it; one that is over stays as it is.
pub(super) fn complete<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    before: Editable<'tx, Task>,
) -> Result<Task> {
    if before.state != TaskState::Open {
        return Ok(Task::clone(&before));
    }
    let after = Task {
        state: TaskState::Done,
        done_at: Some(tx.now()),
        revision: before.revision + 1,
        ..Task::clone(&before)
    };
    let follow_up = match before.follow_up {
        Some(id) => tx.reads().editable::<FollowUp, _>(grant, id)?,
        None => None,
    };
    if let Some(follow_up) = follow_up {
        let told = FollowUp {
            done: Some(true),
            revision: follow_up.revision + 1,
            ..FollowUp::clone(&follow_up)
        };
        tx.edit(grant, follow_up, told);
    }
    tx.edit(grant, before, after.clone());
    Ok(after)
}

/// Brings a follow-up's task in order with it as it is to be, and what it tells of it.
pub(super) fn settle_task<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditFollowUps>,
    before: &FollowUp,
    after: &mut FollowUp,
) -> Result<()> {
    let there = tx.reads().task_of(grant, before.id)?;
    let (id, at) = (TaskId::from_bytes(tx.new_id()), tx.now());
    let Some(task) = task::follow(Some(before), after, there.as_deref(), id, at) else {
        return Ok(());
    };
    after.done = done_of(task.state);
    match there.filter(|there| there.id == task.id) {
        Some(there) => tx.edit(grant, there, task),
        None => tx.add(grant, task),
    }
    Ok(())
}

/// A task as a calendar has it; none whose day no clock shows.
fn appointment(listed: &ListedTask, conventions: &Conventions, now: DateTime<Utc>) -> Option<Appointment> {
    let (task, zone) = (&listed.task, conventions.zone);
    let at = match &task.due_time {
        Some(_) => Some(comes_at(task, 0, zone)?),
        None => None,
    };
    Some(Appointment {
        task: task.id,
        customer: task.customer,
        customer_name: listed.customer_name.clone(),
        kind: task.kind,
        title: task::title(task, &listed.customer_name),
        due: task.due,
        at,
        remind_at: comes_at(task, conventions.reminder_lead, zone)?,
        revision: task.revision,
        read_at: now,
    })
}
