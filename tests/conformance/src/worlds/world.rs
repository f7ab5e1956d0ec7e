//! A world: a store, its people, what the caller sees of it.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
};

use chrono::{DateTime, Utc};
use crm_core::{
    Clock, Crm, CustomerNumber, CustomerQuery, CustomerSort, Error, IdSource, ImportRow, Language, NewTeam,
    NewUser, PageRequest, Result, Role, Session, SettingsEdit, TeamId, UserId,
    import::{ImportOptions, OnDuplicate, RawRow, RowSource, SourceError},
    store::{Store, StoreRead, StoreWrite},
};

use super::{
    answer::{Answer, Sight},
    deed::Deed,
    row::{HEADINGS, Row},
};

/// One of the two.
pub(super) struct World {
    store: Arc<Forgetful>,
    clock: Arc<Ticking>,
    pub(super) admin: Session,
    pub(super) caller: Session,
    /// Whose customers the caller sees, and whose they do not: each with their session.
    seen_owners: Vec<(UserId, Session)>,
    pub(super) hidden_owners: Vec<(UserId, Session)>,
    /// The customers in sight, the first seen first.
    pub(super) seen: Vec<CustomerNumber>,
    /// All others, by number.
    pub(super) hidden: Vec<CustomerNumber>,
    /// The names of those who have a customer out of sight.
    names: BTreeSet<String>,
    /// Where the caller's feed stood at the beginning of each turn.
    cursors: Vec<String>,
}

impl World {
    pub(super) fn new(store: Box<dyn Store>, role: Role, tell_hidden_owner: bool) -> Self {
        let store = Arc::new(Forgetful {
            within: store,
            forgets: AtomicBool::new(false),
        });
        let clock = Arc::new(Ticking(AtomicI64::new(1_714_525_200_000)));
        let given = vec![SettingsEdit::TellHiddenOwner {
            value: tell_hidden_owner,
        }];
        let ids = Arc::new(CountedIds::default());
        let crm = Crm::new(store.clone(), clock.clone(), ids, given, Language::En);
        crm.set_up("lin", "林").unwrap();
        let admin = crm.session("lin").unwrap();
        let [east, west] =
            ["华东", "华西"].map(|name| admin.teams().create(&NewTeam { name: name.into() }).unwrap().id);
        let user = |login: &str, role, team: Option<TeamId>| {
            let new = NewUser {
                team: team.map(|team| team.to_string()),
                phone: Some("13912345678".into()),
                ..NewUser::of(login, login.to_uppercase(), role)
            };
            let id = admin.users().create(&new).unwrap().id;
            (id, crm.session(login).unwrap())
        };
        let li = user("li", Role::Supervisor, Some(east));
        let wang = user("wang", Role::SalesRep, Some(east));
        let sun = user("sun", Role::SalesRep, Some(east));
        let zhao = user("zhao", Role::SalesRep, Some(west));
        let chen = user("chen", Role::Supervisor, None);
        let caller = match role {
            Role::Supervisor => li.1.clone(),
            _ => wang.1.clone(),
        };
        let (seen_owners, hidden_owners) = match role {
            Role::Supervisor => (vec![wang, sun, li], vec![zhao, chen]),
            // Their supervisor sees what they see, and is not hidden people.
            _ => (vec![wang], vec![sun, zhao, chen]),
        };
        Self {
            store,
            clock,
            admin,
            caller,
            seen_owners,
            hidden_owners,
            seen: Vec::new(),
            hidden: Vec::new(),
            names: BTreeSet::new(),
            cursors: Vec::new(),
        }
    }

    /// A minute later.
    pub(super) fn begin_turn(&mut self) {
        self.clock.0.fetch_add(60_000, Ordering::SeqCst);
        self.cursors.push(self.caller.changes_since(None).unwrap().cursor);
    }

    /// Where the caller's feed stood so many turns ago, or at the first.
    pub(super) fn cursor(&self, turns: u64) -> String {
        let at = self.cursors.len().saturating_sub(1 + turns as usize);
        self.cursors.get(at).cloned().unwrap_or_default()
    }

    /// Tries something: whatever it writes is rolled back.
    pub(super) fn trial<T>(&self, body: impl FnOnce() -> T) -> T {
        self.store.forgets.store(true, Ordering::SeqCst);
        let tried = body();
        self.store.forgets.store(false, Ordering::SeqCst);
        tried
    }

    /// Does something out of the caller's sight, and answers how much was done.
    pub(super) fn hide(&self, deed: &Deed) -> u64 {
        u64::from(deed.hide(self, &self.hidden_owners))
    }

    /// Does something in the caller's sight.
    pub(super) fn show(&self, deed: &Deed) {
        deed.show(self, &self.seen_owners);
    }

