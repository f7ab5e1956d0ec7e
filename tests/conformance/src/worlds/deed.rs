//! What others do in a world beside the caller's calls.

use crm_core::{
    Session, UserEdit, UserId,
    import::{ImportOptions, OnDuplicate},
    service::DuplicateCheck,
};
use proptest::prelude::*;

use super::{
    call::wish,
    deals, reports,
    row::{FEW, Row, one_of, row},
    world::{World, import},
};

/// What is done beside the caller's calls: out of their sight by hidden people, or in sight by the admin.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// Enters a customer of somebody's, unchecked; or very many.
    Enter(usize, Row, usize),
    /// Changes one.
    Edit(usize, Row, usize),
    /// Adds a contact.
    Contact(usize, Row),
    /// Says that a name means one.
    Alias(usize, Row),
    /// Says that one is different from one in sight.
    Apart(usize, usize),
    /// Merges one into another.
    Merge(usize, usize),
    /// Enters a deal with one, and wins it now and then.
    Deal(usize, usize),
    /// Says what somebody is to bring in.
    Target(usize, usize),
    /// Brings in a list.
    Bring(usize, Vec<Row>, usize),
    /// Takes the latest import of theirs out again.
    TakeOut,
    /// Changes somebody's telephone, or tries what may not be done.
    Person(usize),
    /// Asks for customers by names.
    Ask(usize, Row),
}

pub(super) fn deed() -> impl Strategy<Value = Deed> {
    let any_of = || 0..FEW;
    // Now and then a crowd: more than is looked at of a key.
    let count = prop_oneof![10 => Just(1), 2 => 2..8_usize, 1 => Just(60)];
    prop_oneof![
        8 => (any_of(), row(), count).prop_map(|(owner, row, count)| Deed::Enter(owner, row, count)),
        2 => (any_of(), row(), any_of()).prop_map(|(who, row, what)| Deed::Edit(who, row, what)),
        1 => (any_of(), row()).prop_map(|(who, row)| Deed::Contact(who, row)),
        1 => (any_of(), row()).prop_map(|(who, row)| Deed::Alias(who, row)),
        4 => (any_of(), any_of()).prop_map(|(one, other)| Deed::Apart(one, other)),
        2 => (any_of(), any_of()).prop_map(|(loser, into)| Deed::Merge(loser, into)),
        3 => (any_of(), 0..9_usize).prop_map(|(who, what)| Deed::Deal(who, what)),
        1 => (any_of(), 1..9_usize).prop_map(|(whose, what)| Deed::Target(whose, what)),
        2 => (any_of(), prop::collection::vec(row(), 1..4), 0..3_usize)
            .prop_map(|(owner, rows, on_duplicate)| Deed::Bring(owner, rows, on_duplicate)),
        1 => Just(Deed::TakeOut),
        1 => any_of().prop_map(Deed::Person),
        1 => (any_of(), row()).prop_map(|(owner, row)| Deed::Ask(owner, row)),
    ]
}

