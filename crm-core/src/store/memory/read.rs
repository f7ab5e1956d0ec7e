//! What is read.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};

use super::state::{Kept, State};
use crate::{
    audit::GENESIS,
    error::{Error, Result},
    matching::{Candidate, KeyKind, MatchKey, fold},
    model::{
        AccessRequest, Account, Attachment, AuditEntry, AuditKind, Contact, Contract, Customer,
        CustomerNumber, CustomerPage, CustomerStatus, CustomerSummary, Entity, FollowUp, FollowUpId,
        HandOver, Import, ImportId, ImportRow, Lane, LoginSession, Merge, Opportunity, OpportunityId, Page,
        PageRequest, PickEntry, RecordKey, ServiceRecord, StageChange, StatusChange, Target, Task, TaskState,
        Team, TimelineSort, User, UserId,
    },
    rules::{
        contract::fold_contract_number,
        person::fold_login,
        request::{holds, waits},
        task::overdue_from,
    },
    store::{
        Activity, AttachmentFilter, Caller, ContractFilter, Crowded, CustomerFact, CustomerFilter, DealFact,
        DealsBy, Dossier, DutyFact, FactFilter, FollowUpFilter, Happening, Happens, KeyQuestion, Keyset,
        ListedTask, LogFilter, LogLine, Moment, OpenFact, OpportunityFilter, Proposed, Quiet, QuietFilter,
        Record, Records, SaleFact, Scope, SortValue, Standing, StoreRead, TalkFact, TaskFilter, Whose,
        deal_filter::{Days, is_within},
        last_done,
    },
};

impl<T: Kept> Records<T> for State {
    fn count(&self) -> Result<u64> {
        Ok(T::table(self).len() as u64)
    }

    fn records(&self, keys: &[T::Key], scope: &Scope) -> Result<Vec<T>> {
        let there = keys.iter().filter_map(|key| T::table(self).get(key));
        let in_scope = there.filter(|record| {
            record
                .customer()
                .is_none_or(|number| self.reaches(record.as_ref(), number, scope))
        });
        Ok(in_scope.map(|record| T::clone(record)).collect())
    }

    fn of_customer(
        &self,
        customer: CustomerNumber,
        archived: bool,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<T>> {
        let Some((order, _)) = T::NEWEST.filter(|_| T::CUSTOMER.is_some()) else {
            return Ok(Page::empty());
        };
        let keyset = Keyset::new(order, page)?;
        let seen = self.customer_in(customer, scope).is_some();
        let keys = self.hanging.get(&(T::ENTITY, customer)).into_iter().flatten();
        let there = keys
            .filter_map(T::read_key)
            .filter_map(|key| T::table(self).get(&key))
            .filter(|record| seen && (archived || record.archived_at().is_none()));
        Ok(keyset.page(there.map(|record| (record.place(), T::clone(record)))))
    }

    fn all_of(&self, customer: CustomerNumber) -> Result<Vec<T>> {
        let theirs = T::table(self)
            .values()
            .filter(|record| record.customer() == Some(customer));
        Ok(theirs.cloned().collect())
    }
}

impl StoreRead for State {
    fn caller(&self, id: UserId, at: DateTime<Utc>) -> Result<Option<Caller>> {
        let Some(user) = self.tables.User.get(&id) else {
            return Ok(None);
        };
        let members = self
            .tables
            .User
            .values()
            .filter(|other| other.team.is_some() && other.team == user.team);
        let mut caller = Caller {
            user: User::clone(user),
            account: self
                .tables
                .Account
                .get(&id)
                .map(|account| Account::clone(account)),
            members: members.map(|member| member.id).collect(),
            seen: Vec::new(),
            edited: Vec::new(),
            roles: Vec::new(),
            exports: false,
            deals: self.guest_deals(id),
        };
        let theirs = self
            .tables
            .AccessRequest
            .values()
            .filter(|request| request.by == id);
        let mut granted: Vec<&AccessRequest> = theirs.filter(|request| holds(request, at)).collect();
        granted.sort_by_key(|request| (request.created_at, request.id));
        granted
            .into_iter()
            .for_each(|request| caller.grant(request.wanted, &request.granted, request.role));
        Ok(Some(caller))
    }

