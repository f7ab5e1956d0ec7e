//! What Python hands in for a record, field by field, and for identifiers.

use std::{str::FromStr, time::Duration};

use crm_core::python::{Arg, Argument};
use crmkit::{Code, Error, Problem};
use pyo3::{inspect::PyStaticExpr, prelude::*};

/// What was typed in for a record: the record, unless it lacks something that it cannot be without, and what Rust cannot
/// take, which is named together with everything else that is wrong (R2.4).
pub(crate) struct Typed<T> {
    record: Option<T>,
    wrong: Vec<Problem>,
}

impl Typed<()> {
    pub(crate) fn new() -> Self {
        Self {
            record: None,
            wrong: Vec::new(),
        }
    }

    /// The value of a field; none if it cannot be read.
    pub(crate) fn take<A: Argument>(&mut self, field: &str, given: A) -> Option<A::Value> {
        given.at(field).map_err(|problem| self.wrong.push(problem)).ok()
    }

    /// The new value of a field; none if it is left as it is, or cannot be read.
    pub(crate) fn edit<A: Argument>(&mut self, field: &str, given: Edit<A>) -> Option<A::Value> {
        match given {
            Edit::Leave => None,
            Edit::Set(given) => self.take(field, given),
        }
    }

    /// The record that was made of the values.
    pub(crate) fn with<T>(self, record: Option<T>) -> Typed<T> {
        Typed {
            record,
            wrong: self.wrong,
        }
    }
}

impl<T> Typed<T> {
    /// The record, if one was made, and what else is to be read beside it.
    pub(crate) fn apart(self) -> (Typed<()>, Option<T>) {
        let Self { record, wrong } = self;
        (Typed { record: None, wrong }, record)
    }

    /// A state that stands beside the record's fields, or what holds when none is said.
    pub(crate) fn word<A: Argument>(&mut self, field: &str, given: A) -> A::Value
    where
        A::Value: Default,
    {
        given
            .at(field)
            .map_err(|problem| self.wrong.push(problem))
            .unwrap_or_default()
    }

    /// The record.
    ///
    /// # Errors
    /// Invalid, if Rust could not take something of it.
    pub(crate) fn read(self) -> Result<T, Error> {
        match self.record {
            Some(record) if self.wrong.is_empty() => Ok(record),
            _ => Err(Error::Invalid { problems: self.wrong }),
        }
    }

    /// The record, if all of it could be taken; else an error with what the rules find wrong with the rest of it, too.
    ///
    /// # Errors
    /// Invalid.
    pub(crate) fn checked(self, check: impl FnOnce(&T) -> Result<Vec<Problem>, Error>) -> Result<T, Error> {
        let Some(record) = self.record.as_ref().filter(|_| !self.wrong.is_empty()) else {
            return self.read();
        };
        let mut problems = match check(record) {
            Err(Error::Invalid { problems }) => problems,
            Err(error) => return Err(error),
            Ok(_) => Vec::new(),
        };
        for problem in self.wrong {
            let lacks = |there: &&mut Problem| {
                let missing = matches!(there.code, Code::FieldMissing | Code::PhoneMissing);
                missing && there.field == problem.field
            };
            match problems.iter_mut().find(lacks) {
                Some(there) => *there = problem,
                None => problems.push(problem),
            }
        }
        Err(Error::Invalid { problems })
    }
}

/// A field of a change: left as it is unless the caller names it.
pub(crate) enum Edit<T> {
    Leave,
    Set(T),
}

impl<'a, 'py, T: FromPyObject<'a, 'py>> FromPyObject<'a, 'py> for Edit<T> {
    type Error = T::Error;
    const INPUT_TYPE: PyStaticExpr = T::INPUT_TYPE;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, T::Error> {
        object.extract().map(Self::Set)
    }
}

/// The identifier in an argument; a text that is none names nothing that is there.
pub(crate) fn id<T: FromStr>(given: Arg<String>, field: &str) -> Result<T, Error> {
    let text = given.of(field)?;
    text.parse().map_err(|_| Error::not_found(text))
}

/// How long a step of a job is to take.
pub(crate) fn millis(step_ms: Arg<u32>) -> Result<Duration, Error> {
    Ok(Duration::from_millis(step_ms.of("step_ms")?.into()))
}
