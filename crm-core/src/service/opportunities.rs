//! Opportunities: possible deals, from the first talk to the contract (R5.1–R5.5).

use super::{
    Session,
    archive::{put_away, refuse_archived},
    attachments::{On, attach_all},
    contracts::{Made, enter_contract},
    deals::{check_external_deal, close_tasks, days, deal_to_change, owner_of},
    door::{ReadTx, WriteTx},
    purchases::settle_contract,
};
use crate::{
    access::{Action, CorrectDeals, EditCustomers, Editable, Grant, SeeCustomers},
    error::{Code, Error, Problem, Result},
    matching::fold,
    model::{
        AttachmentFile, AuditKind, Contract, CustomerKey, Forecast, NewOpportunity, Opportunity,
        OpportunityEdit, OpportunityHistory, OpportunityId, OpportunityPage, OpportunityQuery, PageRequest,
        Stage, StageChange, UserId, Win, WonDeal, fields,
    },
    rules::{
        contract::check_win,
        forecast::ForecastFold,
        opportunity::{Expected, check_move, check_opportunity, closed_from, edit_opportunity, stays},
        required_text,
    },
    store::OpportunityFilter,
};

/// Opportunities, for one session.
#[derive(Clone)]
pub struct Opportunities {
    session: Session,
}

impl Session {
    /// Opportunities (R5.1).
    ///
    /// ```
    /// # use crm_core::{OpportunityQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// let open = me.opportunities().list(&OpportunityQuery::default(), &PageRequest::first(50))?;
    /// assert!(open.items.is_empty(), "nothing yet");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn opportunities(&self) -> Opportunities {
        Opportunities {
            session: self.clone(),
        }
    }
}

