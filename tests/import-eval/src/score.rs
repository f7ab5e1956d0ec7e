//! What was read of a list, against its truth.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::Path,
};

use anyhow::{Context, Result};
use crmkit::{
    CustomerNumber, IN_MEMORY, ImportOptions, ImportRow, OpenOptions, RowOutcome, Session, TableOptions,
    import_file,
};

use crate::{
    made::OWNER,
    truth::{Truth, Wanted},
};

/// How well a list was read.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) cells: u64,
    pub(crate) right: u64,
    /// Wrong or missing, and nothing said.
    pub(crate) wrong: Vec<String>,
    /// Missing, and said so.
    pub(crate) said: u64,
    /// Rows that are customers or contacts, and did not come in.
    pub(crate) refused: Vec<String>,
    /// Rows that are none, and came in.
    pub(crate) invented: Vec<String>,
}

/// Sheets of a workbook that are no list of customers, and are to be named.
pub(crate) const UNREAD: [&str; 2] = ["填写说明", "产品"];

/// Imports a list, and compares what is there then with its truth; of a workbook of ours, whether the sheets that are none are named.
pub(crate) fn score(list: &Path, truth: &Truth, options: ImportOptions, has_others: bool) -> Result<Score> {
    let crm = crmkit::open(IN_MEMORY, OpenOptions::default())?;
    crm.set_up(OWNER.0, OWNER.1)?;
    let me = crm.session(OWNER.0)?;
    let (rows, unread) = import(&me, list, options).with_context(|| format!("{}", list.display()))?;
    let mut score = Score::default();
    if has_others && unread != UNREAD {
        score.wrong.push(format!("sheets that were not read: {unread:?}"));
    }
    let by_line: BTreeMap<u64, &ImportRow> = rows.iter().map(|row| (row.line, row)).collect();
    for line in &truth.rows {
        let row = by_line.get(line);
        if row.is_none_or(|row| row.outcome == RowOutcome::Refused) {
            let why = row.map(|row| {
                row.problems
                    .iter()
                    .map(|p| format!("{}: {}", p.field, p.code))
                    .collect::<Vec<_>>()
            });
            score
                .refused
                .push(format!("line {line}: {}", why.unwrap_or_default().join(", ")));
        }
    }
    for row in rows.iter().filter(|row| !truth.rows.contains(&row.line)) {
        if row.outcome == RowOutcome::Created {
            score.invented.push(format!("line {}", row.line));
        }
    }
    let mut found: BTreeMap<CustomerNumber, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for cell in &truth.cells {
        let Some((row, number)) = by_line.get(&cell.line).and_then(|row| Some((row, row.customer?))) else {
            continue;
        };
        let there = match found.entry(number) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(place) => place.insert(values(&me, number)?),
        };
        let at = there
            .get(place_of(&cell.field))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let kept = there.get("kept").map(Vec::as_slice).unwrap_or_default();
        // A row that was passed over as a whole says so.
        let flagged = row.outcome == RowOutcome::Skipped
            || row
                .problems
                .iter()
                .any(|problem| is_of(&problem.field, &cell.field));
        score.cells += 1;
        match &cell.wanted {
            Wanted::Is(value) if at.iter().any(|there| is_same(&cell.field, there, value)) => {
                score.right += 1
            }
            Wanted::Blank if !at.iter().any(|there| is_word_for_nothing(there)) => score.right += 1,
            Wanted::Said if flagged => score.right += 1,
            _ if flagged
                || kept
                    .iter()
                    .any(|there| wanted_text(&cell.wanted).is_some_and(|text| there.contains(text))) =>
            {
                score.said += 1;
            }
            wanted => score.wrong.push(format!(
                "line {} ({}), {}: {wanted:?}, found {at:?}",
                cell.line, cell.kind, cell.field
            )),
        }
    }
    Ok(score)
}

/// What became of its rows, and the sheets that were not read.
pub(crate) fn import(
    me: &Session,
    list: &Path,
    options: ImportOptions,
) -> Result<(Vec<ImportRow>, Vec<String>)> {
    let mut rows = Vec::new();
    let mut job = import_file(me, list, options, &TableOptions::default(), None)?;
    while !job.step(&mut |row| rows.push(row.clone()))?.finished {}
    let unread = job.report().unread_sheets;
    Ok((rows, unread))
}

fn wanted_text(wanted: &Wanted) -> Option<&str> {
    match wanted {
        Wanted::Is(text) => Some(text),
        Wanted::Blank | Wanted::Said => None,
    }
}

fn is_word_for_nothing(text: &str) -> bool {
    ["无", "-", "N/A", "\\N"].contains(&text)
}

