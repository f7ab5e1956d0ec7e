//! Contacts (R3.1), by identifier and by customer.

use crm_core::{Contact, store::Scope};

use crate::{
    Make,
    fixture::{add, commit, contact, contact_id, customer, edit, get, instant, number, read, staffed},
};

fn full_contact(n: u8, serial: u32) -> Contact {
    let some = |text: &str| Some(text.to_owned());
    Contact {
        revision: 4,
        name: "张 'x' 😀".to_owned(),
        title: some("经理"),
        mobile: "139 1234 5678".to_owned(),
        phone: some("021-55550199转8"),
        phone_e164: some("+862155550199"),
        email: some("a@b.example"),
        wechat: some("wx_1"),
        primary: true,
        role: some("采购"),
        ..contact(n, number(serial))
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
            add(full_contact(1, 1)),
            add(bare.clone()),
        ],
    );
    let get = |n| get::<Contact>(&*store, contact_id(n));
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
        [edit(&full_contact(1, 1), &emptied), edit(&bare, &filled)],
    );
    assert_eq!((get(1), get(2)), (Some(emptied.clone()), Some(filled)));
    let gone = Contact {
        archived_at: Some(instant(5)),
        ..emptied.clone()
    };
    commit(&*store, [edit(&emptied, &gone)]);
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
    commit(&*store, contacts.iter().chain([&other]).cloned().map(add));
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
    commit(&*store, [edit(&contacts[1], &gone)]);
    assert_eq!(listed(1), [9, 5, 1].map(contact_id));
}

/// A contact can pass to another customer, as the last of its contacts or between them, by when it was entered.
pub fn moves_contacts(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, [1, 2].map(|serial| add(customer(number(serial)))));
    let entered = [(1, 1), (2, 2), (3, 1), (4, 2)].map(|(n, serial)| contact(n, number(serial)));
    commit(&*store, entered.iter().cloned().map(add));
    let moved = Contact {
        customer: number(2),
        ..entered[2].clone()
    };
    commit(&*store, [edit(&entered[2], &moved)]);
    let listed = |serial| {
        let contacts = read(&*store, |tx| tx.contacts(number(serial), &Scope::all()));
        contacts.into_iter().map(|contact| contact.id).collect::<Vec<_>>()
    };
    assert_eq!(listed(1), [1].map(contact_id));
    assert_eq!(listed(2), [2, 3, 4].map(contact_id));
    let dossiers = read(&*store, |tx| tx.dossiers(&[number(1), number(2)]));
    assert_eq!(dossiers[0].contacts, [entered[0].clone()]);
    assert_eq!(
        dossiers[1].contacts,
        [entered[1].clone(), moved, entered[3].clone()]
    );
}

/// Rows are written as they are: it is no matter of a store's that a customer has one primary contact.
pub fn knows_no_rule(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, [add(customer(number(1)))]);
    let contacts = [5, 3, 9].map(|n| Contact {
        primary: n != 3,
        ..contact(n, number(1))
    });
    commit(&*store, contacts.iter().cloned().map(add));
    for contact in &contacts {
        assert_eq!(get(&*store, contact.id).as_ref(), Some(contact));
    }
    let [a, b, c] = contacts;
    assert_eq!(
        read(&*store, |tx| tx.contacts(number(1), &Scope::all())),
        [a, c, b]
    );
}
