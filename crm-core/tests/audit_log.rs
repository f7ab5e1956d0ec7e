//! What the log keeps and how admins find it (R8.5), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{Audit, AuditHead, AuditKind, AuditQuery, PageRequest, Session, SettingsEdit};

fn found(session: &Session, query: &AuditQuery) -> Vec<Audit> {
    session
        .audit()
        .search(query, &PageRequest::first(1000))
        .unwrap()
        .items
}

fn of_kind(kind: AuditKind) -> AuditQuery {
    AuditQuery {
        kind: Some(kind),
        ..AuditQuery::default()
    }
}

#[test]
fn r8_5_the_opening_of_a_customer_is_kept_if_a_setting_says_so() {
    let world = World::new();
    let Team { sun, wang, .. } = Team::of(&world);
    let lin = world.admin();
    let number = enter(&wang, "上海示例科技有限公司");
    sun.customers().get(number).unwrap();
    let opened = of_kind(AuditKind::CustomerOpened);
    assert!(found(&lin, &opened).is_empty(), "off at first");
    let on = [SettingsEdit::RecordOpenings { value: true }];
    lin.settings().update(1, &on).unwrap();
    sun.customers().get(number).unwrap();
    wang.customers().get(number).unwrap();
    assert_eq!(code(wang.customers().get("CRM202405019999")), "not_found");
    let kept = found(&lin, &opened);
    let users = lin.users();
    let by = |login: &str| Some(users.get(login).unwrap().id);
    assert_eq!(
        kept.iter().map(|entry| entry.actor).collect::<Vec<_>>(),
        [by("wang"), by("sun")]
    );
    assert!(kept.iter().all(|entry| entry.customer == Some(number)));
    // Nothing has befallen the customer, and who looked is not for its owner to know.
    let history = wang.customers().history(number, None, 50).unwrap();
    assert_eq!(history.len(), 1);
    wang.customers().undo(history[0].operation).unwrap();
    assert_eq!(lin.audit().verify(None).unwrap().broken_at, None);
    let mut check = world.crm.check();
    while !check.step().unwrap().finished {}
    assert!(check.report().whole, "{:?}", check.report().faults);
}

#[test]
fn r8_5_admins_find_entries_by_who_what_when_and_which_customer() {
    let world = World::new();
    let Team { wang, zhao, .. } = Team::of(&world);
    let lin = world.admin();
    let one = enter(&wang, "上海示例科技有限公司");
    world.clock.set("2024-05-01T02:00:00Z");
    let other = enter(&zhao, "北京远洋贸易有限公司");
    assert_eq!(code(wang.users().suspend("zhao", None)), "access.denied");
    let all = found(&lin, &AuditQuery::default());
    assert!(
        all.windows(2).all(|two| two[0].seq > two[1].seq),
        "the latest first"
    );
    assert_eq!(all.len() as u64, lin.audit().head().unwrap().seq);
    let count = |query: AuditQuery| found(&lin, &query).len();
    let by = |login: &str| AuditQuery {
        by: Some(login.into()),
        ..AuditQuery::default()
    };
    assert_eq!((count(by("wang")), count(by("zhao"))), (2, 1));
    assert_eq!(count(of_kind(AuditKind::Refused)), 1);
    let about = |customer: &str| AuditQuery {
        customer: Some(customer.into()),
        ..AuditQuery::default()
    };
    assert_eq!(
        (count(about(&one.to_string())), count(about(&other.to_string()))),
        (1, 1)
    );
    assert_eq!(count(about("CRM202405019999")), 0);
    let noon = "2024-05-01T02:00:00Z".parse().unwrap();
    let since = AuditQuery {
        since: Some(noon),
        ..AuditQuery::default()
    };
    let until = AuditQuery {
        until: Some(noon),
        ..AuditQuery::default()
    };
    assert_eq!(
        (count(since), count(until)),
        (2, all.len() - 2),
        "from then on; before then"
    );
    let both = AuditQuery {
        by: Some("wang".into()),
        ..of_kind(AuditKind::CustomerAdded)
    };
    assert_eq!(found(&lin, &both)[0].customer, Some(one));
    // In pages, each entry once.
    let (mut page, mut seen) = (PageRequest::first(2), Vec::new());
    loop {
        let some = lin.audit().search(&AuditQuery::default(), &page).unwrap();
        seen.extend(some.items);
        match some.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, all);
    let search = |session: &Session, query| session.audit().search(&query, &PageRequest::first(10));
    assert_eq!(code(search(&lin, by("nobody"))), "owner.unknown");
    assert_eq!(code(search(&lin, about("没有"))), "not_found");
    assert_eq!(code(search(&wang, AuditQuery::default())), "access.denied");
}

#[test]
fn r8_5_against_a_head_kept_elsewhere_a_cut_tail_shows() {
    let world = World::new();
    let lin = world.admin();
    let kept = lin.audit().head().unwrap();
    enter(&lin, "上海示例科技有限公司");
    assert_eq!(lin.audit().verify(Some(&kept)).unwrap().broken_at, None);
    let longer = AuditHead {
        seq: kept.seq + 9,
        ..kept.clone()
    };
    let other = AuditHead {
        hash: "0".repeat(64),
        ..kept.clone()
    };
    assert_eq!(
        lin.audit().verify(Some(&longer)).unwrap().broken_at,
        Some(kept.seq + 2)
    );
    assert_eq!(
        lin.audit().verify(Some(&other)).unwrap().broken_at,
        Some(kept.seq)
    );
}
