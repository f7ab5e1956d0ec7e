//! The rows of a step, read from the list and checked before anything is looked up.

use super::super::{
    Session,
    duplicates::{keys_of, subject_of},
};
use crate::{
    BusinessZone, NaiveDate,
    access::{Grant, ImportCustomers},
    error::{Code, Problem, Result},
    import::{
        ContactRow, CustomerRow, ImportOptions, ListKind, People, Plan, RawRow, RowRules, RowSource,
        read_contact_row, read_customer_row,
    },
    matching::Subject,
    model::{CustomerKind, Region},
    rules::{Strictness, choice::PickLists, customer::Entry},
    store::CustomerKeys,
};

/// A row that has been read and checked, before anything was looked up.
pub(super) struct Prepared {
    pub(super) line: u64,
    pub(super) row: Result<Checked, Vec<Problem>>,
}

/// Rows of one step, and how far the list has been read with them; no rows at its end.
pub(super) struct Batch {
    pub(super) rows: Vec<Prepared>,
    pub(super) progress: (u64, u64),
}

pub(super) enum Checked {
    Customer(Box<CustomerRow>, Subject, CustomerKeys),
    Contact(ContactRow),
}

/// What rows are checked by, as it is when a step begins.
pub(super) struct Desk {
    pick_lists: PickLists,
    people: People,
    region: Region,
    today: NaiveDate,
    zone: BusinessZone,
}

impl Desk {
    pub(super) fn new(session: &Session, options: &ImportOptions) -> Result<Self> {
        let door = &session.door;
        let (pick_lists, users) = door.read(session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
            Ok((tx.pick_lists(grant)?, tx.users(grant)?))
        })?;
        let settings = door.settings();
        Ok(Self {
            pick_lists,
            people: People::new(users),
            region: options.region.unwrap_or(settings.region),
            today: door.today(),
            zone: settings.zone,
        })
    }

    /// Reads and checks up to `limit` rows, outside any transaction.
    pub(super) fn read(&self, source: &mut dyn RowSource, plan: &Plan, limit: usize) -> Result<Batch> {
        let entry = Entry {
            region: self.region,
            today: self.today,
            pick_lists: &self.pick_lists,
            strictness: Strictness::Import,
        };
        let rules = RowRules {
            plan,
            entry,
            zone: self.zone,
            people: &self.people,
        };
        let mut rows = Vec::with_capacity(limit);
        let mut raw = RawRow::default();
        while rows.len() < limit && source.next_row(&mut raw)? {
            rows.push(Prepared {
                line: raw.line,
                row: check_row(&raw, &rules),
            });
        }
        Ok(Batch {
            rows,
            progress: source.progress(),
        })
    }
}

fn check_row(raw: &RawRow, rules: &RowRules<'_>) -> Result<Checked, Vec<Problem>> {
    match rules.plan.kind {
        ListKind::Contacts => read_contact_row(raw, rules).map(Checked::Contact),
        ListKind::Customers => {
            let row = read_customer_row(raw, rules)?;
            let mut subject = subject_of(&row.checked, &row.aliases);
            if row.warnings.iter().any(|flag| flag.code == Code::KindAssumed) {
                // A name that was said to mean a company is often as short as a person's.
                subject.kind = CustomerKind::Enterprise;
            }
            subject.phones.extend(
                row.contact
                    .iter()
                    .filter_map(|(contact, _)| contact.mobile_e164.clone()),
            );
            let mut keys = keys_of(&subject);
            keys.push(row.row);
            Ok(Checked::Customer(Box::new(row), subject, CustomerKeys::new(keys)))
        }
    }
}
