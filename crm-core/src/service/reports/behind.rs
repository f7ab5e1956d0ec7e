//! Which customers and deals a figure counts (R7): those in sight by name, and how many more.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Reports,
    asked::{Asked, Subject},
    deals_by,
};
use crate::{
    access::{Grant, SeeReports},
    error::{Code, Error, Problem, Result},
    model::{
        Counted, CountedRow, CustomerNumber, CustomerStatus, FunnelQuery, OpportunityId, PerformanceFigure,
        PerformanceQuery, PickList, ReportKind, SourcesQuery, Stage, StatusQuery, fields,
    },
    report::{Reached, StatusFold, is_deal, won},
    service::door::ReadTx,
    store::check_limit,
};

/// Those that a figure counts, each once.
#[derive(Default)]
struct Behind {
    seen: BTreeSet<(CustomerNumber, Option<OpportunityId>)>,
    hidden: BTreeSet<(CustomerNumber, Option<OpportunityId>)>,
}

impl Behind {
    fn add(&mut self, seen: bool, customer: CustomerNumber, deal: Option<OpportunityId>) {
        match seen {
            true => self.seen.insert((customer, deal)),
            false => self.hidden.insert((customer, deal)),
        };
    }

    /// The first of them, with their names.
    fn told<'tx>(self, tx: &ReadTx<'_, 'tx>, grant: &Grant<'tx, SeeReports>, limit: u32) -> Result<Counted> {
        let limit = limit as usize;
        let shown: Vec<_> = self.seen.iter().take(limit).copied().collect();
        let numbers: Vec<CustomerNumber> = shown.iter().map(|(customer, _)| *customer).collect();
        let customers = tx.counted_customers(grant, &numbers)?;
        let customers: BTreeMap<_, _> = customers.into_iter().map(|one| (one.number, one.name)).collect();
        let ids: Vec<OpportunityId> = shown.iter().filter_map(|(_, deal)| *deal).collect();
        let deals = tx.counted_deals(grant, &ids)?;
        let deals: BTreeMap<_, _> = deals.into_iter().map(|one| (one.id, one.name)).collect();
        let row = |(customer, deal): (CustomerNumber, Option<OpportunityId>)| CountedRow {
            customer,
            customer_name: customers.get(&customer).cloned().unwrap_or_default(),
            opportunity: deal,
            opportunity_name: deal.and_then(|deal| deals.get(&deal).cloned()),
        };
        Ok(Counted {
            rows: shown.into_iter().map(row).collect(),
            more: self.seen.len().saturating_sub(limit) as u64,
            hidden: self.hidden.len() as u64,
        })
    }
}

impl Reports {
    /// The deals that reached a stage of a funnel (R7.1), up to `limit` (1 to 1,000): their customers are those that the row counts.
    /// Of *lost*, those that are lost by now.
    ///
    /// ```
    /// # use crm_core::{FunnelQuery, Stage, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::deal(&me)?;
    /// let behind = me.reports().funnel_rows(&FunnelQuery::default(), Stage::InitialContact, 50)?;
    /// assert_eq!((behind.rows[0].customer_name.as_str(), behind.hidden), ("上海示例科技有限公司", 0));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`funnel`](Self::funnel); `page.limit`.
    pub fn funnel_rows(&self, query: &FunnelQuery, stage: Stage, limit: u32) -> Result<Counted> {
        let limit = check_limit(limit)?;
        self.read(|tx, grant| {
            let subject = Subject::of(&query.period, &query.person, &query.team);
            let asked = Asked::new(tx, grant, ReportKind::Funnel, &subject, None)?;
            let mut behind = Behind::default();
            tx.deal_facts(grant, deals_by(query.cohort), &asked.facts()?, true, |deal| {
                let is_counted = match stage {
                    Stage::Lost => deal.stage() == Some(Stage::Lost),
                    stage => Reached::of(deal, query.without_skipped).has(stage),
                };
                if is_counted {
                    behind.add(deal.seen, deal.customer, deal.id);
                }
            })?;
            behind.told(tx, grant, limit)
        })
    }

