//! What Python has of some records beside their fields: constructors of those that are handed in, texts for people.

use pyo3::prelude::*;

use super::Word;
use crate::{
    Address, AddressKind, AuditHead, Band, Choice, Customer, DuplicateMatch, DuplicatePair, Error, Language,
    NewPhone, Phone, PickEntry, Problem, Size, SizeScale, model::fields,
};

#[pymethods]
impl Choice {
    /// An entry of a pick list by its code or label, with the free text that it takes.
    #[new]
    #[pyo3(signature = (code, detail=None))]
    fn new_in_python(code: String, detail: Option<String>) -> Self {
        Self { code, detail }
    }
}

#[pymethods]
impl NewPhone {
    /// A telephone number in any notation; `primary` marks the one to call first.
    #[new]
    #[pyo3(signature = (typed, primary=false))]
    fn new_in_python(typed: String, primary: bool) -> Self {
        Self { typed, primary }
    }
}

#[pymethods]
impl Address {
    /// An address in four levels, or in one line.
    #[new]
    #[pyo3(signature = (*, kind=Word::from(AddressKind::Business), province=None, city=None, district=None, street=None, line=None))]
    fn new_in_python(
        py: Python<'_>,
        kind: Word<AddressKind>,
        province: Option<String>,
        city: Option<String>,
        district: Option<String>,
        street: Option<String>,
        line: Option<String>,
    ) -> PyResult<Self> {
        let wrong = |problem| super::raise(py, &Error::invalid(problem), Language::default());
        let kind = kind.of(fields::ADDRESSES).map_err(wrong)?;
        Ok(Self {
            kind,
            province,
            city,
            district,
            street,
            line,
        })
    }

    /// The address as one text.
    #[pyo3(name = "text")]
    fn text_in_python(&self) -> String {
        self.text()
    }
}

#[pymethods]
impl Size {
    /// A size by what was measured and the band that the measure falls into.
    #[new]
    fn new_in_python(py: Python<'_>, scale: Word<SizeScale>, band: Word<Band>) -> PyResult<Self> {
        let wrong = |problem| super::raise(py, &Error::invalid(problem), Language::default());
        Ok(Self {
            scale: scale.of(fields::SIZE).map_err(wrong)?,
            band: band.of(fields::SIZE).map_err(wrong)?,
        })
    }

    /// The size of a customer that employs `people`.
    #[staticmethod]
    #[pyo3(name = "of_headcount")]
    fn of_headcount_in_python(people: u64) -> Self {
        Self::of_headcount(people)
    }

    /// The size of a customer with a revenue of `yuan` a year.
    #[staticmethod]
    #[pyo3(name = "of_revenue")]
    fn of_revenue_in_python(yuan: u64) -> Self {
        Self::of_revenue(yuan)
    }
}

#[pymethods]
impl AuditHead {
    /// An end of the log that was kept elsewhere.
    #[new]
    fn new_in_python(seq: u64, hash: String) -> Self {
        Self { seq, hash }
    }
}

#[pymethods]
impl Customer {
    /// The number to call first.
    #[getter(primary_phone)]
    fn primary_phone_in_python(&self) -> Option<Phone> {
        self.primary_phone().cloned()
    }
}

#[pymethods]
impl Problem {
    /// What a person reads: the field, and what is wrong with it.
    #[pyo3(name = "message", signature = (language=Language::Zh))]
    fn message_in_python(&self, language: Language) -> String {
        self.message(language)
    }
}

#[pymethods]
impl PickEntry {
    /// What a person reads.
    #[pyo3(name = "label", signature = (language=Language::Zh))]
    fn label_in_python(&self, language: Language) -> &str {
        self.label(language)
    }
}

#[pymethods]
impl DuplicateMatch {
    /// The reasons in words, as in "same phone; same name but for the company suffix".
    #[pyo3(name = "explain", signature = (language=Language::Zh))]
    fn explain_in_python(&self, language: Language) -> String {
        self.explain(language)
    }
}

#[pymethods]
impl DuplicatePair {
    /// The reasons in words, as in "same phone; same name but for the company suffix".
    #[pyo3(name = "explain", signature = (language=Language::Zh))]
    fn explain_in_python(&self, language: Language) -> String {
        self.explain(language)
    }
}
