//! How lists write a customer's size (R2.2, R9.5): a headcount, a revenue, or a band.

use crate::{
    matching::fold,
    model::{Band, Size, SizeScale},
};

/// The size that a text gives: `120`, `120人`, `50-200人`, `200人以上`, `少于50人`, `3000万元`, `1.2亿元`, `小型`, `S(小型)`,
/// `headcount:large`. `None` for what spans two bands, as `20-99人`, for what is no size, as `注册资本500万`, since every word
/// must be one of a size's, and for ten thousands of nobody says what, as `500万`.
pub fn parse_size(text: &str) -> Option<Size> {
    let text = fold(text);
    if let Some((scale, band)) = text.split_once(':') {
        return Some(Size {
            scale: scale.parse().ok()?,
            band: band.parse().ok()?,
        });
    }
    let band = band_of_words(&text).map(|band| Size {
        scale: SizeScale::Headcount,
        band,
    });
    band.or_else(|| Measure::read(&text)?.size())
}

/// In what a column of sizes is, where its heading says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeUnit {
    /// People employed.
    People,
    /// Yuan.
    Yuan,
    /// Ten thousands of yuan.
    TenThousandYuan,
    /// Hundred millions of yuan.
    HundredMillionYuan,
}

impl SizeUnit {
    /// What a heading says: 员工人数, `Employees`, 年营收（万元）; none of 企业规模.
    pub fn of_heading(heading: &str) -> Option<Self> {
        const MONEY: [&str; 8] = [
            "营收",
            "收入",
            "营业额",
            "销售额",
            "产值",
            "元",
            "revenue",
            "turnover",
        ];
        const PEOPLE: [&str; 5] = ["人", "员工", "employees", "headcount", "staff"];
        let heading = fold(heading);
        let says = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        match (says(&MONEY), says(&PEOPLE)) {
            (true, false) if heading.contains('亿') => Some(Self::HundredMillionYuan),
            (true, false) if heading.contains('万') => Some(Self::TenThousandYuan),
            (true, false) => Some(Self::Yuan),
            (false, true) => Some(Self::People),
            _ => None,
        }
    }
}

/// The size that a text gives in a column of this unit, as [`parse_size`]: `1.2万` of people are as many people, and `500` of ten
/// thousands of yuan a revenue.
pub fn parse_size_in(text: &str, unit: Option<SizeUnit>) -> Option<Size> {
    let says = |words: &[char]| text.contains(words);
    match unit {
        None => parse_size(text),
        Some(SizeUnit::People) => parse_size(text).or_else(|| parse_size(&format!("{text}人"))),
        Some(_) if says(&['元', '¥', '￥']) => parse_size(text),
        Some(unit) => {
            let unit = match unit {
                _ if says(&['百', '千', '万', '亿', '萬', '億']) => "元",
                SizeUnit::TenThousandYuan => "万元",
                SizeUnit::HundredMillionYuan => "亿元",
                SizeUnit::People | SizeUnit::Yuan => "元",
            };
            parse_size(&format!("{text}{unit}")).or_else(|| parse_size(text))
        }
    }
}

/// The words for bands, each of which may stand beside the letter of a garment's size.
const BANDS: [(Band, &[&str]); 3] = [
    (
        Band::Small,
        &["微", "微型", "小微", "小", "小型", "micro", "small", "xs", "s"],
    ),
    (Band::Medium, &["中", "中型", "medium", "m"]),
    (Band::Large, &["大", "大型", "特大型", "large", "l", "xl"]),
];

/// The one band that all words of a text name.
fn band_of_words(text: &str) -> Option<Band> {
    let named = |word: &str| {
        let bare = word.strip_suffix("企业").or_else(|| word.strip_suffix("公司"));
        let bare = bare.unwrap_or(word);
        let band = BANDS.iter().find(|(_, words)| words.contains(&bare));
        band.map(|(band, _)| *band)
    };
    let mut words = text
        .split([' ', '(', ')', '[', ']', '-', '/', '·'])
        .filter(|word| !word.is_empty());
    let first = named(words.next()?)?;
    words.all(|word| named(word) == Some(first)).then_some(first)
}

