//! Who is the same: looking while typing (R6.1), and through the whole store (R6.2).
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

mod common;

use common::{World, customer, find, run};
use crm_core::{
    CustomerKind, CustomerNumber, CustomerQuery, Error, NewCustomer, PageRequest, Role,
    import::ImportOptions,
    matching::{MatchBand, MatchReason, Weights},
    service::{
        Customers,
        DuplicateCheck::{AnotherCustomer, Off},
        DuplicateReport, DuplicateSearch,
    },
};

fn enter(customers: &Customers, name: &str, phone: &str) -> CustomerNumber {
    customers.create(&customer(name, phone), Off).unwrap().number
}

fn groups(customers: &Customers) -> Vec<Vec<u32>> {
    let report = find(customers, DuplicateSearch::default());
    let serials = |numbers: &[CustomerNumber]| numbers.iter().map(|number| number.serial()).collect();
    report
        .groups
        .iter()
        .map(|group| serials(&group.customers))
        .collect()
}

#[test]
fn r6_1_a_name_with_a_slip_anywhere_is_listed() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "上海示例远洋科技有限公司", "021-55550199");
    for typed in [
        "上海示例远洋科技有限公同",
        "上海示例远洋科技限有公司",
        "上海示例远羊科技有限公司",
        "上海示远例洋科技有限公司",
        "上诲示例远洋科技有限公司",
        "上海示例洋科技有限公司",
        "示例远洋",
    ] {
        let found = customers
            .duplicates(typed, CustomerKind::Enterprise, &[], &[])
            .unwrap();
        let names: Vec<&str> = found.iter().map(|found| &*found.name).collect();
        assert_eq!(names, ["上海示例远洋科技有限公司"], "{typed}");
        assert_eq!(found[0].reasons.len(), found[0].weights.len());
    }
    let other = customers.duplicates("北京晨曦贸易有限公司", CustomerKind::Enterprise, &[], &[]);
    assert!(other.unwrap().is_empty());
}

#[test]
fn r6_1_a_name_typed_as_it_sounds_is_similar() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "上海示例远洋科技有限公司", "021-55550199");
    enter(&customers, "晨曦实业有限公司", "021-55550198");
    for (typed, name) in [
        ("shili yuanyang", "上海示例远洋科技有限公司"),
        ("Shanghai Shili Yuanyang Keji", "上海示例远洋科技有限公司"),
        ("slyy", "上海示例远洋科技有限公司"),
        ("chenxi", "晨曦实业有限公司"),
        ("cx", "晨曦实业有限公司"),
        ("chenxi shiye", "晨曦实业有限公司"),
    ] {
        let found = customers
            .duplicates(typed, CustomerKind::Enterprise, &[], &[])
            .unwrap();
        let found: Vec<_> = found
            .iter()
            .map(|it| (&*it.name, it.band, &*it.reasons))
            .collect();
        assert_eq!(
            found,
            [(name, MatchBand::Similar, &[MatchReason::SameSound][..])],
            "{typed}"
        );
    }
    for (text, name) in [
        ("chenxi", "晨曦实业有限公司"),
        ("slyy", "上海示例远洋科技有限公司"),
    ] {
        let query = CustomerQuery {
            text: Some(text.to_owned()),
            ..CustomerQuery::default()
        };
        let page = customers.list(&query, &PageRequest::first(9)).unwrap();
        let names: Vec<&str> = page.items.iter().map(|row| &*row.name).collect();
        assert_eq!(names, [name], "{text}");
    }
}

