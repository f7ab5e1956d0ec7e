//! What the columns of lists from elsewhere mean, and what whoever brings one may say about them (R9.5), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::collections::BTreeMap;

use common::{HEAD, Rows, World, run};
use crm_core::{
    Code, Customer, CustomerKind, CustomerStatus, DateFormat, ErrorKind, ImportRow, NewPeople, RowOutcome,
    Session, import::ImportOptions,
};

fn there(session: &Session, row: &ImportRow) -> Customer {
    session.customers().get(row.customer.unwrap()).unwrap()
}

fn said(row: &ImportRow) -> Vec<(&str, Code)> {
    let problems = row.problems.iter();
    problems
        .map(|problem| (problem.field.as_str(), problem.code))
        .collect()
}

fn texts<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    let pairs = pairs.into_iter();
    pairs
        .map(|(one, other)| (one.to_owned(), other.to_owned()))
        .collect()
}

/// Fields that a foreign list seldom has.
fn defaults() -> ImportOptions {
    ImportOptions {
        defaults: texts([("industry", "other"), ("source", "other")]),
        ..ImportOptions::default()
    }
}

#[test]
fn r9_5_the_more_exact_heading_wins_and_the_other_is_said() {
    let world = World::new();
    let session = world.admin();
    let text = "Title|First Name|Last Name|Company|Job Title|Business Phone|Business Street|Business City|Home Street|Home City
        Ms.|Jane|Example|Example Ltd|Buyer|+44 20 7946 0958|1 Fleet Street|London|2 Mill Lane|Leeds";
    let (report, rows) = run(&session, text, defaults());
    assert_eq!(report.unknown_headings, ["Title"]);
    let customer = there(&session, &rows[0]);
    assert_eq!(customer.name, "Example Ltd");
    let addresses: Vec<String> = customer.addresses.iter().map(|address| address.text()).collect();
    assert_eq!(addresses, ["1 Fleet Street, London", "2 Mill Lane, Leeds"]);
    let contacts = session.contacts().list(customer.number).unwrap();
    assert_eq!(contacts[0].name, "Jane Example");
    assert_eq!(contacts[0].title.as_deref(), Some("Buyer"));
}

#[test]
fn r9_5_given_and_family_names_are_joined_in_the_order_of_their_script() {
    let world = World::new();
    let session = world.admin();
    let text = "First Name|Middle Name|Last Name|Company|Phone|E-mail Address
        伟||李|示例重工有限公司|021-55550101|li@example.com
        Jane|Q.|Example|Example Ltd|+44 20 7946 0958|
        민수||김|Yewon Co|+82 2 312 3456|
        Ann||Alone||+44 20 7946 0959|ann@example.com";
    let (_, rows) = run(&session, text, defaults());
    let names: Vec<(String, Option<String>)> = rows
        .iter()
        .map(|row| {
            let contacts = session.contacts().list(row.customer.unwrap()).unwrap();
            (
                there(&session, row).name,
                contacts.first().map(|contact| contact.name.clone()),
            )
        })
        .collect();
    let expected = [
        ("示例重工有限公司", "李伟"),
        ("Example Ltd", "Jane Q. Example"),
        ("Yewon Co", "김민수"),
        ("Ann Alone", "Ann Alone"),
    ];
    for ((name, contact), expected) in names.iter().zip(expected) {
        assert_eq!(
            (name.as_str(), contact.as_deref()),
            (expected.0, Some(expected.1))
        );
    }
    assert!(
        said(&rows[3]).contains(&("name", Code::NameAssumed)),
        "{:?}",
        rows[3]
    );
    assert_eq!(there(&session, &rows[3]).kind, CustomerKind::Individual);
}

#[test]
fn r9_5_a_person_s_name_beside_a_company_s_is_the_contact_s() {
    let world = World::new();
    let session = world.admin();
    let text = "Name|Account Name|Phone|Email
        Jane Example|Example Ltd|+44 20 7946 0958|jane@example.com";
    let (_, rows) = run(&session, text, defaults());
    let customer = there(&session, &rows[0]);
    assert_eq!(customer.name, "Example Ltd");
    let contacts = session.contacts().list(customer.number).unwrap();
    assert_eq!(
        (contacts[0].name.as_str(), contacts[0].email.as_deref()),
        ("Jane Example", Some("jane@example.com"))
    );
    let text = "Name|Is a Company|Company|Phone
        Other Ltd|True|Own Company|+44 20 7946 0959";
    let (_, rows) = run(&session, text, defaults());
    assert_eq!(
        there(&session, &rows[0]).name,
        "Other Ltd",
        "the company is the list's maker"
    );
}

#[test]
fn r9_5_columns_of_which_nothing_is_known_are_kept_if_asked_for_and_said() {
    let world = World::new();
    let session = world.admin();
    let text = format!(
        "{}|Farbe|Empty\n示例重工有限公司|制造业|021-55550101|转介绍|2024-04-28|blau|-",
        HEAD.trim()
    );
    let options = ImportOptions {
        keep_columns: true,
        ..ImportOptions::default()
    };
    let (report, rows) = run(&session, &text, options);
    assert_eq!(report.unknown_headings, ["Farbe", "Empty"]);
    assert_eq!(there(&session, &rows[0]).extra, texts([("Farbe", "blau")]));
    let options = ImportOptions {
        headings: texts([("Farbe", "tags"), ("Nowhere", "note")]),
        ..ImportOptions::default()
    };
    let (report, rows) = run(
        &session,
        &text
            .replace("021-55550101", "021-55550102")
            .replace("重工", "轻工"),
        options,
    );
    assert_eq!(
        report.unknown_headings,
        ["Empty"],
        "a heading that this list has not is no fault"
    );
    assert_eq!(there(&session, &rows[0]).tags, ["blau"]);
}

