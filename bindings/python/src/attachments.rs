//! Attachments (R4.2).

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crm_core::python::{Arg, Argument, raise};
use crmkit::{
    Attachment, AttachmentEdit, AttachmentQuery, Choice, Code, Content, ContractId, Error, FollowUpId,
    Language, NewAttachment, PickList, Problem, model::fields,
};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyMemoryView, PyString},
};

use crate::{
    argument::{Typed, id},
    call::{call, of_session},
    page::{Page, Rows, request},
    session::Session,
};

/// A file to be attached. `content` is the path of a file, its bytes, or a file that is open for reading bytes; a path gives the
/// name too, unless one is given.
///
/// >>> import crmkit
/// >>> crmkit.AttachmentFile(b"%PDF-1.7", name="报价单.pdf", kind="报价单").size
/// 8
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct AttachmentFile {
    inner: crmkit::AttachmentFile,
}

#[pymethods]
impl AttachmentFile {
    #[new]
    #[pyo3(signature = (content, *, name=None, kind=None, media_type=None, follow_up=None, contract=None))]
    fn new(
        py: Python<'_>,
        content: &Bound<'_, PyAny>,
        name: Option<Arg<String>>,
        kind: Option<Arg<Choice>>,
        media_type: Option<Arg<String>>,
        follow_up: Option<Arg<FollowUpId>>,
        contract: Option<Arg<ContractId>>,
    ) -> PyResult<Self> {
        let mut typed = Typed::new();
        let name = typed.take(fields::ATTACHMENT_NAME, name).flatten();
        let kind = typed.take(PickList::AttachmentKind.code(), kind).flatten();
        let media_type = typed.take(fields::MEDIA_TYPE, media_type).flatten();
        let follow_up = typed.take(fields::FOLLOW_UP, follow_up).flatten();
        let contract = typed.take(fields::CONTRACT, contract).flatten();
        let path = path_of(content)?;
        let named = path
            .as_deref()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        let new = NewAttachment {
            name: name.or(named).unwrap_or_default(),
            kind,
            media_type,
            follow_up,
            contract,
        };
        let new = call(py, Language::default(), || typed.with(Some(new)).read())?;
        let content = match path {
            Some(path) => call(py, Language::default(), || read_file(&path))?,
            None => read_object(content)?,
        };
        Ok(Self {
            inner: crmkit::AttachmentFile { new, content },
        })
    }

    /// How many bytes it has.
    #[getter]
    fn size(&self) -> u64 {
        self.inner.content.size()
    }

    fn __repr__(&self) -> String {
        format!("AttachmentFile({} bytes)", self.inner.content.size())
    }
}

impl AttachmentFile {
    /// The files that were handed in.
    pub(crate) fn all(files: &[PyRef<'_, Self>]) -> Vec<crmkit::AttachmentFile> {
        files.iter().map(|file| file.inner.clone()).collect()
    }
}

/// A path, if it is one.
fn path_of(content: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    match content.is_instance_of::<PyString>() || content.hasattr("__fspath__")? {
        true => content.extract().map(Some),
        false => Ok(None),
    }
}

/// All bytes of a file, part by part.
fn read_file(path: &Path) -> crmkit::Result<Content> {
    let refused = |error: std::io::Error| {
        let code = match error.kind() {
            ErrorKind::NotFound => Code::SourceMissing,
            _ => Code::SourceIo,
        };
        Error::invalid(Problem::with(
            fields::ATTACHMENT_CONTENT,
            code,
            path.display().to_string(),
        ))
    };
    // What a pipe gives has no end.
    if std::fs::metadata(path).map_err(refused)?.is_file() {
        let mut file = File::open(path).map_err(refused)?;
        let (mut content, mut part) = (Content::default(), vec![0; Content::PART]);
        loop {
            match file.read(&mut part) {
                Ok(0) => return Ok(content),
                Ok(read) => content.append(part.get(..read).unwrap_or_default())?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(refused(error)),
            }
        }
    }
    Err(Error::invalid(Problem::new(
        fields::ATTACHMENT_CONTENT,
        Code::SourceDevice,
    )))
}

/// All bytes of an object that has some, or is read.
fn read_object(object: &Bound<'_, PyAny>) -> PyResult<Content> {
    let py = object.py();
    let refused = |error: &Error| raise(py, error, Language::default());
    let mut content = Content::default();
    if let Ok(view) = PyMemoryView::from(object) {
        let bytes = view.call_method0("tobytes")?.cast_into::<PyBytes>()?;
        content
            .append(bytes.as_bytes())
            .map_err(|error| refused(&error))?;
        return Ok(content);
    }
    if !object.hasattr("read")? {
        let class = object.get_type().name()?.to_string();
        let problem = Problem::with(fields::ATTACHMENT_CONTENT, Code::FieldType, class);
        return Err(refused(&Error::invalid(problem)));
    }
    loop {
        let part = object.call_method1("read", (Content::PART,))?;
        let Ok(part) = part.cast::<PyBytes>() else {
            let class = part.get_type().name()?.to_string();
            let problem = Problem::with(fields::ATTACHMENT_CONTENT, Code::FieldType, class);
            return Err(refused(&Error::invalid(problem)));
        };
        if part.as_bytes().is_empty() {
            return Ok(content);
        }
        content.append(part.as_bytes()).map_err(|error| refused(&error))?;
    }
}

/// The bytes of an attachment, part by part: an iterator.
#[pyclass(frozen, module = "crmkit")]
pub(crate) struct AttachmentReader {
    inner: Mutex<crmkit::AttachmentReader>,
    language: Language,
}

impl AttachmentReader {
    fn lock(&self) -> MutexGuard<'_, crmkit::AttachmentReader> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn part(&self, py: Python<'_>) -> PyResult<Option<Vec<u8>>> {
        call(py, self.language, || self.lock().next_part())
    }
}

