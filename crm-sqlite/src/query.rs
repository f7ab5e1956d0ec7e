//! Lists of customers (R2.7): their filter and scope as conditions with bound values, and the columns of their orders.

use crm_core::{
    CustomerPage, CustomerSort, Error, PageRequest, Result, UserId,
    store::{Activity, CustomerFilter, Keyset, Scope},
};
use rusqlite::{params_from_iter, types::Value};

use crate::{
    error::OrStorage,
    list::{Access, Conditions, Key, Stretch, Table},
    row, tokens,
    transaction::Transaction,
};

/// Up to as many owners are read side by side along their indexes and merged; with more, the table is read in order.
const SIDE_BY_SIDE: usize = 50;

/// Up to as many that a text may find are looked at one by one; of more, some are soon met by going along the list.
const CANDIDATES: usize = 4_000;

/// The rows come with their owners' names and their primary phones.
const CUSTOMERS: Table = Table {
    name: "customer",
    row: "number",
    columns: "t.number, t.name, t.kind, t.status, t.industry, t.source, u.uuid, u.name, p.typed,
        t.first_contact, t.created_at, t.revision",
    joins: "JOIN user u ON u.id = t.owner
        LEFT JOIN customer_phone p ON p.customer = t.number AND p.is_primary = 1",
};

/// A name as it is compared; it stands folded only where that is another text.
const NAME: &str = "coalesce(t.name_folded, t.name)";

const NUMBER: Key = Key::column("number", "t.number");
const LAST_FOLLOW_UP: &[Key] = &[Key::column("last_follow_up", "t.last_follow_up"), NUMBER];
const NEXT_TASK: &[Key] = &[Key::column("next_task", "t.next_task"), NUMBER];

