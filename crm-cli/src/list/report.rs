//! What came of a list: how many rows went which way, and why those that went wrong did.

use std::collections::{BTreeMap, BTreeSet};

use crmkit::{Code, CustomerKind, ImportReport, ImportRow, Language, NewPeople, Problem, RowOutcome};

use super::{ListArguments, mend};
use crate::screen::{Shown, padded};

/// Rows of each kind that are shown; all of them are in the outcome file.
pub(crate) const SHOWN: usize = 8;
/// Values of a reason that are kept.
const VALUES: usize = 100;

/// What is worth showing of the rows.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) seconds: f64,
    /// The first rows whose customers are there already.
    there: Vec<ImportRow>,
    totals: Vec<u64>,
    refused: BTreeMap<(String, Code), Reason>,
    flagged: BTreeMap<(String, Code), Reason>,
}

/// The rows that went wrong in the same way.
pub(crate) struct Reason {
    pub(crate) rows: u64,
    /// The first of them, and what is wrong with it.
    pub(crate) line: u64,
    pub(crate) problem: Problem,
    /// What was typed in them.
    pub(crate) values: BTreeSet<String>,
}

impl Seen {
    pub(crate) fn take(&mut self, row: &ImportRow) {
        let reasons = match row.outcome {
            RowOutcome::Refused => &mut self.refused,
            RowOutcome::Created | RowOutcome::Filled => &mut self.flagged,
            RowOutcome::Skipped
                if row
                    .problems
                    .iter()
                    .any(|problem| [Code::RowTotal, Code::RowSection].contains(&problem.code)) =>
            {
                return self.totals.push(row.line);
            }
            _ => {
                if self.there.len() < SHOWN {
                    self.there.push(row.clone());
                }
                return;
            }
        };
        // That its customer is there is why a contact was added, or blanks were filled.
        let problems = row.problems.iter();
        for problem in problems.filter(|problem| problem.code != Code::RowDuplicate) {
            let key = (problem.field.clone(), problem.code);
            let reason = reasons.entry(key).or_insert_with(|| Reason {
                rows: 0,
                line: row.line,
                problem: problem.clone(),
                values: BTreeSet::new(),
            });
            reason.rows += 1;
            if reason.values.len() < VALUES {
                reason.values.extend(problem.rejected.clone());
            }
        }
    }
}

pub(crate) fn show(
    report: &ImportReport,
    seen: &Seen,
    arguments: &ListArguments,
    language: Language,
) -> Shown {
    let dry = arguments.dry_run;
    let tried = match dry {
        true => say!(language, "（试运行，未保存）", " (dry run: nothing stored)"),
        false => String::new(),
    };
    let (counts, seconds) = (report.counts, seen.seconds);
    show!(
        language,
        "{} 行，用时 {seconds:.2} 秒{tried}",
        "{} rows in {seconds:.2} s{tried}",
        counts.rows
    );
    show!(
        language,
        "  新建 {:>7}   补全 {:>7}   已存在 {:>7}   拒绝 {:>7}   联系人 {}",
        "  {:>7} created   {:>7} filled in   {:>7} there already   {:>7} refused   {} contacts",
        counts.created,
        counts.filled,
        counts.skipped - seen.totals.len() as u64,
        counts.refused,
        counts.contacts
    );
    if report.resumed {
        show!(
            language,
            "  已接着上次中断的导入继续",
            "  went on with an import that had stopped half-way"
        );
    }
    show_unread(report, seen, arguments, language)?;
    show_strangers(report, arguments, language)?;
    let title = say!(language, "拒绝", "Refused");
    show_reasons(&title, &seen.refused, true, language)?;
    show_there(report, seen, language)?;
    let title = say!(
        language,
        "已导入，但请留意",
        "Taken in, with something to look at"
    );
    show_reasons(&title, &seen.flagged, false, language)
}

/// What of the list was not read.
fn show_unread(report: &ImportReport, seen: &Seen, arguments: &ListArguments, language: Language) -> Shown {
    let comma = say!(language, "、", ", ");
    if let Some(line) = seen.totals.first() {
        let rows = seen.totals.len();
        show!(
            language,
            "  合计行、分区标题不是客户：{rows} 行（第 {line} 行）",
            "  rows of totals or sections, no customers: {rows} (line {line})"
        );
    }
    if !report.unknown_headings.is_empty() {
        let headings = report.unknown_headings.join(&comma);
        match arguments.keep_columns {
            true => show!(
                language,
                "  原样保留的列：{headings}",
                "  columns kept under their headings: {headings}"
            ),
            false => show!(
                language,
                "  未导入的列：{headings}（可用 --map 列名=字段 指定，或以 --keep-columns 原样保留）",
                "  columns left out: {headings} (--map HEADING=field takes one in, --keep-columns keeps them all)"
            ),
        }
    }
    if !report.unread_sheets.is_empty() {
        let sheets = report.unread_sheets.join(&comma);
        show!(
            language,
            "  未读取的工作表：{sheets}（可用 --sheet 名称 读取；列名相同的隐藏表：--sheet all）",
            "  sheets not read: {sheets} (--sheet NAME reads one, --sheet all hidden ones of the same headings, too)"
        );
    }
    Ok(())
}

