//! What Kotlin and Swift get of types that are not plain records: identifiers, dates and times, maps, errors.
//!
//! A conversion that fails has no session, and so no language: its message comes in both.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use chrono::{DateTime, NaiveDate, Utc};
use uniffi::deps::anyhow;

use crate::{
    Code, CustomerNumber, DuplicateMatch, DuplicatePair, Error, Language, Money, ParseMoneyError, PickEntry,
    Problem, Region, TimelineEntry, matching::explain, model::fields,
};

/// Why a call failed. Nothing was stored. Each kind has the stable `code`, and in `detail` what a person reads, in the
/// language that the CRM was opened with. Both are fit for a log: an ellipsis stands for what was typed, and customers are
/// named by their numbers; what was typed is in a problem's message, the customers' names are in `matches`.
#[derive(Clone, PartialEq, thiserror::Error, uniffi::Error)]
#[error("{}: {}", self.code(), self.detail())]
#[non_exhaustive]
pub enum CrmError {
    /// The input is wrong: every field at fault at once (R2.4).
    Invalid {
        /// The first problem's code.
        code: Code,
        /// What a person reads.
        detail: String,
        /// What is wrong, in the order of the fields.
        problems: Vec<Problem>,
    },
    /// There is no such thing, or the caller may not see it, which is the same (R8.2).
    NotFound {
        /// `not_found`.
        code: Code,
        /// What a person reads.
        detail: String,
        /// What was asked for.
        key: String,
    },
    /// The customer may be there already (R6.1).
    Duplicate {
        /// `customer.duplicate`, or `customer.duplicate_hidden`.
        code: Code,
        /// What a person reads.
        detail: String,
        /// The likely ones that the caller may see, best first.
        matches: Vec<DuplicateMatch>,
        /// The owners' names of likely ones that the caller may not see.
        hidden_owners: Vec<String>,
    },
    /// The record has been changed since the caller saw it.
    Conflict {
        /// `revision.stale`.
        code: Code,
        /// What a person reads.
        detail: String,
        /// The fields that changed since.
        fields: Vec<String>,
        /// The revision that it has now.
        revision: u64,
    },
    /// A rule forbids it, though the input is well formed.
    Rule {
        /// Which.
        code: Code,
        /// What a person reads.
        detail: String,
        /// Which, and for which field.
        problem: Problem,
    },
    /// The caller may not do this.
    Denied {
        /// Why.
        code: Code,
        /// What a person reads.
        detail: String,
        /// What was attempted.
        action: String,
    },
    /// The store failed.
    Storage {
        /// What happened.
        code: Code,
        /// What a person reads; no personal data.
        detail: String,
        /// Whether the same call may succeed later.
        retryable: bool,
        /// What the system or the file said, in its own words.
        reason: String,
    },
    /// A defect of the library.
    Internal {
        /// `internal`.
        code: Code,
        /// For a bug report; no personal data.
        detail: String,
        /// What went wrong, in the library's own words.
        reason: String,
    },
}

impl CrmError {
    /// The error as a person reads it in `language`.
    pub fn of(error: Error, language: Language) -> Self {
        let detail = error.message(language);
        Self::with_detail(error, detail)
    }

    /// What a person reads.
    pub fn detail(&self) -> &str {
        match self {
            Self::Invalid { detail, .. }
            | Self::NotFound { detail, .. }
            | Self::Duplicate { detail, .. }
            | Self::Conflict { detail, .. }
            | Self::Rule { detail, .. }
            | Self::Denied { detail, .. }
            | Self::Storage { detail, .. }
            | Self::Internal { detail, .. } => detail,
        }
    }

    /// The stable dotted code.
    pub fn code(&self) -> Code {
        match self {
            Self::Invalid { code, .. }
            | Self::NotFound { code, .. }
            | Self::Duplicate { code, .. }
            | Self::Conflict { code, .. }
            | Self::Rule { code, .. }
            | Self::Denied { code, .. }
            | Self::Storage { code, .. }
            | Self::Internal { code, .. } => *code,
        }
    }

    fn with_detail(error: Error, detail: String) -> Self {
        let code = error.code();
        match error {
            Error::Invalid { problems } => Self::Invalid {
                code,
                detail,
                problems,
            },
            Error::NotFound { key } => Self::NotFound { code, detail, key },
            Error::Duplicate {
                matches,
                hidden_owners,
            } => Self::Duplicate {
                code,
                detail,
                matches,
                hidden_owners,
            },
            Error::Conflict { fields, revision } => Self::Conflict {
                code,
                detail,
                fields,
                revision,
            },
            Error::Rule { problem } => Self::Rule {
                code,
                detail,
                problem,
            },
            Error::Denied { action, .. } => Self::Denied { code, detail, action },
            Error::Storage {
                retryable,
                detail: reason,
                ..
            } => Self::Storage {
                code,
                detail,
                retryable,
                reason,
            },
            Error::Internal { detail: reason } => Self::Internal { code, detail, reason },
        }
    }

