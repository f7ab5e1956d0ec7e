//! Customers that may be one and the same: found, gone through, merged.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, IsTerminal, Write},
};

use crmkit::{
    CustomerNumber, DuplicateGroup, DuplicatePair, DuplicateReport, MergeChoice, MergePreview, MergeSide,
    model::field_label, service::DuplicateSearch,
};

use super::customers::told;
use crate::{
    cli::{Duplicates, Merge},
    desk::Desk,
    screen::{Shown, Stop, draw, json, json_lines, table},
};

pub(super) fn run(desk: &Desk, asked: &Duplicates) -> Shown {
    let at_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    let asks = !asked.print && !desk.json && (asked.ask || at_terminal);
    if !asks && !desk.json {
        return crate::list::show_duplicates(&desk.me, desk.language);
    }
    let report = search(desk)?;
    if desk.json {
        return json_lines(&report.groups);
    }
    let mut left = BTreeSet::new();
    for (at, group) in report.groups.iter().enumerate() {
        let (at, all) = (at + 1, report.groups.len());
        show!(desk.language, "\n{at} / {all}", "\n{at} / {all}");
        if !ask_of(desk, group, &mut left)? {
            return Ok(());
        }
    }
    if report.groups.is_empty() {
        show!(
            desk.language,
            "没有可能重复的客户",
            "no customers that may be one and the same"
        );
    }
    Ok(())
}

fn search(desk: &Desk) -> crmkit::Result<DuplicateReport> {
    let mut job = desk.me.customers().find_duplicates(DuplicateSearch::default());
    for progress in &mut job {
        let progress = progress?;
        draw(progress.done, progress.total, "");
    }
    Ok(job.report().clone())
}

/// Asks about each pair of a group; whether to go on with the next one. `gone` are those that have been merged away.
fn ask_of(desk: &Desk, group: &DuplicateGroup, gone: &mut BTreeSet<CustomerNumber>) -> Shown<bool> {
    let customers = desk.me.customers();
    for pair in &group.pairs {
        if gone.contains(&pair.first) || gone.contains(&pair.second) {
            continue;
        }
        show_pair(desk, pair)?;
        let (keep, lose) = match answer(desk)? {
            Answer::First => (pair.first, pair.second),
            Answer::Second => (pair.second, pair.first),
            Answer::Different => {
                customers.say_different(pair.first, pair.second)?;
                continue;
            }
            Answer::Later => continue,
            Answer::Quit => return Ok(false),
        };
        let kept = customers.merge(lose, keep, &[])?;
        gone.insert(lose);
        show!(
            desk.language,
            "{lose} 已合并到 {} {}",
            "{lose} has been merged into {} {}",
            kept.number,
            kept.name
        );
    }
    Ok(true)
}

fn show_pair(desk: &Desk, pair: &DuplicatePair) -> Shown {
    let language = desk.language;
    let sides = [
        (1, pair.first, &pair.first_name),
        (2, pair.second, &pair.second_name),
    ];
    for (at, number, name) in sides {
        show!(language, "  {at}  {number} {name}", "  {at}  {number} {name}");
    }
    let reasons = pair.reasons.iter().map(|reason| reason.label(language));
    let reasons = reasons.collect::<Vec<_>>().join(&say!(language, "；", "; "));
    let percent = pair.score * 100.0;
    show!(
        language,
        "     {percent:.1} %：{reasons}",
        "     {percent:.1} %: {reasons}"
    );
    Ok(())
}

enum Answer {
    First,
    Second,
    Different,
    Later,
    Quit,
}

/// What somebody answers; who is gone has quit.
fn answer(desk: &Desk) -> Shown<Answer> {
    loop {
        let question = say!(
            desk.language,
            "保留 1 还是 2？d 不是同一客户，l 以后再说，q 结束：",
            "Keep 1 or 2? d they are different, l later, q quit: "
        );
        let mut out = io::stdout();
        write!(out, "{question}").and_then(|()| out.flush())?;
        let mut typed = String::new();
        if io::stdin().lock().read_line(&mut typed)? == 0 {
            writeln!(out)?;
            return Ok(Answer::Quit);
        }
        return Ok(match typed.trim() {
            "1" => Answer::First,
            "2" => Answer::Second,
            "d" | "D" => Answer::Different,
            "l" | "L" => Answer::Later,
            "q" | "Q" => Answer::Quit,
            _ => continue,
        });
    }
}

pub(super) fn merge(desk: &Desk, asked: &Merge) -> Shown {
    let customers = desk.me.customers();
    if asked.preview {
        if !asked.choose.is_empty() {
            return Err(Stop::Usage(say!(
                desk.language,
                "--preview 不与 --choose 同用",
                "--preview goes without --choose"
            )));
        }
        let preview = customers.merge_preview(&asked.loser, &asked.into)?;
        return match desk.json {
            true => json(&preview),
            false => show_preview(desk, &preview),
        };
    }
    let choices = asked.choose.iter().map(|(field, side)| MergeChoice {
        field: field.clone(),
        side: *side,
    });
    let choices: Vec<MergeChoice> = choices.collect();
    let kept = customers.merge(&asked.loser, &asked.into, &choices)?;
    told(desk, &kept)
}

fn show_preview(desk: &Desk, preview: &MergePreview) -> Shown {
    let language = desk.language;
    let rows = preview
        .fields
        .iter()
        .filter(|field| field.result.is_some())
        .map(|field| {
            vec![
                field_label(&field.field, language).to_owned(),
                field.survivor.clone().unwrap_or_default(),
                field.loser.clone().unwrap_or_default(),
                field.result.clone().unwrap_or_default(),
                field.reason.label(language).to_owned(),
            ]
        });
    let rows: Vec<Vec<String>> = rows.collect();
    let [survivor, loser] = [MergeSide::Survivor, MergeSide::Loser].map(|side| side.label(language));
    let [field, result, reason] = match language {
        crmkit::Language::Zh => ["字段", "结果", "理由"],
        crmkit::Language::En => ["field", "result", "reason"],
    };
    table(&[field, survivor, loser, result, reason], &rows)?;
    for moved in &preview.moves {
        let (sort, count) = (moved.sort.label(language), moved.count);
        show!(language, "移动 {sort} {count} 条", "moves over: {sort} {count}");
    }
    Ok(())
}
