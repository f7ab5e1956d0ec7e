//! Links the library for devices with pages of 16 KB, which Android requires of 64-bit libraries, and has what Android's loader
//! puts right be packed: it is a seventh of the library, and Android reads it packed since its version 6.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if ["linux", "android"].contains(&target("OS").as_str()) && target("POINTER_WIDTH") == "64" {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-z,max-page-size=16384");
    }
    if target("OS") == "android" {
        println!("cargo::rustc-link-arg-cdylib=-Wl,--pack-dyn-relocs=android");
    }
}