impl Deed {
    /// Does it out of sight, and answers whether it was done.
    pub(super) fn hide(&self, world: &World, owners: &[(UserId, Session)]) -> bool {
        let admin = &world.admin;
        let who = |at: &usize| one_of(&world.hidden, *at).map(|number| number.to_string());
        let owner = |at: usize| &owners[at % owners.len()];
        match self {
            Self::Enter(at, row, count) => {
                let enter = |row: &Row| {
                    let new = row.typed(Some(owner(*at).0));
                    admin.customers().create(&new, DuplicateCheck::Off).is_ok()
                };
                match count {
                    1 => enter(row),
                    count => (0..*count).all(|n| enter(&row.one_of_crowd(n))),
                }
            }
            Self::Edit(at, row, what) => who(at).is_some_and(|who| edit(admin, &who, row, *what)),
            Self::Contact(at, row) => {
                who(at).is_some_and(|who| admin.contacts().add(&who, &row.contact()).is_ok())
            }
            Self::Alias(at, row) => {
                who(at).is_some_and(|who| admin.customers().say_same(&who, row.alias()).is_ok())
            }
            Self::Apart(one, other) => match (who(one), one_of(&world.seen, *other)) {
                (Some(one), Some(other)) => admin.customers().say_different(&one, other.to_string()).is_ok(),
                _ => false,
            },
            Self::Merge(loser, into) => match (who(loser), who(into)) {
                (Some(loser), Some(into)) => admin.customers().merge(&loser, &into, &[]).is_ok(),
                _ => false,
            },
            Self::Deal(at, what) => who(at).is_some_and(|who| deal(admin, &who, *what, *what < 5)),
            Self::Target(at, what) => target(admin, owner(*at).0, *what),
            Self::Bring(at, rows, on_duplicate) => {
                let options = ImportOptions {
                    on_duplicate: OnDuplicate::ALL[on_duplicate % OnDuplicate::ALL.len()],
                    ..ImportOptions::default()
                };
                import(&owner(*at).1, rows, options, 2).is_ok()
            }
            Self::TakeOut => {
                let theirs = |by: Option<UserId>| owners.iter().any(|(owner, _)| by == Some(*owner));
                let imports = admin.imports().list().unwrap();
                let latest = imports.iter().find(|import| theirs(import.by));
                latest.is_some_and(|import| admin.imports().undo(import.id).is_ok())
            }
            Self::Ask(at, row) => owner(*at).1.requests().ask(&wish(row, false)).is_ok(),
            Self::Person(at) => {
                let (owner, session) = owner(*at);
                if at % 2 == 0 {
                    // It is logged that they tried.
                    return session.audit().head().is_err();
                }
                let users = admin.users().list().unwrap();
                let user = users.iter().find(|user| user.id == *owner).unwrap();
                let phone = UserEdit::Phone {
                    value: Some(format!("1390000{:04}", user.revision)),
                };
                admin.users().update(user.id, user.revision, &[phone]).is_ok()
            }
        }
    }

    /// Does it in sight, as the admin, without whatever may be taken by somebody hidden.
    pub(super) fn show(&self, world: &World, owners: &[(UserId, Session)]) {
        let admin = &world.admin;
        let who = |at: &usize| one_of(&world.seen, *at).map(|number| number.to_string());
        match self {
            Self::Enter(at, row, count) => {
                let new = row.without_keys().typed(Some(owners[at % owners.len()].0));
                for _ in 0..(*count).min(6) {
                    admin.customers().create(&new, DuplicateCheck::Off).unwrap();
                }
            }
            Self::Edit(at, row, what) => {
                if let Some(who) = who(at) {
                    edit(admin, &who, &row.without_keys(), *what);
                }
            }
            Self::Contact(at, row) => {
                if let Some(who) = who(at) {
                    let _ = admin.contacts().add(&who, &row.contact());
                }
            }
            Self::Alias(at, row) => {
                if let Some(who) = who(at) {
                    let _ = admin.customers().say_same(&who, row.alias());
                }
            }
            Self::Apart(one, other) => {
                if let (Some(one), Some(other)) = (who(one), who(other)) {
                    let _ = admin.customers().say_different(&one, &other);
                }
            }
            Self::Merge(loser, into) => {
                if let (Some(loser), Some(into)) = (who(loser), who(into)) {
                    let _ = admin.customers().merge(&loser, &into, &[]);
                }
            }
            // Whether a contract's number is taken is another's secret.
            Self::Deal(at, what) => {
                if let Some(who) = who(at) {
                    deal(admin, &who, *what, false);
                }
            }
            Self::Target(at, what) => {
                target(admin, owners[at % owners.len()].0, *what);
            }
            Self::Bring(..) | Self::TakeOut | Self::Person(_) | Self::Ask(..) => {}
        }
    }
}

fn edit(session: &Session, who: &str, row: &Row, what: usize) -> bool {
    let customers = session.customers();
    let Ok(there) = customers.get(who) else {
        return false;
    };
    customers.update(who, there.revision, &[row.edit(what)]).is_ok()
}

fn deal(session: &Session, who: &str, what: usize, won: bool) -> bool {
    let deals = session.opportunities();
    let Ok(deal) = deals.create(who, &deals::typed()) else {
        return false;
    };
    !won || deals.close_won(deal.id, &deals::win(what)).is_ok()
}

fn target(session: &Session, person: UserId, what: usize) -> bool {
    reports::set_target(session, &person.to_string(), what).is_ok()
}
