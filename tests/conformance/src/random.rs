//! Random operations against a store and the memory store, side by side: the same answers, and the same data after.

use crm_core::{
    Answer, Customer, CustomerNumber, Error, ImportRow, Lane, Problem, Result, RowOutcome, SessionId,
    matching::MatchKey,
    store::{
        Crowded, Delta, KeyQuestion, Put, Records, RecordsExt, Scope, Store, StoreExt, StoreRead, StoreWrite,
        Whose, memory::MemoryStore,
    },
};
use proptest::{
    prelude::*,
    strategy::Union,
    test_runner::{Config, TestRunner},
};

use crate::{
    Make,
    dump::dump,
    fixture::{
        Step, add, apply, commit, contact, contact_id, customer, deal, edit, import, import_id, instant, may,
        number_on, remove, settings, team, user,
    },
    sample::{Sample, every_key},
};

/// Something that is done to a store. Most of it fits what the store holds; some does not, and is to be refused alike.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Moves records in one batch.
    Move(Vec<Move>),
    /// Enters a customer under the next number of a day of May.
    Create(u32, Box<Customer>),
    /// Goes on with an import by some rows.
    Rows(u8, u64, u8),
    /// Uses a session.
    Use(u8, i64),
    /// Takes a serial of a day of May.
    NextSerial(u32),
    /// Does these and rolls back.
    RollBack(Vec<Operation>),
}

/// How a record is moved: the one under the key of what the delta enters, or else another one that is there.
#[derive(Clone, Debug)]
pub enum Move {
    /// Entered.
    Enter(Delta),
    /// Changed to what the delta has.
    Change(Delta),
    /// Taken out.
    TakeOut(Delta),
}

/// Moves of one sort of record.
fn moves_of<T: Sample>() -> BoxedStrategy<Move>
where
    Delta: From<Put<T>>,
{
    let drawn = || T::random().prop_map(|record| Delta::from(Put::add(record)));
    let taken_out = if T::TAKEN_OUT { 2 } else { 0 };
    let mut moves = vec![
        (4, drawn().prop_map(Move::Enter).boxed()),
        (4, drawn().prop_map(Move::Change).boxed()),
    ];
    if taken_out > 0 {
        moves.push((taken_out, drawn().prop_map(Move::TakeOut).boxed()));
    }
    Union::new_weighted(moves).boxed()
}

macro_rules! moves {
    ($($name:ident),+) => {
        /// Moves of all sorts.
        fn moves() -> Union<BoxedStrategy<Move>> {
            Union::new_weighted(vec![$( (<crm_core::$name as Sample>::WEIGHT, moves_of::<crm_core::$name>()) ),+])
        }

        /// What a move does to what the store holds.
        fn step(tx: &dyn StoreRead, what: &Move) -> Result<Step> {
            let (Move::Enter(delta) | Move::Change(delta) | Move::TakeOut(delta)) = what;
            match delta {
                $( Delta::$name(put) => step_of(tx, what, put), )+
            }
        }
    };
}
crm_core::for_each_record!(moves);

fn step_of<T: Sample>(tx: &dyn StoreRead, what: &Move, drawn: &Put<T>) -> Result<Step>
where
    for<'a> dyn StoreRead + 'a: Records<T>,
    Delta: From<Put<T>>,
{
    let drawn = drawn
        .after
        .clone()
        .ok_or_else(|| Error::internal("a move of nothing"))?;
    let drawn = match what {
        Move::Enter(_) => drawn,
        Move::Change(_) | Move::TakeOut(_) => match near(tx, &drawn.key())? {
            Some(there) => drawn.under(there.key()),
            None => drawn,
        },
    };
    let there = tx.record(drawn.key(), &Scope::all())?;
    let before = there.unwrap_or_else(|| drawn.clone());
    let step = match what {
        Move::Enter(_) => add(drawn.clone()),
        Move::Change(_) => edit(&before, &drawn),
        Move::TakeOut(_) => remove(&before),
    };
    match (drawn.match_keys(), drawn.customer()) {
        (Some(mut wanted), Some(customer)) => {
            wanted.sort_unstable();
            let question = KeyQuestion {
                keys: every_key(),
                whose: Whose::InScope,
                limit: u32::MAX,
                crowded: Crowded::Cut,
                unless: 0,
            };
            let holders = tx.holders(&[question], &Scope::all())?.concat();
            let held = holders.into_iter().filter(|&(_, holder)| holder == customer);
            let held: Vec<MatchKey> = held.map(|(key, _)| key).collect();
            let without = |keys: &[MatchKey], others: &[MatchKey]| {
                let rest = keys.iter().copied().filter(|key| !others.contains(key));
                rest.collect::<Vec<_>>()
            };
            Ok(step.with_keys(customer, &without(&held, &wanted), &without(&wanted, &held)))
        }
        _ => Ok(step),
    }
}

