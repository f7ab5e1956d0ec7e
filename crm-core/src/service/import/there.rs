//! What is there already: the row of an earlier run, a likely duplicate, a number in use.

use crate::{
    access::{EditCustomers, Editable, Grant, ImportCustomers},
    error::{Code, Problem, Result},
    import::CustomerRow,
    matching::{Candidate, Comparison, KeyKind, MatchKey, MatchReason, Subject, in_codes},
    model::{Customer, CustomerNumber, fields},
    rules::number::check_reach,
    service::{
        door::ReadTx,
        duplicates::{Compared, Holders, compare_all, numbers_of, to_compare},
    },
    store::{Crowded, KeyQuestion, Proposed, Whose},
};

/// Customers looked at per key and row.
const PER_KEY: u32 = 8;

/// What is there already of a row.
#[derive(Default)]
pub(super) struct There {
    /// Among the customers that the caller sees.
    pub(super) seen: Option<AlreadyThere>,
    /// Why the row is refused if nothing in sight decides: a likely one out of sight, with its owner's name (R6.1).
    pub(super) hidden: Option<Problem>,
}

/// The customers in sight into which one was merged that this row brought: the row's key stays with its number (R6.3).
fn come_with_merged<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    row: &CustomerRow,
    hits: &[(MatchKey, CustomerNumber)],
) -> Result<Vec<(MatchKey, CustomerNumber)>> {
    // A number that leads to another customer is in nobody's scope but everybody's.
    let holders = match grant.sees().is_all() {
        true => hits.iter().filter(|(key, _)| *key == row.row).copied().collect(),
        false => {
            let question = KeyQuestion {
                keys: vec![row.row],
                whose: Whose::OutOfScope,
                limit: u32::MAX,
                crowded: Crowded::Cut,
                unless: 0,
            };
            tx.holders(grant, &[question])?.concat()
        }
    };
    let merges = tx.merges(grant, &numbers_of(&holders))?;
    Ok(merges
        .into_iter()
        .map(|merge| (row.row, merge.customer))
        .collect())
}

/// A customer that is there already, and how that is known.
pub(super) struct AlreadyThere {
    pub(super) candidate: Candidate,
    pub(super) problem: Problem,
}

/// The keys by which a row is looked up: those that say "the same", but for the core, which many share.
pub(super) fn keys_asked(keys: &[MatchKey]) -> impl Iterator<Item = MatchKey> {
    let (first, last) = MatchKey::range(KeyKind::Core);
    let asked = move |key: &MatchKey| key.is_exact() && !(first..=last).contains(key);
    keys.iter().copied().filter(asked)
}

