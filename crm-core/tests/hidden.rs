//! What somebody gets is a function of what they may see (R8.2), the duplicate check and the search for duplicates too
//! (R6.1, R6.2); and only a person's answer is one.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

mod common;

use common::{Rows, World, code, customer, find, run};
use crm_core::{
    AuditKind, Code, Customer, CustomerEdit, CustomerKind, Error, ImportRow, NewCustomer, NewTeam, Role,
    RowOutcome, Session, SettingsEdit, TeamId, User, UserEdit, UserId,
    import::{ImportOptions, OnDuplicate},
    matching::MatchReason,
    service::{
        DuplicateCheck::{AnotherCustomer, Off, Refuse},
        DuplicateSearch, Progress,
    },
};

const SWITCHBOARD: &str = "021-55550199";
const LIST: &str = "客户名称|客户类型|所属行业|主联系电话|客户来源|首次接触时间\n";

/// Enters a customer of somebody's, unchecked.
fn enter(admin: &Session, owner: UserId, name: &str, phone: &str) -> Customer {
    let new = NewCustomer {
        owner: Some(owner.to_string()),
        ..customer(name, phone)
    };
    admin.customers().create(&new, Off).unwrap()
}

/// A name that is like no other one.
fn brand(n: u32) -> String {
    let sign = |at: u32| {
        "晨曦拓搏翊钰霖沐筑澜珂睿铭岚皓"
            .chars()
            .nth(at as usize % 15)
            .unwrap()
    };
    format!("上海{}{}贸易有限公司", sign(n), sign(n / 15 + n))
}

/// 王, who has two customers that are one, in a store where so many customers of 赵's have their telephone.
fn crowded(hidden: u32) -> (World, Session) {
    let world = World::new();
    let (zhao, _) = world.user("zhao", Role::SalesRep, None);
    let (wang, session) = world.user("wang", Role::SalesRep, None);
    let admin = world.admin();
    for n in 0..hidden {
        enter(&admin, zhao.id, &brand(n), SWITCHBOARD);
    }
    enter(&admin, wang.id, "上海示例科技有限公司", SWITCHBOARD);
    enter(&admin, wang.id, "示例科技(上海)有限公司", SWITCHBOARD);
    (world, session)
}

#[test]
fn r6_1_what_is_found_in_sight_does_not_depend_on_what_is_hidden() {
    let looks = |hidden| {
        let (_world, wang) = crowded(hidden);
        let phones = [SWITCHBOARD.to_owned()];
        let look = |name: &str| {
            let found = wang
                .customers()
                .duplicates(name, CustomerKind::Enterprise, &phones, &[]);
            let told = found.unwrap().into_iter();
            told.map(|found| (found.name, found.band, found.score, found.reasons, found.weights))
                .collect::<Vec<_>>()
        };
        let refused = wang
            .customers()
            .create(&customer("上海示例科技股份有限公司", SWITCHBOARD), Refuse);
        let Err(Error::Duplicate {
            matches,
            hidden_owners,
        }) = refused
        else {
            panic!("{refused:?}");
        };
        let matches: Vec<_> = matches
            .into_iter()
            .map(|found| (found.name, found.score, found.weights))
            .collect();
        (
            look("上海示例科技有限公司"),
            look("上海示例"),
            matches,
            hidden_owners,
        )
    };
    let alone = looks(0);
    assert_eq!((alone.0.len(), alone.2.len(), alone.3.len()), (2, 2, 0));
    assert_eq!(alone.0[0].3[0], MatchReason::SamePhone);
    for hidden in [1, 6, 60] {
        assert_eq!(looks(hidden), alone, "{hidden} of somebody else's");
    }
}

#[test]
fn r6_1_one_in_sight_is_found_behind_fifty_that_are_hidden() {
    // Those of the others were entered first, and are as likely.
    let world = World::new();
    let (zhao, _) = world.user("zhao", Role::SalesRep, None);
    let (wang, session) = world.user("wang", Role::SalesRep, None);
    let admin = world.admin();
    for _ in 0..60 {
        enter(&admin, zhao.id, "上海示例科技有限公司", SWITCHBOARD);
    }
    let own = enter(&admin, wang.id, "上海示例科技有限公司", SWITCHBOARD);
    let again = customer("示例科技(上海)有限公司", SWITCHBOARD);
    let Err(Error::Duplicate {
        matches,
        hidden_owners,
    }) = session.customers().create(&again, Refuse)
    else {
        panic!("not refused");
    };
    let numbers: Vec<_> = matches.iter().map(|found| found.number).collect();
    assert_eq!(
        (numbers, hidden_owners),
        (vec![own.number], vec!["ZHAO".to_owned()])
    );
    let (_, rows) = run(
        &session,
        &format!("{LIST}示例科技(上海)有限公司|企业客户|制造业|{SWITCHBOARD}|展会|2024-04-28"),
        ImportOptions::default(),
    );
    assert_eq!(
        (rows[0].outcome, rows[0].customer),
        (RowOutcome::Skipped, Some(own.number))
    );
}

