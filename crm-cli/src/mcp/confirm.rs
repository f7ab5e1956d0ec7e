//! What is done by a second call only: the first says what it would do, and gives a token of exactly that.

use crmkit::{IdSource, SystemIds};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::arguments::CONFIRM;

/// Makes tokens that nobody else can, as long as the server runs.
pub(super) struct Confirmation {
    key: [u8; 16],
}

/// What has to be confirmed: a tool, what it was given, and what it found.
#[derive(Serialize)]
struct Asked<'a> {
    tool: &'a str,
    given: Map<String, Value>,
    state: &'a Value,
}

impl Confirmation {
    pub(super) fn new() -> Self {
        Self {
            key: SystemIds.bytes(),
        }
    }

    /// None where what was given has the token of this tool, these arguments and this state. Else what to answer: what it would do, and
    /// the token of that.
    pub(super) fn asked(
        &self,
        tool: &str,
        given: &Map<String, Value>,
        state: &Value,
    ) -> crmkit::Result<Option<Value>> {
        let mut rest = given.clone();
        let token = rest.remove(CONFIRM);
        let asked = Asked {
            tool,
            given: rest,
            state,
        };
        let text = serde_json::to_vec(&asked).map_err(crmkit::Error::internal)?;
        let digest = Sha256::new().chain_update(self.key).chain_update(text).finalize();
        let expected: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        if token.as_ref().and_then(Value::as_str) == Some(&expected) {
            return Ok(None);
        }
        let next = match token {
            None => {
                "Nothing has been done. Show the person what it would do; if they agree, call again with the same arguments and this token."
            }
            Some(_) => {
                "Nothing has been done: the token is of other arguments, or something has changed since. This is what it would do now."
            }
        };
        Ok(Some(
            json!({ "done": false, "would": state, CONFIRM: expected, "next": next }),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_tool_its_arguments_and_what_it_found() {
        let confirmation = Confirmation::new();
        let given = json!({ "to": "wang" });
        let given = given.as_object().unwrap();
        let state = json!({ "revision": 1 });
        let first = confirmation.asked("hand_over", given, &state).unwrap().unwrap();
        assert_eq!((&first["done"], &first["would"]), (&json!(false), &state));
        let mut again = given.clone();
        again.insert(CONFIRM.into(), first[CONFIRM].clone());
        assert_eq!(confirmation.asked("hand_over", &again, &state).unwrap(), None);
        // Of nothing else.
        assert!(
            confirmation
                .asked("merge_customers", &again, &state)
                .unwrap()
                .is_some()
        );
        assert!(
            confirmation
                .asked("hand_over", &again, &json!({ "revision": 2 }))
                .unwrap()
                .is_some()
        );
        let mut other = again.clone();
        other.insert("to".into(), json!("li"));
        assert!(confirmation.asked("hand_over", &other, &state).unwrap().is_some());
        assert!(
            Confirmation::new()
                .asked("hand_over", &again, &state)
                .unwrap()
                .is_some()
        );
        again.insert(CONFIRM.into(), json!(true));
        assert!(confirmation.asked("hand_over", &again, &state).unwrap().is_some());
    }
}
