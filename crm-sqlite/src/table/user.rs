//! Users.

use std::sync::LazyLock;

use crm_core::{
    Account, CustomerNumber, DateTime, OpportunityId, Result, User, UserId, Utc, rules::person::fold_login,
    store::Caller,
};

use super::{Table, table, uuid_key};
use crate::{row::Columns, transaction::Transaction};

uuid_key!(UserId);

table! {
    User in "user" {
        key: [id as "uuid"],
        fields: [revision, login, name, role, team, phone, birthday, active],
        derived: [login_folded of [login]: fold_login(login)],
    }

    const LET_GO: &'static [&'static str] = &[
        "UPDATE log SET actor = ?1 WHERE actor = (SELECT id FROM user WHERE uuid = ?1)",
        "UPDATE log SET owner_before = ?1 WHERE owner_before = (SELECT id FROM user WHERE uuid = ?1)",
        "UPDATE log SET owner_after = ?1 WHERE owner_after = (SELECT id FROM user WHERE uuid = ?1)",
    ];
}

/// The user with a UUID, and what nearly nobody has besides: an account, something granted, a deal on another's customer. Every call
/// asks for it.
static WITH_WHAT_THEY_HAVE: LazyLock<String> = LazyLock::new(|| {
    let has = "EXISTS (SELECT 1 FROM account a WHERE a.user = t.uuid),
        EXISTS (SELECT 1 FROM request r WHERE r.by = t.id AND r.state = 'granted'),
        EXISTS (SELECT 1 FROM guest_deal g WHERE g.owner = t.id), t.id";
    format!("{} WHERE t.uuid = ?1", User::sql().select_with(has))
});

impl Transaction<'_> {
    pub(crate) fn caller_of(&self, id: UserId, at: DateTime<Utc>) -> Result<Option<Caller>> {
        let found = self.one(&WITH_WHAT_THEY_HAVE, [id.as_bytes()], |row| {
            let mut columns = Columns::of(row);
            let user = User::read(&mut columns)?;
            let has: [bool; 3] = [columns.field()?, columns.field()?, columns.field()?];
            Ok((user, has, columns.get()?))
        })?;
        let Some((user, [has_account, has_grants, has_deals], row)) = found else {
            return Ok(None);
        };
        let members = match user.team {
            None => Vec::new(),
            Some(team) => {
                let sql =
                    "SELECT uuid FROM user WHERE team = (SELECT id FROM team WHERE uuid = ?1) ORDER BY uuid";
                self.all(sql, [team.as_bytes()], |row| {
                    Columns::of(row).id(UserId::from_bytes)
                })?
            }
        };
        let account = match has_account {
            true => self.records_by_key(&[id], |_: &Account| Ok(true))?.pop(),
            false => None,
        };
        let mut caller = Caller {
            user,
            account,
            members,
            seen: Vec::new(),
            edited: Vec::new(),
            roles: Vec::new(),
            exports: false,
            deals: Vec::new(),
        };
        if has_deals {
            caller.deals = self.guest_deals_of(id)?;
        }
        if has_grants {
            self.grant_to(&mut caller, row, at)?;
        }
        Ok(Some(caller))
    }

    /// The open deals of a user on customers of others (R8.1), by identifier.
    fn guest_deals_of(&self, owner: UserId) -> Result<Vec<(OpportunityId, CustomerNumber)>> {
        let sql = "SELECT opportunity, customer FROM guest_deal
            WHERE owner = (SELECT id FROM user WHERE uuid = ?1) ORDER BY opportunity";
        self.all(sql, [owner.as_bytes()], |row| {
            let mut row = Columns::of(row);
            Ok((row.id(OpportunityId::from_bytes)?, row.number()?))
        })
    }
}
