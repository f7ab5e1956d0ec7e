//! Where everything of a document stands.

use crm_core::report::{ReportCell, ReportTable};

use super::{fonts::Setter, plain};
use crate::report::picture::{Anchor, Paint, Picture, Shape, WIDTH, drawn, in_words};

/// A4, upright, in points.
const PAPER: (f32, f32) = (595.28, 841.89);
const MARGIN: f32 = 42.0;
const FOOTER: f32 = 24.0;

const TITLE: f32 = 18.0;
const SMALL: f32 = 9.0;
/// The height of a line, in the size of its font.
const LEADING: f32 = 1.4;
/// Around a cell's text.
const PADDING: f32 = 4.0;
/// What a column is never narrower than.
const NARROWEST: f32 = 34.0;
/// What a heading takes of a line at most, in the size of its font.
const ROOMY: f32 = 9.0;
const TIGHT: f32 = 5.2;
/// How wide a picture is at most.
const PICTURE: f32 = 400.0;

/// A page.
pub(super) struct Sheet {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) items: Vec<Item>,
    /// The report that it belongs to.
    pub(super) title: String,
}

/// Something at its place on a page.
pub(super) struct Item {
    pub(super) what: Drawn,
    /// The leaf of the tags' tree that it is of; none where it is not to be read.
    pub(super) leaf: Option<usize>,
}

/// What can be drawn, in points.
pub(super) enum Drawn {
    /// A shape of a picture, whose corner is here, this much larger.
    Shape(Shape, (f32, f32), f32),
    /// A text whose base line begins, or ends, here.
    Text {
        x: f32,
        y: f32,
        size: f32,
        is_right: bool,
        paint: Paint,
        text: String,
    },
    Area {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        paint: Paint,
    },
}

/// What a part of the document is, for whoever has it read aloud.
pub(super) struct Tagged {
    pub(super) role: Role,
    pub(super) children: Vec<Child>,
}

pub(super) enum Child {
    Part(Tagged),
    Leaf(usize),
}

pub(super) enum Role {
    Report,
    Title(String),
    Line,
    Picture(String),
    Table,
    Headings,
    Rows,
    Total,
    Row,
    HeadingOfColumn,
    HeadingOfRow,
    Cell,
}

/// A document that has been laid out.
pub(super) struct Laid {
    pub(super) sheets: Vec<Sheet>,
    pub(super) reports: Vec<Tagged>,
    /// The first page of each report.
    pub(super) first: Vec<usize>,
    pub(super) leaves: usize,
}

/// Lays reports out, one after the other.
pub(super) struct Layout<'a> {
    setter: &'a Setter<'a>,
    laid: Laid,
    at: f32,
}

/// A table's columns.
struct Columns {
    widths: Vec<f32>,
    is_text: Vec<bool>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(setter: &'a Setter<'a>) -> Self {
        Self {
            setter,
            laid: Laid {
                sheets: Vec::new(),
                reports: Vec::new(),
                first: Vec::new(),
                leaves: 0,
            },
            at: 0.0,
        }
    }

    pub(super) fn finish(self) -> Laid {
        self.laid
    }

