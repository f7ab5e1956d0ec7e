//! What a contact must and may have (R3.1).

mod numbers;

use self::numbers::{Numbers, mobile_number, numbers_of_list, other_number};
use super::{Strictness, email::is_email, optional_text, required_name, required_text};
use crate::{
    error::{Code, Problem},
    model::{Contact, ContactEdit, ContactId, CustomerNumber, NewContact, Region, fields},
};
use chrono::{DateTime, Utc};

/// The fields of a contact that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedContact {
    /// The person's name.
    pub name: String,
    /// Job title.
    pub title: Option<String>,
    /// The mobile number, as typed.
    pub mobile: String,
    /// The mobile number, normalised.
    pub mobile_e164: Option<String>,
    /// Another number, as a landline, as typed.
    pub phone: Option<String>,
    /// The other number, normalised.
    pub phone_e164: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// WeChat name.
    pub wechat: Option<String>,
    /// What they are the one to ask for.
    pub role: Option<String>,
    /// What an import kept though it could not be read.
    pub warnings: Vec<Problem>,
}

impl CheckedContact {
    /// The numbers by which it is found, normalised.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        [&self.mobile_e164, &self.phone_e164]
            .into_iter()
            .filter_map(|number| number.as_deref())
    }

    /// The contact that is entered with these fields.
    pub fn entered(
        self,
        id: ContactId,
        customer: CustomerNumber,
        primary: bool,
        at: DateTime<Utc>,
    ) -> Contact {
        Contact {
            id,
            customer,
            revision: 1,
            name: self.name,
            title: self.title,
            mobile: self.mobile,
            mobile_e164: self.mobile_e164,
            phone: self.phone,
            phone_e164: self.phone_e164,
            email: self.email,
            wechat: self.wechat,
            primary,
            role: self.role,
            created_at: at,
            archived_at: None,
        }
    }
}

/// Checks a contact as typed. By hand a mobile number is needed; from a list, any of mobile, phone, e-mail and WeChat will do
/// (R3.1).
///
/// # Errors
/// Every problem of every field, in the order of the fields.
pub fn check_contact(
    new: &NewContact,
    region: Region,
    strictness: Strictness,
) -> Result<CheckedContact, Vec<Problem>> {
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    let name = required_name(fields::CONTACT_NAME, &new.name);
    let name = name.map_err(|problem| problems.push(problem)).ok();
    // Of a list, what need not be there is left blank where it cannot be read (R9.5 b).
    let mut take = |checked: Result<Option<String>, Problem>| match (checked, strictness) {
        (Ok(value), _) => value,
        (Err(problem), Strictness::Import) => {
            warnings.push(problem);
            None
        }
        (Err(problem), Strictness::Entry) => {
            problems.push(problem);
            None
        }
    };
    let title = take(optional_text(fields::CONTACT_TITLE, new.title.as_deref()));
    let mut flags = Vec::new();
    let Numbers { mobile, phone } = match strictness {
        Strictness::Entry => {
            let mobile = required_text(fields::CONTACT_MOBILE, &new.mobile)
                .and_then(|typed| mobile_number(&typed, region));
            let phone = other_number(new.phone.as_deref(), region);
            let mut number = |checked: Result<_, Problem>| checked.map_err(|problem| flags.push(problem));
            Numbers {
                mobile: number(mobile).unwrap_or_default(),
                phone: number(phone).unwrap_or_default(),
            }
        }
        Strictness::Import => numbers_of_list(new, region, &mut flags),
    };
    for flag in flags {
        take(Err(flag));
    }
    let email = take(optional_email(new.email.as_deref()));
    let wechat = take(optional_text(fields::CONTACT_WECHAT, new.wechat.as_deref()));
    let role = take(optional_text(fields::CONTACT_ROLE, new.role.as_deref()));
    let numbers = [&mobile, &phone];
    let is_called = numbers.iter().any(|number| !number.typed.is_empty());
    if strictness == Strictness::Import && !is_called && email.is_none() && wechat.is_none() {
        // Any of the four will do (R3.1).
        problems.push(Problem::missing(fields::CONTACT_MOBILE));
    }
    match name {
        Some(name) if problems.is_empty() => Ok(CheckedContact {
            name,
            title,
            mobile: mobile.typed,
            mobile_e164: mobile.e164,
            phone: Some(phone.typed).filter(|typed| !typed.is_empty()),
            phone_e164: phone.e164,
            email,
            wechat,
            role,
            warnings,
        }),
        _ => {
            // What could not be read may be why nothing is there.
            problems.append(&mut warnings);
            Err(problems)
        }
    }
}

