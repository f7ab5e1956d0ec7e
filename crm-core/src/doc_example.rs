//! What the examples of the documentation stand on: a store in memory, a clock that stands still, one customer, a list.
//! Not for programs.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sha2::{Digest, Sha256};

use crate::{
    Clock, DateTime, Error, IdSource, Language, NaiveDate, Result, Utc,
    import::{ImportOptions, RawRow, RowSource, SourceError},
    model::{
        Attachment, AttachmentFile, Choice, Contract, Customer, CustomerKind, FollowUp, NewAttachment,
        NewCustomer, NewFollowUp, NewOpportunity, Opportunity, PageRequest, SettingsEdit, TaskId, TaskList,
        TaskQuery, Win,
    },
    service::{Crm, DuplicateCheck, ImportReport, Session},
    store::memory::MemoryStore,
};

/// Nine in the morning of 1 May 2024 in Shanghai, for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_714_525_200, 0).unwrap_or_default()
    }
}

/// Identifiers that are counted.
#[derive(Debug, Default)]
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn bytes(&self) -> [u8; 16] {
        // Identifiers keep the first ten bytes.
        (u128::from(self.0.fetch_add(1, Ordering::SeqCst)) << 48).to_be_bytes()
    }
}

/// A CRM that has not been set up.
pub fn crm() -> Crm {
    crm_with(Vec::new())
}

/// One that is opened with these settings.
pub fn crm_with(given: Vec<SettingsEdit>) -> Crm {
    let (store, ids) = (Arc::new(MemoryStore::new()), Arc::new(CountingIds::default()));
    Crm::new(store, Arc::new(FixedClock), ids, given, Language::Zh)
}

/// One whose passwords cost next to nothing to hash. Not for programs that run.
pub fn crm_with_cheap_passwords() -> Crm {
    crm_with(vec![
        SettingsEdit::PasswordMemory { value: 8 },
        SettingsEdit::PasswordPasses { value: 1 },
    ])
}

/// The session of 林, the admin of a CRM that has been set up.
///
/// # Errors
/// None.
pub fn desk() -> Result<Session> {
    let crm = crm();
    crm.set_up("lin", "林")?;
    crm.session("lin")
}

/// A company as it is typed in.
pub fn company(name: &str, phone: &str) -> NewCustomer {
    NewCustomer {
        name: name.to_owned(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec![phone.into()],
        source: Some(Choice::of("转介绍")),
        first_contact: NaiveDate::from_ymd_opt(2024, 4, 28),
        ..NewCustomer::default()
    }
}

/// Enters a company, whoever else is there.
///
/// # Errors
/// As [`create`](crate::service::Customers::create).
pub fn enter(me: &Session, name: &str, phone: &str) -> Result<Customer> {
    me.customers().create(&company(name, phone), DuplicateCheck::Off)
}

/// 上海示例科技有限公司, which is `CRM202405010001` if it is entered first.
///
/// # Errors
/// As [`create`](crate::service::Customers::create).
pub fn first(me: &Session) -> Result<Customer> {
    enter(me, "上海示例科技有限公司", "021-5555 0199")
}

/// A telephone call with that customer, who is to be called again on 15 May 2024 at 14:00.
///
/// # Errors
/// As [`add`](crate::service::FollowUps::add).
pub fn talk(me: &Session) -> Result<FollowUp> {
    let customer = first(me)?;
    let talk = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".to_owned(),
        content: Some("客户要求月底前报价".to_owned()),
        next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 15),
        next_time: Some("14:00".to_owned()),
        ..NewFollowUp::default()
    };
    Ok(me.follow_ups().add(&customer, &talk)?.follow_up)
}