impl Opportunities {
    /// Enters a possible deal with a customer (R5.1): by default in the first stage, and of whoever answers for the customer.
    ///
    /// ```
    /// # use crm_core::{Money, NaiveDate, NewOpportunity, Stage, doc_example};
    /// let me = doc_example::desk()?;
    /// let customer = doc_example::first(&me)?;
    /// let new = NewOpportunity {
    ///     name: "产线改造".into(),
    ///     expected_amount: "120000".parse().ok(),
    ///     expected_close: NaiveDate::from_ymd_opt(2024, 6, 30),
    ///     ..NewOpportunity::default()
    /// };
    /// let deal = me.opportunities().create(&customer, &new)?;
    /// assert_eq!((deal.stage, deal.owner), (Stage::InitialContact, customer.owner));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid, naming every field at fault; `record.archived`; NotFound for a customer that the caller may not change.
    pub fn create(&self, customer: impl Into<CustomerKey>, new: &NewOpportunity) -> Result<Opportunity> {
        let customer = &customer.into();
        self.write(
            AuditKind::OpportunityAdded,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let customer = tx.reads().customer_to_edit(grant, customer)?;
                refuse_archived(&customer)?;
                let owner = owner_of(tx, grant, customer.owner, new.owner.as_deref())?;
                let (checked, owner) = match (check_opportunity(new), owner) {
                    (Ok(checked), Ok(owner)) => (checked, owner),
                    (checked, owner) => {
                        let mut problems = checked.err().unwrap_or_default();
                        problems.extend(owner.err());
                        return Err(Error::Invalid { problems });
                    }
                };
                check_external_deal(tx, grant, None, checked.external_id.as_deref())?;
                let (now, by) = (tx.now(), tx.actor().user());
                let (expected, note) = (checked.expected, checked.note.clone());
                let id = OpportunityId::from_bytes(tx.new_id());
                let deal = Opportunity {
                    created_by: by,
                    ..checked.entered(id, customer.number, owner, now)
                };
                tx.add(grant, deal.clone());
                tx.add(grant, entry(&deal, None, by, note));
                tx.add(grant, expected.entry(&deal, now, by));
                Ok(deal)
            },
        )
    }

    /// The opportunity with this identifier, archived or not.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// assert_eq!(me.opportunities().get(deal.id)?, deal);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if it is out of scope.
    pub fn get(&self, id: OpportunityId) -> Result<Opportunity> {
        self.read(|tx, grant| tx.deal(grant, id)?.ok_or_else(|| Error::not_found(id)))
    }

    /// A page of opportunities, the newest first.
    ///
    /// ```
    /// # use crm_core::{OpportunityQuery, PageRequest, doc_example};
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// let open = OpportunityQuery {
    ///     open: true,
    ///     ..OpportunityQuery::default()
    /// };
    /// assert_eq!(me.opportunities().list(&open, &PageRequest::first(50))?.items, [deal]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a user that is none; NotFound for a customer out of scope; `page.limit`, `page.invalid`.
    pub fn list(&self, query: &OpportunityQuery, page: &PageRequest) -> Result<OpportunityPage> {
        self.read(|tx, grant| {
            let filter = filter(tx, grant, query)?;
            tx.opportunities(grant, &filter, page).map(Into::into)
        })
    }

    /// How a deal came to where it stands: its stages, how long it stood in each, and what was expected of it (R5.2, R5.5).
    ///
    /// ```
    /// # use crm_core::{Stage, doc_example};
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// me.opportunities().move_to(deal.id, Stage::Proposal, "已提交方案")?;
    /// let history = me.opportunities().history(deal.id)?;
    /// assert_eq!(history.stages[1].note.as_deref(), Some("已提交方案"));
    /// assert_eq!(history.stays.len(), 2);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// NotFound if it is out of scope.
    pub fn history(&self, id: OpportunityId) -> Result<OpportunityHistory> {
        self.read(|tx, grant| {
            let deal = tx.deal(grant, id)?.ok_or_else(|| Error::not_found(id))?;
            let stages = tx.stage_changes(grant, &deal)?;
            Ok(OpportunityHistory {
                stays: stays(&stages, tx.now()?),
                stages,
                expectations: tx.expectations(grant, &deal)?,
            })
        })
    }

    /// What open deals are expected to bring (R5.5): by the month in which they are expected to be signed, weighted by how likely
    /// each stage is to be won. `owner`: those of this user, by login, name or identifier.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// let forecast = me.opportunities().forecast(None)?;
    /// assert_eq!(forecast.total.expected, deal.expected_amount);
    /// assert_eq!(forecast.total.weighted.to_string(), "12000.00", "10 % of it");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a user that is none.
    pub fn forecast(&self, owner: Option<&str>) -> Result<Forecast> {
        self.read(|tx, grant| {
            let query = OpportunityQuery {
                owner: owner.map(str::to_owned),
                open: true,
                ..OpportunityQuery::default()
            };
            let filter = filter(tx, grant, &query)?;
            let mut fold = ForecastFold::new(tx.today()?, tx.conventions()?.stage_percents);
            let mut page = PageRequest::first(PageRequest::MAX);
            loop {
                let found = tx.opportunities(grant, &filter, &page)?;
                for deal in found.items {
                    fold.add(deal.expected_amount, deal.expected_close, deal.stage);
                }
                match found.next {
                    Some(next) => page.after = Some(next),
                    None => return Ok(fold.forecast()),
                }
            }
        })
    }

    /// Changes the fields named; `revision` is the one that the caller saw. What is expected is revised while it is open, and every
    /// revision is kept (R5.5).
    ///
    /// ```
    /// # use crm_core::{OpportunityEdit, doc_example};
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// let amount = OpportunityEdit::ExpectedAmount { value: "90000".parse()? };
    /// let deal = me.opportunities().update(deal.id, deal.revision, &[amount])?;
    /// assert_eq!(me.opportunities().history(deal.id)?.expectations.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid, naming every field at fault, `opportunity.closed` among them;
    /// `record.archived`; NotFound.
    pub fn update(&self, id: OpportunityId, revision: u64, edits: &[OpportunityEdit]) -> Result<Opportunity> {
        self.write(
            AuditKind::OpportunityEdited,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = deal_to_change(tx, grant, id)?;
                tx.reads().check_revision(grant, &*before, revision)?;
                let named = edits.iter().rev().find_map(|edit| match edit {
                    OpportunityEdit::Owner { value } => Some(value.as_str()),
                    _ => None,
                });
                let owner = owner_of(tx, grant, before.owner, named)?;
                let (after, owner) = match (edit_opportunity(&before, edits), owner) {
                    (Ok(after), Ok(owner)) => (after, owner),
                    (after, owner) => {
                        let mut problems = after.err().unwrap_or_default();
                        problems.extend(owner.err());
                        return Err(Error::Invalid { problems });
                    }
                };
                let mut after = Opportunity { owner, ..after };
                if after == *before {
                    return Ok(after);
                }
                if after.external_id != before.external_id {
                    check_external_deal(tx, grant, Some(after.id), after.external_id.as_deref())?;
                }
                after.revision += 1;
                let expected = Expected::of(&after);
                if expected != Expected::of(&before) {
                    let said = expected.entry(&after, tx.now(), tx.actor().user());
                    tx.add(grant, said);
                }
                tx.edit(grant, before, after.clone());
                Ok(after)
            },
        )
    }

    /// Moves a deal to another open stage, with a note (R5.2): forward may skip, back is allowed. Moving it to where it stands
    /// changes nothing.
    ///
    /// ```
    /// # use crm_core::{Code, Stage, doc_example};
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// let deal = me.opportunities().move_to(deal.id, Stage::NeedsAnalysis, "确认需求")?;
    /// assert_eq!(deal.stage, Stage::NeedsAnalysis);
    /// let won = me.opportunities().move_to(deal.id, Stage::Won, "已签");
    /// assert_eq!(won.unwrap_err().code(), Code::StageByClosing);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `field.missing` without a note; `stage.by_closing`, `opportunity.closed`; `record.archived`; NotFound.
    pub fn move_to(&self, id: OpportunityId, stage: Stage, note: &str) -> Result<Opportunity> {
        self.write(
            AuditKind::OpportunityMoved,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = deal_to_change(tx, grant, id)?;
                let note = check_move(before.stage, stage, note).map_err(refused)?;
                if before.stage == stage {
                    return Ok(Opportunity::clone(&before));
                }
                let after = Opportunity {
                    stage,
                    stage_changed_at: tx.now(),
                    revision: before.revision + 1,
                    ..Opportunity::clone(&before)
                };
                let change = entry(&after, Some(before.stage), tx.actor().user(), Some(note));
                tx.edit(grant, before, after.clone());
                tx.add(grant, change);
                Ok(after)
            },
        )
    }

    /// Closes a deal as won (R5.3), and makes its contract.
    ///
    /// ```
    /// # use crm_core::{NaiveDate, Stage, Win, doc_example};
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// let win = Win {
    ///     amount: "118000".parse().ok(),
    ///     signed_on: NaiveDate::from_ymd_opt(2024, 5, 1),
    ///     contract_number: "HT-2024-001".into(),
    ///     reason: "方案贴合需求".into(),
    ///     ..Win::default()
    /// };
    /// let won = me.opportunities().close_won(deal.id, &win)?;
    /// assert_eq!(won.opportunity.stage, Stage::Won);
    /// assert_eq!(won.contract.credited_to, deal.owner);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid, naming every field at fault, `contract_number.taken` among them; `opportunity.closed`; `record.archived`; NotFound.
    pub fn close_won(&self, id: OpportunityId, win: &Win) -> Result<WonDeal> {
        self.close_won_with(id, win, &[])
    }

    /// As [`close_won`](Self::close_won), with files, the scan of the contract above all, which are attached to it in the same
    /// transaction (R5.3).
    ///
    /// ```
    /// # use crm_core::{AttachmentFile, Choice, NewAttachment, doc_example};
    /// # let me = doc_example::desk()?;
    /// # let deal = doc_example::deal(&me)?;
    /// # let win = doc_example::win("HT-1");
    /// let scan = NewAttachment { name: "HT-1.pdf".into(), kind: Some(Choice::of("合同扫描件")), ..NewAttachment::default() };
    /// let won = me.opportunities().close_won_with(deal.id, &win, &[AttachmentFile::of(scan, b"%PDF-1.7")?])?;
    /// assert_eq!(won.contract.contract_number, "HT-1");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`close_won`](Self::close_won), and as [`Attachments::add`](super::Attachments::add).
    pub fn close_won_with(&self, id: OpportunityId, win: &Win, files: &[AttachmentFile]) -> Result<WonDeal> {
        self.write(
            AuditKind::OpportunityWon,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = deal_to_change(tx, grant, id)?;
                refuse_closed(&before)?;
                let (customer, owner) = (before.customer, before.owner);
                let (signed, reason) = match check_win(win, tx.today()) {
                    Ok((signed, reason)) => (Ok(signed), reason),
                    Err(problems) => (Err(problems), String::new()),
                };
                let made = Made {
                    customer,
                    opportunity: Some(id),
                    credited_to: Ok(owner),
                    renews: win.renews,
                };
                let contract = enter_contract(tx, grant, made, signed)?;
                let on = || On {
                    customer,
                    follow_up: None,
                    contract: Some(contract.id),
                    opportunity: Some(id),
                };
                attach_all(tx, grant, on, files)?;
                tx.because(&reason);
                let opportunity = close(tx, grant, before, Stage::Won, reason);
                Ok(WonDeal {
                    opportunity,
                    contract,
                })
            },
        )
    }

    /// Closes a deal as lost, for this reason (R5.4): it is not followed up any more, and its open tasks are cancelled. The
    /// customer's other tasks stay.
    ///
    /// ```
    /// # use crm_core::{Stage, doc_example};
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// let deal = me.opportunities().close_lost(deal.id, "价格过高")?;
    /// assert_eq!((deal.stage, deal.reason.as_deref()), (Stage::Lost, Some("价格过高")));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `field.missing` without a reason; `opportunity.closed`; `record.archived`; NotFound.
    pub fn close_lost(&self, id: OpportunityId, reason: &str) -> Result<Opportunity> {
        let reason = &required_text(fields::REASON, reason).map_err(Error::invalid)?;
        self.write(
            AuditKind::OpportunityLost,
            |tx, grant: &Grant<'_, EditCustomers>| {
                let before = deal_to_change(tx, grant, id)?;
                refuse_closed(&before)?;
                close_tasks(tx, grant, &before)?;
                tx.because(reason);
                Ok(close(tx, grant, before, Stage::Lost, reason.clone()))
            },
        )
    }

    /// Opens a closed deal again, for this reason (R5.2): it goes back to the stage from which it was closed, and its contract is
    /// void. Tasks that were cancelled stay so. For supervisors and admins.
    ///
    /// ```
    /// # use crm_core::{Stage, doc_example};
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// me.opportunities().close_lost(deal.id, "价格过高")?;
    /// let deal = me.opportunities().reopen(deal.id, "客户重新询价")?;
    /// assert_eq!((deal.stage, deal.closed_at), (Stage::InitialContact, None));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// `field.missing` without a reason; `opportunity.open`; `access.denied` for a sales rep; `record.archived`; NotFound.
    pub fn reopen(&self, id: OpportunityId, reason: &str) -> Result<Opportunity> {
        let reason = &required_text(fields::REASON, reason).map_err(Error::invalid)?;
        self.write(
            AuditKind::OpportunityReopened,
            |tx, grant: &Grant<'_, CorrectDeals>| {
                let before = deal_to_change(tx, grant, id)?;
                if before.stage.is_open() {
                    let problem = Problem::new(fields::STAGE, Code::OpportunityOpen);
                    return Err(Error::rule(problem));
                }
                let changes = tx.reads().stage_changes(grant, &before)?;
                let stage = closed_from(&changes).unwrap_or(Stage::InitialContact);
                if let Some(contract) = tx.reads().contract_of(grant, &before)? {
                    let void = Contract {
                        voided_at: Some(tx.now()),
                        revision: contract.revision + 1,
                        ..Contract::clone(&contract)
                    };
                    settle_contract(tx, grant, Some(&contract), &void)?;
                    tx.edit(grant, contract, void);
                }
                tx.because(reason);
                let after = Opportunity {
                    stage,
                    stage_changed_at: tx.now(),
                    reason: None,
                    closed_at: None,
                    revision: before.revision + 1,
                    ..Opportunity::clone(&before)
                };
                let change = entry(
                    &after,
                    Some(before.stage),
                    tx.actor().user(),
                    Some(reason.clone()),
                );
                tx.edit(grant, before, after.clone());
                tx.add(grant, change);
                Ok(after)
            },
        )
    }

    /// Archives a deal, for this reason (R2.10): it is out of lists and sums unless asked for, its open tasks are cancelled, and it
    /// is not changed until it is restored. Its contract stays. Archiving one that is archived changes nothing.
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// assert!(me.opportunities().archive(deal.id, deal.revision, "重复录入")?.archived_at.is_some());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; NotFound.
    pub fn archive(&self, id: OpportunityId, revision: u64, reason: &str) -> Result<Opportunity> {
        self.put_away(id, revision, reason, true)
    }

    /// Restores a deal from the archive, for this reason (R2.10).
    ///
    /// ```
    /// # use crm_core::doc_example;
    /// # let me = doc_example::desk()?;
    /// let deal = doc_example::deal(&me)?;
    /// let archived = me.opportunities().archive(deal.id, deal.revision, "重复录入")?;
    /// let restored = me.opportunities().restore(deal.id, archived.revision, "并非重复")?;
    /// assert!(restored.archived_at.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Conflict if it has been changed since; Invalid for a blank reason; NotFound.
    pub fn restore(&self, id: OpportunityId, revision: u64, reason: &str) -> Result<Opportunity> {
        self.put_away(id, revision, reason, false)
    }

    fn put_away(&self, id: OpportunityId, revision: u64, reason: &str, away: bool) -> Result<Opportunity> {
        let reason = required_text(fields::REASON, reason).map_err(Error::invalid)?;
        let kind = match away {
            true => AuditKind::OpportunityArchived,
            false => AuditKind::OpportunityRestored,
        };
        self.write(kind, |tx, grant: &Grant<'_, EditCustomers>| {
            let before = tx.reads().to_edit::<Opportunity, _>(grant, id, &id)?;
            tx.reads().check_seen(grant, &*before, revision)?;
            if away && before.archived_at.is_none() {
                close_tasks(tx, grant, &before)?;
            }
            Ok(put_away(tx, grant, before, away, &reason))
        })
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, SeeCustomers>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }

    fn write<A: Action, T>(
        &self,
        kind: AuditKind,
        body: impl for<'tx> FnMut(&mut WriteTx<'_, 'tx>, &Grant<'tx, A>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.write(self.session.caller, kind, body)
    }
}

