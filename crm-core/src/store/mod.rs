//! What a store must do. Every sentence here is a promise that the conformance suite checks on every store.
//!
//! A store knows no rule: it answers narrow reads and writes rows. What follows from an operation (match keys, the one
//! primary contact, answers that no longer hold) has been settled by the time that it is asked to
//! [`apply`](StoreWrite::apply) it.

mod attachment_filter;
pub mod deal_filter;
mod facts;
mod filter;
mod follow_up_filter;
mod list;
mod log_filter;
pub mod memory;
mod numbers;
mod quiet_filter;
pub mod record;
mod scope;
mod task_filter;
mod timeline;

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

pub use attachment_filter::AttachmentFilter;
pub use deal_filter::{ContractFilter, OpportunityFilter};
pub use facts::{
    CustomerFact, DealFact, DealsBy, DutyFact, FactFilter, Instants, OpenFact, SaleFact, Standing, TalkFact,
};
pub use filter::{Activity, CustomerFilter, TextFilter, phone_digits, tokens_of};
pub use follow_up_filter::FollowUpFilter;
pub use list::{Keyset, Order, SortKind, SortValue, check_limit};
pub use log_filter::LogFilter;
pub use numbers::{NumberBytes, NumberSet};
pub use quiet_filter::{Quiet, QuietFilter, last_done};
pub use record::{Delta, Put, Record};
pub use scope::{Scope, Sight};
pub use task_filter::{ListedTask, TaskFilter};
pub use timeline::{Happening, Happens, LogLine, Moment};

use crate::{
    error::{Code, Error, Problem, Result},
    matching::{Candidate, MatchKey, Token},
    model::{
        AccessRequest, Account, Attachment, AuditEntry, AuditKind, Contact, Content, Contract, Customer,
        CustomerNumber, CustomerPage, Entity, FollowUp, FollowUpId, Import, ImportId, ImportRow, Lane,
        LoginSession, Merge, Opportunity, OpportunityId, Page, PageRequest, PickEntry, RecordKey, Role,
        SessionId, SqlAnswer, Target, Task, Team, TimelineSort, User, UserId, Wanted, fields,
    },
};

/// Keeps the data of one business.
///
/// Calling the store from within a transaction of the same thread answers `storage.nested`, whichever method it is, and
/// never hangs. After [`pause`](Self::pause) every transaction answers `storage.paused`, which is retryable, until
/// [`resume`](Self::resume); after [`close`](Self::close) every call answers `storage.closed`, for good.
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

    /// Lets go of files and locks for good, whoever still holds the store: refuses whatever is asked from now on, and waits
    /// for running transactions, up to a limit of the store's. Does nothing on a store that has been closed.
    ///
    /// # Errors
    /// `storage.busy` if a running transaction did not end in time: the store is closed, and lets go of its files when that
    /// one ends.
    fn close(&self) -> Result<()>;

    /// Answers a question in SQL over the store's views, reading only.
    ///
    /// # Errors
    /// `sql.none` of a store that has no SQL; `sql.*`; `storage.*`.
    fn sql(&self, query: &str) -> Result<SqlAnswer> {
        Err(Error::invalid(Problem::with(fields::QUERY, Code::SqlNone, query)))
    }

    /// A number that differs after every commit that changed something, by this program or another one, and stays the
    /// same otherwise. Cheap enough to ask often.
    ///
    /// # Errors
    /// `storage.*`.
    fn version(&self) -> Result<u64>;
}

/// Who opens a transaction, and what their rights are made of (R8.1, R8.3), as it is in this transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Caller {
    /// Their own record.
    pub user: User,
    /// Their account (R8.4), if they have one.
    pub account: Option<Account>,
    /// The users of their team, active or not, themselves too; none if they have no team.
    pub members: Vec<UserId>,
    /// The customers that they were granted by name, to see (R8.3).
    pub seen: Vec<CustomerNumber>,
    /// Those of them that they may change, too.
    pub edited: Vec<CustomerNumber>,
    /// The roles that they were granted for a time (R8.3).
    pub roles: Vec<Role>,
    /// Whether they were granted to export.
    pub exports: bool,
    /// The open opportunities that they answer for, with their customers (R8.1).
    pub deals: Vec<(OpportunityId, CustomerNumber)>,
}