/// A deal with that customer, which is expected to bring 120,000 yuan.
///
/// # Errors
/// As [`create`](crate::service::Opportunities::create).
pub fn deal(me: &Session) -> Result<Opportunity> {
    let customer = first(me)?;
    let new = NewOpportunity {
        name: "产线改造".to_owned(),
        expected_amount: "120000".parse().ok(),
        expected_close: NaiveDate::from_ymd_opt(2024, 6, 30),
        ..NewOpportunity::default()
    };
    me.opportunities().create(&customer, &new)
}

/// The contract of that deal, won for 118,000 yuan on 1 May 2024.
///
/// # Errors
/// As [`close_won`](crate::service::Opportunities::close_won).
pub fn contract(me: &Session) -> Result<Contract> {
    let win = win("HT-2024-001");
    Ok(me.opportunities().close_won(deal(me)?.id, &win)?.contract)
}

/// A win of 118,000 yuan on 1 May 2024, with a contract of this number.
pub fn win(contract_number: &str) -> Win {
    Win {
        amount: "118000".parse().ok(),
        signed_on: NaiveDate::from_ymd_opt(2024, 5, 1),
        contract_number: contract_number.to_owned(),
        reason: "方案贴合需求".to_owned(),
        ..Win::default()
    }
}

/// A quote that is attached to that customer.
///
/// # Errors
/// As [`add`](crate::service::Attachments::add).
pub fn quote(me: &Session) -> Result<Attachment> {
    let quote = NewAttachment {
        name: "报价单.pdf".to_owned(),
        kind: Some(Choice::of("报价单")),
        ..NewAttachment::default()
    };
    let quote = AttachmentFile::of(quote, b"%PDF-1.7")?;
    me.attachments().add(&first(me)?, &quote)
}

/// The first task that is open.
///
/// # Errors
/// NotFound if there is none.
pub fn task(me: &Session) -> Result<TaskId> {
    let query = TaskQuery {
        list: TaskList::Open,
        ..TaskQuery::default()
    };
    let open = me.tasks().list(&query, &PageRequest::first(1))?.items;
    open.first()
        .map(|task| task.id)
        .ok_or_else(|| Error::not_found("task"))
}

/// A list of three rows, the last of which has no telephone number.
pub fn list() -> Box<dyn RowSource> {
    Box::new(List::of(
        "客户名称,所属行业,主联系电话,客户来源,首次接触时间
         上海示例科技有限公司,制造业,021-5555 0199,转介绍,2024-04-28
         北京远洋贸易有限公司,零售业,010-5555 0101,转介绍,2024-04-29
         广州近邻物流有限公司,物流运输,,转介绍,2024-04-30",
    ))
}

/// Brings that list in, to the end.
///
/// # Errors
/// As [`step`](crate::service::ImportJob::step).
pub fn brought(me: &Session) -> Result<ImportReport> {
    let mut job = me.imports().start(list(), ImportOptions::default())?;
    while !job.step(1_000, &mut |_| ())?.finished {}
    Ok(job.report())
}

/// Lines of cells apart by commas, the headings first.
struct List {
    headings: Vec<String>,
    rows: Vec<RawRow>,
    next: usize,
    digest: [u8; 32],
}

impl List {
    fn of(text: &str) -> Self {
        let cells =
            |line: &str| -> Vec<String> { line.split(',').map(|cell| cell.trim().to_owned()).collect() };
        let mut lines = (1..).zip(text.lines());
        let headings = lines.next().map(|(_, line)| cells(line)).unwrap_or_default();
        let row = |(line, text)| RawRow {
            line,
            cells: cells(text),
            problem: None,
        };
        Self {
            headings,
            rows: lines.map(row).collect(),
            next: 0,
            digest: Sha256::digest(text).into(),
        }
    }
}

impl RowSource for List {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let Some(next) = self.rows.get(self.next) else {
            return Ok(false);
        };
        row.clone_from(next);
        self.next += 1;
        Ok(true)
    }

    fn progress(&self) -> (u64, u64) {
        (self.next as u64, self.rows.len() as u64)
    }

    fn digest(&self) -> [u8; 32] {
        self.digest
    }
}
