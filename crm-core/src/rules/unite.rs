//! Making one customer of two (R6.3): whose value of each field stays, and what becomes of what hangs on the other.

use std::{
    any::Any,
    collections::{BTreeMap, BTreeSet},
};

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    limit::{ADDRESSES, ALIASES, PHONES, REGISTRATIONS, TAGS},
    merge::add_new,
};
use crate::{
    audit::{Payload, payload::text_of},
    error::{Code, Problem},
    matching::{fold, fold_name},
    model::{
        AuditEntry, Contact, Customer, CustomerNumber, MergeChoice, MergeField, MergeReason, MergeSide,
        Phone, Registration, Task, TaskState, UserId, fields,
    },
    store::Record,
};

/// When each field of a customer was changed last, by the log: the time of the fact where history was entered, else that
/// of the entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangedLast {
    fields: BTreeMap<String, DateTime<Utc>>,
    entered: Option<DateTime<Utc>>,
}

impl ChangedLast {
    /// By the entries about the customer, the latest first. What was taken back never was.
    pub fn of<'e>(entries: impl IntoIterator<Item = &'e AuditEntry>) -> Self {
        let mut changed = Self::default();
        let mut taken_back = BTreeSet::new();
        for entry in entries {
            if let Some(undone) = entry.about.undoes {
                taken_back.insert(undone);
                continue;
            }
            if taken_back.contains(&entry.seq) {
                continue;
            }
            let at = entry.operation.fact_at.unwrap_or(entry.operation.at);
            changed.entered = Some(at);
            let Payload::Read(read) = Payload::of(entry) else {
                continue;
            };
            for (field, _) in read.after.into_iter().flatten() {
                changed.fields.entry(field).or_insert(at);
            }
        }
        changed
    }

    /// When a field was changed last, or the customer was entered.
    pub fn at(&self, field: &str) -> Option<DateTime<Utc>> {
        self.fields.get(field).copied().or(self.entered)
    }
}

/// One of the two customers, with when it was changed.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The customer.
    pub customer: &'a Customer,
    /// When its fields were changed last.
    pub changed: &'a ChangedLast,
}

/// The survivor as it becomes, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct United {
    /// The survivor, its revision raised.
    pub customer: Customer,
    /// What becomes of each field.
    pub fields: Vec<MergeField>,
}

