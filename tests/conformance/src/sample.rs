//! Random records, a few of each sort under few keys, so that they meet: one `impl` for each sort.

use crm_core::{
    AccessRequest, Account, Answer, Attachment, AttachmentId, Choice, Contact, ContactId, Contract,
    ContractId, Customer, CustomerKind, CustomerNumber, CustomerStatus, Entity, Expectation, FollowUp,
    FollowUpId, HandOver, Import, ImportId, ImportState, KeptRecord, LoginSession, Merge, Money, NaiveDate,
    Opportunity, OpportunityId, Passwords, Payment, Phone, PickEntry, PickList, Region, Registration,
    ReminderOffer, ReportKind, ReportRight, RequestId, RequestState, Role, ServiceRecord, ServiceRecordId,
    SessionId, Settings, Silence, Size, Stage, StageChange, StatusChange, Target, Task, TaskId, TaskKind,
    TaskState, Team, TeamId, User, UserId, Wanted,
    matching::{KeyKind, MatchKey},
    rules::password::Hashes,
    store::Record,
};
use proptest::prelude::*;

use crate::fixture::{
    contact, contact_id, customer, deal_id, full_customer, import, import_id, instant, may, number_on, phone,
    settings, team, team_id, user, user_id,
};

/// A sort of record of which random ones can be made.
pub(crate) trait Sample: Record {
    /// How often one is made, beside the others' weights.
    const WEIGHT: u32;

    /// Whether one is taken out now and then: not what others name.
    const TAKEN_OUT: bool = false;

    /// The keys that random ones have.
    fn keys() -> Vec<Self::Key>;

    /// A random one.
    fn random() -> BoxedStrategy<Self>;

    /// This one under another key.
    fn under(self, key: Self::Key) -> Self;

    /// The match keys of the customer that it is; none of what is no customer.
    fn match_keys(&self) -> Option<Vec<MatchKey>> {
        None
    }
}

const NAMES: [&str; 8] = [
    "华东电子",
    "華東電子有限公司",
    "Acme",
    "ACME Ltd",
    "acmé",
    "甲",
    "乙",
    "100%_",
];

const INDUSTRIES: [&str; 2] = ["it", "retail"];

/// How many identifiers a sort has.
const FEW: u8 = 9;

fn ids<T>(id: impl Fn(u8) -> T) -> Vec<T> {
    (1..FEW).map(id).collect()
}

fn some_user() -> BoxedStrategy<UserId> {
    (1..5_u8).prop_map(user_id).boxed()
}

fn some_team() -> BoxedStrategy<TeamId> {
    (1..3_u8).prop_map(team_id).boxed()
}

fn some_number() -> BoxedStrategy<CustomerNumber> {
    prop::sample::select(Customer::keys()).boxed()
}

fn some_status() -> BoxedStrategy<CustomerStatus> {
    prop::sample::select(CustomerStatus::ALL).boxed()
}

/// A deal, now and then.
fn some_deal() -> BoxedStrategy<Option<OpportunityId>> {
    prop::option::weighted(0.2, (1..3_u8).prop_map(deal_id)).boxed()
}

fn some_amount() -> BoxedStrategy<Money> {
    (0..4_u64).prop_map(|fen| Money::from_fen(fen * 50)).boxed()
}

fn some_stage() -> BoxedStrategy<Stage> {
    prop::sample::select(Stage::ALL).boxed()
}

/// Few enough for entries of a ledger to meet.
fn few_numbers() -> Vec<CustomerNumber> {
    Customer::keys().into_iter().take(4).collect()
}

/// One of few texts, or none.
fn some_text() -> BoxedStrategy<Option<String>> {
    prop::option::of((0..4_u8).prop_map(|n| format!("值{n}"))).boxed()
}

/// One of the host's identifiers, seldom another's.
fn some_external_id() -> BoxedStrategy<Option<String>> {
    prop::option::weighted(0.3, (0..20_u8).prop_map(|n| format!("值{n}"))).boxed()
}

