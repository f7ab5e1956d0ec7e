//! Rows that a program holds in memory, as texts under headings.

use std::collections::HashMap;

use pyo3::{
    basic::CompareOp,
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyFloat, PyMapping, PyString},
};

/// Whole numbers from here on have more digits than a float holds.
const WHOLE: f64 = 1e15;

/// The headings, in the order in which they come first, and the cells of each row.
///
/// # Errors
/// `TypeError` for what is no row; those of the rows themselves.
pub(crate) fn table(rows: &Bound<'_, PyAny>) -> PyResult<(Vec<String>, Vec<Vec<String>>)> {
    let is_frame = rows.hasattr("columns")? && rows.hasattr("to_dict")?;
    let rows = match is_frame {
        true => rows.call_method1("to_dict", ("records",))?,
        false => rows.clone(),
    };
    let (mut headings, mut places): (Vec<String>, HashMap<String, usize>) = (Vec::new(), HashMap::new());
    let mut table: Vec<Vec<String>> = Vec::new();
    for row in rows.try_iter()? {
        let row = row?;
        let Ok(row) = row.cast::<PyMapping>() else {
            let of = row.get_type().name()?;
            return Err(PyTypeError::new_err(format!(
                "a row is a mapping of headings to values, not {of}"
            )));
        };
        let mut cells = vec![String::new(); headings.len()];
        for item in row.items()?.try_iter()? {
            let (heading, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item?.extract()?;
            let heading = heading.str()?.to_cow()?.into_owned();
            let place = *places.entry(heading).or_insert_with_key(|heading| {
                headings.push(heading.clone());
                headings.len() - 1
            });
            if cells.len() <= place {
                cells.resize(place + 1, String::new());
            }
            if let Some(cell) = cells.get_mut(place) {
                *cell = text(&value)?;
            }
        }
        table.push(cells);
    }
    for row in &mut table {
        row.resize(headings.len(), String::new());
    }
    Ok((headings, table))
}

/// A value as a cell says it.
fn text(value: &Bound<'_, PyAny>) -> PyResult<String> {
    if value.is_none() {
        return Ok(String::new());
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_cow()?.into_owned());
    }
    if let Ok(flag) = value.cast::<PyBool>() {
        return Ok(flag.is_true().to_string());
    }
    // What is not itself is no number, or no day; of pandas' NA nobody can say.
    let is_itself = value.rich_compare(value, CompareOp::Eq)?.is_truthy();
    if !is_itself.unwrap_or(false) {
        return Ok(String::new());
    }
    if let Ok(number) = value.cast::<PyFloat>() {
        let number = number.value();
        if number.fract() == 0.0 && number.abs() < WHOLE {
            return Ok(format!("{number:.0}"));
        }
    }
    let iso = match value.hasattr("isoformat")? {
        true => value.call_method0("isoformat")?,
        false => value.clone(),
    };
    Ok(iso.str()?.to_cow()?.into_owned())
}
