//! A store that counts what is asked of it, as a store across a network would feel it.

use std::{
    collections::BTreeSet,
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use chrono::{DateTime, NaiveDate, Utc};
use crm_core::{
    AccessRequest, Attachment, AuditEntry, AuditKind, Contact, Contract, CustomerNumber, CustomerPage,
    Entity, FollowUp, FollowUpId, Import, ImportId, ImportRow, Lane, LoginSession, Opportunity,
    OpportunityId, Page, PageRequest, PickEntry, RecordKey, Result, SessionId, SqlAnswer, Target, Task, Team,
    TimelineSort, User, UserId,
    matching::{Candidate, KeyKind, MatchKey},
    store::{
        AttachmentFilter, Batch, Caller, ContractFilter, CustomerFact, CustomerFilter, DealFact, DealsBy,
        Dossier, DutyFact, FactFilter, FollowUpFilter, Happening, KeyQuestion, ListedTask, LogFilter,
        LogLine, Moment, OpenFact, OpportunityFilter, Proposed, Quiet, QuietFilter, Record, Records,
        SaleFact, Scope, Standing, Store, StoreRead, StoreWrite, TalkFact, TaskFilter, deal_filter::Days,
    },
};

/// A store that counts the round trips to the one within: each read, and each write, is one. What a store can bring
/// along with a transaction's beginning, [`caller`](StoreRead::caller) and [`log_head`](StoreRead::log_head), is none, and so
/// is what it can keep at hand, since it changes rarely: the settings and the pick lists.
pub struct Counting {
    within: Box<dyn Store>,
    trips: AtomicU64,
}

impl Counting {
    /// Counts what is asked of a store.
    pub fn new(within: Box<dyn Store>) -> Arc<Self> {
        Arc::new(Self {
            within,
            trips: AtomicU64::new(0),
        })
    }

    /// How many round trips there were since this was asked last.
    pub fn taken(&self) -> u64 {
        self.trips.swap(0, Ordering::SeqCst)
    }
}

impl Store for Counting {
    fn read(&self, body: &mut dyn FnMut(&dyn StoreRead) -> Result<()>) -> Result<()> {
        let trips = &self.trips;
        self.within.read(&mut |tx| body(&Counted { tx, trips }))
    }

    fn write(&self, body: &mut dyn FnMut(&mut dyn StoreWrite) -> Result<()>) -> Result<()> {
        let trips = &self.trips;
        self.within.write(&mut |tx| body(&mut Counted { tx, trips }))
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

    fn sql(&self, query: &str) -> Result<SqlAnswer> {
        self.within.sql(query)
    }
}

/// A transaction of either sort, by its reference.
struct Counted<'c, P> {
    tx: P,
    trips: &'c AtomicU64,
}

impl<P: Deref> Counted<'_, P> {
    /// The transaction within, at the price of a round trip.
    fn trip(&self) -> &P::Target {
        self.trips.fetch_add(1, Ordering::SeqCst);
        &self.tx
    }
}

macro_rules! counted_records {
    ($($name:ident),+) => {
        $(
            impl<P: Deref<Target: StoreRead>> Records<crm_core::$name> for Counted<'_, P> {
                fn count(&self) -> Result<u64> {
                    Records::<crm_core::$name>::count(self.trip())
                }

                fn records(
                    &self,
                    keys: &[<crm_core::$name as Record>::Key],
                    scope: &Scope,
                ) -> Result<Vec<crm_core::$name>> {
                    // The settings are kept at hand.
                    let tx = match <crm_core::$name as Record>::ENTITY {
                        Entity::Settings => &self.tx,
                        _ => self.trip(),
                    };
                    tx.records(keys, scope)
                }

                fn of_customer(
                    &self,
                    customer: CustomerNumber,
                    archived: bool,
                    scope: &Scope,
                    page: &PageRequest,
                ) -> Result<Page<crm_core::$name>> {
                    self.trip().of_customer(customer, archived, scope, page)
                }

                fn all_of(&self, customer: CustomerNumber) -> Result<Vec<crm_core::$name>> {
                    self.trip().all_of(customer)
                }
            }
        )+
    };
}
crm_core::for_each_record!(counted_records);

