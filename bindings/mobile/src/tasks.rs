//! The task centre (R4.5).

use std::sync::Arc;

use crmkit::{NaiveDate, PageRequest, Task, TaskId, TaskPage, TaskQuery, model::fields};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

uniffi::use_remote_type!(crm_core::NaiveDate);

of_session! {
    /// The task centre, for one session.
    Tasks(crmkit::Tasks)
}

#[uniffi::export]
impl Session {
    /// The task centre (R4.5).
    pub fn tasks(&self) -> Arc<Tasks> {
        Tasks::new(self.inner.tasks(), self.language)
    }
}

#[uniffi::export]
impl Tasks {
    /// A page of open tasks, what is due first coming first, by default the first 50: what is due today, overdue or coming up,
    /// the caller's or another person's. Those of archived customers are not among them.
    ///
    /// Fails with Invalid for a user that is none; with NotFound; with `page.limit`, `page.invalid`.
    #[uniffi::method(default(query), default(page))]
    pub fn list(&self, query: TaskQuery, page: PageRequest) -> Result<TaskPage> {
        self.call(|tasks| {
            from_zero(fields::LIMIT, page.limit)?;
            tasks.list(&query, &page)
        })
    }

    /// The open tasks of a list as the text of an iCalendar file, which a calendar reads once, or again and again from where the host
    /// serves it (R4.6): events with an alarm that comes when the reminder does. What is done is no longer in it.
    ///
    /// Fails with Invalid for a user that is none; with NotFound.
    #[uniffi::method(default(query))]
    pub fn calendar(&self, query: TaskQuery) -> Result<String> {
        self.call(|tasks| crmkit::task_calendar(tasks, &query, self.language))
    }

    /// The task with this identifier.
    pub fn get(&self, id: TaskId) -> Result<Task> {
        self.call(|tasks| tasks.get(id))
    }

    /// Marks a task done; twice is harmless, and so is one that was cancelled.
    ///
    /// Fails with NotFound.
    pub fn complete(&self, id: TaskId) -> Result<Task> {
        self.call(|tasks| tasks.complete(id))
    }

    /// Puts an open task off to another business day, and time of the day, as in `14:00`. Whether it was done in time is told
    /// by the date before that.
    ///
    /// Fails with Conflict if it has been changed since; with `time.invalid`, `task.not_open`; with NotFound.
    #[uniffi::method(default(due_time = None))]
    pub fn put_off(
        &self,
        id: TaskId,
        revision: u64,
        due: NaiveDate,
        due_time: Option<String>,
    ) -> Result<Task> {
        self.call(|tasks| {
            from_zero(fields::REVISION, revision)?;
            tasks.put_off(id, revision, due, due_time.as_deref())
        })
    }
}
