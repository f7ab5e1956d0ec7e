//! How far each came: bars along a track, on which a line stands at 100 %.

use super::{
    Anchor, Figure, GAP, LABELS, MARGIN, Mark, Paint, SIZE, SMALL, Shape, WIDTH, base, fitted, greatest,
    part, widest,
};

const ROW: f64 = 30.0;
const THICK: f64 = 14.0;

/// The aim, and how far beyond it a bar still grows: who came ten times as far must not hide how far the others came.
const AIM: f64 = 1.0;
const FARTHEST: f64 = 2.0;

pub(super) fn draw(figures: &[Figure]) -> (f64, Vec<Mark>) {
    let labels = widest(figures.iter().map(|figure| figure.label.as_str()), LABELS * 0.8);
    let written: Vec<String> = figures.iter().map(Figure::written).collect();
    let values = widest(written.iter().map(String::as_str), LABELS * 1.2);
    let left = MARGIN + labels + GAP;
    let room = WIDTH - MARGIN - values - GAP - left;
    let scale = greatest(figures).clamp(AIM, FARTHEST);
    let mut marks = Vec::with_capacity(figures.len() + 1);
    let first = MARGIN + SMALL;
    let mut top = first;
    for (figure, written) in figures.iter().zip(&written) {
        let middle = top + ROW / 2.0;
        let width = room * part(figure.number, scale).min(1.0);
        let bar = |width, paint| Shape::Bar {
            x: left,
            y: middle - THICK / 2.0,
            width,
            height: THICK,
            paint,
        };
        let mut shapes = vec![
            Shape::text(MARGIN, base(middle, SIZE), &fitted(&figure.label, labels)),
            bar(room, Paint::Track),
            bar(width, Paint::Series(0)),
            Shape::text(left + room + GAP, base(middle, SIZE), &fitted(written, values)),
        ];
        if figure.number.is_some_and(|number| number > scale) {
            shapes.push(goes_on(left + room, middle));
        }
        marks.push(figure.mark(shapes));
        top += ROW;
    }
    let aim = left + room * AIM / scale;
    marks.push(Mark::behind([
        Shape::Bar {
            x: aim - 1.0,
            y: first,
            width: 2.0,
            height: top - first,
            paint: Paint::Ink,
        },
        Shape::text(aim, first - 4.0, "100 %")
            .faint()
            .anchored(Anchor::Middle),
    ]));
    (top + MARGIN / 2.0, marks)
}

/// Tells that a bar would go on: a gap before its end.
fn goes_on(end: f64, middle: f64) -> Shape {
    let (low, high) = (middle + THICK / 2.0, middle - THICK / 2.0);
    Shape::Area {
        corners: vec![
            (end - 16.0, low),
            (end - 10.0, high),
            (end - 6.0, high),
            (end - 12.0, low),
        ],
        paint: Paint::Track,
    }
}
