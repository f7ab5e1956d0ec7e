//! Users, teams and pick lists (R8.6, R2.3).

use chrono::NaiveDate;
use crm_core::{
    Code, PickEntry, PickList, Role, Team, User, built_in_entries,
    store::{Change, Store},
};

use crate::{
    Make,
    dump::dump,
    fixture::{commit, read, team, team_id, try_commit, user, user_id},
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
    commit(
        &*store,
        [
            Change::AddTeam { team: team(1) },
            Change::AddUser { user: full_user(1) },
            Change::AddUser { user: user(2) },
        ],
    );
    assert_eq!(read(&*store, |tx| tx.user(user_id(1))), Some(full_user(1)));
    assert_eq!(read(&*store, |tx| tx.user(user_id(2))), Some(user(2)));
    assert_eq!(read(&*store, |tx| tx.user(user_id(3))), None);
    assert_eq!(read(&*store, |tx| tx.team(team_id(1))), Some(team(1)));
    assert_eq!(read(&*store, |tx| tx.team(team_id(2))), None);

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
            Change::EditUser {
                before: full_user(1),
                after: bare.clone(),
            },
            Change::EditUser {
                before: user(2),
                after: full.clone(),
            },
            Change::EditTeam {
                before: team(1),
                after: named.clone(),
            },
        ],
    );
    assert_eq!(read(&*store, |tx| tx.user(user_id(1))), Some(bare));
    assert_eq!(read(&*store, |tx| tx.user(user_id(2))), Some(full));
    assert_eq!(read(&*store, |tx| tx.team(team_id(1))), Some(named.clone()));
    let headless = Team {
        head: None,
        revision: 3,
        ..named.clone()
    };
    commit(
        &*store,
        [Change::EditTeam {
            before: named,
            after: headless.clone(),
        }],
    );
    assert_eq!(read(&*store, |tx| tx.team(team_id(1))), Some(headless));
    for &role in Role::ALL {
        let store = make();
        commit(
            &*store,
            [Change::AddUser {
                user: User { role, ..user(1) },
            }],
        );
        assert_eq!(
            read(&*store, |tx| tx.user(user_id(1))).map(|user| user.role),
            Some(role)
        );
    }
}

/// A login is found in any case, not only that of ASCII, and only as a whole.
pub fn finds_a_login_whatever_its_case(make: Make<'_>) {
    let store = make();
    let lin = User {
        login: "LinÉ".to_owned(),
        ..user(1)
    };
    commit(
        &*store,
        [
            Change::AddUser { user: lin.clone() },
            Change::AddUser { user: user(2) },
        ],
    );
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
    commit(
        &*store,
        [Change::EditUser {
            before: lin,
            after: renamed.clone(),
        }],
    );
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
    commit(&*store, users.map(|user| Change::AddUser { user }));
    let there: Vec<String> = read(&*store, |tx| tx.users())
        .into_iter()
        .map(|user| user.login)
        .collect();
    assert_eq!(there, ["A", "a1", "b", "C", "Z", "é", "林"]);

    let teams = [(1, "b"), (4, "a"), (3, "a"), (2, "B")];
    let teams = teams.map(|(n, name)| Change::AddTeam {
        team: Team {
            name: name.to_owned(),
            ..team(n)
        },
    });
    commit(&*store, teams);
    let there: Vec<_> = read(&*store, |tx| tx.teams())
        .into_iter()
        .map(|team| team.id)
        .collect();
    assert_eq!(there, [2, 3, 4, 1].map(team_id));
}

/// A team's members are the users that name it, active or not, by identifier.
pub fn knows_the_members(make: Make<'_>) {
    let store = make();
    commit(&*store, [1, 2].map(|n| Change::AddTeam { team: team(n) }));
    let member = |n, of: Option<u8>| User {
        team: of.map(team_id),
        active: n != 3,
        ..user(n)
    };
    let users = [(9, Some(1)), (3, Some(1)), (5, Some(2)), (6, None), (1, Some(1))];
    commit(
        &*store,
        users.map(|(n, of)| Change::AddUser { user: member(n, of) }),
    );
    let members = |n| read(&*store, |tx| tx.team_members(team_id(n)));
    assert_eq!(members(1), [1, 3, 9].map(user_id));
    assert_eq!((members(2), members(3)), (vec![user_id(5)], Vec::new()));
    commit(
        &*store,
        [Change::EditUser {
            before: member(3, Some(1)),
            after: member(3, Some(2)),
        }],
    );
    assert_eq!(
        (members(1), members(2)),
        ([1, 9].map(user_id).to_vec(), [3, 5].map(user_id).to_vec())
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
    commit(
        &*store,
        entries
            .clone()
            .map(|after| Change::PutPickEntry { before: None, after }),
    );
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
    commit(
        &*store,
        [Change::PutPickEntry {
            before: Some(a),
            after: first.clone(),
        }],
    );
    assert_eq!(*read(&*store, |tx| tx.pick_entries()), [first, b, c, source_a]);
}

/// Setting up brings the first admin and the entries.
pub fn sets_up(make: Make<'_>) {
    let store = make();
    let admin = User {
        role: Role::Admin,
        ..user(1)
    };
    commit(
        &*store,
        [Change::SetUp {
            admin: admin.clone(),
            entries: built_in_entries(),
        }],
    );
    assert_eq!(read(&*store, |tx| tx.users()), [admin]);
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
        [
            Change::AddTeam { team: team(1) },
            Change::AddUser { user: known.clone() },
            Change::AddUser { user: user(2) },
            Change::PutPickEntry {
                before: None,
                after: entry.clone(),
            },
        ],
    );
    let edited = |user: User| Change::EditUser {
        before: user.clone(),
        after: user,
    };
    let headed = |n, head| Team {
        head: Some(user_id(head)),
        ..team(n)
    };
    let missing = PickEntry {
        code: "missing".to_owned(),
        ..entry.clone()
    };
    let refused = [
        Change::AddUser {
            user: User {
                login: "new".to_owned(),
                ..known.clone()
            },
        },
        Change::AddUser {
            user: User {
                login: "LIN".to_owned(),
                ..user(3)
            },
        },
        Change::AddUser {
            user: User {
                team: Some(team_id(9)),
                ..user(3)
            },
        },
        edited(User {
            login: "LIN".to_owned(),
            ..user(2)
        }),
        edited(User {
            team: Some(team_id(9)),
            ..user(2)
        }),
        edited(user(3)),
        Change::AddTeam { team: team(1) },
        Change::AddTeam { team: headed(2, 9) },
        Change::EditTeam {
            before: team(1),
            after: headed(1, 9),
        },
        Change::EditTeam {
            before: team(2),
            after: team(2),
        },
        Change::PutPickEntry {
            before: None,
            after: entry,
        },
        Change::PutPickEntry {
            before: Some(missing.clone()),
            after: missing,
        },
    ];
    assert_refused(&*store, refused);
    commit(
        &*store,
        [edited(User {
            login: "LIN".to_owned(),
            ..known
        })],
    );
}

/// Each of these changes is `internal`, and leaves everything as it was.
pub(crate) fn assert_refused(store: &dyn Store, changes: impl IntoIterator<Item = Change>) {
    let before = dump(store);
    for change in changes {
        let refused = try_commit(store, [change.clone()]);
        assert_eq!(
            refused.map_err(|error| error.code()),
            Err(Code::Internal),
            "{change:?}"
        );
    }
    assert_eq!(dump(store), before);
}
