//! What the counting store counts; and that it does, beside, what every store must do.

use std::sync::Arc;

use crm_conformance::{
    Counting,
    fixture::{add, apply, customer, instant, number, user, user_id},
};
use crm_core::{
    Customer, CustomerNumber, Lane, Result, User,
    store::{RecordsExt, Scope, Store, StoreExt, memory::MemoryStore},
};

mod as_every_store {
    use super::*;

    crm_conformance::conformance!(|| {
        let counting = Arc::into_inner(Counting::new(Box::new(MemoryStore::new())));
        Box::new(counting.unwrap()) as Box<dyn Store>
    });
}

#[test]
fn each_read_and_each_write_is_a_round_trip() {
    let counting = Counting::new(Box::new(MemoryStore::new()));
    assert_eq!(counting.taken(), 0);
    let number = counting
        .write_with(|tx| {
            let serial = tx.next_serial("2024-05-01".parse().unwrap(), Lane::SHARED)?;
            assert_eq!(counting.taken(), 1);
            let number = number(serial);
            apply(tx, [add(user(1)), add(customer(number))])?;
            assert_eq!(counting.taken(), 1, "whatever it writes");
            tx.users()?;
            let there: Option<Customer> = tx.record(number, &Scope::all())?;
            assert!(there.is_some());
            Ok(number)
        })
        .unwrap();
    assert_eq!(counting.taken(), 2, "a write transaction's reads");
    assert_eq!(counting.taken(), 0);
    let read = |body: &mut dyn FnMut(&dyn crm_core::store::StoreRead) -> Result<()>| {
        counting.read(body).unwrap();
        counting.taken()
    };
    assert_eq!(read(&mut |_| Ok(())), 0, "what is not asked");
    let many: Vec<CustomerNumber> = vec![number; 100];
    assert_eq!(
        read(&mut |tx| {
            let _: Vec<Customer> = tx.records(&many, &Scope::all())?;
            let _: Vec<User> = tx.records(&[user_id(1)], &Scope::all())?;
            Ok(())
        }),
        2,
        "many at once are one"
    );
    // What comes with the transaction's beginning.
    assert_eq!(read(&mut |tx| tx.caller(user_id(1), instant(1)).map(|_| ())), 0);
    assert_eq!(read(&mut |tx| tx.log_head().map(|_| ())), 0);
}
