//! Lists as people have them (R9.5), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use common::{HEAD, World, bring, count, customer, enter, last_codes, run, with};
use crm_core::{
    Code, ImportRow, Problem, Role, RowOutcome,
    import::{ImportOptions, OnDuplicate},
    service::DuplicateCheck::Refuse,
};

#[test]
fn r9_5_words_for_nothing_are_blank_in_every_column() {
    let world = World::new();
    let session = world.admin();
    let head = "客户编号|其他编号|客户名称|所属行业|企业规模|客户类型|地址|主联系电话|客户来源|来源说明|首次接触时间|线索时间|\
                客户状态|跟进人|创建时间|标签|备注|外部编号|联系人|职位|联系人手机|联系人邮箱|微信号|传真";
    let (mut rows, words) = (
        String::new(),
        [
            "-", "－－", "／", "无", "暫無", "沒有", "未填", "n/a", "ＮＡ", "NULL", "NaN", "none", "\\N",
            "#N/A", "。",
        ],
    );
    for (number, word) in words.iter().enumerate() {
        let name = format!("第{number}号示例有限公司");
        let cells: Vec<String> = head
            .split('|')
            .map(|heading| match heading.trim() {
                "客户名称" => name.clone(),
                "所属行业" => "制造业".into(),
                "主联系电话" => format!("139123456{number:02}"),
                "客户来源" => "转介绍".into(),
                _ => (*word).to_owned(),
            })
            .collect();
        rows.push_str(&format!("\n{}", cells.join("|")));
    }
    let (report, rows) = run(&session, &format!("{head}{rows}"), ImportOptions::default());
    assert_eq!(report.counts.created, words.len() as u64, "{rows:?}");
    assert_eq!(report.counts.contacts, 0);
    for (row, word) in rows.iter().zip(words) {
        let there = session.customers().get(row.customer.unwrap()).unwrap();
        assert_eq!(
            (&there.aliases, &there.tags, &there.addresses),
            (&vec![], &vec![], &vec![]),
            "{word}"
        );
        assert_eq!(
            (there.note, there.external_id, there.size, there.lead_at),
            (None, None, None, None),
            "{word}"
        );
        assert!(
            there.extra.is_empty() && there.source.detail.is_none(),
            "{word}: {:?}",
            there.extra
        );
    }
    let text = format!(
        "{HEAD}无|制造业|021-55550199|转介绍|2024-04-28\n无锡示例有限公司|制造业|N/A|转介绍|2024-04-28"
    );
    let (_, rows) = run(&session, &text, ImportOptions::default());
    let found: Vec<(&str, Code)> = rows
        .iter()
        .map(|row| (row.problems[0].field.as_str(), row.problems[0].code))
        .collect();
    assert_eq!(
        found,
        [("name", Code::FieldMissing), ("phones", Code::PhoneMissing)]
    );
}

#[test]
fn r9_5_text_formulas_are_unwrapped_in_headings_too() {
    let world = World::new();
    let session = world.admin();
    let text = "=\"客户名称\"|'所属行业|=\"主联系电话\"|客户来源|='Region'|=\"Area\"
        =\"示例重工有限公司\"|'制造业|=\"021-55550199\"|=\"转介绍\"||'华东"
        .replace("='Region'", "'Region");
    let mapping = [("=\"Area\"".to_owned(), "extra.area".to_owned())].into();
    let options = ImportOptions {
        mapping,
        ..ImportOptions::default()
    };
    let (report, rows) = run(&session, &text, options);
    assert_eq!(report.unknown_headings, ["Region"]);
    let there = session.customers().get(rows[0].customer.unwrap()).unwrap();
    assert_eq!(
        (there.name.as_str(), there.industry.code.as_str()),
        ("示例重工有限公司", "manufacturing")
    );
    assert_eq!(there.phones[0].e164.as_deref(), Some("+862155550199"));
    assert_eq!(there.extra.get("area").map(String::as_str), Some("华东"));
}