    fn sessions_of(&self, user: UserId) -> Result<Vec<(LoginSession, DateTime<Utc>)>> {
        let theirs = self
            .tables
            .LoginSession
            .values()
            .filter(|session| session.user == user);
        let used = |session: &LoginSession| self.uses.get(&session.id).copied().unwrap_or(session.began_at);
        let mut sessions: Vec<_> = theirs.map(|session| (session.clone(), used(session))).collect();
        sessions.sort_by_key(|(session, _)| (session.began_at, session.id));
        Ok(sessions)
    }

    fn user_by_login(&self, login: &str) -> Result<Option<User>> {
        let login = fold_login(login);
        Ok(self
            .tables
            .User
            .values()
            .find(|user| fold_login(&user.login) == login)
            .cloned())
    }

    fn requests(
        &self,
        by: Option<&[UserId]>,
        waiting: bool,
        page: &PageRequest,
    ) -> Result<Page<AccessRequest>> {
        let Some((order, _)) = AccessRequest::NEWEST else {
            return Ok(Page::empty());
        };
        let keyset = Keyset::new(order, page)?;
        let wanted =
            self.tables.AccessRequest.values().filter(|request| {
                by.is_none_or(|by| by.contains(&request.by)) && (!waiting || waits(request))
            });
        Ok(keyset.page(wanted.map(|request| (request.place(), request.clone()))))
    }

    fn users(&self) -> Result<Vec<User>> {
        let mut users: Vec<User> = self.tables.User.values().cloned().collect();
        users.sort_by_cached_key(|user| fold_login(&user.login));
        Ok(users)
    }

    fn teams(&self) -> Result<Vec<Team>> {
        let mut teams: Vec<Team> = self.tables.Team.values().cloned().collect();
        teams.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        Ok(teams)
    }

    fn pick_entries(&self) -> Result<Arc<[PickEntry]>> {
        let mut entries: Vec<PickEntry> = self.tables.PickEntry.values().cloned().collect();
        entries.sort_by(|a, b| (a.list, a.position, &a.code).cmp(&(b.list, b.position, &b.code)));
        Ok(entries.into())
    }

    fn customers_by_alias(&self, alias: &str) -> Result<Vec<CustomerNumber>> {
        let having = self.aliases.get(&fold(alias));
        Ok(having
            .into_iter()
            .flat_map(|numbers| numbers.iter().copied())
            .collect())
    }

    fn customer_by_external_id(&self, external_id: &str) -> Result<Option<CustomerNumber>> {
        let merged = |merge: &&Merge| merge.loser.external_id.as_deref() == Some(external_id);
        let survivor = || {
            self.tables
                .Merge
                .values()
                .find(merged)
                .map(|merge| merge.customer)
        };
        Ok(self.external_ids.get(external_id).copied().or_else(survivor))
    }

    fn opportunity_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<(OpportunityId, CustomerNumber)>> {
        let deal = self.deals.get(external_id);
        let deal = deal.and_then(|id| self.tables.Opportunity.get(id));
        Ok(deal.map(|deal| (deal.id, deal.customer)))
    }

    fn last_serial(&self, day: NaiveDate, lane: Lane) -> Result<u32> {
        Ok(self.serials.get(&(day, lane)).copied().unwrap_or_default())
    }

    fn customers(&self, filter: &CustomerFilter, scope: &Scope, page: &PageRequest) -> Result<CustomerPage> {
        let keyset = Keyset::new(filter.order(), page)?;
        let matching = self.matching(filter, scope);
        let Page { items, next } = keyset.page(matching.map(|customer| {
            let place = filter.place(customer, || self.activity(customer.number));
            (place, customer)
        }));
        Ok(CustomerPage {
            items: items.into_iter().map(|customer| self.summary(customer)).collect(),
            next,
        })
    }