/// The steps of a search, how large its groups are, how many pairs were compared, and their scores and weights.
type Searched = (Vec<Progress>, Vec<usize>, u64, Vec<(f64, Vec<f64>)>);

fn search(session: &Session) -> Searched {
    let mut job = session.customers().find_duplicates(DuplicateSearch::default());
    let mut steps = Vec::new();
    while steps.last().is_none_or(|last: &Progress| !last.finished) {
        steps.push(job.step(2).unwrap());
    }
    let report = job.report();
    let groups = report.groups.iter().map(|group| group.customers.len()).collect();
    let pairs = report
        .groups
        .iter()
        .flat_map(|group| &group.pairs)
        .chain(&report.similar);
    let weighed = pairs.map(|pair| (pair.score, pair.weights.clone())).collect();
    (steps, groups, report.compared, weighed)
}

#[test]
fn r6_2_a_search_counts_and_steps_over_what_is_in_sight() {
    let searches = |hidden| search(&crowded(hidden).1);
    let alone = searches(0);
    assert_eq!((alone.1.as_slice(), alone.2), (&[2][..], 1));
    for hidden in [1, 6, 60] {
        assert_eq!(searches(hidden), alone, "{hidden} of somebody else's");
    }
}

/// A team with a supervisor and a rep, who has two customers that are one.
fn team(world: &World) -> (TeamId, Session, User) {
    let admin = world.admin();
    let team = admin
        .teams()
        .create(&NewTeam {
            name: "华东".into()
        })
        .unwrap()
        .id;
    let (_, supervisor) = world.user("li", Role::Supervisor, Some(team));
    let (wang, _) = world.user("wang", Role::SalesRep, Some(team));
    enter(&admin, wang.id, "上海示例科技有限公司", SWITCHBOARD);
    enter(&admin, wang.id, "示例科技(上海)有限公司", SWITCHBOARD);
    (team, supervisor, wang)
}

#[test]
fn r6_2_a_search_ends_with_the_rights_that_its_caller_has_by_then() {
    let steps = {
        let world = World::new();
        let (_, supervisor, _) = team(&world);
        search(&supervisor).0.len()
    };
    assert!(steps > 7, "{steps}");
    // The rep leaves the team after each step in turn: their customers are gone from sight.
    for after in 0..steps {
        let world = World::new();
        let (_, supervisor, wang) = team(&world);
        let mut job = supervisor.customers().find_duplicates(DuplicateSearch::default());
        for _ in 0..after {
            job.step(2).unwrap();
        }
        let alone = [UserEdit::Team { value: None }];
        world
            .admin()
            .users()
            .update(wang.id, wang.revision, &alone)
            .unwrap();
        let mut more = 1;
        while !job.step(2).unwrap().finished {
            more += 1;
            assert!(more < 100, "a job that does not end");
        }
        let report = job.report();
        assert_eq!(
            (report.groups.len(), report.similar.len(), report.compared),
            (0, 0, 0),
            "{after}"
        );
        // A step that finds the change, and then all of them.
        let all = search(&supervisor).0.len();
        assert_eq!(more, all + usize::from(after > 0), "{after}");
    }
}

#[test]
fn r6_2_a_search_of_somebody_who_was_made_inactive_stops() {
    let world = World::new();
    let (_, supervisor, _) = team(&world);
    let steps = search(&supervisor).0.len();
    let li = world.admin().users().get("li").unwrap();
    let set = |revision, value| {
        let edit = [UserEdit::Active { value }];
        world
            .admin()
            .users()
            .update(li.id, revision, &edit)
            .unwrap()
            .revision
    };
    let mut revision = li.revision;
    for after in 0..steps {
        let mut job = supervisor.customers().find_duplicates(DuplicateSearch::default());
        for _ in 0..after {
            job.step(2).unwrap();
        }
        revision = set(revision, false);
        assert_eq!(code(job.step(2)), "access.inactive", "{after}");
        assert!(job.report().groups.is_empty());
        revision = set(revision, true);
        while !job.step(2).unwrap().finished {}
        assert_eq!(job.report().groups.len(), 1, "the same step can be tried again");
    }
}