/// The match keys that a random customer can have.
pub(crate) fn every_key() -> Vec<MatchKey> {
    let names = NAMES.iter().chain(&INDUSTRIES).map(|&text| text.to_owned());
    let numbers = (0..20).map(|n| format!("+86215555{n:04}"));
    let days = (1..6).map(|day| may(day).to_string());
    let aliases = (0..4).map(|n| format!("值{n}"));
    let registrations = (0..20).map(|n| format!("{n:08}"));
    let texts = names
        .chain(numbers)
        .chain(days)
        .chain(aliases)
        .chain(registrations);
    texts
        .flat_map(|text| KeyKind::ALL.iter().map(move |&kind| MatchKey::of(kind, &text)))
        .collect()
}

impl Sample for Customer {
    const WEIGHT: u32 = 10;

    fn keys() -> Vec<CustomerNumber> {
        let days = [1, 2].into_iter();
        days.flat_map(|day| (1..6).map(move |serial| number_on(day, serial)))
            .collect()
    }

    fn under(self, number: CustomerNumber) -> Self {
        Self { number, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let plain = (
            some_number(),
            any::<bool>(),
            0..NAMES.len(),
            0..20_u8,
            0..20_usize,
        );
        let named = (
            some_user(),
            some_text(),
            some_external_id(),
            prop::bool::weighted(0.2),
            1..9_u64,
        );
        (plain, named)
            .prop_map(
                |((number, full, name, digits, choice), (owner, alias, external_id, archived, revision))| {
                    let base = if full {
                        full_customer(number)
                    } else {
                        customer(number)
                    };
                    Self {
                        revision,
                        name: NAMES[name].to_owned(),
                        owner,
                        created_by: None,
                        status: CustomerStatus::ALL[choice % CustomerStatus::ALL.len()],
                        kind: CustomerKind::ALL[choice % CustomerKind::ALL.len()],
                        industry: Choice::of(INDUSTRIES[choice % 2]),
                        size: (choice.is_multiple_of(3)).then(|| Size::of_headcount(choice as u64 * 10)),
                        first_contact: may(1 + choice as u32 % 5),
                        created_at: instant(i64::from(digits) * 20_000_000),
                        phones: vec![Phone {
                            primary: true,
                            ..phone(&format!("+86215555{digits:04}"))
                        }],
                        tags: alias.clone().into_iter().chain(["常".to_owned()]).collect(),
                        registrations: (choice.is_multiple_of(4))
                            .then(|| Registration::tw_ubn(format!("{digits:08}")))
                            .into_iter()
                            .collect(),
                        aliases: alias.into_iter().collect(),
                        external_id,
                        archived_at: archived.then(|| instant(1)),
                        ..base
                    }
                },
            )
            .boxed()
    }

    fn match_keys(&self) -> Option<Vec<MatchKey>> {
        let row = MatchKey::of(KeyKind::Row, &self.first_contact.to_string());
        // An archived customer has no others.
        if self.archived_at.is_some() {
            return Some(vec![row]);
        }
        let phones = self.phones.iter().filter_map(|phone| phone.e164.as_deref());
        let phones = phones.map(|e164| MatchKey::of(KeyKind::Phone, e164));
        let aliases = self
            .aliases
            .iter()
            .map(|alias| MatchKey::of(KeyKind::Alias, alias));
        let registrations = self.registrations.iter();
        let registrations =
            registrations.map(|registration| MatchKey::of(KeyKind::Registration, &registration.number));
        let others = [
            row,
            MatchKey::of(KeyKind::Name, &self.name),
            MatchKey::of(KeyKind::Near, &self.name),
            MatchKey::of(KeyKind::Gram, &self.industry.code),
        ];
        Some(phones.chain(aliases).chain(registrations).chain(others).collect())
    }
}

impl Sample for Contact {
    const WEIGHT: u32 = 4;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<ContactId> {
        ids(contact_id)
    }

