//! What has changed for the caller since they last looked, and what they may do: for a host's screens.

use std::collections::BTreeMap;

use super::{Session, door::ReadTx};
use crate::{
    access::{Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    model::{
        AccessRequest, AuditEntry, Change, ChangeKind, Changes, CustomerKey, CustomerNumber, Entity,
        RecordKey, Role, fields,
    },
    store::Record,
};

/// Entries of the log that are looked through at once.
const STRETCH: u32 = 1_000;

impl Session {
    /// What has changed for the caller since a cursor: by what names it, each record once. Without a cursor nothing, and the cursor
    /// of now. What has left the caller's sight comes as *gone*; a change of what the caller may see answers `reset`. Cheap to ask
    /// when [`version`](super::Crm::version) differs.
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
                let Some(cursor) = cursor else {
                    return Ok(Changes {
                        items: Vec::new(),
                        cursor: tx.log_length(grant)?.to_string(),
                        more: false,
                        reset: false,
                    });
                };
                let after: u64 = cursor
                    .parse()
                    .map_err(|_| Error::invalid(Problem::with(fields::AFTER, Code::PageInvalid, cursor)))?;
                let entries = tx.log_since(grant, after, STRETCH)?;
                let last = entries.last().map_or(after, |entry| entry.seq);
                let mut reset = false;
                for entry in &entries {
                    reset = reset || changes_rights(tx, grant, entry)?;
                }
                Ok(Changes {
                    items: told(tx, grant, entries)?,
                    cursor: last.to_string(),
                    more: last < tx.log_length(grant)?,
                    reset,
                })
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

/// Whether an entry may have changed whom the caller sees, or what they may do.
fn changes_rights<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    entry: &AuditEntry,
) -> Result<bool> {
    let Some(own) = tx.actor().record() else {
        return Ok(false);
    };
    let is_own = |bytes: &[u8; 16]| RecordKey::Id(*bytes) == entry.about.key;
    Ok(match entry.about.entity {
        // Who joins or leaves a team changes what its supervisors see.
        Entity::User => is_own(own.id.as_bytes()) || own.role == Role::Supervisor,
        Entity::Team => own.team.is_some_and(|team| is_own(team.as_bytes())),
        // What was asked for may have been granted, or withdrawn (R8.3).
        Entity::Request => match AccessRequest::read_key(&entry.about.key) {
            Some(id) => tx.asked_by(grant, id)? == Some(own.id),
            None => false,
        },
        _ => false,
    })
}

/// What of these entries is the caller's to know, each record once, where it came last.
fn told<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    entries: Vec<AuditEntry>,
) -> Result<Vec<Change>> {
    let mut numbers: Vec<CustomerNumber> = entries.iter().filter_map(|entry| entry.about.customer).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let seen = tx.seen_of(grant, &numbers)?;
    let mut told: BTreeMap<(String, String), (u64, Change)> = BTreeMap::new();
    for entry in entries {
        let about = &entry.about;
        let is_seen = |number: CustomerNumber| seen.binary_search(&number).is_ok();
        // Whose it was is told by the entry that gave it away.
        let was_seen = about.entity == Entity::Customer
            && about
                .owner_before
                .is_some_and(|owner| grant.sees().has_owner(owner));
        let kind = match about.customer {
            // Pick lists and settings are everybody's.
            None if matches!(about.entity, Entity::PickEntry | Entity::Settings) => ChangeKind::Changed,
            None => continue,
            Some(number) if is_seen(number) => ChangeKind::Changed,
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
