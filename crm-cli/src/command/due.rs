//! Conversations, and what is due after them.

use crmkit::{
    Choice, NewFollowUp, TaskQuery, TaskSummary,
    model::{field_label, fields},
};

use super::customers::pages;
use crate::{
    cli::{Due, DueDone, DueQuery, DueWhat, PutOff, Talk},
    desk::Desk,
    screen::{Shown, Stop, json, json_lines, table},
};

pub(super) fn talk(desk: &Desk, asked: &Talk) -> Shown {
    let at = asked.at.as_deref();
    let new = NewFollowUp {
        at: at.map(|text| desk.instant(fields::AT, text)).transpose()?,
        method: asked.method.as_deref().map(Choice::of),
        by: asked.by.clone(),
        topic: asked.topic.clone().unwrap_or_default(),
        content: asked.content.clone(),
        needs: asked.needs.clone(),
        objections: asked.objections.clone(),
        next_steps: asked.next_steps.clone(),
        other: asked.other.clone(),
        next_follow_up: asked.next,
        next_time: asked.next_time.clone(),
        next_plan: asked.next_plan.clone(),
        opportunity: asked.deal,
        completes: asked.done.clone(),
    };
    let recorded = desk.me.follow_ups().add(&asked.customer, &new)?;
    if desk.json {
        return json(&recorded);
    }
    let (talk, language) = (&recorded.follow_up, desk.language);
    let (customer, topic) = (talk.customer, &talk.topic);
    match talk.next_follow_up {
        Some(next) => show!(
            language,
            "{customer} {topic}，下次 {next}",
            "{customer} {topic}, next on {next}"
        ),
        None => show!(language, "{customer} {topic}", "{customer} {topic}"),
    }
    let (open, plural) = (
        recorded.open_tasks.len(),
        if recorded.open_tasks.len() == 1 { "" } else { "s" },
    );
    if open > 0 {
        show!(
            language,
            "此客户还有 {open} 项待办（crmkit due --list open --customer {customer}）",
            "{open} task{plural} of the customer still open (crmkit due --list open --customer {customer})"
        );
    }
    Ok(())
}

pub(super) fn run(desk: &Desk, asked: &Due) -> Shown {
    // The parser would take the options of every command for them.
    if asked.what.is_some() && asked.query.is_said() {
        return Err(Stop::Usage(say!(
            desk.language,
            "列表的选项不与 done、put-off 同用",
            "options of the list go without done and put-off"
        )));
    }
    match &asked.what {
        None => list(desk, &asked.query),
        Some(DueWhat::Done(asked)) => done(desk, asked),
        Some(DueWhat::PutOff(asked)) => put_off(desk, asked),
    }
}

fn list(desk: &Desk, asked: &DueQuery) -> Shown {
    let query = TaskQuery {
        list: asked.list.unwrap_or_default(),
        holder: asked.holder.clone(),
        everybody: asked.everybody,
        customer: asked.customer.clone(),
    };
    pages(desk, &asked.page, |request| {
        let page = desk.me.tasks().list(&query, request)?;
        match desk.json {
            true => json_lines(&page.items)?,
            false => show(desk, &page.items)?,
        }
        Ok(page.next)
    })
}

/// Shows tasks as a table.
pub(super) fn show(desk: &Desk, tasks: &[TaskSummary]) -> Shown {
    let language = desk.language;
    let headings = [
        fields::DUE,
        fields::TASK_KIND,
        fields::CUSTOMER,
        fields::HOLDER,
        fields::PLAN,
        fields::ID,
    ];
    let rows = tasks.iter().map(|task| {
        let time = task.due_time.as_deref().unwrap_or_default();
        let overdue = if task.overdue { "!" } else { "" };
        vec![
            format!("{} {time}{overdue}", task.due),
            task.kind.label(language).to_owned(),
            task.customer.to_string(),
            task.holder_name.clone(),
            task.title.clone(),
            task.id.to_string(),
        ]
    });
    table(
        &headings.map(|field| field_label(field, language)),
        &rows.collect::<Vec<_>>(),
    )
}

fn done(desk: &Desk, asked: &DueDone) -> Shown {
    for id in &asked.tasks {
        let task = desk.me.tasks().complete(*id)?;
        match desk.json {
            true => json(&task)?,
            false => show!(
                desk.language,
                "{}：{}",
                "{}: {}",
                task.state.label(desk.language),
                task.plan
            ),
        }
    }
    Ok(())
}

fn put_off(desk: &Desk, asked: &PutOff) -> Shown {
    let seen = desk.me.tasks().get(asked.task)?;
    let task = desk
        .me
        .tasks()
        .put_off(seen.id, seen.revision, asked.until, asked.time.as_deref())?;
    if desk.json {
        return json(&task);
    }
    let time = task.due_time.as_deref().unwrap_or_default();
    show!(desk.language, "{} {time} {}", "{} {time} {}", task.due, task.plan);
    Ok(())
}
