//! What Python hands in: more forms than Rust takes, each read into the one that it means.

use std::collections::BTreeMap;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use crm_core::{
    python::{Labelled, Word},
    rules::size::parse_size,
};
use crmkit::{
    Address, AddressKind, Choice, Code, DateRange, Error, NewPhone, Phone, Problem, Region, Size,
    model::fields,
};
use pyo3::{
    exceptions::PyTypeError,
    inspect::{PyStaticConstant, PyStaticExpr},
    prelude::*,
    pybacked::PyBackedStr,
    type_hint_identifier, type_hint_subscript, type_hint_union,
    types::{PyDict, PyMapping, PyString},
};

const NONE: PyStaticExpr = PyStaticExpr::Constant {
    value: PyStaticConstant::None,
};
const STR: PyStaticExpr = type_hint_identifier!("builtins", "str");

/// What Python hands in for a value of a record.
pub(crate) trait Given: Sized {
    /// The form that it takes on the way.
    type As;

    /// The value, for this field.
    ///
    /// # Errors
    /// What is wrong with it, if Rust cannot take it at all.
    fn read(given: Self::As, field: &str) -> Result<Self, Problem>;
}

/// What Python hands in for a `T`.
pub(crate) type As<T> = <T as Given>::As;

/// Values that come as they are, or in a form that always reads.
macro_rules! given {
    ($($value:ty as $given:ty),+ $(,)?) => {
        $(impl Given for $value {
            type As = $given;

            fn read(given: $given, _: &str) -> Result<Self, Problem> {
                Ok(given.into())
            }
        })+
    };
}

given! {
    bool as bool,
    u32 as u32,
    u64 as u64,
    f64 as f64,
    String as String,
    BTreeMap<String, String> as Fields,
    NaiveDate as NaiveDate,
    DateTime<Utc> as Instant,
    Region as Region,
    Choice as ChoiceArgument,
    NewPhone as PhoneArgument,
    Address as AddressArgument,
    DateRange as Days,
}

impl Given for Size {
    type As = SizeArgument;

    fn read(given: SizeArgument, _: &str) -> Result<Self, Problem> {
        given.read()
    }
}

impl<T: Given> Given for Option<T> {
    type As = Option<T::As>;

    fn read(given: Self::As, field: &str) -> Result<Self, Problem> {
        given.map(|given| T::read(given, field)).transpose()
    }
}

impl<T: Given> Given for Vec<T> {
    type As = Many<T::As>;

    fn read(given: Self::As, field: &str) -> Result<Self, Problem> {
        given.0.into_iter().map(|given| T::read(given, field)).collect()
    }
}

/// States come as a member of the enum, or its code.
macro_rules! states {
    ($($state:ident),+ $(,)?) => {
        $(impl crate::argument::Given for crmkit::$state {
            type As = crm_core::python::Word<Self>;

            fn read(given: Self::As, field: &str) -> Result<Self, crmkit::Problem> {
                given.of(field)
            }
        })+
    };
}

/// Identifiers come as texts; one that is none is wrong.
macro_rules! ids {
    ($($id:ident),+ $(,)?) => {
        $(impl crate::argument::Given for crmkit::$id {
            type As = String;

            fn read(given: String, field: &str) -> Result<Self, crmkit::Problem> {
                crate::argument::id_in(field, given)
            }
        })+
    };
}

pub(crate) use {ids, states};

/// What was typed in for a record: the record, unless it lacks something that it cannot be without, and what Rust cannot
/// take, which is named together with everything else that is wrong (R2.4).
pub(crate) struct Typed<T> {
    record: Option<T>,
    wrong: Vec<Problem>,
}

impl Typed<()> {
    pub(crate) fn new() -> Self {
        Self {
            record: None,
            wrong: Vec::new(),
        }
    }

    /// The value of a field; none if it cannot be read.
    pub(crate) fn take<V: Given>(&mut self, field: &str, given: V::As) -> Option<V> {
        V::read(given, field)
            .map_err(|problem| self.wrong.push(problem))
            .ok()
    }

    /// The new value of a field; none if it is left as it is, or cannot be read.
    pub(crate) fn edit<V: Given>(&mut self, field: &str, given: Edit<V::As>) -> Option<V> {
        match given {
            Edit::Leave => None,
            Edit::Set(given) => self.take(field, given),
        }
    }