/// The record under a key, or else another one of its sort that is there.
fn near<T: Sample>(tx: &dyn StoreRead, key: &T::Key) -> Result<Option<T>>
where
    for<'a> dyn StoreRead + 'a: Records<T>,
{
    let keys = T::keys();
    let there = tx.records(&keys, &Scope::all())?;
    let at = keys.iter().position(|other| other == key).unwrap_or_default();
    let same = there.iter().find(|record| record.key() == *key);
    Ok(same.or_else(|| there.get(at % there.len().max(1))).cloned())
}

/// Up to so many operations, one after the other.
pub fn operations(most: usize) -> impl Strategy<Value = Vec<Operation>> {
    use Operation as O;

    let day = || 1..4_u32;
    let one = prop_oneof![
        12 => moves().prop_map(|one| O::Move(vec![one])),
        4 => prop::collection::vec(moves(), 2..=3).prop_map(O::Move),
        6 => (day(), Customer::random()).prop_map(|(day, customer)| O::Create(day, Box::new(customer))),
        2 => (1..4_u8, 1..20_u64, 0..4_u8).prop_map(|(n, line, rows)| O::Rows(n, line, rows)),
        1 => day().prop_map(O::NextSerial),
        1 => (1..9_u8, 0..9_i64).prop_map(|(n, at)| O::Use(n, at)),
    ];
    let mixed = prop_oneof![9 => one.clone(), 1 => prop::collection::vec(one, 1..4).prop_map(O::RollBack)];
    prop::collection::vec(mixed, 1..=most)
}

/// Enters some of each sort, so that most operations fit.
fn begin(store: &dyn Store) {
    let numbers: Vec<CustomerNumber> = Customer::keys().into_iter().step_by(2).collect();
    let people = [team(1), team(2)]
        .map(add)
        .into_iter()
        .chain((1..5).map(|n| add(user(n))));
    let customers = numbers.iter().map(|&number| add(customer(number)));
    let contacts = (1..).zip(&numbers).map(|(n, &number)| add(contact(n, number)));
    let answers = numbers.windows(2).map(|two| add(Answer::about(two[0], two[1])));
    let deals = (1..)
        .zip(&numbers)
        .take(2)
        .map(|(n, &number)| add(deal(n, number)));
    let others = [add(import(1)), add(import(2)), add(settings())];
    let first = people
        .chain(customers)
        .chain(contacts)
        .chain(answers)
        .chain(deals)
        .chain(others);
    commit(store, first);
}

/// Runs operations against two empty stores. Panics where they answer differently, or hold something else after.
pub fn compare(a: &dyn Store, b: &dyn Store, operations: &[Operation]) {
    [a, b].into_iter().for_each(begin);
    for (at, operation) in operations.iter().enumerate() {
        let answers = [a, b].map(|store| {
            store
                .write_with(|tx| perform(tx, operation))
                .map_err(|error| (error.kind(), error.code(), error.fields()))
        });
        assert_eq!(answers[0], answers[1], "operation {at}: {operation:?}");
    }
    let (one, other) = (dump(a), dump(b));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        assert_eq!(*one, other);
    }
}

