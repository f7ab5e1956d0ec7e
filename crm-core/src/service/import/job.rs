//! The job that the host steps.

use std::{collections::VecDeque, mem};

use super::{
    dry_run::DryRun,
    reader::{Batch, Desk, List, Row},
    row::Step,
    survey::UnknownOwner,
};
use crate::{
    access::{Grant, ImportCustomers},
    error::{Code, Error, Problem, Result},
    import::{ImportOptions, Plan, RawRow},
    model::{AuditKind, Import, ImportCounts, ImportId, ImportRow, ImportState, fields},
    service::{Session, door::WriteTx},
};

/// Rows that one step takes at the most: one transaction.
const MAX_STEP: u32 = 10_000;

record! {
    /// How far a job has come.
    #[derive(Eq)]
    pub struct Progress {
        /// What has been done, in units of the list's own: bytes, or rows of a sheet.
        pub done: u64,
        /// Of how much.
        pub total: u64,
        /// Whether that was all.
        pub finished: bool,
    }
}

record! {
    /// What an import came to.
    #[python(subclass)]
    pub struct ImportReport {
        /// Names the import; nothing is kept of a dry run.
        #[python(name = "import_id")]
        pub import: ImportId,
        /// How many rows went which way.
        pub counts: ImportCounts,
        /// The headings that nothing was known of, and whose columns were left out.
        pub unknown_headings: Vec<String>,
        /// What of the file was not read, by name: the other sheets of a workbook.
        pub unread_sheets: Vec<String>,
        /// The owners that the list names and who were nobody here when it was begun, each once (R9.5).
        pub unknown_owners: Vec<UnknownOwner>,
        /// Whether an earlier run was gone on with.
        pub resumed: bool,
    }
}

/// An import that the host steps. Not stepping it is stopping it.
#[must_use = "nothing is done before it is stepped"]
pub struct ImportJob {
    pub(super) session: Session,
    pub(super) list: List,
    pub(super) options: ImportOptions,
    pub(super) plan: Plan,
    pub(super) unread_sheets: Vec<String>,
    pub(super) unknown_owners: Vec<UnknownOwner>,
    pub(super) import: Import,
    pub(super) resumed: bool,
    /// Rows of the list that an earlier run has seen.
    pub(super) to_skip: u64,
    pub(super) dry_run: Option<DryRun>,
    /// What has been read and waits to be stored, or why reading on is not possible.
    pub(super) queue: VecDeque<Result<Batch>>,
    /// Rows that have been stored; the next reader gives their memory back.
    pub(super) spent: Vec<Row>,
    /// What the last step came to, once it has been taken.
    pub(super) last: Option<Progress>,
}

/// What a step stored, or would store.
struct Stepped {
    rows: Vec<ImportRow>,
    import: Import,
}

