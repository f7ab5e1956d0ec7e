//! A customer's timeline (R7.7): what its records and the log tell, sort by sort, merged in the order of time.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};

use super::door::ReadTx;
use crate::{
    access::{Grant, SeeCustomers},
    clock::BusinessZone,
    error::{Error, Result},
    model::{
        CustomerKey, Entity, EntityRef, Opportunity, OpportunityId, Page, PageRequest, RecordKey,
        TimelineEntry, TimelinePage, TimelineSort, UserId,
    },
    rules::{
        choice::PickLists,
        timeline::{Both, changed, handed_over, merged, moved, served, signed, stands, talked},
    },
    store::{Happening, Keyset, LogLine, Moment, Order, Record, SortKind, SortValue},
};

/// By when, by the sort and the key of what happened; last, where the log is to be read on.
const ORDER: Order = Order {
    name: "customer.timeline",
    keys: &[SortKind::Integer, SortKind::Text, SortKind::Integer],
    descending: true,
};

/// What happened, of either source.
enum Found {
    Record(Box<Happening>),
    Line(LogLine),
}

/// Where something stands in a timeline: when, its sort, its key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: i64,
    sort: u8,
    key: String,
}

/// Where a page begins.
struct Start {
    /// After what; none at the newest.
    place: Option<Place>,
    /// Before which position of the log: what has been entered since the first page was made is not told.
    seq: u64,
}

/// A page of what happened with a customer that may be seen, the newest first.
pub(super) fn of_customer<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    key: &CustomerKey,
    page: &PageRequest,
) -> Result<TimelinePage> {
    let keyset = Keyset::new(ORDER, page)?;
    let start = match keyset.after() {
        Some(after) => start(after).ok_or_else(|| Error::internal("a timeline's place"))?,
        None => Start {
            place: None,
            seq: tx.log_length(grant)?.saturating_add(1),
        },
    };
    let (customer, own) = tx.customer_of_timeline(grant, key)?;
    let zone = tx.conventions()?.zone;
    // One more tells whether there is a next page.
    let limit = u32::try_from(keyset.limit())
        .unwrap_or(u32::MAX)
        .saturating_add(1);

    let mut found: Vec<(Place, Found)> = Vec::new();
    for &sort in TimelineSort::ALL {
        let before = before(sort, start.place.as_ref(), zone);
        for happening in tx.happenings(grant, &customer, sort, &before, limit)? {
            let place = place(sort, happening.moment(), zone)?;
            found.push((place, Found::Record(Box::new(happening))));
        }
    }
    let lines = tx.told_changes(grant, &own, start.seq, limit)?;
    // The log goes by its positions: an entry made under a clock that was set back is no later than those after it.
    let mut latest = start.place.as_ref().map_or(i64::MAX, |place| place.at);
    for line in lines {
        latest = latest.min(line.operation.at.timestamp_millis());
        let place = Place {
            at: latest,
            sort: rank(TimelineSort::Change),
            key: format!("{:020}", line.seq),
        };
        found.push((place, Found::Line(line)));
    }
    found.sort_by(|(one, _), (other, _)| other.cmp(one));

    let more = found.len() > keyset.limit();
    found.truncate(keyset.limit());
    let seq = found.iter().rev().find_map(|(_, found)| match found {
        Found::Line(line) => Some(line.seq),
        Found::Record(_) => None,
    });
    let next = found
        .last()
        .filter(|_| more)
        .map(|(place, _)| keyset.cursor(&written(place, seq.unwrap_or(start.seq))));
    let items = told(tx, grant, found)?;
    Ok(Page { items, next }.into())
}

/// What is newer of two at the same instant has the greater.
fn rank(sort: TimelineSort) -> u8 {
    let at = TimelineSort::ALL.iter().position(|there| *there == sort);
    at.and_then(|at| u8::try_from(at).ok()).unwrap_or_default()
}