    /// The record that was made of the values.
    pub(crate) fn with<T>(self, record: Option<T>) -> Typed<T> {
        Typed {
            record,
            wrong: self.wrong,
        }
    }
}

impl<T> Typed<T> {
    /// A state that stands beside the record's fields, or what holds when none is said.
    pub(crate) fn word<W: Labelled + Default>(&mut self, field: &str, given: Word<W>) -> W {
        given
            .of(field)
            .map_err(|problem| self.wrong.push(problem))
            .unwrap_or_default()
    }

    /// The record.
    ///
    /// # Errors
    /// Invalid, if Rust could not take something of it.
    pub(crate) fn read(self) -> Result<T, Error> {
        match self.record {
            Some(record) if self.wrong.is_empty() => Ok(record),
            _ => Err(Error::Invalid { problems: self.wrong }),
        }
    }

    /// The record, if all of it could be taken; else an error with what the rules find wrong with the rest of it, too.
    ///
    /// # Errors
    /// Invalid.
    pub(crate) fn checked(self, check: impl FnOnce(&T) -> Result<Vec<Problem>, Error>) -> Result<T, Error> {
        let Some(record) = self.record.as_ref().filter(|_| !self.wrong.is_empty()) else {
            return self.read();
        };
        let mut problems = match check(record) {
            Err(Error::Invalid { problems }) => problems,
            Err(error) => return Err(error),
            Ok(_) => Vec::new(),
        };
        for problem in self.wrong {
            let lacks =
                |there: &&mut Problem| there.field == problem.field && there.code == Code::FieldMissing;
            match problems.iter_mut().find(lacks) {
                Some(there) => *there = problem,
                None => problems.push(problem),
            }
        }
        Err(Error::Invalid { problems })
    }
}

/// A field of a change: left as it is unless the caller names it.
pub(crate) enum Edit<T> {
    Leave,
    Set(T),
}

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Edit<T> {
    type Error = T::Error;
    const INPUT_TYPE: PyStaticExpr = T::INPUT_TYPE;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, T::Error> {
        object.extract().map(Self::Set)
    }
}

/// Any number of things; a text is one thing, not its letters.
pub(crate) struct Many<T>(pub(crate) Vec<T>);

impl<T> Many<T> {
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }
}

impl<'py, T: for<'a> FromPyObject<'a, 'py>> FromPyObject<'_, 'py> for Many<T> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("collections.abc", "Iterable"),
        T::INPUT_TYPE
    );

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            return Err(PyTypeError::new_err("expected a list of texts, not one text"));
        }
        let items = object
            .try_iter()?
            .map(|item| item?.extract::<T>().map_err(Into::into));
        items.collect::<PyResult<Vec<T>>>().map(Self)
    }
}

/// An entry of a pick list: its code or label, that with a detail, or a choice of an earlier result.
pub(crate) struct ChoiceArgument(Choice);

impl From<ChoiceArgument> for Choice {
    fn from(argument: ChoiceArgument) -> Self {
        argument.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for ChoiceArgument {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        STR,
        type_hint_subscript!(
            type_hint_identifier!("builtins", "tuple"),
            STR,
            type_hint_union!(STR, NONE)
        ),
        <Choice as FromPyObject<'_, '_>>::INPUT_TYPE
    );

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(choice) = object.extract::<Choice>() {
            return Ok(Self(choice));
        }
        if object.is_instance_of::<PyString>() {
            return Ok(Self(Choice::of(object.extract::<String>()?)));
        }
        let (code, detail) = object.extract()?;
        Ok(Self(Choice { code, detail }))
    }
}

/// A telephone number: as it is typed, marked as primary or not, or one of an earlier result.
pub(crate) struct PhoneArgument(NewPhone);

impl From<PhoneArgument> for NewPhone {
    fn from(argument: PhoneArgument) -> Self {
        argument.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for PhoneArgument {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        STR,
        <NewPhone as FromPyObject<'_, '_>>::INPUT_TYPE,
        <Phone as FromPyObject<'_, '_>>::INPUT_TYPE
    );

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(phone) = object.extract::<NewPhone>() {
            return Ok(Self(phone));
        }
        if let Ok(Phone { typed, primary, .. }) = object.extract::<Phone>() {
            return Ok(Self(NewPhone { typed, primary }));
        }
        Ok(Self(NewPhone {
            typed: object.extract()?,
            primary: false,
        }))
    }
}

