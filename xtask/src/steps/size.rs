//! How large the library for a telephone is, for one kind of processor.

use super::mobile::{self, Library};
use crate::house::House;
use crate::shell::{command, output, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};

/// It may have this many megabytes.
pub(crate) const MB: f64 = 6.0;

/// And this many compressed, as it is downloaded.
pub(crate) const GZIPPED_MB: f64 = 2.6;

/// In megabytes.
#[derive(Debug)]
pub(crate) struct Size {
    pub(crate) whole: f64,
    pub(crate) gzipped: f64,
}

impl Size {
    /// That of a stripped library.
    pub(crate) fn of(library: &Path) -> Result<Self> {
        let mut compress = command("sh", ["-c", "gzip -9 -c \"$0\" | wc -c"]);
        let gzipped = output(compress.arg(library)).and_then(|bytes| bytes.trim().parse::<f64>().ok());
        Ok(Self {
            whole: fs::metadata(library)?.len() as f64 / 1e6,
            gzipped: gzipped.context("there is no gzip")? / 1e6,
        })
    }

    /// Says it beside what is allowed; an error if it is more.
    pub(crate) fn check(&self, of: &str) -> Result<()> {
        println!(
            "{of}: {:.2} MB of {MB}, {:.2} MB of {GZIPPED_MB} compressed",
            self.whole, self.gzipped
        );
        if self.whole > MB || self.gzipped > GZIPPED_MB {
            bail!("the library is too large");
        }
        Ok(())
    }
}

/// The library of this machine, linked from its archive as Android's is: what its loader has to put right is packed, which the
/// loaders of older desktops do not read. Elsewhere than on Linux, stripped alone.
pub(crate) fn as_on_android(house: &House, library: &Library) -> Result<PathBuf> {
    let small = house.target("mobile-as-on-android.so");
    if cfg!(not(target_os = "linux")) {
        mobile::strip(&library.file, &small)?;
        return Ok(small);
    }
    let seen =
        output(command("nm", ["--dynamic", "--defined-only", "--format=just-symbols"]).arg(&library.file));
    let seen = seen.context("nm cannot read the library")?;
    let script = house.target("mobile-as-on-android.map");
    let names: String = seen.lines().map(|name| format!("{name};\n")).collect();
    fs::write(&script, format!("{{ global:\n{names}local: *; }};\n"))?;
    let linker = output(&mut command("rustc", ["--print", "target-libdir"])).context("there is no rustc")?;
    let linker = Path::new(linker.trim()).with_file_name("bin").join("gcc-ld");
    let mut link = command("cc", ["-shared", "-fuse-ld=lld"]);
    link.arg(format!("-B{}", linker.display()));
    link.args(["-Wl,--whole-archive"])
        .arg(library.file.with_extension("a"))
        .args(["-Wl,--no-whole-archive", "-Wl,--gc-sections", "-Wl,--strip-all"])
        .args([
            "-Wl,--eh-frame-hdr",
            "-Wl,-z,relro,-z,now",
            "-Wl,-z,max-page-size=16384",
        ])
        .arg(format!("-Wl,--version-script={}", script.display()))
        .args(["-Wl,--pack-dyn-relocs=android", "-lc", "-lm", "-lgcc_s", "-o"]);
    run(link.arg(&small))?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_larger_than_is_allowed_is_an_error() {
        let size = |whole, gzipped| Size { whole, gzipped }.check("the library");
        assert!(size(MB, GZIPPED_MB).is_ok());
        assert!(size(MB + 0.01, 1.0).is_err());
        assert!(size(1.0, GZIPPED_MB + 0.01).is_err());
    }
}
