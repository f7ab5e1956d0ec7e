//! What has changed for somebody, and what they may do, through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{Team, World, code, enter};
use crm_core::{
    AuditKind, ChangeKind, CustomerNumber, NewAccessRequest, NewOpportunity, NewUser, Opportunity,
    OpportunityEdit, Role, Session, UserEdit, Wanted, service::ChangeFeed,
};

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

/// A deal of 赵's on a customer of 王's, whose basics 赵 sees by it alone.
fn guest_deal(team: &Team, customer: CustomerNumber) -> Opportunity {
    let deal = NewOpportunity {
        name: "产线改造".into(),
        expected_amount: "120000".parse().ok(),
        expected_close: "2024-06-30".parse().ok(),
        owner: Some("zhao".into()),
        ..NewOpportunity::default()
    };
    team.sun.opportunities().create(customer, &deal).unwrap()
}

/// What is gone: by sort and key.
fn gone(session: &Session, cursor: &str) -> Vec<(String, String)> {
    let (items, reset) = since(session, cursor);
    assert!(!reset, "a deal is no right");
    let gone = items.into_iter().filter(|(_, _, kind)| *kind == ChangeKind::Gone);
    gone.map(|(entity, key, _)| (entity, key)).collect()
}

#[test]
fn r8_1_whose_deal_ends_is_told_that_its_customer_is_gone() {
    let world = World::new();
    let (team, lin) = (Team::of(&world), world.admin());
    lin.users()
        .create(&NewUser::of("he", "何", Role::SalesRep))
        .unwrap();
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let both = |deal: &Opportunity| {
        let (deal, number) = (deal.id.to_string(), customer.to_string());
        let mut both = vec![("customer".to_owned(), number), ("opportunity".to_owned(), deal)];
        both.sort();
        both
    };
    let told = |cursor: &str| {
        let mut gone = gone(&team.zhao, cursor);
        gone.sort();
        gone
    };
    let undo = |kind: AuditKind| {
        let log = lin.audit().list(0, 1_000).unwrap();
        let last = log.iter().rfind(|entry| entry.kind == kind).unwrap();
        lin.customers().undo(last.operation).unwrap();
    };
    type End<'a> = (&'a str, &'a dyn Fn(&Opportunity));
    let hand_on = |deal: &Opportunity| {
        let owner = OpportunityEdit::Owner { value: "he".into() };
        lin.opportunities()
            .update(deal.id, deal.revision, &[owner])
            .unwrap();
    };
    let lose = |deal: &Opportunity| {
        team.zhao.opportunities().close_lost(deal.id, "预算取消").unwrap();
    };
    let ends: [End<'_>; 5] = [
        ("lost", &lose),
        ("handed on", &hand_on),
        ("put away", &|deal| {
            lin.opportunities()
                .archive(deal.id, deal.revision, "误录")
                .unwrap();
        }),
        ("undone", &|_| undo(AuditKind::OpportunityAdded)),
        ("lost, opened again, and handed on", &|deal| {
            lose(deal);
            let again = lin.opportunities().reopen(deal.id, "继续谈").unwrap();
            hand_on(&again);
        }),
    ];
    for (how, end) in ends {
        let before = now(&team.zhao);
        let deal = guest_deal(&team, customer);
        assert!(team.zhao.customers().basics(customer).is_ok());
        let (open, wang) = (now(&team.zhao), now(&team.wang));
        end(&deal);
        assert_eq!(code(team.zhao.customers().basics(customer)), "not_found", "{how}");
        assert_eq!(told(&open), both(&deal), "{how}");
        assert_eq!(told(&before), both(&deal), "{how}, since before there was one");
        assert_eq!(gone(&team.wang, &wang), [], "{how}: whose customer it is sees it");
        assert_eq!(told(&now(&team.zhao)), [], "{how}: once");
        // What is changed of it later is nobody else's.
        let later = now(&team.zhao);
        team.sun.customers().say_same(customer, how).unwrap();
        assert_eq!(since(&team.zhao, &later), (vec![], false));
    }
}

#[test]
fn r8_1_a_customer_is_not_gone_while_another_deal_or_right_shows_it() {
    let world = World::new();
    let (team, lin) = (Team::of(&world), world.admin());
    let customer = enter(&team.wang, "上海示例科技有限公司");
    let (one, other) = (guest_deal(&team, customer), guest_deal(&team, customer));
    let open = now(&team.zhao);
    let lose = |deal: &Opportunity| team.zhao.opportunities().close_lost(deal.id, "预算取消").unwrap();
    lose(&one);
    let deal = |deal: &Opportunity| ("opportunity".to_owned(), deal.id.to_string());
    assert_eq!(
        gone(&team.zhao, &open),
        [deal(&one)],
        "the other one shows the customer"
    );
    // Opened again before they look: nothing is gone.
    lin.opportunities().reopen(one.id, "继续谈").unwrap();
    assert_eq!(gone(&team.zhao, &open), []);
    // Merged into another one: the deal goes on with that.
    let survivor = enter(&team.wang, "北京远洋贸易有限公司");
    lin.customers().merge(customer, survivor, &[]).unwrap();
    assert_eq!(
        gone(&team.zhao, &open),
        [("customer".to_owned(), customer.to_string())]
    );
    assert_eq!(team.zhao.customers().basics(customer).unwrap().number, survivor);
    // One's own by now.
    let open = now(&team.zhao);
    lose(&one);
    lose(&other);
    team.sun.customers().assign(survivor, "zhao", None).unwrap();
    assert_eq!(gone(&team.zhao, &open), []);
    assert!(gone(&lin, "0").is_empty(), "an admin sees all");
}