    pub(super) fn report(&mut self, report: &ReportTable) {
        let title = plain(&report.title);
        let wide = PAPER.1 - MARGIN * 2.0;
        let upright = PAPER.0 - MARGIN * 2.0;
        let fits = |widths: &Vec<f32>| widths.iter().sum::<f32>() <= upright;
        // Headings in one line where there is room for them, else broken.
        let natural = Some(self.natural(report, ROOMY)).filter(fits);
        let natural = natural.unwrap_or_else(|| self.natural(report, TIGHT));
        let is_wide = !fits(&natural);
        let paper = if is_wide { (PAPER.1, PAPER.0) } else { PAPER };
        let room = if is_wide { wide } else { upright };
        let columns = Columns {
            widths: fit(natural, room),
            is_text: (0..report.columns.len())
                .map(|place| is_text(report, place))
                .collect(),
        };
        self.page(paper, &title);
        self.laid.first.push(self.laid.sheets.len() - 1);
        let mut parts = vec![self.lines(Role::Title(title.clone()), &title, TITLE, Paint::Ink, room)];
        for (what, text) in &report.about {
            let text = plain(&format!("{what}: {text}"));
            parts.push(self.lines(Role::Line, &text, SMALL, Paint::Faint, room));
        }
        self.at += 8.0;
        parts.push(self.picture(report, room, paper, &title));
        self.at += 10.0;
        parts.push(self.table(report, &columns, paper, &title));
        self.at += 6.0;
        for note in &report.notes {
            let note = plain(note);
            self.make_room(SMALL * LEADING * 2.0, paper, &title);
            parts.push(self.lines(Role::Line, &note, SMALL, Paint::Faint, room));
        }
        self.laid.reports.push(Tagged {
            role: Role::Report,
            children: parts.into_iter().map(Child::Part).collect(),
        });
    }

    fn page(&mut self, (width, height): (f32, f32), title: &str) {
        self.laid.sheets.push(Sheet {
            width,
            height,
            items: Vec::new(),
            title: title.to_owned(),
        });
        self.at = MARGIN;
    }

    /// Begins a page where so much has no room on this one.
    fn make_room(&mut self, height: f32, paper: (f32, f32), title: &str) -> bool {
        let is_full = self.at + height > paper.1 - MARGIN - FOOTER;
        if is_full {
            self.page(paper, title);
        }
        is_full
    }

    fn put(&mut self, what: Drawn, leaf: Option<usize>) {
        if let Some(sheet) = self.laid.sheets.last_mut() {
            sheet.items.push(Item { what, leaf });
        }
    }

    fn leaf(&mut self) -> usize {
        self.laid.leaves += 1;
        self.laid.leaves - 1
    }

    /// A text over as many lines as it takes.
    fn lines(&mut self, role: Role, text: &str, size: f32, paint: Paint, room: f32) -> Tagged {
        let leaf = self.leaf();
        for line in wrap(self.setter, text, room / size) {
            self.at += size * LEADING;
            let y = self.at - size * (LEADING - 1.0);
            self.text(MARGIN, y, size, false, paint, line, Some(leaf));
        }
        Tagged {
            role,
            children: vec![Child::Leaf(leaf)],
        }
    }

    #[allow(clippy::too_many_arguments, reason = "a text has as many sides")]
    fn text(
        &mut self,
        x: f32,
        y: f32,
        size: f32,
        is_right: bool,
        paint: Paint,
        text: String,
        leaf: Option<usize>,
    ) {
        let text = Drawn::Text {
            x,
            y,
            size,
            is_right,
            paint,
            text,
        };
        self.put(text, leaf);
    }

    #[allow(clippy::cast_possible_truncation, reason = "points on paper")]
    fn picture(&mut self, report: &ReportTable, room: f32, paper: (f32, f32), title: &str) -> Tagged {
        let picture = Picture::of(report);
        let most = paper.1 - MARGIN * 2.0 - FOOTER;
        let scale = (room.min(PICTURE) / WIDTH as f32).min(most / picture.height as f32);
        let height = picture.height as f32 * scale;
        self.make_room(height, paper, title);
        let leaf = self.leaf();
        let corner = (MARGIN, self.at);
        for shape in picture.marks.into_iter().flat_map(|mark| mark.shapes) {
            self.put(Drawn::Shape(shape, corner, scale), Some(leaf));
        }
        self.at += height;
        let words = format!("{}. {}", plain(&drawn(report)), plain(&in_words(report)));
        Tagged {
            role: Role::Picture(words),
            children: vec![Child::Leaf(leaf)],
        }
    }

