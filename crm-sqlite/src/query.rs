//! Lists of customers (R2.7): their filter and scope as conditions with bound values, and the columns of their orders.

use crm_core::{
    CustomerPage, CustomerSort, Error, PageRequest, Result, UserId,
    store::{CustomerFilter, Keyset, Scope},
};
use rusqlite::types::Value;

use crate::{
    error::OrStorage,
    list::{Access, Conditions, Table},
    row,
    transaction::Transaction,
};

/// Up to as many owners are read side by side along their indexes and merged; with more, the table is read in order.
const SIDE_BY_SIDE: usize = 50;

/// The rows come with their owners' names and their primary phones.
const CUSTOMERS: Table = Table {
    name: "customer",
    row: "number",
    columns: "t.number, t.name, t.kind, t.status, t.industry, t.source, u.uuid, u.name, p.typed,
        t.first_contact, t.created_at, t.revision",
    joins: "JOIN user u ON u.id = t.owner
        LEFT JOIN customer_phone p ON p.customer = t.number AND p.is_primary = 1",
};

impl Transaction<'_> {
    /// One page.
    pub(crate) fn list(
        &self,
        filter: &CustomerFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<CustomerPage> {
        let keyset = Keyset::new(filter.order(), page)?;
        let Some(mut owners) = self.owners(filter, scope)? else {
            return Ok(CustomerPage {
                items: Vec::new(),
                next: None,
            });
        };
        if owners.is_empty() && filter.status.is_some() {
            // A status by itself has no index: everybody's customers in it are read side by side.
            owners = self.all("SELECT id FROM user ORDER BY id LIMIT 51", [], |row| {
                row.get(0).or_storage()
            })?;
            if owners.len() > SIDE_BY_SIDE {
                owners.clear();
            }
        }
        let by_number: &[&str] = &["number"];
        let (keys, indexed) = match filter.sort {
            // The indexes of owners end in the number.
            CustomerSort::Newest | CustomerSort::Oldest => (by_number, true),
            CustomerSort::Name => (&["name_folded", "number"][..], false),
            _ => return Err(Error::internal("an order that this store does not know")),
        };
        let mut conditions = conditions(filter);
        let access = if indexed && (1..=SIDE_BY_SIDE).contains(&owners.len()) {
            side_by_side(&mut conditions, &owners, filter.archived)
        } else {
            let access = access(filter, &owners);
            whose(&mut conditions, filter, &owners);
            access
        };
        let page = self.page(&CUSTOMERS, keys, &keyset, &access, conditions, row::summary)?;
        Ok(page.into())
    }

    /// How many match.
    pub(crate) fn count(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        let Some(owners) = self.owners(filter, scope)? else {
            return Ok(0);
        };
        let mut conditions = conditions(filter);
        // Without any condition, an index alone tells.
        let access = match conditions.sql.is_empty() {
            true => Access::Chosen,
            false => access(filter, &owners),
        };
        whose(&mut conditions, filter, &owners);
        self.count_rows(&CUSTOMERS, &access, conditions)
    }

    /// The rows of the owners in scope that are asked for, empty when it is everybody; none when it is nobody.
    fn owners(&self, filter: &CustomerFilter, scope: &Scope) -> Result<Option<Vec<i64>>> {
        let rows = |owners: &mut dyn Iterator<Item = UserId>| -> Result<Option<Vec<i64>>> {
            let rows = owners
                .filter_map(|owner| self.user_row(owner).transpose())
                .collect::<Result<Vec<_>>>()?;
            Ok((!rows.is_empty()).then_some(rows))
        };
        match (filter.owner, scope.owners()) {
            (Some(owner), _) if !scope.contains(owner) => Ok(None),
            (Some(owner), _) => rows(&mut [owner].into_iter()),
            (None, Some(owners)) => rows(&mut owners.iter().copied()),
            (None, None) => Ok(Some(Vec::new())),
        }
    }
}