#[pymethods]
impl AttachmentReader {
    /// What is read.
    #[getter]
    fn attachment(&self) -> Attachment {
        self.lock().attachment().clone()
    }

    /// All bytes that have not been read yet.
    fn read<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut all = Vec::new();
        while let Some(part) = self.part(py)? {
            all.extend(part);
        }
        Ok(PyBytes::new(py, &all))
    }

    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        Ok(self.part(py)?.map(|part| PyBytes::new(py, &part)))
    }
}

of_session! {
    /// Attachments, for one session.
    Attachments(crmkit::Attachments)
}

#[pymethods]
impl Session {
    /// Files that hang on customers, on conversations and on contracts.
    #[getter]
    fn attachments(&self) -> Attachments {
        Attachments::new(self.inner.attachments(), self.language)
    }
}

with_attachment_edit! { Attachments:
    /// Changes the fields named. `revision` is the one that the caller saw.
    fn update(attachment: Arg<String>) -> Attachment = |me: &Attachments, py, edits: Typed<Vec<AttachmentEdit>>, attachment: Arg<String>, revision: Arg<u64>| {
        me.call(py, |attachments| attachments.update(id(attachment, fields::ATTACHMENT)?, revision.of(fields::REVISION)?, &edits.read()?))
    };
}

with_attachment_query! { Attachments:
    /// A page of attachments, the one that was entered last first. What is not given does not filter. `limit`: 1 to 1,000, by
    /// default 50.
    fn list()(
        after: Option<Arg<String>> = None,
        limit: Arg<u32> = Arg::from(50)
    ) -> Page<Attachment> = |me: &Attachments, py, query: Typed<AttachmentQuery>, after, limit| {
        let page = me.call(py, |attachments| attachments.list(&query.read()?, &request(after, limit)?))?;
        Ok(Page(page.items, page.next))
    };
}

with_attachment_query! { Attachments:
    /// All attachments that `list` would give page by page, by default of 200, as they are asked for.
    fn iterate()(page_size: Arg<u32> = Arg::from(200)) -> Rows<Attachment> = |me: &Attachments, py, query: Typed<AttachmentQuery>, page_size| {
        let (query, page) = me.call(py, |_| Ok((query.read()?, request(None, page_size)?)))?;
        let attachments = me.inner.clone();
        Ok(Rows::of(me.language, page.limit, move |request| {
            let page = attachments.list(&query, request)?;
            Ok((page.items, page.next))
        }))
    };
}

#[pymethods]
impl Attachments {
    /// Attaches a file to a customer, and to the conversation or the contract that it names. To a conversation only who held it, or
    /// an admin, attaches anything.
    fn add(
        &self,
        py: Python<'_>,
        customer: Arg<String>,
        file: PyRef<'_, AttachmentFile>,
    ) -> PyResult<Attachment> {
        let file = file.inner.clone();
        self.call(py, |attachments| {
            attachments.add(&customer.of("customer")?, &file)
        })
    }

    /// The attachment with this identifier, archived or not.
    fn get(&self, py: Python<'_>, attachment: Arg<String>) -> PyResult<Attachment> {
        self.call(py, |attachments| {
            attachments.get(id(attachment, fields::ATTACHMENT)?)
        })
    }

    /// The bytes of an attachment: `open(attachment).read()`, or part by part. They have been held against what came in before the
    /// first one is handed out.
    fn open(&self, py: Python<'_>, attachment: Arg<String>) -> PyResult<AttachmentReader> {
        let inner = self.call(py, |attachments| {
            attachments.open(id(attachment, fields::ATTACHMENT)?)
        })?;
        Ok(AttachmentReader {
            inner: Mutex::new(inner),
            language: self.language,
        })
    }

    /// Archives an attachment, for this reason; its bytes stay. `revision` is the one that the caller saw.
    #[pyo3(signature = (attachment, *, revision, reason))]
    fn archive(
        &self,
        py: Python<'_>,
        attachment: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Attachment> {
        self.call(py, |attachments| {
            let (attachment, revision) = (
                id(attachment, fields::ATTACHMENT)?,
                revision.of(fields::REVISION)?,
            );
            attachments.archive(attachment, revision, &reason.of(fields::REASON)?)
        })
    }

    /// Restores an attachment from the archive, for this reason. `revision` is the one that the caller saw.
    #[pyo3(signature = (attachment, *, revision, reason))]
    fn restore(
        &self,
        py: Python<'_>,
        attachment: Arg<String>,
        revision: Arg<u64>,
        reason: Arg<String>,
    ) -> PyResult<Attachment> {
        self.call(py, |attachments| {
            let (attachment, revision) = (
                id(attachment, fields::ATTACHMENT)?,
                revision.of(fields::REVISION)?,
            );
            attachments.restore(attachment, revision, &reason.of(fields::REASON)?)
        })
    }
}
