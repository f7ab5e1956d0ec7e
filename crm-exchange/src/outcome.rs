//! The outcome of an import as a CSV that a person opens in a spreadsheet: one line per row, with the reason in words.

use std::io::Write;

use crm_core::{ImportRow, Language};

/// Marks the file as UTF-8 for spreadsheets that would guess otherwise.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes the outcome of rows as they come.
pub struct OutcomeWriter<W: Write> {
    to: W,
    language: Language,
}

impl<W: Write> OutcomeWriter<W> {
    /// Begins with the headings, in the language of the reader.
    ///
    /// # Errors
    /// When `to` cannot be written.
    pub fn new(mut to: W, language: Language) -> std::io::Result<Self> {
        to.write_all(BYTE_ORDER_MARK)?;
        let mut writer = Self { to, language };
        writer.line(match language {
            Language::Zh => ["行", "结果", "客户编号", "说明"],
            Language::En => ["line", "outcome", "number", "reason"],
        })?;
        Ok(writer)
    }

    /// Writes what became of one row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, row: &ImportRow) -> std::io::Result<()> {
        let number = row.customer.map(|number| number.to_string()).unwrap_or_default();
        let reasons: Vec<String> = row
            .problems
            .iter()
            .map(|problem| problem.message(self.language))
            .collect();
        let reason = guarded(reasons.join(match self.language {
            Language::Zh => "；",
            Language::En => "; ",
        }));
        let line = row.line.to_string();
        self.line([&line, row.outcome.label(self.language), &number, &reason])
    }

    /// Hands everything on to the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }

    /// Here, and not by the reader's library: a list that came as a workbook has an outcome too.
    fn line(&mut self, cells: [&str; 4]) -> std::io::Result<()> {
        let quoted = cells.map(|cell| match cell.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", cell.replace('"', "\"\"")),
            false => cell.to_owned(),
        });
        writeln!(self.to, "{}", quoted.join(","))
    }
}

/// A text that quotes a list's cell must not start a formula in a spreadsheet.
fn guarded(text: String) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use crm_core::{Code, Problem, RowOutcome};

    use super::*;

    fn row(outcome: RowOutcome, problems: Vec<Problem>) -> ImportRow {
        ImportRow {
            line: 2,
            outcome,
            customer: None,
            contact: None,
            record: None,
            problems,
        }
    }

    fn written(row: &ImportRow, language: Language) -> String {
        let mut bytes = Vec::new();
        let mut writer = OutcomeWriter::new(&mut bytes, language).unwrap();
        writer.write(row).unwrap();
        writer.flush().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_reason_is_in_the_readers_language() {
        let refused = row(
            RowOutcome::Refused,
            vec![Problem::with("phones", Code::PhoneInvalid, "abc, \"d\"")],
        );
        let chinese =
            "\u{feff}行,结果,客户编号,说明\n2,拒绝,,\"主联系电话：“abc, \"\"d\"\"”不是有效的电话号码\"\n";
        assert_eq!(written(&refused, Language::Zh), chinese);
        assert!(written(&refused, Language::En).contains("is not a telephone number"));
    }

    #[test]
    fn a_cell_of_the_list_never_becomes_a_formula() {
        let refused = row(
            RowOutcome::Refused,
            vec![Problem::with("", Code::RowTooFewColumns, "1/2")],
        );
        assert!(!written(&refused, Language::Zh).contains("\n2,拒绝,,="));
        assert_eq!(guarded("=1+1".into()), "'=1+1");
    }
}
