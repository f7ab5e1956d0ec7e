//! Reports (R7): whose facts of which period are added up, and what comes of it.

mod asked;
mod behind;

use asked::{Asked, Subject};

use super::{Session, door::ReadTx};
use crate::{
    access::{Grant, SeeReports},
    error::Result,
    model::{
        Cohort, ForecastQuery, ForecastReport, Funnel, FunnelQuery, FunnelRow, Performance, PerformanceQuery,
        PerformanceRow, PickList, QuietProposal, ReportKind, SourceRow, Sources, SourcesQuery,
        StatusDistribution, StatusQuery, StatusRow, TeamQuery, TeamReport, TeamRow,
    },
    report::{FunnelFold, PerformanceFold, SourcesFold, StatusFold, TeamFold},
    rules::forecast::ForecastFold,
    store::DealsBy,
};

/// Reports, for one session: over what the caller sees, and over what was credited to the people whose customers they all see.
#[derive(Clone)]
pub struct Reports {
    session: Session,
}

impl Session {
    /// Reports (R7).
    ///
    /// ```
    /// # use crm_core::{FunnelQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::deal(&me)?;
    /// let funnel = me.reports().funnel(&FunnelQuery::default())?;
    /// assert_eq!(funnel.rows[0].customers, 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn reports(&self) -> Reports {
        Reports {
            session: self.clone(),
        }
    }
}

impl Reports {
    /// The funnel (R7.1): how many customers reached each stage, of the deals that were entered (or closed) in the period; where these
    /// deals stand now, and how long they stood in each stage.
    ///
    /// ```
    /// # use crm_core::{FunnelQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::deal(&me)?;
    /// let funnel = me.reports().funnel(&FunnelQuery { period: Some("2024Q2".into()), ..FunnelQuery::default() })?;
    /// assert_eq!((funnel.rows[0].customers, funnel.rows[0].share.text.as_str()), (1, "100 %"));
    /// assert_eq!(funnel.rows[1].conversion.as_ref().unwrap().text, "0 %");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a period, a person or a team that is none.
    pub fn funnel(&self, query: &FunnelQuery) -> Result<Funnel> {
        // All fields by name, so that a new one cannot be forgotten.
        let FunnelQuery {
            period,
            person,
            team,
            cohort,
            unit,
            without_skipped,
            compare,
        } = query;
        let by = deals_by(*cohort);
        let unit = unit.unwrap_or_default();
        self.read(|tx, grant| {
            let asked = Asked::new(
                tx,
                grant,
                ReportKind::Funnel,
                &Subject::of(period, person, team),
                *compare,
            )?;
            let rows = |asked: &Asked| -> Result<(Vec<FunnelRow>, u64)> {
                let mut fold = FunnelFold::new(unit, *without_skipped);
                tx.deal_facts(grant, by, &asked.facts()?, false, |deal| fold.add(deal))?;
                Ok(fold.rows())
            };
            let (shown, lost) = rows(&asked)?;
            let (compared_head, compared) = match asked.compared()? {
                Some(earlier) => (Some(earlier.head()), rows(&earlier)?.0),
                None => (None, Vec::new()),
            };
            Ok(Funnel {
                head: asked.head(),
                rows: shown,
                lost,
                compared_head,
                compared,
            })
        })
    }

    /// Where customers come from (R7.2): those that were entered in the period, by source, and how many of them have signed a deal by
    /// now.
    ///
    /// ```
    /// # use crm_core::{SourcesQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::first(&me)?;
    /// let sources = me.reports().sources(&SourcesQuery::default())?;
    /// assert_eq!((sources.rows[0].label.as_str(), sources.rows[0].customers), ("转介绍", 1));
    /// assert_eq!(sources.total.rate.text, "0 %");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a period, a person or a team that is none.
    pub fn sources(&self, query: &SourcesQuery) -> Result<Sources> {
        let SourcesQuery {
            period,
            person,
            team,
            past_contracts,
            compare,
        } = query;
        let language = self.session.language();
        self.read(|tx, grant| {
            let asked = Asked::new(
                tx,
                grant,
                ReportKind::Sources,
                &Subject::of(period, person, team),
                *compare,
            )?;
            let pick_lists = tx.pick_lists(grant)?;
            let label = |code: &str| {
                let mut entries = pick_lists.entries().iter();
                let entry = entries.find(|entry| entry.list == PickList::Source && entry.code == code);
                entry.map_or_else(|| code.to_owned(), |entry| entry.label(language).to_owned())
            };
            let rows = |asked: &Asked| -> Result<(Vec<SourceRow>, SourceRow)> {
                let mut fold = SourcesFold::new(*past_contracts);
                tx.customer_facts(grant, None, &asked.facts()?, |customer| fold.add(customer))?;
                Ok(fold.rows(asked.all(language), label))
            };
            let (shown, total) = rows(&asked)?;
            let (compared_head, compared) = compared(&asked, rows)?;
            Ok(Sources {
                head: asked.head(),
                rows: shown,
                total,
                compared_head,
                compared,
            })
        })
    }

