//! Generates the Kotlin and Swift code out of the built library: `uniffi-bindgen generate --language … --out-dir …`.
//! `cargo xtask bindings` calls it, and puts right what it generates.

fn main() {
    uniffi::uniffi_bindgen_main();
}
