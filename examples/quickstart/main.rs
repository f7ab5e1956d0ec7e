//! A list goes in, and comes out numbered, checked and free of duplicates.
//!
//! ```sh
//! cargo run --release --example quickstart                  # a sample list, a database in a temporary folder
//! cargo run --release --example quickstart -- FILE --db crm.db --outcome outcome.csv
//! cargo run --release --example quickstart -- --help        # how a list is read, and what its words mean
//! ```

#[macro_use]
mod screen;
mod arguments;
mod customers;
mod mend;
mod report;

use std::{process::ExitCode, time::Instant};

use arguments::Arguments;
use crmkit::{
    Code, Crm, Error, FileImport, ImportOptions, Language, OpenOptions, Problem, Session, import_file,
    model::{field_label, fields},
};
use report::Seen;
use screen::{Shown, Stop, draw};

fn main() -> ExitCode {
    let language = arguments::language_asked_for();
    let usage = arguments::usage(language);
    let ended = match Arguments::parse(language) {
        Ok(Some(arguments)) => run(&arguments),
        Ok(None) => screen::line(usage).map_err(Stop::from),
        Err(mistake) => {
            eprintln!("quickstart: {mistake}\n{usage}");
            return ExitCode::from(2);
        }
    };
    match ended {
        Ok(()) | Err(Stop::Unread) => ExitCode::SUCCESS,
        Err(Stop::Failed(error)) => {
            eprintln!("quickstart: {}", said(&error, language));
            mend::advice(&error, language)
                .iter()
                .for_each(|advice| eprintln!("  {advice}"));
            ExitCode::FAILURE
        }
    }
}

/// What is wrong, with what was typed: the person who typed it reads it.
fn said(error: &Error, language: Language) -> String {
    let problems = error.problems().iter();
    let problems: Vec<String> = problems.map(|problem| problem.message(language)).collect();
    match problems.is_empty() {
        true => error.message(language),
        false => problems.join(&say!(language, "；", "; ")),
    }
}

fn run(arguments: &Arguments) -> Shown {
    let language = arguments.language;
    let folder = tempfile::tempdir()?;
    let given = arguments.database.clone();
    let database = given.unwrap_or_else(|| folder.path().join("crm.db"));
    let options = OpenOptions {
        language,
        ..OpenOptions::default()
    };
    let crm = crmkit::open(&database, options)?;
    let me = session(&crm)?;
    let temporary = match arguments.database {
        None => say!(language, "（临时）", " (temporary)"),
        Some(_) => String::new(),
    };
    let (list, database) = (arguments.file.display(), database.display());
    show!(language, "名单      {list}", "list      {list}");
    show!(
        language,
        "数据库    {database}{temporary}\n",
        "database  {database}{temporary}\n"
    );

    let mut job = start(&me, arguments)?;
    let seen = step_through(&mut job, language)?;
    report::show(&job.report(), &seen, arguments)?;
    if !arguments.import.dry_run {
        customers::show_duplicates(&me, language)?;
        customers::show_newest(&me, language)?;
    }
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

/// The first run sets the database up.
fn session(crm: &Crm) -> crmkit::Result<Session> {
    if !crm.is_set_up()? {
        crm.set_up("admin", "Admin")?;
    }
    crm.session("admin")
}

/// Begins the import; a list that tells neither industry nor source gets "other" for them.
fn start(me: &Session, arguments: &Arguments) -> Result<FileImport, Stop> {
    let language = arguments.language;
    let begin = |options: ImportOptions| {
        let outcome = arguments.outcome.as_deref();
        import_file(me, &arguments.file, options, &arguments.table, outcome)
    };
    let is_lacked = |problem: &&Problem| {
        problem.code == Code::MappingNoColumn
            && [fields::INDUSTRY, fields::SOURCE].contains(&problem.field.as_str())
    };
    let error = match begin(arguments.import.clone()) {
        Ok(job) => return Ok(job),
        Err(error) => error,
    };
    let lacked: Vec<&Problem> = error.problems().iter().filter(is_lacked).collect();
    if lacked.is_empty() {
        return Err(error.into());
    }
    let mut options = arguments.import.clone();
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
        )?;
        if progress.finished {
            break;
        }
    }
    seen.seconds = begun.elapsed().as_secs_f64();
    Ok(seen)
}
