//! Paired worlds (R8.2): two stores that differ in nothing but what is hidden from somebody answer them alike, call by call,
//! but for the exceptions of [`crm_core::access::Exception`].
//!
//! A case has somebody who calls, a rep or a supervisor, and turns: what happens in sight is the same in both worlds, what
//! others do out of sight is drawn for each world by itself, from the same few names and numbers, so that all meet. Each
//! call is made in both worlds, at first in a transaction that is rolled back. If both answers are the same, numbers and
//! identifiers apart, it is made for good; where they differ by an exception it is made in neither, so that the worlds go
//! on alike in sight. Anything else is a leak.

mod answer;
mod attachments;
mod call;
mod deals;
mod deed;
mod reports;
mod row;
pub(crate) mod world;

use std::{cell::RefCell, collections::BTreeMap};

use crm_core::{Role, access::Exception};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use self::{
    answer::{Answer, Verdict, verdict},
    call::{Call, call},
    deed::{Deed, deed},
    row::{Row, row},
    world::World,
};
use crate::Make;

/// What a pair of worlds came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that were answered alike, by name, and how many of them were done.
    pub calls: BTreeMap<&'static str, (u64, u64)>,
    /// Calls, and rows of lists, that were answered differently by an exception.
    pub exceptions: BTreeMap<String, u64>,
    /// How often something was hidden in the one world that was not in the other.
    pub hidden: u64,
}

impl Counts {
    /// Both together.
    pub fn add(&mut self, other: &Self) {
        for (name, (alike, done)) in &other.calls {
            let sum = self.calls.entry(name).or_default();
            *sum = (sum.0 + alike, sum.1 + done);
        }
        for (name, count) in &other.exceptions {
            *self.exceptions.entry(name.clone()).or_default() += count;
        }
        self.hidden += other.hidden;
    }

    fn excepted(&mut self, exceptions: impl IntoIterator<Item = Exception>) {
        for exception in exceptions {
            *self.exceptions.entry(format!("{exception:?}")).or_default() += 1;
        }
    }
}

/// What happens next.
#[derive(Clone, Debug)]
enum Turn {
    /// Others do something out of the caller's sight, in each world something else.
    Hidden([Vec<Deed>; 2]),
    /// An admin does something in sight, in both worlds the same.
    InSight(Deed),
    /// The caller calls.
    Call(Call),
    /// The caller brings in a list.
    Import(List),
}

/// A list that the caller brings in.
#[derive(Clone, Debug)]
struct List {
    rows: Vec<Row>,
    on_duplicate: usize,
    step: u32,
}

/// A pair of worlds, and what happens in them.
#[derive(Clone, Debug)]
struct Case {
    role: Role,
    tell_hidden_owner: bool,
    turns: Vec<Turn>,
}

fn case() -> impl Strategy<Value = Case> {
    let deeds = || prop::collection::vec(deed(), 0..4);
    let hidden = || prop_oneof![1 => deeds().prop_map(|deeds| [deeds, Vec::new()]), 3 => [deeds(), deeds()]];
    let list =
        (prop::collection::vec(row(), 1..5), 0..3_usize, 1..4_u32).prop_map(|(rows, on_duplicate, step)| {
            List {
                rows,
                on_duplicate,
                step,
            }
        });
    let turn = prop_oneof![
        3 => hidden().prop_map(Turn::Hidden),
        3 => deed().prop_map(Turn::InSight),
        12 => call().prop_map(Turn::Call),
        2 => list.prop_map(Turn::Import),
    ];
    let role = prop_oneof![Just(Role::SalesRep), Just(Role::Supervisor)];
    // Most begin with much that is hidden.
    let begin = (hidden(), deed(), deed());
    (
        role,
        prop::bool::weighted(0.8),
        begin,
        prop::collection::vec(turn, 16..40),
    )
        .prop_map(|(role, tell_hidden_owner, (hidden, one, other), more)| {
            let mut turns = vec![Turn::Hidden(hidden), Turn::InSight(one), Turn::InSight(other)];
            turns.extend(more);
            Case {
                role,
                tell_hidden_owner,
                turns,
            }
        })
}

