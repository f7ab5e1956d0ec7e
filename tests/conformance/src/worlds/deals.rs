//! Deals and contracts in a world: what is entered, and what becomes of it.

use crm_core::{
    ContractId, ContractQuery, CustomerNumber, Money, NaiveDate, NewOpportunity, Opportunity,
    OpportunityEdit, OpportunityId, OpportunityQuery, PageRequest, Result, Session, Stage, Win,
};

use super::row::one_of;

/// A deal as it is typed in.
pub(super) fn typed() -> NewOpportunity {
    NewOpportunity {
        name: "产线改造".into(),
        expected_amount: Some(Money::from_fen(12_000_000)),
        expected_close: NaiveDate::from_ymd_opt(2024, 6, 30),
        ..NewOpportunity::default()
    }
}

/// What a deal is won with; few numbers, so that they clash.
pub(super) fn win(what: usize) -> Win {
    Win {
        amount: Some(Money::from_fen(100)),
        signed_on: NaiveDate::from_ymd_opt(2024, 4, 30),
        contract_number: format!("HT-{}", what % 3),
        reason: "价格合适".into(),
        ..Win::default()
    }
}

pub(super) fn query(what: usize) -> OpportunityQuery {
    OpportunityQuery {
        open: what.is_multiple_of(2),
        owner: what.is_multiple_of(5).then(|| "zhao".to_owned()),
        archived: what.is_multiple_of(4),
        external_id: what.is_multiple_of(7).then(|| format!("D-{}", what % 3)),
        ..OpportunityQuery::default()
    }
}

/// Moves, closes, reopens, revises or archives a deal.
pub(super) fn change(
    session: &Session,
    (id, revision): (OpportunityId, u64),
    what: usize,
) -> Result<Opportunity> {
    let deals = session.opportunities();
    match what {
        0..4 => deals.move_to(id, Stage::ALL[what % 4], "客户要求"),
        4..6 => deals.close_won(id, &win(what)).map(|won| won.opportunity),
        6 => deals.close_lost(id, "价格过高"),
        7 | 8 => deals.reopen(id, "客户重新询价"),
        9 => deals.archive(id, revision, "重复录入"),
        10 => {
            let edits = [OpportunityEdit::ExternalId {
                value: Some(format!("D-{}", revision % 3)),
            }];
            deals.update(id, revision, &edits)
        }
        _ => {
            let amount = OpportunityEdit::ExpectedAmount {
                value: Money::from_fen(what as u64),
            };
            deals.update(id, revision, &[amount])
        }
    }
}

/// A deal of one of these customers, as somebody sees them, and its revision.
pub(super) fn of(eyes: &Session, customers: &[CustomerNumber], at: usize) -> (OpportunityId, u64) {
    let all = customers.iter().flat_map(|number| {
        let query = OpportunityQuery {
            customer: Some(number.to_string()),
            archived: true,
            ..OpportunityQuery::default()
        };
        let there = eyes.opportunities().list(&query, &PageRequest::first(50));
        there.map(|there| there.items).unwrap_or_default()
    });
    let all: Vec<(OpportunityId, u64)> = all.map(|deal| (deal.id, deal.revision)).collect();
    one_of(&all, at).unwrap_or((OpportunityId::from_bytes([9; 16]), 1))
}

/// A contract of one of these customers, as [`of`].
pub(super) fn contract_of(eyes: &Session, customers: &[CustomerNumber], at: usize) -> (ContractId, u64) {
    let all = customers.iter().flat_map(|number| {
        let query = ContractQuery {
            customer: Some(number.to_string()),
            void: true,
            archived: true,
            ..ContractQuery::default()
        };
        let there = eyes.contracts().list(&query, &PageRequest::first(50));
        there.map(|there| there.items).unwrap_or_default()
    });
    let all: Vec<(ContractId, u64)> = all.map(|contract| (contract.id, contract.revision)).collect();
    one_of(&all, at).unwrap_or((ContractId::from_bytes([9; 16]), 1))
}
