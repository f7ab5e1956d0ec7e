//! Exports (R7.6): who may, and what the log keeps of what went out. The bytes are others' to make.

use super::Session;
use crate::{
    access::{Action, Actor, Export as MayExport, Grant},
    error::{Code, Error, Result},
    model::{AuditKind, Export, Exported},
    rules::{export::may_export, settings::Conventions},
};

/// Exports, for one session.
#[derive(Clone)]
pub struct Exports {
    session: Session,
}

impl Session {
    /// Exports (R7.6).
    ///
    /// ```
    /// # use crm_core::{Exported, ReportKind, doc_example};
    /// # let me = doc_example::desk()?;
    /// me.exports().check(Exported::Report(ReportKind::Funnel))?;
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn exports(&self) -> Exports {
        Exports {
            session: self.clone(),
        }
    }
}

impl Exports {
    /// Whether the caller may take this away: asked before anything is made of it.
    ///
    /// ```
    /// # use crm_core::{Code, Exported, NewUser, Role, doc_example};
    /// # let me = doc_example::desk()?;
    /// me.exports().check(Exported::List("customer"))?;
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `access.denied`, which the log keeps.
    pub fn check(&self, what: Exported) -> Result<()> {
        self.session
            .door
            .read(self.session.caller, |tx, _: &Grant<'_, MayExport>| {
                decide(tx.actor(), &*tx.conventions()?, what)
            })
    }

    /// Keeps in the log what goes out: who, what, how narrowed, how many rows, and the digest of its bytes. It is committed before
    /// the bytes are handed out.
    ///
    /// ```
    /// # use crm_core::{AuditKind, AuditQuery, Export, Exported, PageRequest, ReportKind, doc_example};
    /// # let me = doc_example::desk()?;
    /// let what = Exported::Report(ReportKind::Funnel);
    /// me.exports().record(&Export { what, filter: "2024Q2".into(), rows: 5, sha256: [0; 32] })?;
    /// let query = AuditQuery { kind: Some(AuditKind::Exported), ..AuditQuery::default() };
    /// assert_eq!(me.audit().search(&query, &PageRequest::first(1))?.items.len(), 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `access.denied`; `storage.*`.
    pub fn record(&self, export: &Export) -> Result<()> {
        self.session.door.write(
            self.session.caller,
            AuditKind::Exported,
            |tx, grant: &Grant<'_, MayExport>| {
                let conventions = tx.conventions().clone();
                decide(tx.actor(), &conventions, export.what)?;
                tx.note_export(grant, &told(export))
            },
        )
    }
}

fn decide(actor: &Actor, conventions: &Conventions, what: Exported) -> Result<()> {
    let may = may_export(
        &conventions.report_rights,
        &conventions.list_exporters,
        what,
        actor.role(),
        actor.may_export(),
    );
    match may {
        true => Ok(()),
        false => Err(Error::Denied {
            code: Code::AccessDenied,
            action: MayExport::NAME.to_owned(),
        }),
    }
}

/// An export as the log keeps it.
fn told(export: &Export) -> String {
    let what = match export.what {
        Exported::Report(report) => report.code(),
        Exported::List(noun) => noun,
    };
    let digest: String = export.sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let filter = match export.filter.is_empty() {
        true => String::new(),
        false => format!(" [{}]", export.filter),
    };
    format!("{what}{filter}: {} rows, sha256 {digest}", export.rows)
}
