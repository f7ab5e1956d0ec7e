//! Users.

use crm_core::{
    Account, DateTime, OpportunityId, Result, User, UserId, Utc, rules::person::fold_login, store::Caller,
};

use super::{table, uuid_key};
use crate::{row::Columns, transaction::Transaction};

uuid_key!(UserId);

table! {
    User in "user" {
        key: [id as "uuid"],
        fields: [revision, login, name, role, team, phone, birthday, active],
        derived: [login_folded: |it| fold_login(&it.login)],
    }

    const LET_GO: &'static [&'static str] = &[
        "UPDATE log SET actor = ?1 WHERE actor = (SELECT id FROM user WHERE uuid = ?1)",
        "UPDATE log SET owner_before = ?1 WHERE owner_before = (SELECT id FROM user WHERE uuid = ?1)",
        "UPDATE log SET owner_after = ?1 WHERE owner_after = (SELECT id FROM user WHERE uuid = ?1)",
    ];
}

impl Transaction<'_> {
    pub(crate) fn caller_of(&self, id: UserId, at: DateTime<Utc>) -> Result<Option<Caller>> {
        let Some(user) = self.records_by_key(&[id], |_: &User| Ok(true))?.pop() else {
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
        let deals = "SELECT opportunity, customer FROM guest_deal
            WHERE owner = (SELECT id FROM user WHERE uuid = ?1) ORDER BY opportunity";
        let deals = self.all(deals, [id.as_bytes()], |row| {
            let mut row = Columns::of(row);
            Ok((row.id(OpportunityId::from_bytes)?, row.number()?))
        })?;
        let account = self.records_by_key(&[id], |_: &Account| Ok(true))?.pop();
        let mut caller = Caller {
            user,
            account,
            members,
            seen: Vec::new(),
            edited: Vec::new(),
            roles: Vec::new(),
            exports: false,
            deals,
        };
        self.grant_to(&mut caller, at)?;
        Ok(Some(caller))
    }
}
