//! Imports, through a session: what becomes of rows, and going on.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

mod common;

use common::{HEAD, Rows, World, code, count, customer, last_codes, run, with};
use crm_core::{
    Code, CustomerEdit, ImportRow, Role, RowOutcome,
    import::{ImportOptions, OnDuplicate},
    service::DuplicateCheck::Refuse,
};

#[test]
fn every_row_is_created_or_named_with_its_reason() {
    let world = World::new();
    let text = format!(
        "{HEAD}上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28
        |制造业|021-55550198|转介绍|2024-04-28
        北京远洋贸易有限公司|水泥|55550199|展会|
        示例科技(上海)有限公司|制造业|+86 21 55550199|转介绍|2024-04-28
        上海近邻贸易有限公司|零售业|021-55550199|转介绍|2024-04-28
        广州坏日期有限公司|零售业|020-55550199|转介绍|02/03/2024"
    );
    let (report, rows) = run(&world.admin(), &text, ImportOptions::default());
    let found: Vec<RowOutcome> = rows.iter().map(|row| row.outcome).collect();
    use RowOutcome::{Created, Refused, Skipped};
    assert_eq!(found, [Created, Refused, Created, Skipped, Created, Refused]);
    assert_eq!(
        (
            report.counts.created,
            report.counts.skipped,
            report.counts.refused
        ),
        (3, 1, 2)
    );
    let codes = |row: &ImportRow| {
        row.problems
            .iter()
            .map(|p| (p.field.clone(), p.code))
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&rows[1]), [("name".into(), Code::FieldMissing)]);
    assert!(codes(&rows[2]).contains(&("phones".into(), Code::PhoneUnverified)));
    assert!(codes(&rows[2]).contains(&("first_contact".into(), Code::DateAssumed)));
    assert_eq!(codes(&rows[5]), [("first_contact".into(), Code::DateOrder)]);
    let serials: Vec<Option<u32>> = rows.iter().map(|row| row.customer.map(|n| n.serial())).collect();
    assert_eq!(
        serials,
        [Some(1), None, Some(2), Some(1), Some(3), None],
        "refused rows use no number up"
    );
}

#[test]
fn r6_2_a_name_turned_round_is_brought_in_and_left_to_the_search() {
    let text = format!(
        "{HEAD}上海示例远洋科技有限公司|制造业|021-55550199|转介绍|2024-04-28
        上海示例洋远科技有限公司|制造业|021-55550198|转介绍|2024-04-28
        上海示例洋远科技有限公司|制造业|021-55550197|转介绍|2024-04-28"
    );
    use RowOutcome::{Created, Skipped};
    for dry_run in [true, false] {
        let world = World::new();
        let options = ImportOptions {
            dry_run,
            ..ImportOptions::default()
        };
        let (_, rows) = run(&world.admin(), &text, options);
        let found: Vec<RowOutcome> = rows.iter().map(|row| row.outcome).collect();
        assert_eq!(found, [Created, Created, Skipped], "dry run: {dry_run}");
    }
}

#[test]
fn running_it_again_brings_nothing_in_twice() {
    let world = World::new();
    let text = format!(
        "{HEAD}李伟|服务业|无法识别1|转介绍|2024-04-28\n上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28"
    );
    run(&world.admin(), &text, ImportOptions::default());
    let (report, rows) = run(&world.admin(), &text, ImportOptions::default());
    assert_eq!((report.counts.created, report.counts.skipped), (0, 2));
    assert!(rows.iter().all(|row| row.problems[0].code == Code::RowRepeated));
    let key = rows[1].customer.unwrap().to_string();
    let edits = [CustomerEdit::Name {
        value: "上海示例科技股份有限公司".into(),
    }];
    world.admin().customers().update(&key, 1, &edits).unwrap();
    let (report, _) = run(&world.admin(), &text, with(OnDuplicate::Create));
    assert_eq!(
        report.counts.created, 0,
        "not even after the customer was renamed"
    );
}

