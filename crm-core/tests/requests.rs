//! Requests for more (R8.3), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{
    AccessRequest, AuditKind, CustomerEdit, CustomerNumber, CustomerQuery, NewAccessRequest, PageRequest,
    RequestState, Role, Session, Wanted,
};

/// Until noon of 2 May in Shanghai.
const UNTIL: &str = "2024-05-02T04:00:00Z";

fn new(wanted: Wanted, customers: &[&str]) -> NewAccessRequest {
    NewAccessRequest {
        wanted,
        until: UNTIL.parse().unwrap(),
        reason: "同事休假".into(),
        customers: customers.iter().map(|&it| it.to_owned()).collect(),
        role: None,
    }
}

fn ask(session: &Session, wanted: Wanted, customers: &[&str]) -> AccessRequest {
    session.requests().ask(&new(wanted, customers)).unwrap()
}

fn sees(session: &Session, number: CustomerNumber) -> bool {
    session.customers().get(number).is_ok()
}

fn edits(session: &Session, number: CustomerNumber) -> bool {
    let revision = match session.customers().get(number) {
        Ok(customer) => customer.revision,
        Err(_) => 1,
    };
    let note = CustomerEdit::Note {
        value: Some(revision.to_string()),
    };
    session.customers().update(number, revision, &[note]).is_ok()
}

fn listed(session: &Session, waiting: bool) -> usize {
    let page = session.requests().list(waiting, &PageRequest::first(50)).unwrap();
    page.items.len()
}

#[test]
fn r8_3_a_customer_by_name_is_seen_until_the_end_and_not_changed() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let lin = world.admin();
    let (theirs, other) = (
        enter(&zhao, "上海示例科技有限公司"),
        enter(&zhao, "北京远洋贸易有限公司"),
    );
    let asked = ask(&wang, Wanted::SeeCustomers, &["上海示例科技有限公司"]);
    assert_eq!(asked.state, RequestState::Made);
    assert!(!sees(&wang, theirs));
    assert_eq!(code(lin.requests().approve(asked.id)), "request.head_first");
    assert_eq!(code(wang.requests().approve(asked.id)), "request.own");
    assert_eq!(code(wang.requests().refuse(asked.id, "不")), "request.own");
    let first = sun.requests().approve(asked.id).unwrap();
    assert_eq!(first.state, RequestState::Approved);
    assert!(!sees(&wang, theirs), "one is not enough");
    assert_eq!(code(sun.requests().approve(asked.id)), "request.twice");
    let granted = lin.requests().approve(asked.id).unwrap();
    assert_eq!(
        (granted.granted.as_slice(), granted.alone),
        (&[theirs][..], false)
    );
    assert_eq!(code(lin.requests().approve(asked.id)), "request.over");

    assert!(sees(&wang, theirs) && !edits(&wang, theirs));
    assert!(!sees(&wang, other), "this one alone");
    assert_eq!(wang.customers().count(&CustomerQuery::default()).unwrap(), 1);
    world.clock.set("2024-05-02T03:59:59.999Z");
    assert!(sees(&wang, theirs));
    world.clock.set(UNTIL);
    assert!(!sees(&wang, theirs), "it ends by itself");
    assert_eq!(code(wang.requests().withdraw(asked.id)), "request.expired");
}

#[test]
fn r8_3_a_customer_may_be_asked_for_to_change_and_the_grant_be_withdrawn() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let lin = world.admin();
    let theirs = enter(&zhao, "上海示例科技有限公司");
    for withdraws in [&wang, &sun, &lin] {
        let asked = ask(&wang, Wanted::EditCustomers, &[&theirs.to_string()]);
        sun.requests().approve(asked.id).unwrap();
        lin.requests().approve(asked.id).unwrap();
        assert!(edits(&wang, theirs));
        withdraws.requests().withdraw(asked.id).unwrap();
        assert!(!sees(&wang, theirs), "at once");
        assert_eq!(code(withdraws.requests().withdraw(asked.id)), "request.over");
        assert_eq!(code(lin.requests().approve(asked.id)), "request.over");
    }
    let log = lin.audit().list(0, 1000).unwrap();
    for kind in [
        AuditKind::RequestMade,
        AuditKind::RequestApproved,
        AuditKind::RequestGranted,
        AuditKind::RequestWithdrawn,
    ] {
        assert_eq!(
            log.iter().filter(|entry| entry.kind == kind).count(),
            3,
            "{kind:?}"
        );
    }
}

