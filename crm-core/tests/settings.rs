//! The settings of the business (R8.7): one record for every program on the database.
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

mod common;

use std::sync::Arc;

use common::{CountingIds, TestClock, World, code, customer};
use crm_core::{
    Crm, Language, Role, SettingsEdit, service::DuplicateCheck::Refuse, store::memory::MemoryStore,
};

fn crm(store: &Arc<MemoryStore>, time_zone: Option<&str>) -> Crm {
    let clock = TestClock::at("2024-05-01T17:00:00Z");
    let zone = time_zone.map(|zone| SettingsEdit::TimeZone { value: zone.into() });
    let given = zone.into_iter().collect();
    Crm::new(
        store.clone(),
        Arc::new(clock),
        Arc::new(CountingIds::default()),
        given,
        Language::En,
    )
}

#[test]
fn r8_7_two_programs_on_one_database_never_number_differently() {
    let store = Arc::new(MemoryStore::new());
    let first = crm(&store, Some("UTC"));
    // Opened before the database is set up, with another zone.
    let second = crm(&store, Some("Asia/Shanghai"));
    first.set_up("lin", "Lin").unwrap();
    assert_eq!(code(second.session("lin").map(|_| ())), "setting.differs");
    assert_eq!(code(second.system().map(|_| ())), "setting.differs");
    assert_eq!(code(second.check_settings()), "setting.differs");
    // Whoever was agreed with goes on after an admin's change; whoever opens by then does not.
    let lin = first.session("lin").unwrap();
    let to = |value: &str| [SettingsEdit::TimeZone { value: value.into() }];
    lin.settings().update(1, &to("Asia/Tokyo")).unwrap();
    assert!(first.session("lin").is_ok());
    assert_eq!(code(crm(&store, Some("UTC")).check_settings()), "setting.differs");
    lin.settings().update(2, &to("UTC")).unwrap();
    let silent = crm(&store, None);
    silent.check_settings().unwrap();
    for crm in [&first, &silent] {
        let lin = crm.session("lin").unwrap();
        assert_eq!(lin.settings().get().unwrap().time_zone, "UTC");
    }
    let lin = silent.session("lin").unwrap();
    let there = lin
        .customers()
        .create(&customer("上海示例科技有限公司", "021-55550199"), Refuse)
        .unwrap();
    assert_eq!(
        there.number.to_string(),
        "CRM202405010001",
        "the day is that of UTC"
    );
}

#[test]
fn r8_7_an_admin_changes_them_and_they_hold_at_once() {
    let world = World::new();
    let lin = world.admin();
    let before = lin.settings().get().unwrap();
    let zone = |value: &str| [SettingsEdit::TimeZone { value: value.into() }];
    world.clock.set("2024-05-01T20:00:00Z");
    let create = |name: &str, phone: &str| {
        let there = world
            .admin()
            .customers()
            .create(&customer(name, phone), Refuse)
            .unwrap();
        there.number.to_string()
    };
    assert_eq!(create("上海示例科技有限公司", "021-55550199"), "CRM202405020001");
    let after = lin.settings().update(before.revision, &zone("UTC")).unwrap();
    assert_eq!((after.revision, after.time_zone.as_str()), (2, "UTC"));
    assert_eq!(create("北京远洋贸易有限公司", "010-55550199"), "CRM202405010001");
    assert_eq!(
        world.crm.check_settings(),
        Ok(()),
        "whoever was agreed with goes on"
    );
    assert_eq!(code(lin.settings().update(1, &zone("UTC"))), "revision.stale");
    assert_eq!(
        code(lin.settings().update(2, &zone("Nowhere"))),
        "setting.invalid"
    );
    let (_, wang) = world.user("wang", Role::Supervisor, None);
    assert_eq!(code(wang.settings().update(2, &zone("UTC"))), "access.denied");
    assert_eq!(wang.settings().get().unwrap(), after);
}
