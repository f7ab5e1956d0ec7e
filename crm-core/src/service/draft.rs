//! What is on its way in: a customer, checked, with an owner who may have it (R2.2); who did something.

use super::door::{ReadTx, entry};
use crate::{
    access::{Action, Actor, AddCustomers, Grant},
    error::{Code, Error, Problem, Result},
    import::CustomerRow,
    model::{Customer, CustomerNumber, CustomerStatus, ImportId, NewCustomer, User, UserId, fields},
    rules::{
        Strictness,
        customer::{CheckedCustomer, check_customer},
    },
};

/// A customer that has been checked and has an owner, and waits for its number.
pub(super) struct Draft {
    pub checked: CheckedCustomer,
    pub owner: UserId,
    pub status: CustomerStatus,
    pub created_at: Option<crate::DateTime<crate::Utc>>,
    pub created_by: Option<UserId>,
    pub aliases: Vec<String>,
    pub import: Option<ImportId>,
    /// Whether it came too late (R2.9); what a list brings never does.
    pub late: bool,
}

impl Draft {
    /// A customer as it starts: potential (R2.2).
    pub(super) fn new(checked: CheckedCustomer, owner: UserId) -> Self {
        let status = CustomerStatus::Potential;
        Self {
            checked,
            owner,
            status,
            created_at: None,
            created_by: None,
            aliases: Vec::new(),
            import: None,
            late: false,
        }
    }

    /// A customer as the row of a list gives it.
    pub(super) fn of_row(row: &CustomerRow, owner: UserId, import: ImportId) -> Self {
        Self {
            checked: row.checked.clone(),
            owner,
            status: row.status,
            created_at: row.created_at,
            created_by: row.created_by,
            aliases: row.aliases.clone(),
            import: Some(import),
            late: false,
        }
    }

    /// The customer under its number.
    pub(super) fn into_customer(
        self,
        number: CustomerNumber,
        at: crate::DateTime<crate::Utc>,
        by: Option<UserId>,
    ) -> Customer {
        let CheckedCustomer {
            name,
            kind,
            industry,
            size,
            phones,
            addresses,
            registrations,
            source,
            first_contact,
            lead_at,
            tags,
            note,
            external_id,
            extra,
            warnings: _,
        } = self.checked;
        Customer {
            number,
            revision: 1,
            name,
            kind,
            industry,
            size,
            phones,
            addresses,
            registrations,
            source,
            first_contact,
            lead_at,
            late: self.late,
            purchase_cycle: None,
            status: self.status,
            owner: self.owner,
            created_at: self.created_at.unwrap_or(at),
            created_by: self.created_by.or(by),
            tags,
            note,
            aliases: self.aliases,
            external_id,
            extra,
            import: self.import,
            archived_at: None,
        }
    }
}

pub(super) fn check_new<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, AddCustomers>,
    new: &NewCustomer,
) -> Result<(CheckedCustomer, UserId)> {
    let pick_lists = tx.pick_lists(grant)?;
    let entry = entry(&*tx.conventions()?, &pick_lists, tx.today()?, Strictness::Entry);
    let checked = check_customer(new, &entry);
    match (checked, check_owner(tx, grant, new.owner.as_deref())?) {
        (Ok(checked), Ok(owner)) => Ok((checked, owner)),
        (Ok(_), Err(problem)) => Err(Error::invalid(problem)),
        (Err(mut problems), owner) => {
            problems.extend(owner.err());
            Err(Error::Invalid { problems })
        }
    }
}

/// Who is to answer for a new customer: an active user whom the caller may give it to; by default the caller.
pub(super) fn check_owner<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    owner: Option<&str>,
) -> Result<Result<UserId, Problem>> {
    let user = match (owner.filter(|text| !text.trim().is_empty()), tx.actor().user()) {
        (Some(text), _) => tx.named_user(grant, fields::OWNER, text)?,
        (None, Some(own)) => Ok(tx.user(grant, own)?.ok_or_else(|| Error::not_found(own))?),
        (None, None) => Err(Problem::missing(fields::OWNER)),
    };
    Ok(user.and_then(|user| may_own(tx.actor(), fields::OWNER, user.id, Some(&user))))
}

/// Who did something: an active user; by default who enters it (R4.1, R7.7).
pub(super) fn check_by<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    by: Option<&str>,
) -> Result<Result<UserId, Problem>> {
    let user = match (by, tx.actor().user()) {
        (Some(text), _) => tx.named_user(grant, fields::BY, text)?,
        (None, Some(own)) => return Ok(Ok(own)),
        (None, None) => Err(Problem::missing(fields::BY)),
    };
    Ok(user.and_then(|user| match user.active {
        true => Ok(user.id),
        false => Err(Problem::with(fields::BY, Code::OwnerInactive, &user.login)),
    }))
}

/// Whether a user may be given a new customer by this caller (R2.2).
pub(super) fn may_own(
    actor: &Actor,
    field: &str,
    id: UserId,
    user: Option<&User>,
) -> Result<UserId, Problem> {
    match user {
        None => Err(Problem::with(field, Code::OwnerUnknown, id.to_string())),
        Some(user) if !actor.may_give_to(id) => Err(Problem::with(field, Code::OwnerNotAllowed, &user.login)),
        Some(user) if !user.active => Err(Problem::with(field, Code::OwnerInactive, &user.login)),
        Some(_) => Ok(id),
    }
}

/// The host's own identifier is unique in the store.
pub(super) fn check_external_id<'tx, A: Action>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, A>,
    external_id: &str,
    own: Option<CustomerNumber>,
) -> Result<()> {
    match tx.external_id_holder(grant, external_id)? {
        Some(holder) if Some(holder) != own => Err(Error::invalid(Problem::with(
            fields::EXTERNAL_ID,
            Code::ExternalIdTaken,
            external_id,
        ))),
        _ => Ok(()),
    }
}
