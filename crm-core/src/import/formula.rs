//! Texts as spreadsheets are made to take them for texts (R9.5 f): `="021-55550199"`, `'021-55550199`.

/// The text that a cell or heading means, in its place.
pub(crate) fn unwrap_text(cell: &mut String) {
    let trimmed = cell.trim_start();
    match trimmed.as_bytes().first() {
        Some(b'=') | Some(0xEF) => {
            if let Some(text) = text_of_formula(trimmed) {
                *cell = text;
            }
        }
        Some(b'\'') if is_mark(trimmed) => {
            let mark = cell.len() - trimmed.len() + 1;
            cell.drain(..mark);
        }
        _ => {}
    }
}

/// What a formula of nothing but a text in quotes says, in which a quote is doubled.
fn text_of_formula(formula: &str) -> Option<String> {
    let quoted = formula.strip_prefix(['=', '＝'])?.trim();
    let text = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let doubled = text.replace("\"\"", "");
    match (doubled.contains('"'), doubled.len() == text.len()) {
        (true, _) => None,
        (_, true) => Some(text.to_owned()),
        (_, false) => Some(text.replace("\"\"", "\"")),
    }
}

/// Whether the apostrophe that a text begins with is no part of it: a text in two of them is quoted, and Dutch names begin
/// with 's- and 't.
fn is_mark(text: &str) -> bool {
    let mut rest = text.chars().skip(1);
    let (first, second) = (rest.next(), rest.next());
    let is_article = first.is_some_and(char::is_lowercase) && second.is_some_and(|c| c == '-' || c == ' ');
    let is_quoted = text.len() > 1 && text.trim_end().ends_with(['\'', '’']);
    !is_article && !is_quoted
}

#[cfg(test)]
mod tests {
    use super::unwrap_text;

    fn unwrapped(cell: &str) -> String {
        let mut cell = cell.to_owned();
        unwrap_text(&mut cell);
        cell
    }

    #[test]
    fn r9_5_text_formulas_are_unwrapped() {
        for (cell, text) in [
            ("=\"021-55550199\"", "021-55550199"),
            ("=\"公司\"", "公司"),
            (" = \"0571\" ", "0571"),
            ("＝\"公司\"", "公司"),
            ("=\"A \"\"B\"\" C\"", "A \"B\" C"),
            ("=\"\"", ""),
            ("'021-55550199", "021-55550199"),
            ("'+86 21 5555 0199", "+86 21 5555 0199"),
            ("'公司", "公司"),
            ("'lin@example.com", "lin@example.com"),
            ("'", ""),
        ] {
            assert_eq!(unwrapped(cell), text, "{cell}");
        }
    }

    #[test]
    fn r9_5_what_is_no_text_formula_stays() {
        for cell in [
            "",
            "021-55550199",
            "=1+1",
            "=A1",
            "=\"a\"&\"b\"",
            "=\"",
            "=",
            "示例=\"公司\"",
            "'s-Hertogenbosch BV",
            "'t Voorbeeld BV",
            "'Example'",
            "O'Neill",
            "ａ",
            "(\"公司\")",
        ] {
            assert_eq!(unwrapped(cell), cell);
        }
    }
}