    fn count_customers(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        Ok(self.matching(filter, scope).count() as u64)
    }

    fn customers_of(&self, owner: UserId) -> Result<Vec<CustomerNumber>> {
        let theirs = self
            .tables
            .Customer
            .values()
            .filter(|customer| customer.owner == owner);
        Ok(theirs.map(|customer| customer.number).collect())
    }

    fn holders(
        &self,
        questions: &[KeyQuestion],
        scope: &Scope,
    ) -> Result<Vec<Vec<(MatchKey, CustomerNumber)>>> {
        let mut answers: Vec<Vec<(MatchKey, CustomerNumber)>> = Vec::with_capacity(questions.len());
        for question in questions {
            let before = answers.iter().rev().take(question.unless);
            answers.push(match before.into_iter().all(Vec::is_empty) {
                true => self.holders_of(question, scope),
                false => Vec::new(),
            });
        }
        Ok(answers)
    }

    fn proposed(&self, whole: &[CustomerNumber], by_name: &[CustomerNumber]) -> Result<Vec<Proposed>> {
        let named = |customer: &Customer| Candidate {
            number: customer.number,
            name: customer.name.clone(),
            kind: customer.kind,
            owner: customer.owner,
            phones: Vec::new(),
            aliases: Vec::new(),
            registrations: Vec::new(),
        };
        let there = |number| self.tables.Customer.get(number).map(Arc::as_ref);
        let whole = whole
            .iter()
            .filter_map(there)
            .map(|customer| (customer, self.candidate(customer)));
        let by_name = by_name
            .iter()
            .filter_map(there)
            .map(|customer| (customer, named(customer)));
        Ok(whole
            .chain(by_name)
            .map(|(customer, candidate)| Proposed {
                candidate,
                owner_name: self.name_of_user(customer.owner),
                archived: customer.archived_at.is_some(),
            })
            .collect())
    }

    fn candidates_after(
        &self,
        after: Option<CustomerNumber>,
        limit: u32,
        scope: &Scope,
    ) -> Result<Vec<(Candidate, Option<ImportId>)>> {
        let live = self.tables.Customer.values().filter(|customer| {
            customer.archived_at.is_none() && scope.contains(customer.number, customer.owner)
        });
        let rest = live.filter(|customer| after.is_none_or(|after| customer.number > after));
        Ok(rest
            .take(limit as usize)
            .map(|customer| (self.candidate(customer), customer.import))
            .collect())
    }

    fn shared_keys(
        &self,
        kind: KeyKind,
        scope: &Scope,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        self.keys(kind, &mut |key, numbers| {
            let having = numbers.iter().copied();
            let seen: Vec<CustomerNumber> = having
                .filter(|number| self.customer_in(*number, scope).is_some())
                .collect();
            Ok(seen.len() < 2 || visit(key, &seen)?)
        })
    }

    fn keys(
        &self,
        kind: KeyKind,
        visit: &mut dyn FnMut(MatchKey, &[CustomerNumber]) -> Result<bool>,
    ) -> Result<()> {
        let (first, last) = MatchKey::range(kind);
        for (&key, numbers) in self.keys.range(first..=last) {
            let numbers: Vec<CustomerNumber> = numbers.iter().copied().collect();
            if !numbers.is_empty() && !visit(key, &numbers)? {
                break;
            }
        }
        Ok(())
    }

    fn in_scope(&self, numbers: &[CustomerNumber], scope: &Scope) -> Result<Vec<CustomerNumber>> {
        let there = numbers.iter().copied();
        Ok(there
            .filter(|number| self.customer_in(*number, scope).is_some())
            .collect())
    }

    fn archived(&self, numbers: &[CustomerNumber]) -> Result<Vec<CustomerNumber>> {
        let is_archived = |number: &CustomerNumber| {
            let customer = self.tables.Customer.get(number);
            customer.is_some_and(|customer| customer.archived_at.is_some())
        };
        Ok(numbers.iter().copied().filter(is_archived).collect())
    }

