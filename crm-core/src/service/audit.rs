//! Reading and verifying the log (R8.5).

use serde_json::{Map, Value};

use super::Session;
use crate::{
    access::{Grant, ReadAudit},
    audit::{Payload, Read, Verifier},
    error::Result,
    model::{Audit, AuditEntry, AuditHead, AuditPage, AuditQuery, PageRequest},
    store::check_limit,
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
    /// `access.denied` for anybody but an admin; `page.limit`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::AuditKind;
    ///
    /// let log = me.audit().list(0, 1_000)?;
    /// assert_eq!(log[0].kind, AuditKind::SetUp);
    /// let entered = log.last().unwrap();
    /// assert_eq!(entered.kind, AuditKind::CustomerAdded);
    /// assert!(entered.after.as_ref().unwrap().contains("上海示例科技有限公司"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self, after: u64, limit: u32) -> Result<Vec<Audit>> {
        let entries = self
            .session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ReadAudit>| {
                tx.log(grant, after, check_limit(limit)?)
            })?;
        Ok(entries.into_iter().map(readable).collect())
    }

    /// A page of the entries by somebody, of a kind, about a customer, within a time, the latest first.
    ///
    /// # Errors
    /// `access.denied` for anybody but an admin; `owner.unknown`, `owner.ambiguous` for a user that is none; NotFound for a
    /// customer's alias that is none; `page.limit`, `page.invalid`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::{AuditKind, AuditQuery, PageRequest};
    ///
    /// let query = AuditQuery {
    ///     by: Some("lin".into()),
    ///     customer: Some("CRM202405010001".into()),
    ///     ..AuditQuery::default()
    /// };
    /// let found = me.audit().search(&query, &PageRequest::first(50))?;
    /// assert_eq!(found.items[0].kind, AuditKind::CustomerAdded);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn search(&self, query: &AuditQuery, page: &PageRequest) -> Result<AuditPage> {
        let found = self
            .session
            .door
            .read(self.session.caller, |tx, grant: &Grant<'_, ReadAudit>| {
                tx.search_log(grant, query, page)
            })?;
        Ok(AuditPage {
            items: found.items.into_iter().map(readable).collect(),
            next: found.next,
        })
    }

    /// The end of the log, for keeping elsewhere.
    ///
    /// # Errors
    /// `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// let head = me.audit().head()?;
    /// // Keep `head.seq` and `head.hash` where nobody who can write to the database can write.
    /// assert_eq!(head.hash.len(), 64);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
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

    /// Walks the whole log: a changed, missing or emptied entry shows (but for what an erasure names); against a head kept
    /// elsewhere, a cut or rewritten log too.
    ///
    /// # Errors
    /// `access.denied` for anybody but an admin.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// let kept = me.audit().head()?;
    /// let verification = me.audit().verify(Some(&kept))?;
    /// assert_eq!((verification.verified, verification.broken_at), (kept.seq, None));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
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
        if let Err(emptied) = verifier.end() {
            return Ok(Verification {
                verified: emptied.seq - 1,
                broken_at: Some(emptied.seq),
            });
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
    let read = match Payload::of(&entry) {
        Payload::Read(read) => read,
        Payload::Erased | Payload::Unreadable => Read::default(),
    };
    let json = |part: Option<Map<String, Value>>| part.map(|part| Value::Object(part).to_string());
    let AuditEntry {
        seq,
        operation,
        about,
        ..
    } = entry;
    Audit {
        seq,
        operation: operation.id,
        at: operation.at,
        actor: operation.actor,
        kind: operation.kind,
        about: about.reference(),
        customer: about.customer,
        owner_before: about.owner_before,
        owner_after: about.owner_after,
        fact_at: operation.fact_at,
        origin: operation.origin.lane().into(),
        assistant: operation.origin.is_assistant(),
        undoes: about.undoes,
        reason: read.reason,
        before: json(read.before),
        after: json(read.after).or(read.action),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