    fn under(self, id: ContactId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2));
        (1..FEW, some_number(), some_text(), flags)
            .prop_map(|(n, customer, title, (read, primary, archived))| Self {
                title,
                primary,
                mobile_e164: read.then(|| format!("+861390000000{n}")),
                phone: (n % 2 == 0).then(|| format!("021-5555010{n}")),
                phone_e164: (read && n % 2 == 0).then(|| format!("+86215555010{n}")),
                archived_at: archived.then(|| instant(2)),
                ..contact(n, customer)
            })
            .boxed()
    }
}

impl Sample for ServiceRecord {
    const WEIGHT: u32 = 2;

    fn keys() -> Vec<ServiceRecordId> {
        ids(|n| ServiceRecordId::from_bytes([n; 16]))
    }

    fn under(self, id: ServiceRecordId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let times = (0..4_i64, prop::bool::weighted(0.2));
        (1..FEW, some_number(), some_user(), some_text(), times)
            .prop_map(|(n, customer, by, detail, (at, archived))| Self {
                id: ServiceRecordId::from_bytes([n; 16]),
                customer,
                revision: 1,
                at: instant(at),
                by,
                kind: Choice {
                    code: "repair".to_owned(),
                    detail,
                },
                text: format!("服务{n}"),
                created_at: instant(5),
                archived_at: archived.then(|| instant(9)),
            })
            .boxed()
    }
}

impl Sample for Attachment {
    const WEIGHT: u32 = 2;

    fn keys() -> Vec<AttachmentId> {
        (1..5).map(|n| AttachmentId::from_bytes([n; 16])).collect()
    }

    fn under(self, id: AttachmentId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let belongs = (
            prop::option::weighted(0.3, prop::sample::select(FollowUp::keys())),
            prop::option::weighted(0.3, prop::sample::select(Contract::keys())),
            some_deal(),
        );
        let kind = prop::sample::select(vec!["contract_scan", "quote"]);
        let about = (
            some_number(),
            prop::option::of(some_user()),
            kind,
            prop::bool::weighted(0.2),
        );
        (1..5_u8, belongs, about, 0..4_i64)
            .prop_map(
                |(n, (follow_up, contract, opportunity), (customer, created_by, kind, archived), at)| Self {
                    id: AttachmentId::from_bytes([n; 16]),
                    customer,
                    revision: 1,
                    follow_up,
                    contract,
                    opportunity,
                    kind: Choice::of(kind),
                    name: format!("{n}.pdf"),
                    media_type: "application/pdf".to_owned(),
                    size: u64::from(n),
                    digest: format!("{n:064x}"),
                    created_at: instant(at),
                    created_by,
                    archived_at: archived.then(|| instant(9)),
                },
            )
            .boxed()
    }
}

impl Sample for StatusChange {
    const WEIGHT: u32 = 3;

    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(CustomerNumber, u64)> {
        few_numbers().into_iter().map(|number| (number, 1)).collect()
    }

    fn under(self, (customer, revision): (CustomerNumber, u64)) -> Self {
        Self {
            customer,
            revision,
            ..self
        }
    }

    fn random() -> BoxedStrategy<Self> {
        let statuses = (some_status(), some_status());
        (
            Just(1),
            prop::sample::select(few_numbers()),
            prop::option::of(some_user()),
            some_text(),
            (0..4_i64, statuses),
        )
            .prop_map(|(revision, customer, by, reason, (at, (before, after)))| Self {
                customer,
                revision,
                at: instant(at),
                before,
                after,
                by,
                reason,
            })
            .boxed()
    }
}

impl Sample for HandOver {
    const WEIGHT: u32 = 3;

    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(CustomerNumber, u64)> {
        few_numbers().into_iter().map(|number| (number, 1)).collect()
    }

