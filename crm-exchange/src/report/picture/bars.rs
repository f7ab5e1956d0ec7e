//! Bars from the left, what they say at their end.

use super::{
    Figure, GAP, LABELS, MARGIN, Mark, Paint, SIZE, Shape, WIDTH, base, fitted, greatest, part, widest,
};

const ROW: f64 = 28.0;
const THICK: f64 = 18.0;

pub(super) fn draw(figures: &[Figure]) -> (f64, Vec<Mark>) {
    let labels = widest(figures.iter().map(|figure| figure.label.as_str()), LABELS);
    let written: Vec<String> = figures.iter().map(Figure::written).collect();
    let values = widest(written.iter().map(String::as_str), LABELS);
    let left = MARGIN + labels + GAP;
    let room = WIDTH - MARGIN - values - GAP - left;
    let greatest = greatest(figures);
    let mut marks = Vec::with_capacity(figures.len());
    let mut top = MARGIN / 2.0;
    for (figure, written) in figures.iter().zip(&written) {
        let middle = top + ROW / 2.0;
        let width = room * part(figure.number, greatest);
        marks.push(figure.mark([
            Shape::text(MARGIN, base(middle, SIZE), &fitted(&figure.label, labels)),
            Shape::Bar {
                x: left,
                y: middle - THICK / 2.0,
                width,
                height: THICK,
                paint: Paint::Series(0),
            },
            Shape::text(left + width + GAP, base(middle, SIZE), &fitted(written, values)),
        ]));
        top += ROW;
    }
    (top + MARGIN / 2.0, marks)
}
