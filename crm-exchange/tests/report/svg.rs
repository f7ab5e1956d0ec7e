use crm_core::{
    Language, Money, Rate,
    report::{ChartKind, ReportCell, ReportTable},
};
use crm_exchange::report::svg;

use super::{
    sample,
    xml::{self, Node},
};

/// What is drawn for each row: the groups that have a title.
fn marks(picture: &Node) -> Vec<&Node> {
    let groups = picture.all("g").into_iter();
    groups
        .filter(|group| group.children.first().is_some_and(|child| child.name == "title"))
        .collect()
}

fn words(picture: &Node) -> Vec<String> {
    marks(picture)
        .iter()
        .map(|mark| mark.children[0].text.clone())
        .collect()
}

/// The widths of the bars that are a row's value.
fn widths(picture: &Node, side: &str) -> Vec<f64> {
    let bars = marks(picture).into_iter().map(|mark| {
        let bars = mark.all("rect");
        let bar = bars.iter().find(|bar| bar.attribute("class") == Some("p-s0"));
        bar.unwrap().number(side)
    });
    bars.collect()
}

fn proportional(found: &[f64], values: &[f64]) {
    let unit = found[0] / values[0];
    for (found, value) in found.iter().zip(values) {
        assert!(
            (found - unit * value).abs() < 0.02,
            "{found} for {value}, {unit} each"
        );
    }
}

fn counts(kind: ChartKind, counts: &[u64]) -> ReportTable {
    let rows = counts
        .iter()
        .map(|count| (format!("第{count}"), ReportCell::Count(*count)));
    sample::plain(kind, rows.collect())
}

#[test]
fn r7_6_a_picture_says_its_figures_in_words() {
    let picture = xml::parse(&svg(&sample::funnel(Language::Zh)));
    assert_eq!(picture.attribute("role"), Some("img"));
    let labelled = picture.attribute("aria-labelledby").unwrap().to_owned();
    let (title, desc) = (&picture.children[0], &picture.children[1]);
    assert_eq!(
        labelled,
        format!(
            "{} {}",
            title.attribute("id").unwrap(),
            desc.attribute("id").unwrap()
        )
    );
    assert_eq!(title.text, "销售漏斗");
    assert_eq!(
        desc.text,
        "客户数 · 阶段转化率. 初步接洽: 20; 需求分析: 15 (75 %); 方案提交: 10 (66.7 %); 商务谈判: 8 (80 %); 成交: 5 (62.5 %)"
    );
    assert_eq!(words(&picture).join("; "), desc.text.split_once(". ").unwrap().1);
}

#[test]
fn r7_6_bars_are_as_wide_as_their_values() {
    let funnel = xml::parse(&svg(&sample::funnel(Language::Zh)));
    proportional(&widths(&funnel, "width"), &[20.0, 15.0, 10.0, 8.0, 5.0]);
    let middles: Vec<f64> = marks(&funnel)
        .iter()
        .map(|mark| mark.all("rect")[0].number("x") + mark.all("rect")[0].number("width") / 2.0)
        .collect();
    assert!(middles.iter().all(|middle| (middle - middles[0]).abs() < 0.02));
    let sources = xml::parse(&svg(&sample::sources(Language::En)));
    proportional(&widths(&sources, "width"), &[30.0, 10.0, 4.0]);
    let forecast = xml::parse(&svg(&sample::forecast(Language::En)));
    proportional(
        &widths(&forecast, "height"),
        &[210.0, 133.0, 305.0, 9.0, 0.0, 48.0],
    );
}

