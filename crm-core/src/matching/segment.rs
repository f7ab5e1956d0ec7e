//! Where the words of a Chinese name begin (R6.1), as far as lists tell: of their first characters short names are made
//! (示协 for 示例协会).

use super::{
    fold::is_wide,
    lexicon::{after_trade, region_at},
    name::NameParts,
};

/// Words of organisations' names that are no trade's: what a brand of unknown characters ends before.
const WORDS: [&str; 43] = [
    "协会",
    "学会",
    "商会",
    "工会",
    "联合会",
    "联谊会",
    "基金会",
    "研究会",
    "促进会",
    "理事会",
    "委员会",
    "代表大会",
    "俱乐部",
    "联盟",
    "总局",
    "总会",
    "总社",
    "总队",
    "机构",
    "组织",
    "人民",
    "共和国",
    "全国",
    "国家",
    "世界",
    "亚洲",
    "中央",
    "地方",
    "对外",
    "外国",
    "科学",
    "师范",
    "社会",
    "民主",
    "青年",
    "妇女",
    "儿童",
    "工作者",
    "总公司",
    "公司",
    "中华",
    "最高",
    "翻译",
];

/// What organisations are known to be by the last character.
const MARKS: [char; 14] = [
    '行', '院', '会', '所', '局', '社', '部', '站', '校', '团', '队', '馆', '台', '处',
];

/// Words that are often known by another than their first character: 长影 is 长春电影制片厂.
const BY_ANOTHER: [(&str, char); 9] = [
    ("电影", '影'),
    ("电视", '视'),
    ("石油", '油'),
    ("检察院", '检'),
    ("对外", '外'),
    ("运输", '运'),
    ("中华", '华'),
    ("最高", '高'),
    ("翻译", '译'),
];

/// With which characters the words of a name may begin.
#[derive(Default)]
pub(super) struct Heads {
    /// All, in order.
    pub all: Vec<char>,
    /// So many of them begin words of the place and the company's own brand; where it has no brand, all.
    pub own: usize,
}

/// The characters with which the words of a Chinese company's name may begin; of a person there are none. A word of
/// lists begins once, and again at every second character of a long one; a text that no list has may fall in words
/// of two characters from either end.
pub(super) fn heads(name: &NameParts) -> Heads {
    const ONE_WORD: usize = 3;

    if name.personal {
        return Heads::default();
    }
    let mut heads = Vec::new();
    let brand = name.own_brand();
    let rest = name.core.get(brand.len()..).unwrap_or_default();
    name.region.split(' ').for_each(|part| heads_of(part, &mut heads));
    // A brand of three characters is one word, of which neighbours are keys anyway.
    match brand.chars().nth(ONE_WORD).is_none() {
        true => heads.extend(brand.chars().next().filter(|&c| is_wide(c))),
        false => heads_of(brand, &mut heads),
    }
    let own = heads.len();
    for part in [rest, &name.branch] {
        heads_of(part, &mut heads);
    }
    // What is known by its last character is often called by it: 亚行, 拖厂.
    let last = name.core.chars().next_back().filter(|c| MARKS.contains(c));
    heads.extend(last.filter(|last| heads.last() != Some(last)));
    heads.extend(name.legal_form.ends_with('厂').then_some('厂'));
    Heads {
        own: if brand.is_empty() { heads.len() } else { own },
        all: heads,
    }
}

fn heads_of(text: &str, heads: &mut Vec<char>) {
    let mut unknown = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match known(rest) {
            Some(after) => {
                unknown_heads(&std::mem::take(&mut unknown), heads);
                let word = rest.get(..rest.len() - after.len()).unwrap_or_default();
                known_heads(word, heads);
                rest = after;
            }
            None => {
                unknown.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    unknown_heads(&unknown, heads);
}

/// What follows the longest known word with which a text begins.
fn known(text: &str) -> Option<&str> {
    let region = region_at(text).map(|(_, rest)| rest);
    let word = WORDS.iter().filter_map(|word| text.strip_prefix(word));
    word.chain(region)
        .chain(after_trade(text))
        .min_by_key(|rest| rest.len())
}

/// 人民医院 may be two words, 委员会 is one.
fn known_heads(word: &str, heads: &mut Vec<char>) {
    let length = word.chars().count();
    let inner = word
        .chars()
        .enumerate()
        .filter(|(at, _)| at % 2 == 0 && (*at == 0 || at + 2 <= length));
    heads.extend(inner.map(|(_, c)| c).filter(|&c| is_wide(c)));
    let by_another = BY_ANOTHER.iter().filter(|(begin, _)| word.starts_with(begin));
    heads.extend(by_another.map(|(_, c)| c));
}

fn unknown_heads(text: &str, heads: &mut Vec<char>) {
    let length = text.chars().count();
    let odd = length % 2 == 1 && length > 1;
    let may_begin = |at: &usize| at.is_multiple_of(2) || odd;
    let begin = text
        .chars()
        .enumerate()
        .filter(|(at, c)| may_begin(at) && is_wide(*c));
    heads.extend(begin.map(|(_, c)| c));
}
