//! A report as a table in words, of which every form of it is made: a workbook, a page, a picture, a text in a terminal (R7.6).

use crate::{
    Language,
    clock::BusinessZone,
    model::{Money, Rate, ReportHead},
};

/// A report as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportTable {
    /// What it is called.
    pub title: String,
    /// What it is about, a line each: what the line is about (`period`), and what it says (`2024Q2 (2024-04-01 – 2024-06-30)`).
    pub about: Vec<(String, String)>,
    /// The columns, in order.
    pub columns: Vec<ReportColumn>,
    /// The rows, each with a cell a column.
    pub rows: Vec<Vec<ReportCell>>,
    /// All together; none where it has no such row.
    pub total: Option<Vec<ReportCell>>,
    /// What stands below it, a line each.
    pub notes: Vec<String>,
    /// How it is drawn.
    pub chart: ReportChart,
}

/// A column of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportColumn {
    /// The name of the figure, the same in every language.
    pub code: &'static str,
    /// What people call it.
    pub label: String,
}

/// A cell of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum ReportCell {
    /// Nothing, shown as `—`.
    Nothing,
    /// Words.
    Text(String),
    /// A number of things.
    Count(u64),
    /// An amount of yuan.
    Money(Money),
    /// A ratio, shown in per cent.
    Rate(Rate),
    /// Days, with one decimal.
    Days(f64),
}

/// How a report is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportChart {
    /// The kind of picture.
    pub kind: ChartKind,
    /// The column with what each row is called.
    pub labels: usize,
    /// The column that is drawn.
    pub values: usize,
    /// The column that is written beside it.
    pub beside: usize,
}

/// The kinds of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// Bars in the middle, each as wide as its value.
    Funnel,
    /// Bars from the left.
    Bars,
    /// Parts of a ring.
    Donut,
    /// How far each came towards its aim, which is 100 %.
    Gauges,
    /// Columns side by side, in the order of time.
    Columns,
}

/// What can be had as a table.
pub trait Tabular {
    /// The table in a language, its times as the business's clocks show them.
    fn table(&self, language: Language, zone: BusinessZone) -> ReportTable;
}

impl ReportCell {
    /// As it is shown: `—`, `15`, `300,000.00`, `66.7 %`, `12.5`.
    pub fn text(&self) -> String {
        match self {
            Self::Nothing => Rate::NOTHING.to_owned(),
            Self::Text(text) => text.clone(),
            Self::Count(count) => grouped(&count.to_string()),
            Self::Money(amount) => grouped(&amount.to_string()),
            Self::Rate(rate) => rate.text.clone(),
            Self::Days(days) => format!("{days:.1}"),
        }
    }

    /// The number that is drawn or reckoned with; none of words, and where there is nothing.
    #[allow(clippy::cast_precision_loss, reason = "a chart needs no more")]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Nothing | Self::Text(_) => None,
            Self::Count(count) => Some(*count as f64),
            Self::Money(amount) => Some(amount.fen() as f64 / 100.0),
            Self::Rate(rate) => rate.ratio(),
            Self::Days(days) => Some(*days),
        }
    }

    /// What there may be.
    pub(crate) fn of<T>(value: Option<T>, cell: fn(T) -> Self) -> Self {
        value.map_or(Self::Nothing, cell)
    }
}

/// Digits in groups of three, before a point.
fn grouped(digits: &str) -> String {
    let (whole, decimals) = match digits.find('.') {
        Some(point) => digits.split_at(point),
        None => (digits, ""),
    };
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in whole.char_indices() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + decimals
}

/// A column, by its name, and what it is called in Chinese and English.
pub(crate) fn column(language: Language, code: &'static str, zh: &str, en: &str) -> ReportColumn {
    ReportColumn {
        code,
        label: words(language, zh, en).to_owned(),
    }
}

/// One of two.
pub(crate) fn words<'a>(language: Language, zh: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

/// The lines on what a report is about.
pub(crate) fn about(head: &ReportHead, language: Language, zone: BusinessZone) -> Vec<(String, String)> {
    let line = |zh, en, text: String| (words(language, zh, en).to_owned(), text);
    let days = head
        .first
        .zip(head.last)
        .map(|(first, last)| match head.period.as_deref() {
            Some(period) if !period.contains("..") => match language {
                Language::Zh => format!("{period}（{first} 至 {last}）"),
                Language::En => format!("{period} ({first} to {last})"),
            },
            _ => match language {
                Language::Zh => format!("{first} 至 {last}"),
                Language::En => format!("{first} to {last}"),
            },
        });
    let everything = words(language, "全部", "everything").to_owned();
    let whose = match (&head.person, &head.team) {
        (Some(person), _) => person.clone(),
        (None, Some(team)) => team.clone(),
        (None, None) => words(language, "可见的全部人员", "everybody in sight").to_owned(),
    };
    let system = words(language, "系统", "the system").to_owned();
    let at = zone.local(head.at).format("%Y-%m-%d %H:%M").to_string();
    vec![
        line("统计期间", "period", days.unwrap_or(everything)),
        line("统计范围", "whose", whose),
        line("查询人", "asked by", head.asked_by.clone().unwrap_or(system)),
        line("生成时间", "made at", at),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r7_6_cells_are_shown_with_their_digits_in_groups() {
        let shown = |cell: ReportCell| cell.text();
        assert_eq!(shown(ReportCell::Count(0)), "0");
        assert_eq!(shown(ReportCell::Count(999)), "999");
        assert_eq!(shown(ReportCell::Count(1_000)), "1,000");
        assert_eq!(shown(ReportCell::Count(1_234_567)), "1,234,567");
        assert_eq!(
            shown(ReportCell::Money(Money::from_fen(30_000_000))),
            "300,000.00"
        );
        assert_eq!(shown(ReportCell::Money(Money::from_fen(5))), "0.05");
        assert_eq!(shown(ReportCell::Days(12.5)), "12.5");
        assert_eq!(shown(ReportCell::Nothing), "—");
        assert_eq!(ReportCell::of(None, ReportCell::Count).text(), "—");
    }
}