impl<P: Deref<Target: StoreRead>> StoreRead for Counted<'_, P> {
    fn caller(&self, id: UserId, at: DateTime<Utc>) -> Result<Option<Caller>> {
        self.tx.caller(id, at)
    }

    fn sessions_of(&self, user: UserId) -> Result<Vec<(LoginSession, DateTime<Utc>)>> {
        self.trip().sessions_of(user)
    }

    fn log_head(&self) -> Result<(u64, [u8; 32])> {
        self.tx.log_head()
    }

    fn user_by_login(&self, login: &str) -> Result<Option<User>> {
        self.trip().user_by_login(login)
    }

    fn requests(
        &self,
        by: Option<&[UserId]>,
        waiting: bool,
        page: &PageRequest,
    ) -> Result<Page<AccessRequest>> {
        self.trip().requests(by, waiting, page)
    }

    fn users(&self) -> Result<Vec<User>> {
        self.trip().users()
    }

    fn teams(&self) -> Result<Vec<Team>> {
        self.trip().teams()
    }

    fn pick_entries(&self) -> Result<Arc<[PickEntry]>> {
        self.tx.pick_entries()
    }

    fn customers_by_alias(&self, alias: &str) -> Result<Vec<CustomerNumber>> {
        self.trip().customers_by_alias(alias)
    }

    fn customer_by_external_id(&self, external_id: &str) -> Result<Option<CustomerNumber>> {
        self.trip().customer_by_external_id(external_id)
    }

    fn opportunity_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<(OpportunityId, CustomerNumber)>> {
        self.trip().opportunity_by_external_id(external_id)
    }

    fn customers_of(&self, owner: UserId) -> Result<Vec<CustomerNumber>> {
        self.trip().customers_of(owner)
    }

    fn quiet(&self, filter: &QuietFilter, scope: &Scope, page: &PageRequest) -> Result<Page<Quiet>> {
        self.trip().quiet(filter, scope, page)
    }

    fn follow_ups(
        &self,
        filter: &FollowUpFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<FollowUp>> {
        self.trip().follow_ups(filter, scope, page)
    }

    fn tasks(&self, filter: &TaskFilter, scope: &Scope, page: &PageRequest) -> Result<Page<ListedTask>> {
        self.trip().tasks(filter, scope, page)
    }

    fn opportunities(
        &self,
        filter: &OpportunityFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Opportunity>> {
        self.trip().opportunities(filter, scope, page)
    }

    fn open_opportunities(&self, customers: &[CustomerNumber]) -> Result<Vec<Opportunity>> {
        self.trip().open_opportunities(customers)
    }

    fn contracts(
        &self,
        filter: &ContractFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Contract>> {
        self.trip().contracts(filter, scope, page)
    }

    fn attachments(
        &self,
        filter: &AttachmentFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Attachment>> {
        self.trip().attachments(filter, scope, page)
    }

    fn content_part(&self, digest: &str, part: u32) -> Result<Option<Vec<u8>>> {
        self.trip().content_part(digest, part)
    }

    fn contracts_with_number(&self, folded: &str) -> Result<Vec<Contract>> {
        self.trip().contracts_with_number(folded)
    }

    fn open_tasks(&self, customers: &[CustomerNumber]) -> Result<Vec<Task>> {
        self.trip().open_tasks(customers)
    }

    fn task_of(&self, follow_up: FollowUpId) -> Result<Option<Task>> {
        self.trip().task_of(follow_up)
    }

    fn last_serial(&self, day: NaiveDate, lane: Lane) -> Result<u32> {
        self.trip().last_serial(day, lane)
    }

    fn customers(&self, filter: &CustomerFilter, scope: &Scope, page: &PageRequest) -> Result<CustomerPage> {
        self.trip().customers(filter, scope, page)
    }

    fn count_customers(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        self.trip().count_customers(filter, scope)
    }

    fn holders(
        &self,
        questions: &[KeyQuestion],
        scope: &Scope,
    ) -> Result<Vec<Vec<(MatchKey, CustomerNumber)>>> {
        self.trip().holders(questions, scope)
    }

    fn proposed(&self, whole: &[CustomerNumber], by_name: &[CustomerNumber]) -> Result<Vec<Proposed>> {
        self.trip().proposed(whole, by_name)
    }

    fn candidates_after(
        &self,
        after: Option<CustomerNumber>,
        limit: u32,
        scope: &Scope,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        self.trip().candidates_after(after, limit, scope)
    }

    fn shared_keys(
        &self,
        kind: KeyKind,
        scope: &Scope,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.trip().shared_keys(kind, scope, visit)
    }

    fn in_scope(&self, numbers: &[CustomerNumber], scope: &Scope) -> Result<Vec<CustomerNumber>> {
        self.trip().in_scope(numbers, scope)
    }

    fn archived(&self, numbers: &[CustomerNumber]) -> Result<Vec<CustomerNumber>> {
        self.trip().archived(numbers)
    }

    fn keys(
        &self,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.trip().keys(kind, visit)
    }

    fn file_parts(&self) -> Result<u32> {
        self.trip().file_parts()
    }

    fn check_file(&self, part: u32) -> Result<Vec<String>> {
        self.trip().check_file(part)
    }

    fn dossiers(&self, numbers: &[CustomerNumber]) -> Result<Vec<Dossier>> {
        self.trip().dossiers(numbers)
    }

    fn distinct_from(&self, numbers: &[CustomerNumber]) -> Result<Vec<Vec<CustomerNumber>>> {
        self.trip().distinct_from(numbers)
    }

    fn contacts(&self, customer: CustomerNumber, scope: &Scope) -> Result<Vec<Contact>> {
        self.trip().contacts(customer, scope)
    }

    fn import_by_fingerprint(&self, fingerprint: &str, by: Option<UserId>) -> Result<Option<Import>> {
        self.trip().import_by_fingerprint(fingerprint, by)
    }

    fn imports(&self) -> Result<Vec<Import>> {
        self.trip().imports()
    }

    fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        self.trip().import_rows(id, after, limit)
    }

    fn log(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.trip().log(after, limit)
    }

    fn log_where(&self, filter: &LogFilter, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.trip().log_where(filter, before, limit)
    }

    fn log_about(&self, entity: Entity, key: &RecordKey, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.trip().log_about(entity, key, before, limit)
    }

    fn log_of(&self, customer: CustomerNumber, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.trip().log_of(customer, before, limit)
    }

    fn log_lines(
        &self,
        customers: &[CustomerNumber],
        kinds: &[AuditKind],
        before: u64,
        limit: u32,
    ) -> Result<Vec<LogLine>> {
        self.trip().log_lines(customers, kinds, before, limit)
    }

    fn happenings(
        &self,
        customer: CustomerNumber,
        sort: TimelineSort,
        before: &Moment,
        scope: &Scope,
        limit: u32,
    ) -> Result<Vec<Happening>> {
        self.trip().happenings(customer, sort, before, scope, limit)
    }

    fn deal_facts(
        &self,
        by: DealsBy,
        filter: &FactFilter,
        with_ids: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&DealFact) -> Result<()>,
    ) -> Result<()> {
        self.trip().deal_facts(by, filter, with_ids, scope, visit)
    }

    fn open_facts(
        &self,
        people: Option<&BTreeSet<UserId>>,
        scope: &Scope,
        visit: &mut dyn FnMut(&OpenFact) -> Result<()>,
    ) -> Result<()> {
        self.trip().open_facts(people, scope, visit)
    }

    fn sale_facts(
        &self,
        people: Option<&BTreeSet<UserId>>,
        signed_on: Days,
        with_deals: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&SaleFact) -> Result<()>,
    ) -> Result<()> {
        self.trip()
            .sale_facts(people, signed_on, with_deals, scope, visit)
    }

    fn talk_facts(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&TalkFact) -> Result<()>,
    ) -> Result<()> {
        self.trip().talk_facts(filter, scope, visit)
    }

    fn duty_facts(
        &self,
        people: Option<&BTreeSet<UserId>>,
        due: Days,
        scope: &Scope,
        visit: &mut dyn FnMut(&DutyFact) -> Result<()>,
    ) -> Result<()> {
        self.trip().duty_facts(people, due, scope, visit)
    }

    fn customer_facts(
        &self,
        by: Option<DateTime<Utc>>,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&CustomerFact) -> Result<()>,
    ) -> Result<()> {
        self.trip().customer_facts(by, filter, scope, visit)
    }

    fn standing(
        &self,
        people: Option<&BTreeSet<UserId>>,
        quiet: &QuietFilter,
        scope: &Scope,
    ) -> Result<Vec<Standing>> {
        self.trip().standing(people, quiet, scope)
    }

    fn late_entries(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(UserId) -> Result<()>,
    ) -> Result<()> {
        self.trip().late_entries(filter, scope, visit)
    }

    fn targets(&self, months: Days) -> Result<Vec<Target>> {
        self.trip().targets(months)
    }
}

impl<P: DerefMut<Target: StoreWrite>> StoreWrite for Counted<'_, P> {
    fn next_serial(&mut self, day: NaiveDate, lane: Lane) -> Result<u32> {
        self.trips.fetch_add(1, Ordering::SeqCst);
        self.tx.next_serial(day, lane)
    }

    fn use_session(&mut self, session: SessionId, at: DateTime<Utc>) -> Result<()> {
        self.trips.fetch_add(1, Ordering::SeqCst);
        self.tx.use_session(session, at)
    }

    fn apply(&mut self, batch: &Batch) -> Result<()> {
        self.trips.fetch_add(1, Ordering::SeqCst);
        self.tx.apply(batch)
    }
}
