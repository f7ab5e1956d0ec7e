//! What is read. What takes more than a statement stands with its table; lists of customers are in `query`, keys in
//! `keys`.

use std::{collections::BTreeSet, sync::Arc};

use crm_core::{
    AccessRequest, Attachment, AuditEntry, AuditKind, Contact, Contract, CustomerNumber, CustomerPage,
    DateTime, Entity, FollowUp, FollowUpId, Import, ImportId, ImportRow, Lane, LoginSession, NaiveDate,
    Opportunity, OpportunityId, Page, PageRequest, PickEntry, RecordKey, Result, Target, Task, Team,
    TimelineSort, User, UserId, Utc,
    matching::{Candidate, KeyKind, MatchKey, fold},
    rules::person::fold_login,
    store::{
        AttachmentFilter, Caller, ContractFilter, CustomerFact, CustomerFilter, DealFact, DealsBy, Dossier,
        DutyFact, FactFilter, FollowUpFilter, Happening, KeyQuestion, ListedTask, LogFilter, LogLine, Moment,
        OpenFact, OpportunityFilter, Proposed, Quiet, QuietFilter, SaleFact, Scope, Standing, StoreRead,
        TalkFact, TaskFilter, deal_filter::Days,
    },
};
use rusqlite::params;

use crate::{error::OrStorage, row::Columns, transaction::Transaction, write::day_lane};

