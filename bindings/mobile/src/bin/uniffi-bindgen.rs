//! Generates the Kotlin and Swift code out of the built library: `uniffi-bindgen generate --language … --out-dir …`.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// How the generated Kotlin makes a call: with a new JNA structure for its status each time, which costs more than what
/// most calls do.
const NEW_STATUS: &str = "\
    var status = UniffiRustCallStatus()
    val return_value = callback(status)
    uniffiCheckCallStatus(errorHandler, status)
    return return_value
}
";

/// How it makes a call instead: with the thread's own status, unless a call within a call has it. Its memory is all
/// zero between calls; of a call that succeeds only the code is read.
const KEPT_STATUS: &str = "\
    val status = UniffiIdleStatus.take()
    try {
        val return_value = callback(status)
        if (status.pointer.getByte(0) != UNIFFI_CALL_SUCCESS) {
            status.read()
            uniffiCheckCallStatus(errorHandler, status)
        }
        return return_value
    } finally {
        UniffiIdleStatus.give(status)
    }
}

private object UniffiIdleStatus {
    private val idle = ThreadLocal<UniffiRustCallStatus?>()

    fun take(): UniffiRustCallStatus {
        val status = idle.get() ?: return UniffiRustCallStatus().also {
            it.write()
            it.setAutoSynch(false)
        }
        idle.set(null)
        return status
    }

    fun give(status: UniffiRustCallStatus) {
        status.clear()
        idle.set(status)
    }
}
";

fn main() -> ExitCode {
    uniffi::uniffi_bindgen_main();
    let arguments: Vec<String> = env::args().collect();
    let value_of = |name: &str| {
        let mut after = arguments.iter().skip_while(|argument| *argument != name);
        after.nth(1)
    };
    let (Some("kotlin"), Some(folder)) = (value_of("--language").map(String::as_str), value_of("--out-dir"))
    else {
        return ExitCode::SUCCESS;
    };
    match keep_statuses(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{folder}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Has every generated file in a folder keep its statuses.
fn keep_statuses(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            keep_statuses(&path)?;
        } else if path.extension().is_some_and(|extension| extension == "kt") {
            let code = fs::read_to_string(&path)?;
            if code.matches(NEW_STATUS).count() != 1 {
                return Err(io::Error::other(
                    "uniffi generates calls in another way than it did",
                ));
            }
            fs::write(&path, code.replace(NEW_STATUS, KEPT_STATUS))?;
        }
    }
    Ok(())
}
