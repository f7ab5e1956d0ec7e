//! Reports and targets (R7).

use std::sync::Arc;

use crmkit::{
    Counted, CustomerStatus, ForecastQuery, ForecastReport, Funnel, FunnelQuery, HistoryEntry, NewTarget,
    Performance, PerformanceFigure, PerformanceQuery, Report, ReportFormat, Sources, SourcesQuery, Stage,
    StatusDistribution, StatusQuery, Target, TeamQuery, TeamReport, model::fields,
};

use crate::{
    Result, Session,
    call::{from_zero, of_session},
};

of_session! {
    /// Reports, for one session: over what the caller sees, and over what was credited to the people whose customers they all see.
    Reports(crmkit::Session)
}

of_session! {
    /// What people are to bring in, month by month, for one session.
    Targets(crmkit::Targets)
}

#[uniffi::export]
impl Session {
    /// Reports (R7).
    pub fn reports(&self) -> Arc<Reports> {
        Reports::new(self.inner.clone(), self.language)
    }

    /// Targets (R7.3).
    pub fn targets(&self) -> Arc<Targets> {
        Targets::new(self.inner.targets(), self.language)
    }
}

#[uniffi::export]
impl Reports {
    /// The funnel (R7.1): how many customers reached each stage, of the deals that were entered in the period; where these deals stand
    /// now, and how long they stood in each stage.
    ///
    /// Fails with Invalid for a period, a person or a team that is none.
    #[uniffi::method(default(query))]
    pub fn funnel(&self, query: FunnelQuery) -> Result<Funnel> {
        self.call(|me| me.reports().funnel(&query))
    }

    /// The deals that reached a stage of the funnel (R7.1), up to `limit` of them, from 1 to 1,000; of *lost*, those that are lost by
    /// now.
    ///
    /// Fails with Invalid for a period, a person or a team that is none; with `page.limit`.
    #[uniffi::method(default(query), default(limit = 50))]
    pub fn funnel_rows(&self, stage: Stage, query: FunnelQuery, limit: u32) -> Result<Counted> {
        self.call(|me| {
            from_zero(fields::LIMIT, limit)?;
            me.reports().funnel_rows(&query, stage, limit)
        })
    }

    /// Where customers come from (R7.2): those that were entered in the period, by source, and how many of them have signed a deal by
    /// now.
    ///
    /// Fails with Invalid for a period, a person or a team that is none.
    #[uniffi::method(default(query))]
    pub fn sources(&self, query: SourcesQuery) -> Result<Sources> {
        self.call(|me| me.reports().sources(&query))
    }

    /// The customers that a source counts (R7.2), or only those who have signed a deal, up to `limit` of them, from 1 to 1,000.
    ///
    /// Fails with Invalid for a period, a person, a team or a source that is none; with `page.limit`.
    #[uniffi::method(default(source = None), default(only_won = false), default(query), default(limit = 50))]
    pub fn sources_rows(
        &self,
        source: Option<String>,
        only_won: bool,
        query: SourcesQuery,
        limit: u32,
    ) -> Result<Counted> {
        self.call(|me| {
            from_zero(fields::LIMIT, limit)?;
            me.reports()
                .sources_rows(&query, source.as_deref(), only_won, limit)
        })
    }

    /// What each salesperson brought in (R7.3): with whom they held follow-ups in the period, and what was signed in it of theirs,
    /// against their targets.
    ///
    /// Fails with Invalid for a period, a person or a team that is none.
    #[uniffi::method(default(query))]
    pub fn performance(&self, query: PerformanceQuery) -> Result<Performance> {
        self.call(|me| me.reports().performance(&query))
    }

    /// The customers or deals that a figure of performance counts (R7.3), of whoever is asked for, up to `limit` of them, from 1 to
    /// 1,000.
    ///
    /// Fails with Invalid for a period, a person or a team that is none; with `page.limit`.
    #[uniffi::method(default(query), default(limit = 50))]
    pub fn performance_rows(
        &self,
        figure: PerformanceFigure,
        query: PerformanceQuery,
        limit: u32,
    ) -> Result<Counted> {
        self.call(|me| {
            from_zero(fields::LIMIT, limit)?;
            me.reports().performance_rows(&query, figure, limit)
        })
    }

