//! Headings in the light of the others: whose name and whose number a column holds, and which of two columns of a field counts.

use std::collections::BTreeMap;

use super::{
    Column,
    column::{may_repeat, plain, whole},
};

/// Whether a list is one of people: it has their given or family names, or a name beside that of a company, which is then theirs.
pub(super) fn name_people<'a>(
    columns: &mut [Option<Column>],
    headings: &[String],
    by_hand: &impl Fn(&String) -> Option<&'a String>,
) -> bool {
    let is_there =
        |columns: &[Option<Column>], column: &Column| columns.iter().flatten().any(|there| there == column);
    let names = columns
        .iter()
        .flatten()
        .filter(|column| **column == Column::Name)
        .count();
    // Beside a given name alone, a name is the family's.
    if is_there(columns, &Column::GivenName) && !is_there(columns, &Column::FamilyName) {
        let bare = columns.iter_mut().zip(headings).find(|(column, heading)| {
            **column == Some(Column::Name) && by_hand(heading).is_none() && plain(heading) == "name"
        });
        if let Some((column, _)) = bare {
            *column = Some(Column::FamilyName);
            return true;
        }
    }
    // Where a column says whether each is a company, its name is its own, and a company beside it another's.
    const PARENTS: [&str; 5] = [
        "isacompany",
        "iscompany",
        "relatedcompany",
        "parentname",
        "parentid",
    ];
    let has_parents = headings
        .iter()
        .any(|heading| PARENTS.contains(&plain(heading).as_str()));
    let mut is_book = [Column::GivenName, Column::FamilyName]
        .iter()
        .any(|column| is_there(columns, column));
    if names > 1 && !has_parents && !is_there(columns, &Column::ContactName) {
        // Whom somebody added in WeChat is a person, whose name 客户名称 is.
        let is_wecom = headings
            .iter()
            .any(|heading| ["添加人", "添加时间", "添加人账号"].contains(&plain(heading).as_str()));
        let persons: &[&str] = match is_wecom && headings.iter().any(|heading| plain(heading) == "企业") {
            true => &["客户名称", "客户姓名"],
            false => &["name", "名称", "客户姓名"],
        };
        let bare = columns.iter_mut().zip(headings).find(|(column, heading)| {
            **column == Some(Column::Name)
                && by_hand(heading).is_none()
                && persons.contains(&plain(heading).as_str())
        });
        if let Some((column, _)) = bare {
            *column = Some(Column::ContactName);
            is_book = true;
        }
    }
    if is_book {
        // Of a list of people, an identifier is the person's.
        for (column, heading) in columns.iter_mut().zip(headings) {
            let is_bare = ["id", "recordid", "编号"].contains(&plain(heading).as_str());
            if *column == Some(Column::ExternalId) && is_bare && by_hand(heading).is_none() {
                *column = None;
            }
        }
    }
    is_book
}

/// Whether a heading is of a number of people, and not of a band of them.
fn is_exact(heading: &str) -> bool {
    const EXACT: [&str; 8] = [
        "参保人数",
        "员工人数",
        "员工数",
        "人数",
        "employees",
        "headcount",
        "noofemployees",
        "numberofemployees",
    ];
    EXACT.contains(&heading)
}

