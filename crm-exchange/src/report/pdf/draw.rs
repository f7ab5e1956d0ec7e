//! A document as it was laid out, drawn and tagged.

use std::num::NonZeroU16;

use crm_core::{Language, report::ReportTable};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Configuration, Validator},
    destination::XyzDestination,
    error::KrillaError,
    geom::{Path, PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{
        ArtifactType, ContentTag, Identifier, Node, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree,
    },
};

use super::{
    PdfError,
    fonts::Setter,
    layout::{Child, Drawn, Item, Laid, Role, Sheet, Tagged},
    plain,
};
use crate::report::picture::{Anchor, Paint, Shape};

/// How many points a footer's letters have.
const FOOTER: f32 = 8.0;
const MARGIN: f32 = 42.0;

pub(super) fn document(
    laid: Laid,
    reports: &[ReportTable],
    language: Language,
    setter: &Setter<'_>,
) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new_with(SerializeSettings {
        configuration: Configuration::new_with_validator(Validator::UA1),
        ..SerializeSettings::default()
    });
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); laid.leaves];
    let count = laid.sheets.len();
    for (number, sheet) in (1..).zip(&laid.sheets) {
        let Some(paper) = PageSettings::from_wh(sheet.width, sheet.height) else {
            continue;
        };
        let mut page = document.start_page_with(paper);
        let mut surface = page.surface();
        draw_sheet(&mut surface, sheet, setter, &mut leaves);
        let _ = surface.start_tagged(ContentTag::Artifact(ArtifactType::Footer));
        let y = sheet.height - MARGIN + FOOTER;
        let pages = format!("{number} / {count}");
        text(
            &mut surface,
            setter,
            (MARGIN, y),
            FOOTER,
            Paint::Faint,
            &sheet.title,
        );
        let x = sheet.width - MARGIN - setter.width(&pages) * FOOTER;
        text(&mut surface, setter, (x, y), FOOTER, Paint::Faint, &pages);
        surface.end_tagged();
        surface.finish();
        page.finish();
    }
    let mut outline = Outline::new();
    for (report, page) in reports.iter().zip(&laid.first) {
        let top = XyzDestination::new(*page, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(plain(&report.title), top));
    }
    document.set_outline(outline);
    let lang = match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    };
    let mut tree = TagTree::new().with_lang(Some(lang.to_owned()));
    for report in laid.reports {
        tree.push(tagged(report, &leaves));
    }
    document.set_tag_tree(tree);
    let titles: Vec<String> = reports.iter().map(|report| plain(&report.title)).collect();
    let metadata = Metadata::new()
        .title(titles.join(" · "))
        .language(lang.to_owned())
        .creator("crmkit".to_owned());
    document.set_metadata(metadata);
    document.finish().map_err(|error| match error {
        KrillaError::Validation(problems) => PdfError::NotEmbeddable(format!("{problems:?}")),
        other => PdfError::NotEmbeddable(format!("{other:?}")),
    })
}

/// Draws what stands on a page. What is of one leaf is marked as one, as far as it stands together.
fn draw_sheet(surface: &mut Surface<'_>, sheet: &Sheet, setter: &Setter<'_>, leaves: &mut [Vec<Identifier>]) {
    for same in sheet.items.chunk_by(|one, other| one.leaf == other.leaf) {
        let leaf = same.first().and_then(|item| item.leaf);
        let tag = match (leaf, same) {
            (None, _) => ContentTag::Artifact(ArtifactType::Other),
            (
                _,
                [
                    Item {
                        what: Drawn::Text { .. },
                        ..
                    },
                ],
            ) => ContentTag::Span(SpanTag::empty()),
            _ => ContentTag::Other,
        };
        let identifier = surface.start_tagged(tag);
        if let Some(there) = leaf.and_then(|leaf| leaves.get_mut(leaf)) {
            there.push(identifier);
        }
        for item in same {
            draw(surface, &item.what, setter);
        }
        surface.end_tagged();
    }
}

fn tagged(part: Tagged, leaves: &[Vec<Identifier>]) -> TagGroup {
    let mut group = match part.role {
        Role::Report => TagGroup::new(Tag::Section),
        Role::Title(title) => TagGroup::new(Tag::Hn(NonZeroU16::MIN, Some(title))),
        Role::Line => TagGroup::new(Tag::P),
        Role::Picture(words) => TagGroup::new(Tag::Figure(Some(words))),
        Role::Table => TagGroup::new(Tag::Table),
        Role::Headings => TagGroup::new(Tag::THead),
        Role::Rows => TagGroup::new(Tag::TBody),
        Role::Total => TagGroup::new(Tag::TFoot),
        Role::Row => TagGroup::new(Tag::TR),
        Role::HeadingOfColumn => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
        Role::HeadingOfRow => TagGroup::new(Tag::TH(TableHeaderScope::Row)),
        Role::Cell => TagGroup::new(Tag::TD),
    };
    for child in part.children {
        match child {
            Child::Part(part) => group.push(tagged(part, leaves)),
            Child::Leaf(leaf) => {
                let there = leaves.get(leaf).into_iter().flatten();
                group
                    .children
                    .extend(there.map(|identifier| Node::from(*identifier)));
            }
        }
    }
    group
}

