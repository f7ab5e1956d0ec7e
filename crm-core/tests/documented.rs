//! That every use case shows how it is called.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The sources under a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    found
}

/// The public functions whose documentation has no example, of how many.
fn without_example(code: &str) -> (Vec<&str>, usize) {
    let (mut without, mut all, mut example) = (Vec::new(), 0, false);
    for line in code.lines().map(str::trim_start) {
        if let Some(signature) = line.strip_prefix("pub fn ") {
            all += 1;
            if !example {
                without.push(signature.split('(').next().unwrap());
            }
        }
        // An example belongs to the item that it stands before, attributes or not.
        example = match line {
            _ if line.starts_with("/// ```") => true,
            _ if line.starts_with("///") || line.starts_with('#') => example,
            _ => false,
        };
    }
    (without, all)
}

#[test]
fn every_public_function_of_a_session_has_an_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service");
    let mut all = 0;
    for path in sources(&folder) {
        let code = fs::read_to_string(&path).unwrap();
        let (without, here) = without_example(&code);
        assert_eq!(without, [""; 0], "{}", path.display());
        all += here;
    }
    assert!(all > 60, "{all} functions were looked at");
}

#[test]
fn what_has_no_example_is_named() {
    let code = "/// Takes.\n///\n/// ```\n/// take();\n/// ```\n#[must_use]\npub fn take() {}\n\n/// Gives.\npub fn give() {}\n";
    assert_eq!(without_example(code), (vec!["give"], 2));
}