    fn dossiers(&self, numbers: &[CustomerNumber]) -> Result<Vec<Dossier>> {
        let there = numbers
            .iter()
            .filter_map(|number| self.tables.Customer.get(number));
        Ok(there
            .map(|customer| Dossier {
                customer: Customer::clone(customer),
                contacts: self.live_contacts(customer.number),
                distinct: self.distinct_of(customer.number),
            })
            .collect())
    }

    fn distinct_from(&self, numbers: &[CustomerNumber]) -> Result<Vec<Vec<CustomerNumber>>> {
        Ok(numbers.iter().map(|number| self.distinct_of(*number)).collect())
    }

    fn contacts(&self, customer: CustomerNumber, scope: &Scope) -> Result<Vec<Contact>> {
        if self.customer_in(customer, scope).is_none() {
            return Ok(Vec::new());
        }
        let mut contacts = self.live_contacts(customer);
        contacts.sort_by_key(|contact| !contact.primary);
        Ok(contacts)
    }

    fn quiet(&self, filter: &QuietFilter, scope: &Scope, page: &PageRequest) -> Result<Page<Quiet>> {
        let keyset = Keyset::new(QuietFilter::ORDER, page)?;
        let wanted = self.tables.Customer.values().filter(|customer| {
            scope.contains(customer.number, customer.owner)
                && customer.archived_at.is_none()
                && customer.status != CustomerStatus::Lost
                && filter.owner.is_none_or(|owner| owner == customer.owner)
        });
        let mut quiet = Vec::new();
        for customer in wanted {
            let open = self.open_tasks(&[customer.number])?;
            let is_to_come = |task: &Task| overdue_from(task.due, task.due_time.as_deref()) > filter.today;
            let talked = self.activity(customer.number).last_follow_up;
            let given = self.tables.HandOver.values();
            let handed_over = given
                .filter(|given| given.customer == customer.number)
                .map(|given| given.at)
                .max();
            let (last_at, last_done) = last_done(customer.created_at, talked, handed_over);
            if last_at < filter.before && !open.iter().any(is_to_come) {
                let row = Quiet {
                    number: customer.number,
                    name: customer.name.clone(),
                    status: customer.status,
                    owner: customer.owner,
                    owner_name: self.name_of_user(customer.owner),
                    last_at,
                    last_done,
                };
                quiet.push((vec![SortValue::Integer(customer.number.to_i64())], row));
            }
        }
        Ok(keyset.page(quiet.into_iter()))
    }

