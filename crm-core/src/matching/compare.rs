//! Whether two are the same customer, how sure that is, and why (R6.1).

use crate::{
    Language,
    matching::{
        LIKELY, Likeness, NameParts, NameReason, SIMILAR, Weights, bits_of, distance::one_apart, fold,
        fold_name, likeness, score,
    },
    model::{CustomerKind, CustomerNumber, UserId},
};

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
        /// They share a mobile or landline number.
        SamePhone = "same_phone", "电话相同", "same phone";
        /// A mobile or landline number of the one differs in one digit from one of the other.
        NearPhone = "near_phone", "电话仅差一位", "phone one digit off";
        /// They share a number that many customers have.
        WeakPhone = "weak_phone", "电话相同，但多家共用", "same phone, which many customers have";
        /// They share a number and their names clearly differ.
        SharedSwitchboard = "shared_switchboard", "电话相同但名称不同（共用总机？）", "same phone, different name (shared switchboard?)";
        /// They have a number of another form in common, or the one is said to go by the other's name.
        SameAlias = "same_alias", "别名相同", "same alias";
        /// The names are the same.
        SameName = "same_name", "名称相同", "same name";
        /// The names are the same but for suffix, brackets, script form or where the region stands.
        SameNameButForm = "same_name_but_form", "除公司后缀、括号或地区位置外名称相同", "same name but for the company suffix, brackets or place of the region";
        /// The names are the same but for a region that one of them lacks.
        SameNameButRegion = "same_name_but_region", "除地区外名称相同", "same name but for the region";
        /// The names are the same, and each has a region of its own.
        OtherRegion = "other_region", "字号相同，地区不同", "same name, another region";
        /// One is a branch of the other, or they are branches of one company.
        OtherBranch = "other_branch", "同一公司的不同分支机构", "another branch of the company";
        /// The names differ in one character.
        OneCharacterApart = "one_character_apart", "名称仅差一字", "names one character apart";
        /// The one name is short for the other, or may be.
        ShortName = "short_name", "简称", "short name";
        /// The names are alike.
        SimilarName = "similar_name", "名称相近", "similar name";
    }
}

/// A person's name by itself says so much at the most, in bits.
const PERSON_ALONE: f64 = 12.0;

/// From which score on two are likely duplicates, and similar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Likely: saving over it is refused.
    pub likely: f64,
    /// Similar: listed.
    pub similar: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            likely: LIKELY,
            similar: SIMILAR,
        }
    }
}

impl Comparison {
    /// Whether a number speaks for it, and not only the names.
    pub fn has_number(&self) -> bool {
        use MatchReason::{NearPhone, SameAlias, SamePhone, SharedSwitchboard};
        self.reasons
            .iter()
            .any(|reason| matches!(reason, SamePhone | NearPhone | SharedSwitchboard | SameAlias))
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
    /// Why: numbers first, then the name.
    pub reasons: Vec<MatchReason>,
    /// What each reason weighs, in bits; against, where below 0.
    pub weights: Vec<f64>,
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
        /// Why: numbers first, then the name.
        pub reasons: Vec<MatchReason>,
        /// What each reason weighs, in bits: how much likelier it makes that they are one, as a power of two; against,
        /// where below 0.
        pub weights: Vec<f64>,
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
        /// Why: numbers first, then the name.
        pub reasons: Vec<MatchReason>,
        /// What each reason weighs, in bits: how much likelier it makes that they are one, as a power of two; against,
        /// where below 0.
        pub weights: Vec<f64>,
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

/// How many parties these names are of, [`WEAK_PHONE_HOLDERS`] at the most: names that are alike are one party's. A
/// number is not shared by many only because one customer was entered many times.
pub fn parties<'n>(names: impl IntoIterator<Item = &'n NameParts>) -> usize {
    let weights = Weights::shipped();
    let enough = bits_of(LIKELY) - weights.same_phone;
    let mut parties: Vec<&NameParts> = Vec::new();
    for name in names {
        if parties.len() == WEAK_PHONE_HOLDERS {
            break;
        }
        if !parties
            .iter()
            .any(|party| likeness(party, name, weights).bits >= enough)
        {
            parties.push(name);
        }
    }
    parties.len()
}

impl Subject {
    /// Compares with a customer that is there; `holders` tells how many [`parties`] have a number in normalised form.
    /// `None` when they have nothing in common that is worth a look.
    pub fn compare(
        &self,
        other: &Candidate,
        holders: impl Fn(&str) -> usize,
        thresholds: Thresholds,
    ) -> Option<Comparison> {
        self.compare_parts(
            other,
            &NameParts::of(&other.name, other.kind),
            holders,
            thresholds,
        )
    }

