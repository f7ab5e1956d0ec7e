//! What opportunities and contracts have in common: who answers for them, and which are asked for.

use super::{door::WriteTx, draft::may_own};
use crate::{
    access::{Action, EditCustomers, Editable, Edits, Grant},
    error::{Code, Error, Problem, Result},
    model::{DateRange, FollowUp, Opportunity, OpportunityId, Task, TaskState, UserId, fields},
    store::deal_filter::Days,
};

/// The opportunity with this identifier, which is to be changed: neither it nor its customer is archived.
///
/// # Errors
/// `record.archived`; NotFound.
pub(super) fn deal_to_change<'tx, A: Edits<Opportunity>>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    id: OpportunityId,
) -> Result<Editable<'tx, Opportunity>> {
    let deal = tx.reads().to_edit::<Opportunity, _>(grant, id, &id)?;
    tx.reads().refuse_archived(grant, deal.customer)?;
    match deal.archived_at {
        Some(_) => Err(Error::rule(Problem::with(
            fields::OPPORTUNITY,
            Code::RecordArchived,
            id.to_string(),
        ))),
        None => Ok(deal),
    }
}

/// Who is to answer for a deal: whom the caller may give customers to; by default `present`.
pub(super) fn owner_of<'tx, A: Action>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    present: UserId,
    named: Option<&str>,
) -> Result<Result<UserId, Problem>> {
    let Some(text) = named else {
        return Ok(Ok(present));
    };
    let user = tx.reads().named_user(grant, fields::OWNER, text)?;
    Ok(user.and_then(|user| match user.id == present {
        true => Ok(present),
        false => may_own(tx.actor(), fields::OWNER, user.id, Some(&user)),
    }))
}

/// The host's own identifier is unique among opportunities.
pub(super) fn check_external_deal<'tx, A: Action>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    own: Option<OpportunityId>,
    external_id: Option<&str>,
) -> Result<()> {
    let Some(external_id) = external_id else {
        return Ok(());
    };
    match tx.reads().external_deal(grant, external_id)? {
        Some((holder, _)) if Some(holder) != own => Err(Error::invalid(Problem::with(
            fields::EXTERNAL_ID,
            Code::ExternalIdTaken,
            external_id,
        ))),
        _ => Ok(()),
    }
}

/// Cancels the open tasks that are about a deal, and says so of the follow-ups that they came from.
pub(super) fn close_tasks<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    deal: &Editable<'tx, Opportunity>,
) -> Result<()> {
    let open = tx.reads().tasks_of_deal(grant, deal)?;
    for task in open {
        let told = match task.follow_up {
            Some(id) => tx.reads().editable::<FollowUp, _>(grant, id)?,
            None => None,
        };
        if let Some(follow_up) = told {
            let untold = FollowUp {
                done: None,
                revision: follow_up.revision + 1,
                ..FollowUp::clone(&follow_up)
            };
            tx.edit(grant, follow_up, untold);
        }
        let cancelled = Task {
            state: TaskState::Cancelled,
            revision: task.revision + 1,
            ..Task::clone(&task)
        };
        tx.edit(grant, task, cancelled);
    }
    Ok(())
}

/// The days that are asked for.
pub(super) fn days(range: Option<DateRange>) -> Days {
    range.map_or((None, None), |DateRange { from, until }| (from, until))
}
