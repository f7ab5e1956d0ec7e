//! Accounts (R8.4), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{World, code, enter};
use crm_core::{
    Audit, AuditKind, CustomerQuery, Error, NaiveDate, NewUser, Result, Role, Session, SettingsEdit,
};

const FIRST: &str = "Qz!7mKx4";
const OWN: &str = "Wj#5vTe8";

/// A CRM whose passwords cost nothing, with 王, a rep who was born on 8 May 1990.
fn world() -> World {
    let world = World::new();
    let lin = world.admin();
    let cheap = [
        SettingsEdit::PasswordMemory { value: 8 },
        SettingsEdit::PasswordPasses { value: 1 },
    ];
    lin.settings().update(1, &cheap).unwrap();
    let wang = NewUser {
        birthday: NaiveDate::from_ymd_opt(1990, 5, 8),
        phone: Some("139 1234 5678".into()),
        ..NewUser::of("wang", "王", Role::SalesRep)
    };
    lin.users().create(&wang).unwrap();
    world
}

/// 王 with a password of their own.
fn with_password() -> World {
    let world = world();
    world.admin().users().set_password("wang", FIRST).unwrap();
    let wang = world.crm.login("wang", FIRST, "desk").unwrap();
    wang.account().change_password(FIRST, OWN).unwrap();
    wang.account().log_out().unwrap();
    world
}

fn login(world: &World, password: &str) -> Result<Session> {
    world.crm.login("wang", password, "desk")
}

fn refused<T>(result: Result<T>) -> String {
    result.err().unwrap().code().to_string()
}

fn count(session: &Session) -> &'static str {
    match session.customers().count(&CustomerQuery::default()) {
        Ok(_) => "ok",
        Err(error) => error.code().as_str(),
    }
}

fn log(world: &World, kind: AuditKind) -> Vec<Audit> {
    let log = world.admin().audit().list(0, 1000).unwrap();
    log.into_iter().filter(|entry| entry.kind == kind).collect()
}

#[test]
fn r8_4_a_password_that_an_admin_gives_only_lets_its_owner_set_another() {
    let world = world();
    let users = world.admin().users();
    assert_eq!(users.account("wang").unwrap(), None);
    users.set_password("WANG", FIRST).unwrap();
    assert!(users.account("wang").unwrap().unwrap().temporary);

    let wang = login(&world, FIRST).unwrap();
    assert_eq!(count(&wang), "password.temporary");
    assert_eq!(code(wang.user()), "password.temporary");
    assert_eq!(
        code(wang.account().change_password(FIRST, "Zz!1990-05-08")),
        "password.personal"
    );
    assert_eq!(
        code(wang.account().change_password(FIRST, FIRST)),
        "password.used"
    );
    assert_eq!(code(wang.account().change_password(OWN, OWN)), "password.wrong");
    wang.account().change_password(FIRST, OWN).unwrap();
    assert_eq!(count(&wang), "ok", "the session goes on");
    let account = wang.account().get().unwrap().unwrap();
    assert!(!account.temporary && account.wrong_tries == 0);
    assert_eq!(refused(login(&world, FIRST)), "login.refused");

    // Forgotten, it is reset, and what was logged in to ends.
    users.set_password("wang", "Fg$4hJk9").unwrap();
    assert_eq!(count(&wang), "session.ended");
    let wang = login(&world, "Fg$4hJk9").unwrap();
    assert_eq!(count(&wang), "password.temporary");
    assert_eq!(
        code(wang.account().change_password("Fg$4hJk9", OWN)),
        "password.used"
    );
    assert_eq!(world.admin().audit().verify(None).unwrap().broken_at, None);
}

#[test]
fn r8_4_only_an_admin_gives_passwords_and_suspends() {
    let world = with_password();
    let wang = login(&world, OWN).unwrap();
    for denied in [
        code(wang.users().set_password("lin", FIRST)),
        code(wang.users().set_password("nobody", FIRST)),
        code(wang.users().suspend("lin", None)),
        code(wang.users().resume("lin", None)),
        code(wang.users().account("wang")),
    ] {
        assert_eq!(denied, "access.denied");
    }
    let lin = world.admin();
    assert_eq!(code(lin.users().set_password("nobody", FIRST)), "not_found");
    assert_eq!(code(lin.users().suspend("nobody", None)), "not_found");
    assert_eq!(code(lin.account().change_password(FIRST, OWN)), "password.none");
    let system = world.crm.system().unwrap();
    assert_eq!(code(system.account().change_password(FIRST, OWN)), "not_found");
    assert_eq!(code(system.account().get()), "not_found");
    // The host's own actor can give the first admin one.
    system.users().set_password("lin", FIRST).unwrap();
}

