//! The same company, written otherwise.

use super::super::words::{OTHER_FORMS, TRADES};
use super::{Company, Position, with};
use crate::random::Random;

pub(super) fn other_form(random: &mut Random, company: &Company) -> Option<String> {
    let (_, others) = OTHER_FORMS.iter().find(|(form, _)| *form == company.form)?;
    let form = random.pick(others);
    with(company, |company| company.form = form)
}

pub(super) fn form_left_out(_: &mut Random, company: &Company) -> Option<String> {
    (!company.form.is_empty() && company.form != "厂").then_some(())?;
    with(company, |company| company.form = "")
}

pub(super) fn group_in_brackets(_: &mut Random, company: &Company) -> Option<String> {
    let group = match company.group {
        "集团" => "（集团）",
        "（集团）" => "集团",
        _ => return None,
    };
    with(company, |company| company.group = group)
}

pub(super) fn group_left_out(_: &mut Random, company: &Company) -> Option<String> {
    (!company.group.is_empty()).then_some(())?;
    with(company, |company| company.group = "")
}

pub(super) fn place_elsewhere(random: &mut Random, company: &Company) -> Option<String> {
    (!company.place.is_empty() && !company.institution).then_some(())?;
    let position = random.pick(&[Position::Front, Position::AfterBrand, Position::BeforeForm]);
    with(company, |company| company.position = position)
}

pub(super) fn place_suffix(_: &mut Random, company: &Company) -> Option<String> {
    let at = company.at;
    let place = match company.place.strip_suffix(at.suffix) {
        _ if company.place.is_empty() => return None,
        Some(_) => at.name.to_owned(),
        None => format!("{}{}", at.name, at.suffix),
    };
    with(company, |company| company.place = place)
}

pub(super) fn province_added(_: &mut Random, company: &Company) -> Option<String> {
    let province = company.at.province;
    (!company.place.is_empty() && !province.is_empty() && company.position == Position::Front)
        .then_some(())?;
    with(company, |company| {
        company.place = format!("{province}省{}{}", company.at.name, company.at.suffix);
    })
}

pub(super) fn place_left_out(_: &mut Random, company: &Company) -> Option<String> {
    (!company.place.is_empty() && !company.institution).then_some(())?;
    with(company, |company| company.place = String::new())
}

pub(super) fn branch_place_suffix(_: &mut Random, company: &Company) -> Option<String> {
    let at = company.at;
    let rest = company.branch.strip_prefix(at.name)?;
    let branch = match rest.strip_prefix(at.suffix) {
        Some(rest) => format!("{}{rest}", at.name),
        None => format!("{}{}{rest}", at.name, at.suffix),
    };
    with(company, |company| company.branch = branch)
}

pub(super) fn in_brand(
    random: &mut Random,
    company: &Company,
    noise: fn(&mut Random, &str) -> Option<String>,
) -> Option<String> {
    (!company.institution).then_some(())?;
    let brand = noise(random, &company.brand)?;
    with(company, |company| company.brand = brand)
}

pub(super) fn in_trade(
    random: &mut Random,
    company: &Company,
    noise: fn(&mut Random, &str) -> Option<String>,
) -> Option<String> {
    let trade = noise(random, &company.trade)?;
    with(company, |company| company.trade = trade)
}

pub(super) fn shorter_trade(_: &mut Random, company: &Company) -> Option<String> {
    let (_, short) = TRADES.iter().find(|(trade, _)| *trade == company.trade)?;
    with(company, |company| company.trade = (*short).to_owned())
}

/// The brand with a short word for the trade, or with the group's mark alone.
pub(super) fn short_name(random: &mut Random, company: &Company) -> Option<String> {
    let (_, short) = TRADES.iter().find(|(trade, _)| *trade == company.trade)?;
    let Company { brand, at, .. } = company;
    Some(match random.below(3) {
        0 if brand.chars().count() > 2 => brand.clone(),
        1 if !company.group.is_empty() => format!("{brand}{}", company.group),
        2 if !company.place.is_empty() => format!("{}{brand}", at.name),
        _ => format!("{brand}{short}"),
    })
}
