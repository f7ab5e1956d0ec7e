//! Names that somebody says a customer goes by (R6.1).

use super::{
    limit::{ALIASES, at_most},
    required_name,
};
use crate::{error::Problem, matching::fold_name, model::Customer, model::fields};

/// The customer with this name among its aliases; as it was, where that is its name or alias already.
///
/// # Errors
/// The problem of `aliases`: missing, too long, or with a NUL; `field.too_many` (R9.5).
pub fn with_alias(before: &Customer, typed: &str) -> Result<Customer, Problem> {
    let name = required_name(fields::ALIASES, typed)?;
    let folded = fold_name(&name);
    if folded.is_empty() {
        // Characters that show nothing.
        return Err(Problem::missing(fields::ALIASES));
    }
    let mut after = before.clone();
    let mut names = before.aliases.iter().chain([&before.name]);
    if !names.any(|there| fold_name(there) == folded) {
        at_most(fields::ALIASES, after.aliases.len() + 1, ALIASES)?;
        after.aliases.push(name);
    }
    Ok(after)
}

/// The customer without this alias.
pub fn without_alias(before: &Customer, typed: &str) -> Customer {
    let folded = fold_name(typed);
    let mut after = before.clone();
    after.aliases.retain(|alias| fold_name(alias) != folded);
    after
}
