//! The bytes of attachments (R4.2), and what is listed of them.

use crm_core::{
    Attachment, AttachmentId, Content, Contract, ContractId, Error, FollowUp, PageRequest, PickEntry, Result,
    store::{AttachmentFilter, Batch, ContractFilter, Scope, Store, StoreExt},
};

use crate::{
    Make,
    fixture::{add, assert_refused, commit, customer, deal, edit, instant, number, read, staffed},
    sample::Sample,
};

fn content(bytes: &[u8]) -> Content {
    let mut content = Content::default();
    content.append(bytes).unwrap();
    content
}

fn kept(contents: Vec<Content>) -> Batch {
    Batch {
        contents,
        ..Batch::default()
    }
}

fn parts(store: &dyn Store, digest: &str) -> Vec<Vec<u8>> {
    read(store, |tx| {
        let mut parts = Vec::new();
        while let Some(part) = tx.content_part(digest, parts.len() as u32)? {
            parts.push(part);
        }
        Ok(parts)
    })
}

/// Bytes are read back part by part as they came in; the same ones twice are those; what was rolled back is not there.
pub fn keeps_contents(make: Make<'_>) {
    let store = staffed(make);
    let two: Vec<u8> = (0..Content::PART + 1).map(|at| (at % 251) as u8).collect();
    let (large, small, nothing) = (content(&two), content(&[0, 1, 255]), Content::default());
    let batch = kept(vec![large.clone(), small.clone(), nothing.clone(), small.clone()]);
    store.write_with(|tx| tx.apply(&batch)).unwrap();
    store
        .write_with(|tx| tx.apply(&kept(vec![large.clone()])))
        .unwrap();
    assert_eq!(
        parts(&*store, &large.digest()),
        [&two[..Content::PART], &two[Content::PART..]]
    );
    assert_eq!(parts(&*store, &small.digest()), [[0, 1, 255]]);
    assert_eq!(parts(&*store, &nothing.digest()), Vec::<Vec<u8>>::new());

    let gone = content(b"gone");
    let rolled_back: Result<()> = store.write_with(|tx| {
        tx.apply(&kept(vec![gone.clone()]))?;
        assert!(tx.content_part(&gone.digest(), 0)?.is_some(), "it sees its own");
        Err(Error::internal("rolls back"))
    });
    assert!(rolled_back.is_err());
    assert!(parts(&*store, &gone.digest()).is_empty());
}

fn file(n: u8) -> Attachment {
    Attachment {
        id: AttachmentId::from_bytes([n; 16]),
        customer: number(1),
        revision: 1,
        follow_up: None,
        contract: None,
        opportunity: None,
        kind: crm_core::Choice::of("quote"),
        name: format!("{n}.pdf"),
        media_type: "application/pdf".to_owned(),
        size: 3,
        digest: content(&[n]).digest(),
        created_at: instant(i64::from(n)),
        created_by: None,
        archived_at: None,
    }
}

/// Attachments are listed by what they belong to, and are out of lists with it; a contract without a scan is known by them.
pub fn lists_attachments(make: Make<'_>) {
    let store = staffed(make);
    commit(&*store, [1, 2].map(|serial| add(customer(number(serial)))));
    commit(&*store, [add(deal(1, number(1)))]);
    let talk = first(FollowUp::random(), |talk: &FollowUp| talk.opportunity.is_none());
    let talk = FollowUp {
        customer: number(1),
        by: crate::fixture::user_id(1),
        created_by: None,
        archived_at: None,
        ..talk
    };
    let contract = first(Contract::random(), |contract: &Contract| {
        contract.opportunity.is_none() && contract.renews.is_none()
    });
    let contract = Contract {
        id: ContractId::from_bytes([7; 16]),
        customer: number(1),
        credited_to: crate::fixture::user_id(1),
        created_by: None,
        voided_at: None,
        archived_at: None,
        ..contract
    };
    commit(&*store, [add(talk.clone())]);
    commit(&*store, [add(contract.clone())]);
    let of_talk = Attachment {
        follow_up: Some(talk.id),
        ..file(1)
    };
    let of_contract = Attachment {
        contract: Some(contract.id),
        ..file(2)
    };
    let others = [
        file(3),
        Attachment {
            customer: number(2),
            archived_at: Some(instant(9)),
            ..file(4)
        },
    ];
    for record in [&of_talk, &of_contract].into_iter().chain(&others) {
        commit(&*store, [add(record.clone())]);
    }
    let names = |filter: AttachmentFilter| {
        let page = read(&*store, |tx| {
            tx.attachments(&filter, &Scope::all(), &PageRequest::first(10))
        });
        page.items.into_iter().map(|file| file.name).collect::<Vec<_>>()
    };
    let any = AttachmentFilter::default;
    let archived = || AttachmentFilter {
        archived: true,
        ..any()
    };
    assert_eq!(names(any()), ["3.pdf", "2.pdf", "1.pdf"]);
    assert_eq!(names(archived()), ["4.pdf", "3.pdf", "2.pdf", "1.pdf"]);
    assert_eq!(
        names(AttachmentFilter {
            follow_up: Some(talk.id),
            ..any()
        }),
        ["1.pdf"]
    );
    assert_eq!(
        names(AttachmentFilter {
            contract: Some(contract.id),
            ..any()
        }),
        ["2.pdf"]
    );
    assert_eq!(
        names(AttachmentFilter {
            customer: Some(number(2)),
            ..any()
        }),
        Vec::<String>::new()
    );
    assert_eq!(
        names(AttachmentFilter {
            kind: Some("other".into()),
            ..archived()
        }),
        Vec::<String>::new()
    );

    let without = |store: &dyn Store| {
        let filter = ContractFilter {
            without_scan: true,
            ..ContractFilter::default()
        };
        let page = read(store, |tx| {
            tx.contracts(&filter, &Scope::all(), &PageRequest::first(10))
        });
        page.items.len()
    };
    assert_eq!(without(&*store), 1, "a quote is no scan");
    let scan = Attachment {
        kind: crm_core::Choice::of(PickEntry::CONTRACT_SCAN),
        revision: 2,
        ..of_contract.clone()
    };
    commit(&*store, [edit(&of_contract, &scan)]);
    assert_eq!(without(&*store), 0);
    let put_away = Attachment {
        archived_at: Some(instant(9)),
        ..scan.clone()
    };
    commit(&*store, [edit(&scan, &put_away)]);
    assert_eq!(without(&*store), 1, "one that is archived is none");

    let gone = FollowUp {
        archived_at: Some(instant(9)),
        ..talk.clone()
    };
    commit(&*store, [edit(&talk, &gone)]);
    assert_eq!(names(any()), ["3.pdf"], "nor what belongs to what is archived");
    let nobody = Attachment {
        contract: Some(ContractId::from_bytes([9; 16])),
        ..file(5)
    };
    assert_refused(&*store, [[add(nobody)]]);
}

/// The first random record that will do.
fn first<T: std::fmt::Debug>(random: proptest::strategy::BoxedStrategy<T>, wanted: impl Fn(&T) -> bool) -> T {
    use proptest::{
        strategy::{Strategy, ValueTree},
        test_runner::TestRunner,
    };

    let mut runner = TestRunner::deterministic();
    loop {
        let record = random.new_tree(&mut runner).unwrap().current();
        if wanted(&record) {
            return record;
        }
    }
}
