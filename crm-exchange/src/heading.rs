//! Which row holds the headings (R9.5 f): lists come with a title, with instructions, with the day of their export above
//! them, and with headings in two rows of which the upper one groups the lower.
//!
//! A row of headings is one with words that are headings somewhere. So are some words of a list's own rows - a customer is a
//! `公司`, it came by `电话` - and a row of these must not be taken for the headings: what was lost with the true ones would
//! be missed by nobody. Where the first row looks like headings of the whole list, another one needs good reasons.

use std::{cell::RefCell, collections::HashMap};

use crate::merged::Merged;
use crm_core::import::{SourceError, is_heading, is_heading_of_the_table, is_of_another};

/// Rows that are looked at, blank ones apart.
const ROWS: usize = 20;
/// The longest cell that may be a heading, in bytes.
const LONG: usize = 200;
/// Stands for a longer one.
const SOMETHING: &str = "…";
/// As many digits as no heading has: a telephone number, a day, an amount.
const DIGITS: usize = 5;

/// The first rows of a table that are not blank; or the one that was named, with the one before.
pub(crate) struct Top {
    rows: Vec<TopRow>,
    /// The row that holds the headings, if it was named.
    named: Option<usize>,
    /// Whether there is nothing but blank rows above the first of them.
    is_first: bool,
    known: RefCell<HashMap<String, bool>>,
}

struct TopRow {
    line: u64,
    /// Up to the last one that is not blank.
    cells: Vec<String>,
}

/// Where the headings are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// The row that has them.
    pub(crate) line: u64,
    /// The first and the last row that has part in them.
    rows: (u64, u64),
    /// Those that two rows say together, or that the other one says.
    joined: Vec<(usize, String)>,
    /// How many are headings somewhere.
    pub(crate) known: usize,
    /// Whether it is simply the first row that is not blank.
    is_first: bool,
}

impl Layout {
    /// The last row of headings, behind which the list begins.
    pub(crate) fn last(&self) -> u64 {
        self.rows.1
    }

    /// The headings, where their row has these cells.
    pub(crate) fn headings(&self, mut cells: Vec<String>) -> Vec<String> {
        for (column, heading) in &self.joined {
            if cells.len() <= *column {
                cells.resize_with(column + 1, String::new);
            }
            if let Some(cell) = cells.get_mut(*column) {
                cell.clone_from(heading);
            }
        }
        cells
    }

    /// What is said of how the list was read; nothing where it is as everybody expects.
    pub(crate) fn said(&self) -> String {
        match self.rows {
            _ if self.is_first => String::new(),
            (first, last) if first == last => format!(", headings in row {first}"),
            (first, last) => format!(", headings in rows {first} and {last}"),
        }
    }
}

impl Top {
    /// Reads as many rows as are needed: each call of `next` refills the cells with one that is not blank, and gives its line.
    pub(crate) fn read(
        named: Option<u32>,
        mut next: impl FnMut(&mut Vec<String>) -> Result<Option<u64>, SourceError>,
    ) -> Result<Self, SourceError> {
        let mut top = Self {
            rows: Vec::new(),
            named: None,
            is_first: true,
            known: RefCell::default(),
        };
        let mut cells = Vec::new();
        while top.rows.len() < ROWS {
            let Some(line) = next(&mut cells)? else { break };
            let row = TopRow::new(line, &cells);
            let Some(named) = named.map(u64::from) else {
                top.rows.push(row);
                continue;
            };
            if line + 1 < named {
                top.is_first = false;
                continue;
            }
            top.rows.push(row);
            if line >= named {
                top.named = top.rows.iter().position(|row| row.line == named);
                break;
            }
        }
        match (named, top.named) {
            (None, _) if top.rows.is_empty() => Err(SourceError::Empty),
            (Some(row), None) => Err(SourceError::Broken(format!("row {row} holds no headings"))),
            _ => Ok(top),
        }
    }

    /// The last row that was looked at.
    #[cfg(feature = "xlsx")]
    pub(crate) fn last(&self) -> u64 {
        self.rows.last().map_or(0, |row| row.line)
    }

