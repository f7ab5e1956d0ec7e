//! What a customer's contracts ask to be done: renewals and repurchases (R4.7).

use super::door::WriteTx;
use crate::{
    NaiveDate,
    access::{Adds, Edits, Grant},
    error::Result,
    model::{Contract, Customer, Task, TaskId, TaskKind},
    rules::purchases::{Begun, cycle, renewal, repurchase, united_repurchase},
};

/// Brings the tasks of a customer's contracts in order with one that was entered or changed.
pub(super) fn settle_contract<'tx, A: Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    before: Option<&Contract>,
    after: &Contract,
) -> Result<()> {
    let Some(customer) = tx.reads().customer_of_contract(grant, after)? else {
        return Ok(());
    };
    let mut others = tx.reads().contracts_of(grant, after.customer)?;
    others.retain(|contract| contract.id != after.id);
    let is_renewed = |renewed: &Contract, by: Option<&Contract>| {
        let all = others.iter().chain(by);
        all.filter(|contract| contract.is_good())
            .any(|contract| contract.renews == Some(renewed.id))
    };
    let own = is_renewed(after, None);
    settle_renewal(tx, grant, &customer, before, after, own)?;
    // What it renews, and what it renewed before.
    let mut named: Vec<_> = before
        .and_then(|it| it.renews)
        .into_iter()
        .chain(after.renews)
        .collect();
    named.sort_unstable();
    named.dedup();
    for renewed in others.iter().filter(|contract| named.contains(&contract.id)) {
        let (was, is) = (is_renewed(renewed, before), is_renewed(renewed, Some(after)));
        if was != is {
            // Its end counts anew once nothing renews it any longer.
            settle_renewal(tx, grant, &customer, None, renewed, is)?;
        }
    }
    let days = |own: Option<&Contract>| -> Vec<NaiveDate> {
        let all = others.iter().chain(own);
        let good = all.filter(|contract| contract.is_good());
        good.map(|contract| contract.signed_on).collect()
    };
    let by_hand = customer.purchase_cycle;
    let cycles = (cycle(&days(before), by_hand), cycle(&days(Some(after)), by_hand));
    settle_repurchase(tx, grant, &customer, cycles)
}

/// Brings the repurchase task of a customer in order with a cycle that was set by hand.
pub(super) fn settle_cycle<'tx, A: Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    before: &Customer,
    after: &Customer,
) -> Result<()> {
    if before.purchase_cycle == after.purchase_cycle {
        return Ok(());
    }
    let contracts = tx.reads().contracts_of(grant, after.number)?;
    let good = contracts.iter().filter(|contract| contract.is_good());
    let signed: Vec<NaiveDate> = good.map(|contract| contract.signed_on).collect();
    let cycles = (
        cycle(&signed, before.purchase_cycle),
        cycle(&signed, after.purchase_cycle),
    );
    settle_repurchase(tx, grant, after, cycles)
}

/// Brings the repurchase tasks of two customers who are made one in order, as their contracts together say; renewals are their
/// contracts' own. Answers with the task of the one that goes as it is to be, where that is to be otherwise than it is.
pub(super) fn settle_united<'tx, A: Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    survivor: &Customer,
    loser: &Customer,
    after: &Customer,
) -> Result<Option<Task>> {
    let signed = |customer: &Customer| -> Result<Vec<NaiveDate>> {
        let contracts = tx.reads().contracts_of(grant, customer.number)?;
        let good = contracts.iter().filter(|contract| contract.is_good());
        Ok(good.map(|contract| contract.signed_on).collect())
    };
    let (theirs, others) = (signed(survivor)?, signed(loser)?);
    let both = [theirs.as_slice(), &others].concat();
    let task = |customer: &Customer| {
        let kind = TaskKind::Repurchase;
        tx.reads().open_task(grant, customer.number, kind, None)
    };
    let (stays, goes) = (task(survivor)?, task(loser)?);
    let united = united_repurchase(
        (cycle(&theirs, survivor.purchase_cycle), stays.as_deref()),
        (cycle(&others, loser.purchase_cycle), goes.as_deref()),
        cycle(&both, after.purchase_cycle),
        begun(tx, after),
    );
    put(tx, grant, stays, [united.survivor, united.new]);
    Ok(united.loser)
}

fn settle_renewal<'tx, A: Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    customer: &Customer,
    before: Option<&Contract>,
    after: &Contract,
    renewed: bool,
) -> Result<()> {
    let there = tx
        .reads()
        .open_task(grant, after.customer, TaskKind::Renewal, Some(after.id))?;
    let days = tx.conventions().renewal_days;
    let task = renewal(
        before,
        after,
        renewed,
        there.as_deref(),
        days,
        begun(tx, customer),
    );
    put(tx, grant, there, [task]);
    Ok(())
}

type Cycle = Option<(NaiveDate, u32)>;

fn settle_repurchase<'tx, A: Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    customer: &Customer,
    (before, after): (Cycle, Cycle),
) -> Result<()> {
    let there = tx
        .reads()
        .open_task(grant, customer.number, TaskKind::Repurchase, None)?;
    let tasks = repurchase(before, after, there.as_deref(), begun(tx, customer));
    put(tx, grant, there, tasks);
    Ok(())
}

fn begun(tx: &WriteTx<'_, '_>, customer: &Customer) -> Begun {
    Begun {
        id: TaskId::from_bytes(tx.new_id()),
        customer: customer.number,
        owner: customer.owner,
        at: tx.now(),
        today: tx.today(),
    }
}

/// Puts tasks: the one that is there as it is to be, the others as new ones.
fn put<'tx, A: Adds<Task> + Edits<Task>>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    there: Option<crate::access::Editable<'tx, Task>>,
    tasks: impl IntoIterator<Item = Option<Task>>,
) {
    let mut there = there;
    for task in tasks.into_iter().flatten() {
        match there.take_if(|there| there.id == task.id) {
            Some(there) => tx.edit(grant, there, task),
            None => tx.add(grant, task),
        }
    }
}
