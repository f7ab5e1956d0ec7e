//! The pictures of the documentation.

mod growth;
mod weights;

pub use growth::{Grown, Reported, growth, reports};
pub use weights::weights;

/// A text as it stands in a picture.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
