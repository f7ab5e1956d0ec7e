//! What uniffi generates, put right for Kotlin's users.

use super::{calls, code::Code, docs, surface};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Puts the generated files in a folder right.
pub(super) fn adapt(folder: &Path) -> Result<()> {
    file(&folder.join("dev/crmkit/crmkit.kt"), surface::objects)?;
    file(&folder.join("dev/crmkit/model/crmkit_model.kt"), surface::records)
}

fn file(path: &Path, put_right: impl Fn(Code) -> Result<Code>) -> Result<()> {
    let code = calls::keep_memory(Code::new(fs::read_to_string(path)?))
        .and_then(put_right)
        .and_then(calls::leave_out_uncalled)
        .and_then(docs::put_right)
        .with_context(|| path.display().to_string())?;
    Ok(fs::write(path, code.into_text())?)
}
