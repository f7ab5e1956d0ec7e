//! Who approves what somebody asks for (R8.3): two people, neither the one who asks; first the team's head, then an admin.

use chrono::{DateTime, Utc};

use super::{limit::REQUESTED, required_text};
use crate::{
    access::head_of,
    error::{Code, Problem},
    model::{
        AccessRequest, NewAccessRequest, RequestId, RequestState, Role, Team, User, UserId, Wanted, fields,
    },
};

/// The people who can approve, as they are now: users at work, and all teams.
#[derive(Clone, Copy, Debug)]
pub struct People<'p> {
    /// Users who are active and not suspended.
    pub users: &'p [User],
    /// All teams.
    pub teams: &'p [Team],
}

/// Where an approval takes a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// Another one is needed.
    First,
    /// It is granted: by one admin alone, or by the second of two.
    Granted {
        /// Whether there was no other.
        alone: bool,
    },
}

/// A request as it was made.
///
/// # Errors
/// Every problem of every field.
pub fn check_request(
    new: &NewAccessRequest,
    id: RequestId,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<AccessRequest, Vec<Problem>> {
    let mut problems = Vec::new();
    let reason = required_text(fields::REASON, &new.reason).unwrap_or_else(|problem| {
        problems.push(problem);
        String::new()
    });
    let customers: Vec<String> = new.customers.iter().map(|key| key.trim().to_owned()).collect();
    let about_customers = matches!(new.wanted, Wanted::SeeCustomers | Wanted::EditCustomers);
    match (about_customers, customers.len()) {
        (true, 0) => problems.push(Problem::missing(fields::CUSTOMERS)),
        (true, count) if count > REQUESTED => {
            problems.push(Problem::with(
                fields::CUSTOMERS,
                Code::FieldTooMany,
                count.to_string(),
            ));
        }
        (false, 1..) => problems.push(Problem::new(fields::CUSTOMERS, Code::FieldUnexpected)),
        _ => {}
    }
    for customer in &customers {
        if let Err(problem) = required_text(fields::CUSTOMERS, customer) {
            problems.push(problem);
        }
    }
    match (new.wanted == Wanted::Role, new.role) {
        (true, None) => problems.push(Problem::missing(fields::ROLE)),
        (false, Some(_)) => problems.push(Problem::new(fields::ROLE, Code::FieldUnexpected)),
        _ => {}
    }
    if new.until <= now {
        problems.push(Problem::with(
            fields::UNTIL,
            Code::DateInPast,
            new.until.to_rfc3339(),
        ));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(AccessRequest {
        id,
        revision: 1,
        by,
        wanted: new.wanted,
        customers,
        role: new.role,
        until: crate::clock::in_milliseconds(new.until),
        reason,
        state: RequestState::Made,
        granted: Vec::new(),
        first_by: None,
        first_at: None,
        granted_by: None,
        granted_at: None,
        alone: false,
        ended_by: None,
        answer: None,
        created_at: now,
    })
}

/// Whether a request waits to be answered.
pub fn waits(request: &AccessRequest) -> bool {
    matches!(request.state, RequestState::Made | RequestState::Approved)
}

/// Whether a grant holds.
pub fn holds(request: &AccessRequest, now: DateTime<Utc>) -> bool {
    request.state == RequestState::Granted && now < request.until
}

/// The head of the asker's team, if there is another one than the asker.
pub fn head_for(asker: UserId, people: People<'_>) -> Option<UserId> {
    let team = people.users.iter().find(|user| user.id == asker)?.team?;
    let team = people.teams.iter().find(|there| there.id == team)?;
    let head = head_of(team, people.users).unwrap_or_default();
    head.filter(|head| *head != asker)
}

/// Whether somebody may answer a request at all: the head of the asker's team, or an admin.
pub fn may_answer(request: &AccessRequest, who: &User, people: People<'_>) -> bool {
    who.role == Role::Admin || head_for(request.by, people) == Some(who.id)
}

fn problem(code: Code) -> Problem {
    Problem::new("", code)
}

/// Refuses one that is answered, withdrawn or past its end.
///
/// # Errors
/// `request.over`, `request.expired`.
pub fn check_waits(request: &AccessRequest, now: DateTime<Utc>) -> Result<(), Problem> {
    match request.state {
        RequestState::Made | RequestState::Approved if now < request.until => Ok(()),
        RequestState::Made | RequestState::Approved => Err(problem(Code::RequestExpired)),
        over => Err(Problem::with("", Code::RequestOver, over.code())),
    }
}

/// What it comes to that somebody who [may answer](may_answer) approves a request.
///
/// # Errors
/// `request.over`, `request.expired`; `request.own` for one's own; `request.twice` for a second approval by the same person;
/// `request.head_first` for an admin before the head; `request.admin_next` for a head where an admin's turn has come.
pub fn approve(
    request: &AccessRequest,
    who: &User,
    people: People<'_>,
    now: DateTime<Utc>,
) -> Result<Approval, Problem> {
    check_waits(request, now)?;
    if who.id == request.by {
        return Err(problem(Code::RequestOwn));
    }
    let is_admin = |user: &User| user.role == Role::Admin && user.id != request.by;
    let another_admin = people
        .users
        .iter()
        .any(|user| is_admin(user) && user.id != who.id);
    let first = request.state == RequestState::Made;
    match (first, is_admin(who)) {
        (true, _) if head_for(request.by, people) == Some(who.id) => Ok(Approval::First),
        (true, true) if head_for(request.by, people).is_some() => Err(problem(Code::RequestHeadFirst)),
        (true, true) if another_admin => Ok(Approval::First),
        (true, true) => Ok(Approval::Granted { alone: true }),
        (false, true) if request.first_by != Some(who.id) => Ok(Approval::Granted { alone: false }),
        // The other admin is gone.
        (false, true) if !another_admin => Ok(Approval::Granted { alone: true }),
        _ if request.first_by == Some(who.id) => Err(problem(Code::RequestTwice)),
        _ => Err(problem(Code::RequestAdminNext)),
    }
}

/// Refuses to refuse what is over, or one's own.
///
/// # Errors
/// `request.over`, `request.expired`, `request.own`.
pub fn check_may_refuse(request: &AccessRequest, who: &User, now: DateTime<Utc>) -> Result<(), Problem> {
    check_waits(request, now)?;
    match who.id == request.by {
        true => Err(problem(Code::RequestOwn)),
        false => Ok(()),
    }
}

/// Refuses to withdraw what is over: refused, withdrawn, or a grant that has ended.
///
/// # Errors
/// `request.over`, `request.expired`.
pub fn check_may_withdraw(request: &AccessRequest, now: DateTime<Utc>) -> Result<(), Problem> {
    match holds(request, now) {
        true => Ok(()),
        false if request.state == RequestState::Granted => Err(problem(Code::RequestExpired)),
        false => check_waits(request, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TeamId;

    fn id(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    fn user(n: u8, role: Role, team: Option<u8>) -> User {
        User {
            id: id(n),
            revision: 1,
            login: format!("user{n}"),
            name: "林".into(),
            role,
            team: team.map(|n| TeamId::from_bytes([n; 16])),
            phone: None,
            birthday: None,
            active: true,
        }
    }

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_714_525_200 + hour * 3600, 0).unwrap()
    }

    fn asked(by: u8) -> AccessRequest {
        let new = NewAccessRequest {
            wanted: Wanted::Export,
            until: at(10),
            reason: "季度汇报".into(),
            customers: Vec::new(),
            role: None,
        };
        check_request(&new, RequestId::from_bytes([1; 16]), id(by), at(0)).unwrap()
    }

    /// A team with head 1 and rep 2; rep 3 without a team; admins 7 and 8.
    fn people(admins: &[u8]) -> (Vec<User>, Vec<Team>) {
        let mut users = vec![
            user(1, Role::Supervisor, Some(1)),
            user(2, Role::SalesRep, Some(1)),
            user(3, Role::SalesRep, None),
        ];
        users.extend(admins.iter().map(|&n| user(n, Role::Admin, None)));
        let team = Team {
            id: TeamId::from_bytes([1; 16]),
            revision: 1,
            name: "华东".into(),
            head: None,
        };
        (users, vec![team])
    }

    /// Who approves one after the other, and what comes of it.
    fn approvals(by: u8, admins: &[u8], who: &[u8]) -> Vec<String> {
        let (users, teams) = people(admins);
        let people = People {
            users: &users,
            teams: &teams,
        };
        let mut request = asked(by);
        let approve = |&who: &u8| {
            let who = users.iter().find(|user| user.id == id(who)).unwrap();
            match approve(&request, who, people, at(1)) {
                Ok(Approval::First) => {
                    (request.state, request.first_by) = (RequestState::Approved, Some(who.id));
                    "first".to_owned()
                }
                Ok(Approval::Granted { alone }) => {
                    request.state = RequestState::Granted;
                    if alone { "alone" } else { "granted" }.to_owned()
                }
                Err(problem) => problem.code.to_string(),
            }
        };
        who.iter().map(approve).collect()
    }

    #[test]
    fn r8_3_first_the_head_then_an_admin() {
        assert_eq!(
            approvals(2, &[7, 8], &[7, 2, 1, 1, 7]),
            [
                "request.head_first",
                "request.own",
                "first",
                "request.twice",
                "granted"
            ]
        );
        assert_eq!(
            approvals(2, &[7], &[1, 7, 7]),
            ["first", "granted", "request.over"],
            "two people"
        );
    }

    #[test]
    fn r8_3_the_head_and_who_has_no_team_ask_two_admins() {
        for asker in [1, 3] {
            let came = approvals(asker, &[7, 8], &[asker, 7, 7, 8]);
            assert_eq!(came, ["request.own", "first", "request.twice", "granted"]);
            assert_eq!(approvals(asker, &[7], &[7]), ["alone"], "one admin alone");
        }
        assert_eq!(approvals(7, &[7, 8], &[7, 8]), ["request.own", "alone"]);
    }

    #[test]
    fn r8_3_an_expired_or_withdrawn_request_is_not_approved() {
        let (users, teams) = people(&[7, 8]);
        let people = People {
            users: &users,
            teams: &teams,
        };
        let code = |request: &AccessRequest, hour| {
            approve(request, &users[0], people, at(hour)).map_err(|it| it.code)
        };
        assert_eq!(code(&asked(2), 9), Ok(Approval::First));
        assert_eq!(
            code(&asked(2), 10),
            Err(Code::RequestExpired),
            "the end is not in it"
        );
        let withdrawn = AccessRequest {
            state: RequestState::Withdrawn,
            ..asked(2)
        };
        assert_eq!(code(&withdrawn, 1), Err(Code::RequestOver));
        let granted = AccessRequest {
            state: RequestState::Granted,
            ..asked(2)
        };
        assert!(holds(&granted, at(9)) && !holds(&granted, at(10)) && !holds(&withdrawn, at(1)));
        let withdraw =
            |request: &AccessRequest, hour| check_may_withdraw(request, at(hour)).map_err(|it| it.code);
        assert_eq!(
            (withdraw(&granted, 9), withdraw(&granted, 10)),
            (Ok(()), Err(Code::RequestExpired))
        );
        assert_eq!(
            (withdraw(&withdrawn, 1), withdraw(&asked(2), 1)),
            (Err(Code::RequestOver), Ok(()))
        );
    }

    #[test]
    fn r8_3_a_request_says_what_until_when_and_why() {
        let check = |wanted, customers: &[&str], role, until, reason: &str| {
            let new = NewAccessRequest {
                wanted,
                until: at(until),
                reason: reason.into(),
                customers: customers.iter().map(|&it| it.to_owned()).collect(),
                role,
            };
            let checked = check_request(&new, RequestId::from_bytes([1; 16]), id(2), at(0));
            let problems = checked.err().unwrap_or_default();
            problems
                .iter()
                .map(|it| format!("{} {}", it.field, it.code))
                .collect::<Vec<_>>()
        };
        let (see, role) = (Wanted::SeeCustomers, Some(Role::Supervisor));
        assert_eq!(check(see, &["示例"], None, 1, "出差"), [""; 0]);
        assert_eq!(
            check(see, &[], role, 0, " "),
            [
                "reason field.missing",
                "customers field.missing",
                "role field.unexpected",
                "until date.in_past"
            ]
        );
        assert_eq!(check(see, &[" "], None, 1, "出差"), ["customers field.missing"]);
        assert_eq!(
            check(see, &["x"; 101], None, 1, "出差"),
            ["customers field.too_many"]
        );
        assert_eq!(
            check(Wanted::Role, &["x"], None, 1, "代班"),
            ["customers field.unexpected", "role field.missing"]
        );
        assert_eq!(check(Wanted::Role, &[], role, 1, "代班"), [""; 0]);
    }
}
