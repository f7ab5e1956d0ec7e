//! Users, teams and pick lists (R8.6, R2.3).

use chrono::NaiveDate;
use crm_core::{
    AccessRequest, Account, CustomerNumber, LoginSession, Page, PageRequest, Passwords, PickEntry, PickList,
    RequestId, RequestState, Role, SessionId, Team, User, UserId, Wanted, built_in_entries,
    rules::password::{Cost, Hashes, PasswordHash},
    store::{Caller, StoreExt},
};

use crate::{
    Make,
    fixture::{
        add, apply, assert_refused, commit, edit, get, instant, number, read, remove, team, team_id, user,
        user_id,
    },
};

fn full_user(n: u8) -> User {
    User {
        revision: 9,
        login: format!("Lín.{n}@示例"),
        name: "林 'x' 😀".to_owned(),
        role: Role::Supervisor,
        team: Some(team_id(1)),
        phone: Some("021-5555 0199".to_owned()),
        birthday: NaiveDate::from_ymd_opt(1890, 5, 8),
        active: false,
        ..user(n)
    }
}

/// What is read of users and teams is what was written, when added and when changed.
pub fn keeps_every_field(make: Make<'_>) {
    let store = make();
    commit(&*store, [add(team(1)), add(full_user(1)), add(user(2))]);
    assert_eq!(get::<User>(&*store, user_id(1)), Some(full_user(1)));
    assert_eq!(get::<User>(&*store, user_id(2)), Some(user(2)));
    assert_eq!(get::<User>(&*store, user_id(3)), None);
    assert_eq!(get::<Team>(&*store, team_id(1)), Some(team(1)));
    assert_eq!(get::<Team>(&*store, team_id(2)), None);

    let bare = User {
        login: "bare".to_owned(),
        role: Role::Admin,
        revision: 10,
        ..user(1)
    };
    let full = full_user(2);
    let named = Team {
        name: "改名".to_owned(),
        revision: 2,
        head: Some(user_id(2)),
        ..team(1)
    };
    commit(
        &*store,
        [
            edit(&full_user(1), &bare),
            edit(&user(2), &full),
            edit(&team(1), &named),
        ],
    );
    assert_eq!(get::<User>(&*store, user_id(1)), Some(bare));
    assert_eq!(get::<User>(&*store, user_id(2)), Some(full));
    assert_eq!(get::<Team>(&*store, team_id(1)), Some(named.clone()));
    let headless = Team {
        head: None,
        revision: 3,
        ..named.clone()
    };
    commit(&*store, [edit(&named, &headless)]);
    assert_eq!(get::<Team>(&*store, team_id(1)), Some(headless));
    for &role in Role::ALL {
        let store = make();
        commit(&*store, [add(User { role, ..user(1) })]);
        assert_eq!(get::<User>(&*store, user_id(1)).map(|user| user.role), Some(role));
    }
}

/// A login is found in any case, not only that of ASCII, and only as a whole.
pub fn finds_a_login_whatever_its_case(make: Make<'_>) {
    let store = make();
    let lin = User {
        login: "LinÉ".to_owned(),
        ..user(1)
    };
    commit(&*store, [add(lin.clone()), add(user(2))]);
    let found = |login: &str| read(&*store, |tx| tx.user_by_login(login));
    for login in ["LinÉ", "liné", "LINÉ"] {
        assert_eq!(found(login).as_ref(), Some(&lin), "{login}");
    }
    for login in ["line", "lin", "lin_", "lin%", "", "linéé"] {
        assert_eq!(found(login), None, "{login}");
    }
    let renamed = User {
        login: "other".to_owned(),
        ..lin.clone()
    };
    commit(&*store, [edit(&lin, &renamed)]);
    assert_eq!((found("liné"), found("OTHER")), (None, Some(renamed)));
}

