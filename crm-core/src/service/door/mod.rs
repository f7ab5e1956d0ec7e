//! The one door (R8.2): opens the transaction, loads the caller's rights as they are in it, asks for the grant, runs
//! the use case, settles what follows from it, and commits the records and the log together.
//!
//! The store is private to this module; only a transaction's reads and writes have it, and every method of theirs takes
//! a [`Grant`]: a use case that skips the question does not compile. What is read and written of each noun stands in a
//! file of its own.

mod accounts;
mod attachments;
mod check;
mod contacts;
mod customers;
mod deals;
mod follow_ups;
mod imports;
mod log;
mod matching;
mod merges;
mod people;
mod read;
mod reports;
mod requests;
mod settings;
mod settle;
mod timeline;
mod write;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    Clock, IdSource, Language,
    access::{Action, Actor, Backdate, Grant, QuerySql, SeeDesk, decide},
    clock::{in_milliseconds, new_uuid, now_ms},
    error::{Code, Error, Problem, Result},
    executor::Executor,
    model::{
        AuditKind, Merge, NewUser, Origin, SessionId, Settings, SettingsEdit, SqlAnswer, User, UserId,
        built_in_entries, fields,
    },
    rules::{
        person::check_user,
        settings::{Conventions, check_given, conventions_of, differing, settings_of},
    },
    store::{Put, RecordsExt, Scope, Store, StoreExt, StoreRead, StoreWrite},
};
use accounts::Uses;
pub(super) use attachments::Verified;
pub(super) use check::{Held, Named, Told, reference};
pub(super) use log::{customers_of, only_settles};
pub(super) use read::{ReadTx, entry};
pub(super) use write::{Prepared, WriteTx};

/// Who calls, and from when: facts that an admin enters as history bear an earlier time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Calling {
    who: Who,
    fact_at: Option<DateTime<Utc>>,
    origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// A user for whom the host vouches.
    User(UserId),
    /// A user who has logged in.
    LoggedIn(UserId, SessionId),
    System,
}

impl Who {
    fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) | Self::LoggedIn(user, _) => Some(user),
            Self::System => None,
        }
    }
}

impl Calling {
    pub(super) fn user(id: UserId) -> Self {
        Self::from(Who::User(id))
    }

    fn logged_in(user: UserId, session: SessionId) -> Self {
        Self::from(Who::LoggedIn(user, session))
    }

    pub(super) fn system() -> Self {
        Self::from(Who::System)
    }

    fn from(who: Who) -> Self {
        Self {
            who,
            fact_at: None,
            origin: Origin::default(),
        }
    }

    /// By the real clock.
    pub(super) fn now(self) -> Self {
        Self {
            fact_at: None,
            ..self
        }
    }

    pub(super) fn backdated(self, at: DateTime<Utc>) -> Self {
        Self {
            fact_at: Some(in_milliseconds(at)),
            ..self
        }
    }

    /// By an assistant.
    pub(super) fn by_assistant(self) -> Self {
        Self {
            origin: self.origin.by_assistant(),
            ..self
        }
    }
}

/// The store, behind the question who may.
pub(super) struct Door {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    executor: Arc<dyn Executor>,
    given: Vec<SettingsEdit>,
    language: Language,
    /// Whether the store has once had the settings that were given: an admin may change them from then on.
    agreed: AtomicBool,
    /// The settings as they were last read, made ready for use.
    known: Mutex<Option<(Settings, Arc<Conventions>)>>,
    /// When sessions were used.
    uses: Uses,
}

