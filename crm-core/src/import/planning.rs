//! Deciding which column of a list stands for which field: by what was mapped by hand, by the headings, and by each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Column, ImportOptions, ListKind, PastList, Plan,
    column::{plain, recognised},
    heading::{headings_of, is_reasons_heading, named},
    nothing::is_nothing,
    others::{beaten, name_people, refine},
    plan::CUSTOMER,
    unwrap_text,
};
use crate::{
    error::{BESIDE, Code, NOT_THOSE, Problem},
    matching::fold,
    model::{CustomerStatus, DateFormat, fields},
    rules::{kind::parse_kind, size::SizeUnit},
};

/// The name under which a column is left out.
const IGNORE: &str = "ignore";

/// Decides what each column stands for.
///
/// # Errors
/// `mapping.unknown_heading`, `mapping.unknown_field`, `mapping.twice`; `mapping.no_name` when no column holds names;
/// `mapping.no_column` for every required field that has neither a column nor a default.
pub fn plan_columns(headings: &[String], options: &ImportOptions) -> Result<Plan, Vec<Problem>> {
    let mut headings = headings.to_vec();
    headings.iter_mut().for_each(unwrap_text);
    let mut planning = Planning::new(&headings, options);
    let (defaults, values) = (planning.defaults(), planning.values());
    let (columns, is_address_book) = planning.columns();
    let kind = planning.kind(&columns);
    planning.check_required(kind, &columns, &defaults, is_address_book);
    let Planning {
        problems,
        unknown,
        reasons,
        ..
    } = planning;
    match problems.is_empty() {
        true => Ok(Plan {
            kind,
            dates: dates(&columns, options),
            size_in: size_in(&columns, &headings),
            headings,
            columns,
            defaults,
            values,
            is_address_book,
            unknown,
            reasons,
        }),
        false => Err(problems),
    }
}

/// A list whose columns are being decided, and what was found on the way.
struct Planning<'a> {
    headings: &'a [String],
    options: &'a ImportOptions,
    /// The fields that the caller names for headings, by what these mean.
    by_hand: BTreeMap<String, &'a String>,
    past: Option<PastList>,
    problems: Vec<Problem>,
    unknown: Vec<String>,
    /// Columns of reasons, which a list of refused rows has.
    reasons: Vec<usize>,
}

impl<'a> Planning<'a> {
    fn new(headings: &'a [String], options: &'a ImportOptions) -> Self {
        // What is said of this list goes before what is said of any; of two that mean the same, the first.
        let further = options.headings.iter().rev();
        let said = further.chain(options.mapping.iter().rev());
        let by_hand: BTreeMap<String, &String> =
            said.map(|(heading, field)| (typed(heading), field)).collect();
        let past = PastList::of(headings, |heading| by_hand.get(&plain(heading)).copied().cloned());
        let there: BTreeSet<String> = headings.iter().map(|heading| plain(heading)).collect();
        let strange = options
            .mapping
            .keys()
            .filter(|heading| !there.contains(&typed(heading)));
        let problems =
            strange.map(|heading| Problem::with(fields::MAPPING, Code::MappingUnknownHeading, heading));
        Self {
            problems: problems.collect(),
            headings,
            options,
            by_hand,
            past,
            unknown: Vec::new(),
            reasons: Vec::new(),
        }
    }

    /// The column of a field's name; a name that is none is a problem.
    fn named(&mut self, name: &str) -> Option<Column> {
        let of_past = self.past.and_then(|past| past.named(name)).map(Column::Past);
        let column = of_past.or_else(|| named(name));
        if column.is_none() {
            let problem = Problem::with(fields::MAPPING, Code::MappingUnknownField, name);
            self.problems.push(problem);
        }
        column
    }

    /// What fields are where the list does not say.
    fn defaults(&mut self) -> BTreeMap<Column, String> {
        let mut defaults = BTreeMap::new();
        for (name, value) in &self.options.defaults {
            if let Some(column) = self.named(name) {
                defaults.insert(column, value.clone());
            }
        }
        if defaults.contains_key(&Column::Phones) {
            // One number for all of them is nobody's.
            self.problems
                .push(Problem::new(fields::PHONES, Code::FieldUnexpected));
        }
        defaults
    }

    /// What other words mean, by column.
    fn values(&mut self) -> BTreeMap<Column, BTreeMap<String, String>> {
        let mut values: BTreeMap<Column, BTreeMap<String, String>> = BTreeMap::new();
        for (name, words) in &self.options.values {
            let Some(column) = self.named(name) else {
                continue;
            };
            let unknown = words.values().filter_map(|word| unknown_word(&column, word));
            self.problems.extend(unknown);
            let words = words.iter().map(|(word, meaning)| (fold(word), meaning.clone()));
            values.entry(column).or_default().extend(words);
        }
        values
    }

