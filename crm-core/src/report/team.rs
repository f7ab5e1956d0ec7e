//! What each salesperson did (R7.5).

use std::collections::BTreeMap;

use super::{
    people::{Distinct, People},
    sources::is_deal,
};
use crate::{
    Language,
    clock::BusinessZone,
    model::{Rate, TaskState, TeamReport, TeamRow, UserId},
    report::{
        ChartKind, ReportCell, ReportChart, ReportTable, Tabular,
        table::{about, column, words},
    },
    rules::{forecast::Weighted, task::is_before_overdue},
    store::{DutyFact, OpenFact, SaleFact, TalkFact},
};

/// Adds up what was held, done, entered late, signed, and is expected.
#[derive(Clone, Debug)]
pub struct TeamFold {
    zone: BusinessZone,
    percents: [u32; 4],
    talked: Distinct,
    won: Distinct,
    sums: BTreeMap<UserId, Sums>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    follow_ups: u64,
    tasks_due: u64,
    tasks_on_time: u64,
    late_entries: u64,
    expected: Weighted,
}

impl TeamFold {
    /// Of nothing yet: tasks are due by the business's clocks; `percents` says how likely each open stage is to be won.
    pub fn new(zone: BusinessZone, percents: [u32; 4]) -> Self {
        Self {
            zone,
            percents,
            talked: Distinct::default(),
            won: Distinct::default(),
            sums: BTreeMap::new(),
        }
    }

    fn of(&mut self, person: UserId) -> &mut Sums {
        self.sums.entry(person).or_default()
    }

    /// Counts a follow-up that was held in the period; entered late, it counts as that, too.
    pub fn add_talk(&mut self, talk: &TalkFact) {
        self.talked.add(talk.by, talk.customer);
        let sums = self.of(talk.by);
        sums.follow_ups += 1;
        sums.late_entries += u64::from(talk.late);
    }

    /// Counts a customer that somebody entered late, in the period.
    pub fn add_late_customer(&mut self, entered_by: UserId) {
        self.of(entered_by).late_entries += 1;
    }

    /// Counts a task that was due in the period and is not cancelled: on time is what was done before it was overdue.
    pub fn add_duty(&mut self, duty: &DutyFact) {
        let done = duty.done_at.filter(|_| duty.state == TaskState::Done);
        let in_time = |done| is_before_overdue(duty.due, duty.due_time.as_deref(), done, self.zone);
        let on_time = done.is_some_and(in_time);
        let sums = self.of(duty.holder);
        sums.tasks_due += 1;
        sums.tasks_on_time += u64::from(on_time);
    }

    /// Counts what was signed in the period.
    pub fn add_sale(&mut self, sale: &SaleFact) {
        if is_deal(sale, false) {
            self.won.add(sale.credited_to, sale.customer);
        }
    }

    /// Counts what an open deal is expected to bring.
    pub fn add_deal(&mut self, deal: &OpenFact) {
        let percents = self.percents;
        self.of(deal.owner)
            .expected
            .add(deal.expected, deal.stage, percents);
    }

    /// A row for each of these people and for everybody else who has a figure, and all together, which is their sum.
    pub fn rows(self, people: &People, all: &str) -> (Vec<TeamRow>, TeamRow) {
        let followed_up = self.talked.counts();
        let won_customers = self.won.counts();
        let with_figures = self.sums.keys().chain(won_customers.keys()).copied();
        let mut everything = Weighted::default();
        let mut total = row(None, all.to_owned(), Sums::default(), 0, 0);
        let mut rows = Vec::new();
        for (person, name) in people.with(with_figures) {
            let sums = self.sums.get(&person).copied().unwrap_or_default();
            let of = |counts: &BTreeMap<UserId, u64>| counts.get(&person).copied().unwrap_or_default();
            let row = row(Some(person), name, sums, of(&followed_up), of(&won_customers));
            everything = everything.with(&sums.expected);
            total.follow_ups += row.follow_ups;
            total.tasks_due += row.tasks_due;
            total.tasks_on_time += row.tasks_on_time;
            total.late_entries += row.late_entries;
            total.followed_up += row.followed_up;
            total.won_customers += row.won_customers;
            rows.push(row);
        }
        // Summed exactly, rounded once (R5.5).
        total.forecast = everything.rounded();
        total.on_time = Rate::of(total.tasks_on_time, total.tasks_due);
        total.conversion = Rate::of(total.won_customers, total.followed_up);
        rows.sort_by_key(|row| std::cmp::Reverse(row.follow_ups));
        (rows, total)
    }
}

fn row(person: Option<UserId>, name: String, sums: Sums, followed_up: u64, won_customers: u64) -> TeamRow {
    TeamRow {
        person,
        name,
        follow_ups: sums.follow_ups,
        tasks_due: sums.tasks_due,
        tasks_on_time: sums.tasks_on_time,
        on_time: Rate::of(sums.tasks_on_time, sums.tasks_due),
        late_entries: sums.late_entries,
        followed_up,
        won_customers,
        conversion: Rate::of(won_customers, followed_up),
        forecast: sums.expected.rounded(),
    }
}

impl Tabular for TeamReport {
    fn table(&self, language: Language, zone: BusinessZone) -> ReportTable {
        let column = |code, zh, en| column(language, code, zh, en);
        let row = |row: &TeamRow| {
            vec![
                ReportCell::Text(row.name.clone()),
                ReportCell::Count(row.follow_ups),
                ReportCell::Count(row.tasks_due),
                ReportCell::Count(row.tasks_on_time),
                ReportCell::Rate(row.on_time.clone()),
                ReportCell::Count(row.late_entries),
                ReportCell::Count(row.followed_up),
                ReportCell::Count(row.won_customers),
                ReportCell::Rate(row.conversion.clone()),
                ReportCell::Money(row.forecast),
            ]
        };
        ReportTable {
            title: self.head.report.label(language).to_owned(),
            about: about(&self.head, language, zone),
            columns: vec![
                column("person", "销售人员", "salesperson"),
                column("follow_ups", "跟进次数", "follow-ups"),
                column("tasks_due", "到期任务", "tasks due"),
                column("tasks_on_time", "按时完成", "done on time"),
                column("on_time", "按时完成率", "rate on time"),
                column("late_entries", "迟录", "late entries"),
                column("followed_up", "跟进客户数", "customers followed up"),
                column("won_customers", "成交客户数", "customers won"),
                column("conversion", "转化率", "conversion"),
                column("forecast", "预计成交", "forecast"),
            ],
            rows: self.rows.iter().map(row).collect(),
            total: Some(row(&TeamRow {
                name: words(language, "合计", "all together").to_owned(),
                ..self.total.clone()
            })),
            notes: Vec::new(),
            chart: ReportChart {
                kind: ChartKind::Bars,
                labels: 0,
                values: 1,
                beside: 4,
            },
        }
    }
}
