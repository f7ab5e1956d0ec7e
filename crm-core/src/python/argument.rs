//! What Python hands in where Rust wants a state or a language: the enum's member, its code or its label.

use pyo3::{inspect::PyStaticExpr, prelude::*, pybacked::PyBackedStr, type_hint_identifier, type_hint_union};

use super::{ENUMS, Labelled, raise};
use crate::{Code, Error, Language, Problem, Region, model::fields};

/// A state as it was handed in; a word that is none is kept, until the field that it stands for is known.
#[derive(Clone, Debug)]
pub struct Word<T>(Result<T, String>);

impl<T: Labelled> Word<T> {
    /// The state, for this field.
    ///
    /// # Errors
    /// `choice.unknown`.
    pub fn of(self, field: &str) -> Result<T, Problem> {
        self.0
            .map_err(|word| Problem::with(field, Code::ChoiceUnknown, word))
    }
}

impl<'a, 'py, T: Labelled> FromPyObject<'a, 'py> for Word<T> {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_identifier!(ENUMS, T::CLASS),
        type_hint_identifier!("builtins", "str")
    );

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let word = object.extract::<PyBackedStr>()?;
        Ok(Self(word.parse()))
    }
}

impl<T> From<T> for Word<T> {
    fn from(value: T) -> Self {
        Self(Ok(value))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Language {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("builtins", "str");

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let code = object.extract::<PyBackedStr>()?;
        Self::from_code(&code).ok_or_else(|| setting(object.py(), fields::LANGUAGE, &code))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Region {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("builtins", "str");

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let code = object.extract::<PyBackedStr>()?;
        Self::from_code(&code).ok_or_else(|| setting(object.py(), fields::REGION, &code))
    }
}

fn setting(py: Python<'_>, field: &str, value: &str) -> PyErr {
    let error = Error::invalid(Problem::with(field, Code::SettingInvalid, value));
    raise(py, &error, Language::default())
}