/// Where everybody's customers are looked through, the table is read in its own order.
fn access(filter: &CustomerFilter, owners: &[i64]) -> Access {
    match owners.is_empty() && filter.external_id.is_none() {
        true => Access::Scan,
        false => Access::Chosen,
    }
}

/// One range of an index for each owner; what is archived is in an index of its own.
fn side_by_side(conditions: &mut Conditions, owners: &[i64], archived: bool) -> Access {
    let states: &[&str] = match archived {
        true => &["t.archived_at IS NULL", "t.archived_at IS NOT NULL"],
        false => &["t.archived_at IS NULL"],
    };
    let mut ranges = Vec::with_capacity(owners.len() * states.len());
    for &owner in owners {
        let owner = conditions.bind(owner);
        ranges.extend(
            states
                .iter()
                .map(|state| format!("{state} AND t.owner = {owner}")),
        );
    }
    Access::SideBySide(ranges)
}

/// What the filter and the scope ask of owner and archive.
fn whose(conditions: &mut Conditions, filter: &CustomerFilter, owners: &[i64]) {
    if !filter.archived {
        conditions.and("t.archived_at IS NULL");
    }
    if !owners.is_empty() {
        conditions.is_in("t.owner", owners);
    }
}

/// What the filter asks, but for owner and archive.
fn conditions(filter: &CustomerFilter) -> Conditions {
    let mut conditions = Conditions::default();
    let millis = |at: chrono::DateTime<chrono::Utc>| Value::Integer(at.timestamp_millis());
    let code = |code: &str| Value::Text(code.to_owned());
    let days = filter.first_contact.unwrap_or(crm_core::DateRange {
        from: None,
        until: None,
    });
    let day = |day: chrono::NaiveDate| Value::Text(day.to_string());
    let compared = [
        ("t.status =", filter.status.map(|status| code(status.code()))),
        ("t.external_id =", filter.external_id.as_deref().map(code)),
        ("t.industry =", filter.industry.as_deref().map(code)),
        ("t.source =", filter.source.as_deref().map(code)),
        ("t.kind =", filter.kind.map(|kind| code(kind.code()))),
        ("t.size_scale =", filter.size.map(|size| code(size.scale.code()))),
        ("t.size_band =", filter.size.map(|size| code(size.band.code()))),
        ("t.created_at >=", filter.created_from.map(millis)),
        ("t.created_at <", filter.created_until.map(millis)),
        ("t.first_contact >=", days.from.map(day)),
        ("t.first_contact <", days.until.map(day)),
    ];
    for (column_and_sign, value) in compared {
        conditions.compare(column_and_sign, value);
    }
    if let Some(tag) = &filter.tag {
        let tag = conditions.bind(tag.clone());
        conditions.and(format_args!(
            "t.number IN (SELECT customer FROM customer_tag WHERE tag = {tag})"
        ));
    }
    if let Some(parts) = &filter.phone {
        let phone = phone(&mut conditions, parts);
        conditions.and(phone);
    }
    if let Some(text) = &filter.text {
        let folded = conditions.bind(text.folded.clone());
        let alias =
            format!("t.number IN (SELECT customer FROM customer_alias WHERE instr(folded, {folded}))");
        let mut any = vec![format!("instr(t.name_folded, {folded})"), alias];
        for &(low, high) in &text.numbers {
            let (low, high) = (conditions.bind(low), conditions.bind(high));
            any.push(format!("t.number BETWEEN {low} AND {high}"));
        }
        if !text.digits.is_empty() {
            any.push(phone(&mut conditions, &text.digits));
        }
        conditions.and(format_args!("({})", any.join(" OR ")));
    }
    conditions
}

/// The customers with a number that has one of these parts; none, if there is no part.
fn phone(conditions: &mut Conditions, parts: &[String]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| format!("instr(digits, {})", conditions.bind(part.clone())))
        .collect();
    match parts.is_empty() {
        true => "FALSE".to_owned(),
        false => format!(
            "t.number IN (SELECT customer FROM customer_phone WHERE {})",
            parts.join(" OR ")
        ),
    }
}
