//! What a report's picture consists of, whatever it is drawn on.

mod bars;
mod columns;
mod donut;
mod funnel;
mod gauges;
mod paint;
pub(crate) mod text;

use crm_core::report::{ChartKind, ReportCell, ReportTable};

use self::text::{cut, one_line, width};

/// How wide every picture is. A telephone shows it at two thirds, and its texts can still be read.
pub(crate) const WIDTH: f64 = 480.0;

/// What is kept free on each side.
const MARGIN: f64 = 12.0;

/// The size of texts.
const SIZE: f64 = 13.0;

/// The size of texts at an axis.
const SMALL: f64 = 11.0;

/// The most that labels take.
const LABELS: f64 = 150.0;

/// Between a text and what it belongs to.
const GAP: f64 = 8.0;

/// Colours of parts that differ by nothing but their colour.
pub(crate) const SERIES: u8 = 8;

/// A picture.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Picture {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) marks: Vec<Mark>,
}

/// What is drawn for a row, or behind the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Mark {
    /// The row in words; empty where it is no row's.
    pub(crate) words: String,
    pub(crate) shapes: Vec<Shape>,
}

/// What is drawn. Positions are from the upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A box.
    Bar {
        x: f64,
        y: f64,
        width: f64,
        height: f64,
        paint: Paint,
    },
    /// An area with straight sides.
    Area { corners: Vec<(f64, f64)>, paint: Paint },
    /// A part of a ring, clockwise from the top, in turns.
    Ring {
        centre: (f64, f64),
        outer: f64,
        inner: f64,
        from: f64,
        to: f64,
        paint: Paint,
    },
    /// A line of a text.
    Text {
        /// Where it begins, has its middle, or ends.
        x: f64,
        /// Its base line.
        y: f64,
        size: f64,
        anchor: Anchor,
        paint: Paint,
        text: String,
    },
}

/// What of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// What something is painted as; the colours are those of who draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paint {
    /// One of [`SERIES`] colours, from 0.
    Series(u8),
    /// Between the bars of a funnel.
    Link,
    /// Where a bar could be.
    Track,
    /// A line to read by.
    Line,
    /// A text.
    Ink,
    /// A text that steps back.
    Faint,
}

/// A row, as it is drawn.
struct Figure {
    label: String,
    /// The value as it is shown.
    value: String,
    /// What is written beside it; none where there is no such figure.
    beside: Option<String>,
    /// What is drawn; none where there is nothing.
    number: Option<f64>,
}

impl Picture {
    /// The picture of a report.
    pub(crate) fn of(table: &ReportTable) -> Self {
        let figures = figures(table);
        let (height, marks) = match table.chart.kind {
            _ if figures.is_empty() => nothing(),
            ChartKind::Funnel => funnel::draw(&figures),
            ChartKind::Bars => bars::draw(&figures),
            ChartKind::Donut => donut::draw(&figures, &in_all(table)),
            ChartKind::Gauges => gauges::draw(&figures),
            ChartKind::Columns => columns::draw(&figures, is_rate(table)),
        };
        Self {
            width: WIDTH,
            height,
            marks,
        }
    }
}

