//! Generates the Kotlin and Swift code out of the built library.

fn main() {
    uniffi::uniffi_bindgen_main();
}
