//! A database to torture, and how it is looked at afterwards.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail, ensure};
use crmkit::{
    Choice, Crm, CustomerKind, CustomerQuery, NewContact, NewCustomer, OpenOptions, PageRequest, Session,
};
use tempfile::TempDir;

use crate::counts::Counts;

/// A folder with a database that is set up, and what its workers say that was acknowledged.
pub(crate) struct Desk {
    /// Removed with the desk.
    _folder: TempDir,
    pub(crate) path: PathBuf,
    pub(crate) journal: PathBuf,
}

/// The admin's login.
pub(crate) const ADMIN: &str = "lin";

impl Desk {
    pub(crate) fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let (path, journal) = (folder.path().join("crm.db"), folder.path().join("journal"));
        open(&path)?.set_up(ADMIN, "林")?;
        fs::write(&journal, "")?;
        Ok(Self {
            _folder: folder,
            path,
            journal,
        })
    }

    /// The names of acknowledged customers by their numbers.
    pub(crate) fn acknowledged(&self) -> Result<BTreeMap<String, String>> {
        let mut there = BTreeMap::new();
        for line in fs::read_to_string(&self.journal)?.lines() {
            // A worker that is killed may leave half a line.
            let mut words = line.split('\t');
            let (Some(number), Some(name), Some("")) = (words.next(), words.next(), words.next()) else {
                continue;
            };
            let before = there.insert(number.to_owned(), name.to_owned());
            if before.is_some_and(|before| before != name) {
                bail!("{number} was given twice");
            }
        }
        Ok(there)
    }

    /// That all that was acknowledged is there, that numbers have no gaps, and that the store is whole.
    pub(crate) fn verify(&self, counts: &mut Counts) -> Result<()> {
        let acknowledged = self.acknowledged()?;
        counts.add("customers acknowledged", acknowledged.len() as u64);
        let crm = open(&self.path).context("opening again")?;
        let me = crm.session(ADMIN)?;
        let there = all(&me)?;
        for (number, name) in &acknowledged {
            let found = there.get(number).with_context(|| format!("{number} is lost"))?;
            ensure!(
                found == name,
                "{number} is {found:?} and was acknowledged as {name:?}"
            );
        }
        let mut last: BTreeMap<&str, u64> = BTreeMap::new();
        for number in there.keys() {
            let (day, serial) = number.split_at(11);
            let serial = serial.parse()?;
            let before = last.insert(day, serial).unwrap_or_default();
            ensure!(serial == before + 1, "{number} follows on {before}");
        }
        is_whole(&crm)?;
        counts.add("stores found whole", 1);
        Ok(())
    }
}

/// Opens a database as any program does.
pub(crate) fn open(path: &Path) -> crmkit::Result<Crm> {
    crmkit::open(path, OpenOptions::default())
}

/// That a check of the whole store finds nothing.
pub(crate) fn is_whole(crm: &Crm) -> Result<()> {
    let mut check = crm.check();
    while !check.step()?.finished {}
    let report = check.report();
    ensure!(report.whole, "not whole: {:?}", report.faults);
    Ok(())
}

/// The names of all customers by their numbers.
pub(crate) fn all(me: &Session) -> Result<BTreeMap<String, String>> {
    let mut there = BTreeMap::new();
    let mut page = PageRequest::first(1_000);
    loop {
        let customers = me.customers().list(&CustomerQuery::default(), &page)?;
        there.extend(
            customers
                .items
                .into_iter()
                .map(|it| (it.number.to_string(), it.name)),
        );
        match customers.next {
            Some(next) => page.after = Some(next),
            None => return Ok(there),
        }
    }
}

/// A company whose name and telephone only `n` has.
pub(crate) fn company(n: u64) -> NewCustomer {
    NewCustomer {
        name: format!("{}机械有限公司", name(n)),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec![format!("139{:08}", n % 100_000_000).as_str().into()],
        source: Some(Choice::of("转介绍")),
        first_contact: "2024-04-28".parse().ok(),
        ..NewCustomer::default()
    }
}

pub(crate) fn contact(n: u64) -> NewContact {
    NewContact {
        name: "王芳".into(),
        mobile: format!("138{:08}", n % 100_000_000),
        ..NewContact::default()
    }
}

/// A name of characters that stand for the digits of a number.
fn name(n: u64) -> String {
    const SIGNS: [&str; 10] = [
        "东海", "西山", "南江", "北湖", "金桥", "木兰", "水源", "火炬", "土楼", "天马",
    ];
    let digits = format!("{n:06}");
    digits
        .bytes()
        .map(|digit| SIGNS[usize::from(digit - b'0')])
        .collect()
}