/// An unsigned position as SQLite keeps it; one beyond its range is after all that is stored.
fn position(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

impl StoreRead for Transaction<'_> {
    fn caller(&self, id: UserId, at: DateTime<Utc>) -> Result<Option<Caller>> {
        self.caller_of(id, at)
    }

    fn sessions_of(&self, user: UserId) -> Result<Vec<(LoginSession, DateTime<Utc>)>> {
        self.sessions_with_use(user)
    }

    fn log_head(&self) -> Result<(u64, [u8; 32])> {
        self.head()
    }

    fn user_by_login(&self, login: &str) -> Result<Option<User>> {
        let found = self.records_where("WHERE t.login_folded = ?1", [fold_login(login)]);
        Ok(found?.pop())
    }

    fn requests(
        &self,
        by: Option<&[UserId]>,
        waiting: bool,
        page: &PageRequest,
    ) -> Result<Page<AccessRequest>> {
        self.list_requests(by, waiting, page)
    }

    fn users(&self) -> Result<Vec<User>> {
        self.records_where("ORDER BY t.login_folded", [])
    }

    fn teams(&self) -> Result<Vec<Team>> {
        self.records_where("ORDER BY t.name, t.uuid", [])
    }

    fn pick_entries(&self) -> Result<Arc<[PickEntry]>> {
        self.all_pick_entries()
    }

    fn customers_by_alias(&self, alias: &str) -> Result<Vec<CustomerNumber>> {
        let sql = "SELECT DISTINCT customer FROM customer_alias WHERE folded = ?1 ORDER BY customer";
        self.all(sql, [fold(alias)], |row| Columns::of(row).number())
    }

    fn customer_by_external_id(&self, external_id: &str) -> Result<Option<CustomerNumber>> {
        let sql = "SELECT number FROM customer WHERE external_id = ?1
            UNION ALL SELECT * FROM (SELECT customer FROM merge WHERE external_id = ?1 ORDER BY number) LIMIT 1";
        self.one(sql, [external_id], |row| Columns::of(row).number())
    }

    fn last_serial(&self, day: NaiveDate, lane: Lane) -> Result<u32> {
        let lane = day_lane(day, lane);
        if let Some(&last) = self.serials.get(&lane) {
            return Ok(last);
        }
        let sql = "SELECT last FROM day_serial WHERE day_lane = ?1";
        let last = self.one(sql, [lane], |row| row.get(0).or_storage())?;
        Ok(last.unwrap_or_default())
    }

    fn customers(&self, filter: &CustomerFilter, scope: &Scope, page: &PageRequest) -> Result<CustomerPage> {
        self.list_customers(filter, scope, page)
    }

    fn count_customers(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        self.count(filter, scope)
    }

    fn customers_of(&self, owner: UserId) -> Result<Vec<CustomerNumber>> {
        let Some(owner) = self.row_of(owner.into())? else {
            return Ok(Vec::new());
        };
        // Each half has an index of its own.
        let sql = "SELECT number FROM customer WHERE owner = ?1 AND archived_at IS NULL
            UNION ALL SELECT number FROM customer WHERE owner = ?1 AND archived_at IS NOT NULL ORDER BY 1";
        self.all(sql, [owner], |row| Columns::of(row).number())
    }

    fn holders(
        &self,
        questions: &[KeyQuestion],
        scope: &Scope,
    ) -> Result<Vec<Vec<(MatchKey, CustomerNumber)>>> {
        let mut answers: Vec<Vec<_>> = Vec::with_capacity(questions.len());
        for question in questions {
            let before = answers.iter().rev().take(question.unless);
            answers.push(match before.into_iter().all(Vec::is_empty) {
                true => self.holders_of(question, scope)?,
                false => Vec::new(),
            });
        }
        Ok(answers)
    }

    fn proposed(&self, whole: &[CustomerNumber], by_name: &[CustomerNumber]) -> Result<Vec<Proposed>> {
        let mut found = Vec::with_capacity(whole.len() + by_name.len());
        self.propose(whole, true, &mut found)?;
        self.propose(by_name, false, &mut found)?;
        Ok(found)
    }

    fn candidates_after(
        &self,
        after: Option<CustomerNumber>,
        limit: u32,
        scope: &Scope,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        self.candidates_from(after, limit, scope)
    }

    fn shared_keys(
        &self,
        kind: KeyKind,
        scope: &Scope,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.visit_shared(kind, scope, visit)
    }

    fn keys(
        &self,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.visit_keys(kind, visit)
    }

    fn file_parts(&self) -> Result<u32> {
        self.parts()
    }

    fn check_file(&self, part: u32) -> Result<Vec<String>> {
        self.check_part(part)
    }

    fn in_scope(&self, numbers: &[CustomerNumber], scope: &Scope) -> Result<Vec<CustomerNumber>> {
        self.those_in_scope(numbers, scope)
    }

    fn archived(&self, numbers: &[CustomerNumber]) -> Result<Vec<CustomerNumber>> {
        let sql = "SELECT number FROM customer WHERE number = ?1 AND archived_at IS NOT NULL";
        let mut archived = Vec::new();
        for number in numbers {
            archived.extend(self.one(sql, [number.to_i64()], |row| Columns::of(row).number())?);
        }
        Ok(archived)
    }

    fn dossiers(&self, numbers: &[CustomerNumber]) -> Result<Vec<Dossier>> {
        self.dossiers_of(numbers)
    }

    fn distinct_from(&self, numbers: &[CustomerNumber]) -> Result<Vec<Vec<CustomerNumber>>> {
        numbers.iter().map(|&number| self.distinct_of(number)).collect()
    }

    fn contacts(&self, customer: CustomerNumber, scope: &Scope) -> Result<Vec<Contact>> {
        let owner = self.owner_of(customer)?;
        if !owner.is_some_and(|owner| scope.contains(customer, owner)) {
            return Ok(Vec::new());
        }
        let mut contacts = self.contacts_of(customer)?;
        contacts.sort_by_key(|contact| !contact.primary);
        Ok(contacts)
    }

    fn quiet(&self, filter: &QuietFilter, scope: &Scope, page: &PageRequest) -> Result<Page<Quiet>> {
        self.list_quiet(filter, scope, page)
    }

    fn follow_ups(
        &self,
        filter: &FollowUpFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<FollowUp>> {
        self.list_follow_ups(filter, scope, page)
    }

    fn tasks(&self, filter: &TaskFilter, scope: &Scope, page: &PageRequest) -> Result<Page<ListedTask>> {
        self.list_tasks(filter, scope, page)
    }

    fn opportunities(
        &self,
        filter: &OpportunityFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Opportunity>> {
        self.list_opportunities(filter, scope, page)
    }

    fn open_opportunities(&self, customers: &[CustomerNumber]) -> Result<Vec<Opportunity>> {
        self.open_opportunities_of(customers)
    }

    fn contracts(
        &self,
        filter: &ContractFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Contract>> {
        self.list_contracts(filter, scope, page)
    }

    fn attachments(
        &self,
        filter: &AttachmentFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Attachment>> {
        self.list_attachments(filter, scope, page)
    }

    fn content_part(&self, digest: &str, part: u32) -> Result<Option<Vec<u8>>> {
        self.part_of(digest, part)
    }

    fn opportunity_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<(OpportunityId, CustomerNumber)>> {
        self.deal_by_external_id(external_id)
    }

    fn contracts_with_number(&self, folded: &str) -> Result<Vec<Contract>> {
        self.contracts_numbered(folded)
    }

    fn open_tasks(&self, customers: &[CustomerNumber]) -> Result<Vec<Task>> {
        self.open_tasks_of(customers)
    }

    fn task_of(&self, follow_up: FollowUpId) -> Result<Option<Task>> {
        self.last_task_of(follow_up)
    }

    fn import_by_fingerprint(&self, fingerprint: &str, by: Option<UserId>) -> Result<Option<Import>> {
        let by = match by {
            // Who is not there has run nothing.
            Some(by) => match self.row_of(by.into())? {
                Some(row) => Some(row),
                None => return Ok(None),
            },
            None => None,
        };
        let rest = "WHERE t.fingerprint = ?1 AND t.by IS ?2 ORDER BY t.id DESC LIMIT 1";
        Ok(self.records_where(rest, params![fingerprint, by])?.pop())
    }

    fn imports(&self) -> Result<Vec<Import>> {
        self.records_where("ORDER BY t.id DESC", [])
    }

    fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        self.import_rows_after(id, position(after), limit)
    }

    fn log(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        let rest = "WHERE l.seq > ?1 ORDER BY l.seq LIMIT ?2";
        self.entries(rest, params![position(after), limit])
    }

    fn log_where(&self, filter: &LogFilter, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.entries_where(filter, position(before), limit)
    }

    fn log_about(&self, entity: Entity, key: &RecordKey, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        self.entries_about(entity, key, position(before), limit)
    }

    fn log_of(&self, customer: CustomerNumber, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        let rest = "WHERE l.customer = ?1 AND l.seq < ?2 ORDER BY l.seq DESC LIMIT ?3";
        self.entries(rest, params![customer.to_i64(), position(before), limit])
    }

    fn deal_facts(
        &self,
        by: DealsBy,
        filter: &FactFilter,
        with_ids: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&DealFact) -> Result<()>,
    ) -> Result<()> {
        self.visit_deals(by, filter, with_ids, scope, visit)
    }

    fn open_facts(
        &self,
        people: Option<&BTreeSet<UserId>>,
        scope: &Scope,
        visit: &mut dyn FnMut(&OpenFact) -> Result<()>,
    ) -> Result<()> {
        self.visit_open_deals(people, scope, visit)
    }

    fn sale_facts(
        &self,
        people: Option<&BTreeSet<UserId>>,
        signed_on: Days,
        with_deals: bool,
        scope: &Scope,
        visit: &mut dyn FnMut(&SaleFact) -> Result<()>,
    ) -> Result<()> {
        self.visit_sales(people, signed_on, with_deals, scope, visit)
    }

    fn talk_facts(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&TalkFact) -> Result<()>,
    ) -> Result<()> {
        self.visit_talks(filter, scope, visit)
    }

    fn duty_facts(
        &self,
        people: Option<&BTreeSet<UserId>>,
        due: Days,
        scope: &Scope,
        visit: &mut dyn FnMut(&DutyFact) -> Result<()>,
    ) -> Result<()> {
        self.visit_duties(people, due, scope, visit)
    }

    fn customer_facts(
        &self,
        by: Option<DateTime<Utc>>,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(&CustomerFact) -> Result<()>,
    ) -> Result<()> {
        self.visit_customers(by, filter, scope, visit)
    }

    fn standing(
        &self,
        people: Option<&BTreeSet<UserId>>,
        quiet: &QuietFilter,
        scope: &Scope,
    ) -> Result<Vec<Standing>> {
        self.count_standing(people, quiet, scope)
    }

    fn late_entries(
        &self,
        filter: &FactFilter,
        scope: &Scope,
        visit: &mut dyn FnMut(UserId) -> Result<()>,
    ) -> Result<()> {
        self.visit_late_entries(filter, scope, visit)
    }

    fn targets(&self, (from, until): Days) -> Result<Vec<Target>> {
        let (from, until) = (from.map(|day| day.to_string()), until.map(|day| day.to_string()));
        let rest = "WHERE (?1 IS NULL OR t.month >= ?1) AND (?2 IS NULL OR t.month < ?2)";
        let mut targets: Vec<Target> = self.records_where(rest, (from, until))?;
        targets.sort_by_key(|target| (target.person, target.month));
        Ok(targets)
    }

    fn log_lines(
        &self,
        customers: &[CustomerNumber],
        kinds: &[AuditKind],
        before: u64,
        limit: u32,
    ) -> Result<Vec<LogLine>> {
        self.lines_of_log(customers, kinds, position(before), limit)
    }

    fn happenings(
        &self,
        customer: CustomerNumber,
        sort: TimelineSort,
        before: &Moment,
        scope: &Scope,
        limit: u32,
    ) -> Result<Vec<Happening>> {
        self.happenings_of(customer, sort, before, scope, limit)
    }
}