    /// Takes note of who is there, and answers how many are in sight.
    pub(super) fn look_around(&mut self) -> usize {
        let list = |session: &Session| {
            let query = CustomerQuery {
                archived: true,
                sort: CustomerSort::Oldest,
                ..CustomerQuery::default()
            };
            let page = session
                .customers()
                .list(&query, &PageRequest::first(PageRequest::MAX));
            page.unwrap().items
        };
        for row in list(&self.caller) {
            if !self.seen.contains(&row.number) {
                self.seen.push(row.number);
            }
        }
        let (seen, all) = (&self.seen, list(&self.admin));
        let hidden = || all.iter().filter(|row| !seen.contains(&row.number));
        self.names = hidden().map(|row| row.owner_name.clone()).collect();
        self.hidden = hidden().map(|row| row.number).collect();
        self.seen.len()
    }

    /// What the caller may be told, who has typed this.
    pub(super) fn sight(&self, typed: &[&str]) -> Sight<'_> {
        Sight {
            seen: &self.seen,
            hidden: &self.hidden,
            hidden_owners: &self.names,
            typed: typed.iter().map(|&typed| typed.to_owned()).collect(),
        }
    }

    /// Brings in the caller's list: what became of each row.
    pub(super) fn bring(&self, rows: &[Row], on_duplicate: usize, step: u32, dry_run: bool) -> Vec<Answer> {
        let options = ImportOptions {
            on_duplicate: OnDuplicate::ALL[on_duplicate % OnDuplicate::ALL.len()],
            dry_run,
            ..ImportOptions::default()
        };
        let typed: Vec<&str> = rows.iter().filter_map(|row| row.number()).collect();
        let sight = self.sight(&typed);
        let brought = import(&self.caller, rows, options, step).unwrap();
        brought.iter().map(|row| Answer::of_row(row, &sight)).collect()
    }
}

/// Brings in a list.
pub(super) fn import(
    session: &Session,
    rows: &[Row],
    options: ImportOptions,
    step: u32,
) -> Result<Vec<ImportRow>> {
    let mut job = session.imports().start(Box::new(Rows::of(rows)), options)?;
    let mut brought = Vec::new();
    while !job.step(step, &mut |row| brought.push(row.clone()))?.finished {}
    Ok(brought)
}

/// A store that forgets what is written while it is told to.
struct Forgetful {
    within: Box<dyn Store>,
    forgets: AtomicBool,
}

impl Store for Forgetful {
    fn read(&self, body: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        self.within.read(body)
    }

    fn write(&self, body: &mut dyn FnMut(&mut dyn StoreWrite) -> Result<()>) -> Result<()> {
        if !self.forgets.load(Ordering::SeqCst) {
            return self.within.write(body);
        }
        let mut done = false;
        let written = self.within.write(&mut |tx| {
            done = false;
            body(tx)?;
            done = true;
            Err(Error::internal("forgotten"))
        });
        if done { Ok(()) } else { written }
    }

    fn pause(&self) -> Result<()> {
        self.within.pause()
    }

    fn resume(&self) -> Result<()> {
        self.within.resume()
    }

    fn close(&self) -> Result<()> {
        self.within.close()
    }

    fn version(&self) -> Result<u64> {
        self.within.version()
    }
}

/// A clock that is moved on by hand.
pub(crate) struct Ticking(pub(crate) AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Identifiers by number.
#[derive(Default)]
pub(crate) struct CountedIds(AtomicU64);

impl IdSource for CountedIds {
    fn bytes(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[2..10].copy_from_slice(&self.0.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        bytes
    }
}

/// A list that stands in the case.
struct Rows {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    next: usize,
}

impl Rows {
    fn of(rows: &[Row]) -> Self {
        Self {
            headings: HEADINGS.map(str::to_owned).to_vec(),
            rows: rows.iter().map(Row::cells).collect(),
            next: 0,
        }
    }
}

impl RowSource for Rows {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn next_row(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let Some(cells) = self.rows.get(self.next) else {
            return Ok(false);
        };
        self.next += 1;
        row.cells.clone_from(cells);
        (row.line, row.problem) = (self.next as u64 + 1, None);
        Ok(true)
    }

    fn progress(&self) -> (u64, u64) {
        (self.next as u64, self.rows.len() as u64)
    }

    fn digest(&self) -> [u8; 32] {
        let mut digest = [0_u8; 32];
        let text = self
            .rows
            .iter()
            .flatten()
            .flat_map(|cell| cell.bytes().chain([0]));
        for (at, byte) in text.enumerate() {
            let place = &mut digest[at % 32];
            *place = place.wrapping_mul(31).wrapping_add(byte);
        }
        digest
    }
}
