//! Reminders (R4.6) of two hosts on one file.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use std::{path::Path, sync::Arc};

use crmkit::{
    Choice, Crm, CustomerKind, DuplicateCheck, FixedClock, NaiveDate, NewCustomer, NewFollowUp, OpenOptions,
    Reminder,
};

fn open(path: &Path, now: &str) -> Crm {
    let options = OpenOptions {
        clock: Some(Arc::new(FixedClock(now.parse().unwrap()))),
        ..OpenOptions::default()
    };
    crmkit::open(path, options).unwrap()
}

fn due(crm: &Crm) -> Vec<Reminder> {
    crm.session("lin").unwrap().reminders().due(100).unwrap()
}

#[test]
fn r4_6_two_hosts_offer_the_same_key_until_one_of_them_confirms_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("crm.db");
    let first = open(&path, "2024-05-15T01:00:00Z");
    first.set_up("lin", "林").unwrap();
    let me = first.session("lin").unwrap();
    let new = NewCustomer {
        name: "上海示例科技有限公司".into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec!["021-5555 0199".into()],
        source: Some(Choice::of("转介绍")),
        first_contact: NaiveDate::from_ymd_opt(2024, 5, 1),
        ..NewCustomer::default()
    };
    let customer = me.customers().create(&new, DuplicateCheck::Refuse).unwrap();
    let talk = NewFollowUp {
        method: Some(Choice::of("phone")),
        topic: "方案反馈".into(),
        content: Some("客户要求报价".into()),
        next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 15),
        ..NewFollowUp::default()
    };
    me.follow_ups().add(&customer, &talk).unwrap();

    // The second one's clock is a minute ahead.
    let second = open(&path, "2024-05-15T01:01:00Z");
    let (offered, again) = (due(&first), due(&second));
    assert_eq!(offered.len(), 1);
    assert_eq!(offered, again);
    // Asking again writes nothing.
    let version = first.version().unwrap();
    assert_eq!((due(&first), due(&second)), (offered.clone(), offered.clone()));
    assert_eq!(first.version().unwrap(), version);

    let key = &offered.first().unwrap().key;
    second.session("lin").unwrap().reminders().confirm(key).unwrap();
    assert_eq!((due(&first), due(&second)), (Vec::new(), Vec::new()));
}
