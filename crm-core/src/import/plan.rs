//! Which column of a list stands for which field, in the light of the others and of what was mapped by hand.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;

use super::{
    Column, ImportOptions, PastList,
    cells::{Cells, field_of},
    column::{plain, recognised},
    heading::{headings_of, is_reasons_heading, named},
    nothing::is_nothing,
    others::{beaten, name_people, refine},
    unwrap_text,
};
use crate::{
    error::{BESIDE, Code, NOT_THOSE, Problem},
    matching::fold,
    model::{CustomerStatus, DateFormat, fields},
    rules::{
        date::{is_in_doubt, parse_date_time},
        kind::parse_kind,
    },
};

/// The name under which a column is left out.
const IGNORE: &str = "ignore";

/// What the rows of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Customers, with a contact in the same row or not.
    Customers,
    /// Contacts of customers that are there, by number or name (R9.4).
    Contacts,
    /// What was done with customers that are there, by number, alias, external identifier or name (R9.5 l).
    Past(PastList),
}

/// Which column stands for what, for a whole list.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What the rows are.
    pub kind: ListKind,
    /// The headings, as found.
    pub headings: Vec<String>,
    /// What each column stands for; none is left out.
    pub columns: Vec<Option<Column>>,
    /// What a field is where the list does not say.
    pub defaults: BTreeMap<Column, String>,
    /// What other words mean, folded, by column.
    pub values: BTreeMap<Column, BTreeMap<String, String>>,
    /// How columns write days of which several readings would do, where that is known (R9.5 g).
    pub dates: BTreeMap<Column, DateFormat>,
    /// Whether the list is one of people, of whom those without a company are customers themselves.
    pub is_address_book: bool,
    /// The headings that were left out because nothing was known of them.
    pub unknown: Vec<String>,
    /// The columns, from 0, that say why rows of an earlier list were refused, and nothing of a customer (R9.5 j).
    pub reasons: Vec<usize>,
}

impl Plan {
    /// What a cell means, where the caller has said so for its column.
    pub(super) fn meaning<'a>(&'a self, column: &Column, cell: &'a str) -> &'a str {
        if self.values.is_empty() {
            return cell;
        }
        let words = self.values.get(column);
        words
            .and_then(|words| words.get(&fold(cell)))
            .map_or(cell, String::as_str)
    }

    /// Whom a cell of the owner's column names; none if it says nothing.
    pub(crate) fn user_named<'a>(&'a self, cell: &'a str) -> Option<&'a str> {
        Some(self.meaning(&Column::Owner, cell)).filter(|name| !is_nothing(name))
    }

    /// Whether some column stands for this.
    pub fn has(&self, column: &Column) -> bool {
        self.columns.iter().flatten().any(|there| there == column)
    }

    /// The columns, from 0, whose cells a field is read from: what a problem of it is about (R9.5 j).
    pub fn columns_of(&self, field: &str) -> Vec<usize> {
        if field.is_empty() {
            return Vec::new();
        }
        let stands_for = |column: &Column| match (self.kind, column) {
            (ListKind::Past(list), Column::Past(column)) => list.field_of(*column) == field,
            // Whom the row is of, it says by any of them.
            (ListKind::Past(_) | ListKind::Contacts, column) if CUSTOMER.contains(column) => {
                field == fields::NUMBER
            }
            (_, column) => field_of(column) == Some(field),
        };
        let own = self.places(stands_for);
        match (own.is_empty(), field, self.kind) {
            (true, fields::PHONES, _) => self.places(|column| *column == Column::ContactMobile),
            (true, fields::CONTACT_MOBILE, _) => self.places(|column| *column == Column::Phones),
            (true, fields::NAME, ListKind::Customers) => {
                self.places(|column| field_of(column) == Some(fields::CONTACT_NAME))
            }
            _ => own,
        }
    }

