//! A folder with a database, and the built command on it.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test takes what it needs, and fails where it is"
)]

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

/// A folder of one test's own. No day of the machine's clock is asserted anywhere.
pub(crate) struct Desk {
    pub(crate) folder: tempfile::TempDir,
    language: &'static str,
}

/// What a command came to.
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Answer {
    /// A document of JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// JSON, one a line.
    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Desk {
    /// Set up by 林, the admin, in a language.
    pub(crate) fn new(language: &'static str) -> Self {
        let desk = Self::bare(language);
        desk.done(&["init", "--login", "lin", "--name", "Lin"]);
        desk
    }

    /// Without a database.
    pub(crate) fn bare(language: &'static str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder, language }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command, with nothing of the environment that it reads but what it is given here.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crmkit"));
        for variable in [
            "LC_ALL",
            "LC_MESSAGES",
            "USER",
            "LOGNAME",
            "USERNAME",
            "XDG_DATA_HOME",
        ] {
            command.env_remove(variable);
        }
        command
            .args(words)
            .env("CRMKIT_DB", self.path("crm.db"))
            .env("CRMKIT_USER", "lin")
            .env("HOME", self.folder.path())
            .env(
                "LANG",
                if self.language == "zh" {
                    "zh_CN.UTF-8"
                } else {
                    "C.UTF-8"
                },
            )
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Answer {
        self.command(words).output().unwrap().into()
    }

    /// Runs a command that is to succeed, and gives what it said.
    pub(crate) fn done(&self, words: &[&str]) -> String {
        let answer = self.run(words);
        assert_eq!(answer.code, 0, "{words:?}: {}{}", answer.out, answer.err);
        answer.out
    }

    /// With something to read.
    pub(crate) fn told(&self, words: &[&str], input: &str) -> Answer {
        let mut child = self.command(words).stdin(Stdio::piped()).spawn().unwrap();
        // Who does not read to the end has closed it.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// Enters a customer, and gives its number.
    pub(crate) fn customer(&self, name: &str, phone: &str) -> String {
        let customer = self.run(&[&["add", name, "--phone", phone, "--json"], &COMPANY[..]].concat());
        customer.json()["number"].as_str().unwrap().to_owned()
    }
}

/// What a customer needs besides its name and number.
pub(crate) const COMPANY: [&str; 8] = [
    "--kind",
    "enterprise",
    "--industry",
    "manufacturing",
    "--source",
    "referral",
    "--first-contact",
    "2024-04-28",
];

/// The example, which `cargo test` has built; with one test alone it may not have.
pub(crate) fn quickstart() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(Path::parent).unwrap().join("examples");
    let program = built.join(format!("quickstart{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let build = [
            "build",
            "--quiet",
            "--package",
            "crm-cli",
            "--example",
            "quickstart",
        ];
        assert!(
            Command::new(env!("CARGO"))
                .args(build)
                .status()
                .unwrap()
                .success()
        );
    }
    program
}