    fn under(self, (customer, revision): (CustomerNumber, u64)) -> Self {
        Self {
            customer,
            revision,
            ..self
        }
    }

    fn random() -> BoxedStrategy<Self> {
        let users = (some_user(), some_user(), prop::option::of(some_user()));
        (
            Just(1),
            prop::sample::select(few_numbers()),
            users,
            some_text(),
            0..4_i64,
        )
            .prop_map(
                |(revision, customer, (owner_before, owner_after, by), reason, at)| Self {
                    customer,
                    revision,
                    at: instant(at),
                    owner_before,
                    owner_after,
                    by,
                    reason,
                },
            )
            .boxed()
    }
}

impl Sample for FollowUp {
    const WEIGHT: u32 = 3;

    fn keys() -> Vec<FollowUpId> {
        ids(|n| FollowUpId::from_bytes([n; 16]))
    }

    fn under(self, id: FollowUpId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let said = (some_text(), some_text(), some_text());
        let flags = (
            prop::bool::weighted(0.2),
            any::<bool>(),
            prop::option::of(any::<bool>()),
        );
        let next = prop::option::of((1..6_u32, prop::option::of(0..24_u8)));
        let about = (some_number(), some_deal());
        (1..FEW, about, some_user(), said, (0..4_i64, flags, next))
            .prop_map(
                |(
                    n,
                    (customer, opportunity),
                    by,
                    (content, needs, next_plan),
                    (at, (archived, late, done), next),
                )| Self {
                    id: FollowUpId::from_bytes([n; 16]),
                    customer,
                    opportunity,
                    revision: 1,
                    at: instant(at),
                    method: Choice {
                        code: ["phone", "visit"][usize::from(n % 2)].to_owned(),
                        detail: needs.clone(),
                    },
                    by,
                    topic: format!("主题{n}"),
                    content,
                    objections: needs.clone(),
                    next_steps: needs.clone(),
                    other: needs.clone(),
                    needs,
                    next_follow_up: next.map(|(day, _)| may(day)),
                    next_time: next
                        .and_then(|(_, hour)| hour)
                        .map(|hour| format!("{hour:02}:00")),
                    next_plan,
                    done,
                    late,
                    created_at: instant(5),
                    created_by: late.then_some(by),
                    archived_at: archived.then(|| instant(9)),
                },
            )
            .boxed()
    }
}

impl Sample for Task {
    const WEIGHT: u32 = 3;

    fn keys() -> Vec<TaskId> {
        ids(|n| TaskId::from_bytes([n; 16]))
    }

    fn under(self, id: TaskId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let due = (1..6_u32, prop::option::of(0..24_u8));
        let contract = prop::option::weighted(0.1, 1..3_u8);
        let from = (prop::option::of(1..FEW), some_deal(), contract);
        let state = prop::sample::select(TaskState::ALL);
        (1..FEW, some_number(), some_user(), due, (from, state))
            .prop_map(
                |(n, customer, holder, (day, hour), ((from, opportunity, contract), state))| {
                    let due_time = hour.map(|hour| format!("{hour:02}:30"));
                    Self {
                        id: TaskId::from_bytes([n; 16]),
                        customer,
                        revision: 1,
                        kind: TaskKind::ALL[usize::from(n) % TaskKind::ALL.len()],
                        follow_up: from.map(|n| FollowUpId::from_bytes([n; 16])),
                        opportunity,
                        contract: contract.map(|n| ContractId::from_bytes([n; 16])),
                        holder,
                        plan: format!("计划{n}"),
                        due: may(day),
                        planned: hour.map(|_| may(1)),
                        planned_time: due_time.clone(),
                        due_time,
                        done_at: (state == TaskState::Done).then(|| instant(7)),
                        state,
                        created_at: instant(5),
                    }
                },
            )
            .boxed()
    }
}

impl Sample for Opportunity {
    const WEIGHT: u32 = 12;

