//! The package that Android apps take: classes, rules for shrinking, and a library for each kind of processor.

use super::kotlin;
use super::mobile::{self, PROFILE, empty};
use super::size::{self, Size};
use crate::house::House;
use crate::report::Report;
use crate::shell::{cargo, command, output, run};
use crate::system;
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The kinds of processor, as Android names them.
const ABIS: [&str; 3] = ["arm64-v8a", "armeabi-v7a", "x86_64"];

/// The oldest Android: 8.0.
const OLDEST: &str = "26";

/// The library's file.
const LIBRARY: &str = "libcrmkit_mobile.so";

/// What lies in every package.
const WITHOUT_LIBRARIES: [&str; 4] = ["AndroidManifest.xml", "R.txt", "classes.jar", "proguard.txt"];

/// Android has devices with pages of 16 KB, on which a 64-bit library must be laid out by them.
const PAGE: u64 = 16384;

/// Packs the library for Android; without what builds the libraries the package says by its name that it is not whole.
pub(crate) fn package(house: &House, report: &mut Report) -> Option<()> {
    report.step("android: tools", || kotlin::tools(house))?;
    let generated = mobile::prepare(house, report)?;
    report.step("android: classes", || {
        run(kotlin::maven(house, &generated, &["process-classes"]).arg("-DskipTests"))
    })?;
    let lacking = lacking();
    if !lacking.is_empty() {
        report.step("android: package without libraries", || {
            println!("written to {}", lay(house, None)?.display());
            Ok(())
        })?;
        report.not_checked("android: libraries", &format!("lacking: {}", lacking.join(", ")));
        return report.step(
            "android: size, of this machine's library linked as Android's is",
            || {
                let library = size::as_on_android(house, &mobile::release(house)?)?;
                Size::of(&library)?.check(env::consts::ARCH)
            },
        );
    }
    report.step("android: package", || {
        let libraries = libraries(house)?;
        println!("written to {}", lay(house, Some(&libraries))?.display());
        Ok(())
    })
}

/// What there is not of what builds the libraries.
fn lacking() -> Vec<&'static str> {
    let mut lacking = Vec::new();
    if !["ANDROID_NDK_HOME", "ANDROID_NDK_ROOT"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|folder| Path::new(&folder).is_dir()))
    {
        lacking.push("an Android NDK (ANDROID_NDK_HOME)");
    }
    if !system::has("cargo-ndk") {
        lacking.push("cargo-ndk (cargo install cargo-ndk)");
    }
    lacking
}

/// Builds the library for every kind of processor.
fn libraries(house: &House) -> Result<PathBuf> {
    let folder = house.target("kotlin/android/jni");
    empty(&folder)?;
    let mut build = cargo();
    build
        .current_dir(house.at(""))
        .args(["ndk", "--platform", OLDEST, "--output-dir"])
        .arg(&folder);
    build.args(ABIS.iter().flat_map(|abi| ["--target", abi]));
    run(build.args(["build", "--profile", PROFILE, "--package", "crm-mobile"]))?;
    for abi in ABIS {
        Size::of(&folder.join(abi).join(LIBRARY))?.check(abi)?;
    }
    Ok(folder)
}

/// Packs without libraries, and looks at what was packed.
pub(crate) fn check(house: &House) -> Result<()> {
    let package = lay(house, None)?;
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    if !name.contains("incomplete") {
        bail!("{name} has no libraries, and does not say so");
    }
    let classes = house.target("kotlin/android/aar/classes.jar");
    let classes = listed(&classes)?;
    if !classes.contains(&"dev/crmkit/Crm.class".to_owned()) {
        bail!("the package has no classes");
    }
    if let Some(native) = classes.iter().find(|name| name.ends_with(".so")) {
        bail!("the package has a library of the desktop: {native}");
    }
    Ok(())
}

