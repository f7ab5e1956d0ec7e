//! What is typed in a world, by hand or in lists: all from the same few names and numbers.

use chrono::NaiveDate;
use crm_core::{Choice, CustomerEdit, CustomerKind, NewContact, NewCustomer, NewPhone, UserId};
use proptest::prelude::*;

/// Companies and people, some of whom are the same, and some nearly.
const NAMES: [&str; 10] = [
    "上海示例科技有限公司",
    "示例科技(上海)有限公司",
    "上海示例科枝有限公司",
    "北京远洋贸易有限公司",
    "远洋贸易（北京）有限公司",
    "上海远洋贸易有限公司",
    "台湾水泥股份有限公司",
    "台泥",
    "李伟",
    "王芳",
];
const PHONES: [&str; 5] = [
    "021-55550199",
    "13912345678",
    "010-55550100",
    "021-55550198",
    "400-820-8820",
];
pub(super) const ALIASES: [&str; 4] = ["台泥", "3787407", "3787470", "上海示例科技"];
/// How many of those in sight, or out of it, calls and deeds choose from.
pub(super) const FEW: usize = 6;
pub(super) const NOBODY: &str = "CRM202405019999";

/// The headings of a list.
pub(super) const HEADINGS: [&str; 10] = [
    "客户编号",
    "客户名称",
    "客户类型",
    "所属行业",
    "主联系电话",
    "客户来源",
    "首次接触时间",
    "其他编号",
    "外部编号",
    "备注",
];

/// A customer as somebody types it, or a list has it.
#[derive(Clone, Debug)]
pub(super) struct Row {
    name: usize,
    phone: usize,
    number: Option<String>,
    alias: Option<usize>,
    external_id: Option<String>,
    pub(super) note: bool,
}

pub(super) fn row() -> impl Strategy<Value = Row> {
    let seldom = |of: std::ops::Range<u32>| prop::option::weighted(0.2, of);
    let told = (
        0..NAMES.len(),
        prop_oneof![3 => Just(0), 2 => 0..PHONES.len()],
        any::<bool>(),
    );
    (
        told,
        seldom(1..4),
        prop::option::weighted(0.2, 0..ALIASES.len()),
        seldom(0..3),
    )
        .prop_map(|((name, phone, note), number, alias, external_id)| Row {
            name,
            phone,
            number: number.map(|number| format!("CRM20240430{number:04}")),
            alias,
            external_id: external_id.map(|id| format!("erp:{id}")),
            note,
        })
}

impl Row {
    pub(super) fn name(&self) -> &'static str {
        NAMES[self.name]
    }

    pub(super) fn kind(&self) -> CustomerKind {
        match self.name {
            8.. => CustomerKind::Individual,
            _ => CustomerKind::Enterprise,
        }
    }

    pub(super) fn phone(&self) -> &'static str {
        PHONES[self.phone]
    }

    pub(super) fn alias(&self) -> &'static str {
        ALIASES[self.alias.unwrap_or_default()]
    }

    /// The number that a list brings.
    pub(super) fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    pub(super) fn cells(&self) -> Vec<String> {
        let kind = match self.kind() {
            CustomerKind::Individual => "个人客户",
            _ => "企业客户",
        };
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            text(self.number()),
            self.name().to_owned(),
            kind.to_owned(),
            "制造业".to_owned(),
            self.phone().to_owned(),
            "展会".to_owned(),
            "2024-04-28".to_owned(),
            text(self.alias.map(|_| self.alias())),
            text(self.external_id.as_deref()),
            text(self.note.then_some("月结")),
        ]
    }

    pub(super) fn typed(&self, owner: Option<UserId>) -> NewCustomer {
        NewCustomer {
            name: self.name().into(),
            kind: Some(self.kind()),
            industry: Some(Choice::of("制造业")),
            phones: vec![self.phone().into()],
            source: Some(Choice {
                code: "转介绍".into(),
                detail: Some("老客户".into()),
            }),
            first_contact: NaiveDate::from_ymd_opt(2024, 4, 28),
            owner: owner.map(|owner| owner.to_string()),
            tags: vec!["重点".into()],
            note: self.note.then(|| "月结".into()),
            external_id: self.external_id.clone(),
            ..NewCustomer::default()
        }
    }

    pub(super) fn edit(&self, what: usize) -> CustomerEdit {
        match what % 5 {
            0 => CustomerEdit::Name {
                value: self.name().into(),
            },
            1 => CustomerEdit::Phones {
                value: vec![NewPhone::from(self.phone()), NewPhone::from("020-55550101")],
            },
            2 => CustomerEdit::ExternalId {
                value: self.external_id.clone(),
            },
            3 => CustomerEdit::Kind { value: self.kind() },
            _ => CustomerEdit::Note {
                value: self.note.then(|| "季结".into()),
            },
        }
    }

    pub(super) fn contact(&self) -> NewContact {
        NewContact {
            name: "王一".into(),
            mobile: "13912345678".into(),
            phone: self.note.then(|| self.phone().into()),
            primary: self.note,
            ..NewContact::default()
        }
    }

    /// The `n`th of many that share its telephone.
    pub(super) fn one_of_crowd(&self, n: usize) -> Self {
        Self {
            name: (self.name + n) % NAMES.len(),
            ..self.without_keys()
        }
    }

    /// Without what only one in the store has.
    pub(super) fn without_keys(&self) -> Self {
        Self {
            number: None,
            external_id: None,
            ..self.clone()
        }
    }
}

/// One of some, whatever number is drawn.
pub(super) fn one_of<T: Copy>(all: &[T], at: usize) -> Option<T> {
    all.get(at % all.len().max(1)).copied()
}
