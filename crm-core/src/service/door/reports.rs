//! Facts for reports: what is read of them (R7). They are counted under the grant for reports, and within the caller's scope.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::ReadTx;
use crate::{
    access::{Grant, SeeReports, SetTargets},
    error::{Error, Result},
    model::{
        AuditEntry, AuditKind, Customer, CustomerNumber, Entity, Opportunity, OpportunityId, RecordKey,
        Target, UserId,
    },
    store::{
        CustomerFact, DealFact, DealsBy, DutyFact, FactFilter, LogFilter, OpenFact, QuietFilter, Record,
        SaleFact, Standing, TalkFact, deal_filter::Days,
    },
};

impl<'tx> ReadTx<'_, 'tx> {
    pub(in crate::service) fn deal_facts(
        &self,
        grant: &Grant<'tx, SeeReports>,
        by: DealsBy,
        filter: &FactFilter,
        with_ids: bool,
        mut visit: impl FnMut(&DealFact),
    ) -> Result<()> {
        self.store
            .deal_facts(by, filter, with_ids, grant.sees(), &mut |fact| {
                visit(fact);
                Ok(())
            })
    }

    pub(in crate::service) fn open_facts(
        &self,
        grant: &Grant<'tx, SeeReports>,
        people: Option<&BTreeSet<UserId>>,
        mut visit: impl FnMut(&OpenFact),
    ) -> Result<()> {
        self.store.open_facts(people, grant.sees(), &mut |fact| {
            visit(fact);
            Ok(())
        })
    }

    pub(in crate::service) fn sale_facts(
        &self,
        grant: &Grant<'tx, SeeReports>,
        people: Option<&BTreeSet<UserId>>,
        signed_on: Days,
        with_deals: bool,
        mut visit: impl FnMut(&SaleFact),
    ) -> Result<()> {
        self.store
            .sale_facts(people, signed_on, with_deals, grant.sees(), &mut |fact| {
                visit(fact);
                Ok(())
            })
    }

    pub(in crate::service) fn talk_facts(
        &self,
        grant: &Grant<'tx, SeeReports>,
        filter: &FactFilter,
        mut visit: impl FnMut(&TalkFact),
    ) -> Result<()> {
        self.store.talk_facts(filter, grant.sees(), &mut |fact| {
            visit(fact);
            Ok(())
        })
    }

    pub(in crate::service) fn duty_facts(
        &self,
        grant: &Grant<'tx, SeeReports>,
        people: Option<&BTreeSet<UserId>>,
        due: Days,
        mut visit: impl FnMut(&DutyFact),
    ) -> Result<()> {
        self.store.duty_facts(people, due, grant.sees(), &mut |fact| {
            visit(fact);
            Ok(())
        })
    }

    /// Customers as they were before an instant, or as they are.
    pub(in crate::service) fn customer_facts(
        &self,
        grant: &Grant<'tx, SeeReports>,
        by: Option<DateTime<Utc>>,
        filter: &FactFilter,
        mut visit: impl FnMut(&CustomerFact),
    ) -> Result<()> {
        self.store.customer_facts(by, filter, grant.sees(), &mut |fact| {
            visit(fact);
            Ok(())
        })
    }

    pub(in crate::service) fn late_entries(
        &self,
        grant: &Grant<'tx, SeeReports>,
        filter: &FactFilter,
        mut visit: impl FnMut(UserId),
    ) -> Result<()> {
        self.store.late_entries(filter, grant.sees(), &mut |person| {
            visit(person);
            Ok(())
        })
    }

    /// The customers that were archived at an instant and have been restored since (R7.4): the log tells, since a customer only
    /// says whether it is archived now.
    pub(in crate::service) fn restored_since(
        &self,
        _grant: &Grant<'tx, SeeReports>,
        at: DateTime<Utc>,
    ) -> Result<BTreeSet<CustomerNumber>> {
        let restored = self.first_since(AuditKind::CustomerRestored, at)?;
        if restored.is_empty() {
            return Ok(BTreeSet::new());
        }
        let archived = self.first_since(AuditKind::CustomerArchived, at)?;
        let were_archived = restored.into_iter().filter(|(customer, place)| {
            let since = archived.get(customer);
            since.is_none_or(|since| place < since)
        });
        Ok(were_archived.map(|(customer, _)| customer).collect())
    }

    /// The place in the log of what was first done to each customer since an instant.
    fn first_since(&self, kind: AuditKind, at: DateTime<Utc>) -> Result<BTreeMap<CustomerNumber, u64>> {
        const AT_ONCE: u32 = 1_000;
        let filter = LogFilter {
            kind: Some(kind),
            since: Some(at),
            ..LogFilter::default()
        };
        let mut first = BTreeMap::new();
        let mut before = u64::MAX;
        loop {
            let entries = self.store.log_where(&filter, before, AT_ONCE)?;
            // The latest come first, so that what came first stays.
            for entry in entries
                .iter()
                .filter(|entry| entry.about.entity == Entity::Customer)
            {
                if let Some(customer) = entry.about.customer {
                    first.insert(customer, entry.seq);
                }
            }
            match entries.last() {
                Some(last) => before = last.seq,
                None => return Ok(first),
            }
        }
    }

    /// How many customers stand where, and how many of them have gone quiet (R2.6), as they are.
    pub(in crate::service) fn standing(
        &self,
        grant: &Grant<'tx, SeeReports>,
        people: Option<&BTreeSet<UserId>>,
        quiet: &QuietFilter,
    ) -> Result<Vec<Standing>> {
        self.store.standing(people, quiet, grant.sees())
    }

    /// The targets of these months that the caller may know: of people all of whose customers they see.
    pub(in crate::service) fn targets_in_sight(
        &self,
        grant: &Grant<'tx, SeeReports>,
        months: Days,
    ) -> Result<Vec<Target>> {
        let mut targets = self.store.targets(months)?;
        targets.retain(|target| grant.sees().has_owner(target.person));
        Ok(targets)
    }

    /// The people whose figures are the caller's to see: those all of whose customers they see; none is everybody.
    pub(in crate::service) fn people_in_sight<'g>(
        &self,
        grant: &'g Grant<'tx, SeeReports>,
    ) -> Option<&'g BTreeSet<UserId>> {
        grant.sees().owners()
    }

    /// The entries of the log about a target of somebody all of whose customers the caller sees, the latest first.
    pub(in crate::service) fn log_of_target(
        &self,
        grant: &Grant<'tx, SeeReports>,
        key: &<Target as Record>::Key,
        limit: u32,
    ) -> Result<Vec<AuditEntry>> {
        let (person, _) = key;
        if !grant.sees().has_owner(*person) {
            return Err(Error::not_found(person));
        }
        let key: RecordKey = Target::write_key(key);
        self.store.log_about(Entity::Target, &key, u64::MAX, limit)
    }

    /// The customers with these numbers that may be seen.
    pub(in crate::service) fn counted_customers(
        &self,
        grant: &Grant<'tx, SeeReports>,
        numbers: &[CustomerNumber],
    ) -> Result<Vec<Customer>> {
        self.store.records(numbers, grant.sees())
    }

    /// The deals with these identifiers that may be seen.
    pub(in crate::service) fn counted_deals(
        &self,
        grant: &Grant<'tx, SeeReports>,
        ids: &[OpportunityId],
    ) -> Result<Vec<Opportunity>> {
        self.store.records(ids, grant.sees())
    }

    /// Whether targets may be set for somebody: by an admin for anybody, by a supervisor for the team (R7.3).
    pub(in crate::service) fn may_set_target(&self, grant: &Grant<'tx, SetTargets>, person: UserId) -> bool {
        grant.edits().has_owner(person)
    }

    /// The target of a person in a month, for changing it.
    pub(in crate::service) fn target_to_set(
        &self,
        grant: &Grant<'tx, SetTargets>,
        key: <Target as Record>::Key,
    ) -> Result<Option<crate::access::Editable<'tx, Target>>> {
        self.editable(grant, key)
    }
}
