//! A CRM on the memory store, with a clock that is set and identifiers that are counted.
#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use crm_core::{
    Choice, Clock, Code, Crm, CustomerKind, CustomerNumber, CustomerQuery, DateTime, Error, IdSource,
    ImportRow, Language, NaiveDate, NewCustomer, NewTeam, NewUser, Role, RowOutcome, Session, TeamId, User,
    Utc,
    import::{ImportOptions, OnDuplicate, RawRow, RowSource, SourceError},
    service::{Customers, DuplicateCheck, DuplicateReport, DuplicateSearch, ImportReport},
    store::memory::MemoryStore,
};

/// A clock that stands where it was put.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn at(text: &str) -> Self {
        let clock = Self(AtomicI64::new(0));
        clock.set(text);
        clock
    }

    pub fn set(&self, text: &str) {
        self.0.store(
            text.parse::<DateTime<Utc>>().unwrap().timestamp_millis(),
            Ordering::SeqCst,
        );
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

#[derive(Default)]
pub struct CountingIds(AtomicU64);

impl IdSource for CountingIds {
    fn bytes(&self) -> [u8; 16] {
        let count = self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes();
        let mut bytes = [0; 16];
        // Identifiers keep the first ten bytes.
        bytes[2..10].copy_from_slice(&count);
        bytes
    }
}

/// A CRM that has been set up: 林 is the admin; it is 1 May 2024, nine in the morning, in Shanghai.
pub struct World {
    pub crm: Crm,
    pub clock: Arc<TestClock>,
}

impl World {
    pub fn new() -> Self {
        let world = Self::bare();
        world.crm.set_up("lin", "林").unwrap();
        world
    }

    pub fn bare() -> Self {
        let clock = Arc::new(TestClock::at("2024-05-01T01:00:00Z"));
        let store = Arc::new(MemoryStore::new());
        let ids = Arc::new(CountingIds::default());
        Self {
            crm: Crm::new(store, clock.clone(), ids, Vec::new(), Language::default()),
            clock,
        }
    }

    pub fn admin(&self) -> Session {
        self.crm.session("lin").unwrap()
    }

    /// A user's session, the user being made on the way.
    pub fn user(&self, login: &str, role: Role, team: Option<TeamId>) -> (User, Session) {
        let new = NewUser {
            team: team.map(|team| team.to_string()),
            ..NewUser::of(login, login.to_uppercase(), role)
        };
        let user = self.admin().users().create(&new).unwrap();
        (user, self.crm.session(login).unwrap())
    }
}

/// A team with a supervisor, 孙, and two reps, 王 and 赵.
pub struct Team {
    pub sun: Session,
    pub wang: Session,
    pub zhao: Session,
}

impl Team {
    pub fn of(world: &World) -> Self {
        let team = world
            .admin()
            .teams()
            .create(&NewTeam {
                name: "华东".into()
            })
            .unwrap();
        let user = |login, role| world.user(login, role, Some(team.id)).1;
        Self {
            sun: user("sun", Role::Supervisor),
            wang: user("wang", Role::SalesRep),
            zhao: user("zhao", Role::SalesRep),
        }
    }
}

/// Enters a company, whoever else is there.
pub fn enter(session: &Session, name: &str) -> CustomerNumber {
    let new = customer(name, "021-55550199");
    let another = DuplicateCheck::AnotherCustomer;
    session.customers().create(&new, another).unwrap().number
}

pub fn customer(name: &str, phone: &str) -> NewCustomer {
    NewCustomer {
        name: name.into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec![phone.into()],
        source: Some(Choice {
            code: "转介绍".into(),
            detail: Some("老客户".into()),
        }),
        first_contact: NaiveDate::from_ymd_opt(2024, 4, 28),
        ..NewCustomer::default()
    }
}

pub fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> &'static str {
    result.unwrap_err().code().as_str()
}

/// A list that stands in the test.
pub struct Rows {
    headings: Vec<String>,
    rows: Vec<RawRow>,
    next: usize,
    reading: String,
}

