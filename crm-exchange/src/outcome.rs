//! The outcome of an import as a CSV that a person opens in a spreadsheet: one line per row, with the reason in words.

use std::io::Write;

use crm_core::{ImportRow, Language, Problem};

use crate::{report::Bom, write::CsvTable};

/// Writes the outcome of rows as they come.
pub struct OutcomeWriter<W: Write> {
    table: CsvTable<W>,
    language: Language,
}

impl<W: Write> OutcomeWriter<W> {
    /// Begins with the headings, in the language of the reader.
    ///
    /// # Errors
    /// When `to` cannot be written.
    pub fn new(to: W, language: Language) -> std::io::Result<Self> {
        let headings = match language {
            Language::Zh => ["行", "结果", "客户编号", "客户名称", "说明"],
            Language::En => ["line", "outcome", "number", "name", "reason"],
        };
        let table = CsvTable::new(to, &headings, Bom::With)?;
        Ok(Self { table, language })
    }

    /// Writes what became of one row, and what the list calls its customer, by which a person finds it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&mut self, row: &ImportRow, name: Option<&str>) -> std::io::Result<()> {
        let number = row.customer.map(|number| number.to_string()).unwrap_or_default();
        let (line, reasons) = (row.line.to_string(), reasons(&row.problems, self.language));
        let outcome = row.outcome.label(self.language);
        self.table
            .row([&line, outcome, &number, name.unwrap_or_default(), &reasons])
    }

    /// Hands everything on to the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> std::io::Result<()> {
        self.table.flush()
    }
}

/// Why a row was refused or skipped, or what was assumed of it, as a person reads it in one cell.
pub fn reasons(problems: &[Problem], language: Language) -> String {
    let reasons: Vec<String> = problems.iter().map(|problem| problem.message(language)).collect();
    reasons.join(match language {
        Language::Zh => "；",
        Language::En => "; ",
    })
}

#[cfg(test)]
mod tests {
    use crm_core::{Code, RowOutcome};

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
        writer.write(row, Some("=上海示例")).unwrap();
        writer.flush().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn r9_5_the_reason_is_in_the_readers_language_and_no_cell_is_a_formula() {
        let refused = row(
            RowOutcome::Refused,
            vec![Problem::with("phones", Code::PhoneInvalid, "abc, \"d\"")],
        );
        let chinese = "\u{feff}行,结果,客户编号,客户名称,说明\n2,拒绝,,'=上海示例,\"主联系电话：“abc, \"\"d\"\"”不是有效的电话号码\"\n";
        assert_eq!(written(&refused, Language::Zh), chinese);
        assert!(written(&refused, Language::En).contains("is not a telephone number"));
    }
}