#[test]
fn r8_4_everything_that_is_wrong_is_said_at_once_and_never_the_password() {
    let world = world();
    let users = world.admin().users();
    let error = users.set_password("wang", "wang1990").unwrap_err();
    let codes: Vec<&str> = error
        .problems()
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    assert_eq!(codes, ["password.simple", "password.personal"]);
    let said = format!("{error} {error:?} {:?}", error.problems());
    assert!(!said.contains("wang1990"), "{said}");
    // A setting asks for more.
    let longer = [SettingsEdit::PasswordLength { value: 9 }];
    world.admin().settings().update(2, &longer).unwrap();
    assert_eq!(code(users.set_password("wang", FIRST)), "password.short");
    users.set_password("wang", "Qz!7mKx4p").unwrap();
    for value in [7, 129] {
        let wrong = [SettingsEdit::PasswordLength { value }];
        assert_eq!(
            code(world.admin().settings().update(3, &wrong)),
            "setting.invalid"
        );
    }
}

#[test]
fn r8_4_none_of_the_last_five_is_used_again() {
    let world = with_password();
    let wang = login(&world, OWN).unwrap();
    let mut old = OWN.to_owned();
    for n in 0..4 {
        let new = format!("Qz!7mKx{n}");
        wang.account().change_password(&old, &new).unwrap();
        old = new;
    }
    assert_eq!(
        code(wang.account().change_password(&old, OWN)),
        "password.used",
        "the fifth"
    );
    wang.account().change_password(&old, FIRST).unwrap();
    wang.account().change_password(FIRST, OWN).unwrap();
}

#[test]
fn r8_4_a_password_works_for_three_calendar_months() {
    let world = with_password();
    world.clock.set("2024-11-30T02:00:00Z");
    let wang = login(&world, OWN).unwrap();
    assert_eq!(count(&wang), "password.expired");
    wang.account().change_password(OWN, "Fg$4hJk9").unwrap();
    let expires = wang.account().get().unwrap().unwrap().expires_on;
    assert_eq!(expires, NaiveDate::from_ymd_opt(2025, 2, 28));
    // The last millisecond of 28 February in Shanghai.
    world.clock.set("2025-02-28T15:59:59.999Z");
    let wang = login(&world, "Fg$4hJk9").unwrap();
    assert_eq!(count(&wang), "ok");
    world.clock.set("2025-02-28T16:00:00Z");
    assert_eq!(count(&wang), "password.expired", "within a session, too");
    assert_eq!(count(&login(&world, "Fg$4hJk9").unwrap()), "password.expired");
    assert_eq!(
        count(&world.crm.session("wang").unwrap()),
        "ok",
        "the host vouches"
    );
}

#[test]
fn r8_4_five_wrong_tries_in_a_row_lay_the_account_to_rest() {
    let world = with_password();
    for _ in 0..4 {
        assert_eq!(refused(login(&world, FIRST)), "login.refused");
    }
    login(&world, OWN).unwrap();
    for _ in 0..5 {
        assert_eq!(refused(login(&world, FIRST)), "login.refused");
    }
    assert_eq!(refused(login(&world, OWN)), "login.refused", "the right one too");
    world.clock.set("2024-05-01T01:14:59.999Z");
    for _ in 0..9 {
        assert_eq!(refused(login(&world, FIRST)), "login.refused");
    }
    assert_eq!(refused(login(&world, OWN)), "login.refused");
    world.clock.set("2024-05-01T01:15:00Z");
    let wang = login(&world, OWN).unwrap();
    // The old one is asked for as one logs in: wrong ones count.
    for _ in 0..5 {
        assert_eq!(
            code(wang.account().change_password(FIRST, "Fg$4hJk9")),
            "password.wrong"
        );
    }
    assert_eq!(
        code(wang.account().change_password(OWN, "Fg$4hJk9")),
        "password.wrong"
    );
    assert_eq!(refused(login(&world, OWN)), "login.refused");
    assert_eq!(count(&wang), "ok", "who is in stays in");
    world.admin().users().set_password("wang", "Fg$4hJk9").unwrap();
    assert!(login(&world, "Fg$4hJk9").is_ok(), "a reset ends the rest");
    // Five, nine and two while it rested, and five and one that changed nothing.
    assert_eq!(
        log(&world, AuditKind::LoginRefused).len(),
        4 + 5 + 1 + 9 + 1 + 5 + 1 + 1
    );
}