#[test]
fn r8_3_a_role_counts_for_as_long_as_it_was_granted() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let lin = world.admin();
    let theirs = enter(&zhao, "上海示例科技有限公司");
    let role = NewAccessRequest {
        role: Some(Role::Supervisor),
        ..new(Wanted::Role, &[])
    };
    let asked = wang.requests().ask(&role).unwrap();
    sun.requests().approve(asked.id).unwrap();
    assert_eq!(
        code(wang.customers().assign(theirs, "wang", None)),
        "access.denied"
    );
    lin.requests().approve(asked.id).unwrap();
    wang.customers().assign(theirs, "wang", None).unwrap();
    assert_eq!(
        wang.user().unwrap().unwrap().role,
        Role::SalesRep,
        "their own stays"
    );
    assert_eq!(
        code(wang.users().suspend("zhao", None)),
        "access.denied",
        "no admin's"
    );
    wang.customers().assign(theirs, "zhao", None).unwrap();
    world.clock.set(UNTIL);
    assert!(!sees(&wang, theirs));

    // Whoever was made an admin for a time approves nobody's request.
    world.clock.set("2024-05-02T05:00:00Z");
    let until = "2024-05-03T00:00:00Z".parse().unwrap();
    let admin = NewAccessRequest {
        role: Some(Role::Admin),
        until,
        ..new(Wanted::Role, &[])
    };
    let asked = wang.requests().ask(&admin).unwrap();
    sun.requests().approve(asked.id).unwrap();
    lin.requests().approve(asked.id).unwrap();
    assert!(sees(&wang, theirs));
    let export = NewAccessRequest {
        until,
        ..new(Wanted::Export, &[])
    };
    let asked = zhao.requests().ask(&export).unwrap();
    sun.requests().approve(asked.id).unwrap();
    assert_eq!(code(wang.requests().approve(asked.id)), "not_found");
    lin.requests().approve(asked.id).unwrap();
}

#[test]
fn r8_3_the_head_asks_an_admin_and_another_admin() {
    let world = World::new();
    let Team { sun, .. } = Team::of(&world);
    let (lin, (_, chen)) = (world.admin(), world.user("chen", Role::Admin, None));
    let asked = ask(&sun, Wanted::Export, &[]);
    assert_eq!(code(sun.requests().approve(asked.id)), "request.own");
    lin.requests().approve(asked.id).unwrap();
    assert_eq!(code(lin.requests().approve(asked.id)), "request.twice");
    let granted = chen.requests().approve(asked.id).unwrap();
    assert!(!granted.alone && granted.state == RequestState::Granted);
    // One that is suspended is none: the other suffices, flagged.
    lin.users().suspend("chen", None).unwrap();
    let asked = ask(&sun, Wanted::Export, &[]);
    assert!(lin.requests().approve(asked.id).unwrap().alone);
    assert_eq!(
        code(
            world
                .crm
                .system()
                .unwrap()
                .requests()
                .ask(&new(Wanted::Export, &[]))
        ),
        "not_found"
    );
    assert_eq!(
        code(world.crm.system().unwrap().requests().approve(asked.id)),
        "not_found",
        "nobody"
    );
}

