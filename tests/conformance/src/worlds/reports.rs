//! Reports in a world (R7): whose figures are asked for, the figures, and who is behind them.

use crm_core::{
    Cohort, Comparison, CustomerStatus, ForecastQuery, FunnelQuery, FunnelUnit, Money, NewTarget,
    PerformanceFigure, PerformanceQuery, Result, Session, SourcesQuery, Stage, StatusQuery, TeamQuery,
};
use serde::Serialize;
use serde_json::Value;

use super::row::one_of;

/// Whose targets are asked for and set: of either side, and nobody's.
const PEOPLE: [&str; 5] = ["wang", "sun", "zhao", "li", "nobody"];
const MONTH: &str = "2024-05";

/// Whose figures, and of which time.
#[derive(Clone, Debug, Default)]
struct Subject {
    period: Option<String>,
    person: Option<String>,
    team: Option<String>,
    compare: Option<Comparison>,
}

impl Subject {
    fn of(what: usize) -> Self {
        let periods = [None, Some(MONTH), Some("2024-04"), Some("2024")];
        let period = periods[what % periods.len()].map(str::to_owned);
        let some = |name: &str| Some(name.to_owned());
        let (person, team) = match what % 7 {
            0..=2 => (None, None),
            3 => (some("wang"), None),
            4 => (some("zhao"), None),
            5 => (None, some("华东")),
            _ => (None, some("华西")),
        };
        let compared = period.is_some() && what.is_multiple_of(2);
        Self {
            period,
            person,
            team,
            compare: compared.then_some(Comparison::PeriodBefore),
        }
    }

    fn funnel(self, what: usize) -> FunnelQuery {
        FunnelQuery {
            period: self.period,
            person: self.person,
            team: self.team,
            cohort: what.is_multiple_of(3).then_some(Cohort::Closing),
            unit: what.is_multiple_of(5).then_some(FunnelUnit::Opportunities),
            without_skipped: what.is_multiple_of(2),
            compare: self.compare,
        }
    }

    fn sources(self, what: usize) -> SourcesQuery {
        SourcesQuery {
            period: self.period,
            person: self.person,
            team: self.team,
            past_contracts: what.is_multiple_of(2),
            compare: self.compare,
        }
    }

    fn performance(self, what: usize) -> PerformanceQuery {
        PerformanceQuery {
            period: self.period,
            person: self.person,
            team: self.team,
            past_contracts: what.is_multiple_of(2),
            compare: self.compare,
        }
    }

    fn status(self, what: usize) -> StatusQuery {
        StatusQuery {
            period: self.period,
            person: self.person,
            team: self.team,
            fold_negotiating: what.is_multiple_of(2),
            compare: self.compare,
        }
    }
}

/// A report, of any kind.
pub(super) fn report(me: &Session, kind: usize, what: usize) -> Result<Value> {
    let (reports, whose) = (me.reports(), Subject::of(what));
    match kind % 6 {
        0 => reports.funnel(&whose.funnel(what)).map(value),
        1 => reports.sources(&whose.sources(what)).map(value),
        2 => reports.performance(&whose.performance(what)).map(value),
        3 => reports.status(&whose.status(what)).map(value),
        4 => {
            let query = TeamQuery {
                period: whose.period,
                person: whose.person,
                team: whose.team,
                compare: whose.compare,
            };
            reports.team(&query).map(value)
        }
        _ => {
            let query = ForecastQuery {
                person: whose.person,
                team: whose.team,
            };
            reports.forecast(&query).map(value)
        }
    }
}

/// The customers and deals behind a figure; few at a time now and then, so that more are told of than shown.
pub(super) fn behind(me: &Session, kind: usize, what: usize) -> Result<Value> {
    let (reports, whose) = (me.reports(), Subject::of(what));
    let limit = if what.is_multiple_of(3) { 1 } else { 100 };
    let counted = match kind % 4 {
        0 => {
            let stage = one_of(Stage::ALL, kind + what).unwrap_or(Stage::InitialContact);
            reports.funnel_rows(&whose.funnel(what), stage, limit)
        }
        1 => {
            let source = what.is_multiple_of(5).then_some("转介绍");
            reports.sources_rows(&whose.sources(what), source, what.is_multiple_of(4), limit)
        }
        2 => {
            let figure = one_of(PerformanceFigure::ALL, what).unwrap_or(PerformanceFigure::FollowedUp);
            reports.performance_rows(&whose.performance(what), figure, limit)
        }
        _ => {
            let status = one_of(CustomerStatus::ALL, what).unwrap_or(CustomerStatus::Potential);
            reports.status_rows(&whose.status(what), status, limit)
        }
    };
    counted.map(value)
}

/// What people are to bring in, and how that came about.
pub(super) fn targets(me: &Session, what: usize) -> Result<Value> {
    match one_of(&PEOPLE, what).filter(|_| what.is_multiple_of(2)) {
        Some(person) => me.targets().history(person, MONTH, 5).map(value),
        None => me.targets().list(MONTH).map(value),
    }
}

/// Says what somebody is to bring in, or takes it back.
pub(super) fn set_target(me: &Session, person: &str, what: usize) -> Result<Value> {
    let target = NewTarget {
        person: person.to_owned(),
        month: MONTH.to_owned(),
        amount: (!what.is_multiple_of(4)).then(|| Money::from_fen(what as u64 * 100)),
    };
    me.targets().set(&[target]).map(value)
}

/// One of those whose targets are set.
pub(super) fn person(at: usize) -> &'static str {
    one_of(&PEOPLE, at).unwrap_or("nobody")
}

fn value<T: Serialize>(answer: T) -> Value {
    serde_json::to_value(answer).unwrap()
}
