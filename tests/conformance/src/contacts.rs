//! Contacts (R3.1), by identifier and by customer.

use crm_core::{
    Contact,
    store::{Change, CustomerKeys, Scope},
};

use crate::{
    Make,
    fixture::{add, add_contact, commit, contact, contact_id, customer, instant, number, read, staffed},
};

fn full_contact(n: u8, serial: u32) -> Contact {
    let some = |text: &str| Some(text.to_owned());
    Contact {
        revision: 4,
        name: "张 'x' 😀".to_owned(),
        title: some("经理"),
        mobile: "139 1234 5678".to_owned(),
        email: some("a@b.example"),
        wechat: some("wx_1"),
        primary: true,
        role: some("采购"),
        ..contact(n, number(serial))
    }
}

pub(crate) fn edit_contact(before: &Contact, after: &Contact) -> Change {
    Change::EditContact {
        before: before.clone(),
        after: after.clone(),
        keys: CustomerKeys::default(),
    }
}

/// What is read of a contact is what was written, when added and when changed.
pub fn keeps_every_field_of_contacts(make: Make<'_>) {
    let store = staffed(make);
    let bare = Contact {
        mobile_e164: None,
        ..contact(2, number(1))
    };
    commit(
        &*store,
        [
            add(customer(number(1))),
            add_contact(full_contact(1, 1)),
            add_contact(bare.clone()),
        ],
    );
    let get = |n| read(&*store, |tx| tx.contact(contact_id(n), &Scope::all()));
    assert_eq!(get(1), Some(full_contact(1, 1)));
    assert_eq!(get(2), Some(bare.clone()));
    assert_eq!(get(3), None);
    let (emptied, filled) = (
        Contact {
            revision: 5,
            ..contact(1, number(1))
        },
        full_contact(2, 1),
    );
    commit(
        &*store,
        [
            edit_contact(&full_contact(1, 1), &emptied),
            edit_contact(&bare, &filled),
        ],
    );
    assert_eq!((get(1), get(2)), (Some(emptied.clone()), Some(filled)));
    let gone = Contact {
        archived_at: Some(instant(5)),
        ..emptied.clone()
    };
    commit(&*store, [edit_contact(&emptied, &gone)]);
    assert_eq!(get(1), Some(gone));
}

/// The primary contact comes first, the others as they were entered, archived ones not at all.
pub fn orders_contacts(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, [1, 2].map(|serial| add(customer(number(serial)))));
    let contacts = [5, 3, 9, 1].map(|n| Contact {
        primary: n == 9,
        ..contact(n, number(1))
    });
    let other = Contact {
        primary: true,
        ..contact(4, number(2))
    };
    commit(&*store, contacts.iter().chain([&other]).cloned().map(add_contact));
    let listed = |serial| {
        let contacts = read(&*store, |tx| tx.contacts(number(serial), &Scope::all()));
        contacts.into_iter().map(|contact| contact.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(1), [9, 5, 3, 1].map(contact_id));
    assert_eq!((listed(2), listed(3)), (vec![contact_id(4)], Vec::new()));
    let gone = Contact {
        archived_at: Some(instant(5)),
        ..contacts[1].clone()
    };
    commit(&*store, [edit_contact(&contacts[1], &gone)]);
    assert_eq!(listed(1), [9, 5, 1].map(contact_id));
}

/// Making a contact primary, when added or changed, unmakes the other of the same customer, whose revision rises.
pub fn switches_the_primary_contact(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, [1, 2].map(|serial| add(customer(number(serial)))));
    let primary = |n, serial| Contact {
        primary: true,
        ..contact(n, number(serial))
    };
    let there = |serial| {
        let contacts = read(&*store, |tx| tx.contacts(number(serial), &Scope::all()));
        contacts
            .into_iter()
            .map(|c| (c.id, c.primary, c.revision))
            .collect::<Vec<_>>()
    };
    commit(
        &*store,
        [
            add_contact(primary(1, 1)),
            add_contact(contact(2, number(1))),
            add_contact(primary(9, 2)),
        ],
    );
    let [one, two, three] = [1, 2, 3].map(contact_id);
    assert_eq!(there(1), [(one, true, 1), (two, false, 1)]);
    commit(&*store, [add_contact(primary(3, 1))]);
    assert_eq!(there(1), [(three, true, 1), (one, false, 2), (two, false, 1)]);
    let again = Contact {
        revision: 3,
        ..primary(1, 1)
    };
    commit(
        &*store,
        [edit_contact(
            &Contact {
                primary: false,
                revision: 2,
                ..again.clone()
            },
            &again,
        )],
    );
    assert_eq!(there(1), [(one, true, 3), (two, false, 1), (three, false, 2)]);
    // One that is primary already touches nobody.
    let renamed = Contact {
        revision: 4,
        name: "改".to_owned(),
        ..again.clone()
    };
    commit(&*store, [edit_contact(&again, &renamed)]);
    assert_eq!(there(1), [(one, true, 4), (two, false, 1), (three, false, 2)]);
    assert_eq!(there(2), [(contact_id(9), true, 1)], "another customer's stays");
}