#[test]
fn r7_6_gauges_run_beyond_their_aim_and_stop_at_twice_as_much() {
    let rate = |part| (format!("第{part}"), ReportCell::Rate(Rate::of(part, 100)));
    let drawn = |parts: &[u64]| {
        let rows = parts.iter().map(|part| rate(*part)).collect();
        let picture = xml::parse(&svg(&sample::plain(ChartKind::Gauges, rows)));
        let track = marks(&picture)[0].all("rect")[0].number("width");
        let aim = picture
            .all("rect")
            .into_iter()
            .find(|bar| bar.attribute("class") == Some("p-ink"))
            .map(|line| line.number("x") + line.number("width") / 2.0);
        let left = marks(&picture)[0].all("rect")[0].number("x");
        (track, aim.unwrap() - left, widths(&picture, "width"))
    };
    let (track, aim, bars) = drawn(&[50, 80]);
    assert!((aim - track).abs() < 0.02, "the aim is the end");
    proportional(&bars, &[0.5, 0.8]);
    assert!((bars[0] - track * 0.5).abs() < 0.02);
    let (track, aim, bars) = drawn(&[120, 60]);
    assert!((aim - track / 1.2).abs() < 0.02);
    proportional(&bars, &[1.2, 0.6]);
    let (track, aim, bars) = drawn(&[5_000, 100]);
    assert!((aim - track / 2.0).abs() < 0.02);
    proportional(&bars, &[2.0, 1.0]);
    assert!((bars[0] - track).abs() < 0.02);
}

#[test]
fn r7_6_parts_of_a_ring_are_as_long_as_their_values() {
    let picture = xml::parse(&svg(&sample::status(Language::Zh)));
    let rings = picture.all("path");
    assert_eq!(rings.len(), 5);
    let mut end = (0.0, 0.0);
    let mut turned = 0.0;
    for (ring, share) in rings.iter().zip([0.4, 0.16, 0.08, 0.28, 0.08]) {
        let path = ring.attribute("d").unwrap();
        let numbers: Vec<f64> = path
            .split([' ', 'M', 'A', 'L', 'Z'])
            .filter_map(|number| number.parse().ok())
            .collect();
        let start = (numbers[0], numbers[1]);
        if turned > 0.0 {
            assert_eq!(start, end, "each begins where the one before ends");
        }
        end = (numbers[14], numbers[15]);
        // The radius, and where the ring begins: at the top.
        let radius = numbers[2];
        let top = (12.0 + radius, start);
        if turned == 0.0 {
            assert!((start.0 - top.0).abs() < 0.02);
        }
        turned += share;
        let centre_y = marks(&picture)[0].all("path")[0].attribute("d").unwrap();
        let centre_y: f64 = centre_y[1..]
            .split([' ', 'A'])
            .nth(1)
            .unwrap()
            .parse::<f64>()
            .unwrap()
            + radius;
        let (sine, cosine) = (turned * std::f64::consts::TAU).sin_cos();
        assert!((end.0 - (top.0 + radius * sine)).abs() < 0.02);
        assert!((end.1 - (centre_y - radius * cosine)).abs() < 0.02);
    }
}

#[test]
fn r7_6_where_there_is_nothing_the_picture_says_so() {
    for kind in sample::KINDS {
        let empty = xml::parse(&svg(&sample::plain(kind, Vec::new())));
        assert!(empty.texts("text").contains(&"—".to_owned()), "{kind:?}");
        assert_eq!(empty.children[1].text, "数值. —");
        for cells in [
            vec![ReportCell::Nothing],
            vec![ReportCell::Count(0), ReportCell::Count(0)],
            vec![ReportCell::Rate(Rate::of(0, 0)), ReportCell::Rate(Rate::of(3, 0))],
            vec![ReportCell::Days(f64::NAN), ReportCell::Days(f64::INFINITY)],
            vec![ReportCell::Days(-1.0), ReportCell::Text("x".into())],
            vec![ReportCell::Money(Money::from_fen(u64::MAX)); 200],
        ] {
            let rows = cells.into_iter().map(|cell| ("甲".to_owned(), cell));
            let text = svg(&sample::plain(kind, rows.collect()));
            let picture = xml::parse(&text);
            for node in ["rect", "text", "polygon"].map(|name| picture.all(name)).concat() {
                for (name, value) in &node.attributes {
                    let is_sound = !value.contains("NaN") && !value.contains("inf") && !value.contains("e+");
                    assert!(is_sound, "{kind:?} {name}: {value}");
                    if ["width", "height"].contains(&name.as_str()) {
                        assert!(value.parse::<f64>().unwrap() >= 0.0, "{kind:?} {name}: {value}");
                    }
                }
            }
        }
    }
    let donut = xml::parse(&svg(&counts(ChartKind::Donut, &[0, 0])));
    assert!(donut.texts("text").contains(&"—".to_owned()));
}