impl Caller {
    /// With what a request granted them (R8.3): what was wanted, these customers or this role.
    pub fn grant(&mut self, wanted: Wanted, customers: &[CustomerNumber], role: Option<Role>) {
        match wanted {
            Wanted::SeeCustomers => self.seen.extend(customers),
            Wanted::EditCustomers => {
                self.seen.extend(customers);
                self.edited.extend(customers);
            }
            Wanted::Role => self.roles.extend(role),
            Wanted::Export => self.exports = true,
        }
    }

    /// With the customers into which those that were granted by name have been merged: a number that was merged leads to the
    /// survivor, for rights too (R6.3, R8.3). What was granted stays what it was, so that it holds for the two of them apart again
    /// once the merge is undone.
    #[must_use]
    pub fn led(mut self, merges: &[Merge]) -> Self {
        for granted in [&mut self.seen, &mut self.edited] {
            let leads = |merge: &&Merge| granted.contains(&merge.number);
            let led: Vec<CustomerNumber> = merges.iter().filter(leads).map(|merge| merge.customer).collect();
            granted.extend(led);
        }
        self
    }
}

/// What must be known of a customer to settle an operation: all that its keys, its primary contact and its answers come
/// from, whatever the scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Dossier {
    /// The customer, archived or not.
    pub customer: Customer,
    /// Its contacts that are not archived, in the order in which they were entered.
    pub contacts: Vec<Contact>,
    /// The customers that were said to be different from it (R6.1), by number.
    pub distinct: Vec<CustomerNumber>,
}

/// One question of [`StoreRead::holders`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyQuestion {
    /// The keys.
    pub keys: Vec<MatchKey>,
    /// Which customers it is about: the others are as if they were not there.
    pub whose: Whose,
    /// How many customers of a key are answered with at the most.
    pub limit: u32,
    /// What becomes of a key that more of them have.
    pub crowded: Crowded,
    /// It is only asked if as many questions right before it have had no answer.
    pub unless: usize,
}

/// Which customers a [`KeyQuestion`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Those in scope.
    InScope,
    /// Those out of scope, of whom the caller may be told next to nothing (R6.1).
    OutOfScope,
}

/// What becomes of a key that more customers have than are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crowded {
    /// The first of them are answered.
    Cut,
    /// None of them is.
    LeaveOut,
}

/// A customer that may be the same as another, with what the caller may be told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposed {
    /// What is compared. Its phones are those that could be read, the customer's and those of its contacts that are not
    /// archived, sorted and each once.
    pub candidate: Candidate,
    /// The name of whoever answers for it.
    pub owner_name: String,
    /// Whether it is archived.
    pub archived: bool,
}

/// Reads records of a sort by what names them.
pub trait Records<T: Record> {
    /// How many there are, archived or not.
    fn count(&self) -> Result<u64>;

    /// Those of the records that are there and in scope, archived or not, in the order of the keys. A record is in scope
    /// if all of the customer is that it is or hangs on; one that hangs on none always is.
    fn records(&self, keys: &[T::Key], scope: &Scope) -> Result<Vec<T>>;