#[test]
fn r9_5_a_table_of_values_translates_other_systems_words() {
    let world = World::new();
    let session = world.admin();
    let text = format!(
        "{}|客户状态|客户类型\n\
         示例重工有限公司|制造业|021-55550101|转介绍|2024-04-28|跟进中|普通客户\n\
         远洋贸易有限公司|制造业|010-55550102|转介绍|2024-04-28|跟进中2|Customer\n\
         近海食品有限公司|制造业|020-55550103|转介绍|2024-04-28||Prospect",
        HEAD.trim()
    );
    let options = |status: &str| ImportOptions {
        values: [
            ("status".to_owned(), texts([("跟进中", status)])),
            ("kind".to_owned(), texts([("普通客户", "企业客户")])),
        ]
        .into(),
        ..ImportOptions::default()
    };
    let refused = session
        .imports()
        .start(Box::new(Rows::of(&text)), options("nonsense"));
    assert_eq!(refused.err().unwrap().fields(), ["status"]);
    let (_, rows) = run(&session, &text, options("interested"));
    let first = there(&session, &rows[0]);
    assert_eq!(
        (first.status, first.kind),
        (CustomerStatus::Interested, CustomerKind::Enterprise)
    );
    assert!(first.extra.is_empty() && rows[0].problems.iter().all(|p| p.code != Code::ChoiceUnknown));
    let second = there(&session, &rows[1]);
    assert_eq!(
        second.status,
        CustomerStatus::Potential,
        "what cannot be read is no won customer"
    );
    assert_eq!(second.extra.get("客户状态").map(String::as_str), Some("跟进中2"));
    assert_eq!(
        there(&session, &rows[2]).status,
        CustomerStatus::Potential,
        "in other systems the type tells it"
    );
    assert!(!said(&rows[2]).contains(&("kind", Code::ChoiceUnknown)));
}

#[test]
fn r9_5_unknown_owners_are_named_once_each_and_mapped_taken_created_or_refused() {
    let world = World::new();
    let session = world.admin();
    let list = |from: u32| {
        let rows = (0..4).map(|n| {
            let owner = ["王五", " 王五", "赵六", "李强"][n as usize];
            format!(
                "第{}号示例有限公司|制造业|1391234{:04}|转介绍|2024-04-28|{owner}\n",
                from + n,
                from + n
            )
        });
        format!("{}|跟进人\n{}", HEAD.trim(), rows.collect::<String>())
    };
    let options = |new_people| ImportOptions {
        new_people,
        owners: texts([("李强", "lin")]),
        ..ImportOptions::default()
    };
    let unknown = |report: &crm_core::service::ImportReport| -> Vec<(String, u64)> {
        let owners = report.unknown_owners.iter();
        owners.map(|owner| (owner.name.clone(), owner.rows)).collect()
    };
    let told = [("王五".to_owned(), 2), ("赵六".to_owned(), 1)];
    let (report, rows) = run(&session, &list(0), options(None));
    assert_eq!(unknown(&report), told);
    assert_eq!(report.counts.refused, 3, "{rows:?}");

    let (report, rows) = run(&session, &list(100), options(Some(NewPeople::Importer)));
    assert_eq!((unknown(&report), report.counts.created), (told.to_vec(), 4));
    assert!(said(&rows[0]).contains(&("owner", Code::OwnerAssumed)));
    let first = there(&session, &rows[0]);
    assert_eq!(first.owner, session.users().get("lin").unwrap().id);
    assert_eq!(first.extra.get("跟进人").map(String::as_str), Some("王五"));

    let dry = ImportOptions {
        dry_run: true,
        ..options(Some(NewPeople::Create))
    };
    let (report, _) = run(&session, &list(200), dry);
    assert_eq!((unknown(&report), report.counts.created), (told.to_vec(), 4));
    assert!(session.users().get("王五").is_err(), "a dry run enters nobody");

    let (report, rows) = run(&session, &list(200), options(Some(NewPeople::Create)));
    assert_eq!(
        (unknown(&report), report.counts.created),
        (told.to_vec(), 4),
        "{rows:?}"
    );
    let wang = session.users().get("王五").unwrap();
    assert_eq!(
        (wang.active, wang.role, there(&session, &rows[0]).owner),
        (false, crm_core::Role::SalesRep, wang.id)
    );

    let wrong = ImportOptions {
        owners: texts([("李强", "nobody")]),
        ..ImportOptions::default()
    };
    let refused = session.imports().start(Box::new(Rows::of(&list(300))), wrong);
    assert_eq!(refused.err().unwrap().code(), Code::OwnerUnknown);
}

#[test]
fn r9_5_only_an_admin_has_people_entered_for_a_list() {
    let world = World::new();
    let (_, rep) = world.user("wu", crm_core::Role::Supervisor, None);
    let text = format!(
        "{}|跟进人\n示例重工有限公司|制造业|021-55550101|转介绍|2024-04-28|王五",
        HEAD.trim()
    );
    for dry_run in [true, false] {
        let options = ImportOptions {
            new_people: Some(NewPeople::Create),
            dry_run,
            ..ImportOptions::default()
        };
        let refused = rep
            .imports()
            .start(Box::new(Rows::of(&text)), options)
            .err()
            .unwrap();
        assert_eq!(refused.kind(), ErrorKind::Denied);
    }
    assert!(world.admin().users().get("王五").is_err());
}

