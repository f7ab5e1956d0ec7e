//! The facts of reports: in no order, so that they are sorted here.

use std::{collections::BTreeSet, fmt::Debug};

use crm_core::{
    NaiveDate, Result, UserId,
    store::{DealsBy, FactFilter, Instants, QuietFilter, Scope, StoreRead, deal_filter::Days},
};

use super::line;
use crate::fixture::{instant, may, user_id};

/// What one visit tells, sorted.
fn sorted<F: Debug>(
    visit: impl FnOnce(&mut dyn FnMut(&F) -> Result<()>) -> Result<()>,
) -> Result<Vec<String>> {
    let mut facts = Vec::new();
    visit(&mut |fact| {
        facts.push(format!("{fact:?}"));
        Ok(())
    })?;
    facts.sort_unstable();
    Ok(facts)
}

/// All facts that count in a scope.
pub(super) fn lines(tx: &dyn StoreRead, scope: &Scope, lines: &mut Vec<String>) -> Result<()> {
    let everybody: Option<BTreeSet<UserId>> = None;
    for people in [
        everybody,
        Some([user_id(1), user_id(3)].into()),
        Some(BTreeSet::new()),
    ] {
        for at in periods() {
            let filter = FactFilter {
                people: people.clone(),
                at,
            };
            for by in [DealsBy::Creation, DealsBy::Closing] {
                let facts = sorted(|visit| tx.deal_facts(by, &filter, true, scope, visit))?;
                lines.push(line(("deal facts", by, &filter, scope), facts));
            }
            let talks = sorted(|visit| tx.talk_facts(&filter, scope, visit))?;
            lines.push(line(("talk facts", &filter, scope), talks));
            let late = sorted(|visit| tx.late_entries(&filter, scope, &mut |person| visit(&person)))?;
            lines.push(line(("late entries", &filter, scope), late));
            for by in [None, Some(instant(1)), Some(instant(3)), Some(instant(5))] {
                let customers = sorted(|visit| tx.customer_facts(by, &filter, scope, visit))?;
                lines.push(line(("customer facts", by, &filter, scope), customers));
            }
        }
        let people = people.as_ref();
        for before in [2, 5] {
            let quiet = QuietFilter {
                owner: None,
                before: instant(before),
                // The second of May.
                today: 1_714_608_000_000,
            };
            let standing = tx.standing(people, &quiet, scope)?;
            lines.push(line(("standing", people, quiet, scope), standing));
        }
        let open = sorted(|visit| tx.open_facts(people, scope, visit))?;
        lines.push(line(("open facts", people, scope), open));
        for days in days() {
            let sales = sorted(|visit| tx.sale_facts(people, days, true, scope, visit))?;
            let duties = sorted(|visit| tx.duty_facts(people, days, scope, visit))?;
            lines.push(line(
                ("sale and duty facts", people, days, scope),
                (sales, duties),
            ));
        }
    }
    for days in days() {
        lines.push(line(("targets", days), tx.targets(days)?));
    }
    Ok(())
}

fn periods() -> [Instants; 3] {
    let of = |from, until| Instants { from, until };
    [
        of(None, None),
        of(Some(instant(2)), Some(instant(4))),
        of(None, Some(instant(3))),
    ]
}

fn days() -> [Days; 3] {
    let of = |from: Option<NaiveDate>, until| (from, until);
    [
        of(None, None),
        of(Some(may(2)), Some(may(3))),
        of(None, Some(may(2))),
    ]
}
