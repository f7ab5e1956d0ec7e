//! What the READMEs of Kotlin and Swift show is what their tests run.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

/// The block of a README in this language.
fn shown<'a>(readme: &'a str, language: &str) -> &'a str {
    let (_, after) = readme.split_once(&format!("```{language}\n")).unwrap();
    after.split_once("```").unwrap().0
}

#[test]
fn the_kotlin_tests_run_what_the_readme_shows() {
    let readme = include_str!("../../bindings/kotlin/README.md");
    let run = include_str!("../../bindings/kotlin/src/test/kotlin/Readme.kt");
    assert_eq!(shown(readme, "kotlin"), run);
}

#[test]
fn the_kotlin_view_model_is_the_example() {
    let readme = include_str!("../../bindings/kotlin/README.md");
    let example = include_str!("../../examples/kotlin/CustomersViewModel.kt");
    let (_, from) = example.split_once("// README: from here\n").unwrap();
    let (model, _) = from.split_once("// README: to here\n").unwrap();
    let (_, section) = readme.split_once("## A view model\n").unwrap();
    assert_eq!(shown(section, "kotlin"), model);
}

#[test]
fn the_swift_tests_run_what_the_readme_shows() {
    let readme = include_str!("../../bindings/swift/README.md");
    let test = include_str!("../../bindings/swift/Tests/CrmkitTests/ReadmeTests.swift");
    let (_, from) = test.split_once("// README: from here\n").unwrap();
    let (run, _) = from.split_once("// README: to here\n").unwrap();
    assert_eq!(shown(readme, "swift"), format!("import Crmkit\n\n{run}"));
}

#[test]
fn the_swift_readme_shows_the_example_as_it_is() {
    let readme = include_str!("../../bindings/swift/README.md");
    let example = include_str!("../../examples/swift/CustomerList.swift");
    let (_, from) = example.split_once("// README: from here\n").unwrap();
    let (part, _) = from.split_once("// README: to here\n").unwrap();
    let (_, after) = readme.split_once("## A view model\n").unwrap();
    assert_eq!(shown(after, "swift"), part);
}
