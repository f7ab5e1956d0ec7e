//! Imports: a list goes in, row by row, each row created, filled in, skipped or refused, with the reason.
//!
//! An import is a job that the host steps. A step is one transaction: its customers, their keys, their log entries and
//! the outcome of its rows are stored together or not at all, so that stopping between two steps, or dying within one,
//! loses nothing, and running the same list again goes on where it stopped.

use std::{collections::VecDeque, mem};

use sha2::{Digest, Sha256};

use super::{
    Session,
    audit::hex,
    contacts::add_to,
    customers::{Draft, may_own, save},
    door::{ReadTx, WriteTx},
    duplicates::compare_all,
};
use crate::{
    access::{AddCustomers, EditCustomers, Grant, ImportCustomers, UndoImports},
    error::{Code, Error, Problem, Result},
    import::{ContactRow, CustomerRow, ImportOptions, OnDuplicate, Plan, RawRow, RowSource, plan_columns},
    matching::{Candidate, KeyKind, MatchBand, MatchKey, Subject, explain, fold_name},
    model::{
        Contact, Customer, CustomerNumber, CustomerQuery, Import, ImportCounts, ImportId, ImportRow,
        ImportState, PageRequest, RowOutcome, User, UserId, fields,
    },
    rules::merge::fill_blanks,
    store::CustomerKeys,
};

mod dry_run;
mod reader;

use dry_run::{DryRun, hidden};
use reader::{Batch, Checked, Desk, Prepared};

/// Rows that one step takes at the most: one transaction.
const MAX_STEP: u32 = 10_000;
/// Customers looked at per key and row.
const PER_KEY: u32 = 8;

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
    pub struct ImportReport {
        /// Names the import; nothing is kept of a dry run.
        #[python(name = "import_id")]
        pub import: ImportId,
        /// How many rows went which way.
        pub counts: ImportCounts,
        /// The headings that nothing was known of, and whose columns were left out.
        pub unknown_headings: Vec<String>,
        /// Whether an earlier run was gone on with.
        pub resumed: bool,
    }
}

record! {
    /// What undoing an import came to.
    pub struct ImportUndo {
        /// Customers taken out again.
        pub archived: u64,
        /// Customers whose filled blanks are blank again.
        pub restored: u64,
        /// Customers that have been changed since, and stay as they are.
        pub kept: Vec<CustomerNumber>,
    }
}

/// Imports, for one session.
#[derive(Clone)]
pub struct Imports {
    session: Session,
}