impl ImportJob {
    /// Names the import.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{doc_example::list, import::ImportOptions};
    /// # let me = crm_core::doc_example::desk()?;
    /// let mut job = me.imports().start(list(), ImportOptions::default())?;
    /// job.step(1, &mut |_| ())?;
    /// assert_eq!(me.imports().list()?[0].id, job.id());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn id(&self) -> ImportId {
        self.import.id
    }

    /// Which column stands for what.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{doc_example::list, import::ImportOptions};
    /// # let me = crm_core::doc_example::desk()?;
    /// let job = me.imports().start(list(), ImportOptions::default())?;
    /// assert!(job.plan().columns.iter().all(Option::is_some));
    /// assert!(job.plan().unknown.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes up to `limit` rows further (1 to 10,000), in one transaction, and hands each row's outcome to `each`
    /// once it is stored. Meanwhile the executor reads and checks the rows of the next step. After the last row it answers
    /// with the last progress.
    ///
    /// # Errors
    /// `storage.*`, after which the same step can be tried again; Invalid when the list cannot be read on;
    /// `import.elsewhere` once another job has gone on with the same import.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{doc_example::list, import::ImportOptions};
    /// # let me = crm_core::doc_example::desk()?;
    /// let mut job = me.imports().start(list(), ImportOptions::default())?;
    /// loop {
    ///     let progress = job.step(1_000, &mut |row| println!("line {}: {}", row.line, row.outcome))?;
    ///     if progress.finished {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(job.report().counts.rows, 3);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn step(&mut self, limit: u32, each: &mut dyn FnMut(&ImportRow)) -> Result<Progress> {
        if let Some(last) = &self.last {
            return Ok(last.clone());
        }
        self.skip_seen()?;
        let limit = limit.clamp(1, MAX_STEP) as usize;
        let desk = Desk::new(&self.session, &self.options, self.import.id)?;
        if self.queue.is_empty() {
            self.queue.push_back(desk.read(&mut self.list, &self.plan, limit));
        }
        let batch = self.next_batch(limit)?;
        let ahead = self.queue.is_empty() && !batch.rows.is_empty();
        let Self {
            session,
            list,
            options,
            plan,
            import,
            dry_run,
            spent,
            ..
        } = self;
        let (mut stepped, mut read) = (None, None);
        let mut aside = || {
            drop(mem::take(spent));
            read = ahead.then(|| desk.read(list, plan, limit));
        };
        let mut here = || stepped = Some(store(session, options, import, dry_run.as_mut(), &batch.rows));
        session.door.executor().both(&mut aside, &mut here);
        let stepped = stepped.unwrap_or_else(|| Err(Error::internal("the executor did not run the step")));
        self.queue.extend(read);
        let stepped = match stepped {
            Ok(stepped) => stepped,
            Err(error) => {
                self.queue.push_front(Ok(batch));
                return Err(error);
            }
        };
        stepped.rows.iter().for_each(each);
        self.import = stepped.import;
        let (done, total) = batch.progress;
        self.spent = batch.rows;
        let finished = self.import.state == ImportState::Finished;
        let progress = Progress {
            done: if finished { total } else { done.min(total) },
            total,
            finished,
        };
        self.last = finished.then(|| progress.clone());
        Ok(progress)
    }

    /// The rows that come next, `limit` at the most. A list that cannot be read on stays so.
    fn next_batch(&mut self, limit: usize) -> Result<Batch> {
        match self.queue.pop_front() {
            Some(Ok(mut batch)) if batch.rows.len() > limit => {
                let (rows, progress) = (batch.rows.split_off(limit), batch.progress);
                self.queue.push_front(Ok(Batch { rows, progress }));
                Ok(batch)
            }
            Some(Err(error)) => {
                self.queue.push_front(Err(error.clone()));
                Err(error)
            }
            Some(batch) => batch,
            None => Err(Error::internal("nothing was read")),
        }
    }

    /// What the import has come to so far.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{doc_example::list, import::ImportOptions};
    /// # let me = crm_core::doc_example::desk()?;
    /// let mut job = me.imports().start(list(), ImportOptions::default())?;
    /// job.step(1, &mut |_| ())?;
    /// drop(job);
    ///
    /// // The same list and options go on where it stopped.
    /// let mut job = me.imports().start(list(), ImportOptions::default())?;
    /// while !job.step(1, &mut |_| ())?.finished {}
    /// let report = job.report();
    /// assert_eq!((report.resumed, report.counts.rows), (true, 3));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn report(&self) -> ImportReport {
        ImportReport {
            import: self.import.id,
            counts: self.import.counts,
            unknown_headings: self.plan.unknown.clone(),
            unread_sheets: self.unread_sheets.clone(),
            unknown_owners: self.unknown_owners.clone(),
            resumed: self.resumed,
        }
    }

    fn skip_seen(&mut self) -> Result<()> {
        let mut row = RawRow::default();
        while self.to_skip > 0 {
            if !self.list.next_row(&mut row)? {
                return Err(Error::invalid(Problem::new(fields::FILE, Code::SourceChanged)));
            }
            self.to_skip -= 1;
        }
        Ok(())
    }
}

/// Looks up, decides and stores a step's rows, all or nothing.
fn store(
    session: &Session,
    options: &ImportOptions,
    import: &Import,
    dry_run: Option<&mut DryRun>,
    read: &[Row],
) -> Result<Stepped> {
    if let Some(dry_run) = dry_run {
        let rows = session
            .door
            .read(session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
                dry_run.begin();
                read.iter()
                    .map(|row| dry_run.row(tx, grant, row, options))
                    .collect::<Result<Vec<_>>>()
            })?;
        dry_run.keep();
        let mut import = counted(import, &rows, read.is_empty());
        import.counts.contacts += dry_run.brought;
        return Ok(Stepped { rows, import });
    }
    session.door.write(
        session.caller,
        AuditKind::ImportChanged,
        |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ImportCustomers>| {
            let before = tx.reads().import_to_edit(grant, import.id)?;
            // What was read is what comes after the rows that this job has seen.
            if (before.counts, before.state) != (import.counts, import.state) {
                return Err(Error::rule(Problem::new("", Code::ImportElsewhere)));
            }
            let mut step = Step::new(tx, options, import.id)?;
            let mut rows = Vec::with_capacity(read.len());
            for row in read {
                let stored = step.row(tx, grant, row)?;
                tx.add_row(grant, import.id, stored.clone());
                // The next row finds what this one brought.
                tx.settle()?;
                rows.push(stored);
            }
            let mut import = counted(import, &rows, read.is_empty());
            import.changed_at = tx.now();
            tx.edit(grant, before, import.clone());
            Ok(Stepped { rows, import })
        },
    )
}

/// The import with these rows counted; an empty step is the end.
fn counted(import: &Import, rows: &[ImportRow], ended: bool) -> Import {
    let mut import = import.clone();
    for row in rows {
        import.counts.count(row.outcome);
        import.counts.contacts += u64::from(row.contact.is_some());
    }
    if ended {
        import.state = ImportState::Finished;
    }
    import
}
