//! Making one customer of two, and two of one again (R6.3), through a session.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::{collections::BTreeMap, sync::Arc};

use common::{CountingIds, Team, TestClock, World, code, customer, enter, find, run};
use crm_core::{
    AuditKind, Choice, ContactEdit, Contract, ContractQuery, Crm, Customer, CustomerEdit, CustomerNumber,
    CustomerQuery, CustomerStatus, Entity, Error, FollowUpQuery, Language, MergeChoice, MergeReason,
    MergeSide, NaiveDate, NewContact, NewFollowUp, NewOpportunity, NewServiceRecord, OpportunityQuery,
    PageRequest, Role, Session, Size, TaskList, TaskQuery, Win,
    import::ImportOptions,
    model::fields,
    service::{DuplicateCheck, DuplicateGroup, DuplicateSearch},
    store::{Record, Records, StoreExt, StoreRead, memory::MemoryStore},
};
use proptest::prelude::*;

const MANY: PageRequest = PageRequest {
    after: None,
    limit: 100,
};

/// A CRM whose records can be looked at.
struct Open {
    crm: Crm,
    clock: Arc<TestClock>,
    store: Arc<MemoryStore>,
}

impl Open {
    fn new() -> Self {
        let (store, ids) = (Arc::new(MemoryStore::new()), Arc::new(CountingIds::default()));
        let clock = Arc::new(TestClock::at("2024-05-01T01:00:00Z"));
        let crm = Crm::new(store.clone(), clock.clone(), ids, Vec::new(), Language::default());
        crm.set_up("lin", "林").unwrap();
        Self { crm, clock, store }
    }

    fn lin(&self) -> Session {
        self.crm.session("lin").unwrap()
    }

    /// Every record of every sort that hangs on customers or is one, by its sort and key, without its revision.
    fn records(&self) -> BTreeMap<(Entity, String), String> {
        let all: Vec<CustomerNumber> = (1..20).map(number).collect();
        let mut found = BTreeMap::new();
        macro_rules! each {
            ($($name:ident),+) => { $( put::<crm_core::$name>(&self.store, &all, &mut found); )+ };
        }
        crm_core::for_each_record!(each);
        found
    }

    /// How many records of each sort hang on a customer.
    fn counts(&self, number: CustomerNumber) -> BTreeMap<Entity, usize> {
        let mut counts = BTreeMap::new();
        macro_rules! each {
            ($($name:ident),+) => { $( {
                let there: Vec<crm_core::$name> = self.store.read_with(|tx| Records::all_of(tx, number)).unwrap();
                counts.insert(crm_core::$name::ENTITY, there.len());
            } )+ };
        }
        crm_core::for_each_record!(each);
        counts
    }

    fn is_whole(&self) {
        let mut check = self.crm.check();
        while !check.step().unwrap().finished {}
        let report = check.report();
        assert!(report.whole && report.faults.is_empty(), "{report:?}");
    }
}

fn put<T: Record>(
    store: &MemoryStore,
    numbers: &[CustomerNumber],
    found: &mut BTreeMap<(Entity, String), String>,
) where
    for<'a> dyn StoreRead + 'a: Records<T>,
{
    for &number in numbers {
        for record in store.read_with(|tx| Records::<T>::all_of(tx, number)).unwrap() {
            let mut value = serde_json::to_value(&record).unwrap();
            if record.revision().is_some() {
                value.as_object_mut().unwrap().remove("revision");
            }
            found.insert(
                (T::ENTITY, T::write_key(&record.key()).to_string()),
                value.to_string(),
            );
        }
    }
}

fn number(serial: u32) -> CustomerNumber {
    format!("CRM20240501{serial:04}").parse().unwrap()
}

fn change(session: &Session, number: CustomerNumber, edit: CustomerEdit) -> Customer {
    let seen = session.customers().get(number).unwrap();
    session
        .customers()
        .update(number, seen.revision, &[edit])
        .unwrap()
}

