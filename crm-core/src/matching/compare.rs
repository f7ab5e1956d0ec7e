//! Whether two are the same customer, how sure that is, and why (R6.1).

use crate::{
    Language,
    matching::{ALIKE, LIKELY, Likeness, NameParts, NameReason, fold, likeness},
    model::{CustomerKind, CustomerNumber, UserId},
};

/// A phone that this many customers have is never evidence enough (R6.1).
pub const WEAK_PHONE_HOLDERS: usize = 5;

/// Names less alike than this are not worth listing.
const SIMILAR: f64 = 0.6;

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
        /// They share a mobile or landline number.
        SamePhone = "same_phone", "电话相同", "same phone";
        /// They share a number that many customers have.
        WeakPhone = "weak_phone", "电话相同，但多家共用", "same phone, which many customers have";
        /// They share a number and their names clearly differ.
        SharedSwitchboard = "shared_switchboard", "电话相同但名称不同（共用总机？）", "same phone, different name (shared switchboard?)";
        /// They have a number of another form in common.
        SameAlias = "same_alias", "其他编号相同", "same alias";
        /// The names are the same.
        SameName = "same_name", "名称相同", "same name";
        /// The names are the same but for suffix, brackets, script form or where the region stands.
        SameNameButForm = "same_name_but_form", "除公司后缀、括号或地区位置外名称相同", "same name but for the company suffix, brackets or place of the region";
        /// The names are the same but for a region that one of them lacks.
        SameNameButRegion = "same_name_but_region", "除地区外名称相同", "same name but for the region";
        /// The names are the same, and each has a region of its own.
        OtherRegion = "other_region", "字号相同，地区不同", "same name, another region";
        /// The names differ in one character.
        OneCharacterApart = "one_character_apart", "名称仅差一字", "names one character apart";
        /// The names are alike.
        SimilarName = "similar_name", "名称相近", "similar name";
    }
}

/// What is being typed, prepared once for many comparisons.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The parts of its name.
    pub name: NameParts,
    /// Company, person or institution; a draft may not say yet.
    pub kind: CustomerKind,
    /// Its numbers in normalised form.
    pub phones: Vec<String>,
    /// Its numbers of another form, folded.
    pub aliases: Vec<String>,
}

/// What is compared of a customer that is there.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// Its number.
    pub number: CustomerNumber,
    /// Its name.
    pub name: String,
    /// Company, person or institution.
    pub kind: CustomerKind,
    /// Who answers for it.
    pub owner: UserId,
    /// Its numbers and its contacts' in normalised form.
    pub phones: Vec<String>,
    /// Its numbers of another form, as typed.
    pub aliases: Vec<String>,
}

/// How sure, how alike, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// How sure it is.
    pub band: MatchBand,
    /// From 0 to 1, for the order.
    pub score: f64,
    /// Why, the weightiest first.
    pub reasons: Vec<MatchReason>,
}

record! {
    /// A customer that may be the one being typed (R6.1).
    pub struct DuplicateMatch {
        /// Its number.
        pub number: CustomerNumber,
        /// Its name.
        pub name: String,
        /// Its owner's name.
        pub owner_name: String,
        /// How sure it is.
        pub band: MatchBand,
        /// From 0 to 1; higher is likelier.
        pub score: f64,
        /// Why, the weightiest first.
        pub reasons: Vec<MatchReason>,
    }
}

record! {
    /// Two customers that may be one (R6.2).
    pub struct DuplicatePair {
        /// The number of the one entered first.
        pub first: CustomerNumber,
        /// Its name.
        pub first_name: String,
        /// The number of the other.
        pub second: CustomerNumber,
        /// Its name.
        pub second_name: String,
        /// How sure it is.
        pub band: MatchBand,
        /// From 0 to 1; higher is likelier.
        pub score: f64,
        /// Why, the weightiest first.
        pub reasons: Vec<MatchReason>,
    }
}

impl DuplicateMatch {
    /// The reasons in words, as in "same phone; same name but for the company suffix".
    pub fn explain(&self, language: Language) -> String {
        explain(&self.reasons, language)
    }
}