#[test]
fn r6_2_what_went_out_of_sight_by_the_last_step_is_not_in_the_report() {
    let world = World::new();
    let (zhao, _) = world.user("zhao", Role::SalesRep, None);
    let (_, supervisor, wang) = team(&world);
    let admin = world.admin();
    let first = enter(&admin, wang.id, "北京远洋贸易有限公司", "010-55550101");
    enter(&admin, wang.id, "远洋贸易(北京)有限公司", "010-55550101");
    let list = format!(
        "客户编号|{}CRM202404300001|恒通物流有限公司|企业客户|物流运输|025-55550101|展会|2024-04-28\n",
        LIST
    );
    let (report, _) = run(
        &admin,
        &list,
        ImportOptions {
            owner: Some(wang.id.to_string()),
            ..ImportOptions::default()
        },
    );
    let brought = enter(&admin, wang.id, "恒通物流股份有限公司", "025-55550101");
    let mut job = supervisor.customers().find_duplicates(DuplicateSearch::default());
    let mut steps = 0;
    while job.step(2).map(|step| step.done).unwrap() < 7 {
        steps += 1;
    }
    assert!(steps > 6, "all has been read, and nothing compared");
    // The list is taken out, and brought in again as 赵's.
    admin.imports().undo(report.import).unwrap();
    let again = ImportOptions {
        owner: Some(zhao.id.to_string()),
        on_duplicate: OnDuplicate::Create,
        ..ImportOptions::default()
    };
    let (_, rows) = run(&admin, &list, again);
    assert_eq!(rows[0].outcome, RowOutcome::Created);
    while !job.step(2).unwrap().finished {}
    let numbers: Vec<_> = job
        .report()
        .groups
        .iter()
        .map(|group| group.customers[0])
        .collect();
    assert_eq!(numbers.len(), 2, "{numbers:?}");
    assert!(
        numbers.contains(&first.number) && !numbers.contains(&brought.number),
        "{numbers:?}"
    );
    let named = |number: &str| numbers.iter().any(|there| there.to_string() == number);
    assert!(!named("CRM202404300001"), "{numbers:?}");
}

#[test]
fn r6_1_a_setting_says_whether_the_owner_of_a_hidden_one_is_told() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    let new = customer("上海示例科技有限公司", SWITCHBOARD);
    let theirs = zhao.customers().create(&new, Refuse).unwrap();
    let again = customer("示例科技(上海)有限公司", SWITCHBOARD);
    assert_eq!(
        code(wang.customers().create(&again, Refuse)),
        "customer.duplicate_hidden"
    );
    let row = format!("{LIST}上海示例科技公司|企业客户|制造业|{SWITCHBOARD}|展会|2024-04-28");
    let (_, rows) = run(&wang, &row, ImportOptions::default());
    assert_eq!(rows[0].problems[0].code, Code::CustomerDuplicateHidden);

    let admin = world.admin();
    let settings = admin.settings().get().unwrap();
    assert!(settings.tell_hidden_owner, "on at first");
    let off = [SettingsEdit::TellHiddenOwner { value: false }];
    admin.settings().update(settings.revision, &off).unwrap();
    let own = wang.customers().create(&again, Refuse).unwrap();
    let (report, rows) = run(
        &zhao,
        &row.replace("公司|企", "集团公司|企"),
        ImportOptions::default(),
    );
    assert_eq!(
        (report.counts.skipped, rows[0].customer),
        (1, Some(theirs.number)),
        "one's own is still there"
    );
    // Whoever sees both finds the pair.
    let found = find(&admin.customers(), DuplicateSearch::default());
    assert_eq!(found.groups[0].customers, [theirs.number, own.number]);
    for rep in [&wang, &zhao] {
        assert!(
            find(&rep.customers(), DuplicateSearch::default())
                .groups
                .is_empty()
        );
    }
}