fn note(session: &Session, number: CustomerNumber, note: Option<&str>) {
    let value = note.map(str::to_owned);
    change(session, number, CustomerEdit::Note { value });
}

fn size(session: &Session, number: CustomerNumber, people: u64) {
    let value = Some(Size::of_headcount(people));
    change(session, number, CustomerEdit::Size { value });
}

fn choose(field: &str, side: MergeSide) -> MergeChoice {
    MergeChoice {
        field: field.into(),
        side,
    }
}

fn reason(session: &Session, loser: CustomerNumber, into: CustomerNumber, field: &str) -> MergeReason {
    let preview = session.customers().merge_preview(loser, into).unwrap();
    preview.fields.iter().find(|it| it.field == field).unwrap().reason
}

/// The operation of the latest merge.
fn latest(session: &Session, kind: AuditKind) -> u64 {
    let log = session.audit().list(0, 1000).unwrap();
    log.iter().rfind(|entry| entry.kind == kind).unwrap().operation
}

fn undo_merge(session: &Session) {
    session
        .customers()
        .undo(latest(session, AuditKind::CustomerMerged))
        .unwrap();
}

/// Everything that can hang on a customer.
fn fill(session: &Session, number: CustomerNumber, n: u32) {
    let contact = |name: &str, mobile: &str| NewContact {
        name: name.into(),
        mobile: mobile.into(),
        ..NewContact::default()
    };
    session
        .contacts()
        .add(number, &contact(&format!("王芳{n}"), "13912345678"))
        .unwrap();
    session
        .contacts()
        .add(number, &contact(&format!("李伟{n}"), "13912345679"))
        .unwrap();
    let deal = NewOpportunity {
        name: "产线改造".into(),
        expected_amount: "120000".parse().ok(),
        expected_close: NaiveDate::from_ymd_opt(2024, 6, 30),
        ..NewOpportunity::default()
    };
    let won = session.opportunities().create(number, &deal).unwrap();
    session.opportunities().create(number, &deal).unwrap();
    let win = Win {
        amount: "118000".parse().ok(),
        signed_on: NaiveDate::from_ymd_opt(2024, 5, 1),
        contract_number: format!("HT-{n}"),
        reason: "方案贴合需求".into(),
        ..Win::default()
    };
    session.opportunities().close_won(won.id, &win).unwrap();
    let talk = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".into(),
        content: Some("客户要求月底前报价".into()),
        next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 1),
        ..NewFollowUp::default()
    };
    session.follow_ups().add(number, &talk).unwrap();
    // It is past nine.
    session.reminders().due(100).unwrap();
    let record = NewServiceRecord {
        kind: Some(Choice::of("维修")),
        text: "更换滤芯".into(),
        ..NewServiceRecord::default()
    };
    session.service_records().add(number, &record).unwrap();
    session
        .customers()
        .set_status(number, CustomerStatus::Interested, None)
        .unwrap();
    // One who buys: there is a repurchase task (R4.7).
    change(
        session,
        number,
        CustomerEdit::PurchaseCycle { value: Some(30 * n) },
    );
}

#[test]
fn r6_3_what_was_changed_last_stays_and_a_blank_wipes_nothing() {
    let world = World::new();
    let lin = world.admin();
    world.clock.set("2025-01-01T01:00:00Z");
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    world.clock.set("2025-02-01T01:00:00Z");
    note(&lin, b, Some("x"));
    note(&lin, a, Some("要作废"));
    world.clock.set("2025-03-01T01:00:00Z");
    size(&lin, a, 10);
    world.clock.set("2025-04-01T01:00:00Z");
    size(&lin, b, 100);
    world.clock.set("2025-05-01T01:00:00Z");
    note(&lin, a, None);
    assert_eq!(reason(&lin, b, a, fields::SIZE), MergeReason::ChangedLast);
    assert_eq!(reason(&lin, b, a, fields::NOTE), MergeReason::OtherBlank);
    assert_eq!(reason(&lin, b, a, fields::NAME), MergeReason::Tie);
    assert_eq!(reason(&lin, b, a, fields::KIND), MergeReason::Same);
    let preview = lin.customers().merge_preview(b, a).unwrap();
    let merged = lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(preview.result, merged, "as it was shown");
    assert_eq!(merged.size, Some(Size::of_headcount(100)));
    assert_eq!(merged.note.as_deref(), Some("x"));
    assert_eq!((merged.number, merged.name.as_str()), (a, "上海示例科技有限公司"));
}

