//! What Python hands in: more forms than Rust takes, each read into the one that it means.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use crm_core::rules::size::parse_size;
use crmkit::{
    Address, AddressKind, Choice, Code, DateRange, Error, NewPhone, Phone, Problem, Size, model::fields,
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

/// A field of a change: left as it is unless the caller names it.
pub(crate) enum Edit<T> {
    Leave,
    Set(T),
}

impl<T> Edit<T> {
    /// The edit that this asks for, if any.
    pub(crate) fn map<U>(self, edit: impl FnOnce(T) -> U) -> Option<U> {
        match self {
            Self::Leave => None,
            Self::Set(value) => Some(edit(value)),
        }
    }
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

    pub(crate) fn into<U: From<T>>(self) -> Vec<U> {
        self.0.into_iter().map(U::from).collect()
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
pub(crate) struct Fields(pub(crate) BTreeMap<String, String>);

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
pub(crate) fn id_in<T: FromStr>(
    field: &str,
    code: Code,
    text: impl AsRef<str> + Display,
) -> Result<T, Problem> {
    text.as_ref()
        .parse()
        .map_err(|_| Problem::with(field, code, text.to_string()))
}
