//! Database files with bits flipped, stretches filled, pages swapped, ends cut: a store's error, or data; never a defect.

use std::{fs, path::Path, sync::OnceLock};

use anyhow::{Context, Result, ensure};
use crm_match_eval::random::Random;
use crmkit::{Crm, CustomerKind, CustomerQuery, DuplicateCheck, Error, ErrorKind, PageRequest};

use crate::{
    counts::Counts,
    desk::{ADMIN, Desk, company, contact, open},
};

/// Files of a round.
const FILES: usize = 20;
/// Customers in the file that is damaged.
const CUSTOMERS: u64 = 120;
const PAGE: usize = 4096;

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let mut random = Random::new(seed);
    let folder = tempfile::tempdir()?;
    for file in 0..FILES {
        let path = folder.path().join(format!("{file}.db"));
        fs::write(&path, damaged(whole()?, &mut random))?;
        counts.add("files", 1);
        if let Err(error) = open(&path).and_then(|crm| work(&crm)) {
            ensure!(error.kind() != ErrorKind::Internal, "file {file}: {error:?}");
            counts.add("files refused", 1);
        }
        fs::remove_file(&path)?;
        let _ = fs::remove_file(path.with_extension("db-wal"));
    }
    Ok(())
}

/// Works with a store in every way that reads or writes much of it.
fn work(crm: &Crm) -> Result<(), Error> {
    let me = crm.session(ADMIN)?;
    let mut page = PageRequest::first(50);
    loop {
        let customers = me.customers().list(&CustomerQuery::default(), &page)?;
        for customer in &customers.items {
            let number = customer.number.to_string();
            me.customers().get(&number)?;
            me.contacts().list(&number)?;
            me.customers().history(&number, None, 100)?;
        }
        match customers.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    me.customers()
        .duplicates("东海机械", CustomerKind::Enterprise, &[], &[])?;
    me.imports().list()?;
    me.audit().verify(None)?;
    me.customers().create(&company(777_777), DuplicateCheck::Off)?;
    let mut check = crm.check();
    while !check.step()?.finished {}
    Ok(())
}

/// The bytes of a whole database.
fn whole() -> Result<&'static [u8]> {
    static WHOLE: OnceLock<Vec<u8>> = OnceLock::new();
    if let Some(bytes) = WHOLE.get() {
        return Ok(bytes);
    }
    let desk = Desk::new()?;
    fill(&desk.path)?;
    let bytes = fs::read(&desk.path)?;
    Ok(WHOLE.get_or_init(|| bytes))
}

fn fill(path: &Path) -> Result<()> {
    let crm = open(path)?;
    let me = crm.session(ADMIN)?;
    for n in 0..CUSTOMERS {
        let number = me
            .customers()
            .create(&company(n), DuplicateCheck::Off)?
            .number
            .to_string();
        me.contacts().add(&number, &contact(n)).context("a contact")?;
    }
    Ok(())
}

fn damaged(whole: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for _ in 0..1 + random.below(5) {
        let at = random.below(bytes.len());
        match random.below(9) {
            0..4 => bytes[at] ^= 1 << random.below(8),
            4 | 5 => {
                let (many, with) = (1 + random.below(200), random.draw() as u8);
                bytes.iter_mut().skip(at).take(many).for_each(|byte| *byte = with);
            }
            6 | 7 => {
                let pages = bytes.len() / PAGE;
                let (a, b) = (random.below(pages), random.below(pages));
                let (low, high) = (a.min(b) * PAGE, a.max(b) * PAGE);
                if low < high {
                    let (left, right) = bytes.split_at_mut(high);
                    left[low..low + PAGE].swap_with_slice(&mut right[..PAGE]);
                }
            }
            _ => {
                bytes.truncate(at.max(1));
                break;
            }
        }
    }
    bytes
}
