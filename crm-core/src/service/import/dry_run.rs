//! A dry run: what an import would do, without storing anything.
//!
//! It keeps the names and numbers of the rows that it would create, so that duplicates inside the list show too: some
//! 300 bytes a row.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;

use chrono::NaiveDate;

use super::{
    blanks::Blanks,
    contact::contact_row_dry,
    one::{Brought, Place, added, brought, is_one, of_customer},
    past::{fate, told},
    reader::{Checked, Row},
    row::{Filling, contact_known_by, filled, flags_of_contact, is_same, outcome, unread, why_there},
    there::{AlreadyThere, Room, There, find_there, keys_asked, room_for},
};
use crate::{
    access::{EditCustomers, Grant, ImportCustomers},
    error::{Code, Problem, Result},
    import::{CustomerRow, ImportOptions, OnDuplicate},
    matching::{Candidate, KeyKind, MatchKey, NameParts, Rules, Subject},
    model::{CustomerNumber, ImportRow, Lane, RowOutcome, UserId, fields},
    rules::contact::CheckedContact,
    service::door::ReadTx,
};

/// Earlier rows of the same key that a row is compared with.
const EARLIER: usize = 50;

/// The rows that would have been created so far.
#[derive(Default)]
pub(super) struct DryRun {
    lines: Vec<u64>,
    /// By what their contacts are known.
    contacts: Vec<Vec<String>>,
    /// Where they are, and under which number they are registered.
    places: Vec<Place>,
    rows: Vec<Candidate>,
    keys: HashMap<MatchKey, Vec<usize>>,
    /// The highest serial that was brought, of each day and lane.
    serials: BTreeMap<(NaiveDate, Lane), u32>,
    /// The numbers and the host's identifiers that rows would bring, by the row.
    taken: HashMap<String, usize>,
    blanks: Blanks,
    /// Contacts that the rows of this step would bring.
    pub(super) brought: u64,
    kept: usize,
    kept_serials: BTreeMap<(NaiveDate, Lane), u32>,
}

impl DryRun {
    /// Forgets what an attempt at a step added, should the step be run again.
    pub(super) fn begin(&mut self) {
        let kept = self.kept;
        self.brought = 0;
        self.serials.clone_from(&self.kept_serials);
        if self.rows.len() > kept {
            self.rows.truncate(kept);
            self.lines.truncate(kept);
            self.contacts.truncate(kept);
            self.places.truncate(kept);
            self.keys
                .values_mut()
                .for_each(|rows| rows.retain(|row| *row < kept));
            self.taken.retain(|_, row| *row < kept);
            self.blanks.forget_from(kept);
        }
    }

    /// Takes over what a step added.
    pub(super) fn keep(&mut self) {
        self.kept = self.rows.len();
        self.kept_serials.clone_from(&self.serials);
    }

