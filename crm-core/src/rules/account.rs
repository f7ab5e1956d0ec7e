//! What a try to log in comes to (R8.4).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{
    error::Code,
    model::{Account, UserId},
};

/// After how many wrong passwords in a row an account rests.
const TRIES: u32 = 5;

/// For how long it rests.
const REST: TimeDelta = TimeDelta::minutes(15);

/// How long after its last use a session is in use.
const IN_USE: TimeDelta = TimeDelta::minutes(30);

/// How long after its last use a session ends.
const FORGOTTEN: TimeDelta = TimeDelta::days(30);

/// An account without a password, of a user whom the host vouches for.
pub fn bare(user: UserId) -> Account {
    Account {
        user,
        revision: 1,
        set_at: None,
        expires_on: None,
        temporary: false,
        wrong_tries: 0,
        rests_until: None,
        suspended_at: None,
        shared_at: None,
    }
}

/// Whether an account refuses every password just now.
pub fn rests(account: &Account, now: DateTime<Utc>) -> bool {
    account.rests_until.is_some_and(|until| now < until)
}

/// The account after a wrong password: the fifth in a row lays it to rest. One that rests stays as it is: its rest is not
/// prolonged.
#[must_use]
pub fn after_wrong(account: &Account, now: DateTime<Utc>) -> Account {
    if rests(account, now) {
        return account.clone();
    }
    let tries = account.wrong_tries.saturating_add(1);
    let (wrong_tries, rests_until) = match tries >= TRIES {
        true => (0, Some(now + REST)),
        false => (tries, None),
    };
    Account {
        revision: account.revision + 1,
        wrong_tries,
        rests_until,
        ..account.clone()
    }
}

/// The account after the right password: `shared` if a session on another device is in use.
#[must_use]
pub fn after_right(account: &Account, shared: bool, now: DateTime<Utc>) -> Account {
    let after = Account {
        wrong_tries: 0,
        rests_until: None,
        shared_at: if shared { Some(now) } else { account.shared_at },
        ..account.clone()
    };
    match after == *account {
        true => after,
        false => Account {
            revision: account.revision + 1,
            ..after
        },
    }
}

/// Why a password lets its owner do nothing but set another; none if it lets them do all.
pub fn must_change(account: &Account, today: NaiveDate) -> Option<Code> {
    match account.expires_on {
        _ if account.temporary => Some(Code::PasswordTemporary),
        Some(last) if today > last => Some(Code::PasswordExpired),
        _ => None,
    }
}

/// Whether a session that was last used then is in use.
pub fn is_in_use(used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - used_at <= IN_USE
}

/// Whether a session that was last used then has ended by itself.
pub fn is_forgotten(used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - used_at > FORGOTTEN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_714_525_200_000 + millis).unwrap()
    }

    fn account() -> Account {
        bare(UserId::from_bytes([1; 16]))
    }

    #[test]
    fn r8_4_the_fifth_wrong_try_in_a_row_lays_it_to_rest_for_a_quarter_of_an_hour() {
        let mut tried = account();
        for n in 1..5 {
            tried = after_wrong(&tried, at(0));
            assert_eq!((tried.wrong_tries, rests(&tried, at(0))), (n, false));
        }
        assert_eq!(after_right(&tried, false, at(0)).wrong_tries, 0, "in a row");
        tried = after_wrong(&tried, at(0));
        let minutes = 60_000;
        assert!(rests(&tried, at(0)) && rests(&tried, at(15 * minutes - 1)));
        assert!(!rests(&tried, at(15 * minutes)));
        assert_eq!(after_wrong(&tried, at(14 * minutes)), tried, "not prolonged");
        let again = after_wrong(&tried, at(15 * minutes));
        assert_eq!((again.wrong_tries, again.rests_until), (1, None), "five more");
    }

    #[test]
    fn r8_4_a_temporary_or_expired_password_only_lets_its_owner_set_another() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let set = Account {
            expires_on: Some(day("2025-02-28")),
            ..account()
        };
        assert_eq!(must_change(&set, day("2025-02-28")), None);
        assert_eq!(must_change(&set, day("2025-03-01")), Some(Code::PasswordExpired));
        assert_eq!(
            must_change(&account(), day("2025-03-01")),
            None,
            "the host vouches"
        );
        let temporary = Account {
            temporary: true,
            ..set
        };
        assert_eq!(
            must_change(&temporary, day("2025-02-28")),
            Some(Code::PasswordTemporary)
        );
    }

    #[test]
    fn r8_4_a_session_is_in_use_for_half_an_hour() {
        let minutes = 60_000;
        assert!(is_in_use(at(0), at(30 * minutes)));
        assert!(!is_in_use(at(0), at(30 * minutes + 1)));
        let days = 24 * 60 * minutes;
        assert!(!is_forgotten(at(0), at(30 * days)));
        assert!(is_forgotten(at(0), at(30 * days + 1)));
    }
}
