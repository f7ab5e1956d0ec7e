//! What is read of the sales process: follow-ups, tasks, whose customers they are.

use crm_core::{
    CustomerNumber, FollowUp, Page, PageRequest, Result, TaskList,
    rules::{quiet::midnight, task::moments},
    store::{FollowUpFilter, ListedTask, Quiet, QuietFilter, Scope, StoreRead, TaskFilter},
};

use super::line;
use crate::{
    fixture::{instant, may, number_on, user_id},
    sample::Sample,
};

/// The lists, under a scope.
pub(super) fn lists(tx: &dyn StoreRead, scope: &Scope, lines: &mut Vec<String>) -> Result<()> {
    for filter in follow_up_filters() {
        let page = |page: &PageRequest| tx.follow_ups(&filter, scope, page);
        lines.push(line(
            ("follow-ups", &filter, scope),
            both_pages::<FollowUp>(page)?,
        ));
    }
    for filter in task_filters() {
        let page = |page: &PageRequest| tx.tasks(&filter, scope, page);
        lines.push(line(("tasks", filter, scope), both_pages::<ListedTask>(page)?));
    }
    for filter in quiet_filters() {
        let page = |page: &PageRequest| tx.quiet(&filter, scope, page);
        lines.push(line(("quiet", filter, scope), both_pages::<Quiet>(page)?));
    }
    Ok(())
}

/// What is read whatever the scope.
pub(super) fn everywhere(
    tx: &dyn StoreRead,
    customers: &[CustomerNumber],
    lines: &mut Vec<String>,
) -> Result<()> {
    lines.push(line("open tasks", tx.open_tasks(customers)?));
    for id in FollowUp::keys() {
        lines.push(line(("task of", id), tx.task_of(id)?));
    }
    for n in 0..5 {
        lines.push(line(("customers of", n), tx.customers_of(user_id(n))?));
    }
    Ok(())
}

/// The first two rows, and the rest.
fn both_pages<T>(page: impl Fn(&PageRequest) -> Result<Page<T>>) -> Result<(Page<T>, Page<T>)> {
    let first = page(&PageRequest::first(2))?;
    let rest = PageRequest {
        after: first.next.clone(),
        limit: PageRequest::MAX,
    };
    let rest = page(&rest)?;
    Ok((first, rest))
}

fn follow_up_filters() -> Vec<FollowUpFilter> {
    let any = FollowUpFilter::default;
    vec![
        any(),
        FollowUpFilter {
            archived: true,
            ..any()
        },
        FollowUpFilter {
            customer: Some(number_on(1, 1)),
            ..any()
        },
        FollowUpFilter {
            method: Some("phone".to_owned()),
            by: Some(user_id(2)),
            ..any()
        },
        FollowUpFilter {
            since: Some(instant(1)),
            until: Some(instant(3)),
            archived: true,
            ..any()
        },
        FollowUpFilter {
            words: vec!["主题".to_owned(), "值1".to_owned()],
            ..any()
        },
        FollowUpFilter {
            by: Some(user_id(200)),
            ..any()
        },
    ]
}

fn quiet_filters() -> Vec<QuietFilter> {
    // Random customers are entered over some days; what is done with them, in the first milliseconds.
    let before = [instant(2), instant(4), instant(200_000_000)];
    let owners = [None, None, Some(user_id(2))];
    let filter = |(before, owner)| QuietFilter {
        owner,
        before,
        today: midnight(may(3)),
    };
    before.into_iter().zip(owners).map(filter).collect()
}

fn task_filters() -> Vec<TaskFilter> {
    let zone = crm_core::BusinessZone::default();
    // Three in the afternoon of 3 May 2024, in the middle of what is due.
    let now = "2024-05-03T07:00:00Z".parse().unwrap_or_default();
    let of = |list, holder| TaskFilter {
        holder,
        customer: None,
        moments: moments(list, now, zone),
    };
    let mut filters: Vec<TaskFilter> = TaskList::ALL.iter().map(|&list| of(list, None)).collect();
    filters.push(of(TaskList::Open, Some(user_id(2))));
    filters.push(TaskFilter {
        customer: Some(number_on(1, 2)),
        ..of(TaskList::Open, None)
    });
    filters
}
