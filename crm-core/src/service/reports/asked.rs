//! What is asked for: whose facts, of which period, compared with what.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveTime, Utc};

use crate::{
    Language,
    access::{Action, Grant, SeeReports},
    clock::BusinessZone,
    error::{Code, Error, Result},
    model::{Comparison, ReportHead, ReportKind, Role, UserId, fields},
    report::{Earlier, People, Period, Span},
    rules::{export::may_view, person::named_team},
    service::door::ReadTx,
    store::{CustomerFact, FactFilter, Instants, deal_filter::Days},
};

/// Of whom, and when, as it was typed in.
pub(super) struct Subject<'a> {
    period: Option<&'a str>,
    person: Option<&'a str>,
    team: Option<&'a str>,
}

impl<'a> Subject<'a> {
    pub(super) fn of(
        period: &'a Option<String>,
        person: &'a Option<String>,
        team: &'a Option<String>,
    ) -> Self {
        Self {
            period: period.as_deref(),
            person: person.as_deref(),
            team: team.as_deref(),
        }
    }
}

/// Of whom, and when, looked up.
#[derive(Clone)]
pub(super) struct Asked {
    head: ReportHead,
    zone: BusinessZone,
    span: Option<Span>,
    compare: Option<Comparison>,
    people: Option<BTreeSet<UserId>>,
    rows: People,
}