#[test]
fn r6_1_more_customers_do_not_hide_one() {
    let world = World::new();
    let customers = world.admin().customers();
    // They share the region, the trade and a character of the brand; the one that is looked for comes last.
    for n in 0..60_u32 {
        let brand: String = [n / 8, n % 8]
            .iter()
            .map(|n| "甲乙丙丁戊己庚辛".chars().nth(*n as usize).unwrap())
            .collect();
        enter(
            &customers,
            &format!("上海{brand}科技有限公司"),
            &format!("021-5555{n:04}"),
        );
    }
    enter(&customers, "上海拓搏科技有限公司", "021-66660199");
    let found = customers
        .duplicates("上海拓博科技有限公司", CustomerKind::Enterprise, &[], &[])
        .unwrap();
    assert_eq!(found[0].name, "上海拓搏科技有限公司");
    assert_eq!(found[0].reasons, [MatchReason::OneCharacterApart]);
    assert_eq!(
        found[0].band,
        MatchBand::Similar,
        "by its sound alone it is not likely"
    );
    let with_phone = customers.duplicates(
        "上海拓博科技有限公司",
        CustomerKind::Enterprise,
        &["021-66660199".into()],
        &[],
    );
    assert_eq!(with_phone.unwrap()[0].band, MatchBand::Likely);
}

#[test]
fn r6_1_a_slip_in_the_name_with_the_same_phone_is_refused() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "上海拓搏科技有限公司", "021-66660199");
    let refused = customers.create(
        &customer("上海拓博科技有限公司", "021 6666 0199"),
        Default::default(),
    );
    assert!(matches!(refused, Err(Error::Duplicate { .. })), "{refused:?}");
}

#[test]
fn r6_1_a_slip_in_the_place_with_the_same_phone_is_refused() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "南京市腾舒欣科技有限公司", "021-66660199");
    for typed in [
        "兴南京腾舒欣科技有限公司",
        "盛南京市腾舒欣科技有限公司",
        "京南腾舒欣科技有限公司",
        "京南市腾舒欣科技有限公司",
    ] {
        let refused = customers.create(&customer(typed, "021 6666 0199"), Default::default());
        assert!(
            matches!(refused, Err(Error::Duplicate { .. })),
            "{typed}: {refused:?}"
        );
    }
    let other = customers.create(
        &customer("北京腾舒欣科技有限公司", "021 6666 0199"),
        Default::default(),
    );
    assert!(other.is_ok(), "{other:?}");
}

#[test]
fn r6_1_a_short_brand_turned_round_is_another_company_unless_a_phone_agrees() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "南京腾舒欣医疗器械有限公司", "021-66660199");
    let refused = customers.create(
        &customer("南京腾欣舒医疗器械有限公司", "021-66660199"),
        Default::default(),
    );
    assert!(matches!(refused, Err(Error::Duplicate { .. })), "{refused:?}");
    let other = customers.create(
        &customer("南京腾欣舒医疗器械有限公司", "021-66660200"),
        Default::default(),
    );
    assert!(other.is_ok(), "{other:?}");
    assert!(groups(&customers).is_empty());
}

#[test]
fn r6_1_a_name_typed_by_its_sound_is_listed_and_refused_with_the_same_phone() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "上海宏达科技有限公司", "021-66660199");
    let found = customers
        .duplicates("上海鸿大科技有限公司", CustomerKind::Enterprise, &[], &[])
        .unwrap();
    assert_eq!(found[0].reasons, [MatchReason::SameSound]);
    let refused = customers.create(
        &customer("上海鸿大科技有限公司", "021-66660199"),
        Default::default(),
    );
    assert!(matches!(refused, Err(Error::Duplicate { .. })), "{refused:?}");
}

#[test]
fn r6_1_sisters_at_one_number_are_both_entered() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "力昌企業股份有限公司", "021-55550199");
    let sister = customers.create(
        &customer("力群企業股份有限公司", "021-55550199"),
        Default::default(),
    );
    assert!(sister.is_ok(), "{sister:?}");
}

