//! A list goes in, and comes out numbered, checked and free of duplicates.
//!
//! ```sh
//! cargo run --release --example quickstart                  # a sample list, a database in a temporary folder
//! cargo run --release --example quickstart -- FILE [--db PATH] [--map HEADING=field] [--default field=value]
//!     [--region TW] [--outcome PATH] [--language zh] [--on-duplicate fill_blanks] [--dry-run]
//! ```

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use crmkit::{
    Code, Crm, CustomerNumber, CustomerQuery, DuplicatePair, DuplicateReport, DuplicateSearch, Error,
    FileImport, ImportOptions, ImportRow, Language, OnDuplicate, OpenOptions, PageRequest, PickList, Problem,
    Region, RowOutcome, Session, TableOptions, import_file, model::field_label,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text in the language asked for.
macro_rules! say {
    ($language:expr, $zh:literal, $en:literal $(, $value:expr)* $(,)?) => {
        match $language {
            Language::Zh => format!($zh $(, $value)*),
            Language::En => format!($en $(, $value)*),
        }
    };
}

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/customers.csv");
const USAGE_ZH: &str =
    "用法：quickstart [名单] [--db 路径] [--map 列名=字段] [--default 字段=值] [--region CN]
                 [--outcome 路径] [--language en|zh] [--on-duplicate skip|fill_blanks|create] [--dry-run]";
const USAGE_EN: &str =
    "usage: quickstart [FILE] [--db PATH] [--map HEADING=field] [--default field=value] [--region CN]
                  [--outcome PATH] [--language en|zh] [--on-duplicate skip|fill_blanks|create] [--dry-run]";
/// Rows of each kind that are shown; all of them are in the outcome file.
const SHOWN: usize = 8;

fn main() -> ExitCode {
    let language = language_asked_for();
    let usage = match language {
        Language::Zh => USAGE_ZH,
        Language::En => USAGE_EN,
    };
    let arguments = match Arguments::parse(language) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!("{usage}");
            return ExitCode::SUCCESS;
        }
        Err(mistake) => {
            eprintln!("quickstart: {mistake}\n{usage}");
            return ExitCode::from(2);
        }
    };
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {}", said(&error, language));
            ExitCode::FAILURE
        }
    }
}

/// What is wrong, with what was typed: the person who typed it reads it.
fn said(error: &Error, language: Language) -> String {
    let problems: Vec<String> = error
        .problems()
        .iter()
        .map(|problem| problem.message(language))
        .collect();
    match problems.is_empty() {
        true => error.message(language),
        false => problems.join(&say!(language, "；", "; ")),
    }
}

/// The language of `--language`, wherever it stands: help and mistakes are in it, too.
fn language_asked_for() -> Language {
    let mut asked = Language::En;
    let mut arguments = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let code = match argument.strip_prefix("--language") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(language) = code.as_deref().and_then(Language::from_code) {
            asked = language;
        }
    }
    asked
}

struct Arguments {
    file: PathBuf,
    database: Option<PathBuf>,
    outcome: Option<PathBuf>,
    language: Language,
    import: ImportOptions,
}

impl Arguments {
    fn parse(language: Language) -> Result<Option<Self>, String> {
        use lexopt::prelude::*;

        let mut arguments = Self {
            file: SAMPLE.into(),
            database: None,
            outcome: None,
            language,
            import: ImportOptions::default(),
        };
        let mistake = |error: lexopt::Error| mistake(&error, language);
        let import = &mut arguments.import;
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next().map_err(mistake)? {
            let text = |parser: &mut lexopt::Parser| -> Result<String, String> {
                parser.value().and_then(|value| value.string()).map_err(mistake)
            };
            match argument {
                Value(file) => arguments.file = file.into(),
                Long("db") => arguments.database = Some(text(&mut parser)?.into()),
                Long("outcome") => arguments.outcome = Some(text(&mut parser)?.into()),
                Long("map") => import.mapping.extend([pair(&text(&mut parser)?, language)?]),
                Long("default") => import.defaults.extend([pair(&text(&mut parser)?, language)?]),
                Long("dry-run") => import.dry_run = true,
                Long("region") => {
                    import.region = Some(known(&text(&mut parser)?, Region::from_code, language)?)
                }
                Long("language") => {
                    arguments.language = known(&text(&mut parser)?, Language::from_code, language)?;
                }
                Long("on-duplicate") => {
                    import.on_duplicate = known(&text(&mut parser)?, OnDuplicate::from_code, language)?
                }
                Long("help") | Short('h') => return Ok(None),
                other => return Err(mistake(other.unexpected())),
            }
        }
        Ok(Some(arguments))
    }
}

