//! What a timeline says of what happened (R7.7): one line in each language.

use crate::{
    Language,
    model::{
        AuditKind, Choice, Contract, CustomerStatus, Entity, FollowUp, Merge, PickEntry, PickList,
        ServiceRecord, StageChange,
    },
    rules::{choice::PickLists, limit},
};

/// Operations whose entries about a customer and its contacts are told of: of the others, records of their own tell.
pub const TOLD: &[AuditKind] = &[
    AuditKind::CustomerAdded,
    AuditKind::CustomerEdited,
    AuditKind::CustomerArchived,
    AuditKind::CustomerRestored,
    AuditKind::ContactAdded,
    AuditKind::ContactEdited,
    AuditKind::ContactArchived,
    AuditKind::ContactRestored,
    AuditKind::ImportChanged,
    AuditKind::Undone,
    AuditKind::Erased,
];

/// A text in Chinese and in English.
pub type Both = [String; 2];

/// One text made in each language.
fn both(line: impl Fn(Language) -> String) -> Both {
    [Language::Zh, Language::En].map(|language| one_line(&line(language)))
}

/// What is said, on one line, and no longer than [`limit::LINE`].
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.chars().count() > limit::LINE {
        true => line.chars().take(limit::LINE - 1).chain(['…']).collect(),
        false => line,
    }
}

/// A heading with what comes under it.
fn under(language: Language, heading: &str, text: &str) -> String {
    match language {
        Language::Zh => format!("{heading}：{text}"),
        Language::En => format!("{heading}: {text}"),
    }
}

/// What was chosen, as a person reads it: 其他 by its own text.
fn chosen(list: PickList, choice: &Choice, lists: &PickLists, language: Language) -> String {
    let entry = lists.find(list, &choice.code);
    let label = entry.map_or(choice.code.as_str(), |entry| entry.label(language));
    match &choice.detail {
        Some(detail) if choice.code == PickEntry::OTHER => detail.clone(),
        _ => label.to_owned(),
    }
}

/// A talk: how, and about what.
pub fn talked(talk: &FollowUp, lists: &PickLists) -> Both {
    both(|language| {
        let method = chosen(PickList::Method, &talk.method, lists, language);
        under(language, &method, &talk.topic)
    })
}

/// What was done for a customer: what kind of thing, and in words.
pub fn served(record: &ServiceRecord, lists: &PickLists) -> Both {
    both(|language| {
        let kind = chosen(PickList::ServiceKind, &record.kind, lists, language);
        under(language, &kind, &record.text)
    })
}

/// A deal that came to another stage, or was begun in one.
pub fn moved(change: &StageChange, deal: &str) -> Both {
    both(|language| {
        let after = change.after.label(language);
        let stages = match change.before {
            Some(before) => format!("{} → {after}", before.label(language)),
            None => after.to_owned(),
        };
        under(language, deal, &stages)
    })
}

/// A change of status.
pub fn stands(before: CustomerStatus, after: CustomerStatus) -> Both {
    both(|language| format!("{} → {}", before.label(language), after.label(language)))
}

/// A hand-over, from one by name to another.
pub fn handed_over(before: &str, after: &str) -> Both {
    both(|_| format!("{before} → {after}"))
}

/// A contract: its number, where it is known, and amount, in yuan.
pub fn signed(contract: &Contract) -> Both {
    let Contract {
        contract_number,
        amount,
        ..
    } = contract;
    let amount = format!("¥{amount}");
    both(|language| match contract_number.is_empty() {
        true => amount.clone(),
        false => under(language, contract_number, &amount),
    })
}

/// A customer that was merged: by the number and the name that it had.
pub fn merged(merge: &Merge) -> Both {
    both(|_| format!("{} {}", merge.number, merge.loser.name))
}

/// A change of a customer or a contact: what was done, and to which of them where that does not say so.
pub fn changed(kind: AuditKind, entity: Entity) -> Both {
    both(|language| {
        let done = kind.label(language);
        match (entity, kind) {
            (Entity::Contact, kind) if !kind.code().starts_with(Entity::Contact.code()) => {
                under(language, done, Entity::Contact.label(language))
            }
            _ => done.to_owned(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Stage, built_in_entries};

    #[test]
    fn r7_7_a_line_is_one_line_and_no_longer_than_one() {
        assert_eq!(one_line("更换主板\n\n 和  风扇 "), "更换主板 和 风扇");
        assert_eq!(one_line(&"线".repeat(limit::LINE)).chars().count(), limit::LINE);
        let long = one_line(&"线".repeat(limit::LINE + 1));
        assert_eq!(long.chars().count(), limit::LINE);
        assert!(long.ends_with("线…"));
    }

    #[test]
    fn r7_7_what_was_chosen_reads_as_its_label_and_other_as_its_text() {
        let lists = PickLists::new(built_in_entries());
        let read = |code: &str, detail: Option<&str>| {
            let choice = Choice {
                code: code.to_owned(),
                detail: detail.map(str::to_owned),
            };
            [Language::Zh, Language::En].map(|language| chosen(PickList::Method, &choice, &lists, language))
        };
        assert_eq!(read("phone", None), ["电话拜访", "Phone call"]);
        assert_eq!(read("other", Some("短信")), ["短信", "短信"]);
        assert_eq!(read("other", None), ["其他", "Other"]);
        assert_eq!(read("gone", None), ["gone", "gone"]);
    }

    #[test]
    fn r7_7_a_change_says_whose_it_is_where_its_kind_does_not() {
        assert_eq!(
            changed(AuditKind::ContactAdded, Entity::Contact),
            ["新增联系人", "contact added"]
        );
        assert_eq!(
            changed(AuditKind::ImportChanged, Entity::Contact),
            ["导入：联系人", "import: contact"]
        );
        assert_eq!(changed(AuditKind::Undone, Entity::Customer), ["撤销", "undone"]);
    }

    #[test]
    fn r5_2_a_deal_is_told_with_where_it_came_from() {
        let change = |before| StageChange {
            opportunity: crate::OpportunityId::from_bytes([1; 16]),
            revision: 1,
            customer: "CRM202405010001".parse().unwrap(),
            at: chrono::DateTime::UNIX_EPOCH,
            before,
            after: Stage::Negotiation,
            by: None,
            note: None,
        };
        assert_eq!(
            moved(&change(Some(Stage::Proposal)), "年度采购"),
            [
                "年度采购：方案提交 → 商务谈判",
                "年度采购: proposal → negotiation"
            ]
        );
        assert_eq!(
            moved(&change(None), "年度采购"),
            ["年度采购：商务谈判", "年度采购: negotiation"]
        );
    }
}
