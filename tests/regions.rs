//! Numbers of a business in another country (R2.2).
#![allow(clippy::unwrap_used, reason = "clippy knows tests by their attribute only")]

use crmkit::{
    Choice, Code, CustomerKind, DuplicateCheck, NewContact, NewCustomer, OpenOptions, Region, SettingsEdit,
};

#[test]
fn r2_2_a_business_in_america_types_its_own_numbers() {
    let options = OpenOptions {
        settings: vec![SettingsEdit::Region {
            value: Region::from_code("US").unwrap(),
        }],
        ..OpenOptions::default()
    };
    let crm = crmkit::open(crmkit::IN_MEMORY, options).unwrap();
    crm.set_up("ann", "Ann").unwrap();
    let me = crm.session("ann").unwrap();
    let customer = NewCustomer {
        name: "Acme Inc".into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("manufacturing")),
        phones: vec!["(415) 555-2671 x12".into()],
        source: Some(Choice::of("referral")),
        first_contact: crmkit::NaiveDate::from_ymd_opt(2024, 4, 28),
        ..NewCustomer::default()
    };
    let contact = NewContact {
        name: "Bob".into(),
        mobile: "415 555 2672".into(),
        ..NewContact::default()
    };
    let created = me.customers().create(&customer, DuplicateCheck::Refuse);
    if !cfg!(feature = "phone-metadata") {
        let error = created.unwrap_err();
        assert_eq!(
            (error.code(), error.fields()),
            (Code::PhoneNoCountryCode, vec!["phones".to_owned()])
        );
        return;
    }
    let created = created.unwrap();
    let phones = created
        .phones
        .iter()
        .map(|phone| (phone.e164.as_deref(), phone.extension.as_deref()));
    assert_eq!(phones.collect::<Vec<_>>(), [(Some("+14155552671"), Some("12"))]);
    let contact = me.contacts().add(created.number, &contact).unwrap();
    assert_eq!(contact.mobile_e164.as_deref(), Some("+14155552672"));
    let bare = NewCustomer {
        name: "Widget Works".into(),
        phones: vec!["555-2671".into()],
        ..customer
    };
    let refused = me.customers().create(&bare, DuplicateCheck::Refuse).unwrap_err();
    assert_eq!(
        (refused.code(), refused.fields()),
        (Code::PhoneNoAreaCode, vec!["phones".to_owned()])
    );
}
