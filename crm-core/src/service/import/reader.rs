//! The rows of a step, read from the list and checked before anything is looked up.

use std::{cell::Cell, sync::Arc};

use super::{
    super::{
        Session,
        door::entry,
        draft::Draft,
        duplicates::{keys_of, subject_of},
    },
    dry_run::placeholder,
};
use crate::{
    DateTime, IdSource, NaiveDate, Utc,
    access::{Grant, ImportCustomers},
    audit::{Sealed, payload},
    error::{Code, Problem, Result},
    import::{
        ContactRow, CustomerRow, ImportOptions, ListKind, PastRow, People, Plan, RawRow, RowRules, RowSource,
        SourceError, Strangers, is_no_row, read_contact_row, read_customer_row, read_past_row, unwrap_text,
    },
    matching::{MatchKey, Subject, Token},
    model::{AuditKind, Customer, CustomerKind, ImportId, NewPeople, Operation, Origin, UserId},
    rules::{Strictness, choice::PickLists, customer::Entry, settings::Conventions},
    store::tokens_of,
};

/// Text that the rows of one step may have: a step of long rows takes fewer of them, so that they fit in memory.
const STEP_TEXT: usize = 4 * 1024 * 1024;

/// A list, read row by row.
pub(super) struct List {
    source: Box<dyn RowSource>,
    /// The line of the latest row.
    line: u64,
}

impl List {
    pub(super) fn new(source: Box<dyn RowSource>) -> Self {
        Self { source, line: 0 }
    }

    /// Refills `row`; false at the end of the list.
    ///
    /// # Errors
    /// When the list cannot be read on; `source.broken` for a line that does not rise, since the outcomes of an import
    /// are kept by line.
    pub(super) fn next_row(&mut self, row: &mut RawRow) -> Result<bool> {
        if !self.source.next_row(row)? {
            return Ok(false);
        }
        let (before, line) = (self.line, row.line);
        if line <= before || i64::try_from(line).is_err() {
            return Err(SourceError::Broken(format!("line {line} stands behind line {before}")).into());
        }
        self.line = line;
        row.cells.iter_mut().for_each(unwrap_text);
        Ok(true)
    }

    fn progress(&self) -> (u64, u64) {
        self.source.progress()
    }
}

/// What becomes of an owner who is nobody here.
fn strangers(options: &ImportOptions) -> Strangers {
    match (options.new_people.unwrap_or_default(), options.dry_run) {
        (NewPeople::Refuse, _) => Strangers::Refused,
        (NewPeople::Importer, _) => Strangers::Importers,
        (NewPeople::Create, false) => Strangers::Entered,
        (NewPeople::Create, true) => Strangers::ToBeEntered,
    }
}

/// A row that has been read and checked, before anything was looked up.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) row: Result<Checked, Vec<Problem>>,
}

/// Rows of one step, and how far the list has been read with them; no rows at its end.
pub(super) struct Batch {
    pub(super) rows: Vec<Row>,
    pub(super) progress: (u64, u64),
}

#[allow(
    clippy::large_enum_variant,
    reason = "a list is of one sort, and nearly always of the larger"
)]
pub(super) enum Checked {
    Customer(Box<CustomerRow>, Subject, Ready),
    Contact(ContactRow),
    Past(PastRow),
}

/// What is worked out of a row's customer before its transaction begins, so that storing is all that is left.
pub(super) struct Ready {
    /// Its match keys, its contact's among them, and the row's own; sorted, each once.
    pub(super) keys: Vec<MatchKey>,
    /// The customer, which waits for its number, its owner and the time of entry, with its payload in the log and what it is found
    /// by. Whoever stores it takes it; a step that is tried again makes it anew. None in a dry run.
    pub(super) made: Cell<Option<(Customer, Sealed, Vec<Token>)>>,
}

/// What rows are checked by, as it is when a step begins.
pub(super) struct Desk {
    pick_lists: PickLists,
    people: People,
    conventions: Conventions,
    today: NaiveDate,
    now: DateTime<Utc>,
    by: Option<UserId>,
    import: ImportId,
    strangers: Strangers,
    phone_required: bool,
    /// The source of the log's salts; none in a dry run.
    ids: Option<Arc<dyn IdSource>>,
}

