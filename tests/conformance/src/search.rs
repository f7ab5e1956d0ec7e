//! That a search through the whole store (R6.2) loses nothing that a look-up (R6.1) finds.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicI64},
};

use crm_core::{
    Choice, Crm, CustomerKind, CustomerNumber, Language, NewCustomer,
    matching::MatchBand,
    service::{Customers, DuplicateCheck, DuplicateSearch},
    store::Store,
};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};

use crate::{
    Make,
    worlds::world::{CountedIds, Ticking},
};

/// Two entries of one customer that a search once lost: a name and a telephone each.
const ONCE_LOST: [[(&str, &str); 2]; 3] = [
    // A slip behind the sixteenth letter.
    [
        ("Fenwick International Research Instruments Ltd", "13912345678"),
        ("Fenwick International Research Instrumants Ltd", "13812345679"),
    ],
    // Words exchanged, and one of them mistyped.
    [
        ("Fenwick Averton Brandenburg", "13912345678"),
        ("Brandenburg Fenwick Avertton", "13812345679"),
    ],
    // A slip at the end of a long Chinese name, and in the telephone number.
    [
        (
            "内蒙古呼和浩特晨曦远源草原生态环境治理工程技术有限公司",
            "13912345678",
        ),
        (
            "内蒙古呼和浩特晨曦远源草原生态环境治理工程记术有限公司",
            "13912345679",
        ),
    ],
];

/// What is entered: a name and a telephone number.
type Entry = (String, CustomerKind, String);

/// What a look-up calls likely, a search through the whole store has in one group, unless it would bring together two that
/// are not likely to be one.
pub fn loses_nothing_that_is_looked_up(make: Make<'_>) {
    for two in ONCE_LOST {
        let entries = two.map(|(name, phone)| (name.to_owned(), CustomerKind::Enterprise, phone.to_owned()));
        let likely = check(make(), &entries).unwrap();
        assert!(likely > 0, "{two:?} are not likely");
    }
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    // The same stores each time: what a search loses of names with several slips is some in a hundred still.
    let random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, random);
    let sum = std::cell::Cell::new(0);
    let run = runner.run(&entries(), |entries| {
        sum.set(sum.get() + check(make(), &entries)?);
        Ok(())
    });
    let likely = sum.get();
    if let Err(failed) = run {
        panic!("{failed}");
    }
    assert!(likely > 50, "only {likely} likely ones were looked for");
}

/// Enters all, and looks for each; how many likely ones there were.
fn check(store: Box<dyn Store>, entries: &[Entry]) -> Result<usize, TestCaseError> {
    let clock = Arc::new(Ticking(AtomicI64::new(1_714_525_200_000)));
    let crm = Crm::new(
        store.into(),
        clock,
        Arc::new(CountedIds::default()),
        Vec::new(),
        Language::En,
    );
    crm.set_up("lin", "林").unwrap();
    let customers = crm.session("lin").unwrap().customers();
    let mut likely: BTreeMap<CustomerNumber, BTreeSet<CustomerNumber>> = BTreeMap::new();
    let numbers: Vec<CustomerNumber> = entries.iter().map(|entry| enter(&customers, entry)).collect();
    for (&number, (name, kind, phone)) in numbers.iter().zip(entries) {
        let found = customers
            .duplicates(name, *kind, std::slice::from_ref(phone), &[])
            .unwrap();
        let others = found
            .iter()
            .filter(|found| found.band == MatchBand::Likely && found.number != number);
        likely.insert(number, others.map(|found| found.number).collect());
    }
    let groups = groups(&customers);
    let group_of = |number: CustomerNumber| {
        let group = groups.iter().find(|group| group.contains(&number));
        group.cloned().unwrap_or_else(|| vec![number])
    };
    let name = |number| {
        numbers
            .iter()
            .position(|other| *other == number)
            .map(|at| &entries[at])
    };
    let mut count = 0;
    for (&one, others) in &likely {
        for &other in others {
            count += 1;
            let (here, there) = (group_of(one), group_of(other));
            let is_likely =
                |a: &CustomerNumber, b: &CustomerNumber| likely[a].contains(b) || likely[b].contains(a);
            let left_out = here.iter().any(|a| there.iter().any(|b| !is_likely(a, b)));
            prop_assert!(
                here == there || left_out,
                "{:?} and {:?} were not compared",
                name(one),
                name(other)
            );
        }
    }
    Ok(count)
}

fn enter(customers: &Customers, (name, kind, phone): &Entry) -> CustomerNumber {
    let new = NewCustomer {
        name: name.clone(),
        kind: Some(*kind),
        industry: Some(Choice::of("制造业")),
        phones: vec![phone.as_str().into()],
        source: Some(Choice::of("转介绍")),
        first_contact: chrono::NaiveDate::from_ymd_opt(2024, 4, 28),
        ..NewCustomer::default()
    };
    customers.create(&new, DuplicateCheck::Off).unwrap().number
}

fn groups(customers: &Customers) -> Vec<Vec<CustomerNumber>> {
    let mut search = customers.find_duplicates(DuplicateSearch::default());
    search.try_for_each(|step| step.map(drop)).unwrap();
    let groups = search.report().groups.iter();
    groups.map(|group| group.customers.clone()).collect()
}

