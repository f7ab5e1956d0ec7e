//! Tables of all there is, for a spreadsheet or another program: CSV, or a workbook by the name of the file.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, Write},
};

use crmkit::{
    Cell, Code, CustomerQuery, Error, Exported, FollowUpQuery, OpportunityQuery, PageRequest, PickList,
    Problem, SheetOptions, TableKind, TableWriter, TaskList, TaskQuery, WholeFile,
    model::{field_label, fields},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::customers::{Columns, query};
use crate::{
    cli::{COLUMNS, Export},
    desk::Desk,
    screen::{Shown, Stop, comma},
};

type To = Box<dyn Write + Send>;

/// Writes a table, if the caller may take it away (R7.6): the log has what goes out before it does.
pub(super) fn run(desk: &Desk, asked: &Export) -> Shown {
    let what = Exported::List(match asked.noun.as_str() {
        "contacts" => "contact",
        "follow-ups" => "follow_up",
        "opportunities" => "opportunity",
        "tasks" => "task",
        _ => "customer",
    });
    desk.me.exports().check(what)?;
    filter(desk, asked)?;
    let Some(path) = &asked.to else {
        let mut file = tempfile::tempfile()?;
        let to = Box::new(BufWriter::new(file.try_clone()?));
        let rows = write(desk, asked, to, TableKind::Csv)?;
        record(desk, asked, what, rows, &mut file)?;
        file.rewind()?;
        io::copy(&mut file, &mut io::stdout().lock())?;
        return Ok(());
    };
    let kind = match (desk.json, TableKind::of(path)) {
        (true, _) => TableKind::Csv,
        (false, Some(kind)) => kind,
        (false, None) => {
            let told = format!("{}: .csv, .xlsx", path.display());
            return Err(Error::invalid(Problem::with(fields::FILE, Code::OutcomeIo, told)).into());
        }
    };
    let (whole, mut file) = WholeFile::begin(path)?;
    let rows = write(desk, asked, Box::new(BufWriter::new(file.try_clone()?)), kind)?;
    record(desk, asked, what, rows, &mut file)?;
    Ok(whole.put()?)
}

/// What an export is narrowed by: customers and their contacts.
fn filter(desk: &Desk, asked: &Export) -> Shown<CustomerQuery> {
    let query = query(&asked.filter);
    let takes_one = matches!(asked.noun.as_str(), "customers" | "contacts");
    if !takes_one && query != CustomerQuery::default() {
        let noun = &asked.noun;
        return Err(Stop::Usage(say!(
            desk.language,
            "{noun} 不能按客户筛选",
            "{noun} are not narrowed by what customers are"
        )));
    }
    Ok(query)
}

/// A filter as the log keeps it: what was asked for, and nothing else.
fn told(query: &CustomerQuery) -> crmkit::Result<String> {
    let all = |query| serde_json::to_value(query).map_err(Error::internal);
    let (asked, default) = (all(query)?, all(&CustomerQuery::default())?);
    let fields = asked.as_object().into_iter().flatten();
    let said = fields.filter(|(name, value)| default.get(name.as_str()) != Some(value));
    let said = said.map(|(name, value)| match value.as_str() {
        Some(text) => format!("{name}={text}"),
        None => format!("{name}={value}"),
    });
    Ok(said.collect::<Vec<_>>().join(" "))
}

/// Has the log keep what is in a file that goes out.
fn record(desk: &Desk, asked: &Export, what: Exported, rows: u64, file: &mut File) -> Shown {
    file.rewind()?;
    let mut digest = Sha256::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut part)?;
        match part.get(..read) {
            Some([]) | None => break,
            Some(bytes) => digest.update(bytes),
        }
    }
    let export = crmkit::Export {
        what,
        filter: told(&filter(desk, asked)?)?,
        rows,
        sha256: digest.finalize().into(),
    };
    Ok(desk.me.exports().record(&export)?)
}

/// Where rows go, and how many have gone there.
struct Rows {
    to: RowsTo,
    count: u64,
}

/// Cells of a table, or records as JSON.
enum RowsTo {
    Table(Box<TableWriter<To>>),
    Json(To),
}

