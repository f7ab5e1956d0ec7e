//! Everything that can be read of a store, for comparing one with another, or with itself.

use std::fmt::Debug;

use crm_core::{
    CustomerKind, CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus, EntityRef, Error, Lane,
    PageRequest, Result,
    matching::KeyKind,
    store::{Scope, Store, StoreExt, StoreRead},
};

use crate::{
    fixture::{contact_id, filter, import_id, may, pages, read, team_id, user_id},
    random::every_key,
};

/// Everything that can be read of a store, in words, one line for each read.
pub(crate) fn dump(store: &dyn Store) -> Vec<String> {
    let mut lines = read(store, lines);
    // What the next serials would be.
    let _: Result<()> = store.write_with(|tx| {
        for day in 1..4 {
            for lane in [0, 3].map(|lane| Lane::new(lane).unwrap()) {
                let next = tx.next_serial(may(day), lane);
                lines.push(format!("serial of day {day}, {lane:?}: {next:?}"));
            }
        }
        Err(Error::internal("rolls back"))
    });
    lines
}

fn lines(tx: &dyn StoreRead) -> Result<Vec<String>> {
    fn line(what: impl Debug, answer: impl Debug) -> String {
        format!("{what:?}: {answer:?}")
    }

    let mut lines = vec![
        line("users", tx.users()?),
        line("teams", tx.teams()?),
        line("pick entries", tx.pick_entries()?),
        line("imports", tx.imports()?),
        line("log", (tx.log_head()?, tx.log(0, 1000)?)),
    ];
    for n in 0..5 {
        lines.push(line(
            ("user", n),
            (tx.user(user_id(n))?, tx.user_by_login(&format!("USER{n}"))?),
        ));
        lines.push(line(
            ("team", n),
            (tx.team(team_id(n))?, tx.team_members(team_id(n))?),
        ));
        lines.push(line(
            ("import", n),
            (tx.import(import_id(n))?, tx.import_rows(import_id(n), 3, 20)?),
        ));
        lines.push(line(
            ("fingerprint", n),
            tx.import_by_fingerprint(&n.to_string())?,
        ));
        lines.push(line(("alias", n), tx.customers_by_alias(&format!("值{n}"))?));
        lines.push(line(
            ("external id", n),
            tx.customer_by_external_id(&format!("值{n}"))?,
        ));
    }
    for scope in [
        Scope::all(),
        Scope::of_owners([user_id(1)]),
        Scope::of_owners([user_id(2), user_id(3)]),
    ] {
        for query in queries() {
            let pages = pages(tx, &query, &scope, 4)?;
            let count = tx.count_customers(&filter(&query), &scope)?;
            lines.push(line((&query, &scope), (pages, count)));
        }
        for n in 0..20 {
            lines.push(line(("contact", n, &scope), tx.contact(contact_id(n), &scope)?));
        }
        for row in every_customer(tx)? {
            lines.push(line(
                (row, &scope),
                (tx.customer(row, &scope)?, tx.contacts(row, &scope)?),
            ));
        }
    }
    for number in every_customer(tx)? {
        let about = EntityRef::of("customer", number);
        lines.push(line(
            number,
            (
                tx.candidate(number)?,
                tx.name_of(number)?,
                tx.distinct_from(number)?,
                tx.log_about(&about, 3)?,
            ),
        ));
    }
    for limit in [2, 1000] {
        let (first, rare) = (
            tx.candidates(&every_key(), limit)?,
            tx.rare_candidates(&every_key(), limit)?,
        );
        lines.push(line(("candidates", limit), (first, rare)));
    }
    for &kind in KeyKind::ALL {
        let mut shared = Vec::new();
        tx.shared_keys(kind, &mut |key, numbers| {
            shared.push((key, numbers.to_vec()));
            Ok(true)
        })?;
        lines.push(line(kind, shared));
    }
    Ok(lines)
}

fn every_customer(tx: &dyn StoreRead) -> Result<Vec<CustomerNumber>> {
    let query = CustomerQuery {
        archived: true,
        ..CustomerQuery::default()
    };
    let page = tx.customers(
        &filter(&query),
        &Scope::all(),
        &PageRequest::first(PageRequest::MAX),
    )?;
    Ok(page.items.into_iter().map(|row| row.number).collect())
}

fn queries() -> Vec<CustomerQuery> {
    let any = CustomerQuery::default;
    let text = |text: &str| CustomerQuery {
        text: Some(text.to_owned()),
        ..any()
    };
    vec![
        any(),
        CustomerQuery {
            archived: true,
            sort: CustomerSort::Oldest,
            ..any()
        },
        CustomerQuery {
            sort: CustomerSort::Name,
            ..any()
        },
        CustomerQuery {
            status: Some(CustomerStatus::Potential),
            sort: CustomerSort::Name,
            archived: true,
            ..any()
        },
        CustomerQuery {
            owner: Some(user_id(2)),
            ..any()
        },
        CustomerQuery {
            tag: Some("值1".to_owned()),
            ..any()
        },
        CustomerQuery {
            industry: Some("it".to_owned()),
            kind: Some(CustomerKind::Individual),
            ..any()
        },
        CustomerQuery {
            external_id: Some("值2".to_owned()),
            ..any()
        },
        CustomerQuery {
            phone: Some("021-55550".to_owned()),
            ..any()
        },
        text("电子"),
        text("ACM"),
        text("CRM20240502"),
        text("5555000"),
        text("值"),
    ]
}
