//! What has changed for the caller since they last looked, and what they may do: for a host's screens.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Session,
    door::{ReadTx, customers_of},
};
use crate::{
    access::{Grant, SeeCustomers},
    audit::payload,
    error::{Code, Error, Problem, Result},
    model::{
        AuditEntry, Change, ChangeKind, Changes, CustomerKey, CustomerNumber, Entity, Opportunity,
        OpportunityId, fields,
    },
    store::Record,
};

/// Entries of the log that are looked through at once.
const STRETCH: u32 = 1_000;

impl Session {
    /// What has changed for the caller since a cursor: by what names it, each record once. Without a cursor nothing, and the cursor
    /// of now. What has left the caller's sight comes as *gone*; a change of what the caller may see or do answers `reset`, also
    /// where a grant has merely ended by its time (R8.3). Cheap to ask.
    ///
    /// # Errors
    /// `page.invalid` for a cursor that is none.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// let seen = me.changes_since(None)?;
    /// crm_core::doc_example::first(&me)?;
    /// let changes = me.changes_since(Some(&seen.cursor))?;
    /// assert_eq!(changes.items[0].key, "CRM202405010001");
    /// assert!(!changes.reset);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn changes_since(&self, cursor: Option<&str>) -> Result<Changes> {
        self.door
            .read(self.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                let rights = tx.actor().rights();
                let Some(cursor) = cursor else {
                    return Ok(Changes {
                        items: Vec::new(),
                        cursor: write_cursor(tx.log_length(grant)?, &rights),
                        more: false,
                        reset: false,
                    });
                };
                let (after, seen) = read_cursor(cursor)
                    .ok_or_else(|| Error::invalid(Problem::with(fields::AFTER, Code::PageInvalid, cursor)))?;
                let entries = tx.log_since(grant, after, STRETCH)?;
                let last = entries.last().map_or(after, |entry| entry.seq);
                // With other rights, what was seen before is not known: nothing of it can be gone.
                let same_rights = seen == Some(rights.as_str());
                Ok(Changes {
                    items: told(tx, grant, entries, same_rights)?,
                    cursor: write_cursor(last, &rights),
                    more: last < tx.log_length(grant)?,
                    // What the log does not tell changes rights too: a grant that ends by itself (R8.3).
                    reset: seen.is_some_and(|seen| seen != rights),
                })
            })
    }

    /// The feed of what changes for the caller, from a cursor on, or from now on: [`changes_since`](Self::changes_since) time after
    /// time.
    ///
    /// # Errors
    /// `page.invalid` for a cursor that is none.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// let mut feed = me.changes(None)?;
    /// assert!(feed.next().is_none(), "nothing yet");
    /// crm_core::doc_example::first(&me)?;
    /// for changes in &mut feed {
    ///     assert_eq!(changes?.items[0].key, "CRM202405010001");
    /// }
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn changes(&self, cursor: Option<&str>) -> Result<ChangeFeed> {
        let checked = self.changes_since(cursor)?;
        Ok(ChangeFeed {
            session: self.clone(),
            cursor: cursor.map_or(checked.cursor, str::to_owned),
        })
    }

    /// Whether the caller may do what an action's code says (`customers.edit`, `deals.correct`, …), at all or with a customer: so that
    /// a button can be grey. Asking is no attempt, and is not logged.
    ///
    /// # Errors
    /// `choice.unknown` for an action that is none.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// assert!(me.can("customers.edit", Some(&"CRM202405010001".into()))?);
    /// assert!(!me.can("customers.edit", Some(&"CRM202405010009".into()))?);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn can(&self, action: &str, customer: Option<&CustomerKey>) -> Result<bool> {
        self.door
            .read(self.caller, |tx, grant: &Grant<'_, SeeCustomers>| {
                let owned = match customer {
                    None => None,
                    Some(key) => match tx.find_customer(grant, key) {
                        Ok(customer) => Some((customer.number, customer.owner)),
                        Err(Error::NotFound { .. }) => return Ok(false),
                        Err(error) => return Err(error),
                    },
                };
                let can = tx.actor().can(action, owned);
                can.ok_or_else(|| Error::invalid(Problem::with(fields::ACTION, Code::ChoiceUnknown, action)))
            })
    }
}

/// What changes for somebody: an iterator that ends where there is nothing new for now, and goes on when it is asked again.
#[derive(Clone)]
pub struct ChangeFeed {
    session: Session,
    cursor: String,
}

impl ChangeFeed {
    /// Where it has come to: for [`Session::changes`] when the program runs again.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// let feed = me.changes(None)?;
    /// assert!(me.changes(Some(feed.cursor()))?.next().is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn cursor(&self) -> &str {
        &self.cursor
    }
}

impl Iterator for ChangeFeed {
    type Item = Result<Changes>;

    /// The next changes that concern the caller; after a failure, the same ones again.
    fn next(&mut self) -> Option<Result<Changes>> {
        loop {
            let changes = match self.session.changes_since(Some(&self.cursor)) {
                Ok(changes) => changes,
                Err(error) => return Some(Err(error)),
            };
            self.cursor.clone_from(&changes.cursor);
            if changes.reset || !changes.items.is_empty() {
                return Some(Ok(changes));
            }
            if !changes.more {
                return None;
            }
        }
    }
}