#[test]
fn r7_6_one_part_alone_is_the_whole_ring() {
    let picture = xml::parse(&svg(&counts(ChartKind::Donut, &[0, 7])));
    assert_eq!(picture.all("path").len(), 1);
    let path = picture.all("path")[0].attribute("d").unwrap().to_owned();
    assert_eq!(path.matches('A').count(), 4, "by halves: {path}");
}

#[test]
fn r7_6_texts_fit_and_names_that_are_cut_stand_in_full_in_a_title() {
    let long = "上海示例国际贸易有限公司华东区第一销售部 Example Trading";
    for kind in sample::KINDS {
        let rows = vec![
            (
                long.to_owned(),
                ReportCell::Money(Money::from_fen(123_456_789_000)),
            ),
            ("短".to_owned(), ReportCell::Money(Money::from_fen(1))),
        ];
        let picture = xml::parse(&svg(&sample::plain(kind, rows)));
        let width = picture.number("width");
        assert!(words(&picture)[0].starts_with(long), "{kind:?}");
        assert!(
            picture.texts("text").iter().any(|text| text.ends_with('…')),
            "{kind:?}"
        );
        for text in picture.all("text") {
            let wide: f64 = text
                .whole_text()
                .chars()
                .map(|c| if c < '\u{1100}' { 0.6 } else { 1.0 })
                .sum::<f64>()
                * text.number("font-size");
            let (from, to) = match text.attribute("text-anchor") {
                Some("middle") => (text.number("x") - wide / 2.0, text.number("x") + wide / 2.0),
                Some("end") => (text.number("x") - wide, text.number("x")),
                _ => (text.number("x"), text.number("x") + wide),
            };
            assert!(
                from >= -1.0 && to <= width + 1.0,
                "{kind:?} {}",
                text.whole_text()
            );
        }
    }
}

#[test]
fn r7_6_texts_are_no_markup() {
    let evil = "</text></svg><script>alert(1)</script>&\"'\u{0}";
    for kind in sample::KINDS {
        let mut report = sample::plain(kind, vec![(evil.to_owned(), ReportCell::Count(3))]);
        report.title = evil.to_owned();
        report.columns[1].label = evil.to_owned();
        report.about = vec![("期间".into(), evil.into())];
        let text = svg(&report);
        let picture = xml::parse(&text);
        assert!(picture.all("script").is_empty() && !text.contains("<script"));
        assert!(picture.children[0].text.starts_with("</text></svg><script>"));
        assert!(words(&picture)[0].starts_with("</text></svg><script>"));
    }
}

#[test]
fn r7_6_the_pictures_in_the_documentation_are_those_that_are_made() {
    let pictures = [
        ("funnel", sample::funnel as fn(Language) -> ReportTable),
        ("sources", sample::sources),
        ("performance", sample::performance),
        ("status", sample::status),
        ("forecast", sample::forecast),
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    for (name, report) in pictures {
        let (path, made) = (folder.join(format!("{name}.svg")), svg(&report(Language::Zh)));
        // CRMKIT_BLESS=1 writes them anew.
        if std::env::var_os("CRMKIT_BLESS").is_some() {
            std::fs::write(&path, &made).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == made,
            "{}: write it anew with CRMKIT_BLESS=1",
            path.display()
        );
    }
}
