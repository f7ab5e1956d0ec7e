//! What a store must do. Every sentence here is a promise that the conformance suite checks on every store.

mod change;
mod filter;
mod list;
pub mod memory;
mod scope;

use std::sync::Arc;

use chrono::NaiveDate;

pub use change::{Change, CustomerKeys};
pub use filter::{CustomerFilter, TextFilter, phone_digits};
pub use list::{Keyset, Order, SortKind, SortValue};
pub use scope::Scope;

use crate::{
    error::Result,
    matching::{Candidate, MatchKey},
    model::{
        AuditEntry, Contact, ContactId, Customer, CustomerKind, CustomerNumber, CustomerPage, EntityRef,
        Import, ImportId, ImportRow, Lane, PageRequest, PickEntry, Team, TeamId, User, UserId,
    },
};

/// Keeps the data of one business.
///
/// Calling the store from within a transaction of the same thread answers `storage.nested`, whichever method it is, and
/// never hangs. After [`pause`](Self::pause) every transaction answers `storage.paused`, which is retryable, until
/// [`resume`](Self::resume).
pub trait Store: Send + Sync {
    /// Runs `body` on one snapshot: nothing that others commit meanwhile is seen.
    ///
    /// # Errors
    /// Those of `body`, and `storage.*`.
    fn read(&self, body: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()>;

    /// Runs `body` in a transaction of its own: committed when it answers `Ok`, durable once this returns; rolled back
    /// on `Err` and on panic, with nothing left behind. Writers wait for one another.
    ///
    /// `body` may run more than once, and touches nothing outside the transaction.
    ///
    /// # Errors
    /// Those of `body`, and `storage.*`.
    fn write(&self, body: &mut dyn FnMut(&mut dyn StoreWrite) -> Result<()>) -> Result<()>;

    /// Lets go of files and locks: refuses new transactions and waits for running ones, up to a limit of the store's.
    ///
    /// # Errors
    /// `storage.busy` if a running transaction did not end in time; the store is not paused then. None on a store that
    /// is paused already.
    fn pause(&self) -> Result<()>;

    /// Takes the files up again. Does nothing on a store that is not paused.
    ///
    /// # Errors
    /// `storage.*`, as when opening.
    fn resume(&self) -> Result<()>;

    /// A number that differs after every commit that changed something, by this program or another one, and stays the
    /// same otherwise. Cheap enough to ask often.
    ///
    /// # Errors
    /// `storage.*`.
    fn version(&self) -> Result<u64>;
}

/// Reads within one transaction; of a write transaction, its own changes too.
pub trait StoreRead {
    /// The user with this identifier.
    fn user(&self, id: UserId) -> Result<Option<User>>;

    /// The user with this login, whatever its case: in lower case they are the same.
    fn user_by_login(&self, login: &str) -> Result<Option<User>>;

    /// All users, by login in lower case.
    fn users(&self) -> Result<Vec<User>>;

    /// The users of a team, active or not, by identifier.
    fn team_members(&self, team: TeamId) -> Result<Vec<UserId>>;

    /// The team with this identifier.
    fn team(&self, id: TeamId) -> Result<Option<Team>>;

    /// All teams, by name, then identifier.
    fn teams(&self) -> Result<Vec<Team>>;

    /// All entries of all pick lists, by list, position and code.
    fn pick_entries(&self) -> Result<Arc<[PickEntry]>>;

    /// The customer with this number, if it is in scope, archived or not.
    fn customer(&self, number: CustomerNumber, scope: &Scope) -> Result<Option<Customer>>;

    /// The numbers of the customers that have this alias, after [`fold`](crate::matching::fold), whatever the scope,
    /// archived or not, in order.
    fn customers_by_alias(&self, alias: &str) -> Result<Vec<CustomerNumber>>;

    /// The number of the customer with this identifier of the host's, whatever the scope, archived or not.
    fn customer_by_external_id(&self, external_id: &str) -> Result<Option<CustomerNumber>>;

    /// Whether this number is in use, whatever the scope, archived or not.
    fn number_taken(&self, number: CustomerNumber) -> Result<bool>;

    /// The highest serial of a day in a lane that was handed out or brought (R2.1); 0 if there is none.
    fn last_serial(&self, day: NaiveDate, lane: Lane) -> Result<u32>;

    /// A page of the customers in scope that match, in the order asked for; `next` only if there are more. A cursor is
    /// good on any later snapshot: every row that is there and matches throughout, under the same name where names
    /// make the order, comes exactly once. Cursors are those of [`Keyset`], so that every store has the same.
    ///
    /// # Errors
    /// `page.invalid`, as [`Keyset::new`].
    fn customers(&self, filter: &CustomerFilter, scope: &Scope, page: &PageRequest) -> Result<CustomerPage>;

