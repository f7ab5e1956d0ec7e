//! Whether two are the same customer, how sure that is, and why (R6.1).

use super::{
    evidence::{OTHER_REGISTRATION, SAME_REGISTRATION, SHARED_REGISTRATION, bits_of, floor, score},
    levels::{Common, Levels, Registered},
    reason::{MatchBand, MatchReason, WEAK_PHONE_HOLDERS, explain, name_reason},
    rules::Rules,
    subject::Subject,
};
use crate::{Language, model::CustomerNumber};

/// A person's name by itself says so much at the most, in bits.
const PERSON_ALONE: f64 = 12.0;

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
        /// What each reason weighs, in bits, four of which double the odds that they are one; against, where below 0.
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
        /// What each reason weighs, in bits, four of which double the odds that they are one; against, where below 0.
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

impl Comparison {
    /// Whether a number speaks for it, and not only the names.
    pub fn has_number(&self) -> bool {
        use MatchReason::{
            NearAlias, NearPhone, SameAlias, SamePhone, SameRegistration, SharedRegistration,
            SharedSwitchboard,
        };
        self.reasons.iter().any(|reason| {
            matches!(
                reason,
                SameRegistration
                    | SharedRegistration
                    | SamePhone
                    | NearPhone
                    | SharedSwitchboard
                    | SameAlias
                    | NearAlias
            )
        })
    }

    /// Whether it is likely by a number that is the same, or a name that is: whether a name has a slip or is another one is
    /// told by looking at it. A registration number that is another's too says nothing without a name that is alike: a branch is
    /// billed under its parent's.
    pub fn is_same(&self) -> bool {
        use MatchReason::{
            OneCharacterApart, SameAlias, SamePhone, SameRegistration, SameSound, SharedRegistration,
            ShortName, SimilarName,
        };

        let number = |reason: &MatchReason| matches!(reason, SameRegistration | SamePhone | SameAlias);
        let slip = |reason: &MatchReason| {
            matches!(
                reason,
                SharedRegistration | OneCharacterApart | SameSound | ShortName | SimilarName
            )
        };
        let reasons = || self.reasons.iter();
        self.band == MatchBand::Likely && (reasons().any(number) || !reasons().any(slip))
    }
}

impl Subject {
    /// Compares two; `holders` tells how many [`parties`](Rules::parties) have a number, be it a telephone number in
    /// normalised form or one of another form, folded. `None` when they have nothing in common that is worth a look.
    pub fn compare<'w>(
        &self,
        other: &Self,
        holders: impl Fn(&str) -> usize,
        rules: impl Into<Rules<'w>>,
    ) -> Option<Comparison> {
        let rules = rules.into();
        Levels::of(self, other, holders, rules.weights).weigh(rules)
    }
}

impl Levels {
    /// How many bits it is above what makes two likely, or below. A person's name alone is never likely, and a telephone
    /// number never without a name that is alike; a long number of another form is (R2.1), whatever the names: people
    /// marry and companies are renamed, and keep it. A company's name is, too, if it is said to be an alias. The same registration
    /// number is, and different ones of one scheme never are.
    pub fn above_likely(&self, rules: Rules<'_>) -> f64 {
        match self.registered {
            Registered::Apart => return f64::MIN,
            Registered::Same => return f64::MAX,
            Registered::Nothing => {}
        }
        let Rules { thresholds, weights } = rules;
        let names = match self.named {
            true => self.names.bits.max(weights.most_alias),
            false => self.names.bits + self.chain_bits(),
        };
        let name_may_do = if self.named { !self.persons } else { !self.personal };
        let by_name = if name_may_do { names } else { f64::MIN };
        let by_phone = match self.phone {
            // A word that few names have is enough, but not of people: relatives share one, and a telephone.
            Common::Same { holders, .. } if holders < WEAK_PHONE_HOLDERS && self.shares_word() => {
                (names + weights.same_phone).max(bits_of(thresholds.likely))
            }
            Common::Same { holders, .. } if holders < WEAK_PHONE_HOLDERS => names + weights.same_phone,
            _ => f64::MIN,
        };
        // A person's whole name, if few have it, and a telephone with one digit mistyped.
        let by_near = match self.phone {
            Common::Near if self.personal && self.names.shared => self.alone() + weights.near_phone,
            _ => f64::MIN,
        };
        let alias = self.alias.alias_bits(weights);
        let by_alias = match self.alias {
            Common::Same { .. } if alias > 0.0 => alias + self.alone().max(weights.changed_name),
            Common::Near => alias + self.alone(),
            _ => f64::MIN,
        };
        by_name.max(by_phone).max(by_near).max(by_alias) - bits_of(thresholds.likely)
    }

