//! The task centre (R4.5).

use crm_core::python::{Arg, Argument};
use crmkit::{NaiveDate, Task, TaskList, TaskQuery, TaskSummary, model::fields};
use pyo3::prelude::*;

use crate::{
    argument::{Typed, id},
    call::of_session,
    page::{Page, request},
    session::Session,
};

of_session! {
    /// The task centre, for one session.
    Tasks(crmkit::Tasks)
}

#[pymethods]
impl Session {
    /// The task centre.
    #[getter]
    fn tasks(&self) -> Tasks {
        Tasks::new(self.inner.tasks(), self.language)
    }
}

with_task_query! { Tasks:
    /// A page of open tasks, what is due first coming first. `list`: "today", "overdue", "coming_up" or "open", which is all of
    /// them; `holder` is a user's login, name or id, by default the caller; `everybody=True` is everybody. `limit`: 1 to
    /// 1,000, by default 50.
    fn list()(
        list: Arg<TaskList> = Arg::from(TaskList::Today),
        after: Option<Arg<String>> = None,
        limit: Arg<u32> = Arg::from(50)
    ) -> Page<TaskSummary> = |me: &Tasks, py, mut query: Typed<TaskQuery>, list, after, limit| {
        let list = query.word("list", list);
        let page = me.call(py, |tasks| {
            let query = TaskQuery { list, ..query.read()? };
            tasks.list(&query, &request(after, limit)?)
        })?;
        Ok(Page(page.items, page.next))
    };
}

with_task_query! { Tasks:
    /// The open tasks of a list as the text of an iCalendar file, which a calendar reads once, or again and again from where it is
    /// served: events with an alarm that comes when the reminder does. What is done is no longer in it. `list` as in `list`, by
    /// default "open".
    fn calendar()(list: Arg<TaskList> = Arg::from(TaskList::Open)) -> String = |me: &Tasks, py, mut query: Typed<TaskQuery>, list| {
        let list = query.word("list", list);
        me.call(py, |tasks| crmkit::task_calendar(tasks, &TaskQuery { list, ..query.read()? }, me.language))
    };
}

#[pymethods]
impl Tasks {
    /// The task with this identifier.
    fn get(&self, py: Python<'_>, task: Arg<String>) -> PyResult<Task> {
        self.call(py, |tasks| tasks.get(id(task, "task")?))
    }

    /// Marks a task done; twice is harmless, and so is one that was cancelled.
    fn complete(&self, py: Python<'_>, task: Arg<String>) -> PyResult<Task> {
        self.call(py, |tasks| tasks.complete(id(task, "task")?))
    }

    /// Puts an open task off to another business day, and time of the day, as in "14:00". `revision` is the one that the
    /// caller saw.
    #[pyo3(signature = (task, *, revision, due, due_time=None))]
    fn put_off(
        &self,
        py: Python<'_>,
        task: Arg<String>,
        revision: Arg<u64>,
        due: Arg<NaiveDate>,
        due_time: Option<Arg<String>>,
    ) -> PyResult<Task> {
        self.call(py, |tasks| {
            let (task, revision) = (id(task, "task")?, revision.of(fields::REVISION)?);
            let (due, due_time) = (due.of(fields::DUE)?, due_time.of(fields::DUE_TIME)?);
            tasks.put_off(task, revision, due, due_time.as_deref())
        })
    }
}
