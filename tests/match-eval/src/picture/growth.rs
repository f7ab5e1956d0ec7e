//! How what takes time grows with the data.

use std::fmt::Write;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 650.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 390.0;

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

/// What reports of a store of one size take, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Reported {
    /// Customers in the store.
    pub rows: u32,
    /// The funnel of everything.
    pub funnel: f64,
    /// The sources of everything.
    pub sources: f64,
    /// The performance of everything.
    pub performance: f64,
    /// The funnel of one month.
    pub month: f64,
    /// The funnel of everything, by DuckDB.
    pub duckdb: f64,
}

/// A line: what it is called, its colour, and the seconds of each size.
struct Line {
    label: &'static str,
    colour: &'static str,
    seconds: Vec<f64>,
}

/// How looking for duplicates grows. The sizes rise.
pub fn growth(seen: &[Grown]) -> String {
    let line = |label, colour, of: fn(&Grown) -> f64| Line {
        label,
        colour,
        seconds: seen.iter().map(of).collect(),
    };
    let sizes: Vec<u32> = seen.iter().map(|seen| seen.rows).collect();
    drawn(
        "How long looking for duplicates takes as the store grows",
        "A look finds who is like a name with a slip in it. Each step of both scales is ten times more.",
        &sizes,
        &[
            line("a search through all", "#b5482a", |seen| seen.search),
            line("one look, 99 of 100 take less", "#5f87b8", |seen| seen.p99 / 1e6),
            line("one look, half take less", "#1d4374", |seen| seen.p50 / 1e6),
        ],
        (-5, 3),
    )
}

/// How reports grow. The sizes rise.
pub fn reports(seen: &[Reported]) -> String {
    let line = |label, colour, of: fn(&Reported) -> f64| Line {
        label,
        colour,
        seconds: seen.iter().map(|seen| of(seen) / 1e3).collect(),
    };
    let sizes: Vec<u32> = seen.iter().map(|seen| seen.rows).collect();
    drawn(
        "How long reports take as the store grows",
        "To each customer, three follow-ups, a deal and its three stages. Each step of both scales is ten times more.",
        &sizes,
        &[
            line("funnel, of everything", "#b5482a", |seen| seen.funnel),
            line("performance, of everything", "#2c7a4b", |seen| seen.performance),
            line("sources, of everything", "#5f87b8", |seen| seen.sources),
            line("funnel, of one month", "#1d4374", |seen| seen.month),
            line("DuckDB's funnel, of everything", "#999999", |seen| seen.duckdb),
        ],
        (-4, 1),
    )
}

/// Both scales go by powers of ten, so that what grows as the data does is a slope of one; that of times from one power of a second to
/// another.
fn drawn(title: &str, note: &str, sizes: &[u32], lines: &[Line], (shortest, longest): (i32, i32)) -> String {
    let (Some(first), Some(last)) = (sizes.first(), sizes.last()) else {
        return String::new();
    };
    let y = |seconds: f64| {
        let part = (seconds.log10() - f64::from(shortest)) / f64::from(longest - shortest);
        BOTTOM - part * (BOTTOM - TOP)
    };
    let (fewest, most) = (f64::from(*first), f64::from(*last));
    // One size alone stands at the left.
    let x = |rows: f64| LEFT + (rows / fewest).log10() / (most / fewest).log10().max(1.0) * (RIGHT - LEFT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
         <text x=\"10\" y=\"22\" font-weight=\"bold\" font-size=\"14\">{title}</text>\n\
         <text x=\"10\" y=\"42\" fill=\"#555\">{note}</text>\n"
    );
    for size in sizes {
        let x = x(f64::from(*size));
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.0}\" y1=\"{TOP}\" x2=\"{x:.0}\" y2=\"{BOTTOM}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{}</text>",
            BOTTOM + 20.0,
            grouped(*size)
        );
    }
    for power in shortest..=longest {
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
    for Line {
        label,
        colour,
        seconds,
    } in lines
    {
        let there: Vec<(f64, f64)> = sizes
            .iter()
            .zip(seconds)
            .map(|(size, seconds)| (x(f64::from(*size)), y(*seconds)))
            .collect();
        let points: Vec<String> = there.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            points.join(" ")
        );
        for (x, y) in &there {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>"
            );
        }
        let (x, y) = there.last().copied().unwrap_or_default();
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
