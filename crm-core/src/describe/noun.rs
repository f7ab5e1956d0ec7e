//! Nouns as forms and tables need them: put together from what is declared of their record, of what is typed in and of what is
//! edited.

use super::{Edits, Field, Record, Type, text};
use crate::{
    Code, Error, Language, Problem, Result,
    model::{
        self, Entity, FieldChoice, FieldDescription, FieldSort, NounDescription, PickEntry, field_label,
        fields,
    },
};

/// What is declared of a noun.
#[derive(Debug)]
pub struct Noun {
    /// Its code.
    pub name: &'static str,
    /// A record of it.
    pub record: &'static Record,
    /// One as it is typed in.
    pub draft: Option<&'static Record>,
    /// How one is changed.
    pub edits: Option<&'static Edits>,
}

macro_rules! nouns {
    ($( $name:literal: $record:ident $(, typed $draft:ident)? $(, edited $edits:ident)?; )+) => {
        const NOUNS: &[Noun] = &[$(
            #[allow(unused_mut, unused_assignments, reason = "some have neither")]
            Noun {
                name: $name,
                record: &model::$record::RECORD,
                draft: nouns!(@optional $(model::$draft::RECORD)?),
                edits: nouns!(@optional $(model::$edits::EDITS)?),
            }
        ),+];
    };
    (@optional) => { None };
    (@optional $there:expr) => { Some(&$there) };
}

nouns! {
    "customer": Customer, typed NewCustomer, edited CustomerEdit;
    "contact": Contact, typed NewContact, edited ContactEdit;
    "follow_up": FollowUp, typed NewFollowUp, edited FollowUpEdit;
    "task": Task;
    "opportunity": Opportunity, typed NewOpportunity, edited OpportunityEdit;
    "contract": Contract, typed NewContract, edited ContractEdit;
    "service_record": ServiceRecord, typed NewServiceRecord, edited ServiceRecordEdit;
    "user": User, typed NewUser, edited UserEdit;
    "team": Team, typed NewTeam, edited TeamEdit;
    "request": AccessRequest, typed NewAccessRequest;
    "pick_list": PickEntry, typed PickEntry;
    "settings": Settings, edited SettingsEdit;
    "phone": Phone, typed NewPhone;
    "address": Address, typed Address;
    "registration": Registration, typed Registration;
    "size": Size, typed Size;
    "payment": Payment;
    "report_right": ReportRight, typed ReportRight;
    "target": Target, typed NewTarget;
}

/// Every noun that is described.
pub fn nouns() -> impl Iterator<Item = &'static Noun> {
    NOUNS.iter()
}

/// A noun with its fields, and the entries of its pick lists as they are given.
///
/// # Errors
/// `choice.unknown` for what is no noun.
///
/// # Examples
/// ```
/// use crm_core::{built_in_entries, describe};
///
/// let customer = describe::noun("customer", &built_in_entries())?;
/// let industry = customer.fields.iter().find(|field| field.name == "industry").unwrap();
/// assert!(industry.required);
/// assert_eq!(industry.choices[0].label_zh, "制造业");
/// # Ok::<(), crm_core::Error>(())
/// ```
pub fn noun(name: &str, entries: &[PickEntry]) -> Result<NounDescription> {
    let there = nouns().find(|noun| noun.name == name);
    let noun = there.ok_or_else(|| Error::invalid(Problem::with(fields::NOUN, Code::ChoiceUnknown, name)))?;
    let typed = noun.draft.map_or(&[][..], |draft| draft.fields);
    let is_typed = |field: &&Field| typed.iter().any(|there| there.name == field.name);
    let besides = noun.record.fields.iter().filter(|field| !is_typed(field));
    let [label_zh, label_en] = labels(noun.name, None);
    Ok(NounDescription {
        name: noun.name.to_owned(),
        label_zh,
        label_en,
        fields: typed
            .iter()
            .chain(besides)
            .map(|field| described(noun, field, entries))
            .collect(),
    })
}

/// What a person calls a noun, or a field of it, in Chinese and English.
fn labels(noun: &str, field: Option<&str>) -> [String; 2] {
    [Language::Zh, Language::En].map(|language| {
        let Some(field) = field else {
            let entity = Entity::from_code(noun);
            return entity
                .map_or(field_label(noun, language), |entity| entity.label(language))
                .to_owned();
        };
        let own = format!("{noun}.{field}");
        match field_label(&own, language) {
            // It has no label of its own.
            label if label == own => field_label(field, language).to_owned(),
            label => label.to_owned(),
        }
    })
}

fn described(noun: &Noun, field: &Field, entries: &[PickEntry]) -> FieldDescription {
    let kept = noun.record.fields.iter().find(|there| there.name == field.name);
    let entered = noun
        .draft
        .is_some_and(|draft| draft.fields.iter().any(|there| there.name == field.name));
    let edited = noun
        .edits
        .is_some_and(|edits| edits.fields.iter().any(|there| there.name == field.name));
    let rule = field.rule;
    // What is typed as a text may name a record.
    let named = kept
        .map(|kept| shape(&kept.of))
        .filter(|kept| kept.sort == FieldSort::Reference);
    let mut shape = shape(&field.of);
    if let Some(named) = named {
        (shape.sort, shape.of) = (named.sort, named.of);
    }
    if let Some(list) = rule.pick {
        let of_list = entries.iter().filter(|entry| entry.list == list);
        (shape.sort, shape.of) = (FieldSort::Pick, None);
        shape.choices = of_list.map(picked).collect();
    }
    let [label_zh, label_en] = match rule.pick {
        Some(list) => [Language::Zh, Language::En].map(|language| list.label(language).to_owned()),
        None => labels(noun.name, Some(field.name)),
    };
    let own = format!("{}.{}", noun.name, field.name);
    let problem = match rule.pick {
        Some(list) => list.code(),
        None if noun.name == Entity::Contact.code()
            && fields::LABELS.iter().any(|(name, ..)| *name == own) =>
        {
            &own
        }
        None => field.name,
    };
    FieldDescription {
        name: field.name.to_owned(),
        problem: problem.to_owned(),
        label_zh,
        label_en,
        about: text(field.about),
        sort: shape.sort,
        list: shape.list,
        of: shape.of,
        choices: shape.choices,
        pick_list: rule.pick,
        least: rule.least,
        most: rule.most.map(|(most, _)| most),
        unit: rule.most.map(|(_, unit)| unit),
        required: rule.required || (entered && !shape.may_be_blank),
        entered,
        edited,
        kept: kept.is_some(),
    }
}