#[test]
fn r9_5_a_contact_s_key_that_two_customers_have_is_refused_and_both_are_named() {
    let world = World::new();
    let session = world.admin();
    let text = "客户编号|客户名称|所属行业|主联系电话|客户来源
        K-1|示例重工有限公司|制造业|021-55550101|转介绍
        K-1|远洋贸易有限公司|制造业|010-55550102|转介绍
        K-3|近海食品有限公司|制造业|020-55550103|转介绍";
    let create = with(OnDuplicate::Create);
    let (_, there) = run(&session, text, create.clone());
    let numbers: Vec<String> = there
        .iter()
        .map(|row| row.customer.unwrap().to_string())
        .collect();
    let text = "客户名称|所属行业|主联系电话|客户来源
        近海食品有限公司|制造业|020-55550104|转介绍";
    let (_, alike) = run(&session, text, create);
    let alike = alike[0].customer.unwrap().to_string();
    let contacts =
        "客户编号|姓名|手机号\nK-1|王一|13912345671\nK-3|王三|13912345673\n近海食品有限公司|王四|13912345674";
    let talks = "客户编号|跟进时间|跟进方式|跟进主题|跟进内容\nK-1|2024-04-30|电话拜访|报价|报价";
    for dry_run in [true, false] {
        let options = || ImportOptions {
            dry_run,
            ..ImportOptions::default()
        };
        let (_, rows) = run(&session, contacts, options());
        let found: Vec<RowOutcome> = rows.iter().map(|row| row.outcome).collect();
        use RowOutcome::{Created, Refused};
        assert_eq!(found, [Refused, Created, Refused], "dry run: {dry_run}: {rows:?}");
        let (_, talks) = run(&session, talks, options());
        for (row, key, named) in [
            (&rows[0], "K-1", [&numbers[0], &numbers[1]]),
            (&rows[2], "近海食品有限公司", [&numbers[2], &alike]),
            (&talks[0], "K-1", [&numbers[0], &numbers[1]]),
        ] {
            let told = format!("{key} ({}, {})", named[0], named[1]);
            assert_eq!(
                row.problems,
                [Problem::with("number", Code::CustomerAmbiguous, told)]
            );
        }
    }
}

#[test]
fn r8_2_of_the_customers_that_have_a_key_only_those_in_sight_count() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let list = |name: &str, phone: &str| {
        format!("客户编号|客户名称|所属行业|主联系电话|客户来源\nK-1|{name}|制造业|{phone}|转介绍")
    };
    run(
        &world.admin(),
        &list("示例重工有限公司", "021-55550101"),
        ImportOptions::default(),
    );
    let (_, own) = run(
        &wang,
        &list("远洋贸易有限公司", "010-55550102"),
        ImportOptions::default(),
    );
    let (_, rows) = run(
        &wang,
        "客户编号|姓名|手机号\nK-1|王一|13912345671",
        ImportOptions::default(),
    );
    assert_eq!(
        (rows[0].outcome, rows[0].customer),
        (RowOutcome::Created, own[0].customer),
        "{rows:?}"
    );
}