impl Imports {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Begins an import, or goes on with the one of the same list and options that has not ended.
    ///
    /// # Errors
    /// Invalid: headings that cannot be mapped, required fields that have neither a column nor a default, an owner whom
    /// the caller may not give customers to.
    pub fn start(&self, source: Box<dyn RowSource>, options: ImportOptions) -> Result<ImportJob> {
        let plan =
            plan_columns(source.headings(), &options).map_err(|problems| Error::Invalid { problems })?;
        let fingerprint = fingerprint(&*source, &options)?;
        let door = &self.session.door;
        let begin = |tx: &ReadTx<'_, '_>, now, id| -> Result<(Import, bool)> {
            let grant: Grant<'_, ImportCustomers> = tx.grant()?;
            if let Some(owner) = options.owner {
                super::customers::check_owner(tx, &grant, Some(owner))?.map_err(Error::invalid)?;
            }
            let by = tx.actor().user();
            let before = tx.import_by_fingerprint(&grant, &fingerprint)?;
            if let Some(import) = before.filter(|there| there.state == ImportState::Running && there.by == by)
            {
                return Ok((import, true));
            }
            let (fingerprint, counts) = (fingerprint.clone(), ImportCounts::default());
            let state = ImportState::Running;
            Ok((
                Import {
                    id,
                    fingerprint,
                    by,
                    started_at: now,
                    changed_at: now,
                    state,
                    counts,
                },
                false,
            ))
        };
        let (import, resumed) = match options.dry_run {
            true => door.read(self.session.caller, |tx, _: &Grant<'_, ImportCustomers>| {
                begin(tx, crate::DateTime::UNIX_EPOCH, ImportId::from_bytes([0; 16]))
            })?,
            false => door.write(
                self.session.caller,
                |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ImportCustomers>| {
                    let (import, resumed) = begin(&tx.reads(), tx.now(), ImportId::from_bytes(tx.new_id()))?;
                    if !resumed {
                        tx.put_import(grant, import.clone(), Vec::new())?;
                    }
                    Ok((import, resumed))
                },
            )?,
        };
        let dry_run = options.dry_run.then(DryRun::default);
        let to_skip = import.counts.rows;
        let session = self.session.clone();
        Ok(ImportJob {
            session,
            source,
            options,
            plan,
            import,
            resumed,
            to_skip,
            dry_run,
            queue: VecDeque::new(),
            spent: Vec::new(),
        })
    }

    /// The imports that the caller may see, the latest first.
    ///
    /// # Errors
    /// `storage.*`.
    pub fn list(&self) -> Result<Vec<Import>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
                tx.imports(grant)
            })
    }

    /// Up to `limit` rows of an import, by line, after the line `after`.
    ///
    /// # Errors
    /// NotFound for an import that the caller may not see.
    pub fn rows(&self, id: ImportId, after: u64, limit: u32) -> Result<Vec<ImportRow>> {
        self.session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
                tx.import(grant, id)?;
                tx.import_rows(grant, id, after, limit)
            })
    }

    /// Takes an import out again: what it created is archived, what it filled is blank again. What has been changed
    /// since stays, and is named. Interrupted, it is called again.
    ///
    /// # Errors
    /// NotFound; `import.undone`; `access.denied` for a sales rep.
    pub fn undo(&self, id: ImportId) -> Result<ImportUndo> {
        let mut undone = ImportUndo {
            archived: 0,
            restored: 0,
            kept: Vec::new(),
        };
        let mut after = 0;
        loop {
            let door = &self.session.door;
            let step = door.write(
                self.session.caller,
                |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, UndoImports>| {
                    let mut import = tx.reads().import(grant, id)?;
                    if import.state == ImportState::Undone {
                        return Err(Error::Rule {
                            problem: Problem::new("", Code::ImportUndone),
                        });
                    }
                    let rows = tx.reads().import_rows(grant, id, after, UNDO_STEP)?;
                    let mut step = ImportUndo {
                        archived: 0,
                        restored: 0,
                        kept: Vec::new(),
                    };
                    for row in &rows {
                        undo_row(tx, id, row, &mut step)?;
                    }
                    if rows.is_empty() {
                        import.state = ImportState::Undone;
                        import.changed_at = tx.now();
                        tx.put_import(grant, import, Vec::new())?;
                    }
                    Ok(rows.last().map(|row| (row.line, step)))
                },
            )?;
            let Some((line, step)) = step else {
                return Ok(undone);
            };
            after = line;
            undone.archived += step.archived;
            undone.restored += step.restored;
            undone.kept.extend(step.kept);
        }
    }
}

/// Rows that one transaction of an undo takes back.
const UNDO_STEP: u32 = 2_000;

fn undo_row(tx: &mut WriteTx<'_, '_>, id: ImportId, row: &ImportRow, undone: &mut ImportUndo) -> Result<()> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let Some(number) = row.customer else { return Ok(()) };
    // Gone from the caller's scope since, or archived already: nothing to take back.
    let Some(before) = tx
        .reads()
        .customer(&edits, number)?
        .filter(|customer| customer.archived_at.is_none())
    else {
        return Ok(());
    };
    let contacts = tx.reads().contacts(&edits, number)?;
    match row.outcome {
        RowOutcome::Created if before.import == Some(id) => {
            let own = |contact: &Contact| Some(contact.id) == row.contact && contact.revision == 1;
            if before.revision > 1 || !contacts.iter().all(own) {
                undone.kept.push(number);
                return Ok(());
            }
            let after = Customer {
                archived_at: Some(tx.now()),
                revision: before.revision + 1,
                ..before.clone()
            };
            tx.archive_customer(&edits, before, after, "import undone")?;
            undone.archived += 1;
        }
        RowOutcome::Filled => {
            let earlier = tx.reads().before_latest(&edits, &before)?;
            let filled_here = row.problems.iter().any(|problem| {
                problem.field == fields::REVISION && problem.rejected == Some(before.revision.to_string())
            });
            if !filled_here {
                undone.kept.push(number);
                return Ok(());
            }
            let after = Customer {
                revision: before.revision + 1,
                ..earlier
            };
            save(tx, &edits, before, after)?;
            undone.restored += 1;
        }
        _ => {}
    }
    Ok(())
}

/// SHA-256 of the list and of everything that changes what becomes of a row.
fn fingerprint(source: &dyn RowSource, options: &ImportOptions) -> Result<String> {
    let options = serde_json::to_vec(options).map_err(Error::internal)?;
    let hash: [u8; 32] = Sha256::new()
        .chain_update(source.digest())
        .chain_update(options)
        .finalize()
        .into();
    Ok(hex(&hash))
}