/// Applies edits to a contact; whether it becomes primary is seen to by the caller, who knows the others.
///
/// # Errors
/// Every problem of every edited field; `contact.primary_needed` for unmaking the primary one (R3.1).
pub fn edit_contact(
    before: &Contact,
    edits: &[ContactEdit],
    region: Region,
) -> Result<Contact, Vec<Problem>> {
    let mut after = before.clone();
    let mut problems = Vec::new();
    for edit in edits {
        let checked = match edit {
            ContactEdit::Name { value } => {
                required_name(fields::CONTACT_NAME, value).map(|name| after.name = name)
            }
            ContactEdit::Title { value } => {
                optional_text(fields::CONTACT_TITLE, value.as_deref()).map(|title| after.title = title)
            }
            ContactEdit::Mobile { value } => required_text(fields::CONTACT_MOBILE, value).and_then(|typed| {
                let number = mobile_number(&typed, region)?;
                (after.mobile, after.mobile_e164) = (number.typed, number.e164);
                Ok(())
            }),
            ContactEdit::Phone { value } => other_number(value.as_deref(), region).map(|number| {
                after.phone = Some(number.typed).filter(|typed| !typed.is_empty());
                after.phone_e164 = number.e164;
            }),
            ContactEdit::Email { value } => optional_email(value.as_deref()).map(|email| after.email = email),
            ContactEdit::Wechat { value } => {
                optional_text(fields::CONTACT_WECHAT, value.as_deref()).map(|wechat| after.wechat = wechat)
            }
            ContactEdit::Role { value } => {
                optional_text(fields::CONTACT_ROLE, value.as_deref()).map(|role| after.role = role)
            }
            ContactEdit::Primary { value: false } if before.primary => {
                Err(Problem::new(fields::CONTACT_PRIMARY, Code::ContactPrimaryNeeded))
            }
            ContactEdit::Primary { value } => {
                after.primary = *value;
                Ok(())
            }
        };
        problems.extend(checked.err());
    }
    if problems.is_empty() {
        Ok(after)
    } else {
        Err(problems)
    }
}

fn optional_email(typed: Option<&str>) -> Result<Option<String>, Problem> {
    let email = optional_text(fields::CONTACT_EMAIL, typed)?;
    match email {
        Some(email) if !is_email(&email) => {
            Err(Problem::with(fields::CONTACT_EMAIL, Code::EmailInvalid, email))
        }
        email => Ok(email),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(mobile: &str, email: &str) -> NewContact {
        NewContact {
            name: "王芳".into(),
            mobile: mobile.into(),
            email: Some(email.into()),
            ..NewContact::default()
        }
    }

    fn codes(new: &NewContact, strictness: Strictness) -> Vec<Code> {
        let checked = check_contact(new, Region::CN, strictness);
        checked
            .map_or_else(|problems| problems, |checked| checked.warnings)
            .iter()
            .map(|p| p.code)
            .collect()
    }

    #[test]
    fn r3_1_name_and_mobile_are_required() {
        assert_eq!(
            codes(&NewContact::default(), Strictness::Entry),
            [Code::FieldMissing, Code::FieldMissing]
        );
        assert!(codes(&contact("13912345678", "w@example.com"), Strictness::Entry).is_empty());
    }

    #[test]
    fn r3_1_the_mobile_is_a_mobile() {
        assert_eq!(
            codes(&contact("021-55550199", ""), Strictness::Entry),
            [Code::PhoneNotMobile]
        );
        assert_eq!(
            codes(&contact("1391234567", ""), Strictness::Entry),
            [Code::PhoneInvalid]
        );
        assert_eq!(
            codes(&contact("1391234567", ""), Strictness::Import),
            [Code::PhoneUnverified]
        );
    }

    fn numbers(mobile: &str, phone: &str) -> (String, Option<String>, Vec<(String, Code)>) {
        let new = NewContact {
            phone: Some(phone.into()),
            ..contact(mobile, "")
        };
        let checked = check_contact(&new, Region::CN, Strictness::Import).unwrap();
        let flags = checked.warnings.into_iter();
        (
            checked.mobile,
            checked.phone,
            flags.map(|flag| (flag.field, flag.code)).collect(),
        )
    }

    #[test]
    fn r3_1_the_phone_is_of_any_kind() {
        let with = |phone: &str| NewContact {
            phone: Some(phone.into()),
            ..contact("13912345678", "")
        };
        for phone in [
            "021-55550199转801",
            "400-820-8820",
            "13812345678",
            "+44 20 7946 0958",
            " ",
        ] {
            assert!(codes(&with(phone), Strictness::Entry).is_empty(), "{phone}");
        }
        assert_eq!(
            codes(&with("55550199"), Strictness::Entry),
            [Code::PhoneNoAreaCode]
        );
        assert_eq!(
            codes(&with("1391234567"), Strictness::Entry),
            [Code::PhoneInvalid]
        );
        assert_eq!(
            codes(&with("1391234567"), Strictness::Import),
            [Code::PhoneUnverified]
        );
    }

    #[test]
    fn r3_1_each_number_of_a_list_has_its_place() {
        let (mobile, landline, another) = ("13912345678", "021-55550199", "010-55550100");
        let some = |text: &str| Some(text.to_owned());
        let right = (mobile.to_owned(), some(landline), Vec::new());
        assert_eq!(numbers(mobile, landline), right);
        assert_eq!(numbers(landline, mobile), right, "the wrong way round");
        for alone in ["", landline, "+86 21 5555 0199"] {
            let (mobile, phone, flags) = numbers(landline, alone);
            assert_eq!((&*mobile, phone, flags), ("", some(landline), Vec::new()));
        }
        let flag = (fields::CONTACT_MOBILE.to_owned(), Code::PhoneNotMobile);
        let kept = (landline.to_owned(), some(another), vec![flag]);
        assert_eq!(numbers(landline, another), kept, "there is no place for a second");
        let both = "021-55550199、13912345678";
        assert_eq!(numbers(both, ""), (both.to_owned(), some(landline), Vec::new()));
        let lost = (fields::CONTACT_PHONE.to_owned(), Code::DigitsLost);
        assert_eq!(numbers(mobile, "1.39E+10"), (mobile.to_owned(), None, vec![lost]));
    }

    #[test]
    fn r2_4_email_is_checked_for_form() {
        assert_eq!(
            codes(&contact("13912345678", "a@b"), Strictness::Entry),
            [Code::EmailInvalid]
        );
    }
}