#[test]
fn stopping_half_way_loses_nothing_and_running_again_goes_on() {
    let world = World::new();
    let session = world.admin();
    let rows: String = (0..7)
        .map(|n| format!("第{n}号示例有限公司|制造业|1391234567{n}|转介绍|2024-04-28\n"))
        .collect();
    let text = format!("{HEAD}{rows}");
    let mut job = session
        .imports()
        .start(Box::new(Rows::of(&text)), ImportOptions::default())
        .unwrap();
    job.step(3, &mut |_| {}).unwrap();
    drop(job);
    assert_eq!(count(&session), 3);
    let (report, rows) = run(&session, &text, ImportOptions::default());
    assert!(report.resumed);
    assert_eq!((report.counts.rows, report.counts.created, rows.len()), (7, 7, 4));
    assert_eq!(session.imports().list().unwrap().len(), 1);
    assert_eq!(
        session.imports().rows(report.import, 0, 100).unwrap().len(),
        7,
        "every row's outcome is kept"
    );
}

#[test]
fn the_same_bytes_read_otherwise_are_another_list() {
    let world = World::new();
    let session = world.admin();
    let rows: String = (0..4)
        .map(|n| format!("第{n}号示例有限公司|制造业|1391234567{n}|转介绍|2024-04-28\n"))
        .collect();
    let text = format!("{HEAD}{rows}");
    let start = |reading: &str| {
        let list = Rows::of(&text).read_as(reading);
        session
            .imports()
            .start(Box::new(list), ImportOptions::default())
            .unwrap()
    };
    let mut first = start("sheet 1");
    first.step(2, &mut |_| {}).unwrap();
    let mut second = start("sheet 2");
    assert!(!second.report().resumed);
    let mut seen = 0;
    while !second.step(10, &mut |_| seen += 1).unwrap().finished {}
    assert_eq!(seen, 4, "no row is taken for one that has been seen");
    drop((first, second));
    assert!(start("sheet 1").report().resumed);
}

