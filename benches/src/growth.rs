//! How a look and a search through the whole store grow with the data: a row a size, and a picture.

use std::{fs, io, time::Duration};

use anyhow::Result;
use crmkit::{CustomerKind, service::DuplicateSearch};

use crate::{
    figures::{Figures, Limit},
    import, lifelike,
    measure::{micros, peak_memory, percentile, timed},
    store::{self, ADMIN},
};

/// Rows of each size.
const SIZES: [(&str, u32); 3] = [("10k", 10_000), ("100k", 100_000), ("1m", 1_000_000)];
/// One that takes long, and twenty gigabytes of disk: only where it is named, `growth_10m`.
const LARGEST: (&str, u32) = ("10m", 10_000_000);

/// Looks that count, and those before.
const CALLS: u32 = 2_000;
const WARM_UP: u32 = 500;
/// Looks after the first one, of a file that the system has yet to read.
const COLD: u32 = 100;

/// What was seen at one size.
struct Seen {
    rows: u32,
    p50: f64,
    p99: f64,
    batch: f64,
}

/// Every size, the largest if it is named.
pub(crate) fn run(figures: &Figures) -> Result<()> {
    let most = if figures.quick { 2 } else { SIZES.len() };
    let mut seen = Vec::new();
    for size in SIZES.into_iter().take(most) {
        seen.push(measure(figures, size)?);
    }
    if figures.names("growth_10m") {
        lifelike::ensure_different(2 * LARGEST.1)?;
        seen.push(measure(figures, LARGEST)?);
    }
    let path = store::file("growth.svg")?;
    fs::write(&path, picture(&seen))?;
    println!("  the picture is {}", path.display());
    Ok(())
}

fn measure(figures: &Figures, (size, rows): (&str, u32)) -> Result<Seen> {
    let path = import::ensure_database((size, rows))?;
    // Where this is allowed, the system forgets what it has read of the file.
    let forgotten = fs::write("/proc/sys/vm/drop_caches", "3").is_ok();
    let (crm, opening) = timed(|| store::open(&path));
    let customers = crm?.session(ADMIN)?.customers();
    let mut recalled = 0;
    let mut look = |call: u32| -> Result<Duration> {
        let there = call.wrapping_mul(2_654_435_761) % rows;
        let typed = lifelike::mistyped(there, call);
        let (found, took) = timed(|| customers.duplicates(&typed, CustomerKind::Enterprise, &[]));
        let right = lifelike::name(there);
        recalled += u32::from(found?.iter().take(10).any(|found| found.name == right));
        Ok(took)
    };
    let cold = look(0)?;
    let cold_pages: Vec<Duration> = (1..=COLD).map(&mut look).collect::<Result<_>>()?;
    let name = |what: &str| format!("growth_{size}_{what}");
    let what = if forgotten { "cold" } else { "first" };
    figures.add(&name("open"), micros(opening), "µs", &Limit::None)?;
    figures.add(&name(&format!("{what}_look")), micros(cold), "µs", &Limit::None)?;
    figures.add(
        &name(&format!("{what}_p50")),
        micros(percentile(cold_pages, 50)),
        "µs",
        &Limit::None,
    )?;
    // Warm from here on: the system has read the file once.
    io::copy(&mut fs::File::open(&path)?, &mut io::sink())?;
    let looks: Vec<Duration> = (0..WARM_UP + CALLS)
        .map(&mut look)
        .skip(WARM_UP as usize)
        .collect::<Result<_>>()?;
    let recall = f64::from(recalled) / f64::from(1 + COLD + WARM_UP + CALLS);
    let (p50, p99) = (
        micros(percentile(looks.clone(), 50)),
        micros(percentile(looks, 99)),
    );
    figures.add(&name("p50"), p50, "µs", &Limit::None)?;
    figures.add(&name("p99"), p99, "µs", &Limit::None)?;
    figures.add(&name("recall"), recall, "", &Limit::None)?;
    let mut search = customers.find_duplicates(DuplicateSearch::default());
    let (searched, took) = timed(|| search.try_for_each(|step| step.map(drop)));
    searched?;
    let batch = took.as_secs_f64();
    let compared = search.report().compared;
    println!("  {size}: {compared} pairs compared");
    figures.add(&name("batch"), batch, "s", &Limit::None)?;
    // Of this process, in which the smaller sizes came before.
    if let Some(memory) = peak_memory() {
        figures.add(&name("memory"), memory, "MB", &Limit::None)?;
    }
    Ok(Seen {
        rows,
        p50,
        p99,
        batch,
    })
}

