//! Enums that know their codes and labels without calling the library.

use super::code::Code;
use crate::steps::generate::snake;
use anyhow::Result;
use crm_core::describe::{self, States};

/// What ends an enum: calls end at the beginning of a line, too.
const ENDS: &str = "\n    companion object\n}\n";

/// Puts an enum with codes and labels in the place of each whose functions call the library.
pub(super) fn put_right(code: Code) -> Result<Code> {
    describe::states().iter().try_fold(code, |code, states| {
        let begins = format!("\nenum class {} {{\n", states.name);
        code.blocks(&begins, ENDS, |_calling| Ok(written(states)))
    })
}

fn written(states: &States) -> String {
    let name = states.name;
    let mut text = format!(
        "
enum class {name}(
    /** The stable code, the same in every language and in the store. */
    val code: String,
    private val zh: String,
    private val en: String,
) {{
"
    );
    for state in states.states {
        text += &format!(
            "    /**\n     * {}\n     */\n    {}({}, {}, {}),\n",
            describe::text(state.about).replace('\n', "\n     * "),
            snake(state.name).to_uppercase(),
            literal(state.code),
            literal(state.zh),
            literal(state.en),
        );
    }
    text + &format!(
        "    ;

    /**
     * What a person reads.
     */
    fun label(language: Language): String = when (language) {{
        Language.ZH -> zh
        Language.EN -> en
    }}

    companion object {{
        /**
         * The one with this code; `null` if there is none.
         */
        @JvmStatic
        fun fromCode(code: String): {name}? = entries.find {{ it.code == code }}
    }}
}}
"
    )
}

/// A text as Kotlin writes it.
fn literal(text: &str) -> String {
    format!("{text:?}").replace('$', "\\$")
}
