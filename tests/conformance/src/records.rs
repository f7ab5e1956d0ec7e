//! Records by key (`Records`), of whichever sort: many at once, in scope.

use crm_core::{
    Answer, Contact, Customer, CustomerNumber, Import, PickEntry, Settings, Team, User, built_in_entries,
    store::{Record, Records, Scope, Store, StoreRead},
};

use crate::{
    Make,
    fixture::{
        add, archive, commit, contact, contact_id, customer, deal_id, edit, import, instant, number, read,
        settings, staffed, team, user, user_id,
    },
};

fn owned(serial: u32, owner: u8) -> Customer {
    Customer {
        owner: user_id(owner),
        ..customer(number(serial))
    }
}

/// Customers 1, 2 and 3 of the owners of these numbers, with a contact each, and an answer about 2 and 3.
fn three(make: Make<'_>) -> Box<dyn Store> {
    let store = staffed(make);
    commit(&*store, [1, 2, 3].map(|n| add(owned(n.into(), n))));
    commit(&*store, [1, 2, 3].map(|n| add(contact(n, number(n.into())))));
    commit(&*store, [add(Answer::about(number(2), number(3)))]);
    store
}

fn in_bulk<T: Record>(store: &dyn Store, records: &[T], missing: T::Key)
where
    for<'a> dyn StoreRead + 'a: Records<T>,
{
    // Backwards, with one that is not there between them.
    let mut keys: Vec<T::Key> = records.iter().rev().map(T::key).collect();
    keys.insert(1, missing);
    let found = read(store, |tx| tx.records(&keys, &Scope::all()));
    assert!(found.iter().eq(records.iter().rev()), "{found:?}");
    assert_eq!(read(store, |tx| tx.records(&[], &Scope::all())), Vec::<T>::new());
}

/// Many records are read at once, of every sort, in the order of the keys that are given; what is not there is left out,
/// what is archived is not.
pub fn reads_many_at_once(make: Make<'_>) {
    let store = staffed(make);
    let users = [1, 2, 3].map(user);
    let teams = [4, 2, 3].map(team);
    let mut customers = [1, 3, 2, 5].map(|serial| customer(number(serial)));
    let mut contacts = [1, 2, 3].map(|n| contact(n, number(n.into())));
    let answers = [(1, 2), (2, 3), (1, 5)].map(|(a, b)| Answer::about(number(a), number(b)));
    let imports = [2, 1].map(import);
    let entries = built_in_entries();
    commit(&*store, teams.iter().cloned().map(add));
    commit(&*store, customers.iter().cloned().map(add));
    commit(&*store, contacts.iter().cloned().map(add));
    commit(&*store, answers.map(add));
    commit(&*store, imports.iter().cloned().map(add));
    commit(&*store, entries.iter().cloned().map(add));
    commit(&*store, [add(settings()), archive(&customers[1])]);
    customers[1] = crate::fixture::archived(&customers[1]);
    let gone = Contact {
        archived_at: Some(instant(3)),
        ..contacts[1].clone()
    };
    commit(&*store, [edit(&contacts[1], &gone)]);
    contacts[1] = gone;

    let counted = read(&*store, |tx| {
        Ok([
            Records::<Customer>::count(tx)?,
            Records::<Contact>::count(tx)?,
            Records::<Answer>::count(tx)?,
            Records::<Import>::count(tx)?,
        ])
    });
    assert_eq!(counted, [4, 3, 3, 2], "archived ones too");

    in_bulk(&*store, &users, user_id(9));
    in_bulk(&*store, &teams, team(9).id);
    in_bulk(&*store, &customers, number(9));
    in_bulk(&*store, &contacts, contact_id(9));
    in_bulk(&*store, &answers, (number(2), number(5)));
    in_bulk(&*store, &imports, import(9).id);
    let missing = (entries[0].list, "missing".to_owned());
    in_bulk(&*store, &entries, missing);
    let there: Vec<Settings> = read(&*store, |tx| tx.records(&[()], &Scope::all()));
    assert_eq!(there, [settings()]);
}

/// More keys than a statement would take are read at once, too.
pub fn reads_very_many_at_once(make: Make<'_>) {
    let store = staffed(make);
    let customers: Vec<Customer> = (1..=1500).map(|serial| customer(number(serial))).collect();
    commit(&*store, customers.iter().cloned().map(add));
    let numbers: Vec<CustomerNumber> = (1..=40_000).rev().map(number).collect();
    let found: Vec<Customer> = read(&*store, |tx| tx.records(&numbers, &Scope::all()));
    assert!(found.iter().eq(customers.iter().rev()));
    let found = read(&*store, |tx| tx.dossiers(&numbers));
    assert!(
        found
            .iter()
            .map(|dossier| &dossier.customer)
            .eq(customers.iter().rev())
    );
    assert_eq!(
        read(&*store, |tx| tx.distinct_from(&numbers)).len(),
        numbers.len()
    );
}