impl Transaction<'_> {
    /// One page.
    pub(crate) fn list_customers(
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
        let everybodys = owners.is_everybody();
        let by_number = matches!(filter.sort, CustomerSort::Newest | CustomerSort::Oldest);
        if owners.is_everybody() && (filter.status.is_some() || !by_number) {
            // What has an index for each owner only: everybody's customers are read side by side.
            owners.rows = self.all("SELECT id FROM user ORDER BY id LIMIT 51", [], |row| {
                row.get(0).or_storage()
            })?;
            if owners.rows.len() > SIDE_BY_SIDE {
                owners.rows.clear();
            }
        }
        let stretches: &[Stretch] = match filter.sort {
            CustomerSort::Newest | CustomerSort::Oldest => &[Stretch::Whole(&[NUMBER])],
            CustomerSort::Name => &[Stretch::Whole(&[
                Key::column("name_order", "t.name_order"),
                NUMBER,
            ])],
            CustomerSort::LastFollowUp => &[
                Stretch::With(LAST_FOLLOW_UP, Activity::NEVER),
                Stretch::Without(LAST_FOLLOW_UP, Activity::NEVER),
            ],
            CustomerSort::NextTask => &[
                Stretch::With(NEXT_TASK, Activity::NO_TASK),
                Stretch::Without(NEXT_TASK, Activity::NO_TASK),
            ],
            _ => return Err(Error::internal("an order that this store does not know")),
        };
        let mut conditions = conditions(filter);
        let access = if let Some(found) = self.found(filter, everybodys, &owners)? {
            whose(&mut conditions, filter, &owners);
            found
        } else if owners.are_side_by_side() {
            side_by_side(&mut conditions, &owners.rows, filter.archived)
        } else {
            let access = access(filter, &owners);
            whose(&mut conditions, filter, &owners);
            access
        };
        let page = self.page(&CUSTOMERS, stretches, &keyset, &access, &conditions, row::summary)?;
        Ok(page.into())
    }

    /// How many match.
    pub(crate) fn count(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        let Some(owners) = self.owners(filter, scope)? else {
            return Ok(0);
        };
        let mut conditions = conditions(filter);
        let found = match filter.sought() {
            Some(sought) if owners.is_everybody() || !self.are_few(&owners)? => {
                self.candidates(filter, &sought, CANDIDATES)?
            }
            _ => None,
        };
        let access = match found {
            Some(found) => Access::These(found),
            // Without any condition, an index alone tells.
            None if conditions.sql.is_empty() => Access::Chosen,
            None => access(filter, &owners),
        };
        whose(&mut conditions, filter, &owners);
        self.count_rows(&CUSTOMERS, &access, conditions)
    }

    /// How those are read whom a filter's texts may find; none where its list is better read in its order, and each row looked at: where it
    /// is of few customers, or so many may be found that a page is soon full.
    fn found(&self, filter: &CustomerFilter, everybodys: bool, owners: &Owners) -> Result<Option<Access>> {
        let Some(sought) = filter.sought() else {
            return Ok(None);
        };
        let by_number = matches!(filter.sort, CustomerSort::Newest | CustomerSort::Oldest);
        let has_numbers = filter.text.iter().any(|word| !word.numbers.is_empty());
        // What this transaction wrote is not among the postings yet.
        if everybodys && by_number && !has_numbers && self.without_tokens.is_empty() {
            return Ok(Some(Access::Tokens(tokens::expression(&sought))));
        }
        if !everybodys && self.are_few(owners)? {
            return Ok(None);
        }
        Ok(self.candidates(filter, &sought, CANDIDATES)?.map(Access::These))
    }

    /// Whether owners' customers are so few that all of them may be looked at.
    fn are_few(&self, owners: &Owners) -> Result<bool> {
        /// So many are read in a few milliseconds.
        const FEW: i64 = 3_000;
        let mut conditions = Conditions::default();
        let owned = conditions.bound(&owners.rows);
        let sql = format!(
            "SELECT count(*) FROM
                (SELECT 1 FROM customer WHERE archived_at IS NULL AND owner IN ({owned}) LIMIT {FEW})"
        );
        let there = self.one(&sql, params_from_iter(conditions.into_values()), |row| {
            row.get::<_, i64>(0).or_storage()
        })?;
        Ok(there.unwrap_or_default() < FEW)
    }

    /// Adds that the customer, `c` in the statement, is in scope, or the deal whose row stands in a column; false where none can be.
    pub(crate) fn in_scope_by_owner(
        &self,
        scope: &Scope,
        deal: Option<&str>,
        conditions: &mut Conditions,
    ) -> Result<bool> {
        let Some(owners) = scope.owners() else {
            return Ok(true);
        };
        let mut rows = Vec::with_capacity(owners.len());
        for &owner in owners {
            rows.extend(self.row_of(owner.into())?);
        }
        let granted: Vec<i64> = scope.granted().iter().map(|number| number.to_i64()).collect();
        let mut deals = Vec::new();
        for &deal in deal.map(|_| scope.deals()).into_iter().flatten() {
            deals.extend(self.row_of(deal.into())?);
        }
        if rows.is_empty() && granted.is_empty() && deals.is_empty() {
            return Ok(false);
        }
        let (rows, granted) = (conditions.bound(&rows), conditions.bound(&granted));
        let by_deal = match deal.filter(|_| !deals.is_empty()) {
            Some(column) => format!(" OR {column} IN ({})", conditions.bound(&deals)),
            None => String::new(),
        };
        conditions.and(format_args!(
            "(c.owner IN ({rows}) OR c.number IN ({granted}){by_deal})"
        ));
        Ok(true)
    }

    /// Whose customers are looked through; none when it is nobody's.
    fn owners(&self, filter: &CustomerFilter, scope: &Scope) -> Result<Option<Owners>> {
        let row = |owner: UserId| self.row_of(owner.into());
        let granted: Vec<i64> = scope.granted().iter().map(|number| number.to_i64()).collect();
        let mut owners = Owners::default();
        match (filter.owner, scope.owners()) {
            (Some(owner), _) => {
                owners.rows.extend(row(owner)?);
                if !scope.has_owner(owner) {
                    owners.only = granted;
                }
                Ok(
                    (!owners.rows.is_empty() && (scope.has_owner(owner) || !owners.only.is_empty()))
                        .then_some(owners),
                )
            }
            (None, Some(all)) => {
                for &owner in all {
                    owners.rows.extend(row(owner)?);
                }
                owners.granted = granted;
                Ok((!owners.is_everybody()).then_some(owners))
            }
            (None, None) => Ok(Some(owners)),
        }
    }
}