    /// Where customers stand (R7.4), now or at the end of a period, and how many have gone quiet by now (R2.6).
    ///
    /// Fails with Invalid for a period, a person or a team that is none.
    #[uniffi::method(default(query))]
    pub fn status(&self, query: StatusQuery) -> Result<StatusDistribution> {
        self.call(|me| me.reports().status(&query))
    }

    /// The customers that stand somewhere (R7.4), up to `limit` of them, from 1 to 1,000.
    ///
    /// Fails with Invalid for a period, a person or a team that is none; with `page.limit`.
    #[uniffi::method(default(query), default(limit = 50))]
    pub fn status_rows(&self, status: CustomerStatus, query: StatusQuery, limit: u32) -> Result<Counted> {
        self.call(|me| {
            from_zero(fields::LIMIT, limit)?;
            me.reports().status_rows(&query, status, limit)
        })
    }

    /// What each salesperson did in the period (R7.5): follow-ups held, tasks done on time, what was entered late, how many of those
    /// followed up were won, and what their open deals are expected to bring.
    ///
    /// Fails with Invalid for a period, a person or a team that is none.
    #[uniffi::method(default(query))]
    pub fn team(&self, query: TeamQuery) -> Result<TeamReport> {
        self.call(|me| me.reports().team(&query))
    }

    /// What open deals are expected to bring (R5.5), by the month in which they are expected to be signed.
    ///
    /// Fails with Invalid for a person or a team that is none.
    #[uniffi::method(default(query))]
    pub fn forecast(&self, query: ForecastQuery) -> Result<ForecastReport> {
        self.call(|me| me.reports().forecast(&query))
    }
}

#[uniffi::export]
impl Reports {
    /// A report as a picture, to be looked at: SVG, which scales, and says in words what it shows (R7.6).
    pub fn picture(&self, report: Report) -> Result<String> {
        self.call(|me| crmkit::picture(me, &report))
    }

    /// Reports as the bytes of a file, in this form (R7.6): a page or data of any number of them, a picture or a plain table of one.
    /// Whether the caller may is asked first, and the log keeps what goes out.
    ///
    /// Fails with `access.denied`; with `export.format` for workbooks and documents, which are not written on telephones; with
    /// `export.one_report`.
    pub fn export(&self, reports: Vec<Report>, format: ReportFormat) -> Result<Vec<u8>> {
        self.call(|me| crmkit::ReportExport::new().format(format).bytes(me, &reports))
    }
}

#[uniffi::export]
impl Targets {
    /// Says what people are to bring in (R7.3), all of it or nothing; a target without an amount is taken back. An admin says it of
    /// anybody, a supervisor of the team.
    ///
    /// Fails with Invalid, naming every target at fault; with `access.denied`.
    pub fn set(&self, targets: Vec<NewTarget>) -> Result<Vec<Target>> {
        self.call(|there| there.set(&targets))
    }

    /// The targets of a period's months, by person and month: of the people whose figures the caller sees.
    ///
    /// Fails with Invalid for a period that is none.
    pub fn list(&self, period: String) -> Result<Vec<Target>> {
        self.call(|targets| targets.list(&period))
    }

    /// How a person's target of a month came to be what it is, the latest change first, up to `limit` of them, from 1 to 1,000.
    ///
    /// Fails with Invalid for a user or a month that is none; with NotFound; with `page.limit`.
    #[uniffi::method(default(limit = 50))]
    pub fn history(&self, person: String, month: String, limit: u32) -> Result<Vec<HistoryEntry>> {
        self.call(|targets| {
            from_zero(fields::LIMIT, limit)?;
            targets.history(&person, &month, limit)
        })
    }
}