#[test]
fn r9_5_what_cannot_be_read_is_left_blank_kept_as_typed_and_flagged() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|客户类型|所属行业|企业规模|主联系电话|客户来源|首次接触时间|线索时间|客户阶段|录入日期|录入人|联系人|职务|手机|邮箱|微信号|是否主要对接人
        示例重工有限公司|普通客户|制造业|XXL|021-55550199、见名片|转介绍|去年秋天|昨天|跟进中|很久以前|老张|王一|经理|13912345678|not an email|wy|也许
        示例大学|VIP|教育|20-99人|021-55550198|转介绍|2024-05-02||意向客户||||||||
        远洋贸易有限公司|||||||||||||||";
    let (report, rows) = run(&session, text, ImportOptions::default());
    assert_eq!((report.counts.created, report.counts.refused), (2, 1), "{rows:?}");
    assert_eq!(rows[2].problems, [Problem::new("phones", Code::PhoneMissing)]);
    let customer = session.customers().get(rows[0].customer.unwrap()).unwrap();
    assert_eq!(
        (
            customer.kind.code(),
            customer.status.code(),
            customer.size,
            customer.phones.len()
        ),
        ("enterprise", "potential", None, 1)
    );
    assert!(customer.phones[0].primary);
    assert_eq!(customer.first_contact.to_string(), "2024-05-01");
    let kept: Vec<(&str, &str)> = customer
        .extra
        .iter()
        .map(|(heading, cell)| (heading.as_str(), cell.as_str()))
        .collect();
    assert_eq!(
        kept,
        [
            ("主联系电话", "021-55550199、见名片"),
            ("企业规模", "XXL"),
            ("客户类型", "普通客户"),
            ("客户阶段", "跟进中"),
            ("录入人", "老张"),
            ("录入日期", "很久以前"),
            ("是否主要对接人", "也许"),
            ("线索时间", "昨天"),
            ("邮箱", "not an email"),
            ("首次接触时间", "去年秋天"),
        ]
    );
    let flags: Vec<(&str, Code, Option<&str>)> = rows[0]
        .problems
        .iter()
        .map(|problem| (problem.field.as_str(), problem.code, problem.rejected.as_deref()))
        .collect();
    for flag in [
        ("kind", Code::ChoiceUnknown, Some("普通客户")),
        ("kind", Code::KindAssumed, Some("enterprise")),
        ("size", Code::SizeInvalid, Some("XXL")),
        ("phones", Code::PhoneInvalid, Some("见名片")),
        ("first_contact", Code::DateInvalid, Some("去年秋天")),
        ("first_contact", Code::DateAssumed, None),
        ("lead_at", Code::DateInvalid, Some("昨天")),
        ("status", Code::ChoiceUnknown, Some("跟进中")),
        ("created_at", Code::DateInvalid, Some("很久以前")),
        ("created_by", Code::OwnerUnknown, Some("老张")),
        ("contact.email", Code::EmailInvalid, Some("not an email")),
        ("contact.primary", Code::ChoiceUnknown, Some("也许")),
    ] {
        assert!(flags.contains(&flag), "{flag:?}: {flags:?}");
    }
    let contacts = session.contacts().list(customer.number).unwrap();
    assert_eq!((contacts[0].name.as_str(), &contacts[0].email), ("王一", &None));
    let university = session.customers().get(rows[1].customer.unwrap()).unwrap();
    assert_eq!(
        (university.kind.code(), university.status.code()),
        ("institution", "interested")
    );
    assert_eq!(
        university.extra.get("首次接触时间").map(String::as_str),
        Some("2024-05-02")
    );
}

#[test]
fn r9_5_a_day_of_two_orders_refuses_its_row() {
    let world = World::new();
    let text = format!(
        "{HEAD}示例重工有限公司|制造业|021-55550199|转介绍|03/04/2024\n远洋贸易有限公司|制造业|021-55550198|转介绍|2024-03-28"
    );
    let (_, rows) = run(&world.admin(), &text, ImportOptions::default());
    assert_eq!(last_codes(&rows)[0], (RowOutcome::Refused, Some(Code::DateOrder)));
    let there = world.admin().customers().get(rows[1].customer.unwrap()).unwrap();
    assert_eq!(there.first_contact.to_string(), "2024-03-28");
}