/// Makes one customer of two (R6.3): for each field the value that was changed last stays (on a tie the survivor's), and a
/// blank never wipes what is filled, unless it was chosen. Number, owner, status and primary phone are the survivor's, the
/// entry is the earlier one, lists are put together.
///
/// # Errors
/// Every problem: `merge.fixed` for a choice of what cannot be chosen; `field.too_many` for a list that would have more than
/// a customer has (R9.5).
pub fn unite(survivor: Side<'_>, loser: Side<'_>, choices: &[MergeChoice]) -> Result<United, Vec<Problem>> {
    let mut uniting = Uniting {
        survivor,
        loser,
        choices: choices
            .iter()
            .map(|choice| (choice.field.as_str(), choice.side))
            .collect(),
        fields: Vec::new(),
        problems: Vec::new(),
    };
    // All fields by name, so that a new one cannot be forgotten.
    let Customer {
        number,
        revision,
        name: _,
        kind: _,
        industry: _,
        size: _,
        phones: _,
        addresses: _,
        registrations: _,
        source: _,
        first_contact: _,
        lead_at: _,
        status,
        owner,
        created_at: _,
        created_by: _,
        late: _,
        purchase_cycle: _,
        tags: _,
        note: _,
        aliases: _,
        external_id: _,
        extra: _,
        import,
        archived_at,
    } = survivor.customer;
    uniting.survivors(fields::NUMBER, |it| &it.number);
    let name = uniting.last(fields::NAME, |it| &it.name);
    let kind = uniting.last(fields::KIND, |it| &it.kind);
    let industry = uniting.last(fields::INDUSTRY, |it| &it.industry);
    let size = uniting.last(fields::SIZE, |it| &it.size);
    let phones = uniting.phones();
    let addresses = uniting.list(fields::ADDRESSES, ADDRESSES, |it| &it.addresses, PartialEq::eq);
    let is_same_registration = |a: &Registration, b: &Registration| a.normal() == b.normal();
    let registrations = uniting.list(
        fields::REGISTRATIONS,
        REGISTRATIONS,
        |it| &it.registrations,
        is_same_registration,
    );
    let source = uniting.last(fields::SOURCE, |it| &it.source);
    let first_contact = uniting.last(fields::FIRST_CONTACT, |it| &it.first_contact);
    let lead_at = uniting.last(fields::LEAD_AT, |it| &it.lead_at);
    uniting.survivors(fields::STATUS, |it| &it.status);
    uniting.survivors(fields::OWNER, |it| &it.owner);
    let entry = uniting.entry();
    let purchase_cycle = uniting.last(fields::PURCHASE_CYCLE, |it| &it.purchase_cycle);
    let tags = uniting.list(fields::TAGS, TAGS, |it| &it.tags, PartialEq::eq);
    let note = uniting.last(fields::NOTE, |it| &it.note);
    let is_same_name = |a: &String, b: &String| fold(a) == fold(b);
    let aliases = uniting.list(fields::ALIASES, ALIASES, |it| &it.aliases, is_same_name);
    let external_id = uniting.external_id();
    let extra = uniting.extra();
    for field in uniting.choices.keys() {
        if !uniting
            .fields
            .iter()
            .any(|there| there.open && there.field == *field)
        {
            uniting
                .problems
                .push(Problem::with(fields::CHOICES, Code::MergeFixed, *field));
        }
    }
    if !uniting.problems.is_empty() {
        return Err(uniting.problems);
    }
    Ok(United {
        customer: Customer {
            number: *number,
            revision: revision + 1,
            name,
            kind,
            industry,
            size,
            phones,
            addresses,
            registrations,
            source,
            first_contact,
            lead_at,
            status: *status,
            owner: *owner,
            created_at: entry.created_at,
            created_by: entry.created_by,
            late: entry.late,
            purchase_cycle,
            tags,
            note,
            aliases,
            external_id,
            extra,
            import: *import,
            archived_at: *archived_at,
        },
        fields: uniting.fields,
    })
}

/// A field of a customer in words.
type Told = fn(&Customer) -> Option<String>;

/// The fields one by one.
struct Uniting<'a> {
    survivor: Side<'a>,
    loser: Side<'a>,
    choices: BTreeMap<&'a str, MergeSide>,
    fields: Vec<MergeField>,
    problems: Vec<Problem>,
}

impl<'a> Uniting<'a> {
    /// Whose value of a field stays, by when it was changed last.
    fn latest(&self, field: &str) -> (MergeSide, MergeReason) {
        let (survivor, loser) = (self.survivor.changed.at(field), self.loser.changed.at(field));
        match self.choices.get(field) {
            Some(side) => (*side, MergeReason::Chosen),
            None if survivor == loser => (MergeSide::Survivor, MergeReason::Tie),
            None if survivor > loser => (MergeSide::Survivor, MergeReason::ChangedLast),
            None => (MergeSide::Loser, MergeReason::ChangedLast),
        }
    }