/// Runs the pair of worlds that a seed draws, on two empty stores. Panics where the caller gets something of what is hidden
/// from them, with the shortest case that shows it.
pub fn paired_worlds(seed: u64, make: Make<'_>) -> Counts {
    let config = Config {
        cases: 1,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let counts = RefCell::new(Counts::default());
    let outcome = TestRunner::new_with_rng(config, rng).run(&case(), |case| {
        counts.replace(run(&case, make).map_err(TestCaseError::fail)?);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("worlds of the seed {seed}: {failure}"));
    counts.into_inner()
}

fn run(case: &Case, make: Make<'_>) -> Result<Counts, String> {
    let mut counts = Counts::default();
    let mut worlds = [(); 2].map(|()| World::new(make(), case.role, case.tell_hidden_owner));
    for (at, turn) in case.turns.iter().enumerate() {
        worlds.iter_mut().for_each(World::begin_turn);
        let goes_on = match turn {
            Turn::Hidden(deeds) => {
                for (world, deeds) in worlds.iter_mut().zip(deeds) {
                    counts.hidden += deeds.iter().map(|deed| world.hide(deed)).sum::<u64>();
                }
                Ok(true)
            }
            Turn::InSight(deed) => {
                worlds.iter().for_each(|world| world.show(deed));
                Ok(true)
            }
            Turn::Call(call) => ask(&worlds, call, &mut counts).map(|()| true),
            Turn::Import(list) => bring(&worlds, list, &mut counts),
        };
        if !goes_on.map_err(|leak| format!("turn {at}, {turn:?}: {leak}"))? {
            break;
        }
        let [one, other] = worlds.each_mut().map(World::look_around);
        if one != other {
            return Err(format!("turn {at}, {turn:?}: {one} and {other} are in sight"));
        }
    }
    Ok(counts)
}

/// Makes a call in both worlds.
fn ask(worlds: &[World; 2], call: &Call, counts: &mut Counts) -> Result<(), String> {
    let trial = worlds.each_ref().map(|world| world.trial(|| call.make(world)));
    let done = match verdict(trial) {
        Verdict::Alike(done) => done,
        Verdict::ByException(exceptions) => {
            counts.excepted(exceptions);
            return Ok(());
        }
        Verdict::Leak(leak) => return Err(leak),
    };
    let count = counts.calls.entry(call.name()).or_default();
    *count = (count.0 + 1, count.1 + u64::from(done));
    if done && call.writes() {
        let made = worlds.each_ref().map(|world| call.make(world));
        if !matches!(verdict(made), Verdict::Alike(true)) {
            return Err("what could be done was not".to_owned());
        }
    }
    Ok(())
}

/// Brings in a list, without the rows that an exception tells apart, and answers whether the worlds are still alike.
fn bring(worlds: &[World; 2], list: &List, counts: &mut Counts) -> Result<bool, String> {
    let mut rows = list.rows.clone();
    loop {
        let trial = worlds
            .each_ref()
            .map(|world| world.bring(&rows, list.on_duplicate, list.step, true));
        match first_apart(trial, counts)? {
            Some(at) => drop(rows.remove(at)),
            None => break,
        }
    }
    let done = worlds
        .each_ref()
        .map(|world| world.bring(&rows, list.on_duplicate, list.step, false));
    let count = counts.calls.entry("imports.start").or_default();
    *count = (count.0 + 1, count.1 + 1);
    // What a dry run does not foresee may still be told apart by an exception.
    Ok(first_apart(done, counts)?.is_none())
}

/// The first row that an exception tells apart.
fn first_apart(answers: [Vec<Answer>; 2], counts: &mut Counts) -> Result<Option<usize>, String> {
    let [one, other] = answers;
    for (at, rows) in one.into_iter().zip(other).enumerate() {
        match verdict([rows.0, rows.1]) {
            Verdict::Alike(_) => {}
            Verdict::ByException(exceptions) => {
                counts.excepted(exceptions);
                return Ok(Some(at));
            }
            Verdict::Leak(leak) => return Err(format!("row {at}: {leak}")),
        }
    }
    Ok(None)
}

/// Pairs of worlds answer alike whatever is hidden. `CRMKIT_WORLDS` says how many are drawn.
pub fn answers_alike_whatever_is_hidden(make: Make<'_>) {
    let worlds = std::env::var("CRMKIT_WORLDS")
        .ok()
        .and_then(|worlds| worlds.parse().ok());
    let mut counts = Counts::default();
    for seed in 0..worlds.unwrap_or(16) {
        counts.add(&paired_worlds(seed, make));
    }
    // Worlds in which nothing is hidden, or nothing is done, say nothing.
    let done: u64 = counts.calls.values().map(|(_, done)| done).sum();
    assert!(counts.hidden > 20 && done > 50, "{counts:#?}");
    assert!(!counts.exceptions.is_empty(), "{counts:#?}");
}