    /// [`compare`](Self::compare), where the other's name has been taken apart.
    pub fn compare_parts(
        &self,
        other: &Candidate,
        parts: &NameParts,
        holders: impl Fn(&str) -> usize,
        thresholds: Thresholds,
    ) -> Option<Comparison> {
        let weights = Weights::shipped();
        let names = likeness(&self.name, parts, weights);
        let named = self.goes_by(other, parts);
        let alike = named || names.bits + weights.same_phone >= bits_of(thresholds.likely);
        let number = other
            .aliases
            .iter()
            .any(|alias| self.aliases.contains(&fold(alias)));
        let shared = self.phones.iter().filter(|phone| other.phones.contains(phone));
        let phone = match shared.map(|phone| holders(phone)).min() {
            Some(holders) if holders >= WEAK_PHONE_HOLDERS => {
                Some((MatchReason::WeakPhone, weights.weak_phone))
            }
            // A number that several have says less: half as much at two, a quarter at four.
            Some(holders) if alike => {
                let rarity = (holders.max(1) as f64).log2();
                Some((MatchReason::SamePhone, weights.same_phone - rarity))
            }
            Some(_) => Some((MatchReason::SharedSwitchboard, weights.shared_phone)),
            None if names.bits > 0.0 && self.near_phone(other) => {
                Some((MatchReason::NearPhone, weights.near_phone))
            }
            None => None,
        };
        let alias = (number || named).then_some((MatchReason::SameAlias, weights.same_alias));
        let persons = [self.kind, other.kind].contains(&CustomerKind::Individual);
        // The row of a list may not say its kind, and have a name that looks like a person's.
        let personal = persons || self.name.personal;
        let mut name = name_reason(names);
        if let Some((_, bits)) = &mut name
            && personal
            && phone.is_none()
            && !number
        {
            let said = alias.map_or(0.0, |(_, bits)| bits);
            *bits = bits.min(PERSON_ALONE - said);
        }
        let evidence: Vec<(MatchReason, f64)> = [phone, alias, name].into_iter().flatten().collect();
        let bits = evidence.iter().map(|(_, bits)| bits).sum::<f64>();
        let total = score(bits);

        // A person's name alone is never likely, and a number never without a name that is alike.
        let by_name = !persons && named || !personal && names.score() >= thresholds.likely;
        let by_number =
            alike && (number || phone.is_some_and(|(reason, _)| reason == MatchReason::SamePhone));
        let band = match by_name || by_number {
            true => MatchBand::Likely,
            false if phone.is_some_and(|(reason, _)| reason != MatchReason::NearPhone) => MatchBand::Similar,
            false if alias.is_some() || total >= thresholds.similar => MatchBand::Similar,
            false => return None,
        };
        // What the rules say comes before what the figures say.
        let score = match band {
            MatchBand::Likely => total.max(thresholds.likely),
            MatchBand::Similar => total,
        };
        let (reasons, weights) = evidence.into_iter().unzip();
        Some(Comparison {
            band,
            score,
            reasons,
            weights,
        })
    }

    /// Whether the name of the one is an alias of the other: somebody said so, or a list did.
    fn goes_by(&self, other: &Candidate, parts: &NameParts) -> bool {
        let is = |alias: &String, name: &NameParts| {
            let folded = fold_name(alias);
            !folded.is_empty() && folded == name.folded
        };
        other.aliases.iter().any(|alias| is(alias, &self.name))
            || self.aliases.iter().any(|alias| is(alias, parts))
    }

    /// Whether a number of the one is one digit off a number of the other.
    fn near_phone(&self, other: &Candidate) -> bool {
        let digits = |phone: &String| phone.chars().collect::<Vec<char>>();
        self.phones
            .iter()
            .any(|a| other.phones.iter().any(|b| one_apart(&digits(a), &digits(b))))
    }
}

fn name_reason(names: Likeness) -> Option<(MatchReason, f64)> {
    let reason = match names.reason {
        NameReason::SameName => MatchReason::SameName,
        NameReason::SameButForm => MatchReason::SameNameButForm,
        NameReason::SameCoreRegionMissing => MatchReason::SameNameButRegion,
        NameReason::SameCoreOtherRegion => MatchReason::OtherRegion,
        NameReason::SameCoreOtherBranch => MatchReason::OtherBranch,
        NameReason::OneCharacterApart => MatchReason::OneCharacterApart,
        NameReason::ShortName => MatchReason::ShortName,
        NameReason::Similar if names.bits > 0.0 => MatchReason::SimilarName,
        NameReason::Similar | NameReason::Different => return None,
    };
    Some((reason, names.bits))
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
            .compare(&there, |_| 1, Thresholds::default())
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
            .compare(&there, |_| 1, Thresholds::default())
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
            .compare(&there, |_| 1, Thresholds::default())
            .unwrap();
        assert_eq!(found.band, MatchBand::Similar);
        let same = subject("李伟", Individual, "+8613912345678")
            .compare(&there, |_| 1, Thresholds::default())
            .unwrap();
        assert_eq!(same.band, MatchBand::Likely);
    }

    #[test]
    fn r6_1_a_phone_that_five_customers_have_is_never_evidence_enough() {
        let there = candidate("李伟", Individual, PHONE);
        let band = |holders| {
            subject("李伟", Individual, PHONE)
                .compare(&there, |_| holders, Thresholds::default())
                .unwrap()
                .band
        };
        assert_eq!((band(4), band(5)), (MatchBand::Likely, MatchBand::Similar));
    }

    #[test]
    fn r6_1_nothing_in_common_is_not_listed() {
        let there = candidate("上海示例科技有限公司", Enterprise, PHONE);
        assert_eq!(
            subject("北京远洋贸易有限公司", Enterprise, "+861055550199").compare(
                &there,
                |_| 1,
                Thresholds::default()
            ),
            None
        );
    }
}