#[test]
fn r8_3_either_may_refuse_with_a_reason() {
    let world = World::new();
    let Team { sun, wang, .. } = Team::of(&world);
    let lin = world.admin();
    for (refuses, approved) in [(&sun, false), (&lin, false), (&lin, true)] {
        let asked = ask(&wang, Wanted::Export, &[]);
        if approved {
            sun.requests().approve(asked.id).unwrap();
        }
        assert_eq!(code(refuses.requests().refuse(asked.id, " ")), "field.missing");
        let refused = refuses.requests().refuse(asked.id, "由主管导出").unwrap();
        assert_eq!(
            (refused.state, refused.answer.as_deref()),
            (RequestState::Refused, Some("由主管导出"))
        );
        assert_eq!(
            wang.requests().get(asked.id).unwrap(),
            refused,
            "the asker reads why"
        );
        for over in [
            code(sun.requests().approve(asked.id)),
            code(lin.requests().refuse(asked.id, "不")),
            code(wang.requests().withdraw(asked.id)),
        ] {
            assert_eq!(over, "request.over");
        }
    }
    let asked = ask(&wang, Wanted::Export, &[]);
    world.clock.set(UNTIL);
    assert_eq!(code(sun.requests().approve(asked.id)), "request.expired");
    assert_eq!(code(sun.requests().refuse(asked.id, "不")), "request.expired");
    assert_eq!(
        code(wang.requests().ask(&new(Wanted::Export, &[]))),
        "date.in_past"
    );
}

#[test]
fn r8_2_a_request_tells_nobody_what_is_hidden_from_them() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let (_, qian) = world.user("qian", Role::SalesRep, None);
    let lin = world.admin();
    let hidden = enter(&qian, "上海示例科技有限公司");
    // One that is there and one that is not are taken alike, and by their head too.
    let there = ask(
        &wang,
        Wanted::SeeCustomers,
        &["上海示例科技有限公司", &hidden.to_string()],
    );
    let none = ask(&wang, Wanted::SeeCustomers, &["没有的公司", "CRM202405019999"]);
    for asked in [&there, &none] {
        assert!(asked.granted.is_empty());
        let approved = sun.requests().approve(asked.id).unwrap();
        assert!(approved.granted.is_empty());
    }
    let unknown = lin.requests().approve(none.id).unwrap_err();
    let fields: Vec<&str> = unknown.problems().iter().map(|it| it.code.as_str()).collect();
    assert_eq!(
        fields,
        ["customer.unknown", "customer.unknown"],
        "only an admin is told"
    );
    assert_eq!(lin.requests().approve(there.id).unwrap().granted, [hidden]);
    enter(&qian, "上海示例科技有限公司");
    let twice = ask(&qian, Wanted::SeeCustomers, &["上海示例科技有限公司"]);
    assert_eq!(code(lin.requests().approve(twice.id)), "customer.ambiguous");

    // Others' requests are not there.
    assert_eq!(
        (listed(&wang, false), listed(&sun, false), listed(&lin, false)),
        (2, 2, 3)
    );
    assert_eq!((listed(&zhao, false), listed(&qian, false)), (0, 1));
    assert_eq!((listed(&sun, true), listed(&lin, true)), (1, 2));
    for other in [&zhao, &qian] {
        for refused in [
            code(other.requests().get(there.id)),
            code(other.requests().approve(there.id)),
            code(other.requests().refuse(there.id, "不")),
            code(other.requests().withdraw(there.id)),
        ] {
            assert_eq!(refused, "not_found");
        }
    }
    assert_eq!(
        code(sun.requests().get(twice.id)),
        "not_found",
        "of no team of theirs"
    );
}

#[test]
fn r8_3_what_was_granted_is_whole_by_the_log() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let theirs = enter(&zhao, "上海示例科技有限公司");
    let asked = ask(&wang, Wanted::SeeCustomers, &[&theirs.to_string()]);
    sun.requests().approve(asked.id).unwrap();
    world.admin().requests().approve(asked.id).unwrap();
    let mut check = world.crm.check();
    while !check.step().unwrap().finished {}
    assert!(check.report().whole, "{:?}", check.report().faults);
}

