//! Reports over what stands after a kill (R7): each figure is what the records come to, and the same when the file is opened again.

use anyhow::{Result, ensure};
use crmkit::{
    ContractQuery, Crm, CustomerQuery, ForecastQuery, FunnelQuery, Money, PerformanceQuery, Session,
    SourcesQuery, StatusQuery, TeamQuery,
};

use crate::{
    counts::Counts,
    desk::{ADMIN, Desk, open},
    sales::pages,
};

/// That the reports of this database say what its records come to, and say so again once it is opened anew.
pub(crate) fn hold(desk: &Desk, crm: Crm, counts: &mut Counts) -> Result<()> {
    let me = crm.session(ADMIN)?;
    add_up(&me)?;
    let before = told(&me)?;
    drop((me, crm));
    let after = told(&open(&desk.path)?.session(ADMIN)?)?;
    for (before, after) in before.iter().zip(&after) {
        ensure!(before == after, "opened again, {before} is {after}");
    }
    counts.add("reports told again", after.len() as u64);
    Ok(())
}

/// That as many customers are counted as are there, and as much was brought in as was signed.
fn add_up(me: &Session) -> Result<()> {
    let there = me.customers().count(&CustomerQuery::default())?;
    let reports = me.reports();
    let counted = [
        reports.status(&StatusQuery::default())?.total.customers,
        reports.sources(&SourcesQuery::default())?.total.customers,
    ];
    ensure!(counted == [there; 2], "{counted:?} customers of {there}");
    let contracts = pages(|page| {
        let found = me.contracts().list(&ContractQuery::default(), page)?;
        Ok((found.items, found.next))
    })?;
    let signed: Money = contracts.iter().map(|contract| contract.amount).sum();
    let query = PerformanceQuery {
        past_contracts: true,
        ..PerformanceQuery::default()
    };
    let brought_in = reports.performance(&query)?.total.won_amount;
    ensure!(
        brought_in == signed,
        "{brought_in} was brought in, {signed} signed"
    );
    Ok(())
}

/// The rows of every report.
fn told(me: &Session) -> crmkit::Result<Vec<String>> {
    let reports = me.reports();
    let performance = reports.performance(&PerformanceQuery::default())?;
    let sources = reports.sources(&SourcesQuery::default())?;
    Ok(vec![
        format!("{:?}", reports.funnel(&FunnelQuery::default())?.rows),
        format!("{:?}, {:?}", sources.rows, sources.total),
        format!("{:?}, {:?}", performance.rows, performance.total),
        format!("{:?}", reports.status(&StatusQuery::default())?.rows),
        format!("{:?}", reports.team(&TeamQuery::default())?.rows),
        format!("{:?}", reports.forecast(&ForecastQuery::default())?.forecast),
    ])
}