impl Desk {
    pub(super) fn new(session: &Session, options: &ImportOptions, import: ImportId) -> Result<Self> {
        let door = &session.door;
        door.read(session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
            let conventions = tx.conventions()?;
            Ok(Self {
                pick_lists: tx.pick_lists(grant)?,
                people: People::new(tx.users(grant)?).called(&options.owners),
                strangers: strangers(options),
                phone_required: options.phone_required.unwrap_or(true),
                conventions: Conventions {
                    region: options.region.unwrap_or(conventions.region),
                    ..Conventions::clone(&conventions)
                },
                today: tx.today()?,
                now: tx.now()?,
                by: tx.actor().user(),
                import,
                ids: (!options.dry_run).then(|| door.ids()),
            })
        })
    }

    /// Reads and checks up to `limit` rows, outside any transaction.
    pub(super) fn read(&self, list: &mut List, plan: &Plan, limit: usize) -> Result<Batch> {
        let entry = Entry {
            phone_required: self.phone_required,
            ..entry(
                &self.conventions,
                &self.pick_lists,
                self.today,
                Strictness::Import,
            )
        };
        let rules = RowRules {
            plan,
            entry,
            zone: self.conventions.zone,
            people: &self.people,
            strangers: self.strangers,
        };
        let mut rows = Vec::with_capacity(limit);
        let mut raw = RawRow::default();
        let mut text = 0;
        while rows.len() < limit && text < STEP_TEXT && list.next_row(&mut raw)? {
            text += raw.cells.iter().map(String::len).sum::<usize>();
            rows.push(Row {
                line: raw.line,
                row: self.check_row(&raw, &rules),
            });
        }
        Ok(Batch {
            rows,
            progress: list.progress(),
        })
    }

    fn check_row(&self, raw: &RawRow, rules: &RowRules<'_>) -> Result<Checked, Vec<Problem>> {
        if let Some(code) = is_no_row(raw, rules.plan) {
            return Err(vec![Problem::new("", code)]);
        }
        match rules.plan.kind {
            ListKind::Contacts => read_contact_row(raw, rules).map(Checked::Contact),
            ListKind::Past(list) => {
                read_past_row(raw, list, rules, self.now, placeholder(0)).map(Checked::Past)
            }
            ListKind::Customers => {
                let row = read_customer_row(raw, rules)?;
                let mut subject = subject_of(&row.checked, &row.aliases);
                if row.warnings.iter().any(|flag| flag.code == Code::KindAssumed) {
                    // A name that was said to mean a company is often as short as a person's.
                    subject.kind = CustomerKind::Enterprise;
                }
                let theirs = row.contact.iter().flat_map(|(contact, _)| contact.numbers());
                subject.phones.extend(theirs.map(str::to_owned));
                let mut keys = keys_of(&subject);
                if let Err(at) = keys.binary_search(&row.row) {
                    keys.insert(at, row.row);
                }
                let made = self.ids.as_ref().map(|ids| self.make(&row, ids.bytes()));
                let made = Cell::new(made);
                Ok(Checked::Customer(Box::new(row), subject, Ready { keys, made }))
            }
        }
    }

    /// A new customer, and what the log will say of it: number, owner and the time of entry stand outside the payload.
    fn make(&self, row: &CustomerRow, salt: [u8; 16]) -> (Customer, Sealed, Vec<Token>) {
        let at = crate::DateTime::UNIX_EPOCH;
        let draft = Draft::of_row(row, UserId::from_bytes([0; 16]), self.import);
        let customer: Customer = draft.into_customer(placeholder(0), at, self.by);
        let operation = Operation {
            id: 0,
            at,
            actor: self.by,
            kind: AuditKind::ImportChanged,
            fact_at: None,
            origin: Origin::default(),
        };
        let payload = payload::write_new(&customer, &operation);
        let tokens = tokens_of(&customer);
        (customer, Sealed::new(payload, salt), tokens)
    }
}