fn picked(entry: &PickEntry) -> FieldChoice {
    FieldChoice {
        code: entry.code.clone(),
        label_zh: entry.label_zh.clone(),
        label_en: entry.label_en.clone(),
        retired: entry.retired,
    }
}

/// What a type comes to in a form.
struct Shape {
    sort: FieldSort,
    of: Option<String>,
    list: bool,
    may_be_blank: bool,
    choices: Vec<FieldChoice>,
}

fn shape(of: &Type) -> Shape {
    let plain = |sort| Shape {
        sort,
        of: None,
        list: false,
        may_be_blank: false,
        choices: Vec::new(),
    };
    let blank = |sort| Shape {
        may_be_blank: true,
        ..plain(sort)
    };
    match of {
        Type::Flag => blank(FieldSort::Flag),
        Type::U32 | Type::U64 => plain(FieldSort::Whole),
        Type::F64 => plain(FieldSort::Fraction),
        // A blank one is none.
        Type::Text | Type::Code | Type::Region => blank(FieldSort::Text),
        Type::Map(_) => blank(FieldSort::Texts),
        Type::Day => plain(FieldSort::Day),
        Type::Instant => plain(FieldSort::Instant),
        Type::Money => plain(FieldSort::Money),
        Type::Number => Shape {
            of: Some(Entity::Customer.code().to_owned()),
            ..plain(FieldSort::Reference)
        },
        Type::Id(id) => Shape {
            of: Some(noun_of(id.trim_end_matches("Id"))),
            ..plain(FieldSort::Reference)
        },
        Type::States(states) => Shape {
            choices: states
                .states
                .iter()
                .map(|state| FieldChoice {
                    code: state.code.to_owned(),
                    label_zh: state.zh.to_owned(),
                    label_en: state.en.to_owned(),
                    retired: false,
                })
                .collect(),
            ..plain(FieldSort::Choice)
        },
        Type::Record(record) => Shape {
            of: Some(noun_of(record.name.trim_start_matches("New"))),
            ..plain(FieldSort::Record)
        },
        Type::Optional(of) => Shape {
            may_be_blank: true,
            ..shape(of)
        },
        Type::List(of) => Shape {
            may_be_blank: true,
            list: true,
            ..shape(of)
        },
    }
}

/// A type's name as a noun's code.
fn noun_of(name: &str) -> String {
    let mut code = String::with_capacity(name.len() + 2);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !code.is_empty() {
            code.push('_');
        }
        code.push(character.to_ascii_lowercase());
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::built_in_entries;

    fn all() -> Vec<NounDescription> {
        let entries = built_in_entries();
        nouns().map(|there| noun(there.name, &entries).unwrap()).collect()
    }

    #[test]
    fn what_a_field_is_made_of_is_a_noun_and_what_it_is_called_a_word() {
        let mut missing = Vec::new();
        let all = all();
        for noun in &all {
            if noun.label_zh == noun.name {
                missing.push(noun.name.clone());
            }
            for field in &noun.fields {
                if field.label_zh == field.name {
                    missing.push(format!("{}.{}", noun.name, field.name));
                }
                if field.sort == FieldSort::Record {
                    let of = field.of.as_ref().unwrap();
                    assert!(all.iter().any(|noun| noun.name == *of), "{}: {of}", field.name);
                }
            }
        }
        assert!(missing.is_empty(), "no label: {missing:?}");
    }

    #[test]
    fn r2_4_what_is_no_noun_is_refused() {
        let error = noun("nothing", &[]).unwrap_err();
        assert_eq!(
            (error.code(), error.fields()),
            (Code::ChoiceUnknown, vec!["noun".to_owned()])
        );
    }

    #[test]
    fn r2_2_a_field_of_a_customer_is_described_once() {
        let customer = noun("customer", &built_in_entries()).unwrap();
        let field = |name: &str| customer.fields.iter().find(|field| field.name == name).unwrap();
        let owner = field("owner");
        assert_eq!(
            (owner.sort, owner.of.as_deref()),
            (FieldSort::Reference, Some("user"))
        );
        assert!(!owner.required && owner.entered && !owner.edited);
        let number = field("number");
        assert!(number.is_automatic() && number.kept);
        let phones = field("phones");
        assert_eq!(
            (phones.sort, phones.of.as_deref(), phones.list),
            (FieldSort::Record, Some("phone"), true)
        );
        assert_eq!(field("kind").choices.len(), 3);
        assert_eq!(field("source").pick_list, Some(crate::PickList::Source));
        assert_eq!(
            (field("purchase_cycle").least, field("purchase_cycle").most),
            (Some(1), Some(3_650))
        );
        let names: std::collections::BTreeSet<&str> =
            customer.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names.len(), customer.fields.len());
    }
}
