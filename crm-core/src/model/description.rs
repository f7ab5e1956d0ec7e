//! What a noun's fields are, for hosts that make forms and tables of them.

use super::PickList;

labelled! {
    /// What a field holds.
    pub enum FieldSort {
        /// Yes or no.
        Flag = "flag", "是否", "yes or no";
        /// A whole number.
        Whole = "whole", "整数", "whole number";
        /// A number with a fraction.
        Fraction = "fraction", "小数", "number";
        /// A text.
        Text = "text", "文本", "text";
        /// Texts by name, which are the host's own.
        Texts = "texts", "自定义字段", "texts by name";
        /// A day.
        Day = "day", "日期", "day";
        /// An instant.
        Instant = "instant", "时间", "instant";
        /// An amount of money.
        Money = "money", "金额", "money";
        /// One of a few states, which are its `choices`.
        Choice = "choice", "单选", "one of a few";
        /// An entry of a pick list, whose entries are its `choices`, with a free text where the entry takes one.
        Pick = "pick", "选项", "pick list entry";
        /// A record of another noun, by what names it; a user by login or name, too.
        Reference = "reference", "引用", "reference";
        /// Fields of its own, which the noun in `of` describes.
        Record = "record", "分组", "record";
    }
}

labelled! {
    /// What a limit counts.
    pub enum LimitUnit {
        /// Characters of a text.
        Characters = "characters", "字符", "characters";
        /// Bytes of a text in UTF-8.
        Bytes = "bytes", "字节", "bytes";
        /// Entries of a list.
        Entries = "entries", "项", "entries";
        /// Nothing: the number itself.
        Value = "value", "数值", "the number itself";
    }
}

record! {
    /// What a field can be.
    #[derive(Eq)]
    pub struct FieldChoice {
        /// The code.
        pub code: String,
        /// What a person reads in Chinese.
        pub label_zh: String,
        /// What a person reads in English.
        pub label_en: String,
        /// No longer offered; what has it keeps it.
        pub retired: bool,
    }
}

record! {
    /// A field, as a form or a table needs it.
    #[derive(Eq)]
    pub struct FieldDescription {
        /// The name.
        pub name: String,
        /// What problems call it, where something is wrong with it.
        pub problem: String,
        /// What a person reads in Chinese.
        pub label_zh: String,
        /// What a person reads in English.
        pub label_en: String,
        /// What it is, in English.
        pub about: String,
        /// What it holds.
        pub sort: FieldSort,
        /// Whether it holds any number of those.
        pub list: bool,
        /// The noun that it refers to or that its fields are of.
        pub of: Option<String>,
        /// What it can be.
        pub choices: Vec<FieldChoice>,
        /// The pick list that it is chosen from.
        pub pick_list: Option<PickList>,
        /// The least that it takes.
        pub least: Option<u64>,
        /// The most that it takes.
        pub most: Option<u64>,
        /// What the most counts.
        pub unit: Option<LimitUnit>,
        /// Whether it must be there.
        pub required: bool,
        /// Whether it is typed in when one is entered.
        pub entered: bool,
        /// Whether it can be changed by an edit.
        pub edited: bool,
        /// Whether a record has it: else it is only said when one is entered.
        pub kept: bool,
    }
}

impl FieldDescription {
    /// Whether the library sets it: it is neither typed in nor edited, and may have a call of its own.
    pub fn is_automatic(&self) -> bool {
        !self.entered && !self.edited
    }
}

record! {
    /// A noun and its fields: what is typed in first, in the order of a form, then what a record has besides.
    #[derive(Eq)]
    pub struct NounDescription {
        /// Its code: `customer`, `contact`, …
        pub name: String,
        /// What a person reads in Chinese.
        pub label_zh: String,
        /// What a person reads in English.
        pub label_en: String,
        /// Its fields.
        pub fields: Vec<FieldDescription>,
    }
}
