//! Accounts (R8.4): trying a password, sessions that were logged in to, and when they were used.
//!
//! A password is hashed outside any transaction, since it takes as long as hundreds of writes; what it came to is counted in
//! one of its own, which looks again at the account: of tries side by side none slips past the fifth. The transaction is
//! committed whatever the answer.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Calling, Door, ReadTx, Who, WriteTx, day_of};
use crate::{
    access::{Action, Actor, Editable, Edits, Grant},
    error::{Code, Error, Problem, Result},
    model::{Account, AuditKind, LoginSession, Passwords, SessionId, User, UserId, fields},
    rules::{
        account::{after_right, after_wrong, bare, is_forgotten, is_in_use, must_change, rests},
        password::{Cost, PasswordHash, expires_on},
        required_name,
        settings::Conventions,
    },
    store::{Put, RecordsExt, Scope, StoreExt, StoreRead},
};

/// How often at most it is written when a session was used: what a login on another device may not know yet of a session in
/// another program.
const WRITTEN_EVERY: TimeDelta = TimeDelta::minutes(5);

/// How often what was hashed may have changed before it is counted.
const CHANGES: usize = 5;

/// When sessions of this program were used.
#[derive(Default)]
pub(super) struct Uses(Mutex<BTreeMap<SessionId, Use>>);

struct Use {
    at: DateTime<Utc>,
    written_at: DateTime<Utc>,
}

