//! A picture of what evidence weighs, for the documentation.

use std::fmt::Write;

use crmkit::matching::Weights;

const ROW: f64 = 18.0;
const MIDDLE: f64 = 470.0;
const BIT: f64 = 9.0;
const WIDTH: f64 = 820.0;

/// The weights of single pieces of evidence as bars, those for to the right and those against to the left.
pub fn weights(weights: &Weights) -> String {
    let list = weights.list();
    let bars: Vec<&(&str, f64)> = list
        .iter()
        .filter(|(name, _)| !name.starts_with("most_"))
        .collect();
    let height = ROW * (bars.len() as f64 + 2.0);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"18\" font-weight=\"bold\">What evidence weighs, in bits</text>\n\
         <text x=\"{}\" y=\"18\" fill=\"#2a7a4b\">for one customer</text>\n\
         <text x=\"{}\" y=\"18\" fill=\"#b23a3a\" text-anchor=\"end\">for two</text>\n",
        MIDDLE + 8.0,
        MIDDLE - 8.0
    );
    for (at, (name, bits)) in bars.into_iter().enumerate() {
        let top = ROW * (at as f64 + 1.5);
        let (left, width) = if *bits < 0.0 {
            (MIDDLE + bits * BIT, -bits * BIT)
        } else {
            (MIDDLE, bits * BIT)
        };
        let colour = if *bits < 0.0 { "#d98880" } else { "#7dbb93" };
        let (end, anchor) = if *bits < 0.0 {
            (left - 4.0, "end")
        } else {
            (left + width + 4.0, "start")
        };
        let base = top + ROW - 6.0;
        let label = name.replace('_', " ");
        let _ = writeln!(svg, "<text x=\"10\" y=\"{base}\">{label}</text>");
        let bar = ROW - 5.0;
        let _ = writeln!(
            svg,
            "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{bar}\" fill=\"{colour}\"/>"
        );
        let _ = writeln!(
            svg,
            "<text x=\"{end:.1}\" y=\"{base}\" text-anchor=\"{anchor}\" fill=\"#555\">{bits}</text>"
        );
    }
    let bottom = height - 4.0;
    let _ = writeln!(
        svg,
        "<line x1=\"{MIDDLE}\" y1=\"24\" x2=\"{MIDDLE}\" y2=\"{bottom}\" stroke=\"#999\"/>"
    );
    svg.push_str("</svg>\n");
    svg
}
