//! The value of a cell as a person sees it.

use std::fmt::Write;

use super::format::{Format, Mask};
use crm_core::NaiveDate;

/// Appends a number to `out`.
///
/// Numbers are in plain digits: a telephone number that was typed as a number must stay one. Excel keeps no more than 15 of
/// them: a longer whole number is not what was typed, and is written as Excel shows it, `1.10101199001011E+17`, so that it
/// is not taken for one. Where the cell's format is a row of zeros, such as `00000`, the digits are as it shows them. Dates are
/// `2024-05-01`, with a time other than midnight `2024-05-01 09:30:00`; times alone `09:30:00`.
pub(super) fn number(value: f64, format: Format, mask: Option<&Mask>, from_1904: bool, out: &mut String) {
    let of_excel = (0.0..LAST_DAY).contains(&value);
    match format {
        Format::Date if of_excel => date(value, from_1904, out),
        Format::Duration if of_excel => time((value * 86_400.0).round() as u64, out),
        _ => match mask.filter(|_| value >= 0.0 && value.fract() == 0.0 && value < WHOLE) {
            Some(mask) => mask.show(value as u64, out),
            None => plain(value, out),
        },
    }
}

/// An error as Excel shows it, by the code that binary workbooks have for it; one of another code as a formula without its value.
#[cfg(feature = "spreadsheets")]
pub(super) fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        _ => UNWORKED,
    }
}

/// What is read of a formula whose value is not there.
pub(super) const UNWORKED: &str = "#FORMULA!";

/// The last day that Excel knows, 9999-12-31, in days.
const LAST_DAY: f64 = 2_958_466.0;
/// Excel's day 0, by the days since the year 1; from 1 March 1900 on, since Excel counts a 29 February that there was not.
const DAY_0: i32 = 693_594;
const LEAP_DAY: i32 = 60;
/// The day that Excel may count from instead: 1 January 1904.
const DAY_0_OF_1904: i32 = 695_056;

/// Writing to a string cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

/// The least whole number of more than 15 digits.
const WHOLE: f64 = 1e15;

fn plain(value: f64, out: &mut String) {
    if !value.is_finite() {
        return;
    }
    if value.abs() >= WHOLE {
        return scientific(value, out);
    }
    let value = if value.fract() == 0.0 { value } else { shown(value) };
    // Without the sign of a negative zero. Rust writes no exponents.
    put(out, format_args!("{}", value + 0.0));
}