/// An address: one line, or levels.
pub(crate) struct AddressArgument(Address);

impl From<AddressArgument> for Address {
    fn from(argument: AddressArgument) -> Self {
        argument.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for AddressArgument {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(STR, <Address as FromPyObject<'_, '_>>::INPUT_TYPE);

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<Address>() {
            Ok(address) => Ok(Self(address)),
            Err(_) => Ok(Self(Address::in_one_line(
                AddressKind::Business,
                object.extract::<String>()?,
            ))),
        }
    }
}

/// A size, or a text as lists write it.
pub(crate) struct SizeArgument(Result<Size, String>);

impl SizeArgument {
    /// The size.
    pub(crate) fn read(self) -> Result<Size, Problem> {
        self.0
            .map_err(|text| Problem::with(fields::SIZE, Code::SizeInvalid, text))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for SizeArgument {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(<Size as FromPyObject<'_, '_>>::INPUT_TYPE, STR);

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(size) = object.extract::<Size>() {
            return Ok(Self(Ok(size)));
        }
        let text = object.extract::<String>()?;
        Ok(Self(parse_size(&text).ok_or(text)))
    }
}

/// An instant: a `datetime` with a time zone, since one without means another moment on every machine.
pub(crate) struct Instant(DateTime<Utc>);

impl From<Instant> for DateTime<Utc> {
    fn from(argument: Instant) -> Self {
        argument.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Instant {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("datetime", "datetime");

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let offset = object.call_method0("utcoffset")?;
        if offset.is_none() {
            return Err(PyTypeError::new_err("a datetime needs a time zone here"));
        }
        // By Python, which knows every kind of zone.
        let zone = Utc.into_pyobject(object.py())?;
        object.call_method1("astimezone", (zone,))?.extract().map(Self)
    }
}

/// An instant as a `datetime`, or as a text like `2024-05-01T09:00+08:00`.
pub(crate) struct Moment(pub(crate) DateTime<Utc>);

impl<'a, 'py> FromPyObject<'a, 'py> for Moment {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(type_hint_identifier!("datetime", "datetime"), STR);

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if !object.is_instance_of::<PyString>() {
            return object.extract::<Instant>().map(|instant| Self(instant.0));
        }
        let text = object.extract::<PyBackedStr>()?;
        let formats = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
        let read = formats
            .iter()
            .find_map(|format| DateTime::<FixedOffset>::parse_from_str(&text, format).ok());
        let read = read.or_else(|| DateTime::parse_from_rfc3339(&text).ok());
        let problem = || Error::invalid(Problem::with("", Code::DateInvalid, &*text));
        let instant = read
            .ok_or_else(|| crm_core::python::raise(object.py(), &problem(), crmkit::Language::default()))?;
        Ok(Self(instant.with_timezone(&Utc)))
    }
}

/// Days from the first to before the second; either end may be open.
pub(crate) struct Days(Option<NaiveDate>, Option<NaiveDate>);

impl From<Days> for DateRange {
    fn from(Days(from, until): Days) -> Self {
        Self { from, until }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Days {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = <(Option<NaiveDate>, Option<NaiveDate>)>::INPUT_TYPE;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let (from, until) = object.extract()?;
        Ok(Self(from, until))
    }
}

/// Texts by name, in any mapping.
pub(crate) struct Fields(BTreeMap<String, String>);

impl From<Fields> for BTreeMap<String, String> {
    fn from(argument: Fields) -> Self {
        argument.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Fields {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr =
        type_hint_subscript!(type_hint_identifier!("collections.abc", "Mapping"), STR, STR);

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let fields = PyDict::new(object.py());
        let mapping = object.cast::<PyMapping>()?;
        fields.update(&mapping)?;
        fields.extract().map(Self)
    }
}

/// The identifier in a text; a text that is none names nothing that is there.
pub(crate) fn id<T: FromStr>(text: &str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::not_found(text))
}

/// The identifier in a field; a text that is none is wrong.
pub(crate) fn id_in<T: FromStr>(field: &str, text: String) -> Result<T, Problem> {
    let code = match field {
        fields::TEAM => Code::TeamUnknown,
        fields::HEAD => Code::TeamHead,
        _ => Code::OwnerUnknown,
    };
    text.parse().map_err(|_| Problem::with(field, code, text))
}