#[test]
fn r6_1_the_names_of_several_owners_tell_nothing_of_who_is_more_alike() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    for (login, name) in [
        ("zhao", "上海示例科技有限公司"),
        ("chen", "上海示例科技股份有限公司"),
    ] {
        let (user, _) = world.user(login, Role::SalesRep, None);
        enter(&world.admin(), user.id, name, SWITCHBOARD);
    }
    for name in ["上海示例科技有限公司", "上海示例科技股份有限公司"] {
        let refused = wang.customers().create(&customer(name, SWITCHBOARD), Refuse);
        let Err(Error::Duplicate {
            matches,
            hidden_owners,
        }) = refused
        else {
            panic!("{refused:?}");
        };
        assert_eq!(
            (matches.len(), hidden_owners),
            (0, vec!["CHEN".to_owned(), "ZHAO".to_owned()])
        );
    }
}

#[test]
fn r6_1_only_a_supervisor_or_an_admin_enters_without_the_check() {
    let world = World::new();
    let new = |name: &str| customer(name, SWITCHBOARD);
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let refused = wang.customers().create(&new("上海示例科技有限公司"), Off);
    assert_eq!(code(refused), "access.denied");
    let log = world.admin().audit().list(0, 1_000).unwrap();
    let last = log.last().unwrap();
    assert_eq!(last.kind, AuditKind::Refused);
    assert!(last.after.as_ref().unwrap().contains("customers.add_unchecked"));
    // Before anything that was typed is looked at.
    let nothing = wang.customers().create(&NewCustomer::default(), Off);
    assert_eq!(code(nothing), "access.denied");
    let (_, li) = world.user("li", Role::Supervisor, None);
    li.customers().create(&new("上海示例科技有限公司"), Off).unwrap();
    world
        .admin()
        .customers()
        .create(&new("示例科技(上海)有限公司"), Off)
        .unwrap();
    world.crm.system().map(|_| ()).unwrap();
    let found = find(&world.admin().customers(), DuplicateSearch::default());
    assert_eq!(found.groups.len(), 1, "nobody said that they differ");
}

#[test]
fn r6_1_an_import_over_a_likely_one_is_nobodys_answer() {
    let world = World::new();
    let admin = world.admin();
    admin
        .customers()
        .create(&customer("上海示例科技有限公司", SWITCHBOARD), Refuse)
        .unwrap();
    let list = format!("{LIST}示例科技(上海)有限公司|企业客户|制造业|{SWITCHBOARD}|展会|2024-04-28");
    for dry_run in [true, false] {
        let options = ImportOptions {
            on_duplicate: OnDuplicate::Create,
            dry_run,
            ..ImportOptions::default()
        };
        let (_, rows) = run(&admin, &list, options);
        assert_eq!(rows[0].outcome, RowOutcome::Created);
    }
    let found = find(&admin.customers(), DuplicateSearch::default());
    assert_eq!(found.groups.len(), 1);
    let [first, second] = [0, 1].map(|at| found.groups[0].customers[at].to_string());
    for number in [&first, &second] {
        let history = admin.customers().history(number, None, 10).unwrap();
        assert!(
            history.iter().all(|entry| entry.about.entity != "answer"),
            "{history:?}"
        );
    }
    // A person's is one.
    admin.customers().say_different(&first, &second).unwrap();
    assert!(
        find(&admin.customers(), DuplicateSearch::default())
            .groups
            .is_empty()
    );
}

#[test]
fn r6_1_a_list_is_not_filled_into_what_somebody_else_has() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    let theirs = zhao
        .customers()
        .create(&customer("上海示例科技有限公司", SWITCHBOARD), Refuse)
        .unwrap();
    let own = wang
        .customers()
        .create(&customer("上海示例科技公司", SWITCHBOARD), AnotherCustomer)
        .unwrap();
    let list = format!(
        "{}|备注\n示例科技(上海)有限公司|企业客户|制造业|{SWITCHBOARD}|展会|2024-04-28|月结",
        LIST.trim()
    );
    for on_duplicate in [OnDuplicate::FillBlanks, OnDuplicate::Skip, OnDuplicate::Create] {
        for dry_run in [true, false] {
            let options = ImportOptions {
                on_duplicate,
                dry_run,
                ..ImportOptions::default()
            };
            let (_, rows) = run(&wang, &list, options);
            let ImportRow {
                outcome,
                customer,
                problems,
                ..
            } = &rows[0];
            let expected = match (on_duplicate, dry_run) {
                (OnDuplicate::FillBlanks, _) => (RowOutcome::Filled, Some(own.number), Code::RowDuplicate),
                (OnDuplicate::Skip, _) => (RowOutcome::Skipped, Some(own.number), Code::RowDuplicate),
                // One's own is entered again as the caller says; somebody else's is not.
                _ => (RowOutcome::Refused, None, Code::CustomerDuplicateHidden),
            };
            assert_eq!(
                (*outcome, *customer, problems[0].code),
                expected,
                "{on_duplicate:?} {dry_run}"
            );
        }
    }
    assert_eq!(zhao.customers().get(theirs.number.to_string()).unwrap(), theirs);
}