    /// A page of those that hang on a customer in scope, the newest first ([`Record::NEWEST`]); archived ones only if they
    /// are asked for. None of a sort that has no such order, and none of a customer out of scope.
    ///
    /// # Errors
    /// `page.invalid`, as [`Keyset::new`].
    fn of_customer(
        &self,
        customer: CustomerNumber,
        archived: bool,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<T>>;

    /// All that hang on a customer, or are it, whatever the scope, archived or not, in the order of the keys.
    fn all_of(&self, customer: CustomerNumber) -> Result<Vec<T>>;
}

macro_rules! store_read {
    ($($name:ident),+) => {
        /// Reads within one transaction; of a write transaction, what it has applied too.
        pub trait StoreRead: $(Records<crate::model::$name> +)+ {
            /// The user with this identifier, with what their rights are made of at this instant: the requests of theirs that
            /// were granted and end later ([`Caller::grant`]), in the order in which they were made. It is the first thing that a use case
            /// asks: a store across a network can bring it along with the transaction's beginning.
            fn caller(&self, id: UserId, at: DateTime<Utc>) -> Result<Option<Caller>>;

            /// The sessions of a user that they logged in to, with when each was last used, in the order in which they began
            /// and, where several began at once, of their identifiers.
            fn sessions_of(&self, user: UserId) -> Result<Vec<(LoginSession, DateTime<Utc>)>>;

            /// The last entry's position and hash; 0 and [`GENESIS`](crate::audit::GENESIS) of an empty log. Asked at the
            /// beginning of what writes: as [`caller`](Self::caller).
            fn log_head(&self) -> Result<(u64, [u8; 32])>;

            /// The user with this login, whatever its case: in lower case they are the same.
            fn user_by_login(&self, login: &str) -> Result<Option<User>>;

            /// A page of the requests of these users, or of all, the newest first; only those that wait to be answered if
            /// `waiting`.
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn requests(
                &self,
                by: Option<&[UserId]>,
                waiting: bool,
                page: &PageRequest,
            ) -> Result<Page<AccessRequest>>;

            /// All users, by login in lower case.
            fn users(&self) -> Result<Vec<User>>;

            /// All teams, by name, then identifier.
            fn teams(&self) -> Result<Vec<Team>>;

            /// All entries of all pick lists, by list, position and code. As the settings, they are asked often and change
            /// rarely: a store across a network can keep them at hand.
            fn pick_entries(&self) -> Result<Arc<[PickEntry]>>;

            /// The numbers of the customers that have this alias, after [`fold`](crate::matching::fold), whatever the
            /// scope, archived or not, in order.
            fn customers_by_alias(&self, alias: &str) -> Result<Vec<CustomerNumber>>;

            /// The number of the customer with this identifier of the host's, whatever the scope, archived or not; else of the
            /// one that was merged into, if one with this identifier was (R6.3).
            fn customer_by_external_id(&self, external_id: &str) -> Result<Option<CustomerNumber>>;

            /// The opportunity with this identifier of the host's, whatever the scope, archived or not, and its customer.
            fn opportunity_by_external_id(
                &self,
                external_id: &str,
            ) -> Result<Option<(OpportunityId, CustomerNumber)>>;

            /// The highest serial of a day in a lane that was handed out or brought (R2.1); 0 if there is none.
            fn last_serial(&self, day: NaiveDate, lane: Lane) -> Result<u32>;

            /// A page of the customers in scope that match, in the order asked for; `next` only if there are more. A cursor
            /// is good on any later snapshot: every row that is there and matches throughout, in the same place of the
            /// order, comes exactly once. Cursors are those of [`Keyset`], so that every store has the same.
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn customers(&self, filter: &CustomerFilter, scope: &Scope, page: &PageRequest) -> Result<CustomerPage>;

            /// How many customers in scope match.
            fn count_customers(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64>;

            /// The numbers of all customers of an owner, whatever the scope, archived or not, in order.
            fn customers_of(&self, owner: UserId) -> Result<Vec<CustomerNumber>>;

            /// Which customers have these keys: for each question in turn, by key and number, each once. Archived customers
            /// have none but those of the kind [`Row`](crate::matching::KeyKind::Row), which stay with the number of one that was
            /// merged, too: it is out of any scope but everybody's.
            fn holders(
                &self,
                questions: &[KeyQuestion],
                scope: &Scope,
            ) -> Result<Vec<Vec<(MatchKey, CustomerNumber)>>>;

            /// What matching compares of customers, those of them that are there, whatever the scope, archived or not, in the
            /// order of the numbers: first all of it of some; then only name, kind and owner, without phones, aliases and registrations,
            /// of others.
            fn proposed(&self, whole: &[CustomerNumber], by_name: &[CustomerNumber]) -> Result<Vec<Proposed>>;

            /// What matching compares, with the import that it came with, of up to `limit` customers in scope that are not
            /// archived, by number, after this one.
            fn candidates_after(
                &self,
                after: Option<CustomerNumber>,
                limit: u32,
                scope: &Scope,
            ) -> Result<Vec<(Candidate, Option<ImportId>)>>;

            /// Visits every key of a kind that two or more customers in scope have, in the order of the keys, with these
            /// customers in order. `visit` answers whether to go on.
            fn shared_keys(
                &self,
                kind: crate::matching::KeyKind,
                scope: &Scope,
                visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
            ) -> Result<()>;

            /// Visits every key of a kind, in the order of the keys, with its customers in order. `visit` answers whether to
            /// go on.
            fn keys(
                &self,
                kind: crate::matching::KeyKind,
                visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
            ) -> Result<()>;

            /// In how many parts the store can check its own file.
            fn file_parts(&self) -> Result<u32> {
                Ok(0)
            }

            /// What is wrong with a part of the store's own file, its indexes and its references, in words that say
            /// nothing of what is stored. Parts count from 0.
            fn check_file(&self, _part: u32) -> Result<Vec<String>> {
                Ok(Vec::new())
            }

            /// Those of these customers that are there and in scope, archived or not, in the order of the numbers asked for.
            fn in_scope(&self, numbers: &[CustomerNumber], scope: &Scope) -> Result<Vec<CustomerNumber>>;

            /// Those of these customers that are archived, whatever the scope, in the order of the numbers asked for.
            fn archived(&self, numbers: &[CustomerNumber]) -> Result<Vec<CustomerNumber>>;

            /// What settling an operation needs of these customers, those of them that are there, in the order of the
            /// numbers.
            fn dossiers(&self, numbers: &[CustomerNumber]) -> Result<Vec<Dossier>>;

            /// The customers that were said to be different from each of these (R6.1), by number.
            fn distinct_from(&self, numbers: &[CustomerNumber]) -> Result<Vec<Vec<CustomerNumber>>>;

            /// The contacts of a customer in scope that are not archived: the primary one first, the others in the order
            /// in which they were entered.
            fn contacts(&self, customer: CustomerNumber, scope: &Scope) -> Result<Vec<Contact>>;

            /// A page of the customers in scope who have gone quiet, in the order of [`QuietFilter::ORDER`].
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn quiet(&self, filter: &QuietFilter, scope: &Scope, page: &PageRequest) -> Result<Page<Quiet>>;

            /// A page of the follow-ups of customers in scope that match, the newest first.
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn follow_ups(&self, filter: &FollowUpFilter, scope: &Scope, page: &PageRequest) -> Result<Page<FollowUp>>;

            /// A page of the open tasks of customers in scope that match, in the order of [`TaskFilter::ORDER`].
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn tasks(&self, filter: &TaskFilter, scope: &Scope, page: &PageRequest) -> Result<Page<ListedTask>>;

            /// A page of the opportunities of customers in scope that match, and of those in scope by themselves, the newest first.
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn opportunities(
                &self,
                filter: &OpportunityFilter,
                scope: &Scope,
                page: &PageRequest,
            ) -> Result<Page<Opportunity>>;

            /// The opportunities of these customers that are neither closed nor archived, whatever the scope: by customer in the
            /// order of the numbers, the newest first.
            fn open_opportunities(&self, customers: &[CustomerNumber]) -> Result<Vec<Opportunity>>;

            /// A page of the contracts of customers in scope that match, the one that was entered last first.
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn contracts(&self, filter: &ContractFilter, scope: &Scope, page: &PageRequest) -> Result<Page<Contract>>;

            /// A page of the attachments of customers in scope that match, and of deals in scope, the one that was entered last
            /// first. Unless archived ones are asked for, none whose conversation or contract is archived.
            ///
            /// # Errors
            /// `page.invalid`, as [`Keyset::new`].
            fn attachments(&self, filter: &AttachmentFilter, scope: &Scope, page: &PageRequest) -> Result<Page<Attachment>>;

            /// A part of the bytes with this digest, counted from 0; none where there is no such part.
            fn content_part(&self, digest: &str, part: u32) -> Result<Option<Vec<u8>>>;

            /// The contracts with this number, after [`fold_contract_number`](crate::rules::contract::fold_contract_number),
            /// whatever the scope, void and archived ones too, by identifier.
            fn contracts_with_number(&self, folded: &str) -> Result<Vec<Contract>>;

            /// The open tasks of these customers, whatever the scope, archived or not: by customer in the order of the
            /// numbers, what is due first coming first.
            fn open_tasks(&self, customers: &[CustomerNumber]) -> Result<Vec<Task>>;

            /// The task that a follow-up made last, whatever the scope.
            fn task_of(&self, follow_up: FollowUpId) -> Result<Option<Task>>;

            /// The import with this fingerprint that this user runs, or the host's own; of several, the one that was entered
            /// last.
            fn import_by_fingerprint(&self, fingerprint: &str, by: Option<UserId>) -> Result<Option<Import>>;

            /// The imports, the one that was entered last first.
            fn imports(&self) -> Result<Vec<Import>>;

            /// Up to `limit` rows of an import, by line, after the line `after`.
            fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>>;

            /// Up to `limit` entries of the log after the position `after`, in order.
            fn log(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>>;

            /// Up to `limit` entries of the log that meet a filter, the latest first, before the position `before`.
            fn log_where(&self, filter: &LogFilter, before: u64, limit: u32) -> Result<Vec<AuditEntry>>;

            /// Up to `limit` entries of the log about one record, the latest first, before the position `before`.
            fn log_about(&self, entity: Entity, key: &RecordKey, before: u64, limit: u32) -> Result<Vec<AuditEntry>>;

            /// Up to `limit` entries of the log about a customer and what hangs on it, the latest first, before the
            /// position `before`.
            fn log_of(&self, customer: CustomerNumber, before: u64, limit: u32) -> Result<Vec<AuditEntry>>;

            /// Up to `limit` entries of the log about these customers themselves and about contacts, of operations of these
            /// kinds, the latest first, before the position `before`: of each operation and customer the first such entry, if it is
            /// not about a contact that is archived.
            fn log_lines(
                &self,
                customers: &[CustomerNumber],
                kinds: &[AuditKind],
                before: u64,
                limit: u32,
            ) -> Result<Vec<LogLine>>;

            /// Up to `limit` of what happened with a customer, of one sort, the latest first, before a place among these: in
            /// scope, neither archived nor void, nor with a deal that is archived by now where it is that deal's stage. None of
            /// [`TimelineSort::Change`], of which the log tells.
            fn happenings(
                &self,
                customer: CustomerNumber,
                sort: TimelineSort,
                before: &Moment,
                scope: &Scope,
                limit: u32,
            ) -> Result<Vec<Happening>>;

            /// Visits the deals that are asked for and [count](Scope::counts), in no order, each with its identifier if `with_ids`.
            fn deal_facts(
                &self,
                by: DealsBy,
                filter: &FactFilter,
                with_ids: bool,
                scope: &Scope,
                visit: &mut dyn FnMut(&DealFact) -> Result<()>,
            ) -> Result<()>;

            /// Visits the open deals of these people, or anybody's, that [count](Scope::counts), in no order.
            fn open_facts(
                &self,
                people: Option<&BTreeSet<UserId>>,
                scope: &Scope,
                visit: &mut dyn FnMut(&OpenFact) -> Result<()>,
            ) -> Result<()>;

            /// Visits the contracts of these people, or anybody's, that were signed on one of these days and
            /// [count](Scope::counts), in no order, each with its deal if `with_deals`.
            fn sale_facts(
                &self,
                people: Option<&BTreeSet<UserId>>,
                signed_on: deal_filter::Days,
                with_deals: bool,
                scope: &Scope,
                visit: &mut dyn FnMut(&SaleFact) -> Result<()>,
            ) -> Result<()>;

            /// Visits the follow-ups that were held then and [count](Scope::counts), in no order.
            fn talk_facts(
                &self,
                filter: &FactFilter,
                scope: &Scope,
                visit: &mut dyn FnMut(&TalkFact) -> Result<()>,
            ) -> Result<()>;

            /// Visits the tasks of these people, or anybody's, that were due on one of these days and [count](Scope::counts), in no
            /// order.
            fn duty_facts(
                &self,
                people: Option<&BTreeSet<UserId>>,
                due: deal_filter::Days,
                scope: &Scope,
                visit: &mut dyn FnMut(&DutyFact) -> Result<()>,
            ) -> Result<()>;

            /// Visits the customers that were entered then and [count](Scope::counts), in no order: as they were before the instant
            /// `by`, or as they are.
            fn customer_facts(
                &self,
                by: Option<DateTime<Utc>>,
                filter: &FactFilter,
                scope: &Scope,
                visit: &mut dyn FnMut(&CustomerFact) -> Result<()>,
            ) -> Result<()>;

            /// How many customers of these people, or anybody's, [count](Scope::counts) and stand where, as they are, in the order of the
            /// statuses; and how many of them have gone quiet, by this filter, whose owner is nobody.
            fn standing(
                &self,
                people: Option<&BTreeSet<UserId>>,
                quiet: &QuietFilter,
                scope: &Scope,
            ) -> Result<Vec<Standing>>;

            /// Visits who entered a customer too late (R2.9), once for each that was entered then, is not archived, and
            /// [counts](Scope::counts) with who entered it, in no order.
            fn late_entries(
                &self,
                filter: &FactFilter,
                scope: &Scope,
                visit: &mut dyn FnMut(UserId) -> Result<()>,
            ) -> Result<()>;

            /// The targets of months from the first to before the second, either of which may be left open, by person and month.
            fn targets(&self, months: deal_filter::Days) -> Result<Vec<Target>>;
        }
    };
}
crate::for_each_record!(store_read);

/// The match keys that a customer has no longer, and those that it has now; sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyChange {
    /// Those that it has no longer.
    pub removed: Vec<MatchKey>,
    /// Those that it has now and did not have.
    pub added: Vec<MatchKey>,
}

/// What an operation, or a part of it, writes: the rows, and what goes with them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The records that are moved, in order.
    pub deltas: Vec<Delta>,
    /// The entries of the log, in order: one for each delta, or one for what moves no record.
    pub entries: Vec<AuditEntry>,
    /// The match keys that change (R6.1). They come from the records: the log says nothing of them.
    pub keys: Vec<(CustomerNumber, KeyChange)>,
    /// The outcomes of an import's rows, which are kept with it: each customer that they brought has an entry of its own.
    pub rows: Vec<(ImportId, ImportRow)>,
    /// What new customers are found by (R2.7), as [`tokens_of`] says, where it was worked out before; of others it comes from the
    /// record. Whoever keeps no tokens needs none.
    pub tokens: Vec<(CustomerNumber, Vec<Token>)>,
    /// The bytes of attachments (R4.2), which are kept once, whichever records name them. They are kept in the
    /// [parts](Content::parts) that they come in; the log has their digests only.
    pub contents: Vec<Content>,
}

/// Writes within one transaction.
pub trait StoreWrite: StoreRead {
    /// The next serial of a day in a lane (R2.1): one more than the highest that was handed out or brought there. Rolls
    /// back with the transaction, and is never given twice, to whichever thread, process or machine.
    ///
    /// # Errors
    /// `number.day_full` after [`CustomerNumber::MAX_SERIAL`].
    fn next_serial(&mut self, day: NaiveDate, lane: Lane) -> Result<u32>;