// --- what is entered --------------------------------------------------------------------------------------------

/// Some customers, each entered again with other slips.
fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let again = prop::collection::vec((prop::collection::vec(change(), 0..3), phone()), 1..4);
    let one = (name(), phone(), again).prop_map(|((name, kind), phone, again)| {
        let mut entries = vec![(name.clone(), kind, number(phone, None))];
        for (changes, (other, slip)) in again {
            let is_same = other % 3 == 0;
            let phone = match is_same {
                true => number(phone, Some(slip)),
                false => number((other, slip), None),
            };
            // A Chinese character says as much as several letters do.
            let most = if name.is_ascii() { 2 } else { 1 };
            let changes = changes.iter().take(most);
            let changed = changes.fold(name.clone(), |name, change| change.of(&name));
            entries.push((changed, kind, phone));
        }
        entries
    });
    prop::collection::vec(one, 1..5).prop_map(|all| all.concat())
}

type Phone = (u32, Index);

fn phone() -> impl Strategy<Value = Phone> {
    (10_000_000..99_999_999_u32, any::<Index>())
}

/// A mobile number, or one with another digit at a place.
fn number((number, _): Phone, slip: Option<Index>) -> String {
    let mut digits = format!("139{number}").into_bytes();
    if let Some(at) = slip {
        let at = 3 + at.index(8);
        digits[at] = b'0' + (digits[at] - b'0' + 1) % 10;
    }
    String::from_utf8(digits).unwrap()
}

fn name() -> impl Strategy<Value = (String, CustomerKind)> {
    let places = select(vec!["", "上海", "江苏省常熟市", "内蒙古", "深圳市"]);
    let brands = select(vec![
        "示例",
        "晨曦远源",
        "明辉",
        "泓泽世纪",
        "拓搏",
        "长乐湖",
        "云泽",
    ]);
    let trades = select(vec![
        "科技",
        "房地产开发",
        "",
        "草原生态环境治理工程技术",
        "贸易",
        "光学仪器",
    ]);
    let forms = select(vec!["有限公司", "股份有限公司", "", "集团有限公司"]);
    let chinese = (places, brands, trades, forms).prop_map(|(a, b, c, d)| format!("{a}{b}{c}{d}"));
    let words = select(vec![
        "Fenwick",
        "Marlow",
        "Brandenburg",
        "Castellan",
        "Averton",
        "Lindqvist",
        "Tessier",
        "Vanbrugh",
        "Ingleby",
        "Quayle",
        "International",
        "Research",
        "Instruments",
        "Trading",
        "Holdings",
        "Acoustics",
        "Marine",
        "Lab",
        "Bay",
        "Ltd",
    ]);
    let western = prop::collection::vec(words, 1..6).prop_map(|words| words.join(" "));
    let people = select(vec![
        "李伟",
        "张晓燕",
        "John Smith",
        "Mary Ann Fenwick",
        "欧阳明辉",
    ]);
    prop_oneof![
        3 => chinese.prop_map(|name| (name, CustomerKind::Enterprise)),
        3 => western.prop_map(|name| (name, CustomerKind::Enterprise)),
        1 => people.prop_map(|name| (name.to_owned(), CustomerKind::Individual)),
    ]
}

/// How a name is typed another time.
#[derive(Clone, Debug)]
enum Change {
    /// Without a character.
    Without(Index),
    /// With another character at a place.
    Another(Index, char),
    /// With one more character.
    More(Index, char),
    /// With two neighbours changed over.
    Turned(Index),
    /// With two words exchanged.
    Exchanged(Index, Index),
    /// With a word more at the end.
    Word(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let letter = || select(vec!['e', 'n', '园', '泽', '技', '明']);
    prop_oneof![
        at().prop_map(Change::Without),
        (at(), letter()).prop_map(|(at, c)| Change::Another(at, c)),
        (at(), letter()).prop_map(|(at, c)| Change::More(at, c)),
        at().prop_map(Change::Turned),
        (at(), at()).prop_map(|(a, b)| Change::Exchanged(a, b)),
        select(vec![" Trading", " Castellan", " Ltd", "投资"]).prop_map(Change::Word),
    ]
}

impl Change {
    fn of(&self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        // As Latin and Chinese letters are not mixed up by a slip.
        let fits = |c: char| c.is_ascii() == name.is_ascii();
        match self {
            Self::Without(at) if letters.len() > 2 => drop(letters.remove(at.index(letters.len()))),
            Self::Another(at, c) if fits(*c) => {
                let at = at.index(letters.len());
                letters[at] = *c;
            }
            Self::More(at, c) if fits(*c) => letters.insert(at.index(letters.len()), *c),
            Self::Turned(at) if letters.len() > 2 => {
                let at = at.index(letters.len() - 1);
                letters.swap(at, at + 1);
            }
            Self::Exchanged(a, b) => {
                let mut words: Vec<&str> = name.split(' ').collect();
                let (a, b) = (a.index(words.len()), b.index(words.len()));
                words.swap(a, b);
                return words.join(" ");
            }
            Self::Word(word) if word.is_ascii() == name.is_ascii() => return format!("{name}{word}"),
            _ => {}
        }
        letters.into_iter().collect()
    }
}