#[test]
fn r6_2_groups_come_with_their_reasons_best_first() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "上海示例科技有限公司", "021-55550199");
    enter(&customers, "北京晨曦贸易有限公司", "010-55550101");
    enter(&customers, "示例科技(上海)有限公司", "+86 21 55550199");
    enter(&customers, "晨曦贸易（北京）有限公司", "010-55550102");
    enter(&customers, "上海示例科技", "021-55550198");
    assert_eq!(groups(&customers), [vec![1, 3, 5], vec![2, 4]]);
    let report = find(&customers, DuplicateSearch::default());
    let first = &report.groups[0].pairs[0];
    assert_eq!((first.first.serial(), first.second.serial()), (1, 3));
    assert_eq!(
        first.reasons,
        [MatchReason::SamePhone, MatchReason::SameNameButForm]
    );
    assert!(
        report.groups[0]
            .pairs
            .iter()
            .all(|pair| pair.score <= first.score)
    );
    assert!(report.compared >= 4);
}

#[test]
fn r6_2_a_pair_said_to_be_different_stays_out_until_that_is_taken_back() {
    let world = World::new();
    let customers = world.admin().customers();
    let first = enter(&customers, "上海示例科技有限公司", "021-55550199").to_string();
    let second = enter(&customers, "示例科技(上海)有限公司", "021-55550199").to_string();
    assert_eq!(groups(&customers), [vec![1, 2]]);
    customers.say_different(&second, &first).unwrap();
    customers.say_different(&first, &second).unwrap();
    assert_eq!(groups(&customers), Vec::<Vec<u32>>::new());
    customers.unsay_different(&first, &second).unwrap();
    assert_eq!(groups(&customers), [vec![1, 2]]);
    assert!(matches!(
        customers.say_different(&first, "CRM202405019999"),
        Err(Error::NotFound { .. })
    ));
}

#[test]
fn r6_2_two_that_were_told_apart_do_not_come_together_over_a_third() {
    let world = World::new();
    let customers = world.admin().customers();
    let first = enter(&customers, "上海示例科技有限公司", "021-55550199").to_string();
    let second = enter(&customers, "示例科技(上海)有限公司", "021-55550198").to_string();
    enter(&customers, "上海示例科技股份有限公司", "021-55550197");
    customers.say_different(&first, &second).unwrap();
    let groups = groups(&customers);
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].len(), 2, "{groups:?}");
}

#[test]
fn r6_2_who_has_another_name_and_the_same_number_stays_with_the_others() {
    let world = World::new();
    let customers = world.admin().customers();
    let enter = |name: &str, number: &str, phone: &str| {
        let person = NewCustomer {
            kind: Some(CustomerKind::Individual),
            ..customer(name, phone)
        };
        let entered = customers.create(&person, Off).unwrap().number.to_string();
        customers.say_same(&entered, number).unwrap();
    };
    enter("Jenna Campbell", "9092692", "021-55550101");
    enter("Rosie Rundle", "9092692", "021-55550202");
    enter("Rosie Runlde", "9092629", "021-55550303");
    assert_eq!(groups(&customers), [[1, 2, 3]]);
}

#[test]
fn r6_2_a_switchboard_makes_no_group_and_is_listed_as_similar() {
    let world = World::new();
    let customers = world.admin().customers();
    enter(&customers, "上海示例科技有限公司", "021-55550199");
    enter(&customers, "上海远洋贸易有限公司", "021-55550199");
    let report = find(&customers, DuplicateSearch::default());
    assert!(report.groups.is_empty());
    assert_eq!(report.similar[0].reasons, [MatchReason::SharedSwitchboard]);
}

#[test]
fn r6_2_a_rep_finds_only_pairs_of_their_own() {
    let world = World::new();
    let (_, wang) = world.user("wang", Role::SalesRep, None);
    let (_, zhao) = world.user("zhao", Role::SalesRep, None);
    for (rep, name) in [(&wang, "上海示例科技有限公司"), (&zhao, "示例科技(上海)有限公司")]
    {
        let another = rep
            .customers()
            .create(&customer(name, "021-55550199"), AnotherCustomer);
        another.unwrap();
    }
    assert!(groups(&wang.customers()).is_empty());
    assert!(groups(&zhao.customers()).is_empty());
    assert_eq!(groups(&world.admin().customers()), [vec![1, 2]]);
}