/// What is seen of the customers 1 to 3, of their contacts, and of the answer about 2 and 3.
fn seen(store: &dyn Store, scope: &Scope) -> (Vec<u32>, bool) {
    let numbers = [1, 2, 3].map(number);
    let customers: Vec<Customer> = read(store, |tx| tx.records(&numbers, scope));
    let customers: Vec<CustomerNumber> = customers.into_iter().map(|customer| customer.number).collect();
    let contacts: Vec<Contact> = read(store, |tx| tx.records(&[1, 2, 3].map(contact_id), scope));
    let of_contacts: Vec<CustomerNumber> = contacts.into_iter().map(|contact| contact.customer).collect();
    assert_eq!(customers, of_contacts, "{scope:?}");
    for number in numbers {
        let listed = read(store, |tx| tx.contacts(number, scope)).len() == 1;
        assert_eq!(listed, customers.contains(&number), "{number} in {scope:?}");
    }
    let answers: Vec<Answer> = read(store, |tx| tx.records(&[(number(2), number(3))], scope));
    (
        customers.into_iter().map(CustomerNumber::serial).collect(),
        !answers.is_empty(),
    )
}

/// A record is in scope if all of its customer is: of an owner in scope, or granted by name; basics are not all.
pub fn keeps_to_the_scope(make: Make<'_>) {
    let store = three(make);
    let of = |owners: &[u8]| Scope::of_owners(owners.iter().map(|&n| user_id(n)));
    let granted = |serials: &[u32]| serials.iter().map(|&serial| number(serial)).collect::<Vec<_>>();
    let deals = |serials: &[u32]| {
        let of = |&serial: &u32| (deal_id(9), number(serial));
        serials.iter().map(of).collect::<Vec<_>>()
    };
    let none = Vec::<u32>::new;
    for (scope, customers, answer) in [
        (Scope::all(), vec![1, 2, 3], true),
        (of(&[2]), vec![2], true),
        (of(&[3, 1]), vec![1, 3], false),
        (of(&[99]), none(), false),
        (of(&[]), none(), false),
        (of(&[1]).with_granted(granted(&[2])), vec![1, 2], true),
        (of(&[1]).with_granted(granted(&[1, 3, 99])), vec![1, 3], false),
        (of(&[]).with_granted(granted(&[3])), vec![3], false),
        (of(&[1]).with_deals(deals(&[2, 3])), vec![1], false),
        (
            of(&[]).with_granted(granted(&[2])).with_deals(deals(&[2, 1])),
            vec![2],
            true,
        ),
        (Scope::all().with_deals(deals(&[2])), vec![1, 2, 3], true),
    ] {
        assert_eq!(seen(&*store, &scope), (customers, answer), "{scope:?}");
    }
    // Scope goes by the owner of now, archived or not.
    commit(&*store, [edit(&owned(1, 1), &owned(1, 2))]);
    assert_eq!(seen(&*store, &of(&[1])).0, none());
    assert_eq!(seen(&*store, &of(&[2])).0, [1, 2]);
    commit(&*store, [archive(&owned(1, 2))]);
    assert_eq!(seen(&*store, &of(&[2])).0, [1, 2]);
}

/// What hangs on no customer is in every scope.
pub fn shows_what_hangs_on_no_customer(make: Make<'_>) {
    let store = staffed(make);
    let entry = built_in_entries().remove(0);
    commit(
        &*store,
        [add(team(1)), add(import(1)), add(settings()), add(entry.clone())],
    );
    let nothing = Scope::of_owners([]);
    let teams: Vec<Team> = read(&*store, |tx| tx.records(&[team(1).id], &nothing));
    let imports: Vec<Import> = read(&*store, |tx| tx.records(&[import(1).id], &nothing));
    let there: Vec<Settings> = read(&*store, |tx| tx.records(&[()], &nothing));
    let entries: Vec<PickEntry> = read(&*store, |tx| tx.records(&[entry.key()], &nothing));
    let users: Vec<User> = read(&*store, |tx| tx.records(&[1, 9].map(user_id), &nothing));
    assert_eq!((teams, imports), (vec![team(1)], vec![import(1)]));
    assert_eq!(
        (there, entries, users),
        (vec![settings()], vec![entry], vec![user(1)])
    );
}
