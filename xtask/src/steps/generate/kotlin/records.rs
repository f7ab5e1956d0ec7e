//! The constructors of records: what a caller of Kotlin's or Java's leaves out.

use super::code::Code;
use crate::steps::generate::{camel, default_state, drafts, snake};
use anyhow::Result;
use crm_core::describe::{Record, Type};

/// What begins a record that has fields, behind which its name stands.
const BEGINS: &str = "\ndata class ";

/// What ends its fields.
const ENDS: &str = "\n)";

/// Has a state that is left out be the one that the core takes it for: uniffi knows no default for an enum.
pub(super) fn with_states(code: Code) -> Result<Code> {
    drafts().try_fold(code, with_states_of)
}

fn with_states_of(code: Code, record: &'static Record) -> Result<Code> {
    let begins = format!("{BEGINS}{} (\n", record.name);
    record
        .fields
        .iter()
        .try_fold(code, |code, field| match (default_state(field), field.of) {
            (Some(state), Type::States(states)) => code.blocks(&begins, ENDS, |fields| {
                let declared = format!("    val `{}`: {}", camel(field.name), states.name);
                let default = format!(
                    "{declared} = {}.{}\n",
                    states.name,
                    snake(state.name).to_uppercase()
                );
                let fields = Code::new(fields.to_owned()).one(&format!("{declared}\n"), &default)?;
                Ok(format!("{begins}{}{ENDS}", fields.text()))
            }),
            _ => Ok(code),
        })
}

/// Has Java leave out what has a default, from the last field on.
pub(super) fn with_overloads(code: Code) -> Result<Code> {
    code.blocks(BEGINS, ENDS, |record| {
        let has_default = |line: &str| line.trim_start().starts_with("val `") && line.contains(" = ");
        let record = match record.split_once(" (\n") {
            Some((name, fields)) if fields.lines().any(has_default) => {
                format!("{name} @JvmOverloads constructor(\n{fields}")
            }
            _ => record.to_owned(),
        };
        Ok(format!("{BEGINS}{record}{ENDS}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crm_core::TaskQuery;

    fn code(text: &str) -> Code {
        Code::new(text.to_owned())
    }

    #[test]
    fn a_state_has_its_default() {
        let declared = "\ndata class TaskQuery (\n    val `list`: TaskList\n    ,\n)";
        let code = with_states_of(code(declared), &TaskQuery::RECORD).unwrap();
        assert!(
            code.text()
                .contains("    val `list`: TaskList = TaskList.TODAY\n"),
            "{code:?}"
        );
        assert!(
            with_states_of(code, &TaskQuery::RECORD).is_err(),
            "it is there already"
        );
    }

    #[test]
    fn java_leaves_out_what_has_a_default() {
        let declared = "\ndata class A (\n    /** a = b */\n    val `a`: Int\n) {}\ndata class B (\n    val `b`: Int = 1\n) {}";
        assert_eq!(
            with_overloads(code(declared)).unwrap().text(),
            "\ndata class A (\n    /** a = b */\n    val `a`: Int\n) {}\ndata class B @JvmOverloads constructor(\n    val `b`: Int = 1\n) {}"
        );
    }
}
