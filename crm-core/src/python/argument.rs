//! What Python hands in: more forms than Rust takes, each read into the one that it means, or refused with what is wrong
//! with it, for a field that is named where the argument is used.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Utc};
use pyo3::{
    basic::CompareOp,
    exceptions::{PyOverflowError, PyTypeError, PyUnicodeError},
    inspect::{PyStaticConstant, PyStaticExpr},
    prelude::*,
    type_hint_identifier, type_hint_subscript, type_hint_union,
    types::{PyBool, PyDict, PyFloat, PyInt, PyMapping, PyString},
};

use super::{ENUMS, Labelled};
use crate::{
    Address, AddressKind, AuditHead, Choice, Code, ContractId, DateRange, Error, FollowUpId, ForecastReport,
    Funnel, Language, MergeChoice, MergeSide, Money, NewPhone, OpportunityId, ParseMoneyError, Performance,
    Phone, Problem, Region, Registration, Report, ReportRight, Size, Sources, StatusDistribution, TaskId,
    TeamId, TeamReport, UserId, model::fields, rules::size::parse_size,
};

const NONE: PyStaticExpr = PyStaticExpr::Constant {
    value: PyStaticConstant::None,
};
const STR: PyStaticExpr = type_hint_identifier!("builtins", "str");
pub(super) const DECIMAL: PyStaticExpr = type_hint_identifier!("decimal", "Decimal");
const DATETIME: PyStaticExpr = type_hint_identifier!("datetime", "datetime");

/// The longest text that a problem quotes of a number.
const QUOTED: usize = 40;

/// Why a thing that was handed in is not taken.
#[derive(Debug)]
pub enum Unread {
    /// It is wrong; for which field is not known yet.
    Wrong(Problem),
    /// Python failed on the way, in code of the caller's own.
    Raised(PyErr),
}

impl Unread {
    /// A value that is rejected.
    pub fn wrong(code: Code, rejected: impl Into<String>) -> Self {
        Self::Wrong(Problem::with("", code, rejected))
    }

    /// A thing of a type that does not belong here.
    pub fn of_type(object: Borrowed<'_, '_, PyAny>) -> Self {
        let class = object.get_type().name().map(|name| name.to_string());
        Self::wrong(Code::FieldType, class.unwrap_or_default())
    }

    fn out_of_range(object: Borrowed<'_, '_, PyAny>) -> Self {
        // Python writes out no number of thousands of digits.
        let text = object.str().map(|text| text.to_string()).unwrap_or_default();
        Self::wrong(Code::FieldRange, text.chars().take(QUOTED).collect::<String>())
    }

    /// What Python refused of a thing: its type, its size, or characters that are none.
    fn refused(object: Borrowed<'_, '_, PyAny>, why: PyErr) -> Self {
        let py = object.py();
        if why.is_instance_of::<PyTypeError>(py) {
            Self::of_type(object)
        } else if why.is_instance_of::<PyOverflowError>(py) {
            Self::out_of_range(object)
        } else if why.is_instance_of::<PyUnicodeError>(py) {
            Self::Wrong(Problem::new("", Code::FieldSurrogate))
        } else {
            Self::Raised(why)
        }
    }
}

/// What Python can hand in.
pub trait Given: Sized {
    /// What it may be, for type checkers.
    const TYPE: PyStaticExpr;

    /// The value of a thing that is not nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread>;

    /// Whether a thing stands for nothing.
    fn is_nothing(object: Borrowed<'_, '_, PyAny>) -> bool {
        is_nothing(object)
    }

    /// The value of nothing, where there is one.
    fn nothing() -> Option<Self> {
        None
    }
}

/// Nothing: `None`, or what stands for it in a table: NaN and NaT, which differ from themselves, and pandas' NA, whose
/// comparison is itself.
fn is_nothing(object: Borrowed<'_, '_, PyAny>) -> bool {
    if object.is_none() {
        return true;
    }
    if object.is_instance_of::<PyString>() || object.is_instance_of::<PyInt>() {
        return false;
    }
    object
        .rich_compare(object, CompareOp::Ne)
        .is_ok_and(|differs| differs.is(object) || differs.is_truthy().unwrap_or(false))
}

fn optional<T: Given>(object: Borrowed<'_, '_, PyAny>) -> Result<Option<T>, Unread> {
    match T::is_nothing(object) {
        true => Ok(None),
        false => T::given(object).map(Some),
    }
}

fn required<T: Given>(object: Borrowed<'_, '_, PyAny>) -> Result<T, Unread> {
    let there = optional(object)?.or_else(T::nothing);
    there.ok_or_else(|| Unread::Wrong(Problem::missing("")))
}