    /// What each salesperson brought in (R7.3): with whom they held follow-ups in the period, and what was signed in it of theirs,
    /// against their targets.
    ///
    /// ```
    /// # use crm_core::{Money, NewTarget, PerformanceQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::talk(&me)?;
    /// let target = NewTarget { person: "lin".into(), month: "2024-05".into(), amount: Some(Money::from_fen(25_000_000)) };
    /// me.targets().set(&[target])?;
    /// let query = PerformanceQuery { period: Some("2024-05".into()), ..PerformanceQuery::default() };
    /// let performance = me.reports().performance(&query)?;
    /// assert_eq!((performance.total.followed_up, performance.total.attainment.text.as_str()), (1, "0 %"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a period, a person or a team that is none.
    pub fn performance(&self, query: &PerformanceQuery) -> Result<Performance> {
        let PerformanceQuery {
            period,
            person,
            team,
            past_contracts,
            compare,
        } = query;
        let language = self.session.language();
        self.read(|tx, grant| {
            let subject = Subject::of(period, person, team);
            let asked = Asked::new(tx, grant, ReportKind::Performance, &subject, *compare)?;
            let rows = |asked: &Asked| -> Result<(Vec<PerformanceRow>, PerformanceRow)> {
                let mut fold = PerformanceFold::new(asked.span(), *past_contracts);
                tx.talk_facts(grant, &asked.facts()?, |talk| fold.add_talk(talk))?;
                tx.sale_facts(grant, asked.people(), asked.days(), false, |sale| {
                    fold.add_sale(sale);
                })?;
                let targets = tx.targets_in_sight(grant, asked.days())?;
                targets
                    .iter()
                    .filter(|target| asked.wants(target.person))
                    .for_each(|target| fold.add_target(target));
                Ok(fold.rows(asked.rows(), asked.all(language)))
            };
            let (shown, total) = rows(&asked)?;
            let (compared_head, compared) = compared(&asked, rows)?;
            Ok(Performance {
                head: asked.head(),
                rows: shown,
                total,
                compared_head,
                compared,
            })
        })
    }

    /// Where customers stand (R7.4), now or at the end of a period, and how many have gone quiet by now (R2.6).
    ///
    /// ```
    /// # use crm_core::{StatusQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::first(&me)?;
    /// let now = me.reports().status(&StatusQuery::default())?;
    /// assert_eq!((now.rows[0].customers, now.rows[0].share.text.as_str(), now.gone_quiet), (1, "100 %", Some(0)));
    /// let before = StatusQuery { period: Some("2024-04".into()), ..StatusQuery::default() };
    /// assert_eq!(me.reports().status(&before)?.total.share.text, "—");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a period, a person or a team that is none.
    pub fn status(&self, query: &StatusQuery) -> Result<StatusDistribution> {
        let StatusQuery {
            period,
            person,
            team,
            fold_negotiating,
            compare,
        } = query;
        self.read(|tx, grant| {
            let asked = Asked::new(
                tx,
                grant,
                ReportKind::Status,
                &Subject::of(period, person, team),
                *compare,
            )?;
            let (mut gone_quiet, mut at_risk) = (None, None);
            let mut rows = |asked: &Asked| -> Result<(Vec<StatusRow>, StatusRow)> {
                let mut fold = StatusFold::new(*fold_negotiating);
                if asked.is_now(tx)? {
                    // Counted, since nothing has to be taken back.
                    let (filter, _) = super::quiet::filter(tx, None)?;
                    let (mut quiet, mut risk) = (0, 0);
                    for standing in tx.standing(grant, asked.people(), &filter)? {
                        fold.add(standing.status, standing.customers);
                        match super::quiet::proposal(standing.status) {
                            QuietProposal::MarkLost => quiet += standing.quiet,
                            QuietProposal::AtRisk => risk += standing.quiet,
                        }
                    }
                    (gone_quiet, at_risk) = (Some(quiet), Some(risk));
                } else {
                    asked.customers_standing(tx, grant, |customer| fold.add(customer.status, 1))?;
                }
                Ok(fold.rows())
            };
            let (shown, total) = rows(&asked)?;
            let (compared_head, compared) = compared(&asked, rows)?;
            Ok(StatusDistribution {
                head: asked.head(),
                rows: shown,
                total,
                gone_quiet,
                at_risk,
                compared_head,
                compared,
            })
        })
    }

