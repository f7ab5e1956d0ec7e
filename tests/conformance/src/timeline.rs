//! A customer's timeline (R7.7): every sort of thing that happened, page by page.

use std::sync::Arc;

use crm_core::{
    Clock, Contract, ContractId, Crm, CustomerEdit, DateTime, FollowUp, FollowUpId, HandOver, IdSource,
    Language, Merge, PageRequest, ServiceRecord, ServiceRecordId, Session, StageChange, StatusChange,
    TimelineEntry, TimelineSort, Utc,
    store::{Happening, Happens, Store},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::{
    Make,
    fixture::{Step, add, commit, customer, deal, deal_id, instant, number, settings, user},
    sample::Sample,
};

/// Anything that can happen, of whichever customer.
fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        FollowUp::random().prop_map(Happens::happening),
        StageChange::random().prop_map(Happens::happening),
        StatusChange::random().prop_map(Happens::happening),
        HandOver::random().prop_map(Happens::happening),
        Contract::random().prop_map(Happens::happening),
        ServiceRecord::random().prop_map(Happens::happening),
        Merge::random().prop_map(Happens::happening),
    ]
}

/// It as the `n`th of the first customer's: entered, and told of with whether it is.
fn entered(n: u8, happening: Happening) -> (Step, bool) {
    let (first, revision, id) = (number(1), u64::from(n), [n; 16]);
    fn step<T: Happens>(record: T) -> (Step, bool)
    where
        crm_core::store::Delta: From<crm_core::store::Put<T>>,
    {
        let told = record.is_told();
        (add(record), told)
    }
    match happening {
        Happening::FollowUp(it) => step(FollowUp {
            id: FollowUpId::from_bytes(id),
            customer: first,
            ..it
        }),
        Happening::Stage(it) => step(StageChange {
            opportunity: deal_id(1 + n % 2),
            revision,
            customer: first,
            ..it
        }),
        Happening::Status(it) => step(StatusChange {
            customer: first,
            revision,
            ..it
        }),
        Happening::HandOver(it) => step(HandOver {
            customer: first,
            revision,
            ..it
        }),
        Happening::Contract(it) => step(Contract {
            id: ContractId::from_bytes(id),
            contract_number: format!("HT-{n}"),
            customer: first,
            renews: None,
            ..it
        }),
        Happening::ServiceRecord(it) => step(ServiceRecord {
            id: ServiceRecordId::from_bytes(id),
            customer: first,
            ..it
        }),
        Happening::Merge(mut it) => {
            it.loser.external_id = None;
            step(Merge {
                number: number(100 + u32::from(n)),
                customer: first,
                ..it
            })
        }
    }
}

/// An hour after all that random records tell of.
struct Later;

impl Clock for Later {
    fn now(&self) -> DateTime<Utc> {
        instant(3_600_000)
    }
}

impl IdSource for Later {
    fn bytes(&self) -> [u8; 16] {
        [200; 16]
    }
}

fn crm(store: Box<dyn Store>) -> Session {
    let crm = Crm::new(
        Arc::from(store),
        Arc::new(Later),
        Arc::new(Later),
        Vec::new(),
        Language::Zh,
    );
    crm.system().unwrap()
}

/// All pages of this many entries; between two of them, something else happens.
fn pages(me: &Session, limit: u32, between: bool) -> Vec<TimelineEntry> {
    let (mut all, mut page, mut turn) = (Vec::new(), PageRequest::first(limit), 0);
    loop {
        let got = me.customers().timeline(number(1).to_string(), &page).unwrap();
        assert!(
            got.next.is_none() || got.items.len() == limit as usize,
            "a page that is not full has another"
        );
        all.extend(got.items);
        page.after = got.next;
        if page.after.is_none() {
            return all;
        }
        if between {
            turn += 1;
            let key = number(1).to_string();
            let revision = me.customers().get(&key).unwrap().revision;
            let note = Some(format!("第{turn}页"));
            me.customers()
                .update(&key, revision, &[CustomerEdit::Note { value: note }])
                .unwrap();
        }
    }
}

/// Every entry comes exactly once, the newest first, by pages of whatever size and whatever happens between them; what is
/// archived or void does not come.
pub fn tells_everything_once_the_newest_first(make: Make<'_>) {
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let cases = (prop::collection::vec(happening(), 0..40), 1..9_u32, any::<bool>());
    let outcome = runner.run(&cases, |(happenings, limit, put_away)| {
        let store = make();
        let people = (1..5).map(|n| add(user(n)));
        let deals = [deal(1, number(1)), deal(2, number(1))].map(|mut deal| {
            deal.archived_at = (put_away && deal.id == deal_id(2)).then(|| instant(9));
            add(deal)
        });
        let first = people.chain([add(customer(number(1))), add(settings())]);
        commit(&*store, first.chain(deals));
        let (mut told, mut wanted) = (Vec::new(), 0);
        for (n, happening) in (1..).zip(happenings) {
            let is_put_away = put_away && matches!(happening, Happening::Stage(_)) && n % 2 == 1;
            let (step, is_told) = entered(n, happening);
            wanted += usize::from(is_told && !is_put_away);
            told.push(step);
        }
        for steps in told {
            commit(&*store, [steps]);
        }
        let me = crm(store);
        let whole = pages(&me, PageRequest::MAX, false);
        let changes = whole.iter().filter(|entry| entry.sort == TimelineSort::Change);
        prop_assert_eq!(changes.count(), 1, "the customer was entered");
        prop_assert_eq!(whole.len(), wanted + 1);
        prop_assert!(whole.is_sorted_by(|one, next| one.at >= next.at));
        prop_assert_eq!(&pages(&me, limit, false), &whole);
        prop_assert_eq!(&pages(&me, limit, true), &whole);
        Ok(())
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
