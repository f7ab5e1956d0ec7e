//! The one door (R8.2): opens the transaction, loads the caller's rights as they are in it, asks for the grant, runs
//! the use case, and commits change and log entry together.
//!
//! The store is private to this module; only a transaction's reads and writes have it, and every method of theirs takes
//! a [`Grant`]: a use case that skips the question does not compile.

mod read;
mod write;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::Settings;
use crate::{
    Clock, IdSource,
    access::{Action, Actor, Grant, decide},
    clock::{new_uuid, now_ms},
    error::{Code, Error, Problem, Result},
    executor::Executor,
    model::{NewUser, User, UserId, built_in_entries, fields},
    rules::person::check_user,
    store::{Change, Store, StoreExt, StoreRead, StoreWrite},
};
pub(super) use read::ReadTx;
pub(super) use write::WriteTx;

/// Who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    User(UserId),
    System,
}

/// The store, behind the question who may.
pub(super) struct Door {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    executor: Arc<dyn Executor>,
    settings: Settings,
}

impl Door {
    pub(super) fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
        executor: Arc<dyn Executor>,
        settings: Settings,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            executor,
            settings,
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn executor(&self) -> &dyn Executor {
        &*self.executor
    }

    /// The business day.
    pub(super) fn today(&self) -> NaiveDate {
        self.settings.zone.day(self.clock.now())
    }

    pub(super) fn pause(&self) -> Result<()> {
        self.store.pause()
    }

    pub(super) fn resume(&self) -> Result<()> {
        self.store.resume()
    }

    pub(super) fn version(&self) -> Result<u64> {
        self.store.version()
    }

    pub(super) fn is_set_up(&self) -> Result<bool> {
        self.store.read_with(|tx| Ok(!tx.users()?.is_empty()))
    }

    pub(super) fn require_set_up(&self) -> Result<()> {
        match self.is_set_up()? {
            true => Ok(()),
            false => Err(Error::Denied {
                code: Code::SetupNeeded,
                action: String::new(),
            }),
        }
    }

    /// The active user with this login.
    pub(super) fn enter(&self, login: &str) -> Result<User> {
        match self.store.read_with(|tx| tx.user_by_login(login))? {
            Some(user) if user.active => Ok(user),
            Some(_) => Err(Error::Denied {
                code: Code::UserInactive,
                action: String::new(),
            }),
            None => {
                self.require_set_up()?;
                Err(Error::not_found(login))
            }
        }
    }

    /// The first admin and the manual's pick lists, in an empty store.
    pub(super) fn set_up(&self, admin: &NewUser) -> Result<User> {
        let now = now_ms(&*self.clock);
        let id = UserId::from_bytes(new_uuid(now, &*self.ids));
        let admin = check_user(admin, id).map_err(|problems| Error::Invalid { problems })?;
        self.store.write_with(|store| {
            if !store.users()?.is_empty() {
                return Err(Error::Rule {
                    problem: Problem::new(fields::LOGIN, Code::SetupDone),
                });
            }
            let change = Change::SetUp {
                admin: admin.clone(),
                entries: built_in_entries(),
            };
            self.transaction(store, Actor::system(), now).apply(&change)
        })?;
        Ok(admin)
    }

    /// The caller's own record, under their grant for `A`; none of the host's own.
    pub(super) fn whoever_calls<A: Action>(&self, caller: Caller) -> Result<Option<User>> {
        let result = self.store.read_with(|store| {
            let (actor, user) = load(store, caller)?;
            let _: Grant<'_, A> = decide(&actor)?;
            Ok(user)
        });
        self.refusing(caller, result)
    }

    /// Reads under the caller's grant for `A`, on one snapshot.
    pub(super) fn read<A: Action, T>(
        &self,
        caller: Caller,
        mut body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        let result = self.store.read_with(|store| {
            let (actor, _) = load(store, caller)?;
            let grant = decide(&actor)?;
            body(&ReadTx::new(store, &actor, &self.settings), &grant)
        });
        self.refusing(caller, result)
    }

    /// Writes under the caller's grant for `A`, all or nothing.
    pub(super) fn write<A: Action, T>(
        &self,
        caller: Caller,
        mut body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        let now = now_ms(&*self.clock);
        let result = self.store.write_with(|store| {
            let (actor, _) = load(store, caller)?;
            let grant = decide(&actor)?;
            body(&mut self.transaction(store, actor, now), &grant)
        });
        self.refusing(caller, result)
    }

    fn transaction<'a, 'tx>(
        &'a self,
        store: &'a mut dyn StoreWrite,
        actor: Actor,
        now: DateTime<Utc>,
    ) -> WriteTx<'a, 'tx> {
        WriteTx::new(store, actor, now, &*self.ids, &self.settings)
    }

    /// A refused attempt is logged in a small transaction of its own, after the roll-back (R8.5).
    fn refusing<T>(&self, caller: Caller, result: Result<T>) -> Result<T> {
        if let (Err(Error::Denied { action, .. }), Caller::User(user)) = (&result, caller) {
            let now = now_ms(&*self.clock);
            let change = Change::Refuse {
                action: action.clone(),
            };
            self.store.write_with(|store| {
                let mut tx = self.transaction(store, Actor::system(), now);
                tx.apply_as(Some(user), &change)
            })?;
        }
        result
    }
}

/// The caller's rights as they are in this transaction, and their own record.
fn load(store: &(impl StoreRead + ?Sized), caller: Caller) -> Result<(Actor, Option<User>)> {
    let Caller::User(id) = caller else {
        return Ok((Actor::system(), None));
    };
    let user = store.user(id)?.ok_or_else(|| Error::not_found(id))?;
    let members = match user.team {
        Some(team) if user.role == crate::model::Role::Supervisor => store.team_members(team)?,
        _ => Vec::new(),
    };
    Ok((Actor::of(&user, members)?, Some(user)))
}
