//! Numbers of regions that have no rules of their own here.

use super::*;

fn region(code: &str) -> Region {
    Region::from_code(code).unwrap()
}

#[test]
fn r2_2_a_number_with_its_country_code_is_read_in_every_region() {
    for region in Region::all() {
        for (typed, wanted) in [
            ("+86 139 1234 5678", "+8613912345678"),
            ("+1 415 555 2671", "+14155552671"),
            ("+44 20 7946 0958", "+442079460958"),
            ("+229 01 20 21 12 34", "+2290120211234"),
        ] {
            assert_eq!(e164(typed, region), Ok(wanted.into()), "{region} {typed}");
        }
    }
}

#[cfg(not(feature = "phone-metadata"))]
#[test]
fn r2_4_without_the_plans_a_number_needs_its_country_code() {
    all_fail(
        region("US"),
        NoCountryCode,
        &["(415) 555-2671", "13912345678", "021-55550199", "8613912345678"],
    );
    for region in Region::all().filter(|region| !has_rules(*region)) {
        all_fail(region, NoCountryCode, &["13912345678", "123", "852 2555 0199"]);
    }
}

#[cfg(feature = "phone-metadata")]
mod by_plan {
    use proptest::prelude::*;
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

    use super::*;

    fn reads(code: &str, numbers: &[(&str, &[&str])]) {
        for (wanted, texts) in numbers {
            all_are(region(code), wanted, Foreign, None, texts);
        }
    }

    #[test]
    fn r2_2_north_america() {
        let texts = [
            "(415) 555-2671",
            "415-555-2671",
            "415.555.2671",
            "4155552671",
            "1 415 555 2671",
            "1-415-555-2671",
            "1 (415) 555-2671",
            "（４１５）５５５－２６７１",
            "+1 415 555 2671",
        ];
        reads("US", &[("+14155552671", &texts)]);
        reads("US", &[("+14165550199", &["(416) 555-0199"])]);
        reads(
            "CA",
            &[("+15062345678", &["506-234-5678"]), ("+14155552671", &texts)],
        );
        reads("BS", &[("+12423456789", &["242-345-6789"])]);
        all_are(
            region("US"),
            "+14155552671",
            Foreign,
            Some("12"),
            &["(415) 555-2671 x12", "415-555-2671 ext. 12", "415-555-2671#12"],
        );
        all_fail(region("US"), NoAreaCode, &["555-2671", "5552671", "310-1234"]);
        all_fail(region("BS"), NoAreaCode, &["345-6789"]);
        all_fail(region("US"), TooShort, &["911", "415 555 267", "1"]);
        all_fail(region("US"), TooLong, &["415 555 26711", "415-555-2671-12"]);
        all_fail(region("US"), Letters, &["1-800-FLOWERS", "415-555-2671 home"]);
        all_fail(region("US"), Missing, &["", " - "]);
    }

    #[test]
    fn r2_2_a_number_of_ours_is_not_one_of_america() {
        let us = region("US");
        all_fail(
            us,
            Unassigned,
            &["13912345678", "400-820-8820", "02-2531-7099", "0912-345-678"],
        );
        all_fail(us, TooLong, &["021-5555 0199", "0512-55550199"]);
        all_fail(us, TooShort, &["5555 0199"]);
        // 361 is in Texas.
        reads("US", &[("+13612345678", &["13612345678"])]);
        // No number there is so long.
        all_are(
            us,
            "+8613912345678",
            Mobile,
            None,
            &["8613912345678", "86 139 1234 5678"],
        );
        all_are(us, "+85225550199", Landline, None, &["852 2555 0199"]);
        for own in REGIONS {
            for typed in ["(415) 555-2671", "415-555-2671"] {
                assert!(parse_phone(typed, own).is_err(), "{own} {typed}");
            }
        }
        all_fail(region("DE"), Unassigned, &["13912345678"]);
        all_fail(region("DE"), NoAreaCode, &["8613912345678"]);
        all_fail(region("GB"), TooLong, &["13912345678"]);
    }

