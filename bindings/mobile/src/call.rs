//! How a call goes in and its answer comes out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crmkit::{Error, Language};

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

            fn call<T>(&self, body: impl FnOnce(&$inner) -> crmkit::Result<T>) -> crate::Result<T> {
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
