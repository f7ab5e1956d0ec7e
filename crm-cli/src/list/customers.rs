//! The customers that are there: which may be one and the same, and the newest.

use std::{collections::BTreeMap, time::Instant};

use crmkit::{
    CustomerNumber, CustomerQuery, DuplicatePair, DuplicateReport, DuplicateSearch, Language, PageRequest,
    PickList, Session,
};

use super::report::SHOWN;
use crate::screen::{Shown, draw, padded};

/// Looks for duplicates among all customers, step by step.
///
/// # Errors
/// Those of the search.
pub fn show_duplicates(me: &Session, language: Language) -> Shown {
    show!(
        language,
        "\n查找可能重复的客户",
        "\nLooking for customers that may be one and the same"
    );
    let begun = Instant::now();
    let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    for progress in &mut job {
        let progress = progress?;
        draw(progress.done, progress.total, "");
    }
    let DuplicateReport {
        groups,
        similar,
        compared,
        ..
    } = job.report();
    show!(
        language,
        "比较 {} 对，用时 {:.2} 秒：{} 组很可能是同一客户，{} 对相似",
        "{} pairs compared in {:.2} s: {} groups that are likely to be one customer, {} pairs that are similar",
        compared,
        begun.elapsed().as_secs_f64(),
        groups.len(),
        similar.len()
    );
    if !groups.is_empty() {
        show!(
            language,
            "\n很可能是同一客户；每条理由旁是其权重（比特），每加四，可能性翻倍",
            "\nLikely to be one customer; beside each reason its weight in bits, +4 doubling the odds"
        );
    }
    for group in groups.iter().take(SHOWN) {
        let names: BTreeMap<CustomerNumber, &str> = group
            .pairs
            .iter()
            .flat_map(|pair| [(pair.first, &*pair.first_name), (pair.second, &*pair.second_name)])
            .collect();
        for number in &group.customers {
            let name = names.get(number).unwrap_or(&"");
            show!(language, "  {number} {name}", "  {number} {name}");
        }
        for pair in &group.pairs {
            show_reasons(pair, group.customers.len() > 2, language)?;
        }
    }
    show_more(groups.len(), language)?;
    if !similar.is_empty() {
        show!(
            language,
            "\n仅相似，但有号码佐证",
            "\nOnly similar, though a number speaks for it"
        );
    }
    for pair in similar.iter().take(SHOWN) {
        for (number, name) in [(pair.first, &pair.first_name), (pair.second, &pair.second_name)] {
            show!(language, "  {number} {name}", "  {number} {name}");
        }
        show_reasons(pair, false, language)?;
    }
    show_more(similar.len(), language)
}

fn show_more(all: usize, language: Language) -> Shown {
    let more = all.saturating_sub(SHOWN);
    if more > 0 {
        show!(language, "  …… 另有 {more} 项", "  … and {more} more");
    }
    Ok(())
}

/// How sure it is that two are one, and why.
fn show_reasons(pair: &DuplicatePair, named: bool, language: Language) -> Shown {
    let reasons: Vec<String> = pair
        .reasons
        .iter()
        .zip(&pair.weights)
        .map(|(reason, bits)| format!("{} ({bits:+.0})", reason.label(language)))
        .collect();
    let of = match named {
        true => say!(language, "{} 与 {}：", "{} and {}: ", pair.first, pair.second),
        false => String::new(),
    };
    let (percent, reasons) = (pair.score * 100.0, reasons.join(&say!(language, "；", "; ")));
    show!(
        language,
        "      {of}{percent:.1} %: {reasons}",
        "      {of}{percent:.1} %: {reasons}"
    );
    Ok(())
}

/// Shows the newest customers, and how many there are.
///
/// # Errors
/// Those of the list.
pub fn show_newest(me: &Session, language: Language) -> Shown {
    let all = me.customers().count(&CustomerQuery::default())?;
    let page = me
        .customers()
        .list(&CustomerQuery::default(), &PageRequest::first(10))?;
    let industries = me.pick_lists().list(PickList::Industry)?;
    let industry = |code: &str| {
        let entry = industries.iter().find(|entry| entry.code == code);
        entry.map_or_else(String::new, |entry| entry.label(language).to_owned())
    };
    let newest = page.items.len();
    show!(
        language,
        "\n客户：最新 {newest} 个，共 {all} 个",
        "\nCustomers, the newest {newest} of {all}"
    );
    for customer in &page.items {
        let row = format!(
            "  {}  {}  {}  {}  {}",
            customer.number,
            padded(&customer.name, 36),
            padded(customer.kind.label(language), 12),
            padded(&industry(&customer.industry), 14),
            customer.primary_phone,
        );
        show!(language, "{row}", "{row}");
    }
    Ok(())
}
