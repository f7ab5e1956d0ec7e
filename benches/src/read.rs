//! Lists, checks, opening and rights on the largest database.

use std::time::Duration;

use anyhow::{Context, Result};
use crm_benches::{ADMIN, lifelike};
use crmkit::{CustomerKind, CustomerQuery, CustomerStatus, PageRequest, Session};

use crate::{
    figures::{Figures, Limit},
    import,
    measure::{median, median_of_calls, micros, millis, percentile, timed},
    store,
};

/// Rows of a page.
const PAGE: u32 = 50;
/// Pages that are turned in one list.
const PAGES: usize = 20;

/// All that is asked for.
pub(crate) fn run(figures: &Figures, (size, rows): (&str, u32)) -> Result<()> {
    let wanted = [
        format!("page_{size}"),
        format!("check_{size}"),
        format!("open_{size}"),
        "authorise".to_owned(),
    ]
    .map(|name| figures.wants(&name).then_some(name));
    if wanted.iter().all(Option::is_none) {
        return Ok(());
    }
    let [page, check, open, authorise] = wanted;
    let path = import::ensure_database((size, rows))?;
    if let Some(name) = open {
        open_one(figures, &name, &path)?;
    }
    let crm = store::open(&path)?;
    let me = crm.session(ADMIN)?;
    if let Some(name) = authorise {
        let took = median_of_calls(&name, || {
            let _ = std::hint::black_box(me.user());
        });
        figures.add(&name, micros(took), "µs", &Limit::AtMost(5.0, 1.0))?;
    }
    if let Some(name) = page {
        pages(figures, &name, &me, rows)?;
    }
    if let Some(name) = check {
        checks(figures, &name, &me, rows)?;
    }
    Ok(())
}

fn open_one(figures: &Figures, name: &str, path: &std::path::Path) -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..20 {
        let (crm, took) = timed(|| -> Result<_> {
            let crm = store::open(path)?;
            let session = crm.session(ADMIN)?;
            Ok((crm, session))
        });
        drop(crm?);
        times.push(took);
    }
    figures.add(name, millis(median(times)), "ms", &Limit::AtMost(20.0, 1.0))
}

/// By owner and status, by owner alone, and everybody's after half of them.
fn pages(figures: &Figures, name: &str, me: &Session, rows: u32) -> Result<()> {
    let (mut both, mut alone) = (Vec::new(), Vec::new());
    for owner in 0..lifelike::OWNERS {
        let owner = Some(me.users().get(&lifelike::login(owner))?.id.to_string());
        for &status in CustomerStatus::ALL {
            both.extend(turn(
                me,
                CustomerQuery {
                    owner: owner.clone(),
                    status: Some(status),
                    ..CustomerQuery::default()
                },
                PAGES,
            )?);
        }
        alone.extend(turn(
            me,
            CustomerQuery {
                owner,
                ..CustomerQuery::default()
            },
            5 * PAGES,
        )?);
    }
    for (what, times) in [("", both), ("_owner", alone)] {
        println!(
            "  {name}{what}: median {:.3} ms of {} pages",
            millis(median(times.clone())),
            times.len()
        );
        figures.add(
            &format!("{name}{what}"),
            millis(percentile(times, 99)),
            "ms",
            &Limit::AtMost(1.0, 1.0),
        )?;
    }

    let all = CustomerQuery::default();
    let mut after = None;
    for _ in 0..rows / 2 / PageRequest::MAX {
        after = me
            .customers()
            .list(
                &all,
                &PageRequest {
                    after,
                    limit: PageRequest::MAX,
                },
            )?
            .next;
    }
    after
        .as_ref()
        .context("there is no page after half of the rows")?;
    let (mut first, mut deep) = (Vec::new(), Vec::new());
    for _ in 0..500 {
        for (after, times) in [(None, &mut first), (after.clone(), &mut deep)] {
            let (page, took) = timed(|| me.customers().list(&all, &PageRequest { after, limit: PAGE }));
            page?;
            times.push(took);
        }
    }
    let limit = Limit::AtMost(millis(median(first)), 1.2);
    figures.add(&format!("{name}_deep"), millis(median(deep)), "ms", &limit)
}

/// The times of the first pages of a list.
fn turn(me: &Session, query: CustomerQuery, pages: usize) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    let mut after = None;
    while times.len() < pages {
        let (page, took) = timed(|| {
            me.customers().list(
                &query,
                &PageRequest {
                    after: after.take(),
                    limit: PAGE,
                },
            )
        });
        times.push(took);
        after = page?.next;
        if after.is_none() {
            break;
        }
    }
    Ok(times)
}

/// What is being typed, on a database of that many: names that are there with one slip, which are to be among the first
/// ten answered; telephones that are there, in another notation and with their names; and what is new.
fn checks(figures: &Figures, name: &str, me: &Session, rows: u32) -> Result<()> {
    const CALLS: u32 = 2_000;
    const WARM_UP: u32 = 500;
    let check = |company: &str, phones: &[String]| {
        let (matches, took) = timed(|| {
            me.customers()
                .duplicates(company, CustomerKind::Enterprise, phones, &[])
        });
        Ok::<_, anyhow::Error>((matches?, took))
    };
    let (mut mistyped, mut same, mut new) = (Vec::new(), Vec::new(), Vec::new());
    let mut recalled = 0_u32;
    for call in 0..WARM_UP + CALLS {
        let there = call.wrapping_mul(2_654_435_761) % rows;
        let right = lifelike::name(there);
        let slip = check(&lifelike::mistyped(there, call), &[])?;
        let exact = check(&right, &[lifelike::phone_otherwise(there)])?;
        let none = check(
            &lifelike::name(rows + call),
            &[lifelike::phone_otherwise(rows + call)],
        )?;
        if call >= WARM_UP {
            recalled += u32::from(slip.0.iter().take(10).any(|found| found.name == right));
            mistyped.push(slip.1);
            same.push(exact.1);
            new.push(none.1);
        }
    }
    for (what, times) in [("there", same), ("new", new)] {
        println!(
            "  {name}, {what}: p50 {:.3} ms, p99 {:.3} ms",
            millis(median(times.clone())),
            millis(percentile(times, 99))
        );
    }
    for (percent, limit) in [(50, 0.5), (99, 1.0)] {
        figures.add(
            &format!("{name}_p{percent}"),
            millis(percentile(mistyped.clone(), percent)),
            "ms",
            &Limit::AtMost(limit, 1.0),
        )?;
    }
    let recall = f64::from(recalled) / f64::from(CALLS);
    figures.add(&format!("{name}_recall"), recall, "", &Limit::AtLeast(0.99))
}