/// Lays the package out and packs it.
fn lay(house: &House, libraries: Option<&Path>) -> Result<PathBuf> {
    let folder = house.target("kotlin/android/aar");
    empty(&folder)?;
    for name in ["AndroidManifest.xml", "proguard.txt"] {
        fs::copy(house.at("bindings/kotlin/android").join(name), folder.join(name))?;
    }
    // The resources, of which there are none.
    fs::write(folder.join("R.txt"), "")?;
    let classes = house.at("bindings/kotlin/target/classes");
    let mut jar = command("jar", ["--create", "--file"]);
    jar.arg(folder.join("classes.jar"));
    for inside in ["dev", "META-INF"] {
        jar.arg("-C").arg(&classes).arg(inside);
    }
    run(&mut jar)?;
    let mut expected: Vec<String> = WITHOUT_LIBRARIES.map(str::to_owned).to_vec();
    if let Some(libraries) = libraries {
        for abi in ABIS {
            let from = libraries.join(abi).join(LIBRARY);
            let to = folder.join("jni").join(abi);
            fs::create_dir_all(&to)?;
            if abi.contains("64") {
                check_pages(&from)?;
            }
            fs::copy(from, to.join(LIBRARY))?;
            expected.push(format!("jni/{abi}/{LIBRARY}"));
        }
    }
    let out = house.target("kotlin/android");
    let whole = if libraries.is_some() { "" } else { "-incomplete" };
    let version = env!("CARGO_PKG_VERSION");
    let package = out.join(format!("crmkit-android-{version}{whole}.aar"));
    let mut pack = command("jar", ["--create", "--no-manifest", "--file"]);
    run(pack.arg(&package).arg("-C").arg(&folder).arg("."))?;
    fs::copy(
        house.at("bindings/kotlin/android/pom.xml"),
        out.join(format!("crmkit-android-{version}.pom")),
    )?;
    let files = listed(&package)?;
    if files != expected {
        bail!("{} has {files:?}, not {expected:?}", package.display());
    }
    Ok(package)
}

/// The files in an archive, by name.
pub(crate) fn listed(archive: &Path) -> Result<Vec<String>> {
    let listed = output(command("jar", ["--list", "--file"]).arg(archive));
    let listed = listed.with_context(|| format!("{} is no archive", archive.display()))?;
    let mut files: Vec<String> = listed
        .lines()
        .filter(|name| !name.ends_with('/'))
        .map(str::to_owned)
        .collect();
    files.sort();
    Ok(files)
}

/// An error unless a library is laid out for pages of 16 KB.
pub(crate) fn check_pages(library: &Path) -> Result<()> {
    if cfg!(not(target_os = "linux")) {
        return Ok(());
    }
    let headers = output(command("readelf", ["--program-headers", "--wide"]).arg(library));
    let headers = headers.with_context(|| format!("readelf cannot read {}", library.display()))?;
    match alignments(&headers) {
        found if found.is_empty() => bail!("{} loads nothing", library.display()),
        found if found.iter().any(|alignment| *alignment < PAGE) => {
            bail!(
                "{} is not laid out for pages of 16 KB: {found:?}",
                library.display()
            )
        }
        _ => Ok(()),
    }
}

/// How what is loaded of a library is aligned: the last column of `readelf`.
fn alignments(headers: &str) -> Vec<u64> {
    let loads = headers
        .lines()
        .filter(|line| line.trim_start().starts_with("LOAD"));
    loads
        .filter_map(|line| line.split_whitespace().last()?.strip_prefix("0x"))
        .filter_map(|column| u64::from_str_radix(column, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignments_stand_in_the_last_column() {
        let headers = "\
  Type           Offset   VirtAddr           PhysAddr           FileSiz  MemSiz   Flg Align
  LOAD           0x000000 0x0000000000000000 0x0000000000000000 0x012345 0x012345 R   0x4000
  LOAD           0x012345 0x0000000000016345 0x0000000000016345 0x0abcde 0x0abcde R E 0x1000
  DYNAMIC        0x1f0000 0x00000000001f4000 0x00000000001f4000 0x000200 0x000200 RW  0x8
";
        assert_eq!(alignments(headers), [16384, 4096]);
    }
}
