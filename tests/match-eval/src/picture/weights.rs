//! What evidence weighs.

use std::fmt::Write;

use crmkit::matching::Weights;

use super::escaped;

/// The file has the weights by subject, with a remark to each: the picture shows both.
const FILE: &str = include_str!("../../../../crm-core/src/matching/data/weights.txt");

const WIDTH: f64 = 940.0;
const TOP: f64 = 84.0;
const ROW: f64 = 18.0;
/// Where names and remarks begin.
const NAME: f64 = 16.0;
const REMARK: f64 = 146.0;
/// Where a weight of nothing is, and how wide a bit.
const ZERO: f64 = 800.0;
const BIT: f64 = 8.0;
/// The axis, in bits.
const FROM: i32 = -25;
const TO: i32 = 15;

/// The weights by subject: a bar to the right for what speaks for one customer, to the left for what speaks for two.
/// Limits of what evidence may come to (`most_…`) are no evidence, and are left out.
pub fn weights(weights: &Weights) -> String {
    let list = weights.list();
    let mut rows = String::new();
    let (mut top, mut shaded) = (TOP, false);
    for line in FILE.lines() {
        if let Some(subject) = line.strip_prefix("# --- ") {
            let subject = subject.trim_end_matches(['-', ' ']);
            let base = top + ROW + 3.0;
            let _ = writeln!(
                rows,
                "<text x=\"10\" y=\"{base}\" font-weight=\"bold\">{}</text>",
                escaped(subject)
            );
            (top, shaded) = (top + 1.5 * ROW, false);
            continue;
        }
        let (name, remark) = line.split_once('#').unwrap_or((line, ""));
        let name = name.split_whitespace().next().unwrap_or_default();
        let Some((_, bits)) = list.iter().find(|(known, _)| *known == name) else {
            continue;
        };
        if name.starts_with("most_") {
            continue;
        }
        if shaded {
            let width = WIDTH - 2.0 * NAME + 8.0;
            let _ = writeln!(
                rows,
                "<rect x=\"{}\" y=\"{top}\" width=\"{width}\" height=\"{ROW}\" fill=\"#f4f4f4\"/>",
                NAME - 4.0
            );
        }
        row(&mut rows, top, name, remark.trim(), *bits);
        (top, shaded) = (top + ROW, !shaded);
    }
    let bottom = top + 6.0;
    let height = bottom + 48.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"20\" font-weight=\"bold\" font-size=\"14\">What evidence weighs, in bits</text>\n\
         <text x=\"10\" y=\"40\" fill=\"#555\">Weights are added up; every four bits make it twice as likely that two are one customer.</text>\n"
    );
    axis(&mut svg, TOP - 4.0, false);
    svg.push_str(&rows);
    axis(&mut svg, bottom, true);
    let _ = writeln!(
        svg,
        "<line x1=\"{ZERO}\" y1=\"{}\" x2=\"{ZERO}\" y2=\"{bottom}\" stroke=\"#999\"/>",
        TOP - 4.0
    );
    svg.push_str("</svg>\n");
    svg
}

/// A line with a number every five bits and what the two directions mean: above the line, or below it.
fn axis(svg: &mut String, y: f64, below: bool) {
    let side = if below { 1.0 } else { -1.0 };
    // Texts stand on their base line.
    let (numbers, title) = match below {
        true => (y + 18.0, y + 38.0),
        false => (y - 9.0, y - 29.0),
    };
    let (left, right) = (at(f64::from(FROM)), at(f64::from(TO)));
    let _ = writeln!(
        svg,
        "<line x1=\"{left}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\" stroke=\"#999\"/>"
    );
    for bits in (FROM..=TO).step_by(5) {
        let x = at(f64::from(bits));
        let _ = writeln!(
            svg,
            "<line x1=\"{x}\" y1=\"{y}\" x2=\"{x}\" y2=\"{}\" stroke=\"#999\"/>\
             <text x=\"{x}\" y=\"{numbers}\" text-anchor=\"middle\" fill=\"#555\">{}</text>",
            y + 5.0 * side,
            signed(f64::from(bits))
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{title}\" text-anchor=\"end\" fill=\"#b23a3a\">weight in bits: ← for two customers</text>\n\
         <text x=\"{}\" y=\"{title}\" fill=\"#2a7a4b\">for one customer →</text>",
        ZERO - 8.0,
        ZERO + 8.0
    );
}

fn row(svg: &mut String, top: f64, name: &str, remark: &str, bits: f64) {
    let base = top + ROW - 5.0;
    let _ = writeln!(
        svg,
        "<text x=\"{NAME}\" y=\"{base}\">{}</text>",
        name.replace('_', " ")
    );
    if !remark.is_empty() {
        let _ = writeln!(
            svg,
            "<text x=\"{REMARK}\" y=\"{base}\" fill=\"#555\" font-size=\"11\">{}</text>",
            escaped(remark)
        );
    }
    let (colour, end, anchor) = match bits < 0.0 {
        true => ("#d98880", at(bits) - 4.0, "end"),
        false => ("#7dbb93", at(bits) + 4.0, "start"),
    };
    let _ = writeln!(
        svg,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{}\" fill=\"{colour}\"/>\
         <text x=\"{end:.1}\" y=\"{base}\" text-anchor=\"{anchor}\">{}</text>",
        at(bits.min(0.0)),
        top + 3.0,
        bits.abs() * BIT,
        ROW - 6.0,
        signed(bits)
    );
}

fn at(bits: f64) -> f64 {
    ZERO + bits * BIT
}

/// With a minus sign as wide as a plus.
fn signed(bits: f64) -> String {
    match bits < 0.0 {
        true => format!("−{}", -bits),
        false => bits.to_string(),
    }
}