    fn keys() -> Vec<OpportunityId> {
        (1..5).map(deal_id).collect()
    }

    fn under(self, id: OpportunityId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let users = (some_user(), prop::option::of(some_user()));
        let expected = (some_amount(), prop::option::of(some_amount()), 1..6_u32);
        let flags = (prop::bool::weighted(0.2), some_text(), 0..4_i64);
        (1..5_u8, some_number(), users, expected, (some_stage(), flags))
            .prop_map(
                |(
                    n,
                    customer,
                    (owner, created_by),
                    (amount, highest, close),
                    (stage, (archived, reason, at)),
                )| {
                    let closed = matches!(stage, Stage::Won | Stage::Lost);
                    Self {
                        id: deal_id(n),
                        customer,
                        revision: 1,
                        name: format!("机会{n}"),
                        expected_amount: amount,
                        lowest: highest.map(|_| Money::ZERO),
                        highest,
                        expected_close: may(close),
                        stage,
                        stage_changed_at: instant(at + 1),
                        owner,
                        competitors: reason.iter().cloned().collect(),
                        external_id: (n % 2 == 1).then(|| format!("D-{n}")),
                        extra: reason
                            .iter()
                            .map(|text| ("预算".to_owned(), text.clone()))
                            .collect(),
                        reason,
                        closed_at: closed.then(|| instant(at + 1)),
                        created_at: instant(at),
                        created_by,
                        archived_at: archived.then(|| instant(9)),
                    }
                },
            )
            .boxed()
    }
}

impl Sample for StageChange {
    const WEIGHT: u32 = 4;

    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(OpportunityId, u64)> {
        vec![(deal_id(1), 1), (deal_id(2), 1)]
    }

    fn under(self, (opportunity, revision): (OpportunityId, u64)) -> Self {
        Self {
            opportunity,
            revision,
            ..self
        }
    }

    fn random() -> BoxedStrategy<Self> {
        let stages = (prop::option::of(some_stage()), some_stage());
        (
            1..4_u8,
            some_number(),
            prop::option::of(some_user()),
            some_text(),
            (0..4_i64, stages),
        )
            .prop_map(|(n, customer, by, note, (at, (before, after)))| Self {
                opportunity: deal_id(n),
                revision: 1,
                customer,
                at: instant(at),
                before,
                after,
                by,
                note,
            })
            .boxed()
    }
}

impl Sample for Expectation {
    const WEIGHT: u32 = 4;

    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(OpportunityId, u64)> {
        vec![(deal_id(1), 1), (deal_id(2), 1)]
    }

    fn under(self, (opportunity, revision): (OpportunityId, u64)) -> Self {
        Self {
            opportunity,
            revision,
            ..self
        }
    }

    fn random() -> BoxedStrategy<Self> {
        let amounts = (some_amount(), prop::option::of(some_amount()));
        (
            1..4_u8,
            some_number(),
            prop::option::of(some_user()),
            amounts,
            1..4_u32,
        )
            .prop_map(|(n, customer, by, (expected_amount, lowest), close)| Self {
                opportunity: deal_id(n),
                revision: 1,
                customer,
                at: instant(i64::from(close)),
                expected_amount,
                lowest,
                highest: lowest,
                expected_close: may(close),
                by,
            })
            .boxed()
    }
}

impl Sample for Contract {
    const WEIGHT: u32 = 4;

    fn keys() -> Vec<ContractId> {
        (1..6).map(|n| ContractId::from_bytes([n; 16])).collect()
    }