    /// The customers that a source counts (R7.2), or only those who have signed a deal, up to `limit` (1 to 1,000). `source` is the
    /// code or a label of one; none is all.
    ///
    /// ```
    /// # use crm_core::{SourcesQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::first(&me)?;
    /// let behind = me.reports().sources_rows(&SourcesQuery::default(), None, false, 50)?;
    /// assert_eq!(behind.rows.len(), 1);
    /// assert!(me.reports().sources_rows(&SourcesQuery::default(), None, true, 50)?.rows.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`sources`](Self::sources); `choice.unknown`; `page.limit`.
    pub fn sources_rows(
        &self,
        query: &SourcesQuery,
        source: Option<&str>,
        only_won: bool,
        limit: u32,
    ) -> Result<Counted> {
        let limit = check_limit(limit)?;
        self.read(|tx, grant| {
            let subject = Subject::of(&query.period, &query.person, &query.team);
            let asked = Asked::new(tx, grant, ReportKind::Sources, &subject, None)?;
            let source = match source {
                Some(word) => match tx.pick_lists(grant)?.find(PickList::Source, word) {
                    Some(entry) => Some(entry.code.clone()),
                    None => {
                        let unknown = Problem::with(fields::SOURCE, Code::ChoiceUnknown, word);
                        return Err(Error::invalid(unknown));
                    }
                },
                None => None,
            };
            let mut behind = Behind::default();
            tx.customer_facts(grant, None, &asked.facts()?, |customer| {
                let is_of_source = source.as_ref().is_none_or(|source| **source == *customer.source);
                if is_of_source && (!only_won || won(customer, query.past_contracts).is_some()) {
                    behind.add(customer.seen, customer.number, None);
                }
            })?;
            behind.told(tx, grant, limit)
        })
    }

    /// The customers or deals that a figure of somebody's performance counts (R7.3), of whoever is asked for, up to `limit`
    /// (1 to 1,000).
    ///
    /// ```
    /// # use crm_core::{PerformanceFigure, PerformanceQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::talk(&me)?;
    /// let talked = PerformanceFigure::FollowedUp;
    /// let behind = me.reports().performance_rows(&PerformanceQuery::default(), talked, 50)?;
    /// assert_eq!(behind.rows[0].customer_name, "上海示例科技有限公司");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`performance`](Self::performance); `page.limit`.
    pub fn performance_rows(
        &self,
        query: &PerformanceQuery,
        figure: PerformanceFigure,
        limit: u32,
    ) -> Result<Counted> {
        let limit = check_limit(limit)?;
        self.read(|tx, grant| {
            let subject = Subject::of(&query.period, &query.person, &query.team);
            let asked = Asked::new(tx, grant, ReportKind::Performance, &subject, None)?;
            let mut behind = Behind::default();
            match figure {
                PerformanceFigure::FollowedUp => tx.talk_facts(grant, &asked.facts()?, |talk| {
                    behind.add(talk.seen, talk.customer, None);
                })?,
                PerformanceFigure::WonCustomers | PerformanceFigure::WonDeals => {
                    let with_deals = figure == PerformanceFigure::WonDeals;
                    tx.sale_facts(grant, asked.people(), asked.days(), with_deals, |sale| {
                        if is_deal(sale, query.past_contracts) {
                            behind.add(sale.seen, sale.customer, sale.opportunity);
                        }
                    })?;
                }
            }
            behind.told(tx, grant, limit)
        })
    }

    /// The customers that stand somewhere (R7.4), up to `limit` (1 to 1,000).
    ///
    /// ```
    /// # use crm_core::{CustomerStatus, StatusQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::first(&me)?;
    /// let behind = me.reports().status_rows(&StatusQuery::default(), CustomerStatus::Potential, 50)?;
    /// assert_eq!(behind.rows.len(), 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`status`](Self::status); `page.limit`.
    pub fn status_rows(&self, query: &StatusQuery, status: CustomerStatus, limit: u32) -> Result<Counted> {
        let limit = check_limit(limit)?;
        self.read(|tx, grant| {
            let subject = Subject::of(&query.period, &query.person, &query.team);
            let asked = Asked::new(tx, grant, ReportKind::Status, &subject, None)?;
            let rows = StatusFold::new(query.fold_negotiating);
            let mut behind = Behind::default();
            asked.customers_standing(tx, grant, |customer| {
                if rows.row_of(customer.status) == status {
                    behind.add(customer.seen, customer.number, None);
                }
            })?;
            behind.told(tx, grant, limit)
        })
    }
}
