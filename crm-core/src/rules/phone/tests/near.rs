//! Area codes from an address, and search texts.

use super::*;

#[test]
fn r2_2_a_missing_area_code_comes_from_the_city() {
    for (typed, region, place, wanted) in [
        ("25317099", TW, "台北市中山北路2段113號", "+886225317099"),
        ("2531-7099", TW, "臺北市中山北路2段113號", "+886225317099"),
        ("583101", TW, "苗栗縣竹南鎮", "+88637583101"),
        ("22345", TW, "連江縣南竿鄉", "+88683622345"),
        ("2-2531-7099", TW, "台北市", "+886225317099"),
        ("55550199", CN, "上海市黄浦区南京东路1号", "+862155550199"),
        ("5555 0199", CN, "江苏省苏州市", "+8651255550199"),
        ("5555019", CN, "广东省中山市", "+867605555019"),
        ("2155550199", CN, "上海市", "+862155550199"),
        ("21-55550199", CN, "上海市", "+862155550199"),
        ("512-55550199", CN, "苏州市", "+8651255550199"),
        ("21555501", CN, "上海市", "+862121555501"),
    ] {
        assert_eq!(parse_phone(typed, region), Err(NoAreaCode), "{typed}");
        assert_eq!(
            parse_phone_near(typed, region, place).map(|phone| phone.e164),
            Some(wanted.into()),
            "{typed}"
        );
    }
    for typed in ["55550199-801", "5555-0199-801", "55550199转801"] {
        let phone = parse_phone_near(typed, CN, "上海市").unwrap();
        assert_eq!(
            (phone.e164.as_str(), phone.extension.as_deref()),
            ("+862155550199", Some("801"))
        );
    }
}

#[test]
fn r2_2_nothing_else_is_taken_from_the_city() {
    for (typed, region, place) in [
        ("55550199", CN, "人民路1号"),         // no city
        ("5555019", CN, "上海市"),             // Shanghai has eight digits
        ("89769268", TW, "高雄市仁武區"),      // Kaohsiung seven
        ("55550199", CN, "台北市"),            // another region
        ("25550199", HK, "香港"),              // no area codes
        ("021-55550199", CN, "上海市"),        // lacks nothing
        ("13912345678", CN, "上海市"),         // no landline
        ("1391234567", CN, "上海市"),          // lacks something else
        ("+86 55550199", CN, "上海市"),        // has another prefix
        ("21-555501", CN, "上海市"),           // an area code, and too short
        ("51255550199", CN, "上海市"),         // another city
        ("4490000", TW, "台北市"),             // of the whole island
        ("852-2805-5991", CN, "广东省东莞市"), // Hong Kong
        ("(65)6291-4444", TW, "苗栗縣竹南鎮"), // Singapore
        ("(65)6291-44", TW, "高雄市"),
        ("(65)62914", TW, "高雄市"),
        ("415-555-0199", TW, "苗栗縣竹南鎮"), // California
        ("912345678", TW, "台北市"),
        ("無", TW, "台北市"),
        ("", TW, "台北市"),
    ] {
        assert_eq!(parse_phone_near(typed, region, place), None, "{typed} {place}");
    }
}

#[test]
fn r2_7_digits_of_a_search_text() {
    assert_eq!(phone_digits("5555 0199").as_deref(), Some("55550199"));
    assert_eq!(phone_digits("(021)５５５５－").as_deref(), Some("0215555"));
    assert_eq!(phone_digits("+86 21").as_deref(), Some("8621"));
    assert_eq!(phone_digits("0199").as_deref(), Some("0199"));
    for text in ["", "-", "3M", "上海", "021转", "12,34"] {
        assert_eq!(phone_digits(text), None, "{text}");
    }
}