#[test]
fn r6_3_what_is_changed_goes_by_the_time_of_the_fact_and_not_by_what_was_undone() {
    let world = World::new();
    let lin = world.admin();
    let then = |text: &str| lin.backdated(text.parse().unwrap());
    let (a, b) = (
        enter(&then("2024-01-01T01:00:00Z"), "上海示例科技有限公司"),
        enter(&then("2024-01-01T01:00:00Z"), "示例科技"),
    );
    size(&then("2024-04-01T01:00:00Z"), b, 100);
    size(&then("2024-03-01T01:00:00Z"), a, 10);
    note(&then("2024-02-01T01:00:00Z"), a, Some("甲"));
    note(&then("2024-03-01T01:00:00Z"), b, Some("乙"));
    assert_eq!(
        lin.customers()
            .merge_preview(b, a)
            .unwrap()
            .result
            .note
            .as_deref(),
        Some("乙")
    );
    note(&lin, a, Some("错"));
    assert_eq!(
        lin.customers()
            .merge_preview(b, a)
            .unwrap()
            .result
            .note
            .as_deref(),
        Some("错")
    );
    lin.customers()
        .undo(latest(&lin, AuditKind::CustomerEdited))
        .unwrap();
    let merged = lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(merged.size, Some(Size::of_headcount(100)));
    assert_eq!(
        merged.note.as_deref(),
        Some("乙"),
        "what was taken back never was"
    );
}

#[test]
fn r6_3_choices_say_otherwise_and_what_is_always_the_survivors_cannot_be_chosen() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    note(&lin, a, Some("甲"));
    let fixed = [
        "status",
        "owner",
        "number",
        "phones",
        "created_at",
        "external_id",
        "weather",
    ];
    let choices = fixed.map(|field| choose(field, MergeSide::Loser));
    let Err(Error::Invalid { problems }) = lin.customers().merge(b, a, &choices) else {
        panic!("chosen")
    };
    assert_eq!(problems.len(), fixed.len());
    assert!(
        problems
            .iter()
            .all(|problem| problem.code.as_str() == "merge.fixed")
    );
    let chosen = [choose("name", MergeSide::Loser), choose("note", MergeSide::Loser)];
    let merged = lin.customers().merge(b, a, &chosen).unwrap();
    assert_eq!(
        (merged.name.as_str(), merged.note),
        ("示例科技", None),
        "chosen is chosen"
    );
}

