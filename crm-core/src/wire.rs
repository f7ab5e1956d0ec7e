//! Declares a type once for every language: each macro adds the derives and names that all of them share.
//!
//! Kotlin and Swift take the types through the `uniffi` feature, Python through the `python` feature. What is declared
//! here is described too ([`crate::describe`]), so that code, stubs and readers can be written from it.

/// What a field is when it is left out, by the attribute that tells Kotlin and Swift: none, blank, or a literal.
macro_rules! default_of {
    () => {
        None
    };
    ((feature = "uniffi", uniffi(default))) => {
        Some("")
    };
    ((feature = "uniffi", uniffi(default = $value:literal))) => {
        Some(stringify!($value))
    };
}

/// Whether JSON leaves a blank field out, by the attribute that tells serde.
macro_rules! is_left_out {
    () => {
        false
    };
    ((default)) => {
        false
    };
    ((default, skip_serializing_if = $blank:literal)) => {
        true
    };
}

/// The text of a documentation attribute; blank for the one that marks the default state.
macro_rules! doc_of {
    (doc = $text:literal) => {
        $text
    };
    (default) => {
        ""
    };
}

/// Whether an attribute marks a state as the default one.
macro_rules! is_default {
    (doc = $text:literal) => {
        false
    };
    (default) => {
        true
    };
}

/// What Python calls a field.
#[cfg(feature = "python")]
macro_rules! python_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $python:literal) => {
        $python
    };
}

/// One of these texts, for Python's type checkers: `Literal["zh", "en"]`.
#[cfg(feature = "python")]
macro_rules! literal {
    ($($word:literal),+) => {
        pyo3::inspect::PyStaticExpr::Subscript {
            value: &pyo3::type_hint_identifier!("typing", "Literal"),
            slice: &pyo3::inspect::PyStaticExpr::Tuple {
                elts: &[$(
                    pyo3::inspect::PyStaticExpr::Constant {
                        value: pyo3::inspect::PyStaticConstant::Str($word),
                    }
                ),+],
            },
        }
    };
}

