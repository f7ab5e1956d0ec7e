//! Lists in pages (R2.7), the same for every list of every store: how many rows, in which order, after which row.
//!
//! A new list is its filter and its [`Order`]: a store that keeps rows in memory gives each row's [`place`](SortValue) to
//! [`Keyset::page`]; one that asks a database compiles [`Keyset::order`] and [`Keyset::after`] into its statement.

use std::cmp::Ordering;

use sha2::{Digest, Sha256};

use crate::{
    error::{Code, Error, Problem, Result},
    model::{Page, PageRequest, fields},
};

/// The order of a list: by its keys, one after the other, all in one direction, so that a page is a range of one index.
/// The last key tells any two rows apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The list and its order, as cursors name them; no two lists have the same. It has no `/`.
    pub name: &'static str,
    /// What the rows are ordered by.
    pub keys: &'static [SortKind],
    /// Whether what is greatest comes first.
    pub descending: bool,
}

/// What a key of an [`Order`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKind {
    /// A number, an instant in milliseconds.
    Integer,
    /// A text, by its characters.
    Text,
    /// Bytes, one by one.
    Bytes,
}

/// A row's value of one key; those of all keys are the row's place in the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SortValue {
    /// Of a [`SortKind::Integer`].
    Integer(i64),
    /// Of a [`SortKind::Text`].
    Text(String),
    /// Of a [`SortKind::Bytes`].
    Bytes(Vec<u8>),
}

/// How many rows may be asked for at once.
///
/// # Errors
/// `page.limit` if it is not from 1 to [`PageRequest::MAX`].
pub fn check_limit(limit: u32) -> Result<u32> {
    match (1..=PageRequest::MAX).contains(&limit) {
        true => Ok(limit),
        false => {
            let problem = Problem::with(fields::LIMIT, Code::PageLimit, limit.to_string());
            Err(Error::invalid(problem))
        }
    }
}

/// Which rows of an ordered list make a page.
///
/// A cursor is text: the version of its form, a checksum, the order's name and the place of the last row. The checksum
/// finds what was cut, mistyped or altered; it is no secret, since a cursor gives nothing that the list would not.
#[derive(Clone, Debug)]
pub struct Keyset {
    order: Order,
    after: Option<Vec<SortValue>>,
    limit: usize,
}

impl Keyset {
    /// The version of a cursor's form.
    const VERSION: &str = "1";

    /// What a request asks for of a list in this order.
    ///
    /// # Errors
    /// `page.limit` for `limit` if it is not from 1 to [`PageRequest::MAX`], `page.invalid` for `after` if it is not a cursor of a list
    /// in this order.
    pub fn new(order: Order, page: &PageRequest) -> Result<Self> {
        let limit = check_limit(page.limit)?;
        let read = |cursor| {
            read(order, cursor).ok_or_else(|| Error::invalid(Problem::new(fields::AFTER, Code::PageInvalid)))
        };
        Ok(Self {
            order,
            after: page.after.as_deref().map(read).transpose()?,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
        })
    }

    /// The list's order.
    pub fn order(&self) -> Order {
        self.order
    }

    /// The place after which the page begins; none at the beginning of the list.
    pub fn after(&self) -> Option<&[SortValue]> {
        self.after.as_deref()
    }

    /// How many rows the page has at the most.
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// The cursor of a page whose last row has this place.
    pub fn cursor(&self, last: &[SortValue]) -> String {
        let values = last.iter().map(|value| match value {
            SortValue::Integer(number) => number.to_string(),
            SortValue::Text(text) => text.replace('%', "%25").replace('/', "%2F"),
            SortValue::Bytes(bytes) => hexadecimal(bytes),
        });
        let body: Vec<String> = std::iter::once(self.order.name.to_owned())
            .chain(values)
            .collect();
        let body = body.join("/");
        format!("{}{}/{body}", Self::VERSION, checksum(&body))
    }

    /// The page, of all rows of the list, with their places, in any order.
    pub fn page<T>(&self, rows: impl Iterator<Item = (Vec<SortValue>, T)>) -> Page<T> {
        let later = |place: &[SortValue]| {
            self.after()
                .is_none_or(|after| self.order.compare(after, place).is_lt())
        };
        let mut rows: Vec<_> = rows.filter(|(place, _)| later(place)).collect();
        rows.sort_by(|(a, _), (b, _)| self.order.compare(a, b));
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let next = rows.last().filter(|_| more).map(|(place, _)| self.cursor(place));
        Page {
            items: rows.into_iter().map(|(_, row)| row).collect(),
            next,
        }
    }
}

impl Order {
    /// Which of two places comes first.
    fn compare(self, a: &[SortValue], b: &[SortValue]) -> Ordering {
        match self.descending {
            true => b.cmp(a),
            false => a.cmp(b),
        }
    }
}

/// The place that a cursor of a list in this order names.
fn read(order: Order, cursor: &str) -> Option<Vec<SortValue>> {
    let (sum, body) = cursor.strip_prefix(Keyset::VERSION)?.split_once('/')?;
    let mut parts = body.split('/');
    if sum != checksum(body) || parts.next()? != order.name {
        return None;
    }
    let values: Vec<&str> = parts.collect();
    if values.len() != order.keys.len() {
        return None;
    }
    let value = |(kind, text): (&SortKind, &str)| match kind {
        SortKind::Integer => text.parse().ok().map(SortValue::Integer),
        SortKind::Text => Some(SortValue::Text(text.replace("%2F", "/").replace("%25", "%"))),
        SortKind::Bytes => of_hexadecimal(text).map(SortValue::Bytes),
    };
    order.keys.iter().zip(values).map(value).collect()
}

