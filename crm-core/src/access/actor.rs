//! Who asks, with their rights as they are in this transaction, and the proof that they were asked for.

use std::{collections::BTreeSet, marker::PhantomData};

use super::Action;
use crate::{
    error::{Code, Error, Result},
    model::{Role, User, UserId},
    store::Scope,
};

/// Who asks, with their rights as they are in this transaction.
#[derive(Clone, Debug)]
pub struct Actor {
    user: Option<UserId>,
    role: Role,
    scope: Scope,
}

impl Actor {
    /// The host's own actor, for jobs: an admin whom nobody is.
    pub fn system() -> Self {
        Self {
            user: None,
            role: Role::Admin,
            scope: Scope::all(),
        }
    }

    /// A user; `members` are those of the user's team, the user among them or not.
    ///
    /// # Errors
    /// `access.inactive` for a user that is not active.
    pub fn of(user: &User, members: Vec<UserId>) -> Result<Self> {
        if !user.active {
            return Err(Error::Denied {
                code: Code::UserInactive,
                action: String::new(),
            });
        }
        let scope = match user.role {
            Role::Admin => Scope::all(),
            Role::Supervisor => Scope::of_owners(members.into_iter().chain([user.id])),
            Role::SalesRep => Scope::of_owners([user.id]),
        };
        Ok(Self {
            user: Some(user.id),
            role: user.role,
            scope,
        })
    }

    /// The user, unless it is the host's own actor.
    pub fn user(&self) -> Option<UserId> {
        self.user
    }

    /// The role.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether a new customer may be given to this owner (R2.2): a rep enters only for themselves, a supervisor for the
    /// team, an admin for anybody.
    pub fn may_give_to(&self, owner: UserId) -> bool {
        self.scope.contains(owner)
    }

    /// The owners that this actor may give customers to; none when it is anybody.
    pub fn owners(&self) -> Option<&BTreeSet<UserId>> {
        self.scope.owners()
    }
}

/// The proof that somebody may do `A`, good within one transaction. Nothing is read or written without one.
#[derive(Debug)]
pub struct Grant<'tx, A> {
    scope: Scope,
    // Invariant in 'tx, so that a grant of one transaction cannot stand in another.
    transaction: PhantomData<fn(&'tx ()) -> &'tx ()>,
    action: PhantomData<A>,
}

impl<A: Action> Grant<'_, A> {
    /// The customers that it is good for.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// Decides whether `actor` may do `A`.
///
/// # Errors
/// `access.denied` if not.
pub fn decide<'tx, A: Action>(actor: &Actor) -> Result<Grant<'tx, A>> {
    if !A::allows(actor.role) {
        return Err(Error::Denied {
            code: Code::AccessDenied,
            action: A::NAME.to_owned(),
        });
    }
    Ok(Grant {
        scope: actor.scope.clone(),
        transaction: PhantomData,
        action: PhantomData,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{EditCustomers, EditPickLists, ManagePeople, ReadAudit};

    fn user(role: Role, active: bool) -> User {
        User {
            id: UserId::from_bytes([1; 16]),
            revision: 1,
            login: "lin".into(),
            name: "林".into(),
            role,
            team: None,
            phone: None,
            birthday: None,
            active,
        }
    }

    #[test]
    fn r8_1_a_rep_reaches_only_their_own_customers() {
        let rep = Actor::of(&user(Role::SalesRep, true), vec![UserId::from_bytes([2; 16])]).unwrap();
        assert!(rep.may_give_to(UserId::from_bytes([1; 16])));
        assert!(!rep.may_give_to(UserId::from_bytes([2; 16])));
    }

    #[test]
    fn r8_1_a_supervisor_reaches_the_teams_and_their_own() {
        let supervisor = Actor::of(&user(Role::Supervisor, true), vec![UserId::from_bytes([2; 16])]).unwrap();
        assert!(supervisor.may_give_to(UserId::from_bytes([1; 16])));
        assert!(supervisor.may_give_to(UserId::from_bytes([2; 16])));
        assert!(!supervisor.may_give_to(UserId::from_bytes([3; 16])));
    }

    #[test]
    fn r8_1_only_an_admin_manages_people_pick_lists_and_the_log() {
        for (role, allowed) in [
            (Role::Admin, true),
            (Role::Supervisor, false),
            (Role::SalesRep, false),
        ] {
            let actor = Actor::of(&user(role, true), Vec::new()).unwrap();
            assert_eq!(decide::<ManagePeople>(&actor).is_ok(), allowed, "{role}");
            assert_eq!(decide::<EditPickLists>(&actor).is_ok(), allowed, "{role}");
            assert_eq!(decide::<ReadAudit>(&actor).is_ok(), allowed, "{role}");
            assert!(decide::<EditCustomers>(&actor).is_ok(), "{role}");
        }
    }

    #[test]
    fn r8_1_an_inactive_user_is_nobody() {
        let error = Actor::of(&user(Role::Admin, false), Vec::new()).unwrap_err();
        assert_eq!(error.code(), Code::UserInactive);
    }
}