/// Whose customers are looked through: everybody's, if nothing is said.
#[derive(Default)]
struct Owners {
    /// The owners' rows.
    rows: Vec<i64>,
    /// Customers that are in scope by name, besides.
    granted: Vec<i64>,
    /// Of these owners' customers only these.
    only: Vec<i64>,
}

impl Owners {
    /// Whether each owner's range of an index can be read beside the others.
    fn are_side_by_side(&self) -> bool {
        (1..=SIDE_BY_SIDE).contains(&self.rows.len()) && self.granted.is_empty() && self.only.is_empty()
    }

    fn is_everybody(&self) -> bool {
        self.rows.is_empty() && self.granted.is_empty()
    }
}

/// Where everybody's customers are looked through, the table is read in its own order.
fn access(filter: &CustomerFilter, owners: &Owners) -> Access {
    match owners.is_everybody() && filter.external_id.is_none() {
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
fn whose(conditions: &mut Conditions, filter: &CustomerFilter, owners: &Owners) {
    if !filter.archived {
        conditions.and("t.archived_at IS NULL");
    }
    match (owners.rows.is_empty(), owners.granted.is_empty()) {
        (true, true) => {}
        (false, true) => conditions.is_in("t.owner", &owners.rows),
        (true, false) => conditions.is_in("t.number", &owners.granted),
        (false, false) => {
            let (theirs, named) = (conditions.bound(&owners.rows), conditions.bound(&owners.granted));
            conditions.and(format_args!("(t.owner IN ({theirs}) OR t.number IN ({named}))"));
        }
    }
    if !owners.only.is_empty() {
        conditions.is_in("t.number", &owners.only);
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
        // With a sign, no index is chosen for it: that of reports would have to be sorted for a page.
        ("+t.created_at >=", filter.created_from.map(millis)),
        ("+t.created_at <", filter.created_until.map(millis)),
        ("t.first_contact >=", days.from.map(day)),
        ("t.first_contact <", days.until.map(day)),
    ];
    for (column_and_sign, value) in compared {
        conditions.compare(column_and_sign, value);
    }
    if filter.no_follow_up {
        conditions.and("t.last_follow_up IS NULL");
    }
    if filter.no_open_task {
        conditions.and("t.next_task IS NULL");
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
    for text in &filter.text {
        let folded = conditions.bind(text.folded.clone());
        let mut any = vec![format!("instr({NAME}, {folded})")];
        if let Some(letters) = &text.spelling {
            let letters = conditions.bind(letters.clone());
            any.push(format!("spelt({NAME}, {letters})"));
        }
        for &(low, high) in &text.numbers {
            let (low, high) = (conditions.bind(low), conditions.bind(high));
            any.push(format!("t.number BETWEEN {low} AND {high}"));
        }
        if !text.digits.is_empty() {
            any.push(phone(&mut conditions, &text.digits));
        }
        any.push(format!(
            "EXISTS (SELECT 1 FROM customer_alias a WHERE a.customer = t.number AND instr(a.folded, {folded}))"
        ));
        conditions.and(format_args!("({})", any.join(" OR ")));
    }
    conditions
}

/// The customers with a number that has one of these parts; none, if there is no part.
fn phone(conditions: &mut Conditions, parts: &[String]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| {
            format!(
                "instr(coalesce(digits, substr(e164, 2)), {})",
                conditions.bind(part.clone())
            )
        })
        .collect();
    match parts.is_empty() {
        true => "FALSE".to_owned(),
        false => format!(
            "EXISTS (SELECT 1 FROM customer_phone p WHERE p.customer = t.number AND ({}))",
            parts.join(" OR ")
        ),
    }
}