    /// The columns, from 0, that a problem of a row is about; none if it is about the row as a whole.
    pub fn columns_at_fault(&self, problem: &Problem) -> Vec<usize> {
        if !matches!(problem.code, Code::RowCellTooLong | Code::FieldNul) || !problem.field.is_empty() {
            return self.columns_of(&problem.field);
        }
        // Such a problem names the column itself, from 1.
        let told = problem.rejected.as_deref().unwrap_or_default();
        let column = told.split(':').next().and_then(|column| column.parse().ok());
        let place = column.and_then(|column: usize| column.checked_sub(1));
        place.into_iter().collect()
    }

    fn places(&self, is_it: impl Fn(&Column) -> bool) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        columns
            .filter(|(_, column)| column.as_ref().is_some_and(&is_it))
            .map(|(place, _)| place)
            .collect()
    }

    /// A day of which only the list as a whole tells its month (R9.5 g), in a form that any list can bring; none of another cell.
    pub fn told_day(&self, place: usize, cell: &str) -> Option<String> {
        let column = self.columns.get(place)?.as_ref()?;
        let format = *self.dates.get(column)?;
        let at = is_in_doubt(cell).then(|| parse_date_time(cell, Some(format)))??;
        Some(match at.time() == NaiveTime::MIN {
            true => at.date().to_string(),
            false => at.to_string(),
        })
    }

    /// What a row with these cells calls its customer, whether it is a good one or not.
    pub fn name_in(&self, cells: &[String]) -> Option<String> {
        let cells = Cells { plan: self, cells };
        let name = cells.owned(&Column::Name);
        name.or_else(|| cells.contact_name().filter(|_| self.is_address_book))
    }
}

/// The columns by which a customer that is there is named, the surest first.
pub(super) const CUSTOMER: [Column; 4] = [Column::Number, Column::Alias, Column::ExternalId, Column::Name];

