//! What is read of the sales process: follow-ups, tasks, whose customers they are.

use crm_core::{
    Attachment, AuditKind, Contract, ContractId, Customer, CustomerNumber, FollowUp, Opportunity, Page,
    PageRequest, Result, Stage, TaskList, TimelineSort,
    rules::{quiet::midnight, task::moments},
    store::{
        AttachmentFilter, ContractFilter, FollowUpFilter, ListedTask, Moment, OpportunityFilter, Quiet,
        QuietFilter, Scope, SortValue, StoreRead, TaskFilter,
    },
};

use super::line;
use crate::{
    fixture::{deal_id, instant, may, number_on, user_id},
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
    for filter in deal_filters() {
        let page = |page: &PageRequest| tx.opportunities(&filter, scope, page);
        lines.push(line(("deals", &filter, scope), both_pages::<Opportunity>(page)?));
    }
    for filter in contract_filters() {
        let page = |page: &PageRequest| tx.contracts(&filter, scope, page);
        lines.push(line(("contracts", &filter, scope), both_pages::<Contract>(page)?));
    }
    for filter in attachment_filters() {
        let page = |page: &PageRequest| tx.attachments(&filter, scope, page);
        lines.push(line(
            ("attachments", &filter, scope),
            both_pages::<Attachment>(page)?,
        ));
    }
    for customer in Customer::keys() {
        for &sort in TimelineSort::ALL {
            let told = |before: &Moment, limit| tx.happenings(customer, sort, before, scope, limit);
            let newest = Moment {
                at: match sort {
                    TimelineSort::Contract => SortValue::Text(Moment::LAST.to_owned()),
                    _ => SortValue::Integer(i64::MAX),
                },
                key: Moment::LAST.to_owned(),
            };
            let first = told(&newest, 2)?;
            let rest = match first.last() {
                Some(last) => told(&last.moment(), u32::MAX)?,
                None => Vec::new(),
            };
            lines.push(line(("happenings", customer, sort, scope), (first, rest)));
        }
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
    lines.push(line("open deals", tx.open_opportunities(customers)?));
    for id in ["D-1", "D-2", "没有"] {
        lines.push(line(("deal", id), tx.opportunity_by_external_id(id)?));
    }
    for number in ["ht-0", "ht-1", "HT-1", "没有", ""] {
        lines.push(line(("contracts", number), tx.contracts_with_number(number)?));
    }
    for n in 0..5 {
        lines.push(line(
            ("caller", n),
            tx.caller(user_id(n), instant(0))?.map(|caller| caller.deals),
        ));
    }
    for id in FollowUp::keys() {
        lines.push(line(("task of", id), tx.task_of(id)?));
    }
    let kinds = [AuditKind::CustomerEdited];
    for own in customers.windows(2) {
        let lines_of = |before| tx.log_lines(own, &kinds, before, 3);
        let first = lines_of(u64::MAX)?;
        let rest = first.last().map(|line| lines_of(line.seq)).transpose()?;
        lines.push(line(("log lines", own), (first, rest)));
    }
    lines.push(line(
        "no log lines",
        tx.log_lines(customers, &[AuditKind::Undone], u64::MAX, 3)?,
    ));
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
        FollowUpFilter {
            opportunity: Some(deal_id(1)),
            archived: true,
            ..any()
        },
    ]
}

fn deal_filters() -> Vec<OpportunityFilter> {
    let any = OpportunityFilter::default;
    vec![
        any(),
        OpportunityFilter {
            archived: true,
            ..any()
        },
        OpportunityFilter {
            customer: Some(number_on(1, 1)),
            open: true,
            ..any()
        },
        OpportunityFilter {
            owner: Some(user_id(2)),
            stage: Some(Stage::Won),
            ..any()
        },
        OpportunityFilter {
            expected_close: (Some(may(2)), Some(may(4))),
            ..any()
        },
        OpportunityFilter {
            words: vec!["值1".to_owned()],
            ..any()
        },
        OpportunityFilter {
            owner: Some(user_id(200)),
            ..any()
        },
    ]
}

fn contract_filters() -> Vec<ContractFilter> {
    let any = ContractFilter::default;
    vec![
        any(),
        ContractFilter {
            void: true,
            archived: true,
            ..any()
        },
        ContractFilter {
            customer: Some(number_on(1, 1)),
            paid: Some(true),
            ..any()
        },
        ContractFilter {
            opportunity: Some(deal_id(1)),
            paid: Some(false),
            ..any()
        },
        ContractFilter {
            credited_to: Some(user_id(2)),
            signed_on: (Some(may(1)), Some(may(3))),
            ..any()
        },
        ContractFilter {
            without_scan: true,
            ..any()
        },
        ContractFilter {
            number: Some("-1".to_owned()),
            void: true,
            ..any()
        },
        ContractFilter {
            opportunity: Some(deal_id(200)),
            ..any()
        },
    ]
}

fn attachment_filters() -> Vec<AttachmentFilter> {
    let any = AttachmentFilter::default;
    vec![
        any(),
        AttachmentFilter {
            archived: true,
            ..any()
        },
        AttachmentFilter {
            customer: Some(number_on(1, 1)),
            kind: Some("quote".to_owned()),
            ..any()
        },
        AttachmentFilter {
            follow_up: FollowUp::keys().first().copied(),
            ..any()
        },
        AttachmentFilter {
            contract: Contract::keys().first().copied(),
            archived: true,
            ..any()
        },
        AttachmentFilter {
            contract: Some(ContractId::from_bytes([200; 16])),
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