    fn table(&mut self, report: &ReportTable, columns: &Columns, paper: (f32, f32), title: &str) -> Tagged {
        let headings: Vec<String> = report.columns.iter().map(|column| plain(&column.label)).collect();
        let first = self.cells(&headings, columns);
        let least = self.height(&first) + self.rows_height(report.rows.first(), columns);
        self.make_room(least, paper, title);
        let head = self.row(&first, columns, Kind::Headings, true);
        let mut rows = Vec::new();
        for cells in &report.rows {
            rows.push(self.row_of(cells, columns, &first, Kind::Row, paper, title));
        }
        let mut parts = vec![part(Role::Headings, vec![head]), part(Role::Rows, rows)];
        if let Some(total) = &report.total {
            let total = self.row_of(total, columns, &first, Kind::Total, paper, title);
            parts.push(part(Role::Total, vec![total]));
        }
        part(Role::Table, parts)
    }

    fn rows_height(&self, row: Option<&Vec<ReportCell>>, columns: &Columns) -> f32 {
        row.map_or(0.0, |row| self.height(&self.cells(&texts(row), columns)))
    }

    /// A row, on the next page where this one is full, below the headings once more.
    fn row_of(
        &mut self,
        row: &[ReportCell],
        columns: &Columns,
        headings: &[Vec<String>],
        kind: Kind,
        paper: (f32, f32),
        title: &str,
    ) -> Tagged {
        let cells = self.cells(&texts(row), columns);
        if self.make_room(self.height(&cells), paper, title) {
            self.row(headings, columns, Kind::Headings, false);
        }
        self.row(&cells, columns, kind, true)
    }

    /// The lines of each cell.
    fn cells(&self, texts: &[String], columns: &Columns) -> Vec<Vec<String>> {
        let cell = |(text, width): (&String, &f32)| wrap(self.setter, text, (width - PADDING * 2.0) / SMALL);
        texts.iter().zip(&columns.widths).map(cell).collect()
    }

    #[allow(clippy::cast_precision_loss, reason = "lines are few")]
    fn height(&self, cells: &[Vec<String>]) -> f32 {
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        lines as f32 * SMALL * LEADING + PADDING * 2.0
    }

    fn row(&mut self, cells: &[Vec<String>], columns: &Columns, kind: Kind, is_read: bool) -> Tagged {
        let height = self.height(cells);
        let (top, width) = (self.at, columns.widths.iter().sum());
        let area = |y, height, paint| Drawn::Area {
            x: MARGIN,
            y,
            width,
            height,
            paint,
        };
        match kind {
            Kind::Headings => self.put(area(top, height, Paint::Track), None),
            Kind::Row => {}
            Kind::Total => self.put(area(top, 1.0, Paint::Faint), None),
        }
        self.put(area(top + height - 0.5, 0.5, Paint::Line), None);
        let mut parts = Vec::new();
        let mut left = MARGIN;
        for (place, ((lines, width), is_text)) in cells
            .iter()
            .zip(&columns.widths)
            .zip(&columns.is_text)
            .enumerate()
        {
            let leaf = is_read.then(|| self.leaf());
            let mut y = top + PADDING + SMALL;
            for line in lines {
                let x = if *is_text {
                    left + PADDING
                } else {
                    left + width - PADDING
                };
                self.text(x, y, SMALL, !is_text, Paint::Ink, line.clone(), leaf);
                y += SMALL * LEADING;
            }
            let role = match (kind, place) {
                (Kind::Headings, _) => Role::HeadingOfColumn,
                (_, 0) => Role::HeadingOfRow,
                _ => Role::Cell,
            };
            parts.push(Tagged {
                role,
                children: leaf.map(Child::Leaf).into_iter().collect(),
            });
            left += width;
        }
        self.at += height;
        part(Role::Row, parts)
    }

