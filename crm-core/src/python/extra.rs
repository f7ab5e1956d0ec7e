//! What Python has of some records beside their fields: constructors of those that are handed in, texts for people.

use pyo3::prelude::*;

use super::{Arg, taken};
use crate::{
    Address, AddressKind, AuditHead, Band, Choice, Customer, DuplicateMatch, DuplicatePair, Language,
    NewPhone, Phone, PickEntry, Problem, Region, Registration, RegistrationScheme, ReportKind, ReportRight,
    Role, Size, SizeScale, TimelineEntry, model::fields,
};

#[pymethods]
impl Choice {
    /// An entry of a pick list by its code or label, with the free text that it takes.
    #[new]
    #[pyo3(signature = (code, detail=None))]
    fn new_in_python(py: Python<'_>, code: Arg<String>, detail: Option<Arg<String>>) -> PyResult<Self> {
        Ok(Self {
            code: taken(py, code, fields::CODE)?,
            detail: taken(py, detail, fields::DETAIL)?,
        })
    }
}

#[pymethods]
impl NewPhone {
    /// A telephone number in any notation; `primary` marks the one to call first.
    #[new]
    #[pyo3(signature = (typed, primary=Arg::from(false)))]
    fn new_in_python(py: Python<'_>, typed: Arg<String>, primary: Arg<bool>) -> PyResult<Self> {
        Ok(Self {
            typed: taken(py, typed, fields::PHONE)?,
            primary: taken(py, primary, fields::PRIMARY)?,
        })
    }
}

#[pymethods]
impl ReportRight {
    /// Who else than admins may look at a report, and who may export it.
    #[new]
    #[pyo3(signature = (report, *, view, export))]
    fn new_in_python(
        py: Python<'_>,
        report: Arg<ReportKind>,
        view: Arg<Vec<Role>>,
        export: Arg<Vec<Role>>,
    ) -> PyResult<Self> {
        Ok(Self {
            report: taken(py, report, "report")?,
            view: taken(py, view, "view")?,
            export: taken(py, export, "export")?,
        })
    }
}

#[pymethods]
impl Address {
    /// An address in four levels, or in one line.
    #[new]
    #[pyo3(signature = (*, kind=Arg::from(AddressKind::Business), province=None, city=None, district=None, street=None, line=None))]
    fn new_in_python(
        py: Python<'_>,
        kind: Arg<AddressKind>,
        province: Option<Arg<String>>,
        city: Option<Arg<String>>,
        district: Option<Arg<String>>,
        street: Option<Arg<String>>,
        line: Option<Arg<String>>,
    ) -> PyResult<Self> {
        let level = |text| taken(py, text, fields::ADDRESSES);
        Ok(Self {
            kind: taken(py, kind, fields::ADDRESSES)?,
            province: level(province)?,
            city: level(city)?,
            district: level(district)?,
            street: level(street)?,
            line: level(line)?,
        })
    }

    /// The address as one text.
    #[pyo3(name = "text")]
    fn text_in_python(&self) -> String {
        self.text()
    }
}

#[pymethods]
impl Registration {
    /// A number under which a customer is registered: the country that gave it, the scheme, the number.
    #[new]
    fn new_in_python(
        py: Python<'_>,
        country: Arg<Region>,
        scheme: Arg<RegistrationScheme>,
        number: Arg<String>,
    ) -> PyResult<Self> {
        Ok(Self {
            country: taken(py, country, fields::COUNTRY)?,
            scheme: taken(py, scheme, fields::SCHEME)?,
            number: taken(py, number, fields::REGISTRATION_NUMBER)?,
        })
    }
}

#[pymethods]
impl Size {
    /// A size by what was measured and the band that the measure falls into.
    #[new]
    fn new_in_python(py: Python<'_>, scale: Arg<SizeScale>, band: Arg<Band>) -> PyResult<Self> {
        Ok(Self {
            scale: taken(py, scale, fields::SIZE)?,
            band: taken(py, band, fields::SIZE)?,
        })
    }

    /// The size of a customer that employs `people`.
    #[staticmethod]
    #[pyo3(name = "of_headcount")]
    fn of_headcount_in_python(py: Python<'_>, people: Arg<u64>) -> PyResult<Self> {
        taken(py, people, fields::SIZE).map(Self::of_headcount)
    }

    /// The size of a customer with a revenue of `yuan` a year.
    #[staticmethod]
    #[pyo3(name = "of_revenue")]
    fn of_revenue_in_python(py: Python<'_>, yuan: Arg<u64>) -> PyResult<Self> {
        taken(py, yuan, fields::SIZE).map(Self::of_revenue)
    }
}

#[pymethods]
impl AuditHead {
    /// An end of the log that was kept elsewhere.
    #[new]
    fn new_in_python(py: Python<'_>, seq: Arg<u64>, hash: Arg<String>) -> PyResult<Self> {
        Ok(Self {
            seq: taken(py, seq, "seq")?,
            hash: taken(py, hash, "hash")?,
        })
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
    /// What a person reads: the field, what is wrong with it, and what was typed, which may be personal data. In Chinese
    /// unless told "en"; `me.language` is what the database was opened with.
    #[pyo3(name = "message", signature = (language=Arg::from(Language::Zh)))]
    fn message_in_python(&self, py: Python<'_>, language: Arg<Language>) -> PyResult<String> {
        Ok(self.message(taken(py, language, fields::LANGUAGE)?))
    }
}

#[pymethods]
impl PickEntry {
    /// What a person reads, in Chinese unless told "en"; `me.language` is what the database was opened with.
    #[pyo3(name = "label", signature = (language=Arg::from(Language::Zh)))]
    fn label_in_python(&self, py: Python<'_>, language: Arg<Language>) -> PyResult<&str> {
        Ok(self.label(taken(py, language, fields::LANGUAGE)?))
    }
}

#[pymethods]
impl TimelineEntry {
    /// What happened, in one line; in Chinese unless told "en". `me.language` is what the database was opened with.
    #[pyo3(name = "line", signature = (language=Arg::from(Language::Zh)))]
    fn line_in_python(&self, py: Python<'_>, language: Arg<Language>) -> PyResult<&str> {
        Ok(self.line(taken(py, language, fields::LANGUAGE)?))
    }
}

#[pymethods]
impl DuplicateMatch {
    /// The reasons in words, as in "same phone; same name but for the company suffix"; in Chinese unless told "en".
    /// `me.language` is what the database was opened with.
    #[pyo3(name = "explain", signature = (language=Arg::from(Language::Zh)))]
    fn explain_in_python(&self, py: Python<'_>, language: Arg<Language>) -> PyResult<String> {
        Ok(self.explain(taken(py, language, fields::LANGUAGE)?))
    }
}

#[pymethods]
impl DuplicatePair {
    /// The reasons in words, as in "same phone; same name but for the company suffix"; in Chinese unless told "en".
    /// `me.language` is what the database was opened with.
    #[pyo3(name = "explain", signature = (language=Arg::from(Language::Zh)))]
    fn explain_in_python(&self, py: Python<'_>, language: Arg<Language>) -> PyResult<String> {
        Ok(self.explain(taken(py, language, fields::LANGUAGE)?))
    }
}
