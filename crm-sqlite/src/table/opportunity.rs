//! Opportunities, with the ledgers of their stages and of what was expected of them.

use crm_core::{
    CustomerNumber, Expectation, Opportunity, OpportunityId, Page, PageRequest, Result, StageChange,
    store::{OpportunityFilter, Put, Scope},
};

use super::{table, uuid_key};
use crate::{list::Conditions, row::Columns, transaction::Transaction};

uuid_key!(OpportunityId);

table! {
    Opportunity in "opportunity" {
        key: [id as "uuid"],
        fields: [
            customer, revision, name, expected_amount, lowest, highest, expected_close, stage, stage_changed_at,
            owner, competitors, external_id, extra, reason, closed_at, created_at, created_by, archived_at,
        ],
    }

    fn put(tx: &mut Transaction, put: &Put<Self>) -> Result<()> {
        tx.note_deal(put);
        Ok(())
    }
}

table! {
    StageChange in "stage_change" {
        key: [opportunity, revision],
        fields: [customer, at, before as "stage_before", after as "stage_after", by, note],
    }

    fn put(tx: &mut Transaction, put: &Put<Self>) -> Result<()> {
        tx.keep_ledger(put)
    }
}

table! {
    Expectation in "expectation" {
        key: [opportunity, revision],
        fields: [customer, at, expected_amount, lowest, highest, expected_close, by],
    }
}

impl Transaction<'_> {
    pub(crate) fn list_opportunities(
        &self,
        filter: &OpportunityFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Opportunity>> {
        let OpportunityFilter {
            customer,
            owner,
            stage,
            open,
            expected_close: (from, until),
            words: _,
            external_id,
            archived,
        } = filter;
        let mut conditions = Conditions::default();
        conditions.of_customer(*customer, *archived);
        if let Some(owner) = owner {
            let Some(owner) = self.row_of((*owner).into())? else {
                return Ok(Page::empty());
            };
            conditions.compare("t.owner =", Some(owner.into()));
        }
        conditions.compare("t.stage =", stage.map(|stage| stage.code().to_owned().into()));
        conditions.compare("t.external_id =", external_id.clone().map(Into::into));
        if *open {
            conditions.and("t.closed_at IS NULL");
        }
        conditions.compare("t.expected_close >=", from.map(|day| day.to_string().into()));
        conditions.compare("t.expected_close <", until.map(|day| day.to_string().into()));
        if !self.in_scope_by_owner(scope, Some("t.id"), &mut conditions)? {
            return Ok(Page::empty());
        }
        self.newest(conditions, page, |deal| filter.says(deal))
    }

    pub(crate) fn deal_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<(OpportunityId, CustomerNumber)>> {
        let sql = "SELECT uuid, customer FROM opportunity WHERE external_id = ?1";
        self.one(sql, [external_id], |row| {
            let mut c = Columns::of(row);
            Ok((c.id(OpportunityId::from_bytes)?, c.number()?))
        })
    }

    pub(crate) fn open_opportunities_of(&self, customers: &[CustomerNumber]) -> Result<Vec<Opportunity>> {
        let rest = "WHERE t.customer = ?1 AND t.closed_at IS NULL AND t.archived_at IS NULL
            ORDER BY t.created_at DESC, hex(t.uuid) DESC";
        let mut open = Vec::new();
        for customer in customers {
            open.append(&mut self.records_where(rest, [customer.to_i64()])?);
        }
        Ok(open)
    }
}