    #[test]
    fn r2_2_every_region_reads_its_own_numbers() {
        reads(
            "GB",
            &[(
                "+442079460958",
                &["020 7946 0958", "(020) 7946 0958", "(0)20 7946 0958"],
            )],
        );
        reads(
            "GB",
            &[
                ("+447911123456", &["07911 123456"]),
                ("+441534123456", &["01534 123456"]),
            ],
        );
        reads(
            "DE",
            &[("+4930123456", &["030 123456", "030/123456", "(030) 12 34 56"])],
        );
        reads("DE", &[("+4915123456789", &["0151 23456789"])]);
        // What stands behind the dash in Germany is a part of the number.
        reads("DE", &[("+493012345612", &["030 123456-12"])]);
        reads("FR", &[("+33142685300", &["01 42 68 53 00", "01.42.68.53.00"])]);
        reads("FR", &[("+33612345678", &["06 12 34 56 78"])]);
        reads(
            "JP",
            &[
                ("+81312345678", &["03-1234-5678"]),
                ("+819012345678", &["090-1234-5678"]),
            ],
        );
        reads(
            "KR",
            &[
                ("+8223123456", &["02-312-3456"]),
                ("+821020000000", &["010-2000-0000"]),
            ],
        );
        reads(
            "SG",
            &[("+6561234567", &["6123 4567"]), ("+6581234567", &["8123 4567"])],
        );
        reads(
            "MY",
            &[
                ("+60323856789", &["03-2385 6789"]),
                ("+60123456789", &["012-345 6789"]),
            ],
        );
        reads(
            "TH",
            &[
                ("+6621234567", &["02 123 4567"]),
                ("+66812345678", &["081 234 5678"]),
            ],
        );
        reads(
            "VN",
            &[
                ("+842101234567", &["0210 1234 567"]),
                ("+84912345678", &["091 234 56 78"]),
            ],
        );
        reads("IN", &[("+919876543210", &["098765 43210", "98765 43210"])]);
        reads("IN", &[("+912223456789", &["022 2345 6789"])]);
        reads(
            "AU",
            &[
                ("+61212345678", &["(02) 1234 5678"]),
                ("+61412345678", &["0412 345 678"]),
            ],
        );
        reads("AU", &[("+611300123456", &["1300 123 456"])]);
        reads("BR", &[("+551123456789", &["(11) 2345-6789", "011 2345-6789"])]);
        reads(
            "BR",
            &[
                ("+5511961234567", &["(11) 96123-4567"]),
                ("+5540041234", &["4004-1234"]),
            ],
        );
        // The zero stays.
        reads(
            "IT",
            &[
                ("+390212345678", &["02 1234 5678"]),
                ("+39061234567", &["06 1234567"]),
            ],
        );
        reads("IT", &[("+393123456789", &["312 345 6789"])]);
        reads(
            "ES",
            &[
                ("+34810012345", &["810 01 23 45"]),
                ("+34612345678", &["612 34 56 78"]),
            ],
        );
        reads(
            "NL",
            &[
                ("+31101234567", &["010 123 4567"]),
                ("+31612345678", &["06 12345678"]),
            ],
        );
        reads(
            "RU",
            &[("+73011234567", &["8 (301) 123-45-67", "(301) 123-45-67"])],
        );
        reads("RU", &[("+79123456789", &["8 912 345-67-89", "7 912 345-67-89"])]);
        reads("BY", &[("+375294911911", &["8 029 491-19-11", "029 491-19-11"])]);
        reads("HU", &[("+3612345678", &["06 1 234 5678"])]);
        reads(
            "AE",
            &[
                ("+97122345678", &["02 234 5678"]),
                ("+971501234567", &["050 123 4567"]),
            ],
        );
        reads(
            "ZA",
            &[
                ("+27101234567", &["010 123 4567"]),
                ("+27711234567", &["071 123 4567"]),
            ],
        );
        reads("AR", &[("+541141234567", &["011 4123-4567", "11 4123-4567"])]);
    }

    #[test]
    fn r2_4_a_country_code_without_its_plus_sign() {
        reads(
            "GB",
            &[("+442079460958", &["44 20 7946 0958", "44 (0)20 7946 0958"])],
        );
        reads("DE", &[("+4930123456", &["49 30 123456"])]);
        reads("FR", &[("+33142685300", &["33 1 42 68 53 00"])]);
        reads("JP", &[("+81312345678", &["81-3-1234-5678"])]);
        reads("IN", &[("+919876543210", &["91 98765 43210"])]);
    }

    /// It may as well be a number of any town.
    #[test]
    fn r2_4_what_lacks_its_zero_is_refused() {
        for (code, typed) in [
            ("GB", "20 7946 0958"),
            ("DE", "30 123456"),
            ("FR", "1 42 68 53 00"),
            ("JP", "3-1234-5678"),
            ("KR", "2-312-3456"),
            ("HU", "1 234 5678"),
        ] {
            all_fail(region(code), NoAreaCode, &[typed]);
        }
        for (code, typed) in [
            ("GB", "7911 123456"),
            ("AU", "412 345 678"),
            ("MY", "12-345 6789"),
        ] {
            all_fail(region(code), TooShort, &[typed]);
        }
    }

    /// A carrier's digits, and the 15 of Argentina's mobiles, are not in the normal form: no digit is left out unseen.
    #[test]
    fn r2_4_no_digit_is_lost_but_a_trunk_prefix() {
        all_fail(
            region("BR"),
            Malformed,
            &["0 15 11 96123-4567", "90 11 96123-4567"],
        );
        all_fail(region("CO"), Malformed, &["03 321 1234567"]);
        all_fail(region("AR"), Malformed, &["011 15-2345-6789"]);
        all_fail(region("AQ"), NoCountryCode, &["123456"]);
    }

