//! Reports as they go out (R7.6): who may is asked first, the log has what goes out before it does, and a file stands in its place
//! whole or not at all.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use crm_core::{
    BusinessZone, Export, Exported, Report, ReportFormat,
    report::{ReportTable, Tabular},
};
use sha2::{Digest, Sha256};

use crate::{
    Code, Error, Problem, Result, Session,
    model::fields,
    placed::{WholeFile, cannot_write},
};

/// How reports go out: in which form, and of a PDF document, with which font.
#[derive(Clone, Debug, Default)]
pub struct ReportExport {
    format: Option<ReportFormat>,
    font: Option<PathBuf>,
}

impl ReportExport {
    /// In the form that a file's name says by its ending, or bytes by nothing: then it is to be said.
    pub fn new() -> Self {
        Self::default()
    }

    /// In this form.
    #[must_use]
    pub fn format(self, format: ReportFormat) -> Self {
        Self {
            format: Some(format),
            ..self
        }
    }

    /// With the font in this file, in a PDF document; where it has not all letters, with the system's besides.
    #[must_use]
    pub fn font(self, font: impl Into<PathBuf>) -> Self {
        Self {
            font: Some(font.into()),
            ..self
        }
    }

    /// The reports as the bytes of a file, in the session's language.
    ///
    /// ```
    /// use crmkit::{FunnelQuery, OpenOptions, ReportExport, ReportFormat};
    ///
    /// let crm = crmkit::open(":memory:", OpenOptions::default())?;
    /// crm.set_up("lin", "林")?;
    /// let me = crm.session("lin")?;
    /// let funnel = me.reports().funnel(&FunnelQuery::default())?;
    /// let page = ReportExport::new().format(ReportFormat::Html).bytes(&me, &[funnel.into()])?;
    /// assert!(page.starts_with(b"<!DOCTYPE html>"));
    /// # Ok::<(), crmkit::Error>(())
    /// ```
    ///
    /// # Errors
    /// `access.denied`, which the log keeps; `export.format`, `export.one_report`, `export.fonts`; `field.missing` without a report.
    pub fn bytes(&self, session: &Session, reports: &[Report]) -> Result<Vec<u8>> {
        let format = self.format.ok_or_else(|| unknown_format(""))?;
        self.made(session, reports, format)
    }

    /// Writes the reports to a file: in the form that its name says by its ending, unless another was said. What was there is
    /// replaced when the new one is whole.
    ///
    /// # Errors
    /// As [`bytes`](Self::bytes); `file.outcome_in_use` where a database is; `file.outcome` for a file that cannot be written.
    pub fn to_file(&self, session: &Session, reports: &[Report], place: &Path) -> Result<()> {
        let ending = place
            .extension()
            .and_then(|ending| ending.to_str())
            .unwrap_or_default();
        let by_name = || ReportFormat::from_code(&ending.to_ascii_lowercase());
        let format = self
            .format
            .or_else(by_name)
            .ok_or_else(|| unknown_format(ending))?;
        for report in reports {
            session.exports().check(Exported::Report(report.head().report))?;
        }
        let (whole, mut file) = WholeFile::begin(place)?;
        let bytes = self.made(session, reports, format)?;
        file.write_all(&bytes)
            .and_then(|()| file.flush())
            .map_err(cannot_write)?;
        whole.put()
    }

    /// Makes the bytes, and has the log keep what they are.
    fn made(&self, session: &Session, reports: &[Report], format: ReportFormat) -> Result<Vec<u8>> {
        if reports.is_empty() {
            return Err(Error::invalid(Problem::missing(fields::REPORT)));
        }
        if let Some(font) = self.font.as_ref().filter(|_| format != ReportFormat::Pdf) {
            let font = font.display().to_string();
            return Err(Error::invalid(Problem::with(
                fields::FONT,
                Code::FieldUnexpected,
                font,
            )));
        }
        for report in reports {
            session.exports().check(Exported::Report(report.head().report))?;
        }
        let tables = tables(session, reports)?;
        let bytes = self.written(session, reports, &tables, format)?;
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        for (report, table) in reports.iter().zip(&tables) {
            session.exports().record(&Export {
                what: Exported::Report(report.head().report),
                filter: report.head().filter(),
                rows: table.rows.len() as u64,
                sha256,
            })?;
        }
        Ok(bytes)
    }

