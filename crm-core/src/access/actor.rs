//! Who asks, with their rights as they are in this transaction, and the proof that they were asked for.

use std::{collections::BTreeSet, marker::PhantomData};

use sha2::{Digest, Sha256};

use super::{ACTIONS, Action, EditFollowUps, SeeCustomers, UseAccount};
use crate::{
    error::{Code, Error, Result},
    model::{Account, CustomerNumber, FollowUp, Import, Role, User, UserId},
    store::{Caller, Scope, record::Record},
};

/// Who asks, with their rights as they are in this transaction.
#[derive(Clone, Debug)]
pub struct Actor {
    user: Option<User>,
    role: Role,
    sees: Scope,
    edits: Scope,
    /// Whether they were granted to export (R8.3).
    exports: bool,
    /// Why they may do nothing but set another password.
    held: Option<Code>,
}

impl Actor {
    /// The host's own actor, for jobs: an admin whom nobody is.
    pub fn system() -> Self {
        Self {
            user: None,
            role: Role::Admin,
            sees: Scope::all(),
            edits: Scope::all(),
            exports: false,
            held: None,
        }
    }

    /// Whoever stands before the door, and may do nothing: the user as whom they want to come in, if there is one.
    pub(crate) fn outside(user: Option<User>) -> Self {
        Self {
            user,
            role: Role::SalesRep,
            sees: Scope::of_owners([]),
            edits: Scope::of_owners([]),
            exports: false,
            held: Some(Code::LoginRefused),
        }
    }

    /// Held to setting another password, if there is a reason (R8.4).
    #[must_use]
    pub fn held(self, why: Option<Code>) -> Self {
        Self { held: why, ..self }
    }

    /// A user, as the store knows them in this transaction (R8.1): an admin sees all customers, a supervisor the team's and
    /// their own, a rep their own; besides, everybody those that they were granted by name (R8.3), and the basics of those
    /// on which they have an open opportunity.
    ///
    /// # Errors
    /// `access.inactive` for a user that is not active; `account.suspended` for one whose account is (R8.4).
    pub fn of(caller: Caller) -> Result<Self> {
        let Caller {
            user,
            account,
            members,
            seen,
            edited,
            roles,
            exports,
            deals,
        } = caller;
        let refused = |code| Error::Denied {
            code,
            action: String::new(),
        };
        if !user.active {
            return Err(refused(Code::UserInactive));
        }
        if account.is_some_and(|account| account.suspended_at.is_some()) {
            return Err(refused(Code::AccountSuspended));
        }
        // The one that may most (R8.3).
        let rank = |role: &Role| Role::ALL.iter().position(|there| there == role);
        let role = roles.into_iter().chain([user.role]).min_by_key(rank);
        let role = role.unwrap_or(user.role);
        let owners = match role {
            Role::Admin => Scope::all(),
            Role::Supervisor => Scope::of_owners(members.into_iter().chain([user.id])),
            Role::SalesRep => Scope::of_owners([user.id]),
        };
        Ok(Self {
            role,
            exports,
            edits: owners
                .clone()
                .with_granted(edited)
                .with_deals(deals.iter().copied()),
            sees: owners.with_granted(seen).with_deals(deals),
            user: Some(user),
            held: None,
        })
    }

    /// The user, unless it is the host's own actor.
    pub fn user(&self) -> Option<UserId> {
        self.user.as_ref().map(|user| user.id)
    }

    /// The role that they act in: their own, or one that they were granted for a time.
    pub fn role(&self) -> Role {
        self.role
    }

