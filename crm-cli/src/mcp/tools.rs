//! The tools: what each takes, and the calls of the library that it is.

use crmkit::{
    BulkMode, CustomerKey, CustomerKind, CustomerQuery, DuplicateCheck, Error, ForecastQuery, FunnelQuery,
    MergeChoice, NewCustomer, NewFollowUp, NewOpportunity, OpportunityId, OpportunityQuery, PageRequest,
    PerformanceQuery, Session, SourcesQuery, Stage, StatusQuery, TaskQuery, TeamQuery,
    describe::{Described, Field, Rule, Type},
    model::fields,
};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    arguments::{Arguments, CONFIRM, own},
    confirm::Confirmation,
};
use crate::command::CustomerPage;

/// What an assistant can ask for.
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// Whether it changes anything.
    pub(super) writes: bool,
    /// What it takes: the fields of the library's records, and some of its own.
    parts: &'static [&'static [Field]],
    pub(super) run: fn(&Call<'_>) -> crmkit::Result<Value>,
}

impl Tool {
    pub(super) fn fields(&self) -> Vec<&'static Field> {
        self.parts.iter().copied().flatten().collect()
    }
}

/// A call of a tool.
pub(super) struct Call<'a> {
    pub(super) me: &'a Session,
    pub(super) tool: &'static str,
    /// The arguments as they came.
    pub(super) given: &'a Map<String, Value>,
    pub(super) arguments: &'a Arguments,
    pub(super) confirmation: &'a Confirmation,
}

const NEEDED: Rule = Rule::NONE.required();

const CUSTOMER: &[Field] = &[own(
    fields::CUSTOMER,
    &["The customer: its number or alias, as find_customers gives it."],
    Type::Text,
    NEEDED,
)];

const PAGE: &[Field] = &[
    own(
        fields::AFTER,
        &["The next page: what the one before ended with as `next`."],
        Type::Optional(&Type::Text),
        Rule::NONE,
    ),
    own(
        fields::LIMIT,
        &["How many rows; 20 by default."],
        Type::Optional(&Type::U32),
        Rule::NONE.between(1, PageRequest::MAX),
    ),
];

const CONFIRMED: &[Field] = &[own(
    CONFIRM,
    &[
        "The token of a first answer with the same arguments: does what that said. Only after the person has agreed to it.",
    ],
    Type::Optional(&Type::Text),
    Rule::NONE,
)];

const ABOUT_DUPLICATES: &[Field] = &[
    own(fields::NAME, &["The name, or a part of it."], Type::Text, NEEDED),
    own(
        fields::KIND,
        &["Company, person or institution; a company by default."],
        Type::Optional(&CustomerKind::TYPE),
        Rule::NONE,
    ),
    own(
        fields::PHONES,
        &["Telephone numbers, in any notation."],
        Type::List(&Type::Text),
        Rule::NONE,
    ),
];

const MOVE: &[Field] = &[
    own(
        fields::OPPORTUNITY,
        &["The deal: its identifier, as list_deals gives it."],
        Type::Id("OpportunityId"),
        NEEDED,
    ),
    own(
        fields::STAGE,
        &["The stage that it moves to."],
        Stage::TYPE,
        NEEDED,
    ),
    own(
        fields::STAGE_NOTE,
        &["Why: each change of stage has a note."],
        Type::Text,
        NEEDED,
    ),
];

const MERGE: &[Field] = &[
    own(
        fields::LOSER,
        &["The customer that goes: its number or alias."],
        Type::Text,
        NEEDED,
    ),
    own(
        fields::INTO,
        &["The customer that stays: its number or alias."],
        Type::Text,
        NEEDED,
    ),
    own(
        fields::CHOICES,
        &["Whose value of a field is to stay, where it is not the one that was changed last."],
        Type::List(&MergeChoice::TYPE),
        Rule::NONE,
    ),
];

const HAND_OVER: &[Field] = &[
    own(
        fields::CUSTOMERS,
        &["The customers: their numbers or aliases."],
        Type::List(&Type::Text),
        NEEDED,
    ),
    own(
        fields::TO,
        &["Who answers for them from now on: a user's login, name or identifier."],
        Type::Text,
        NEEDED,
    ),
    own(fields::REASON, &["Why."], Type::Optional(&Type::Text), Rule::NONE),
];

