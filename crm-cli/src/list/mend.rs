//! What can be done about rows, and lists, that went wrong: the option that mends them, or what to mend in the list.

use crmkit::{Code, CustomerKind, CustomerStatus, Error, Language, model::fields};

use super::report::Reason;

/// An option as it is typed: `--owners 王五=LOGIN`.
pub(crate) fn option(option: &str, name: &str, value: &str) -> String {
    let word = format!("{name}={value}");
    let is_plain = |c: char| c.is_alphanumeric() || "=:…_.-".contains(c);
    match word.chars().all(is_plain) {
        true => format!("--{option} {word}"),
        false => format!("--{option} '{}'", word.replace('\'', "'\\''")),
    }
}

/// What mends the rows of a reason; nothing where they are as good as they can be.
pub(crate) fn way(reason: &Reason, refused: bool, language: Language) -> Option<String> {
    let (field, code) = (reason.problem.field.as_str(), reason.problem.code);
    let typed = reason.values.first().map_or("…", String::as_str);
    Some(match (code, field) {
        (Code::DateOrder, _) => say!(
            language,
            "--date-format dmy 先日后月，--date-format mdy 先月后日",
            "--date-format dmy if the day comes first, --date-format mdy if the month does"
        ),
        (Code::PhoneMissing | Code::PhoneInvalid, fields::PHONES) if refused => say!(
            language,
            "--no-phone 没有电话的也导入",
            "--no-phone takes in those that cannot be called, too"
        ),
        (Code::OwnerUnknown, fields::OWNER) => say!(
            language,
            "--owners 指明是谁，或以 --new-people 统一处理（见上）",
            "--owners says who they are, --new-people what becomes of them all (see above)"
        ),
        (Code::OwnerAmbiguous | Code::OwnerInactive | Code::OwnerNotAllowed, fields::OWNER) => {
            let option = option("owners", typed, &say!(language, "登录名", "LOGIN"));
            say!(language, "{option} 改为另一位用户", "{option} says who it is")
        }
        (Code::ChoiceUnknown, fields::STATUS | fields::KIND) => {
            let label = |labels: Vec<&str>| labels.join(&say!(language, "、", ", "));
            let choices = match field {
                fields::STATUS => label(CustomerStatus::ALL.iter().map(|it| it.label(language)).collect()),
                _ => label(CustomerKind::ALL.iter().map(|it| it.label(language)).collect()),
            };
            let values = reason.values.iter().take(5);
            let options = values.map(|word| option("values", &format!("{field}:{word}"), "…"));
            let options = options.collect::<Vec<_>>().join(" ");
            say!(
                language,
                "{options} 说明其含义（{choices}）",
                "{options} says what it means ({choices})"
            )
        }
        (Code::ChoiceAssumed, fields::INDUSTRY | fields::SOURCE) => say!(
            language,
            "--default {field}=… 指定默认值",
            "--default {field}=… says what it is"
        ),
        (Code::NumberTaken | Code::NumberInFuture | Code::NumberTooHigh | Code::ExternalIdTaken, _) => say!(
            language,
            "--map 列名=ignore 不取此列",
            "--map HEADING=ignore leaves the column out"
        ),
        (Code::DateInvalid | Code::SizeInvalid | Code::EmailInvalid | Code::ChoiceUnknown, _)
            if reason.rows > 1 =>
        {
            say!(
                language,
                "原文已保留；若此列另有所指：--map 列名=ignore，或 --map 列名=另一字段",
                "what was typed is kept; if the column is something else: --map HEADING=ignore, or =another field"
            )
        }
        (Code::PhoneUnverified | Code::PhoneNoAreaCode, _) if reason.rows > 1 => say!(
            language,
            "若不是本地区的号码：--region TW 指明是哪里的",
            "if they are another region's numbers: --region TW says whose"
        ),
        (Code::DigitsLost, _) => say!(
            language,
            "在电子表格中把此列设为文本，重新填写后再导出",
            "make the column text in the spreadsheet, fill it in again, and export once more"
        ),
        (Code::RowBrokenEncoding, _) => say!(
            language,
            "名单在此前已损坏：请从原系统另存为通用编码后再导入",
            "the list was damaged before it came here: export it again, as UTF-8"
        ),
        (Code::FieldMissing, fields::NAME) if refused => say!(
            language,
            "请在名单中补上；若名称在另一列：--map 列名=name",
            "fill it in in the list; if another column has the names: --map HEADING=name"
        ),
        (Code::RowTooFewColumns | Code::RowTooManyColumns, _) => {
            say!(language, "请在名单中改正", "to be mended in the list")
        }
        _ => return None,
    })
}

/// What can be said on the command line about a list that was not begun.
pub fn advice(error: &Error, language: Language) -> Vec<String> {
    let mut advice: Vec<String> = Vec::new();
    for problem in error.problems() {
        let more = match (problem.code, problem.field.as_str()) {
            (Code::SourceEncodingUnclear, _) => {
                let candidates = problem.rejected.as_deref().unwrap_or_default();
                let first = candidates.split(':').next().unwrap_or_default();
                say!(
                    language,
                    "--encoding {first} 指明编码",
                    "--encoding {first} says which"
                )
            }
            (Code::SourceNoSheet, _) => say!(
                language,
                "--sheet 1 按序号读取工作表",
                "--sheet 1 reads one by its number"
            ),
            (Code::MappingNoName, _) => say!(
                language,
                "--map 列名=name 指明名称在哪一列；--header-row 行号 指明表头在哪一行",
                "--map HEADING=name says which column has the names; --header-row LINE where the headings are"
            ),
            (Code::MappingNoColumn, fields::PHONES) => say!(
                language,
                "--map 列名=phones 指明电话在哪一列；--no-phone 没有电话也导入",
                "--map HEADING=phones says which column has the numbers; --no-phone does without"
            ),
            (Code::MappingUnknownField, _) => match language {
                Language::Zh => "字段名称见导入说明中的表".to_owned(),
                Language::En => "docs/import.md has the names of fields".to_owned(),
            },
            (Code::MappingNoColumn, field @ (fields::INDUSTRY | fields::SOURCE)) => say!(
                language,
                "--default {field}=other 指定默认值；--map 列名={field} 指明在哪一列",
                "--default {field}=other says what it is; --map HEADING={field} which column has it"
            ),
            (Code::FieldMissing | Code::MappingNoColumn, field) => say!(
                language,
                "--map 列名={field} 指明在哪一列",
                "--map HEADING={field} says which column it is"
            ),
            _ => continue,
        };
        if !advice.contains(&more) {
            advice.push(more);
        }
    }
    advice
}
