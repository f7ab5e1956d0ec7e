//! The users, as people call them.

use std::collections::{BTreeMap, HashMap};

use crate::{error::Code, matching::fold, model::User};

/// The users, prepared for looking up what a list or a caller calls them.
#[derive(Clone, Debug, Default)]
pub struct People {
    users: Vec<User>,
    /// Places in `users`; nobody shares a login.
    by_login: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// Whom a list calls otherwise.
    called: HashMap<String, String>,
}

impl People {
    /// These users, by identifier, login and name.
    pub fn new(users: Vec<User>) -> Self {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_login = HashMap::new();
        for (place, user) in users.iter().enumerate() {
            by_login.insert(fold(&user.login), place);
            by_name.entry(fold(&user.name)).or_default().push(place);
        }
        Self {
            users,
            by_login,
            by_name,
            called: HashMap::new(),
        }
    }

    /// With what a list calls them: a user's login, name or identifier, by each name (R9.5 h).
    pub fn called(mut self, owners: &BTreeMap<String, String>) -> Self {
        let called = owners.iter().map(|(name, user)| (fold(name), user.clone()));
        self.called.extend(called);
        self
    }

    /// The one user with this login, name or identifier; of several with a name the one who is active.
    ///
    /// # Errors
    /// `owner.unknown`; `owner.ambiguous` for a name that several go by.
    pub fn find(&self, text: &str) -> Result<&User, Code> {
        match self.called.get(&fold(text)) {
            Some(user) => self.find_own(user),
            None => self.find_own(text),
        }
    }

    /// As [`Self::find`], whatever a list calls them.
    fn find_own(&self, text: &str) -> Result<&User, Code> {
        let folded = fold(text);
        let at = |&place: &usize| self.users.get(place);
        if let Some(user) = self.by_login.get(&folded).and_then(at) {
            return Ok(user);
        }
        let named: Vec<&User> = self
            .by_name
            .get(&folded)
            .into_iter()
            .flatten()
            .filter_map(at)
            .collect();
        let active: Vec<&User> = named.iter().copied().filter(|user| user.active).collect();
        match (active.as_slice(), named.as_slice()) {
            ([user], _) | ([], [user]) => Ok(user),
            ([], []) => {
                let id = text.trim().parse().ok();
                let user = self.users.iter().find(|user| Some(user.id) == id);
                user.ok_or(Code::OwnerUnknown)
            }
            _ => Err(Code::OwnerAmbiguous),
        }
    }
}
