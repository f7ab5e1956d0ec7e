//! Customers who have gone quiet (R2.6).

use super::{
    Customers,
    door::{ReadTx, WriteTx},
    status,
};
use crate::{
    Language,
    access::{EditCustomers, Grant, SeeCustomers},
    clock::BusinessZone,
    error::{Code, Error, Problem, Result},
    model::{
        AuditKind, CustomerStatus, PageRequest, QuietCustomer, QuietCustomerPage, QuietProposal, UserId,
        fields,
    },
    rules::quiet::{midnight, quiet_since, why},
    store::{Quiet, QuietFilter},
};

impl Customers {
    /// A page of the customers who have gone quiet, by number: for whom nothing was done (no follow-up, no hand-over, and not
    /// entered) for strictly more than three calendar months, the owner's or everybody's in sight. Lost ones are never among
    /// them, nor those with an open task due today or later; one who was won is at risk.
    ///
    /// # Errors
    /// Invalid for an owner that is none; `page.limit`, `page.invalid`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::PageRequest;
    ///
    /// let quiet = me.customers().quiet(None, &PageRequest::first(50))?;
    /// assert!(quiet.items.is_empty(), "it was entered today");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn quiet(&self, owner: Option<&str>, page: &PageRequest) -> Result<QuietCustomerPage> {
        let language = self.session.language();
        self.read::<SeeCustomers, _>(|tx, grant| {
            let owner = tx.asked_user(grant, fields::OWNER, owner)?;
            let (filter, zone) = filter(tx, owner)?;
            let found = tx.quiet(grant, &filter, page)?;
            let told = |quiet| told(quiet, zone, language);
            Ok(QuietCustomerPage {
                items: found.items.into_iter().map(told).collect(),
                next: found.next,
            })
        })
    }

    /// Marks customers lost who have gone quiet, up to `limit` (1 to 1,000) at once, and answers which: a host calls it until it
    /// answers none. Those who were won are never changed. A dry run changes nothing and answers whom it would change. For
    /// good it is only done if the setting `quiet_marks_lost` is on.
    ///
    /// # Errors
    /// `setting.off`; `page.limit`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// use crm_core::Code;
    ///
    /// assert!(me.customers().mark_quiet_lost(100, true)?.is_empty());
    /// let off = me.customers().mark_quiet_lost(100, false);
    /// assert_eq!(off.unwrap_err().code(), Code::SettingOff);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn mark_quiet_lost(&self, limit: u32, dry_run: bool) -> Result<Vec<QuietCustomer>> {
        let language = self.session.language();
        self.write::<EditCustomers, _>(AuditKind::StatusChanged, |tx, grant| {
            if !dry_run && !tx.conventions().quiet_marks_lost {
                return Err(Error::rule(Problem::new(
                    fields::QUIET_MARKS_LOST,
                    Code::SettingOff,
                )));
            }
            let found = lost(tx, grant, limit, language)?;
            for quiet in found.iter().filter(|_| !dry_run) {
                let before = tx.reads().customer_to_edit(grant, &quiet.number.into())?;
                status::set(tx, grant, before, CustomerStatus::Lost, Some(&quiet.reason))?;
            }
            Ok(found)
        })
    }
}

/// Those whom it is proposed to mark lost, and who may be changed.
fn lost<'tx>(
    tx: &WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    limit: u32,
    language: Language,
) -> Result<Vec<QuietCustomer>> {
    let limit_rows = crate::store::check_limit(limit)? as usize;
    let (filter, zone) = filter(&tx.reads(), None)?;
    let mut page = PageRequest::first(limit);
    let mut found = Vec::new();
    loop {
        let more = tx.reads().quiet_to_edit(grant, &filter, &page)?;
        let told = more.items.into_iter().map(|quiet| told(quiet, zone, language));
        found.extend(told.filter(|quiet| quiet.proposal == QuietProposal::MarkLost));
        if found.len() >= limit_rows || more.next.is_none() {
            found.truncate(limit_rows);
            return Ok(found);
        }
        page.after = more.next;
    }
}

pub(super) fn filter(tx: &ReadTx<'_, '_>, owner: Option<UserId>) -> Result<(QuietFilter, BusinessZone)> {
    let (today, zone) = (tx.today()?, tx.conventions()?.zone);
    let before = quiet_since(today)
        .and_then(|since| since.succ_opt())
        .and_then(|day| zone.instant(day.and_time(chrono::NaiveTime::MIN)));
    let filter = QuietFilter {
        owner,
        before: before.ok_or_else(|| Error::internal("a day that three months ago was none"))?,
        today: midnight(today),
    };
    Ok((filter, zone))
}

fn told(quiet: Quiet, zone: BusinessZone, language: Language) -> QuietCustomer {
    QuietCustomer {
        reason: why(quiet.last_done, zone.day(quiet.last_at), language),
        proposal: proposal(quiet.status),
        number: quiet.number,
        name: quiet.name,
        status: quiet.status,
        owner: quiet.owner,
        owner_name: quiet.owner_name,
        last_at: quiet.last_at,
        last_done: quiet.last_done,
    }
}

/// What is proposed of one who has gone quiet: a customer who was won is at risk, and never marked lost.
pub(super) fn proposal(status: CustomerStatus) -> QuietProposal {
    match status {
        CustomerStatus::Won => QuietProposal::AtRisk,
        _ => QuietProposal::MarkLost,
    }
}
