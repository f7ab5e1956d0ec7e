//! Customers and contacts by number and identifier (R2.2, R2.10, R3.1).

use crm_core::{
    AddressKind, Band, Choice, Contact, Customer, CustomerKind, CustomerStatus, Phone, PhoneCheck, Size,
    SizeScale,
    store::{Scope, Store},
};

use crate::{
    Make,
    fixture::{
        add, archive, archived, assert_refused, commit, contact, customer, edit, full_customer, import,
        import_id, number, number_on, read, remove, staffed, user_id,
    },
};

fn get(store: &dyn Store, serial: u32) -> Option<Customer> {
    crate::fixture::get(store, number(serial))
}

/// What is read of a customer is what was written, with everything set and with nothing optional set.
pub fn keeps_every_field_of_customers(make: Make<'_>) {
    let store = staffed(make);
    let full = Customer {
        import: Some(import_id(1)),
        ..full_customer(number(1))
    };
    commit(&*store, [add(import(1)), add(full.clone())]);
    commit(&*store, [add(customer(number(2)))]);
    assert_eq!(get(&*store, 1), Some(full));
    assert_eq!(get(&*store, 2), Some(customer(number(2))));
    assert_eq!(get(&*store, 3), None);

    let mut each = Vec::new();
    each.extend(CustomerKind::ALL.iter().map(|&kind| Customer {
        kind,
        ..customer(number(1))
    }));
    each.extend(CustomerStatus::ALL.iter().map(|&status| Customer {
        status,
        ..customer(number(1))
    }));
    each.extend(SizeScale::ALL.iter().flat_map(|&scale| {
        Band::ALL.iter().map(move |&band| Customer {
            size: Some(Size { scale, band }),
            ..customer(number(1))
        })
    }));
    each.extend(PhoneCheck::ALL.iter().map(|&check| {
        let phone = Phone {
            check,
            primary: true,
            ..crate::fixture::phone("+862155550199")
        };
        Customer {
            phones: vec![phone],
            ..customer(number(1))
        }
    }));
    each.extend(AddressKind::ALL.iter().map(|&kind| {
        let addresses = vec![crm_core::Address::in_one_line(kind, "x")];
        Customer {
            addresses,
            ..customer(number(1))
        }
    }));
    each.extend(["", " ", "0", "null"].map(|text| {
        let some = Some(text.to_owned());
        let detail = Choice {
            code: "it".to_owned(),
            detail: some.clone(),
        };
        Customer {
            note: some,
            industry: detail.clone(),
            source: detail,
            ..customer(number(1))
        }
    }));
    for customer in each {
        let before = get(&*store, 1).unwrap();
        commit(&*store, [edit(&before, &customer)]);
        assert_eq!(get(&*store, 1), Some(customer));
    }
    // The serial past 9999, and a number whose year is the last one.
    let wide = customer(number_on(3, 12_345));
    let late = customer("CRM9999123199999999".parse().unwrap());
    commit(&*store, [add(wide.clone()), add(late.clone())]);
    for there in [wide, late] {
        assert_eq!(crate::fixture::get(&*store, there.number), Some(there));
    }
}

/// A change replaces every field, from all to nothing and back.
pub fn replaces_every_field(make: Make<'_>) {
    let store = staffed(make);
    let (full, bare) = (full_customer(number(1)), customer(number(1)));
    commit(&*store, [add(full.clone()), add(customer(number(2)))]);
    for (before, after) in [(&full, &bare), (&bare, &full)] {
        commit(&*store, [edit(before, after)]);
        assert_eq!(get(&*store, 1).as_ref(), Some(after));
        assert_eq!(
            get(&*store, 2),
            Some(customer(number(2))),
            "another's fields stay"
        );
    }
    // Lists shrink, grow and change their order.
    let mut shuffled = full.clone();
    shuffled.phones.reverse();
    shuffled.addresses.remove(1);
    shuffled.tags.rotate_left(2);
    shuffled.registrations.rotate_left(1);
    shuffled.aliases.insert(0, "新".to_owned());
    shuffled.extra.remove("a");
    commit(&*store, [edit(&full, &shuffled)]);
    assert_eq!(get(&*store, 1), Some(shuffled));
}