    /// The error as the core has it.
    fn to_error(&self) -> Error {
        match self.clone() {
            Self::Invalid { problems, .. } => Error::Invalid { problems },
            Self::NotFound { key, .. } => Error::NotFound { key },
            Self::Duplicate {
                matches,
                hidden_owners,
                ..
            } => Error::Duplicate {
                matches,
                hidden_owners,
            },
            Self::Conflict { fields, revision, .. } => Error::Conflict { fields, revision },
            Self::Rule { problem, .. } => Error::Rule { problem },
            Self::Denied { code, action, .. } => Error::Denied { code, action },
            Self::Storage {
                code,
                retryable,
                reason,
                ..
            } => Error::Storage {
                code,
                detail: reason,
                retryable,
            },
            Self::Internal { reason, .. } => Error::Internal { detail: reason },
        }
    }

    /// What a conversion answers with: whatever the function, its error is this one.
    fn of_conversion(error: Error) -> anyhow::Error {
        let detail = format!(
            "{} / {}",
            error.message(Language::Zh),
            error.message(Language::En)
        );
        Self::with_detail(error, detail).into()
    }
}

/// A problem without a field: which one it was, a conversion does not know.
fn wrong(code: Code, text: impl Into<String>) -> anyhow::Error {
    CrmError::of_conversion(Error::invalid(Problem::with("", code, text)))
}

/// A text that should be an identifier and is none.
pub(crate) fn names_nothing(text: String) -> anyhow::Error {
    CrmError::of_conversion(Error::not_found(text))
}

impl fmt::Debug for CrmError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

uniffi::custom_type!(CustomerNumber, String, {
    lower: |number| number.to_string(),
    try_lift: |text| text.parse().map_err(|_| wrong(Code::NumberInvalid, text)),
});

uniffi::custom_type!(Region, String, {
    lower: |region| region.code().to_owned(),
    // A region is a field of this name wherever it is one.
    try_lift: |text| Region::from_code(&text).ok_or_else(|| {
        CrmError::of_conversion(Error::invalid(Problem::with(fields::REGION, Code::SettingInvalid, text)))
    }),
});

uniffi::custom_type!(Code, String, {
    lower: |code| code.as_str().to_owned(),
    try_lift: |text| {
        let known = Code::ALL.iter().copied().find(|code| code.as_str() == text);
        known.ok_or_else(|| names_nothing(text))
    },
});

/// A day as `2024-05-01`.
type Day = NaiveDate;
uniffi::custom_type!(Day, String, {
    remote,
    lower: |day| day.to_string(),
    try_lift: |text| text.parse().map_err(|_| wrong(Code::DateInvalid, text)),
});

/// An instant in milliseconds since 1970.
type Instant = DateTime<Utc>;
uniffi::custom_type!(Instant, i64, {
    remote,
    lower: |at| at.timestamp_millis(),
    try_lift: |ms| DateTime::from_timestamp_millis(ms).ok_or_else(|| wrong(Code::DateInvalid, ms.to_string())),
});

uniffi::custom_type!(Money, String, {
    lower: |amount| amount.to_string(),
    try_lift: |text| text.parse().map_err(|why: ParseMoneyError| wrong(why.code(), text)),
});

/// Texts by name.
type Fields = BTreeMap<String, String>;
uniffi::custom_type!(Fields, HashMap<String, String>, {
    remote,
    lower: |fields| fields.into_iter().collect(),
    try_lift: |fields| Ok(fields.into_iter().collect()),
});

/// Texts by name, of several fields.
type Words = BTreeMap<String, BTreeMap<String, String>>;
uniffi::custom_type!(Words, HashMap<String, HashMap<String, String>>, {
    remote,
    lower: |words| words.into_iter().map(|(field, words)| (field, words.into_iter().collect())).collect(),
    try_lift: |words| Ok(words.into_iter().map(|(field, words)| (field, words.into_iter().collect())).collect()),
});

#[uniffi::export]
impl CrmError {
    /// `detail` in this language, whatever language the CRM was opened with.
    #[uniffi::method(name = "message")]
    fn message_in(&self, language: Language) -> String {
        self.to_error().message(language)
    }
}

#[uniffi::export]
impl Problem {
    /// What a person reads: the field, what is wrong with it, and what was typed. It may be personal data.
    #[uniffi::method(name = "message")]
    fn message_in(&self, language: Language) -> String {
        self.message(language)
    }
}

#[uniffi::export]
impl DuplicateMatch {
    /// The reasons in words, as in "same phone; same name but for the company suffix".
    #[uniffi::method(name = "explain")]
    fn explain_in(&self, language: Language) -> String {
        explain(&self.reasons, language)
    }
}

#[uniffi::export]
impl DuplicatePair {
    /// The reasons in words, as in "same phone; same name but for the company suffix".
    #[uniffi::method(name = "explain")]
    fn explain_in(&self, language: Language) -> String {
        explain(&self.reasons, language)
    }
}

#[uniffi::export]
impl PickEntry {
    /// What a person reads.
    #[uniffi::method(name = "label")]
    fn label_in(&self, language: Language) -> String {
        self.label(language).to_owned()
    }
}

#[uniffi::export]
impl TimelineEntry {
    /// What happened, in one line.
    #[uniffi::method(name = "line")]
    fn line_in(&self, language: Language) -> String {
        self.line(language).to_owned()
    }
}