/// Looks a row up by its exact keys: the same row of an earlier run, else a likely duplicate (R6.1). What has a slip in its
/// name is for the search over the rows that came in (R6.2).
///
/// What is in sight is asked for, and compared, by itself, so that it is the same whatever is hidden (R8.2).
pub(super) fn find_there<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    row: &CustomerRow,
    subject: &Subject,
    keys: &[MatchKey],
) -> Result<There> {
    let question = |whose| KeyQuestion {
        keys: keys_asked(keys).collect(),
        whose,
        limit: PER_KEY,
        crowded: Crowded::Cut,
        unless: 0,
    };
    let mut asked = vec![question(Whose::InScope)];
    if !grant.sees().is_all() && tx.conventions()?.tell_hidden_owner {
        asked.push(question(Whose::OutOfScope));
    }
    let mut hits: Vec<_> = tx.holders(grant, &asked)?.into_iter().flatten().collect();
    hits.extend(come_with_merged(tx, grant, row, &hits)?);
    let led = tx.merges(grant, row.number.as_slice())?;
    let led = led.first().map(|merge| merge.customer);
    if hits.is_empty() && led.is_none() {
        return Ok(There::default());
    }
    let mut numbers = numbers_of(&hits);
    numbers.extend(led.filter(|led| !numbers.contains(led)));
    let mut proposed = tx.proposed(grant, &numbers, &[])?;
    proposed.retain(|proposed| !proposed.archived);
    let in_sight = |proposed: &Proposed| {
        let Candidate { number, owner, .. } = proposed.candidate;
        grant.sees().contains(number, owner)
    };
    let (seen, hidden): (Vec<Proposed>, Vec<Proposed>) = proposed.into_iter().partition(in_sight);
    let came_with = |proposed: &&Proposed| hits.contains(&(row.row, proposed.candidate.number));
    let conventions = tx.conventions()?;
    let rules = conventions.rules();
    let to_seen = to_compare(&seen);
    let holders = Holders::among(subject, &to_seen, rules);
    let same = |there: &[Compared]| {
        let mut compared = compare_all(subject, there, &holders, rules);
        compared.find(|(_, found)| found.is_same())
    };
    let repeated = seen.iter().find(came_with).map(|first| {
        let candidate = first.candidate.clone();
        let problem = Problem::with("", Code::RowRepeated, candidate.number.to_string());
        AlreadyThere { candidate, problem }
    });
    let is_there = |candidate: Candidate, reasons: &[MatchReason]| {
        let who = format!("{} {}", candidate.number, candidate.name);
        AlreadyThere {
            problem: Problem::with("", Code::RowDuplicate, in_codes(who, reasons)),
            candidate,
        }
    };
    let duplicate = |(candidate, found): (Candidate, Comparison)| is_there(candidate, &found.reasons);
    let named = seen
        .iter()
        .find(|proposed| Some(proposed.candidate.number) == led)
        .map(|proposed| is_there(proposed.candidate.clone(), &[]));
    let with = match hidden.iter().find(came_with) {
        Some(first) => Some(first.candidate.number),
        None => same(&to_compare(&hidden)).map(|(candidate, _)| candidate.number),
    };
    let owner = hidden
        .into_iter()
        .find(|proposed| Some(proposed.candidate.number) == with)
        .map(|proposed| proposed.owner_name);
    Ok(There {
        seen: repeated.or(named).or_else(|| same(&to_seen).map(duplicate)),
        hidden: owner.map(|owner| Problem::with(fields::NAME, Code::CustomerDuplicateHidden, owner)),
    })
}

/// How a row's customer can be entered.
pub(super) enum Room<'tx> {
    /// As a new one.
    New,
    /// As the one that undoing an import took out, whose number or identifier the row brings.
    Again(Box<Editable<'tx, Customer>>),
    /// Not at all: its number or identifier is in use, or its number too high.
    Taken(Vec<Problem>),
}

/// Whether a row's number and identifier are free, or its own from an import that was undone. `brought` is the highest
/// serial that rows which are not stored, as of a dry run, brought before it in the same lane and of the same day.
pub(super) fn room_for<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, ImportCustomers>,
    row: &CustomerRow,
    brought: u32,
) -> Result<Room<'tx>> {
    let identified = match &row.checked.external_id {
        Some(external_id) => tx.external_id_holder(grant, external_id)?,
        None => None,
    };
    let numbered = match row.number {
        Some(number) => tx.number_taken(grant, number)?.then_some(number),
        None => None,
    };
    let named = if row.number.is_some() {
        numbered
    } else {
        identified
    };
    let undone = match named {
        Some(number) => {
            let edits: Grant<'_, EditCustomers> = tx.grant()?;
            tx.undone_customer(&edits, number)?
        }
        None => None,
    };
    let in_use = |holder: Option<CustomerNumber>| {
        holder.filter(|number| undone.as_ref().is_none_or(|undone| undone.number != *number))
    };
    let mut problems = Vec::new();
    if let Some(number) = in_use(numbered) {
        problems.push(Problem::with(
            fields::NUMBER,
            Code::NumberTaken,
            number.to_string(),
        ));
    }
    if let (Some(number), None) = (row.number, numbered) {
        let last = tx.last_serial(grant, number)?.max(brought);
        problems.extend(check_reach(number, last).err());
    }
    if let (Some(external_id), Some(_)) = (&row.checked.external_id, in_use(identified)) {
        problems.push(Problem::with(
            fields::EXTERNAL_ID,
            Code::ExternalIdTaken,
            external_id,
        ));
    }
    Ok(match undone {
        _ if !problems.is_empty() => Room::Taken(problems),
        Some(undone) => Room::Again(Box::new(undone)),
        None => Room::New,
    })
}
