//! Columns side by side in the order of time, above an axis with round numbers.

use super::{
    Anchor, Figure, GAP, MARGIN, Mark, Paint, SIZE, SMALL, Shape, WIDTH, base, cut, greatest, part, width,
};

const PLOT: f64 = 170.0;
const TOP: f64 = 24.0;

/// How much of its place a column takes, and no more than that.
const SHARE: f64 = 0.64;
const THICKEST: f64 = 44.0;

/// Lines to read by, at most so many.
const STEPS: f64 = 4.0;

pub(super) fn draw(figures: &[Figure], is_rate: bool) -> (f64, Vec<Mark>) {
    let step = step(greatest(figures));
    let lines = (greatest(figures) / step).ceil().max(1.0);
    let top_value = step * lines;
    let mut at_lines = Vec::new();
    let mut line = 0.0;
    while line <= lines {
        at_lines.push((line / lines, shown(step * line, step, is_rate)));
        line += 1.0;
    }
    let numbers = at_lines.iter().map(|(_, text)| width(text)).fold(0.0, f64::max) * SMALL;
    let left = MARGIN + numbers + GAP;
    let right = WIDTH - MARGIN;
    let floor = TOP + PLOT;
    let grid = at_lines.iter().flat_map(|(part, text)| {
        let y = floor - PLOT * part;
        [
            Shape::Bar {
                x: left,
                y: y - 0.5,
                width: right - left,
                height: 1.0,
                paint: Paint::Line,
            },
            Shape::text(left - GAP, base(y, SMALL), text)
                .faint()
                .anchored(Anchor::End),
        ]
    });
    let mut marks = vec![Mark::behind(grid)];
    let place = (right - left) / figures.len() as f64;
    let thick = (place * SHARE).min(THICKEST);
    let each = every(figures, place);
    // At every column or at none.
    let is_written = figures
        .iter()
        .all(|figure| width(&figure.value) * SMALL <= place - 4.0);
    for (position, figure) in figures.iter().enumerate() {
        let middle = left + place * (position as f64 + 0.5);
        let height = PLOT * part(figure.number, top_value);
        let mut shapes = vec![Shape::Bar {
            x: middle - thick / 2.0,
            y: floor - height,
            width: thick,
            height,
            paint: Paint::Series(0),
        }];
        if is_written {
            let text = Shape::text(middle, floor - height - 5.0, &figure.value);
            shapes.push(text.faint().anchored(Anchor::Middle));
        }
        if position % each == 0 {
            let room = place * each as f64 - 4.0;
            let text = cut(&figure.label, room / SMALL);
            let text = Shape::text(middle, floor + SMALL + 6.0, &text);
            shapes.push(text.faint().anchored(Anchor::Middle));
        }
        marks.push(figure.mark(shapes));
    }
    (floor + SIZE + MARGIN * 1.5, marks)
}

/// Each which column has its label below it, so that they do not touch.
fn every(figures: &[Figure], place: f64) -> usize {
    let widest = figures
        .iter()
        .map(|figure| width(&figure.label))
        .fold(0.0, f64::max);
    let needed = (widest.min(8.0) * SMALL + 6.0) / place;
    // A few hundred at most: the picture is no wider.
    needed.ceil().clamp(1.0, WIDTH) as usize
}

/// The distance of the lines: 1, 2 or 5, or so many tens, hundreds, tenths.
fn step(greatest: f64) -> f64 {
    if greatest <= 0.0 {
        return 1.0;
    }
    let least = greatest / STEPS;
    let power = 10_f64.powf(least.log10().floor());
    let digit = [1.0, 2.0, 5.0].into_iter().find(|digit| digit * power >= least);
    digit.unwrap_or(10.0) * power
}

/// A number at a line, with no more decimals than its step has.
fn shown(number: f64, step: f64, is_rate: bool) -> String {
    let (number, step) = match is_rate {
        true => (number * 100.0, step * 100.0),
        false => (number, step),
    };
    let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
    let digits = format!("{number:.decimals$}");
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::new();
    for (position, digit) in whole.char_indices() {
        if position > 0 && (whole.len() - position) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(rest);
    text + if is_rate { " %" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r7_6_an_axis_has_round_numbers() {
        for (greatest, step_of) in [
            (1.0, 0.5),
            (3.0, 1.0),
            (4.0, 1.0),
            (7.0, 2.0),
            (300_000.0, 100_000.0),
        ] {
            assert!(
                (step(greatest) - step_of).abs() < 1e-9,
                "{greatest}: {}",
                step(greatest)
            );
        }
        assert_eq!(shown(1_500_000.0, 500_000.0, false), "1,500,000");
        assert_eq!(shown(0.5, 0.5, false), "0.5");
        assert_eq!(shown(1.2, 0.2, true), "120 %");
        assert_eq!(shown(0.0, 1.0, false), "0");
    }
}