    fn follow_ups(
        &self,
        filter: &FollowUpFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<FollowUp>> {
        let whole = filter.archived || filter.customer.is_some();
        self.newest(scope, whole, page, |follow_up| filter.matches(follow_up))
    }

    fn opportunities(
        &self,
        filter: &OpportunityFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Opportunity>> {
        let whole = filter.archived || filter.customer.is_some();
        self.newest(scope, whole, page, |deal| filter.matches(deal))
    }

    fn open_opportunities(&self, customers: &[CustomerNumber]) -> Result<Vec<Opportunity>> {
        let mut open = Vec::new();
        for &customer in customers {
            let is_open = |deal: &&Opportunity| {
                deal.customer == customer && deal.closed_at.is_none() && deal.archived_at.is_none()
            };
            let theirs = self.tables.Opportunity.values().filter(is_open);
            let mut theirs: Vec<Opportunity> = theirs.map(Opportunity::clone).collect();
            theirs.sort_by_cached_key(Record::place);
            theirs.reverse();
            open.append(&mut theirs);
        }
        Ok(open)
    }

    fn contracts(
        &self,
        filter: &ContractFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Contract>> {
        let whole = filter.archived || filter.customer.is_some();
        let has_scan = |contract: &Contract| {
            self.tables.Attachment.values().any(|file| {
                file.contract == Some(contract.id)
                    && file.kind.code == PickEntry::CONTRACT_SCAN
                    && file.archived_at.is_none()
            })
        };
        self.newest(scope, whole, page, |contract| {
            filter.matches(contract) && !(filter.without_scan && has_scan(contract))
        })
    }

    fn attachments(
        &self,
        filter: &AttachmentFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Attachment>> {
        let whole = filter.archived || filter.customer.is_some();
        let is_put_away = |file: &Attachment| {
            let talk = file.follow_up.and_then(|id| self.tables.FollowUp.get(&id));
            let contract = file.contract.and_then(|id| self.tables.Contract.get(&id));
            talk.is_some_and(|talk| talk.archived_at.is_some())
                || contract.is_some_and(|contract| contract.archived_at.is_some())
        };
        self.newest(scope, whole, page, |file| {
            filter.matches(file) && (filter.archived || !is_put_away(file))
        })
    }

    fn content_part(&self, digest: &str, part: u32) -> Result<Option<Vec<u8>>> {
        let content = self.contents.get(digest);
        let part = content.and_then(|content| content.parts().nth(usize::try_from(part).ok()?));
        Ok(part.map(<[u8]>::to_vec))
    }

    fn contracts_with_number(&self, folded: &str) -> Result<Vec<Contract>> {
        let numbered = self.tables.Contract.values();
        let numbered = numbered.filter(|contract| fold_contract_number(&contract.contract_number) == folded);
        let mut numbered: Vec<Contract> = numbered.map(Contract::clone).collect();
        numbered.sort_by_key(|contract| contract.id);
        Ok(numbered)
    }

    fn tasks(&self, filter: &TaskFilter, scope: &Scope, page: &PageRequest) -> Result<Page<ListedTask>> {
        let keyset = Keyset::new(TaskFilter::ORDER, page)?;
        let listed = self.tables.Task.values().filter_map(|task| {
            let customer = self.tables.Customer.get(&task.customer)?;
            let wanted = self.reaches(task, task.customer, scope)
                && customer.archived_at.is_none()
                && filter.matches(task);
            wanted.then(|| {
                let listed = ListedTask {
                    task: Task::clone(task),
                    customer_name: customer.name.clone(),
                    holder_name: self.name_of_user(task.holder),
                };
                (TaskFilter::place(task), listed)
            })
        });
        Ok(keyset.page(listed))
    }

    fn open_tasks(&self, customers: &[CustomerNumber]) -> Result<Vec<Task>> {
        let mut open = Vec::new();
        for &customer in customers {
            let keys = self.hanging.get(&(Entity::Task, customer)).into_iter().flatten();
            let theirs = keys
                .filter_map(Task::read_key)
                .filter_map(|id| self.tables.Task.get(&id))
                .filter(|task| task.state == TaskState::Open);
            let mut theirs: Vec<Task> = theirs.map(|task| Task::clone(task)).collect();
            theirs.sort_by_cached_key(TaskFilter::place);
            open.append(&mut theirs);
        }
        Ok(open)
    }

    fn task_of(&self, follow_up: FollowUpId) -> Result<Option<Task>> {
        let made = self
            .tables
            .Task
            .values()
            .filter(|task| task.follow_up == Some(follow_up));
        Ok(made.max_by_key(|task| self.tables.Task.order(&task.id)).cloned())
    }

    fn import_by_fingerprint(&self, fingerprint: &str, by: Option<UserId>) -> Result<Option<Import>> {
        let same = |import: &Import| import.fingerprint == fingerprint && import.by == by;
        Ok(self.imports()?.into_iter().find(same))
    }

    fn imports(&self) -> Result<Vec<Import>> {
        let mut imports: Vec<Import> = self.tables.Import.values().cloned().collect();
        imports.sort_by_key(|import| std::cmp::Reverse(self.tables.Import.order(&import.id)));
        Ok(imports)
    }

    fn import_rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let rows = self
            .import_rows
            .range((id, after)..=(id, u64::MAX))
            .filter(|((_, line), _)| *line > after);
        Ok(rows.take(limit).map(|(_, row)| ImportRow::clone(row)).collect())
    }

    fn log_head(&self) -> Result<(u64, [u8; 32])> {
        Ok(self
            .log
            .last()
            .map_or((0, GENESIS), |entry| (entry.seq, entry.hash)))
    }

    fn log(&self, after: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        let (after, limit) = (
            usize::try_from(after).unwrap_or(usize::MAX),
            usize::try_from(limit).unwrap_or(usize::MAX),
        );
        Ok(self
            .log
            .iter()
            .skip(after)
            .take(limit)
            .map(|entry| AuditEntry::clone(entry))
            .collect())
    }

    fn log_where(&self, filter: &LogFilter, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        let met = self
            .log
            .iter()
            .rev()
            .filter(|entry| entry.seq < before && filter.is_met(entry));
        Ok(met
            .take(limit as usize)
            .map(|entry| AuditEntry::clone(entry))
            .collect())
    }

    fn log_about(&self, entity: Entity, key: &RecordKey, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        Ok(self.latest(before, limit, |entry| {
            entry.about.entity == entity && entry.about.key == *key
        }))
    }

    fn log_of(&self, customer: CustomerNumber, before: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        Ok(self.latest(before, limit, |entry| entry.about.customer == Some(customer)))
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

    fn targets(&self, months: Days) -> Result<Vec<Target>> {
        let targets = self
            .tables
            .Target
            .values()
            .filter(|target| is_within(months, target.month));
        Ok(targets.map(Target::clone).collect())
    }

    fn log_lines(
        &self,
        customers: &[CustomerNumber],
        kinds: &[AuditKind],
        before: u64,
        limit: u32,
    ) -> Result<Vec<LogLine>> {
        let is_of = |entry: &AuditEntry| matches!(entry.about.entity, Entity::Customer | Entity::Contact);
        let mut first = BTreeSet::new();
        let mut lines: Vec<LogLine> = self
            .log
            .iter()
            .filter(|entry| entry.seq < before && is_of(entry) && kinds.contains(&entry.operation.kind))
            .filter_map(|entry| {
                let customer = entry.about.customer.filter(|number| customers.contains(number))?;
                let is_first = first.insert((entry.operation.id, customer));
                (is_first && !self.is_archived_contact(entry)).then(|| LogLine {
                    seq: entry.seq,
                    operation: entry.operation,
                    entity: entry.about.entity,
                    key: entry.about.key.clone(),
                    customer,
                })
            })
            .collect();
        lines.reverse();
        lines.truncate(limit as usize);
        Ok(lines)
    }

    fn happenings(
        &self,
        customer: CustomerNumber,
        sort: TimelineSort,
        before: &Moment,
        scope: &Scope,
        limit: u32,
    ) -> Result<Vec<Happening>> {
        let told = Told {
            state: self,
            customer,
            before,
            scope,
            limit: limit as usize,
        };
        Ok(match sort {
            TimelineSort::Change => Vec::new(),
            TimelineSort::Merge => told.of::<Merge>(),
            TimelineSort::HandOver => told.of::<HandOver>(),
            TimelineSort::Status => told.of::<StatusChange>(),
            TimelineSort::Stage => told.of::<StageChange>(),
            TimelineSort::Contract => told.of::<Contract>(),
            TimelineSort::ServiceRecord => told.of::<ServiceRecord>(),
            TimelineSort::FollowUp => told.of::<FollowUp>(),
        })
    }
}

/// Which of a customer's happenings are asked for.
struct Told<'a> {
    state: &'a State,
    customer: CustomerNumber,
    before: &'a Moment,
    scope: &'a Scope,
    limit: usize,
}

impl Told<'_> {
    fn of<T: Kept + Happens>(&self) -> Vec<Happening> {
        let mut told: Vec<&T> = T::table(self.state)
            .values()
            .filter(|it| it.customer() == Some(self.customer) && it.is_told() && it.moment() < *self.before)
            .filter(|it| self.state.reaches(*it, self.customer, self.scope))
            .filter(|it| T::SORT != TimelineSort::Stage || !self.state.is_of_archived_deal(*it))
            .collect();
        told.sort_by_cached_key(|it| std::cmp::Reverse(it.moment()));
        let told = told.into_iter().take(self.limit);
        told.map(|it| it.clone().happening()).collect()
    }
}

impl State {
    /// A page of the records that hang on customers, the newest first: of all customers if `whole`, else of those that are not
    /// archived.
    fn newest<T: Kept>(
        &self,
        scope: &Scope,
        whole: bool,
        page: &PageRequest,
        wanted: impl Fn(&T) -> bool,
    ) -> Result<Page<T>> {
        let (order, _) = T::NEWEST.ok_or_else(|| Error::internal("records without an order"))?;
        let keyset = Keyset::new(order, page)?;
        let listed = T::table(self).values().filter(|record| {
            let number = record.customer();
            let customer = number.and_then(|number| self.tables.Customer.get(&number));
            let shown = |customer: &Arc<Customer>| {
                (whole || customer.archived_at.is_none()) && self.reaches(*record, customer.number, scope)
            };
            customer.is_some_and(shown) && wanted(record)
        });
        Ok(keyset.page(listed.map(|record| (record.place(), T::clone(record)))))
    }

    /// Whether an entry is about a contact that is archived by now.
    fn is_archived_contact(&self, entry: &AuditEntry) -> bool {
        let about = &entry.about;
        let contact = match about.entity {
            Entity::Contact => Contact::read_key(&about.key).and_then(|id| self.tables.Contact.get(&id)),
            _ => None,
        };
        contact.is_some_and(|contact| contact.archived_at.is_some())
    }

    /// Whether a record is about a deal that is archived.
    fn is_of_archived_deal<T: Record>(&self, record: &T) -> bool {
        let deal = record
            .opportunity()
            .and_then(|id| self.tables.Opportunity.get(&id));
        deal.is_some_and(|deal| deal.archived_at.is_some())
    }

    /// Whether a record of a customer's is in scope.
    fn reaches<T: Record>(&self, record: &T, number: CustomerNumber, scope: &Scope) -> bool {
        let customer = self.tables.Customer.get(&number);
        customer.is_some_and(|customer| scope.reaches(record, number, customer.owner))
    }

    /// The open deals of a user on customers of others (R8.1), by identifier.
    fn guest_deals(&self, owner: UserId) -> Vec<(OpportunityId, CustomerNumber)> {
        let is_guest = |deal: &&Opportunity| {
            let customer = self.tables.Customer.get(&deal.customer);
            deal.owner == owner
                && deal.closed_at.is_none()
                && deal.archived_at.is_none()
                && customer.is_some_and(|customer| customer.owner != owner)
        };
        let theirs = self.tables.Opportunity.values().filter(is_guest);
        let mut deals: Vec<_> = theirs.map(|deal| (deal.id, deal.customer)).collect();
        deals.sort_unstable();
        deals
    }

    fn customer_in(&self, number: CustomerNumber, scope: &Scope) -> Option<&Customer> {
        self.tables
            .Customer
            .get(&number)
            .filter(|customer| scope.contains(number, customer.owner))
            .map(Arc::as_ref)
    }

    fn holders_of(&self, question: &KeyQuestion, scope: &Scope) -> Vec<(MatchKey, CustomerNumber)> {
        let limit = usize::try_from(question.limit).unwrap_or(usize::MAX);
        let mut keys = question.keys.clone();
        keys.sort_unstable();
        keys.dedup();
        let mut found = Vec::new();
        for key in keys {
            let holders = self.keys.get(&key).into_iter().flat_map(|holders| holders.iter());
            let holders: Vec<CustomerNumber> = holders
                .copied()
                .filter(|number| {
                    let seen = scope.is_all() || self.customer_in(*number, scope).is_some();
                    seen == (question.whose == Whose::InScope)
                })
                .collect();
            if question.crowded == Crowded::Cut || holders.len() <= limit {
                found.extend(holders.iter().take(limit).map(|&number| (key, number)));
            }
        }
        found
    }

    fn candidate(&self, customer: &Customer) -> Candidate {
        let own = customer.phones.iter().filter_map(|phone| phone.e164.clone());
        let contacts = self.live_contacts(customer.number);
        let theirs = contacts.iter().flat_map(Contact::numbers).map(str::to_owned);
        let mut phones: Vec<String> = own.chain(theirs).collect();
        phones.sort_unstable();
        phones.dedup();
        Candidate {
            number: customer.number,
            name: customer.name.clone(),
            kind: customer.kind,
            owner: customer.owner,
            phones,
            aliases: customer.aliases.clone(),
            registrations: customer.registrations.clone(),
        }
    }

    fn distinct_of(&self, number: CustomerNumber) -> Vec<CustomerNumber> {
        let others = self.distinct.get(&number);
        others
            .map(|others| others.iter().copied().collect())
            .unwrap_or_default()
    }

    fn latest(&self, before: u64, limit: u32, wanted: impl Fn(&AuditEntry) -> bool) -> Vec<AuditEntry> {
        let entries = self
            .log
            .iter()
            .rev()
            .filter(|entry| entry.seq < before && wanted(entry));
        entries
            .take(limit as usize)
            .map(|entry| AuditEntry::clone(entry))
            .collect()
    }

    fn name_of_user(&self, id: UserId) -> String {
        self.tables
            .User
            .get(&id)
            .map(|user| user.name.clone())
            .unwrap_or_default()
    }

    fn matching<'a>(
        &'a self,
        filter: &'a CustomerFilter,
        scope: &'a Scope,
    ) -> impl Iterator<Item = &'a Customer> {
        let customers = self.tables.Customer.values();
        customers
            .filter(|customer| scope.contains(customer.number, customer.owner) && filter.matches(customer))
            .filter(|customer| {
                !filter.no_follow_up || self.activity(customer.number).last_follow_up.is_none()
            })
            .filter(|customer| !filter.no_open_task || self.activity(customer.number).next_task.is_none())
    }