/// A place as a cursor has it.
fn written(place: &Place, seq: u64) -> Vec<SortValue> {
    vec![
        SortValue::Integer(place.at),
        SortValue::Text(format!("{} {}", place.sort, place.key)),
        SortValue::Integer(seq.cast_signed()),
    ]
}

/// Where a page begins, as a cursor has it.
fn start(after: &[SortValue]) -> Option<Start> {
    let [
        SortValue::Integer(at),
        SortValue::Text(which),
        SortValue::Integer(seq),
    ] = after
    else {
        return None;
    };
    let (sort, key) = which.split_once(' ')?;
    Some(Start {
        place: Some(Place {
            at: *at,
            sort: sort.parse().ok()?,
            key: key.to_owned(),
        }),
        seq: seq.cast_unsigned(),
    })
}

/// Where something of a sort stands.
fn place(sort: TimelineSort, moment: Moment, zone: BusinessZone) -> Result<Place> {
    let at = match &moment.at {
        SortValue::Integer(at) => Some(*at),
        SortValue::Text(day) => day.parse().ok().and_then(|day| beginning(day, zone)),
        SortValue::Bytes(_) => None,
    };
    Ok(Place {
        at: at.ok_or_else(|| Error::internal("a day without a beginning"))?,
        sort: rank(sort),
        key: moment.key,
    })
}

/// When a business day begins, in milliseconds.
fn beginning(day: chrono::NaiveDate, zone: BusinessZone) -> Option<i64> {
    let begins = zone.instant(day.and_time(NaiveTime::MIN))?;
    Some(begins.timestamp_millis())
}

/// The place among those of a sort before which those after a place of the timeline stand.
fn before(sort: TimelineSort, after: Option<&Place>, zone: BusinessZone) -> Moment {
    let by_day = sort == TimelineSort::Contract;
    let Some(after) = after else {
        return Moment {
            at: match by_day {
                true => SortValue::Text(Moment::LAST.to_owned()),
                false => SortValue::Integer(i64::MAX),
            },
            key: Moment::LAST.to_owned(),
        };
    };
    let day = DateTime::<Utc>::from_timestamp_millis(after.at).map(|at| zone.day(at));
    let at = match day.filter(|_| by_day) {
        Some(day) => SortValue::Text(day.to_string()),
        None => SortValue::Integer(after.at),
    };
    // Of a day that began before, all are after it.
    let begins = day.filter(|_| by_day).and_then(|day| beginning(day, zone));
    let key = match (begins.unwrap_or(after.at), rank(sort)) {
        (at, _) if at < after.at => Moment::LAST.to_owned(),
        (_, sort) if sort < after.sort => Moment::LAST.to_owned(),
        (_, sort) if sort > after.sort => String::new(),
        _ => after.key.clone(),
    };
    Moment { at, key }
}

/// Entries as people read them.
fn told<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    found: Vec<(Place, Found)>,
) -> Result<Vec<TimelineEntry>> {
    let lists = tx.pick_lists(grant)?;
    let mut names = Names {
        deals: deals(tx, grant, &found)?,
        users: BTreeMap::new(),
    };
    let mut told = Vec::with_capacity(found.len());
    for (place, found) in found {
        let Said {
            sort,
            at,
            by,
            about,
            line,
        } = match found {
            Found::Record(happening) => said(tx, grant, &mut names, &lists, &place, *happening)?,
            Found::Line(line) => said_of_log(line),
        };
        let by_name = match by {
            Some(by) => names.user(tx, grant, by)?,
            None => None,
        };
        let [line_zh, line_en] = line;
        told.push(TimelineEntry {
            at,
            sort,
            by,
            by_name,
            about,
            line_zh,
            line_en,
        });
    }
    Ok(told)
}

/// What is said of something.
struct Said {
    sort: TimelineSort,
    at: DateTime<Utc>,
    by: Option<UserId>,
    about: EntityRef,
    line: Both,
}