    fn under(self, id: ContractId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let users = (some_user(), prop::option::of(some_user()));
        let flags = (
            any::<bool>(),
            prop::bool::weighted(0.3),
            prop::bool::weighted(0.3),
        );
        let renews = prop::option::weighted(0.1, 1..6_u8);
        let about = (some_number(), some_deal(), renews);
        // Few numbers, in either case, so that they clash, and some that are not known.
        (1..6_u8, about, users, (some_amount(), 0..5_u8, 1..4_u32), flags)
            .prop_map(
                |(
                    n,
                    (customer, opportunity, renews),
                    (credited_to, created_by),
                    (amount, number, day),
                    flags,
                )| {
                    let (paid, void, archived) = flags;
                    Self {
                        id: ContractId::from_bytes([n; 16]),
                        customer,
                        revision: 1,
                        contract_number: match (number, paid) {
                            (0, _) => String::new(),
                            (_, true) => format!("ht-{number}"),
                            (_, false) => format!("HT-{number}"),
                        },
                        opportunity,
                        amount,
                        signed_on: may(day),
                        start: may(day),
                        end: paid.then(|| may(day)),
                        payments: match paid {
                            true => vec![Payment {
                                on: may(day),
                                amount,
                                note: None,
                            }],
                            false => Vec::new(),
                        },
                        paid,
                        paid_reason: void.then(|| "抵扣".to_owned()),
                        credited_to,
                        renews: renews.map(|n| ContractId::from_bytes([n; 16])),
                        voided_at: void.then(|| instant(8)),
                        created_at: instant(i64::from(day)),
                        created_by,
                        archived_at: archived.then(|| instant(9)),
                    }
                },
            )
            .boxed()
    }
}

impl Sample for ReminderOffer {
    const WEIGHT: u32 = 3;

    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(TaskId, String)> {
        let tasks = (1..5_u8).map(|n| TaskId::from_bytes([n; 16]));
        tasks.map(|task| (task, may(1).to_string())).collect()
    }

    fn under(self, (task, due): (TaskId, String)) -> Self {
        Self { task, due, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        (1..5_u8, some_number(), some_user(), 0..4_i64, any::<bool>())
            .prop_map(|(n, customer, holder, at, confirmed)| Self {
                task: TaskId::from_bytes([n; 16]),
                due: may(1).to_string(),
                customer,
                holder,
                offered_at: instant(at),
                confirmed_at: confirmed.then(|| instant(at + 1)),
            })
            .boxed()
    }
}

impl Sample for Target {
    const WEIGHT: u32 = 3;

    fn keys() -> Vec<(UserId, NaiveDate)> {
        let users = (1..5).map(user_id);
        users
            .flat_map(|user| [may(1), may(2)].map(|month| (user, month)))
            .collect()
    }

    fn under(self, (person, month): (UserId, NaiveDate)) -> Self {
        Self {
            person,
            month,
            ..self
        }
    }

    fn random() -> BoxedStrategy<Self> {
        (some_user(), 1..9_u64, prop::option::of(some_amount()))
            .prop_map(|(person, revision, amount)| Self {
                person,
                month: may(1),
                revision,
                amount,
            })
            .boxed()
    }
}

impl Sample for Silence {
    const WEIGHT: u32 = 3;

    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(UserId, TaskKind)> {
        let users = (1..5).map(user_id);
        users
            .flat_map(|user| TaskKind::ALL.iter().map(move |&kind| (user, kind)))
            .collect()
    }

    fn under(self, (user, kind): (UserId, TaskKind)) -> Self {
        Self { user, kind }
    }

    fn random() -> BoxedStrategy<Self> {
        (some_user(), prop::sample::select(TaskKind::ALL))
            .prop_map(|(user, kind)| Self { user, kind })
            .boxed()
    }
}

impl Sample for Account {
    const WEIGHT: u32 = 2;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<UserId> {
        (1..5).map(user_id).collect()
    }