#[test]
fn r9_5_the_order_of_day_and_month_is_decided_per_column_over_the_whole_list() {
    let world = World::new();
    let session = world.admin();
    let list = |last: &str| {
        format!(
            "{}|创建时间\n\
             示例重工有限公司|制造业|021-55550101|转介绍|03/04/2024|04/05/2024\n\
             远洋贸易有限公司|制造业|010-55550102|转介绍|{last}|2024-05-04",
            HEAD.trim()
        )
    };
    let (_, rows) = run(&session, &list("28/03/2024"), ImportOptions::default());
    assert_eq!(
        rows[0].outcome,
        RowOutcome::Refused,
        "the other column says nothing"
    );
    assert_eq!(said(&rows[0]), [("created_at", Code::DateOrder)]);
    let one = |text: &str, options: ImportOptions| {
        let text = text
            .replace("|创建时间", "")
            .replace("|04/05/2024", "")
            .replace("|2024-05-04", "");
        let world = World::new();
        let session = world.admin();
        let (_, rows) = run(&session, &text, options);
        let customer = rows[0].customer;
        customer.map(|number| session.customers().get(number).unwrap().first_contact.to_string())
    };
    let default = ImportOptions::default;
    assert_eq!(one(&list("28/03/2024"), default()).as_deref(), Some("2024-04-03"));
    assert_eq!(one(&list("03/28/2024"), default()).as_deref(), Some("2024-03-04"));
    assert_eq!(
        one(&list("2024-03-28"), default()),
        None,
        "still in doubt: refused"
    );
    let said = |format| ImportOptions {
        date_format: Some(format),
        ..ImportOptions::default()
    };
    assert_eq!(
        one(&list("2024-03-28"), said(DateFormat::Mdy)).as_deref(),
        Some("2024-03-04")
    );
    assert_eq!(
        one(&list("2024-03-28"), said(DateFormat::Dmy)).as_deref(),
        Some("2024-04-03")
    );
}

#[test]
fn r9_5_a_list_without_telephones_comes_in_if_they_are_not_required() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|所属行业|客户来源|首次接触时间
        示例重工有限公司|制造业|转介绍|2024-04-28";
    let refused = session
        .imports()
        .start(Box::new(Rows::of(text)), ImportOptions::default());
    assert_eq!(refused.err().unwrap().code(), Code::MappingNoColumn);
    let defaults = ImportOptions {
        defaults: texts([("phones", "021-55550101")]),
        ..ImportOptions::default()
    };
    let refused = session
        .imports()
        .start(Box::new(Rows::of(text)), defaults)
        .err()
        .unwrap();
    let found = (refused.code(), refused.fields());
    assert_eq!(
        found,
        (Code::FieldUnexpected, vec!["phones".to_owned()]),
        "one for all is nobody's"
    );
    let options = ImportOptions {
        phone_required: Some(false),
        ..ImportOptions::default()
    };
    let (_, rows) = run(&session, text, options.clone());
    assert!(said(&rows[0]).contains(&("phones", Code::PhoneMissing)));
    assert!(there(&session, &rows[0]).phones.is_empty());
    let text = format!("{HEAD}远洋贸易有限公司|制造业|请致电前台|转介绍|2024-04-28");
    let (_, rows) = run(&session, &text, options);
    assert_eq!(
        there(&session, &rows[0])
            .extra
            .get("主联系电话")
            .map(String::as_str),
        Some("请致电前台")
    );
    let customers = session.customers();
    let first = there(&session, &rows[0]);
    let edit = crm_core::CustomerEdit::Note {
        value: Some("无电话".into()),
    };
    assert!(
        customers.update(first.number, first.revision, &[edit]).is_ok(),
        "what it lacks stops nothing else"
    );
}

#[test]
fn r9_5_totals_are_no_customers() {
    let world = World::new();
    let session = world.admin();
    for word in ["合计", "总 计", "合计：", "Total", "Grand Total"] {
        let text = format!("{HEAD}{word}||||\n");
        let (report, rows) = run(&session, &text, ImportOptions::default());
        assert_eq!(
            (report.counts.skipped, said(&rows[0])),
            (1, vec![("", Code::RowTotal)]),
            "{word}"
        );
    }
    let text = format!(
        "{HEAD}Total|制造业|021-55550101|转介绍|2024-04-28\n合计会计事务所|服务业|021-55550102|转介绍|2024-04-28"
    );
    let (report, _) = run(&session, &text, ImportOptions::default());
    assert_eq!(report.counts.created, 2, "who can be called is one");
}

#[test]
fn r9_5_digits_that_a_spreadsheet_lost_are_said_and_not_stored_as_a_number() {
    let world = World::new();
    let session = world.admin();
    let text = "客户编号|客户名称|所属行业|主联系电话|客户来源|外部编号|税号|联系人|联系人手机
        1.10101E+17|示例重工有限公司|制造业|13912345678.0、021-55550101|转介绍|1.2345E+12|9.1310101E+17|王芳|1.39E+10
        |远洋贸易有限公司|制造业|1.39E+10|转介绍|1234567890123.0||王芳|1.3912345679E+10
        |近海食品有限公司|制造业|1.3912345670E+10|转介绍|||王芳|13912345671.0";
    let (_, rows) = run(&session, text, ImportOptions::default());
    let first = there(&session, &rows[0]);
    assert_eq!(first.phones[0].e164.as_deref(), Some("+8613912345678"));
    assert_eq!((first.aliases.len(), first.external_id.as_deref()), (0, None));
    let kept = texts([
        ("客户编号", "1.10101E+17"),
        ("外部编号", "1.2345E+12"),
        ("税号", "9.1310101E+17"),
        ("联系人", "王芳"),
        ("联系人手机", "1.39E+10"),
    ]);
    assert_eq!(first.extra, kept);
    for field in ["number", "external_id", "registrations", "contact.mobile"] {
        assert!(
            said(&rows[0]).contains(&(field, Code::DigitsLost)),
            "{field}: {:?}",
            rows[0]
        );
    }
    assert_eq!(rows[1].outcome, RowOutcome::Refused);
    assert_eq!(said(&rows[1]), [("phones", Code::DigitsLost)]);
    let third = there(&session, &rows[2]);
    assert_eq!(third.phones[0].e164.as_deref(), Some("+8613912345670"));
    let contacts = session.contacts().list(third.number).unwrap();
    assert_eq!(contacts[0].mobile_e164.as_deref(), Some("+8613912345671"));
}