    /// Where the headings are, in a table with these merged cells.
    pub(crate) fn layout(&self, merged: &Merged) -> Option<Layout> {
        let at = self.named.or_else(|| self.chosen()).unwrap_or_default();
        let row = self.rows.get(at)?;
        let beside = |at: Option<usize>, lines: (u64, u64)| {
            let other = self.rows.get(at?)?;
            (other.line + lines.0 == row.line + lines.1).then_some(other)
        };
        let above = beside(at.checked_sub(1), (1, 0));
        // A row that was named is the lower one of two, so that the rows below it are the list's own whatever they say.
        let below = beside(at.checked_add(1), (0, 1)).filter(|_| self.named.is_none());
        let (rows, joined) = above
            .and_then(|above| Some(((above.line, row.line), self.joined_below(above, row, merged)?)))
            .or_else(|| {
                below.and_then(|below| Some(((row.line, below.line), self.joined_above(row, below, merged)?)))
            })
            .unwrap_or(((row.line, row.line), Vec::new()));
        let mut layout = Layout {
            line: row.line,
            rows,
            known: 0,
            is_first: self.is_first && at == 0 && joined.is_empty(),
            joined,
        };
        let headings = layout.headings(row.cells.clone());
        layout.known = headings.iter().filter(|heading| self.knows(heading)).count();
        Some(layout)
    }

    /// The row of headings; none if no row looks like one.
    fn chosen(&self) -> Option<usize> {
        let mut looks: Vec<Look> = Vec::with_capacity(self.rows.len());
        let mut best: Option<usize> = None;
        for (at, row) in self.rows.iter().enumerate() {
            let most = best.and_then(|best| looks.get(best)).map_or(0, |best| best.known);
            let look = self.look(row, most);
            let is_theirs = look.known * 2 >= look.filled || look.known >= 4;
            let is_row_of_them = look.known >= 2 && (at == 0 || is_theirs && look.data * 2 < look.known);
            if is_row_of_them && look.known > most {
                best = Some(at);
            }
            looks.push(look);
        }
        let first = looks.first()?;
        let best = best.and_then(|best| Some((best, looks.get(best)?)));
        if let Some((at, best)) = best {
            // The first row is as wide as the list, so it may be its headings in words that nobody knows.
            let is_doubtful = at > 0 && first.filled > 1 && first.filled >= best.filled && first.data == 0;
            let is_sure = best.known >= 3 && best.known * 4 >= best.filled * 3;
            return (!is_doubtful || is_sure).then_some(at);
        }
        let wide = looks.iter().position(|look| look.filled > 1);
        match wide {
            // A list of one column.
            None => looks.iter().position(|look| look.known == 1),
            // Below nothing but titles the first row of several cells.
            Some(at) => {
                let above = looks.get(..at).unwrap_or_default();
                let row = looks.get(at)?;
                let is_so = row.known > 0 && row.data == 0 && above.iter().all(|look| look.known == 0);
                is_so.then_some(at)
            }
        }
    }

    /// Words have to be looked up: those of a row that cannot have more headings than `most` are not.
    fn look(&self, row: &TopRow, most: usize) -> Look {
        let cells = || row.cells.iter().filter(|cell| !is_blank(cell));
        let (filled, data) = (cells().count(), cells().filter(|cell| is_data(cell)).count());
        let known = match filled - data > most {
            true => cells().filter(|cell| self.knows(cell)).count(),
            false => 0,
        };
        Look { filled, known, data }
    }

    /// What the headings of `row` are together with those that group them in the row above; none if that one does not.
    fn joined_below(&self, above: &TopRow, row: &TopRow, merged: &Merged) -> Option<Vec<(usize, String)>> {
        let groups = groups(above, row.cells.len(), merged);
        let columns = || row.cells.iter().zip(&groups).enumerate();
        let is_one = |group: usize| {
            let within = columns().filter(|(_, (cell, within))| **within == Some(group) && !is_blank(cell));
            within.count() > 1
        };
        if !groups.iter().flatten().any(|&group| is_one(group)) {
            return None;
        }
        // What is of all columns is a title.
        let is_whole = groups
            .iter()
            .all(|group| *group == groups.first().copied().flatten());
        let mut joined = Vec::new();
        for (column, (cell, group)) in columns() {
            let Some(group) = group.and_then(|group| above.cells.get(group)) else {
                continue;
            };
            let own = above.cells.get(column).filter(|own| self.knows(own));
            let together = format!("{}{}", group_named(group), cell.trim());
            if is_blank(cell) {
                joined.extend(own.map(|own| (column, own.clone())));
            } else if is_heading_of_the_table(&together)
                || !is_whole && is_of_another(group) && !is_said_again(group, cell)
            {
                joined.push((column, together));
            }
        }
        (!joined.is_empty()).then_some(joined)
    }

