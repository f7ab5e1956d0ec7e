//! Choosing from a pick list (R2.3): by code, by label in either language, and 其他 with free text.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use super::{Strictness, optional_text};
use crate::{
    error::{Code, Problem},
    matching::fold,
    model::{Choice, PickEntry, PickList},
};

/// Other words for the manual's entries: 展会 reads as 展会推广 (R2.2).
const SYNONYMS: &[(PickList, &str, &str)] = &[
    (PickList::Source, "展会", "exhibition"),
    (PickList::Source, "展览", "exhibition"),
    (PickList::Source, "trade fair", "exhibition"),
    (PickList::Method, "电话", "phone"),
    (PickList::Method, "电话沟通", "phone"),
    (PickList::Method, "电话联系", "phone"),
    (PickList::Method, "call", "phone"),
    (PickList::Method, "phone", "phone"),
    (PickList::Method, "邮件", "email"),
    (PickList::Method, "电子邮件", "email"),
    (PickList::Method, "拜访", "visit"),
    (PickList::Method, "上门", "visit"),
    (PickList::Method, "会议", "meeting"),
    (PickList::Method, "微信", "messaging"),
    (PickList::Method, "微信沟通", "messaging"),
    (PickList::Source, "trade show", "exhibition"),
    (PickList::Source, "word of mouth", "referral"),
    (PickList::Source, "employee referral", "referral"),
    (PickList::Source, "web", "online_enquiry"),
    (PickList::Source, "website", "online_enquiry"),
    (PickList::Source, "web site", "online_enquiry"),
    (PickList::Source, "网络", "online_platform"),
    (PickList::Source, "介绍", "referral"),
    (PickList::Source, "客户介绍", "referral"),
    (PickList::Source, "拜访", "cold_visit"),
    (PickList::Industry, "制造", "manufacturing"),
    (PickList::Industry, "互联网", "it"),
    (PickList::Industry, "it", "it"),
    (PickList::Industry, "零售", "retail"),
    (PickList::Industry, "服务", "services"),
    (PickList::Industry, "金融", "finance"),
    (PickList::Industry, "建筑", "construction"),
    (PickList::Industry, "医疗", "health"),
    (PickList::Industry, "物流", "logistics"),
];

/// The pick lists, for looking up what somebody typed.
#[derive(Clone, Debug, Default)]
pub struct PickLists {
    entries: Arc<[PickEntry]>,
    /// By folded words; made when a word is none of the entries' as it stands.
    by_word: OnceLock<HashMap<(PickList, String), usize>>,
}

impl PickLists {
    /// These entries.
    pub fn new(entries: impl Into<Arc<[PickEntry]>>) -> Self {
        Self {
            entries: entries.into(),
            by_word: OnceLock::new(),
        }
    }

    /// The entries of all lists, by list and position.
    pub fn entries(&self) -> &[PickEntry] {
        &self.entries
    }

    /// The entry with this code, label or other word.
    pub fn find(&self, list: PickList, text: &str) -> Option<&PickEntry> {
        let of_list = || self.entries.iter().filter(|entry| entry.list == list);
        let by_code = || of_list().find(|entry| entry.code == text);
        let by_label = || of_list().find(|entry| entry.label_zh == text || entry.label_en == text);
        let by_word = || {
            let by_word = self.by_word.get_or_init(|| by_word(&self.entries));
            self.entries.get(*by_word.get(&(list, fold(text)))?)
        };
        by_code().or_else(by_label).or_else(by_word)
    }

    /// What was chosen, with the list's own code, and what is to be flagged.
    ///
    /// Entry by hand takes only what is offered; an import keeps an unknown word as 其他 with the word as its text.
    ///
    /// # Errors
    /// `field.missing`, `choice.unknown`, `choice.retired`, `choice.detail_unexpected`, or a problem of the text.
    pub fn check(
        &self,
        list: PickList,
        field: &str,
        typed: Option<&Choice>,
        strictness: Strictness,
    ) -> Result<(Choice, Option<Problem>), Problem> {
        let typed = typed
            .filter(|choice| !choice.code.trim().is_empty())
            .ok_or_else(|| Problem::missing(field))?;
        let mut detail = optional_text(field, typed.detail.as_deref())?;
        let code = match (self.find(list, &typed.code), strictness) {
            (Some(entry), Strictness::Entry) if entry.retired => {
                return Err(Problem::with(field, Code::ChoiceRetired, &typed.code));
            }
            (Some(entry), _) => entry.code.clone(),
            (None, Strictness::Entry) => return Err(Problem::with(field, Code::ChoiceUnknown, &typed.code)),
            (None, Strictness::Import) => {
                let word = optional_text(field, Some(&typed.code))?.into_iter();
                detail = Some(word.chain(detail).collect::<Vec<_>>().join(" "));
                PickEntry::OTHER.to_owned()
            }
        };
        let is_other = code == PickEntry::OTHER;
        if list == PickList::Industry && !is_other && detail.is_some() {
            return Err(Problem::with(
                field,
                Code::TextNotExpected,
                detail.unwrap_or_default(),
            ));
        }
        let wants_detail = list == PickList::Source || is_other;
        let flag = (wants_detail && detail.is_none()).then(|| Problem::new(field, Code::ChoiceDetailMissing));
        Ok((Choice { code, detail }, flag))
    }
}

