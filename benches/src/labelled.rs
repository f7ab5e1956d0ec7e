//! A list of which is known who is there twice: one customer of ten is a company that was entered before, under the same
//! name, a name with a slip or one in another form, with its telephone or with another.

use std::{
    fs::File,
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::Result;

use crm_benches::lifelike;

/// Of so many customers the last ones are there already.
const STRETCH: u32 = 20;
const AGAIN: u32 = 2;
/// So many before it the company was entered first.
const BACK: u32 = 7;

/// How a company is entered again.
pub(crate) const WAYS: [&str; 4] = [
    "another form, the same telephone",
    "a slip, the same telephone",
    "another form, another telephone",
    "the same name, another telephone",
];

/// In which of the ways a customer is entered again; none for its first time.
pub(crate) fn way(at: u32) -> Option<usize> {
    is_again(at).then_some((at / STRETCH) as usize % WAYS.len())
}

/// The customer as which the same company was entered first; itself for its first time.
pub(crate) const fn first(at: u32) -> u32 {
    if is_again(at) { at - BACK } else { at }
}

const fn is_again(at: u32) -> bool {
    at % STRETCH >= STRETCH - AGAIN
}

/// The name under which a customer is entered, and which company's telephone with it.
pub(crate) fn typed(at: u32) -> (String, u32) {
    // Companies of which no other has the brand: of two such nobody could say whether they are one.
    let company = |at: u32| at / 4 * 5 + at % 4 + 1;
    let (once, own) = (company(first(at)), company(at));
    match way(at) {
        None => (lifelike::name(own), own),
        Some(0) => (lifelike::otherwise(once), once),
        Some(1) => (lifelike::mistyped(once, at), once),
        Some(2) => (lifelike::otherwise(once), own),
        Some(_) => (lifelike::name(once), own),
    }
}

/// Writes the list as CSV, for other programs: who is one has one cluster.
pub(crate) fn write_list(path: &Path, customers: u32) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "cluster,name,number")?;
    for at in 0..customers {
        let (name, telephone) = typed(at);
        writeln!(out, "{},{name},{}", first(at), number(telephone))?;
    }
    Ok(out.flush()?)
}

/// The `i`-th company's telephone. No two that are one company's are near one another.
pub(crate) fn number(i: u32) -> String {
    // Odd, and no multiple of five: a hundred million, each once.
    let number = u64::from(i) * 61_803_399 % 100_000_000;
    format!("+86{}", 13_900_000_000 + number)
}