/// Which columns are drawn: `客户数 · 阶段转化率`.
pub(crate) fn drawn(table: &ReportTable) -> String {
    let label = |column: usize| table.columns.get(column).map(|column| one_line(&column.label));
    let beside = Some(table.chart.beside).filter(|beside| *beside != table.chart.values);
    let labels = [label(table.chart.values), beside.and_then(label)];
    labels.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The rows in words, for whoever does not see them: `初步接洽: 20; 需求分析: 15 (75 %)`.
pub(crate) fn in_words(table: &ReportTable) -> String {
    let words: Vec<String> = figures(table).iter().map(Figure::words).collect();
    match words.is_empty() {
        true => ReportCell::Nothing.text(),
        false => words.join("; "),
    }
}

fn figures(table: &ReportTable) -> Vec<Figure> {
    let chart = &table.chart;
    let has_beside = chart.beside != chart.values;
    let figure = |row: &Vec<ReportCell>| {
        let value = row.get(chart.values).unwrap_or(&ReportCell::Nothing);
        let beside = row
            .get(chart.beside)
            .filter(|beside| has_beside && !matches!(beside, ReportCell::Nothing));
        Figure {
            label: row
                .get(chart.labels)
                .map_or_else(String::new, |label| one_line(&label.text())),
            value: one_line(&value.text()),
            beside: beside.map(|beside| one_line(&beside.text())),
            number: value
                .number()
                .filter(|number| number.is_finite() && *number >= 0.0),
        }
    };
    table.rows.iter().map(figure).collect()
}

/// All together, of the column that is drawn.
fn in_all(table: &ReportTable) -> String {
    let total = table
        .total
        .as_ref()
        .and_then(|total| total.get(table.chart.values));
    total.map_or_else(String::new, |total| one_line(&total.text()))
}

fn is_rate(table: &ReportTable) -> bool {
    let mut values = table.rows.iter().filter_map(|row| row.get(table.chart.values));
    values.any(|value| matches!(value, ReportCell::Rate(_)))
}

/// No rows at all.
fn nothing() -> (f64, Vec<Mark>) {
    let text = Shape::text(WIDTH / 2.0, 36.0, &ReportCell::Nothing.text()).anchored(Anchor::Middle);
    (64.0, vec![Mark::behind([text])])
}

impl Figure {
    fn words(&self) -> String {
        match &self.beside {
            Some(beside) => format!("{}: {} ({beside})", self.label, self.value),
            None => format!("{}: {}", self.label, self.value),
        }
    }

    /// What is written at what is drawn: `15 · 75 %`.
    fn written(&self) -> String {
        match &self.beside {
            Some(beside) => format!("{} · {beside}", self.value),
            None => self.value.clone(),
        }
    }

    fn mark(&self, shapes: impl IntoIterator<Item = Shape>) -> Mark {
        Mark {
            words: self.words(),
            shapes: shapes.into_iter().collect(),
        }
    }
}

impl Mark {
    /// What stands behind the rows.
    fn behind(shapes: impl IntoIterator<Item = Shape>) -> Self {
        Self {
            words: String::new(),
            shapes: shapes.into_iter().collect(),
        }
    }
}

impl Shape {
    /// A text whose base line begins here.
    fn text(x: f64, y: f64, text: &str) -> Self {
        Self::Text {
            x,
            y,
            size: SIZE,
            anchor: Anchor::Start,
            paint: Paint::Ink,
            text: text.to_owned(),
        }
    }

    fn anchored(mut self, to: Anchor) -> Self {
        if let Self::Text { anchor, .. } = &mut self {
            *anchor = to;
        }
        self
    }

    /// In small letters that step back.
    fn faint(mut self) -> Self {
        if let Self::Text { size, paint, .. } = &mut self {
            (*size, *paint) = (SMALL, Paint::Faint);
        }
        self
    }
}

/// The part of a whole, of which there may be none.
fn part(number: Option<f64>, whole: f64) -> f64 {
    match number {
        Some(number) if whole > 0.0 => number / whole,
        _ => 0.0,
    }
}

/// The greatest of what is drawn; zero where nothing is.
fn greatest(figures: &[Figure]) -> f64 {
    figures
        .iter()
        .filter_map(|figure| figure.number)
        .fold(0.0, f64::max)
}

/// What the widest of these texts takes, but no more than this.
fn widest<'a>(texts: impl IntoIterator<Item = &'a str>, most: f64) -> f64 {
    let widest = texts.into_iter().map(width).fold(0.0, f64::max);
    (widest * SIZE).min(most)
}

/// A text that has no more room than this.
fn fitted(text: &str, room: f64) -> String {
    cut(text, room / SIZE)
}

/// The base line of a text whose letters have their middle here.
fn base(middle: f64, size: f64) -> f64 {
    middle + size * 0.36
}
