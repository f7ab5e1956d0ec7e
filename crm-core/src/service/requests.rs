//! Requests for more (R8.3): asked in writing, approved by two people, granted until a moment.

use super::{
    Session,
    door::{ReadTx, WriteTx},
};
use crate::{
    access::{Grant, MakeRequests},
    error::{Error, Result},
    model::{
        AccessRequest, AccessRequestPage, AuditKind, NewAccessRequest, PageRequest, RequestId, RequestState,
        Wanted, fields,
    },
    rules::{
        request::{Approval, approve, check_may_refuse, check_may_withdraw, check_request},
        required_text,
    },
};

/// Requests for more, for one session.
#[derive(Clone)]
pub struct Requests {
    session: Session,
}

impl Session {
    /// Requests for more than the caller's role lets them see and do (R8.3).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::PageRequest;
    ///
    /// assert!(me.requests().list(true, &PageRequest::first(50))?.items.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn requests(&self) -> Requests {
        Requests {
            session: self.clone(),
        }
    }
}

impl Requests {
    /// Asks for more: for customers by name, a role, or to export, until a moment, and why. Customers are kept as they were
    /// typed: whether they are there is told to nobody who may not see them.
    ///
    /// # Errors
    /// Invalid: `field.missing`, `field.unexpected`, `field.too_many`, `date.in_past`; NotFound for the host's own actor,
    /// who has everything.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{NewAccessRequest, NewUser, Role, Wanted};
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// # let lin = crm.session("lin")?;
    /// # let number = crm_core::doc_example::first(&lin)?.number;
    /// # lin.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// let wu = crm.session("wu")?;
    /// let asked = wu.requests().ask(&NewAccessRequest {
    ///     wanted: Wanted::SeeCustomers,
    ///     customers: vec!["上海示例科技有限公司".into()],
    ///     role: None,
    ///     until: "2024-06-01T00:00:00Z".parse().unwrap(),
    ///     reason: "林休假期间代为接待".into(),
    /// })?;
    /// assert!(wu.customers().get(number).is_err());
    /// // Who has no team asks an admin; here there is one alone.
    /// let granted = lin.requests().approve(asked.id)?;
    /// assert!(granted.alone);
    /// assert!(wu.customers().get(number).is_ok());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn ask(&self, new: &NewAccessRequest) -> Result<AccessRequest> {
        self.write(AuditKind::RequestMade, |tx, grant| {
            let by = tx.actor().user().ok_or_else(|| Error::not_found("user"))?;
            let id = RequestId::from_bytes(tx.new_id());
            let request =
                check_request(new, id, by, tx.now()).map_err(|problems| Error::Invalid { problems })?;
            tx.add(grant, request.clone());
            Ok(request)
        })
    }

    /// A request of the caller's own, or one that they may answer; an admin sees all.
    ///
    /// # Errors
    /// NotFound.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::{Code, RequestId};
    ///
    /// let none = me.requests().get(RequestId::from_bytes([1; 16]));
    /// assert_eq!(none.unwrap_err().code(), Code::NotFound);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn get(&self, id: RequestId) -> Result<AccessRequest> {
        self.read(|tx, grant| {
            tx.request(grant, id)
                .map(|request| AccessRequest::clone(&request))
        })
    }

    /// A page of the requests that exist for the caller, as [`get`](Self::get), the newest first; only those that wait to be
    /// answered if `waiting`.
    ///
    /// # Errors
    /// `page.limit`, `page.invalid`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::PageRequest;
    ///
    /// assert!(me.requests().list(false, &PageRequest::first(50))?.items.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn list(&self, waiting: bool, page: &PageRequest) -> Result<AccessRequestPage> {
        self.read(|tx, grant| tx.requests(grant, waiting, page))
    }

    /// Approves a request: first the head of the asker's team, then an admin; two admins where the asker has no other head.
    /// Where there is one admin alone, that one suffices, and the request says so. The last one's approval grants it: the
    /// customers that were typed are looked up then.
    ///
    /// # Errors
    /// `request.own`, `request.twice`, `request.head_first`, `request.admin_next`, `request.over` once it is answered or
    /// withdrawn, `request.expired`; `customer.unknown` and `customer.ambiguous` for what was typed; NotFound for a request
    /// that the caller may not answer.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{NewAccessRequest, NewUser, RequestState, Role, Wanted};
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// # let lin = crm.session("lin")?;
    /// # lin.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// # let asked = crm.session("wu")?.requests().ask(&NewAccessRequest {
    /// #     wanted: Wanted::Role,
    /// #     customers: Vec::new(),
    /// #     role: Some(Role::Supervisor),
    /// #     until: "2024-06-01T00:00:00Z".parse().unwrap(),
    /// #     reason: "代班一个月".into(),
    /// # })?;
    /// let granted = lin.requests().approve(asked.id)?;
    /// assert_eq!((granted.state, granted.alone), (RequestState::Granted, true));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn approve(&self, id: RequestId) -> Result<AccessRequest> {
        self.write(AuditKind::RequestApproved, |tx, grant| {
            let (before, who, approvers) = tx.reads().request_to_answer(grant, id)?;
            let now = tx.at();
            let approval = approve(&before, &who, approvers.people(), now).map_err(Error::rule)?;
            let mut after = AccessRequest {
                revision: before.revision + 1,
                ..AccessRequest::clone(&before)
            };
            match approval {
                Approval::First => {
                    after.state = RequestState::Approved;
                    (after.first_by, after.first_at) = (Some(who.id), Some(now));
                }
                Approval::Granted { alone } => {
                    if matches!(before.wanted, Wanted::SeeCustomers | Wanted::EditCustomers) {
                        after.granted = tx.reads().named_customers(&before.customers)?;
                    }
                    tx.turn_into(AuditKind::RequestGranted);
                    (after.state, after.alone) = (RequestState::Granted, alone);
                    (after.granted_by, after.granted_at) = (Some(who.id), Some(now));
                }
            }
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }

    /// Refuses a request, with a reason: the head of the asker's team, or an admin.
    ///
    /// # Errors
    /// `field.missing` without a reason; `request.own`, `request.over`, `request.expired`; NotFound for a request that the
    /// caller may not answer.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{NewAccessRequest, NewUser, RequestState, Role, Wanted};
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// # let lin = crm.session("lin")?;
    /// # lin.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// # let asked = crm.session("wu")?.requests().ask(&NewAccessRequest {
    /// #     wanted: Wanted::Export,
    /// #     customers: Vec::new(),
    /// #     role: None,
    /// #     until: "2024-06-01T00:00:00Z".parse().unwrap(),
    /// #     reason: "月度汇报".into(),
    /// # })?;
    /// let refused = lin.requests().refuse(asked.id, "报表由主管统一导出")?;
    /// assert_eq!(refused.state, RequestState::Refused);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn refuse(&self, id: RequestId, reason: &str) -> Result<AccessRequest> {
        self.write(AuditKind::RequestRefused, |tx, grant| {
            let (before, who, _) = tx.reads().request_to_answer(grant, id)?;
            let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
            check_may_refuse(&before, &who, tx.at()).map_err(Error::rule)?;
            let after = AccessRequest {
                revision: before.revision + 1,
                state: RequestState::Refused,
                ended_by: Some(who.id),
                answer: Some(reason),
                ..AccessRequest::clone(&before)
            };
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }

    /// Withdraws a request that waits, or a grant that holds, which ends at once: the asker, the head of their team, or an
    /// admin.
    ///
    /// # Errors
    /// `request.over`, `request.expired`; NotFound for a request that is neither the caller's nor theirs to answer.
    ///
    /// # Examples
    /// ```
    /// # use crm_core::{NewAccessRequest, NewUser, RequestState, Role, Wanted};
    /// # let crm = crm_core::doc_example::crm();
    /// # crm.set_up("lin", "林")?;
    /// # crm.session("lin")?.users().create(&NewUser::of("wu", "吴", Role::SalesRep))?;
    /// # let wu = crm.session("wu")?;
    /// # let asked = wu.requests().ask(&NewAccessRequest {
    /// #     wanted: Wanted::Export,
    /// #     customers: Vec::new(),
    /// #     role: None,
    /// #     until: "2024-06-01T00:00:00Z".parse().unwrap(),
    /// #     reason: "月度汇报".into(),
    /// # })?;
    /// assert_eq!(wu.requests().withdraw(asked.id)?.state, RequestState::Withdrawn);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn withdraw(&self, id: RequestId) -> Result<AccessRequest> {
        self.write(AuditKind::RequestWithdrawn, |tx, grant| {
            let (before, who, _) = tx.reads().request_to_answer(grant, id)?;
            check_may_withdraw(&before, tx.at()).map_err(Error::rule)?;
            let after = AccessRequest {
                revision: before.revision + 1,
                state: RequestState::Withdrawn,
                ended_by: Some(who.id),
                ..AccessRequest::clone(&before)
            };
            tx.edit(grant, before, after.clone());
            Ok(after)
        })
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, MakeRequests>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    fn write<T>(
        &self,
        kind: AuditKind,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, MakeRequests>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}