/// An argument: read, or what is wrong with it, until its field is named.
#[derive(Clone, Debug)]
pub struct Arg<T>(Result<Option<T>, Problem>);

impl<T> From<T> for Arg<T> {
    fn from(value: T) -> Self {
        Self(Ok(Some(value)))
    }
}

impl<'a, 'py, T: Given> FromPyObject<'a, 'py> for Arg<T> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = T::TYPE;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match optional(object) {
            Ok(value) => Ok(Self(Ok(value))),
            Err(Unread::Wrong(problem)) => Ok(Self(Err(problem))),
            Err(Unread::Raised(why)) => Err(why),
        }
    }
}

/// An argument that has been taken: an [`Arg`], or an optional one.
pub trait Argument: Sized {
    /// What it is read into.
    type Value;

    /// The value, for the field of this name.
    ///
    /// # Errors
    /// What is wrong with it.
    fn at(self, field: &str) -> Result<Self::Value, Problem>;

    /// The value of an argument that stands alone.
    ///
    /// # Errors
    /// Invalid.
    fn of(self, field: &str) -> Result<Self::Value, Error> {
        self.at(field).map_err(Error::invalid)
    }
}

impl<T: Given> Argument for Arg<T> {
    type Value = T;

    fn at(self, field: &str) -> Result<T, Problem> {
        let there = self.0.map_err(|problem| named(problem, field))?;
        there.or_else(T::nothing).ok_or_else(|| Problem::missing(field))
    }
}

impl<T: Given> Argument for Option<Arg<T>> {
    type Value = Option<T>;

    fn at(self, field: &str) -> Result<Option<T>, Problem> {
        match self {
            Some(given) => given.0.map_err(|problem| named(problem, field)),
            None => Ok(None),
        }
    }
}

fn named(problem: Problem, field: &str) -> Problem {
    let code = match (problem.code, field) {
        (Code::OwnerUnknown, fields::HEAD) => Code::TeamHead,
        (code, _) => code,
    };
    Problem {
        field: field.to_owned(),
        code,
        ..problem
    }
}

impl Given for bool {
    const TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        object.extract().map_err(|why| Unread::refused(object, why))
    }
}

/// A number: yes and no are none, though Python counts with them.
fn number<T>(object: Borrowed<'_, '_, PyAny>) -> Result<T, Unread>
where
    T: for<'a, 'py> FromPyObject<'a, 'py, Error = PyErr>,
{
    if object.is_instance_of::<PyBool>() {
        return Err(Unread::of_type(object));
    }
    object.extract().map_err(|why| Unread::refused(object, why))
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Given for $number {
            const TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

            fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
                number(object)
            }
        })+
    };
}

numbers!(u32, u64);

impl Given for f64 {
    const TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        number(object)
    }

    /// NaN is a number here, for the rules to refuse: a threshold that went wrong is not one that was left out.
    fn is_nothing(object: Borrowed<'_, '_, PyAny>) -> bool {
        object.is_none()
    }
}

impl Given for String {
    const TYPE: PyStaticExpr = STR;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let text = object.cast::<PyString>().map_err(|_| Unread::of_type(object))?;
        text.extract().map_err(|why| Unread::refused(object, why))
    }
}

impl Given for PathBuf {
    const TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        object.extract().map_err(|why| Unread::refused(object, why))
    }
}

/// A text that is of a closed set, by its code.
fn word<T>(
    object: Borrowed<'_, '_, PyAny>,
    find: impl Fn(&str) -> Option<T>,
    unknown: Code,
) -> Result<T, Unread> {
    let text = String::given(object)?;
    find(&text).ok_or_else(|| Unread::wrong(unknown, text))
}

impl Given for Language {
    const TYPE: PyStaticExpr = Self::LITERAL;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        word(object, Self::from_code, Code::SettingInvalid)
    }
}

impl Given for Region {
    const TYPE: PyStaticExpr = STR;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        word(object, Self::from_code, Code::SettingInvalid)
    }
}

impl<T: Labelled> Given for T {
    const TYPE: PyStaticExpr = type_hint_union!(type_hint_identifier!(ENUMS, T::CLASS), T::LITERAL);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let find = |code: &str| T::all().iter().copied().find(|value| value.code_text() == code);
        word(object, find, Code::ChoiceUnknown)
    }
}

/// Identifiers come as texts; one that is none is wrong.
macro_rules! ids {
    ($($id:ident: $code:ident),+) => {
        $(impl Given for $id {
            const TYPE: PyStaticExpr = STR;

            fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
                word(object, |text| text.parse().ok(), Code::$code)
            }
        })+
    };
}

ids!(
    UserId: OwnerUnknown,
    TeamId: TeamUnknown,
    TaskId: NotFound,
    OpportunityId: OpportunityUnknown,
    ContractId: ContractUnknown,
    FollowUpId: FollowUpUnknown
);

