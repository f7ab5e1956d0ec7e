//! A report's picture as SVG (R7.6).

use std::fmt::{self, Write};

use crm_core::report::ReportTable;

use super::{
    escape::Escaped,
    picture::{Anchor, Paint, Picture, SERIES, Shape, drawn, in_words, text},
};

/// What is above a picture that stands alone.
const HEADING: f64 = 52.0;

/// Fonts with Chinese of the usual systems; the last is whatever there is.
const FONTS: &str =
    "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

/// What is behind a picture that stands alone, so that it can be read wherever it is put.
const BACK: (&str, &str) = ("#ffffff", "#15191f");

/// A colour in style sheets.
struct Colour(u32);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

/// The name of a paint in style sheets.
struct Class(Paint);

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Paint::Series(number) => write!(f, "p-s{number}"),
            Paint::Link => f.write_str("p-link"),
            Paint::Track => f.write_str("p-track"),
            Paint::Line => f.write_str("p-line"),
            Paint::Ink => f.write_str("p-ink"),
            Paint::Faint => f.write_str("p-faint"),
        }
    }
}

/// A report's picture, as SVG that stands alone: no script, nothing from elsewhere, readable in the light and in the dark, and the figures in
/// words for whoever does not see it.
///
/// Whatever is drawn has a title with its row in words, names in full. A value that does not fit is cut with an ellipsis; where there is
/// nothing, `—` says so.
pub fn svg(report: &ReportTable) -> String {
    let picture = Picture::of(report);
    let mut svg = String::new();
    let (width, height) = (picture.width, picture.height + HEADING);
    open(&mut svg, "chart", (width, height), true);
    words(&mut svg, "chart", report);
    let _ = write!(svg, "<style>{}.p-back{{fill:{}}}}}</style>", dark(), BACK.1);
    let _ = write!(
        svg,
        "<rect class=\"p-back\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
        Number(width),
        Number(height),
        BACK.0
    );
    heading(&mut svg, report, width);
    let _ = write!(svg, "<g transform=\"translate(0 {})\">", Number(HEADING));
    marks(&mut svg, &picture);
    svg.push_str("</g></svg>\n");
    svg
}

/// A report's picture within a page, which has the colours of the dark once; `id` is the picture's own in the page.
pub(super) fn inline(report: &ReportTable, id: &str) -> String {
    let picture = Picture::of(report);
    let mut svg = String::new();
    open(&mut svg, id, (picture.width, picture.height), false);
    words(&mut svg, id, report);
    marks(&mut svg, &picture);
    svg.push_str("</svg>");
    svg
}

/// The colours of the dark, in a block that is left open.
pub(super) fn dark() -> String {
    let paints = [Paint::Link, Paint::Track, Paint::Line, Paint::Ink, Paint::Faint];
    let mut css = "@media screen and (prefers-color-scheme:dark){".to_owned();
    for paint in (0..SERIES).map(Paint::Series).chain(paints) {
        let _ = write!(css, ".{}{{fill:{}}}", Class(paint), Colour(paint.dark()));
    }
    css
}

fn open(svg: &mut String, id: &str, (width, height): (f64, f64), is_alone: bool) {
    let space = match is_alone {
        true => " xmlns=\"http://www.w3.org/2000/svg\"",
        false => "",
    };
    let (width, height) = (Number(width), Number(height));
    let _ = write!(
        svg,
        "<svg{space} viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" font-family=\"{FONTS}\">"
    );
}

/// What the picture is of, and its figures.
fn words(svg: &mut String, id: &str, report: &ReportTable) {
    let _ = write!(
        svg,
        "<title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}. {}</desc>",
        Escaped(&report.title),
        Escaped(&drawn(report)),
        Escaped(&in_words(report)),
    );
}

/// The title, which figures are drawn, and of when.
fn heading(svg: &mut String, report: &ReportTable, width: f64) {
    let left = 12.0;
    let line = |text: &str, size: f64| text::cut(&text::one_line(text), (width - left * 2.0) / size);
    let when = report.about.first().map(|(_, when)| when.as_str());
    let below: Vec<String> = [Some(drawn(report)), when.map(str::to_owned)]
        .into_iter()
        .flatten()
        .collect();
    let _ = write!(
        svg,
        "<text class=\"p-ink\" x=\"{left}\" y=\"24\" font-size=\"16\" font-weight=\"600\" fill=\"{}\">{}</text>",
        Colour(Paint::Ink.light()),
        Escaped(&line(&report.title, 17.0)),
    );
    let _ = write!(
        svg,
        "<text class=\"p-faint\" x=\"{left}\" y=\"43\" font-size=\"11\" fill=\"{}\">{}</text>",
        Colour(Paint::Faint.light()),
        Escaped(&line(&below.join(" · "), 11.0)),
    );
}

fn marks(svg: &mut String, picture: &Picture) {
    for mark in &picture.marks {
        svg.push_str("<g>");
        if !mark.words.is_empty() {
            let _ = write!(svg, "<title>{}</title>", Escaped(&mark.words));
        }
        for shape in &mark.shapes {
            draw(svg, shape);
        }
        svg.push_str("</g>");
    }
}

fn draw(svg: &mut String, shape: &Shape) {
    let painted = |paint| format!("class=\"{}\" fill=\"{}\"", Class(paint), Colour(paint.light()));
    let _ = match shape {
        Shape::Bar {
            x,
            y,
            width,
            height,
            paint,
        } => write!(
            svg,
            "<rect {} x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            painted(*paint),
            Number(*x),
            Number(*y),
            Number(*width),
            Number(*height)
        ),
        Shape::Area { corners, paint } => {
            let corners: Vec<String> = corners
                .iter()
                .map(|(x, y)| format!("{},{}", Number(*x), Number(*y)))
                .collect();
            write!(
                svg,
                "<polygon {} points=\"{}\"/>",
                painted(*paint),
                corners.join(" ")
            )
        }
        Shape::Ring {
            centre,
            outer,
            inner,
            from,
            to,
            paint,
        } => write!(
            svg,
            "<path {} d=\"{}\"/>",
            painted(*paint),
            ring(*centre, *outer, *inner, *from, *to)
        ),
        Shape::Text {
            x,
            y,
            size,
            anchor,
            paint,
            text,
        } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            write!(
                svg,
                "<text {} x=\"{}\" y=\"{}\" font-size=\"{}\"{anchor}>{}</text>",
                painted(*paint),
                Number(*x),
                Number(*y),
                Number(*size),
                Escaped(text)
            )
        }
    };
}

/// A part of a ring as a path: along the outer circle, and back along the inner one. What is more than half of it goes by two arcs, of
/// which neither is a whole circle: that one would be none.
fn ring((x, y): (f64, f64), outer: f64, inner: f64, from: f64, to: f64) -> String {
    let at = |radius: f64, turns: f64| {
        let (sine, cosine) = (turns * std::f64::consts::TAU).sin_cos();
        format!("{} {}", Number(x + radius * sine), Number(y - radius * cosine))
    };
    let between = (from + to) / 2.0;
    let (outer_r, inner_r) = (Number(outer), Number(inner));
    format!(
        "M{} A{outer_r} {outer_r} 0 0 1 {} A{outer_r} {outer_r} 0 0 1 {} L{} A{inner_r} {inner_r} 0 0 0 {} A{inner_r} {inner_r} 0 0 0 {} Z",
        at(outer, from),
        at(outer, between),
        at(outer, to),
        at(inner, to),
        at(inner, between),
        at(inner, from),
    )
}

/// A number with two decimals at most.
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:.2}", self.0);
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if digits == "-0" { "0" } else { digits })
    }
}
