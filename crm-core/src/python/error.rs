//! Errors as the exceptions of `crmkit.errors`.

use pyo3::{prelude::*, types::PyDict};

use super::ToPython;
use crate::{Error, ErrorKind, Language};

/// The exception for an error, its detail in `language`.
pub fn raise(py: Python<'_>, error: &Error, language: Language) -> PyErr {
    exception(py, error, language).unwrap_or_else(|why| why)
}

fn exception(py: Python<'_>, error: &Error, language: Language) -> PyResult<PyErr> {
    let details = PyDict::new(py);
    details.set_item("code", error.code().as_str())?;
    details.set_item("fields", error.fields().to_python())?;
    match error {
        Error::Invalid { problems } => details.set_item("problems", problems.to_python())?,
        Error::Rule { problem } => details.set_item("problems", (problem.clone(),))?,
        Error::NotFound { key } => details.set_item("key", key)?,
        Error::Duplicate {
            matches,
            hidden_owners,
        } => {
            details.set_item("matches", matches.to_python())?;
            details.set_item("hidden_owners", hidden_owners.to_python())?;
        }
        Error::Conflict { revision, .. } => details.set_item("revision", revision)?,
        Error::Storage { retryable, .. } => details.set_item("retryable", retryable)?,
        _ => {}
    }
    let class = py.import("crmkit.errors")?.getattr(class_of(error.kind()))?;
    Ok(PyErr::from_value(
        class.call((error.message(language),), Some(&details))?,
    ))
}

fn class_of(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Invalid => "InvalidError",
        ErrorKind::NotFound => "NotFoundError",
        ErrorKind::Duplicate => "DuplicateError",
        ErrorKind::Conflict => "ConflictError",
        ErrorKind::Rule => "RuleError",
        ErrorKind::Denied => "DeniedError",
        ErrorKind::Storage => "StorageError",
        ErrorKind::Internal => "InternalError",
    }
}
