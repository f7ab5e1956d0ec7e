//! Closed sets of words that are no enums in Python: their codes, for type checkers.

use std::convert::Infallible;

use pyo3::{inspect::PyStaticExpr, prelude::*, types::PyString};

use crate::Language;

macro_rules! literals {
    ($($type:ident { $($variant:ident = $code:literal),+ })+) => {
        $(
            impl $type {
                /// Its codes, for type checkers.
                pub(super) const LITERAL: PyStaticExpr = literal!($($code),+);
            }

            impl<'py> IntoPyObject<'py> for $type {
                type Target = PyString;
                type Output = Bound<'py, PyString>;
                type Error = Infallible;
                const OUTPUT_TYPE: PyStaticExpr = Self::LITERAL;

                fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
                    let code = match self {
                        $( Self::$variant => $code ),+
                    };
                    Ok(PyString::new(py, code))
                }
            }
        )+
    };
}

literals! {
    Language { Zh = "zh", En = "en" }
}