#[test]
fn r8_4_a_wrong_login_is_answered_as_a_wrong_password() {
    let world = with_password();
    world.user("zhao", Role::SalesRep, None);
    let answers: Vec<Error> = [
        ("nobody", OWN),
        ("wang", FIRST),
        ("zhao", OWN),
        ("", ""),
        ("wang", ""),
    ]
    .into_iter()
    .map(|(login, password)| world.crm.login(login, password, "desk").err().unwrap())
    .collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let refused = log(&world, AuditKind::LoginRefused);
    assert_eq!(refused.len(), 5, "each is in the log");
    let all = format!("{refused:?}");
    assert!(
        !all.contains("nobody") && !all.contains(OWN),
        "what was typed is not"
    );
    assert_eq!(refused[1].about.entity, "account");
    assert_eq!(
        refused[1].actor,
        Some(world.admin().users().get("wang").unwrap().id)
    );
    assert_eq!(code(world.crm.login("wang", OWN, " ").map(drop)), "field.missing");
}

#[test]
fn r8_4_suspending_an_account_ends_its_sessions_at_once() {
    let world = with_password();
    let (lin, wang) = (world.admin(), login(&world, OWN).unwrap());
    let vouched = world.crm.session("wang").unwrap();
    let customer = enter(&wang, "上海示例科技有限公司");
    let account = lin.users().suspend("wang", Some("设备丢失")).unwrap();
    assert!(account.suspended_at.is_some());
    assert_eq!(
        lin.users().suspend("wang", None).unwrap(),
        account,
        "twice is harmless"
    );
    assert_eq!(
        (count(&wang), count(&vouched)),
        ("session.ended", "account.suspended")
    );
    assert_eq!(code(wang.account().log_out()), "session.ended");
    assert_eq!(refused(login(&world, FIRST)), "login.refused");
    assert_eq!(refused(login(&world, OWN)), "account.suspended");
    assert_eq!(refused(world.crm.session("wang")), "account.suspended");
    assert_eq!(
        log(&world, AuditKind::AccountSuspended)[0].reason.as_deref(),
        Some("设备丢失")
    );
    assert_eq!(
        lin.customers().get(customer).unwrap().owner,
        lin.users().get("wang").unwrap().id
    );

    lin.users().resume("wang", None).unwrap();
    assert_eq!((count(&wang), count(&vouched)), ("session.ended", "ok"));
    assert_eq!(count(&login(&world, OWN).unwrap()), "ok");
    let edit = [crm_core::UserEdit::Active { value: false }];
    let user = lin.users().get("wang").unwrap();
    lin.users().update(user.id, user.revision, &edit).unwrap();
    assert_eq!(refused(login(&world, OWN)), "access.inactive");
}

#[test]
fn r8_6_there_is_always_an_admin_who_may_do_something() {
    let world = world();
    let lin = world.admin();
    assert_eq!(code(lin.users().suspend("lin", None)), "people.last_admin");
    let (chen, chens) = world.user("chen", Role::Admin, None);
    lin.users().suspend("chen", None).unwrap();
    assert_eq!(code(chens.user()), "account.suspended");
    let user = lin.users().get("lin").unwrap();
    let edit = [crm_core::UserEdit::Active { value: false }];
    assert_eq!(
        code(lin.users().update(user.id, user.revision, &edit)),
        "people.last_admin"
    );
    lin.users().update(chen.id, chen.revision, &edit).unwrap();
}