    pub(super) fn row<'tx>(
        &mut self,
        tx: &ReadTx<'_, 'tx>,
        grant: &Grant<'tx, ImportCustomers>,
        read: &Row,
        options: &ImportOptions,
    ) -> Result<ImportRow> {
        let line = read.line;
        let (row, subject, keys) = match &read.row {
            Err(problems) => return Ok(unread(line, problems)),
            Ok(Checked::Contact(row)) => {
                let stored = contact_row_dry(tx, line, row)?;
                self.brought += u64::from(stored.outcome == RowOutcome::Created);
                return Ok(stored);
            }
            Ok(Checked::Past(row)) => {
                let edits: Grant<'_, EditCustomers> = tx.grant()?;
                let by = options.owner.as_deref().and_then(|id| id.parse().ok());
                return Ok(told(line, row, fate(tx, &edits, row, by)?));
            }
            Ok(Checked::Customer(row, subject, ready)) => (row, subject, ready.keys.as_slice()),
        };
        let There { seen, hidden } = find_there(tx, grant, row, subject, keys)?;
        let edits: Grant<'tx, EditCustomers> = tx.grant()?;
        match (brought(tx, &edits, row, seen.as_ref())?, &row.contact) {
            (Some(Brought::Another { number, .. }), Some((contact, _))) => {
                let stored = self.added(tx, line, row, number, contact, options, seen)?;
                self.brought += u64::from(stored.outcome != RowOutcome::Refused);
                return Ok(stored);
            }
            (Some(Brought::Known(number, left)), _) => {
                let why = why_there(seen, number);
                let what = match options.on_duplicate {
                    OnDuplicate::FillBlanks => match filled(tx, &edits, &of_customer(row), number)? {
                        Filling::Taken(problem) => {
                            return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
                        }
                        Filling::Nothing(..) => RowOutcome::Skipped,
                        Filling::Filled(..) => RowOutcome::Filled,
                    },
                    OnDuplicate::Skip | OnDuplicate::Create => RowOutcome::Skipped,
                };
                let mut problems = vec![why];
                problems.extend(left);
                return Ok(ImportRow {
                    customer: Some(number),
                    ..outcome(line, what, problems)
                });
            }
            _ => {}
        }
        let mut warnings = row.warnings.clone();
        match seen {
            Some(AlreadyThere { candidate, problem }) => {
                let editable = grant.edits().contains(candidate.number, candidate.owner);
                let number = candidate.number;
                let stored = self.of_there(tx, line, row, number, editable, options, &problem)?;
                if let Some(stored) = stored {
                    return Ok(stored);
                }
                // It is said beforehand over what the row would be entered.
                warnings = vec![problem];
            }
            None => {
                let conventions = tx.conventions()?;
                if let Some((index, problem)) = self.earlier(row, subject, keys, conventions.rules()) {
                    if let Some(stored) = self.of_earlier(line, row, index, &problem, options) {
                        return Ok(stored);
                    }
                    warnings = vec![problem];
                }
            }
        }
        if let Some(problem) = hidden {
            return Ok(outcome(line, RowOutcome::Refused, vec![problem]));
        }
        let lane = row.number.map(|number| (number.date(), number.lane()));
        let brought = lane.and_then(|lane| self.serials.get(&lane).copied());
        if let Room::Taken(problems) = room_for(tx, grant, row, brought.unwrap_or_default())? {
            return Ok(outcome(line, RowOutcome::Refused, problems));
        }
        let number = row.number.map(|number| number.to_string());
        let external_id = row.checked.external_id.clone();
        for (field, code, brought) in [
            (fields::NUMBER, Code::NumberTaken, &number),
            (fields::EXTERNAL_ID, Code::ExternalIdTaken, &external_id),
        ] {
            if let Some(text) = brought
                .as_ref()
                .filter(|text| self.taken.contains_key(&format!("{field}:{text}")))
            {
                return Ok(outcome(
                    line,
                    RowOutcome::Refused,
                    vec![Problem::with(field, code, text)],
                ));
            }
        }
        for (field, brought) in [(fields::NUMBER, number), (fields::EXTERNAL_ID, external_id)] {
            if let Some(text) = brought {
                self.taken.insert(format!("{field}:{text}"), self.rows.len());
            }
        }
        if let Some(number) = row.number {
            let highest = self.serials.entry((number.date(), number.lane())).or_default();
            *highest = number.serial().max(*highest);
        }
        self.brought += u64::from(row.contact.is_some());
        let index = self.rows.len();
        for key in keys_asked(keys) {
            self.keys.entry(key).or_default().push(index);
        }
        self.lines.push(line);
        let contacts = row.contact.iter();
        self.contacts
            .push(contacts.map(|(contact, _)| contact_known_by(contact)).collect());
        self.places.push(Place::of_row(row));
        if options.on_duplicate != OnDuplicate::Skip {
            self.blanks.enter(index, row);
        }
        self.rows.push(Candidate {
            number: placeholder(index),
            name: row.checked.name.clone(),
            kind: row.checked.kind,
            owner: UserId::from_bytes([0; 16]),
            phones: subject.phones.clone(),
            aliases: row.aliases.clone(),
            registrations: row.checked.registrations.clone(),
        });
        Ok(outcome(line, RowOutcome::Created, warnings))
    }

    /// What a row comes to whose customer is likely there already; none if it would be entered all the same.
    #[allow(clippy::too_many_arguments, reason = "what there is to a row")]
    fn of_there<'tx>(
        &mut self,
        tx: &ReadTx<'_, 'tx>,
        line: u64,
        row: &CustomerRow,
        number: CustomerNumber,
        editable: bool,
        options: &ImportOptions,
        problem: &Problem,
    ) -> Result<Option<ImportRow>> {
        let stored = |what, problems| ImportRow {
            customer: Some(number),
            ..outcome(line, what, problems)
        };
        let is_repeated = problem.code == Code::RowRepeated;
        let mut problems = vec![problem.clone()];
        match options.on_duplicate {
            OnDuplicate::Create if !is_repeated => return Ok(None),
            OnDuplicate::FillBlanks if !is_repeated && editable => {}
            _ => return Ok(Some(stored(RowOutcome::Skipped, problems))),
        }
        let edits: Grant<'tx, EditCustomers> = tx.grant()?;
        let mut what = match filled(tx, &edits, row, number)? {
            Filling::Taken(problem) => {
                return Ok(Some(outcome(line, RowOutcome::Refused, vec![problem])));
            }
            Filling::Nothing(..) => RowOutcome::Skipped,
            Filling::Filled(..) => RowOutcome::Filled,
        };
        if let Some((contact, _)) = &row.contact
            && !tx
                .contacts_to_edit(&edits, number)?
                .iter()
                .any(|there| is_same(there, contact))
        {
            what = RowOutcome::Filled;
            self.brought += 1;
            problems.extend(flags_of_contact(row));
            problems.push(added(contact));
        }
        Ok(Some(stored(what, problems)))
    }

    /// What a row comes to whose customer an earlier row of the list would have brought; none if it would be entered all the same.
    fn of_earlier(
        &mut self,
        line: u64,
        row: &CustomerRow,
        index: usize,
        problem: &Problem,
        options: &ImportOptions,
    ) -> Option<ImportRow> {
        if problem.code == Code::RowRepeated {
            return Some(outcome(line, RowOutcome::Skipped, vec![problem.clone()]));
        }
        let known = row
            .contact
            .as_ref()
            .and_then(|(contact, _)| self.is_known(index, row, contact));
        let (is_sure, on_duplicate) = (known.is_some(), options.on_duplicate);
        // What is the row's contact's own is not its customer's.
        let fills = match (is_sure, on_duplicate) {
            (true, OnDuplicate::Skip) | (false, OnDuplicate::Skip) => false,
            (true, OnDuplicate::Create) if known == Some(true) => false,
            (false, OnDuplicate::Create) => return None,
            (true, _) => self.blanks.fill(index, &of_customer(row)),
            (false, OnDuplicate::FillBlanks) => self.blanks.fill(index, row),
        };
        let mut problems = vec![problem.clone()];
        let is_there = |contact| {
            let there = self.contacts.get(index);
            there.is_some_and(|there| there.contains(&contact_known_by(contact)))
        };
        let contact = row.contact.as_ref().map(|(contact, _)| contact);
        let adds = contact
            .filter(|contact| !is_there(contact) && (is_sure || on_duplicate == OnDuplicate::FillBlanks));
        let what = match (fills, adds.is_some()) {
            (true, _) => RowOutcome::Filled,
            (false, true) if is_sure => RowOutcome::Created,
            (false, true) => RowOutcome::Filled,
            (false, false) => RowOutcome::Skipped,
        };
        if let Some(contact) = adds {
            problems.extend(flags_of_contact(row));
            problems.push(added(contact));
            if let Some(there) = self.contacts.get_mut(index) {
                there.push(contact_known_by(contact));
            }
            self.brought += 1;
        }
        Some(outcome(line, what, problems))
    }

    /// What adding a contact to a customer that is there would come to.
    #[allow(clippy::too_many_arguments, reason = "what there is to a row")]
    fn added<'tx>(
        &self,
        tx: &ReadTx<'_, 'tx>,
        line: u64,
        row: &CustomerRow,
        number: CustomerNumber,
        contact: &CheckedContact,
        options: &ImportOptions,
        seen: Option<AlreadyThere>,
    ) -> Result<ImportRow> {
        let what = match options.on_duplicate {
            OnDuplicate::FillBlanks | OnDuplicate::Create => {
                match filled(tx, &tx.grant()?, &of_customer(row), number)? {
                    Filling::Taken(problem) => return Ok(outcome(line, RowOutcome::Refused, vec![problem])),
                    Filling::Nothing(..) => RowOutcome::Created,
                    Filling::Filled(..) => RowOutcome::Filled,
                }
            }
            OnDuplicate::Skip => RowOutcome::Created,
        };
        let mut problems = vec![why_there(seen, number)];
        problems.extend(flags_of_contact(row));
        problems.push(added(contact));
        Ok(ImportRow {
            customer: Some(number),
            ..outcome(line, what, problems)
        })
    }

    /// Whether an earlier row that is of the same customer has the row's contact; none if it is of another.
    fn is_known(&self, index: usize, row: &CustomerRow, contact: &CheckedContact) -> Option<bool> {
        let there = self.rows.get(index)?;
        let contacts = self.contacts.get(index)?;
        let place = self.places.get(index)?;
        let id = row
            .checked
            .external_id
            .as_ref()
            .map(|id| format!("{}:{id}", fields::EXTERNAL_ID));
        let is_identified = id.is_some_and(|id| self.taken.get(&id) == Some(&index));
        (is_identified || is_one(row, &there.name, there.kind, place))
            .then(|| contacts.contains(&contact_known_by(contact)))
    }

    /// The row of this list that is the same, or likely the same.
    fn earlier(
        &self,
        row: &CustomerRow,
        subject: &Subject,
        keys: &[MatchKey],
        rules: Rules<'_>,
    ) -> Option<(usize, Problem)> {
        let line = |index: &usize| self.lines.get(*index).map(u64::to_string).unwrap_or_default();
        // Who has the row's identifier is its customer, if it brings a contact.
        let identifier = row
            .checked
            .external_id
            .as_ref()
            .filter(|_| row.number.is_none() && row.contact.is_some());
        let identified = identifier.and_then(|id| self.taken.get(&format!("{}:{id}", fields::EXTERNAL_ID)));
        if let Some(index) = self.keys.get(&row.row).and_then(|rows| rows.first()) {
            return Some((*index, Problem::with("", Code::RowRepeated, line(index))));
        }
        if let Some(index) = identified {
            return Some((*index, Problem::with("", Code::RowDuplicate, line(index))));
        }
        let holders = |number: &str| {
            let keys = [KeyKind::Phone, KeyKind::Alias].map(|kind| MatchKey::of(kind, number));
            // Enough to tell how many parties have it, however many rows do.
            let rows = keys
                .iter()
                .filter_map(|key| self.keys.get(key))
                .flatten()
                .take(EARLIER);
            let names: Vec<NameParts> = rows
                .filter_map(|index| self.rows.get(*index))
                .map(|there| NameParts::of(&there.name, there.kind))
                .collect();
            rules.parties(&names)
        };
        let mut rows: Vec<&usize> = keys_asked(keys)
            .filter_map(|key| self.keys.get(&key))
            .flatten()
            .take(EARLIER)
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let likely = rows.into_iter().find(|index| {
            let compared = self
                .rows
                .get(**index)
                .and_then(|candidate| subject.compare(&Subject::of(candidate), holders, rules));
            compared.is_some_and(|found| found.is_same())
        })?;
        Some((*likely, Problem::with("", Code::RowDuplicate, line(likely))))
    }
}

/// A number that no customer has, for a row that would get one.
pub(super) fn placeholder(index: usize) -> CustomerNumber {
    let serial = u32::try_from(index)
        .ok()
        .and_then(|index| NonZeroU32::new(index + 1))
        .unwrap_or(NonZeroU32::MIN);
    let last_day = NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default();
    CustomerNumber::new(last_day, Lane::SHARED, serial).unwrap_or_else(|| placeholder(0))
}
