//! Other companies, with names that are alike.

use super::super::words::{ORDINALS, PLACES, QUARTERS, SUBSIDIARIES, TRADES};
use super::{Company, brand, with};
use crate::random::Random;

pub(super) fn other_branch(random: &mut Random, company: &Company) -> Option<String> {
    company.is_house().then_some(())?;
    let (at, quarter) = (random.pick(&PLACES), random.pick(&QUARTERS));
    let branch = match random.chance(50) {
        true => format!("{}{quarter}", company.at.name),
        false => at.name.to_owned(),
    };
    // 上海市分行 is 上海分行.
    (!company.branch.starts_with(&branch)).then_some(())?;
    with(company, |company| company.branch = branch)
}

pub(super) fn branch_of_it(random: &mut Random, company: &Company) -> Option<String> {
    (!company.is_house() && !company.institution && company.form != "厂").then_some(())?;
    let at = random.pick(&PLACES);
    let ordinal = random.pick(&ORDINALS);
    let branch = match random.chance(75) {
        true => at.name.to_owned(),
        false => format!("第{ordinal}"),
    };
    with(company, |company| company.branch = branch)
}

pub(super) fn other_place(random: &mut Random, company: &Company) -> Option<String> {
    let at = random.pick(&PLACES);
    // A city and its province may be one company.
    let other =
        at.name != company.at.name && at.name != company.at.province && at.province != company.at.name;
    (other && !company.place.is_empty()).then_some(())?;
    let place = match company.institution {
        true => format!("{}{}", at.name, at.suffix),
        false => at.name.to_owned(),
    };
    with(company, |company| company.place = place)
}

pub(super) fn brand_one_apart(random: &mut Random, company: &Company) -> Option<String> {
    (!company.institution).then_some(())?;
    let new = brand(random).chars().next()?;
    let mut characters: Vec<char> = company.brand.chars().collect();
    let at = random.below(characters.len());
    characters[at] = new;
    with(company, |company| {
        company.brand = characters.into_iter().collect()
    })
}

pub(super) fn other_ordinal(random: &mut Random, company: &Company) -> Option<String> {
    company.brand.strip_prefix('第')?;
    let ordinal = random.pick(&ORDINALS);
    with(company, |company| company.brand = format!("第{ordinal}"))
}

pub(super) fn subsidiary(random: &mut Random, company: &Company) -> Option<String> {
    (!company.institution && !company.is_house()).then_some(())?;
    let word = random.pick(&SUBSIDIARIES);
    with(company, |company| {
        company.trade = match company.group.is_empty() {
            true => format!("{}{word}", company.trade),
            false => format!("集团{word}"),
        };
        company.group = "";
    })
}

pub(super) fn other_trade(random: &mut Random, company: &Company) -> Option<String> {
    (!company.institution && !company.is_house()).then_some(())?;
    let trade = random.pick(&TRADES).0;
    // 网络科技 and 网络 may be one company.
    let same_word = TRADES.iter().any(|(long, short)| {
        *long == company.trade && (trade.contains(short) || company.trade.contains(trade))
    });
    (!same_word).then_some(())?;
    with(company, |company| company.trade = trade.to_owned())
}
