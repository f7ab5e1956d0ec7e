//! The log's chain (R8.5): what an entry's hash covers, what its payload holds, and how a changed, missing, emptied or
//! cut entry shows.

pub mod payload;
mod replay;
mod verifier;

use sha2::{Digest, Sha256};

use crate::model::{About, AuditEntry, Operation, RecordKey, UserId};

pub use payload::{Payload, Read, VERSION};
pub use replay::{Replayed, differing, replay};
pub use verifier::{Broken, Verifier};

/// The hash before the first entry.
pub const GENESIS: [u8; 32] = [0; 32];

/// A payload with the digest that the chain covers: what can be made ready before the entry's place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    payload: Vec<u8>,
    salt: [u8; 16],
    digest: [u8; 32],
}

impl Sealed {
    /// A payload with sixteen random bytes, which make its digest impossible to guess.
    pub fn new(payload: Vec<u8>, salt: [u8; 16]) -> Self {
        let digest = digest_of(&salt, &payload);
        Self {
            payload,
            salt,
            digest,
        }
    }
}

/// The entry that follows the one at `seq - 1` with hash `previous`.
pub fn chain(
    operation: Operation,
    about: About,
    sealed: Sealed,
    seq: u64,
    previous: &[u8; 32],
) -> AuditEntry {
    let mut entry = AuditEntry {
        seq,
        operation,
        about,
        payload: Some(sealed.payload),
        salt: Some(sealed.salt),
        digest: sealed.digest,
        hash: GENESIS,
    };
    entry.hash = hash_of(&entry, previous);
    entry
}

/// `H(salt ‖ payload)`: what is left of an erased payload, and what a store need not keep of another.
pub fn digest_of(salt: &[u8; 16], payload: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(salt)
        .chain_update(payload)
        .finalize()
        .into()
}

fn hash_of(entry: &AuditEntry, previous: &[u8; 32]) -> [u8; 32] {
    /// Lengths and marks keep ("ab", "c") apart from ("a", "bc"), and nothing apart from zeros.
    struct Covered(Vec<u8>);

    impl Covered {
        fn bytes(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }

        fn number(&mut self, number: i64) {
            self.bytes(&number.to_be_bytes());
        }

        fn text(&mut self, text: &str) {
            self.bytes(&(text.len() as u64).to_be_bytes());
            self.bytes(text.as_bytes());
        }

        fn optional_number(&mut self, number: Option<i64>) {
            self.bytes(&[u8::from(number.is_some())]);
            self.number(number.unwrap_or_default());
        }

        fn user(&mut self, user: Option<UserId>) {
            self.bytes(&[u8::from(user.is_some())]);
            let bytes = user.map_or([0; 16], |user| *user.as_bytes());
            self.bytes(&bytes);
        }
    }

    let AuditEntry {
        seq,
        operation,
        about,
        digest,
        ..
    } = entry;
    let mut covered = Covered(Vec::with_capacity(320));
    covered.bytes(previous);
    covered.bytes(&seq.to_be_bytes());
    covered.bytes(&operation.id.to_be_bytes());
    covered.number(operation.at.timestamp_millis());
    covered.user(operation.actor);
    covered.text(operation.kind.code());
    covered.optional_number(operation.fact_at.map(|at| at.timestamp_millis()));
    covered.bytes(&operation.origin.number().to_be_bytes());
    covered.text(about.entity.code());
    match &about.key {
        RecordKey::Number(number) => {
            covered.bytes(&[1]);
            covered.number(number.to_i64());
        }
        RecordKey::Id(id) => {
            covered.bytes(&[2]);
            covered.bytes(id);
        }
        RecordKey::Text(text) => {
            covered.bytes(&[3]);
            covered.text(text);
        }
    }
    covered.optional_number(about.customer.map(|number| number.to_i64()));
    covered.user(about.owner_before);
    covered.user(about.owner_after);
    covered.bytes(&about.undoes.unwrap_or_default().to_be_bytes());
    covered.bytes(digest);
    Sha256::digest(&covered.0).into()
}
