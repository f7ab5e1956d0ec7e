//! A row of a list of the past, read.

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Called, Past, PastColumn, PastColumn as P, PastList, PastRow,
    cell::{amount_of, is_currency_heading, is_yuan, time_of, yes_or_no},
};
use crate::{
    error::{Code, Problem},
    import::{
        Column, RawRow, RowRules, Strangers,
        cells::Cells,
        nothing::{is_nothing, is_unreadable},
        plan::CUSTOMER,
        row::{is_why_missing, said_of_row},
        row_problem,
        time::Dates,
    },
    model::{
        Choice, CustomerNumber, FollowUp, FollowUpId, Money, NewFollowUp, PickEntry, PickList, ServiceRecord,
        ServiceRecordId, UserId, fields,
    },
    rules::{
        Strictness,
        date::check_at,
        follow_up::{Talk, check_follow_up},
        required_text,
    },
};

/// Characters of a topic that is taken from what was said.
const TOPIC: usize = 50;

/// Reads a record of the past from a row. What is not required and cannot be read is kept as typed in the text, and flagged.
///
/// # Errors
/// Every problem of every field.
pub fn read_past_row(
    raw: &RawRow,
    list: PastList,
    rules: &RowRules<'_>,
    now: DateTime<Utc>,
    no_ones: CustomerNumber,
) -> Result<PastRow, Vec<Problem>> {
    if let Some(problem) = raw.fault() {
        return Err(vec![row_problem(problem)]);
    }
    let cells = Cells {
        plan: rules.plan,
        cells: &raw.cells,
    };
    let called = |key: &Column, text: &str| match key {
        Column::Name => Called::Name(text.to_owned()),
        _ => Called::Number(text.to_owned()),
    };
    let customer: Vec<Called> = CUSTOMER
        .iter()
        .flat_map(|key| cells.all(key).map(move |text| called(key, text)))
        .collect();
    let mut reading = Reading {
        cells,
        rules,
        now,
        no_ones,
        problems: Vec::new(),
        warnings: Vec::new(),
        kept: Vec::new(),
    };
    reading.unreadable(raw);
    if customer.is_empty() {
        reading.problems.push(Problem::missing(fields::NUMBER));
    }
    let by = reading.user(match list {
        PastList::Opportunities => fields::OWNER,
        PastList::FollowUps | PastList::ServiceRecords | PastList::Contracts => fields::BY,
    });
    let past = match list {
        PastList::FollowUps => reading.follow_up(by),
        PastList::ServiceRecords => reading.service_record(by),
        PastList::Contracts => reading.contract(by),
        PastList::Opportunities => reading.opportunity(by),
    };
    match (past, reading.problems.is_empty()) {
        (Some(past), true) => Ok(PastRow {
            customer,
            past,
            names_user: by.is_some(),
            warnings: reading.warnings,
        }),
        _ => {
            let why = reading.warnings.into_iter().filter(is_why_missing);
            Err(reading.problems.into_iter().chain(why).collect())
        }
    }
}

/// Stands for the user, whom whoever stores the row puts in their place.
pub(super) const NOBODY: UserId = UserId::from_bytes([0; 16]);

/// A row that is being read.
pub(super) struct Reading<'a> {
    pub(super) cells: Cells<'a>,
    pub(super) rules: &'a RowRules<'a>,
    pub(super) now: DateTime<Utc>,
    /// Stands for the customer, whom whoever stores the row puts in its place.
    pub(super) no_ones: CustomerNumber,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
    /// What could not be read, under its heading.
    pub(super) kept: Vec<(String, String)>,
}

