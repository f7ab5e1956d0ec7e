//! What the READMEs of Kotlin and Swift show is what their tests run.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

/// The block of a README in this language.
fn shown<'a>(readme: &'a str, language: &str) -> &'a str {
    let (_, after) = readme.split_once(&format!("```{language}\n")).unwrap();
    after.split_once("```").unwrap().0
}

/// What a file says that a README shows of it.
fn marked(file: &str) -> &str {
    let (_, from) = file.split_once("// README: from here\n").unwrap();
    from.split_once("// README: to here\n").unwrap().0
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
    let (_, section) = readme.split_once("## A view model\n").unwrap();
    assert_eq!(shown(section, "kotlin"), marked(example));
}

#[test]
fn the_deal_in_kotlin_is_the_example() {
    let readme = include_str!("../../bindings/kotlin/README.md");
    let (_, section) = readme.split_once("## A salesperson's day\n").unwrap();
    let example = include_str!("../../examples/kotlin/Sales.kt");
    assert_eq!(shown(section, "kotlin"), marked(example));
}

#[test]
fn the_swift_tests_run_what_the_readme_shows() {
    let readme = include_str!("../../bindings/swift/README.md");
    let test = include_str!("../../bindings/swift/Tests/CrmkitTests/ReadmeTests.swift");
    assert_eq!(
        shown(readme, "swift"),
        format!("import Crmkit\n\n{}", marked(test))
    );
}

#[test]
fn the_deal_in_swift_is_the_example() {
    let readme = include_str!("../../bindings/swift/README.md");
    let (_, section) = readme.split_once("## A salesperson's day\n").unwrap();
    let example = include_str!("../../examples/swift/Sales.swift");
    assert_eq!(shown(section, "swift"), marked(example));
}

#[test]
fn the_swift_readme_shows_the_example_as_it_is() {
    let readme = include_str!("../../bindings/swift/README.md");
    let example = include_str!("../../examples/swift/CustomerList.swift");
    let (_, after) = readme.split_once("## A view model\n").unwrap();
    assert_eq!(shown(after, "swift"), marked(example));
}
