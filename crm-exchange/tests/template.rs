//! The manual's template (R9.4): written, read by another library, and brought in as the lists that it consists of.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    missing_docs
)]
#![cfg(all(feature = "xlsx", feature = "xlsx-write"))]

use std::{
    io::{Cursor, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use calamine::{Data, Reader, Xlsx};
use crm_core::{
    Address, AddressKind, Band, BusinessZone, Choice, Clock, Contact, ContactId, Crm, Customer, CustomerKind,
    CustomerQuery, CustomerStatus, DateTime, FollowUp, FollowUpId, FollowUpQuery, IdSource, Language, Money,
    Opportunity, OpportunityId, OpportunityQuery, PageRequest, Phone, PhoneCheck, PickEntry, PickList,
    RowOutcome, Session, Size, SizeScale, Stage, UserId, Utc, import::ImportOptions,
    store::memory::MemoryStore,
};
use crm_exchange::{TableOptions, TemplateWriter, open_table, sheets};

const SHEETS: [&str; 4] = ["客户基本信息表", "联系人信息表", "跟进记录表", "销售机会表"];

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> DateTime<Utc> {
        instant("2024-05-20T01:00:00Z")
    }
}

#[derive(Default)]
struct CountedIds(AtomicU64);

impl IdSource for CountedIds {
    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[2..10].copy_from_slice(&self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        bytes
    }
}

fn world() -> Session {
    let crm = Crm::new(
        Arc::new(MemoryStore::new()),
        Arc::new(StoppedClock),
        Arc::new(CountedIds::default()),
        Vec::new(),
        Language::default(),
    );
    crm.set_up("lin", "林").unwrap();
    crm.session("lin").unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn phone(typed: &str, primary: bool) -> Phone {
    Phone {
        typed: typed.into(),
        e164: None,
        extension: None,
        primary,
        check: PhoneCheck::Verified,
    }
}

fn company() -> Customer {
    Customer {
        number: "CRM202405010001".parse().unwrap(),
        revision: 1,
        name: "上海示例科技有限公司".into(),
        kind: CustomerKind::Enterprise,
        industry: Choice::of("manufacturing"),
        size: Some(Size {
            scale: SizeScale::Headcount,
            band: Band::Medium,
        }),
        registrations: Vec::new(),
        phones: vec![phone("13912345678", false), phone("021-55550199转801", true)],
        addresses: vec![Address::in_one_line(
            AddressKind::Business,
            "上海市浦东新区示例路1号",
        )],
        source: Choice {
            code: "exhibition".into(),
            detail: Some("2024年春季广交会3号展位".into()),
        },
        first_contact: "2024-04-28".parse().unwrap(),
        lead_at: None,
        status: CustomerStatus::Interested,
        owner: UserId::from_bytes([0; 16]),
        created_at: instant("2024-05-01T01:00:00.250Z"),
        created_by: None,
        late: false,
        purchase_cycle: None,
        tags: vec!["重点".into(), "华东".into()],
        note: Some("=1+1，要求\n含税报价".into()),
        aliases: Vec::new(),
        external_id: None,
        extra: Default::default(),
        import: None,
        archived_at: None,
    }
}

fn person() -> Customer {
    Customer {
        number: "CRM202405010002".parse().unwrap(),
        name: "李伟".into(),
        kind: CustomerKind::Individual,
        industry: Choice {
            code: PickEntry::OTHER.into(),
            detail: Some("宠物".into()),
        },
        size: None,
        phones: vec![phone("13700000002", true)],
        addresses: Vec::new(),
        source: Choice {
            code: "referral".into(),
            detail: None,
        },
        status: CustomerStatus::Potential,
        tags: Vec::new(),
        note: None,
        ..company()
    }
}

fn contact(name: &str, mobile: &str, primary: bool) -> Contact {
    Contact {
        id: ContactId::from_bytes([1; 16]),
        customer: company().number,
        revision: 1,
        name: name.into(),
        title: Some("采购经理".into()),
        mobile: mobile.into(),
        mobile_e164: None,
        phone: Some("021-55550188".into()),
        phone_e164: None,
        email: Some("wang@example.com".into()),
        wechat: None,
        primary,
        role: Some("报价".into()),
        created_at: company().created_at,
        archived_at: None,
    }
}

fn talk() -> FollowUp {
    FollowUp {
        id: FollowUpId::from_bytes([2; 16]),
        customer: company().number,
        opportunity: None,
        revision: 1,
        at: instant("2024-05-06T02:30:00Z"),
        method: Choice::of("phone"),
        by: UserId::from_bytes([0; 16]),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        needs: None,
        objections: None,
        next_steps: None,
        other: None,
        next_follow_up: "2024-05-25".parse().ok(),
        next_time: Some("14:00".into()),
        next_plan: Some("送样".into()),
        done: Some(false),
        late: false,
        created_at: instant("2024-05-06T03:00:00Z"),
        created_by: None,
        archived_at: None,
    }
}

fn deal(name: &str, stage: Stage) -> Opportunity {
    let closed_at = (!stage.is_open()).then(|| instant("2024-05-10T04:00:00Z"));
    Opportunity {
        id: OpportunityId::from_bytes([3; 16]),
        customer: company().number,
        revision: 1,
        name: name.into(),
        expected_amount: Money::from_fen(30_000_050),
        lowest: Some(Money::from_fen(20_000_000)),
        highest: Some(Money::from_fen(40_000_000)),
        expected_close: "2024-06-30".parse().unwrap(),
        stage,
        stage_changed_at: closed_at.unwrap_or(instant("2024-05-08T04:00:00Z")),
        owner: UserId::from_bytes([0; 16]),
        competitors: vec!["甲公司".into(), "乙公司".into()],
        external_id: None,
        extra: Default::default(),
        reason: closed_at.map(|_| "价格".into()),
        closed_at,
        created_at: instant("2024-05-02T01:00:00Z"),
        created_by: None,
        archived_at: None,
    }
}

/// What a template consists of.
struct Records {
    customers: Vec<Customer>,
    contacts: Vec<Contact>,
    talks: Vec<FollowUp>,
    deals: Vec<Opportunity>,
}

fn entries() -> Vec<PickEntry> {
    let lists = world().pick_lists();
    PickList::ALL
        .iter()
        .flat_map(|list| lists.list(*list).unwrap())
        .collect()
}

fn written(records: &Records) -> Vec<u8> {
    let (mut bytes, entries) = (Vec::new(), entries());
    let lin = |_| Some("林".to_owned());
    let mut template =
        TemplateWriter::new(&mut bytes, &entries, BusinessZone::default(), &lin, None).unwrap();
    // The sheets are written side by side.
    records
        .talks
        .iter()
        .for_each(|talk| template.follow_up(talk, &[]).unwrap());
    records
        .customers
        .iter()
        .for_each(|there| template.customer(there).unwrap());
    records
        .deals
        .iter()
        .for_each(|deal| template.opportunity(deal).unwrap());
    records
        .contacts
        .iter()
        .for_each(|there| template.contact(there).unwrap());
    template.finish().unwrap();
    bytes
}

fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Brings a sheet in, of which nothing is refused.
fn bring(me: &Session, path: &Path, sheet: &str) {
    let options = TableOptions {
        sheet: Some(sheet.into()),
        ..TableOptions::default()
    };
    let source = open_table(path, &options).unwrap();
    let mut job = me.imports().start(source, ImportOptions::default()).unwrap();
    let mut refused = Vec::new();
    let mut take = |row: &crm_core::ImportRow| {
        if row.outcome != RowOutcome::Created {
            refused.push(row.clone());
        }
    };
    while !job.step(100, &mut take).unwrap().finished {}
    assert!(refused.is_empty(), "{sheet}: {refused:?}");
}

/// What a store has.
fn read(me: &Session) -> Records {
    let page = PageRequest::first(50);
    let mut customers: Vec<Customer> = me
        .customers()
        .list(&CustomerQuery::default(), &page)
        .unwrap()
        .items
        .iter()
        .map(|there| me.customers().get(there.number).unwrap())
        .collect();
    customers.sort_by_key(|customer| customer.number);
    let contacts = customers
        .iter()
        .flat_map(|customer| me.contacts().list(customer.number).unwrap())
        .collect();
    let mut deals = me
        .opportunities()
        .list(&OpportunityQuery::default(), &page)
        .unwrap()
        .items;
    deals.sort_by(|one, other| one.name.cmp(&other.name));
    Records {
        contacts,
        talks: me
            .follow_ups()
            .list(&FollowUpQuery::default(), &page)
            .unwrap()
            .items,
        deals,
        customers,
    }
}

fn sample() -> Records {
    Records {
        customers: vec![company(), person()],
        contacts: vec![
            contact("王芳", "13912345679", true),
            contact("赵六", "13912345670", false),
        ],
        talks: vec![talk()],
        deals: vec![deal("一期", Stage::Proposal), deal("二期", Stage::Lost)],
    }
}

#[test]
fn r9_4_the_template_has_the_manuals_sheets_and_headings_in_their_order() {
    let bytes = written(&sample());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.xlsx");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(sheets(&path).unwrap(), SHEETS);
    let expected: [&[&str]; 4] = [
        &[
            "客户编号",
            "客户名称",
            "所属行业",
            "企业规模",
            "客户类型",
            "注册地址/经营地址",
            "主联系电话",
            "客户来源",
            "首次接触时间",
            "客户状态",
            "跟进人",
            "创建时间",
            "备注",
        ],
        &[
            "客户编号",
            "姓名",
            "职位",
            "手机号",
            "邮箱",
            "微信号",
            "是否主要对接人",
            "添加时间",
        ],
        &[
            "客户编号",
            "跟进时间",
            "跟进方式",
            "跟进人",
            "跟进主题",
            "跟进内容",
            "附件",
            "下次跟进时间",
            "是否完成",
            "创建时间",
        ],
        &[
            "客户编号",
            "机会名称",
            "预计成交金额",
            "预计成交日期",
            "销售阶段",
            "阶段更新时间",
            "负责人",
            "竞争对手",
            "赢单/输单原因",
            "关闭时间",
        ],
    ];
    for (sheet, expected) in SHEETS.into_iter().zip(expected) {
        let first = &rows(&bytes, sheet)[0];
        let found: Vec<String> = first.iter().map(ToString::to_string).collect();
        assert_eq!(found[..expected.len()], *expected, "{sheet}");
    }
    assert_eq!(
        rows(&bytes, "销售机会表")[1][2],
        Data::Float(300_000.5),
        "a real number"
    );
    let customers = rows(&bytes, "客户基本信息表");
    assert_eq!(customers[1][12], Data::String("=1+1，要求\n含税报价".into()));
    assert!(!part(&bytes, "xl/worksheets/sheet1.xml").contains("<f>"));
}

#[test]
fn r9_4_what_is_chosen_from_lists_can_be_chosen_in_cells() {
    let bytes = written(&sample());
    let list = |sheet: u8, column: &str| {
        let sheet = part(&bytes, &format!("xl/worksheets/sheet{sheet}.xml"));
        let range = format!("sqref=\"{column}2:{column}1048576\"><formula1>\"");
        let list = sheet
            .split_once(&range)
            .unwrap_or_else(|| panic!("{column}: {sheet}"))
            .1;
        list.split_once("\"</formula1>").unwrap().0.to_owned()
    };
    let of = |list: PickList| {
        let entries = entries().into_iter().filter(|entry| entry.list == list);
        entries.map(|entry| entry.label_zh).collect::<Vec<_>>().join(",")
    };
    assert_eq!(list(1, "C"), of(PickList::Industry));
    assert_eq!(list(1, "E"), "企业客户,个人客户,政府/事业单位");
    assert_eq!(list(1, "H"), of(PickList::Source));
    assert_eq!(list(1, "J"), "潜在,意向,谈判中,成交,流失");
    assert_eq!(list(2, "G"), "是,否");
    assert_eq!(list(3, "C"), of(PickList::Method));
    assert_eq!(list(4, "E"), "初步接洽,需求分析,方案提交,商务谈判,成交,失败");
    // As many as Excel takes, and none that would be two.
    let entry = |number: u32, label: String| PickEntry {
        list: PickList::Method,
        code: number.to_string(),
        label_zh: label,
        label_en: number.to_string(),
        position: number,
        retired: number == 3,
    };
    let mut many: Vec<PickEntry> = (0..200)
        .map(|number| entry(number, format!("方式{number}")))
        .collect();
    many.push(entry(300, "甲,乙".into()));
    let (mut bytes, nobody) = (Vec::new(), |_| None);
    let template = TemplateWriter::new(&mut bytes, &many, BusinessZone::default(), &nobody, None).unwrap();
    template.finish().unwrap();
    let sheet = part(&bytes, "xl/worksheets/sheet3.xml");
    assert!(sheet.contains("方式2,方式4") && !sheet.contains("方式60") && !sheet.contains("甲,乙"));
}

#[test]
fn r9_4_what_was_written_is_read_as_an_import_equal_in_the_sheets_columns() {
    let bytes = written(&sample());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.xlsx");
    std::fs::write(&path, &bytes).unwrap();
    let lin = world();
    for sheet in SHEETS {
        bring(&lin, &path, sheet);
    }
    let again = written(&read(&lin));
    for sheet in SHEETS {
        let sorted = |bytes: &[u8]| {
            let mut rows: Vec<Vec<String>> = rows(bytes, sheet)
                .iter()
                .map(|row| row.iter().map(ToString::to_string).collect())
                .collect();
            // When a contact was entered is when it was brought in.
            if sheet == "联系人信息表" {
                rows.iter_mut().for_each(|row| drop(row.remove(7)));
            }
            rows.sort();
            rows
        };
        assert_eq!(sorted(&again), sorted(&bytes), "{sheet}");
    }
    assert_eq!(read(&lin).customers[1].industry.detail.as_deref(), Some("宠物"));
}

#[test]
fn r9_4_every_size_is_read_as_it_was_written() {
    let mut records = sample();
    records.contacts.clear();
    records.talks.clear();
    records.deals.clear();
    records.customers = SizeScale::ALL
        .iter()
        .flat_map(|scale| {
            Band::ALL.iter().map(|band| Size {
                scale: *scale,
                band: *band,
            })
        })
        .zip(1..)
        .map(|(size, serial)| Customer {
            number: format!("CRM2024050100{serial:02}").parse().unwrap(),
            name: format!("示例{serial}公司"),
            phones: vec![phone(&format!("1391234560{serial}"), true)],
            size: Some(size),
            ..company()
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("template.xlsx");
    std::fs::write(&path, written(&records)).unwrap();
    let lin = world();
    bring(&lin, &path, SHEETS[0]);
    let sizes = |records: &Records| {
        records
            .customers
            .iter()
            .map(|there| there.size)
            .collect::<Vec<_>>()
    };
    assert_eq!(sizes(&read(&lin)), sizes(&records));
}

#[test]
fn r9_4_a_blank_template_is_one_to_be_filled_in() {
    let (mut bytes, entries) = (Vec::new(), entries());
    let nobody = |_| None;
    let template = TemplateWriter::new(&mut bytes, &entries, BusinessZone::default(), &nobody, None).unwrap();
    template.finish().unwrap();
    for sheet in SHEETS {
        assert_eq!(rows(&bytes, sheet).len(), 1);
    }
}

#[test]
fn r9_4_a_text_that_no_cell_takes_is_said() {
    let (entries, nobody) = (entries(), |_| None);
    let mut template =
        TemplateWriter::new(Vec::new(), &entries, BusinessZone::default(), &nobody, None).unwrap();
    let long = Customer {
        note: Some("x".repeat(32_768)),
        ..company()
    };
    assert!(template.customer(&long).is_err());
}
