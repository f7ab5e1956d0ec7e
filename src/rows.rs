//! Importing rows that a program holds in memory, as if they were a file.

use std::io::BufWriter;

use crm_exchange::{Cell, Encoding, SheetOptions, TableKind, TableOptions, TableWriter};

use crate::{FileImport, ImportOptions, Result, Session, file_import::import_file, placed::cannot_write};

/// Begins the import of rows under these headings, or goes on with the one of the same rows and options that has not ended. They
/// are written to a file in the system's folder for such, which goes with the import, so that they are read as any list.
///
/// # Errors
/// Those of [`import_file`]; `file.outcome` if the file cannot be written.
///
/// # Examples
/// ```
/// use crmkit::{IN_MEMORY, ImportOptions, OpenOptions, import_rows};
///
/// let crm = crmkit::open(IN_MEMORY, OpenOptions::default())?;
/// crm.set_up("lin", "林")?;
/// let headings = ["客户名称", "所属行业", "电话", "客户来源"];
/// let rows = [["示例重工有限公司", "制造业", "021-55550199", "转介绍"]];
/// let mut job = import_rows(&crm.session("lin")?, &headings, rows, ImportOptions::default())?;
/// while !job.step(&mut |_| ())?.finished {}
/// assert_eq!(job.report().counts.created, 1);
/// # Ok::<(), crmkit::Error>(())
/// ```
pub fn import_rows<R>(
    session: &Session,
    headings: &[impl AsRef<str>],
    rows: impl IntoIterator<Item = R>,
    options: ImportOptions,
) -> Result<FileImport>
where
    R: IntoIterator,
    R::Item: AsRef<str>,
{
    let file = tempfile::Builder::new()
        .suffix(".csv")
        .tempfile()
        .map_err(cannot_write)?;
    let headings: Vec<&str> = headings.iter().map(AsRef::as_ref).collect();
    let to = BufWriter::new(file.as_file());
    let mut table =
        TableWriter::new(TableKind::Csv, to, &headings, &SheetOptions::default()).map_err(cannot_write)?;
    for row in rows {
        let cells: Vec<R::Item> = row.into_iter().collect();
        let cells = cells.iter().map(|cell| Cell {
            text: cell.as_ref(),
            marked: false,
        });
        table.row(cells).map_err(cannot_write)?;
    }
    table.finish().map_err(cannot_write)?;
    let table = TableOptions {
        encoding: Some(Encoding::Utf8),
        delimiter: Some(b','),
        header_row: Some(1),
        ..TableOptions::default()
    };
    let job = import_file(session, file.path(), options, &table, None)?;
    Ok(job.with_file(file.into_temp_path()))
}