    #[test]
    fn r2_4_digits_for_going_abroad_elsewhere() {
        reads(
            "US",
            &[("+442079460958", &["011 44 20 7946 0958", "0044 20 7946 0958"])],
        );
        all_are(
            region("US"),
            "+8613912345678",
            Mobile,
            None,
            &["011 86 139 1234 5678"],
        );
        for (code, typed) in [
            ("GB", "00 1 415 555 2671"),
            ("AU", "0011 1 415 555 2671"),
            ("JP", "010 1 415 555 2671"),
            ("KR", "002 1 415 555 2671"),
            ("FI", "990 1 415 555 2671"),
            ("RU", "8 10 1 415 555 2671"),
        ] {
            reads(code, &[("+14155552671", &[typed])]);
        }
        all_fail(region("US"), Malformed, &["011 44 020 7946 0958"]);
        // With 00 it is in China; from Indonesia one dials 008, and 61 is Australia.
        all_fail(region("ID"), UnknownCountry, &["0086 139 1234 5678"]);
    }

    #[test]
    fn r2_4_the_plan_knows_what_lengths_there_are() {
        all_fail(CN, Malformed, &["+65 6123 45678"]);
        all_are(CN, "+6561234567", Foreign, None, &["+65 6123 4567"]);
        // Long enough, and given to nobody yet.
        all_are(CN, "+6511234567", Foreign, None, &["+65 1123 4567"]);
        // Shorter than a number of a town.
        all_are(CN, "+55800123456", Foreign, None, &["+55 800 123456"]);
        all_fail(CN, TooShort, &["+1 310 1234"]);
    }

    /// As people of every country write numbers of every sort, and as the world writes them.
    #[test]
    fn r2_2_the_plans_own_examples_are_read() {
        use PhoneNumberType::{FixedLine, Mobile, PremiumRate, SharedCost, TollFree, UAN, VoIP};
        let (mut read, mut refused) = (0, Vec::new());
        for region in Region::all().filter(|region| !has_rules(*region)) {
            let plan = rlibphonenumber::Region::from_code(region.code()).unwrap();
            for sort in [FixedLine, Mobile, TollFree, PremiumRate, SharedCost, VoIP, UAN] {
                let Ok(number) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(plan, sort) else {
                    continue;
                };
                let format = |format| PHONE_NUMBER_UTIL.format(&number, format).into_owned();
                let wanted = format(PhoneNumberFormat::E164);
                for typed in [
                    format(PhoneNumberFormat::National),
                    format(PhoneNumberFormat::International),
                    wanted.clone(),
                ] {
                    match e164(&typed, region) {
                        Ok(e164) => assert_eq!(e164, wanted, "{region} {typed}"),
                        Err(problem) => refused.push(format!("{region} {typed}: {problem:?}")),
                    }
                    read += 1;
                }
            }
        }
        assert!(read > 2_000);
        assert!(refused.len() < 10, "{refused:#?}");
    }

    proptest! {
        #[test]
        fn r2_4_never_panics_in_any_region(text in "\\PC*", place in "\\PC*", at in 0..249usize) {
            let region = Region::all().nth(at).unwrap();
            let _ = parse_phone(&text, region);
            let _ = parse_phone_near(&text, region, &place);
        }

        /// Close to numbers: every digit is there, and what is understood is understood again from its normal form.
        #[test]
        fn r2_4_every_digit_is_kept_in_any_region(
            text in "[+(]{0,2}(00|011|010|810|0|1|8|80|06|86|44|49|39|7|55|54)?[0-9 ()/.-]{3,18}(x[0-9]{1,4})?",
            at in 0..249usize,
        ) {
            let region = Region::all().nth(at).unwrap();
            let Ok(phone) = parse_phone(&text, region) else { return Ok(()) };
            for again in [region, CN, self::region("US")] {
                prop_assert_eq!(e164(&phone.e164, again), Ok(phone.e164.clone()), "{} {}", region, text);
            }
            prop_assume!(phone.kind == Foreign);
            let typed: String = text.chars().filter(char::is_ascii_digit).collect();
            let digits = typed.strip_suffix(phone.extension.as_deref().unwrap_or_default()).unwrap();
            let plus = phone.e164.trim_start_matches('+');
            // The longest part of the normal form that was typed is all but the country code …
            let at = (0..4).find(|&at| digits.ends_with(&plus[at..])).unwrap();
            let before = digits.strip_suffix(&plus[at..]).unwrap();
            // … and before it stands a trunk prefix, behind the country code maybe, or what is dialled for going abroad.
            let country = &plus[..at];
            let dialled = ["", "0", "1", "06", "8", "80"].iter().any(|trunk| {
                before.strip_suffix(trunk).is_some_and(|rest| rest.is_empty() || (at > 0 && rest.ends_with(country)))
            });
            prop_assert!(dialled || at == 0, "{region} {text} {phone:?}");
        }
    }
}