#[test]
fn r9_5_an_industry_or_source_that_is_missing_is_other_and_flagged() {
    let world = World::new();
    let session = world.admin();
    let long = "词".repeat(301);
    let text = format!(
        "客户名称|所属行业|主联系电话|客户来源|来源说明\n示例重工有限公司|-|021-55550199||\n远洋贸易有限公司|制造业|021-55550198|转介绍|{long}"
    );
    let (_, rows) = run(&session, &text, ImportOptions::default());
    let there = |row: &ImportRow| session.customers().get(row.customer.unwrap()).unwrap();
    assert_eq!(
        (
            there(&rows[0]).industry.code.as_str(),
            there(&rows[0]).source.code.as_str()
        ),
        ("other", "other")
    );
    for field in ["industry", "source"] {
        let assumed = Problem::new(field, Code::ChoiceAssumed);
        assert!(rows[0].problems.contains(&assumed), "{rows:?}");
    }
    assert_eq!(there(&rows[1]).extra.get("来源说明"), Some(&long));
}

#[test]
fn r3_1_a_contact_of_a_list_is_reached_by_any_of_mobile_e_mail_and_wechat() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|所属行业|电话|客户来源|联系人|职务|手机|邮箱|微信号
        示例重工有限公司|制造业|021-55550101|转介绍|王一|经理||wang@example.com|
        远洋贸易有限公司|制造业|021-55550102|转介绍|王二|||| wang2
        近海食品有限公司|制造业|021-55550103|转介绍|王三|经理|无|a@b|-
        高山机械有限公司|制造业|021-55550104|转介绍||经理||wang@example.com|";
    let (report, rows) = run(&session, text, ImportOptions::default());
    assert_eq!(
        (report.counts.created, report.counts.contacts),
        (4, 2),
        "{rows:?}"
    );
    let contacts = |row: &ImportRow| session.contacts().list(row.customer.unwrap()).unwrap();
    let extra = |row: &ImportRow| session.customers().get(row.customer.unwrap()).unwrap().extra;
    let (first, second) = (&contacts(&rows[0])[0], &contacts(&rows[1])[0]);
    assert_eq!(
        (first.mobile.as_str(), first.email.as_deref()),
        ("", Some("wang@example.com"))
    );
    assert_eq!(
        (second.mobile.as_str(), second.wechat.as_deref()),
        ("", Some("wang2"))
    );
    assert!(contacts(&rows[2]).is_empty() && contacts(&rows[3]).is_empty());
    let kept = |pairs: &[(&str, &str)]| {
        pairs
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect()
    };
    assert_eq!(
        extra(&rows[2]),
        kept(&[("联系人", "王三"), ("职务", "经理"), ("邮箱", "a@b")])
    );
    assert!(rows[2].problems.contains(&Problem::missing("contact.mobile")));
    assert_eq!(
        extra(&rows[3]),
        kept(&[("职务", "经理"), ("邮箱", "wang@example.com")])
    );
    assert!(rows[3].problems.contains(&Problem::missing("contact.name")));
    let list = "客户名称|姓名|是否主要对接人|手机号|邮箱
        示例重工有限公司|王五|否||wu@example.com
        示例重工有限公司|王六|否||";
    let (_, rows) = run(&session, list, ImportOptions::default());
    assert_eq!(
        last_codes(&rows),
        [
            (RowOutcome::Created, None),
            (RowOutcome::Refused, Some(Code::FieldMissing))
        ]
    );
}