#[test]
fn r6_3_lists_are_put_together_and_the_primary_phone_and_contact_stay_the_survivors() {
    let world = World::new();
    let lin = world.admin();
    let typed = |name: &str, phones: &[&str], tags: &[&str]| crm_core::NewCustomer {
        phones: phones.iter().map(|phone| (*phone).into()).collect(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        ..customer(name, "")
    };
    let create = |new| lin.customers().create(&new, DuplicateCheck::Off).unwrap().number;
    let a = create(typed(
        "上海示例科技有限公司",
        &["021-55550199", "13800138000"],
        &["重点"],
    ));
    let b = create(typed(
        "示例科技",
        &["+86 21 5555 0199", "010-55550100"],
        &["重点", "展会"],
    ));
    let wang = NewContact {
        name: "王芳".into(),
        mobile: "13912345678".into(),
        phone: Some("021-55550188".into()),
        ..NewContact::default()
    };
    let with = |phone: Option<&str>| NewContact {
        phone: phone.map(str::to_owned),
        ..wang.clone()
    };
    let first = lin.contacts().add(a, &wang).unwrap();
    let repeated = [Some("+86 21 5555 0188"), None].map(|phone| lin.contacts().add(b, &with(phone)).unwrap());
    let called = lin.contacts().add(b, &with(Some("021-55550177"))).unwrap();
    let titled = NewContact {
        title: Some("经理".into()),
        ..wang
    };
    let more = lin.contacts().add(b, &titled).unwrap();
    lin.customers().say_same(b, "示科").unwrap();
    let merged = lin.customers().merge(b, a, &[]).unwrap();
    let phones: Vec<(&str, bool)> = merged
        .phones
        .iter()
        .map(|it| (it.typed.as_str(), it.primary))
        .collect();
    assert_eq!(
        phones,
        [
            ("021-55550199", true),
            ("13800138000", false),
            ("010-55550100", false)
        ]
    );
    assert_eq!(merged.tags, ["重点", "展会"]);
    assert_eq!(merged.aliases, ["示科"]);
    let contacts = lin.contacts().list(a).unwrap();
    assert_eq!(
        contacts.iter().map(|it| (it.id, it.primary)).collect::<Vec<_>>(),
        [(first.id, true), (called.id, false), (more.id, false)],
        "one that says nothing new is archived"
    );
    for repeated in repeated {
        assert!(lin.contacts().get(repeated.id).unwrap().archived_at.is_some());
    }
}

#[test]
fn r9_5_a_list_that_would_be_too_long_refuses_the_merge() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    for (number, from) in [(a, 0), (b, 60)] {
        let value = (from..from + 60).map(|n| format!("标签{n}")).collect();
        change(&lin, number, CustomerEdit::Tags { value });
    }
    let Err(Error::Invalid { problems }) = lin.customers().merge(b, a, &[]) else {
        panic!("merged")
    };
    assert_eq!(
        (problems[0].field.as_str(), problems[0].code.as_str()),
        ("tags", "field.too_many")
    );
}

#[test]
fn r6_3_number_and_identifier_lead_to_the_survivor() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    let identify = |number, value: &str| {
        let value = Some(value.to_owned());
        change(&lin, number, CustomerEdit::ExternalId { value })
    };
    identify(a, "A-1");
    identify(b, "B-1");
    let merged = lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(merged.external_id.as_deref(), Some("A-1"));
    for key in ["CRM202405010001", "CRM202405010002", "crm 20240501 0002"] {
        assert_eq!(lin.customers().get(key).unwrap(), merged, "{key}");
    }
    for text in ["CRM202405010001", "CRM202405010002"] {
        let query = CustomerQuery {
            text: Some(text.into()),
            archived: true,
            ..CustomerQuery::default()
        };
        let page = lin.customers().list(&query, &MANY).unwrap();
        assert_eq!(
            page.items.iter().map(|it| it.number).collect::<Vec<_>>(),
            [a],
            "{text}"
        );
    }
    let everything = CustomerQuery {
        archived: true,
        ..CustomerQuery::default()
    };
    assert_eq!(
        lin.customers().count(&everything).unwrap(),
        1,
        "no list shows the one that is gone"
    );
    let c = enter(&lin, "北京远洋贸易有限公司");
    let taken = CustomerEdit::ExternalId {
        value: Some("B-1".into()),
    };
    assert_eq!(code(lin.customers().update(c, 1, &[taken])), "external_id.taken");
    let list = "客户编号|客户名称|所属行业|主联系电话|客户来源|首次接触时间
        CRM202405010002|完全不同的名称厂|制造业|0755-55550177|转介绍|2024-04-28";
    let (report, rows) = run(&lin, list, ImportOptions::default());
    assert_eq!(
        (report.counts.skipped, rows[0].customer),
        (1, Some(a)),
        "a list's row, too"
    );
    let contacts = "客户编号|姓名|手机号
        CRM202405010002|王芳|13912345678";
    let (report, rows) = run(&lin, contacts, ImportOptions::default());
    assert_eq!((report.counts.contacts, rows[0].customer), (1, Some(a)));
}