    /// What it says against a name in common that the telephones are in different areas and the name is a shop's: enough that they
    /// are no more than similar.
    fn chain_bits(&self) -> f64 {
        match self.chain {
            true => (floor::CHAIN - self.names.bits).min(0.0),
            false => 0.0,
        }
    }

    /// Whether two companies' names have a word in common that few names have.
    const fn shares_word(&self) -> bool {
        self.names.shared && !self.personal
    }

    /// What the names say without a number: a person's so much at the most, with what a name says that is an alias.
    fn alone(&self) -> f64 {
        let most = match (self.personal, self.named) {
            (true, true) => 0.0,
            (true, false) => PERSON_ALONE,
            (false, _) => f64::MAX,
        };
        self.names.bits.min(most)
    }

    /// What all of it comes to; `None` when it is not worth a look.
    pub fn weigh(&self, rules: Rules<'_>) -> Option<Comparison> {
        let Rules { thresholds, weights } = rules;
        let alike = self.named
            || self.shares_word()
            || self.names.bits + weights.same_phone >= bits_of(thresholds.likely);
        let phone = match self.phone {
            Common::Same { holders, .. } if holders >= WEAK_PHONE_HOLDERS => {
                Some((MatchReason::WeakPhone, weights.weak_phone))
            }
            // A number that several have says less: half as much at two, a quarter at four.
            Common::Same { holders, .. } if alike => {
                let rarity = (holders.max(1) as f64).log2();
                Some((MatchReason::SamePhone, weights.same_phone - rarity))
            }
            // Where no name was typed there is none that differs.
            Common::Same { .. } if self.names.is_nothing() => {
                Some((MatchReason::SamePhone, weights.shared_phone))
            }
            Common::Same { .. } => Some((MatchReason::SharedSwitchboard, weights.shared_phone)),
            Common::Near => Some((MatchReason::NearPhone, weights.near_phone)),
            Common::Nothing => None,
        };
        let registration = match self.registered {
            Registered::Same if alike => Some((MatchReason::SameRegistration, SAME_REGISTRATION)),
            Registered::Same => Some((MatchReason::SharedRegistration, SHARED_REGISTRATION)),
            Registered::Apart => Some((MatchReason::OtherRegistration, OTHER_REGISTRATION)),
            Registered::Nothing => None,
        };
        let alias_bits = self.alias.alias_bits(weights);
        let alias = match self.alias {
            Common::Same { .. } => Some((MatchReason::SameAlias, alias_bits)),
            _ if self.named && self.persons => Some((MatchReason::SameAlias, PERSON_ALONE)),
            _ if self.named => Some((MatchReason::SameAlias, weights.most_alias)),
            Common::Near => Some((MatchReason::NearAlias, alias_bits)),
            Common::Nothing => None,
        };
        // Unless a number agrees that says something.
        let mut name = name_reason(self.names);
        if let Some((_, bits)) = &mut name
            && phone.is_none()
            && self.registered != Registered::Same
            && alias_bits <= 0.0
        {
            *bits = self.alone();
        }
        let chain = (self.chain && !self.named).then(|| (MatchReason::OtherArea, self.chain_bits()));
        let evidence: Vec<(MatchReason, f64)> = [registration, phone, alias, name, chain]
            .into_iter()
            .flatten()
            .collect();
        let total = score(evidence.iter().map(|(_, bits)| bits).sum());

        let band = match self.above_likely(rules) >= 0.0 {
            true => MatchBand::Likely,
            false if matches!(self.phone, Common::Same { .. }) => MatchBand::Similar,
            false if matches!(self.alias, Common::Same { .. }) => MatchBand::Similar,
            false if total >= thresholds.similar => MatchBand::Similar,
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{name::NameParts, rules::Thresholds};
    use crate::model::CustomerKind;
    use CustomerKind::{Enterprise, Individual};

    fn subject(name: &str, kind: CustomerKind, phone: &str) -> Subject {
        Subject {
            name: NameParts::of(name, kind),
            kind,
            phones: vec![phone.to_owned()],
            aliases: Vec::new(),
            registrations: Vec::new(),
        }
    }

    const PHONE: &str = "+862155550199";

    #[test]
    fn r6_1_the_same_company_in_another_form_is_likely() {
        let there = subject("上海示例科技有限公司", Enterprise, PHONE);
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
        let there = subject("上海示例科技有限公司", Enterprise, PHONE);
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
        let there = subject("李伟", Individual, "+8613912345678");
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
        let there = subject("李伟", Individual, PHONE);
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
        let there = subject("上海示例科技有限公司", Enterprise, PHONE);
        assert_eq!(
            subject("北京远洋贸易有限公司", Enterprise, "+861055550199").compare(
                &there,
                |_| 1,
                Thresholds::default()
            ),
            None
        );
    }

    #[test]
    fn r6_1_relatives_with_one_telephone_are_similar() {
        for (a, b) in [
            ("李伟", "李娜"),
            ("John Smith", "Mary Smith"),
            ("Ann Mary Smith", "Eve Mary Smith"),
        ] {
            let found = subject(a, Individual, PHONE)
                .compare(&subject(b, Individual, PHONE), |_| 2, Thresholds::default())
                .unwrap();
            assert_eq!(found.band, MatchBand::Similar, "{a} {b}");
        }
    }

    fn band(a: (&str, &str), b: (&str, &str), kind: CustomerKind, holders: usize) -> Option<MatchBand> {
        let found = subject(a.0, kind, a.1).compare(&subject(b.0, kind, b.1), |_| holders, Rules::default());
        found.map(|found| found.band)
    }

    #[test]
    fn r6_1_one_telephone_and_one_uncommon_word_are_likely() {
        const NUMBER: &str = "+12125550101";
        for (a, b) in [
            ("Marlow", "Marlow (Los Angeles)"),
            ("Restaurant Marlow", "Marlow Family Restaurant & Bar"),
            ("Marlow's Deli", "Marlow Delicatessen & Catering"),
            ("The Marlow", "Marlow at the Quay"),
            ("Marlow Quayside Centers", "Marlow Centers"),
        ] {
            let with = |holders| band((a, NUMBER), (b, NUMBER), Enterprise, holders);
            assert_eq!(with(2), Some(MatchBand::Likely), "{a} {b}");
            assert_eq!(with(5), Some(MatchBand::Similar), "{a} {b}");
        }
        for (a, b) in [
            ("Marlow", "Fenwick"),
            ("The Steak House", "The Fish House"),
            ("Marlow Cafe", "Marlow Dining Room"),
            ("Marlow Shipping Ltd", "Marlow Insurance Ltd"),
            ("上海示例食品有限公司", "上海示例服装有限公司"),
        ] {
            let with = band((a, NUMBER), (b, NUMBER), Enterprise, 2);
            assert_eq!(with, Some(MatchBand::Similar), "{a} {b}");
        }
        let relatives = band(("John Marlow", NUMBER), ("Mary Marlow", NUMBER), Individual, 2);
        assert_eq!(relatives, Some(MatchBand::Similar));
        let shop = subject("Marlow Shipping", Enterprise, NUMBER);
        let owner = subject("John Marlow", Individual, NUMBER).compare(&shop, |_| 2, Thresholds::default());
        assert_ne!(
            owner.map(|owner| owner.band),
            Some(MatchBand::Likely),
            "whose shop it may be"
        );
    }

    #[test]
    fn r6_1_shops_of_one_name_with_telephones_of_two_areas_are_similar() {
        let found = subject("Fenwick Coffee House", Enterprise, "+12125550101")
            .compare(
                &subject("Fenwick Coffee House", Enterprise, "+14155550101"),
                |_| 1,
                Rules::default(),
            )
            .unwrap();
        assert_eq!(found.band, MatchBand::Similar);
        assert_eq!(found.reasons, [MatchReason::SameName, MatchReason::OtherArea]);
        assert!(found.weights[1] < 0.0);

        let shops = |name: &str, a: &str, b: &str| band((name, a), (name, b), Enterprise, 1);
        let (shanghai, shenzhen) = ("+862155550101", "+8675555550101");
        assert_eq!(shops("晨曦咖啡馆", shanghai, shenzhen), Some(MatchBand::Similar));
        // In one area, by a mobile, or with a legal form nothing speaks against.
        for (name, a, b) in [
            ("晨曦咖啡馆", shanghai, "+862155550102"),
            ("晨曦咖啡馆", shanghai, "+8613900000101"),
            ("上海晨曦餐饮有限公司", shanghai, shenzhen),
            ("Fenwick Coffee Ltd", "+12125550101", "+14155550101"),
        ] {
            assert_eq!(shops(name, a, b), Some(MatchBand::Likely), "{name}");
        }
    }

    #[test]
    fn r6_1_a_whole_name_that_few_have_and_a_telephone_one_digit_off_are_likely() {
        let people = |name: &str, other: &str| {
            let (a, b) = ("+12125550101", "+12125550191");
            band((name, a), (other, b), Individual, 1)
        };
        assert_eq!(people("John Marlow", "John Marlow"), Some(MatchBand::Likely));
        assert_eq!(people("John Marlow", "Jon Marlow"), Some(MatchBand::Likely));
        assert_eq!(people("欧阳明辉", "欧阳明辉"), Some(MatchBand::Likely));
        assert_eq!(people("李伟", "李伟"), Some(MatchBand::Similar));
        assert_ne!(people("John Marlow", "Mary Marlow"), Some(MatchBand::Likely));
    }

    #[test]
    fn r6_1_where_no_name_was_typed_none_is_said_to_differ() {
        let there = subject("上海示例科技有限公司", Enterprise, PHONE);
        let found = subject("", Enterprise, PHONE).compare(&there, |_| 1, Rules::default());
        assert_eq!(found.unwrap().reasons, [MatchReason::SamePhone]);
    }

    fn by_alias(a: (&str, &str), b: (&str, &str), kind: CustomerKind, holders: usize) -> Option<Comparison> {
        let one = Subject {
            phones: Vec::new(),
            aliases: vec![a.1.to_owned()],
            ..subject(a.0, kind, "")
        };
        let other = Subject {
            phones: Vec::new(),
            aliases: vec![b.1.to_owned()],
            ..subject(b.0, kind, "")
        };
        one.compare(&other, |_| holders, Rules::default())
    }

    #[test]
    fn r6_1_a_long_number_of_another_form_is_enough_and_a_short_one_needs_names_that_are_alike() {
        let band =
            |a: &str, b: &str, number: &str| by_alias((a, number), (b, number), Individual, 1).unwrap().band;
        assert_eq!(band("John Smith", "Mary Jones", "3787407"), MatchBand::Likely);
        assert_eq!(band("John Smith", "Mary Jones", "378740"), MatchBand::Similar);
        assert_eq!(band("John Smith", "Jon Smith", "3787"), MatchBand::Likely);
        assert_eq!(band("John Smith", "John Smith", "7"), MatchBand::Similar);
        assert_eq!(band("John Smith", "Mary Jones", "0000000"), MatchBand::Similar);
    }

    #[test]
    fn r6_1_a_number_of_another_form_that_many_have_says_nothing() {
        let band = |holders| {
            by_alias(("示例", "3787407"), ("远洋", "3787407"), Enterprise, holders)
                .unwrap()
                .band
        };
        assert_eq!((band(4), band(5)), (MatchBand::Likely, MatchBand::Similar));
    }

    #[test]
    fn r6_1_a_long_number_of_another_form_one_character_off_needs_a_name_in_common() {
        let found = |a: &str, b: &str, one: &str, other: &str| by_alias((a, one), (b, other), Individual, 1);
        let near = found("John Smith", "Jon Smith", "3787407", "3787470").unwrap();
        assert_eq!(near.band, MatchBand::Likely);
        assert_eq!(
            near.reasons,
            [MatchReason::NearAlias, MatchReason::OneCharacterApart]
        );
        assert_eq!(found("John Smith", "Mary Jones", "3787407", "3787470"), None);
        let short = found("John Smith", "John Smith", "3787", "3788").unwrap();
        assert_eq!(short.reasons, [MatchReason::SameName]);
    }
}