/// An exact number, or a text of one: a `float` is none.
impl Given for Money {
    const TYPE: PyStaticExpr = type_hint_union!(DECIMAL, type_hint_identifier!("builtins", "int"), STR);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let refused = object.is_instance_of::<PyFloat>() || object.is_instance_of::<PyBool>();
        let text = match object.is_instance_of::<PyString>() {
            true => String::given(object)?,
            false if refused => return Err(Unread::of_type(object)),
            // Without an exponent, whichever number it is.
            false => match object.call_method1("__format__", ("f",)) {
                Ok(text) if object.hasattr("as_tuple").unwrap_or(false) => text.to_string(),
                _ => number::<i128>(object)?.to_string(),
            },
        };
        text.parse()
            .map_err(|why: ParseMoneyError| Unread::wrong(why.code(), text))
    }
}

/// The years that Python's days have.
fn in_python<D: Datelike>(day: &D) -> bool {
    (1..=9999).contains(&day.year())
}

impl Given for NaiveDate {
    const TYPE: PyStaticExpr = type_hint_union!(type_hint_identifier!("datetime", "date"), STR);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        if !object.is_instance_of::<PyString>() {
            return object.extract().map_err(|why| Unread::refused(object, why));
        }
        let read = |text: &str| text.parse().ok().filter(in_python::<Self>);
        word(object, read, Code::DateInvalid)
    }
}

/// A `datetime`, or an ISO text, with a time zone: one without means another moment on every machine.
impl Given for DateTime<Utc> {
    const TYPE: PyStaticExpr = type_hint_union!(DATETIME, STR);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        if object.is_instance_of::<PyString>() {
            return instant_in(String::given(object)?);
        }
        let Ok(offset) = object.call_method0("utcoffset") else {
            return Err(Unread::of_type(object));
        };
        let shown = || object.str().map(|text| text.to_string()).unwrap_or_default();
        if offset.is_none() {
            return Err(Unread::wrong(Code::DateNoZone, shown()));
        }
        // By Python, which knows every kind of zone.
        let zone = Utc.into_pyobject(object.py()).map_err(Unread::Raised)?;
        let read = object.call_method1("astimezone", (zone,));
        let read = read.and_then(|instant| instant.extract::<Self>());
        read.map_err(|_| Unread::wrong(Code::DateInvalid, shown()))
    }
}

fn instant_in(text: String) -> Result<DateTime<Utc>, Unread> {
    let zoned = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
    let read = zoned
        .iter()
        .find_map(|format| DateTime::<FixedOffset>::parse_from_str(&text, format).ok());
    let read = read.or_else(|| DateTime::parse_from_rfc3339(&text).ok());
    let read = read.map(|instant| instant.with_timezone(&Utc));
    if let Some(instant) = read.filter(in_python::<DateTime<Utc>>) {
        return Ok(instant);
    }
    let bare = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let lacks_zone = bare
        .iter()
        .any(|format| chrono::NaiveDateTime::parse_from_str(&text, format).is_ok());
    let code = match lacks_zone {
        true => Code::DateNoZone,
        false => Code::DateInvalid,
    };
    Err(Unread::wrong(code, text))
}

/// Any number of things; a text is one thing, not its letters. Nothing among them is none of them.
impl<T: Given> Given for Vec<T> {
    const TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("collections.abc", "Iterable"), T::TYPE);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        if object.is_instance_of::<PyString>() {
            return Err(Unread::of_type(object));
        }
        let items = object.try_iter().map_err(|why| Unread::refused(object, why))?;
        let items = items.map(|item| {
            let item = item.map_err(Unread::Raised)?;
            optional(item.as_borrowed())
        });
        items.filter_map(Result::transpose).collect()
    }

    fn nothing() -> Option<Self> {
        Some(Self::new())
    }
}

/// Texts, or what they mean, by name, in any mapping. A name for nothing is left out.
impl<T: Given> Given for BTreeMap<String, T> {
    const TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("collections.abc", "Mapping"), STR, T::TYPE);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let mapping = object.cast::<PyMapping>().map_err(|_| Unread::of_type(object))?;
        let texts = PyDict::new(object.py());
        texts.update(&mapping).map_err(Unread::Raised)?;
        let mut read = Self::new();
        for (name, text) in texts {
            let name = required(name.as_borrowed())?;
            if let Some(text) = optional(text.as_borrowed())? {
                read.insert(name, text);
            }
        }
        Ok(read)
    }

    fn nothing() -> Option<Self> {
        Some(Self::new())
    }
}

