//! Lists of customers (R2.7): filter, scope and cursor compiled into one statement with bound values.

use std::fmt::Write;

use crm_core::{
    Code, CustomerNumber, CustomerPage, CustomerSort, CustomerSummary, Error, PageRequest, Problem, Result,
    UserId, fields,
    store::{CustomerFilter, Scope},
};
use rusqlite::{params_from_iter, types::Value};

use crate::{error::OrStorage, row, transaction::Transaction};

/// Up to as many owners are read side by side along their indexes and merged; with more, the table is read in order.
const SIDE_BY_SIDE: usize = 50;

const SUMMARY: &str =
    "SELECT c.number, c.name, c.kind, c.status, c.industry, c.source, u.uuid, u.name, p.typed,
    c.first_contact, c.created_at, c.revision, c.name_folded";
const JOINED: &str = "JOIN user u ON u.id = c.owner
    LEFT JOIN customer_phone p ON p.customer = c.number AND p.is_primary = 1";

impl Transaction<'_> {
    /// One page; the rows, their owners' names and their primary phones come by one statement.
    pub(crate) fn list(
        &self,
        filter: &CustomerFilter,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<CustomerPage> {
        if page.limit == 0 || page.limit > PageRequest::MAX {
            return Err(Error::invalid(Problem::with(
                fields::LIMIT,
                Code::PageInvalid,
                page.limit.to_string(),
            )));
        }
        let start = Start::of(filter.sort, page.after.as_deref())?;
        let Some(mut owners) = self.owners(filter, scope)? else {
            return Ok(CustomerPage {
                items: vec![],
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
        let sql = List {
            filter,
            owners,
            start: &start,
            values: Vec::new(),
        };
        let (sql, values) = sql.page(page.limit)?;

        let mut statement = self.connection.prepare_cached(&sql).or_storage()?;
        let mut rows = statement.query(params_from_iter(values)).or_storage()?;
        let mut items: Vec<CustomerSummary> = Vec::new();
        let mut folded = String::new();
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        while let Some(row) = rows.next().or_storage()? {
            if items.len() == limit {
                let last = items.last().map(|item| item.number);
                return Ok(CustomerPage {
                    items,
                    next: last.map(|number| start.cursor(number, &folded)),
                });
            }
            items.push(row::summary(row)?);
            if filter.sort == CustomerSort::Name {
                folded = row.get(12).or_storage()?;
            }
        }
        Ok(CustomerPage { items, next: None })
    }

    /// How many match.
    pub(crate) fn count(&self, filter: &CustomerFilter, scope: &Scope) -> Result<u64> {
        let Some(owners) = self.owners(filter, scope)? else {
            return Ok(0);
        };
        let mut list = List {
            filter,
            owners,
            start: &Start::Newest(0),
            values: Vec::new(),
        };
        let mut conditions = String::new();
        list.conditions(&mut conditions)?;
        let table = if conditions.is_empty() {
            "customer c"
        } else {
            list.table()
        };
        list.owners_in(&mut conditions)?;
        if !filter.archived {
            conditions.push_str(" AND c.archived_at IS NULL");
        }
        let sql = format!("SELECT count(*) FROM {table} WHERE TRUE{conditions}");
        let count = self.one(&sql, params_from_iter(list.values), |row| {
            row.get::<_, i64>(0).or_storage()
        })?;
        Ok(count
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or_default())
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

/// After which row a page begins.
#[derive(Debug, PartialEq)]
enum Start {
    Newest(i64),
    Oldest(i64),
    Name(String, i64),
}

impl Start {
    /// The start of a list, or what a cursor says: the version of its form, the order, the number, and the folded name
    /// where names are the order.
    fn of(sort: CustomerSort, cursor: Option<&str>) -> Result<Self> {
        let wrong = || Error::invalid(Problem::new(fields::AFTER, Code::PageInvalid));
        let rest = |cursor: &str, order| cursor.strip_prefix(order).map(str::to_owned).ok_or_else(wrong);
        let number = |text: &str| {
            let number = text
                .parse()
                .ok()
                .filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
            number
                .filter(|&number| CustomerNumber::from_i64(number).is_some())
                .ok_or_else(wrong)
        };
        Ok(match (sort, cursor) {
            (CustomerSort::Newest, None) => Self::Newest(i64::MAX),
            (CustomerSort::Newest, Some(cursor)) => Self::Newest(number(&rest(cursor, "1n")?)?),
            (CustomerSort::Oldest, None) => Self::Oldest(0),
            (CustomerSort::Oldest, Some(cursor)) => Self::Oldest(number(&rest(cursor, "1o")?)?),
            (CustomerSort::Name, None) => Self::Name(String::new(), 0),
            (CustomerSort::Name, Some(cursor)) => {
                let rest = rest(cursor, "1a")?;
                let (text, name) = rest.split_once(':').ok_or_else(wrong)?;
                Self::Name(name.to_owned(), number(text)?)
            }
            _ => return Err(Error::internal("an order that this store does not know")),
        })
    }

    fn cursor(&self, number: CustomerNumber, folded: &str) -> String {
        let number = number.to_i64();
        match self {
            Self::Newest(_) => format!("1n{number}"),
            Self::Oldest(_) => format!("1o{number}"),
            Self::Name(..) => format!("1a{number}:{folded}"),
        }
    }
}

/// A statement in the making.
struct List<'a> {
    filter: &'a CustomerFilter,
    /// The owners' rows; empty for everybody.
    owners: Vec<i64>,
    start: &'a Start,
    values: Vec<Value>,
}

/// Writing into a `String` does not fail.
fn infallible(_: std::fmt::Error) -> Error {
    Error::internal("a statement could not be written")
}

impl List<'_> {
    /// The statement of a page, which asks for one row more than `limit` to tell whether there is a next.
    fn page(mut self, limit: u32) -> Result<(String, Vec<Value>)> {
        let order = match self.start {
            Start::Newest(_) => "number DESC",
            Start::Oldest(_) => "number",
            Start::Name(..) => "name_folded, number",
        };
        let table = self.table();
        let by_number = !matches!(self.start, Start::Name(..));
        let columns = if by_number {
            "c.number"
        } else {
            "c.name_folded, c.number"
        };
        let after = match self.start {
            Start::Newest(number) => format!(" AND c.number < {}", self.bind(*number)),
            Start::Oldest(number) => format!(" AND c.number > {}", self.bind(*number)),
            Start::Name(name, number) => {
                let (name, number) = (self.bind(name.clone()), self.bind(*number));
                format!(" AND (c.name_folded, c.number) > ({name}, {number})")
            }
        };
        let limit = self.bind(i64::from(limit) + 1);
        let mut rest = after;
        self.conditions(&mut rest)?;
        let side_by_side = by_number && (1..=SIDE_BY_SIDE).contains(&self.owners.len());

        // One SELECT for each index that is read; SQLite merges them without reading more than the page.
        let mut terms = Vec::new();
        let archived: &[&str] = match (side_by_side, self.filter.archived) {
            (_, false) => &["c.archived_at IS NULL"],
            (true, true) => &["c.archived_at IS NULL", "c.archived_at IS NOT NULL"],
            (false, true) => &["TRUE"],
        };
        let owners = if side_by_side {
            std::mem::take(&mut self.owners)
        } else {
            Vec::new()
        };
        let mut terms_of = |condition: &str| {
            for archived in archived {
                terms.push(format!(
                    "SELECT {columns} FROM {table} WHERE {archived}{condition}{rest}"
                ));
            }
        };
        if side_by_side {
            for owner in owners {
                self.values.push(Value::Integer(owner));
                terms_of(&format!(" AND c.owner = ?{}", self.values.len()));
            }
        } else {
            let mut condition = String::new();
            self.owners_in(&mut condition)?;
            terms_of(&condition);
        }
        let page = terms.join(" UNION ALL ");
        let sql = format!(
            "{SUMMARY} FROM ({page} ORDER BY {order} LIMIT {limit}) page CROSS JOIN customer c ON c.number = page.number
            {JOINED} ORDER BY {}",
            match self.start {
                Start::Newest(_) => "page.number DESC",
                Start::Oldest(_) => "page.number",
                Start::Name(..) => "page.name_folded, page.number",
            }
        );
        Ok((sql, self.values))
    }

    /// Where everybody's rows are looked through, the table is read in its own order: by way of an index, each row would
    /// be fetched by itself.
    fn table(&self) -> &'static str {
        match self.owners.is_empty() && self.filter.external_id.is_none() {
            true => "customer c NOT INDEXED",
            false => "customer c",
        }
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("?{}", self.values.len())
    }

    fn owners_in(&mut self, sql: &mut String) -> Result<()> {
        if !self.owners.is_empty() {
            let owners: Vec<String> = std::mem::take(&mut self.owners)
                .into_iter()
                .map(|owner| self.bind(owner))
                .collect();
            write!(sql, " AND c.owner IN ({})", owners.join(", ")).map_err(infallible)?;
        }
        Ok(())
    }

    /// What the filter asks, but for owner and archive.
    fn conditions(&mut self, sql: &mut String) -> Result<()> {
        let filter = self.filter;
        let millis = |at: chrono::DateTime<chrono::Utc>| Value::Integer(at.timestamp_millis());
        let code = |code: &str| Value::Text(code.to_owned());
        let days = filter.first_contact.unwrap_or(crm_core::DateRange {
            from: None,
            until: None,
        });
        let day = |day: chrono::NaiveDate| Value::Text(day.to_string());
        let equal = [
            ("c.status =", filter.status.map(|status| code(status.code()))),
            ("c.external_id =", filter.external_id.as_deref().map(code)),
            ("c.industry =", filter.industry.as_deref().map(code)),
            ("c.source =", filter.source.as_deref().map(code)),
            ("c.kind =", filter.kind.map(|kind| code(kind.code()))),
            ("c.size_scale =", filter.size.map(|size| code(size.scale.code()))),
            ("c.size_band =", filter.size.map(|size| code(size.band.code()))),
            ("c.created_at >=", filter.created_from.map(millis)),
            ("c.created_at <", filter.created_until.map(millis)),
            ("c.first_contact >=", days.from.map(day)),
            ("c.first_contact <", days.until.map(day)),
        ];
        for (condition, value) in equal {
            if let Some(value) = value {
                let value = self.bind(value);
                write!(sql, " AND {condition} {value}").map_err(infallible)?;
            }
        }
        if let Some(tag) = &filter.tag {
            let tag = self.bind(tag.clone());
            write!(
                sql,
                " AND c.number IN (SELECT customer FROM customer_tag WHERE tag = {tag})"
            )
            .map_err(infallible)?;
        }
        if let Some(parts) = &filter.phone {
            let phone = self.phone(parts);
            write!(sql, " AND {phone}").map_err(infallible)?;
        }
        if let Some(text) = &filter.text {
            let folded = self.bind(text.folded.clone());
            let alias =
                format!("c.number IN (SELECT customer FROM customer_alias WHERE instr(folded, {folded}))");
            let mut any = vec![format!("instr(c.name_folded, {folded})"), alias];
            for &(low, high) in &text.numbers {
                let (low, high) = (self.bind(low), self.bind(high));
                any.push(format!("c.number BETWEEN {low} AND {high}"));
            }
            if !text.digits.is_empty() {
                any.push(self.phone(&text.digits));
            }
            write!(sql, " AND ({})", any.join(" OR ")).map_err(infallible)?;
        }
        Ok(())
    }

    /// The customers with a number that has one of these parts; none, if there is no part.
    fn phone(&mut self, parts: &[String]) -> String {
        let parts: Vec<String> = parts
            .iter()
            .map(|part| format!("instr(digits, {})", self.bind(part.clone())))
            .collect();
        match parts.is_empty() {
            true => "FALSE".to_owned(),
            false => format!(
                "c.number IN (SELECT customer FROM customer_phone WHERE {})",
                parts.join(" OR ")
            ),
        }
    }
}
