//! Pages of a list (R2.7): none lost, none twice, whatever is added between them.

use std::collections::BTreeSet;

use crm_core::{
    Code, Customer, CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus, PageRequest, Result,
    store::{CustomerFilter, Keyset, Order, Scope, Store, StoreExt, memory::MemoryStore},
};

use crate::{
    Make,
    fixture::{add, commit, customer, filter, list, number_on, read, user_id},
    lists::{expected, filled, scopes},
};

/// Pages of any size, one after the other, are the list.
pub fn pages_without_repeat_or_loss(make: Make<'_>) {
    let (store, customers) = filled(make, 45);
    for &sort in CustomerSort::ALL {
        for scope in scopes() {
            let query = CustomerQuery {
                sort,
                archived: true,
                ..CustomerQuery::default()
            };
            let whole = expected(&customers, &query, &scope);
            for limit in [1, 2, 7, 15, 44, 45, 46, PageRequest::MAX] {
                assert_eq!(
                    list(&*store, &query, &scope, limit),
                    whole,
                    "{sort} by {limit} {scope:?}"
                );
            }
        }
    }
}

/// What was there before the first page comes exactly once, whatever is added between the pages.
pub fn pages_stay_right_while_rows_are_added(make: Make<'_>) {
    for &sort in CustomerSort::ALL {
        for scope in [Scope::all(), Scope::of_owners([user_id(1)])] {
            for status in [None, Some(CustomerStatus::Potential)] {
                let (store, customers) = filled(make, 40);
                let query = CustomerQuery {
                    sort,
                    status,
                    ..CustomerQuery::default()
                };
                let there = expected(&customers, &query, &scope);
                let (mut seen, mut page, mut added) = (Vec::new(), PageRequest::first(3), 0);
                loop {
                    let got = read(&*store, |tx| tx.customers(&filter(&query), &scope, &page));
                    seen.extend(got.items.iter().map(|row| row.number));
                    page.after = got.next;
                    if page.after.is_none() {
                        break;
                    }
                    if added == 10 {
                        continue;
                    }
                    // Before the first number, between two, and after the last; names from the beginning and the end.
                    let places = [
                        number_on(1, 1000 + added),
                        number_on(2, 1000 - added),
                        number_on(9, 1 + added),
                    ];
                    commit(
                        &*store,
                        (0..).zip(places).map(|(at, number)| {
                            let name = format!("{}{added}", ["0", "Acme", "龘"][(at + added as usize) % 3]);
                            add(Customer {
                                name,
                                ..customer(number)
                            })
                        }),
                    );
                    added += 1;
                }
                let once: BTreeSet<CustomerNumber> = seen.iter().copied().collect();
                assert_eq!(once.len(), seen.len(), "{sort}: a row came twice");
                let kept: Vec<CustomerNumber> =
                    seen.into_iter().filter(|number| there.contains(number)).collect();
                assert_eq!(kept, there, "{sort}");
            }
        }
    }
}

/// A page has from 1 to 1,000 rows and goes on from a cursor of the same order; anything else is invalid.
pub fn refuses_bad_pages(make: Make<'_>) {
    let (store, _) = filled(make, 10);
    let ask = |sort, after: Option<&str>, limit| {
        let query = CustomerQuery {
            sort,
            ..CustomerQuery::default()
        };
        let page = PageRequest {
            after: after.map(str::to_owned),
            limit,
        };
        store_page(&*store, &query, &page)
    };
    for limit in [0, PageRequest::MAX + 1, u32::MAX] {
        let error = ask(CustomerSort::Newest, None, limit).unwrap_err();
        assert_eq!(
            (error.code(), error.fields()),
            (Code::PageLimit, vec!["limit".to_owned()]),
            "{limit}"
        );
    }
    for &sort in CustomerSort::ALL {
        let cursor = ask(sort, None, 2).unwrap().unwrap();
        assert!(ask(sort, Some(&cursor), PageRequest::MAX).is_ok());
        let cut: String = cursor.chars().take(cursor.chars().count() / 2).collect();
        // As a list of something else would hand out for the same place.
        let order = Order {
            name: "other-list",
            ..by(sort).order()
        };
        let place = Keyset::new(
            by(sort).order(),
            &PageRequest {
                after: Some(cursor.clone()),
                limit: 2,
            },
        );
        let place = place.unwrap().after().unwrap().to_vec();
        let of_another = Keyset::new(order, &PageRequest::first(2)).unwrap().cursor(&place);
        for bad in [
            "",
            "x",
            "0",
            "-1",
            "😀",
            "9999999999999999999999",
            &cut,
            &of_another,
            &format!("x{cursor}"),
        ] {
            let error = ask(sort, Some(bad), 2).unwrap_err();
            assert_eq!(
                (error.code(), error.fields()),
                (Code::PageInvalid, vec!["after".to_owned()]),
                "{sort} {bad:?}"
            );
        }
        for &other in CustomerSort::ALL.iter().filter(|&&other| other != sort) {
            let error = ask(other, Some(&cursor), 2).unwrap_err();
            assert_eq!(
                error.code(),
                Code::PageInvalid,
                "a cursor by {sort} for a list by {other}"
            );
        }
    }
}

/// A cursor with any character altered or left out is invalid; the same rows have the same cursors in every store.
pub fn knows_its_cursors(make: Make<'_>) {
    let (store, _) = filled(make, 10);
    let (memory, _) = filled(&|| Box::new(MemoryStore::new()), 10);
    for &sort in CustomerSort::ALL {
        let query = CustomerQuery {
            sort,
            ..CustomerQuery::default()
        };
        let cursor = store_page(&*store, &query, &PageRequest::first(3))
            .unwrap()
            .unwrap();
        let theirs = store_page(&*memory, &query, &PageRequest::first(3))
            .unwrap()
            .unwrap();
        assert_eq!(cursor, theirs, "{sort}");
        let characters: Vec<char> = cursor.chars().collect();
        for at in 0..characters.len() {
            let (mut altered, mut without) = (characters.clone(), characters.clone());
            altered[at] = if altered[at] == '7' { '8' } else { '7' };
            without.remove(at);
            for forged in [altered, without] {
                let page = PageRequest {
                    after: Some(forged.into_iter().collect()),
                    limit: 3,
                };
                let error = store_page(&*store, &query, &page).unwrap_err();
                assert_eq!(
                    (error.code(), error.fields()),
                    (Code::PageInvalid, vec!["after".to_owned()]),
                    "{sort} {:?}",
                    page.after
                );
            }
        }
    }
}

fn by(sort: CustomerSort) -> CustomerFilter {
    filter(&CustomerQuery {
        sort,
        ..CustomerQuery::default()
    })
}

fn store_page(store: &dyn Store, query: &CustomerQuery, page: &PageRequest) -> Result<Option<String>> {
    store.read_with(|tx| Ok(tx.customers(&filter(query), &Scope::all(), page)?.next))
}
