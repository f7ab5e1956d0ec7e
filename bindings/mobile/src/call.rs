//! How a call goes in and its answer comes out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crmkit::{Code, Error, Language, Problem};

use crate::{CrmError, Result};

/// Makes a call; what fails, a panic too, comes back as the one error, in `language`.
pub(crate) fn call<T>(language: Language, body: impl FnOnce() -> crmkit::Result<T>) -> Result<T> {
    // A panic rolls back: what it leaves is as it was before.
    let result = catch_unwind(AssertUnwindSafe(body));
    let result = result.unwrap_or_else(|panic| {
        // A formatted text may quote a customer; one that stands in the source does not.
        Err(Error::internal(
            panic.downcast_ref::<&'static str>().unwrap_or(&"a panic"),
        ))
    });
    result.map_err(|error| CrmError::of(error, language))
}

/// A number as Kotlin and Swift write it, who use signed ones: what is below 0 comes in as one above their range.
pub(crate) trait Written: Copy {
    /// What was written.
    fn written(self) -> i64;
}

impl Written for u32 {
    fn written(self) -> i64 {
        self.cast_signed().into()
    }
}

impl Written for u64 {
    fn written(self) -> i64 {
        self.cast_signed()
    }
}

impl Written for Option<u64> {
    fn written(self) -> i64 {
        self.map_or(0, u64::cast_signed)
    }
}

/// Refuses a number below 0, with `field.range`: there is none where it may be.
pub(crate) fn from_zero(field: &str, number: impl Written) -> crmkit::Result<()> {
    match number.written() {
        0.. => Ok(()),
        below => Err(Error::invalid(Problem::with(
            field,
            Code::FieldRange,
            below.to_string(),
        ))),
    }
}

/// An object that is one session's: declares it, with a call in the session's language.
macro_rules! of_session {
    ($(#[$meta:meta])* $name:ident($inner:ty)) => {
        $(#[$meta])*
        #[derive(uniffi::Object)]
        pub struct $name {
            pub(crate) inner: $inner,
            pub(crate) language: crmkit::Language,
        }

        impl $name {
            pub(crate) fn new(inner: $inner, language: crmkit::Language) -> std::sync::Arc<Self> {
                std::sync::Arc::new(Self { inner, language })
            }

            pub(crate) fn call<T>(&self, body: impl FnOnce(&$inner) -> crmkit::Result<T>) -> crate::Result<T> {
                crate::call::call(self.language, || body(&self.inner))
            }
        }
    };
}

pub(crate) use of_session;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_below_zero_is_refused() {
        assert_eq!(from_zero("limit", 5_u32), Ok(()));
        assert_eq!(from_zero("revision", i64::MAX.cast_unsigned()), Ok(()));
        assert_eq!(from_zero("before", None::<u64>), Ok(()));
        let below = |result: crmkit::Result<()>| result.unwrap_err().problems().to_vec();
        let problem = |field, number: i64| vec![Problem::with(field, Code::FieldRange, number.to_string())];
        assert_eq!(
            below(from_zero("limit", (-1_i32).cast_unsigned())),
            problem("limit", -1)
        );
        assert_eq!(
            below(from_zero("revision", i64::MIN.cast_unsigned())),
            problem("revision", i64::MIN)
        );
        assert_eq!(
            below(from_zero("before", Some((-2_i64).cast_unsigned()))),
            problem("before", -2)
        );
    }

    #[test]
    fn a_panic_comes_back_as_the_one_error() {
        let detail = |body: fn()| match call(Language::En, || {
            body();
            Ok(())
        }) {
            Err(CrmError::Internal { detail, .. }) => detail,
            other => format!("{other:?}"),
        };
        assert_eq!(detail(|| panic!("a defect")), "internal error (a defect)");
        let name = String::from("林");
        assert_eq!(
            call(Language::En, || -> crmkit::Result<()> { panic!("no {name}") }).map_err(|e| e.to_string()),
            Err("internal: internal error (a panic)".into())
        );
    }
}