/// A plain record: public fields, compared by value, carried as JSON.
///
/// ```ignore
/// record! {
///     /// A size.
///     #[derive(Copy, Eq)]
///     pub struct Size {
///         /// What was measured.
///         pub scale: SizeScale,
///         /// Whatever else; Kotlin, Swift and Python may leave it out.
///         #[cfg_attr(feature = "uniffi", uniffi(default))]
///         pub note: Option<String>,
///     }
/// }
/// ```
///
/// makes the struct with its derives, Python's class of the same name, and `Size::RECORD`, its description.
macro_rules! record {
    (
        $(#[doc = $about:literal])+
        $(#[derive($($derive:ident),+)])?
        // Where Python has more of it in a class of its own.
        $(#[python($subclass:ident)])?
        pub struct $name:ident {
            $(
                // Apart, and in this order, since Python's attributes take the documentation and nothing else.
                $(#[doc = $doc:literal])+
                $(#[cfg_attr($($cfg:tt)*)])*
                $(#[serde($($serde:tt)*)])*
                // Where the field's name is a word of Python's own.
                $(#[python(name = $python:literal)])?
                // What the rules ask of it, as a form has to know.
                $(#[rule($( $rule:ident $(($($most:expr),+))? ),+)])?
                pub $field:ident : $type:ty
            ),* $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize $($(, $derive)+)?)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
        #[cfg_attr(feature = "python", pyo3::pyclass(frozen, eq, from_py_object, module = "crmkit" $(, $subclass)?))]
        pub struct $name {
            $( $(#[doc = $doc])+ $(#[cfg_attr($($cfg)*)])* $(#[serde($($serde)*)])* pub $field: $type ),*
        }

        impl $crate::store::record::Fields for $name {
            fn visit<V: $crate::store::record::FieldVisitor>(before: &Self, after: &Self, visitor: &mut V) {
                $( visitor.field(stringify!($field), &before.$field, &after.$field); )*
            }
        }

        impl $name {
            /// What the record is.
            pub const RECORD: $crate::describe::Record = $crate::describe::Record {
                name: stringify!($name),
                about: &[$($about),+],
                fields: &[$(
                    $crate::describe::Field {
                        name: stringify!($field),
                        about: &[$($doc),+],
                        of: <$type as $crate::describe::Described>::TYPE,
                        default: default_of!($(($($cfg)*))*),
                        left_out: is_left_out!($(($($serde)*))*),
                        rule: $crate::describe::Rule::NONE $($( .$rule($($($most),+)?) )+)?,
                    }
                ),*],
            };
        }

        impl $crate::describe::Described for $name {
            const TYPE: $crate::describe::Type = $crate::describe::Type::Record(&Self::RECORD);
        }

        #[cfg(feature = "python")]
        impl $crate::python::ToPython for $name {
            type Python = Self;

            fn to_python(&self) -> Self {
                self.clone()
            }

            fn to_plain<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::PyAny>> {
                Ok(self.to_dict(py)?.into_any())
            }
        }

        #[cfg(feature = "python")]
        #[pyo3::pymethods]
        #[allow(clippy::wrong_self_convention, reason = "Python calls them on an object, though some are Copy")]
        impl $name {
            $(
                $(#[doc = $doc])+
                #[getter]
                $(#[pyo3(name = $python)])?
                fn $field(&self) -> <$type as $crate::python::ToPython>::Python {
                    $crate::python::ToPython::to_python(&self.$field)
                }
            )*

            /// The attributes by name, records within as `dict`, lists as `list`.
            #[pyo3(signature = () -> "dict[str, object]")]
            fn to_dict<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<pyo3::Bound<'py, pyo3::types::PyDict>> {
                let fields = pyo3::types::PyDict::new(py);
                $(
                    let value = $crate::python::ToPython::to_plain(&self.$field, py)?;
                    pyo3::types::PyDictMethods::set_item(&fields, python_name!($field $($python)?), value)?;
                )*
                Ok(fields)
            }

            /// The record as JSON.
            fn to_json(&self) -> pyo3::PyResult<String> {
                $crate::python::to_json(self)
            }

            /// The record of a text that `to_json` made.
            #[staticmethod]
            fn from_json(py: pyo3::Python<'_>, text: $crate::python::Arg<String>) -> pyo3::PyResult<Self> {
                $crate::python::from_json(py, text)
            }

            fn __reduce__<'py>(&self, py: pyo3::Python<'py>) -> pyo3::PyResult<(pyo3::Bound<'py, pyo3::PyAny>, (String,))> {
                $crate::python::reduce(py, self)
            }

            fn __repr__(&self, py: pyo3::Python<'_>) -> pyo3::PyResult<String> {
                let fields = pyo3::types::PyDict::new(py);
                $(
                    let value = $crate::python::ToPython::to_python(&self.$field);
                    pyo3::types::PyDictMethods::set_item(&fields, python_name!($field $($python)?), value)?;
                )*
                $crate::python::repr(stringify!($name), fields)
            }

            fn __hash__(&self) -> pyo3::PyResult<u64> {
                $crate::python::hash(self)
            }
        }
    };
}

/// The changes that a record takes: a variant for each field, so that *leave* and *clear* differ in every language.
///
/// ```ignore
/// edits! {
///     /// One field of a team set anew.
///     pub enum TeamEdit of Team {
///         /// The name.
///         Name = name: String,
///         /// Who approves first; `None` clears.
///         Head = head: Option<String>,
///     }
/// }
/// ```
///
/// makes `enum TeamEdit { Name { value: String }, Head { value: Option<String> } }` and `TeamEdit::EDITS`, its
/// description.
macro_rules! edits {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident of $record:ident {
            $( $(#[doc = $doc:literal])+ $variant:ident = $field:ident : $type:ty ),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[doc = $doc])+
                $variant {
                    /// The new value.
                    value: $type,
                }
            ),+
        }

        impl $name {
            /// What can be changed.
            pub const EDITS: $crate::describe::Edits = $crate::describe::Edits {
                name: stringify!($name),
                record: &$record::RECORD,
                about: &[$($about),+],
                fields: &[$(
                    $crate::describe::Edit {
                        name: stringify!($field),
                        variant: stringify!($variant),
                        about: &[$($doc),+],
                        of: <$type as $crate::describe::Described>::TYPE,
                    }
                ),+],
            };
        }
    };
}

/// A closed set of states: each has a stable code and a label in Chinese and English.
///
/// ```ignore
/// labelled! {
///     /// How sure it is.
///     #[derive(Default)]
///     pub enum Band {
///         /// Nearly certain.
///         Likely = "likely", "很可能", "likely";
///         /// Worth a look.
///         #[default]
///         Similar = "similar", "相似", "similar";
///     }
/// }
/// ```
///
/// makes the enum, which is its code in JSON, and `Band::STATES`, its description.
macro_rules! labelled {
    (
        $(#[doc = $about:literal])+
        $(#[derive($($derive:ident),+)])?
        pub enum $name:ident {
            $(
                // Documentation, and `#[default]` at one of them at most.
                $(#[$($meta:tt)+])+
                $variant:ident = $code:literal, $zh:literal, $en:literal;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize $($(, $derive)+)?)]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$($meta)+])+ #[serde(rename = $code)] $variant ),+
        }

        impl $crate::describe::Described for $name {
            const TYPE: $crate::describe::Type = $crate::describe::Type::States(&Self::STATES);
        }

        impl $name {
            /// What the states are.
            pub const STATES: $crate::describe::States = $crate::describe::States {
                name: stringify!($name),
                about: &[$($about),+],
                states: &[$(
                    $crate::describe::State {
                        name: stringify!($variant),
                        code: $code,
                        zh: $zh,
                        en: $en,
                        about: &[$(doc_of!($($meta)+)),+],
                        default: false $(|| is_default!($($meta)+))+,
                    }
                ),+],
            };

            /// Every value, in the order in which people list them.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];

            /// The stable code, the same in every language and in the store.
            pub const fn code(self) -> &'static str {
                match self { $( Self::$variant => $code ),+ }
            }

            /// The value with this code.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $( $code => Some(Self::$variant), )+ _ => None }
            }

            /// What a person reads.
            pub const fn label(self, language: $crate::Language) -> &'static str {
                match (self, language) {
                    $( (Self::$variant, $crate::Language::Zh) => $zh, (Self::$variant, $crate::Language::En) => $en ),+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }

        impl std::str::FromStr for $name {
            /// The text that is no code and no label.
            type Err = String;

            /// By code, or by label in either language.
            fn from_str(text: &str) -> Result<Self, String> {
                let named = || Self::ALL.get(Self::STATES.named(text)?).copied();
                Self::from_code(text).or_else(named).ok_or_else(|| text.to_owned())
            }
        }

        #[cfg(feature = "python")]
        impl $crate::python::Labelled for $name {
            const CLASS: &'static str = stringify!($name);
            const LITERAL: pyo3::inspect::PyStaticExpr = literal!($($code),+);

            fn all() -> &'static [Self] {
                Self::ALL
            }

            fn code_text(self) -> &'static str {
                self.code()
            }

            fn label_text(self, language: $crate::Language) -> &'static str {
                self.label(language)
            }
        }

        #[cfg(feature = "python")]
        impl $crate::python::ToPython for $name {
            type Python = Self;

            fn to_python(&self) -> Self {
                *self
            }
        }

        #[cfg(feature = "python")]
        impl<'py> pyo3::IntoPyObject<'py> for $name {
            type Target = pyo3::PyAny;
            type Output = pyo3::Bound<'py, pyo3::PyAny>;
            type Error = pyo3::PyErr;
            const OUTPUT_TYPE: pyo3::inspect::PyStaticExpr =
                pyo3::type_hint_identifier!("crmkit.enums", stringify!($name));

            fn into_pyobject(self, py: pyo3::Python<'py>) -> pyo3::PyResult<Self::Output> {
                static MEMBERS: $crate::python::Members = $crate::python::Members::new();
                $crate::python::member::<Self>(py, &MEMBERS, self as usize)
            }
        }

        #[cfg(feature = "uniffi")]
        #[uniffi::export]
        impl $name {
            /// The stable code, the same in every language and in the store.
            #[uniffi::method(name = "code")]
            fn code_text(&self) -> String {
                self.code().to_owned()
            }

            /// What a person reads.
            #[uniffi::method(name = "label")]
            fn label_in(&self, language: $crate::Language) -> String {
                self.label(language).to_owned()
            }
        }
    };
}

/// An identifier that a host can name: a UUID of its own type, so that one cannot be taken for another.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// The identifier with these bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Uuid::from_bytes(bytes))
            }

            /// The bytes that a store keeps.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl $crate::store::record::Named for $name {
            fn to_key(&self) -> $crate::model::RecordKey {
                $crate::model::RecordKey::Id(*self.as_bytes())
            }

            fn of_key(key: &$crate::model::RecordKey) -> Option<Self> {
                match key {
                    $crate::model::RecordKey::Id(bytes) => Some(Self::from_bytes(*bytes)),
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl $crate::describe::Described for $name {
            const TYPE: $crate::describe::Type = $crate::describe::Type::Id(stringify!($name));
        }

        #[cfg(feature = "uniffi")]
        uniffi::custom_type!($name, String, {
            lower: |id| id.to_string(),
            // A text that is none names nothing.
            try_lift: |text| text.parse().map_err(|_| $crate::uniffi_types::names_nothing(text)),
        });

        #[cfg(feature = "python")]
        impl $crate::python::ToPython for $name {
            type Python = String;

            fn to_python(&self) -> String {
                self.to_string()
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}