/// Where a field's values are looked for.
fn place_of(field: &str) -> &str {
    match field {
        "contact.first_name" | "contact.last_name" => "contact.name",
        "province" | "city" | "district" | "street" | "business_address" | "registered_address"
        | "office_address" | "shipping.province" | "shipping.city" | "shipping.district"
        | "shipping.street" => "addresses",
        "number" | "alias" => "aliases",
        field if field.starts_with("registration.") => "registrations",
        // A second address of a person stays with the customer.
        "contact.email" => "emails",
        "extra.email" => "emails",
        field => field,
    }
}

/// Whether a problem's field is this one.
fn is_of(problem: &str, field: &str) -> bool {
    let field = match place_of(field) {
        "emails" => "contact.email",
        "aliases" => "number",
        place => place,
    };
    problem == field || problem == "extra" && field.starts_with("extra.")
}

fn is_same(field: &str, there: &str, value: &str) -> bool {
    match place_of(field) {
        "addresses" | "note" => there.contains(value),
        _ => there == value || there.split('\n').any(|line| line == value),
    }
}

/// What is there of a customer, by field.
fn values(me: &Session, number: CustomerNumber) -> Result<BTreeMap<String, Vec<String>>> {
    let customer = me.customers().get(number)?;
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut add = |field: &str, value: String| values.entry(field.to_owned()).or_default().push(value);
    add("name", customer.name);
    add("kind", customer.kind.code().to_owned());
    for language in [crmkit::Language::Zh, crmkit::Language::En] {
        add("kind", customer.kind.label(language).to_owned());
    }
    add("kind", "Company".to_owned());
    for (field, list, choice) in [
        ("industry", crmkit::PickList::Industry, &customer.industry),
        ("source", crmkit::PickList::Source, &customer.source),
    ] {
        for entry in me
            .pick_lists()
            .list(list)?
            .into_iter()
            .filter(|entry| entry.code == choice.code)
        {
            add(field, entry.label_zh);
            add(field, entry.label_en);
        }
        if let Some(detail) = &choice.detail {
            add(field, detail.clone());
            add("source_detail", detail.clone());
        }
    }
    if let Some(size) = customer.size {
        add("size", size.band.code().to_owned());
    }
    for phone in customer.phones {
        add("phones", phone.e164.unwrap_or(phone.typed));
    }
    for address in customer.addresses {
        add("addresses", address.text());
        let levels = [
            address.province,
            address.city,
            address.district,
            address.street,
            address.line,
        ];
        levels
            .into_iter()
            .flatten()
            .for_each(|level| add("addresses", level));
    }
    for registration in customer.registrations {
        add("registrations", registration.number);
    }
    add("status", customer.status.code().to_owned());
    let login = |id| -> Result<String> {
        let users = me.users().list()?;
        Ok(users
            .into_iter()
            .find(|user| user.id == id)
            .map(|user| user.login)
            .unwrap_or_default())
    };
    add("owner", login(customer.owner)?);
    if let Some(by) = customer.created_by {
        add("created_by", login(by)?);
    }
    // The business's day, in Shanghai.
    let day = |at: crmkit::DateTime<crmkit::Utc>| {
        (at + std::time::Duration::from_secs(8 * 3_600))
            .date_naive()
            .to_string()
    };
    add("first_contact", customer.first_contact.to_string());
    add("created_at", day(customer.created_at));
    customer
        .lead_at
        .into_iter()
        .for_each(|at| add("lead_at", day(at)));
    customer
        .aliases
        .into_iter()
        .for_each(|alias| add("aliases", alias));
    customer.tags.into_iter().for_each(|tag| add("tags", tag));
    customer.note.into_iter().for_each(|note| add("note", note));
    customer
        .external_id
        .into_iter()
        .for_each(|id| add("external_id", id));
    for (key, value) in customer.extra {
        if key == "email" {
            add("emails", value.clone());
        }
        add(&format!("extra.{key}"), value.clone());
        add("kept", value);
    }
    for contact in me.contacts().list(number)? {
        add("contact.name", contact.name);
        add("contact.mobile", contact.mobile_e164.unwrap_or(contact.mobile));
        contact
            .phone_e164
            .or(contact.phone)
            .into_iter()
            .for_each(|number| add("contact.phone", number));
        add("contact.primary", "true".to_owned());
        contact
            .title
            .into_iter()
            .for_each(|text| add("contact.title", text));
        contact.email.into_iter().for_each(|text| add("emails", text));
        contact
            .wechat
            .into_iter()
            .for_each(|text| add("contact.wechat", text));
        contact
            .role
            .into_iter()
            .for_each(|text| add("contact.role", text));
    }
    Ok(values)
}
