//! What a password must be (R8.4). None is ever part of a problem, of an error or of the log.

mod hash;
mod well_known;

use chrono::{Months, NaiveDate};

pub use self::hash::{Cost, Hashes, PasswordHash};
use self::well_known::is_well_known;
use super::phone::parse_phone;
use crate::{
    error::{Code, Problem},
    matching::fold,
    model::{Region, User, fields},
};

/// The fewest characters that a setting may ask for (R8.7).
pub const SHORTEST: u32 = 8;

/// The most characters that a setting may ask for, and that a password has.
pub const LONGEST: u32 = 128;

/// For how many calendar months a password works.
const MONTHS: Months = Months::new(3);

/// Whether a user may have this password: long enough, of all four sorts of characters, nothing of their own in it, not well
/// known. Whether it is one of the last five is asked of [`Hashes`].
///
/// # Errors
/// Everything that is wrong with it, in the field `password`.
pub fn check_password(
    password: &str,
    user: &User,
    shortest: u32,
    region: Region,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |holds: bool, problem: Problem| {
        if !holds {
            problems.push(problem);
        }
    };
    let length = u32::try_from(password.chars().count()).unwrap_or(u32::MAX);
    if length == 0 {
        return Err(vec![Problem::missing(fields::PASSWORD)]);
    }
    let of = |code| Problem::new(fields::PASSWORD, code);
    wrong(
        length >= shortest,
        Problem::with(fields::PASSWORD, Code::PasswordShort, shortest.to_string()),
    );
    wrong(length <= LONGEST, of(Code::FieldTooLong));
    wrong(has_all_sorts(password), of(Code::PasswordSimple));
    wrong(
        !has_of_the_user(password, user) && !has_telephone(password, region),
        of(Code::PasswordPersonal),
    );
    wrong(!is_well_known(password), of(Code::PasswordWellKnown));
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems),
    }
}

/// The last business day on which a password works that was set on this one.
pub fn expires_on(set: NaiveDate) -> NaiveDate {
    set.checked_add_months(MONTHS).unwrap_or(NaiveDate::MAX)
}

fn has_all_sorts(password: &str) -> bool {
    let has = |sort: fn(char) -> bool| password.chars().any(sort);
    has(char::is_uppercase)
        && has(char::is_lowercase)
        && has(char::is_numeric)
        && has(|c| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control())
}

/// Without what separates the parts of a date or a number, whatever its case and width.
fn bare(text: &str) -> String {
    let separates = |c: char| !c.is_alphanumeric() || matches!(c, '年' | '月' | '日' | '号');
    fold(text).chars().filter(|&c| !separates(c)).collect()
}

/// Whether it contains the login, the name, the telephone or the birthday of the user.
fn has_of_the_user(password: &str, user: &User) -> bool {
    let (typed, bare_typed) = (fold(password), bare(password));
    let contains =
        |part: &str| !part.is_empty() && (typed.contains(&fold(part)) || contained(&bare_typed, part));
    let phone: String = user.phone.as_deref().map(digits).unwrap_or_default();
    let national = phone.strip_prefix("86").filter(|national| national.len() >= 10);
    let has_phone = [Some(phone.as_str()), national]
        .into_iter()
        .flatten()
        .any(|phone| phone.len() >= 5 && digits(password).contains(phone));
    let has_birthday = user.birthday.is_some_and(|day| {
        ["%Y%m%d", "%y%m%d"]
            .iter()
            .any(|form| bare_typed.contains(&day.format(form).to_string()))
    });
    contains(&user.login) || contains(&user.name) || has_phone || has_birthday
}

fn contained(bare_typed: &str, part: &str) -> bool {
    let part = bare(part);
    !part.is_empty() && bare_typed.contains(&part)
}

fn digits(text: &str) -> String {
    fold(text).chars().filter(char::is_ascii_digit).collect()
}