    /// What the headings of `row` are together with those that they group in the row below; none if that one is the list's own.
    fn joined_above(&self, row: &TopRow, below: &TopRow, merged: &Merged) -> Option<Vec<(usize, String)>> {
        let groups = groups(row, below.cells.len(), merged);
        // A heading that is one cell with what is below it says by itself that both rows are of headings.
        let is_sure = merged.joins(row.line);
        if !is_sure && row.cells.iter().filter(|cell| !is_blank(cell)).count() < 2 {
            return None;
        }
        let mut joined = Vec::new();
        let (mut known, mut parts) = (0, 0);
        for (column, (cell, group)) in below.cells.iter().zip(&groups).enumerate() {
            if is_blank(cell) {
                continue;
            }
            // Each stands in a group of several: a row of the list stands below the other headings too.
            let beside = |column: usize| {
                groups.get(column) == Some(group)
                    && below.cells.get(column).is_some_and(|cell| !is_blank(cell))
            };
            let is_part =
                group.is_some() && (beside(column + 1) || column.checked_sub(1).is_some_and(beside));
            if !is_sure && (!is_part || is_data(cell)) {
                return None;
            }
            let above = group
                .and_then(|group| row.cells.get(group))
                .map_or("", |group| group.trim());
            let together = format!("{}{}", group_named(above), cell.trim());
            let is_known = is_heading_of_the_table(&together);
            parts += 1;
            known += usize::from(is_known || self.knows(cell));
            if is_known || is_of_another(above) && !is_said_again(above, cell) {
                joined.push((column, together));
            } else if is_part || !self.knows(above) {
                joined.push((column, cell.clone()));
            }
        }
        (is_sure || parts > 1 && known * 2 >= parts).then_some(joined)
    }

    fn knows(&self, cell: &str) -> bool {
        if is_blank(cell) || cell.len() > LONG || is_data(cell) {
            return false;
        }
        let mut known = self.known.borrow_mut();
        match known.get(cell) {
            Some(known) => *known,
            None => *known.entry(cell.to_owned()).or_insert_with(|| is_heading(cell)),
        }
    }
}

/// What tells whether a row is one of headings.
struct Look {
    filled: usize,
    known: usize,
    /// Cells that no heading would be.
    data: usize,
}

impl TopRow {
    fn new(line: u64, cells: &[String]) -> Self {
        let filled = cells
            .iter()
            .rposition(|cell| !is_blank(cell))
            .map_or(0, |last| last + 1);
        let short = |cell: &String| match cell.len() > LONG {
            true => SOMETHING.to_owned(),
            false => cell.clone(),
        };
        Self {
            line,
            cells: cells.iter().take(filled).map(short).collect(),
        }
    }
}

/// The column of the cell that groups each column: the one that it is merged with, or, where nothing in the row is merged, the
/// last one that is not blank.
fn groups(row: &TopRow, columns: usize, merged: &Merged) -> Vec<Option<usize>> {
    let is_filled = |column: usize| row.cells.get(column).is_some_and(|cell: &String| !is_blank(cell));
    let mut wide = merged.wide(row.line).peekable();
    if wide.peek().is_some() {
        let mut groups: Vec<Option<usize>> = (0..columns)
            .map(|column| is_filled(column).then_some(column))
            .collect();
        for (first, last) in wide.filter(|(first, _)| is_filled(*first)) {
            let columns = groups.iter_mut().take(last + 1).skip(first);
            columns.for_each(|group| *group = Some(first));
        }
        return groups;
    }
    let mut latest = None;
    let group = |column| {
        latest = is_filled(column).then_some(column).or(latest);
        latest
    };
    (0..columns).map(group).collect()
}

/// What a group is of: 联系人信息 is of the 联系人.
fn group_named(cell: &str) -> &str {
    let cell = cell.trim();
    let endings = ["信息", "資訊", "资料", "資料"];
    endings
        .iter()
        .find_map(|ending| cell.strip_suffix(ending))
        .unwrap_or(cell)
}

/// Whether a heading says by itself what it is grouped by: 收货人 below 收货信息.
fn is_said_again(group: &str, cell: &str) -> bool {
    cell.trim().starts_with(group_named(group))
}

fn is_blank(cell: &str) -> bool {
    cell.trim_start().is_empty()
}