#[test]
fn r8_2_what_a_list_fills_in_may_be_taken() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let theirs = NewCustomer {
        external_id: Some("erp:1".into()),
        ..customer("北京远洋贸易有限公司", "010-55550101")
    };
    world.admin().customers().create(&theirs, Refuse).unwrap();
    let own = wang
        .customers()
        .create(&customer("上海示例科技有限公司", SWITCHBOARD), Refuse)
        .unwrap();
    let list = |external_id: &str| {
        format!(
            "{}|外部编号\n示例科技(上海)有限公司|企业客户|制造业|{SWITCHBOARD}|展会|2024-04-28|{external_id}",
            LIST.trim()
        )
    };
    for dry_run in [true, false] {
        let options = ImportOptions {
            on_duplicate: OnDuplicate::FillBlanks,
            dry_run,
            ..ImportOptions::default()
        };
        let (_, rows) = run(&wang, &list("erp:1"), options.clone());
        let problem = &rows[0].problems[0];
        assert_eq!(
            (rows[0].outcome, rows[0].customer, problem.code),
            (RowOutcome::Refused, None, Code::ExternalIdTaken)
        );
        let (_, rows) = run(&wang, &list("erp:2"), options);
        assert_eq!(
            (rows[0].outcome, rows[0].customer),
            (RowOutcome::Filled, Some(own.number))
        );
    }
}

/// A customer of 王's, said by the admin to be another one than a customer of 赵's; and the log's last operation.
fn told_apart(world: &World) -> (Session, Customer, Customer, u64) {
    let (zhao, _) = world.user("zhao", Role::SalesRep, None);
    let (wang, session) = world.user("wang", Role::SalesRep, None);
    let admin = world.admin();
    let own = enter(&admin, wang.id, "上海示例科技有限公司", SWITCHBOARD);
    let theirs = enter(&admin, zhao.id, "示例科技(上海)有限公司", SWITCHBOARD);
    let numbers = [&own, &theirs].map(|customer| customer.number.to_string());
    admin.customers().say_different(&numbers[0], &numbers[1]).unwrap();
    let last = admin.audit().list(0, 1_000).unwrap().last().unwrap().operation;
    (session, own, theirs, last)
}

#[test]
fn r8_2_a_history_names_nobody_who_may_not_be_seen() {
    let world = World::new();
    let (wang, own, theirs, _) = told_apart(&world);
    let number = own.number.to_string();
    let note = |revision, text: &str| {
        let edit = CustomerEdit::Note {
            value: Some(text.into()),
        };
        wang.customers().update(&number, revision, &[edit]).unwrap()
    };
    note(1, "一");
    note(2, "二");
    let told = |session: &Session, limit| {
        let history = session.customers().history(&number, None, limit).unwrap();
        assert!(
            !format!("{history:?}").contains(&theirs.number.to_string())
                || session.user().unwrap().unwrap().login == "lin"
        );
        history.iter().map(|entry| entry.kind).collect::<Vec<_>>()
    };
    use AuditKind::{CustomerAdded, CustomerEdited, SaidDistinct};
    assert_eq!(told(&wang, 10), [CustomerEdited, CustomerEdited, CustomerAdded]);
    assert_eq!(
        told(&wang, 3),
        [CustomerEdited, CustomerEdited, CustomerAdded],
        "as many as asked for"
    );
    assert_eq!(told(&wang, 2), [CustomerEdited, CustomerEdited]);
    assert_eq!(
        told(&world.admin(), 3),
        [CustomerEdited, CustomerEdited, SaidDistinct]
    );
}