#[test]
fn r9_5_numbers_with_more_around_them_are_read_and_kept_as_typed() {
    let world = World::new();
    let session = world.admin();
    for (n, (typed, e164)) in [
        ("电话：021-55550101", "+862155550101"),
        ("M: 13912345601（微信同号）", "+8613912345601"),
        ("tel:+86-21-5555-0102", "+862155550102"),
        ("+49 0711 123456", "+49711123456"),
        ("+49 (0)711 123457", "+49711123457"),
        ("13912345602 王总", "+8613912345602"),
        ("13912345603 ::: 021-55550103", "+8613912345603"),
        ("021-55550104;ext=12", "+862155550104"),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("{HEAD}第{n}号示例有限公司|制造业|{typed}|转介绍|2024-04-28");
        let (_, rows) = run(&session, &text, ImportOptions::default());
        let phones = there(&session, &rows[0]).phones;
        assert_eq!(phones[0].e164.as_deref(), Some(e164), "{typed}");
        let whole = [":::", ";ext="].iter().all(|sign| !typed.contains(sign));
        assert!(!whole || phones[0].typed == typed, "{typed}: {}", phones[0].typed);
    }
}

#[test]
fn r3_1_of_a_list_a_landline_is_the_contacts_phone() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|所属行业|主联系电话|客户来源|联系人|联系人手机
        示例重工有限公司|制造业|021-55550101|转介绍|王芳|021-55550102";
    let (_, rows) = run(&session, text, ImportOptions::default());
    let contacts = session.contacts().list(rows[0].customer.unwrap()).unwrap();
    assert_eq!(contacts[0].phone.as_deref(), Some("021-55550102"));
    assert_eq!(contacts[0].phone_e164.as_deref(), Some("+862155550102"));
    assert_eq!((&*contacts[0].mobile, &contacts[0].mobile_e164), ("", &None));
    assert!(
        said(&rows[0])
            .iter()
            .all(|(field, _)| !field.starts_with("contact."))
    );
}

#[test]
fn r3_1_a_contacts_number_beside_their_mobile_is_their_phone() {
    let world = World::new();
    let session = world.admin();
    for (n, (headings, wanted)) in [
        ("联系人|联系人手机|联系人座机", Some("021-55550102")),
        ("联系人|联系人手机|联系人电话", Some("021-55550102")),
        (
            "Contact Name|Contact Mobile|Contact Landline",
            Some("021-55550102"),
        ),
        ("First Name|Mobile|Business Phone", Some("021-55550102")),
        // A company's, whoever is to be asked for there.
        ("First Name|Mobile|Company Main Phone", None),
        ("联系人|手机|座机", None),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!(
            "客户名称|所属行业|客户来源|{headings}\n第{n}号示例重工有限公司|制造业|转介绍|王芳|1391234567{n}|021-55550102"
        );
        let (_, rows) = run(&session, &text, ImportOptions::default());
        let number = rows[0].customer.unwrap();
        let contacts = session.contacts().list(number).unwrap();
        let mobile = format!("+861391234567{n}");
        assert_eq!(contacts[0].mobile_e164, Some(mobile.clone()), "{headings}");
        assert_eq!(contacts[0].phone.as_deref(), wanted, "{headings}");
        // Only without one of its own, a customer is called by its contact's number.
        let is_own = wanted.is_none() || headings.contains("Business");
        let own = if is_own { "+862155550102" } else { &*mobile };
        let phones = session.customers().get(number).unwrap().phones;
        assert_eq!(phones.len(), 1, "{headings}");
        assert_eq!(phones[0].e164.as_deref(), Some(own), "{headings}");
    }
}

#[test]
fn r3_1_further_people_of_a_company_keep_their_own_numbers() {
    let world = World::new();
    let session = world.admin();
    let text = "First Name|Last Name|Company|Business Phone|Mobile Phone|Industry|Source
        Jane|Example|示例重工有限公司|021-55550101|13912345671|制造业|转介绍
        John|Sample|示例重工有限公司|021-55550102|13912345672|制造业|转介绍";
    let (_, rows) = run(&session, text, ImportOptions::default());
    let number = rows[1].customer.unwrap();
    let contacts = session.contacts().list(number).unwrap();
    let phones: Vec<_> = contacts.iter().map(|contact| contact.phone.as_deref()).collect();
    assert_eq!(phones, [Some("021-55550101"), Some("021-55550102")]);
    assert_eq!(session.customers().get(number).unwrap().phones.len(), 1);
    // Again, nothing is new; a number that differs is told.
    let text = text.replace("021-55550102|13912345672", "021-55550103|13912345672");
    let (_, rows) = run(&session, &text, ImportOptions::default());
    assert!(
        said(&rows[1]).contains(&("contact.phone", Code::FieldNotTaken)),
        "{:?}",
        rows[1]
    );
    assert_eq!(session.contacts().list(number).unwrap().len(), 2);
}

