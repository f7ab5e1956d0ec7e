//! Tasks as an iCalendar file (R4.6).

use crate::{Language, Result, TaskQuery, Tasks};

/// The open tasks of a list as the text of an iCalendar file, which a calendar reads once, or again and again from where the host
/// serves it: the reminders of those who look into their calendar (R4.6). Each is an event with an alarm that comes when its reminder
/// does. What is done or cancelled is no longer in it.
///
/// ```
/// # use crmkit::{Language, OpenOptions, TaskList, TaskQuery};
/// # let crm = crmkit::open(crmkit::IN_MEMORY, OpenOptions::default())?;
/// # crm.set_up("lin", "林")?;
/// # let me = crm.session("lin")?;
/// let mine = TaskQuery { list: TaskList::Open, ..TaskQuery::default() };
/// let text = crmkit::task_calendar(&me.tasks(), &mine, Language::Zh)?;
/// assert!(text.starts_with("BEGIN:VCALENDAR"));
/// # Ok::<(), crmkit::Error>(())
/// ```
///
/// # Errors
/// Invalid for a user that is none; NotFound for a customer out of scope.
pub fn task_calendar(tasks: &Tasks, query: &TaskQuery, language: Language) -> Result<String> {
    let name = match language {
        Language::Zh => "待办任务",
        Language::En => "Tasks",
    };
    let appointments = tasks.appointments(query)?;
    Ok(crm_exchange::calendar(name, &appointments, language))
}
