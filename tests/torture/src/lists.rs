//! Lists with bytes flipped, cut out, doubled and spliced in: an outcome for every row, or an error that says why.

use std::fs;

use anyhow::{Result, ensure};
use crm_match_eval::random::Random;
use crmkit::{Code, ErrorKind, IN_MEMORY, ImportOptions, ImportRow, OpenOptions, RowOutcome, TableOptions};

use crate::{
    counts::Counts,
    desk::{ADMIN, all, is_whole},
};

/// Lists of a round.
const LISTS: usize = 20;
/// What is spliced in.
const SPLICED: [&[u8]; 8] = [
    b"\"",
    b",",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "，".as_bytes(),
    b"=cmd|' /C calc'!A0",
];

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let mut random = Random::new(seed);
    let folder = tempfile::tempdir()?;
    for _ in 0..LISTS {
        let path = folder.path().join("list.csv");
        fs::write(&path, mutated(&mut random))?;
        let crm = crmkit::open(IN_MEMORY, OpenOptions::default())?;
        crm.set_up(ADMIN, "林")?;
        let me = crm.session(ADMIN)?;
        counts.add("lists", 1);
        let begun = crmkit::import_file(
            &me,
            &path,
            ImportOptions::default(),
            &TableOptions::default(),
            None,
        );
        let mut job = match begun {
            Ok(job) => job,
            Err(error) => {
                ensure!(error.kind() == ErrorKind::Invalid, "{error:?}");
                counts.add("lists refused", 1);
                continue;
            }
        };
        let (mut rows, mut entered) = (0, 0);
        loop {
            let mut each = |row: &ImportRow| {
                rows += 1;
                // A row may bring but a further contact of a customer that the list has named before (R9.5 c).
                let adds = row.problems.iter().any(|flag| flag.code == Code::ContactAdded);
                entered += u64::from(row.outcome == RowOutcome::Created && !adds);
            };
            match job.step(&mut each) {
                Ok(progress) if progress.finished => break,
                Ok(_) => {}
                Err(error) => {
                    ensure!(error.kind() == ErrorKind::Invalid, "{error:?}");
                    counts.add("lists refused on the way", 1);
                    break;
                }
            }
        }
        let report = job.report();
        ensure!(
            report.counts.rows == rows,
            "{rows} rows handed out, {:?}",
            report.counts
        );
        ensure!(
            all(&me)?.len() as u64 == entered && entered <= report.counts.created,
            "{entered} entered, {:?}",
            report.counts
        );
        counts.add("rows", rows);
        is_whole(&crm)?;
    }
    Ok(())
}

fn mutated(random: &mut Random) -> Vec<u8> {
    let mut list =
        "客户名称,客户类型,所属行业,联系电话,客户来源,首次接触时间,备注,联系人,联系人手机\n".to_owned();
    for n in 0..random.below(40) {
        list += &format!(
            "第{n}号\"样品\"店,企业客户,制造业,0{}1-5555{n:04},转介绍,2024-04-{:02},\"一,二\n三\",王芳,138{n:08}\n",
            2 + n % 2,
            1 + n % 28
        );
    }
    let mut list = list.into_bytes();
    for _ in 0..1 + random.below(12) {
        let at = random.below(list.len().max(1)).min(list.len().saturating_sub(1));
        let end = (at + 1 + random.below(60)).min(list.len());
        match random.below(5) {
            0 if !list.is_empty() => list[at] ^= 1 << random.below(8),
            1 => drop(list.drain(at..end)),
            2 => {
                let again = list[at..end].to_vec();
                list.splice(at..at, again);
            }
            3 => drop(list.splice(at..at, random.pick(&SPLICED).iter().copied())),
            _ => drop(list.splice(at..at, vec![b'x'; 1 + random.below(3_000)])),
        }
    }
    list
}