    /// What their rights come to, in a word that is the same as long as they are: the role, whose customers they see and change,
    /// which by name, and exports. Deals of their own on others' customers (R8.1) come and go with these deals.
    pub fn rights(&self) -> String {
        let (sees, edits) = (&self.sees, &self.edits);
        let rights = (
            self.role,
            self.exports,
            sees.owners(),
            sees.granted(),
            edits.owners(),
            edits.granted(),
        );
        let hash = Sha256::digest(format!("{rights:?}"));
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether they were granted to export for a time, whatever their role may (R7.6).
    pub fn may_export(&self) -> bool {
        self.exports
    }

    /// The user's own record.
    pub fn record(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// Whether a new customer may be given to this owner (R2.2): a rep enters only for themselves, a supervisor for the
    /// team, an admin for anybody.
    pub fn may_give_to(&self, owner: UserId) -> bool {
        self.edits.has_owner(owner)
    }

    /// The owners that this actor may give customers to; none when it is anybody.
    pub fn owners(&self) -> Option<&BTreeSet<UserId>> {
        self.edits.owners()
    }

    /// Whether this actor may do the action of this name, at all or with a customer of this owner's; none if there is no such action.
    pub fn can(&self, action: &str, customer: Option<(CustomerNumber, UserId)>) -> Option<bool> {
        let (name, allows) = ACTIONS.iter().find(|(name, _)| *name == action)?;
        let scope = match *name == SeeCustomers::NAME {
            true => &self.sees,
            false => &self.edits,
        };
        let reaches = customer.is_none_or(|(number, owner)| scope.contains(number, owner));
        Some(allows(self.role) && reaches)
    }

    /// Whether an import exists for this actor: those of people whose customers they see; the host's own for admins.
    pub fn sees_import(&self, import: &Import) -> bool {
        match import.by {
            Some(by) => self.sees.has_owner(by),
            None => self.sees.owners().is_none(),
        }
    }

    /// Whether a follow-up may be changed: by whoever held it, or an admin (R4.4).
    ///
    /// # Errors
    /// `access.denied`.
    pub fn check_may_edit(&self, follow_up: &FollowUp) -> Result<()> {
        match self.role == Role::Admin || self.user() == Some(follow_up.by) {
            true => Ok(()),
            false => Err(denied::<EditFollowUps>()),
        }
    }

    /// The customers that this actor sees.
    pub(crate) fn sees(&self) -> &Scope {
        &self.sees
    }

    /// A user as this actor may know them (R8.6): login, name, role, team and whether active; telephone and birthday, and
    /// how often anything was changed, only the user and admins.
    pub fn may_know_of(&self, user: User) -> User {
        match self.role == Role::Admin || self.user() == Some(user.id) {
            true => user,
            false => User {
                revision: 0,
                phone: None,
                birthday: None,
                ..user
            },
        }
    }

    /// An account as this actor may know it (R8.4): only admins, that it was shared.
    pub fn may_know_of_account(&self, account: Account) -> Account {
        match self.role == Role::Admin {
            true => account,
            false => Account {
                shared_at: None,
                ..account
            },
        }
    }
}

/// The proof that somebody may do `A`, good within one transaction. Nothing is read or written without one.
#[derive(Debug)]
pub struct Grant<'tx, A> {
    sees: Scope,
    edits: Scope,
    // Invariant in 'tx, so that a grant of one transaction cannot stand in another.
    transaction: PhantomData<fn(&'tx ()) -> &'tx ()>,
    action: PhantomData<A>,
}

impl<A: Action> Grant<'_, A> {
    /// The customers that may be seen under it.
    pub fn sees(&self) -> &Scope {
        &self.sees
    }

    /// The customers that may be changed under it.
    pub fn edits(&self) -> &Scope {
        &self.edits
    }
}

/// A record as it is, which may be changed: only a read under the scope for editing makes one, and only within its
/// transaction does it hold.
#[derive(Debug)]
pub struct Editable<'tx, T> {
    record: T,
    transaction: PhantomData<fn(&'tx ()) -> &'tx ()>,
}

impl<T: Record> Editable<'_, T> {
    /// The door makes it of what it has read under the scope for editing.
    pub(crate) fn read(record: T) -> Self {
        Self {
            record,
            transaction: PhantomData,
        }
    }

    /// The record as it was.
    pub(crate) fn into_inner(self) -> T {
        self.record
    }
}

impl<T> std::ops::Deref for Editable<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.record
    }
}

/// Decides whether `actor` may do `A`.
///
/// # Errors
/// `access.denied` if not; `password.temporary`, `password.expired` for all but [`UseAccount`] of somebody who has to set
/// another password (R8.4).
pub fn decide<'tx, A: Action>(actor: &Actor) -> Result<Grant<'tx, A>> {
    if let Some(code) = actor.held
        && A::NAME != UseAccount::NAME
    {
        return Err(Error::Denied {
            code,
            action: A::NAME.to_owned(),
        });
    }
    if !A::allows(actor.role) {
        return Err(denied::<A>());
    }
    Ok(Grant {
        sees: actor.sees.clone(),
        edits: actor.edits.clone(),
        transaction: PhantomData,
        action: PhantomData,
    })
}