impl Rows {
    /// Lines of cells apart by `|`, the headings first.
    pub fn of(text: &str) -> Self {
        let cells = |line: &str| {
            line.split('|')
                .map(|cell| cell.trim().to_owned())
                .collect::<Vec<_>>()
        };
        let mut lines = (1..).zip(text.lines().map(str::trim).filter(|line| !line.is_empty()));
        let headings = lines.next().map(|(_, line)| cells(line)).unwrap();
        let rows = lines
            .map(|(line, text)| RawRow {
                line,
                cells: cells(text),
                problem: None,
            })
            .collect();
        Self {
            headings,
            rows,
            next: 0,
            reading: String::new(),
        }
    }

    /// The same rows on other lines.
    pub fn on_lines(mut self, lines: &[u64]) -> Self {
        for (row, line) in self.rows.iter_mut().zip(lines) {
            row.line = *line;
        }
        self
    }

    /// The same bytes, read otherwise.
    pub fn read_as(self, reading: &str) -> Self {
        Self {
            reading: reading.to_owned(),
            ..self
        }
    }
}

impl RowSource for Rows {
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
        let mut digest = [0_u8; 32];
        let text = format!("{:?}{:?}", self.headings, self.rows);
        for (index, byte) in text.bytes().enumerate() {
            digest[index % 32] = digest[index % 32].wrapping_mul(31).wrapping_add(byte);
        }
        digest
    }

    fn reading(&self) -> String {
        self.reading.clone()
    }

    fn again(&self) -> Result<Option<Box<dyn RowSource>>, SourceError> {
        Ok(Some(Box::new(Self {
            headings: self.headings.clone(),
            rows: self.rows.clone(),
            next: 0,
            reading: self.reading.clone(),
        })))
    }
}

/// Runs a whole import, two rows a step: what it came to, and the outcome of each row.
pub fn run(session: &Session, text: &str, options: ImportOptions) -> (ImportReport, Vec<ImportRow>) {
    let mut job = session
        .imports()
        .start(Box::new(Rows::of(text)), options)
        .unwrap();
    let mut rows = Vec::new();
    while !job.step(2, &mut |row| rows.push(row.clone())).unwrap().finished {}
    (job.report(), rows)
}

/// As [`run`], with rows that are not as the text of a list has them.
pub fn run_rows(
    session: &Session,
    headings: &str,
    rows: Vec<RawRow>,
    options: ImportOptions,
) -> (ImportReport, Vec<ImportRow>) {
    let list = Rows {
        rows,
        ..Rows::of(headings)
    };
    let mut job = session.imports().start(Box::new(list), options).unwrap();
    let mut rows = Vec::new();
    while !job.step(2, &mut |row| rows.push(row.clone())).unwrap().finished {}
    (job.report(), rows)
}

/// Headings of the fields that a customer must have.
pub const HEAD: &str = "客户名称|所属行业|主联系电话|客户来源|首次接触时间\n";

pub fn with(on_duplicate: OnDuplicate) -> ImportOptions {
    ImportOptions {
        on_duplicate,
        ..ImportOptions::default()
    }
}

/// How many customers somebody sees.
pub fn count(session: &Session) -> u64 {
    session.customers().count(&CustomerQuery::default()).unwrap()
}

/// What became of rows, with the last that is said of each.
pub fn last_codes(rows: &[ImportRow]) -> Vec<(RowOutcome, Option<Code>)> {
    rows.iter()
        .map(|row| (row.outcome, row.problems.iter().map(|p| p.code).next_back()))
        .collect()
}

/// Brings a list, and answers with what became of its rows.
pub fn bring(session: &Session, text: &str) -> Vec<ImportRow> {
    run(session, text, ImportOptions::default()).1
}

/// What became of rows, with the fields and codes of what is said of them.
pub fn outcomes(rows: &[ImportRow]) -> Vec<(RowOutcome, Vec<(String, Code)>)> {
    let problems = |row: &ImportRow| {
        row.problems
            .iter()
            .map(|problem| (problem.field.clone(), problem.code))
            .collect()
    };
    rows.iter().map(|row| (row.outcome, problems(row))).collect()
}

/// Steps a search for duplicates to its end, a few at a time.
pub fn find(customers: &Customers, search: DuplicateSearch) -> DuplicateReport {
    let mut job = customers.find_duplicates(search);
    let mut last = 0;
    while !job.step(2).map(|progress| progress.finished).unwrap() {
        last += 1;
        assert!(last < 10_000, "a job that does not end");
    }
    job.report().clone()
}