    fn written(
        &self,
        session: &Session,
        reports: &[Report],
        tables: &[ReportTable],
        format: ReportFormat,
    ) -> Result<Vec<u8>> {
        let one = || match tables {
            [table] => Ok(table),
            _ => Err(Error::invalid(Problem::new(
                fields::REPORT,
                Code::ExportOneReport,
            ))),
        };
        let mut bytes = Vec::new();
        match format {
            ReportFormat::Html => {
                bytes.extend(crm_exchange::report::page(tables, session.language()).bytes())
            }
            ReportFormat::Svg => bytes.extend(crm_exchange::report::svg(one()?).bytes()),
            ReportFormat::Json => serde_json::to_writer(&mut bytes, reports).map_err(cannot_write)?,
            #[cfg(feature = "csv")]
            ReportFormat::Csv => {
                let bom = crm_exchange::report::Bom::With;
                crm_exchange::report::csv(one()?, &mut bytes, bom).map_err(cannot_write)?;
            }
            #[cfg(feature = "xlsx-write")]
            ReportFormat::Xlsx => crm_exchange::report::workbook(tables, &mut bytes).map_err(cannot_write)?,
            #[cfg(feature = "pdf")]
            ReportFormat::Pdf => self.pdf(session, tables, &mut bytes)?,
            other => return Err(unknown_format(other.code())),
        }
        Ok(bytes)
    }

    #[cfg(feature = "pdf")]
    fn pdf(&self, session: &Session, tables: &[ReportTable], bytes: &mut Vec<u8>) -> Result<()> {
        use crm_exchange::report::{Fonts, PdfError, pdf};

        let fonts = match &self.font {
            Some(font) => Fonts::file(font).map_err(cannot_write)?.or(Fonts::system()),
            None => Fonts::system(),
        };
        pdf(tables, session.language(), &fonts, bytes).map_err(|error| match error {
            PdfError::NoGlyphs { letters } => {
                Error::invalid(Problem::with(fields::FONT, Code::ExportFonts, letters))
            }
            PdfError::NoFont => Error::invalid(Problem::with(fields::FONT, Code::ExportFonts, "?")),
            other => cannot_write(other),
        })
    }
}

/// A report as a picture, in the session's language: SVG, which scales, and says in words what it shows. To be looked at, as the report
/// is: nothing is exported.
///
/// ```
/// use crmkit::{FunnelQuery, OpenOptions};
///
/// let crm = crmkit::open(":memory:", OpenOptions::default())?;
/// crm.set_up("lin", "林")?;
/// let me = crm.session("lin")?;
/// let funnel = me.reports().funnel(&FunnelQuery::default())?;
/// assert!(crmkit::picture(&me, &funnel.into())?.starts_with("<svg"));
/// # Ok::<(), crmkit::Error>(())
/// ```
///
/// # Errors
/// `storage.*`.
pub fn picture(session: &Session, report: &Report) -> Result<String> {
    Ok(draw(&report.table(session.language(), zone(session)?)))
}

/// A report's table as a picture, in the table's language: SVG. See [`picture`].
pub fn draw(table: &ReportTable) -> String {
    crm_exchange::report::svg(table)
}

fn tables(session: &Session, reports: &[Report]) -> Result<Vec<ReportTable>> {
    let zone = zone(session)?;
    let table = |report: &Report| report.table(session.language(), zone);
    Ok(reports.iter().map(table).collect())
}

fn zone(session: &Session) -> Result<BusinessZone> {
    Ok(BusinessZone::named(&session.settings().get()?.time_zone).unwrap_or_default())
}

fn unknown_format(typed: &str) -> Error {
    Error::invalid(Problem::with(fields::FORMAT, Code::ExportFormat, typed))
}
