//! Set-up, roles, the gate and the log, through sessions (R8).

mod common;

use common::{World, code, customer};
use crm_core::{
    AuditKind, CustomerEdit, CustomerQuery, NewTeam, NewUser, PageRequest, PickEntry, PickList, Role,
    TeamEdit, UserEdit, service::DuplicateCheck::Refuse,
};

#[test]
fn r8_6_nothing_works_before_set_up_and_it_is_done_once() {
    let world = World::bare();
    assert_eq!(code(world.crm.session("lin").map(|_| ())), "setup.needed");
    assert_eq!(code(world.crm.system().map(|_| ())), "setup.needed");
    world.crm.set_up("lin", "林").unwrap();
    assert_eq!(code(world.crm.set_up("lin", "林")), "setup.done");
    assert_eq!(code(world.crm.session("nobody").map(|_| ())), "not_found");
}

#[test]
fn r8_6_a_login_is_unique_whatever_its_case() {
    let world = World::new();
    let again = NewUser::of("LIN", "林二", Role::SalesRep);
    assert_eq!(code(world.admin().users().create(&again)), "login.taken");
    assert_eq!(world.admin().users().get("Lin").unwrap().name, "林");
}

#[test]
fn r8_6_the_last_admin_stays() {
    let world = World::new();
    let lin = world.admin().users().get("lin").unwrap();
    let retire = [UserEdit::Active { value: false }];
    assert_eq!(
        code(world.admin().users().update(lin.id, 1, &retire)),
        "people.last_admin"
    );
    world.user("chen", Role::Admin, None);
    assert!(world.admin().users().update(lin.id, 1, &retire).is_ok());
    assert_eq!(code(world.crm.session("lin").map(|_| ())), "access.inactive");
}

#[test]
fn r8_6_a_teams_head_is_one_of_its_supervisors() {
    let world = World::new();
    let team = world
        .admin()
        .teams()
        .create(&NewTeam {
            name: "华东".into()
        })
        .unwrap();
    let (rep, _) = world.user("wang", Role::SalesRep, Some(team.id));
    let (supervisor, _) = world.user("zhou", Role::Supervisor, Some(team.id));
    assert_eq!(world.admin().teams().list().unwrap()[0].head, Some(supervisor.id));
    let named = |revision, user: &str| {
        let head = TeamEdit::Head {
            value: Some(user.into()),
        };
        world.admin().teams().update(team.id, revision, &[head])
    };
    assert_eq!(code(named(1, &rep.id.to_string())), "team.head");
    assert_eq!(code(named(1, "wang")), "team.head");
    assert_eq!(code(named(1, "nobody")), "owner.unknown");
    assert_eq!(named(1, "Zhou").unwrap().head, Some(supervisor.id));
    let id = supervisor.id.to_string();
    assert_eq!(named(2, &id).unwrap().revision, 2, "it is the same one");
    assert_eq!(named(2, " ").unwrap().revision, 3, "nobody is named");
}

#[test]
fn r8_6_a_users_team_is_named_in_entering_and_editing_alike() {
    let world = World::new();
    let team = |name: &str| {
        let new = NewTeam { name: name.into() };
        world.admin().teams().create(&new).unwrap().id
    };
    let (east, south, other) = (team("华东"), team("华南"), team("华南"));
    let users = world.admin().users();
    let entered = |login: &str, team: &str| {
        users.create(&NewUser {
            team: Some(team.into()),
            ..NewUser::of(login, login, Role::SalesRep)
        })
    };
    let wang = entered("wang", "华东").unwrap();
    assert_eq!(wang.team, Some(east));
    assert_eq!(entered("zhao", &south.to_string()).unwrap().team, Some(south));
    assert_eq!(code(entered("li", "华北")), "team.unknown");
    assert_eq!(code(entered("li", "华南")), "team.ambiguous");
    let edited = |revision, team: Option<&str>| {
        let value = team.map(str::to_owned);
        users.update(wang.id, revision, &[UserEdit::Team { value }])
    };
    assert_eq!(code(edited(1, Some("华北"))), "team.unknown");
    assert_eq!(code(edited(1, Some("华南"))), "team.ambiguous");
    assert_eq!(edited(1, Some(&other.to_string())).unwrap().team, Some(other));
    assert_eq!(edited(2, Some("华东")).unwrap().team, Some(east));
    assert_eq!(edited(3, None).unwrap().team, None);
}