#[test]
fn r3_1_a_list_of_contacts_brings_their_phones_whatever_their_heading() {
    let world = World::new();
    let session = world.admin();
    let (_, rows) = run(
        &session,
        &format!("{HEAD}示例重工有限公司|制造业|021-55550101|转介绍|2024-04-28"),
        ImportOptions::default(),
    );
    let number = rows[0].customer.unwrap();
    for (n, headings) in ["手机号|联系人座机", "手机号|座机", "手机|电话"]
        .into_iter()
        .enumerate()
    {
        let text = format!(
            "客户编号|姓名|{headings}\n{number}|王{n}|1391234567{n}|021-55550102\n{number}|陈{n}||021-5555020{n}"
        );
        let (_, rows) = run(&session, &text, ImportOptions::default());
        let there = |row: &ImportRow| session.contacts().get(row.contact.unwrap()).unwrap();
        assert_eq!(
            there(&rows[0]).phone.as_deref(),
            Some("021-55550102"),
            "{headings}"
        );
        assert_eq!(
            there(&rows[1]).phone,
            Some(format!("021-5555020{n}")),
            "{headings}"
        );
        assert_eq!(there(&rows[1]).mobile, "");
    }
}

#[test]
fn r9_5_a_serial_number_in_a_column_of_days_is_its_day_and_said() {
    let world = World::new();
    let session = world.admin();
    let text = format!(
        "{HEAD}示例重工有限公司|制造业|021-55550101|转介绍|45410\n远洋贸易有限公司|制造业|021-55550102|转介绍|1900-01-01"
    );
    let (_, rows) = run(&session, &text, ImportOptions::default());
    assert_eq!(there(&session, &rows[0]).first_contact.to_string(), "2024-04-28");
    assert!(said(&rows[0]).contains(&("first_contact", Code::DateSerial)));
    assert!(said(&rows[1]).contains(&("first_contact", Code::DateInvalid)));
}

#[test]
fn r9_5_a_dry_run_counts_contacts_as_the_run_does() {
    let text = "客户名称|所属行业|主联系电话|客户来源|联系人|联系人手机
        示例重工有限公司|制造业|021-55550101|转介绍|王芳|13912340001 ::: 13912340002
        示例重工有限公司|制造业|021-55550101|转介绍|王强|13912340003
        远洋贸易有限公司|制造业|021-55550102|转介绍||
        近海食品有限公司|制造业|021-55550103|转介绍|王芳|";
    let counts = |dry_run| {
        let options = ImportOptions {
            dry_run,
            ..ImportOptions::default()
        };
        let world = World::new();
        let session = world.admin();
        let first = run(&session, text, options.clone()).0.counts;
        // Of customers that are there by now, too.
        run(&session, text, ImportOptions::default());
        let again = run(
            &session,
            &text.replace("王强|13912340003", "王明|13912340004"),
            options,
        )
        .0
        .counts;
        (first, again)
    };
    let ((dry, dry_again), (wet, wet_again)) = (counts(true), counts(false));
    assert_eq!(dry, wet);
    assert_eq!((wet.contacts, dry_again.contacts), (2, 1));
    assert_eq!(dry_again, wet_again);
}

#[test]
fn r9_5_a_default_stands_wherever_a_list_says_nothing() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|主联系电话|备注
        示例重工有限公司|021-55550101|要发票
        远洋贸易有限公司|021-55550102|-";
    let options = ImportOptions {
        defaults: texts([
            ("industry", "制造业"),
            ("source", "转介绍"),
            ("tags", "展会"),
            ("note", "来自名单"),
            ("business_address", "上海市示例路1号"),
            ("lead_at", "2024-04-01"),
        ]),
        ..ImportOptions::default()
    };
    let (_, rows) = run(&session, text, options);
    let (first, second) = (there(&session, &rows[0]), there(&session, &rows[1]));
    assert_eq!(
        (first.note.as_deref(), second.note.as_deref()),
        (Some("要发票"), Some("来自名单"))
    );
    assert_eq!(
        (&first.tags, first.addresses[0].text().as_str()),
        (&vec!["展会".to_owned()], "上海市示例路1号")
    );
    assert!(first.lead_at.is_some());
}

#[test]
fn r9_5_a_legal_form_tells_the_kind() {
    let world = World::new();
    let session = world.admin();
    let text = format!(
        "{}|企业(机构)类型|省市区|详细地址\n示例重工|制造业|021-55550101|转介绍|2024-04-28|有限责任公司(自然人投资或控股)|浙江省杭州市西湖区|示例路1号",
        HEAD.trim()
    );
    let (_, rows) = run(&session, &text, ImportOptions::default());
    let customer = there(&session, &rows[0]);
    assert_eq!(customer.kind, CustomerKind::Enterprise);
    assert_eq!(customer.addresses[0].text(), "浙江省杭州市西湖区示例路1号");
    assert!(
        !rows[0].problems.iter().any(|problem| problem.field == "kind"),
        "{:?}",
        rows[0]
    );
}

