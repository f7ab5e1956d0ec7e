//! Pick lists (R2.3).

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{PickEntry, PickList, model::fields};
use pyo3::prelude::*;

use crate::{call::of_session, session::Session};

of_session! {
    /// Pick lists, for one session. Only an admin changes them.
    PickLists(crmkit::PickListAdmin)
}

#[pymethods]
impl Session {
    /// Pick lists.
    #[getter]
    fn pick_lists(&self) -> PickLists {
        PickLists::new(self.inner.pick_lists(), self.language)
    }
}

#[pymethods]
impl PickLists {
    /// The entries of a list in their order, retired ones too.
    fn list(&self, py: Python<'_>, list: Arg<PickList>) -> PyResult<Listed<PickEntry>> {
        self.call(py, |lists| lists.list(list.of(fields::CODE)?))
            .map(Listed)
    }

    /// Enters an entry, or changes the one with its code. None is ever deleted: what has it keeps it.
    #[pyo3(signature = (list, code, *, label_zh, label_en, position, retired=Arg::from(false)))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn put(
        &self,
        py: Python<'_>,
        list: Arg<PickList>,
        code: Arg<String>,
        label_zh: Arg<String>,
        label_en: Arg<String>,
        position: Arg<u32>,
        retired: Arg<bool>,
    ) -> PyResult<PickEntry> {
        self.call(py, |lists| {
            lists.put(&PickEntry {
                list: list.of(fields::CODE)?,
                code: code.of(fields::CODE)?,
                label_zh: label_zh.of(fields::LABEL_ZH)?,
                label_en: label_en.of(fields::LABEL_EN)?,
                position: position.of("position")?,
                retired: retired.of("retired")?,
            })
        })
    }
}