#[test]
fn r8_1_who_sees_what() {
    let world = World::new();
    let team = world
        .admin()
        .teams()
        .create(&NewTeam {
            name: "华东".into()
        })
        .unwrap();
    let (_, wang) = world.user("wang", Role::SalesRep, Some(team.id));
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    let (_, zhou) = world.user("zhou", Role::Supervisor, Some(team.id));
    wang.customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    zhao.customers()
        .create(&customer("北京远洋贸易有限公司", "010-55550199"), Refuse)
        .unwrap();
    let count = |session: &crm_core::Session| session.customers().count(&CustomerQuery::default()).unwrap();
    assert_eq!(
        [count(&wang), count(&zhao), count(&zhou), count(&world.admin())],
        [1, 1, 1, 2]
    );
}

#[test]
fn r8_2_what_is_out_of_sight_does_not_exist() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    let there = wang
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let key = there.number.to_string();
    assert_eq!(code(zhao.customers().get(&key)), "not_found");
    assert_eq!(
        zhao.customers().get(&key).unwrap_err(),
        crm_core::Error::NotFound { key: key.clone() }
    );
    assert_eq!(
        code(zhao.customers().get("CRM202405010009")),
        "not_found",
        "the same as for one that is not there"
    );
    assert_eq!(
        code(
            zhao.customers()
                .update(&key, 1, &[CustomerEdit::Note { value: None }])
        ),
        "not_found"
    );
    assert_eq!(code(zhao.contacts().list(&key)), "not_found");
    let query = CustomerQuery {
        text: Some("示例".into()),
        ..CustomerQuery::default()
    };
    assert!(
        zhao.customers()
            .list(&query, &PageRequest::default())
            .unwrap()
            .items
            .is_empty()
    );
}

#[test]
fn r8_2_a_change_of_role_tells_at_once() {
    let world = World::new();
    let (user, session) = world.user("wang", Role::SalesRep, None);
    world
        .admin()
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let count = || session.customers().count(&CustomerQuery::default());
    assert_eq!(count(), Ok(0));
    let user = world
        .admin()
        .users()
        .update(user.id, 1, &[UserEdit::Role { value: Role::Admin }])
        .unwrap();
    assert_eq!(count(), Ok(1));
    world
        .admin()
        .users()
        .update(user.id, 2, &[UserEdit::Active { value: false }])
        .unwrap();
    assert_eq!(code(count()), "access.inactive");
}

#[test]
fn r8_5_changes_and_refusals_are_recorded_and_chained() {
    let world = World::new();
    let (rep, wang) = world.user("wang", Role::SalesRep, None);
    let there = wang
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let note = [CustomerEdit::Note {
        value: Some("要求月结".into()),
    }];
    wang.customers()
        .update(there.number.to_string(), 1, &note)
        .unwrap();
    let kept = world.admin().audit().head().unwrap();
    assert_eq!(code(wang.audit().head()), "access.denied");
    let entry = PickEntry {
        list: PickList::Source,
        code: "radio".into(),
        label_zh: "电台".into(),
        label_en: "Radio".into(),
        position: 9,
        retired: false,
    };
    assert_eq!(code(wang.pick_lists().put(&entry)), "access.denied");
    let log = world.admin().audit().list(0, 100).unwrap();
    // Setting up moves many records; it is one operation.
    let mut operations: Vec<(u64, AuditKind)> =
        log.iter().map(|entry| (entry.operation, entry.kind)).collect();
    operations.dedup();
    let kinds: Vec<AuditKind> = operations.into_iter().map(|(_, kind)| kind).collect();
    let expected = [
        AuditKind::SetUp,
        AuditKind::UserAdded,
        AuditKind::CustomerAdded,
        AuditKind::CustomerEdited,
        AuditKind::Refused,
        AuditKind::Refused,
    ];
    assert_eq!(kinds, expected);
    let edit = log
        .iter()
        .find(|entry| entry.kind == AuditKind::CustomerEdited)
        .unwrap();
    assert_eq!(
        (edit.actor, edit.about.key.as_str()),
        (Some(rep.id), "CRM202405010001")
    );
    assert_eq!(edit.before.as_deref(), Some(r#"{"note":null,"revision":1}"#));
    assert_eq!(edit.after.as_deref(), Some(r#"{"note":"要求月结","revision":2}"#));
    let verified = world.admin().audit().verify(Some(&kept)).unwrap();
    let last = log.last().unwrap().seq;
    assert_eq!((verified.verified, verified.broken_at), (last, None));
    let cut = crm_core::AuditHead {
        seq: last + 1,
        ..kept
    };
    assert_eq!(
        world.admin().audit().verify(Some(&cut)).unwrap().broken_at,
        Some(last + 1)
    );
}

#[test]
fn r8_5_what_was_refused_for_its_input_is_no_attempt() {
    let world = World::new();
    let before = world.admin().audit().head().unwrap();
    assert_eq!(
        code(world.admin().customers().create(&customer("", ""), Refuse)),
        "field.missing"
    );
    assert_eq!(world.admin().audit().head().unwrap(), before);
}