/// Decides what each column stands for.
///
/// # Errors
/// `mapping.unknown_heading`, `mapping.unknown_field`, `mapping.twice`; `mapping.no_name` when no column holds names;
/// every required field that has neither a column nor a default.
pub fn plan_columns(headings: &[String], options: &ImportOptions) -> Result<Plan, Vec<Problem>> {
    let mut headings = headings.to_vec();
    headings.iter_mut().for_each(unwrap_text);
    let headings = headings.as_slice();
    let mut problems = Vec::new();
    let mapped: BTreeMap<String, &String> = options
        .mapping
        .iter()
        .rev()
        .map(|(heading, field)| (typed(heading), field))
        .collect();
    let there: BTreeSet<String> = headings.iter().map(|heading| plain(heading)).collect();
    for heading in options
        .mapping
        .keys()
        .filter(|heading| !there.contains(&typed(heading)))
    {
        problems.push(Problem::with(
            fields::MAPPING,
            Code::MappingUnknownHeading,
            heading,
        ));
    }
    let further: BTreeMap<String, &String> = options
        .headings
        .iter()
        .rev()
        .map(|(heading, field)| (typed(heading), field))
        .collect();
    let by_hand = |heading: &String| {
        let heading = plain(heading);
        mapped.get(&heading).or_else(|| further.get(&heading)).copied()
    };
    let past = PastList::of(headings, |heading| by_hand(heading).cloned());
    let named = |name: &str| match past.and_then(|past| past.named(name)) {
        Some(column) => Some(Column::Past(column)),
        None => named(name),
    };
    let recognised = |heading: &str| match past {
        Some(past) => past.column(heading, headings),
        None => recognised(heading),
    };
    let mut defaults = BTreeMap::new();
    for (name, value) in &options.defaults {
        match named(name) {
            Some(column) => {
                defaults.insert(column, value.clone());
            }
            None => problems.push(Problem::with(fields::MAPPING, Code::MappingUnknownField, name)),
        }
    }
    let mut values: BTreeMap<Column, BTreeMap<String, String>> = BTreeMap::new();
    for (name, words) in &options.values {
        match named(name) {
            Some(column) => {
                problems.extend(words.values().filter_map(|word| unknown_word(&column, word)));
                let words = words.iter().map(|(word, meaning)| (fold(word), meaning.clone()));
                values.entry(column).or_default().extend(words);
            }
            None => problems.push(Problem::with(fields::MAPPING, Code::MappingUnknownField, name)),
        }
    }
    if defaults.contains_key(&Column::Phones) {
        // One number for all of them is nobody's.
        problems.push(Problem::new(fields::PHONES, Code::FieldUnexpected));
    }
    let mut columns = Vec::with_capacity(headings.len());
    let (mut unknown, mut reasons) = (Vec::new(), Vec::new());
    for (place, heading) in headings.iter().enumerate() {
        let column = match by_hand(heading) {
            Some(field) if field == IGNORE => None,
            Some(field) => {
                let column = named(field);
                if column.is_none() {
                    problems.push(Problem::with(fields::MAPPING, Code::MappingUnknownField, field));
                }
                column
            }
            None if is_reasons_heading(heading) => {
                reasons.push(place);
                None
            }
            None => {
                let column = recognised(heading);
                if column.is_none() && !heading.trim().is_empty() {
                    unknown.push(heading.clone());
                }
                column
            }
        };
        columns.push(column);
    }
    let mut is_book = false;
    if past.is_none() {
        let before = columns.clone();
        is_book = name_people(&mut columns, headings, &by_hand);
        let left_out = before.iter().zip(&columns).zip(headings);
        let left_out = left_out.filter(|((before, after), _)| before.is_some() && after.is_none());
        unknown.extend(left_out.map(|(_, heading)| heading.clone()));
        refine(&mut columns, headings, &by_hand);
    }

    for place in beaten(&columns, headings, &by_hand) {
        let (Some(column), Some(heading)) = (columns.get_mut(place), headings.get(place)) else {
            continue;
        };
        if by_hand(heading).is_some() {
            problems.push(Problem::with(fields::MAPPING, Code::MappingTwice, heading));
        }
        unknown.push(heading.clone());
        *column = None;
    }
    if options.keep_columns {
        for (column, heading) in columns.iter_mut().zip(headings) {
            if column.is_none() && unknown.contains(heading) {
                *column = Some(Column::Extra(heading.trim().to_owned()));
            }
        }
    }
    let has = |column: &Column| columns.iter().flatten().any(|there| there == column);
    let contacts = has(&Column::ContactName) && !has(&Column::Name) && has(&Column::Number)
        || has(&Column::ContactName)
            && has(&Column::Name)
            && has(&Column::ContactPrimary)
            && !has(&Column::Phones);
    let kind = match past {
        Some(past) => ListKind::Past(past),
        None if contacts => ListKind::Contacts,
        None => ListKind::Customers,
    };
    if let Some(past) = past {
        let lacks = |column: &Column| !has(column) && !defaults.contains_key(column);
        let required = past
            .required()
            .iter()
            .filter(|(column, _)| lacks(&Column::Past(*column)));
        problems.extend(required.map(|(_, field)| Problem::missing(field)));
        if CUSTOMER.iter().all(|key| !has(key)) {
            problems.push(Problem::missing(fields::NUMBER));
        }
    }
    let has_name = has(&Column::Name) || is_book;
    if kind == ListKind::Customers && !has_name && problems.is_empty() {
        problems.push(Problem::with(
            fields::MAPPING,
            Code::MappingNoName,
            told(&Column::Name, headings, &unknown),
        ));
    }
    if kind == ListKind::Customers && problems.is_empty() {
        let lacks = |column: &Column| !has(column) && !defaults.contains_key(column);
        let required = [
            (Column::Industry, fields::INDUSTRY, lacks(&Column::Industry)),
            (Column::Source, fields::SOURCE, lacks(&Column::Source)),
            (
                Column::Phones,
                fields::PHONES,
                options.phone_required.unwrap_or(true)
                    && !has(&Column::Phones)
                    && !has(&Column::ContactMobile),
            ),
        ];
        let lacking = required.into_iter().filter(|(_, _, lacks)| *lacks);
        problems.extend(lacking.map(|(column, field, _)| {
            let told = told(&column, headings, &unknown);
            Problem::with(field, Code::MappingNoColumn, told)
        }));
    }
    match problems.is_empty() {
        true => Ok(Plan {
            kind,
            headings: headings.to_vec(),
            dates: dates(&columns, options),
            columns,
            defaults,
            values,
            is_address_book: is_book,
            unknown,
            reasons,
        }),
        false => Err(problems),
    }
}