/// The names that lines have.
struct Names {
    deals: BTreeMap<OpportunityId, String>,
    users: BTreeMap<UserId, Option<String>>,
}

impl Names {
    fn user<'tx>(
        &mut self,
        tx: &ReadTx<'_, 'tx>,
        grant: &Grant<'tx, SeeCustomers>,
        id: UserId,
    ) -> Result<Option<String>> {
        if let Some(known) = self.users.get(&id) {
            return Ok(known.clone());
        }
        let name = tx.user(grant, id)?.map(|user| user.name);
        self.users.insert(id, name.clone());
        Ok(name)
    }
}

/// The names of the deals whose stages are told.
fn deals<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    found: &[(Place, Found)],
) -> Result<BTreeMap<OpportunityId, String>> {
    let of = |found: &Found| match found {
        Found::Record(happening) => match happening.as_ref() {
            Happening::Stage(change) => Some(change.opportunity),
            _ => None,
        },
        Found::Line(_) => None,
    };
    let mut ids: Vec<OpportunityId> = found.iter().filter_map(|(_, found)| of(found)).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let deals = tx.records::<Opportunity>(grant, &ids)?;
    Ok(deals.into_iter().map(|deal| (deal.id, deal.name)).collect())
}

fn reference<T: Record>(record: &T) -> EntityRef {
    refer(T::ENTITY, &T::write_key(&record.key()))
}

fn refer(entity: Entity, key: &RecordKey) -> EntityRef {
    EntityRef {
        entity: entity.code().to_owned(),
        key: key.to_string(),
    }
}

fn said<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    names: &mut Names,
    lists: &PickLists,
    place: &Place,
    happening: Happening,
) -> Result<Said> {
    let (sort, by, about, line) = match happening {
        Happening::FollowUp(talk) => (
            TimelineSort::FollowUp,
            Some(talk.by),
            reference(&talk),
            talked(&talk, lists),
        ),
        Happening::Stage(change) => {
            let deal = RecordKey::Id(*change.opportunity.as_bytes());
            let name = names.deals.get(&change.opportunity).map_or("", String::as_str);
            let line = moved(&change, name);
            (
                TimelineSort::Stage,
                change.by,
                refer(Entity::Opportunity, &deal),
                line,
            )
        }
        Happening::Status(change) => {
            let customer = RecordKey::Number(change.customer);
            let line = stands(change.before, change.after);
            (
                TimelineSort::Status,
                change.by,
                refer(Entity::Customer, &customer),
                line,
            )
        }
        Happening::HandOver(given) => {
            let customer = RecordKey::Number(given.customer);
            let before = names.user(tx, grant, given.owner_before)?.unwrap_or_default();
            let after = names.user(tx, grant, given.owner_after)?.unwrap_or_default();
            let line = handed_over(&before, &after);
            (
                TimelineSort::HandOver,
                given.by,
                refer(Entity::Customer, &customer),
                line,
            )
        }
        Happening::Contract(contract) => (
            TimelineSort::Contract,
            Some(contract.credited_to),
            reference(&contract),
            signed(&contract),
        ),
        Happening::ServiceRecord(record) => (
            TimelineSort::ServiceRecord,
            Some(record.by),
            reference(&record),
            served(&record, lists),
        ),
        Happening::Merge(merge) => (TimelineSort::Merge, merge.by, reference(&merge), merged(&merge)),
    };
    let at = DateTime::from_timestamp_millis(place.at)
        .ok_or_else(|| Error::internal("an instant that cannot be written"))?;
    Ok(Said {
        sort,
        at,
        by,
        about,
        line,
    })
}

fn said_of_log(line: LogLine) -> Said {
    let LogLine {
        operation,
        entity,
        key,
        ..
    } = line;
    Said {
        sort: TimelineSort::Change,
        at: operation.at,
        by: operation.actor,
        about: refer(entity, &key),
        line: changed(operation.kind, entity),
    }
}