#[test]
fn r9_5_an_address_is_put_behind_the_levels_that_it_lacks_and_no_others() {
    let world = World::new();
    let session = world.admin();
    for (n, (levels, line, expected)) in [
        (
            "广东省|深圳市|南山区",
            "科技园1号",
            &["广东省深圳市南山区科技园1号"][..],
        ),
        (
            "广东省|深圳市|南山区",
            "深圳市南山区科技园2号",
            &["广东省深圳市南山区科技园2号"],
        ),
        (
            "广东省|深圳市|南山区",
            "广东省深圳市南山区科技园3号",
            &["广东省深圳市南山区科技园3号"],
        ),
        ("江苏|苏州|", "江苏省苏州市园区4号", &["江苏省苏州市园区4号"]),
        (
            "|苏州市|工业园区",
            "上海市浦东新区世纪大道5号",
            &["苏州市工业园区", "上海市浦东新区世纪大道5号"],
        ),
        (
            "TX|Austin|",
            "6 Elm St, Boston, MA",
            &["Austin, TX", "6 Elm St, Boston, MA"],
        ),
        (
            "TX|Austin|",
            "7 Elm St, Suite 2",
            &["7 Elm St, Suite 2, Austin, TX"],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!(
            "{}|省|市|区|地址\n第{n}号示例有限公司|制造业|1391234{n:04}|转介绍|2024-04-28|{levels}|{line}",
            HEAD.trim()
        );
        let (_, rows) = run(&session, &text, ImportOptions::default());
        let addresses: Vec<String> = there(&session, &rows[0])
            .addresses
            .iter()
            .map(|a| a.text())
            .collect();
        assert_eq!(addresses, expected, "{levels} and {line}");
    }
}

#[test]
fn r9_5_what_a_row_of_another_contact_says_otherwise_of_its_customer_is_told() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|所属行业|主联系电话|客户来源|客户状态|备注|地址|联系人|联系人手机
        示例重工有限公司|制造业|021-55550101|转介绍|成交|甲|上海市示例路1号|王一|13912340001
        示例重工有限公司|制造业|021-55550101|展会推广|流失|乙|上海市示例路2号|王二|13912340002";
    let (_, rows) = run(&session, text, ImportOptions::default());
    let told: Vec<&str> = said(&rows[1])
        .into_iter()
        .filter(|(_, code)| *code == Code::FieldNotTaken)
        .map(|(field, _)| field)
        .collect();
    assert_eq!(told, ["status", "source", "note", "addresses"]);
    assert!(said(&rows[1]).contains(&("", Code::ContactAdded)));
}

#[test]
fn r9_5_filling_blanks_of_a_likely_customer_adds_the_row_s_contact() {
    let world = World::new();
    let session = world.admin();
    let text = |name: &str, contact: &str| {
        format!(
            "客户名称|所属行业|主联系电话|客户来源|联系人|联系人手机\n{name}|制造业|021-55550101|转介绍|{contact}"
        )
    };
    run(
        &session,
        &text("上海示例重工有限公司", "王一|13912340001"),
        ImportOptions::default(),
    );
    let fill = ImportOptions {
        on_duplicate: crm_core::import::OnDuplicate::FillBlanks,
        ..ImportOptions::default()
    };
    let (_, rows) = run(
        &session,
        &text("示例重工(上海)有限公司", "王二|13912340002"),
        fill,
    );
    assert_eq!(rows[0].outcome, RowOutcome::Filled, "{:?}", rows[0]);
    assert!(said(&rows[0]).contains(&("", Code::ContactAdded)));
    assert_eq!(
        session.contacts().list(rows[0].customer.unwrap()).unwrap().len(),
        2
    );
}

#[test]
fn r9_5_what_cannot_be_read_is_said_and_repeated_headings_are_no_customer() {
    let world = World::new();
    let session = world.admin();
    let text = format!(
        "{}|备注\n示例重工有限公司|制造业|021-55550101|转介绍|2024-04-28|#REF!\n#VALUE!|制造业|021-55550102|转介绍|2024-04-28|\n{}|备注",
        HEAD.trim(),
        HEAD.trim()
    );
    let (report, rows) = run(&session, &text, ImportOptions::default());
    assert_eq!(there(&session, &rows[0]).note, None);
    assert!(said(&rows[0]).contains(&("note", Code::CellUnreadable)));
    let found = said(&rows[1]);
    for flag in [("name", Code::FieldMissing), ("name", Code::CellUnreadable)] {
        assert!(found.contains(&flag), "{found:?}");
    }
    assert_eq!(
        (report.counts.skipped, said(&rows[2])),
        (1, vec![("", Code::RowHeadings)])
    );
}

#[test]
fn r9_5_a_number_that_comes_twice_in_a_list_is_taken_in_a_dry_run_too() {
    let text = "客户编号|客户名称|所属行业|主联系电话|客户来源|外部编号
        CRM202404010001|示例重工有限公司|制造业|021-55550101|转介绍|3
        CRM202404010001|远洋贸易有限公司|制造业|010-55550102|转介绍|4
        |近海食品有限公司|制造业|020-55550103|转介绍|3";
    let counts = |dry_run| {
        let options = ImportOptions {
            dry_run,
            ..ImportOptions::default()
        };
        run(&World::new().admin(), text, options).0.counts
    };
    assert_eq!(counts(true), counts(false));
    assert_eq!(counts(true).refused, 2);
}

#[test]
fn r9_5_of_a_list_of_people_the_identifier_and_the_company_s_number_are_not_the_contact_s() {
    let world = World::new();
    let session = world.admin();
    let text = "Record ID|First Name|Last Name|Company Name|Company Phone|Email
        101|Jo|Example|Globex|+44 20 7946 0958|jo@example.com";
    let (report, rows) = run(&session, text, defaults());
    assert_eq!(report.unknown_headings, ["Record ID"]);
    let customer = there(&session, &rows[0]);
    assert_eq!(customer.external_id, None);
    let contacts = session.contacts().list(customer.number).unwrap();
    assert_eq!(
        (contacts[0].mobile.as_str(), contacts[0].email.as_deref()),
        ("", Some("jo@example.com"))
    );
    let text = "客户编号|姓名|手机号|地址
        V001|王芳|13912340001|上海市示例路1号";
    let (report, rows) = run(&session, text, defaults());
    assert_eq!(report.counts.created, 1, "people who are customers");
    assert_eq!(there(&session, &rows[0]).aliases, ["V001"]);
}