/// The owners whom the list names and who are nobody here, each once.
fn show_strangers(report: &ImportReport, arguments: &ListArguments, language: Language) -> Shown {
    let owners = &report.unknown_owners;
    let Some(first) = owners.first() else {
        return Ok(());
    };
    show!(
        language,
        "\n名单中的跟进人，系统中没有",
        "\nOwners whom the list names, and who are nobody here"
    );
    for owner in owners.iter().take(SHOWN) {
        show!(language, "  {:>7} × {}", "  {:>7} × {}", owner.rows, owner.name);
    }
    show_more(owners.len() as u64, SHOWN, language)?;
    let option = mend::option("owners", &first.name, &say!(language, "登录名", "LOGIN"));
    match arguments.new_people.unwrap_or_default() {
        NewPeople::Create => show!(
            language,
            "          新增为停用的销售人员，启用后方可登录",
            "          they come in as sales representatives who are not active until somebody makes them so"
        ),
        NewPeople::Importer => show!(
            language,
            "          其客户归导入人；{option} 可改为某位用户",
            "          who runs the import answers for their customers; {option} says who does"
        ),
        _ => show!(
            language,
            "          {option} 指明是哪位用户；--new-people create 全部新增；--new-people importer 全部归导入人",
            "          {option} says who one is; --new-people create enters them; --new-people importer takes their rows over"
        ),
    }
    Ok(())
}

/// Reasons, those of the most rows first, each with the first row of it and, if rows were refused, with what would mend it.
fn show_reasons(
    title: &str,
    reasons: &BTreeMap<(String, Code), Reason>,
    refused: bool,
    language: Language,
) -> Shown {
    if reasons.is_empty() {
        return Ok(());
    }
    show!(language, "\n{title}", "\n{title}");
    let mut reasons: Vec<&Reason> = reasons.values().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.rows));
    for reason in reasons {
        let Reason {
            rows, line, problem, ..
        } = reason;
        let example = problem.rejected.as_deref().filter(|_| reason.values.len() > 1);
        let (what, example) = match example {
            None => (problem.message(language), String::new()),
            Some(typed) => (
                Problem::with(&problem.field, problem.code, "…").message(language),
                match CustomerKind::from_code(typed).map(|kind| kind.label(language)) {
                    Some(kind) if problem.code == Code::KindAssumed => say!(language, "：{kind}", ": {kind}"),
                    _ => say!(language, "：{typed}", ": {typed}"),
                },
            ),
        };
        show!(
            language,
            "  {rows:>7} × {what}（第 {line} 行{example}）",
            "  {rows:>7} × {what} (line {line}{example})"
        );
        if let Some(way) = mend::way(reason, refused, language) {
            show!(language, "            {way}", "            {way}");
        }
    }
    Ok(())
}

/// The rows whose customers are there, with the reasons.
fn show_there(report: &ImportReport, seen: &Seen, language: Language) -> Shown {
    if seen.there.is_empty() {
        return Ok(());
    }
    show!(language, "\n已存在", "\nThere already");
    for row in &seen.there {
        let line = padded(&say!(language, "第 {} 行", "line {}", row.line), 11);
        let reasons = row.problems.iter().map(|problem| problem.message(language));
        let reasons = reasons.collect::<Vec<_>>().join(&say!(language, "；", "; "));
        show!(language, "  {line} {reasons}", "  {line} {reasons}");
    }
    let all = report.counts.skipped - seen.totals.len() as u64;
    show_more(all, seen.there.len(), language)
}

/// That there are more than the `shown`.
fn show_more(all: u64, shown: usize, language: Language) -> Shown {
    let more = all.saturating_sub(shown as u64);
    if more > 0 {
        show!(
            language,
            "  …… 另有 {more} 项（可用 --outcome 路径 写出每一行）",
            "  … and {more} more (--outcome PATH writes every row)"
        );
    }
    Ok(())
}
