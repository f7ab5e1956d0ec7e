//! Bars in the middle, each as wide as its value, and what flows from each to the next.

use super::{
    Figure, GAP, LABELS, MARGIN, Mark, Paint, SIZE, Shape, WIDTH, base, fitted, greatest, part, widest,
};

const THICK: f64 = 30.0;
const BETWEEN: f64 = 10.0;

pub(super) fn draw(figures: &[Figure]) -> (f64, Vec<Mark>) {
    let labels = widest(figures.iter().map(|figure| figure.label.as_str()), LABELS);
    let written: Vec<String> = figures.iter().map(Figure::written).collect();
    let values = widest(written.iter().map(String::as_str), LABELS);
    let left = MARGIN + labels + GAP;
    let right = WIDTH - MARGIN - values - GAP;
    let (middle, room) = ((left + right) / 2.0, right - left);
    let greatest = greatest(figures);
    let mut marks = Vec::with_capacity(figures.len());
    let mut top = MARGIN;
    let mut before: Option<f64> = None;
    for (figure, written) in figures.iter().zip(&written) {
        let width = room * part(figure.number, greatest);
        let text = base(top + THICK / 2.0, SIZE);
        let flow = before.map(|before| Shape::Area {
            corners: vec![
                (middle - before / 2.0, top - BETWEEN),
                (middle + before / 2.0, top - BETWEEN),
                (middle + width / 2.0, top),
                (middle - width / 2.0, top),
            ],
            paint: Paint::Link,
        });
        let row = [
            Shape::text(MARGIN, text, &fitted(&figure.label, labels)),
            Shape::Bar {
                x: middle - width / 2.0,
                y: top,
                width,
                height: THICK,
                paint: Paint::Series(0),
            },
            Shape::text(right + GAP, text, &fitted(written, values)),
        ];
        marks.push(figure.mark(flow.into_iter().chain(row)));
        before = Some(width);
        top += THICK + BETWEEN;
    }
    (top - BETWEEN + MARGIN, marks)
}
