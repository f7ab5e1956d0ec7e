//! Random operations against a store and the memory store, side by side: the same answers, and the same data after.

use crm_core::{
    Choice, Contact, Customer, CustomerKind, CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus,
    Error, Import, ImportRow, ImportState, Lane, PageRequest, Phone, PickEntry, PickList, Problem, Result,
    RowOutcome, Size, Team, User,
    matching::{KeyKind, MatchKey},
    store::{Change, CustomerKeys, Scope, Store, StoreExt, StoreRead, StoreWrite, memory::MemoryStore},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{
    Make,
    dump::dump,
    fixture::{
        apply, contact, contact_id, customer, filter, full_customer, import, instant, may, number_on, phone,
        team, team_id, user, user_id,
    },
};

/// Something that is done to a store. What it names by position is worked out from what the store holds, so that most
/// operations fit; some do not, and are to be refused alike.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Enters a user, with a team or none.
    AddUser(u8, Option<u8>),
    /// Changes a user's name, team and activity.
    EditUser(u8, Option<u8>, bool),
    /// Enters a team.
    AddTeam(u8),
    /// Names a team's head.
    EditTeam(u8, Option<u8>),
    /// Enters or changes an entry of a pick list.
    PutPickEntry(u8, u32),
    /// Enters a customer under the next number of a day of May.
    AddCustomer(u32, Draft),
    /// Enters a customer under a number that was brought.
    BringCustomer(u32, u32, Draft),
    /// Changes the customer at a position.
    EditCustomer(usize, Draft),
    /// Archives the customer at a position.
    ArchiveCustomer(usize),
    /// Enters a contact of the customer at a position, primary or not.
    AddContact(u8, usize, bool),
    /// Changes a contact: whether it is primary, and whether it is archived.
    EditContact(u8, bool, bool),
    /// Says of two customers, by position, that they are different.
    SayDistinct(usize, usize),
    /// Forgets what was said of the customer at a position.
    ForgetDistinct(usize),
    /// Begins an import or goes on with it by some rows.
    PutImport(u8, u64, u8),
    /// Takes a serial of a day of May.
    NextSerial(u32),
    /// Does these and rolls back.
    RollBack(Vec<Operation>),
}

/// What a random customer has; small numbers stand for texts of which there are few.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Which of the few names.
    pub name: usize,
    /// Which of the users owns it.
    pub owner: u8,
    /// Which status, kind, industry and size.
    pub choice: usize,
    /// Which of the few numbers.
    pub phone: u8,
    /// Which of the few aliases and tags, or none.
    pub alias: Option<u8>,
    /// Which of the few identifiers of the host's, or none.
    pub external_id: Option<u8>,
    /// Whether every other field is set.
    pub full: bool,
}

const NAMES: [&str; 8] = [
    "华东电子",
    "華東電子有限公司",
    "Acme",
    "ACME Ltd",
    "acmé",
    "甲",
    "乙",
    "100%_",
];

impl Draft {
    fn customer(&self, number: CustomerNumber) -> Customer {
        let text = |n: u8| format!("值{n}");
        let base = if self.full {
            full_customer(number)
        } else {
            customer(number)
        };
        Customer {
            name: NAMES[self.name % NAMES.len()].to_owned(),
            owner: user_id(self.owner),
            created_by: None,
            status: CustomerStatus::ALL[self.choice % CustomerStatus::ALL.len()],
            kind: CustomerKind::ALL[self.choice % CustomerKind::ALL.len()],
            industry: Choice::of(["it", "retail"][self.choice % 2]),
            size: (self.choice.is_multiple_of(3)).then(|| Size::of_headcount(self.choice as u64 * 10)),
            first_contact: may(1 + self.choice as u32 % 5),
            created_at: instant(i64::from(self.phone) * 20_000_000),
            phones: vec![Phone {
                primary: true,
                ..phone(&format!("+86215555{:04}", self.phone))
            }],
            aliases: self.alias.map(text).into_iter().collect(),
            tags: self
                .alias
                .map(text)
                .into_iter()
                .chain(["常".to_owned()])
                .collect(),
            external_id: self.external_id.map(text),
            ..base
        }
    }

    fn keys(&self) -> CustomerKeys {
        let mut keys = vec![
            MatchKey::of(KeyKind::Name, NAMES[self.name % NAMES.len()]),
            MatchKey::of(KeyKind::Phone, &self.phone.to_string()),
            MatchKey::of(KeyKind::Row, &self.choice.to_string()),
            MatchKey::of(KeyKind::Near, NAMES[self.name % NAMES.len()]),
            MatchKey::of(KeyKind::Gram, &(self.choice % 3).to_string()),
        ];
        keys.extend(
            self.alias
                .map(|alias| MatchKey::of(KeyKind::Alias, &alias.to_string())),
        );
        CustomerKeys::new(keys)
    }
}