/// A stage that is closed, or reached by closing only, is a rule; what was typed is input.
fn refused(problem: Problem) -> Error {
    match problem.field == fields::STAGE {
        true => Error::rule(problem),
        false => Error::invalid(problem),
    }
}

fn refuse_closed(deal: &Opportunity) -> Result<()> {
    match deal.stage.is_open() {
        true => Ok(()),
        false => Err(Error::rule(Problem::new(fields::STAGE, Code::OpportunityClosed))),
    }
}

/// Closes a deal, with its entry in the ledger: the reason is the note.
fn close<'tx>(
    tx: &mut WriteTx<'_, 'tx>,
    grant: &Grant<'tx, EditCustomers>,
    before: Editable<'tx, Opportunity>,
    stage: Stage,
    reason: String,
) -> Opportunity {
    let now = tx.now();
    let after = Opportunity {
        stage,
        stage_changed_at: now,
        closed_at: Some(now),
        reason: Some(reason.clone()),
        revision: before.revision + 1,
        ..Opportunity::clone(&before)
    };
    let change = entry(&after, Some(before.stage), tx.actor().user(), Some(reason));
    tx.edit(grant, before, after.clone());
    tx.add(grant, change);
    after
}

/// The ledger's entry on where a deal stands now.
fn entry(deal: &Opportunity, before: Option<Stage>, by: Option<UserId>, note: Option<String>) -> StageChange {
    StageChange {
        opportunity: deal.id,
        revision: deal.revision,
        customer: deal.customer,
        at: deal.stage_changed_at,
        before,
        after: deal.stage,
        by,
        note,
    }
}

fn filter<'tx>(
    tx: &ReadTx<'_, 'tx>,
    grant: &Grant<'tx, SeeCustomers>,
    query: &OpportunityQuery,
) -> Result<OpportunityFilter> {
    // All fields by name, so that a new one cannot be forgotten.
    let OpportunityQuery {
        customer,
        owner,
        stage,
        open,
        expected_close,
        text,
        external_id,
        archived,
    } = query;
    let text = text.as_deref().map(fold).unwrap_or_default();
    Ok(OpportunityFilter {
        owner: tx.asked_user(grant, fields::OWNER, owner.as_deref())?,
        customer: tx.asked_customer(grant, customer.as_deref())?,
        stage: *stage,
        open: *open,
        expected_close: days(*expected_close),
        words: text.split_whitespace().map(str::to_owned).collect(),
        external_id: external_id.as_deref().map(|id| id.trim().to_owned()),
        archived: *archived,
    })
}