#[test]
fn lines_that_do_not_rise_are_a_damaged_list() {
    let text = format!(
        "{HEAD}第一示例有限公司|制造业|13912345671|转介绍|2024-04-28
        第二示例有限公司|制造业|13912345672|转介绍|2024-04-28
        第三示例有限公司|制造业|13912345673|转介绍|2024-04-28"
    );
    for lines in [[2, 3, 3], [2, 4, 3], [0, 1, 2], [2, 3, u64::MAX]] {
        for dry_run in [false, true] {
            let world = World::new();
            let session = world.admin();
            let options = ImportOptions {
                dry_run,
                ..ImportOptions::default()
            };
            let list = Rows::of(&text).on_lines(&lines);
            let mut job = session.imports().start(Box::new(list), options).unwrap();
            let error = loop {
                match job.step(1, &mut |_| {}) {
                    Ok(progress) => assert!(!progress.finished, "{lines:?}"),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.code(), Code::SourceBroken, "{lines:?}: {error:?}");
            assert_eq!(code(job.step(1, &mut |_| {})), "source.broken", "it stays so");
        }
    }
}

#[test]
fn r9_5_a_row_of_sixty_thousand_telephones_is_refused_at_once() {
    let world = World::new();
    for apart in [" ", "、", ";"] {
        let phones = (0..60_000)
            .map(|n| format!("139{n:08}"))
            .collect::<Vec<_>>()
            .join(apart);
        let text = format!("{HEAD}上海示例科技有限公司|制造业|{phones}|转介绍|2024-04-28");
        let (_, rows) = run(&world.admin(), &text, ImportOptions::default());
        let found: Vec<(&str, Code)> = rows[0]
            .problems
            .iter()
            .map(|problem| (problem.field.as_str(), problem.code))
            .collect();
        assert_eq!(found, [("phones", Code::FieldTooMany)]);
        assert_eq!(rows[0].outcome, RowOutcome::Refused);
    }
}

#[test]
fn r9_5_what_goes_beyond_a_limit_is_left_blank_kept_as_typed_and_flagged() {
    let world = World::new();
    let session = world.admin();
    let tags = (0..101)
        .map(|n| format!("标签{n}"))
        .collect::<Vec<_>>()
        .join("、");
    let note = "x".repeat(70_000);
    let alias = "旧".repeat(201);
    let long_id = "y".repeat(301);
    let text = format!(
        "客户名称|所属行业|主联系电话|客户来源|首次接触时间|客户标签|备注|旧编号|外部编号
        上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28|{tags}|{note}|{alias}|{long_id}"
    );
    let (_, rows) = run(&session, &text, ImportOptions::default());
    assert_eq!(rows[0].outcome, RowOutcome::Created);
    let mut flags: Vec<(&str, Code)> = rows[0]
        .problems
        .iter()
        .filter(|problem| [Code::FieldTooLong, Code::FieldTooMany].contains(&problem.code))
        .map(|problem| (problem.field.as_str(), problem.code))
        .collect();
    flags.sort_unstable();
    assert_eq!(
        flags,
        [
            ("aliases", Code::FieldTooLong),
            ("external_id", Code::FieldTooLong),
            ("note", Code::FieldTooLong),
            ("tags", Code::FieldTooMany)
        ]
    );
    let number = rows[0].customer.unwrap().to_string();
    let customer = session.customers().get(&number).unwrap();
    assert_eq!(
        (customer.tags, customer.note, customer.external_id),
        (vec![], None, None)
    );
    assert_eq!(customer.aliases, Vec::<String>::new());
    let kept: Vec<(&str, &str)> = customer
        .extra
        .iter()
        .map(|(heading, cell)| (heading.as_str(), cell.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            ("外部编号", long_id.as_str()),
            ("客户标签", tags.as_str()),
            ("旧编号", alias.as_str())
        ],
        "a note that is longer than a note fits nowhere"
    );
}

#[test]
fn r9_5_filling_blanks_makes_no_list_longer_than_a_customer_s() {
    let world = World::new();
    let session = world.admin();
    let list = |from: usize, count: usize| {
        let tags = (from..from + count)
            .map(|n| format!("标签{n}"))
            .collect::<Vec<_>>()
            .join("、");
        format!(
            "客户名称|所属行业|主联系电话|客户来源|首次接触时间|标签
            上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28|{tags}"
        )
    };
    let (_, rows) = run(&session, &list(0, 60), ImportOptions::default());
    let number = rows[0].customer.unwrap().to_string();
    let tags = || session.customers().get(&number).unwrap().tags.len();
    let (_, rows) = run(&session, &list(50, 50), with(OnDuplicate::FillBlanks));
    assert_eq!((tags(), rows[0].outcome), (100, RowOutcome::Filled));
    let (_, rows) = run(&session, &list(100, 1), with(OnDuplicate::FillBlanks));
    assert_eq!((tags(), rows[0].outcome), (100, RowOutcome::Skipped));
    assert_eq!(
        rows[0].problems.iter().map(|p| p.code).collect::<Vec<_>>(),
        [Code::RowDuplicate, Code::FieldTooMany, Code::FieldNotTaken]
    );
}

#[test]
fn r9_5_a_step_of_long_rows_takes_fewer_of_them() {
    let world = World::new();
    let session = world.admin();
    let word = "x".repeat(1024 * 1024);
    let row = |n: usize| format!("第{n}号示例有限公司|制造业|139{n:08}|转介绍|{word}\n");
    let text = format!("{HEAD}{}", (0..20).map(row).collect::<String>());
    let mut job = session
        .imports()
        .start(Box::new(Rows::of(&text)), ImportOptions::default())
        .unwrap();
    let mut steps = Vec::new();
    loop {
        let mut rows = Vec::new();
        let progress = job.step(10_000, &mut |row| rows.push(row.clone())).unwrap();
        let kept = |row: &ImportRow| {
            row.problems
                .iter()
                .all(|p| p.rejected.as_ref().is_none_or(|r| r.len() < 400))
        };
        assert!(rows.iter().all(kept), "a rejected cell is not kept whole");
        steps.push(rows.len());
        if progress.finished {
            break;
        }
    }
    assert_eq!(steps.iter().sum::<usize>(), 20);
    assert!(steps.iter().all(|rows| *rows <= 5), "{steps:?}");
}

#[test]
fn r2_1_an_import_may_bring_numbers_and_the_days_counter_goes_on_after_them() {
    let world = World::new();
    let session = world.admin();
    let text = "客户编号|客户名称|所属行业|主联系电话|客户来源
        CRM202405010500|上海示例科技有限公司|制造业|021-55550199|转介绍
        CRM20240501500|北京远洋贸易有限公司|制造业|010-55550199|转介绍
        A-17|广州近海贸易有限公司|制造业|020-55550199|转介绍";
    let (_, rows) = run(&session, text, ImportOptions::default());
    assert_eq!(
        last_codes(&rows)[1],
        (RowOutcome::Refused, Some(Code::NumberTaken))
    );
    assert_eq!(rows[2].customer.unwrap().to_string(), "CRM202405010501");
    assert_eq!(
        session.customers().get("a-17").unwrap().name,
        "广州近海贸易有限公司",
        "found by its alias"
    );
    let next = session
        .customers()
        .create(&customer("武汉示例有限公司", "027-55550199"), Refuse)
        .unwrap();
    assert_eq!(next.number.to_string(), "CRM202405010502");
    let text = "客户编号|客户名称|所属行业|主联系电话|客户来源
        CRM20240501501|成都示例有限公司|制造业|028-55550199|转介绍";
    let (_, rows) = run(&session, text, ImportOptions::default());
    assert_eq!(
        last_codes(&rows),
        [(RowOutcome::Refused, Some(Code::NumberTaken))]
    );
}

#[test]
fn r6_3_blanks_are_filled_and_nothing_is_overwritten() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let text = "客户名称|所属行业|主联系电话|客户来源|备注|企业规模|标签
        示例科技(上海)有限公司|零售业|021-55550199、13912345678|转介绍|月结|120人|重点";
    let (report, _) = run(&session, text, with(OnDuplicate::FillBlanks));
    assert_eq!(report.counts.filled, 1);
    let filled = session.customers().get(there.number.to_string()).unwrap();
    assert_eq!(
        (filled.name.as_str(), filled.industry.code.as_str()),
        ("上海示例科技有限公司", "manufacturing")
    );
    assert_eq!(
        (filled.note.as_deref(), filled.tags.len(), filled.phones.len()),
        (Some("月结"), 1, 2)
    );
    assert!(filled.phones[0].primary && !filled.phones[1].primary);

    let undone = session.imports().undo(report.import).unwrap();
    assert_eq!((undone.restored, undone.kept.len()), (1, 0));
    let restored = session.customers().get(there.number.to_string()).unwrap();
    assert_eq!(
        crm_core::Customer {
            revision: 1,
            ..restored
        },
        there,
        "exactly as it was"
    );
}

