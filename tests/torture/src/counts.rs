//! What was done, counted.

use std::{collections::BTreeMap, fmt};

/// How often each part did what.
#[derive(Default)]
pub(crate) struct Counts {
    part: &'static str,
    of: BTreeMap<(&'static str, &'static str), u64>,
}

impl Counts {
    /// A round of a part begins.
    pub(crate) fn begin(&mut self, part: &'static str) {
        self.part = part;
        self.add("rounds", 1);
    }

    /// The part did something so many times more.
    pub(crate) fn add(&mut self, what: &'static str, times: u64) {
        *self.of.entry((self.part, what)).or_default() += times;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| part | what | times |\n|---|---|---|")?;
        for ((part, what), times) in &self.of {
            writeln!(f, "| {part} | {what} | {times} |")?;
        }
        Ok(())
    }
}
