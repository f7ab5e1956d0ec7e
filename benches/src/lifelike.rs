//! A list of companies as a business might bring it, made up here: the same one in every run.
//!
//! No row is an exact duplicate of another. One in five has the brand and the trade of another row and sits in another
//! place, and one in fifty does not say where, so that the search for similar ones has something to find.
//! Telephones are unique, in several notations.

use std::{
    fs::File,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    io::{BufWriter, Write},
    path::Path,
};

use anyhow::{Context, Result, ensure};
use crmkit::{Choice, CustomerKind, NaiveDate, NewCustomer};

/// How many people the customers are shared among.
pub const OWNERS: u32 = 20;

/// The headings of the list.
pub const HEADINGS: [&str; 10] = [
    "客户名称",
    "所属行业",
    "客户类型",
    "联系电话",
    "地址",
    "客户来源",
    "来源说明",
    "首次接触时间",
    "客户状态",
    "跟进人",
];
const PLACES: [(&str, &str); 10] = [
    ("北京", "010"),
    ("广州", "020"),
    ("上海", "021"),
    ("天津", "022"),
    ("重庆", "023"),
    ("沈阳", "024"),
    ("南京", "025"),
    ("武汉", "027"),
    ("成都", "028"),
    ("西安", "029"),
];
/// 128 characters that brands are made of.
const BRAND: &str = "安邦百博昌超辰诚创春达德鼎敦恩尔泛方飞丰峰福富冠光涵豪浩合和恒宏鸿华汇惠佳嘉坚建杰金锦晋景久聚君俊凯康坤来朗乐力立利联良亮灵龙隆绿迈美铭明能诺欧鹏普奇启千谦强勤青庆泉仁荣瑞森善尚胜盛石世舒顺思松泰腾田通同万维伟文祥翔欣新信星兴雄旭轩雅业义亿益银盈永优友宇玉";
const TRADES: [&str; 16] = [
    "科技",
    "机械",
    "食品",
    "电子",
    "贸易",
    "建材",
    "物流",
    "医疗器械",
    "信息技术",
    "服装",
    "化工",
    "环保科技",
    "家具",
    "汽车配件",
    "农业发展",
    "包装材料",
];
const FORMS: [&str; 4] = ["有限公司", "股份有限公司", "有限责任公司", "集团有限公司"];
const ROADS: [&str; 8] = [
    "中山路",
    "人民路",
    "解放路",
    "建设路",
    "和平路",
    "新华路",
    "长江路",
    "文化路",
];
const INDUSTRIES: [&str; 10] = [
    "制造业",
    "零售业",
    "服务业",
    "IT/互联网",
    "建筑业",
    "金融业",
    "教育",
    "医疗健康",
    "物流运输",
    "农林牧渔",
];
const SOURCES: [&str; 5] = ["展会推广", "线上平台", "线上咨询", "转介绍", "主动拜访"];
const STATUSES: [&str; 5] = ["潜在", "意向", "谈判中", "成交", "流失"];

/// The `i`-th of some words, over and over.
fn nth<const N: usize, T: Copy + Default>(words: &[T; N], i: u32) -> T {
    words.get(i as usize % N).copied().unwrap_or_default()
}

fn place(i: u32) -> (&'static str, &'static str) {
    nth(&PLACES, i + i / 5)
}

/// Whether another company has the `i`-th one's brand and trade.
pub fn is_shared(i: u32) -> bool {
    i.is_multiple_of(5)
}

/// Companies whose brands have three characters; of those after them they have four. The whole of 21 bits.
const SHORT_BRANDS: u32 = 1 << 21;

/// What the name of the `i`-th company is put together of.
struct Parts {
    place: &'static str,
    brand: String,
    trade: &'static str,
    form: &'static str,
}

fn parts(i: u32) -> Parts {
    let own = if is_shared(i) { i / 10 * 10 } else { i };
    // An odd factor: 21 bits, or 28, each brand once.
    let mixed = own.wrapping_mul(1_327_217_885);
    let length = if own < SHORT_BRANDS { 3 } else { 4 };
    let brand = [0, 7, 14, 21]
        .iter()
        .take(length)
        .filter_map(|shift| BRAND.chars().nth((mixed >> shift & 127) as usize))
        .collect();
    Parts {
        place: place(i).0,
        brand,
        trade: nth(&TRADES, own / 3),
        form: nth(&FORMS, i / 2),
    }
}

/// The name of the `i`-th company.
pub fn name(i: u32) -> String {
    let Parts {
        place,
        brand,
        trade,
        form,
    } = parts(i);
    if i.is_multiple_of(50) {
        return format!("{brand}{trade}{form}");
    }
    match i % 7 {
        0 => format!("{brand}{trade}（{place}）{form}"),
        1 => format!("{place}市{brand}{trade}{form}"),
        _ => format!("{place}{brand}{trade}{form}"),
    }
}

