//! Links the library for devices with pages of 16 KB, which Android requires of 64-bit libraries.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if ["linux", "android"].contains(&target("OS").as_str()) && target("POINTER_WIDTH") == "64" {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-z,max-page-size=16384");
    }
}