#[allow(clippy::cast_possible_truncation, reason = "points on paper")]
fn draw(surface: &mut Surface<'_>, what: &Drawn, setter: &Setter<'_>) {
    match what {
        Drawn::Text {
            x,
            y,
            size,
            is_right,
            paint,
            text: words,
        } => {
            let x = match is_right {
                true => x - setter.width(words) * size,
                false => *x,
            };
            text(surface, setter, (x, *y), *size, *paint, words);
        }
        Drawn::Area {
            x,
            y,
            width,
            height,
            paint,
        } => fill(surface, *paint, area(*x, *y, *width, *height)),
        Drawn::Shape(shape, corner, scale) => {
            let at = |x: f64, y: f64| (corner.0 + x as f32 * scale, corner.1 + y as f32 * scale);
            match shape {
                Shape::Bar {
                    x,
                    y,
                    width,
                    height,
                    paint,
                } => {
                    let (x, y) = at(*x, *y);
                    fill(
                        surface,
                        *paint,
                        area(x, y, *width as f32 * scale, *height as f32 * scale),
                    );
                }
                Shape::Area { corners, paint } => {
                    let corners: Vec<(f32, f32)> = corners.iter().map(|(x, y)| at(*x, *y)).collect();
                    fill(surface, *paint, polygon(&corners));
                }
                Shape::Ring {
                    centre,
                    outer,
                    inner,
                    from,
                    to,
                    paint,
                } => {
                    let part = ring(
                        at(centre.0, centre.1),
                        *outer as f32 * scale,
                        *inner as f32 * scale,
                        *from,
                        *to,
                    );
                    fill(surface, *paint, part);
                }
                Shape::Text {
                    x,
                    y,
                    size,
                    anchor,
                    paint,
                    text: words,
                } => {
                    let (x, y) = at(*x, *y);
                    let (size, words) = (*size as f32 * scale, plain(words));
                    let x = match anchor {
                        Anchor::Start => x,
                        _ => Drawn::start(x, *anchor, setter.width(&words) * size),
                    };
                    text(surface, setter, (x, y), size, *paint, &words);
                }
            }
        }
    }
}

fn text(
    surface: &mut Surface<'_>,
    setter: &Setter<'_>,
    (x, y): (f32, f32),
    size: f32,
    paint: Paint,
    text: &str,
) {
    surface.set_fill(Some(ink(paint)));
    let mut left = x;
    for run in setter.set(text) {
        surface.draw_glyphs(
            Point::from_xy(left, y),
            &run.glyphs,
            run.font.clone(),
            &run.text,
            size,
            false,
        );
        left += run.width * size;
    }
}

fn fill(surface: &mut Surface<'_>, paint: Paint, path: Option<Path>) {
    if let Some(path) = path {
        surface.set_fill(Some(ink(paint)));
        surface.draw_path(&path);
    }
}

fn ink(paint: Paint) -> Fill {
    let [_, red, green, blue] = paint.light().to_be_bytes();
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        opacity: NormalizedF32::ONE,
        rule: krilla::paint::FillRule::default(),
    }
}

/// A box; none where it has no extent.
fn area(x: f32, y: f32, width: f32, height: f32) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height).filter(|_| width > 0.0 && height > 0.0)?);
    path.finish()
}

fn polygon(corners: &[(f32, f32)]) -> Option<Path> {
    let ((x, y), others) = corners.split_first()?;
    let mut path = PathBuilder::new();
    path.move_to(*x, *y);
    for (x, y) in others {
        path.line_to(*x, *y);
    }
    path.close();
    path.finish()
}

/// A part of a ring, its arcs as curves, each of an eighth of a turn at most: these differ from arcs by less than a printer's dot.
#[allow(clippy::cast_possible_truncation, reason = "points on paper")]
fn ring((x, y): (f32, f32), outer: f32, inner: f32, from: f64, to: f64) -> Option<Path> {
    let parts = ((to - from) * 8.0).ceil().clamp(1.0, 8.0);
    let step = (to - from) / parts;
    let handle = (4.0 / 3.0 * (step * std::f64::consts::FRAC_PI_2).tan()) as f32;
    let direction = |turns: f64| {
        let (sine, cosine) = (turns * std::f64::consts::TAU).sin_cos();
        (sine as f32, -cosine as f32)
    };
    let mut path = PathBuilder::new();
    let arc = |path: &mut PathBuilder, radius: f32, from: f64, step: f64, handle: f32, is_first: bool| {
        let at = |(dx, dy): (f32, f32)| (x + dx * radius, y + dy * radius);
        let first = at(direction(from));
        match is_first {
            true => path.move_to(first.0, first.1),
            false => path.line_to(first.0, first.1),
        }
        let mut turned = from;
        for _ in 0..parts as usize {
            let (begin, end) = (direction(turned), direction(turned + step));
            let (p, q) = (at(begin), at(end));
            // Along the circle: a quarter of a turn ahead.
            let out = radius * handle;
            path.cubic_to(
                p.0 - begin.1 * out,
                p.1 + begin.0 * out,
                q.0 + end.1 * out,
                q.1 - end.0 * out,
                q.0,
                q.1,
            );
            turned += step;
        }
    };
    arc(&mut path, outer, from, step, handle, true);
    arc(&mut path, inner, to, -step, -handle, false);
    path.close();
    path.finish()
}