    /// What each column stands for, and whether the list is one of people.
    fn columns(&mut self) -> (Vec<Option<Column>>, bool) {
        let headings = self.headings;
        let mut columns: Vec<Option<Column>> = headings
            .iter()
            .enumerate()
            .map(|(place, heading)| self.column(place, heading))
            .collect();
        let said = self.by_hand.clone();
        let by_hand = |heading: &String| said.get(&plain(heading)).copied();
        let mut is_address_book = false;
        if self.past.is_none() {
            let before = columns.clone();
            is_address_book = name_people(&mut columns, headings, &by_hand);
            let left_out = before.iter().zip(&columns).zip(headings);
            let left_out = left_out.filter(|((before, after), _)| before.is_some() && after.is_none());
            self.unknown.extend(left_out.map(|(_, heading)| heading.clone()));
            refine(&mut columns, headings, &by_hand);
        }
        for place in beaten(&columns, headings, &by_hand) {
            let (Some(column), Some(heading)) = (columns.get_mut(place), headings.get(place)) else {
                continue;
            };
            if by_hand(heading).is_some() {
                let problem = Problem::with(fields::MAPPING, Code::MappingTwice, heading);
                self.problems.push(problem);
            }
            self.unknown.push(heading.clone());
            *column = None;
        }
        if self.options.keep_columns {
            for (column, heading) in columns.iter_mut().zip(headings) {
                if column.is_none() && self.unknown.contains(heading) {
                    *column = Some(Column::Extra(heading.trim().to_owned()));
                }
            }
        }
        (columns, is_address_book)
    }

    /// What a column stands for by itself.
    fn column(&mut self, place: usize, heading: &str) -> Option<Column> {
        match self.by_hand.get(&plain(heading)).copied() {
            Some(field) if field == IGNORE => return None,
            Some(field) => return self.named(field),
            None if is_reasons_heading(heading) => {
                self.reasons.push(place);
                return None;
            }
            None => {}
        }
        let column = match self.past {
            Some(past) => past.column(heading, self.headings),
            None => recognised(heading),
        };
        if column.is_none() && !heading.trim().is_empty() {
            self.unknown.push(heading.to_owned());
        }
        column
    }

    /// What the rows are.
    fn kind(&self, columns: &[Option<Column>]) -> ListKind {
        let has = |column: &Column| has(columns, column);
        let named = has(&Column::ContactName);
        let by_number = named && !has(&Column::Name) && has(&Column::Number);
        let by_name = named && has(&Column::Name) && has(&Column::ContactPrimary) && !has(&Column::Phones);
        match self.past {
            Some(past) => ListKind::Past(past),
            None if by_number || by_name => ListKind::Contacts,
            None => ListKind::Customers,
        }
    }

    /// Whether what a list needs is there, in a column or as a default.
    fn check_required(
        &mut self,
        kind: ListKind,
        columns: &[Option<Column>],
        defaults: &BTreeMap<Column, String>,
        is_address_book: bool,
    ) {
        let lacks = |column: &Column| !has(columns, column) && !defaults.contains_key(column);
        match kind {
            ListKind::Past(past) => {
                let required = past.required().iter();
                let lacking = required.filter(|(column, _)| lacks(&Column::Past(*column)));
                self.problems
                    .extend(lacking.map(|(_, field)| Problem::missing(field)));
                if CUSTOMER.iter().all(|key| !has(columns, key)) {
                    self.problems.push(Problem::missing(fields::NUMBER));
                }
            }
            // A mistake in the mapping may be why something is not there.
            ListKind::Customers if self.problems.is_empty() => {
                if !has(columns, &Column::Name) && !is_address_book {
                    let told = self.told(&Column::Name);
                    self.problems
                        .push(Problem::with(fields::MAPPING, Code::MappingNoName, told));
                    return;
                }
                let mut numbers = [Column::Phones, Column::ContactMobile, Column::ContactPhone].iter();
                let is_called = numbers.any(|number| has(columns, number));
                let lacks_phones = self.options.phone_required.unwrap_or(true) && !is_called;
                for (column, field, lacks) in [
                    (Column::Industry, fields::INDUSTRY, lacks(&Column::Industry)),
                    (Column::Source, fields::SOURCE, lacks(&Column::Source)),
                    (Column::Phones, fields::PHONES, lacks_phones),
                ] {
                    if lacks {
                        let told = self.told(&column);
                        self.problems
                            .push(Problem::with(field, Code::MappingNoColumn, told));
                    }
                }
            }
            ListKind::Customers | ListKind::Contacts => {}
        }
    }

    /// By which headings a column would be known, which ones there are, and the nearest of those that nothing is known of.
    fn told(&self, column: &Column) -> String {
        told(column, self.headings, &self.unknown)
    }
}

fn has(columns: &[Option<Column>], wanted: &Column) -> bool {
    columns.iter().flatten().any(|there| there == wanted)
}

/// The columns whose days are written as the caller says.
fn dates(columns: &[Option<Column>], options: &ImportOptions) -> BTreeMap<Column, DateFormat> {
    let dates = columns.iter().flatten().filter(|column| column.is_date());
    let format = options.date_format.into_iter();
    format
        .flat_map(|format| dates.clone().map(move |column| (column.clone(), format)))
        .collect()
}

/// In what sizes are, by the heading of their column.
fn size_in(columns: &[Option<Column>], headings: &[String]) -> Option<SizeUnit> {
    let mut columns = columns.iter().zip(headings);
    let (_, heading) = columns.find(|(column, _)| **column == Some(Column::Size))?;
    SizeUnit::of_heading(heading)
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

/// See [`Planning::told`].
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
