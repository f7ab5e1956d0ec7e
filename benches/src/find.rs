//! Customers found among the largest number (R2.7): pages of a team, texts, numbers, each beside SQLite asked for as much.

use std::path::Path;

use anyhow::{Context, Result};
use crm_benches::{ADMIN, lifelike};
use crm_match_eval::store::remove;
use crmkit::{CustomerQuery, CustomerSort, NewUser, PageRequest, Role, Session};
use rusqlite::{Connection, params};

use crate::{
    bare,
    figures::{Figures, Limit},
    import,
    measure::{median, millis, percentile, timed},
    store,
};

/// Owners among whom the customers are shared.
const TEAM: u32 = 30;
/// The customers of one more owner, who has few.
const FEW: u32 = 1_000;
/// Whose login this is.
const WITH_FEW: &str = "few";
/// How often each question is asked.
const CALLS: u32 = 200;
/// Rows of a page.
const PAGE: u32 = 50;

/// All that is asked for.
pub(crate) fn run(figures: &Figures, size: (&str, u32)) -> Result<()> {
    let wanted = [
        format!("page_team_{}", size.0),
        "search_text".to_owned(),
        "search_number".to_owned(),
    ]
    .map(|name| figures.wants(&name).then_some(name));
    if wanted.iter().all(Option::is_none) {
        return Ok(());
    }
    let [page_team, search_text, search_number] = wanted;
    let path = store::copy(&import::ensure_database(size)?, "find.db")?;
    share_out(&path)?;
    let crm = store::open(&path)?;
    let (me, few) = (crm.session(ADMIN)?, crm.session(WITH_FEW)?);
    let bare = bare::open(&path)?;
    if let Some(name) = page_team {
        pages_of_team(figures, &name, &me, &bare)?;
    }
    if let Some(name) = search_text {
        texts(figures, &name, &me, &few, &bare)?;
    }
    if let Some(name) = search_number {
        numbers(figures, &name, &me, &bare, size.1)?;
    }
    drop((me, few, crm, bare));
    remove(&path)
}

/// Gives a part of the customers to more owners, by SQL: through the service, it would take the better part of an hour.
fn share_out(path: &Path) -> Result<()> {
    {
        let crm = store::open(path)?;
        let users = crm.session(ADMIN)?.users();
        for owner in lifelike::OWNERS..TEAM {
            let login = format!("more{owner}");
            users.create(&NewUser::of(&login, &login, Role::SalesRep))?;
        }
        users.create(&NewUser::of(WITH_FEW, WITH_FEW, Role::SalesRep))?;
    }
    let connection = bare::open(path)?;
    let more = TEAM - lifelike::OWNERS;
    let sql = "UPDATE customer SET owner = (SELECT id FROM user WHERE login = ?1) WHERE number % 1000003 * 7919 % 1000003 % ?2 = ?3";
    connection.execute_batch("BEGIN")?;
    for at in 0..more {
        connection.execute(sql, params![format!("more{}", lifelike::OWNERS + at), TEAM, at])?;
    }
    let sql = "UPDATE customer SET owner = (SELECT id FROM user WHERE login = ?1) WHERE number IN
        (SELECT number FROM customer WHERE instr(name, '责任') = 0 ORDER BY number LIMIT ?2)";
    connection.execute(sql, params![WITH_FEW, FEW])?;
    connection.execute_batch("COMMIT")?;
    Ok(())
}

/// The first pages of everybody's customers by each order.
fn pages_of_team(figures: &Figures, name: &str, me: &Session, bare: &Connection) -> Result<()> {
    for (sort, order, way) in [
        (CustomerSort::Newest, "number", "DESC"),
        (CustomerSort::Name, "name_order", "ASC"),
    ] {
        let query = CustomerQuery {
            sort,
            ..CustomerQuery::default()
        };
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        let each = "SELECT ORDER_BY AS place, number FROM customer WHERE archived_at IS NULL AND owner = ";
        let owners: Vec<String> = (1..=i64::from(TEAM) + 2)
            .map(|owner| format!("{}{owner}", each.replace("ORDER_BY", order)))
            .collect();
        let sql = format!(
            "SELECT t.number, t.name, t.owner FROM ({} ORDER BY place {way}, number {way} LIMIT 51) page
            JOIN customer t ON t.number = page.number",
            owners.join(" UNION ALL ")
        );
        let mut statement = bare.prepare(&sql)?;
        for _ in 0..CALLS {
            let (page, took) = timed(|| me.customers().list(&query, &PageRequest::first(PAGE)));
            anyhow::ensure!(page?.items.len() == PAGE as usize, "a page that is not full");
            ours.push(took);
            let (rows, took) = timed(|| -> Result<usize> {
                Ok(statement.query_map([], |row| row.get::<_, String>(1))?.count())
            });
            rows?;
            theirs.push(took);
        }
        let (ours_median, theirs) = (millis(median(ours.clone())), millis(median(theirs)));
        println!(
            "  {name}, {sort}: median {ours_median:.3} ms, bare {theirs:.3} ms, ratio {:.2}",
            ours_median / theirs
        );
        let what = format!("{name}_{}", sort.code());
        figures.add(
            &what,
            millis(percentile(ours, 99)),
            "ms",
            &Limit::AtMost(2.0, 1.0),
        )?;
    }
    Ok(())
}