    /// Keeps that a session was used at an instant, or later; nothing of one that is not there. It is forgotten with the
    /// session, and until then one was last used when it began. The log says nothing of it.
    fn use_session(&mut self, session: SessionId, at: DateTime<Utc>) -> Result<()>;

    /// Writes the contents, the rows as they are after, the entries, the keys and the outcomes. A customer's number raises its day's
    /// serial to its own.
    ///
    /// # Errors
    /// `internal`, since the rules have looked before: for entering what is there already (an identifier, a number, a
    /// login, an external identifier, a line of an import), for changing or taking out what is not, for naming a user, a
    /// team or a customer that is not there, for taking out a customer that a record names, and for an entry that does not
    /// follow the last one. Whoever gets it rolls
    /// back.
    fn apply(&mut self, batch: &Batch) -> Result<()>;
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

/// Reads of one record.
pub trait RecordsExt {
    /// The record with this key, if it is there and in scope, archived or not.
    ///
    /// # Errors
    /// `storage.*`.
    fn record<T: Record>(&self, key: T::Key, scope: &Scope) -> Result<Option<T>>
    where
        Self: Records<T>,
    {
        Ok(self.records(&[key], scope)?.pop())
    }
}

impl<S: StoreRead + ?Sized> RecordsExt for S {}
