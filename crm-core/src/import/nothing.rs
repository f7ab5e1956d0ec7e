//! What people and programs write in a cell that holds nothing (R9.5 a).

/// The words for nothing, in narrow lower case. Dashes in a row, of any length and sort, are nothing too.
const WORDS: &[&str] = &[
    "/",
    "。",
    "｡",
    ".",
    "无",
    "無",
    "暂无",
    "暫無",
    "没有",
    "沒有",
    "未填",
    "n/a",
    "na",
    "#n/a",
    "null",
    "nan",
    "none",
    "\\n",
    "-none-",
    "(none)",
    "(null)",
    "(无)",
    "(無)",
    "nil",
    "undefined",
    "请选择",
    "請選擇",
    "空",
];

/// What spreadsheets write where they cannot work a cell out, and people for what stands above: something was meant, and cannot be
/// read.
const UNREADABLE: &[&str] = &[
    "#ref!",
    "#value!",
    "#name?",
    "#div/0!",
    "#num!",
    "#null!",
    "#calc!",
    "#spill!",
    "#formula!",
    "同上",
    "〃",
    "ditto",
];

/// Bytes of the longest of them, in wide letters: most cells are longer, and looked at no further.
const LONGEST: usize = 12;

/// Whether a cell, trimmed, holds nothing that can be taken: it is empty, or has a word for nothing, or something unreadable. A text that
/// merely contains such a word is a text.
pub(super) fn is_nothing(cell: &str) -> bool {
    let Some(first) = cell.chars().next() else {
        return true;
    };
    // Most cells begin otherwise.
    let may_be = match first {
        'a'..='z' | 'A'..='Z' => matches!(first, 'n' | 'N' | 'u' | 'U' | 'd' | 'D'),
        '0'..='9' => false,
        '\u{3400}'..='\u{9fff}' => "无無暂暫没沒未请請空同".contains(first),
        _ => true,
    };
    if !may_be {
        return false;
    }
    let letters = cell.chars().map(|c| narrow(c).to_ascii_lowercase());
    if narrow(first) == '-' && letters.clone().all(|c| c == '-') {
        return true;
    }
    let is_one = |words: &[&str]| words.iter().any(|word| letters.clone().eq(word.chars()));
    cell.len() <= LONGEST && (is_one(WORDS) || is_one(UNREADABLE))
}

/// Whether a cell, trimmed, holds something that cannot be read.
pub(super) fn is_unreadable(cell: &str) -> bool {
    cell.len() <= LONGEST
        && cell.starts_with(['#', '同', '〃', 'd', 'D', '＃'])
        && UNREADABLE.iter().any(|word| {
            cell.chars()
                .map(|c| narrow(c).to_ascii_lowercase())
                .eq(word.chars())
        })
}

/// A wide letter or sign in its narrow form, a dash of any sort as `-`.
fn narrow(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{ff01}'..='\u{ff5e}' => u8::try_from(u32::from(c) - 0xfee0).map_or(c, char::from),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::is_nothing;

    #[test]
    fn r9_5_words_for_nothing_are_nothing_in_any_case_and_width() {
        for cell in [
            "",
            "-",
            "--",
            "---",
            "—",
            "——",
            "——————",
            "----------------",
            "–",
            "－",
            "－－",
            "/",
            "／",
            "无",
            "無",
            "暂无",
            "暫無",
            "没有",
            "沒有",
            "未填",
            "N/A",
            "n/a",
            "Ｎ／Ａ",
            "NA",
            "na",
            "NULL",
            "null",
            "Null",
            "ＮＵＬＬ",
            "NaN",
            "nan",
            "None",
            "NONE",
            "none",
            "\\N",
            "\\n",
            "＼Ｎ",
            "#N/A",
            "#n/a",
            "＃Ｎ／Ａ",
            "。",
            "｡",
            "．",
            "-None-",
            "(null)",
            "（无）",
            "nil",
            "undefined",
            "请选择",
            "空",
            "#REF!",
            "同上",
        ] {
            assert!(is_nothing(cell), "{cell:?}");
        }
    }

    #[test]
    fn r9_5_a_text_that_contains_such_a_word_is_a_text() {
        for cell in [
            "无锡示例有限公司",
            "-5",
            "1/2",
            "A/N",
            "Nancy",
            "Na Li",
            "Nullam",
            "nano",
            "空调",
            "dittos",
            "同上海",
            "Nones",
            "N",
            "//x",
            "。。",
            "无名",
            "暂无锡",
            "No",
            "0",
            "否",
            "非常没有名气的公司",
            "None of Us Ltd",
            "#NAMED",
            "-1-",
            "a-",
        ] {
            assert!(!is_nothing(cell), "{cell:?}");
        }
    }
}