#[test]
fn r6_3_a_row_that_came_in_never_comes_in_twice_whatever_its_customer_was_merged_into() {
    let world = World::new();
    let team = Team::of(&world);
    for me in [&world.admin(), &team.wang] {
        let there = enter(me, "北京远洋贸易有限公司");
        let list = |name| {
            format!(
                "客户名称|所属行业|主联系电话|客户来源|首次接触时间
                {name}|制造业|0755-55550177|转介绍|2024-04-28"
            )
        };
        let text = list("甲乙丙丁厂");
        let (_, rows) = run(me, &text, ImportOptions::default());
        let brought = rows[0].customer.unwrap();
        let another = CustomerEdit::Phones {
            value: vec!["021-55550111".into()],
        };
        change(me, brought, another);
        me.customers()
            .merge(brought, there, &[choose("name", MergeSide::Survivor)])
            .unwrap();
        let longer = format!("{text}\n无关的名称公司|制造业|0755-55550178|转介绍|2024-04-28");
        let (report, rows) = run(me, &longer, ImportOptions::default());
        assert_eq!(
            (
                report.counts.skipped,
                rows[0].customer,
                rows[0].problems[0].code.as_str()
            ),
            (1, Some(there), "row.repeated")
        );
    }
}

#[test]
fn r6_3_undoing_an_import_keeps_what_was_merged_since() {
    let world = World::new();
    let lin = world.admin();
    let there = enter(&lin, "北京远洋贸易有限公司");
    let list = "客户名称|所属行业|主联系电话|客户来源|首次接触时间
        甲乙丙丁厂|制造业|0755-55550177|转介绍|2024-04-28";
    let (report, rows) = run(&lin, list, ImportOptions::default());
    lin.customers()
        .merge(rows[0].customer.unwrap(), there, &[])
        .unwrap();
    let undone = lin.imports().undo(report.import).unwrap();
    assert_eq!((undone.archived, undone.kept), (0, vec![there]));
}

#[test]
fn r6_3_all_that_hangs_on_it_moves_over_and_goes_back() {
    let open = Open::new();
    let lin = open.lin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    open.clock.set("2024-05-01T02:00:00Z");
    fill(&lin, a, 1);
    fill(&lin, b, 2);
    open.crm
        .session("lin")
        .unwrap()
        .users()
        .create(&crm_core::NewUser::of("wu", "吴", Role::SalesRep))
        .unwrap();
    lin.customers().assign(b, "wu", Some("换区")).unwrap();
    let before = open.records();
    let (of_a, of_b) = (open.counts(a), open.counts(b));
    let hangs = [
        Entity::Contact,
        Entity::ServiceRecord,
        Entity::FollowUp,
        Entity::Task,
        Entity::Reminder,
        Entity::Opportunity,
        Entity::StageChange,
        Entity::Expectation,
        Entity::Contract,
    ];
    assert!(hangs.iter().all(|sort| of_b[sort] > 0), "{of_b:?}");
    let preview = lin.customers().merge_preview(b, a).unwrap();
    for moved in &preview.moves {
        assert_eq!(moved.count, of_b[&moved.sort] as u64, "{moved:?}");
    }
    assert_eq!(preview.moves.len(), hangs.len());

    lin.customers().merge(b, a, &[]).unwrap();
    assert!(
        open.counts(b).values().all(|count| *count == 0),
        "{:?}",
        open.counts(b)
    );
    for (sort, count) in open.counts(a) {
        let both = match sort {
            // Of the customer itself they are kept with the merge.
            Entity::StatusChange | Entity::HandOver | Entity::Customer => of_a[&sort],
            // What was said of the two has fallen.
            Entity::Merge => 1,
            Entity::Answer => 0,
            _ => of_a[&sort] + of_b[&sort],
        };
        assert_eq!(count, both, "{sort:?}");
    }
    let merge = &lin.customers().merges(a).unwrap()[0];
    let kept: Vec<Entity> = merge.kept.iter().map(|kept| kept.sort).collect();
    assert_eq!(kept, [Entity::StatusChange, Entity::HandOver]);
    assert_eq!(merge.loser.status, CustomerStatus::Interested);
    open.is_whole();
    let primary = lin.contacts().list(a).unwrap();
    assert_eq!(primary.iter().filter(|contact| contact.primary).count(), 1);
    assert_eq!(primary[0].name, "王芳1", "the survivor's");
    let history = lin.customers().history(a, None, 100).unwrap();
    assert!(
        history.iter().any(|entry| entry.about.key == b.to_string()),
        "histories follow"
    );

    undo_merge(&lin);
    assert_eq!(open.records(), before, "each as it was");
    open.is_whole();
    lin.customers().merge(a, b, &[]).unwrap();
    open.is_whole();
    undo_merge(&lin);
    assert_eq!(open.records(), before, "the other way round, too");
}