#[test]
fn r8_2_an_answer_about_somebody_elses_customer_falls_and_comes_back_unseen() {
    let world = World::new();
    let (wang, own, theirs, answered) = told_apart(&world);
    let admin = world.admin();
    let said_different = || {
        find(&admin.customers(), DuplicateSearch::default())
            .groups
            .is_empty()
    };
    assert!(said_different());
    // The answer itself is not there for 王.
    assert_eq!(code(wang.customers().undo(answered)), "not_found");
    let (own, theirs) = (own.number.to_string(), theirs.number.to_string());
    for (a, b) in [(&own, &theirs), (&theirs, &own)] {
        assert_eq!(code(wang.customers().unsay_different(a, b)), "not_found");
    }
    let name = CustomerEdit::Name {
        value: "上海示例科技公司".into(),
    };
    wang.customers().update(&own, 1, &[name]).unwrap();
    assert!(!said_different(), "it fell with the name");
    let renamed = wang.customers().history(&own, None, 1).unwrap()[0].operation;
    wang.customers().undo(renamed).unwrap();
    assert!(said_different(), "and came back with it");
}

#[test]
fn r8_2_the_rows_of_an_import_name_no_customer_that_is_out_of_sight_by_now() {
    let world = World::new();
    let admin = world.admin();
    let (_, supervisor, wang) = team(&world);
    let (zhao, _) = world.user("zhao", Role::SalesRep, None);
    // 王 was an admin once, and brought in customers for others.
    let promoted = |revision, value| {
        let edit = [UserEdit::Role { value }];
        admin.users().update(wang.id, revision, &edit).unwrap().revision
    };
    let revision = promoted(wang.revision, Role::Admin);
    let session = world.crm.session("wang").unwrap();
    let list = format!(
        "{LIST}恒通物流有限公司|企业客户|物流运输|025-55550101|展会|2024-04-28\n\
        北京远洋贸易有限公司|企业客户|制造业|010-55550101|展会|2024-04-28\n\
        远洋贸易(北京)有限公司|企业客户|制造业|010-55550101|展会|2024-04-28"
    );
    let options = ImportOptions {
        owner: Some(zhao.id.to_string()),
        ..ImportOptions::default()
    };
    let (report, _) = run(&session, &list, options);
    promoted(revision, Role::SalesRep);
    for session in [&session, &supervisor] {
        let rows = session.imports().rows(report.import, 0, 10).unwrap();
        let outcomes: Vec<RowOutcome> = rows.iter().map(|row| row.outcome).collect();
        assert_eq!(
            outcomes,
            [RowOutcome::Created, RowOutcome::Created, RowOutcome::Skipped]
        );
        for row in &rows {
            assert_eq!((row.customer, row.contact), (None, None));
            assert!(
                row.problems.iter().all(|problem| problem.rejected.is_none()),
                "{row:?}"
            );
        }
    }
    let rows = admin.imports().rows(report.import, 0, 10).unwrap();
    assert!(rows.iter().all(|row| row.customer.is_some()));
    assert!(
        rows[2].problems[0]
            .rejected
            .as_ref()
            .unwrap()
            .contains("北京远洋贸易有限公司")
    );
}

#[test]
fn r8_2_somebody_elses_import_of_the_same_list_does_not_end_ones_own() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    let list = format!(
        "{LIST}恒通物流有限公司|企业客户|物流运输|025-55550101|展会|2024-04-28\n\
        北京远洋贸易有限公司|企业客户|制造业|010-55550101|展会|2024-04-28"
    );
    let start = |session: &Session| {
        let source = Box::new(Rows::of(&list));
        session.imports().start(source, ImportOptions::default()).unwrap()
    };
    let mut own = start(&wang);
    own.step(1, &mut |_| ()).unwrap();
    let theirs = start(&zhao);
    assert!(!theirs.report().resumed);
    let resumed = start(&wang);
    assert!(resumed.report().resumed);
    assert_eq!(resumed.id(), own.id());
}

#[test]
fn r8_6_how_often_a_colleague_was_changed_is_not_told() {
    let world = World::new();
    let (zhao, _) = world.user("zhao", Role::SalesRep, None);
    let (wang, session) = world.user("wang", Role::SalesRep, None);
    let before = session.users().list().unwrap();
    let phone = [UserEdit::Phone {
        value: Some("13912345678".into()),
    }];
    world
        .admin()
        .users()
        .update(zhao.id, zhao.revision, &phone)
        .unwrap();
    assert_eq!(session.users().list().unwrap(), before);
    assert_eq!(session.users().get("wang").unwrap(), wang, "one's own is whole");
}
