//! Checking a whole store: its file, its log, its records against the log, its match keys against its customers.

use std::sync::Arc;

use super::{
    Progress,
    door::{Calling, Door, Held, Named, ReadTx, Told, reference},
};
use crate::{
    access::{CheckStore, Grant},
    error::{Code, Error, Result},
    matching::KeyKind,
    model::{CheckReport, CustomerNumber, Entity, Fault, FaultKind, RecordKey},
};

/// Customers that a step holds against the log.
const CUSTOMERS: usize = 200;
/// Entries of the log that a step reads, as progress counts them.
const ENTRIES: u64 = 1_000;

/// Checks a whole store; stepped by the host. Not stepping it is stopping it. Nothing is written.
///
/// What cannot be read is a fault in the report, and the check goes on behind it.
#[must_use = "nothing is done before it is stepped"]
pub struct CheckJob {
    door: Arc<Door>,
    phase: Phase,
    /// The store's version when the check began, and the length of its log.
    version: u64,
    entries: u64,
    parts: u32,
    told: Told,
    held: Held,
    steps: u64,
    /// Up to which customer they are held against the log one by one, since something among them cannot be read.
    singly_until: usize,
    report: CheckReport,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Begin,
    File(u32),
    Log(u64),
    Customers(usize),
    Others(usize),
    Counts,
    Keys(usize),
    Finished,
}

impl CheckJob {
    pub(super) fn new(door: Arc<Door>) -> Self {
        Self {
            door,
            phase: Phase::Begin,
            version: 0,
            entries: 0,
            parts: 0,
            told: Told::default(),
            held: Held::default(),
            steps: 0,
            singly_until: 0,
            report: CheckReport {
                whole: true,
                ..CheckReport::default()
            },
        }
    }

