//! Pick lists (R2.3).

use crm_core::python::{Tuple, Word};
use crmkit::{Error, PickEntry, PickList, model::fields};
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
    fn list(&self, py: Python<'_>, list: Word<PickList>) -> PyResult<Tuple<PickEntry>> {
        self.call(py, |lists| {
            lists.list(list.of(fields::CODE).map_err(Error::invalid)?)
        })
        .map(Tuple)
    }

    /// Enters an entry, or changes the one with its code. None is ever deleted: what has it keeps it.
    #[pyo3(signature = (list, code, *, label_zh, label_en, position, retired=false))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn put(
        &self,
        py: Python<'_>,
        list: Word<PickList>,
        code: String,
        label_zh: String,
        label_en: String,
        position: u32,
        retired: bool,
    ) -> PyResult<PickEntry> {
        self.call(py, |lists| {
            let list = list.of(fields::CODE).map_err(Error::invalid)?;
            lists.put(&PickEntry {
                list,
                code,
                label_zh,
                label_en,
                position,
                retired,
            })
        })
    }
}
