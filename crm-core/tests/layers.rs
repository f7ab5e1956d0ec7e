//! That the modules which tell who is the same use one another without circles: each only those that the documentation of
//! `matching` names to its left. And that no two of their types share a name.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// The text of each module, without its comments.
fn modules() -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/matching");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let text = fs::read_to_string(&path).unwrap();
            let code: Vec<&str> = text.lines().filter_map(|line| line.split("//").next()).collect();
            (name, code.join("\n"))
        })
        .collect()
}

/// In which layer each module stands, as the documentation draws them.
fn layers() -> BTreeMap<String, usize> {
    let text = include_str!("../src/matching/mod.rs");
    let drawn: Vec<&str> = text.lines().filter(|line| line.starts_with("//! `")).collect();
    let mut layers = BTreeMap::new();
    for (layer, names) in drawn.join(" ").split('→').enumerate() {
        layers.extend(
            names
                .split('`')
                .skip(1)
                .step_by(2)
                .map(|name| (name.to_owned(), layer)),
        );
    }
    layers
}

const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The first name of the path that `text` starts with, or of each in the braces that it starts with.
fn heads(text: &str) -> Vec<String> {
    let mut heads = vec![String::new()];
    let (mut depth, mut in_head) = (0, true);
    for c in text.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {
                heads.push(String::new());
                in_head = true;
            }
            c if in_head && (is_word(c) || c == '*') => heads.last_mut().unwrap().push(c),
            c if c.is_whitespace() => {}
            _ => in_head = false,
        }
        if depth == 0 && (c == '}' || !in_head) {
            break;
        }
    }
    heads
}

/// What a module takes from its siblings: the first names of all paths that begin with this.
fn taken(code: &str, prefix: &str) -> BTreeSet<String> {
    let paths = code
        .match_indices(prefix)
        .filter_map(|(at, _)| code.get(at + prefix.len()..));
    paths.flat_map(heads).collect()
}

#[test]
fn a_module_of_matching_uses_only_those_to_its_left() {
    let modules = modules();
    let layers = layers();
    let named: Vec<&String> = layers.keys().collect();
    let there: Vec<&String> = modules.keys().filter(|name| *name != "mod").collect();
    assert_eq!(named, there, "the documentation of matching names each module");

    // What matching hands on is its module's all the same.
    let mut home = BTreeMap::new();
    for line in modules["mod"].lines() {
        if let Some((module, names)) = line
            .strip_prefix("pub use ")
            .and_then(|path| path.split_once("::"))
        {
            home.extend(heads(names).into_iter().map(|name| (name, module)));
        }
    }
    let mut circles = Vec::new();
    for (name, code) in modules.iter().filter(|(name, _)| *name != "mod") {
        let mut used = taken(code, "super::");
        used.extend(taken(code, "crate::matching::"));
        for item in &used {
            let module = match layers.contains_key(item) {
                true => item,
                false => home.get(item).copied().unwrap_or(name),
            };
            if module != name && layers[module] >= layers[name] {
                circles.push(format!("{name} uses {module}"));
            }
        }
    }
    assert_eq!(circles, [""; 0]);
}

#[test]
fn no_two_types_of_matching_share_a_name() {
    let mut homes = BTreeMap::<String, Vec<String>>::new();
    for (module, code) in modules() {
        for line in code.lines() {
            let item = line
                .trim_start()
                .trim_start_matches("pub")
                .trim_start_matches("(super)")
                .trim_start();
            let kinds = ["struct ", "enum ", "type ", "trait "];
            if let Some(rest) = kinds.iter().find_map(|kind| item.strip_prefix(kind)) {
                let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
                homes.entry(name).or_default().push(module.clone());
            }
        }
    }
    assert!(homes.contains_key("NameParts"), "{homes:?}");
    homes.retain(|_, modules| modules.len() > 1);
    assert!(homes.is_empty(), "{homes:?}");
}
