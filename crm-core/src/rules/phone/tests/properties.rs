//! What holds for every number and every text.

use super::*;
use proptest::prelude::*;

/// A valid number: country code, zero before the area code, and its groups.
fn any_number() -> impl Strategy<Value = (Region, &'static str, &'static str, Vec<String>)> {
    let numbers = |region, country, zero, patterns: [&'static str; 3]| {
        (patterns[0], patterns[1], patterns[2])
            .prop_map(move |(a, b, c)| (region, country, zero, vec![a, b, c]))
    };
    prop_oneof![
        numbers(CN, "86", "", ["1[3-9][0-9]", "[0-9]{4}", "[0-9]{4}"]),
        numbers(CN, "86", "0", ["10|2[0-57-9]", "[2-8][0-9]{3}", "[0-9]{4}"]),
        numbers(
            CN,
            "86",
            "0",
            ["311|512|755|898|991", "[2-8][0-9]{3}", "[0-9]{4}"]
        ),
        numbers(CN, "86", "0", ["349|760|592|999", "[2-8][0-9]{2}", "[0-9]{4}"]),
        numbers(CN, "86", "", ["400|800", "[0-9]{3}", "[0-9]{4}"]),
        numbers(TW, "886", "0", ["2", "[235-8][0-9]{3}", "[0-9]{4}"]),
        numbers(TW, "886", "0", ["37|89", "[2-9][0-9]{2}", "[0-9]{3}"]),
        numbers(TW, "886", "0", ["49", "2[0-9]{2}", "[0-9]{4}"]),
        numbers(TW, "886", "0", ["9[0-9]{2}", "[0-9]{3}", "[0-9]{3}"]),
        numbers(HK, "852", "", ["[2-7]", "[0-9]{3}", "[0-9]{4}"]),
        numbers(MO, "853", "", ["6|28", "[0-9]{3}", "[0-9]{4}"]).prop_filter("eight digits", |number| number
            .3
            .concat()
            .len()
            == 8),
    ]
}

fn any_notation() -> impl Strategy<Value = (Region, String, String)> {
    let separator = || prop::sample::select(vec!["", " ", "-", ".", "－", "—", "  ", "- ", "　"]);
    (
        any_number(),
        separator(),
        separator(),
        separator(),
        0..8,
        any::<bool>(),
    )
        .prop_map(
            |((region, country, zero, groups), first, second, third, form, wide)| {
                let e164 = format!("+{country}{}", groups.concat());
                let (area, rest) = (&groups[0], format!("{second}{}{third}{}", groups[1], groups[2]));
                let text = match form {
                    0 => format!("+{country}{first}{area}{rest}"),
                    1 => format!("00{country}{first}{area}{rest}"),
                    2 => format!("(+{country}){first}{area}{rest}"),
                    3 => format!("({zero}{area}){rest}"),
                    4 if !zero.is_empty() => format!("+{country}{first}({zero}){area}{rest}"),
                    5 => format!("+{country}{first}({zero}{area}){rest}"),
                    _ => format!("{zero}{area}{rest}"),
                };
                let widen = |c: char| match c {
                    '!'..='~' => char::from_u32(u32::from(c) + 0xfee0).unwrap(),
                    _ => c,
                };
                (
                    region,
                    e164,
                    if wide {
                        text.chars().map(widen).collect()
                    } else {
                        text
                    },
                )
            },
        )
}

proptest! {
    #[test]
    fn r6_1_every_notation_gives_the_same_number((region, wanted, typed) in any_notation()) {
        prop_assert_eq!(e164(&typed, region), Ok(wanted), "{}", typed);
    }

    #[test]
    fn r6_1_the_normal_form_is_read_back_in_any_region((_, wanted, _) in any_notation(), region in 0..4usize) {
        prop_assert_eq!(e164(&wanted, REGIONS[region]), Ok(wanted.clone()));
    }

    #[test]
    fn r2_4_never_panics_on_any_text(text in "\\PC*", place in "\\PC*", region in 0..4usize) {
        let _ = parse_phone(&text, REGIONS[region]);
        let _ = parse_phone_near(&text, REGIONS[region], &place);
        let _ = (split_phones(&text), phone_digits(&text));
    }

    /// Close to numbers: nothing is lost, and whatever is understood is understood again from its normal form.
    #[test]
    fn r2_4_every_digit_is_kept(text in "[+(]{0,2}(00|0|86|886|852|853|1|2|4)?[0-9 ()/.-]{0,18}(转[0-9]{1,4})?", region in 0..4usize) {
        let Ok(phone) = parse_phone(&text, REGIONS[region]) else { return Ok(()) };
        prop_assert_eq!(e164(&phone.e164, CN), Ok(phone.e164.clone()));
        let typed: String = text.chars().filter(char::is_ascii_digit).collect();
        let own = ["886", "852", "853", "86"].into_iter().find(|country| phone.e164[1..].starts_with(country));
        let national = &phone.e164[1 + own.map_or(0, str::len)..];
        // Before it stands nothing but a zero, our country code, and what is dialled for going abroad …
        let mut befores = vec![String::new()];
        for parts in [["", "0"], ["", own.unwrap_or_default()]] {
            befores = befores.iter().flat_map(|before| parts.map(|part| format!("{part}{before}"))).collect();
        }
        let abroad = ["", "00", "001", "002", "005", "006", "007", "009"];
        // … and behind it the extension, or in Taiwan the last digit of a range.
        let extension = phone.extension.clone().unwrap_or_default();
        let is_all = abroad.iter().any(|prefix| befores.iter().any(|before| {
            let tail = typed.strip_prefix(&format!("{prefix}{before}{national}"));
            tail.is_some_and(|tail| tail == extension || (own == Some("886") && tail.len() == 1 && extension.is_empty()))
        }));
        prop_assert!(is_all || text.contains("(0)"), "{text} {phone:?}");
    }

    #[test]
    fn r2_2_only_landlines_come_from_the_city(digits in "[0-9]{4,11}") {
        for (region, place) in [(CN, "上海市"), (CN, "苏州市"), (TW, "台北市"), (TW, "苗栗縣")] {
            if let Some(phone) = parse_phone_near(&digits, region, place) {
                prop_assert_eq!(parse_phone(&digits, region), Err(NoAreaCode));
                prop_assert_eq!(phone.kind, Landline);
                prop_assert!(phone.e164.ends_with(&digits));
            }
        }
    }
}