#[test]
fn r6_3_what_the_former_owner_had_to_do_is_the_survivors_owners() {
    let world = World::new();
    let team = Team::of(&world);
    let (a, b) = (
        enter(&team.wang, "上海示例科技有限公司"),
        enter(&team.zhao, "示例科技"),
    );
    world.clock.set("2024-05-01T02:00:00Z");
    fill(&team.zhao, b, 2);
    assert_eq!(
        code(team.wang.customers().merge(b, a, &[])),
        "not_found",
        "not one's own"
    );
    assert_eq!(code(team.wang.customers().merge_preview(a, b)), "not_found");
    let merged = team.sun.customers().merge(b, a, &[]).unwrap();
    assert_eq!(Some(merged.owner), team.wang.user().unwrap().map(|user| user.id));
    let mine = TaskQuery {
        list: TaskList::Today,
        ..TaskQuery::default()
    };
    assert_eq!(team.wang.tasks().list(&mine, &MANY).unwrap().items.len(), 1);
    let deals = team
        .zhao
        .opportunities()
        .list(&OpportunityQuery::default(), &MANY)
        .unwrap();
    assert_eq!(deals.items.len(), 1, "an open deal is its owner's (R8.1)");
    assert_eq!(team.zhao.customers().basics(b).unwrap().number, a);
    assert_eq!(code(team.zhao.customers().get(b)), "not_found");
    let merge = latest(&world.admin(), AuditKind::CustomerMerged);
    assert_eq!(
        code(team.wang.customers().undo(merge)),
        "not_found",
        "it would bring back another's"
    );
    team.sun.customers().undo(merge).unwrap();
    assert_eq!(team.zhao.tasks().list(&mine, &MANY).unwrap().items.len(), 1);
}

#[test]
fn r6_3_answers_about_the_loser_hold_for_the_survivor() {
    let world = World::new();
    let lin = world.admin();
    let names = [
        "上海示例科技有限公司",
        "示例科技（上海）有限公司",
        "上海示例科技公司",
    ];
    let [a, b, c] = names.map(|name| {
        let new = customer(name, "021-55550199");
        lin.customers().create(&new, DuplicateCheck::Off).unwrap().number
    });
    let groups = || find(&lin.customers(), DuplicateSearch::default()).groups;
    assert_eq!(groups()[0].customers, [a, b, c]);
    lin.customers().say_different(b, c).unwrap();
    lin.customers().say_different(a, b).unwrap();
    let another = CustomerEdit::Phones {
        value: vec!["021-55550199".into(), "021-55550100".into()],
    };
    change(&lin, a, another);
    lin.customers().say_different(a, b).unwrap();
    lin.customers().merge(b, a, &[]).unwrap();
    assert!(
        groups().is_empty(),
        "neither the pair that was merged nor the one that is different comes up again"
    );
    undo_merge(&lin);
    assert_eq!(groups().len(), 1, "a and c were never said to be different");
    lin.customers().unsay_different(a, b).unwrap();
    let together = |group: &DuplicateGroup| group.customers.contains(&b) && group.customers.contains(&c);
    assert!(!groups().iter().any(together), "b and c still are");
}

