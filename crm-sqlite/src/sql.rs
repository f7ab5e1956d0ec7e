//! Answering questions in SQL on a connection of their own, which can do nothing else.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crm_core::{Code, Error, Problem, Result, SqlAnswer, SqlValue, fields};
use rusqlite::{
    Connection, ErrorCode,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
    types::ValueRef,
};

use crate::error::OrStorage;

/// Steps of SQLite's machine between two looks at the clock.
const STEPS: i32 = 10_000;
/// The longest text that an answer makes, in bytes.
const LONGEST: i32 = 16 * 1024 * 1024;
/// Functions that are good for nothing but filling the memory.
const REFUSED: [&str; 2] = ["randomblob", "zeroblob"];

/// Answers one `SELECT` over the views.
pub(crate) fn answer(mut connection: Connection, query: &str) -> Result<SqlAnswer> {
    let views = views(&connection)?;
    let refused = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&refused);
    let decide = move |asked: AuthContext<'_>| {
        let is_view = |name: &str| views.iter().any(|view| view == name);
        let allowed = match asked.action {
            AuthAction::Select | AuthAction::Recursive => true,
            // What a view reads is read for it.
            AuthAction::Read { table_name, .. } => is_view(table_name) || asked.accessor.is_some_and(is_view),
            AuthAction::Function { function_name } => !REFUSED
                .iter()
                .any(|name| name.eq_ignore_ascii_case(function_name)),
            _ => false,
        };
        if allowed {
            return Authorization::Allow;
        }
        seen.store(true, Ordering::Relaxed);
        Authorization::Deny
    };
    connection
        .set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST)
        .or_storage()?;
    connection.authorizer(Some(decide)).or_storage()?;
    let until = Instant::now() + Duration::from_secs(SqlAnswer::MAX_SECONDS);
    connection
        .progress_handler(STEPS, Some(move || Instant::now() > until))
        .or_storage()?;
    let wrong = |error: &rusqlite::Error| match error {
        _ if refused.load(Ordering::Relaxed) => problem(Code::SqlRefused, query),
        rusqlite::Error::SqlInputError { msg, .. } => problem(Code::SqlInvalid, msg),
        rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::OperationInterrupted => problem(Code::SqlTooLong, &SqlAnswer::MAX_SECONDS.to_string()),
            ErrorCode::Unknown | ErrorCode::TooBig | ErrorCode::TypeMismatch => {
                problem(Code::SqlInvalid, message.as_deref().unwrap_or_default())
            }
            _ => crate::error::storage_error(error),
        },
        // No statement at all, or one with a tail.
        _ => problem(Code::SqlRefused, query),
    };
    let mut statement = connection.prepare(query).map_err(|error| wrong(&error))?;
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    if columns.is_empty() || statement.parameter_count() > 0 {
        return Err(problem(Code::SqlRefused, query));
    }
    let mut answer = SqlAnswer {
        rows: Vec::new(),
        truncated: false,
        columns,
    };
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|error| wrong(&error))? {
        if answer.rows.len() == SqlAnswer::MAX_ROWS {
            answer.truncated = true;
            break;
        }
        let values = (0..answer.columns.len()).map(|at| row.get_ref(at).map(value));
        answer
            .rows
            .push(values.collect::<rusqlite::Result<_>>().or_storage()?);
    }
    Ok(answer)
}

fn views(connection: &Connection) -> Result<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'view'";
    let mut statement = connection.prepare(sql).or_storage()?;
    let names = statement.query_map([], |row| row.get(0)).or_storage()?;
    names.collect::<rusqlite::Result<_>>().or_storage()
}

fn value(value: ValueRef<'_>) -> SqlValue {
    match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(value) => SqlValue::Integer(value),
        ValueRef::Real(value) => SqlValue::Real(value),
        ValueRef::Text(bytes) => SqlValue::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => SqlValue::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
    }
}

fn problem(code: Code, said: &str) -> Error {
    Error::invalid(Problem::with(fields::QUERY, code, said))
}