fn by_word(entries: &[PickEntry]) -> HashMap<(PickList, String), usize> {
    let mut by_word = HashMap::new();
    for (list, word, code) in SYNONYMS {
        if let Some(index) = entries.iter().position(|e| e.list == *list && e.code == *code) {
            by_word.insert((*list, fold(word)), index);
        }
    }
    for (index, entry) in entries.iter().enumerate() {
        for text in [&entry.label_en, &entry.label_zh, &entry.code] {
            by_word.insert((entry.list, fold(text)), index);
        }
    }
    by_word
}

/// A pick list's entry as an admin may set it.
///
/// # Errors
/// Missing code or labels; `choice.in_use` for retiring 其他.
pub fn check_entry(entry: &PickEntry) -> Result<PickEntry, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut text = |field: &str, typed: &str| {
        super::required_text(field, typed).unwrap_or_else(|problem| {
            problems.push(problem);
            String::new()
        })
    };
    let checked = PickEntry {
        code: text("code", &entry.code),
        label_zh: text("label_zh", &entry.label_zh),
        label_en: text("label_en", &entry.label_en),
        ..entry.clone()
    };
    if checked.code == PickEntry::OTHER && checked.retired {
        problems.push(Problem::with("code", Code::ChoiceInUse, &checked.code));
    }
    if problems.is_empty() {
        Ok(checked)
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::built_in_entries;

    fn check(
        list: PickList,
        typed: &str,
        detail: Option<&str>,
        strictness: Strictness,
    ) -> Result<(Choice, Option<Code>), Code> {
        let choice = Choice {
            code: typed.into(),
            detail: detail.map(str::to_owned),
        };
        let lists = PickLists::new(built_in_entries());
        let checked = lists.check(list, "field", Some(&choice), strictness);
        checked
            .map(|(choice, flag)| (choice, flag.map(|f| f.code)))
            .map_err(|problem| problem.code)
    }

    #[test]
    fn r2_3_an_entry_is_chosen_by_code_or_label() {
        for typed in ["manufacturing", "制造业", "Manufacturing", "製造業"] {
            let (choice, flag) = check(PickList::Industry, typed, None, Strictness::Entry).unwrap();
            assert_eq!((choice.code.as_str(), flag), ("manufacturing", None), "{typed}");
        }
    }

    #[test]
    fn r2_2_exhibition_is_read_from_its_short_form() {
        let (choice, flag) = check(
            PickList::Source,
            "展会",
            Some("2024年春季广交会3号展位"),
            Strictness::Entry,
        )
        .unwrap();
        assert_eq!((choice.code.as_str(), flag), ("exhibition", None));
    }

    #[test]
    fn r2_2_a_missing_source_detail_is_a_warning() {
        let (_, flag) = check(PickList::Source, "转介绍", None, Strictness::Entry).unwrap();
        assert_eq!(flag, Some(Code::ChoiceDetailMissing));
    }

    #[test]
    fn r2_3_other_carries_free_text() {
        let (choice, flag) = check(PickList::Industry, "其他", Some("水泥"), Strictness::Entry).unwrap();
        assert_eq!(
            (choice.code.as_str(), choice.detail.as_deref(), flag),
            ("other", Some("水泥"), None)
        );
        assert_eq!(
            check(PickList::Industry, "教育", Some("水泥"), Strictness::Entry),
            Err(Code::TextNotExpected)
        );
    }

    #[test]
    fn r2_3_an_unknown_word_is_refused_by_hand_and_kept_by_an_import() {
        assert_eq!(
            check(PickList::Industry, "水泥", None, Strictness::Entry),
            Err(Code::ChoiceUnknown)
        );
        let (choice, _) = check(PickList::Industry, "水泥", None, Strictness::Import).unwrap();
        assert_eq!(
            choice,
            Choice {
                code: "other".into(),
                detail: Some("水泥".into())
            }
        );
    }

    #[test]
    fn r2_3_a_retired_entry_is_not_offered_and_other_cannot_be_retired() {
        let mut entries = built_in_entries();
        entries[0].retired = true;
        let lists = PickLists::new(entries);
        let problem = lists
            .check(
                PickList::Industry,
                "f",
                Some(&Choice::of("制造业")),
                Strictness::Entry,
            )
            .unwrap_err();
        assert_eq!(problem.code, Code::ChoiceRetired);
        let mut other = built_in_entries()
            .into_iter()
            .find(|e| e.code == PickEntry::OTHER)
            .unwrap();
        other.retired = true;
        assert_eq!(check_entry(&other).unwrap_err()[0].code, Code::ChoiceInUse);
    }
}