/// Users come by login in lower case, teams by name.
pub fn orders_users_and_teams(make: Make<'_>) {
    let store = make();
    let logins = ["b", "A", "C", "a1", "é", "Z", "林"];
    let users = (1..).zip(logins).map(|(n, login)| User {
        login: login.to_owned(),
        ..user(n)
    });
    commit(&*store, users.map(add));
    let there: Vec<String> = read(&*store, |tx| tx.users())
        .into_iter()
        .map(|user| user.login)
        .collect();
    assert_eq!(there, ["A", "a1", "b", "C", "Z", "é", "林"]);

    let teams = [(1, "b"), (4, "a"), (3, "a"), (2, "B")];
    let teams = teams.map(|(n, name)| Team {
        name: name.to_owned(),
        ..team(n)
    });
    commit(&*store, teams.map(add));
    let there: Vec<_> = read(&*store, |tx| tx.teams())
        .into_iter()
        .map(|team| team.id)
        .collect();
    assert_eq!(there, [2, 3, 4, 1].map(team_id));
}

/// A caller is their own record and the users of their team, active or not.
pub fn knows_the_caller(make: Make<'_>) {
    let store = make();
    commit(&*store, [1, 2].map(|n| add(team(n))));
    let member = |n, of: Option<u8>| User {
        team: of.map(team_id),
        active: n != 3,
        ..user(n)
    };
    let users = [
        (9, Some(1)),
        (3, Some(1)),
        (5, Some(2)),
        (6, None),
        (7, None),
        (1, Some(1)),
    ];
    commit(&*store, users.map(|(n, of)| add(member(n, of))));
    let called = |user: User, members: &[u8]| {
        let caller = read(&*store, |tx| tx.caller(user.id, instant(1))).map(|mut caller| {
            caller.members.sort_unstable();
            caller
        });
        let expected = Caller {
            user,
            account: None,
            members: members.iter().map(|&n| user_id(n)).collect(),
            seen: Vec::new(),
            edited: Vec::new(),
            roles: Vec::new(),
            exports: false,
            deals: Vec::new(),
        };
        assert_eq!(caller, Some(expected));
    };
    for n in [1, 3, 9] {
        called(member(n, Some(1)), &[1, 3, 9]);
    }
    called(member(5, Some(2)), &[5]);
    called(member(6, None), &[]);
    assert_eq!(read(&*store, |tx| tx.caller(user_id(2), instant(1))), None);
    let moved = member(3, Some(2));
    store
        .write_with(|tx| {
            apply(tx, [edit(&member(3, Some(1)), &moved)])?;
            let members = tx.caller(user_id(5), instant(1))?.unwrap().members;
            assert_eq!(members.len(), 2, "as it is in this transaction");
            Ok(())
        })
        .unwrap();
    called(moved, &[3, 5]);
    called(member(9, Some(1)), &[1, 9]);
}

/// A caller's account comes with them; accounts, passwords and sessions are kept, and when a session was used until it goes.
pub fn keeps_accounts_and_sessions(make: Make<'_>) {
    let store = make();
    let account = Account {
        user: user_id(1),
        revision: 3,
        set_at: Some(instant(1)),
        expires_on: NaiveDate::from_ymd_opt(2025, 2, 28),
        temporary: true,
        wrong_tries: 4,
        rests_until: Some(instant(2)),
        suspended_at: Some(instant(3)),
        shared_at: Some(instant(4)),
    };
    let passwords = |count: usize| Passwords {
        user: user_id(1),
        hashes: (0..count).fold(Hashes::default(), |hashes, n| {
            let cost = Cost { memory: 8, passes: 1 };
            hashes.with(PasswordHash::new("Qz!7mKx4", cost, [n as u8; 16]).unwrap())
        }),
    };
    let session = |n: u8, of: u8, at| LoginSession {
        id: SessionId::from_bytes([n; 16]),
        user: user_id(of),
        device: format!("设备 '{n}'"),
        began_at: instant(at),
    };
    commit(
        &*store,
        [
            add(user(1)),
            add(user(2)),
            add(account.clone()),
            add(passwords(5)),
        ],
    );
    let caller = |n| read(&*store, |tx| tx.caller(user_id(n), instant(1))).unwrap();
    assert_eq!((caller(1).account, caller(2).account), (Some(account), None));
    assert_eq!(get::<Passwords>(&*store, user_id(1)), Some(passwords(5)));
    commit(&*store, [edit(&passwords(5), &passwords(1))]);
    assert_eq!(get::<Passwords>(&*store, user_id(1)), Some(passwords(1)));
    assert_eq!(get::<Passwords>(&*store, user_id(2)), None);

    let (late, early, other) = (session(1, 1, 5), session(2, 1, 4), session(3, 2, 4));
    commit(
        &*store,
        [add(late.clone()), add(early.clone()), add(other.clone())],
    );
    let sessions = |n| read(&*store, |tx| tx.sessions_of(user_id(n)));
    let as_begun = [(early.clone(), instant(4)), (late.clone(), instant(5))];
    assert_eq!(sessions(1), as_begun, "by when they began");
    let used = |n: u8, at| {
        let id = SessionId::from_bytes([n; 16]);
        store.write_with(|tx| tx.use_session(id, instant(at))).unwrap();
    };
    used(2, 9);
    used(2, 8);
    used(1, 1);
    used(7, 9);
    assert_eq!(
        sessions(1),
        [(early.clone(), instant(9)), (late, instant(5))],
        "or later"
    );
    assert_eq!(sessions(2), [(other, instant(4))]);
    commit(&*store, [remove(&early)]);
    commit(&*store, [add(early.clone())]);
    assert_eq!(sessions(1).first(), Some(&(early, instant(4))), "it is forgotten");
    assert_eq!(sessions(7), []);
}

