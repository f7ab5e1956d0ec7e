//! Customers: lists, entering, changing; their contacts.

use crmkit::{
    Address, AddressKind, Choice, Contact, ContactEdit, Customer, CustomerEdit, CustomerKey, CustomerQuery,
    CustomerSummary, DateRange, DuplicateCheck, NewContact, NewCustomer, NewPhone, PageRequest, PickList,
    Size,
    model::{field_label, fields},
};

use crate::{
    cli::{
        Add, ContactAdd, ContactAsking, ContactChange, ContactFields, CustomerFields, Edit, Filter, List,
        PageAsked,
    },
    desk::Desk,
    screen::{Shown, aside, comma, json, json_lines, line, table},
};

/// The most rows of a page, which are asked for where all pages are.
const MOST: u32 = PageRequest::MAX;

/// Shows a list page by page: the page that was asked for, or all of them.
pub(super) fn pages(
    desk: &Desk,
    asked: &PageAsked,
    mut page: impl FnMut(&PageRequest) -> Shown<Option<String>>,
) -> Shown {
    let mut request = PageRequest {
        after: asked.after.clone(),
        limit: if asked.all { MOST } else { asked.limit },
    };
    loop {
        let next = page(&request)?;
        match (next, asked.all) {
            (Some(next), true) => request.after = Some(next),
            (Some(next), false) if desk.json => {
                aside(&serde_json::json!({ "next": next }).to_string());
                return Ok(());
            }
            (Some(next), false) => {
                aside(&say!(
                    desk.language,
                    "…… 还有更多：--after {next} 或 --all",
                    "… and more: --after {next}, or --all"
                ));
                return Ok(());
            }
            (None, _) => return Ok(()),
        }
    }
}

/// What the library takes for a filter.
pub(super) fn query(filter: &Filter) -> CustomerQuery {
    let range = |from, until| Some(DateRange { from, until }).filter(|_| from.or(until).is_some());
    CustomerQuery {
        text: filter.text.clone(),
        phone: filter.phone.clone(),
        status: filter.status,
        owner: filter.owner.clone(),
        industry: filter.industry.clone(),
        source: filter.source.clone(),
        kind: filter.kind,
        size: None,
        tag: filter.tag.clone(),
        external_id: filter.external_id.clone(),
        created: range(filter.created_from, filter.created_until),
        first_contact: range(filter.first_contact_from, filter.first_contact_until),
        no_follow_up: filter.no_follow_up,
        no_open_task: filter.no_open_task,
        archived: filter.archived,
        sort: filter.sort,
    }
}

pub(super) fn list(desk: &Desk, asked: &List) -> Shown {
    let (customers, query) = (desk.me.customers(), query(&asked.filter));
    if asked.count {
        let count = customers.count(&query)?;
        return match desk.json {
            true => json(&serde_json::json!({ "count": count })),
            false => Ok(line(&count.to_string())?),
        };
    }
    if asked.ids {
        let all = PageAsked {
            all: asked.page.after.is_none(),
            ..asked.page.clone()
        };
        return pages(desk, &all, |request| {
            let page = customers.list(&query, request)?;
            let mut numbers = page.items.iter().map(|customer| customer.number.to_string());
            match desk.json {
                true => numbers.try_for_each(|number| json(&number))?,
                false => numbers.try_for_each(|number| line(&number))?,
            }
            Ok(page.next)
        });
    }
    let columns = Columns::of(desk, &asked.columns)?;
    pages(desk, &asked.page, |request| {
        let page = customers.list(&query, request)?;
        match desk.json {
            true => json_lines(&page.items)?,
            false => columns.show(&page.items)?,
        }
        Ok(page.next)
    })
}

/// The columns of a list, and what stands in them.
pub(super) struct Columns<'a> {
    desk: &'a Desk,
    names: &'a [String],
    industries: crate::desk::Labels,
    sources: crate::desk::Labels,
}

impl<'a> Columns<'a> {
    pub(super) fn of(desk: &'a Desk, names: &'a [String]) -> crmkit::Result<Self> {
        Ok(Self {
            desk,
            names,
            industries: desk.labels(PickList::Industry)?,
            sources: desk.labels(PickList::Source)?,
        })
    }