impl Uses {
    fn with<T>(&self, body: impl FnOnce(&mut BTreeMap<SessionId, Use>) -> T) -> T {
        body(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn begin(&self, session: SessionId, at: DateTime<Utc>) {
        self.with(|uses| uses.insert(session, Use { at, written_at: at }));
    }

    /// Takes note of a use, and answers whether it is to be written.
    fn note(&self, session: SessionId, now: DateTime<Utc>) -> bool {
        self.with(|uses| {
            let Some(last) = uses.get_mut(&session) else {
                return false;
            };
            last.at = last.at.max(now);
            let due = now - last.written_at >= WRITTEN_EVERY;
            if due {
                last.written_at = now;
            }
            due
        })
    }

    fn last(&self, session: SessionId) -> Option<DateTime<Utc>> {
        self.with(|uses| uses.get(&session).map(|last| last.at))
    }

    fn end(&self, session: SessionId) {
        self.with(|uses| uses.remove(&session));
    }
}

/// What became of what was hashed: nothing if the password was set anew meanwhile.
type Counted<T> = Option<Result<T>>;

/// Whether a password is the one that holds; whoever has none costs as much.
fn is_right(password: &str, passwords: Option<&Passwords>, cost: Cost) -> Result<bool> {
    match passwords.and_then(|passwords| passwords.hashes.current()) {
        Some(hash) => hash.is_of(password),
        None => PasswordHash::of_nobody(cost).is_of(password).map(|_| false),
    }
}

fn denied(code: Code) -> Error {
    Error::Denied {
        code,
        action: String::new(),
    }
}

/// Counts again until what was hashed is what is there.
fn counted<T>(mut count: impl FnMut() -> Result<Counted<T>>) -> Result<T> {
    for _ in 0..CHANGES {
        if let Some(answer) = count()? {
            return answer;
        }
    }
    Err(Error::retryable(
        Code::StorageBusy,
        "a password that changes all the time",
    ))
}

impl Door {
    /// Logs in: whose session it is.
    pub(in crate::service) fn log_in(&self, login: &str, password: &str, device: &str) -> Result<Calling> {
        self.require_set_up()?;
        let device = required_name(fields::DEVICE, device).map_err(Error::invalid)?;
        counted(|| {
            let (user, passwords, cost) = self.store.read_with(|store| {
                let user = store.user_by_login(login)?;
                let passwords = match &user {
                    Some(user) => store.record(user.id, &Scope::all())?,
                    None => None,
                };
                Ok((user, passwords, self.conventions(store)?.password_cost))
            })?;
            let right = is_right(password, passwords.as_ref(), cost)?;
            self.try_to_enter(user.as_ref(), passwords.as_ref(), right, &device)
        })
    }

    fn try_to_enter(
        &self,
        user: Option<&User>,
        passwords: Option<&Passwords>,
        right: bool,
        device: &str,
    ) -> Result<Counted<Calling>> {
        let now = self.now()?;
        let entered = self.store.write_with(|store| {
            let refused = Ok(Some(Err(denied(Code::LoginRefused))));
            let conventions = self.conventions(store)?;
            let outside = Actor::outside(user.cloned());
            let kind = AuditKind::LoginRefused;
            let Some((user, passwords)) = user.zip(passwords) else {
                let user = user.map(|user| user.id);
                let mut tx = self.transaction(store, outside, now, Calling::system(), conventions, kind)?;
                tx.refuse_password(user, "login.unknown")?;
                return refused;
            };
            let there: Option<Passwords> = store.record(user.id, &Scope::all())?;
            if there.as_ref() != Some(passwords) {
                return Ok(None);
            }
            let account = store.record(user.id, &Scope::all())?;
            let account: Account = account.ok_or_else(|| Error::internal("a password without an account"))?;
            if !right || rests(&account, now) {
                let mut tx = self.transaction(store, outside, now, Calling::system(), conventions, kind)?;
                tx.count_wrong(account)?;
                return refused;
            }
            let caller = store
                .caller(user.id, now)?
                .ok_or_else(|| Error::not_found(user.id))?;
            let actor = match Actor::of(caller) {
                Ok(actor) => actor,
                Err(why) => {
                    let mut tx =
                        self.transaction(store, outside, now, Calling::system(), conventions, kind)?;
                    tx.refuse_password(Some(user.id), why.code().as_str())?;
                    return Ok(Some(Err(why)));
                }
            };
            let mut tx = self.transaction(
                store,
                actor,
                now,
                Calling::system(),
                conventions,
                AuditKind::LoggedIn,
            )?;
            let session = tx.enter(account, device)?;
            Ok(Some(Ok(session)))
        })?;
        Ok(entered.map(|entered| {
            entered.map(|session| {
                self.uses.begin(session.id, now);
                Calling::logged_in(session.user, session.id)
            })
        }))
    }

    /// Why somebody who has logged in may do nothing but set another password, if there is a reason.
    ///
    /// # Errors
    /// `session.ended`.
    pub(super) fn held(
        &self,
        store: &(impl StoreRead + ?Sized),
        user: UserId,
        session: SessionId,
        account: Option<&Account>,
        now: DateTime<Utc>,
    ) -> Result<Option<Code>> {
        let there: Option<LoginSession> = store.record(session, &Scope::all())?;
        if there.is_none_or(|there| there.user != user) {
            self.uses.end(session);
            return Err(denied(Code::SessionEnded));
        }
        let conventions = self.conventions(store)?;
        Ok(account.and_then(|account| must_change(account, day_of(&conventions, now))))
    }

    /// Takes note that a session was used, and writes it now and then. The call that used it is done, whatever comes of it.
    pub(super) fn note_use(&self, who: Who) {
        if let (Who::LoggedIn(_, session), Ok(now)) = (who, self.now())
            && self.uses.note(session, now)
        {
            let _ = self.store.write_with(|store| store.use_session(session, now));
        }
    }

    /// Tries the caller's own password, and gives them another if it is right.
    pub(in crate::service) fn change_password<A: Edits<Account> + Edits<Passwords> + Edits<LoginSession>>(
        &self,
        calling: Calling,
        old: &str,
        check: impl Fn(&User, &Conventions) -> Result<()>,
        new: &str,
    ) -> Result<()> {
        counted(|| {
            let (before, conventions) = self.read(calling, |tx, grant: &Grant<'_, A>| {
                let user = tx.actor().record().ok_or_else(|| Error::not_found("user"))?;
                let conventions = tx.conventions()?;
                check(user, &conventions)?;
                let passwords = tx.editable::<Passwords, _>(grant, user.id)?;
                let none = Problem::new(fields::OLD_PASSWORD, Code::PasswordNone);
                let passwords = passwords.ok_or(Error::rule(none))?;
                Ok((Passwords::clone(&passwords), conventions))
            })?;
            let wrong = Error::invalid(Problem::new(fields::OLD_PASSWORD, Code::PasswordWrong));
            let right = is_right(old, Some(&before), conventions.password_cost)?;
            let used = right && before.hashes.have(new)?;
            let hash = PasswordHash::new(new, conventions.password_cost, self.ids.bytes())?;
            self.write(calling, AuditKind::PasswordChanged, |tx, grant: &Grant<'_, A>| {
                let there = tx
                    .reads()
                    .to_edit::<Passwords, _>(grant, before.user, &"password")?;
                if *there != before {
                    return Ok(None);
                }
                let account = tx.reads().to_edit::<Account, _>(grant, before.user, &"account")?;
                let now = tx.at();
                if !right || rests(&account, now) {
                    tx.turn_into(AuditKind::LoginRefused);
                    tx.count_wrong(account.into_inner())?;
                    return Ok(Some(Err(wrong.clone())));
                }
                if used {
                    let problem = Problem::new(fields::PASSWORD, Code::PasswordUsed);
                    return Ok(Some(Err(Error::invalid(problem))));
                }
                let after = tx.with_password(&account, false);
                let hashes = there.hashes.with(hash.clone());
                let user = there.user;
                tx.edit(grant, there, Passwords { user, hashes });
                tx.edit(grant, account, after);
                tx.end_sessions(grant, user, |session| calling.who != Who::LoggedIn(user, session))?;
                Ok(Some(Ok(())))
            })
        })
    }

