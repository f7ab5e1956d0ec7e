//! Opportunities, from the first talk to the contract.

use crmkit::{
    ForecastRow, NewOpportunity, Opportunity, OpportunityQuery, Win,
    model::{field_label, fields},
};

use super::customers::pages;
use crate::{
    cli::{Deal, DealAdd, DealList, DealWin, Forecast},
    desk::Desk,
    screen::{Shown, json, json_lines, table},
};

pub(super) fn run(desk: &Desk, asked: &Deal) -> Shown {
    let deals = desk.me.opportunities();
    match asked {
        Deal::List(asked) => list(desk, asked),
        Deal::Add(asked) => told(desk, &deals.create(&asked.customer, &new(asked))?),
        Deal::Move(asked) => told(desk, &deals.move_to(asked.deal, asked.stage, &asked.note)?),
        Deal::Win(asked) => win(desk, asked),
        Deal::Lose(asked) => told(desk, &deals.close_lost(asked.deal, &asked.reason)?),
        Deal::Reopen(asked) => told(desk, &deals.reopen(asked.deal, &asked.reason)?),
        Deal::Forecast(asked) => forecast(desk, asked),
    }
}

fn new(asked: &DealAdd) -> NewOpportunity {
    NewOpportunity {
        name: asked.name.clone(),
        expected_amount: asked.amount,
        lowest: asked.lowest,
        highest: asked.highest,
        expected_close: asked.close,
        stage: asked.stage,
        stage_note: asked.note.clone(),
        owner: asked.owner.clone(),
        competitors: asked.competitor.clone(),
        ..NewOpportunity::default()
    }
}

fn told(desk: &Desk, deal: &Opportunity) -> Shown {
    match desk.json {
        true => json(deal),
        false => show(desk, std::slice::from_ref(deal)),
    }
}

fn list(desk: &Desk, asked: &DealList) -> Shown {
    let query = OpportunityQuery {
        customer: asked.customer.clone(),
        owner: asked.owner.clone(),
        stage: asked.stage,
        open: asked.open,
        archived: asked.archived,
        ..OpportunityQuery::default()
    };
    pages(desk, &asked.page, |request| {
        let page = desk.me.opportunities().list(&query, request)?;
        match desk.json {
            true => json_lines(&page.items)?,
            false => show(desk, &page.items)?,
        }
        Ok(page.next)
    })
}

/// Shows opportunities as a table.
pub(super) fn show(desk: &Desk, deals: &[Opportunity]) -> Shown {
    let language = desk.language;
    let headings = [
        fields::CUSTOMER,
        fields::STAGE,
        fields::EXPECTED_AMOUNT,
        fields::EXPECTED_CLOSE,
        fields::OPPORTUNITY_NAME,
        fields::ID,
    ];
    let rows = deals.iter().map(|deal| {
        vec![
            deal.customer.to_string(),
            deal.stage.label(language).to_owned(),
            deal.expected_amount.to_string(),
            deal.expected_close.to_string(),
            deal.name.clone(),
            deal.id.to_string(),
        ]
    });
    table(
        &headings.map(|field| field_label(field, language)),
        &rows.collect::<Vec<_>>(),
    )
}

fn win(desk: &Desk, asked: &DealWin) -> Shown {
    let win = Win {
        amount: asked.amount,
        signed_on: asked.signed_on,
        contract_number: asked.contract_number.clone(),
        reason: asked.reason.clone(),
        end: asked.end,
        renews: None,
    };
    let won = desk.me.opportunities().close_won(asked.deal, &win)?;
    if desk.json {
        return json(&won);
    }
    let contract = &won.contract;
    let (number, amount, day) = (&contract.contract_number, contract.amount, contract.signed_on);
    show(desk, std::slice::from_ref(&won.opportunity))?;
    show!(
        desk.language,
        "合同 {number}：{amount}，{day} 签订",
        "Contract {number}: {amount}, signed on {day}"
    );
    Ok(())
}

fn forecast(desk: &Desk, asked: &Forecast) -> Shown {
    let forecast = desk.me.opportunities().forecast(asked.owner.as_deref())?;
    if desk.json {
        return json(&forecast);
    }
    let language = desk.language;
    let row = |name: String, row: &ForecastRow| {
        vec![
            name,
            row.deals.to_string(),
            row.expected.to_string(),
            row.weighted.to_string(),
        ]
    };
    let months = forecast.months.iter().map(|found| {
        let month = found.month.map(|month| month.format("%Y-%m").to_string());
        row(month.unwrap_or_default(), found)
    });
    let overdue = say!(language, "已过期", "overdue");
    let total = say!(language, "合计", "total");
    let rows: Vec<Vec<String>> = [row(overdue, &forecast.overdue)]
        .into_iter()
        .chain(months)
        .chain([row(total, &forecast.total)])
        .collect();
    let headings = match language {
        crmkit::Language::Zh => ["月份", "机会", "预计金额", "加权金额"],
        crmkit::Language::En => ["month", "deals", "expected", "weighted"],
    };
    table(&headings, &rows)
}
