//! A cell of a sheet as a person sees it.

use std::fmt::Write;

use calamine::{DataRef, ExcelDateTime};

/// Appends the cell's text to `out`.
///
/// Numbers are in plain digits, however long: a telephone number that was typed as a number must stay one. Dates are
/// `2024-05-01`, with a time other than midnight `2024-05-01 09:30:00`; times alone `09:30:00`. An error value (#N/A) is
/// nothing, since a name or a phone that could not be looked up is one that is missing.
pub(crate) fn write(value: &DataRef<'_>, out: &mut String) {
    match value {
        DataRef::String(text) => out.push_str(text),
        DataRef::SharedString(text) => out.push_str(text),
        DataRef::Float(value) => number(*value, out),
        DataRef::Int(value) => put(out, format_args!("{value}")),
        DataRef::Bool(value) => out.push_str(if *value { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(value) => date(value, out),
        DataRef::DateTimeIso(text) => iso_date(text, out),
        DataRef::DurationIso(text) => out.push_str(text),
        DataRef::Error(_) | DataRef::Empty => {}
    }
}

/// Writing to a string cannot fail.
fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(text);
}

fn number(value: f64, out: &mut String) {
    if !value.is_finite() {
        return;
    }
    let value = if value.fract() == 0.0 { value } else { shown(value) };
    // Without the sign of a negative zero. Rust writes no exponents.
    put(out, format_args!("{}", value + 0.0));
}

/// A fraction with the 15 digits that Excel shows, so that 0.1 + 0.2 reads 0.3.
fn shown(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// The last day that Excel knows, 9999-12-31, in days.
const LAST_DAY: f64 = 2_958_466.0;

fn date(value: &ExcelDateTime, out: &mut String) {
    let days = value.as_f64();
    if !(0.0..LAST_DAY).contains(&days) {
        return number(days, out);
    }
    if value.is_duration() {
        let seconds = (days * 86_400.0).round() as u64;
        let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        return put(out, format_args!("{hours:02}:{minutes:02}:{seconds:02}"));
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    if days >= 1.0 {
        put(out, format_args!("{year:04}-{month:02}-{day:02}"));
        if (hour, minute, second) == (0, 0, 0) {
            return;
        }
        out.push(' ');
    }
    put(out, format_args!("{hour:02}:{minute:02}:{second:02}"));
}

/// A date that is stored as text: `2024-05-01T09:30:00`.
fn iso_date(text: &str, out: &mut String) {
    match text.split_once('T') {
        Some((day, time)) if time.trim_matches(['0', ':', '.', 'Z']).is_empty() => out.push_str(day),
        Some((day, time)) => put(out, format_args!("{day} {time}")),
        None => out.push_str(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{CellErrorType, ExcelDateTimeType};

    fn text(value: DataRef<'_>) -> String {
        let mut out = String::new();
        write(&value, &mut out);
        out
    }

    #[test]
    fn numbers_are_plain_digits() {
        for (value, expected) in [
            (13_912_345_678.0, "13912345678"),
            (8_613_912_345_678.0, "8613912345678"),
            (110_101_199_003_071_230.0, "110101199003071230"),
            (1e21, "1000000000000000000000"),
            (0.1 + 0.2, "0.3"),
            (120_000.5, "120000.5"),
            (-0.0, "0"),
            (-12.25, "-12.25"),
            (1e-7, "0.0000001"),
            (f64::NAN, ""),
        ] {
            assert_eq!(text(DataRef::Float(value)), expected);
        }
        assert_eq!(text(DataRef::Int(-5)), "-5");
    }

    #[test]
    fn dates_are_iso() {
        let at = |days, kind, is_1904| text(DataRef::DateTime(ExcelDateTime::new(days, kind, is_1904)));
        let date = ExcelDateTimeType::DateTime;
        assert_eq!(at(45_413.0, date, false), "2024-05-01");
        assert_eq!(at(43_951.0, date, true), "2024-05-01");
        assert_eq!(at(45_413.0 + 9.5 / 24.0, date, false), "2024-05-01 09:30:00");
        assert_eq!(at(45_413.0 + 1.0 / 3.0, date, false), "2024-05-01 08:00:00");
        assert_eq!(at(9.5 / 24.0, date, false), "09:30:00");
        assert_eq!(at(1.5, ExcelDateTimeType::TimeDelta, false), "36:00:00");
        assert_eq!(at(-1.0, date, false), "-1");
        assert_eq!(at(1e10, date, false), "10000000000");
        assert_eq!(
            text(DataRef::DateTimeIso("2024-05-01T00:00:00.000Z".into())),
            "2024-05-01"
        );
        assert_eq!(
            text(DataRef::DateTimeIso("2024-05-01T09:30:00".into())),
            "2024-05-01 09:30:00"
        );
        assert_eq!(text(DataRef::DateTimeIso("2024-05-01".into())), "2024-05-01");
    }

    #[test]
    fn the_others_are_as_excel_shows_them() {
        assert_eq!(text(DataRef::Bool(true)), "TRUE");
        assert_eq!(text(DataRef::Error(CellErrorType::NA)), "");
        assert_eq!(text(DataRef::Empty), "");
        assert_eq!(text(DataRef::SharedString(" a ")), " a ");
    }
}
