//! Why two are taken for the same, in words (R6.1).

use super::evidence::{Likeness, NameReason};
use crate::Language;

/// A phone that this many customers have is never evidence enough (R6.1).
pub const WEAK_PHONE_HOLDERS: usize = 5;

labelled! {
    /// How sure it is that two are the same (R6.1).
    pub enum MatchBand {
        /// Saving over it is refused.
        Likely = "likely", "很可能重复", "likely";
        /// Listed only.
        Similar = "similar", "相似", "similar";
    }
}

labelled! {
    /// Why two are taken for the same, or nearly.
    pub enum MatchReason {
        /// They are registered under the same number.
        SameRegistration = "same_registration", "统一社会信用代码/税号相同", "same registration number";
        /// They are registered under the same number and their names clearly differ.
        SharedRegistration = "shared_registration", "统一社会信用代码/税号相同但名称不同（分支机构？）", "same registration number, different name (a branch?)";
        /// They are registered under different numbers of one scheme, so that they are two.
        OtherRegistration = "other_registration", "统一社会信用代码/税号不同", "another registration number";
        /// They share a mobile or landline number.
        SamePhone = "same_phone", "电话相同", "same phone";
        /// A mobile or landline number of the one differs in one digit from one of the other.
        NearPhone = "near_phone", "电话仅差一位", "phone one digit off";
        /// They share a number that many customers have.
        WeakPhone = "weak_phone", "电话相同，但多家共用", "same phone, which many customers have";
        /// They share a number and their names clearly differ.
        SharedSwitchboard = "shared_switchboard", "电话相同但名称不同（共用总机？）", "same phone, different name (shared switchboard?)";
        /// Their telephones are in different areas, and the name is that of a shop, which a chain has in many towns.
        OtherArea = "other_area", "电话区号不同（连锁门店？）", "telephones of different areas (shops of a chain?)";
        /// They have a number of another form in common, or the one is said to go by the other's name.
        SameAlias = "same_alias", "别名相同", "same alias";
        /// A number of another form of the one differs in one character from one of the other.
        NearAlias = "near_alias", "其他编号仅差一位", "other number one character off";
        /// The names are the same.
        SameName = "same_name", "名称相同", "same name";
        /// The names are the same but for suffix, brackets, script form or where the region stands.
        SameNameButForm = "same_name_but_form", "除公司后缀、括号或地区位置外名称相同", "same name but for the company suffix, brackets or place of the region";
        /// The names are the same but for a title, or have their words in another order or run together.
        OtherOrder = "other_order", "除称谓或词序外名称相同", "same name but for a title or the order of its words";
        /// The names are the same but for a region that one of them lacks.
        SameNameButRegion = "same_name_but_region", "除地区外名称相同", "same name but for the region";
        /// The names are the same, and each has a region of its own.
        OtherRegion = "other_region", "字号相同，地区不同", "same name, another region";
        /// One is a branch of the other, or they are branches of one company.
        OtherBranch = "other_branch", "同一公司的不同分支机构", "another branch of the company";
        /// The names differ in one character.
        OneCharacterApart = "one_character_apart", "名称仅差一字", "names one character apart";
        /// Several characters of the names differ, and sound the same.
        SameSound = "same_sound", "名称读音相同", "names that sound the same";
        /// The one name is short for the other, or may be.
        ShortName = "short_name", "简称", "short name";
        /// The names are alike.
        SimilarName = "similar_name", "名称相近", "similar name";
    }
}

/// Reasons in words.
pub fn explain(reasons: &[MatchReason], language: Language) -> String {
    let separator = match language {
        Language::Zh => "；",
        Language::En => "; ",
    };
    let reasons: Vec<&str> = reasons.iter().map(|reason| reason.label(language)).collect();
    reasons.join(separator)
}

/// What [`in_codes`] made of a candidate, with its reasons in words; none of any other text.
pub(crate) fn in_words(text: &str, language: Language) -> Option<String> {
    let (who, codes) = text.strip_suffix(')')?.rsplit_once(" (")?;
    let reasons: Option<Vec<MatchReason>> = codes.split(", ").map(MatchReason::from_code).collect();
    let reasons = explain(&reasons?, language);
    Some(match language {
        Language::Zh => format!("{who}（{reasons}）"),
        Language::En => format!("{who} ({reasons})"),
    })
}

/// A candidate with its reasons as codes, to be kept: whoever reads it reads it in their own language.
pub(crate) fn in_codes(who: impl std::fmt::Display, reasons: &[MatchReason]) -> String {
    let codes: Vec<&str> = reasons.iter().map(|reason| reason.code()).collect();
    format!("{who} ({})", codes.join(", "))
}

/// The reason that names are; none where they only tell apart.
pub(super) fn name_reason(names: Likeness) -> Option<(MatchReason, f64)> {
    let reason = match names.reason {
        NameReason::SameName => MatchReason::SameName,
        NameReason::SameButForm => MatchReason::SameNameButForm,
        NameReason::OtherOrder => MatchReason::OtherOrder,
        NameReason::SameCoreRegionMissing => MatchReason::SameNameButRegion,
        NameReason::SameCoreOtherRegion => MatchReason::OtherRegion,
        NameReason::SameCoreOtherBranch => MatchReason::OtherBranch,
        NameReason::OneCharacterApart => MatchReason::OneCharacterApart,
        NameReason::SameSound => MatchReason::SameSound,
        NameReason::ShortName => MatchReason::ShortName,
        NameReason::Similar if names.bits > 0.0 => MatchReason::SimilarName,
        NameReason::Similar | NameReason::Different => return None,
    };
    Some((reason, names.bits))
}