/// Whether it contains anybody's telephone number: a mobile one of the mainland, or what the region reads as a number.
fn has_telephone(password: &str, region: Region) -> bool {
    const MOBILE: usize = 11;
    const LANDLINE: usize = 10;

    let separates = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '/');
    let typed = fold(password);
    let runs = typed.split(|c: char| !c.is_ascii_digit() && !separates(c));
    runs.map(|run| run.chars().filter(char::is_ascii_digit).collect::<String>())
        .any(|run| {
            let starts = 0..=run.len().saturating_sub(MOBILE);
            let mobile = starts
                .filter_map(|at| run.get(at..at + MOBILE))
                .any(|part| matches!(part.as_bytes(), [b'1', b'3'..=b'9', ..]));
            mobile || (run.len() >= LANDLINE && parse_phone(&run, region).is_ok())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Role, UserId};

    fn wang() -> User {
        User {
            id: UserId::from_bytes([1; 16]),
            revision: 1,
            login: "wang.li".into(),
            name: "王丽".into(),
            role: Role::SalesRep,
            team: None,
            phone: Some("+86 139-1234-5678".into()),
            birthday: NaiveDate::from_ymd_opt(1990, 5, 8),
            active: true,
        }
    }

    fn wrong(password: &str) -> Vec<&'static str> {
        let checked = check_password(password, &wang(), SHORTEST, Region::CN);
        let problems = checked.err().unwrap_or_default();
        assert!(problems.iter().all(|problem| problem.field == "password"));
        assert!(
            problems
                .iter()
                .all(|problem| problem.rejected.as_deref().is_none_or(|it| it == "8"))
        );
        problems.iter().map(|problem| problem.code.as_str()).collect()
    }

    #[test]
    fn r8_4_eight_characters_of_all_four_sorts() {
        assert_eq!(wrong("Qz!7mKx4"), [""; 0]);
        assert_eq!(wrong("Qz!7mKx"), ["password.short"], "seven");
        for simple in [
            "qz!7mkx4",
            "QZ!7MKX4",
            "Qz!mmKxx",
            "Qz77mKx4",
            "Qz 7mKx4",
            "密码密码密码1!",
        ] {
            assert_eq!(wrong(simple), ["password.simple"], "{simple}");
        }
        assert_eq!(wrong("密码Qz7！密码"), [""; 0], "a wide symbol is one");
        assert_eq!(wrong(""), ["field.missing"]);
        assert_eq!(wrong("abc"), ["password.short", "password.simple"], "all at once");
        assert_eq!(wrong(&format!("Qz!7{}", "m".repeat(124))), [""; 0]);
        assert_eq!(wrong(&format!("Qz!7{}", "m".repeat(125))), ["field.too_long"]);
        let longer = check_password("Qz!7mKx4", &wang(), 9, Region::CN).unwrap_err();
        assert_eq!(longer, [Problem::with("password", Code::PasswordShort, "9")]);
    }

    #[test]
    fn r8_4_nothing_of_the_user_is_in_it() {
        for personal in [
            "Zz!19900508",
            "Zz!1990-05-08",
            "Zz!1990/05/08",
            "Zz!1990年05月08日",
            "Zz!１９９００５０８",
            "Zz!900508",
            "Zz!90.05.08",
            "Wang.Li!7mK",
            "7!wang.liXX",
            "7!WangLiXX",
            "Xy7!王丽密码ab",
            "Zz!13912345678",
            "Zz!139 1234 5678",
            "Zz!+8613912345678",
        ] {
            assert_eq!(wrong(personal), ["password.personal"], "{personal}");
        }
        // Another day, half of the number, half of the login.
        for own in ["Zz!19900509", "Zz!199005", "Zz!13912345", "Zz!7wangLU"] {
            assert_eq!(wrong(own), [""; 0], "{own}");
        }
    }

    #[test]
    fn r8_4_nobodys_telephone_is_in_it() {
        for phone in [
            "Zz!13800138000",
            "Zz!0138001380001",
            "Zz!021-5555 0199",
            "Zz!400-820-8820",
        ] {
            assert_eq!(wrong(phone), ["password.personal"], "{phone}");
        }
        for none in ["Zz!1380013800", "Zz!12345678901", "Zz!20240501"] {
            assert_eq!(wrong(none), [""; 0], "{none}");
        }
    }

    #[test]
    fn r8_4_a_well_known_one_is_refused() {
        for known in [
            "P@ssw0rd",
            "Pa$$w0rd",
            "Password1!",
            "Passw0rd#2024",
            "1Qaz@wsx",
            "$unsh1nE",
            "F00tb@ll",
        ] {
            assert_eq!(wrong(known), ["password.well_known"], "{known}");
        }
        for unknown in ["P@ssx0rd", "Qz!7mKx4", "Password1!x"] {
            assert_eq!(wrong(unknown), [""; 0], "{unknown}");
        }
    }

    #[test]
    fn r8_4_a_password_works_for_three_calendar_months() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(expires_on(day("2024-11-30")), day("2025-02-28"));
        assert_eq!(expires_on(day("2023-11-30")), day("2024-02-29"));
        assert_eq!(expires_on(day("2024-05-01")), day("2024-08-01"));
    }
}
