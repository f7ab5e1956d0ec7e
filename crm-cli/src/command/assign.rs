//! Giving customers to another owner.

use crmkit::BulkMode;

use super::customers::keys;
use crate::{
    cli::Assign,
    desk::Desk,
    screen::{Shown, aside, json_lines},
};

pub(super) fn run(desk: &Desk, asked: &Assign) -> Shown {
    let mode = match asked.row_by_row {
        true => BulkMode::RowByRow,
        false => BulkMode::AllOrNothing,
    };
    let customers = keys(&asked.customers)?;
    let outcomes = desk
        .me
        .customers()
        .assign_all(&customers, &asked.to, asked.reason.as_deref(), mode)?;
    if desk.json {
        return json_lines(&outcomes);
    }
    let changed = outcomes.iter().filter(|outcome| outcome.changed).count();
    let (all, to) = (outcomes.len(), &asked.to);
    for outcome in outcomes.iter().filter(|outcome| !outcome.problems.is_empty()) {
        let why = outcome
            .problems
            .iter()
            .map(|problem| problem.message(desk.language));
        let why = why.collect::<Vec<_>>().join(&say!(desk.language, "；", "; "));
        aside(&say!(desk.language, "{}：{why}", "{}: {why}", outcome.customer));
    }
    show!(
        desk.language,
        "{all} 个客户中 {changed} 个已移交给 {to}",
        "{changed} of {all} customers were given to {to}"
    );
    Ok(())
}