    pub(super) fn headings(&self) -> Vec<&str> {
        let label = |name: &'a String| {
            let field = if name == "phone" { fields::PHONES } else { name };
            field_label(field, self.desk.language)
        };
        self.names.iter().map(label).collect()
    }

    pub(super) fn row(&self, customer: &CustomerSummary) -> Vec<String> {
        let language = self.desk.language;
        let cell = |name: &String| match name.as_str() {
            "number" => customer.number.to_string(),
            "name" => customer.name.clone(),
            "kind" => customer.kind.label(language).to_owned(),
            "status" => customer.status.label(language).to_owned(),
            "industry" => self.industries.of(&customer.industry),
            "source" => self.sources.of(&customer.source),
            "owner" => customer.owner_name.clone(),
            "phone" => customer.primary_phone.clone(),
            "first_contact" => customer.first_contact.to_string(),
            _ => self.desk.time(customer.created_at),
        };
        self.names.iter().map(cell).collect()
    }

    fn show(&self, customers: &[CustomerSummary]) -> Shown {
        let rows: Vec<Vec<String>> = customers.iter().map(|customer| self.row(customer)).collect();
        table(&self.headings(), &rows)
    }
}

fn phones(typed: &[String]) -> Vec<NewPhone> {
    typed.iter().map(|phone| phone.as_str().into()).collect()
}

fn choice(word: Option<&String>, detail: Option<&String>) -> Option<Choice> {
    word.map(|word| Choice {
        code: word.clone(),
        detail: detail.cloned(),
    })
}

fn address(line: &str) -> Vec<Address> {
    vec![Address::in_one_line(AddressKind::Business, line)]
}

pub(super) fn add(desk: &Desk, asked: &Add) -> Shown {
    let fields = &asked.fields;
    let new = NewCustomer {
        name: asked.name.clone(),
        kind: fields.kind,
        industry: choice(fields.industry.as_ref(), None),
        size: fields.headcount.map(Size::of_headcount),
        phones: phones(&fields.phone),
        addresses: fields.address.as_deref().map(address).unwrap_or_default(),
        source: choice(fields.source.as_ref(), fields.source_detail.as_ref()),
        first_contact: fields.first_contact,
        lead_at: lead_at(desk, fields)?,
        owner: asked.owner.clone(),
        tags: fields.tag.clone(),
        note: fields.note.clone(),
        external_id: fields.external_id.clone(),
        extra: fields.extra.iter().cloned().collect(),
        ..NewCustomer::default()
    };
    let check = match asked.another {
        true => DuplicateCheck::AnotherCustomer,
        false => DuplicateCheck::Refuse,
    };
    let warnings = desk.me.customers().check(&new)?;
    let customer = desk.me.customers().create(&new, check)?;
    match desk.json {
        true if !warnings.is_empty() => aside(&serde_json::json!({ "warnings": warnings }).to_string()),
        true => {}
        false => warnings
            .iter()
            .for_each(|warning| aside(&warning.message(desk.language))),
    }
    told(desk, &customer)
}

fn lead_at(desk: &Desk, fields: &CustomerFields) -> crmkit::Result<Option<crmkit::DateTime<crmkit::Utc>>> {
    let typed = fields.lead_at.as_deref();
    typed.map(|text| desk.instant(fields::LEAD_AT, text)).transpose()
}

/// Shows which customer it is.
pub(super) fn told(desk: &Desk, customer: &Customer) -> Shown {
    if desk.json {
        return json(customer);
    }
    Ok(line(&format!("{} {}", customer.number, customer.name))?)
}

pub(super) fn edit(desk: &Desk, asked: &Edit) -> Shown {
    let customers = desk.me.customers();
    let seen = customers.get(&asked.customer)?;
    let edits = edits(desk, asked, &seen)?;
    let mut after = match edits.is_empty() {
        true => seen,
        false => customers.update(seen.number, asked.revision.unwrap_or(seen.revision), &edits)?,
    };
    if let Some(status) = asked.status {
        after = customers.set_status(after.number, status, asked.reason.as_deref())?;
    }
    told(desk, &after)
}