/// A cursor: the position in the log, and the rights with which it was read up to there.
fn write_cursor(seq: u64, rights: &str) -> String {
    format!("{seq}-{rights}")
}

/// The position of a cursor, and the rights if it has some.
fn read_cursor(cursor: &str) -> Option<(u64, Option<&str>)> {
    let (seq, rights) = match cursor.split_once('-') {
        Some((seq, rights)) => (seq, Some(rights)),
        None => (cursor, None),
    };
    Some((seq.parse().ok()?, rights))
}

/// What of these entries is the caller's to know, each record once, where it came last.
fn told<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    entries: Vec<AuditEntry>,
    same_rights: bool,
) -> Result<Vec<Change>> {
    let mut numbers: Vec<CustomerNumber> = entries.iter().flat_map(customers_of).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let seen = tx.seen_of(grant, &numbers)?;
    let is_seen = |number: CustomerNumber| seen.binary_search(&number).is_ok();
    let ended = match same_rights {
        true => guest_deals_ended(tx, grant, &entries, &is_seen)?,
        false => BTreeMap::new(),
    };
    let mut told: BTreeMap<(String, String), (u64, Change)> = BTreeMap::new();
    for entry in entries {
        let about = &entry.about;
        for change in ended.get(&entry.seq).into_iter().flatten() {
            let key = (change.entity.clone(), change.key.clone());
            told.insert(key, (entry.seq, change.clone()));
        }
        // Whose it was is told by the entry that gave it away.
        let was_seen = same_rights
            && about.entity == Entity::Customer
            && about
                .owner_before
                .is_some_and(|owner| grant.sees().has_owner(owner));
        let kind = match about.customer {
            // Pick lists and settings are everybody's.
            None if matches!(about.entity, Entity::PickEntry | Entity::Settings) => ChangeKind::Changed,
            None => continue,
            // What names another customer is told of to who sees both.
            Some(_) if customers_of(&entry).into_iter().all(is_seen) => ChangeKind::Changed,
            Some(_) if was_seen => ChangeKind::Gone,
            Some(_) => continue,
        };
        let reference = about.reference();
        let change = Change {
            entity: reference.entity,
            key: reference.key,
            customer: about.customer,
            kind,
        };
        told.insert((change.entity.clone(), change.key.clone()), (entry.seq, change));
    }
    let mut told: Vec<(u64, Change)> = told.into_values().collect();
    told.sort_by_key(|(seq, _)| *seq);
    Ok(told.into_iter().map(|(_, change)| change).collect())
}

/// What left the caller's sight with an open opportunity of theirs on another's customer (R8.1), which closed, was handed on or put
/// away, or went over to another customer: the opportunity, and where nothing else shows its customer, that too. By the position
/// of the entry that ended it.
fn guest_deals_ended<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    entries: &[AuditEntry],
    is_seen: &impl Fn(CustomerNumber) -> bool,
) -> Result<BTreeMap<u64, Vec<Change>>> {
    let mut ended = BTreeMap::new();
    let Some(me) = tx.actor().user().filter(|_| !grant.sees().is_all()) else {
        return Ok(ended);
    };
    let of_deals: Vec<(&AuditEntry, OpportunityId)> = entries
        .iter()
        .filter(|entry| entry.about.entity == Entity::Opportunity)
        .filter_map(|entry| Some((entry, Opportunity::read_key(&entry.about.key)?)))
        .collect();
    let deals: BTreeSet<OpportunityId> = of_deals.iter().map(|(_, deal)| *deal).collect();
    let deals: Vec<OpportunityId> = deals.into_iter().collect();
    let now = tx.deals_now(grant, &deals)?;
    let mut then: BTreeMap<OpportunityId, Opportunity> =
        now.into_iter().map(|deal| (deal.id, deal)).collect();
    let is_theirs =
        |deal: &Opportunity| deal.owner == me && deal.closed_at.is_none() && deal.archived_at.is_none();
    // Backwards from what each is now to what it was before each entry.
    for (entry, id) in of_deals.into_iter().rev() {
        let after = then.remove(&id);
        let before = match &after {
            Some(after) => payload::before(entry, after),
            None => payload::restore(entry),
        };
        let Some(before) = before else {
            continue;
        };
        let customer = before.customer;
        let goes_on = |after: &Opportunity| is_theirs(after) && after.customer == customer;
        if is_theirs(&before) && !after.as_ref().is_some_and(goes_on) && !is_seen(customer) {
            let gone = |entity: Entity, key: String| Change {
                entity: entity.code().to_owned(),
                key,
                customer: Some(customer),
                kind: ChangeKind::Gone,
            };
            let deal = gone(Entity::Opportunity, id.to_string());
            let customer = gone(Entity::Customer, customer.to_string());
            let gone = [
                (!grant.sees().has_deal(id)).then_some(deal),
                (!grant.sees().has_basics(before.customer)).then_some(customer),
            ];
            ended.insert(entry.seq, gone.into_iter().flatten().collect());
        }
        then.insert(id, before);
    }
    Ok(ended)
}