/// Appends `1.10101199001011E+17`.
fn scientific(value: f64, out: &mut String) {
    let text = format!("{value:.14e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    put(out, format_args!("{digits}E+{exponent:0>2}"));
}

/// A fraction with the 15 digits that Excel shows, so that 0.1 + 0.2 reads 0.3.
fn shown(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

fn date(value: f64, from_1904: bool, out: &mut String) {
    // To the nearest millisecond, which may be the next day's first.
    let seconds = (value * 86_400_000.0).round() as u64 / 1000;
    let (days, seconds) = (seconds / 86_400, seconds % 86_400);
    let days = i32::try_from(days).unwrap_or(i32::MAX);
    let first = match from_1904 {
        true => DAY_0_OF_1904,
        false => DAY_0 + i32::from(days < LEAP_DAY),
    };
    let day = NaiveDate::from_num_days_from_ce_opt(days.saturating_add(first));
    match day.filter(|_| value >= 1.0) {
        Some(day) if seconds == 0 => put(out, format_args!("{day}")),
        Some(day) => {
            put(out, format_args!("{day} "));
            time(seconds, out);
        }
        None => time(seconds, out),
    }
}

fn time(seconds: u64, out: &mut String) {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    put(out, format_args!("{hours:02}:{minutes:02}:{seconds:02}"));
}

/// Appends a date that is stored as text: `2024-05-01T09:30:00`.
pub(super) fn iso_date(text: &str, out: &mut String) {
    match text.split_once('T') {
        Some((day, time)) if time.trim_matches(['0', ':', '.', 'Z']).is_empty() => out.push_str(day),
        Some((day, time)) => put(out, format_args!("{day} {time}")),
        None => out.push_str(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64, format: Format, from_1904: bool) -> String {
        let mut out = String::new();
        number(value, format, None, from_1904, &mut out);
        out
    }

    #[test]
    fn numbers_are_plain_digits() {
        for (value, expected) in [
            (13_912_345_678.0, "13912345678"),
            (8_613_912_345_678.0, "8613912345678"),
            (999_999_999_999_999.0, "999999999999999"),
            (-999_999_999_999_999.0, "-999999999999999"),
            (0.1 + 0.2, "0.3"),
            (120_000.5, "120000.5"),
            (-0.0, "0"),
            (-12.25, "-12.25"),
            (1e-7, "0.0000001"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
            (-5.0, "-5"),
        ] {
            assert_eq!(text(value, Format::Number, false), expected);
        }
    }

    #[test]
    fn r9_5_more_digits_than_excel_keeps_are_no_whole_number() {
        for (value, expected) in [
            (110_101_199_001_011_230.0, "1.10101199001011E+17"),
            (6_222_021_234_567_890.0, "6.22202123456789E+15"),
            (1e15, "1E+15"),
            (1_000_000_000_000_001.0, "1E+15"),
            (-1.5e16, "-1.5E+16"),
            (1e21, "1E+21"),
            (1e300, "1E+300"),
        ] {
            assert_eq!(text(value, Format::Number, false), expected);
        }
    }

    #[test]
    fn r9_5_a_format_of_zeros_is_shown() {
        for (code, value, expected) in [
            ("00000", 1234.0, "01234"),
            ("00000", 1_234_567.0, "1234567"),
            ("000-0000", 1234.0, "000-1234"),
            ("00000-0000", 123_456_789.0, "12345-6789"),
            ("0000000000", 2_155_550_199.0, "2155550199"),
            ("00000", 0.0, "00000"),
            ("00000", 1.5, "1.5"),
            ("00000", -7.0, "-7"),
            ("00000", 1e17, "1E+17"),
        ] {
            let (mask, mut out) = (Mask::of_code(code).unwrap(), String::new());
            number(value, Format::Number, Some(&mask), false, &mut out);
            assert_eq!(out, expected, "{code}");
        }
    }

    #[test]
    fn dates_are_iso() {
        let at = |days, from_1904| text(days, Format::Date, from_1904);
        assert_eq!(at(45_413.0, false), "2024-05-01");
        assert_eq!(at(43_951.0, true), "2024-05-01");
        assert_eq!(at(45_413.0 + 9.5 / 24.0, false), "2024-05-01 09:30:00");
        assert_eq!(at(45_413.0 + 1.0 / 3.0, false), "2024-05-01 08:00:00");
        assert_eq!(at(45_413.999_999_999, false), "2024-05-02");
        assert_eq!(at(9.5 / 24.0, false), "09:30:00");
        assert_eq!(at(1.0, false), "1900-01-01");
        assert_eq!(at(59.0, false), "1900-02-28");
        assert_eq!(at(61.0, false), "1900-03-01");
        assert_eq!(at(2_958_465.0, false), "9999-12-31");
        assert_eq!(at(-1.0, false), "-1");
        assert_eq!(at(1e10, false), "10000000000");
        assert_eq!(text(1.5, Format::Duration, false), "36:00:00");
    }

    #[test]
    fn dates_that_are_text_are_read() {
        for (typed, expected) in [
            ("2024-05-01T00:00:00.000Z", "2024-05-01"),
            ("2024-05-01T09:30:00", "2024-05-01 09:30:00"),
            ("2024-05-01", "2024-05-01"),
        ] {
            let mut out = String::new();
            iso_date(typed, &mut out);
            assert_eq!(out, expected);
        }
    }
    #[cfg(feature = "spreadsheets")]
    #[test]
    fn r9_5_errors_of_binary_workbooks_are_told_as_they_are_shown() {
        let shown = [0x00, 0x07, 0x0F, 0x17, 0x1D, 0x24, 0x2A, 0x2B].map(error);
        let expected = [
            "#NULL!",
            "#DIV/0!",
            "#VALUE!",
            "#REF!",
            "#NAME?",
            "#NUM!",
            "#N/A",
            "#FORMULA!",
        ];
        assert_eq!(shown, expected);
    }
}