/// A caller has what they were granted until it ends (R8.3); requests are kept, and come the newest first.
pub fn grants_until_the_end(make: Make<'_>) {
    let store = make();
    commit(&*store, [1, 2].map(|n| add(user(n))));
    let request = |n: u8, by: u8, wanted, state, until| AccessRequest {
        id: RequestId::from_bytes([n; 16]),
        revision: 1,
        by: user_id(by),
        wanted,
        customers: vec!["示例 \"x\"".to_owned(), String::new()],
        role: (wanted == Wanted::Role).then_some(Role::Supervisor),
        until: instant(until),
        reason: "出差".to_owned(),
        state,
        granted: vec![number(n.into())],
        first_by: Some(user_id(2)),
        first_at: Some(instant(1)),
        granted_by: None,
        granted_at: Some(instant(2)),
        alone: n == 1,
        ended_by: Some(user_id(1)),
        answer: Some("好".to_owned()),
        created_at: instant(n.into()),
    };
    use RequestState::{Approved, Granted, Made, Refused, Withdrawn};
    let requests = [
        request(1, 1, Wanted::SeeCustomers, Granted, 10),
        request(2, 1, Wanted::EditCustomers, Granted, 11),
        request(3, 1, Wanted::Role, Granted, 10),
        request(4, 1, Wanted::Export, Granted, 10),
        request(5, 1, Wanted::SeeCustomers, Refused, 99),
        request(6, 1, Wanted::SeeCustomers, Withdrawn, 99),
        request(7, 1, Wanted::SeeCustomers, Made, 99),
        request(8, 2, Wanted::SeeCustomers, Approved, 99),
    ];
    commit(&*store, requests.clone().map(add));
    let has = |n, at| {
        let caller = read(&*store, |tx| tx.caller(user_id(n), instant(at))).unwrap();
        let serials = |numbers: Vec<CustomerNumber>| {
            numbers
                .into_iter()
                .map(CustomerNumber::serial)
                .collect::<Vec<_>>()
        };
        (
            serials(caller.seen),
            serials(caller.edited),
            caller.roles,
            caller.exports,
        )
    };
    assert_eq!(has(1, 9), (vec![1, 2], vec![2], vec![Role::Supervisor], true));
    assert_eq!(
        has(1, 10),
        (vec![2], vec![2], vec![], false),
        "the end is not in it"
    );
    assert_eq!(has(1, 11), (vec![], vec![], vec![], false));
    assert_eq!(has(2, 9), (vec![], vec![], vec![], false));

    for request in &requests {
        assert_eq!(get::<AccessRequest>(&*store, request.id).as_ref(), Some(request));
    }
    let ids = |page: Page<AccessRequest>| {
        page.items
            .iter()
            .map(|it| it.id.as_bytes()[0])
            .collect::<Vec<_>>()
    };
    let list = |by: Option<&[UserId]>, waiting, limit| {
        let page = PageRequest::first(limit);
        read(&*store, |tx| tx.requests(by, waiting, &page))
    };
    assert_eq!(ids(list(None, false, 50)), [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(ids(list(None, true, 50)), [8, 7]);
    assert_eq!(ids(list(Some(&[user_id(2)]), false, 50)), [8]);
    assert!(ids(list(Some(&[]), false, 50)).is_empty());
    let first = list(Some(&[user_id(1)]), false, 3);
    let page = PageRequest {
        after: first.next.clone(),
        limit: 3,
    };
    assert_eq!(ids(first), [7, 6, 5]);
    assert_eq!(
        ids(read(&*store, |tx| tx.requests(Some(&[user_id(1)]), false, &page))),
        [4, 3, 2]
    );
}

/// Pick lists come by list, position and code, as they were written.
pub fn keeps_pick_lists(make: Make<'_>) {
    let store = make();
    assert_eq!(*read(&*store, |tx| tx.pick_entries()), []);
    let entry = |list, code: &str, position| PickEntry {
        list,
        code: code.to_owned(),
        label_zh: format!("选项{code}"),
        label_en: format!("entry {code}"),
        position,
        retired: code == "b",
    };
    let (industry, source) = (PickList::Industry, PickList::Source);
    let entries = [
        entry(source, "a", 1),
        entry(industry, "a", 3),
        entry(industry, "c", 2),
        entry(industry, "b", 2),
    ];
    commit(&*store, entries.clone().map(add));
    let [source_a, a, c, b] = entries;
    assert_eq!(
        *read(&*store, |tx| tx.pick_entries()),
        [b.clone(), c.clone(), a.clone(), source_a.clone()]
    );
    let first = PickEntry {
        position: 0,
        retired: true,
        label_zh: "改".to_owned(),
        ..a.clone()
    };
    commit(&*store, [edit(&a, &first)]);
    assert_eq!(
        *read(&*store, |tx| tx.pick_entries()),
        [first, b.clone(), c.clone(), source_a.clone()]
    );
    let named = |list, code: &str| get::<PickEntry>(&*store, (list, code.to_owned()));
    assert_eq!(
        named(source, "a"),
        Some(source_a.clone()),
        "a code is one of its list"
    );
    assert_eq!((named(industry, "A"), named(source, "b")), (None, None));
    commit(&*store, [remove(&c)]);
    assert_eq!((named(industry, "c"), named(industry, "b")), (None, Some(b)));
}

/// The manual's entries come back as they are, in their order.
pub fn keeps_the_built_in_entries(make: Make<'_>) {
    let store = make();
    commit(&*store, built_in_entries().into_iter().rev().map(add));
    assert_eq!(*read(&*store, |tx| tx.pick_entries()), built_in_entries());
}

/// Adding what is there already, changing what is not, and naming what is not, is refused.
pub fn refuses_what_does_not_fit(make: Make<'_>) {
    let store = make();
    let known = User {
        login: "Lin".to_owned(),
        ..user(1)
    };
    let entry = built_in_entries().remove(0);
    commit(
        &*store,
        [add(team(1)), add(known.clone()), add(user(2)), add(entry.clone())],
    );
    let edited = |after: User| edit(&user(2), &after);
    let headed = |n, head| Team {
        head: Some(user_id(head)),
        ..team(n)
    };
    let missing = PickEntry {
        code: "missing".to_owned(),
        ..entry.clone()
    };
    let refused = [
        add(User {
            login: "new".to_owned(),
            ..known.clone()
        }),
        add(User {
            login: "LIN".to_owned(),
            ..user(3)
        }),
        add(User {
            team: Some(team_id(9)),
            ..user(3)
        }),
        edited(User {
            login: "LIN".to_owned(),
            ..user(2)
        }),
        edited(User {
            team: Some(team_id(9)),
            ..user(2)
        }),
        edit(&user(3), &user(3)),
        add(team(1)),
        add(headed(2, 9)),
        edit(&team(1), &headed(1, 9)),
        edit(&team(2), &team(2)),
        add(entry),
        edit(&missing, &missing),
        remove(&missing),
        remove(&user(3)),
        remove(&team(2)),
    ];
    assert_refused(&*store, refused.map(|step| [step]));
    commit(
        &*store,
        [edit(
            &known,
            &User {
                login: "LIN".to_owned(),
                ..known.clone()
            },
        )],
    );
}
