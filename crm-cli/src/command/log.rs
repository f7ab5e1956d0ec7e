//! The log: what befell a customer, taking back, whether it is whole.

use std::collections::BTreeMap;

use crmkit::{
    HistoryEntry, ImportId, Language, NounDescription, UserId,
    model::{field_label, fields},
};

use crate::{
    cli::{AuditAsking, History, Undo, Verify},
    desk::{Desk, Names},
    screen::{Shown, Stop, json, json_lines},
};

pub(super) fn history(desk: &Desk, asked: &History) -> Shown {
    let entries = desk
        .me
        .customers()
        .history(&asked.customer, asked.before, asked.limit)?;
    if desk.json {
        return json_lines(&entries);
    }
    let mut words = Words {
        desk,
        names: desk.names()?,
        nouns: BTreeMap::new(),
    };
    entries.iter().try_for_each(|entry| show(desk, entry, &mut words))
}

/// What fields and people are called.
struct Words<'a> {
    desk: &'a Desk,
    names: Names,
    /// By name; none for what the library describes to nobody.
    nouns: BTreeMap<String, Option<NounDescription>>,
}

impl Words<'_> {
    fn label(&mut self, noun: &str, field: &str) -> String {
        let (me, language) = (&self.desk.me, self.desk.language);
        let known = self.nouns.entry(noun.to_owned());
        let noun = known.or_insert_with(|| me.describe(noun).ok());
        let of_noun = noun.as_ref().and_then(|noun| {
            let found = noun.fields.iter().find(|described| described.name == field)?;
            Some(match language {
                Language::Zh => found.label_zh.clone(),
                Language::En => found.label_en.clone(),
            })
        });
        of_noun.unwrap_or_else(|| match field {
            // Of a ledger; elsewhere these are pages and positions.
            fields::BEFORE => say!(language, "变更前", "before"),
            fields::AFTER => say!(language, "变更后", "after"),
            _ => field_label(field, language).to_owned(),
        })
    }

    /// A person stands there as an identifier.
    fn value(&self, text: Option<&str>) -> String {
        let text = text.unwrap_or("—");
        let name = text.parse::<UserId>().ok().map(|id| self.names.of(id));
        name.filter(|name| !name.is_empty())
            .unwrap_or_else(|| text.to_owned())
    }
}

fn show(desk: &Desk, entry: &HistoryEntry, words: &mut Words<'_>) -> Shown {
    let language = desk.language;
    let (operation, at, what) = (entry.operation, desk.time(entry.at), entry.kind.label(language));
    let name = entry.actor_name.as_deref().unwrap_or_default();
    let by = match entry.assistant {
        true => say!(language, "{name} 的助手", "{name}'s assistant"),
        false => name.to_owned(),
    };
    let reason = entry
        .reason
        .as_deref()
        .map(|reason| say!(language, "（{reason}）", " ({reason})"));
    let reason = reason.unwrap_or_default();
    show!(
        language,
        "{at}  {by}  {what}{reason}  #{operation}",
        "{at}  {by}  {what}{reason}  #{operation}"
    );
    for change in &entry.changes {
        let field = words.label(&entry.about.entity, &change.field);
        let after = words.value(change.after.as_deref());
        match &change.before {
            Some(before) => {
                let before = words.value(Some(before));
                show!(
                    language,
                    "    {field}：{before} → {after}",
                    "    {field}: {before} → {after}"
                );
            }
            None => show!(language, "    {field}：{after}", "    {field}: {after}"),
        }
    }
    Ok(())
}

pub(super) fn undo(desk: &Desk, asked: &Undo) -> Shown {
    match (asked.import, asked.operation) {
        (Some(import), _) => undo_import(desk, import),
        (None, operation) => {
            let operation = operation.unwrap_or_default();
            desk.me.customers().undo(operation)?;
            match desk.json {
                true => json(&serde_json::json!({ "undone": operation })),
                false => {
                    show!(desk.language, "已撤销 #{operation}", "#{operation} is undone");
                    Ok(())
                }
            }
        }
    }
}

fn undo_import(desk: &Desk, import: ImportId) -> Shown {
    let undone = desk.me.imports().undo(import)?;
    if desk.json {
        return json(&undone);
    }
    let (archived, restored, kept) = (undone.archived, undone.restored, undone.kept.len());
    show!(
        desk.language,
        "撤出 {archived} 个客户，{restored} 个恢复原样，{kept} 个此后有改动，保留",
        "{archived} customers taken out, {restored} as they were, {kept} changed since, and kept"
    );
    for number in &undone.kept {
        show!(desk.language, "  {number}", "  {number}");
    }
    Ok(())
}

pub(super) fn audit(desk: &Desk, asked: &AuditAsking) -> Shown {
    match asked {
        AuditAsking::Verify(asked) => verify(desk, asked),
        AuditAsking::Head => {
            let head = desk.me.audit().head()?;
            if desk.json {
                return json(&head);
            }
            show!(desk.language, "{}:{}", "{}:{}", head.seq, head.hash);
            Ok(())
        }
    }
}

fn verify(desk: &Desk, asked: &Verify) -> Shown {
    let found = desk.me.audit().verify(asked.kept.as_ref())?;
    let verified = found.verified;
    match (desk.json, found.broken_at) {
        (true, _) => json(&found)?,
        (false, None) => show!(
            desk.language,
            "日志完整：{verified} 条",
            "The log is whole: {verified} entries"
        ),
        (false, Some(at)) => show!(
            desk.language,
            "日志在第 {at} 条处损坏，此前 {verified} 条完好",
            "The log is broken at entry {at}; the {verified} before it are whole"
        ),
    }
    match found.broken_at {
        None => Ok(()),
        Some(_) => Err(Stop::Bad),
    }
}
