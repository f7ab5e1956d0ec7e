//! What has changed for somebody, and what they may do, through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{ChangeKind, NewAccessRequest, Role, Session, UserEdit, Wanted, service::ChangeFeed};

fn since(session: &Session, cursor: &str) -> (Vec<(String, String, ChangeKind)>, bool) {
    let changes = session.changes_since(Some(cursor)).unwrap();
    let items = changes
        .items
        .into_iter()
        .map(|item| (item.entity, item.key, item.kind));
    (items.collect(), changes.reset)
}

fn now(session: &Session) -> String {
    session.changes_since(None).unwrap().cursor
}

#[test]
fn r8_2_changes_are_those_of_customers_in_sight_and_what_leaves_it_is_gone() {
    let world = World::new();
    let team = Team::of(&world);
    let (wang, zhao) = (now(&team.wang), now(&team.zhao));
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let number = customer.to_string();
    let changed = vec![("customer".to_owned(), number.clone(), ChangeKind::Changed)];
    assert_eq!(since(&team.wang, &wang), (changed.clone(), false));
    assert_eq!(since(&team.zhao, &zhao), (vec![], false), "another's");
    assert_eq!(since(&team.sun, &zhao).0, changed, "the supervisor's too");

    let (wang, zhao) = (now(&team.wang), now(&team.zhao));
    team.sun.customers().assign(customer, "zhao", None).unwrap();
    let gone = vec![("customer".to_owned(), number.clone(), ChangeKind::Gone)];
    assert_eq!(since(&team.wang, &wang), (gone, false), "by its number only");
    let (items, _) = since(&team.zhao, &zhao);
    assert!(
        items.contains(&("customer".to_owned(), number, ChangeKind::Changed)),
        "it has come into sight"
    );
    let later = now(&team.wang);
    enter(&team.zhao, "北京远洋贸易有限公司");
    assert_eq!(since(&team.wang, &later).0, []);
    assert_eq!(code(team.wang.changes_since(Some("x"))), "page.invalid");
}

#[test]
fn r8_1_a_change_of_rights_answers_reset() {
    let world = World::new();
    let team = Team::of(&world);
    let lin = world.admin();
    let cursors = [&team.wang, &team.zhao, &team.sun].map(now);
    let user = lin.users().get("wang").unwrap();
    lin.users()
        .update(
            user.id,
            user.revision,
            &[UserEdit::Role {
                value: Role::Supervisor,
            }],
        )
        .unwrap();
    assert!(since(&team.wang, &cursors[0]).1, "their own role");
    assert!(!since(&team.zhao, &cursors[1]).1, "another's");
    assert!(
        !since(&team.sun, &cursors[2]).1,
        "it changes nothing that they see"
    );
    assert!(!since(&team.wang, &now(&team.wang)).1, "once");

    let (user, sun) = (lin.users().get("zhao").unwrap(), now(&team.sun));
    let leaves = [UserEdit::Team { value: None }];
    lin.users().update(user.id, user.revision, &leaves).unwrap();
    assert!(since(&team.sun, &sun).1, "somebody has left the team");
}

#[test]
fn r8_3_a_grant_answers_reset_when_it_is_given_and_when_it_ends_by_its_time() {
    let world = World::new();
    let team = Team::of(&world);
    let number = enter(&team.zhao, "上海示例科技有限公司");
    let until = "2024-05-02T04:00:00Z";
    for wanted in [
        Wanted::SeeCustomers,
        Wanted::EditCustomers,
        Wanted::Role,
        Wanted::Export,
    ] {
        world.clock.set("2024-05-01T01:00:00Z");
        let named = matches!(wanted, Wanted::SeeCustomers | Wanted::EditCustomers);
        let new = NewAccessRequest {
            wanted,
            until: until.parse().unwrap(),
            reason: "同事休假".into(),
            customers: named.then(|| number.to_string()).into_iter().collect(),
            role: (wanted == Wanted::Role).then_some(Role::Supervisor),
        };
        let (before, zhao) = (now(&team.wang), now(&team.zhao));
        let asked = team.wang.requests().ask(&new).unwrap();
        team.sun.requests().approve(asked.id).unwrap();
        assert!(!since(&team.wang, &before).1, "not yet: {wanted}");
        world.admin().requests().approve(asked.id).unwrap();
        assert!(since(&team.wang, &before).1, "given: {wanted}");

        let held = now(&team.wang);
        world.clock.set("2024-05-02T03:59:59.999Z");
        assert!(!since(&team.wang, &held).1, "it holds: {wanted}");
        world.clock.set(until);
        assert_eq!(since(&team.wang, &held), (vec![], true), "it has ended: {wanted}");
        assert!(!since(&team.zhao, &zhao).1, "another's");
        assert!(!since(&team.wang, &now(&team.wang)).1);
    }
}

#[test]
fn r8_2_an_answer_is_told_of_to_who_sees_both_customers() {
    let world = World::new();
    let team = Team::of(&world);
    let one = enter(&team.wang, "上海示例科技有限公司");
    let other = enter(&team.zhao, "北京远洋贸易有限公司");
    let cursors = [&team.wang, &team.sun].map(now);
    world.admin().customers().say_different(one, other).unwrap();
    assert_eq!(since(&team.wang, &cursors[0]).0, []);
    assert_eq!(since(&team.sun, &cursors[1]).0.len(), 1);
}

#[test]
fn r8_2_the_feed_goes_on_where_it_ended() {
    let world = World::new();
    let team = Team::of(&world);
    let mut feed = team.wang.changes(None).unwrap();
    assert!(feed.next().is_none());
    let one = enter(&team.wang, "上海示例科技有限公司").to_string();
    enter(&team.zhao, "北京远洋贸易有限公司");
    let keys = |feed: &mut ChangeFeed| -> Vec<String> {
        let told = feed.flat_map(|changes| changes.unwrap().items);
        told.map(|item| item.key).collect()
    };
    let before = feed.cursor().to_owned();
    assert_eq!(keys(&mut feed), [one.as_str()]);
    assert!(keys(&mut feed).is_empty());
    assert_eq!(keys(&mut team.wang.changes(Some(&before)).unwrap()), [one]);
    assert_eq!(code(team.wang.changes(Some("x")).map(drop)), "page.invalid");
}

#[test]
fn r8_1_whether_somebody_may_is_told_without_an_attempt() {
    let world = World::new();
    let team = Team::of(&world);
    let customer = enter(&team.wang, "上海示例科技有限公司").into();
    let can = |session: &Session, action| session.can(action, Some(&customer)).unwrap();
    let before = world.admin().audit().list(0, 1_000).unwrap().len();
    assert!(can(&team.wang, "customers.edit") && can(&team.sun, "customers.edit"));
    assert!(!can(&team.zhao, "customers.edit") && !can(&team.zhao, "customers.see"));
    assert!(!can(&team.wang, "deals.correct") && can(&team.sun, "deals.correct"));
    assert!(!team.wang.can("settings.edit", None).unwrap());
    assert_eq!(code(team.wang.can("customers.eat", None)), "choice.unknown");
    assert_eq!(
        world.admin().audit().list(0, 1_000).unwrap().len(),
        before,
        "asking is not logged"
    );
}
