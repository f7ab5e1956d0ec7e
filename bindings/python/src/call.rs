//! How a call goes in and its answer comes out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crm_core::python::raise;
use crmkit::{Error, Language, Result};
use pyo3::prelude::*;

/// Makes a call without holding the interpreter; what fails, a panic too, comes back as an exception with its message
/// in `language`.
pub(crate) fn call<T: Send>(
    py: Python<'_>,
    language: Language,
    body: impl FnOnce() -> Result<T> + Send,
) -> PyResult<T> {
    // A panic rolls back: what it leaves is as it was before.
    let result = py.detach(|| catch_unwind(AssertUnwindSafe(body)));
    let result = result.unwrap_or_else(|panic| {
        // A formatted text may quote a customer; one that stands in the source does not.
        Err(Error::internal(
            panic.downcast_ref::<&'static str>().unwrap_or(&"a panic"),
        ))
    });
    result.map_err(|error| raise(py, &error, language))
}

/// An object that is one session's: declares it, with a call in the session's language.
macro_rules! of_session {
    ($(#[$meta:meta])* $name:ident($inner:ty)) => {
        $(#[$meta])*
        #[pyo3::pyclass(frozen, module = "crmkit")]
        pub(crate) struct $name {
            pub(crate) inner: $inner,
            pub(crate) language: crmkit::Language,
        }

        impl $name {
            pub(crate) fn new(inner: $inner, language: crmkit::Language) -> Self {
                Self { inner, language }
            }

            pub(crate) fn call<T: Send>(
                &self,
                py: pyo3::Python<'_>,
                body: impl FnOnce(&$inner) -> crmkit::Result<T> + Send,
            ) -> pyo3::PyResult<T> {
                crate::call::call(py, self.language, || body(&self.inner))
            }
        }
    };
}

pub(crate) use of_session;