#[test]
fn a_dry_run_tells_the_same_and_stores_nothing() {
    let world = World::new();
    let session = world.admin();
    let text = format!(
        "{HEAD}上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28
        北京远洋贸易有限公司|制造业|010-55550199|转介绍|2024-04-28
        示例科技(上海)有限公司|制造业|021-55550199|转介绍|2024-04-28
        |制造业|021-55550199|转介绍|2024-04-28"
    );
    let version = world.crm.version().unwrap();
    let dry = ImportOptions {
        dry_run: true,
        ..ImportOptions::default()
    };
    let (dry_report, dry_rows) = run(&session, &text, dry);
    assert_eq!((count(&session), world.crm.version().unwrap()), (0, version));
    let (report, rows) = run(&session, &text, ImportOptions::default());
    assert_eq!(dry_report.counts, report.counts);
    assert_eq!(last_codes(&dry_rows), last_codes(&rows));
}

#[test]
fn r9_4_a_sheet_of_contacts_finds_its_customers() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let text = "客户编号|姓名|职位|手机号|邮箱|微信号|是否主要对接人
        CRM202405010001|王芳|采购经理|13912345678|wang@example.com|wf|否
        CRM202405010001|李伟|总经理|13912345679|||是
        CRM202405019999|赵敏||13912345670|||";
    let (report, rows) = run(&session, text, ImportOptions::default());
    assert_eq!((report.counts.contacts, report.counts.refused), (2, 1));
    assert_eq!(rows[2].problems[0].code, Code::NotFound);
    let contacts = session.contacts().list(there.number.to_string()).unwrap();
    let names: Vec<(&str, bool)> = contacts.iter().map(|c| (c.name.as_str(), c.primary)).collect();
    assert_eq!(names, [("李伟", true), ("王芳", false)]);
    let (again, _) = run(&session, text, ImportOptions::default());
    assert_eq!(again.counts.contacts, 0);
}