impl Rows {
    fn put(&mut self, record: &impl Serialize, cells: impl FnOnce() -> Vec<String>) -> Shown {
        self.count += 1;
        match &mut self.to {
            RowsTo::Table(table) => {
                let cells = cells();
                table.row(cells.iter().map(|cell| Cell::from(cell.as_str())))?;
            }
            RowsTo::Json(to) => {
                let text = serde_json::to_string(record).map_err(Error::internal)?;
                writeln!(to, "{text}")?;
            }
        }
        Ok(())
    }

    /// How many rows there are, all of them written.
    fn finish(self) -> Shown<u64> {
        match self.to {
            RowsTo::Table(table) => table.finish()?,
            RowsTo::Json(mut to) => to.flush()?,
        }
        Ok(self.count)
    }
}

fn write(desk: &Desk, asked: &Export, to: To, kind: TableKind) -> Shown<u64> {
    let columns: &[&str] = match asked.noun.as_str() {
        "contacts" => &CONTACTS,
        "follow-ups" => &FOLLOW_UPS,
        "opportunities" => &OPPORTUNITIES,
        "tasks" => &TASKS,
        _ => &COLUMNS,
    };
    let label = |field: &&'static str| match *field {
        "phone" => field_label(fields::PHONES, desk.language),
        field => field_label(field, desk.language),
    };
    let headings: Vec<&str> = columns.iter().map(label).collect();
    let sheet = SheetOptions {
        frozen: 1,
        ..SheetOptions::default()
    };
    let to = match desk.json {
        true => RowsTo::Json(to),
        false => RowsTo::Table(Box::new(TableWriter::new(kind, to, &headings, &sheet)?)),
    };
    let mut rows = Rows { to, count: 0 };
    match asked.noun.as_str() {
        "contacts" => contacts(desk, filter(desk, asked)?, &mut rows)?,
        "follow-ups" => follow_ups(desk, &mut rows)?,
        "opportunities" => opportunities(desk, &mut rows)?,
        "tasks" => tasks(desk, &mut rows)?,
        _ => customers(desk, filter(desk, asked)?, &mut rows)?,
    }
    rows.finish()
}

/// Goes through all pages of a list.
fn all<T>(
    mut page: impl FnMut(&PageRequest) -> crmkit::Result<(Vec<T>, Option<String>)>,
    mut each: impl FnMut(T) -> Shown,
) -> Shown {
    let mut request = PageRequest::first(PageRequest::MAX);
    loop {
        let (items, next) = page(&request)?;
        items.into_iter().try_for_each(&mut each)?;
        match next {
            Some(_) => request.after = next,
            None => return Ok(()),
        }
    }
}

fn customers(desk: &Desk, query: CustomerQuery, rows: &mut Rows) -> Shown {
    let names = COLUMNS.map(str::to_owned);
    let columns = Columns::of(desk, &names)?;
    for customer in desk.me.customers().iterate(query) {
        let customer = customer?;
        rows.put(&customer, || columns.row(&customer))?;
    }
    Ok(())
}

const CONTACTS: [&str; 10] = [
    fields::NUMBER,
    fields::NAME,
    fields::CONTACT_NAME,
    fields::CONTACT_TITLE,
    fields::CONTACT_MOBILE,
    fields::CONTACT_PHONE,
    fields::CONTACT_EMAIL,
    fields::CONTACT_WECHAT,
    fields::CONTACT_ROLE,
    fields::CONTACT_PRIMARY,
];

fn contacts(desk: &Desk, query: CustomerQuery, rows: &mut Rows) -> Shown {
    for customer in desk.me.customers().iterate(query) {
        let customer = customer?;
        for contact in desk.me.contacts().list(customer.number)? {
            rows.put(&contact, || {
                vec![
                    contact.customer.to_string(),
                    customer.name.clone(),
                    contact.name.clone(),
                    contact.title.clone().unwrap_or_default(),
                    contact.mobile.clone(),
                    contact.phone.clone().unwrap_or_default(),
                    contact.email.clone().unwrap_or_default(),
                    contact.wechat.clone().unwrap_or_default(),
                    contact.role.clone().unwrap_or_default(),
                    yes(contact.primary, desk),
                ]
            })?;
        }
    }
    Ok(())
}