    /// What is done with a customer: follow-ups that are not archived, tasks that are open and no notices.
    fn activity(&self, customer: CustomerNumber) -> Activity {
        let talks = self.tables.FollowUp.values();
        let talks = talks.filter(|talk| talk.customer == customer && talk.archived_at.is_none());
        let tasks = self.tables.Task.values();
        let tasks = tasks.filter(|task| {
            task.customer == customer && task.state == TaskState::Open && !task.kind.is_notice()
        });
        Activity {
            last_follow_up: talks.map(|talk| talk.at).max(),
            next_task: tasks
                .map(|task| overdue_from(task.due, task.due_time.as_deref()))
                .min(),
        }
    }

    /// The contacts of a customer that are not archived, as they came.
    fn live_contacts(&self, customer: CustomerNumber) -> Vec<Contact> {
        let ids = self.contacts_of.get(&customer).into_iter().flatten();
        let there = ids.filter_map(|id| self.tables.Contact.get(id));
        let mut contacts: Vec<Contact> = there
            .filter(|contact| contact.archived_at.is_none())
            .map(|contact| Contact::clone(contact))
            .collect();
        contacts.sort_by_key(|contact| self.tables.Contact.order(&contact.id));
        contacts
    }

    fn summary(&self, customer: &Customer) -> CustomerSummary {
        CustomerSummary {
            number: customer.number,
            name: customer.name.clone(),
            kind: customer.kind,
            status: customer.status,
            industry: customer.industry.code.clone(),
            source: customer.source.code.clone(),
            owner: customer.owner,
            owner_name: self.name_of_user(customer.owner),
            primary_phone: customer
                .primary_phone()
                .map(|phone| phone.typed.clone())
                .unwrap_or_default(),
            first_contact: customer.first_contact,
            created_at: customer.created_at,
            revision: customer.revision,
        }
    }
}