    fn under(self, user: UserId) -> Self {
        Self { user, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let set = prop::option::of(1..6_u32);
        (some_user(), set, 0..5_u32, any::<bool>(), any::<bool>())
            .prop_map(|(user, set, wrong_tries, temporary, suspended)| Self {
                user,
                revision: 1 + u64::from(wrong_tries),
                set_at: set.map(|day| instant(day.into())),
                expires_on: set.map(may),
                temporary,
                wrong_tries,
                rests_until: temporary.then(|| instant(3)),
                suspended_at: suspended.then(|| instant(4)),
                shared_at: (suspended && temporary).then(|| instant(5)),
            })
            .boxed()
    }
}

impl Sample for Passwords {
    const WEIGHT: u32 = 2;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<UserId> {
        (1..5).map(user_id).collect()
    }

    fn under(self, user: UserId) -> Self {
        Self { user, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        (some_user(), 0..4_usize)
            .prop_map(|(user, hashes)| {
                let hash =
                    |n: usize| format!("argon2id,8,1,{},{}", format!("0{n}").repeat(16), "5a".repeat(32));
                let hashes: Vec<String> = (0..hashes).map(hash).collect();
                Self {
                    user,
                    hashes: Hashes::read(&hashes.join(";")).unwrap(),
                }
            })
            .boxed()
    }
}

impl Sample for LoginSession {
    const WEIGHT: u32 = 2;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<SessionId> {
        ids(|n| SessionId::from_bytes([n; 16]))
    }

    fn under(self, id: SessionId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        (1..FEW, some_user(), 0..4_i64)
            .prop_map(|(n, user, at)| Self {
                id: SessionId::from_bytes([n; 16]),
                user,
                device: format!("设备{n}"),
                began_at: instant(at),
            })
            .boxed()
    }
}

impl Sample for AccessRequest {
    const WEIGHT: u32 = 3;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<RequestId> {
        ids(|n| RequestId::from_bytes([n; 16]))
    }

    fn under(self, id: RequestId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let wanted = prop::sample::select(Wanted::ALL);
        let state =
            prop_oneof![2 => Just(RequestState::Granted), 3 => prop::sample::select(RequestState::ALL)];
        let who = (some_user(), prop::option::of(some_user()), some_text());
        (1..FEW, who, wanted, state, (0..6_i64, some_number()))
            .prop_map(|(n, (by, other, text), wanted, state, (until, number))| Self {
                id: RequestId::from_bytes([n; 16]),
                revision: 1,
                by,
                wanted,
                customers: text.clone().into_iter().collect(),
                role: (n % 2 == 0).then_some(Role::Supervisor),
                until: instant(until),
                reason: format!("理由{n}"),
                state,
                granted: vec![number],
                first_by: other,
                first_at: other.map(|_| instant(1)),
                granted_by: other,
                granted_at: other.map(|_| instant(2)),
                alone: n % 3 == 0,
                ended_by: other,
                answer: text,
                created_at: instant(until / 2),
            })
            .boxed()
    }
}

impl Sample for User {
    const WEIGHT: u32 = 2;

    fn keys() -> Vec<UserId> {
        ids(user_id)
    }

    fn under(self, id: UserId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let optional = (prop::option::of(some_team()), some_text());
        (1..FEW, optional, any::<bool>(), 1..20_u8)
            .prop_map(|(n, (team, phone), active, login)| Self {
                login: if login < 17 {
                    format!("User{n}")
                } else {
                    format!("uSER{login}")
                },
                name: format!("用户{n}改{login}"),
                team,
                phone,
                active,
                ..user(n)
            })
            .boxed()
    }
}

impl Sample for Team {
    const WEIGHT: u32 = 1;

    fn keys() -> Vec<TeamId> {
        ids(team_id)
    }

    fn under(self, id: TeamId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        (1..6_u8, prop::option::of(some_user()), 1..9_u64)
            .prop_map(|(n, head, revision)| Self {
                head,
                revision,
                ..team(n)
            })
            .boxed()
    }
}

impl Sample for PickEntry {
    const WEIGHT: u32 = 2;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(PickList, String)> {
        let lists = PickList::ALL.iter();
        lists
            .flat_map(|&list| (0..4).map(move |n| (list, format!("c/{n}"))))
            .collect()
    }

