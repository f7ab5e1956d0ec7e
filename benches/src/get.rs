//! One customer by its number: what the same call through a binding is measured against.

use anyhow::Result;
use crm_benches::lifelike;
use crm_match_eval::store::remove;
use crmkit::{ImportOptions, TableOptions};

use crate::{
    figures::{Figures, Limit},
    measure::{median_of_calls, micros},
    store,
};

const CUSTOMERS: u32 = 1_000;

/// From a file of a thousand customers, in no order, by numbers that are known.
pub(crate) fn run(figures: &Figures) -> Result<()> {
    let list = store::file("get.csv")?;
    lifelike::write_list(&list, CUSTOMERS)?;
    let path = store::new_file("get.db")?;
    let (crm, me) = store::set_up(&path)?;
    let mut numbers = Vec::new();
    let mut job = crmkit::import_file(
        &me,
        &list,
        ImportOptions::default(),
        &TableOptions::default(),
        None,
    )?;
    while !job
        .step(&mut |row| numbers.extend(row.customer.map(|number| number.to_string())))?
        .finished
    {}
    let customers = me.customers();
    // 389 and a thousand have no common factor: each comes in turn, and none beside the one before.
    let mut order = numbers.iter().cycle().step_by(389);
    let mut found = Ok(());
    let took = median_of_calls("rust_get", || {
        if let Some(number) = order.next() {
            let got = customers.get(number);
            if let Err(error) = std::hint::black_box(got) {
                found = Err(error);
            }
        }
    });
    found?;
    figures.add("rust_get", micros(took), "µs", &Limit::None)?;
    drop(crm);
    remove(&path)
}
