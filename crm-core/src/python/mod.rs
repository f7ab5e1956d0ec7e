//! How the types cross to Python: records are classes, states are members of Python's enums, identifiers and numbers are
//! texts, lists are tuples, days and instants are Python's own.
//!
//! `record!` and `labelled!` make the classes; here is what they are made of.

mod argument;
mod error;
mod extra;
mod literal;
mod rows;

use std::collections::{BTreeMap, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};
use pyo3::{
    IntoPyObjectExt,
    exceptions::PyValueError,
    inspect::{PyStaticConstant, PyStaticExpr},
    prelude::*,
    sync::PyOnceLock,
    type_hint_identifier, type_hint_subscript,
    types::{PyDict, PyList, PyMapping, PyMappingProxy, PyTuple, PyType},
};
use serde::{Serialize, de::DeserializeOwned};

pub use argument::{Arg, Argument, Given, Unread};
pub use error::raise;
pub use rows::{Listed, columns};

use crate::{Code, CustomerNumber, Error, Language, Money, Problem, Region, model::fields};

/// The module of Python's enums.
pub const ENUMS: &str = "crmkit.enums";

/// What Python gets for a value.
pub trait ToPython {
    /// As an attribute of a result.
    type Python: for<'py> IntoPyObject<'py>;

    /// As an attribute of a result.
    fn to_python(&self) -> Self::Python;

    /// Within a plain `dict`, which holds no class of ours.
    ///
    /// # Errors
    /// When Python is out of memory.
    fn to_plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_python().into_bound_py_any(py)
    }
}

/// Values that Python has by itself.
macro_rules! as_it_is {
    ($($type:ty),+) => {
        $(impl ToPython for $type {
            type Python = Self;

            fn to_python(&self) -> Self {
                self.clone()
            }
        })+
    };
}

as_it_is!(bool, u32, u64, f64, String, NaiveDate, DateTime<Utc>);

impl<T: ToPython> ToPython for Option<T> {
    type Python = Option<T::Python>;

    fn to_python(&self) -> Self::Python {
        self.as_ref().map(T::to_python)
    }

    fn to_plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.as_ref()
            .map_or_else(|| Ok(py.None().into_bound(py)), |value| value.to_plain(py))
    }
}

impl<T: ToPython> ToPython for Vec<T> {
    type Python = Tuple<T::Python>;

    fn to_python(&self) -> Self::Python {
        Tuple(self.iter().map(T::to_python).collect())
    }

    fn to_plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let items = self
            .iter()
            .map(|item| item.to_plain(py))
            .collect::<PyResult<Vec<_>>>()?;
        PyList::new(py, items).map(Bound::into_any)
    }
}

impl<T: ToPython> ToPython for BTreeMap<String, T> {
    type Python = ReadOnly<T::Python>;

    fn to_python(&self) -> Self::Python {
        let values = self.iter().map(|(name, value)| (name.clone(), value.to_python()));
        ReadOnly(values.collect())
    }

    fn to_plain<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let plain = PyDict::new(py);
        for (name, value) in self {
            plain.set_item(name, value.to_plain(py)?)?;
        }
        Ok(plain.into_any())
    }
}

impl ToPython for CustomerNumber {
    type Python = String;

    fn to_python(&self) -> String {
        self.to_string()
    }
}

impl ToPython for Money {
    type Python = Decimal;

    fn to_python(&self) -> Decimal {
        Decimal(*self)
    }
}

/// An amount, as Python's own exact number.
pub struct Decimal(Money);

impl<'py> IntoPyObject<'py> for Decimal {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = argument::DECIMAL;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        CLASS
            .import(py, "decimal", "Decimal")?
            .call1((self.0.to_string(),))
    }
}

impl ToPython for Code {
    type Python = &'static str;

    fn to_python(&self) -> &'static str {
        self.as_str()
    }
}

impl ToPython for Region {
    type Python = &'static str;

    fn to_python(&self) -> &'static str {
        self.code()
    }
}

/// A list, as a tuple.
pub struct Tuple<T>(pub Vec<T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Tuple<T> {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("builtins", "tuple"),
        T::OUTPUT_TYPE,
        PyStaticExpr::Constant {
            value: PyStaticConstant::Ellipsis
        }
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        PyTuple::new(py, self.0)
    }
}

