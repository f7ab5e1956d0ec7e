//! Which fonts a document is written in.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use fontdb::Database;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Face, UnicodeBuffer, ttf_parser};

use super::PdfError;

/// Families with Chinese and Latin letters, in the order in which they are taken: those that may be had and given on by anybody first.
const PREFERRED: [&str; 12] = [
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimSun",
    "Noto Sans",
    "DejaVu Sans",
];

/// The fonts that a document may be written in, the first with a letter's glyph for each letter.
#[derive(Clone, Debug)]
pub struct Fonts(Vec<Source>);

#[derive(Clone, Debug)]
enum Source {
    Given(Arc<Vec<u8>>, u32),
    /// Those that the system has, read when a letter is looked for.
    System,
}

impl Fonts {
    /// Those that the system has, one with Chinese first.
    pub fn system() -> Self {
        Self(vec![Source::System])
    }

    /// A font of the host's own: a file's bytes, TrueType or OpenType; of a collection the first.
    pub fn given(bytes: Vec<u8>) -> Self {
        Self(vec![Source::Given(Arc::new(bytes), 0)])
    }

    /// As [`given`](Self::given), from a file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file(path: &Path) -> std::io::Result<Self> {
        std::fs::read(path).map(Self::given)
    }

    /// These, and others for what they lack.
    pub fn or(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// The fonts in which these letters can be written.
    pub(super) fn with(&self, letters: &BTreeSet<char>) -> Result<Vec<Loaded>, PdfError> {
        let mut lacking = letters.clone();
        let mut loaded = Vec::new();
        for source in &self.0 {
            match source {
                Source::Given(bytes, index) => {
                    let face = Face::from_slice(bytes, *index).ok_or(PdfError::NoFont)?;
                    take(&face, &mut lacking);
                    loaded.push(Loaded::new(Arc::clone(bytes), *index)?);
                }
                Source::System if lacking.is_empty() => {}
                Source::System => loaded.extend(of_system(&mut lacking)?),
            }
        }
        match lacking.is_empty() {
            true => Ok(loaded),
            false => Err(PdfError::NoGlyphs {
                letters: lacking.into_iter().take(20).collect(),
            }),
        }
    }
}

/// Those of the system's fonts that have letters which are lacking.
fn of_system(lacking: &mut BTreeSet<char>) -> Result<Vec<Loaded>, PdfError> {
    let mut system = Database::new();
    system.load_system_fonts();
    let rank = |face: &fontdb::FaceInfo| {
        let of = |name: &str| face.families.iter().any(|(family, _)| family == name);
        PREFERRED
            .iter()
            .position(|name| of(name))
            .unwrap_or(PREFERRED.len())
    };
    let mut faces: Vec<(usize, &str, fontdb::ID)> = system
        .faces()
        .filter(|face| face.style == fontdb::Style::Normal && face.weight == fontdb::Weight::NORMAL)
        .filter(|face| face.stretch == fontdb::Stretch::Normal)
        .map(|face| (rank(face), face.post_script_name.as_str(), face.id))
        .collect();
    faces.sort_by_key(|(rank, name, _)| (*rank, *name));
    let mut loaded = Vec::new();
    for (_, _, id) in faces {
        if lacking.is_empty() {
            break;
        }
        let read = system.with_face_data(id, |bytes, index| {
            let face = Face::from_slice(bytes, index)?;
            let before = lacking.len();
            take(&face, lacking);
            (lacking.len() < before).then(|| Loaded::new(Arc::new(bytes.to_vec()), index))
        });
        if let Some(font) = read.flatten() {
            loaded.push(font?);
        }
    }
    Ok(loaded)
}

/// Takes away the letters that a font has.
fn take(face: &Face<'_>, lacking: &mut BTreeSet<char>) {
    let tables = face.tables();
    // Pictures of letters, as emoji are, are no outlines.
    if tables.glyf.is_some() || tables.cff.is_some() || tables.cff2.is_some() {
        lacking.retain(|letter| !has(face, *letter));
    }
}

fn has(face: &Face<'_>, letter: char) -> bool {
    face.glyph_index(letter)
        .is_some_and(|glyph| glyph != ttf_parser::GlyphId(0))
}

/// A font that is written in.
pub(super) struct Loaded {
    bytes: Arc<Vec<u8>>,
    index: u32,
    pub(super) font: Font,
}

impl Loaded {
    fn new(bytes: Arc<Vec<u8>>, index: u32) -> Result<Self, PdfError> {
        let font = Font::new(Arc::clone(&bytes).into(), index).ok_or(PdfError::NoFont)?;
        Ok(Self { bytes, index, font })
    }
}

/// The fonts, ready to set texts in.
pub(super) struct Setter<'a>(Vec<(Face<'a>, Font)>);

/// A part of a text in one font.
pub(super) struct Run {
    pub(super) text: String,
    pub(super) font: Font,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In the size of the font.
    pub(super) width: f32,
}

impl<'a> Setter<'a> {
    pub(super) fn new(loaded: &'a [Loaded]) -> Self {
        let face = |font: &'a Loaded| Some((Face::from_slice(&font.bytes, font.index)?, font.font.clone()));
        Self(loaded.iter().filter_map(face).collect())
    }

    /// A text as glyphs.
    pub(super) fn set(&self, text: &str) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let Some((face, font)) = self.0.iter().find(|(face, _)| has(face, first)) else {
                // Nobody asks for letters that no font has; they were looked for before.
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
                continue;
            };
            let end = rest.find(|letter| !has(face, letter)).unwrap_or(rest.len());
            let (same, after) = rest.split_at(end);
            runs.push(run(same, face, font));
            rest = after;
        }
        runs
    }

    pub(super) fn width(&self, text: &str) -> f32 {
        self.set(text).iter().map(|run| run.width).sum()
    }
}

#[allow(clippy::cast_precision_loss, reason = "units of a font are few")]
fn run(text: &str, face: &Face<'_>, font: &Font) -> Run {
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    let set = rustybuzz::shape(face, &[], buffer);
    let units = face.units_per_em().max(1) as f32;
    let mut clusters: Vec<usize> = set
        .glyph_infos()
        .iter()
        .map(|glyph| glyph.cluster as usize)
        .collect();
    clusters.sort_unstable();
    clusters.dedup();
    let glyphs: Vec<KrillaGlyph> = set
        .glyph_infos()
        .iter()
        .zip(set.glyph_positions())
        .map(|(glyph, position)| {
            let start = glyph.cluster as usize;
            let after = clusters.iter().find(|cluster| **cluster > start);
            let end = after.copied().unwrap_or(text.len());
            KrillaGlyph::new(
                GlyphId::new(glyph.glyph_id),
                position.x_advance as f32 / units,
                position.x_offset as f32 / units,
                position.y_offset as f32 / units,
                position.y_advance as f32 / units,
                start..end,
                None,
            )
        })
        .collect();
    Run {
        text: text.to_owned(),
        font: font.clone(),
        width: glyphs.iter().map(|glyph| glyph.x_advance).sum(),
        glyphs,
    }
}