/// Makes sure that of so many companies no two have one name or one telephone.
///
/// # Errors
/// Two have.
pub fn ensure_different(companies: u32) -> Result<()> {
    let digits = |i| {
        phone(i)
            .replace("+86", "")
            .replace(|c: char| !c.is_ascii_digit(), "")
    };
    for (what, of) in [("name", &name as &dyn Fn(u32) -> String), ("telephone", &digits)] {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let mut hashes: Vec<u64> = (0..companies).map(|i| hasher.hash_one(of(i))).collect();
        hashes.sort_unstable();
        hashes.dedup();
        ensure!(
            hashes.len() == companies as usize,
            "two companies have one {what}"
        );
    }
    Ok(())
}

/// Its name with the place elsewhere, and in another legal form.
pub fn otherwise(i: u32) -> String {
    let Parts { brand, trade, .. } = parts(i);
    let form = nth(&FORMS, i / 2 + 1);
    match (i.is_multiple_of(50), place(i).0, i % 7) {
        (true, ..) => format!("{brand}{trade}{form}"),
        (_, place, 0) => format!("{place}{brand}{trade}{form}"),
        (_, place, _) => format!("{brand}{trade}({place}){form}"),
    }
}

/// Its name with one slip: a character wrong, missing, too many, or exchanged with its neighbour.
pub fn mistyped(i: u32, slip: u32) -> String {
    let mut letters: Vec<char> = name(i).chars().collect();
    let mixed = (slip.wrapping_mul(2_654_435_761) >> 8) as usize;
    let at = mixed % (letters.len() - 1);
    let mut wrong = BRAND.chars().cycle().skip(mixed / 64 % 128);
    match slip % 4 {
        0 => {
            if let Some(letter) = letters.get_mut(at) {
                let right = *letter;
                *letter = wrong.find(|&c| c != right).unwrap_or_default();
            }
        }
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, wrong.next().unwrap_or_default()),
        _ => letters.swap(at, at + 1),
    }
    letters.into_iter().collect()
}

/// Its telephone.
pub fn phone(i: u32) -> String {
    let area = place(i).1;
    let mobile = (u64::from(i) * 7_919 % 100_000_000) as u32;
    let (start, end) = (mobile / 10_000, mobile % 10_000);
    let landline = 50_000_000 + i;
    match i % 4 {
        0 => format!("139{start:04}{end:04}"),
        1 => format!("{area}-{landline}"),
        2 => format!("+86 139 {start:04} {end:04}"),
        _ => format!("（{area}）{landline}"),
    }
}

/// Its telephone in another notation.
pub fn phone_otherwise(i: u32) -> String {
    phone(i).replace(['-', ' '], "").replace(['（', '）'], " ")
}

/// The login of the `i`-th owner.
pub fn login(i: u32) -> String {
    format!("rep{:02}", i % OWNERS)
}

fn first_contact(i: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(
        if i.is_multiple_of(2) { 2023 } else { 2024 },
        i / 2 % 12 + 1,
        i / 24 % 28 + 1,
    )
}

/// The `i`-th company's row of a list. No cell needs quotes.
///
/// # Errors
/// None that can come up: every day of the list is one of the calendar.
pub fn cells(i: u32) -> Result<[String; 10]> {
    let address = match i % 4 {
        0 => String::new(),
        _ => format!("{}市{}{}号", place(i).0, nth(&ROADS, i / 4), i % 900 + 1),
    };
    let detail = if i.is_multiple_of(3) {
        "二〇二四年"
    } else {
        ""
    };
    Ok([
        name(i),
        nth(&INDUSTRIES, i / 11).to_owned(),
        "企业客户".to_owned(),
        phone(i),
        address,
        nth(&SOURCES, i / 13).to_owned(),
        detail.to_owned(),
        first_contact(i).context("no such day")?.to_string(),
        nth(&STATUSES, i / 17).to_owned(),
        login(i / 19),
    ])
}

/// Writes the first `rows` companies as CSV.
///
/// # Errors
/// The file cannot be written.
pub fn write_list(path: &Path, rows: u32) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(out, "{}", HEADINGS.join(","))?;
    for i in 0..rows {
        writeln!(out, "{}", cells(i)?.join(","))?;
    }
    Ok(out.flush()?)
}

/// The `i`-th company as typed in by hand.
pub fn customer(i: u32) -> NewCustomer {
    NewCustomer {
        name: name(i),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of(nth(&INDUSTRIES, i / 11))),
        phones: vec![phone(i).as_str().into()],
        source: Some(Choice::of(nth(&SOURCES, i / 13))),
        first_contact: first_contact(i),
        ..NewCustomer::default()
    }
}