fn edits(desk: &Desk, asked: &Edit, seen: &Customer) -> crmkit::Result<Vec<CustomerEdit>> {
    use CustomerEdit as E;
    let fields = &asked.fields;
    let mut edits = Vec::new();
    edits.extend(asked.name.clone().map(|value| E::Name { value }));
    edits.extend(fields.kind.map(|value| E::Kind { value }));
    edits.extend(choice(fields.industry.as_ref(), None).map(|value| E::Industry { value }));
    edits.extend(fields.headcount.map(|people| E::Size {
        value: Some(Size::of_headcount(people)),
    }));
    if !fields.phone.is_empty() {
        let value = phones(&fields.phone);
        edits.push(E::Phones { value });
    }
    edits.extend(
        fields
            .address
            .as_deref()
            .map(|line| E::Addresses { value: address(line) }),
    );
    let source = choice(fields.source.as_ref(), fields.source_detail.as_ref());
    edits.extend(source.map(|value| E::Source { value }));
    edits.extend(fields.first_contact.map(|value| E::FirstContact { value }));
    edits.extend(lead_at(desk, fields)?.map(|at| E::LeadAt { value: Some(at) }));
    edits.extend(
        asked
            .purchase_cycle
            .map(|days| E::PurchaseCycle { value: Some(days) }),
    );
    if !fields.tag.is_empty() {
        let value = fields.tag.clone();
        edits.push(E::Tags { value });
    }
    edits.extend(fields.note.clone().map(|note| E::Note { value: Some(note) }));
    edits.extend(
        fields
            .external_id
            .clone()
            .map(|id| E::ExternalId { value: Some(id) }),
    );
    if !fields.extra.is_empty() {
        let mut value = seen.extra.clone();
        value.extend(fields.extra.iter().cloned());
        edits.push(E::Extra { value });
    }
    edits.extend(asked.clear.iter().filter_map(|field| cleared(field)));
    Ok(edits)
}

/// Makes a field blank.
fn cleared(field: &str) -> Option<CustomerEdit> {
    use CustomerEdit as E;
    Some(match field {
        "size" => E::Size { value: None },
        "addresses" => E::Addresses { value: Vec::new() },
        "lead_at" => E::LeadAt { value: None },
        "purchase_cycle" => E::PurchaseCycle { value: None },
        "tags" => E::Tags { value: Vec::new() },
        "note" => E::Note { value: None },
        "external_id" => E::ExternalId { value: None },
        "extra" => E::Extra {
            value: Default::default(),
        },
        _ => return None,
    })
}

pub(super) fn contact(desk: &Desk, asked: &ContactAsking) -> Shown {
    let contact = match asked {
        ContactAsking::Add(asked) => contact_added(desk, asked)?,
        ContactAsking::Edit(asked) => contact_edited(desk, asked)?,
    };
    if desk.json {
        return json(&contact);
    }
    let of = [&contact.name, &contact.mobile]
        .map(String::as_str)
        .join(comma(desk.language));
    Ok(line(&format!("{} {of}  {}", contact.customer, contact.id))?)
}

fn contact_added(desk: &Desk, asked: &ContactAdd) -> crmkit::Result<Contact> {
    let ContactFields {
        mobile,
        phone,
        title,
        email,
        wechat,
        role,
        primary,
    } = &asked.fields;
    let new = NewContact {
        name: asked.name.clone(),
        title: title.clone(),
        mobile: mobile.clone().unwrap_or_default(),
        phone: phone.clone(),
        email: email.clone(),
        wechat: wechat.clone(),
        primary: *primary,
        role: role.clone(),
    };
    desk.me.contacts().add(&asked.customer, &new)
}

fn contact_edited(desk: &Desk, asked: &ContactChange) -> crmkit::Result<Contact> {
    use ContactEdit as E;
    let contacts = desk.me.contacts();
    let seen = contacts.get(asked.contact)?;
    let fields = &asked.fields;
    let mut edits = Vec::new();
    edits.extend(asked.name.clone().map(|value| E::Name { value }));
    edits.extend(fields.mobile.clone().map(|value| E::Mobile { value }));
    // A blank text is none, as the library has it.
    edits.extend(fields.phone.clone().map(|text| E::Phone { value: Some(text) }));
    edits.extend(fields.title.clone().map(|text| E::Title { value: Some(text) }));
    edits.extend(fields.email.clone().map(|text| E::Email { value: Some(text) }));
    edits.extend(fields.wechat.clone().map(|text| E::Wechat { value: Some(text) }));
    edits.extend(fields.role.clone().map(|text| E::Role { value: Some(text) }));
    edits.extend(fields.primary.then_some(E::Primary { value: true }));
    contacts.update(seen.id, seen.revision, &edits)
}

/// The customers that are named, or that stand in the input, one a line.
pub(super) fn keys(named: &[String]) -> Shown<Vec<CustomerKey>> {
    let mut keys = Vec::new();
    for name in named {
        if name == "-" {
            for read in std::io::stdin().lines() {
                let read = read?;
                keys.extend(
                    Some(read.trim())
                        .filter(|text| !text.is_empty())
                        .map(CustomerKey::from),
                );
            }
        } else {
            keys.push(CustomerKey::from(name));
        }
    }
    Ok(keys)
}