/// The keys that a [`Draft`] or a contact can have.
pub(crate) fn every_key() -> Vec<MatchKey> {
    let names = NAMES.iter().map(|name| name.to_string());
    let texts = names.chain((0..20).map(|n| n.to_string()));
    texts
        .flat_map(|text| KeyKind::ALL.iter().map(move |&kind| MatchKey::of(kind, &text)))
        .collect()
}

fn draft() -> impl Strategy<Value = Draft> {
    let few = || prop::option::of(0..4_u8);
    (
        0..NAMES.len(),
        1..5_u8,
        0..20_usize,
        0..20_u8,
        few(),
        few(),
        any::<bool>(),
    )
        .prop_map(|(name, owner, choice, phone, alias, external_id, full)| Draft {
            name,
            owner,
            choice,
            phone,
            alias,
            external_id,
            full,
        })
}

/// Up to so many operations, one after the other.
pub fn operations(most: usize) -> impl Strategy<Value = Vec<Operation>> {
    use Operation as O;

    let at = || 0..30_usize;
    let day = || 1..4_u32;
    let one = prop_oneof![
        1 => (1..5_u8, prop::option::of(1..3_u8)).prop_map(|(n, team)| O::AddUser(n, team)),
        1 => (1..5_u8, prop::option::of(1..3_u8), any::<bool>()).prop_map(|(n, team, on)| O::EditUser(n, team, on)),
        1 => (1..3_u8).prop_map(O::AddTeam),
        1 => (1..3_u8, prop::option::of(1..5_u8)).prop_map(|(n, head)| O::EditTeam(n, head)),
        1 => (0..4_u8, 0..4_u32).prop_map(|(n, position)| O::PutPickEntry(n, position)),
        8 => (day(), draft()).prop_map(|(day, draft)| O::AddCustomer(day, draft)),
        2 => (day(), 1..30_u32, draft()).prop_map(|(day, serial, draft)| O::BringCustomer(day, serial, draft)),
        4 => (at(), draft()).prop_map(|(at, draft)| O::EditCustomer(at, draft)),
        2 => at().prop_map(O::ArchiveCustomer),
        3 => (1..9_u8, at(), any::<bool>()).prop_map(|(n, at, primary)| O::AddContact(n, at, primary)),
        2 => (1..9_u8, any::<bool>(), any::<bool>()).prop_map(|(n, primary, gone)| O::EditContact(n, primary, gone)),
        2 => (at(), at()).prop_map(|(a, b)| O::SayDistinct(a, b)),
        1 => at().prop_map(O::ForgetDistinct),
        1 => (1..4_u8, 1..20_u64, 0..4_u8).prop_map(|(n, line, rows)| O::PutImport(n, line, rows)),
        1 => day().prop_map(O::NextSerial),
    ];
    let mixed = prop_oneof![9 => one.clone(), 1 => prop::collection::vec(one, 1..4).prop_map(O::RollBack)];
    prop::collection::vec(mixed, 1..=most)
}

/// Runs operations against two empty stores. Panics where they answer differently, or hold something else after.
pub fn compare(a: &dyn Store, b: &dyn Store, operations: &[Operation]) {
    for store in [a, b] {
        let first = Change::AddUser { user: user(1) };
        store.write_with(|tx| apply(tx, &first)).unwrap();
    }
    for (at, operation) in operations.iter().enumerate() {
        let answers = [a, b].map(|store| {
            store
                .write_with(|tx| perform(tx, operation))
                .map_err(|error| (error.kind(), error.code(), error.fields()))
        });
        assert_eq!(answers[0], answers[1], "operation {at}: {operation:?}");
    }
    for (one, other) in dump(a).iter().zip(dump(b)) {
        assert_eq!(*one, other);
    }
}

