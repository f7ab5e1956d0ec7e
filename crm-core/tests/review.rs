//! Working groups of duplicates through, one after the other (R6.2, R6.3).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, customer};
use crm_core::{
    AuditKind, Customer, CustomerEdit, CustomerKey, CustomerNumber, NewAccessRequest, Role, Session, Wanted,
    service::{DuplicateCheck::Off, DuplicateGroup, DuplicateJob, DuplicateReview, DuplicateSearch},
};

const STEP: [&str; 3] = [
    "示例科技(上海)有限公司",
    "上海示例科技有限公司",
    "上海示例科技有限责任公司",
];
const OCEAN: [&str; 2] = ["北京远洋贸易有限公司", "远洋贸易(北京)有限公司"];

fn enter(session: &Session, names: &[&str], phone: &str) -> Vec<CustomerNumber> {
    let enter = |name: &&str| {
        session
            .customers()
            .create(&customer(name, phone), Off)
            .unwrap()
            .number
    };
    names.iter().map(enter).collect()
}

fn search(session: &Session) -> DuplicateJob {
    let mut job = session.customers().find_duplicates(DuplicateSearch::default());
    for progress in &mut job {
        progress.unwrap();
    }
    job
}

fn members(group: Option<DuplicateGroup>) -> Vec<CustomerNumber> {
    group.map_or_else(Vec::new, |group| group.customers)
}

fn next(review: &mut DuplicateReview) -> Vec<CustomerNumber> {
    members(review.next_group().unwrap())
}

fn key(number: CustomerNumber) -> CustomerKey {
    number.into()
}

fn operations(session: &Session, kind: AuditKind) -> Vec<u64> {
    let log = session.audit().list(0, 1_000).unwrap();
    let mut found: Vec<u64> = log
        .iter()
        .filter(|entry| entry.kind == kind)
        .map(|entry| entry.operation)
        .collect();
    found.dedup();
    found
}

/// Two groups, of three and of two.
fn two_groups(session: &Session) -> (Vec<CustomerNumber>, Vec<CustomerNumber>) {
    (
        enter(session, &STEP, "021-55550199"),
        enter(session, &OCEAN, "010-55550100"),
    )
}

#[test]
fn r6_3_each_group_is_merged_or_said_to_be_different() {
    let world = World::new();
    let me = world.admin();
    let (step, ocean) = two_groups(&me);
    let job = search(&me);
    let mut review = job.review();
    let mut offered = Vec::new();
    while let Some(group) = review.next_group().unwrap() {
        assert!(!group.pairs.is_empty());
        let left = match group.customers == step {
            true => review.merge(step[1], &[]).unwrap(),
            false => review.different(&[]).unwrap(),
        };
        assert_eq!(left, None);
        offered.push(group.customers);
    }
    offered.sort();
    assert_eq!(offered, [step.clone(), ocean]);
    let survivor = |number: CustomerNumber| me.customers().get(number).unwrap().number;
    assert_eq!(
        step.iter().map(|number| survivor(*number)).collect::<Vec<_>>(),
        [step[1]; 3]
    );
    assert!(next(&mut job.review()).is_empty(), "all was decided");
    assert!(search(&me).report().groups.is_empty());
}

#[test]
fn r6_3_a_group_is_decided_in_parts() {
    let world = World::new();
    let me = world.admin();
    let step = enter(&me, &STEP, "021-55550199");
    let mut review = search(&me).review();
    assert_eq!(next(&mut review), step);
    let left = review.different(&[key(step[2])]).unwrap().unwrap();
    assert_eq!(left.customers, step[..2]);
    assert_eq!(left.pairs.len(), 1);
    assert_eq!(
        review.merge(step[0], &[key(step[1])]).unwrap(),
        None,
        "what was said holds for the survivor"
    );
    assert!(next(&mut review).is_empty());

    // Two of three merged: what is left is asked for.
    let ocean = enter(
        &me,
        &[
            "北京远洋贸易有限公司",
            "远洋贸易(北京)有限公司",
            "北京远洋贸易有限责任公司",
        ],
        "010-55550100",
    );
    let mut review = search(&me).review();
    assert_eq!(next(&mut review), ocean);
    let left = members(review.merge(ocean[0], &[key(ocean[1])]).unwrap());
    assert_eq!(left, [ocean[0], ocean[2]]);
    assert_eq!(review.different(&[]).unwrap(), None);
}