/// What is wrong with the words of the command line.
fn mistake(error: &lexopt::Error, language: Language) -> String {
    if language == Language::En {
        return error.to_string();
    }
    match error {
        lexopt::Error::MissingValue { option } => {
            format!("缺少值：{}", option.as_deref().unwrap_or_default())
        }
        lexopt::Error::UnexpectedOption(option) => format!("没有这个选项：{option}"),
        lexopt::Error::UnexpectedValue { option, .. } => format!("选项不带值：{option}"),
        lexopt::Error::UnexpectedArgument(argument) => format!("多余的参数：{}", argument.display()),
        lexopt::Error::NonUnicodeValue(value) => format!("不是有效文本：{}", value.display()),
        _ => "参数有误".to_owned(),
    }
}

fn pair(text: &str, language: Language) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        say!(
            language,
            "“{text}”应为“名=值”",
            "\"{text}\" is not of the form name=value"
        )
    })?;
    Ok((name.to_owned(), value.to_owned()))
}

fn known<T>(text: &str, find: impl Fn(&str) -> Option<T>, language: Language) -> Result<T, String> {
    find(text).ok_or_else(|| {
        say!(
            language,
            "“{text}”不在选项中",
            "\"{text}\" is not one of the choices"
        )
    })
}

fn run(arguments: &Arguments) -> crmkit::Result<()> {
    let folder = tempfile::tempdir().map_err(Error::internal)?;
    let database = arguments
        .database
        .clone()
        .unwrap_or_else(|| folder.path().join("crm.db"));
    let options = OpenOptions {
        language: arguments.language,
        ..OpenOptions::default()
    };
    let crm = crmkit::open(&database, options)?;
    let me = session(&crm)?;
    let language = arguments.language;
    println!(
        "{}",
        say!(language, "名单      {}", "list      {}", arguments.file.display())
    );
    let temporary = match arguments.database {
        None => say!(language, "（临时）", " (temporary)"),
        Some(_) => String::new(),
    };
    println!(
        "{}\n",
        say!(
            language,
            "数据库    {}{temporary}",
            "database  {}{temporary}",
            database.display()
        )
    );

    let outcome = arguments.outcome.as_deref();
    let mut job = start(&me, arguments, outcome)?;
    let found = step_through(&mut job, language)?;
    report(&job, &found, arguments);
    if !arguments.import.dry_run {
        show_duplicates(&me, language)?;
        show_customers(&me, language)?;
    }
    if let Some(path) = outcome {
        println!(
            "\n{}",
            say!(
                language,
                "每一行的结果：{}",
                "The outcome of every row: {}",
                path.display()
            )
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
fn start(me: &Session, arguments: &Arguments, outcome: Option<&Path>) -> crmkit::Result<FileImport> {
    let (file, mut options) = (&arguments.file, arguments.import.clone());
    let table = TableOptions::default();
    match import_file(me, file, options.clone(), &table, outcome) {
        Err(Error::Invalid { problems }) if problems.iter().all(|p| p.code == Code::FieldMissing) => {
            for problem in &problems {
                println!(
                    "{}",
                    say!(
                        arguments.language,
                        "名单没有“{}”列，取“其他”（可用 --default {}=… 指定）。",
                        "The list has no column for {}: \"other\" is taken (--default {}=… says otherwise).",
                        field_label(&problem.field, arguments.language),
                        problem.field
                    )
                );
                options.defaults.insert(problem.field.clone(), "other".to_owned());
            }
            import_file(me, file, options, &table, outcome)
        }
        started => started,
    }
}

/// What is worth showing of the rows.
#[derive(Default)]
struct Found {
    shown: BTreeMap<RowOutcome, Vec<ImportRow>>,
    assumed: BTreeMap<(String, Code), u64>,
    seconds: f64,
}

fn step_through(job: &mut FileImport, language: Language) -> crmkit::Result<Found> {
    let mut found = Found::default();
    let begun = Instant::now();
    loop {
        let Found { shown, assumed, .. } = &mut found;
        let progress = job.step(&mut |row| {
            if row.outcome == RowOutcome::Created {
                row.problems.iter().for_each(|problem| {
                    *assumed.entry((problem.field.clone(), problem.code)).or_default() += 1
                });
            }
            let rows = shown.entry(row.outcome).or_default();
            if rows.len() < SHOWN {
                rows.push(row.clone());
            }
        })?;
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
    found.seconds = begun.elapsed().as_secs_f64();
    Ok(found)
}

fn draw(done: u64, total: u64, so_far: &str) {
    if !std::io::stdout().is_terminal() {
        return;
    }
    let filled = (done * 30).checked_div(total).unwrap_or(30) as usize;
    print!(
        "\r[{}{}] {so_far} ",
        "█".repeat(filled),
        "░".repeat(30 - filled.min(30))
    );
    if done == total {
        println!();
    }
    let _ = std::io::stdout().flush();
}

fn report(job: &FileImport, found: &Found, arguments: &Arguments) {
    let report = job.report();
    let counts = report.counts;
    let (dry, language) = (arguments.import.dry_run, arguments.language);
    let tried = match dry {
        true => say!(language, "（试运行，未保存）", " (dry run: nothing stored)"),
        false => String::new(),
    };
    println!(
        "{}",
        say!(
            language,
            "{} 行，用时 {:.2} 秒{tried}",
            "{} rows in {:.2} s{tried}",
            counts.rows,
            found.seconds
        )
    );
    println!(
        "{}",
        say!(
            language,
            "  新建 {:>7}   补全 {:>7}   已存在 {:>7}   拒绝 {:>7}   联系人 {}",
            "  {:>7} created   {:>7} filled in   {:>7} there already   {:>7} refused   {} contacts",
            counts.created,
            counts.filled,
            counts.skipped,
            counts.refused,
            counts.contacts
        )
    );
    if report.resumed {
        println!(
            "{}",
            say!(
                language,
                "  已接着上次中断的导入继续",
                "  went on with an import that had stopped half-way"
            )
        );
    }
    if !report.unknown_headings.is_empty() {
        println!(
            "{}",
            say!(
                language,
                "  未导入的列：{}（可用 --map 列名=字段 指定）",
                "  columns left out: {} (--map HEADING=field takes one in)",
                report.unknown_headings.join(&say!(language, "、", ", "))
            )
        );
    }
    for (outcome, title) in [
        (RowOutcome::Refused, say!(language, "拒绝", "Refused")),
        (RowOutcome::Skipped, say!(language, "已存在", "There already")),
    ] {
        let rows = found.shown.get(&outcome).map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() {
            continue;
        }
        println!("\n{title}");
        for row in rows {
            let reasons: Vec<String> = row
                .problems
                .iter()
                .map(|problem| problem.message(language))
                .collect();
            let reasons = reasons.join(&say!(language, "；", "; "));
            let line = say!(language, "第 {} 行", "line {}", row.line);
            println!("  {} {reasons}", padded(&line, 11));
        }
        let all = if outcome == RowOutcome::Refused {
            counts.refused
        } else {
            counts.skipped
        };
        if all > rows.len() as u64 {
            println!(
                "{}",
                say!(
                    language,
                    "  …… 另有 {} 行（可用 --outcome 路径 全部写出）",
                    "  … and {} more (--outcome PATH writes them all)",
                    all - rows.len() as u64
                )
            );
        }
    }
    if !found.assumed.is_empty() {
        println!(
            "\n{}",
            say!(language, "已新建，但请留意", "Created, with something to look at")
        );
        for ((field, code), rows) in &found.assumed {
            let what = Problem::with(field, *code, "…");
            println!("  {rows:>7} × {}", what.message(language));
        }
    }
}

/// Looks for duplicates among all customers, step by step.
fn show_duplicates(me: &Session, language: Language) -> crmkit::Result<()> {
    println!(
        "\n{}",
        say!(
            language,
            "查找可能重复的客户",
            "Looking for customers that may be one and the same"
        )
    );
    let begun = Instant::now();
    let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    for progress in &mut job {
        let progress = progress?;
        draw(progress.done, progress.total, "");
    }
    let DuplicateReport {
        groups,
        similar,
        compared,
        ..
    } = job.report();
    println!(
        "{}",
        say!(
            language,
            "比较 {} 对，用时 {:.2} 秒：{} 组很可能是同一客户，{} 对相似",
            "{} pairs compared in {:.2} s: {} groups that are likely to be one customer, {} pairs that are similar",
            compared,
            begun.elapsed().as_secs_f64(),
            groups.len(),
            similar.len()
        )
    );
    if !groups.is_empty() {
        println!(
            "\n{}",
            say!(
                language,
                "很可能是同一客户；每条理由旁是其权重（比特），每加一，可能性翻倍",
                "Likely to be one customer; beside each reason its weight in bits, +1 doubling the odds"
            )
        );
    }
    for group in groups.iter().take(SHOWN) {
        let names: BTreeMap<CustomerNumber, &str> = group
            .pairs
            .iter()
            .flat_map(|pair| [(pair.first, &*pair.first_name), (pair.second, &*pair.second_name)])
            .collect();
        for number in &group.customers {
            println!("  {number} {}", names.get(number).unwrap_or(&""));
        }
        for pair in &group.pairs {
            show_reasons(pair, group.customers.len() > 2, language);
        }
    }
    if groups.len() > SHOWN {
        println!("{}", and_more(groups.len() - SHOWN, language));
    }
    if !similar.is_empty() {
        println!(
            "\n{}",
            say!(
                language,
                "仅相似，但有号码佐证",
                "Only similar, though a number speaks for it"
            )
        );
    }
    for pair in similar.iter().take(SHOWN) {
        println!("  {} {}", pair.first, pair.first_name);
        println!("  {} {}", pair.second, pair.second_name);
        show_reasons(pair, false, language);
    }
    if similar.len() > SHOWN {
        println!("{}", and_more(similar.len() - SHOWN, language));
    }
    Ok(())
}

fn and_more(count: usize, language: Language) -> String {
    say!(language, "  …… 另有 {} 项", "  … and {} more", count)
}

/// How sure it is that two are one, and why.
fn show_reasons(pair: &DuplicatePair, named: bool, language: Language) {
    let reasons: Vec<String> = pair
        .reasons
        .iter()
        .zip(&pair.weights)
        .map(|(reason, bits)| format!("{} ({bits:+.0})", reason.label(language)))
        .collect();
    let of = match named {
        true => say!(language, "{} 与 {}：", "{} and {}: ", pair.first, pair.second),
        false => String::new(),
    };
    println!(
        "      {of}{:.1} %: {}",
        pair.score * 100.0,
        reasons.join(&say!(language, "；", "; "))
    );
}

fn show_customers(me: &Session, language: Language) -> crmkit::Result<()> {
    let all = me.customers().count(&CustomerQuery::default())?;
    let page = me
        .customers()
        .list(&CustomerQuery::default(), &PageRequest::first(10))?;
    let industries = me.pick_lists().list(PickList::Industry)?;
    let industry = |code: &str| {
        let entry = industries.iter().find(|entry| entry.code == code);
        entry.map_or_else(String::new, |entry| entry.label(language).to_owned())
    };
    println!(
        "\n{}",
        say!(
            language,
            "客户：最新 {} 个，共 {all} 个",
            "Customers, the newest {} of {all}",
            page.items.len()
        )
    );
    for customer in &page.items {
        println!(
            "  {}  {}  {}  {}  {}",
            customer.number,
            padded(&customer.name, 36),
            padded(customer.kind.label(language), 12),
            padded(&industry(&customer.industry), 14),
            customer.primary_phone,
        );
    }
    Ok(())
}

/// A text as wide as a column: Chinese characters take two places.
fn padded(text: &str, width: usize) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        if shown.width() + c.width().unwrap_or(0) > width {
            break;
        }
        shown.push(c);
    }
    let missing = width.saturating_sub(shown.width());
    shown + &" ".repeat(missing)
}