#[test]
fn r6_3_refusals_are_typed() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    let c = enter(&lin, "北京远洋贸易有限公司");
    assert_eq!(code(lin.customers().merge(a, a, &[])), "merge.self");
    assert_eq!(code(lin.customers().merge(a, number(9), &[])), "not_found");
    lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(code(lin.customers().merge(b, a, &[])), "merge.merged");
    assert_eq!(code(lin.customers().merge(b, c, &[])), "merge.merged");
    assert_eq!(code(lin.customers().merge_preview(c, b)), "merge.merged");
    lin.customers().archive(c, "误录").unwrap();
    assert_eq!(code(lin.customers().merge(c, a, &[])), "record.archived");
    assert_eq!(code(lin.customers().merge(a, c, &[])), "record.archived");
}

#[test]
fn r6_3_what_was_changed_since_keeps_a_merge_from_being_undone() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    world.clock.set("2024-05-01T02:00:00Z");
    fill(&lin, b, 2);
    lin.customers().merge(b, a, &[]).unwrap();
    let merge = latest(&lin, AuditKind::CustomerMerged);
    let undone = || lin.customers().undo(merge);
    let fields_of = |error: Error| match error {
        Error::Conflict { fields, .. } => fields,
        other => panic!("{other:?}"),
    };

    note(&lin, a, Some("改"));
    assert_eq!(fields_of(undone().unwrap_err()), ["note"]);
    lin.customers()
        .undo(latest(&lin, AuditKind::CustomerEdited))
        .unwrap();

    let contact = lin.contacts().list(a).unwrap().remove(0);
    let title = ContactEdit::Title {
        value: Some("总监".into()),
    };
    lin.contacts()
        .update(contact.id, contact.revision, &[title])
        .unwrap();
    assert_eq!(fields_of(undone().unwrap_err()), ["title"]);
    lin.customers()
        .undo(latest(&lin, AuditKind::ContactEdited))
        .unwrap();

    let deal = lin
        .opportunities()
        .list(&OpportunityQuery::default(), &MANY)
        .unwrap();
    let open = deal.items.iter().find(|deal| deal.closed_at.is_none()).unwrap();
    let talk = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        opportunity: Some(open.id),
        ..NewFollowUp::default()
    };
    lin.follow_ups().add(a, &talk).unwrap();
    assert_eq!(
        fields_of(undone().unwrap_err()),
        ["follow_up"],
        "it is about a deal that would go back"
    );
    lin.customers()
        .undo(latest(&lin, AuditKind::FollowUpAdded))
        .unwrap();

    lin.follow_ups()
        .add(
            a,
            &NewFollowUp {
                opportunity: None,
                ..talk
            },
        )
        .unwrap();
    undone().unwrap();
    let talks = |number: CustomerNumber| {
        let query = FollowUpQuery {
            customer: Some(number.to_string()),
            ..FollowUpQuery::default()
        };
        lin.follow_ups().list(&query, &MANY).unwrap().items.len()
    };
    assert_eq!((talks(a), talks(b)), (1, 1), "what is the survivor's own stays");
    assert_eq!(code(undone()), "undo.never");
}

#[test]
fn r6_3_what_was_done_before_a_merge_is_taken_back_after_it() {
    let world = World::new();
    let lin = world.admin();
    let (a, b) = (enter(&lin, "上海示例科技有限公司"), enter(&lin, "示例科技"));
    let c = enter(&lin, "北京远洋贸易有限公司");
    note(&lin, b, Some("甲"));
    let edited = latest(&lin, AuditKind::CustomerEdited);
    lin.customers().say_different(b, c).unwrap();
    lin.customers().unsay_different(b, c).unwrap();
    let forgotten = latest(&lin, AuditKind::ForgotDistinct);
    lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!(code(lin.customers().undo(edited)), "revision.stale");
    lin.customers().undo(forgotten).unwrap();
    lin.customers().unsay_different(a, c).unwrap();
    undo_merge(&lin);
    lin.customers().undo(edited).unwrap();
    assert_eq!(lin.customers().get(b).unwrap().note, None);
}