/// What a number is to a range.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bound {
    /// Its end.
    Below,
    /// Its beginning.
    From,
    /// What it lies above.
    Above,
}

/// What a word says of a size.
#[derive(Clone, Copy)]
enum Word {
    /// A bound of the number that follows, or at the end of the one before.
    Before(Bound),
    /// A bound of the number before.
    After(Bound),
    /// From the one number to the other.
    Range,
    /// The number before it times this.
    Times(f64),
    People,
    Yuan,
    /// Nothing that matters.
    Filler,
}

#[rustfmt::skip]
const WORDS: &[(Word, &[&str])] = &[
    (Word::Before(Bound::Below), &["少于", "小于", "低于", "不足", "不到", "未满", "不满", "不超过", "不多于", "不大于", "不高于", "至多", "最多", "小于等于", "<", "<=", "≤", "less than", "fewer than", "under", "below", "up to", "at most"]),
    (Word::Before(Bound::Above), &["超过", "大于", "多于", "高于", "超", ">", "more than", "greater than", "over", "above"]),
    (Word::Before(Bound::From), &["不少于", "不低于", "不小于", "至少", "最少", "大于等于", ">=", "≥", "at least"]),
    (Word::After(Bound::Below), &["以下", "以内", "之内", "or less", "or fewer", "or below"]),
    (Word::After(Bound::From), &["以上", "+", "多", "余", "or more", "and more", "and above", "and up", "or above", "plus"]),
    (Word::Range, &["-", "--", "~", "～", "–", "—", "−", "至", "到", "to", "and"]),
    (Word::Times(100.0), &["百"]),
    (Word::Times(1e3), &["千", "k", "thousand"]),
    (Word::Times(1e4), &["万"]),
    (Word::Times(1e6), &["百万", "million"]),
    (Word::Times(1e7), &["千万"]),
    (Word::Times(1e8), &["亿"]),
    (Word::People, &["人", "人员", "名", "位", "员工", "职工", "雇员", "从业人员", "人数", "员工人数", "员工数", "在职员工", "参保人数", "employees", "employee", "people", "persons", "person", "staff", "headcount"]),
    (Word::Yuan, &["元", "人民币", "rmb", "cny", "yuan", "¥", "营收", "年营收", "营业收入", "年收入", "营业额", "年营业额", "销售额", "年销售额", "revenue", "turnover", "annual revenue", "annual turnover"]),
    (Word::Filler, &[" ", ",", "。", "(", ")", "[", "]", "约", "大约", "左右", "共", "有", "及", "含", "不含", "规模", "企业规模", "在", "之间", "about", "approx.", "approximately", "around", "ca.", "from", "between", "with", "of", "a"]),
];

/// A number with its unit and its bound.
#[derive(Clone, Copy)]
struct Figure {
    value: f64,
    times: f64,
    bound: Option<Bound>,
}

/// The numbers of a text, all of whose words are of a size.
#[derive(Default)]
struct Measure {
    figures: Vec<Figure>,
    /// A bound that waits for its number.
    waiting: Option<Bound>,
    is_range: bool,
    people: bool,
    yuan: bool,
    /// Ten thousands, in which people are counted, and money: without a word that says which, it is neither (R9.5).
    large_units: bool,
}

impl Measure {
    fn read(text: &str) -> Option<Self> {
        let mut measure = Self::default();
        let mut rest = text;
        while !rest.is_empty() {
            if rest.starts_with(|c: char| c.is_ascii_digit()) {
                rest = measure.number(rest)?;
                continue;
            }
            let words = WORDS
                .iter()
                .flat_map(|(word, texts)| texts.iter().map(move |text| (*word, *text)));
            let (word, text) = words
                .filter(|(_, text)| rest.starts_with(text))
                .max_by_key(|(_, text)| text.len())?;
            rest = rest.get(text.len()..)?;
            measure.word(word)?;
        }
        if let Some(bound) = measure.waiting.take() {
            measure
                .figures
                .last_mut()
                .filter(|last| last.bound.is_none())?
                .bound = Some(bound);
        }
        Some(measure)
    }