    fn under(self, (list, code): (PickList, String)) -> Self {
        Self { list, code, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        (prop::sample::select(Self::keys()), 0..4_u32, any::<bool>())
            .prop_map(|((list, code), position, retired)| Self {
                list,
                label_zh: format!("选项{code}"),
                label_en: format!("entry {position}"),
                code,
                position,
                retired,
            })
            .boxed()
    }
}

impl Sample for Answer {
    const WEIGHT: u32 = 3;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<(CustomerNumber, CustomerNumber)> {
        let numbers = Customer::keys();
        let pairs = numbers.iter().flat_map(|&a| numbers.iter().map(move |&b| (a, b)));
        pairs.collect()
    }

    fn under(self, (low, high): (CustomerNumber, CustomerNumber)) -> Self {
        Self { low, high }
    }

    fn random() -> BoxedStrategy<Self> {
        // Now and then in the wrong order, or of one customer, which is refused.
        let order = prop::bool::weighted(0.9);
        (some_number(), some_number(), order)
            .prop_map(|(a, b, ordered)| match ordered {
                true => Self::about(a, b),
                false => Self { low: a, high: b },
            })
            .boxed()
    }
}

impl Sample for Merge {
    const WEIGHT: u32 = 5;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<CustomerNumber> {
        // Of customers that were there, and of some that are.
        (5..8).map(|serial| number_on(2, serial)).collect()
    }

    fn under(self, number: CustomerNumber) -> Self {
        Self { number, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        let who = (prop::sample::select(Self::keys()), some_number(), some_user());
        (who, some_external_id(), any::<bool>())
            .prop_map(|((number, into, by), external_id, plain)| Self {
                number,
                customer: into,
                at: instant(7),
                by: (!plain).then_some(by),
                loser: Customer {
                    external_id,
                    ..full_customer(number)
                },
                kept: match plain {
                    true => Vec::new(),
                    false => vec![KeptRecord {
                        sort: Entity::StatusChange,
                        fields: "{}".to_owned(),
                    }],
                },
            })
            .boxed()
    }
}

impl Sample for Import {
    const WEIGHT: u32 = 1;

    fn keys() -> Vec<ImportId> {
        ids(import_id)
    }

    fn under(self, id: ImportId) -> Self {
        Self { id, ..self }
    }

    fn random() -> BoxedStrategy<Self> {
        (1..4_u8, 0..2_u8, prop::option::of(some_user()), 0..20_usize)
            .prop_map(|(n, fingerprint, by, time)| Self {
                fingerprint: fingerprint.to_string(),
                by,
                changed_at: instant(time as i64),
                state: ImportState::ALL[time % ImportState::ALL.len()],
                ..import(n)
            })
            .boxed()
    }
}

impl Sample for Settings {
    const WEIGHT: u32 = 2;
    const TAKEN_OUT: bool = true;

    fn keys() -> Vec<()> {
        vec![()]
    }

    fn under(self, (): ()) -> Self {
        self
    }

    fn random() -> BoxedStrategy<Self> {
        (1..9_u64, 0..100_u32, some_text(), any::<bool>())
            .prop_map(|(revision, likely, weights, taiwan)| Self {
                revision,
                likely: f64::from(likely) / 100.0,
                weights,
                region: if taiwan { Region::TW } else { Region::CN },
                tell_hidden_owner: taiwan,
                quiet_marks_lost: !taiwan,
                record_openings: taiwan,
                fiscal_year_start: 1 + likely % 12,
                list_exporters: taiwan.then_some(Role::SalesRep).into_iter().collect(),
                report_rights: taiwan
                    .then(|| ReportRight {
                        report: ReportKind::Team,
                        view: vec![Role::Supervisor],
                        export: Vec::new(),
                    })
                    .into_iter()
                    .collect(),
                password_length: 8 + likely,
                ..settings()
            })
            .boxed()
    }
}