/// An alias finds its customers in any width, case and script form, archived or not, in order.
pub fn finds_by_alias(make: Make<'_>) {
    let store = staffed(make);
    let aliased = |serial, aliases: &[&str]| Customer {
        aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
        ..customer(number(serial))
    };
    let (second, first) = (aliased(2, &["KH-7", "華東1"]), aliased(1, &["x", "kh-7"]));
    commit(&*store, [add(second.clone()), add(customer(number(3)))]);
    let found = |alias: &str| {
        let numbers = read(&*store, |tx| tx.customers_by_alias(alias));
        numbers.iter().map(|number| number.serial()).collect::<Vec<_>>()
    };
    for alias in ["KH-7", "kh-7", "ＫＨ-７", " kh-7 ", "华东1"] {
        assert_eq!(found(alias), [2], "{alias}");
    }
    for alias in ["KH-", "H-7", "x", "", "%", "kh_7"] {
        assert!(found(alias).is_empty(), "{alias}");
    }
    commit(&*store, [add(first.clone())]);
    assert_eq!(found("KH-7"), [1, 2]);
    commit(&*store, [archive(&first)]);
    assert_eq!(found("KH-7"), [1, 2]);
    commit(&*store, [edit(&archived(&first), &aliased(1, &["y"]))]);
    assert_eq!(
        (found("KH-7"), found("x"), found("Y")),
        (vec![2], Vec::new(), vec![1])
    );
}

/// The host's identifier finds its customer, exactly, archived or not, and follows an edit.
pub fn finds_by_external_id(make: Make<'_>) {
    let store = staffed(make);
    let known = |serial, id: Option<&str>| Customer {
        external_id: id.map(str::to_owned),
        ..customer(number(serial))
    };
    let (a, b) = (known(1, Some("erp:1")), known(2, Some("ERP:1")));
    commit(&*store, [add(a.clone()), add(b.clone()), add(known(3, None))]);
    let found = |id: &str| read(&*store, |tx| tx.customer_by_external_id(id));
    assert_eq!(
        (found("erp:1"), found("ERP:1")),
        (Some(number(1)), Some(number(2)))
    );
    assert_eq!((found("erp:"), found(""), found("erp:1 ")), (None, None, None));
    commit(&*store, [edit(&a, &known(1, Some("new")))]);
    assert_eq!((found("erp:1"), found("new")), (None, Some(number(1))));
    commit(&*store, [edit(&b, &known(2, Some("erp:1")))]);
    commit(&*store, [archive(&known(2, Some("erp:1")))]);
    assert_eq!(found("erp:1"), Some(number(2)));
    commit(&*store, [edit(&known(1, Some("new")), &known(1, None))]);
    assert_eq!(found("new"), None);
}

/// An archived customer is there by its number, with its contacts, and can be taken back.
pub fn archives(make: Make<'_>) {
    let store = staffed(make);
    let before = full_customer(number(1));
    commit(
        &*store,
        [add(before.clone()), add(contact(1, number(1))), archive(&before)],
    );
    assert_eq!(get(&*store, 1), Some(archived(&before)));
    assert_eq!(
        read(&*store, |tx| tx.contacts(number(1), &Scope::all())),
        [contact(1, number(1))]
    );
    let restored = Customer {
        archived_at: None,
        revision: 9,
        ..before.clone()
    };
    commit(&*store, [edit(&archived(&before), &restored)]);
    assert_eq!(get(&*store, 1), Some(restored));
}

/// Adding what is there already, changing what is not, and naming what is not, is refused.
pub fn refuses_customers_that_do_not_fit(make: Make<'_>) {
    let store = staffed(make);
    let held = Customer {
        external_id: Some("erp:1".to_owned()),
        ..customer(number(1))
    };
    commit(
        &*store,
        [
            add(held.clone()),
            add(customer(number(2))),
            add(contact(1, number(1))),
        ],
    );
    commit(&*store, [archive(&held)]);
    let nobody = user_id(99);
    let at = |serial| customer(number(serial));
    let edited = |after: Customer| edit(&customer(after.number), &after);
    let moved = |customer| Contact {
        customer: number(customer),
        ..contact(1, number(1))
    };
    assert_refused(
        &*store,
        [
            add(at(1)),
            add(Customer {
                external_id: held.external_id.clone(),
                ..at(3)
            }),
            add(Customer {
                owner: nobody,
                ..at(3)
            }),
            add(Customer {
                created_by: Some(nobody),
                ..at(3)
            }),
            edited(at(3)),
            edited(Customer {
                external_id: held.external_id.clone(),
                ..at(2)
            }),
            edited(Customer {
                owner: nobody,
                ..at(2)
            }),
            archive(&at(3)),
            remove(&at(3)),
            add(contact(1, number(2))),
            add(contact(2, number(3))),
            edit(&contact(2, number(1)), &contact(2, number(1))),
            edit(&moved(1), &moved(3)),
            remove(&contact(2, number(1))),
        ]
        .map(|step| [step]),
    );
    commit(&*store, [edit(&moved(1), &moved(2)), remove(&moved(2))]);
    assert_eq!(crate::fixture::get::<Contact>(&*store, moved(1).id), None);
    commit(&*store, [add(moved(2))]);
}