/// The columns whose days are written as the caller says.
fn dates(columns: &[Option<Column>], options: &ImportOptions) -> BTreeMap<Column, DateFormat> {
    let dates = columns.iter().flatten().filter(|column| column.is_date());
    let format = options.date_format.into_iter();
    format
        .flat_map(|format| dates.clone().map(move |column| (column.clone(), format)))
        .collect()
}

/// A word that is said to be the meaning of others, and is none of its field's.
fn unknown_word(column: &Column, word: &str) -> Option<Problem> {
    let (field, is_known) = match column {
        Column::Status => (fields::STATUS, word.parse::<CustomerStatus>().is_ok()),
        Column::Kind => (fields::KIND, parse_kind(word).is_some()),
        _ => return None,
    };
    (!is_known && !is_nothing(word.trim())).then(|| Problem::with(field, Code::ChoiceUnknown, word))
}

/// Headings that are told of at the most.
const TOLD: usize = 5;

/// By which headings a column would be known, which ones there are, and the nearest of those that nothing is known of.
fn told(column: &Column, headings: &[String], unknown: &[String]) -> String {
    let known = headings_of(column);
    // In each language, since who reads it is not known here.
    let [chinese, english] = [false, true].map(|is_ascii| {
        let words = known.iter().copied().filter(|word| word.is_ascii() == is_ascii);
        words.take(TOLD).collect::<Vec<_>>().join(BESIDE)
    });
    let read = headings.iter().map(|heading| heading.trim());
    let mut read = read.filter(|heading| !heading.is_empty());
    let first: Vec<&str> = read.by_ref().take(TOLD).collect();
    let more = if read.next().is_some() { " | …" } else { "" };
    let near = unknown
        .iter()
        .filter_map(|heading| Some((likeness(heading, &known)?, heading)));
    let nearest = near.max_by(|(one, _), (other, _)| one.total_cmp(other));
    let nearest = nearest.map(|(_, heading)| format!(" (≈ {})", heading.trim()));
    format!(
        "{chinese}{BESIDE}{english}{NOT_THOSE}{}{more}{}",
        first.join(BESIDE),
        nearest.unwrap_or_default()
    )
}

/// How much a heading is like the nearest of those that are known: the share of pairs of letters that both have; none of little.
fn likeness(heading: &str, known: &[&str]) -> Option<f64> {
    let pairs = |text: &str| {
        let letters: Vec<char> = plain(text).chars().collect();
        letters
            .windows(2)
            .map(|pair| (pair.first().copied(), pair.get(1).copied()))
            .collect::<BTreeSet<_>>()
    };
    let own = pairs(heading);
    let shares = known.iter().map(|word| {
        let theirs = pairs(word);
        2.0 * own.intersection(&theirs).count() as f64 / (own.len() + theirs.len()).max(1) as f64
    });
    shares.max_by(f64::total_cmp).filter(|share| *share >= 0.5)
}

