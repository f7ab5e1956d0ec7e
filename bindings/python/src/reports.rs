//! Reports and targets (R7).

use std::path::PathBuf;

use crm_core::python::{Arg, Argument, Listed};
use crmkit::{
    Counted, CustomerStatus, ForecastQuery, ForecastReport, Funnel, FunnelQuery, HistoryEntry, Money,
    NewTarget, Performance, PerformanceFigure, PerformanceQuery, Report, Sources, SourcesQuery, Stage,
    StatusDistribution, StatusQuery, Target, TeamQuery, TeamReport, model::fields,
};
use pyo3::prelude::*;

use crate::{argument::Typed, call::of_session, session::Session};

of_session! {
    /// Reports, for one session.
    Reports(crmkit::Session)
}

of_session! {
    /// Targets, for one session.
    Targets(crmkit::Targets)
}

#[pymethods]
impl Session {
    /// What it adds up to.
    #[getter]
    fn reports(&self) -> Reports {
        Reports::new(self.inner.clone(), self.language)
    }

    /// What people are to bring in, month by month.
    #[getter]
    fn targets(&self) -> Targets {
        Targets::new(self.inner.targets(), self.language)
    }
}

with_funnel_query! { Reports:
    /// The funnel: how many customers reached each stage, of the deals that were entered in the period; where these deals stand now,
    /// and how long they stood in each stage. `period`: "2024-05", "2024Q2", "2024" or "2024-05-01..2024-05-15".
    fn funnel()() -> Funnel = |me: &Reports, py, query: Typed<FunnelQuery>| {
        me.call(py, |me| me.reports().funnel(&query.read()?))
    };
}

with_funnel_query! { Reports:
    /// The deals that reached a stage of the funnel, up to `limit` (1 to 1,000); of "lost", those that are lost by now.
    fn funnel_rows(stage: Arg<Stage>)(limit: Arg<u32> = Arg::from(50)) -> Counted = |me: &Reports, py, query: Typed<FunnelQuery>, stage: Arg<Stage>, limit: Arg<u32>| {
        me.call(py, |me| me.reports().funnel_rows(&query.read()?, stage.of(fields::STAGE)?, limit.of(fields::LIMIT)?))
    };
}

with_sources_query! { Reports:
    /// Where customers come from: those that were entered in the period, by source, and how many of them have signed a deal by now.
    fn sources()() -> Sources = |me: &Reports, py, query: Typed<SourcesQuery>| {
        me.call(py, |me| me.reports().sources(&query.read()?))
    };
}

with_sources_query! { Reports:
    /// The customers that a source counts, or only those who have signed a deal, up to `limit` (1 to 1,000).
    fn sources_rows(source: Option<Arg<String>>)(only_won: Arg<bool> = Arg::from(false), limit: Arg<u32> = Arg::from(50)) -> Counted = |me: &Reports, py, query: Typed<SourcesQuery>, source: Option<Arg<String>>, only_won: Arg<bool>, limit: Arg<u32>| {
        me.call(py, |me| {
            let source = source.of(fields::SOURCE)?;
            me.reports().sources_rows(&query.read()?, source.as_deref(), only_won.of("only_won")?, limit.of(fields::LIMIT)?)
        })
    };
}

with_performance_query! { Reports:
    /// What each salesperson brought in: with whom they held follow-ups in the period, and what was signed in it of theirs, against
    /// their targets.
    fn performance()() -> Performance = |me: &Reports, py, query: Typed<PerformanceQuery>| {
        me.call(py, |me| me.reports().performance(&query.read()?))
    };
}

with_performance_query! { Reports:
    /// The customers or deals that a figure of performance counts, up to `limit` (1 to 1,000), of whoever is asked for.
    fn performance_rows(figure: Arg<PerformanceFigure>)(limit: Arg<u32> = Arg::from(50)) -> Counted = |me: &Reports, py, query: Typed<PerformanceQuery>, figure: Arg<PerformanceFigure>, limit: Arg<u32>| {
        me.call(py, |me| me.reports().performance_rows(&query.read()?, figure.of("figure")?, limit.of(fields::LIMIT)?))
    };
}

with_status_query! { Reports:
    /// Where customers stand, now or at the end of a period, and how many have gone quiet by now.
    fn status()() -> StatusDistribution = |me: &Reports, py, query: Typed<StatusQuery>| {
        me.call(py, |me| me.reports().status(&query.read()?))
    };
}