impl Door {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        executor: Arc<dyn Executor>,
        given: Vec<SettingsEdit>,
        language: Language,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            executor,
            given,
            language,
            agreed: AtomicBool::new(false),
            known: Mutex::default(),
            uses: Uses::default(),
        }
    }

    pub(super) fn language(&self) -> Language {
        self.language
    }

    pub(super) fn executor(&self) -> &dyn Executor {
        &*self.executor
    }

    pub(super) fn ids(&self) -> Arc<dyn IdSource> {
        Arc::clone(&self.ids)
    }

    /// The present instant.
    ///
    /// # Errors
    /// `clock.invalid`.
    pub(super) fn now(&self) -> Result<DateTime<Utc>> {
        now_ms(&*self.clock)
    }

    pub(super) fn pause(&self) -> Result<()> {
        self.store.pause()
    }

    pub(super) fn resume(&self) -> Result<()> {
        self.store.resume()
    }

    pub(super) fn close(&self) -> Result<()> {
        self.store.close()
    }

    pub(super) fn version(&self) -> Result<u64> {
        self.store.version()
    }

    pub(super) fn is_set_up(&self) -> Result<bool> {
        self.store.read_with(|tx| Ok(settings_in(tx)?.is_some()))
    }

    /// Refuses a store that has not been set up, and settings that are not as it has them (R8.7).
    pub(super) fn require_set_up(&self) -> Result<()> {
        match self.store.read_with(|tx| settings_in(tx))? {
            None => Err(Error::Denied {
                code: Code::SetupNeeded,
                action: String::new(),
            }),
            Some(there) => self.agree(&there),
        }
    }

    /// Refuses settings that cannot be, or that are not as the store has them (R8.7), and a clock that cannot be right. A
    /// store that has not been set up has no settings yet.
    pub(super) fn check_settings(&self) -> Result<()> {
        self.now()?;
        check_given(&self.given).map_err(|problems| Error::Invalid { problems })?;
        match self.store.read_with(|tx| settings_in(tx))? {
            None => Ok(()),
            Some(there) => self.agree(&there),
        }
    }

    fn agree(&self, there: &Settings) -> Result<()> {
        if self.agreed.load(Ordering::Relaxed) {
            return Ok(());
        }
        let problems = differing(&self.given, there);
        if !problems.is_empty() {
            return Err(Error::Invalid { problems });
        }
        self.agreed.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// The active user with this login.
    pub(super) fn enter(&self, login: &str) -> Result<User> {
        self.require_set_up()?;
        let now = self.now()?;
        let caller = self.store.read_with(|tx| {
            let user = tx.user_by_login(login)?.ok_or_else(|| Error::not_found(login))?;
            tx.caller(user.id, now)
        })?;
        let caller = caller.ok_or_else(|| Error::not_found(login))?;
        let user = caller.user.clone();
        Actor::of(caller).map(|_| user)
    }

    /// The first admin, the settings and the manual's pick lists, in an empty store.
    pub(super) fn set_up(&self, admin: &NewUser) -> Result<User> {
        let now = self.now()?;
        let id = UserId::from_bytes(new_uuid(now, &*self.ids));
        let invalid = |problems| Error::Invalid { problems };
        let admin = check_user(admin, id, &[]).map_err(invalid)?;
        let settings = settings_of(&self.given);
        conventions_of(&settings).map_err(invalid)?;
        self.store.write_with(|store| {
            if settings_in(store)?.is_some() {
                return Err(Error::rule(Problem::new(fields::LOGIN, Code::SetupDone)));
            }
            let conventions = Arc::default();
            let mut tx = self.transaction(
                store,
                Actor::system(),
                now,
                Calling::system(),
                conventions,
                AuditKind::SetUp,
            )?;
            tx.put(Put::add(admin.clone()));
            tx.put(Put::add(settings.clone()));
            for entry in built_in_entries() {
                tx.put(Put::add(entry));
            }
            tx.settle()
        })?;
        Ok(admin)
    }

    /// Reads under the caller's grant for `A`, on one snapshot.
    pub(super) fn read<A: Action, T>(
        &self,
        calling: Calling,
        mut body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        let now = self.now()?;
        let result = self.store.read_with(|store| {
            let actor = self.load(store, calling.who, now)?;
            let grant = decide(&actor)?;
            body(&ReadTx::new(store, &actor, self, None), &grant)
        });
        self.refusing(calling, result)
    }

    /// Writes under the caller's grant for `A`, all or nothing: one operation of this kind.
    pub(super) fn write<A: Action, T>(
        &self,
        calling: Calling,
        kind: AuditKind,
        mut body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        let now = self.now()?;
        let result = self.store.write_with(|store| {
            let actor = self.load(store, calling.who, now)?;
            let grant = decide(&actor)?;
            if let Some(at) = calling.fact_at {
                let _: Grant<'_, Backdate> = decide(&actor)?;
                if at > now {
                    let problem = Problem::with(fields::AT, Code::DateInFuture, at.to_rfc3339());
                    return Err(Error::invalid(problem));
                }
            }
            let conventions = self.conventions(store)?;
            let mut tx = self.transaction(store, actor, now, calling, conventions, kind)?;
            let answer = body(&mut tx, &grant)?;
            tx.settle()?;
            Ok(answer)
        });
        self.refusing(calling, result)
    }

    /// The caller's rights as they are in this transaction.
    fn load(&self, store: &(impl StoreRead + ?Sized), who: Who, now: DateTime<Utc>) -> Result<Actor> {
        let Some(user) = who.user() else {
            return Ok(Actor::system());
        };
        let caller = store.caller(user, now)?.ok_or_else(|| Error::not_found(user))?;
        let held = match who {
            Who::LoggedIn(user, session) => self.held(store, user, session, caller.account.as_ref(), now)?,
            Who::User(_) | Who::System => None,
        };
        let merges: Vec<Merge> = match caller.seen.as_slice() {
            [] => Vec::new(),
            granted => store.records(granted, &Scope::all())?,
        };
        Ok(Actor::of(caller.led(&merges))?.held(held))
    }

    fn transaction<'a, 'tx>(
        &'a self,
        store: &'a mut dyn StoreWrite,
        actor: Actor,
        now: DateTime<Utc>,
        calling: Calling,
        conventions: Arc<Conventions>,
        kind: AuditKind,
    ) -> Result<WriteTx<'a, 'tx>> {
        WriteTx::begin(self, store, actor, now, calling, conventions, kind)
    }

    /// The settings of the store, made ready for use; before it is set up, those that were given.
    fn conventions(&self, store: &(impl StoreRead + ?Sized)) -> Result<Arc<Conventions>> {
        let settings = match settings_in(store)? {
            Some(settings) => settings,
            None => settings_of(&self.given),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, conventions)) = known.as_ref().filter(|(there, _)| *there == settings) {
            return Ok(Arc::clone(conventions));
        }
        let conventions = conventions_of(&settings).map_err(|problems| Error::Invalid { problems })?;
        let (_, conventions) = known.insert((settings, Arc::new(conventions)));
        Ok(Arc::clone(conventions))
    }

    /// Answers a question in SQL: whoever asks may, and the log says what was asked before it is answered.
    pub(super) fn sql(&self, calling: Calling, query: &str) -> Result<SqlAnswer> {
        self.read(calling, |_, _: &Grant<'_, QuerySql>| Ok(()))?;
        let answer = self.store.sql(query)?;
        self.write(calling, AuditKind::Queried, |tx, grant: &Grant<'_, QuerySql>| {
            tx.note(grant, query)
        })?;
        Ok(answer)
    }

    /// Keeps in the log that an assistant was asked for something, before it is.
    pub(super) fn assistant_called(&self, calling: Calling, what: &str) -> Result<()> {
        let calling = calling.now().by_assistant();
        self.write(
            calling,
            AuditKind::AssistantCalled,
            |tx, grant: &Grant<'_, SeeDesk>| tx.note(grant, what),
        )
    }

    /// A refused attempt is logged in a small transaction of its own, after the roll-back (R8.5). The caller is told of
    /// the refusal, whatever comes of that.
    fn refusing<T>(&self, calling: Calling, result: Result<T>) -> Result<T> {
        self.note_use(calling.who);
        let asked = (&result, calling.who.user(), self.now());
        if let (Err(Error::Denied { action, .. }), Some(user), Ok(now)) = asked {
            let _ = self.store.write_with(|store| {
                let (actor, conventions) = (Actor::system(), Arc::default());
                let mut tx =
                    self.transaction(store, actor, now, calling.now(), conventions, AuditKind::Refused)?;
                tx.refuse(user, action)
            });
        }
        result
    }
}

fn settings_in(store: &(impl StoreRead + ?Sized)) -> Result<Option<Settings>> {
    store.record((), &Scope::all())
}

/// The business day of an instant.
fn day_of(conventions: &Conventions, at: DateTime<Utc>) -> NaiveDate {
    conventions.zone.day(at)
}