/// Texts, or what they mean, by name, in a mapping that cannot be changed.
pub struct ReadOnly<T>(BTreeMap<String, T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for ReadOnly<T> {
    type Target = PyMappingProxy;
    type Output = Bound<'py, PyMappingProxy>;
    type Error = PyErr;
    const OUTPUT_TYPE: PyStaticExpr = type_hint_subscript!(
        type_hint_identifier!("types", "MappingProxyType"),
        type_hint_identifier!("builtins", "str"),
        T::OUTPUT_TYPE
    );

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Self::Output> {
        let fields = self.0.into_pyobject(py)?;
        Ok(PyMappingProxy::new(py, fields.cast::<PyMapping>()?))
    }
}

/// A closed set of states, each a member of the Python enum of the same name.
pub trait Labelled: Copy + FromStr<Err = String> + 'static {
    /// The enum's name.
    const CLASS: &'static str;

    /// The codes, for type checkers.
    const LITERAL: PyStaticExpr;

    /// Every value, in order.
    fn all() -> &'static [Self];

    /// The stable code.
    fn code_text(self) -> &'static str;

    /// What a person reads.
    fn label_text(self, language: crate::Language) -> &'static str;
}

/// The members of an enum, looked up once.
pub type Members = PyOnceLock<Vec<Py<PyAny>>>;

/// The member of Python's enum for the value at `index`.
///
/// # Errors
/// When `crmkit.enums` lacks it, which the package's tests would have shown.
pub fn member<'py, T: Labelled>(
    py: Python<'py>,
    members: &Members,
    index: usize,
) -> PyResult<Bound<'py, PyAny>> {
    let members = members.get_or_try_init(py, || {
        let class = py.import(ENUMS)?.getattr(T::CLASS)?;
        let each = T::all()
            .iter()
            .map(|value| class.call1((value.code_text(),)).map(Bound::unbind));
        each.collect::<PyResult<Vec<_>>>()
    })?;
    let member = members
        .get(index)
        .ok_or_else(|| PyValueError::new_err(T::CLASS))?;
    Ok(member.bind(py).clone())
}

/// A record as JSON.
///
/// # Errors
/// `ValueError` for a value that JSON has no form for.
pub fn to_json<T: Serialize>(record: &T) -> PyResult<String> {
    serde_json::to_string(record).map_err(|why| PyValueError::new_err(why.to_string()))
}

/// The record of a text that [`to_json`] made.
///
/// # Errors
/// `InvalidError` (`json.invalid`), which says where in the text.
pub fn from_json<T: DeserializeOwned>(py: Python<'_>, text: Arg<String>) -> PyResult<T> {
    let text = taken(py, text, fields::TEXT)?;
    serde_json::from_str(&text).map_err(|why| {
        let place = format!("{}:{}", why.line(), why.column());
        let problem = Problem::with(fields::TEXT, Code::JsonInvalid, place);
        raise(py, &Error::invalid(problem), Language::default())
    })
}

/// An argument of what belongs to no database: what is wrong with it is said in the default language.
///
/// # Errors
/// `InvalidError`.
pub fn taken<A: Argument>(py: Python<'_>, argument: A, field: &str) -> PyResult<A::Value> {
    argument
        .of(field)
        .map_err(|error| raise(py, &error, Language::default()))
}

/// How a record is pickled: by its JSON.
///
/// # Errors
/// `ValueError` for a value that JSON has no form for.
pub fn reduce<'py, T>(py: Python<'py>, record: &T) -> PyResult<(Bound<'py, PyAny>, (String,))>
where
    T: Serialize + pyo3::PyTypeInfo,
{
    Ok((py.get_type::<T>().getattr("from_json")?, (to_json(record)?,)))
}

/// The same for records that are equal.
///
/// # Errors
/// `ValueError` for a value that JSON has no form for.
pub fn hash<T: Serialize>(record: &T) -> PyResult<u64> {
    let mut hasher = DefaultHasher::new();
    to_json(record)?.hash(&mut hasher);
    Ok(hasher.finish())
}

/// `Name(field=value, …)`.
///
/// # Errors
/// None but Python's own.
pub fn repr(name: &str, fields: Bound<'_, PyDict>) -> PyResult<String> {
    let mut parts = Vec::with_capacity(fields.len());
    for (field, value) in fields {
        parts.push(format!("{field}={}", value.repr()?));
    }
    Ok(format!("{name}({})", parts.join(", ")))
}
