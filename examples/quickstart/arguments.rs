//! What stands on the command line.

use std::path::PathBuf;

use crmkit::{DateFormat, ImportOptions, Language, NewPeople, OnDuplicate, Region, TableOptions};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/customers.csv");

pub(crate) struct Arguments {
    pub(crate) file: PathBuf,
    pub(crate) database: Option<PathBuf>,
    pub(crate) outcome: Option<PathBuf>,
    pub(crate) language: Language,
    pub(crate) import: ImportOptions,
    pub(crate) table: TableOptions,
}

impl Arguments {
    /// What was asked for; none if it was help.
    pub(crate) fn parse(language: Language) -> Result<Option<Self>, String> {
        use lexopt::prelude::*;

        let mut arguments = Self {
            file: SAMPLE.into(),
            database: None,
            outcome: None,
            language,
            import: ImportOptions::default(),
            table: TableOptions::default(),
        };
        let mistake = |error: lexopt::Error| mistake(&error, language);
        let (import, table) = (&mut arguments.import, &mut arguments.table);
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next().map_err(mistake)? {
            let text = |parser: &mut lexopt::Parser| -> Result<String, String> {
                parser.value().and_then(|value| value.string()).map_err(mistake)
            };
            match argument {
                Value(file) => arguments.file = file.into(),
                Long("db") => arguments.database = Some(text(&mut parser)?.into()),
                Long("outcome") => arguments.outcome = Some(text(&mut parser)?.into()),
                Long("language") => {
                    arguments.language = known(&text(&mut parser)?, Language::from_code, language)?
                }
                // How the file is read.
                Long("encoding") => {
                    table.encoding = Some(known(&text(&mut parser)?, |label| label.parse().ok(), language)?)
                }
                Long("delimiter") => table.delimiter = Some(known(&text(&mut parser)?, delimiter, language)?),
                Long("sheet") => table.sheet = Some(text(&mut parser)?),
                Long("header-row") => {
                    table.header_row = Some(known(&text(&mut parser)?, |row| row.parse().ok(), language)?)
                }
                // What its columns and cells mean.
                Long("map") => import.mapping.extend([pair(&text(&mut parser)?, language)?]),
                Long("heading") => import.headings.extend([pair(&text(&mut parser)?, language)?]),
                Long("default") => import.defaults.extend([pair(&text(&mut parser)?, language)?]),
                Long("keep-columns") => import.keep_columns = true,
                Long("values") => {
                    let (field, word, meaning) = triple(&text(&mut parser)?, language)?;
                    import.values.entry(field).or_default().insert(word, meaning);
                }
                Long("date-format") => {
                    import.date_format = Some(known(&text(&mut parser)?, DateFormat::from_code, language)?)
                }
                Long("region") => {
                    import.region = Some(known(&text(&mut parser)?, Region::from_code, language)?)
                }
                // Whose the customers are.
                Long("owner") => import.owner = Some(text(&mut parser)?),
                Long("owners") => import.owners.extend([pair(&text(&mut parser)?, language)?]),
                Long("new-people") => {
                    import.new_people = Some(known(&text(&mut parser)?, NewPeople::from_code, language)?)
                }
                // What becomes of the rows.
                Long("on-duplicate") => {
                    import.on_duplicate = known(&text(&mut parser)?, OnDuplicate::from_code, language)?
                }
                Long("no-phone") => import.phone_required = Some(false),
                Long("dry-run") => import.dry_run = true,
                Long("help") | Short('h') => return Ok(None),
                other => return Err(mistake(other.unexpected())),
            }
        }
        Ok(Some(arguments))
    }
}

/// The language of `--language`, wherever it stands: help and mistakes are in it, too.
pub(crate) fn language_asked_for() -> Language {
    let mut asked = Language::En;
    let mut arguments = std::env::args_os()
        .skip(1)
        .map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let code = match argument.strip_prefix("--language") {
            Some("") => arguments.next(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(language) = code.as_deref().and_then(Language::from_code) {
            asked = language;
        }
    }
    asked
}

pub(crate) fn usage(language: Language) -> &'static str {
    match language {
        Language::Zh => {
            "用法：quickstart [名单] [--db 路径] [--outcome 路径] [--language en|zh] [--dry-run]
  读取    [--encoding gb18030] [--delimiter 字符] [--sheet 名称] [--header-row 行号]
  含义    [--map 列名=字段|ignore] [--heading 列名=字段] [--default 字段=值] [--keep-columns]
          [--values 字段:词=值] [--date-format dmy|mdy|ymd|roc] [--region CN]
  跟进人  [--owner 登录名] [--owners 名字=登录名] [--new-people refuse|create|importer]
  每一行  [--on-duplicate skip|fill_blanks|create] [--no-phone]
带“=”的选项可以重复。"
        }
        Language::En => {
            "usage: quickstart [FILE] [--db PATH] [--outcome PATH] [--language en|zh] [--dry-run]
  reading  [--encoding gb18030] [--delimiter CHARACTER] [--sheet NAME] [--header-row LINE]
  meaning  [--map HEADING=field|ignore] [--heading HEADING=field] [--default field=value] [--keep-columns]
           [--values field:word=value] [--date-format dmy|mdy|ymd|roc] [--region CN]
  owners   [--owner LOGIN] [--owners NAME=LOGIN] [--new-people refuse|create|importer]
  rows     [--on-duplicate skip|fill_blanks|create] [--no-phone]
Options with \"=\" may be repeated."
        }
    }
}

/// What is wrong with the words of the command line.
fn mistake(error: &lexopt::Error, language: Language) -> String {
    if language == Language::En {
        return error.to_string();
    }
    match error {
        lexopt::Error::MissingValue { option } => {
            format!("缺少值：{}", option.as_deref().unwrap_or_default())
        }
        lexopt::Error::UnexpectedOption(option) => format!("没有这个选项：{option}"),
        lexopt::Error::UnexpectedValue { option, .. } => format!("选项不带值：{option}"),
        lexopt::Error::UnexpectedArgument(argument) => format!("多余的参数：{}", argument.display()),
        lexopt::Error::NonUnicodeValue(value) => format!("不是有效文本：{}", value.display()),
        _ => "参数有误".to_owned(),
    }
}

fn pair(text: &str, language: Language) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| {
        say!(
            language,
            "“{text}”应为“名=值”",
            "\"{text}\" is not of the form name=value"
        )
    })?;
    Ok((name.to_owned(), value.to_owned()))
}

fn triple(text: &str, language: Language) -> Result<(String, String, String), String> {
    let parts = text.split_once([':', '：']).and_then(|(field, rest)| {
        let (word, meaning) = rest.split_once('=')?;
        Some((field.to_owned(), word.to_owned(), meaning.to_owned()))
    });
    parts.ok_or_else(|| {
        say!(
            language,
            "“{text}”应为“字段:词=值”",
            "\"{text}\" is not of the form field:word=value"
        )
    })
}

fn delimiter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Some(b'\t'),
        [one] if one.is_ascii() => Some(*one),
        _ => None,
    }
}

fn known<T>(text: &str, find: impl Fn(&str) -> Option<T>, language: Language) -> Result<T, String> {
    find(text).ok_or_else(|| {
        say!(
            language,
            "“{text}”不在选项中",
            "\"{text}\" is not one of the choices"
        )
    })
}
