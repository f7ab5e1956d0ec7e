//! A question in SQL, and its answer.

/// A value of an answer.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(untagged)]
pub enum SqlValue {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// A text.
    Text(String),
}

/// What a question was answered with.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SqlAnswer {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with a value for every column.
    pub rows: Vec<Vec<SqlValue>>,
    /// Whether there were more rows than are answered with.
    pub truncated: bool,
}

impl SqlAnswer {
    /// Rows that are answered with at the most.
    pub const MAX_ROWS: usize = 10_000;
    /// Seconds that an answer may take.
    pub const MAX_SECONDS: u64 = 5;
}