/// Which columns give way to another one of the same field: to one that was mapped by hand, to one whose heading is more exact, as
/// Job Title is more than Title, else to the first.
pub(super) fn beaten<'a>(
    columns: &[Option<Column>],
    headings: &[String],
    by_hand: &impl Fn(&String) -> Option<&'a String>,
) -> Vec<usize> {
    let mut best: BTreeMap<&Column, (usize, &String)> = BTreeMap::new();
    let mut beaten = Vec::new();
    for (place, (column, heading)) in columns.iter().zip(headings).enumerate() {
        let Some(column) = column.as_ref() else {
            continue;
        };
        let is_by_hand = by_hand(heading).is_some();
        if may_repeat(column) && !(is_by_hand && matches!(column, Column::Extra(_))) {
            continue;
        }
        match best.get_mut(column) {
            None => drop(best.insert(column, (place, heading))),
            Some((before, there)) => {
                let (other, this) = (plain(there), plain(heading));
                let is_better = match (by_hand(there).is_some(), is_by_hand) {
                    (false, true) => true,
                    // The people employed are told more exactly than a band of them.
                    (false, false) if *column == Column::Size && is_exact(&this) != is_exact(&other) => {
                        is_exact(&this)
                    }
                    (false, false) => this.len() > other.len() && this.contains(&other),
                    (true, _) => false,
                };
                beaten.push(if is_better { *before } else { place });
                if is_better {
                    (*before, *there) = (place, heading);
                }
            }
        }
    }
    beaten
}

/// Reads headings in the light of the others: 姓名 alone is a person who is the customer; 手机号 beside a contact and a
/// telephone, or in a list of contacts, is the contact's.
pub(super) fn refine<'a>(
    columns: &mut [Option<Column>],
    headings: &[String],
    by_hand: &impl Fn(&String) -> Option<&'a String>,
) {
    let has =
        |columns: &[Option<Column>], wanted: &Column| columns.iter().flatten().any(|there| there == wanted);
    let is_mobile = |heading: &String| {
        ["手机", "行动", "移动", "mobile", "cell"]
            .iter()
            .any(|word| whole(heading).contains(word))
    };
    // 联系人电话 is a contact's own number; beside 联系人手机 it is the other one.
    let has_mobile = columns
        .iter()
        .zip(headings)
        .any(|(column, heading)| *column == Some(Column::ContactMobile) && is_mobile(heading));
    if has_mobile && !has(columns, &Column::ContactPhone) {
        let other = columns.iter_mut().zip(headings).find(|(column, heading)| {
            **column == Some(Column::ContactMobile) && by_hand(heading).is_none() && !is_mobile(heading)
        });
        if let Some((column, _)) = other {
            *column = Some(Column::ContactPhone);
        }
    }
    // What only customers have: a list of contacts with their numbers has none of it.
    let is_customers = |column: &Column| {
        matches!(
            column,
            Column::Industry
                | Column::Source
                | Column::Kind
                | Column::Size
                | Column::Status
                | Column::FirstContact
        ) || matches!(
            column,
            Column::Address(_) | Column::Province | Column::City | Column::Street
        )
    };
    let has_number = has(columns, &Column::Number) && !columns.iter().flatten().any(is_customers);
    if !has(columns, &Column::Name) && !has_number {
        // A list of people: the contact's name is the customer's.
        if let Some(name) = columns
            .iter_mut()
            .find(|column| **column == Some(Column::ContactName))
        {
            *name = Some(Column::Name);
        }
        return;
    }
    let is_person = |column: &Column| {
        matches!(
            column,
            Column::ContactName | Column::GivenName | Column::FamilyName
        )
    };
    if !columns.iter().flatten().any(is_person) {
        return;
    }
    let phones = columns
        .iter()
        .flatten()
        .filter(|column| **column == Column::Phones)
        .count();
    let mut has_mobile = has(columns, &Column::ContactMobile);
    let mut has_email = has(columns, &Column::ContactEmail);
    let is_contact_list = !has(columns, &Column::Name) || has(columns, &Column::ContactPrimary);
    for (column, heading) in columns.iter_mut().zip(headings) {
        if by_hand(heading).is_some() {
            continue;
        }
        match column {
            Some(Column::Phones) if is_mobile(heading) && !has_mobile && (phones > 1 || is_contact_list) => {
                *column = Some(Column::ContactMobile);
                has_mobile = true;
            }
            Some(Column::Extra(name)) if name == "email" && !has_email => {
                *column = Some(Column::ContactEmail);
                has_email = true;
            }
            _ => {}
        }
    }
}
