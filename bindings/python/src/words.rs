//! The states' words, from which the package's tests see that Python's enums and Rust's are the same.

use crm_core::python::Labelled;
use crmkit::{
    AddressKind, AuditKind, Band, Code, CustomerKind, CustomerSort, CustomerStatus, DuplicateCheck,
    ErrorKind, ImportState, Language, MatchBand, MatchReason, OnDuplicate, PhoneCheck, PickList, Role,
    RowOutcome, SizeScale,
};
use pyo3::{exceptions::PyLookupError, prelude::*, types::PyDict};

macro_rules! each {
    ($($word:ty),+ $(,)?) => {
        /// The codes of every enum, by its name.
        #[pyfunction(name = "_words", signature = () -> "dict[str, list[str]]")]
        pub(crate) fn words(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
            let words = PyDict::new(py);
            $(
                let codes: Vec<&str> = <$word>::all().iter().map(|word| word.code_text()).collect();
                words.set_item(<$word>::CLASS, codes)?;
            )+
            Ok(words)
        }

        /// What a person reads for a state of the enum `of`.
        #[pyfunction(name = "_label")]
        pub(crate) fn label(of: &str, code: &str, language: Language) -> PyResult<&'static str> {
            $(
                if of == <$word>::CLASS && let Some(word) = <$word>::all().iter().find(|word| word.code_text() == code) {
                    return Ok(word.label_text(language));
                }
            )+
            Err(PyLookupError::new_err(format!("{of}: {code}")))
        }
    };
}

each! {
    AddressKind, AuditKind, Band, CustomerKind, CustomerSort, CustomerStatus, DuplicateCheck, ErrorKind, ImportState,
    MatchBand, MatchReason, OnDuplicate, PhoneCheck, PickList, Role, RowOutcome, SizeScale,
}

/// Every code that an error or a problem can have.
#[pyfunction(name = "_codes")]
pub(crate) fn codes() -> Vec<&'static str> {
    Code::ALL.iter().map(|code| code.as_str()).collect()
}