#[test]
fn r9_5_a_dry_run_says_what_the_run_will_of_rows_that_stand_twice() {
    use crm_core::import::OnDuplicate;
    let text = "客户名称|所属行业|主联系电话|客户来源|备注|标签|联系人|联系人手机|外部编号
        示例重工有限公司|制造业|021-55550101|转介绍||甲|王一|13912340001|7
        示例重工有限公司|制造业|021-55550101|转介绍|备注|甲|王二|13912340002|
        示例重工有限公司|制造业|021-55550101|转介绍|备注|甲|王二|13912340002|8
        示例重工有限公司|制造业|021-55550101|转介绍||乙|王一|13912340001|
        示例重工(上海)有限公司|制造业|021-55550101|转介绍||甲|王三|13912340003|
        另一个名字有限公司|制造业|020-55550104|转介绍|||王四|13912340004|7
        远洋贸易有限公司|制造业|010-55550102|转介绍||||";
    for on_duplicate in [OnDuplicate::Skip, OnDuplicate::FillBlanks, OnDuplicate::Create] {
        let [dry, wet] = [true, false].map(|dry_run| {
            let options = ImportOptions {
                dry_run,
                on_duplicate,
                ..ImportOptions::default()
            };
            let (report, rows) = run(&World::new().admin(), text, options);
            let rows: Vec<RowOutcome> = rows.iter().map(|row| row.outcome).collect();
            (report.counts, rows)
        });
        assert_eq!(dry, wet, "{on_duplicate:?}");
    }
}

#[test]
fn r9_5_what_a_list_says_otherwise_of_a_contact_that_is_there_is_told() {
    let world = World::new();
    let session = world.admin();
    common::enter(&session, "示例重工有限公司");
    let text = |email: &str| {
        format!("客户名称|姓名|手机号|邮箱|是否主要对接人\n示例重工有限公司|王芳|13912340001|{email}|是")
    };
    let (_, rows) = run(&session, &text("a@example.com"), ImportOptions::default());
    assert_eq!(rows[0].outcome, RowOutcome::Created, "{:?}", rows[0]);
    let (_, rows) = run(&session, &text("b@example.com"), ImportOptions::default());
    let told = [("", Code::RowRepeated), ("contact.email", Code::FieldNotTaken)];
    assert_eq!(
        (rows[0].outcome, said(&rows[0])),
        (RowOutcome::Skipped, told.to_vec())
    );
}

#[test]
fn r9_5_sections_are_no_customers() {
    let world = World::new();
    let session = world.admin();
    let options = ImportOptions {
        phone_required: Some(false),
        ..defaults()
    };
    let text = "客户名称|电话|地址
        一、华东区||
        示例重工有限公司|021-55550101|
        远洋贸易有限公司||
        二、华南区||-
        王芳|13912345678|
        |North region|
        第三部分||海外
        三、近海食品有限公司||";
    let (report, rows) = run(&session, text, options);
    let codes = |row: &ImportRow| {
        row.problems
            .iter()
            .any(|problem| problem.code == Code::RowSection)
    };
    let skipped: Vec<bool> = rows.iter().map(codes).collect();
    assert_eq!(skipped, [true, false, false, true, false, true, false, false]);
    assert_eq!((report.counts.skipped, report.counts.created), (3, 5));
    // In a list of one column everything is a name.
    let options = ImportOptions {
        phone_required: Some(false),
        ..defaults()
    };
    let (report, _) = run(&session, "客户名称\n华北区", options);
    assert_eq!(report.counts.created, 1);
}

#[test]
fn r9_5_a_row_that_lacks_its_last_cells_has_them_blank() {
    let world = World::new();
    let session = world.admin();
    let short = |line, cells: &[&str]| crm_core::import::RawRow {
        line,
        cells: cells
            .iter()
            .map(|cell| (*cell).to_owned())
            .chain(std::iter::repeat(String::new()))
            .take(5)
            .collect(),
        problem: Some(crm_core::import::RowProblem::Short {
            found: cells.len() as u32,
            expected: 5,
        }),
    };
    let rows = [
        short(2, &["示例重工有限公司", "制造业", "021-55550101", "转介绍"]),
        short(3, &["远洋贸易有限公司", "制造业"]),
        short(4, &["合计"]),
    ];
    let (report, rows) = common::run_rows(&session, HEAD, rows.into(), ImportOptions::default());
    assert_eq!(
        (
            report.counts.created,
            report.counts.refused,
            report.counts.skipped
        ),
        (1, 1, 1)
    );
    let flags = said(&rows[0]);
    assert!(flags.contains(&("", Code::RowShort)), "{flags:?}");
    assert!(flags.contains(&("first_contact", Code::DateAssumed)), "{flags:?}");
    assert_eq!(
        said(&rows[1]),
        [("phones", Code::PhoneMissing), ("", Code::RowShort)]
    );
    assert_eq!(said(&rows[2]), [("", Code::RowTotal)]);
}

