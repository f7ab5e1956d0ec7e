//! The log's chain (R8.5): what an entry's hash covers, and how a changed, missing or cut entry shows.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::model::{AuditEntry, AuditKind, EntityRef, UserId};

/// The hash before the first entry.
pub const GENESIS: [u8; 32] = [0; 32];

/// What is recorded of one change or attempt; the chain adds position, digest and hash.
#[derive(Clone, Debug)]
pub struct Record {
    /// When, by the real clock.
    pub at: DateTime<Utc>,
    /// Who; none is the host's own actor.
    pub actor: Option<UserId>,
    /// What was done.
    pub kind: AuditKind,
    /// To what.
    pub entity: EntityRef,
    /// Before and after.
    pub payload: Vec<u8>,
    /// Sixteen random bytes.
    pub salt: [u8; 16],
}

/// The entry that follows the one at `seq - 1` with hash `previous`.
pub fn chain(record: Record, seq: u64, previous: &[u8; 32]) -> AuditEntry {
    let digest = digest_of(&record.salt, &record.payload);
    let mut entry = AuditEntry {
        seq,
        at: record.at,
        actor: record.actor,
        kind: record.kind,
        entity: record.entity,
        payload: Some(record.payload),
        salt: Some(record.salt),
        digest,
        hash: GENESIS,
    };
    entry.hash = hash_of(&entry, previous);
    entry
}

fn digest_of(salt: &[u8; 16], payload: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(salt)
        .chain_update(payload)
        .finalize()
        .into()
}

fn hash_of(entry: &AuditEntry, previous: &[u8; 32]) -> [u8; 32] {
    let actor = entry.actor.as_ref().map_or([0; 16], |user| *user.as_bytes());
    let texts = [entry.kind.code(), &entry.entity.entity, &entry.entity.key];
    let mut hash = Sha256::new()
        .chain_update(previous)
        .chain_update(entry.seq.to_be_bytes())
        .chain_update(entry.at.timestamp_millis().to_be_bytes())
        .chain_update(actor);
    for text in texts {
        // The length keeps ("ab", "c") apart from ("a", "bc").
        hash = hash
            .chain_update((text.len() as u64).to_be_bytes())
            .chain_update(text);
    }
    hash.chain_update(entry.digest).finalize().into()
}

/// Where a log stops being what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The first entry that is missing, changed, or out of place.
    pub seq: u64,
}

/// Walks a log from its first entry and tells where it breaks.
#[derive(Clone, Debug)]
pub struct Verifier {
    seq: u64,
    hash: [u8; 32],
}

impl Default for Verifier {
    fn default() -> Self {
        Self {
            seq: 0,
            hash: GENESIS,
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
            (None, None) => entry.digest,
            _ => return Err(broken),
        };
        if entry.seq != broken.seq || digest != entry.digest || hash_of(entry, &self.hash) != entry.hash {
            return Err(broken);
        }
        self.seq = entry.seq;
        self.hash = entry.hash;
        Ok(())
    }

    /// Checks that the log ends where a head kept elsewhere says, or has gone on from there.
    pub fn has_reached(&self, seq: u64) -> bool {
        self.seq >= seq
    }

    /// The last entry's position and hash.
    pub fn head(&self) -> (u64, [u8; 32]) {
        (self.seq, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn log(payloads: &[Vec<u8>]) -> Vec<AuditEntry> {
        let mut previous = GENESIS;
        let entry = |(seq, payload): (u64, &Vec<u8>)| {
            let record = Record {
                at: DateTime::from_timestamp_millis(1_714_500_000_000 + seq as i64).unwrap(),
                actor: None,
                kind: AuditKind::CustomerAdded,
                entity: EntityRef::of("customer", seq),
                payload: payload.clone(),
                salt: [seq as u8; 16],
            };
            let entry = chain(record, seq, &previous);
            previous = entry.hash;
            entry
        };
        (1..).zip(payloads).map(entry).collect()
    }

    fn verify(log: &[AuditEntry]) -> Result<u64, Broken> {
        let mut verifier = Verifier::default();
        log.iter().try_for_each(|entry| verifier.next(entry))?;
        Ok(verifier.head().0)
    }

    #[test]
    fn r8_5_a_cut_tail_shows_against_a_head_kept_elsewhere() {
        let whole = log(&vec![vec![1]; 3]);
        let mut verifier = Verifier::default();
        whole
            .iter()
            .take(2)
            .for_each(|entry| verifier.next(entry).unwrap());
        assert!(verifier.has_reached(2));
        assert!(!verifier.has_reached(3));
    }

    #[test]
    fn r8_5_an_erased_payload_leaves_the_chain_whole() {
        let mut log = log(&vec![vec![1]; 3]);
        log[1].payload = None;
        log[1].salt = None;
        assert_eq!(verify(&log), Ok(3));
        log[2].salt = None;
        assert_eq!(verify(&log), Err(Broken { seq: 3 }));
    }

    proptest! {
        #[test]
        fn r8_5_a_changed_or_missing_entry_shows(
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 2..8),
            at in any::<prop::sample::Index>(),
            what in 0..6,
        ) {
            let mut log = log(&payloads);
            prop_assert_eq!(verify(&log), Ok(payloads.len() as u64));
            let at = at.index(log.len());
            match what {
                0 => log[at].payload.as_mut().unwrap().push(0),
                1 => log[at].at += chrono::TimeDelta::milliseconds(1),
                2 => log[at].actor = Some(UserId::from_bytes([7; 16])),
                3 => log[at].entity.key.push('0'),
                4 => log[at].kind = AuditKind::Refused,
                _ if at + 1 < log.len() => { log.remove(at); }
                _ => log[at].seq += 1,
            }
            prop_assert_eq!(verify(&log), Err(Broken { seq: at as u64 + 1 }));
        }
    }
}
