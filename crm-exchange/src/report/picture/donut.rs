//! Parts of a ring, and what each is called beside it.

use crm_core::report::ReportCell;

use super::{
    Anchor, Figure, GAP, MARGIN, Mark, Paint, SERIES, SIZE, Shape, WIDTH, base, fitted, part, widest,
};

const OUTER: f64 = 84.0;
const INNER: f64 = 50.0;
const ROW: f64 = 26.0;
const SWATCH: f64 = 12.0;

pub(super) fn draw(figures: &[Figure], in_all: &str) -> (f64, Vec<Mark>) {
    let whole: f64 = figures.iter().filter_map(|figure| figure.number).sum();
    let list = ROW * figures.len() as f64;
    let height = list.max(OUTER * 2.0) + MARGIN * 2.0;
    let centre = (MARGIN + OUTER, height / 2.0);
    let ring = |from, to, paint| Shape::Ring {
        centre,
        outer: OUTER,
        inner: INNER,
        from,
        to,
        paint,
    };
    let mut marks = Vec::with_capacity(figures.len() + 1);
    let nothing = ReportCell::Nothing.text();
    let centred = if whole > 0.0 { in_all } else { &nothing };
    let text = Shape::text(centre.0, base(centre.1, SIZE), &fitted(centred, INNER * 1.8));
    let track = (whole <= 0.0).then(|| ring(0.0, 1.0, Paint::Track));
    marks.push(Mark::behind(
        track.into_iter().chain([text.anchored(Anchor::Middle)]),
    ));

    let left = MARGIN + OUTER * 2.0 + GAP * 3.0;
    let written: Vec<String> = figures.iter().map(Figure::written).collect();
    let values = widest(written.iter().map(String::as_str), 130.0);
    let room = WIDTH - MARGIN - values - GAP * 3.0 - left - SWATCH - GAP;
    let labels = widest(figures.iter().map(|figure| figure.label.as_str()), room);
    let right = left + SWATCH + GAP + labels + GAP * 3.0 + values;
    let mut top = (height - list) / 2.0;
    let mut from = 0.0;
    for ((figure, written), paint) in figures.iter().zip(&written).zip((0..SERIES).cycle()) {
        let paint = Paint::Series(paint);
        let middle = top + ROW / 2.0;
        let to = from + part(figure.number, whole);
        let share = (to > from).then(|| ring(from, to, paint));
        let row = [
            Shape::Bar {
                x: left,
                y: middle - SWATCH / 2.0,
                width: SWATCH,
                height: SWATCH,
                paint,
            },
            Shape::text(
                left + SWATCH + GAP,
                base(middle, SIZE),
                &fitted(&figure.label, labels),
            ),
            Shape::text(right, base(middle, SIZE), &fitted(written, values)).anchored(Anchor::End),
        ];
        marks.push(figure.mark(share.into_iter().chain(row)));
        from = to;
        top += ROW;
    }
    (height, marks)
}