/// Every tool there is.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "find_customers",
        about: "Lists customers that the user may see: by half a name, a number, a telephone number, owner, status and more. A page at \
                a time.",
        writes: false,
        parts: &[CustomerQuery::RECORD.fields, PAGE],
        run: |call| {
            let query: CustomerQuery = call.arguments.record()?;
            told(&call.me.customers().list(&query, &call.page()?)?)
        },
    },
    Tool {
        name: "show_customer",
        about: "Shows a customer with its contacts, open tasks, deals, and what befell it, the latest first.",
        writes: false,
        parts: &[CUSTOMER, PAGE_LIMIT],
        run: |call| {
            told(&CustomerPage::read(
                call.me,
                &call.text(fields::CUSTOMER)?,
                call.page()?.limit,
            )?)
        },
    },
    Tool {
        name: "find_duplicates",
        about: "Looks for customers that may be the one with this name, or telephone number: those that are alike, with the reasons, and \
                those with this text in their names. To be asked before a customer is added.",
        writes: false,
        parts: &[ABOUT_DUPLICATES],
        run: find_duplicates,
    },
    Tool {
        name: "list_deals",
        about: "Lists opportunities (deals) with where they stand, what they are worth, and whose they are. A page at a time.",
        writes: false,
        parts: &[OpportunityQuery::RECORD.fields, PAGE],
        run: |call| {
            let query: OpportunityQuery = call.arguments.record()?;
            told(&call.me.opportunities().list(&query, &call.page()?)?)
        },
    },
    Tool {
        name: "tasks_due",
        about: "Lists what is to be done: the user's own tasks, or somebody else's that the user may see. A page at a time.",
        writes: false,
        parts: &[TaskQuery::RECORD.fields, PAGE],
        run: |call| {
            let query: TaskQuery = call.arguments.record()?;
            told(&call.me.tasks().list(&query, &call.page()?)?)
        },
    },
    Tool {
        name: "report_funnel",
        about: "The funnel: how many customers reached each stage, of the deals of a period, with the rates from one to the next.",
        writes: false,
        parts: &[FunnelQuery::RECORD.fields],
        run: |call| told(&call.me.reports().funnel(&call.arguments.record()?)?),
    },
    Tool {
        name: "report_sources",
        about: "Where customers come from: those that were entered in a period, by source, and how many of them signed a deal.",
        writes: false,
        parts: &[SourcesQuery::RECORD.fields],
        run: |call| told(&call.me.reports().sources(&call.arguments.record()?)?),
    },
    Tool {
        name: "report_performance",
        about: "What each salesperson brought in in a period, against their targets.",
        writes: false,
        parts: &[PerformanceQuery::RECORD.fields],
        run: |call| told(&call.me.reports().performance(&call.arguments.record()?)?),
    },
    Tool {
        name: "report_status",
        about: "How many customers stand where, now or at the end of a period.",
        writes: false,
        parts: &[StatusQuery::RECORD.fields],
        run: |call| told(&call.me.reports().status(&call.arguments.record()?)?),
    },
    Tool {
        name: "report_team",
        about: "What each salesperson did in a period: follow-ups, tasks in time, entries.",
        writes: false,
        parts: &[TeamQuery::RECORD.fields],
        run: |call| told(&call.me.reports().team(&call.arguments.record()?)?),
    },
    Tool {
        name: "report_forecast",
        about: "What open deals are expected to bring, by month.",
        writes: false,
        parts: &[ForecastQuery::RECORD.fields],
        run: |call| told(&call.me.reports().forecast(&call.arguments.record()?)?),
    },
    Tool {
        name: "add_customer",
        about: "Enters a customer. Where a likely duplicate is there, nothing is stored: the answer has the duplicates and a token, with \
                which a second call says that it is another customer.",
        writes: true,
        parts: &[NewCustomer::RECORD.fields, CONFIRMED],
        run: add_customer,
    },
    Tool {
        name: "add_follow_up",
        about: "Records a conversation with a customer, and what comes next; tasks that are done with it are marked so.",
        writes: true,
        parts: &[CUSTOMER, NewFollowUp::RECORD.fields],
        run: |call| {
            let new: NewFollowUp = call.arguments.record()?;
            told(&call.me.follow_ups().add(call.text(fields::CUSTOMER)?, &new)?)
        },
    },
    Tool {
        name: "add_deal",
        about: "Enters an opportunity (a deal) with a customer.",
        writes: true,
        parts: &[CUSTOMER, NewOpportunity::RECORD.fields],
        run: |call| {
            let new: NewOpportunity = call.arguments.record()?;
            told(
                &call
                    .me
                    .opportunities()
                    .create(call.text(fields::CUSTOMER)?, &new)?,
            )
        },
    },
    Tool {
        name: "move_deal",
        about: "Moves a deal to another stage. It is not won or lost by this.",
        writes: true,
        parts: &[MOVE],
        run: |call| {
            let deal: OpportunityId = call.arguments.get(fields::OPPORTUNITY)?;
            let stage: Stage = call.arguments.get(fields::STAGE)?;
            let deals = call.me.opportunities();
            told(&deals.move_to(deal, stage, &call.text(fields::STAGE_NOTE)?)?)
        },
    },
    Tool {
        name: "merge_customers",
        about: "Makes one customer of two that are the same. The first answer has what would come of it and a token; a second call with the \
                token merges them. It can be undone.",
        writes: true,
        parts: &[MERGE, CONFIRMED],
        run: merge,
    },
    Tool {
        name: "hand_over",
        about: "Gives customers, with what is open of them, to another owner: all or none. The first answer has what would change and a \
                token; a second call with the token does it.",
        writes: true,
        parts: &[HAND_OVER, CONFIRMED],
        run: hand_over,
    },
];

const PAGE_LIMIT: &[Field] = &[own(
    fields::LIMIT,
    &["How many lines of what befell it; 20 by default."],
    Type::Optional(&Type::U32),
    Rule::NONE.between(1, PageRequest::MAX),
)];