#[test]
fn r8_2_a_row_of_somebody_elses_customer_says_who_has_it_and_nothing_more() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    wang.customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    let text = format!("{HEAD}上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28");
    for dry_run in [true, false] {
        let (_, rows) = run(
            &zhao,
            &text,
            ImportOptions {
                dry_run,
                ..ImportOptions::default()
            },
        );
        assert_eq!(rows[0].customer, None);
        let problem = &rows[0].problems[0];
        assert_eq!(
            (problem.code, problem.rejected.as_deref()),
            (Code::CustomerDuplicateHidden, Some("WANG"))
        );
    }
}

#[test]
fn an_owner_is_found_by_login_or_name_and_must_be_one_the_caller_may_give_to() {
    let world = World::new();
    let (user, wang) = world.user("wang", Role::SalesRep, None);
    let text = "客户名称|所属行业|主联系电话|客户来源|跟进人
        上海示例科技有限公司|制造业|021-55550199|转介绍|wang
        北京远洋贸易有限公司|制造业|010-55550199|转介绍|林
        广州近海贸易有限公司|制造业|020-55550199|转介绍|没有这人";
    let (_, rows) = run(&world.admin(), text, ImportOptions::default());
    let owner = |row: &ImportRow| {
        world
            .admin()
            .customers()
            .get(row.customer.unwrap().to_string())
            .unwrap()
            .owner
    };
    assert_eq!(owner(&rows[0]), user.id);
    assert_ne!(owner(&rows[1]), user.id);
    assert_eq!(rows[2].problems[0].code, Code::OwnerUnknown);
    let text = text
        .replace("上海示例", "武汉示例")
        .replace("北京远洋", "成都远洋");
    let (_, rows) = run(&wang, &text, ImportOptions::default());
    assert_eq!(rows[1].problems[0].code, Code::OwnerNotAllowed);
}

#[test]
fn who_answers_for_a_list_is_called_by_login_name_or_identifier() {
    let world = World::new();
    let (user, _) = world.user("wang", Role::SalesRep, None);
    let text = |name: &str, phone: &str| {
        format!("客户名称|所属行业|主联系电话|客户来源\n{name}|制造业|{phone}|转介绍")
    };
    let id = user.id.to_string();
    for (index, owner) in ["wang", " Wang ", &id].into_iter().enumerate() {
        let list = text(
            &format!("第{index}示例科技有限公司"),
            &format!("021-5555010{index}"),
        );
        let options = ImportOptions {
            owner: Some(owner.into()),
            ..ImportOptions::default()
        };
        let defaults = ImportOptions {
            defaults: [("owner".to_owned(), owner.to_owned())].into(),
            ..ImportOptions::default()
        };
        let other = text(
            &format!("北京远洋{index}号贸易有限公司"),
            &format!("010-5555010{index}"),
        );
        for (list, options) in [(list, options), (other, defaults)] {
            let (_, rows) = run(&world.admin(), &list, options);
            let number = rows[0].customer.unwrap_or_else(|| panic!("{rows:?}")).to_string();
            assert_eq!(
                world.admin().customers().get(&number).unwrap().owner,
                user.id,
                "{owner}"
            );
        }
    }
    let options = ImportOptions {
        owner: Some("zhao".into()),
        ..ImportOptions::default()
    };
    let source = Box::new(Rows::of(&text("广州近海贸易有限公司", "020-55550199")));
    assert_eq!(
        code(world.admin().imports().start(source, options).map(|_| ())),
        "owner.unknown"
    );
}

