//! A customer on one page.

use crmkit::{
    Contact, Customer, Opportunity, OpportunityQuery, PageRequest, PickList, Session, Size, TaskList,
    TaskQuery, TaskSummary, TimelineEntry,
    model::{field_label, fields},
};
use serde::Serialize;

use super::{deals, due};
use crate::{
    cli::Show,
    desk::Desk,
    screen::{Shown, comma, json, padded, table},
};

/// What is shown of a customer.
#[derive(Serialize)]
pub(crate) struct Page {
    customer: Customer,
    contacts: Vec<Contact>,
    tasks: Vec<TaskSummary>,
    opportunities: Vec<Opportunity>,
    timeline: Vec<TimelineEntry>,
}

pub(super) fn customer(desk: &Desk, asked: &Show) -> Shown {
    let page = Page::read(&desk.me, &asked.customer, asked.limit)?;
    match desk.json {
        true => json(&page),
        false => page.show(desk),
    }
}

impl Page {
    /// What there is of a customer, with so many lines of what befell it.
    pub(crate) fn read(me: &Session, customer: &str, limit: u32) -> crmkit::Result<Self> {
        let customer = me.customers().get(customer)?;
        let key = customer.number;
        let tasks = TaskQuery {
            list: TaskList::Open,
            everybody: true,
            customer: Some(key.to_string()),
            ..TaskQuery::default()
        };
        let deals = OpportunityQuery {
            customer: Some(key.to_string()),
            ..OpportunityQuery::default()
        };
        Ok(Self {
            contacts: me.contacts().list(key)?,
            tasks: me
                .tasks()
                .list(&tasks, &PageRequest::first(PageRequest::MAX))?
                .items,
            opportunities: me
                .opportunities()
                .list(&deals, &PageRequest::first(PageRequest::MAX))?
                .items,
            timeline: me.customers().timeline(key, &PageRequest::first(limit))?.items,
            customer,
        })
    }

    fn show(&self, desk: &Desk) -> Shown {
        let language = desk.language;
        let customer = &self.customer;
        show!(language, "{} {}", "{} {}", customer.number, customer.name);
        for (field, text) in described(desk, customer)? {
            if text.is_empty() {
                continue;
            }
            let label = padded(field_label(&field, language), 16);
            let text = text.replace('\n', &format!("\n{}", " ".repeat(20)));
            show!(language, "  {label}  {text}", "  {label}  {text}");
        }
        self.show_contacts(desk)?;
        if !self.tasks.is_empty() {
            show!(language, "\n待办任务", "\nOpen tasks");
            due::show(desk, &self.tasks)?;
        }
        if !self.opportunities.is_empty() {
            show!(language, "\n销售机会", "\nOpportunities");
            deals::show(desk, &self.opportunities)?;
        }
        if !self.timeline.is_empty() {
            show!(language, "\n动态", "\nTimeline");
        }
        for entry in &self.timeline {
            let (at, line) = (desk.time(entry.at), entry.line(language));
            let by = entry.by_name.as_deref().unwrap_or_default();
            show!(
                language,
                "  {at}  {}  {line}",
                "  {at}  {}  {line}",
                padded(by, 8)
            );
        }
        Ok(())
    }

    fn show_contacts(&self, desk: &Desk) -> Shown {
        if self.contacts.is_empty() {
            return Ok(());
        }
        let language = desk.language;
        show!(language, "\n联系人", "\nContacts");
        let rows: Vec<Vec<String>> = self
            .contacts
            .iter()
            .map(|contact| {
                let or_blank = |text: &Option<String>| text.clone().unwrap_or_default();
                vec![
                    if contact.primary { "*" } else { "" }.to_owned(),
                    contact.name.clone(),
                    or_blank(&contact.title),
                    contact.mobile.clone(),
                    or_blank(&contact.phone),
                    or_blank(&contact.email),
                    contact.id.to_string(),
                ]
            })
            .collect();
        let labels = [
            fields::CONTACT_NAME,
            fields::CONTACT_TITLE,
            fields::CONTACT_MOBILE,
            fields::CONTACT_PHONE,
            fields::CONTACT_EMAIL,
            fields::ID,
        ]
        .map(|field| field_label(field, language));
        table(&[&[""], &labels[..]].concat(), &rows)
    }
}

/// The fields of a customer in words, by name; those of its own after the others.
fn described(desk: &Desk, customer: &Customer) -> crmkit::Result<Vec<(String, String)>> {
    let language = desk.language;
    let comma = comma(language);
    let choice = |list, choice: &crmkit::Choice| -> crmkit::Result<String> {
        let label = desk.labels(list)?.of(&choice.code);
        Ok(match &choice.detail {
            Some(detail) => say!(language, "{label}：{detail}", "{label}: {detail}"),
            None => label,
        })
    };
    let size = |size: Size| {
        let (scale, band) = (size.scale.label(language), size.band.label(language));
        say!(language, "{band}（{scale}）", "{band} ({scale})")
    };
    let phones: Vec<&str> = customer.phones.iter().map(|phone| phone.typed.as_str()).collect();
    let addresses: Vec<String> = customer
        .addresses
        .iter()
        .map(|address| {
            let (kind, text) = (address.kind.label(language), address.text());
            say!(language, "{text}（{kind}）", "{text} ({kind})")
        })
        .collect();
    let names = desk.names()?;
    let own = customer
        .extra
        .iter()
        .map(|(field, text)| (field.clone(), text.clone()));
    let known = [
        (fields::KIND, customer.kind.label(language).to_owned()),
        (fields::INDUSTRY, choice(PickList::Industry, &customer.industry)?),
        (fields::SIZE, customer.size.map(size).unwrap_or_default()),
        (fields::PHONES, phones.join(comma)),
        (fields::ADDRESSES, addresses.join("\n")),
        (fields::SOURCE, choice(PickList::Source, &customer.source)?),
        (fields::FIRST_CONTACT, customer.first_contact.to_string()),
        (
            fields::LEAD_AT,
            customer.lead_at.map(|at| desk.time(at)).unwrap_or_default(),
        ),
        (fields::STATUS, customer.status.label(language).to_owned()),
        (fields::OWNER, names.of(customer.owner)),
        (fields::CREATED_AT, desk.time(customer.created_at)),
        (
            fields::PURCHASE_CYCLE,
            customer
                .purchase_cycle
                .map(|days| days.to_string())
                .unwrap_or_default(),
        ),
        (fields::TAGS, customer.tags.join(comma)),
        (fields::NOTE, customer.note.clone().unwrap_or_default()),
        (fields::ALIASES, customer.aliases.join(comma)),
        (
            fields::EXTERNAL_ID,
            customer.external_id.clone().unwrap_or_default(),
        ),
        (
            fields::ARCHIVED_AT,
            customer.archived_at.map(|at| desk.time(at)).unwrap_or_default(),
        ),
    ];
    let known = known.into_iter().map(|(field, text)| (field.to_owned(), text));
    Ok(known.chain(own).collect())
}