    /// How many customers in scope match.
    fn count_customers(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64>;

    /// Which customers that are not archived have these keys, by key and number, each once, whatever the scope; of each
    /// key the first `limit`.
    fn candidates(&self, keys: &[MatchKey], limit: u32) -> Result<Vec<(MatchKey, CustomerNumber)>>;

    /// As [`candidates`](Self::candidates), of the keys that at most `limit` customers have; the others are left out.
    fn rare_candidates(&self, keys: &[MatchKey], limit: u32) -> Result<Vec<(MatchKey, CustomerNumber)>>;

    /// What matching compares of a customer, whatever the scope, archived or not. The phones are those that could be
    /// read, the customer's and those of its contacts that are not archived, sorted and each once.
    fn candidate(&self, number: CustomerNumber) -> Result<Option<Candidate>>;

    /// The name, the kind and the owner of a customer, whatever the scope, archived or not.
    fn name_of(&self, number: CustomerNumber) -> Result<Option<(String, CustomerKind, UserId)>>;

    /// As [`candidate`](Self::candidate), with the import that it came with, of up to `limit` customers that are not
    /// archived, by number, after this one.
    fn candidates_after(
        &self,
        after: Option<CustomerNumber>,
        limit: u32,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>>;

    /// Visits every key of a kind that two or more customers that are not archived have, in the order of the keys, with
    /// the customers in order. `visit` answers whether to go on.
    fn shared_keys(
        &self,
        kind: crate::matching::KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()>;

    /// The customers that were said to be different from this one (R6.1), by number.
    fn distinct_from(&self, number: CustomerNumber) -> Result<Vec<CustomerNumber>>;

    /// The contact with this identifier, if its customer is in scope, archived or not.
    fn contact(&self, id: ContactId, scope: &Scope) -> Result<Option<Contact>>;

    /// The contacts of a customer in scope that are not archived: the primary one first, the others in the order in
    /// which they were entered.
    fn contacts(&self, customer: CustomerNumber, scope: &Scope) -> Result<Vec<Contact>>;

    /// The import with this identifier.
    fn import(&self, id: ImportId) -> Result<Option<Import>>;

    /// The import with this fingerprint; of several, the one that was entered last.
    fn import_by_fingerprint(&self, fingerprint: &str) -> Result<Option<Import>>;

    /// The imports, the one that was entered last first.
    fn imports(&self) -> Result<Vec<Import>>;

    /// Up to `limit` rows of an import, by line, after the line `after`.
    fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>>;

    /// The last entry's position and hash; 0 and [`GENESIS`](crate::audit::GENESIS) of an empty log.
    fn log_head(&self) -> Result<(u64, [u8; 32])>;

    /// Up to `limit` entries of the log after the position `after`, in order.
    fn log(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>>;

    /// Up to `limit` entries of the log about one thing, the latest first.
    fn log_about(&self, about: &EntityRef, limit: u32) -> Result<Vec<AuditEntry>>;
}

/// Writes within one transaction.
pub trait StoreWrite: StoreRead {
    /// The next serial of a day in a lane (R2.1): one more than the highest that was handed out or brought there. Rolls
    /// back with the transaction, and is never given twice, to whichever thread, process or machine.
    ///
    /// # Errors
    /// `number.day_full` after [`CustomerNumber::MAX_SERIAL`].
    fn next_serial(&mut self, day: NaiveDate, lane: Lane) -> Result<u32>;

    /// Stores a change, and appends its entry to the log. A customer's number raises the serial of its day and lane to its
    /// own.
    ///
    /// # Errors
    /// `internal`, since the rules have looked before: for adding what is there already (an identifier, a number, a
    /// login, an external identifier, a line of an import), for changing what is not, for naming a user or team that is
    /// not there or adding to a customer that is not, and for an entry that does not follow the last one. Whoever gets
    /// it rolls back.
    fn apply(&mut self, change: &Change, entry: &AuditEntry) -> Result<()>;
}

/// Transactions that answer with a value.
pub trait StoreExt: Store {
    /// [`Store::read`] with a result.
    ///
    /// # Errors
    /// Those of `body`, and `storage.*`.
    fn read_with<T>(&self, mut body: impl FnMut(&dyn StoreRead) -> Result<T>) -> Result<T> {
        let mut answer = None;
        self.read(&mut |tx| {
            answer = Some(body(tx)?);
            Ok(())
        })?;
        answer.ok_or_else(|| crate::Error::internal("the store did not run the transaction"))
    }

    /// [`Store::write`] with a result.
    ///
    /// # Errors
    /// Those of `body`, and `storage.*`.
    fn write_with<T>(&self, mut body: impl FnMut(&mut dyn StoreWrite) -> Result<T>) -> Result<T> {
        let mut answer = None;
        self.write(&mut |tx| {
            answer = Some(body(tx)?);
            Ok(())
        })?;
        answer.ok_or_else(|| crate::Error::internal("the store did not run the transaction"))
    }
}

impl<S: Store + ?Sized> StoreExt for S {}