/// Both scales of the picture go by powers of ten, so that what grows as the data does is a slope of one.
fn picture(seen: &[Seen]) -> String {
    const WIDTH: f64 = 640.0;
    const HEIGHT: f64 = 360.0;
    const MARGIN: f64 = 60.0;

    let most = seen.last().map_or(1e6, |last| f64::from(last.rows));
    let x = |rows: f64| MARGIN + (rows / 1e4).log10() / (most / 1e4).log10() * (WIDTH - 2.0 * MARGIN);
    // From ten microseconds to a thousand seconds.
    let y = |seconds: f64| HEIGHT - MARGIN - (seconds.log10() + 5.0) / 8.0 * (HEIGHT - 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    let powers = [
        (1e4, "10,000"),
        (1e5, "100,000"),
        (1e6, "1,000,000"),
        (1e7, "10,000,000"),
    ];
    for (rows, label) in powers.into_iter().filter(|(rows, _)| *rows <= most) {
        let x = x(rows);
        svg += &format!(
            "<line x1=\"{x:.0}\" y1=\"{MARGIN}\" x2=\"{x:.0}\" y2=\"{:.0}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.0}\" y=\"{:.0}\" text-anchor=\"middle\">{label}</text>\n",
            HEIGHT - MARGIN,
            HEIGHT - MARGIN + 18.0
        );
    }
    for (seconds, label) in [
        (1e-5, "0.01 ms"),
        (1e-4, "0.1 ms"),
        (1e-3, "1 ms"),
        (1e-1, "0.1 s"),
        (1e1, "10 s"),
        (1e3, "1,000 s"),
    ] {
        let y = y(seconds);
        svg += &format!(
            "<line x1=\"{MARGIN}\" y1=\"{y:.0}\" x2=\"{:.0}\" y2=\"{y:.0}\" stroke=\"#ddd\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{label}</text>\n",
            WIDTH - MARGIN,
            MARGIN - 6.0,
            y + 4.0
        );
    }
    type Of = fn(&Seen) -> f64;
    let lines: [(&str, &str, f64, Of); 3] = [
        ("search through all", "#b5482a", -10.0, |seen| seen.batch),
        ("look, p99", "#7a9cc6", -10.0, |seen| seen.p99 / 1e6),
        ("look, p50", "#2b5c94", 20.0, |seen| seen.p50 / 1e6),
    ];
    for (label, colour, above, of) in lines {
        let points: Vec<String> = seen
            .iter()
            .map(|seen| format!("{:.1},{:.1}", x(f64::from(seen.rows)), y(of(seen))))
            .collect();
        svg += &format!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n",
            points.join(" ")
        );
        for point in &points {
            let (x, y) = point.split_once(',').unwrap_or_default();
            svg += &format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>\n");
        }
        if let Some(last) = seen.last() {
            svg += &format!(
                "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\" fill=\"{colour}\">{label}</text>\n",
                x(f64::from(last.rows)) - 8.0,
                y(of(last)) + above
            );
        }
    }
    svg += &format!(
        "<text x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"middle\">customers in the store</text>\n</svg>\n",
        WIDTH / 2.0,
        HEIGHT - 16.0
    );
    svg
}
