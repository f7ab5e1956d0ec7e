//! The keys of a customer (R6.1), and among them those that say "the same in this".

use super::{
    fold::fold,
    key::{KeyKind, MatchKey},
    name::NameParts,
    near::edit_keys,
    part::part_keys,
};
use crate::model::{CustomerKind, Registration};

/// The keys of a customer: of its name, of telephone numbers in normalised form, of aliases, and of the numbers under which it
/// is registered.
pub fn match_keys<'a>(
    name: &NameParts,
    phones: impl IntoIterator<Item = &'a str>,
    aliases: impl IntoIterator<Item = &'a str>,
    registrations: &[Registration],
) -> Vec<MatchKey> {
    let aliases: Vec<&str> = aliases.into_iter().collect();
    let mut keys = exact_keys(name, phones, aliases.iter().copied(), registrations);
    edit_keys(name, aliases, &mut keys);
    part_keys(name, &mut keys);
    keys
}

/// The keys that say "the same in this".
pub fn exact_keys<'a>(
    name: &NameParts,
    phones: impl IntoIterator<Item = &'a str>,
    aliases: impl IntoIterator<Item = &'a str>,
    registrations: &[Registration],
) -> Vec<MatchKey> {
    let mut keys = Vec::with_capacity(24);
    keys.extend(registrations.iter().map(registration_key));
    if let Some(key) = name_key(name) {
        keys.push(key);
        keys.push(MatchKey::of(KeyKind::Core, &name.core));
    }
    let phones = phones.into_iter();
    keys.extend(phones.map(|phone| MatchKey::of(KeyKind::Phone, phone)));
    let kind = match name.personal {
        true => CustomerKind::Individual,
        false => CustomerKind::Enterprise,
    };
    for alias in aliases {
        keys.push(MatchKey::of(KeyKind::Alias, &fold(alias)));
        // It may be a name, and meets whoever is called so.
        keys.extend(name_key(&NameParts::of(alias, kind)));
    }
    keys
}

fn registration_key(registration: &Registration) -> MatchKey {
    let Registration {
        country,
        scheme,
        number,
    } = registration.normal();
    MatchKey::of_all(KeyKind::Registration, [country.code(), scheme.code(), &number])
}

/// Its characters in one order, so that 上海云科技 and 云科技(上海) meet, whatever was taken for the region.
fn name_key(name: &NameParts) -> Option<MatchKey> {
    if name.core.is_empty() {
        return None;
    }
    let mut letters = Vec::with_capacity(name.placed.len() + name.branch.len());
    letters.extend(
        name.placed
            .chars()
            .chain(name.branch.chars())
            .filter(|c| *c != ' '),
    );
    letters.sort_unstable();
    let mut text = String::with_capacity(name.placed.len() + name.branch.len());
    text.extend(letters);
    Some(MatchKey::of(KeyKind::Name, &text))
}
