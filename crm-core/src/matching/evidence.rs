//! Evidence that two are one, in bits (R6.1): what becomes of it as a score, what names in one form say at the least or at
//! the most, and why two names are as alike as they are.

/// From this score on two are likely duplicates (R6.1): the default of the setting.
///
/// By names alone only script, brackets, order, legal form or a wider place before the same one may differ, or little in
/// a long and rare name.
pub const LIKELY: f64 = 0.9;

/// From this score on two are similar, and listed: the default of the setting.
pub const SIMILAR: f64 = 0.6;

/// So many bits double the odds that two are one. Each by itself would, if evidence were independent; it is not, and the score would
/// say too much.
pub(super) const TEMPER: f64 = 4.0;

/// The score of so much evidence, from 0 to 1; a half where nothing speaks for or against.
pub fn score(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits / TEMPER).exp2())
}

/// As much evidence as gives a score.
pub fn bits_of(score: f64) -> f64 {
    TEMPER * (score / (1.0 - score)).log2()
}

/// What a name says that is empty.
const NOTHING: f64 = -400.0;

/// What the same registration number says, in bits: there is one of each.
pub(super) const SAME_REGISTRATION: f64 = 24.0;
/// What it says where the names are not alike: a branch is billed under its parent's.
pub(super) const SHARED_REGISTRATION: f64 = 14.0;
/// What different ones of one scheme say: the same name is still listed.
pub(super) const OTHER_REGISTRATION: f64 = -16.0;

/// What two names in the same form say at the least, or at the most, in bits.
pub(super) mod floor {
    pub(crate) const SAME_NAME: f64 = 24.0;
    pub(crate) const SAME_BUT_FORM: f64 = 19.0;
    /// Likely together with a phone, not by itself.
    pub(crate) const REGION_MISSING: f64 = 9.0;
    /// Listed at the most: shops of a chain.
    pub(crate) const CHAIN: f64 = 9.0;
    /// Likely together with a phone.
    pub(crate) const SLIP: f64 = 7.0;
    /// Listed, last.
    pub(crate) const OTHER_REGION: f64 = 2.4;
    /// Listed at the most, with a phone in common too.
    pub(crate) const OTHER_BRANCH: f64 = 2.4;
    /// Listed.
    pub(crate) const OTHER_CHARACTER: f64 = 3.0;
    /// Not listed: two people with one name of several in common say no more.
    pub(crate) const RELATIVES: f64 = 2.0;
    /// Likely together with a phone, not by itself, at the most.
    pub(crate) const TURNED_ROUND: f64 = 12.0;
    /// Likely by itself: a slip in a long Western word, all else the same.
    pub(crate) const LONG_SLIP: f64 = 13.0;
    /// Listed before names with another character: a Western name cut off or run together.
    pub(crate) const SHORT_ALL: f64 = 3.01;
    /// By as much the best of several full names is before the others: an order, and hardly evidence.
    pub(crate) const SHORT_STEP: f64 = 0.03;
}

/// Why two names are as alike as they are, the strongest reason first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum NameReason {
    /// The same but for width, case, script, spaces and signs.
    SameName,
    /// The same but for the legal form, the brackets, or the place's position in the name.
    SameButForm,
    /// The same words in another order or run together, or with a title in one.
    OtherOrder,
    /// The same name, with a place in one and none, or a wider one, in the other.
    SameCoreRegionMissing,
    /// The same name in two places.
    SameCoreOtherRegion,
    /// Two branches of one company, or a branch and its head office.
    SameCoreOtherBranch,
    /// One character replaced, left out, added, or changed over with its neighbour.
    OneCharacterApart,
    /// Several characters replaced, each by one that sounds the same.
    SameSound,
    /// A short name, and the full one that it is short for.
    ShortName,
    /// Something in common, but not the same name.
    Similar,
    /// Nothing in common.
    Different,
}

/// How alike two names are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// The evidence that they are one customer's, in bits; against, if below 0.
    pub bits: f64,
    /// Why.
    pub reason: NameReason,
    /// Whether they share a word that few names have, which is enough with a telephone in common.
    pub shared: bool,
}

impl Likeness {
    pub(super) const fn new(bits: f64, reason: NameReason) -> Self {
        Self {
            bits,
            reason,
            shared: false,
        }
    }

    /// Of two names of which one is empty.
    pub(super) const fn nothing() -> Self {
        Self::new(NOTHING, NameReason::Different)
    }

    /// Whether a name was empty, so that nothing was compared.
    pub(super) fn is_nothing(self) -> bool {
        self.bits <= NOTHING
    }

    /// From 0 (two customers) to 1 (one).
    pub fn score(self) -> f64 {
        score(self.bits)
    }
}