/// An entry of a pick list: its code or label, that with a detail, or a choice of an earlier result.
impl Given for Choice {
    const TYPE: PyStaticExpr = type_hint_union!(
        STR,
        type_hint_subscript!(
            type_hint_identifier!("builtins", "tuple"),
            STR,
            type_hint_union!(STR, NONE)
        ),
        <Self as FromPyObject<'_, '_>>::INPUT_TYPE
    );

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        if let Ok(choice) = object.extract::<Self>() {
            return Ok(choice);
        }
        if object.is_instance_of::<PyString>() {
            return String::given(object).map(Self::of);
        }
        let (code, detail) = pair(object)?;
        Ok(Self {
            code: required(code.as_borrowed())?,
            detail: optional(detail.as_borrowed())?,
        })
    }
}

type Pair<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

fn pair<'py>(object: Borrowed<'_, 'py, PyAny>) -> Result<Pair<'py>, Unread> {
    object.extract().map_err(|_| Unread::of_type(object))
}

/// A telephone number: as it is typed, marked as primary or not, or one of an earlier result.
impl Given for NewPhone {
    const TYPE: PyStaticExpr = type_hint_union!(
        STR,
        <Self as FromPyObject<'_, '_>>::INPUT_TYPE,
        <Phone as FromPyObject<'_, '_>>::INPUT_TYPE
    );

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        if let Ok(phone) = object.extract::<Self>() {
            return Ok(phone);
        }
        if let Ok(Phone { typed, primary, .. }) = object.extract::<Phone>() {
            return Ok(Self { typed, primary });
        }
        Ok(Self {
            typed: String::given(object)?,
            primary: false,
        })
    }
}

/// An address: one line, or levels.
impl Given for ReportRight {
    const TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        object.extract::<Self>().map_err(|_| Unread::of_type(object))
    }
}

/// A report of any kind.
impl Given for Report {
    const TYPE: PyStaticExpr = type_hint_union!(
        <Funnel as FromPyObject<'_, '_>>::INPUT_TYPE,
        <Sources as FromPyObject<'_, '_>>::INPUT_TYPE,
        <Performance as FromPyObject<'_, '_>>::INPUT_TYPE,
        <StatusDistribution as FromPyObject<'_, '_>>::INPUT_TYPE,
        <TeamReport as FromPyObject<'_, '_>>::INPUT_TYPE,
        <ForecastReport as FromPyObject<'_, '_>>::INPUT_TYPE
    );

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let of_kind = object
            .extract::<Funnel>()
            .map(Self::from)
            .or_else(|_| object.extract::<Sources>().map(Self::from))
            .or_else(|_| object.extract::<Performance>().map(Self::from))
            .or_else(|_| object.extract::<StatusDistribution>().map(Self::from))
            .or_else(|_| object.extract::<TeamReport>().map(Self::from))
            .or_else(|_| object.extract::<ForecastReport>().map(Self::from));
        of_kind.map_err(|_| Unread::of_type(object))
    }
}

impl Given for Address {
    const TYPE: PyStaticExpr = type_hint_union!(STR, <Self as FromPyObject<'_, '_>>::INPUT_TYPE);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        object.extract::<Self>().or_else(|_| {
            let line = String::given(object)?;
            Ok(Self::in_one_line(AddressKind::Business, line))
        })
    }
}

impl Given for Registration {
    const TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        object.extract::<Self>().map_err(|_| Unread::of_type(object))
    }
}

/// A size, or a text as lists write it.
impl Given for Size {
    const TYPE: PyStaticExpr = type_hint_union!(<Self as FromPyObject<'_, '_>>::INPUT_TYPE, STR);

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let read = |_| word(object, parse_size, Code::SizeInvalid);
        object.extract::<Self>().or_else(read)
    }
}

/// Days from the first to before the second; either end may be open.
impl Given for DateRange {
    const TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "tuple"),
        type_hint_union!(<NaiveDate as Given>::TYPE, NONE),
        type_hint_union!(<NaiveDate as Given>::TYPE, NONE)
    );

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let (from, until) = pair(object)?;
        Ok(Self {
            from: optional(from.as_borrowed())?,
            until: optional(until.as_borrowed())?,
        })
    }
}

/// Whose value of a field is to stay in a merge: the field, and "survivor" or "loser".
impl Given for MergeChoice {
    const TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "tuple"),
        STR,
        <MergeSide as Given>::TYPE
    );

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        let (field, side) = pair(object)?;
        Ok(Self {
            field: required(field.as_borrowed())?,
            side: required(side.as_borrowed())?,
        })
    }
}

impl Given for AuditHead {
    const TYPE: PyStaticExpr = <Self as FromPyObject<'_, '_>>::INPUT_TYPE;

    fn given(object: Borrowed<'_, '_, PyAny>) -> Result<Self, Unread> {
        object.extract::<Self>().map_err(|_| Unread::of_type(object))
    }
}