with_status_query! { Reports:
    /// The customers that stand somewhere, up to `limit` (1 to 1,000).
    fn status_rows(status: Arg<CustomerStatus>)(limit: Arg<u32> = Arg::from(50)) -> Counted = |me: &Reports, py, query: Typed<StatusQuery>, status: Arg<CustomerStatus>, limit: Arg<u32>| {
        me.call(py, |me| me.reports().status_rows(&query.read()?, status.of(fields::STATUS)?, limit.of(fields::LIMIT)?))
    };
}

with_team_query! { Reports:
    /// What each salesperson did in the period: follow-ups held, tasks done on time, what was entered late, how many of those followed
    /// up were won, and what their open deals are expected to bring.
    fn team()() -> TeamReport = |me: &Reports, py, query: Typed<TeamQuery>| {
        me.call(py, |me| me.reports().team(&query.read()?))
    };
}

with_forecast_query! { Reports:
    /// What open deals are expected to bring, by the month in which they are expected to be signed.
    fn forecast()() -> ForecastReport = |me: &Reports, py, query: Typed<ForecastQuery>| {
        me.call(py, |me| me.reports().forecast(&query.read()?))
    };
}

with_new_target! { Targets:
    /// Says what a person is to bring in in a month, such as "2024-05"; `None` takes it back. For admins, and for supervisors of their team.
    fn set()() -> Target = |me: &Targets, py, new: Typed<NewTarget>| {
        me.call(py, |targets| {
            let set = targets.set(&[new.read()?])?;
            set.into_iter().next().ok_or_else(|| crmkit::Error::internal("a target that was not set"))
        })
    };
}

/// Person, month and amount.
type TypedTarget = (Arg<String>, Arg<String>, Option<Arg<Money>>);

#[pymethods]
impl Targets {
    /// Says what people are to bring in, all of it or nothing: person, month and amount of each.
    #[pyo3(signature = (targets))]
    fn set_all(&self, py: Python<'_>, targets: Vec<TypedTarget>) -> PyResult<Listed<Target>> {
        let set = self.call(py, |there| {
            let mut read = Vec::with_capacity(targets.len());
            for (person, month, amount) in targets {
                read.push(NewTarget {
                    person: person.of(fields::PERSON)?,
                    month: month.of(fields::MONTH)?,
                    amount: amount.of(fields::AMOUNT)?,
                });
            }
            there.set(&read)
        })?;
        Ok(Listed(set))
    }

    /// The targets of a period's months, by person and month: of the people whose figures the caller sees.
    fn list(&self, py: Python<'_>, period: Arg<String>) -> PyResult<Listed<Target>> {
        let targets = self.call(py, |targets| targets.list(&period.of(fields::PERIOD)?))?;
        Ok(Listed(targets))
    }

    /// How a person's target of a month came to be what it is, the latest change first, up to `limit` (1 to 1,000) of them.
    #[pyo3(signature = (person, month, *, limit=Arg::from(50)))]
    fn history(
        &self,
        py: Python<'_>,
        person: Arg<String>,
        month: Arg<String>,
        limit: Arg<u32>,
    ) -> PyResult<Listed<HistoryEntry>> {
        let entries = self.call(py, |targets| {
            targets.history(
                &person.of(fields::PERSON)?,
                &month.of(fields::MONTH)?,
                limit.of(fields::LIMIT)?,
            )
        })?;
        Ok(Listed(entries))
    }
}

#[pymethods]
impl Reports {
    /// Writes reports to a file, in the form that its name says by its ending: .xlsx, .pdf or .html for any number of them, .svg or .csv
    /// for one, .json. Whether the caller may is asked first, and the log keeps what goes out. `font`: a font file for a PDF document.
    #[pyo3(signature = (path, *reports, font=None))]
    fn export(
        &self,
        py: Python<'_>,
        path: Arg<PathBuf>,
        reports: Vec<Arg<Report>>,
        font: Option<Arg<PathBuf>>,
    ) -> PyResult<()> {
        self.call(py, |me| {
            let mut export = crmkit::ReportExport::new();
            if let Some(font) = font.of(fields::FONT)? {
                export = export.font(font);
            }
            let reports = reports.into_iter().map(|report| report.of(fields::REPORT));
            let reports = reports.collect::<Result<Vec<_>, _>>()?;
            export.to_file(me, &reports, &path.of(fields::FILE)?)
        })
    }

    /// A report as a picture, to be looked at: SVG, which scales, and says in words what it shows.
    fn picture(&self, py: Python<'_>, report: Arg<Report>) -> PyResult<String> {
        self.call(py, |me| crmkit::picture(me, &report.of(fields::REPORT)?))
    }
}
