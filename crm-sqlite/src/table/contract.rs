//! Contracts.

use crm_core::{
    Contract, ContractId, Page, PageRequest, PickEntry, Result,
    rules::contract::fold_contract_number,
    store::{ContractFilter, Put, Scope},
};

use super::{table, uuid_key};
use crate::{list::Conditions, transaction::Transaction};

uuid_key!(ContractId);

table! {
    Contract in "contract" {
        key: [id as "uuid"],
        fields: [
            customer, revision, contract_number, opportunity, amount, signed_on, start, end, payments, paid,
            paid_reason, credited_to, renews, voided_at, created_at, created_by, archived_at,
        ],
        derived: [number_folded of [contract_number]: fold_contract_number(contract_number)],
    }

    fn put(tx: &mut Transaction, put: &Put<Self>) -> Result<()> {
        tx.note_contract(put);
        Ok(())
    }
}

impl Transaction<'_> {
    pub(crate) fn list_contracts(
        &self,
        filter: &ContractFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Contract>> {
        let ContractFilter {
            customer,
            opportunity,
            credited_to,
            signed_on: (from, until),
            paid,
            number,
            without_scan,
            void,
            archived,
        } = filter;
        let mut conditions = Conditions::default();
        conditions.of_customer(*customer, *archived);
        if !void {
            conditions.and("t.voided_at IS NULL");
        }
        let rows = [
            ("t.opportunity =", opportunity.map(Into::into)),
            ("t.credited_to =", credited_to.map(Into::into)),
        ];
        for (column_and_sign, named) in rows {
            let Some(named) = named else { continue };
            let Some(row) = self.row_of(named)? else {
                return Ok(Page::empty());
            };
            conditions.compare(column_and_sign, Some(row.into()));
        }
        conditions.compare("t.signed_on >=", from.map(|day| day.to_string().into()));
        conditions.compare("t.signed_on <", until.map(|day| day.to_string().into()));
        conditions.compare("t.paid =", paid.map(|paid| i64::from(paid).into()));
        if *without_scan {
            let scan = conditions.bind(PickEntry::CONTRACT_SCAN.to_owned());
            conditions.and(format_args!(
                "NOT EXISTS (SELECT 1 FROM attachment a WHERE a.contract = t.id AND a.kind = {scan} AND a.archived_at IS NULL)"
            ));
        }
        if let Some(number) = number {
            let number = conditions.bind(number.clone());
            conditions.and(format_args!("instr(t.number_folded, {number})"));
        }
        if !self.in_scope_by_owner(scope, Some("t.opportunity"), &mut conditions)? {
            return Ok(Page::empty());
        }
        self.newest(conditions, page, |_| true)
    }

    pub(crate) fn contracts_numbered(&self, folded: &str) -> Result<Vec<Contract>> {
        self.records_where("WHERE t.number_folded = ?1 ORDER BY t.uuid", [folded])
    }
}
