//! Customers and contacts by number and identifier (R2.2, R2.10, R3.1).

use crm_core::{
    AddressKind, Band, Choice, Customer, CustomerKind, CustomerStatus, Phone, PhoneCheck, Size, SizeScale,
    store::{Change, Scope, Store},
};

use crate::{
    Make,
    contacts::edit_contact,
    fixture::{
        add, add_contact, archive, archived, commit, contact, contact_id, customer, edit, full_customer,
        import, import_id, number, number_on, read, staffed, user_id,
    },
    people::assert_refused,
};

fn get(store: &dyn Store, serial: u32) -> Option<Customer> {
    read(store, |tx| tx.customer(number(serial), &Scope::all()))
}

/// What is read of a customer is what was written, with everything set and with nothing optional set.
pub fn keeps_every_field_of_customers(make: Make<'_>) {
    let store = staffed(make);
    let full = Customer {
        import: Some(import_id(1)),
        ..full_customer(number(1))
    };
    commit(
        &*store,
        [
            Change::PutImport {
                import: import(1),
                rows: Vec::new(),
            },
            add(full.clone()),
        ],
    );
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
    assert_eq!(
        read(&*store, |tx| tx.customer(wide.number, &Scope::all())),
        Some(wide)
    );
    assert_eq!(
        read(&*store, |tx| tx.customer(late.number, &Scope::all())),
        Some(late)
    );
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

/// A number is in use when a customer has it, archived or not.
pub fn knows_numbers_in_use(make: Make<'_>) {
    let store = staffed(make);
    let taken = |number| read(&*store, |tx| tx.number_taken(number));
    commit(&*store, [add(customer(number(500)))]);
    assert!(taken(number(500)));
    assert!(!taken(number(499)) && !taken(number(501)) && !taken(number_on(2, 500)));
    commit(&*store, [archive(&customer(number(500)))]);
    assert!(taken(number(500)));
}

/// An archived customer is there by its number, with its contacts, and can be taken back.
pub fn archives(make: Make<'_>) {
    let store = staffed(make);
    let before = full_customer(number(1));
    commit(
        &*store,
        [
            add(before.clone()),
            add_contact(contact(1, number(1))),
            archive(&before),
        ],
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
            add_contact(contact(1, number(1))),
        ],
    );
    commit(&*store, [archive(&held)]);
    let nobody = user_id(99);
    let at = |serial| customer(number(serial));
    let edited = |customer: Customer| edit(&customer, &customer);
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
            add_contact(contact(1, number(2))),
            add_contact(contact(2, number(3))),
            edit_contact(&contact(2, number(1)), &contact(2, number(1))),
            Change::SayDistinct {
                a: number(1),
                b: number(3),
            },
            Change::SayDistinct {
                a: number(3),
                b: number(1),
            },
        ],
    );
}

/// What is out of scope does not exist, for every read that takes one.
pub fn keeps_to_the_scope(make: Make<'_>) {
    let store = staffed(make);
    let of = |serial, owner| Customer {
        owner: user_id(owner),
        ..customer(number(serial))
    };
    commit(
        &*store,
        [(1, 1), (2, 2), (3, 3)].map(|(serial, owner)| add(of(serial, owner))),
    );
    commit(
        &*store,
        [1, 2, 3].map(|n| add_contact(contact(n, number(n.into())))),
    );
    let seen = |owners: Option<&[u8]>| {
        let scope = match owners {
            None => Scope::all(),
            Some(owners) => Scope::of_owners(owners.iter().map(|&n| user_id(n))),
        };
        let mut there = Vec::new();
        for n in 1..=3 {
            let number = number(n.into());
            let customer = read(&*store, |tx| tx.customer(number, &scope)).is_some();
            let contact = read(&*store, |tx| tx.contact(contact_id(n), &scope)).is_some();
            let contacts = read(&*store, |tx| tx.contacts(number, &scope)).len() == 1;
            assert_eq!(
                (customer, contact),
                (contact, contacts),
                "{number} for {owners:?}"
            );
            there.extend(customer.then_some(n));
        }
        there
    };
    assert_eq!(seen(None), [1, 2, 3]);
    assert_eq!(seen(Some(&[2])), [2]);
    assert_eq!(seen(Some(&[3, 1])), [1, 3]);
    assert!(seen(Some(&[99])).is_empty() && seen(Some(&[])).is_empty());
    // Scope goes by the owner of now.
    commit(&*store, [edit(&of(1, 1), &of(1, 2))]);
    assert_eq!((seen(Some(&[1])), seen(Some(&[2]))), (vec![], vec![1, 2]));
}
