//! What a database is opened with.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use std::fs;

use crmkit::{Code, OpenOptions, SettingsEdit};

#[test]
fn r8_7_settings_that_cannot_be_leave_no_file_behind() {
    let folder = tempfile::tempdir().unwrap();
    let options = OpenOptions {
        settings: vec![SettingsEdit::TimeZone {
            value: "Mars/Olympus".into(),
        }],
        ..OpenOptions::default()
    };
    let refused = crmkit::open(folder.path().join("crm.db"), options)
        .map(drop)
        .unwrap_err();
    assert_eq!(refused.code(), Code::SettingInvalid);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