    fn of(&self, side: MergeSide) -> &'a Customer {
        match side {
            MergeSide::Survivor => self.survivor.customer,
            MergeSide::Loser => self.loser.customer,
        }
    }

    fn say(
        &mut self,
        field: &str,
        [survivor, loser, result]: [Option<String>; 3],
        wins: Option<MergeSide>,
        reason: MergeReason,
        open: bool,
    ) {
        self.fields.push(MergeField {
            field: field.to_owned(),
            survivor,
            loser,
            result,
            wins,
            reason,
            survivor_changed_at: self.survivor.changed.at(field),
            loser_changed_at: self.loser.changed.at(field),
            open,
        });
    }

    /// A field whose value that was changed last stays, as a whole.
    fn last<T: Serialize + PartialEq + Clone>(&mut self, field: &str, of: fn(&Customer) -> &T) -> T {
        let (survivor, loser) = (of(self.survivor.customer), of(self.loser.customer));
        let [of_survivor, of_loser] = [survivor, loser].map(words);
        let is_chosen = self.choices.contains_key(field);
        let (side, reason) = match (&of_survivor, &of_loser) {
            _ if is_chosen => self.latest(field),
            _ if survivor == loser => (MergeSide::Survivor, MergeReason::Same),
            (_, None) => (MergeSide::Survivor, MergeReason::OtherBlank),
            (None, _) => (MergeSide::Loser, MergeReason::OtherBlank),
            _ => self.latest(field),
        };
        let result = of(self.of(side)).clone();
        let words = [of_survivor, of_loser, words(&result)];
        self.say(field, words, Some(side), reason, true);
        result
    }

    /// A field that is the survivor's, whatever was changed.
    fn survivors<T: Serialize>(&mut self, field: &str, of: fn(&Customer) -> &T) {
        let [survivor, loser] = [self.survivor, self.loser].map(|side| words(of(side.customer)));
        let all = [survivor.clone(), loser, survivor];
        self.say(
            field,
            all,
            Some(MergeSide::Survivor),
            MergeReason::Survivors,
            false,
        );
    }

    /// When it was entered, by whom and whether that was late: the earlier of both.
    fn entry(&mut self) -> &'a Customer {
        let side = match self.loser.customer.created_at < self.survivor.customer.created_at {
            true => MergeSide::Loser,
            false => MergeSide::Survivor,
        };
        let entry = self.of(side);
        let told: [(&str, Told); 3] = [
            (fields::CREATED_AT, |it| words(&it.created_at)),
            (fields::CREATED_BY, |it| words(&it.created_by)),
            (fields::LATE, |it| words(&it.late)),
        ];
        for (field, told) in told {
            let all = [self.survivor.customer, self.loser.customer, entry].map(told);
            self.say(field, all, Some(side), MergeReason::Earlier, false);
        }
        entry
    }

    /// A list that has what both have.
    fn list<T: Serialize + Clone>(
        &mut self,
        field: &str,
        most: usize,
        of: fn(&Customer) -> &Vec<T>,
        is_same: impl Fn(&T, &T) -> bool,
    ) -> Vec<T> {
        let (survivor, loser) = (of(self.survivor.customer), of(self.loser.customer));
        self.both(field, most, survivor, loser, loser, is_same)
    }

    /// Numbers of both; the primary one stays the survivor's, where it has one.
    fn phones(&mut self) -> Vec<Phone> {
        let (survivor, loser) = (&self.survivor.customer.phones, &self.loser.customer.phones);
        let more: Vec<Phone> = loser
            .iter()
            .map(|phone| Phone {
                primary: phone.primary && survivor.is_empty(),
                ..phone.clone()
            })
            .collect();
        let is_same = |a: &Phone, b: &Phone| match (&a.e164, &b.e164) {
            (Some(one), Some(other)) => one == other && a.extension == b.extension,
            _ => a.typed == b.typed,
        };
        self.both(fields::PHONES, PHONES, survivor, loser, &more, is_same)
    }

    fn both<T: Serialize + Clone>(
        &mut self,
        field: &str,
        most: usize,
        survivor: &Vec<T>,
        loser: &Vec<T>,
        more: &[T],
        is_same: impl Fn(&T, &T) -> bool,
    ) -> Vec<T> {
        let mut both = survivor.clone();
        let added = add_new(field, &mut both, more, most, is_same);
        self.problems.extend(added.err());
        let all = [words(survivor), words(loser), words(&both)];
        self.say(field, all, None, MergeReason::United, false);
        both
    }

    /// The survivor's, or else the other's; the one that goes leads to the survivor, too.
    fn external_id(&mut self) -> Option<String> {
        let [survivor, loser] = [self.survivor, self.loser].map(|side| side.customer.external_id.clone());
        let (side, reason) = match (&survivor, &loser) {
            (None, Some(_)) => (MergeSide::Loser, MergeReason::OtherBlank),
            _ => (MergeSide::Survivor, MergeReason::Survivors),
        };
        let result = survivor.clone().or_else(|| loser.clone());
        let all = [survivor, loser, result.clone()];
        self.say(fields::EXTERNAL_ID, all, Some(side), reason, false);
        result
    }

    /// The host's own fields of both; where both have one, that of whose were changed last.
    fn extra(&mut self) -> BTreeMap<String, String> {
        let (survivor, loser) = (&self.survivor.customer.extra, &self.loser.customer.extra);
        let differs = |(key, value): (&String, &String)| loser.get(key).is_some_and(|other| other != value);
        let is_chosen = self.choices.contains_key(fields::EXTRA);
        let (side, reason) = match is_chosen || survivor.iter().any(differs) {
            true => self.latest(fields::EXTRA),
            false => (MergeSide::Survivor, MergeReason::United),
        };
        let (under, over) = match side {
            MergeSide::Survivor => (loser, survivor),
            MergeSide::Loser => (survivor, loser),
        };
        let mut result = under.clone();
        result.extend(over.iter().map(|(key, value)| (key.clone(), value.clone())));
        let wins = Some(side).filter(|_| reason != MergeReason::United);
        let all = [words(survivor), words(loser), words(&result)];
        self.say(fields::EXTRA, all, wins, reason, true);
        result
    }
}