/// A heading as a mapping gives it, which may be as it stands in the file.
fn typed(heading: &str) -> String {
    let mut heading = heading.to_owned();
    unwrap_text(&mut heading);
    plain(&heading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::AddressKind;

    /// Lists that lack industry and source come with defaults for them.
    fn with_defaults() -> ImportOptions {
        let defaults = [("industry", "other"), ("source", "other")];
        let defaults = defaults
            .map(|(field, value)| (field.to_owned(), value.to_owned()))
            .into();
        ImportOptions {
            defaults,
            ..ImportOptions::default()
        }
    }

    fn plan(headings: &[&str], options: &ImportOptions) -> Result<Plan, Vec<Problem>> {
        plan_columns(
            &headings.iter().map(|h| (*h).to_owned()).collect::<Vec<_>>(),
            options,
        )
    }

    fn columns(headings: &[&str]) -> Vec<Option<Column>> {
        plan(headings, &with_defaults()).unwrap().columns
    }

    #[test]
    fn r9_4_the_manuals_headings_are_understood() {
        let headings = [
            "客户编号",
            "客户名称",
            "所属行业",
            "企业规模",
            "客户类型",
            "注册地址/经营地址",
            "主联系电话",
            "客户来源",
            "首次接触时间",
            "客户状态",
            "跟进人",
            "创建时间",
            "备注",
        ];
        assert!(columns(&headings).iter().all(Option::is_some));
        let contacts = [
            "客户编号",
            "姓名",
            "职位",
            "手机号",
            "邮箱",
            "微信号",
            "是否主要对接人",
            "添加时间",
        ];
        let plan = plan(&contacts, &ImportOptions::default()).unwrap();
        assert_eq!(plan.kind, ListKind::Contacts);
        assert_eq!(plan.columns[3], Some(Column::ContactMobile));
        assert_eq!(plan.columns[4], Some(Column::ContactEmail));
    }

    #[test]
    fn headings_are_understood_in_both_scripts_and_in_english() {
        let expected = [
            Some(Column::Name),
            Some(Column::Phones),
            Some(Column::Address(AddressKind::Business)),
        ];
        assert_eq!(columns(&["公司名稱", "總機電話", "住址"]), expected);
        assert_eq!(columns(&["Company Name", "Phone Number", "Address"]), expected);
        assert_eq!(columns(&["客户名称*", "联系电话（必填）", "地 址"]), expected);
        assert_eq!(
            columns(&["公司名稱", "電子郵件信箱", "電話"])[1],
            Some(Column::Extra("email".into()))
        );
    }

    #[test]
    fn a_list_of_people_has_customers() {
        assert_eq!(
            columns(&["姓名", "手机号"]),
            [Some(Column::Name), Some(Column::Phones)]
        );
    }

    #[test]
    fn a_contact_beside_a_company_has_the_mobile() {
        let found = columns(&["公司名称", "电话", "联系人", "手机", "邮箱"]);
        assert_eq!(
            found[3..],
            [Some(Column::ContactMobile), Some(Column::ContactEmail)]
        );
        assert_eq!(
            columns(&["公司名称", "联系人", "手机"])[2],
            Some(Column::Phones),
            "the only number is the customer's too"
        );
    }

    #[test]
    fn a_mapping_by_hand_wins_and_its_mistakes_are_named() {
        let mut options = with_defaults();
        options.mapping.insert("Kunde".into(), "name".into());
        options.mapping.insert("Region".into(), "extra.region".into());
        let found = plan(&["Kunde", "Region", "Farbe", "Tel"], &options).unwrap();
        assert_eq!(
            found.columns,
            [
                Some(Column::Name),
                Some(Column::Extra("region".into())),
                None,
                Some(Column::Phones)
            ]
        );
        assert_eq!(found.unknown, ["Farbe"]);
        options.mapping.insert("Ort".into(), "town".into());
        let codes: Vec<Code> = plan(&["Kunde", "Region"], &options)
            .unwrap_err()
            .iter()
            .map(|p| p.code)
            .collect();
        assert_eq!(codes, [Code::MappingUnknownHeading]);
        let codes: Vec<Code> = plan(&["Kunde", "Region", "Ort"], &options)
            .unwrap_err()
            .iter()
            .map(|p| p.code)
            .collect();
        assert_eq!(codes, [Code::MappingUnknownField]);
    }

    #[test]
    fn r9_5_the_reasons_of_refused_rows_are_no_column_of_the_list() {
        let options = ImportOptions {
            keep_columns: true,
            ..with_defaults()
        };
        let headings = [
            "原因（未导入）",
            "公司名称",
            "电话",
            "原因",
            "Reason (not imported)",
        ];
        let found = plan(&headings, &options).unwrap();
        let own = Some(Column::Extra("原因".into()));
        assert_eq!(
            found.columns,
            [None, Some(Column::Name), Some(Column::Phones), own, None]
        );
        assert_eq!(found.reasons, [0, 4]);
        assert_eq!(found.unknown, ["原因"]);
        assert!(crate::import::is_heading(headings[0]));
    }

    #[test]
    fn r9_5_a_field_leads_to_its_columns() {
        let found = plan(
            &["公司名称", "电话", "联系人", "手机", "邮箱", "电话2"],
            &with_defaults(),
        )
        .unwrap();
        for (field, places) in [
            ("name", &[0][..]),
            ("phones", &[1, 5]),
            ("contact.mobile", &[3]),
            ("contact.email", &[4]),
            ("size", &[]),
            ("", &[]),
        ] {
            assert_eq!(found.columns_of(field), places, "{field}");
        }
        let too_long = Problem::with("", Code::RowCellTooLong, "3: 2000000");
        assert_eq!(found.columns_at_fault(&too_long), [2]);
        let too_few = Problem::with("", Code::RowTooFewColumns, "1/6");
        assert!(found.columns_at_fault(&too_few).is_empty());
        let contracts = ["客户编号", "合同编号", "签约日期", "合同金额", "签约人"];
        let found = plan(&contracts, &ImportOptions::default()).unwrap();
        for (field, place) in [
            ("number", 0),
            ("contract_number", 1),
            ("signed_on", 2),
            ("amount", 3),
            ("by", 4),
        ] {
            assert_eq!(found.columns_of(field), [place], "{field}");
        }
    }

    #[test]
    fn a_list_without_names_is_refused() {
        let problems = plan(&["电话", "地址"], &ImportOptions::default()).unwrap_err();
        assert_eq!(problems[0].code, Code::MappingNoName);
    }

    #[test]
    fn r9_5_where_a_list_stops_it_says_what_was_read_what_is_known_and_what_comes_near() {
        let problems = plan(&["Custmer Name", "电话"], &ImportOptions::default()).unwrap_err();
        let told = problems[0].rejected.as_deref().unwrap();
        assert!(
            told.contains("客户名称") && told.contains("≠ Custmer Name | 电话"),
            "{told}"
        );
        assert!(told.ends_with("(≈ Custmer Name)"), "{told}");
        let problems = plan(
            &["客户名称", "电话", "来源", "行业门类"],
            &ImportOptions::default(),
        )
        .unwrap_err();
        assert_eq!(
            problems
                .iter()
                .map(|p| (p.field.as_str(), p.code))
                .collect::<Vec<_>>(),
            [("industry", Code::MappingNoColumn)]
        );
        assert!(
            problems[0].rejected.as_deref().unwrap().ends_with("(≈ 行业门类)"),
            "{problems:?}"
        );
    }

    #[test]
    fn r2_2_a_list_that_lacks_required_columns_needs_defaults() {
        let problems = plan(&["公司名称"], &ImportOptions::default()).unwrap_err();
        assert_eq!(
            problems.iter().map(|p| p.field.as_str()).collect::<Vec<_>>(),
            ["industry", "source", "phones"]
        );
    }
}