#[test]
fn r9_5_a_size_in_ten_thousands_is_people_or_money_or_neither() {
    let world = World::new();
    let session = world.admin();
    for (heading, typed, scale) in [
        ("企业规模", "500万", None),
        ("企业规模", "10万", None),
        ("企业规模", "500万元", Some(crm_core::SizeScale::Revenue)),
        ("员工人数", "1.2万", Some(crm_core::SizeScale::Headcount)),
    ] {
        let text = format!("客户名称|电话|{heading}\n规模{typed}{heading}有限公司|021-55550101|{typed}");
        let options = ImportOptions {
            on_duplicate: crm_core::import::OnDuplicate::Create,
            ..defaults()
        };
        let (_, rows) = run(&session, &text, options);
        let customer = there(&session, &rows[0]);
        assert_eq!(customer.size.map(|size| size.scale), scale, "{heading}: {typed}");
        let kept = customer.extra.get(heading).map(String::as_str);
        assert_eq!(kept, scale.is_none().then_some(typed));
        assert_eq!(
            said(&rows[0]).contains(&("size", Code::SizeInvalid)),
            scale.is_none()
        );
    }
}

#[test]
fn r9_5_whom_goods_go_to_is_neither_the_customers_number_nor_its_address() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|电话|地址|收货人|收货电话|收货人手机|收货地址|收货邮编
        示例重工有限公司|021-55550101|示例路1号|李四|13912345678|13912345679|样品街2号|310000";
    let (report, rows) = run(&session, text, defaults());
    assert!(
        report
            .unknown_headings
            .iter()
            .all(|heading| heading == "收货人手机"),
        "{:?}",
        report.unknown_headings
    );
    let customer = there(&session, &rows[0]);
    assert_eq!(customer.phones.len(), 1);
    let addresses: Vec<String> = customer.addresses.iter().map(|address| address.text()).collect();
    assert_eq!(addresses, ["示例路1号", "样品街2号"]);
    assert_eq!(
        customer.extra,
        texts([
            ("shipping_name", "李四"),
            ("shipping_phone", "13912345678"),
            ("shipping_postcode", "310000")
        ])
    );
    assert_eq!(session.contacts().list(customer.number).unwrap().len(), 0);
    let text = "Company,Phone,Ship To Name,Delivery Mobile,Shipping Street,Shipping City\nExample Ltd,+44 20 7946 0958,Jane,+44 20 7946 0959,1 Mill Lane,Leeds";
    let (_, rows) = run(&session, &text.replace(',', "|"), defaults());
    let customer = there(&session, &rows[0]);
    assert_eq!(customer.phones.len(), 1);
    assert_eq!(
        customer.extra.get("shipping_phone").map(String::as_str),
        Some("+44 20 7946 0959")
    );
}

#[test]
fn r9_5_of_two_columns_of_sizes_the_exact_one_wins() {
    let world = World::new();
    let session = world.admin();
    for headings in ["企业规模|参保人数", "参保人数|企业规模"] {
        let cells = match headings.starts_with("企业") {
            true => "小型|120",
            false => "120|小型",
        };
        let text = format!("企业名称|电话|{headings}\n示例{cells}有限公司|021-55550101|{cells}")
            .replace("示例小型|120", "示例甲")
            .replace("示例120|小型", "示例乙");
        let (report, rows) = run(&session, &text, defaults());
        assert_eq!(report.unknown_headings, ["企业规模"]);
        let size = there(&session, &rows[0]).size.unwrap();
        assert_eq!(size.band, crm_core::Band::Medium);
    }
}

#[test]
fn r9_5_of_a_wecom_list_the_company_is_the_customer_and_the_friend_its_contact() {
    let world = World::new();
    let session = world.admin();
    let text = "客户名称|描述|添加人|添加时间|来源|手机|企业|邮箱|职务|电话
        王芳||lin|2024-03-01|扫一扫|13912345678|示例重工有限公司|wf@example.com|经理|021-55550101
        李伟||lin|2024-03-01|扫一扫|13912345679||||";
    let (_, rows) = run(&session, text, defaults());
    let company = there(&session, &rows[0]);
    assert_eq!(
        (company.name.as_str(), company.phones.len()),
        ("示例重工有限公司", 1)
    );
    let contacts = session.contacts().list(company.number).unwrap();
    assert_eq!(
        (contacts[0].name.as_str(), contacts[0].title.as_deref()),
        ("王芳", Some("经理"))
    );
    let person = there(&session, &rows[1]);
    assert_eq!(
        (person.name.as_str(), person.kind),
        ("李伟", CustomerKind::Individual)
    );
    assert!(said(&rows[1]).contains(&("name", Code::NameAssumed)));
    // A person's name beside a company's is the person's in any list.
    let text = "公司名称|客户姓名|电话\n远洋贸易有限公司|赵强|13912345670";
    let (_, rows) = run(&session, text, defaults());
    let company = there(&session, &rows[0]);
    assert_eq!(company.name, "远洋贸易有限公司");
    assert_eq!(session.contacts().list(company.number).unwrap()[0].name, "赵强");
}

#[test]
fn r9_5_the_number_of_a_house_has_a_column_of_its_own() {
    let world = World::new();
    let session = world.admin();
    let text = "Company|Phone|House number|Street|Postcode|City|Country
        Beispiel GmbH|+49 30 901820|1a|Musterstraße|10115|Berlin|Germany
        Example Ltd|+44 20 7946 0958|1|Fleet Street|EC4A 1BD|London|United Kingdom
        Sample Ltd|+44 20 7946 0959||1 Fleet Street|EC4A 1BD|London|United Kingdom";
    let (report, rows) = run(&session, text, defaults());
    assert!(report.unknown_headings.is_empty());
    let streets: Vec<String> = rows
        .iter()
        .map(|row| there(&session, row).addresses[0].text())
        .collect();
    assert_eq!(
        streets,
        [
            "Musterstraße 1a, Berlin",
            "1 Fleet Street, London",
            "1 Fleet Street, London"
        ]
    );
}