    /// What each column would take, if there were room enough: numbers stand in one line, headings take this much of one, in the size of
    /// their font.
    fn natural(&self, report: &ReportTable, most_of_heading: f32) -> Vec<f32> {
        let widths = (0..report.columns.len()).map(|place| {
            let rows = report.rows.iter().chain(&report.total);
            let cells = rows.filter_map(|row| row.get(place)).map(ReportCell::text);
            let widest = cells
                .map(|text| self.setter.width(&plain(&text)))
                .fold(0.0, f32::max);
            let heading = report
                .columns
                .get(place)
                .map_or("", |column| column.label.as_str());
            let heading = self.setter.width(&plain(heading)).min(most_of_heading);
            (widest.max(heading) * SMALL + PADDING * 2.0 + 1.0).max(NARROWEST)
        });
        widths.collect()
    }
}

/// What sort of row it is.
#[derive(Clone, Copy)]
enum Kind {
    Headings,
    Row,
    Total,
}

fn part(role: Role, parts: Vec<Tagged>) -> Tagged {
    Tagged {
        role,
        children: parts.into_iter().map(Child::Part).collect(),
    }
}

fn texts(row: &[ReportCell]) -> Vec<String> {
    row.iter().map(|cell| plain(&cell.text())).collect()
}

fn is_text(report: &ReportTable, place: usize) -> bool {
    let mut cells = report.rows.iter().filter_map(|row| row.get(place));
    cells.all(|cell| matches!(cell, ReportCell::Text(_)))
}

/// The widths of columns as they fill the room: the widest ones give, if there is too little, and all gain, if there is more.
#[allow(clippy::cast_precision_loss, reason = "columns are few")]
fn fit(mut widths: Vec<f32>, room: f32) -> Vec<f32> {
    let sum: f32 = widths.iter().sum();
    if sum <= room {
        let each = (room - sum) / widths.len().max(1) as f32;
        widths.iter_mut().for_each(|width| *width += each);
        return widths;
    }
    // No column is wider than this; what is left over of the room is less than a point.
    let (mut low, mut high) = (0.0, room);
    for _ in 0..24 {
        let most = f32::midpoint(low, high);
        match widths.iter().map(|width| width.min(most)).sum::<f32>() <= room {
            true => low = most,
            false => high = most,
        }
    }
    widths.iter_mut().for_each(|width| *width = width.min(low));
    widths
}

/// A text in lines of a width, in the size of its font: broken at spaces, at any letter where there are none.
fn wrap(setter: &Setter<'_>, text: &str, most: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text;
    while setter.width(rest) > most {
        let mut width = 0.0;
        let mut end = 0;
        let mut space = None;
        for (place, letter) in rest.char_indices() {
            let mut buffer = [0; 4];
            width += setter.width(letter.encode_utf8(&mut buffer));
            if width > most && place > 0 {
                break;
            }
            end = place + letter.len_utf8();
            if letter == ' ' {
                space = Some(end);
            }
        }
        let cut = match space.filter(|space| *space * 3 > end) {
            Some(space) => space,
            None => before_closing(rest, end),
        };
        let (line, after) = rest.split_at(cut);
        lines.push(line.trim_end().to_owned());
        rest = after;
        if rest.is_empty() {
            return lines;
        }
    }
    lines.push(rest.to_owned());
    lines
}

/// A break that puts no closing sign at the beginning of a line: one letter earlier.
fn before_closing(text: &str, end: usize) -> usize {
    let (line, after) = text.split_at(end);
    let closes = after.starts_with([
        '）', ')', '，', '。', '、', '；', '：', '！', '？', '”', '》', ',', '.', '%',
    ]);
    let earlier = line.char_indices().next_back().map_or(0, |(place, _)| place);
    if closes && earlier > 0 { earlier } else { end }
}

impl Drawn {
    /// Where a text of a picture begins, of which one place is known.
    pub(super) fn start(x: f32, anchor: Anchor, width: f32) -> f32 {
        match anchor {
            Anchor::Start => x,
            Anchor::Middle => x - width / 2.0,
            Anchor::End => x - width,
        }
    }
}