fn yes(yes: bool, desk: &Desk) -> String {
    match yes {
        true => say!(desk.language, "是", "yes"),
        false => String::new(),
    }
}

const FOLLOW_UPS: [&str; 13] = [
    fields::NUMBER,
    fields::FOLLOW_UP_AT,
    fields::METHOD,
    fields::FOLLOW_UP_BY,
    fields::TOPIC,
    fields::CONTENT,
    fields::NEEDS,
    fields::OBJECTIONS,
    fields::NEXT_STEPS,
    fields::OTHER,
    fields::NEXT_FOLLOW_UP,
    fields::NEXT_PLAN,
    fields::DONE,
];

fn follow_ups(desk: &Desk, rows: &mut Rows) -> Shown {
    let (names, methods) = (desk.names()?, desk.labels(PickList::Method)?);
    let follow_ups = desk.me.follow_ups();
    let page = |request: &PageRequest| {
        let page = follow_ups.list(&FollowUpQuery::default(), request)?;
        Ok((page.items, page.next))
    };
    all(page, |talk| {
        rows.put(&talk, || {
            let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
            vec![
                talk.customer.to_string(),
                desk.time(talk.at),
                methods.of(&talk.method.code),
                names.of(talk.by),
                talk.topic.clone(),
                or_blank(&talk.content),
                or_blank(&talk.needs),
                or_blank(&talk.objections),
                or_blank(&talk.next_steps),
                or_blank(&talk.other),
                talk.next_follow_up.map(|day| day.to_string()).unwrap_or_default(),
                or_blank(&talk.next_plan),
                yes(talk.done.unwrap_or_default(), desk),
            ]
        })
    })
}

const OPPORTUNITIES: [&str; 11] = [
    fields::NUMBER,
    fields::OPPORTUNITY_NAME,
    fields::STAGE,
    fields::EXPECTED_AMOUNT,
    fields::LOWEST,
    fields::HIGHEST,
    fields::EXPECTED_CLOSE,
    fields::OPPORTUNITY_OWNER,
    fields::COMPETITORS,
    fields::OPPORTUNITY_REASON,
    fields::CREATED_AT,
];

fn opportunities(desk: &Desk, rows: &mut Rows) -> Shown {
    let names = desk.names()?;
    let deals = desk.me.opportunities();
    let page = |request: &PageRequest| {
        let page = deals.list(&OpportunityQuery::default(), request)?;
        Ok((page.items, page.next))
    };
    all(page, |deal| {
        rows.put(&deal, || {
            let amount =
                |amount: Option<crmkit::Money>| amount.map(|sum| sum.to_string()).unwrap_or_default();
            vec![
                deal.customer.to_string(),
                deal.name.clone(),
                deal.stage.label(desk.language).to_owned(),
                deal.expected_amount.to_string(),
                amount(deal.lowest),
                amount(deal.highest),
                deal.expected_close.to_string(),
                names.of(deal.owner),
                deal.competitors.join(comma(desk.language)),
                deal.reason.clone().unwrap_or_default(),
                desk.time(deal.created_at),
            ]
        })
    })
}

const TASKS: [&str; 7] = [
    fields::NUMBER,
    fields::NAME,
    fields::TASK_KIND,
    fields::PLAN,
    fields::HOLDER,
    fields::DUE,
    fields::DUE_TIME,
];

fn tasks(desk: &Desk, rows: &mut Rows) -> Shown {
    let tasks = desk.me.tasks();
    let query = TaskQuery {
        list: TaskList::Open,
        everybody: true,
        ..TaskQuery::default()
    };
    let page = |request: &PageRequest| {
        let page = tasks.list(&query, request)?;
        Ok((page.items, page.next))
    };
    all(page, |task| {
        rows.put(&task, || {
            vec![
                task.customer.to_string(),
                task.customer_name.clone(),
                task.kind.label(desk.language).to_owned(),
                task.title.clone(),
                task.holder_name.clone(),
                task.due.to_string(),
                task.due_time.clone().unwrap_or_default(),
            ]
        })
    })
}