#[test]
fn r6_2_a_search_over_an_import_takes_pairs_with_its_rows() {
    let world = World::new();
    let me = world.admin();
    enter(&me.customers(), "北京晨曦贸易有限公司", "010-55550101");
    enter(&me.customers(), "晨曦贸易（北京）有限公司", "010-55550101");
    enter(&me.customers(), "上海示例远洋科技有限公司", "021-55550199");
    let list = "客户名称|主联系电话|所属行业|客户来源\n上海示例远洋新科技有限公司|021-55550198|制造业|展会";
    // An import looks for the same keys only; a slip is for the search at its end.
    let (report, _) = run(&me, list, ImportOptions::default());
    assert_eq!(report.counts.created, 1);
    let search = DuplicateSearch {
        import: Some(report.import),
        ..DuplicateSearch::default()
    };
    let found = find(&me.customers(), search);
    let numbers: Vec<u32> = found.groups[0]
        .customers
        .iter()
        .map(|number| number.serial())
        .collect();
    assert_eq!((found.groups.len(), numbers), (1, vec![3, 4]));
}

#[test]
fn r6_2_an_empty_store_has_none() {
    let world = World::new();
    let customers = world.admin().customers();
    assert_eq!(groups(&customers), Vec::<Vec<u32>>::new());
    let mut job = customers.find_duplicates(DuplicateSearch::default());
    while job.next().is_some() {}
    let last = job.step(1).unwrap();
    assert!(
        last.finished && last.done == last.total,
        "asked again it says so again"
    );
}

#[test]
fn r6_1_people_of_one_name_are_never_likely_by_it() {
    let world = World::new();
    let customers = world.admin().customers();
    let person = |phone: &str| NewCustomer {
        kind: Some(CustomerKind::Individual),
        ..customer("李伟", phone)
    };
    for phone in ["13912345678", "13812345678"] {
        customers.create(&person(phone), Off).unwrap();
    }
    let found = find(&customers, DuplicateSearch::default());
    assert!(found.groups.is_empty());
}

#[test]
fn r6_2_what_numbers_weigh_is_learnt_from_the_store_and_used() {
    let world = World::new();
    let customers = world.admin().customers();
    let signs = [
        '晨', '曦', '拓', '搏', '翊', '钰', '霖', '沐', '筑', '澜', '珂', '睿', '铭', '岚', '皓',
    ];
    let learning = DuplicateSearch {
        learn: true,
        ..DuplicateSearch::default()
    };
    enter(&customers, "上海示例远洋科技有限公司", "021-55550199");
    let report = find(&customers, learning);
    let shipped = Weights::shipped();
    assert_eq!(
        report.weights,
        Some(shipped.to_text()),
        "of too few nothing is learnt"
    );

    // One in two companies was entered twice, always with its number; beside each another stands under the same name in
    // another city.
    for (n, (a, b)) in signs.iter().flat_map(|a| signs.map(|b| (*a, b))).enumerate() {
        let phone = |city: &str, serial: usize| format!("{city}-6{serial:07}");
        enter(&customers, &format!("上海{a}{b}贸易有限公司"), &phone("021", n));
        enter(&customers, &format!("北京{a}{b}贸易有限公司"), &phone("010", n));
        if n % 2 == 0 {
            enter(&customers, &format!("{a}{b}贸易(上海)有限公司"), &phone("021", n));
        }
    }
    let report = find(&customers, learning);
    let learnt = Weights::parse(&report.weights.unwrap()).unwrap();
    assert!(learnt.same_phone > shipped.same_phone, "{learnt:?}");
    assert_eq!(learnt.brand_character, shipped.brand_character);
    let weight = |report: &DuplicateReport| {
        let pair = report
            .groups
            .iter()
            .flat_map(|group| &group.pairs)
            .next()
            .unwrap();
        let at = pair
            .reasons
            .iter()
            .position(|reason| *reason == MatchReason::SamePhone);
        pair.weights[at.unwrap()]
    };
    let unlearnt = find(&customers, DuplicateSearch::default());
    assert_eq!(unlearnt.weights, None);
    assert!(weight(&find(&customers, learning)) > weight(&unlearnt));
}