/// Whether a cell says what no heading does.
fn is_data(cell: &str) -> bool {
    cell.contains('@') || cell.bytes().filter(u8::is_ascii_digit).count() >= DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table whose cells stand between bars, a line each; blank lines are rows too.
    fn top(table: &str, named: Option<u32>) -> Result<Top, SourceError> {
        let rows: Vec<(u64, Vec<String>)> = (1..)
            .zip(table.lines())
            .map(|(line, row)| (line, row.split('|').map(|cell| cell.trim().to_owned()).collect()))
            .filter(|(_, cells): &(u64, Vec<String>)| cells.iter().any(|cell| !cell.is_empty()))
            .collect();
        let mut rows = rows.into_iter();
        Top::read(named, |cells| {
            Ok(rows.next().map(|(line, row)| {
                *cells = row;
                line
            }))
        })
    }

    /// The rows that the headings stand in, and the headings.
    fn found(table: &str) -> ((u64, u64), String) {
        headings(table, None)
    }

    fn headings(table: &str, named: Option<u32>) -> ((u64, u64), String) {
        merged(table, named, &Merged::default())
    }

    fn merged(table: &str, named: Option<u32>, merged: &Merged) -> ((u64, u64), String) {
        let top = top(table, named).unwrap();
        let layout = top.layout(merged).unwrap();
        let row = top.rows.iter().find(|row| row.line == layout.line).unwrap();
        (layout.rows, layout.headings(row.cells.clone()).join("|"))
    }

    #[test]
    fn r9_5_headings_stand_below_titles_and_instructions() {
        for above in [
            "客户资料表\n",
            "某某公司客户资料\n\n导出时间：2024-05-01 09:30\n",
            "填写说明：带*的必填\n1. 电话写一个\n2. 名称写全称\n\n",
            "打印日期|2024-05-01||页|1\n",
            "制表人：张三|电话：13912345678\n",
            "导出时间：2024-05-01|导出人：张三\n",
            "客户\n",
            "Customer list|Page 1\n",
        ] {
            let lines = above.lines().count() as u64 + 1;
            let table = format!("{above}客户名称|联系电话|等级\n甲公司|021-55550199|A\n乙公司|1|B");
            assert_eq!(
                found(&table),
                ((lines, lines), "客户名称|联系电话|等级".into()),
                "{above}"
            );
        }
        let one_known = "客户资料表\n名称|等级|区域经理\n甲|A|张三";
        assert_eq!(found(one_known).0, (2, 2));
        assert_eq!(found("客户清单\n\n客户名称\n甲公司\n乙公司").0, (3, 3));
    }

    #[test]
    fn r9_5_a_row_of_the_list_is_not_taken_for_its_headings() {
        for table in [
            "客户名称|联系电话\n客户|电话",
            "Name|Typ|Quelle\n甲|公司|电话",
            "Kunde|Typ|Quelle\n甲|公司|电话\n乙|公司|电话",
            "Kunde|Typ|Quelle|Abteilung|Telefon\n甲|公司|电话|销售|13912345678",
            "名称|类型|来源|部门\n甲|公司|电话|销售",
            "Firma|x\n公司",
            "名称\n甲|公司",
            "a|b\n1|2",
            "甲公司|13912345678\n乙公司|13912345679",
            "foo\nbar\nbaz",
            "必填|必填|选填\nAcme|x|y",
        ] {
            let first = table.lines().next().unwrap();
            let found = found(table);
            assert_eq!(found, ((1, 1), first.into()), "{table}");
            assert_eq!(
                top(table, None)
                    .unwrap()
                    .layout(&Merged::default())
                    .unwrap()
                    .said(),
                ""
            );
        }
    }

    #[test]
    fn r9_5_only_the_first_rows_are_looked_at() {
        let table = |above: usize| format!("{}名称|电话", "说明\n".repeat(above));
        assert_eq!(found(&table(19)).0, (20, 20));
        assert_eq!(found(&table(20)).0, (1, 1));
    }

    #[test]
    fn r9_5_two_rows_of_headings_are_one() {
        let data = "甲|021-55550199|李伟|13912345678";
        let both = (1, 2);
        for (table, joined) in [
            (
                "客户信息||联系人|\n名称|电话|姓名|手机",
                "客户名称|电话|联系人姓名|联系人手机",
            ),
            (
                "客户信息||联系人信息|\n名称|电话|姓名|手机",
                "客户名称|电话|联系人姓名|联系人手机",
            ),
            (
                "名称|电话|联系人|\n||姓名|手机",
                "名称|电话|联系人姓名|联系人手机",
            ),
            (
                "|客户信息|联系人|\n名称|电话|姓名|手机",
                "名称|电话|联系人姓名|联系人手机",
            ),
        ] {
            assert_eq!(
                found(&format!("{table}\n{data}")),
                (both, joined.into()),
                "{table}"
            );
        }
        let (rows, headings) = found(&format!(
            "客户信息||收货信息|||||法人|\n名称|电话|收货人|电话|省份|地址|邮编|姓名|手机\n{data}"
        ));
        assert_eq!(
            (rows, &*headings),
            (
                both,
                "客户名称|电话|收货人|收货电话|收货省份|收货地址|收货邮编|法人姓名|法人手机"
            )
        );
        let (rows, headings) = found("供应商\n名称|电话|邮编\n甲|021-55550199|1");
        assert_eq!(
            (rows, &*headings),
            ((2, 2), "名称|电话|邮编"),
            "a title groups nothing"
        );
        let (rows, headings) = found(&format!(
            "客户资料\n\n客户信息||联系人|||\n名称|电话|姓名|微信|等级|备注\n{data}"
        ));
        assert_eq!(
            (rows, &*headings),
            ((3, 4), "客户名称|电话|联系人姓名|联系人微信|等级|备注")
        );
        let (rows, headings) = found("Company||Contact|\nCompany Name|City|Name|Phone\nAcme|Berlin|Bob|1");
        assert_eq!(
            (rows, &*headings),
            ((1, 2), "Company Name|City|ContactName|ContactPhone")
        );
    }

    #[test]
    fn r9_5_a_row_below_headings_with_gaps_is_the_lists_own() {
        for table in [
            "名称|电话|\n甲|1|x",
            "名称||电话|\n甲|乙|1|2",
            "名称|电话||\n公司|电话|x|y",
            "名称|电话|联系人|\n||李伟|13912345678",
            "名称|电话|联系人|\n||李伟|王芳",
            "名称|电话|联系人|\n||姓名|",
        ] {
            assert_eq!(found(table).0, (1, 1), "{table}");
        }
        assert_eq!(
            found("客户资料表||\n名称|电话|等级").0,
            (2, 2),
            "a title groups nothing"
        );
    }

    #[test]
    fn r9_5_the_row_of_headings_may_be_named() {
        let table = "客户名称|联系电话\n客户信息||联系人|\nFirma|Telefon|姓名|手机\n甲|1|2|3";
        assert_eq!(headings(table, Some(1)), ((1, 1), "客户名称|联系电话".into()));
        assert_eq!(
            headings(table, Some(3)),
            ((2, 3), "Firma|Telefon|联系人姓名|联系人手机".into())
        );
        assert_eq!(headings("a|b\n\n\nc|d", Some(4)), ((4, 4), "c|d".into()));
        let named = |row| top("a|b\n\nc|d", Some(row)).err();
        for none in [0, 2, 4] {
            let refused = SourceError::Broken(format!("row {none} holds no headings"));
            assert_eq!(named(none), Some(refused));
        }
        let said = |row| {
            top("\na|b\nc|d", row)
                .unwrap()
                .layout(&Merged::default())
                .unwrap()
                .said()
        };
        assert_eq!((said(None), said(Some(2))), (String::new(), String::new()));
        assert_eq!(said(Some(3)), ", headings in row 3");
    }

    #[cfg(feature = "xlsx")]
    #[test]
    fn r9_5_merged_cells_say_what_a_heading_groups() {
        use crate::merged::Range;

        let range = |rows, columns| Range { rows, columns };
        let ranges = |ranges: &[Range]| Merged::new(ranges.to_vec());
        let table = "客户信息||联系人||\n名称|地址|姓名|手机|电话\n甲";
        let exact = merged(
            table,
            None,
            &ranges(&[range((1, 1), (0, 1)), range((1, 1), (2, 3))]),
        );
        assert_eq!(exact, ((1, 2), "客户名称|地址|联系人姓名|联系人手机|电话".into()));
        assert_eq!(found(table).1, "客户名称|地址|联系人姓名|联系人手机|联系人电话");
        let table = "名称|电话|规格|\n||长|宽\n甲|1|2|3";
        let tall = merged(
            table,
            None,
            &ranges(&[
                range((1, 2), (0, 0)),
                range((1, 2), (1, 1)),
                range((1, 1), (2, 3)),
            ]),
        );
        assert_eq!(tall, ((1, 2), "名称|电话|长|宽".into()));
        assert_eq!(found(table).0, (1, 1), "nobody knows what the second row is");
    }
}
