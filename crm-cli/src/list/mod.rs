//! A list that comes in: how it is asked for, and what is shown of it. The command and the quickstart have it in common.

mod arguments;
mod customers;
mod mend;
mod report;

use std::{path::Path, time::Instant};

pub use arguments::ListArguments;
use crmkit::{
    Code, FileImport, ImportOptions, ImportReport, Language, Problem, Session, import_file,
    model::{field_label, fields},
};
use report::Seen;

pub use customers::{show_duplicates, show_newest};
pub use mend::advice;

use crate::screen::{Shown, Stop, draw};

/// What a list that tells neither industry nor source is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// It is refused, as the library does.
    Refuse,
    /// They are "other", and that is said.
    Other,
}

/// Brings a list in and shows what came of it; as a record where nothing is to be shown.
///
/// # Errors
/// Those of [`import_file`] and its steps.
pub fn bring(
    me: &Session,
    file: &Path,
    arguments: &ListArguments,
    lacking: Lacking,
    shown: bool,
) -> Shown<ImportReport> {
    let language = me.language();
    let mut job = start(me, file, arguments, lacking)?;
    let seen = step_through(&mut job, language)?;
    let report = job.report();
    if shown {
        report::show(&report, &seen, arguments, language)?;
    }
    if let Some(path) = &arguments.fix_list {
        let rows = job.fix_list(path)?;
        let path = path.display();
        if shown {
            show!(
                language,
                "\n拒绝的 {rows} 行，改正后可再次导入：{path}",
                "\nThe {rows} refused rows, to be mended and brought in again: {path}"
            );
        }
    }
    Ok(report)
}

/// Says where the outcome of every row is, if it was asked for.
///
/// # Errors
/// When nobody reads.
pub fn show_outcome(arguments: &ListArguments, language: Language) -> Shown {
    if let Some(path) = &arguments.outcome {
        let path = path.display();
        show!(
            language,
            "\n每一行的结果：{path}",
            "\nThe outcome of every row: {path}"
        );
    }
    Ok(())
}

fn start(me: &Session, file: &Path, arguments: &ListArguments, lacking: Lacking) -> Shown<FileImport> {
    let language = me.language();
    let begin = |options: ImportOptions| {
        let outcome = arguments.outcome.as_deref();
        import_file(me, file, options, &arguments.table_options(), outcome)
    };
    let is_lacked = |problem: &&Problem| {
        problem.code == Code::MappingNoColumn
            && [fields::INDUSTRY, fields::SOURCE].contains(&problem.field.as_str())
    };
    let error = match begin(arguments.import_options()) {
        Ok(job) => return Ok(job),
        Err(error) => error,
    };
    let lacked: Vec<&Problem> = error.problems().iter().filter(is_lacked).collect();
    if lacked.is_empty() || lacking == Lacking::Refuse {
        return Err(error.into());
    }
    let mut options = arguments.import_options();
    let others = lacked
        .iter()
        .map(|problem| (problem.field.clone(), "other".to_owned()));
    options.defaults.extend(others);
    let job = begin(options)?;
    for problem in lacked {
        let (field, label) = (&problem.field, field_label(&problem.field, language));
        show!(
            language,
            "名单没有“{label}”列，取“其他”（可用 --default {field}=… 指定）。",
            "The list has no column for {label}: \"other\" is taken (--default {field}=… says otherwise)."
        );
    }
    Ok(job)
}

fn step_through(job: &mut FileImport, language: Language) -> Result<Seen, Stop> {
    let mut seen = Seen::default();
    let begun = Instant::now();
    loop {
        let progress = job.step(&mut |row| seen.take(row))?;
        let rows = job.report().counts.rows;
        draw(
            progress.done,
            progress.total,
            &say!(language, "{rows} 行", "{rows} rows"),
        );
        if progress.finished {
            break;
        }
    }
    seen.seconds = begun.elapsed().as_secs_f64();
    Ok(seen)
}
