//! What has changed for somebody, and what they may do, through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{ChangeKind, Role, Session, UserEdit};

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
    assert!(since(&team.sun, &cursors[2]).1, "somebody of the team's");
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