impl DuplicatePair {
    /// The reasons in words, as in "same phone; same name but for the company suffix".
    pub fn explain(&self, language: Language) -> String {
        explain(&self.reasons, language)
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

impl Subject {
    /// Compares with a customer that is there; `holders` tells how many customers have a number in normalised form.
    /// `None` when they have nothing in common that is worth a look.
    pub fn compare(&self, other: &Candidate, holders: impl Fn(&str) -> usize) -> Option<Comparison> {
        let names = likeness(&self.name, &NameParts::of(&other.name, other.kind));
        let alike = names.score >= ALIKE;
        let alias = other
            .aliases
            .iter()
            .any(|alias| self.aliases.contains(&fold(alias)));
        let shared = self.phones.iter().filter(|phone| other.phones.contains(phone));
        let fewest = shared.map(|phone| holders(phone)).min();
        let phone = match fewest {
            Some(holders) if holders >= WEAK_PHONE_HOLDERS => Some(MatchReason::WeakPhone),
            Some(_) if alike => Some(MatchReason::SamePhone),
            Some(_) => Some(MatchReason::SharedSwitchboard),
            None => None,
        };

        // A person's name alone is never likely.
        let persons = [self.kind, other.kind].contains(&CustomerKind::Individual);
        let by_name = !persons && names.score >= LIKELY;
        let by_number = alike && (alias || phone == Some(MatchReason::SamePhone));
        let band = match by_name || by_number {
            true => MatchBand::Likely,
            false if phone.is_some() || alias || names.score >= SIMILAR => MatchBand::Similar,
            false => return None,
        };
        let mut reasons: Vec<MatchReason> = phone.into_iter().collect();
        reasons.extend(alias.then_some(MatchReason::SameAlias));
        reasons.extend(name_reason(names));
        // A number in common settles half of what the names leave open; a fifth where it may be a switchboard's.
        let settled = match phone {
            Some(MatchReason::SamePhone) => 0.5,
            _ if alias => 0.5,
            Some(_) => 0.2,
            None => 0.0,
        };
        let score = names.score + (1.0 - names.score) * settled;
        Some(Comparison { band, score, reasons })
    }
}

fn name_reason(names: Likeness) -> Option<MatchReason> {
    match names.reason {
        NameReason::SameName => Some(MatchReason::SameName),
        NameReason::SameButForm => Some(MatchReason::SameNameButForm),
        NameReason::SameCoreRegionMissing => Some(MatchReason::SameNameButRegion),
        NameReason::SameCoreOtherRegion => Some(MatchReason::OtherRegion),
        NameReason::OneCharacterApart => Some(MatchReason::OneCharacterApart),
        _ if names.score >= SIMILAR => Some(MatchReason::SimilarName),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CustomerKind::{Enterprise, Individual};

    fn subject(name: &str, kind: CustomerKind, phone: &str) -> Subject {
        Subject {
            name: NameParts::of(name, kind),
            kind,
            phones: vec![phone.to_owned()],
            aliases: Vec::new(),
        }
    }

    fn candidate(name: &str, kind: CustomerKind, phone: &str) -> Candidate {
        Candidate {
            number: "CRM202405010001".parse().unwrap(),
            name: name.to_owned(),
            kind,
            owner: UserId::from_bytes([1; 16]),
            phones: vec![phone.to_owned()],
            aliases: Vec::new(),
        }
    }

    const PHONE: &str = "+862155550199";

    #[test]
    fn r6_1_the_same_company_in_another_form_is_likely() {
        let there = candidate("上海示例科技有限公司", Enterprise, PHONE);
        let found = subject("示例科技(上海)有限公司", Enterprise, PHONE)
            .compare(&there, |_| 1)
            .unwrap();
        assert_eq!(found.band, MatchBand::Likely);
        assert_eq!(
            found.reasons,
            [MatchReason::SamePhone, MatchReason::SameNameButForm]
        );
    }

    #[test]
    fn r6_1_another_company_of_the_building_is_similar() {
        let there = candidate("上海示例科技有限公司", Enterprise, PHONE);
        let found = subject("上海远洋贸易有限公司", Enterprise, PHONE)
            .compare(&there, |_| 1)
            .unwrap();
        assert_eq!(
            (found.band, found.reasons.as_slice()),
            (MatchBand::Similar, &[MatchReason::SharedSwitchboard][..])
        );
    }

    #[test]
    fn r6_1_a_persons_name_alone_is_never_likely() {
        let there = candidate("李伟", Individual, "+8613912345678");
        let found = subject("李伟", Individual, "+8613912345679")
            .compare(&there, |_| 1)
            .unwrap();
        assert_eq!(found.band, MatchBand::Similar);
        let same = subject("李伟", Individual, "+8613912345678")
            .compare(&there, |_| 1)
            .unwrap();
        assert_eq!(same.band, MatchBand::Likely);
    }

    #[test]
    fn r6_1_a_phone_that_five_customers_have_is_never_evidence_enough() {
        let there = candidate("李伟", Individual, PHONE);
        let band = |holders| {
            subject("李伟", Individual, PHONE)
                .compare(&there, |_| holders)
                .unwrap()
                .band
        };
        assert_eq!((band(4), band(5)), (MatchBand::Likely, MatchBand::Similar));
    }

    #[test]
    fn r6_1_nothing_in_common_is_not_listed() {
        let there = candidate("上海示例科技有限公司", Enterprise, PHONE);
        assert_eq!(
            subject("北京远洋贸易有限公司", Enterprise, "+861055550199").compare(&there, |_| 1),
            None
        );
    }
}
