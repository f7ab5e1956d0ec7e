//! How a look and a search through the whole store grow with the data.

use std::fmt::Write;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 650.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 390.0;

/// The ends of the scale of times, as powers of ten of a second: a hundredth of a millisecond, and a thousand seconds.
const SHORTEST: i32 = -5;
const LONGEST: i32 = 3;

/// What was seen in a store of one size.
#[derive(Clone, Copy, Debug)]
pub struct Grown {
    /// Customers in the store.
    pub rows: u32,
    /// What half of the looks take at the most, in microseconds.
    pub p50: f64,
    /// What ninety-nine of a hundred take at the most, in microseconds.
    pub p99: f64,
    /// What the search through all takes, in seconds.
    pub search: f64,
}

/// Both scales go by powers of ten, so that what grows as the data does is a slope of one. The sizes rise.
pub fn growth(seen: &[Grown]) -> String {
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else {
        return String::new();
    };
    let (fewest, most) = (f64::from(first.rows), f64::from(last.rows));
    // One size alone stands at the left.
    let x = |rows: f64| LEFT + (rows / fewest).log10() / (most / fewest).log10().max(1.0) * (RIGHT - LEFT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"22\" font-weight=\"bold\" font-size=\"14\">How long looking for duplicates takes as the store \
         grows</text>\n\
         <text x=\"10\" y=\"42\" fill=\"#555\">A look finds who is like a name with a slip in it. Each step of both \
         scales is ten times more.</text>\n"
    );
    for seen in seen {
        let x = x(f64::from(seen.rows));
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.0}\" y1=\"{TOP}\" x2=\"{x:.0}\" y2=\"{BOTTOM}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            BOTTOM + 20.0,
            grouped(seen.rows)
        );
    }
    for power in SHORTEST..=LONGEST {
        let y = y(10_f64.powi(power));
        let label = match power {
            ..0 => format!("{} ms", 10_f64.powi(power + 3)),
            0.. => format!("{} s", grouped(10_u32.pow(power.unsigned_abs()))),
        };
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{y:.0}\" x2=\"{RIGHT}\" y2=\"{y:.0}\" stroke=\"#ddd\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{label}</text>",
            LEFT - 8.0,
            y + 4.0
        );
    }
    let middle = (TOP + BOTTOM) / 2.0;
    let _ = writeln!(
        svg,
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">customers in the store</text>\n\
         <text transform=\"translate(20 {middle:.0}) rotate(-90)\" text-anchor=\"middle\">time it takes, in ms and s</text>",
        (LEFT + RIGHT) / 2.0,
        BOTTOM + 48.0
    );
    type Of = fn(&Grown) -> f64;
    let lines: [(&str, &str, Of); 3] = [
        ("a search through all", "#b5482a", |seen| seen.search),
        ("one look, 99 of 100 take less", "#5f87b8", |seen| seen.p99 / 1e6),
        ("one look, half take less", "#1d4374", |seen| seen.p50 / 1e6),
    ];
    for (label, colour, of) in lines {
        let point = |seen: &Grown| (x(f64::from(seen.rows)), y(of(seen)));
        let points: Vec<String> = seen
            .iter()
            .map(point)
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            points.join(" ")
        );
        for (x, y) in seen.iter().map(point) {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
            );
        }
        let (x, y) = point(last);
        let _ = writeln!(
            svg,
            "<text x=\"{:.0}\" y=\"{:.0}\" fill=\"{colour}\">{label}</text>",
            x + 10.0,
            y + 4.0
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn y(seconds: f64) -> f64 {
    let part = (seconds.log10() - f64::from(SHORTEST)) / f64::from(LONGEST - SHORTEST);
    BOTTOM - part * (BOTTOM - TOP)
}

/// A number with a comma at every three digits.
fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