impl Reading<'_> {
    pub(super) fn one(&self, column: PastColumn) -> Option<String> {
        self.cells.owned(&Column::Past(column))
    }

    /// Says which cells hold something that cannot be read, as an error of a formula, and keeps them.
    fn unreadable(&mut self, raw: &RawRow) {
        self.warnings.extend(said_of_row(raw, &self.cells));
        self.kept.extend(self.cells.unreadable_typed());
    }

    /// What a column says, read; else it is flagged, and kept in the text.
    pub(super) fn optional<T>(
        &mut self,
        column: PastColumn,
        field: &str,
        code: Code,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.one(column)?;
        let found = read(&text);
        if found.is_none() {
            self.keep_and_flag(column, field, code);
        }
        found
    }

    /// What a column says, read; else it is a problem of the row.
    pub(super) fn required<T>(
        &mut self,
        column: PastColumn,
        field: &str,
        code: Code,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let Some(text) = self.one(column) else {
            self.problems.push(Problem::missing(field));
            return None;
        };
        let found = read(&text);
        if found.is_none() {
            self.problems.push(Problem::with(field, code, text));
        }
        found
    }

    /// What stands in a column, be it readable or not; none where nothing does.
    pub(super) fn typed(&self, column: PastColumn) -> Option<&str> {
        let mut cells = self.cells.plan.columns.iter().zip(self.cells.cells);
        let (_, cell) = cells.find(|(there, _)| **there == Some(Column::Past(column)))?;
        Some(cell.trim()).filter(|cell| !is_nothing(cell) || is_unreadable(cell))
    }

    /// An amount that a text gives in this column; none where another column of the row says that it is in no yuan.
    pub(super) fn amount(&self, column: PastColumn) -> impl Fn(&str) -> Option<Money> + use<> {
        let (heading, is_foreign) = (self.heading(column), self.is_foreign());
        move |text| amount_of(text, &heading).filter(|_| !is_foreign)
    }

    /// Whether the row has a currency, in a column that only says this, which is none of ours.
    fn is_foreign(&self) -> bool {
        let plan = self.cells.plan;
        let cells = plan.headings.iter().zip(&plan.columns).zip(self.cells.cells);
        let mut others = cells.filter(|((_, column), cell)| {
            let says = |cell: &str| !is_nothing(cell) || is_unreadable(cell);
            matches!(column, None | Some(Column::Extra(_))) && says(cell.trim())
        });
        others.any(|((heading, _), cell)| is_currency_heading(heading) && !is_yuan(cell))
    }

    /// The heading of a column.
    pub(super) fn heading(&self, column: PastColumn) -> String {
        let headings = self.cells.plan.headings.iter().zip(&self.cells.plan.columns);
        let mut of = headings.filter(|(_, there)| **there == Some(Column::Past(column)));
        of.next().map(|(heading, _)| heading.clone()).unwrap_or_default()
    }

    /// The day that a column says; what is none is flagged, and kept in the text. One of which nothing tells whether its month comes
    /// first refuses its row (R9.5 g).
    pub(super) fn day(&mut self, column: PastColumn, field: &str) -> Option<NaiveDate> {
        let dates = self.dates(column);
        self.refuse_doubtful(column, field);
        self.optional(column, field, Code::DateInvalid, |text| dates.day(text))
    }

    /// Refuses the row for a day of which nothing tells whether its month comes first (R9.5 g).
    pub(super) fn refuse_doubtful(&mut self, column: PastColumn, field: &str) {
        let dates = self.dates(column);
        if let Some(text) = self.one(column).filter(|text| dates.is_in_doubt(text)) {
            self.problems.push(Problem::with(field, Code::DateOrder, text));
        }
    }

    /// What is wrong with a day that cannot be read.
    pub(super) fn fault_of_date(&self, column: PastColumn) -> Code {
        let in_doubt = self
            .one(column)
            .is_some_and(|text| self.dates(column).is_in_doubt(&text));
        if in_doubt {
            Code::DateOrder
        } else {
            Code::DateInvalid
        }
    }

    /// How a column's days and instants are read.
    pub(super) fn dates(&self, column: PastColumn) -> Dates {
        self.rules.dates(&Column::Past(column))
    }

    /// Keeps what a column says as typed, and flags it.
    pub(super) fn keep_and_flag(&mut self, column: PastColumn, field: &str, code: Code) {
        let text = self.one(column).unwrap_or_default();
        self.warnings.push(Problem::with(field, code, &text));
        self.keep(column, &text);
    }

    /// What was given as a default for all rows has no heading, and is at its giver's hand.
    pub(super) fn keep(&mut self, column: PastColumn, text: &str) {
        let heading = self.heading(column);
        if !heading.is_empty() {
            self.kept.push((heading, text.to_owned()));
        }
    }

    /// What could not be read, as a text of its own.
    fn kept(&self) -> Option<String> {
        let lines: Vec<String> = self
            .kept
            .iter()
            .map(|(heading, text)| format!("{heading}：{text}"))
            .collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// Takes over what a rule finds at fault, of fields of which nothing is said yet.
    pub(super) fn refused<T>(&mut self, found: Vec<Problem>) -> Option<T> {
        let known: Vec<String> = self
            .problems
            .iter()
            .map(|problem| problem.field.clone())
            .collect();
        let new = found
            .into_iter()
            .filter(|problem| !known.contains(&problem.field));
        self.problems.extend(new);
        None
    }

    fn instant(&mut self, field: &str) -> Option<DateTime<Utc>> {
        let (dates, fault) = (self.dates(P::At), self.fault_of_date(P::At));
        let at = self.required(P::At, field, fault, |text| dates.instant(text))?;
        check_at(at, self.now)
            .map_err(|problem| self.problems.push(problem))
            .ok()
    }

    /// When it was entered; now where the list says nothing that can be.
    fn created_at(&mut self) -> DateTime<Utc> {
        self.past_instant(P::CreatedAt, fields::CREATED_AT)
            .unwrap_or(self.now)
    }

    /// An instant that is not required; what is none, or to come, is kept as typed, and flagged.
    pub(super) fn past_instant(&mut self, column: PastColumn, field: &str) -> Option<DateTime<Utc>> {
        let text = self.one(column)?;
        self.refuse_doubtful(column, field);
        let code = match self.dates(column).instant(&text) {
            Some(at) if at <= self.now => return Some(at),
            Some(_) => Code::DateInFuture,
            None => Code::DateInvalid,
        };
        self.keep_and_flag(column, field, code);
        None
    }

    /// Who the row says that it was, active or not: it is history.
    fn user(&mut self, field: &str) -> Option<UserId> {
        let text = self.one(P::By)?;
        match (self.rules.people.find(&text), self.rules.strangers) {
            (Ok(user), _) => Some(user.id),
            (Err(Code::OwnerUnknown), Strangers::Importers) => {
                self.keep_and_flag(P::By, field, Code::OwnerAssumed);
                None
            }
            (Err(Code::OwnerUnknown), Strangers::ToBeEntered) => None,
            (Err(code), _) => {
                self.problems.push(Problem::with(field, code, text));
                None
            }
        }
    }

    fn sort(&mut self, list: PickList) -> Option<Choice> {
        let typed = self
            .one(P::Sort)
            .map(Choice::of)
            .unwrap_or_else(|| Choice::of(PickEntry::OTHER));
        match self
            .rules
            .entry
            .pick_lists
            .check(list, list.code(), Some(&typed), Strictness::Import)
        {
            Ok((choice, flag)) => {
                self.warnings.extend(flag);
                Some(choice)
            }
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }

    fn follow_up(&mut self, by: Option<UserId>) -> Option<Past> {
        let at = self.instant(fields::AT);
        let method = self.sort(PickList::Method);
        let content = self.one(P::Text);
        let topic = self.one(P::Topic).or_else(|| {
            // The first line of what was said stands for what it was about.
            let line = content.as_deref()?.lines().next()?;
            let topic: String = line.chars().take(TOPIC).collect();
            self.warnings
                .push(Problem::with(fields::TOPIC, Code::TopicAssumed, &topic));
            Some(topic)
        });
        let (zone, dates) = (self.rules.zone, self.dates(P::Next));
        self.refuse_doubtful(P::Next, fields::NEXT_FOLLOW_UP);
        let next = self.optional(P::Next, fields::NEXT_FOLLOW_UP, Code::DateInvalid, |text| {
            let local = zone.local(dates.instant(text)?);
            Some((local.date(), time_of(local.time())))
        });
        let next = next.filter(|(day, _)| {
            at.is_none_or(|at| *day >= self.rules.zone.day(at)) || {
                let text = self.one(P::Next).unwrap_or_default();
                self.warnings
                    .push(Problem::with(fields::NEXT_FOLLOW_UP, Code::DateBefore, &text));
                self.keep(P::Next, &text);
                false
            }
        });
        let done = self
            .optional(P::Done, fields::DONE, Code::ChoiceUnknown, yes_or_no)
            .unwrap_or(false);
        if let Some(names) = self.one(P::Attachments) {
            self.keep(P::Attachments, &names);
            self.warnings
                .push(Problem::with(fields::ATTACHMENT, Code::AttachmentNamed, names));
        }
        let (day, time) = next.map_or((None, None), |(day, time)| (Some(day), time));
        if day.is_none() && self.one(P::Plan).is_some() {
            // A plan is for a day (R4.4).
            self.keep_and_flag(P::Plan, fields::NEXT_PLAN, Code::FieldUnexpected);
        }
        let created_at = self.created_at();
        let new = NewFollowUp {
            at,
            method,
            topic: topic.unwrap_or_default(),
            content: content.or_else(|| self.one(P::Topic)),
            other: self.kept(),
            next_follow_up: day,
            next_time: time,
            next_plan: self.one(P::Plan).filter(|_| day.is_some()),
            ..NewFollowUp::default()
        };
        let talk = Talk {
            pick_lists: self.rules.entry.pick_lists,
            now: self.now,
            zone: self.rules.zone,
            deal: None,
        };
        let blank = FollowUp::blank(
            FollowUpId::from_bytes([0; 16]),
            self.no_ones,
            by.unwrap_or(NOBODY),
            created_at,
            None,
        );
        match check_follow_up(blank, &new, &talk) {
            // What a list brings is never late (R2.9).
            Ok(talk) => Some(Past::FollowUp {
                talk: FollowUp { late: false, ..talk },
                done,
            }),
            Err(found) => self.refused(found),
        }
    }

    fn service_record(&mut self, by: Option<UserId>) -> Option<Past> {
        let at = self.instant(fields::AT);
        let kind = self.sort(PickList::ServiceKind);
        let created_at = self.created_at();
        let said = self.one(P::Text).unwrap_or_default();
        // What is kept alone says nothing of what was done.
        let text = match self.kept().filter(|_| !said.is_empty()) {
            Some(kept) => format!("{said}\n{kept}"),
            None => said,
        };
        let text = required_text(fields::TEXT, &text)
            .map_err(|problem| self.problems.push(problem))
            .ok();
        Some(Past::ServiceRecord(ServiceRecord {
            id: ServiceRecordId::from_bytes([0; 16]),
            customer: self.no_ones,
            revision: 1,
            at: at?,
            by: by.unwrap_or(NOBODY),
            kind: kind?,
            text: text?,
            created_at,
            archived_at: None,
        }))
    }
}