/// What is typed into a search: found often, seldom and not at all, by an admin and by somebody with few customers.
fn texts(figures: &Figures, name: &str, me: &Session, few: &Session, bare: &Connection) -> Result<()> {
    let asked = [
        "科技",
        "责任",
        "有限公司",
        "邦泰",
        "安邦百",
        "华鼎机",
        "youxiangongsi",
        "keji",
        "hxkj",
        "bjha",
        "chongqinghua",
        "chongqh",
        "cqing",
        "huad",
        "zhongqing huiqin",
        "北京 食品",
        "北京 恒信 有限",
        "5000",
        "8613",
        "1397919",
        "龘龘",
        "qqzzq",
        "vv",
        "北京 龘龘",
        "xiongzhuang",
        "泰邦安科技机械",
    ];
    // By name, somebody with many owners' customers reads those of each until one is found: told, and not limited.
    let newest = Limit::AtMost(20.0, 1.0);
    for (who, session, sort, limit) in [
        ("", me, CustomerSort::Newest, &newest),
        ("_by_name", me, CustomerSort::Name, &Limit::None),
        ("_few", few, CustomerSort::Newest, &newest),
        ("_few_by_name", few, CustomerSort::Name, &newest),
    ] {
        let (mut all, mut worst) = (Vec::new(), (0.0, ""));
        for text in asked {
            let query = CustomerQuery {
                text: Some(text.to_owned()),
                sort,
                ..CustomerQuery::default()
            };
            let mut times = Vec::new();
            let mut rows = 0;
            for _ in 0..CALLS / 10 {
                let (page, took) = timed(|| session.customers().list(&query, &PageRequest::first(PAGE)));
                rows = page?.items.len();
                times.push(took);
            }
            let took = millis(median(times.clone()));
            println!("  {name}{who}: {text}: {rows} rows, median {took:.3} ms");
            if took > worst.0 {
                worst = (took, text);
            }
            all.extend(times);
        }
        println!("  {name}{who}: slowest {} with {:.3} ms", worst.1, worst.0);
        figures.add(&format!("{name}{who}"), millis(percentile(all, 99)), "ms", limit)?;
    }
    // Beside it: a common token's postings, and their customers.
    let sql =
        "SELECT t.number, t.name FROM customer_token CROSS JOIN customer t ON t.number = customer_token.rowid
        WHERE customer_token MATCH '\"科技\"' ORDER BY customer_token.rowid DESC LIMIT 51";
    let mut statement = bare.prepare(sql)?;
    let query = CustomerQuery {
        text: Some("科技".to_owned()),
        ..CustomerQuery::default()
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..CALLS {
        let (page, took) = timed(|| me.customers().list(&query, &PageRequest::first(PAGE)));
        page?;
        ours.push(took);
        let (rows, took) = timed(|| -> Result<usize> {
            Ok(statement.query_map([], |row| row.get::<_, String>(1))?.count())
        });
        rows?;
        theirs.push(took);
    }
    let (ours, theirs) = (millis(median(ours)), millis(median(theirs)));
    println!(
        "  {name}, 科技: {ours:.3} ms, bare {theirs:.3} ms, ratio {:.2}",
        ours / theirs
    );
    Ok(())
}

/// A customer's number, and a whole telephone number, as text.
fn numbers(figures: &Figures, name: &str, me: &Session, bare: &Connection, rows: u32) -> Result<()> {
    let list = me
        .customers()
        .list(&CustomerQuery::default(), &PageRequest::first(PAGE))?;
    let number = list.items.first().context("no customer")?.number.to_string();
    let mut statement = bare.prepare("SELECT number, name FROM customer WHERE number = ?1")?;
    let row = list.items.first().map_or(0, |row| row.number.to_i64());
    let mut theirs = Vec::new();
    for _ in 0..CALLS {
        let (found, took) = timed(|| statement.query_row([row], |row| row.get::<_, String>(1)));
        found?;
        theirs.push(took);
    }
    println!("  {name}: bare {:.4} ms", millis(median(theirs)));
    let phones = (0..CALLS).map(|i| lifelike::phone_otherwise(i.wrapping_mul(2_654_435_761) % rows));
    for (what, texts) in [("", vec![number; CALLS as usize]), ("_phone", phones.collect())] {
        let mut times = Vec::new();
        for text in texts {
            let query = CustomerQuery {
                text: Some(text.clone()),
                ..CustomerQuery::default()
            };
            let (page, took) = timed(|| me.customers().list(&query, &PageRequest::first(PAGE)));
            anyhow::ensure!(!page?.items.is_empty(), "{text} is not found");
            times.push(took);
        }
        println!(
            "  {name}{what}: p99 {:.3} ms",
            millis(percentile(times.clone(), 99))
        );
        figures.add(
            &format!("{name}{what}"),
            millis(median(times)),
            "ms",
            &Limit::AtMost(0.2, 1.0),
        )?;
    }
    Ok(())
}