/// Eight hexadecimal digits.
fn checksum(body: &str) -> String {
    let hash = Sha256::digest(body.as_bytes());
    hash.get(..4).map(hexadecimal).unwrap_or_default()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn of_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let byte = |two: &[u8]| match two {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    };
    digits.map(byte).collect()
}

/// What a hexadecimal digit, as it is written here, is worth.
fn digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::SortValue::{Bytes, Integer, Text};
    use super::*;
    use proptest::prelude::*;

    const BY_NAME: Order = Order {
        name: "things-name",
        keys: &[SortKind::Text, SortKind::Integer],
        descending: false,
    };
    const BY_BYTES: Order = Order {
        name: "things-bytes",
        keys: &[SortKind::Bytes, SortKind::Integer],
        descending: false,
    };
    const LATEST: Order = Order {
        name: "things-latest",
        keys: &[SortKind::Integer],
        descending: true,
    };

    fn first(order: Order, limit: u32) -> Keyset {
        Keyset::new(order, &PageRequest::first(limit)).unwrap()
    }

    fn after(order: Order, cursor: &str) -> Result<Keyset> {
        let page = PageRequest {
            after: Some(cursor.to_owned()),
            limit: 2,
        };
        Keyset::new(order, &page)
    }

    #[test]
    fn r2_7_a_page_has_from_1_to_1000_rows() {
        for limit in [0, PageRequest::MAX + 1, u32::MAX] {
            let error = Keyset::new(LATEST, &PageRequest::first(limit)).unwrap_err();
            assert_eq!(
                (error.code(), error.fields()),
                (Code::PageLimit, vec!["limit".to_owned()])
            );
        }
        assert_eq!([1, 1000].map(|limit| first(LATEST, limit).limit()), [1, 1000]);
    }

    #[test]
    fn r2_7_a_list_is_its_pages() {
        let mut rows = [3, 1, 5, 4, 2].map(|n| (vec![Integer(n)], n));
        let mut page = first(LATEST, 2);
        let mut seen = Vec::new();
        loop {
            rows.rotate_left(1);
            let Page { items, next } = page.page(rows.iter().cloned());
            seen.push(items);
            let Some(next) = next else { break };
            page = after(LATEST, &next).unwrap();
        }
        assert_eq!(seen, [vec![5, 4], vec![3, 2], vec![1]]);
        // A page that ends with the list has no next.
        assert_eq!(first(LATEST, 5).page(rows.iter().cloned()).next, None);
    }

    #[test]
    fn r2_7_a_cursor_is_only_what_was_handed_out() {
        let cursor = first(LATEST, 2).cursor(&[Integer(17)]);
        assert_eq!(after(LATEST, &cursor).unwrap().after(), Some(&[Integer(17)][..]));
        let error = after(BY_NAME, &cursor).unwrap_err();
        assert_eq!(
            (error.code(), error.fields()),
            (Code::PageInvalid, vec!["after".to_owned()])
        );
        for at in 0..cursor.len() {
            let mut forged = cursor.clone().into_bytes();
            forged[at] ^= 1;
            let forged = String::from_utf8(forged).unwrap();
            assert!(after(LATEST, &forged).is_err(), "{forged}");
            assert!(after(LATEST, &cursor[..at]).is_err(), "{at}");
        }
    }

    #[test]
    fn r2_7_a_cursor_has_the_values_that_its_order_has() {
        // Checksums that are right do not make a place of another shape.
        for body in [
            "things-latest",
            "things-latest/",
            "things-latest/x",
            "things-latest/1/2",
        ] {
            let forged = format!("1{}/{body}", checksum(body));
            assert!(after(LATEST, &forged).is_err(), "{body}");
        }
        for bytes in ["a", "0G", "0A", "é"] {
            let body = format!("things-bytes/{bytes}/1");
            let forged = format!("1{}/{body}", checksum(&body));
            assert!(after(BY_BYTES, &forged).is_err(), "{body}");
        }
    }

    proptest! {
        #[test]
        fn r2_7_a_cursor_reads_back(name in "[%/25F]{0,6}|\\PC*", number: i64) {
            let place = [Text(name), Integer(number)];
            let cursor = first(BY_NAME, 2).cursor(&place);
            let read = after(BY_NAME, &cursor).unwrap();
            prop_assert_eq!(read.after(), Some(&place[..]));
        }

        #[test]
        fn r2_7_a_cursor_of_bytes_reads_back(bytes: Vec<u8>, number: i64) {
            let place = [Bytes(bytes), Integer(number)];
            let cursor = first(BY_BYTES, 2).cursor(&place);
            let read = after(BY_BYTES, &cursor).unwrap();
            prop_assert_eq!(read.after(), Some(&place[..]));
        }

        #[test]
        fn r2_7_a_cursor_never_panics(cursor in "1?[0-9a-f]{0,8}/?\\PC*") {
            let _ = after(BY_NAME, &cursor);
            let _ = after(BY_BYTES, &cursor);
        }
    }
}
