//! How words of the command line are read: states by code or label, money, days, pairs.

use std::{error::Error, fmt, str::FromStr};

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use crmkit::{Code, DateFormat, Language, Money, NaiveDate, Region, describe::States};

/// A word that cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    why: Why,
    typed: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// As the library puts it.
    Code(Code),
    /// It should be of this form, in Chinese and English.
    Form(&'static str, &'static str),
}

impl Refused {
    fn code(code: Code, typed: &str) -> Self {
        Self {
            why: Why::Code(code),
            typed: typed.to_owned(),
        }
    }

    pub(crate) fn form(zh: &'static str, en: &'static str, typed: &str) -> Self {
        Self {
            why: Why::Form(zh, en),
            typed: typed.to_owned(),
        }
    }

    pub(crate) fn message(&self, language: Language) -> String {
        let typed = &self.typed;
        match self.why {
            Why::Code(code) => code.message(language, typed),
            Why::Form(zh, en) => say!(language, "“{typed}”应为“{zh}”", "\"{typed}\" should be {en}"),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::En))
    }
}

impl Error for Refused {}

/// A state, by its code or its label in either language; completions offer the codes.
pub(crate) fn state<T>(states: &'static States) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err = String> + Clone + Send + Sync + 'static,
{
    let values = states
        .states
        .iter()
        .map(|state| PossibleValue::new(state.code).aliases([state.zh, state.en]));
    PossibleValuesParser::new(values).try_map(|word: String| {
        word.parse::<T>()
            .map_err(|typed| Refused::code(Code::ChoiceUnknown, &typed))
    })
}

pub(crate) fn money(text: &str) -> Result<Money, Refused> {
    text.parse()
        .map_err(|error: crmkit::ParseMoneyError| Refused::code(error.code(), text))
}

pub(crate) fn day(text: &str) -> Result<NaiveDate, Refused> {
    text.parse().map_err(|_| Refused::code(Code::DateInvalid, text))
}

pub(crate) fn region(text: &str) -> Result<Region, Refused> {
    Region::from_code(text).ok_or_else(|| Refused::code(Code::ChoiceUnknown, text))
}

pub(crate) fn date_format(text: &str) -> Result<DateFormat, Refused> {
    DateFormat::from_code(text).ok_or_else(|| Refused::code(Code::ChoiceUnknown, text))
}

pub(crate) fn language() -> impl TypedValueParser<Value = Language> {
    PossibleValuesParser::new(["en", "zh"]).try_map(|word: String| {
        Language::from_code(&word).ok_or_else(|| Refused::code(Code::ChoiceUnknown, &word))
    })
}

pub(crate) fn encoding(text: &str) -> Result<crmkit::Encoding, Refused> {
    text.parse()
        .map_err(|_| Refused::code(Code::SourceEncoding, text))
}

pub(crate) fn delimiter(text: &str) -> Result<u8, Refused> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        [one] if one.is_ascii() => Ok(*one),
        _ => Err(Refused::code(Code::ChoiceUnknown, text)),
    }
}

/// `name=value`.
pub(crate) fn pair(text: &str) -> Result<(String, String), Refused> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| Refused::form("名=值", "name=value", text))?;
    Ok((name.to_owned(), value.to_owned()))
}

/// `field:word=value`.
pub(crate) fn triple(text: &str) -> Result<(String, String, String), Refused> {
    let parts = text.split_once([':', '：']).and_then(|(field, rest)| {
        let (word, meaning) = rest.split_once('=')?;
        Some((field.to_owned(), word.to_owned(), meaning.to_owned()))
    });
    parts.ok_or_else(|| Refused::form("字段:词=值", "field:word=value", text))
}

/// An identifier of a record.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, Refused> {
    text.parse()
        .map_err(|_| Refused::form("标识", "an identifier", text))
}