    /// Takes the number that `text` begins with; what follows.
    fn number<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || ".,".contains(c)))
            .unwrap_or(text.len());
        let (digits, rest) = text.split_at_checked(end)?;
        let mut groups = digits.split(',');
        let is_three = |group: &str| group.split('.').next().is_some_and(|whole| whole.len() == 3);
        let is_plain = groups.next().is_some() && groups.all(is_three);
        let value = digits.replace(',', "").parse().ok().filter(|_| is_plain)?;
        self.figures.push(Figure {
            value,
            times: 1.0,
            bound: self.waiting.take(),
        });
        Some(rest)
    }

    fn word(&mut self, word: Word) -> Option<()> {
        match word {
            Word::Before(bound) => self.waiting = Some(bound),
            Word::After(bound) => self.figures.last_mut()?.bound = Some(bound),
            Word::Range => {
                self.figures.last()?;
                self.is_range = true;
            }
            Word::Times(times) => {
                self.figures.last_mut()?.times *= times;
                self.large_units |= times >= 1e4;
            }
            Word::People => self.people = true,
            Word::Yuan => self.yuan = true,
            Word::Filler => {}
        }
        Some(())
    }

    /// The size, if the numbers lie in one band.
    fn size(mut self) -> Option<Size> {
        let is_revenue = self.yuan;
        if self.yuan == self.people && (self.yuan || self.large_units) {
            return None;
        }
        if let [first, second] = self.figures.as_mut_slice()
            && self.is_range
            && first.times == 1.0
        {
            // "1000-5000万": the unit is the first one's too.
            first.times = second.times;
        }
        let (from, end) = self.range()?;
        let measured = |value: f64| -> Option<Size> {
            let is_whole = (value - value.round()).abs() < 1e-6;
            let is_fit = (0.0..1e15).contains(&value) && (is_revenue || is_whole);
            let value = is_fit.then_some(value.round() as u64)?;
            Some(match is_revenue {
                true => Size::of_revenue(value),
                false => Size::of_headcount(value),
            })
        };
        let first = measured(from)?;
        let last = match end {
            Some(end) => measured(end - 1.0)?,
            None => Size {
                band: Band::Large,
                ..first
            },
        };
        (first == last).then_some(first)
    }

    /// Where it begins and, if it does, ends: before the next whole number.
    fn range(&self) -> Option<(f64, Option<f64>)> {
        let value = |figure: &Figure| figure.value * figure.times;
        match self.figures.as_slice() {
            [one] => Some(match one.bound {
                None => (value(one), Some(value(one) + 1.0)),
                Some(Bound::Below) => (0.0, Some(value(one))),
                Some(Bound::From) => (value(one), None),
                Some(Bound::Above) => (value(one) + 1.0, None),
            })
            .filter(|_| !self.is_range),
            [from, end] => {
                let is_range = match (from.bound, end.bound) {
                    (None, None) => self.is_range,
                    (Some(Bound::From | Bound::Above), Some(Bound::Below)) => true,
                    _ => false,
                };
                (is_range && value(from) < value(end)).then_some((value(from), Some(value(end))))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn r2_2_sizes_are_read_as_lists_write_them() {
        let headcounts = [
            ("120", Band::Medium),
            ("49人", Band::Small),
            ("50-200人", Band::Medium),
            ("200人以上", Band::Large),
            ("50人以下", Band::Small),
            ("1,200 人", Band::Large),
            ("小型", Band::Small),
            ("large", Band::Large),
            ("S(小型)", Band::Small),
            ("XS(微型)", Band::Small),
            ("L（大型）", Band::Large),
            ("大型企业", Band::Large),
            ("少于50人", Band::Small),
            ("不足20人", Band::Small),
            ("不到 50 人", Band::Small),
            ("50人不到", Band::Small),
            ("50人（含）以下", Band::Small),
            ("<50", Band::Small),
            ("＜ 50人", Band::Small),
            ("less than 50 employees", Band::Small),
            ("Under 20", Band::Small),
            ("0-20人", Band::Small),
            ("11-50 employees", Band::Small),
            ("50-99人", Band::Medium),
            ("51-200 employees", Band::Medium),
            ("50人以上200人以下", Band::Medium),
            (">=50 and <200", Band::Medium),
            ("100至199人", Band::Medium),
            ("120人左右", Band::Medium),
            ("120.0", Band::Medium),
            ("超过200人", Band::Large),
            (">199", Band::Large),
            ("over 200", Band::Large),
            ("1000+", Band::Large),
            ("500-999人", Band::Large),
            ("10000人及以上", Band::Large),
            ("2千人", Band::Large),
            ("1.2万人", Band::Large),
            ("200 or more people", Band::Large),
        ];
        for (text, band) in headcounts {
            assert_eq!(
                parse_size(text),
                Some(Size {
                    scale: SizeScale::Headcount,
                    band
                }),
                "{text}"
            );
        }
        let revenues = [
            ("999万元", Band::Small),
            ("1000万元", Band::Medium),
            ("0.5亿元", Band::Large),
            ("年营收3000万", Band::Medium),
            ("1000-5000万元", Band::Medium),
            ("1000万-5000万元", Band::Medium),
            ("1000万元以下", Band::Small),
            ("营收5000万以上", Band::Large),
            ("年营收超过1亿元", Band::Large),
            ("800,000元", Band::Small),
        ];
        for (text, band) in revenues {
            assert_eq!(
                parse_size(text),
                Some(Size {
                    scale: SizeScale::Revenue,
                    band
                }),
                "{text}"
            );
        }
        assert_eq!(parse_size("huge"), None);
    }

    #[test]
    fn r9_5_what_spans_two_bands_or_is_no_size_is_none() {
        for text in [
            "20-99人",
            "100-499人",
            "200人以下",
            "少于100人",
            "50人以上",
            "超过50人",
            "10+",
            "over 10",
            "<1000",
            "中小企业",
            "中小型",
            "500万-2000万元",
            "2000万元以上",
        ] {
            assert_eq!(parse_size(text), None, "{text} spans two bands");
        }
        for text in [
            "10万",
            "500万",
            "0.5亿",
            "1000-5000万",
            "1000万以下",
            "5000万以上",
            "1 million",
        ] {
            assert_eq!(parse_size(text), None, "{text}: people or money?");
        }
        for text in [
            "",
            "注册资本500万",
            "注册资本500万元人民币",
            "实缴资本1000万",
            "资产3000万",
            "500㎡",
            "$5 million",
            "500万美元",
            "3家门店",
            "2023年120人",
            "120人, 5家分店",
            "1.200",
            "99-20人",
            "-5",
            "<",
            "人",
            "以上",
            "1,2人",
            "12-24-36",
            "M/L",
            "XXL",
        ] {
            assert_eq!(parse_size(text), None, "{text} is no size");
        }
    }

    #[test]
    fn r9_5_the_heading_of_a_column_says_in_what_its_sizes_are() {
        let revenue = |band| {
            Some(Size {
                scale: SizeScale::Revenue,
                band,
            })
        };
        let people = |band| {
            Some(Size {
                scale: SizeScale::Headcount,
                band,
            })
        };
        for (heading, text, size) in [
            ("员工人数", "1.2万", people(Band::Large)),
            ("参保人数", "120", people(Band::Medium)),
            ("Employees", "20", people(Band::Small)),
            ("人员规模", "500万元", revenue(Band::Small)),
            ("企业规模", "1.2万", None),
            ("年营收（万元）", "500", revenue(Band::Small)),
            ("年营收（万元）", "1000-5000", revenue(Band::Medium)),
            ("年营收（万元）", "0.6亿", revenue(Band::Large)),
            ("年营收（万元）", "500元", revenue(Band::Small)),
            ("营业额(亿)", "0.6", revenue(Band::Large)),
            ("年销售额", "20000000", revenue(Band::Medium)),
            ("Annual revenue", "2000万", revenue(Band::Medium)),
            ("年营收", "小型", people(Band::Small)),
            ("年营收", "120人", people(Band::Medium)),
        ] {
            let unit = SizeUnit::of_heading(heading);
            assert_eq!(parse_size_in(text, unit), size, "{text} under {heading}");
        }
    }

    proptest! {
        #[test]
        fn r2_2_sizes_never_panic(text in "[0-9.,万亿元人:以上下<>+~-]*\\PC*") {
            let _ = parse_size(&text);
        }
    }
}