impl Asked {
    /// Looks up who and when is asked for. A person and a team together are the person, if they are of the team; else nobody.
    pub(super) fn new<'tx>(
        tx: &ReadTx<'_, 'tx>,
        grant: &Grant<'tx, SeeReports>,
        report: ReportKind,
        subject: &Subject<'_>,
        compare: Option<Comparison>,
    ) -> Result<Self> {
        let conventions = tx.conventions()?;
        if !may_view(&conventions.report_rights, report, tx.actor().role()) {
            return Err(Error::Denied {
                code: Code::AccessDenied,
                action: SeeReports::NAME.to_owned(),
            });
        }
        let typed = subject.period.map(str::trim).filter(|typed| !typed.is_empty());
        let period: Option<Period> = typed.map(str::parse).transpose().map_err(Error::invalid)?;
        let span = period.map(|period| period.days(conventions.fiscal_year_start));
        let span = span.transpose().map_err(Error::invalid)?;
        let person = tx.asked_user(grant, fields::PERSON, subject.person)?;
        let (users, teams) = (tx.users(grant)?, tx.teams(grant)?);
        let team = named_team(subject.team, &teams).map_err(Error::invalid)?;
        let people: Option<BTreeSet<UserId>> = match (person, team) {
            (None, None) => None,
            (Some(person), None) => Some([person].into()),
            (person, Some(team)) => {
                let of_team = users.iter().filter(|user| user.team == Some(team));
                Some(
                    of_team
                        .map(|user| user.id)
                        .filter(|id| person.is_none_or(|person| person == *id))
                        .collect(),
                )
            }
        };
        // Whoever sells has a row, figures or not.
        let in_sight = tx.people_in_sight(grant);
        let sells = |user: &&crate::model::User| match &people {
            Some(people) => people.contains(&user.id) && (user.active || person == Some(user.id)),
            None => {
                user.active
                    && user.role != Role::Admin
                    && in_sight.is_none_or(|in_sight| in_sight.contains(&user.id))
            }
        };
        let rows = users.iter().filter(sells).map(|user| user.id).collect();
        let name = |id: UserId| {
            users
                .iter()
                .find(|user| user.id == id)
                .map(|user| user.name.clone())
        };
        let names = users
            .iter()
            .map(|user| (user.id, (user.login.clone(), user.name.clone())));
        Ok(Self {
            head: ReportHead {
                report,
                period: period.map(|period| period.to_string()),
                first: span.map(|span| span.first),
                last: span.map(|span| span.last),
                person: person.and_then(name),
                team: team
                    .and_then(|id| teams.iter().find(|team| team.id == id))
                    .map(|team| team.name.clone()),
                asked_by: tx.actor().record().map(|user| user.name.clone()),
                at: tx.now()?,
            },
            zone: conventions.zone,
            span,
            compare,
            rows: People::new(rows, names.collect::<BTreeMap<_, _>>()),
            people,
        })
    }

    pub(super) fn head(&self) -> ReportHead {
        self.head.clone()
    }

    /// The days of the period; none where it is everything.
    pub(super) fn span(&self) -> Option<Span> {
        self.span
    }

    /// The people whose facts are asked for; none is everybody.
    pub(super) fn people(&self) -> Option<&BTreeSet<UserId>> {
        self.people.as_ref()
    }

    /// Whether a person's facts are asked for.
    pub(super) fn wants(&self, person: UserId) -> bool {
        self.people.as_ref().is_none_or(|people| people.contains(&person))
    }

    /// Who has a row each.
    pub(super) fn rows(&self) -> &People {
        &self.rows
    }

    /// What all together are called.
    pub(super) fn all(&self, language: Language) -> &'static str {
        match language {
            Language::Zh => "合计",
            Language::En => "all together",
        }
    }

    /// The days that are asked for.
    pub(super) fn days(&self) -> Days {
        match self.span {
            Some(span) => (Some(span.first), span.last.succ_opt()),
            None => (None, None),
        }
    }

    /// The facts that are asked for, by the instants of the business's days.
    pub(super) fn facts(&self) -> Result<FactFilter> {
        let (from, until) = self.days();
        let at = Instants {
            from: from.map(|day| self.midnight(day)).transpose()?,
            until: until.map(|day| self.midnight(day)).transpose()?,
        };
        Ok(FactFilter {
            people: self.people.clone(),
            at,
        })
    }

    /// Whether it ends now or later, so that customers are looked at as they are.
    pub(super) fn is_now(&self, tx: &ReadTx<'_, '_>) -> Result<bool> {
        Ok(self.past_end(tx)?.is_none())
    }

    /// The instant at which the period ended, if it has.
    fn past_end(&self, tx: &ReadTx<'_, '_>) -> Result<Option<DateTime<Utc>>> {
        let now = tx.now()?;
        Ok(self.facts()?.at.until.filter(|until| *until <= now))
    }

    /// Visits the customers that were there at the end of the period, as they were then; as they are, where it has not ended (R7.4).
    /// Who was archived by then is left out, and who was restored since, too.
    pub(super) fn customers_standing<'tx>(
        &self,
        tx: &ReadTx<'_, 'tx>,
        grant: &Grant<'tx, SeeReports>,
        mut visit: impl FnMut(&CustomerFact),
    ) -> Result<()> {
        let by = self.past_end(tx)?;
        let filter = FactFilter {
            people: self.people.clone(),
            at: Instants {
                from: None,
                until: by,
            },
        };
        let restored = match by {
            Some(by) => tx.restored_since(grant, by)?,
            None => BTreeSet::new(),
        };
        tx.customer_facts(grant, by, &filter, |customer| {
            if !restored.contains(&customer.number) {
                visit(customer);
            }
        })
    }

    fn midnight(&self, day: chrono::NaiveDate) -> Result<DateTime<Utc>> {
        let begins = self.zone.instant(day.and_time(NaiveTime::MIN));
        begins.ok_or_else(|| Error::internal("a day that never begins"))
    }

    /// The same of the period that this one is compared with; none where that was not asked for.
    pub(super) fn compared(&self) -> Result<Option<Self>> {
        let (Some(compare), Some(span)) = (self.compare, self.span) else {
            return Ok(None);
        };
        let earlier = span.earlier(match compare {
            Comparison::PeriodBefore => Earlier::Before,
            Comparison::YearBefore => Earlier::YearBefore,
        });
        let Some(earlier) = earlier else {
            return Ok(None);
        };
        let head = ReportHead {
            period: Some(earlier.to_string()),
            first: Some(earlier.first),
            last: Some(earlier.last),
            ..self.head.clone()
        };
        Ok(Some(Self {
            head,
            span: Some(earlier),
            compare: None,
            ..self.clone()
        }))
    }
}