    /// What each salesperson did in the period (R7.5): follow-ups held, tasks done on time, what was entered late, how many of those
    /// followed up were won, and what their open deals are expected to bring.
    ///
    /// ```
    /// # use crm_core::{TeamQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::talk(&me)?;
    /// let team = me.reports().team(&TeamQuery { period: Some("2024-05".into()), ..TeamQuery::default() })?;
    /// assert_eq!((team.total.follow_ups, team.total.tasks_due, team.total.on_time.text.as_str()), (1, 1, "0 %"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a period, a person or a team that is none.
    pub fn team(&self, query: &TeamQuery) -> Result<TeamReport> {
        let TeamQuery {
            period,
            person,
            team,
            compare,
        } = query;
        let language = self.session.language();
        self.read(|tx, grant| {
            let asked = Asked::new(
                tx,
                grant,
                ReportKind::Team,
                &Subject::of(period, person, team),
                *compare,
            )?;
            let conventions = tx.conventions()?;
            let rows = |asked: &Asked| -> Result<(Vec<TeamRow>, TeamRow)> {
                let mut fold = TeamFold::new(conventions.zone, conventions.stage_percents);
                let facts = asked.facts()?;
                tx.talk_facts(grant, &facts, |talk| fold.add_talk(talk))?;
                tx.late_entries(grant, &facts, |person| fold.add_late_customer(person))?;
                tx.duty_facts(grant, asked.people(), asked.days(), |duty| fold.add_duty(duty))?;
                tx.sale_facts(grant, asked.people(), asked.days(), false, |sale| {
                    fold.add_sale(sale);
                })?;
                tx.open_facts(grant, asked.people(), |deal| fold.add_deal(deal))?;
                Ok(fold.rows(asked.rows(), asked.all(language)))
            };
            let (shown, total) = rows(&asked)?;
            let (compared_head, compared) = compared(&asked, rows)?;
            Ok(TeamReport {
                head: asked.head(),
                rows: shown,
                total,
                compared_head,
                compared,
            })
        })
    }

    /// What open deals are expected to bring (R5.5), by the month in which they are expected to be signed.
    ///
    /// ```
    /// # use crm_core::{ForecastQuery, doc_example};
    /// # let me = doc_example::desk()?;
    /// # doc_example::deal(&me)?;
    /// let report = me.reports().forecast(&ForecastQuery::default())?;
    /// assert_eq!(report.forecast.total.weighted.to_string(), "12000.00");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// Invalid for a person or a team that is none.
    pub fn forecast(&self, query: &ForecastQuery) -> Result<ForecastReport> {
        let ForecastQuery { person, team } = query;
        self.read(|tx, grant| {
            let asked = Asked::new(
                tx,
                grant,
                ReportKind::Forecast,
                &Subject::of(&None, person, team),
                None,
            )?;
            let mut fold = ForecastFold::new(tx.today()?, tx.conventions()?.stage_percents);
            tx.open_facts(grant, asked.people(), |deal| {
                fold.add(deal.expected, deal.expected_close, deal.stage);
            })?;
            Ok(ForecastReport {
                head: asked.head(),
                forecast: fold.forecast(),
            })
        })
    }

    fn read<T>(
        &self,
        body: impl for<'tx> FnMut(&ReadTx<'_, 'tx>, &Grant<'tx, SeeReports>) -> Result<T>,
    ) -> Result<T> {
        self.session.door.read(self.session.caller, body)
    }
}

fn deals_by(cohort: Option<Cohort>) -> DealsBy {
    match cohort.unwrap_or_default() {
        Cohort::Creation => DealsBy::Creation,
        Cohort::Closing => DealsBy::Closing,
    }
}

/// The rows of what a report is compared with, all together last, if that was asked for.
fn compared<T>(
    asked: &Asked,
    mut rows: impl FnMut(&Asked) -> Result<(Vec<T>, T)>,
) -> Result<(Option<crate::model::ReportHead>, Vec<T>)> {
    let Some(earlier) = asked.compared()? else {
        return Ok((None, Vec::new()));
    };
    let (mut shown, total) = rows(&earlier)?;
    shown.push(total);
    Ok((Some(earlier.head()), shown))
}