/// Does what an operation says, and answers with the serial that the store gave, if any.
fn perform(tx: &mut dyn StoreWrite, operation: &Operation) -> Result<Option<u32>> {
    match operation {
        Operation::RollBack(operations) => {
            operations
                .iter()
                .try_for_each(|operation| perform(tx, operation).map(|_| ()))?;
            Err(Error::not_found("roll back"))
        }
        Operation::Use(n, at) => {
            tx.use_session(SessionId::from_bytes([*n; 16]), instant(*at))?;
            Ok(None)
        }
        Operation::NextSerial(day) => tx.next_serial(may(*day), Lane::SHARED).map(Some),
        Operation::Create(day, customer) => {
            let serial = tx.next_serial(may(*day), Lane::SHARED)?;
            let entered = Customer {
                number: number_on(*day, serial),
                ..Customer::clone(customer)
            };
            let step = step(tx, &Move::Enter(Put::add(entered).into()))?;
            apply(tx, [step])?;
            Ok(Some(serial))
        }
        Operation::Rows(n, line, rows) => {
            let lines = *line..*line + u64::from(*rows);
            let before = near(tx, &import_id(*n))?.unwrap_or_else(|| import(*n));
            let step = edit(&before, &before).with_rows(before.id, lines.map(row));
            apply(tx, [step])?;
            Ok(None)
        }
        Operation::Move(moves) => {
            let steps = moves
                .iter()
                .map(|what| step(tx, what))
                .collect::<Result<Vec<_>>>()?;
            // A record is moved once in a batch: its keys are worked out from what the store holds.
            let mut once: Vec<Step> = Vec::new();
            for step in steps {
                let named = |step: &Step| {
                    let about = step.delta().about(None);
                    (about.entity, about.key)
                };
                if once.iter().all(|other| named(other) != named(&step)) {
                    once.push(step);
                }
            }
            apply(tx, once)?;
            Ok(None)
        }
    }
}

fn row(line: u64) -> ImportRow {
    ImportRow {
        line,
        outcome: RowOutcome::ALL[line as usize % RowOutcome::ALL.len()],
        customer: line.is_multiple_of(2).then(|| number_on(1, 1)),
        contact: line.is_multiple_of(3).then(|| contact_id(1)),
        record: None,
        problems: (!line.is_multiple_of(2))
            .then(|| Problem::missing("name"))
            .into_iter()
            .collect(),
    }
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{strategy::ValueTree, test_runner::TestRunner};

    use super::*;

    /// Operations that are all refused would compare nothing.
    #[test]
    fn most_random_operations_fit() {
        let mut runner = TestRunner::deterministic();
        // How often each sort of move, or other operation, fitted and was refused.
        let mut fitted: BTreeMap<String, [u32; 2]> = BTreeMap::new();
        for _ in 0..2_000 {
            let operations = operations(60).new_tree(&mut runner).unwrap().current();
            let store = MemoryStore::new();
            begin(&store);
            for operation in &operations {
                let sort = match operation {
                    Operation::Move(moves) if moves.len() == 1 => {
                        let (Move::Enter(delta) | Move::Change(delta) | Move::TakeOut(delta)) = &moves[0];
                        let how = format!("{:?}", moves[0]);
                        let how = how.split('(').next().unwrap_or_default().to_owned();
                        format!("{how} {}", delta.about(None).entity)
                    }
                    operation => {
                        let how = format!("{operation:?}");
                        how.split('(').next().unwrap_or_default().to_owned()
                    }
                };
                let refused = store.write_with(|tx| perform(tx, operation)).is_err();
                fitted.entry(sort).or_default()[usize::from(refused)] += 1;
            }
        }
        for (sort, [fit, refused]) in fitted.iter().filter(|(sort, _)| *sort != "RollBack") {
            assert!(*fit > 0, "{sort}: {fit} fit, {refused} do not; {fitted:#?}");
        }
        let fit: u32 = fitted.values().map(|[fit, _]| fit).sum();
        let all: u32 = fitted.values().flatten().sum();
        assert!(fit * 2 > all, "{fit} of {all}: {fitted:#?}");
    }
}