#[test]
fn r2_2_what_a_list_says_of_kind_and_status_is_read_by_code_or_label() {
    let world = World::new();
    let text = "客户名称|所属行业|主联系电话|客户来源|客户类型|客户状态
        上海示例科技有限公司|制造业|021-55550199|转介绍|Enterprise|Negotiating
        北京远洋贸易有限公司|制造业|010-55550199|转介绍|公司|已成交
        广州近海贸易有限公司|制造业|020-55550199|转介绍|企業客戶|談判中";
    let (_, rows) = run(&world.admin(), text, ImportOptions::default());
    let status = |row: &ImportRow| {
        let key = row.customer.unwrap_or_else(|| panic!("{rows:?}")).to_string();
        let there = world.admin().customers().get(&key).unwrap();
        (there.kind.code(), there.status.code())
    };
    assert_eq!(status(&rows[0]), ("enterprise", "negotiating"));
    assert_eq!(status(&rows[1]), ("enterprise", "won"));
    assert_eq!(status(&rows[2]), ("enterprise", "negotiating"));
}

#[test]
fn a_list_that_cannot_be_mapped_is_refused_before_anything_is_stored() {
    let world = World::new();
    let start = |text: &str| {
        world
            .admin()
            .imports()
            .start(Box::new(Rows::of(text)), ImportOptions::default())
            .map(|_| ())
    };
    assert_eq!(code(start("电话|地址\n1|2")), "mapping.no_name");
    assert_eq!(
        start("公司名称\n上海示例").unwrap_err().fields(),
        ["industry", "source", "phones"]
    );
    assert!(world.admin().imports().list().unwrap().is_empty());
}

#[test]
fn of_two_jobs_on_one_list_the_first_to_store_goes_on() {
    let world = World::new();
    let admin = world.admin();
    let text = format!(
        "{HEAD}上海示例科技有限公司|制造业|021-55550199|转介绍|2024-04-28
        北京远洋贸易有限公司|零售业|010-55550199|展会|2024-04-28
        广州木兰机械有限公司|制造业|020-55550199|展会|2024-04-28"
    );
    let start = || {
        admin
            .imports()
            .start(Box::new(Rows::of(&text)), ImportOptions::default())
            .unwrap()
    };
    let (mut one, mut other) = (start(), start());
    assert_eq!(one.id(), other.id());
    one.step(1, &mut |_| ()).unwrap();
    assert_eq!(code(other.step(1, &mut |_| ())), "import.elsewhere");
    // Whoever begins anew goes on from there, and then the first one says so.
    let mut third = start();
    assert!(!third.step(1, &mut |_| ()).unwrap().finished);
    assert_eq!(code(one.step(1, &mut |_| ())), "import.elsewhere");
    while !third.step(10, &mut |_| ()).unwrap().finished {}
    assert_eq!(code(one.step(1, &mut |_| ())), "import.elsewhere");
    assert_eq!((third.report().counts.created, count(&admin)), (3, 3));
    let import = &admin.imports().list().unwrap()[0];
    assert_eq!(import.counts.rows, 3);
    assert_eq!(admin.imports().rows(import.id, 0, 10).unwrap().len(), 3);
}