#[test]
fn r8_4_a_login_while_another_device_is_in_use_flags_a_shared_account() {
    let world = with_password();
    let shared = || world.admin().users().account("wang").unwrap().unwrap().shared_at;
    let at = |text: &str| world.clock.set(text);
    let desk = login(&world, OWN).unwrap();
    at("2024-05-01T01:20:00Z");
    login(&world, OWN).unwrap();
    assert_eq!(shared(), None, "the same device");
    count(&desk);
    at("2024-05-01T01:50:00.001Z");
    let phone = world.crm.login("wang", OWN, "phone").unwrap();
    assert_eq!(shared(), None, "half an hour and a millisecond ago");
    count(&desk);
    at("2024-05-01T02:20:00.001Z");
    world.crm.login("wang", OWN, "laptop").unwrap();
    assert_eq!(
        shared().map(|at| at.to_rfc3339()).as_deref(),
        Some("2024-05-01T02:20:00.001+00:00")
    );
    assert_eq!(
        phone.account().get().unwrap().unwrap().shared_at,
        None,
        "only admins are told"
    );
    // A session that was logged out of is not in use.
    let world = with_password();
    let desk = login(&world, OWN).unwrap();
    desk.account().log_out().unwrap();
    world.crm.login("wang", OWN, "phone").unwrap();
    assert_eq!(
        world.admin().users().account("wang").unwrap().unwrap().shared_at,
        None
    );
}

#[test]
fn r8_4_using_a_session_is_written_once_in_five_minutes_at_most() {
    let world = with_password();
    let wang = login(&world, OWN).unwrap();
    let version = || world.crm.version().unwrap();
    let before = version();
    for second in 0..60 {
        world.clock.set(&format!("2024-05-01T01:04:{second:02}Z"));
        count(&wang);
    }
    assert_eq!(version(), before);
    world.clock.set("2024-05-01T01:05:00Z");
    count(&wang);
    let once = version();
    assert_ne!(once, before);
    count(&wang);
    assert_eq!(version(), once);
    let log = world.admin().audit();
    assert_eq!(log.verify(None).unwrap().broken_at, None);
    assert!(world.crm.check().report().faults.is_empty());
}

#[test]
fn r8_4_a_session_that_is_not_used_for_thirty_days_ends_with_the_next_login() {
    let world = with_password();
    let desk = login(&world, OWN).unwrap();
    world.clock.set("2024-05-31T01:00:00Z");
    login(&world, OWN).unwrap();
    world.clock.set("2024-05-31T01:00:00.001Z");
    let again = login(&world, OWN).unwrap();
    assert_eq!(count(&desk), "session.ended");
    assert_eq!(count(&again), "ok");
}

#[test]
fn r8_4_changing_the_password_ends_the_users_other_sessions() {
    let world = with_password();
    let (desk, phone) = (
        login(&world, OWN).unwrap(),
        world.crm.login("wang", OWN, "phone").unwrap(),
    );
    desk.account().change_password(OWN, FIRST).unwrap_err();
    desk.account().change_password(OWN, "Fg$4hJk9").unwrap();
    assert_eq!((count(&desk), count(&phone)), ("ok", "session.ended"));
}

#[test]
fn r8_5_the_log_has_every_login_and_nothing_of_a_password() {
    let world = with_password();
    let wang = login(&world, OWN).unwrap();
    let log = world.admin().audit().list(0, 1000).unwrap();
    let kinds: Vec<AuditKind> = log.iter().map(|entry| entry.kind).collect();
    for kind in [
        AuditKind::PasswordSet,
        AuditKind::PasswordChanged,
        AuditKind::LoggedIn,
        AuditKind::LoggedOut,
    ] {
        assert!(kinds.contains(&kind), "{kind:?}");
    }
    let all = format!("{log:?}");
    assert!(!all.contains("argon2") && !all.contains(OWN) && !all.contains(FIRST));
    assert!(log.iter().any(|entry| entry.kind == AuditKind::LoggedIn
        && entry.after.as_ref().is_some_and(|after| after.contains("desk"))));
    let mut check = world.crm.check();
    while !check.step().unwrap().finished {}
    assert!(check.report().whole, "{:?}", check.report().faults);
    assert_eq!(code(wang.audit().list(0, 10)), "access.denied");
}
