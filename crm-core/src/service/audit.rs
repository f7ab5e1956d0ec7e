//! Reading and verifying the log (R8.5).

use super::Session;
use crate::{
    access::{Grant, ReadAudit},
    audit::Verifier,
    error::Result,
    model::{Audit, AuditEntry, AuditHead},
};

/// Entries that are verified in one transaction.
const CHUNK: u32 = 1000;

/// The log, for one session.
#[derive(Clone)]
pub struct AuditLog {
    session: Session,
}

record! {
    /// What verifying the log found.
    #[derive(Eq)]
    pub struct Verification {
        /// How many entries follow from one another.
        pub verified: u64,
        /// The first entry that is changed, missing or out of place; none when the log is whole.
        pub broken_at: Option<u64>,
    }
}

impl AuditLog {
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    /// Up to `limit` entries after the position `after`, in order.
    ///
    /// # Errors
    /// `access.denied` for anybody but an admin.
    pub fn list(&self, after: u64, limit: u32) -> Result<Vec<Audit>> {
        let entries = self
            .session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ReadAudit>| {
                tx.log(grant, after, limit)
            })?;
        Ok(entries.into_iter().map(readable).collect())
    }

    /// The end of the log, for keeping elsewhere.
    ///
    /// # Errors
    /// `access.denied` for anybody but an admin.
    pub fn head(&self) -> Result<AuditHead> {
        let (seq, hash) = self
            .session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ReadAudit>| {
                tx.log_head(grant)
            })?;
        Ok(AuditHead {
            seq,
            hash: hex(&hash),
        })
    }

    /// Walks the whole log; against a head kept elsewhere, a cut or rewritten log shows too.
    ///
    /// # Errors
    /// `access.denied` for anybody but an admin.
    pub fn verify(&self, kept: Option<&AuditHead>) -> Result<Verification> {
        let mut verifier = Verifier::default();
        loop {
            let (after, _) = verifier.head();
            let entries = self
                .session
                .door
                .read(self.session.caller, |tx, grant: &Grant<'_, ReadAudit>| {
                    tx.log(grant, after, CHUNK)
                })?;
            if entries.is_empty() {
                break;
            }
            for entry in &entries {
                if let Err(broken) = verifier.next(entry) {
                    return Ok(Verification {
                        verified: broken.seq - 1,
                        broken_at: Some(broken.seq),
                    });
                }
                let at_kept = kept.filter(|kept| kept.seq == entry.seq);
                if at_kept.is_some_and(|kept| kept.hash != hex(&entry.hash)) {
                    return Ok(Verification {
                        verified: entry.seq - 1,
                        broken_at: Some(entry.seq),
                    });
                }
            }
        }
        let (verified, _) = verifier.head();
        let cut = kept.is_some_and(|kept| kept.seq > verified);
        Ok(Verification {
            verified,
            broken_at: cut.then_some(verified + 1),
        })
    }
}

fn readable(entry: AuditEntry) -> Audit {
    let payload = entry
        .payload
        .and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let part = |name: &str| {
        payload
            .as_ref()
            .and_then(|payload| payload.get(name))
            .map(ToString::to_string)
    };
    let (before, after) = (part("before"), part("after"));
    Audit {
        seq: entry.seq,
        at: entry.at,
        actor: entry.actor,
        kind: entry.kind,
        about: entry.entity,
        before,
        after,
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