#[test]
fn r6_3_a_group_put_off_stays_away_for_the_rest_of_the_review() {
    let world = World::new();
    let me = world.admin();
    two_groups(&me);
    let job = search(&me);
    let mut review = job.review();
    let first = next(&mut review);
    review.later();
    assert_eq!(
        code(review.merge(first[0], &[])),
        "not_found",
        "nothing is in hand"
    );
    assert_eq!(review.different(&[]).unwrap(), None, "nothing is said of nothing");
    let second = next(&mut review);
    assert_ne!(first, second);
    assert!(
        next(&mut review).is_empty(),
        "the second one is put off by going on"
    );
    assert!(next(&mut review).is_empty());
    let mut again = job.review();
    assert_eq!((next(&mut again), next(&mut again)), (first, second));
    assert_eq!(
        search(&me).report().groups.len(),
        2,
        "only an answer keeps them out of a search"
    );
    assert!(operations(&me, AuditKind::SaidDistinct).is_empty());
}

#[test]
fn r6_3_a_group_is_as_it_is_when_it_is_asked_for() {
    let world = World::new();
    let me = world.admin();
    let step = enter(&me, &STEP, "021-55550199");
    let job = search(&me);
    me.customers().merge(step[2], step[0], &[]).unwrap();
    assert_eq!(next(&mut job.review()), [step[0], step[1]]);
    let mut review = job.review();
    next(&mut review);
    let one: Customer = me.customers().get(step[1]).unwrap();
    me.customers().archive(one.number, "停业").unwrap();
    assert_eq!(
        code(review.merge(step[0], &[key(step[1])])),
        "not_found",
        "it was archived meanwhile"
    );
    assert!(next(&mut job.review()).is_empty());
}

#[test]
fn r6_3_a_group_is_of_those_whom_the_caller_may_change() {
    let world = World::new();
    let (team, me) = (Team::of(&world), world.admin());
    let step = enter(&me, &STEP, "021-55550199");
    let (of_wang, of_zhao) = (&step[..2], step[2]);
    for (number, owner) in step.iter().zip(["wang", "wang", "zhao"]) {
        me.customers().assign(*number, owner, None).unwrap();
    }
    // 王 may see what is 赵's, and not change it.
    let until = "2024-06-01T00:00:00Z".parse().unwrap();
    let asked = NewAccessRequest {
        wanted: Wanted::SeeCustomers,
        customers: vec![of_zhao.to_string()],
        role: None,
        until,
        reason: "代班".into(),
    };
    let asked = team.wang.requests().ask(&asked).unwrap();
    team.sun.requests().approve(asked.id).unwrap();
    me.requests().approve(asked.id).unwrap();
    let job = search(&team.wang);
    assert_eq!(job.report().groups[0].customers.len(), 3);
    let mut review = job.review();
    assert_eq!(next(&mut review), of_wang);
    assert_eq!(code(review.merge(of_wang[0], &[key(of_zhao)])), "not_found");
    assert_eq!(code(review.different(&[key(of_zhao)])), "not_found");
    review.merge(of_wang[0], &[]).unwrap();
    assert!(next(&mut job.review()).is_empty(), "one alone is no group");
    assert_eq!(next(&mut search(&team.sun).review()), [of_wang[0], of_zhao]);
    // Who came out of reach since is out of the group, too.
    let job = search(&team.sun);
    let out = world.user("he", Role::SalesRep, None).0;
    me.customers().assign(of_zhao, &out.id.to_string(), None).unwrap();
    assert!(next(&mut job.review()).is_empty());
}

#[test]
fn r6_3_what_is_said_of_a_group_is_one_operation_and_each_merge_is_one() {
    let world = World::new();
    let me = world.admin();
    let step = enter(&me, &STEP, "021-55550199");
    let job = search(&me);
    let mut review = job.review();
    next(&mut review);
    review.different(&[]).unwrap();
    let said = operations(&me, AuditKind::SaidDistinct);
    assert_eq!(said.len(), 1);
    me.customers().undo(said[0]).unwrap();
    let mut review = job.review();
    assert_eq!(next(&mut review), step);
    review.merge(step[0], &[]).unwrap();
    let mut merged = operations(&me, AuditKind::CustomerMerged);
    assert_eq!(merged.len(), 2);
    merged.sort_unstable();
    for operation in merged.iter().rev() {
        me.customers().undo(*operation).unwrap();
    }
    assert_eq!(next(&mut job.review()), step);
    // What is refused leaves what was done before it.
    let tags = |of: &str| (0..60).map(|n| format!("{of}{n}")).collect();
    for (number, of) in [(step[0], "甲"), (step[2], "丙")] {
        let revision = me.customers().get(number).unwrap().revision;
        me.customers()
            .update(number, revision, &[CustomerEdit::Tags { value: tags(of) }])
            .unwrap();
    }
    let mut review = job.review();
    next(&mut review);
    assert_eq!(code(review.merge(step[0], &[])), "field.too_many");
    assert_eq!(code(review.merge(step[0], &[key(step[0])])), "merge.self");
    assert_eq!(next(&mut job.review()), [step[0], step[2]]);
}