#[test]
fn r9_5_a_telephone_belongs_to_the_row_s_own_country() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|所属行业|电话|客户来源|地址|国家|联系人|手机
        Example Ltd|服务业|020 7946 0958|转介绍|London, United Kingdom||Ann|07700 900123
        Beispiel GmbH|服务业|030 123456|转介绍||DE||
        示例株式会社|服务业|03-1234-5678|转介绍|日本东京都千代田区1-1|||
        Falcon Inc|服务业|(415) 555-2671|转介绍||美国||
        香港示例有限公司|服务业|2345 6789|转介绍||Hong Kong||
        Osprey PLC|服务业|021-55550199|转介绍|1 Fleet Street, London, UK|||
        Wonder Ltd|服务业|13912345678|转介绍||Narnia||
        Kestrel Ltd|服务业|+86 139 1234 5679|转介绍||Narnia||
        示例重工有限公司|服务业|021-55550199|转介绍||中国||
        远洋贸易有限公司|服务业|010-55550199|转介绍|北京市朝阳区1号|||";
    let (_, rows) = run(&session, text, ImportOptions::default());
    let there = |row: &ImportRow| session.customers().get(row.customer.unwrap()).unwrap();
    let found: Vec<Option<String>> = rows.iter().map(|row| there(row).phones[0].e164.clone()).collect();
    let expected = [
        Some("+442079460958"),
        Some("+4930123456"),
        Some("+81312345678"),
        Some("+14155552671"),
        Some("+85223456789"),
        None,
        None,
        Some("+8613912345679"),
        Some("+862155550199"),
        Some("+861055550199"),
    ];
    assert_eq!(found.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    for row in [&rows[5], &rows[6]] {
        assert!(
            row.problems
                .iter()
                .any(|problem| problem.code == Code::PhoneUnverified)
        );
    }
    assert_eq!(
        there(&rows[1]).extra.get("country").map(String::as_str),
        Some("DE")
    );
    let ann = &session.contacts().list(rows[0].customer.unwrap()).unwrap()[0];
    assert_eq!(
        (ann.mobile.as_str(), rows[0].outcome),
        ("07700 900123", RowOutcome::Created)
    );
}

#[test]
fn r9_5_rows_of_one_customer_that_bring_different_contacts_are_one_customer_with_these() {
    let text = "客户名称|所属行业|客户来源|联系人|手机
        示例重工有限公司|制造业|转介绍|王一|13912345671
        示例重工 有限公司|制造业|转介绍|王二|13912345672
        示例重工有限公司|制造业|转介绍|王三|13912345673
        远洋贸易有限公司|制造业|转介绍|李四|13912345674
        李伟|制造业|转介绍|李伟|13912345675
        李伟|制造业|转介绍|李伟|13912345676";
    for on_duplicate in [OnDuplicate::Skip, OnDuplicate::FillBlanks, OnDuplicate::Create] {
        let world = World::new();
        let session = world.admin();
        let options = |dry_run| ImportOptions {
            dry_run,
            ..with(on_duplicate)
        };
        let (dry, dry_rows) = run(&session, text, options(true));
        let (report, rows) = run(&session, text, options(false));
        assert_eq!(count(&session), 4, "{on_duplicate}: {rows:?}");
        assert_eq!(report.counts.contacts, 6, "{on_duplicate}");
        assert_eq!(
            (last_codes(&dry_rows), dry.counts.created),
            (last_codes(&rows), report.counts.created)
        );
        for row in &rows[1..3] {
            assert_eq!(
                (row.customer, row.contact.is_some()),
                (rows[0].customer, true),
                "{rows:?}"
            );
            assert!(
                row.problems
                    .iter()
                    .any(|problem| problem.code == Code::ContactAdded)
            );
        }
        let number = rows[0].customer.unwrap();
        let contacts = session.contacts().list(number).unwrap();
        let names: Vec<(&str, bool)> = contacts
            .iter()
            .map(|contact| (contact.name.as_str(), contact.primary))
            .collect();
        assert_eq!(names, [("王一", true), ("王二", false), ("王三", false)]);
        let phones = session.customers().get(number).unwrap().phones;
        assert_eq!(
            phones.len(),
            1,
            "a contact's mobile is not the company's: {phones:?}"
        );

        let (again, _) = run(&session, text, options(false));
        assert_eq!(
            (count(&session), again.counts.contacts),
            (4, 0),
            "{on_duplicate}: nothing comes in twice"
        );
        let undone = session.imports().undo(report.import).unwrap();
        assert_eq!(
            (count(&session), undone.archived, undone.kept.len()),
            (0, 4, 0),
            "{on_duplicate}"
        );
        let (_, back) = run(
            &session,
            text,
            ImportOptions {
                defaults: [("status".into(), "interested".into())].into(),
                ..options(false)
            },
        );
        assert_eq!(count(&session), 4, "{back:?}");
    }
}