/// Rows of a page where nothing is said.
const ROWS: u32 = 20;

impl Call<'_> {
    fn text(&self, name: &str) -> crmkit::Result<String> {
        self.arguments.get(name)
    }

    fn page(&self) -> crmkit::Result<PageRequest> {
        let limit: Option<u32> = self.arguments.get(fields::LIMIT)?;
        Ok(PageRequest {
            after: self.arguments.get(fields::AFTER)?,
            limit: limit.unwrap_or(ROWS),
        })
    }

    /// What to answer instead, unless the call has the token of this state.
    fn unconfirmed(&self, state: &Value) -> crmkit::Result<Option<Value>> {
        self.confirmation.asked(self.tool, self.given, state)
    }
}

fn told(record: &impl Serialize) -> crmkit::Result<Value> {
    serde_json::to_value(record).map_err(Error::internal)
}

fn find_duplicates(call: &Call<'_>) -> crmkit::Result<Value> {
    let customers = call.me.customers();
    let name = call.text(fields::NAME)?;
    let kind: Option<CustomerKind> = call.arguments.get(fields::KIND)?;
    let phones: Vec<String> = call.arguments.get(fields::PHONES)?;
    let alike = customers.duplicates(&name, kind.unwrap_or(CustomerKind::Enterprise), &phones, &[])?;
    let query = CustomerQuery {
        text: Some(name),
        ..CustomerQuery::default()
    };
    let named = customers.list(&query, &PageRequest::first(ROWS))?;
    Ok(json!({ "alike": alike, "named": named.items }))
}

fn add_customer(call: &Call<'_>) -> crmkit::Result<Value> {
    let new: NewCustomer = call.arguments.record()?;
    let customers = call.me.customers();
    let warnings = customers.check(&new)?;
    let customer = match customers.create(&new, DuplicateCheck::Refuse) {
        Err(Error::Duplicate {
            matches,
            hidden_owners,
        }) => {
            let state = json!({ "store": new, "over": matches, "hidden_owners": hidden_owners });
            if let Some(answer) = call.unconfirmed(&state)? {
                return Ok(answer);
            }
            customers.create(&new, DuplicateCheck::AnotherCustomer)?
        }
        entered => entered?,
    };
    Ok(json!({ "done": true, "customer": customer, "warnings": warnings }))
}

fn merge(call: &Call<'_>) -> crmkit::Result<Value> {
    let (loser, into) = (call.text(fields::LOSER)?, call.text(fields::INTO)?);
    let choices: Vec<MergeChoice> = call.arguments.get(fields::CHOICES)?;
    let customers = call.me.customers();
    let preview = customers.merge_preview(&loser, &into)?;
    let revisions = [customers.get(&loser)?.revision, customers.get(&into)?.revision];
    let state = json!({ "preview": preview, "choices": choices, "revisions": revisions });
    if let Some(answer) = call.unconfirmed(&state)? {
        return Ok(answer);
    }
    let customer = customers.merge(&loser, &into, &choices)?;
    Ok(json!({ "done": true, "customer": customer }))
}

fn hand_over(call: &Call<'_>) -> crmkit::Result<Value> {
    let named: Vec<String> = call.arguments.get(fields::CUSTOMERS)?;
    let (to, reason) = (
        call.text(fields::TO)?,
        call.arguments.get::<Option<String>>(fields::REASON)?,
    );
    let customers = call.me.customers();
    let mut given = Vec::with_capacity(named.len());
    for key in &named {
        let customer = customers.get(key)?;
        given.push(json!({
            "number": customer.number, "name": customer.name, "owner": customer.owner, "revision": customer.revision,
        }));
    }
    if let Some(answer) = call.unconfirmed(&json!({ "hand_over": given, "to": to }))? {
        return Ok(answer);
    }
    let keys: Vec<CustomerKey> = named.iter().map(CustomerKey::from).collect();
    let outcomes = customers.assign_all(&keys, &to, reason.as_deref(), BulkMode::AllOrNothing)?;
    Ok(json!({ "done": true, "customers": outcomes }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_arguments_of_a_tool_have_one_name() {
        for tool in TOOLS {
            let fields = tool.fields();
            let names: BTreeSet<&str> = fields.iter().map(|field| field.name).collect();
            assert_eq!(names.len(), fields.len(), "{}", tool.name);
        }
    }

    #[test]
    fn the_page_of_the_command_names_every_tool() {
        for page in [
            include_str!("../../../docs/command.md"),
            include_str!("../../../docs/command.zh-CN.md"),
        ] {
            for tool in TOOLS {
                assert!(
                    page.contains(&format!("`{}`", tool.name)),
                    "{} is not named",
                    tool.name
                );
            }
        }
    }

    #[test]
    fn nothing_that_erases_is_among_them() {
        for tool in TOOLS {
            for word in ["erase", "delete", "archive", "undo", "sql", "password"] {
                assert!(!tool.name.contains(word), "{}", tool.name);
            }
        }
    }
}