    /// Goes one step further: a part of the file, a thousand entries of the log, two hundred customers, a kind of match
    /// keys. After the last step it answers with the last progress.
    ///
    /// # Errors
    /// `storage.*` but for what is damaged, which is a fault in the report; the same step can be tried again.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// crm.set_up("lin", "林")?;
    /// let mut check = crm.check();
    /// while !check.step()?.finished {}
    /// assert!(check.report().whole);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn step(&mut self) -> Result<Progress> {
        if self.phase == Phase::Finished {
            return Ok(self.progress());
        }
        match self.take() {
            Ok(next) => self.phase = next,
            // What is damaged is what is looked for.
            Err(error) if is_damage(&error) => {
                self.report.add(FaultKind::Unreadable, None, detail_of(&error));
                self.phase = self.behind();
            }
            Err(error) => return Err(error),
        }
        self.steps += 1;
        Ok(self.progress())
    }

    /// What was found so far; whole once the job has finished.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// crm.set_up("lin", "林")?;
    /// let mut check = crm.check();
    /// while !check.step()?.finished {}
    /// assert_eq!((check.report().faults.len(), check.report().untold), (0, 0));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn report(&self) -> &CheckReport {
        &self.report
    }

    /// Whether the last step has been taken.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// crm.set_up("lin", "林")?;
    /// let mut check = crm.check();
    /// while !check.is_finished() {
    ///     check.step()?;
    /// }
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn is_finished(&self) -> bool {
        self.phase == Phase::Finished
    }

    fn progress(&self) -> Progress {
        let customers = match self.phase {
            Phase::Begin | Phase::File(_) | Phase::Log(_) => self.entries,
            _ => self.told.customers.len() as u64,
        };
        let later = customers.div_ceil(CUSTOMERS as u64) + KeyKind::ALL.len() as u64 + 4;
        let total = u64::from(self.parts) + self.entries.div_ceil(ENTRIES) + later;
        let finished = self.phase == Phase::Finished;
        let total = total.max(self.steps);
        Progress {
            done: if finished { total } else { self.steps },
            total,
            finished,
        }
    }

    fn read<T>(
        &self,
        mut body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, CheckStore>) -> Result<T>,
    ) -> Result<T> {
        self.door.read(Calling::system(), |tx, grant| body(tx, grant))
    }

    fn take(&mut self) -> Result<Phase> {
        let door = Arc::clone(&self.door);
        let caller = Calling::system();
        let Self {
            told, held, report, ..
        } = self;
        Ok(match self.phase {
            Phase::Begin => {
                self.version = door.version()?;
                (self.parts, self.entries) =
                    self.read(|tx, grant| Ok((tx.file_parts(grant)?, tx.entries_there(grant)?)))?;
                Phase::File(0)
            }
            Phase::File(part) if part >= self.parts => Phase::Log(0),
            Phase::File(part) => {
                door.read(caller, |tx, grant: &Grant<'_, CheckStore>| {
                    tx.check_file(grant, part, report)
                })?;
                Phase::File(part + 1)
            }
            Phase::Log(mut after) => {
                let more = door.read(caller, |tx, grant: &Grant<'_, CheckStore>| {
                    tx.check_log(grant, told, &mut after, report)
                })?;
                match more {
                    true => Phase::Log(after),
                    false => Phase::Customers(0),
                }
            }
            Phase::Customers(at) => {
                if at == 0 {
                    told.settle();
                }
                let rest = told.customers.get(at..).unwrap_or_default();
                let singly = at < self.singly_until;
                let numbers: &[CustomerNumber] =
                    rest.get(..if singly { 1 } else { CUSTOMERS }).unwrap_or(rest);
                let mut found = report.clone();
                let read = door.read(caller, |tx, grant: &Grant<'_, CheckStore>| {
                    tx.check_customers(grant, numbers, told, held, &mut found)
                });
                match (read, numbers) {
                    (Ok(()), []) => Phase::Others(0),
                    (Ok(()), numbers) => {
                        *report = found;
                        Phase::Customers(at + numbers.len())
                    }
                    (Err(error), _) if !is_damage(&error) => return Err(error),
                    (Err(error), [number]) => {
                        let about = reference(Entity::Customer, &RecordKey::Number(*number));
                        report.add(FaultKind::Unreadable, Some(about), detail_of(&error));
                        Phase::Customers(at + 1)
                    }
                    (Err(_), numbers) => {
                        self.singly_until = at + numbers.len();
                        Phase::Customers(at)
                    }
                }
            }
            Phase::Others(at) => {
                let rest = told.others.get(at..).unwrap_or_default();
                let others: &[Named] = rest.get(..CUSTOMERS).unwrap_or(rest);
                door.read(caller, |tx, grant: &Grant<'_, CheckStore>| {
                    others
                        .iter()
                        .try_for_each(|named| tx.check_other(grant, named, held, report))
                })?;
                match others.len() < CUSTOMERS {
                    true => Phase::Counts,
                    false => Phase::Others(at + CUSTOMERS),
                }
            }
            Phase::Counts => {
                let unread = |fault: &Fault| fault.kind == FaultKind::Unreadable;
                // Without what cannot be read there is nothing whole to hold them against.
                if self.is_written_meanwhile()? || self.report.faults.iter().any(unread) {
                    return Ok(Phase::Finished);
                }
                let Self { held, report, .. } = self;
                door.read(caller, |tx, grant: &Grant<'_, CheckStore>| {
                    tx.check_counts(grant, held, report)
                })?;
                Phase::Keys(0)
            }
            Phase::Keys(at) => {
                let Some(&kind) = KeyKind::ALL.get(at) else {
                    return Ok(Phase::Finished);
                };
                if self.is_written_meanwhile()? {
                    return Ok(Phase::Finished);
                }
                let Self { held, report, .. } = self;
                // The key of an imported row comes from its list, of which nothing else is kept.
                if kind != KeyKind::Row {
                    door.read(caller, |tx, grant: &Grant<'_, CheckStore>| {
                        tx.check_keys(grant, kind, held, report)
                    })?;
                }
                Phase::Keys(at + 1)
            }
            Phase::Finished => Phase::Finished,
        })
    }

    fn is_written_meanwhile(&mut self) -> Result<bool> {
        self.report.written_meanwhile = self.door.version()? != self.version;
        Ok(self.report.written_meanwhile)
    }

    /// Where it goes on behind what could not be read.
    fn behind(&self) -> Phase {
        match self.phase {
            Phase::Begin => Phase::Finished,
            Phase::File(part) => Phase::File(part + 1),
            Phase::Log(_) => Phase::Customers(0),
            Phase::Customers(_) => Phase::Others(0),
            Phase::Others(at) => Phase::Others(at + CUSTOMERS),
            Phase::Counts => Phase::Keys(0),
            Phase::Keys(at) => Phase::Keys(at + 1),
            Phase::Finished => Phase::Finished,
        }
    }
}

fn detail_of(error: &Error) -> String {
    match error {
        Error::Storage { detail, .. } | Error::Internal { detail } => detail.clone(),
        other => other.code().as_str().to_owned(),
    }
}

fn is_damage(error: &Error) -> bool {
    match error {
        Error::Storage { code, .. } => *code == Code::StorageCorrupt,
        Error::Internal { .. } => true,
        _ => false,
    }
}