#[test]
fn r9_5_a_contact_is_added_to_a_customer_that_is_there_and_taken_out_again() {
    let world = World::new();
    let session = world.admin();
    let there = session
        .customers()
        .create(&customer("示例重工有限公司", "021-55550199"), Refuse)
        .unwrap();
    let text = "客户名称|所属行业|电话|客户来源|备注|联系人|手机
        示例重工有限公司|制造业|021-55550199|转介绍|月结|王一|13912345671";
    let (_, rows) = run(&session, text, with(OnDuplicate::Skip));
    assert_eq!(
        (rows[0].outcome, rows[0].customer),
        (RowOutcome::Created, Some(there.number))
    );
    let contacts = session.contacts().list(there.number).unwrap();
    assert!(contacts.len() == 1 && contacts[0].primary);
    let (report, rows) = run(
        &session,
        &text.replace("王一|13912345671", "王二|13912345672"),
        with(OnDuplicate::FillBlanks),
    );
    assert_eq!(rows[0].outcome, RowOutcome::Filled, "{rows:?}");
    let filled = session.customers().get(there.number).unwrap();
    assert_eq!((filled.note.as_deref(), filled.phones.len()), (Some("月结"), 1));
    let undone = session.imports().undo(report.import).unwrap();
    assert_eq!((undone.contacts, undone.restored), (1, 1));
    assert_eq!(session.contacts().list(there.number).unwrap().len(), 1);
    assert_eq!(session.customers().get(there.number).unwrap().note, None);
}

#[test]
fn r9_5_an_identifier_of_the_host_s_says_that_it_is_one_customer_and_another_country_that_it_is_not() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|所属行业|电话|客户来源|外部编号|国家|联系人|手机
        示例重工有限公司|制造业|021-55550101|转介绍|K-1||王一|13912345671
        示例重工|制造业|021-55550102|转介绍|K-1||王二|13912345672
        Falcon Ltd|制造业|020 7946 0958|转介绍||UK|Ann|07700 900123
        Falcon Ltd|制造业|03 9123 4567|转介绍||Australia|Bob|0412 345 678";
    let (report, rows) = run(&session, text, ImportOptions::default());
    assert_eq!(
        (rows[1].customer, rows[1].contact.is_some()),
        (rows[0].customer, true),
        "{rows:?}"
    );
    assert!(rows[3].contact.is_none(), "{rows:?}");
    assert_eq!(report.counts.contacts, 3);
}

#[test]
fn r9_5_levels_of_an_address_in_latin_script_are_apart() {
    let world = World::new();
    let session = world.admin();
    let text = "Company Name|Industry|Phone|Lead Source|Billing Street|Billing City|Billing State|Billing Postal Code|Billing Country
        Example Ltd|other|020 7946 0958|referral|1 Fleet Street|London||EC4A 1BD|United Kingdom
        Falcon Inc|other|(415) 555-2671|referral|1 Market Street|San Francisco|CA|94105|";
    let (report, rows) = run(&session, text, ImportOptions::default());
    assert!(report.unknown_headings.is_empty(), "{report:?}");
    let there = |row: &ImportRow| session.customers().get(row.customer.unwrap()).unwrap();
    let addresses: Vec<String> = rows.iter().map(|row| there(row).addresses[0].text()).collect();
    assert_eq!(
        addresses,
        ["1 Fleet Street, London", "1 Market Street, San Francisco, CA"]
    );
    assert_eq!(
        there(&rows[0]).extra.get("postcode").map(String::as_str),
        Some("EC4A 1BD")
    );
    assert_eq!(there(&rows[0]).phones[0].e164.as_deref(), Some("+442079460958"));
}

