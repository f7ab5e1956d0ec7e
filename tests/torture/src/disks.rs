//! Disks that are full: no file of the process may grow beyond a limit, which rises from run to run.

use std::process::Command;

use anyhow::{Result, ensure};
use crm_match_eval::random::Random;

use crate::{
    counts::Counts,
    desk::Desk,
    worker::{Work, command},
};

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let mut random = Random::new(seed);
    let desk = Desk::new()?;
    // In blocks of 512 bytes; the database begins with some 300 KB.
    let mut blocks = 600;
    for run in 0..4 {
        blocks += random.below(400);
        let worker = command(
            &desk,
            Work::Enter {
                from: run * 10_000,
                many: 60,
            },
        )?;
        // Growing beyond the limit is an error then, and no signal.
        let mut limited = Command::new("sh");
        limited.args([
            "-c",
            &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""),
            "sh",
        ]);
        limited.arg(worker.get_program()).args(worker.get_args());
        let output = limited.output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        // Opening may fail, too; typed, and nothing lost.
        ensure!(
            output.status.code().is_some_and(|code| code == 0 || code == 2),
            "{said}"
        );
        ensure!(!said.contains("internal") && !said.contains("内部错误"), "{said}");
        counts.add("full disks", 1);
        desk.verify(counts)?;
    }
    Ok(())
}
