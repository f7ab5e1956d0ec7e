//! What a contact must and may have (R3.1).

use super::{
    Strictness,
    digits::is_lost,
    email::is_email,
    optional_text,
    phone::{PhoneKind, PhoneProblem, parse_first_of_list, parse_phone},
    required_name, required_text,
};
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
            email: self.email,
            wechat: self.wechat,
            primary,
            role: self.role,
            created_at: at,
            archived_at: None,
        }
    }
}

/// Checks a contact as typed. By hand a mobile number is needed; from a list, any of mobile, e-mail and WeChat will do (R3.1).
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
    let mobile = take(match strictness {
        Strictness::Entry => required_text(fields::CONTACT_MOBILE, &new.mobile).map(Some),
        Strictness::Import => optional_text(fields::CONTACT_MOBILE, Some(&new.mobile)),
    });
    let (mut lost, mut is_landline) = (false, false);
    let mobile_e164 = take(match (&mobile, strictness) {
        (None, _) => Ok(None),
        (Some(typed), Strictness::Entry) => mobile_number(typed, region).map(Some),
        (Some(typed), Strictness::Import) if is_lost(typed) => {
            lost = true;
            Err(Problem::with(fields::CONTACT_MOBILE, Code::DigitsLost, typed))
        }
        // Of a list, a landline will do (R3.1).
        (Some(typed), Strictness::Import) => match parse_first_of_list(typed, region) {
            Ok(read) => {
                is_landline = !is_mobile(read.kind);
                Ok(Some(read.e164))
            }
            Err(_) => Err(Problem::with(
                fields::CONTACT_MOBILE,
                Code::PhoneUnverified,
                typed,
            )),
        },
    });
    let mobile = mobile.filter(|_| !lost);
    let email = take(optional_email(new.email.as_deref()));
    let wechat = take(optional_text(fields::CONTACT_WECHAT, new.wechat.as_deref()));
    let role = take(optional_text(fields::CONTACT_ROLE, new.role.as_deref()));
    if let Some(typed) = mobile.as_ref().filter(|_| is_landline) {
        warnings.push(Problem::with(fields::CONTACT_MOBILE, Code::PhoneNotMobile, typed));
    }
    if strictness == Strictness::Import && mobile.is_none() && email.is_none() && wechat.is_none() {
        // Any of the three will do (R3.1).
        problems.push(Problem::missing(fields::CONTACT_MOBILE));
    }
    match name {
        Some(name) if problems.is_empty() => Ok(CheckedContact {
            name,
            title,
            mobile: mobile.unwrap_or_default(),
            mobile_e164,
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
                after.mobile_e164 = Some(mobile_number(&typed, region)?);
                after.mobile = typed;
                Ok(())
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

/// Whether a number may be a mobile's: of other countries, that is not told.
fn is_mobile(kind: PhoneKind) -> bool {
    matches!(kind, PhoneKind::Mobile | PhoneKind::Foreign)
}

fn mobile_number(typed: &str, region: Region) -> Result<String, Problem> {
    match parse_phone(typed, region) {
        Ok(read) if is_mobile(read.kind) => Ok(read.e164),
        Ok(_) => Err(Problem::with(fields::CONTACT_MOBILE, Code::PhoneNotMobile, typed)),
        Err(PhoneProblem::NoCountryCode) => Err(Problem::with(
            fields::CONTACT_MOBILE,
            Code::PhoneNoCountryCode,
            typed,
        )),
        Err(_) => Err(Problem::with(fields::CONTACT_MOBILE, Code::PhoneInvalid, typed)),
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

    #[test]
    fn r2_4_email_is_checked_for_form() {
        assert_eq!(
            codes(&contact("13912345678", "a@b"), Strictness::Entry),
            [Code::EmailInvalid]
        );
    }
}