/// A value as a person reads it; none for a blank.
fn words<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_value(value).ok().as_ref().and_then(text_of)
}

/// What moves from one customer to another.
#[derive(Clone, Debug)]
pub struct Moving<'a> {
    /// Where it goes.
    pub to: CustomerNumber,
    /// The contacts that are there, but for those that are archived.
    pub contacts: &'a [Contact],
    /// Who answered for the customer that goes, and who answers for the one that stays.
    pub owners: (UserId, UserId),
    /// The repurchase task of the customer that goes as it is to be, where that is otherwise than it was (R4.7).
    pub repurchase: Option<&'a Task>,
    /// When.
    pub at: DateTime<Utc>,
}

impl Moving<'_> {
    /// A record that hung on the customer that goes, as one of the customer that stays: its primary contact stays, a contact
    /// that repeats one is archived, and what its owner had to do on it is its new owner's, as in a hand-over (R2.8), but for
    /// what is about a deal, which the deal's owner keeps.
    pub fn take_over<T: Record>(&self, record: &T) -> Option<T> {
        let mut moved = record.moved_to(self.to)?.revised(record);
        let any: &mut dyn Any = &mut moved;
        if let Some(contact) = any.downcast_mut::<Contact>() {
            contact.primary &= self.contacts.is_empty();
            if contact.archived_at.is_none() && self.contacts.iter().any(|there| repeats(contact, there)) {
                contact.archived_at = Some(self.at);
            }
        } else if let Some(task) = any.downcast_mut::<Task>() {
            let (before, since) = self.owners;
            if task.state == TaskState::Open && task.holder == before && task.opportunity.is_none() {
                task.holder = since;
            }
            if let Some(to_be) = self.repurchase.filter(|to_be| to_be.id == task.id) {
                (task.state, task.due, task.planned) = (to_be.state, to_be.due, to_be.planned);
                task.due_time.clone_from(&to_be.due_time);
                task.planned_time.clone_from(&to_be.planned_time);
            }
        }
        Some(moved)
    }
}

/// Whether a contact says nothing that another one does not say.
fn repeats(contact: &Contact, there: &Contact) -> bool {
    let mobile = |contact: &Contact| match &contact.mobile_e164 {
        Some(e164) => e164.clone(),
        None => contact.mobile.clone(),
    };
    let phone = |contact: &Contact| contact.phone_e164.clone().or_else(|| contact.phone.clone());
    let adds_nothing = |more: &Option<String>, there: &Option<String>| more.is_none() || more == there;
    fold_name(&contact.name) == fold_name(&there.name)
        && mobile(contact) == mobile(there)
        && adds_nothing(&phone(contact), &phone(there))
        && adds_nothing(&contact.title, &there.title)
        && adds_nothing(&contact.email, &there.email)
        && adds_nothing(&contact.wechat, &there.wechat)
        && adds_nothing(&contact.role, &there.role)
}