/// Does what an operation says, and answers with what the store answered.
fn perform(tx: &mut dyn StoreWrite, operation: &Operation) -> Result<String> {
    let change = match operation {
        Operation::RollBack(operations) => {
            operations
                .iter()
                .try_for_each(|operation| perform(tx, operation).map(|_| ()))?;
            return Err(Error::not_found("roll back"));
        }
        Operation::NextSerial(day) => {
            return tx
                .next_serial(may(*day), Lane::SHARED)
                .map(|serial| serial.to_string());
        }
        Operation::AddCustomer(day, draft) => {
            let number = number_on(*day, tx.next_serial(may(*day), Lane::SHARED)?);
            Change::AddCustomer {
                customer: draft.customer(number),
                keys: draft.keys(),
            }
        }
        Operation::BringCustomer(day, serial, draft) => Change::AddCustomer {
            customer: draft.customer(number_on(*day, *serial)),
            keys: draft.keys(),
        },
        Operation::EditCustomer(at, draft) => {
            let before = customer_at(tx, *at)?;
            let kept = Customer {
                archived_at: before.archived_at,
                revision: before.revision + 1,
                ..before.clone()
            };
            let drafted = draft.customer(before.number);
            let after = Customer {
                archived_at: kept.archived_at,
                revision: kept.revision,
                ..drafted
            };
            Change::EditCustomer {
                before,
                after,
                keys: draft.keys(),
            }
        }
        Operation::ArchiveCustomer(at) => {
            let before = customer_at(tx, *at)?;
            let after = Customer {
                archived_at: Some(instant(1)),
                revision: before.revision + 1,
                ..before.clone()
            };
            Change::ArchiveCustomer {
                before,
                after,
                reason: "x".to_owned(),
            }
        }
        Operation::AddContact(n, at, primary) => {
            let contact = Contact {
                primary: *primary,
                ..contact(*n, customer_at(tx, *at)?.number)
            };
            Change::AddContact {
                contact,
                keys: contact_keys(*n),
            }
        }
        Operation::EditContact(n, primary, gone) => {
            let before = tx
                .contact(contact_id(*n), &Scope::all())?
                .ok_or_else(|| Error::not_found(n))?;
            let archived_at = gone.then(|| instant(2));
            let after = Contact {
                primary: *primary,
                archived_at,
                revision: before.revision + 1,
                ..before.clone()
            };
            Change::EditContact {
                before,
                after,
                keys: contact_keys(n + 10),
            }
        }
        Operation::SayDistinct(a, b) => {
            let (a, b) = (customer_at(tx, *a)?.number, customer_at(tx, *b)?.number);
            if a == b {
                return Ok(String::new());
            }
            Change::SayDistinct { a, b }
        }
        Operation::ForgetDistinct(at) => Change::ForgetDistinct {
            number: customer_at(tx, *at)?.number,
        },
        Operation::AddUser(n, team) => Change::AddUser {
            user: User {
                team: team.map(team_id),
                ..user(*n)
            },
        },
        Operation::EditUser(n, team, active) => {
            let before = tx.user(user_id(*n))?.ok_or_else(|| Error::not_found(n))?;
            let name = format!("{}改", before.name);
            let after = User {
                name,
                team: team.map(team_id),
                active: *active,
                ..before.clone()
            };
            Change::EditUser { before, after }
        }
        Operation::AddTeam(n) => Change::AddTeam { team: team(*n) },
        Operation::EditTeam(n, head) => {
            let before = tx.team(team_id(*n))?.ok_or_else(|| Error::not_found(n))?;
            let after = Team {
                head: head.map(user_id),
                revision: before.revision + 1,
                ..before.clone()
            };
            Change::EditTeam { before, after }
        }
        Operation::PutPickEntry(n, position) => {
            let after = PickEntry {
                list: PickList::ALL[usize::from(*n) % PickList::ALL.len()],
                code: format!("c{n}"),
                label_zh: format!("选项{position}"),
                label_en: format!("entry {position}"),
                position: *position,
                retired: position % 2 == 0,
            };
            let there = tx.pick_entries()?;
            let before = there
                .iter()
                .find(|entry| (entry.list, &entry.code) == (after.list, &after.code))
                .cloned();
            Change::PutPickEntry { before, after }
        }
        Operation::PutImport(n, line, rows) => {
            let row = |line| ImportRow {
                line,
                outcome: RowOutcome::ALL[line as usize % RowOutcome::ALL.len()],
                customer: (line % 2 == 0).then(|| number_on(1, 1)),
                contact: (line % 3 == 0).then(|| contact_id(1)),
                problems: (line % 2 == 1)
                    .then(|| Problem::missing("name"))
                    .into_iter()
                    .collect(),
            };
            let state = ImportState::ALL[*line as usize % ImportState::ALL.len()];
            let fingerprint = format!("{}", n % 2);
            let import = Import {
                state,
                fingerprint,
                changed_at: instant(*line as i64),
                ..import(*n)
            };
            Change::PutImport {
                import,
                rows: (*line..line + u64::from(*rows)).map(row).collect(),
            }
        }
    };
    apply(tx, &change)?;
    Ok(String::new())
}

fn contact_keys(n: u8) -> CustomerKeys {
    CustomerKeys::new(vec![MatchKey::of(KeyKind::Phone, &n.to_string())])
}

/// The customer at a position of the list by name, archived ones too.
fn customer_at(tx: &dyn StoreRead, at: usize) -> Result<Customer> {
    let query = CustomerQuery {
        archived: true,
        sort: CustomerSort::Name,
        ..CustomerQuery::default()
    };
    let rows = tx
        .customers(
            &filter(&query),
            &Scope::all(),
            &PageRequest::first(PageRequest::MAX),
        )?
        .items;
    let row = rows
        .get(at % rows.len().max(1))
        .ok_or_else(|| Error::not_found("a customer"))?;
    tx.customer(row.number, &Scope::all())?
        .ok_or_else(|| Error::internal("a list of what is not there"))
}

/// Random operations, run against this store and the memory store, answer alike and leave the same data.
pub fn does_as_the_memory_store(make: Make<'_>) {
    // The same operations on every run; a store's crate may run more of its own choice with `compare`.
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let outcome = runner.run(&operations(60), |operations| {
        compare(&*make(), &MemoryStore::new(), &operations);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
