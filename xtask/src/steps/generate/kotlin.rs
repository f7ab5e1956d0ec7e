//! Kotlin's code: what uniffi generates, put right, and beside it the names of fields.

mod adapt;
mod calls;
mod code;
mod docs;
mod enums;
mod records;
mod surface;

use super::NOT_BY_HAND;
use anyhow::Result;
use crm_core::describe;
use std::fs;
use std::path::Path;

/// Puts right what uniffi has generated in a folder, and adds what it cannot know.
pub(crate) fn finish(folder: &Path) -> Result<()> {
    adapt::adapt(folder)?;
    Ok(fs::write(folder.join("dev/crmkit/model/Fields.kt"), fields())?)
}

/// `Fields.kt`.
fn fields() -> String {
    let mut text = format!(
        "\
package dev.crmkit.model

// {NOT_BY_HAND}

/** The names of fields, as problems, conflicts and changes have them. */
object Fields {{
"
    );
    for (name, label) in describe::field_names() {
        let constant = name.replace('.', "_").to_uppercase();
        text += &format!("    /** {label} */\n    const val {constant} = \"{name}\"\n");
    }
    text + "}\n"
}