/// An import that the host steps. Not stepping it is stopping it.
pub struct ImportJob {
    session: Session,
    source: Box<dyn RowSource>,
    options: ImportOptions,
    plan: Plan,
    import: Import,
    resumed: bool,
    /// Rows of the list that an earlier run has seen.
    to_skip: u64,
    dry_run: Option<DryRun>,
    /// What has been read and waits to be stored, or why reading on is not possible.
    queue: VecDeque<Result<Batch>>,
    /// Rows that have been stored; the next reader gives their memory back.
    spent: Vec<Prepared>,
}

/// What a step stored, or would store.
struct Stepped {
    rows: Vec<ImportRow>,
    import: Import,
}

impl ImportJob {
    /// Names the import.
    pub fn id(&self) -> ImportId {
        self.import.id
    }

    /// Which column stands for what.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Takes up to `limit` rows further (1 to 10,000), in one transaction, and hands each row's outcome to `each`
    /// once it is stored. Meanwhile the executor reads and checks the rows of the next step.
    ///
    /// # Errors
    /// `storage.*`, after which the same step can be tried again; Invalid when the list cannot be read on;
    /// `import.ended` after the last row.
    pub fn step(&mut self, limit: u32, each: &mut dyn FnMut(&ImportRow)) -> Result<Progress> {
        if self.import.state != ImportState::Running {
            return Err(Error::Rule {
                problem: Problem::new("", Code::ImportEnded),
            });
        }
        self.skip_seen()?;
        let limit = limit.clamp(1, MAX_STEP) as usize;
        let desk = Desk::new(&self.session, &self.options)?;
        if self.queue.is_empty() {
            self.queue
                .push_back(desk.read(&mut *self.source, &self.plan, limit));
        }
        let batch = self.next_batch(limit)?;
        let ahead = self.queue.is_empty() && !batch.rows.is_empty();
        let Self {
            session,
            source,
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
            read = ahead.then(|| desk.read(&mut **source, plan, limit));
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
        Ok(Progress {
            done: if finished { total } else { done.min(total) },
            total,
            finished,
        })
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
    pub fn report(&self) -> ImportReport {
        ImportReport {
            import: self.import.id,
            counts: self.import.counts,
            unknown_headings: self.plan.unknown.clone(),
            resumed: self.resumed,
        }
    }

    fn skip_seen(&mut self) -> Result<()> {
        let mut row = RawRow::default();
        while self.to_skip > 0 {
            if !self.source.next_row(&mut row)? {
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
    prepared: &[Prepared],
) -> Result<Stepped> {
    if let Some(dry_run) = dry_run {
        let rows = session
            .door
            .read(session.caller, |tx, grant: &Grant<'_, ImportCustomers>| {
                let language = session.door.settings().language;
                dry_run.begin();
                prepared
                    .iter()
                    .map(|row| dry_run.row(tx, grant, row, options, language))
                    .collect::<Result<Vec<_>>>()
            })?;
        dry_run.keep();
        let import = counted(import, &rows, prepared.is_empty());
        return Ok(Stepped { rows, import });
    }
    session.door.write(
        session.caller,
        |tx: &mut WriteTx<'_, '_>, grant: &Grant<'_, ImportCustomers>| {
            let mut step = Step::new(tx, options, import.id)?;
            let mut rows = Vec::with_capacity(prepared.len());
            for row in prepared {
                rows.push(step.row(tx, grant, row)?);
            }
            let mut import = counted(import, &rows, prepared.is_empty());
            import.changed_at = tx.now();
            tx.put_import(grant, import.clone(), rows.clone())?;
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

/// What the rows of one step share.
struct Step<'a> {
    options: &'a ImportOptions,
    import: ImportId,
    users: Vec<User>,
}

/// What is there already, and how that is known.
pub(super) struct There {
    pub(super) candidate: Candidate,
    pub(super) problem: Problem,
}

impl<'a> Step<'a> {
    fn new(tx: &WriteTx<'_, '_>, options: &'a ImportOptions, import: ImportId) -> Result<Self> {
        let grant: Grant<'_, ImportCustomers> = tx.grant()?;
        Ok(Self {
            options,
            import,
            users: tx.reads().users(&grant)?,
        })
    }

    fn row<'tx>(
        &mut self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, ImportCustomers>,
        prepared: &Prepared,
    ) -> Result<ImportRow> {
        let line = prepared.line;
        match &prepared.row {
            Err(problems) => Ok(outcome(line, RowOutcome::Refused, problems.clone())),
            Ok(Checked::Contact(row)) => contact_row(tx, line, row),
            Ok(Checked::Customer(row, subject, keys)) => {
                self.customer_row(tx, grant, line, row, subject, keys)
            }
        }
    }

    fn customer_row<'tx>(
        &mut self,
        tx: &mut WriteTx<'_, 'tx>,
        grant: &Grant<'tx, ImportCustomers>,
        line: u64,
        row: &CustomerRow,
        subject: &Subject,
        keys: &CustomerKeys,
    ) -> Result<ImportRow> {
        let owner = match self.owner_of(tx, row) {
            Ok(owner) => owner,
            Err(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
        };
        let language = tx.settings().language;
        let there = find_there(&tx.reads(), grant, row, subject, keys, language)?;
        let mut distinct = None;
        if let Some(There { candidate, problem }) = there {
            let known = self.options.on_duplicate;
            if !grant.scope().contains(candidate.owner) {
                let problem = hidden(&tx.reads(), grant, candidate.owner)?;
                return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
            }
            let repeated = problem.code == Code::RowRepeated;
            if repeated || known == OnDuplicate::Skip {
                let skipped = outcome(line, RowOutcome::Skipped, vec![problem]);
                return Ok(ImportRow {
                    customer: Some(candidate.number),
                    ..skipped
                });
            }
            if known == OnDuplicate::FillBlanks {
                return fill(tx, line, row, candidate.number, problem);
            }
            distinct = Some(candidate.number);
        }
        if let Some(refused) = taken(&tx.reads(), grant, line, row)? {
            return Ok(refused);
        }
        self.create(tx, line, row, keys, owner, distinct)
    }

    fn create(
        &mut self,
        tx: &mut WriteTx<'_, '_>,
        line: u64,
        row: &CustomerRow,
        keys: &CustomerKeys,
        owner: UserId,
        distinct: Option<CustomerNumber>,
    ) -> Result<ImportRow> {
        let adds: Grant<'_, AddCustomers> = tx.grant()?;
        let number = match row.number {
            Some(number) => number,
            None => tx.next_number(&adds)?,
        };
        let draft = Draft {
            checked: row.checked.clone(),
            owner,
            status: row.status,
            created_at: row.created_at,
            created_by: row.created_by,
            aliases: row.aliases.clone(),
            import: Some(self.import),
        };
        let customer = draft.into_customer(number, tx);
        let contact_of = row.contact.as_ref().map(|contact| (contact, customer.clone()));
        tx.add_customer(&adds, customer, keys.clone())?;
        let mut stored = outcome(line, RowOutcome::Created, row.warnings.clone());
        stored.customer = Some(number);
        if let Some(((contact, primary), customer)) = contact_of {
            stored.contact = Some(add_to(tx, &adds, &customer, contact.clone(), *primary)?.id);
        }
        if let Some(other) = distinct {
            tx.say_distinct(&adds, number, other)?;
        }
        Ok(stored)
    }

    /// The owner that the row names, else the import's, else who runs it.
    fn owner_of(&self, tx: &WriteTx<'_, '_>, row: &CustomerRow) -> Result<UserId, Problem> {
        let named = row.owner.or(self.options.owner).or(tx.actor().user());
        let id = named.ok_or_else(|| Problem::missing(fields::OWNER))?;
        may_own(tx.actor(), id, self.users.iter().find(|user| user.id == id))
    }
}

fn outcome(line: u64, outcome: RowOutcome, problems: Vec<Problem>) -> ImportRow {
    ImportRow {
        line,
        outcome,
        customer: None,
        contact: None,
        problems,
    }
}

/// Looks a row up by its exact keys: the same row of an earlier run, else a likely duplicate (R6.1).
fn find_there<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    row: &CustomerRow,
    subject: &Subject,
    keys: &CustomerKeys,
    language: crate::Language,
) -> Result<Option<There>> {
    let (core_low, core_high) = MatchKey::range(KeyKind::Core);
    let exact: Vec<MatchKey> = keys
        .as_slice()
        .iter()
        .copied()
        .filter(|key| !(core_low..=core_high).contains(key))
        .collect();
    let hits = tx.candidates(grant, &exact, PER_KEY)?;
    if hits.is_empty() {
        return Ok(None);
    }
    if let Some((_, number)) = hits.iter().find(|(key, _)| *key == row.row) {
        let candidate = tx
            .candidate(grant, *number)?
            .ok_or_else(|| Error::internal("a key without its customer"))?;
        let problem = Problem::with("", Code::RowRepeated, number.to_string());
        return Ok(Some(There { candidate, problem }));
    }
    let best = compare_all(tx, grant, subject, &hits)?
        .into_iter()
        .find(|(_, found)| found.band == MatchBand::Likely);
    Ok(best.map(|(candidate, found)| {
        let text = format!(
            "{} {} ({})",
            candidate.number,
            candidate.name,
            explain(&found.reasons, language)
        );
        There {
            candidate,
            problem: Problem::with("", Code::RowDuplicate, text),
        }
    }))
}

/// Refuses a row whose number or identifier is in use.
fn taken<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    line: u64,
    row: &CustomerRow,
) -> Result<Option<ImportRow>> {
    let mut problems = Vec::new();
    if let Some(number) = row.number
        && tx.number_taken(grant, number)?
    {
        problems.push(Problem::with(
            fields::NUMBER,
            Code::NumberTaken,
            number.to_string(),
        ));
    }
    if let Some(external_id) = &row.checked.external_id
        && tx.external_id_holder(grant, external_id)?.is_some()
    {
        problems.push(Problem::with(
            fields::EXTERNAL_ID,
            Code::ExternalIdTaken,
            external_id,
        ));
    }
    Ok((!problems.is_empty()).then(|| outcome(line, RowOutcome::Refused, problems)))
}

/// Fills the blanks of the customer that is there (R6.3); keeps the revision, so that it can be undone exactly.
fn fill(
    tx: &mut WriteTx<'_, '_>,
    line: u64,
    row: &CustomerRow,
    number: CustomerNumber,
    why: Problem,
) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let before = tx
        .reads()
        .customer(&edits, number)?
        .ok_or_else(|| Error::not_found(number))?;
    let mut after = fill_blanks(&before, &row.checked, &row.aliases);
    if after == before {
        return Ok(ImportRow {
            customer: Some(number),
            ..outcome(line, RowOutcome::Skipped, vec![why])
        });
    }
    after.revision += 1;
    let revision = Problem::with(fields::REVISION, Code::RowDuplicate, after.revision.to_string());
    save(tx, &edits, before, after)?;
    Ok(ImportRow {
        customer: Some(number),
        ..outcome(line, RowOutcome::Filled, vec![why, revision])
    })
}

/// Adds a contact to the customer that the row names by number, alias or whole name (R9.4).
fn contact_row(tx: &mut WriteTx<'_, '_>, line: u64, row: &ContactRow) -> Result<ImportRow> {
    let edits: Grant<'_, EditCustomers> = tx.grant()?;
    let customer = match find_named(&tx.reads(), &edits, &row.customer)? {
        Some(customer) => customer,
        None => {
            let problem = Problem::with(fields::NUMBER, Code::NotFound, &row.customer);
            return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
        }
    };
    let same = |contact: &&Contact| contact.name == row.checked.name && contact.mobile == row.checked.mobile;
    if tx
        .reads()
        .contacts(&edits, customer.number)?
        .iter()
        .find(same)
        .is_some()
    {
        let problem = Problem::with("", Code::RowRepeated, customer.number.to_string());
        return Ok(ImportRow {
            customer: Some(customer.number),
            ..outcome(line, RowOutcome::Skipped, vec![problem])
        });
    }
    let contact = add_to(tx, &edits, &customer, row.checked.clone(), row.primary)?;
    let mut stored = outcome(line, RowOutcome::Created, row.checked.warnings.clone());
    stored.customer = Some(customer.number);
    stored.contact = Some(contact.id);
    Ok(stored)
}

fn find_named<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    key: &str,
) -> Result<Option<Customer>> {
    match tx.find_customer(grant, key) {
        Ok(customer) => return Ok(Some(customer)),
        Err(Error::NotFound { .. }) => {}
        Err(error) => return Err(error),
    }
    let query = CustomerQuery {
        text: Some(key.to_owned()),
        ..CustomerQuery::default()
    };
    let page = tx.customers(grant, &query, &PageRequest::first(50))?;
    let named = page
        .items
        .iter()
        .find(|summary| fold_name(&summary.name) == fold_name(key));
    named
        .map(|summary| tx.customer(grant, summary.number))
        .transpose()
        .map(Option::flatten)
}