#[test]
fn r6_3_merges_one_after_another_lead_to_the_last_and_are_undone_from_there() {
    let open = Open::new();
    let lin = open.lin();
    let [a, b, c] =
        ["上海示例科技有限公司", "示例科技", "北京远洋贸易有限公司"].map(|name| enter(&lin, name));
    open.clock.set("2024-05-01T02:00:00Z");
    fill(&lin, a, 1);
    fill(&lin, b, 2);
    let before = open.records();
    lin.customers().merge(a, b, &[]).unwrap();
    let first = latest(&lin, AuditKind::CustomerMerged);
    let between = open.records();
    lin.customers().merge(b, c, &[]).unwrap();
    assert_eq!(lin.customers().get(a).unwrap().number, c);
    let merged: Vec<CustomerNumber> = lin
        .customers()
        .merges(a)
        .unwrap()
        .iter()
        .map(|it| it.number)
        .collect();
    assert_eq!(merged, [a, b]);
    assert_eq!(
        code(lin.customers().undo(first)),
        "revision.stale",
        "the second one first"
    );
    open.is_whole();
    undo_merge(&lin);
    assert_eq!(open.records(), between);
    assert_eq!(lin.customers().get(a).unwrap().number, b);
    lin.customers().undo(first).unwrap();
    assert_eq!(open.records(), before);
    open.is_whole();
}

#[test]
fn r6_3_the_entry_is_the_earlier_one() {
    let world = World::new();
    let lin = world.admin();
    let a = enter(&lin, "上海示例科技有限公司");
    let then = "2023-05-01T01:00:00Z".parse().unwrap();
    let b = enter(&lin.backdated(then), "示例科技");
    let merged = lin.customers().merge(b, a, &[]).unwrap();
    assert_eq!((merged.number, merged.created_at), (a, then));
    let won: Vec<Contract> = lin
        .contracts()
        .list(&ContractQuery::default(), &MANY)
        .unwrap()
        .items;
    assert!(won.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Random pairs and chains, undone in any legal order, leave everything as it was.
    #[test]
    fn r6_3_whatever_is_merged_is_undone_exactly(
        merges in prop::collection::vec((0..5_usize, 0..5_usize), 1..5),
        order in prop::collection::vec(0..8_usize, 16),
    ) {
        let open = Open::new();
        let lin = open.lin();
        let all: Vec<CustomerNumber> = (0..5).map(|n| enter(&lin, &format!("示例{n}有限公司"))).collect();
        open.clock.set("2024-05-01T02:00:00Z");
        for (n, number) in (1..).zip(&all) {
            fill(&lin, *number, n);
        }
        lin.customers().say_different(all[0], all[1]).unwrap();
        lin.customers().say_different(all[1], all[2]).unwrap();
        let before = open.records();
        let mut done = Vec::new();
        for (loser, into) in merges {
            if lin.customers().merge(all[loser], all[into], &[]).is_ok() {
                done.push(latest(&lin, AuditKind::CustomerMerged));
                open.is_whole();
            }
        }
        // Those that are not legal yet are refused, and change nothing.
        for at in order.into_iter().chain((0..8).rev().cycle().take(64)) {
            let Some(&operation) = done.get(at) else { continue };
            let now = open.records();
            match lin.customers().undo(operation) {
                Ok(()) => { done.remove(at); },
                Err(error) => {
                    prop_assert_eq!(error.code().as_str(), "revision.stale");
                    prop_assert_eq!(open.records(), now);
                }
            }
        }
        prop_assert!(done.is_empty(), "{:?}", done);
        prop_assert_eq!(open.records(), before);
        open.is_whole();
    }
}