#[test]
fn r8_3_a_grant_for_a_number_that_was_merged_holds_for_the_survivor_and_after_undoing_for_it_alone() {
    let world = World::new();
    let Team { sun, wang, zhao } = Team::of(&world);
    let lin = world.admin();
    let named = [
        "上海示例科技有限公司",
        "北京远洋贸易有限公司",
        "广州示范电子有限公司",
    ];
    let [loser, survivor, last] = named.map(|name| enter(&zhao, name));
    let grant = |wanted| {
        let asked = ask(&wang, wanted, &[&loser.to_string()]);
        sun.requests().approve(asked.id).unwrap();
        lin.requests().approve(asked.id).unwrap();
        asked
    };
    let undo = || {
        let log = lin.audit().list(0, 1000).unwrap();
        let undone: Vec<u64> = log.iter().filter_map(|entry| entry.undoes).collect();
        let merged = |entry: &&crm_core::Audit| {
            entry.kind == AuditKind::CustomerMerged && !undone.contains(&entry.seq)
        };
        lin.customers()
            .undo(log.iter().rev().find(merged).unwrap().operation)
            .unwrap();
    };
    let may_edit = |number: CustomerNumber| wang.can("customers.edit", Some(&number.into())).unwrap();
    let reach = |number| (sees(&wang, number), may_edit(number));
    for (wanted, may) in [
        (Wanted::SeeCustomers, (true, false)),
        (Wanted::EditCustomers, (true, true)),
    ] {
        let asked = grant(wanted);
        let kept = lin.requests().get(asked.id).unwrap();
        assert_eq!((reach(loser), reach(survivor)), (may, (false, false)));
        lin.customers().merge(loser, survivor, &[]).unwrap();
        assert_eq!(
            (reach(survivor), reach(loser)),
            (may, may),
            "the number leads to it: {wanted}"
        );
        assert_eq!(wang.customers().count(&CustomerQuery::default()).unwrap(), 1);
        // Merged once more, it leads on.
        lin.customers().merge(survivor, last, &[]).unwrap();
        assert_eq!((reach(last), reach(loser)), (may, may));
        undo();
        assert_eq!((reach(survivor), reach(last)), (may, (false, false)));
        undo();
        assert_eq!(
            (reach(loser), reach(survivor)),
            (may, (false, false)),
            "each is its own again"
        );
        assert_eq!(
            lin.requests().get(asked.id).unwrap(),
            kept,
            "what was granted is what it was"
        );
        lin.customers().merge(loser, survivor, &[]).unwrap();
        wang.requests().withdraw(asked.id).unwrap();
        assert_eq!(
            (reach(loser), reach(survivor)),
            ((false, false), (false, false)),
            "it ends for both"
        );
        undo();
    }
    // Who may change both may merge them, and take that back.
    lin.customers().assign(survivor, "wang", None).unwrap();
    let asked = grant(Wanted::EditCustomers);
    wang.customers().merge(loser, survivor, &[]).unwrap();
    let log = lin.audit().list(0, 1000).unwrap();
    let merged = log
        .iter()
        .rev()
        .find(|entry| entry.kind == AuditKind::CustomerMerged)
        .unwrap();
    wang.customers().undo(merged.operation).unwrap();
    assert_eq!((reach(loser), reach(survivor)), ((true, true), (true, true)));
    // It ends by its time for the survivor, too.
    lin.customers().assign(survivor, "zhao", None).unwrap();
    lin.customers().merge(loser, survivor, &[]).unwrap();
    let held = wang.changes_since(None).unwrap().cursor;
    assert!(sees(&wang, survivor));
    world.clock.set(UNTIL);
    assert!(!sees(&wang, survivor));
    assert!(wang.changes_since(Some(&held)).unwrap().reset);
    assert_eq!(lin.requests().get(asked.id).unwrap().granted, [loser]);
}
