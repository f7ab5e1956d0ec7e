//! The users, as a list calls them.

use std::collections::HashMap;

use crate::{matching::fold, model::User};

/// The users, prepared for looking up what a list calls them.
#[derive(Clone, Debug, Default)]
pub struct People {
    by_text: HashMap<String, Vec<User>>,
}

impl People {
    /// These users, by login and by name.
    pub fn new(users: Vec<User>) -> Self {
        let mut by_text: HashMap<String, Vec<User>> = HashMap::new();
        for user in users {
            let (login, name) = (fold(&user.login), fold(&user.name));
            if login != name {
                by_text.entry(login).or_default().push(user.clone());
            }
            by_text.entry(name).or_default().push(user);
        }
        Self { by_text }
    }

    /// The one user with this login or name, an active one before the others.
    pub fn find(&self, text: &str) -> Option<&User> {
        let named = self.by_text.get(&fold(text))?;
        named.iter().find(|user| user.active).or(named.first())
    }
}