fn denied<A: Action>() -> Error {
    Error::Denied {
        code: Code::AccessDenied,
        action: A::NAME.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::{EditCustomers, ManagePeople},
        model::OpportunityId,
        store::Sight,
    };

    fn caller(role: Role, active: bool, members: Vec<UserId>) -> Caller {
        Caller {
            user: user(role, active),
            account: None,
            members,
            seen: Vec::new(),
            edited: Vec::new(),
            roles: Vec::new(),
            exports: false,
            deals: Vec::new(),
        }
    }

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
        let rep = Actor::of(caller(Role::SalesRep, true, vec![UserId::from_bytes([2; 16])])).unwrap();
        assert!(rep.may_give_to(UserId::from_bytes([1; 16])));
        assert!(!rep.may_give_to(UserId::from_bytes([2; 16])));
    }

    #[test]
    fn r8_1_a_supervisor_reaches_the_teams_and_their_own() {
        let supervisor =
            Actor::of(caller(Role::Supervisor, true, vec![UserId::from_bytes([2; 16])])).unwrap();
        assert!(supervisor.may_give_to(UserId::from_bytes([1; 16])));
        assert!(supervisor.may_give_to(UserId::from_bytes([2; 16])));
        assert!(!supervisor.may_give_to(UserId::from_bytes([3; 16])));
    }

    #[test]
    fn r8_3_a_customer_granted_by_name_is_seen_and_changed_only_if_the_grant_says_so() {
        let number = |n| format!("CRM20240501000{n}").parse().unwrap();
        let theirs = UserId::from_bytes([2; 16]);
        let rep = Actor::of(Caller {
            seen: vec![number(1), number(2)],
            edited: vec![number(2)],
            deals: vec![(OpportunityId::from_bytes([1; 16]), number(3))],
            ..caller(Role::SalesRep, true, Vec::new())
        })
        .unwrap();
        let grant: Grant<'_, EditCustomers> = decide(&rep).unwrap();
        let seen = [1, 2, 3, 4].map(|n| grant.sees().sees(number(n), theirs));
        assert_eq!(seen, [Sight::Full, Sight::Full, Sight::Basics, Sight::None]);
        let edited = [1, 2, 3, 4].map(|n| grant.edits().contains(number(n), theirs));
        assert_eq!(edited, [false, true, false, false]);
        assert!(!rep.may_give_to(theirs), "nobody's new customers");
    }

    #[test]
    fn r8_3_a_granted_role_counts_if_it_may_more() {
        let member = UserId::from_bytes([2; 16]);
        let acting = |own, granted: &[Role]| {
            let actor = Actor::of(Caller {
                roles: granted.to_vec(),
                ..caller(own, true, vec![member])
            });
            let actor = actor.unwrap();
            (
                actor.role(),
                actor.may_give_to(member),
                decide::<ManagePeople>(&actor).is_ok(),
            )
        };
        use Role::{Admin, SalesRep, Supervisor};
        assert_eq!(acting(SalesRep, &[]), (SalesRep, false, false));
        assert_eq!(acting(SalesRep, &[Supervisor]), (Supervisor, true, false));
        assert_eq!(acting(SalesRep, &[Supervisor, Admin]), (Admin, true, true));
        assert_eq!(
            acting(Supervisor, &[SalesRep]),
            (Supervisor, true, false),
            "nothing is taken away"
        );
        let exports = Caller {
            exports: true,
            ..caller(SalesRep, true, Vec::new())
        };
        assert!(Actor::of(exports).unwrap().may_export());
    }

    #[test]
    fn r8_4_who_must_set_another_password_does_nothing_else() {
        let rep = Actor::of(caller(Role::Admin, true, Vec::new())).unwrap();
        let held = rep.clone().held(Some(Code::PasswordExpired));
        assert_eq!(
            decide::<ManagePeople>(&held).unwrap_err().code(),
            Code::PasswordExpired
        );
        assert!(decide::<UseAccount>(&held).is_ok());
        assert!(decide::<ManagePeople>(&rep.held(None)).is_ok());
        assert!(decide::<UseAccount>(&Actor::outside(None)).is_ok(), "nobody's");
    }

    #[test]
    fn r8_6_a_telephone_and_a_birthday_are_for_their_user_and_for_admins() {
        let mut other = user(Role::SalesRep, true);
        other.id = UserId::from_bytes([2; 16]);
        other.phone = Some("13912345678".into());
        other.birthday = chrono::NaiveDate::from_ymd_opt(1990, 5, 8);
        for role in [Role::Supervisor, Role::SalesRep] {
            let actor = Actor::of(caller(role, true, vec![other.id])).unwrap();
            let known = actor.may_know_of(other.clone());
            assert_eq!(
                known,
                User {
                    revision: 0,
                    phone: None,
                    birthday: None,
                    ..other.clone()
                },
                "how often their telephone was changed is theirs too"
            );
        }
        let admin = Actor::of(caller(Role::Admin, true, Vec::new())).unwrap();
        assert_eq!(admin.may_know_of(other.clone()), other);
        let mut own = other;
        own.id = UserId::from_bytes([1; 16]);
        let rep = Actor::of(caller(Role::SalesRep, true, Vec::new())).unwrap();
        assert_eq!(rep.may_know_of(own.clone()), own);
    }

    #[test]
    fn r8_1_an_inactive_user_is_nobody() {
        let error = Actor::of(caller(Role::Admin, false, Vec::new())).unwrap_err();
        assert_eq!(error.code(), Code::UserInactive);
    }
}
