//! Python's enums, and the keywords of the methods that take a record field by field.

use super::{NOT_BY_HAND, default_state, drafts, snake};
use crm_core::{
    SettingsEdit,
    describe::{self, Edits, Field, Record, Type},
};
use std::fmt::Write;

/// `enums.py`: every set of states as an enum.
pub(super) fn enums() -> String {
    let mut text = format!(
        "\
\"\"\"States as enums whose members are equal to their codes: `customer.status == \"potential\"`.\"\"\"

# {NOT_BY_HAND}

from ._word import Word, labelled

__all__ = [
"
    );
    let states = describe::states();
    for states in &states {
        text += &format!("    \"{}\",\n", states.name);
    }
    text += "]\n";
    for states in states {
        text += &format!(
            "\n\nclass {}(Word):\n    \"\"\"{}\"\"\"\n\n",
            states.name,
            describe::text(states.about)
        );
        for state in states.states {
            let name = state.code.replace('.', "_").to_uppercase();
            let about = describe::text(state.about);
            text += &format!("    {name} = \"{}\"\n    \"\"\"{about}\"\"\"\n", state.code);
        }
        text += &format!("\n\nlabelled({}, {{\n", states.name);
        for state in states.states {
            text += &format!("    \"{}\": (\"{}\", \"{}\"),\n", state.code, state.zh, state.en);
        }
        text += "})\n";
    }
    text
}

/// `keywords.rs`: a macro for each record that methods take, and for each set of changes.
pub(super) fn keywords() -> String {
    let mut text = format!(
        "\
//! What methods take field by field: macros that declare a method with a keyword for every field of a record.
//!
//! {NOT_BY_HAND}
//!
//! `with_new_contact! {{ Contacts: /// Adds one. fn add(customer: &str)() -> Contact = body; }}` declares the method `add`
//! of the class `Contacts`, which takes `customer`, then the fields as keywords, then whatever the second parentheses name,
//! and calls `body(self, py, typed, customer)`. `with_contact_edit!` is the same for changes: a field left out stays.
#![allow(unused_macros, reason = \"not every record is taken field by field\")]
"
    );
    for record in drafts() {
        draft(&mut text, record);
    }
    for edits in describe::edits() {
        changes(&mut text, edits);
    }
    text
}

/// The macro for a record that is typed in.
fn draft(text: &mut String, record: &Record) {
    let name = record.name;
    let (stated, keywords): (Vec<_>, Vec<_>) = record
        .fields
        .iter()
        .partition(|field| default_state(field).is_some());
    let keywords: Vec<_> = keywords.into_iter().map(Keyword::of).collect();
    let signature = keywords
        .iter()
        .map(Keyword::in_signature)
        .collect::<Vec<_>>()
        .join(", ");
    let mut arguments = String::new();
    let mut read = String::new();
    let mut fields = String::new();
    for Keyword { field, blank } in &keywords {
        let (name, of) = (field.name, &field.of);
        let given = match blank {
            Blank::Never => argument(of),
            Blank::AsNone => argument(&Type::Optional(of)),
        };
        arguments += &format!("                {name}: {given},\n");
        let end = match (blank, of) {
            (Blank::Never, _) => "",
            (Blank::AsNone, Type::Optional(_)) => ".flatten()",
            (Blank::AsNone, _) => ".flatten().unwrap_or_default()",
        };
        read += &format!(
            "                let {name} = typed.take(\"{}\", {name}){end};\n",
            problem_field(record, name)
        );
        fields += &format!("{name}, ");
    }
    for field in stated {
        fields += &format!("{}: Default::default(), ", field.name);
    }
    let required = keywords
        .iter()
        .filter(|keyword| matches!(keyword.blank, Blank::Never))
        .map(|keyword| keyword.field.name);
    let required: Vec<_> = required.collect();
    let record = format!("Some(crmkit::{name} {{ {fields}}})");
    let record = if required.is_empty() {
        record
    } else {
        let there: String = required.iter().map(|name| format!("Some({name}), ")).collect();
        format!(
            "match ({},) {{ ({there}) => {record}, _ => None }}",
            required.join(", ")
        )
    };
    let _ = write!(
        text,
        "
/// A method that takes [`{name}`](crmkit::{name}) by its fields.
macro_rules! with_{macro_name} {{
    (
        $class:ident: $(#[$meta:meta])*
        fn $name:ident($($at:ident: $at_type:ty),*)($($more:ident: $more_type:ty = $default:expr),*) -> $result:ty = $body:expr;
    ) => {{
        #[pyo3::pymethods]
        impl $class {{
            $(#[$meta])*
            #[pyo3(signature = ($($at,)* *, {signature} $(, $more=$default)*))]
            #[allow(clippy::too_many_arguments, reason = \"they are keywords in Python\")]
            fn $name(
                &self,
                py: pyo3::Python<'_>,
                $($at: $at_type,)*
{arguments}                $($more: $more_type,)*
            ) -> pyo3::PyResult<$result> {{
                let mut typed = $crate::argument::Typed::new();
{read}                let record = {record};
                ($body)(self, py, typed.with(record) $(, $at)* $(, $more)*)
            }}
        }}
    }};
}}
",
        macro_name = snake(name),
    );
}

/// The macro for changes.
fn changes(text: &mut String, edits: &Edits) {
    let name = edits.name;
    let mut signature = String::new();
    let mut arguments = String::new();
    let mut read = String::new();
    for edit in edits.fields {
        let (field, given) = (edit.name, argument(&edit.of));
        signature += &format!(", {field}=$crate::argument::Edit::Leave");
        arguments += &format!("                {field}: $crate::argument::Edit<{given}>,\n");
        read += &format!(
            "                    typed.edit(\"{}\", {field}).map(|value| crmkit::{name}::{} {{ value }}),\n",
            problem_field(edits.record, field),
            edit.variant
        );
    }
    let (also, opening) = match name == SettingsEdit::EDITS.name {
        true => ("; a function that takes them where they are given", given(edits)),
        false => ("", String::new()),
    };
    let _ = write!(
        text,
        "
/// A method that takes the revision that the caller saw, and [`{name}`](crmkit::{name}) by the fields{also}.
macro_rules! with_{macro_name} {{{opening}
    ($class:ident: $(#[$meta:meta])* fn $name:ident($($at:ident: $at_type:ty),*) -> $result:ty = $body:expr;) => {{
        #[pyo3::pymethods]
        impl $class {{
            $(#[$meta])*
            #[pyo3(signature = ($($at,)* *, revision{signature}))]
            #[allow(clippy::too_many_arguments, reason = \"they are keywords in Python\")]
            fn $name(
                &self,
                py: pyo3::Python<'_>,
                $($at: $at_type,)*
                revision: crm_core::python::Arg<u64>,
{arguments}            ) -> pyo3::PyResult<$result> {{
                let mut typed = $crate::argument::Typed::new();
                let edits = [
{read}                ];
                let edits: Vec<_> = edits.into_iter().flatten().collect();
                ($body)(self, py, typed.with(Some(edits)) $(, $at)*, revision)
            }}
        }}
    }};
}}
",
        macro_name = snake(name),
    );
}

/// The form of the macro for what a database is opened with: a field that is `None` is not given.
fn given(edits: &Edits) -> String {
    let (mut signature, mut arguments, mut read) = (String::new(), String::new(), String::new());
    for edit in edits.fields {
        let (field, of) = (edit.name, argument(&edit.of));
        let of = of
            .strip_prefix("Option<")
            .and_then(|of| of.strip_suffix('>'))
            .unwrap_or(&of);
        signature += &format!(", {field}=None");
        arguments += &format!("            {field}: Option<{of}>,\n");
        read += &format!(
            "                typed.take(\"{}\", {field}).flatten().map(|value| crmkit::{}::{} {{ value: value.into() }}),\n",
            problem_field(edits.record, field),
            edits.name,
            edit.variant
        );
    }
    format!(
        "
    (
        $(#[$meta:meta])*
        fn $name:ident($at:ident: $at_type:ty)($($more:ident: $more_type:ty = $default:expr),*) -> $result:ty = $body:expr;
    ) => {{
        $(#[$meta])*
        #[pyo3::pyfunction]
        #[pyo3(signature = ($at, *{signature} $(, $more=$default)*))]
        #[allow(clippy::too_many_arguments, reason = \"they are keywords in Python\")]
        pub(crate) fn $name(
            py: pyo3::Python<'_>,
            $at: $at_type,
{arguments}            $($more: $more_type,)*
        ) -> pyo3::PyResult<$result> {{
            let mut typed = $crate::argument::Typed::new();
            let edits = [
{read}            ];
            let edits: Vec<_> = edits.into_iter().flatten().collect();
            ($body)(py, typed.with(Some(edits)), $at $(, $more)*)
        }}
    }};"
    )
}

/// A field as a keyword.
struct Keyword {
    field: &'static Field,
    blank: Blank,
}

/// What a field is that is left out, or cannot be read.
enum Blank {
    /// It is not left out.
    Never,
    /// What its type has; it is given as an option.
    AsNone,
}

impl Keyword {
    fn of(field: &'static Field) -> Self {
        let blank = match field.default {
            None => Blank::Never,
            Some(_) => Blank::AsNone,
        };
        Self { field, blank }
    }

    fn in_signature(&self) -> String {
        match self.blank {
            Blank::Never => self.field.name.to_owned(),
            Blank::AsNone => format!("{}=None", self.field.name),
        }
    }
}

/// What a problem with a field is named: a contact's name is not the customer's.
fn problem_field(record: &Record, field: &str) -> String {
    match record.name {
        "Contact" | "NewContact" => format!("contact.{field}"),
        _ => field.to_owned(),
    }
}

/// How a value of this type is handed in.
fn argument(of: &Type) -> String {
    match of {
        Type::Optional(Type::Optional(of)) => argument(&Type::Optional(of)),
        Type::Optional(of) => format!("Option<{}>", argument(of)),
        _ => format!("crm_core::python::Arg<{}>", rust(of)),
    }
}

/// The type as Rust writes it.
fn rust(of: &Type) -> String {
    match of {
        Type::Flag => "bool".into(),
        Type::U32 => "u32".into(),
        Type::U64 => "u64".into(),
        Type::F64 => "f64".into(),
        Type::Text => "String".into(),
        Type::Map(of) => format!("std::collections::BTreeMap<String, {}>", rust(of)),
        Type::Day => "crmkit::NaiveDate".into(),
        Type::Instant => "crmkit::DateTime<crmkit::Utc>".into(),
        Type::Money => "crmkit::Money".into(),
        Type::Number => "crmkit::CustomerNumber".into(),
        Type::Code => "crmkit::Code".into(),
        Type::Region => "crmkit::Region".into(),
        Type::Id(name) => format!("crmkit::{name}"),
        Type::States(states) => format!("crmkit::{}", states.name),
        Type::Record(record) => format!("crmkit::{}", record.name),
        Type::Optional(of) => format!("Option<{}>", rust(of)),
        Type::List(of) => format!("Vec<{}>", rust(of)),
    }
}