    /// Gives a user a password that only lets them set another.
    pub(in crate::service) fn set_password<A>(
        &self,
        calling: Calling,
        login: &str,
        check: impl Fn(&User, &Conventions) -> Result<()>,
        password: &str,
    ) -> Result<()>
    where
        A: Edits<Account> + Edits<Passwords> + Edits<LoginSession>,
        A: crate::access::Adds<Account> + crate::access::Adds<Passwords>,
    {
        counted(|| {
            let (user, before, conventions) = self.read(calling, |tx, grant: &Grant<'_, A>| {
                let user = tx.user_by_login(grant, login)?;
                let user = user.ok_or_else(|| Error::not_found(login))?;
                let conventions = tx.conventions()?;
                check(&user, &conventions)?;
                let passwords = tx.editable::<Passwords, _>(grant, user.id)?;
                Ok((user.id, passwords.map(|it| Passwords::clone(&it)), conventions))
            })?;
            let hashes = before
                .as_ref()
                .map(|before| before.hashes.clone())
                .unwrap_or_default();
            if hashes.have(password)? {
                let problem = Problem::new(fields::PASSWORD, Code::PasswordUsed);
                return Err(Error::invalid(problem));
            }
            let hash = PasswordHash::new(password, conventions.password_cost, self.ids.bytes())?;
            let after = Passwords {
                user,
                hashes: hashes.with(hash),
            };
            self.write(calling, AuditKind::PasswordSet, |tx, grant: &Grant<'_, A>| {
                let there = tx.reads().editable::<Passwords, _>(grant, user)?;
                if there.as_deref() != before.as_ref() {
                    return Ok(None);
                }
                match there {
                    Some(there) => tx.edit(grant, there, after.clone()),
                    None => tx.add(grant, after.clone()),
                }
                match tx.reads().editable::<Account, _>(grant, user)? {
                    Some(account) => {
                        let with = tx.with_password(&account, true);
                        tx.edit(grant, account, with);
                    }
                    None => {
                        let with = tx.with_password(&bare(user), true);
                        tx.add(grant, Account { revision: 1, ..with });
                    }
                }
                tx.end_sessions(grant, user, |_| true)?;
                Ok(Some(Ok(())))
            })
        })
    }

    /// The session that the caller logged in to.
    pub(in crate::service) fn session_of(calling: Calling) -> Option<SessionId> {
        match calling.who {
            Who::LoggedIn(_, session) => Some(session),
            Who::User(_) | Who::System => None,
        }
    }
}

impl<'tx> ReadTx<'_, 'tx> {
    /// The account of a user; none of one whom only the host vouches for.
    pub(in crate::service) fn account<A: Action>(
        &self,
        _grant: &Grant<'tx, A>,
        user: UserId,
    ) -> Result<Option<Account>> {
        self.store.record(user, &Scope::all())
    }
}

impl<'tx> WriteTx<'_, 'tx> {
    /// Counts a wrong password, or takes note of one while the account rests; committed by whoever answers with the
    /// refusal in an `Ok`.
    fn count_wrong(&mut self, account: Account) -> Result<()> {
        let (user, after) = (account.user, after_wrong(&account, self.at()));
        if after == account {
            return self.refuse_password(Some(user), "login.rests");
        }
        self.put(Put::edit(account, after));
        self.settle()
    }

    /// Lets somebody in whose password was right.
    fn enter(&mut self, account: Account, device: &str) -> Result<LoginSession> {
        let (user, now) = (account.user, self.at());
        let mut shared = false;
        for (there, used_at) in self.store.sessions_of(user)? {
            let here = self.door().uses.last(there.id);
            let used_at = here.map_or(used_at, |here| here.max(used_at));
            if is_forgotten(used_at, now) {
                self.put(Put::remove(there));
            } else {
                shared |= there.device != device && is_in_use(used_at, now);
            }
        }
        let session = LoginSession {
            id: SessionId::from_bytes(self.new_id()),
            user,
            device: device.to_owned(),
            began_at: now,
        };
        self.put(Put::add(session.clone()));
        let after = after_right(&account, shared, now);
        self.put(Put::edit(account, after));
        self.settle()?;
        Ok(session)
    }

    /// An account with a password that is set now.
    fn with_password(&self, account: &Account, temporary: bool) -> Account {
        let set_at = self.now();
        Account {
            revision: account.revision + 1,
            set_at: Some(set_at),
            expires_on: Some(expires_on(day_of(self.conventions(), set_at))),
            temporary,
            wrong_tries: 0,
            rests_until: None,
            ..account.clone()
        }
    }

    /// Ends sessions of a user.
    pub(in crate::service) fn end_sessions<A: Edits<LoginSession>>(
        &mut self,
        grant: &Grant<'tx, A>,
        user: UserId,
        which: impl Fn(SessionId) -> bool,
    ) -> Result<()> {
        for (session, _) in self.store.sessions_of(user)? {
            if which(session.id) {
                self.remove(grant, Editable::read(session));
            }
        }
        Ok(())
    }
}