#[test]
fn r9_5_another_registration_number_is_another_customer_and_namesakes_are_two() {
    let world = World::new();
    let me = world.admin();
    let options = || ImportOptions {
        on_duplicate: OnDuplicate::Skip,
        defaults: [("industry", "其他"), ("source", "其他")]
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into(),
        ..ImportOptions::default()
    };
    let rows = run(
        &me,
        "客户名称|电话|税号|联系人|联系人手机|联系人邮箱
        示例重工有限公司|021-55550199|91310000A|王一|13912345678|
        示例重工有限公司|021-55550199|91310000B|王二|13912345679|
        示例重工有限公司|021-55550199|91310000A|王一|139-1234-5678|
        示例重工有限公司|021-55550199|91310000A|李伟||a@example.com
        示例重工有限公司|021-55550199|91310000A|李伟||b@example.com",
        options(),
    )
    .1;
    let added = |row: &ImportRow| {
        row.problems
            .iter()
            .any(|problem| problem.code == Code::ContactAdded)
    };
    assert!(!added(&rows[1]), "its number is another's: {:?}", rows[1]);
    assert!(!added(&rows[2]), "the same number in another notation");
    assert!(added(&rows[3]) && added(&rows[4]), "two of one name");
}

#[test]
fn r9_4_what_a_row_of_contacts_says_of_its_customer_has_to_agree() {
    let world = World::new();
    let me = world.admin();
    let [first, namesake] = [(); 2].map(|()| enter(&me, "上海示例科技有限公司"));
    let other = enter(&me, "北京远洋贸易有限公司");
    let rows = bring(
        &me,
        &format!(
            "客户编号|客户名称|联系人|联系人手机|是否主要对接人
            {first}|北京远洋贸易有限公司|王一|13912345671|
            {namesake}|上海示例科技有限公司|王二|13912345672|
            |上海示例科技有限公司|王三|13912345673|
            没有这个编号|北京远洋贸易有限公司|王四|13912345674|"
        ),
    );
    let ambiguous = |row: &ImportRow| {
        row.problems
            .iter()
            .any(|problem| problem.code == Code::CustomerAmbiguous)
    };
    assert!(ambiguous(&rows[0]), "they are two: {:?}", rows[0]);
    assert_eq!(
        rows[1].customer,
        Some(namesake),
        "of two of one name, the number tells which"
    );
    assert!(ambiguous(&rows[2]), "the name alone does not");
    assert_eq!(rows[3].customer, Some(other));
}

#[test]
fn r9_5_what_a_row_brings_besides_another_contact_fills_blanks_unless_it_is_skipped() {
    let list = "客户名称|所属行业|客户来源|电话|备注|联系人|联系人手机
        示例重工有限公司|制造业|其他|021-55550199||王一|13912345678
        示例重工有限公司|制造业|其他|021-55550199|要发票|王二|13912345679";
    for (on_duplicate, note) in [
        (OnDuplicate::Skip, None),
        (OnDuplicate::FillBlanks, Some("要发票")),
        (OnDuplicate::Create, Some("要发票")),
    ] {
        let world = World::new();
        let me = world.admin();
        let options = |dry_run| ImportOptions {
            on_duplicate,
            dry_run,
            ..ImportOptions::default()
        };
        let rows = run(&me, list, options(false)).1;
        let number = rows[0].customer.unwrap();
        assert_eq!(rows[1].customer, Some(number), "one customer");
        assert_eq!(me.customers().get(number).unwrap().note.as_deref(), note);
        assert_eq!(me.contacts().list(number).unwrap().len(), 2);
        let told = &rows[1].problems.last().unwrap();
        assert_eq!(told.code, Code::ContactAdded);
    }
}

#[test]
fn r9_5_a_province_that_is_a_country_of_its_own_tells_whose_numbers_are_meant() {
    let world = World::new();
    let me = world.admin();
    let rows = bring(
        &me,
        "客户名称|所属行业|客户来源|省份|街道|电话
        示例贸易有限公司|制造业|其他|香港|弥敦道1号|2555 0199",
    );
    let there = me.customers().get(rows[0].customer.unwrap()).unwrap();
    assert_eq!(there.phones[0].e164.as_deref(), Some("+85225550199"));
}
