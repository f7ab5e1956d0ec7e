//! Walking the log: where it stops being what was written (R8.5).

use std::collections::BTreeSet;

use super::{GENESIS, Payload, digest_of, hash_of};
use crate::model::{AuditEntry, AuditKind};

/// Where a log stops being what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The first entry that is missing, changed, emptied by hand, or out of place.
    pub seq: u64,
}

/// Walks a log from its first entry and tells where it breaks.
#[derive(Clone, Debug)]
pub struct Verifier {
    seq: u64,
    hash: [u8; 32],
    /// Emptied entries that no erasure has named yet: an erasure comes after what it empties.
    emptied: BTreeSet<u64>,
}

impl Default for Verifier {
    fn default() -> Self {
        Self {
            seq: 0,
            hash: GENESIS,
            emptied: BTreeSet::new(),
        }
    }
}

impl Verifier {
    /// Checks the next entry.
    ///
    /// # Errors
    /// [`Broken`] if it does not follow from the entries before, or its payload is not the one that was written.
    pub fn next(&mut self, entry: &AuditEntry) -> Result<(), Broken> {
        let broken = Broken { seq: self.seq + 1 };
        let digest = match (&entry.payload, &entry.salt) {
            (Some(payload), Some(salt)) => digest_of(salt, payload),
            // Erased (R9.3): the digest stays, so that the chain still verifies.
            (None, None) => {
                self.emptied.insert(entry.seq);
                entry.digest
            }
            _ => return Err(broken),
        };
        if entry.seq != broken.seq || digest != entry.digest || hash_of(entry, &self.hash) != entry.hash {
            return Err(broken);
        }
        if let (AuditKind::Erased, Payload::Read(read)) = (entry.operation.kind, Payload::of(entry)) {
            for (first, last) in read.erased {
                self.emptied.retain(|seq| !(first..=last).contains(seq));
            }
        }
        self.seq = entry.seq;
        self.hash = entry.hash;
        Ok(())
    }

    /// Checks, at the log's end, that whatever is empty was erased by an operation that says so.
    ///
    /// # Errors
    /// [`Broken`] at the first entry that is empty without an erasure.
    pub fn end(&self) -> Result<(), Broken> {
        self.emptied.first().map_or(Ok(()), |&seq| Err(Broken { seq }))
    }

    /// The last entry's position and hash.
    pub fn head(&self) -> (u64, [u8; 32]) {
        (self.seq, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        audit::{Sealed, chain, payload},
        model::{About, CustomerNumber, Entity, Operation, Origin, RecordKey, UserId},
    };

    fn about(seq: u64) -> About {
        let number: CustomerNumber = format!("CRM20240501{seq:04}").parse().unwrap();
        About {
            entity: Entity::Customer,
            key: RecordKey::Number(number),
            customer: Some(number),
            owner_before: None,
            owner_after: Some(UserId::from_bytes([1; 16])),
            undoes: None,
        }
    }

    fn operation(id: u64, kind: AuditKind) -> Operation {
        Operation {
            id,
            at: DateTime::from_timestamp_millis(1_714_500_000_000 + id as i64).unwrap(),
            actor: None,
            kind,
            fact_at: None,
            origin: Origin::default(),
        }
    }

    fn append(log: &mut Vec<AuditEntry>, kind: AuditKind, payload: Vec<u8>) {
        let seq = log.len() as u64 + 1;
        let previous = log.last().map_or(GENESIS, |last| last.hash);
        let sealed = Sealed::new(payload, [seq as u8; 16]);
        log.push(chain(operation(seq, kind), about(seq), sealed, seq, &previous));
    }

    fn log(payloads: &[Vec<u8>]) -> Vec<AuditEntry> {
        let mut log = Vec::new();
        for payload in payloads {
            append(&mut log, AuditKind::CustomerAdded, payload.clone());
        }
        log
    }

    fn verify(log: &[AuditEntry]) -> Result<u64, Broken> {
        let mut verifier = Verifier::default();
        log.iter().try_for_each(|entry| verifier.next(entry))?;
        verifier.end()?;
        Ok(verifier.head().0)
    }

    #[test]
    fn r8_5_an_erasure_names_what_it_emptied_and_the_chain_stays_whole() {
        let mut log = log(&vec![vec![1]; 4]);
        for seq in [1, 2] {
            log[seq].payload = None;
            log[seq].salt = None;
        }
        assert_eq!(verify(&log), Err(Broken { seq: 2 }), "emptied by hand");
        append(&mut log, AuditKind::Erased, payload::erasure(&[2]));
        assert_eq!(verify(&log), Err(Broken { seq: 3 }), "one of them is not named");
        append(&mut log, AuditKind::Erased, payload::erasure(&[3]));
        assert_eq!(verify(&log), Ok(6));
        log[3].salt = None;
        assert_eq!(verify(&log), Err(Broken { seq: 4 }));
    }

    proptest! {
        #[test]
        fn r8_5_a_changed_or_missing_entry_shows(
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 2..8),
            at in any::<prop::sample::Index>(),
            what in 0..14,
        ) {
            let mut log = log(&payloads);
            prop_assert_eq!(verify(&log), Ok(payloads.len() as u64));
            let at = at.index(log.len());
            let entry = &mut log[at];
            match what {
                0 => entry.payload.as_mut().unwrap().push(0),
                1 => entry.operation.at += chrono::TimeDelta::milliseconds(1),
                2 => entry.operation.actor = Some(UserId::from_bytes([0; 16])),
                3 => entry.operation.kind = AuditKind::Refused,
                4 => entry.operation.fact_at = Some(DateTime::UNIX_EPOCH),
                5 => entry.operation.origin = Origin::of(1),
                6 => entry.operation.id += 1,
                7 => entry.about.key = RecordKey::Text(String::new()),
                8 => entry.about.entity = Entity::Contact,
                9 => entry.about.customer = None,
                10 => entry.about.owner_before = entry.about.owner_after,
                11 => entry.about.undoes = Some(1),
                _ if at + 1 < log.len() => { log.remove(at); }
                _ => log[at].seq += 1,
            }
            prop_assert_eq!(verify(&log), Err(Broken { seq: at as u64 + 1 }));
        }
    }
}
