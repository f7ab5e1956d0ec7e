//! Everything that can be read of a store, for comparing one with another, or with itself.

mod facts;
mod process;

use std::{collections::BTreeSet, fmt::Debug};

use crm_core::{
    AuditEntry, Customer, CustomerKind, CustomerNumber, CustomerQuery, CustomerSort, CustomerStatus, Error,
    Lane, PageRequest, Result,
    matching::KeyKind,
    store::{Crowded, KeyQuestion, Records, Scope, Store, StoreExt, StoreRead, Whose},
};

use crate::{
    fixture::{deal_id, filter, import_id, instant, may, number_on, pages, read, user_id},
    sample::{Sample, every_key},
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

fn line(what: impl Debug, answer: impl Debug) -> String {
    format!("{what:?}: {answer:?}")
}

fn lines(tx: &dyn StoreRead) -> Result<Vec<String>> {
    let log = tx.log(0, u32::MAX)?;
    let mut lines = vec![
        line("users", tx.users()?),
        line("teams", tx.teams()?),
        line("pick entries", tx.pick_entries()?),
        line("imports", tx.imports()?),
        line("log", (tx.log_head()?, &log)),
    ];
    for n in 0..5 {
        let mut caller = tx.caller(user_id(n), instant(3))?;
        if let Some(caller) = &mut caller {
            caller.members.sort_unstable();
        }
        lines.push(line(
            ("user", n),
            (caller, tx.user_by_login(&format!("USER{n}"))?),
        ));
        lines.push(line(("sessions", n), tx.sessions_of(user_id(n))?));
        lines.push(line(("rows", n), tx.import_rows(import_id(n), 3, 20)?));
        lines.push(line(
            ("fingerprint", n),
            (
                tx.import_by_fingerprint(&n.to_string(), None)?,
                tx.import_by_fingerprint(&n.to_string(), Some(user_id(n)))?,
            ),
        ));
        lines.push(line(("alias", n), tx.customers_by_alias(&format!("值{n}"))?));
        let external_id = format!("值{n}");
        lines.push(line(
            ("external id", n),
            tx.customer_by_external_id(&external_id)?,
        ));
    }
    for by in [None, Some(&[user_id(1), user_id(2)][..]), Some(&[])] {
        for waiting in [false, true] {
            let first = tx.requests(by, waiting, &PageRequest::first(2))?;
            let page = PageRequest {
                after: first.next.clone(),
                limit: PageRequest::MAX,
            };
            lines.push(line(
                ("requests", by, waiting),
                (first, tx.requests(by, waiting, &page)?),
            ));
        }
    }
    let customers = every_customer(tx)?;
    for scope in scopes() {
        for query in queries() {
            let pages = pages(tx, &query, &scope, 4)?;
            let count = tx.count_customers(&filter(&query), &scope)?;
            lines.push(line((&query, &scope), (pages, count)));
        }
        every_record(tx, &log, &scope, &mut lines)?;
        process::lists(tx, &scope, &mut lines)?;
        facts::lines(tx, &scope, &mut lines)?;
        for &number in &customers {
            lines.push(line(
                ("contacts of", number, &scope),
                tx.contacts(number, &scope)?,
            ));
        }
    }
    for &number in &customers {
        lines.push(line(("log of", number), tx.log_of(number, u64::MAX, 3)?));
    }
    process::everywhere(tx, &customers, &mut lines)?;
    lines.push(line("dossiers", tx.dossiers(&customers)?));
    lines.push(line("distinct", tx.distinct_from(&customers)?));
    for (whole, by_name) in [(&customers[..], &[][..]), (&[], &customers)] {
        lines.push(line("proposed", tx.proposed(whole, by_name)?));
    }
    lines.push(line("archived", tx.archived(&customers)?));
    let after = customers.get(1).copied();
    for scope in scopes() {
        lines.push(line(
            ("candidates", &scope),
            (
                tx.candidates_after(None, 3, &scope)?,
                tx.candidates_after(after, u32::MAX, &scope)?,
                tx.in_scope(&customers, &scope)?,
            ),
        ));
        matching(tx, &scope, &mut lines)?;
    }
    Ok(lines)
}

/// Every record of every sort, and the log about it.
fn every_record(
    tx: &dyn StoreRead,
    log: &[AuditEntry],
    scope: &Scope,
    lines: &mut Vec<String>,
) -> Result<()> {
    macro_rules! every {
        ($($name:ident),+) => {
            $( records::<crm_core::$name>(tx, log, scope, lines)?; )+
        };
    }
    crm_core::for_each_record!(every);
    Ok(())
}

fn records<T: Sample>(
    tx: &dyn StoreRead,
    log: &[AuditEntry],
    scope: &Scope,
    lines: &mut Vec<String>,
) -> Result<()>
where
    for<'a> dyn StoreRead + 'a: Records<T>,
{
    // Those that may be there are those that the log tells of, and those that random operations make.
    let about = log.iter().filter(|entry| entry.about.entity == T::ENTITY);
    let logged = about.filter_map(|entry| T::read_key(&entry.about.key));
    let keys: BTreeSet<T::Key> = T::keys().into_iter().chain(logged).collect();
    let keys: Vec<T::Key> = keys.into_iter().collect();
    lines.push(line((T::ENTITY, scope), tx.records(&keys, scope)?));
    for customer in Customer::keys() {
        lines.push(line(
            ("all of", T::ENTITY, customer),
            Records::<T>::all_of(tx, customer)?,
        ));
        for archived in [false, true] {
            let what = ("of", T::ENTITY, customer, archived, scope);
            let first = Records::<T>::of_customer(tx, customer, archived, scope, &PageRequest::first(2))?;
            let page = PageRequest {
                after: first.next.clone(),
                limit: PageRequest::MAX,
            };
            lines.push(line(
                what,
                (
                    &first,
                    Records::<T>::of_customer(tx, customer, archived, scope, &page)?,
                ),
            ));
        }
    }
    if *scope == Scope::all() {
        for key in &keys {
            let about = tx.log_about(T::ENTITY, &T::write_key(key), u64::MAX, 3)?;
            lines.push(line(("log about", T::ENTITY, key), about));
        }
    }
    Ok(())
}

/// Which customers have which match keys.
fn matching(tx: &dyn StoreRead, scope: &Scope, lines: &mut Vec<String>) -> Result<()> {
    let question = |limit, crowded, unless| KeyQuestion {
        keys: every_key(),
        whose: Whose::InScope,
        limit,
        crowded,
        unless,
    };
    let questions = [
        question(2, Crowded::LeaveOut, 0),
        question(2, Crowded::Cut, 1),
        question(1000, Crowded::LeaveOut, 2),
        question(1000, Crowded::Cut, 0),
    ];
    let others = questions.clone().map(|question| KeyQuestion {
        whose: Whose::OutOfScope,
        ..question
    });
    for questions in [questions, others] {
        lines.push(line(("holders", scope), tx.holders(&questions, scope)?));
    }
    for &kind in KeyKind::ALL {
        let mut shared = Vec::new();
        tx.shared_keys(kind, scope, &mut |key, numbers| {
            shared.push((key, numbers.to_vec()));
            Ok(true)
        })?;
        lines.push(line((kind, scope), shared));
    }
    Ok(())
}

fn scopes() -> [Scope; 4] {
    let of = |owners: &[u8]| Scope::of_owners(owners.iter().map(|&n| user_id(n)));
    [
        Scope::all(),
        of(&[1]),
        of(&[2, 3]),
        of(&[4])
            .with_granted([number_on(1, 1), number_on(1, 2)])
            .with_deals([(deal_id(1), number_on(1, 2)), (deal_id(3), number_on(1, 3))]),
    ]
}

fn every_customer(tx: &dyn StoreRead) -> Result<Vec<CustomerNumber>> {
    let query = CustomerQuery {
        archived: true,
        sort: CustomerSort::Oldest,
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
        text("hd"),
        text("huadong"),
        CustomerQuery {
            no_follow_up: true,
            ..any()
        },
        CustomerQuery {
            no_open_task: true,
            archived: true,
            ..any()
        },
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
            owner: Some(user_id(2).to_string()),
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
        CustomerQuery {
            sort: CustomerSort::LastFollowUp,
            ..any()
        },
        CustomerQuery {
            sort: CustomerSort::NextTask,
            archived: true,
            ..any()
        },
        text("电子"),
        text("ACM"),
        text("CRM20240502"),
        text("5555000"),
        text("值"),
    ]
}
