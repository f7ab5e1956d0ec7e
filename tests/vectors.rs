//! The manual's vectors, which run in every language: see `vectors/README.md`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "clippy knows tests by their attribute only"
)]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use crmkit::{
    AttachmentEdit, AttachmentFile, AuditQuery, Clock, ContactEdit, ContractEdit, ContractQuery, Crm,
    CustomerEdit, CustomerKey, CustomerQuery, DateTime, DuplicateCheck, DuplicateSearch, Error, FollowUpEdit,
    FollowUpQuery, ForecastQuery, FunnelQuery, ImportOptions, Language, MergeChoice, NewAccessRequest,
    NewAttachment, NewContact, NewContract, NewCustomer, NewFollowUp, NewOpportunity, NewServiceRecord,
    NewTarget, NewTeam, NewUser, OpenOptions, OpportunityEdit, OpportunityQuery, PageRequest,
    PerformanceQuery, PickEntry, Region, ServiceRecordEdit, Session, SettingsEdit, SourcesQuery, StatusQuery,
    TableOptions, TaskQuery, TeamQuery, UserEdit, Utc, Win,
    describe::{Described, Edits, Field, Type},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};

/// The most rows of an import that a vector looks at.
const MANY: u32 = 1000;

/// A clock that stands where a case or a step puts it, in milliseconds since 1970.
#[derive(Default)]
struct CaseClock(AtomicI64);

impl CaseClock {
    fn put(&self, now: &Value) {
        let now: DateTime<Utc> = text(now).parse().unwrap();
        self.0.store(now.timestamp_millis(), Ordering::Relaxed);
    }
}

impl Clock for CaseClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

#[test]
fn every_vector_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let mut failures = Vec::new();
    for path in &paths {
        let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        for case in file["cases"].as_array().unwrap() {
            if let Err(why) = run(case, &file["records"]) {
                failures.push(format!("{}: {}: {why}", text(&file["rule"]), text(&case["name"])));
            }
        }
    }
    assert!(paths.len() >= 10, "the vectors are not where they should be");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn run(case: &Value, records: &Value) -> Result<(), String> {
    let clock = Arc::new(CaseClock::default());
    clock.put(&case["now"]);
    let region = case["region"].as_str().map(|code| SettingsEdit::Region {
        value: Region::from_code(code).unwrap(),
    });
    let crm = crmkit::open(
        crmkit::IN_MEMORY,
        OpenOptions {
            clock: Some(clock.clone()),
            settings: region.into_iter().collect(),
            ..OpenOptions::default()
        },
    )
    .unwrap();
    let lin = crm.set_up("lin", "林").unwrap();
    let mut saved = BTreeMap::from([("lin".to_owned(), serde_json::to_value(lin).unwrap())]);
    let mut sessions = BTreeMap::new();
    let steps = case["steps"].as_array().unwrap().iter().enumerate();
    let turns = steps.flat_map(|(index, step)| {
        let times = step["repeat"].as_u64().unwrap_or(1);
        (1..=times).map(move |turn| (index, step, turn.to_string()))
    });
    for (index, step, turn) in turns {
        let at = |why: String| format!("step {}: {why}", index + 1);
        let step = filled_in(step, &turn, &saved).map_err(at)?;
        if let Some(now) = step.get("now") {
            clock.put(now);
        }
        match (take(&crm, &mut sessions, &step, records), step.get("error")) {
            (Ok(result), None) => {
                if let Some(expected) = step.get("expect") {
                    compare(expected, &result, "result").map_err(at)?;
                }
                if let Some(name) = step["save_as"].as_str() {
                    saved.insert(name.to_owned(), result);
                }
            }
            (Err(error), Some(expected)) => check_error(expected, &error).map_err(at)?,
            (Ok(result), Some(_)) => return Err(at(format!("succeeded: {result}"))),
            (Err(error), None) => return Err(at(format!("failed: {}: {error}", error.code().as_str()))),
        }
    }
    Ok(())
}

/// The step with every `{i}` replaced by which time it is done, and every `$name.field` by what was saved.
fn filled_in(value: &Value, turn: &str, saved: &BTreeMap<String, Value>) -> Result<Value, String> {
    match value {
        Value::String(text) => {
            let text = text.replace("{i}", turn);
            if !text.starts_with('$') {
                return Ok(text.into());
            }
            let path = text.trim_start_matches('$').replace('.', "/");
            let (name, rest) = path.split_once('/').unwrap_or((&path, ""));
            let pointer = if rest.is_empty() {
                String::new()
            } else {
                format!("/{rest}")
            };
            let found = saved.get(name).and_then(|saved| saved.pointer(&pointer));
            found
                .cloned()
                .ok_or_else(|| format!("nothing was saved as {text}"))
        }
        Value::Array(items) => items.iter().map(|item| filled_in(item, turn, saved)).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(key, value)| Ok((key.clone(), filled_in(value, turn, saved)?)));
            fields.collect::<Result<Map<_, _>, String>>().map(Value::Object)
        }
        value => Ok(value.clone()),
    }
}

/// The fields of `with`, over those of the record that it is like.
fn with(step: &Value, records: &Value) -> Map<String, Value> {
    let mut fields = step["with"].as_object().cloned().unwrap_or_default();
    let Some(like) = fields.remove("like") else {
        return fields;
    };
    let mut record = records[text(&like)].as_object().unwrap().clone();
    for (field, value) in fields {
        match value {
            Value::Null => record.remove(&field),
            value => record.insert(field, value),
        };
    }
    record
}

fn take(
    crm: &Crm,
    sessions: &mut BTreeMap<String, Session>,
    step: &Value,
    records: &Value,
) -> Result<Value, Error> {
    if step["do"] == "login" {
        let session = crm.login(
            text(&step["login"]),
            text(&step["password"]),
            text(&step["device"]),
        )?;
        sessions.insert(text(&step["session"]).to_owned(), session);
        return Ok(Value::Null);
    }
    let login = step["as"].as_str().unwrap_or("lin");
    let mut me = match login.strip_prefix('@') {
        Some(name) => sessions[name].clone(),
        None => crm.session(login)?,
    };
    if let Some(at) = step.get("backdated") {
        me = me.backdated(from(at.clone()));
    }
    let with = with(step, records);
    let revision = step["revision"].as_u64().unwrap_or_default();
    let argument = |name: &str| {
        step.get(name)
            .or_else(|| with.get(name))
            .cloned()
            .unwrap_or_default()
    };
    let string = |name: &str| argument(name).as_str().unwrap_or_default().to_owned();
    let optional = |name: &str| argument(name).as_str().map(str::to_owned);
    let customers = || -> Vec<CustomerKey> {
        let keys: Vec<String> = from(argument("customers"));
        keys.into_iter().map(CustomerKey::from).collect()
    };
    let page = PageRequest {
        after: optional("after"),
        limit: argument("limit")
            .as_u64()
            .map_or(50, |limit| limit.try_into().unwrap()),
    };
    match text(&step["do"]) {
        "customers.create" => {
            let check = step.get("check").cloned().map(from::<DuplicateCheck>);
            me.customers()
                .create(&read::<NewCustomer>(&with), check.unwrap_or_default())
                .map(json)
        }
        "customers.check" => me.customers().check(&read::<NewCustomer>(&with)).map(json),
        "customers.get" => me.customers().get(string("key")).map(json),
        "customers.update" => {
            let edits = edits::<CustomerEdit>(&CustomerEdit::EDITS, &with);
            me.customers().update(string("key"), revision, &edits).map(json)
        }
        "customers.list" => me
            .customers()
            .list(&read::<CustomerQuery>(&with), &page)
            .map(json),
        "customers.count" => me.customers().count(&read::<CustomerQuery>(&with)).map(json),
        "customers.duplicates" => {
            let phones: Vec<String> = with.get("phones").cloned().map(from).unwrap_or_default();
            let registrations: Vec<crmkit::Registration> =
                with.get("registrations").cloned().map(from).unwrap_or_default();
            me.customers()
                .duplicates(&string("name"), from(argument("kind")), &phones, &registrations)
                .map(json)
        }
        "customers.find_duplicates" => {
            let import = from(argument("import_id"));
            let mut job = me.customers().find_duplicates(DuplicateSearch {
                import,
                ..DuplicateSearch::default()
            });
            for progress in &mut job {
                progress?;
            }
            Ok(json(job.report()))
        }
        "customers.review_duplicates" => review(&me, &argument("decisions")),
        "customers.say_different" => me.customers().say_different(string("a"), string("b")).map(json),
        "customers.unsay_different" => me.customers().unsay_different(string("a"), string("b")).map(json),
        "customers.say_same" => me
            .customers()
            .say_same(string("customer"), &string("name"))
            .map(json),
        "customers.unsay_same" => me
            .customers()
            .unsay_same(string("customer"), &string("name"))
            .map(json),
        "customers.merge_preview" => me
            .customers()
            .merge_preview(string("loser"), string("into"))
            .map(json),
        "customers.merge" => {
            let choices: Option<Vec<MergeChoice>> = from(argument("choices"));
            me.customers()
                .merge(string("loser"), string("into"), &choices.unwrap_or_default())
                .map(json)
        }
        "customers.merges" => me.customers().merges(string("customer")).map(json),
        "customers.history" => me
            .customers()
            .history(
                string("customer"),
                from(argument("before")),
                from(argument("limit")),
            )
            .map(json),
        "customers.undo" => me.customers().undo(from(argument("operation"))).map(json),
        "customers.import_file" => import(&me, &string("csv"), read(&with)),
        "contacts.add" => me
            .contacts()
            .add(string("customer"), &read::<NewContact>(&with))
            .map(json),
        "contacts.list" => me.contacts().list(string("customer")).map(json),
        "contacts.update" => {
            let edits = edits::<ContactEdit>(&ContactEdit::EDITS, &with);
            me.contacts()
                .update(from(argument("id")), revision, &edits)
                .map(json)
        }
        "contacts.archive" => me
            .contacts()
            .archive(from(argument("id")), revision, &string("reason"))
            .map(json),
        "contacts.restore" => me
            .contacts()
            .restore(from(argument("id")), revision, &string("reason"))
            .map(json),
        "service_records.restore" => me
            .service_records()
            .restore(from(argument("id")), revision, &string("reason"))
            .map(json),
        "customers.quiet" => me
            .customers()
            .quiet(optional("owner").as_deref(), &page)
            .map(json),
        "customers.mark_quiet_lost" => me
            .customers()
            .mark_quiet_lost(from(argument("limit")), from(argument("dry_run")))
            .map(json),
        "attachments.add" => {
            let mut file = AttachmentFile::from(read::<NewAttachment>(&with));
            let bytes = string("content").repeat(argument("times").as_u64().unwrap_or(1) as usize);
            file.content
                .append(bytes.as_bytes())
                .and_then(|()| me.attachments().add(string("customer"), &file))
                .map(json)
        }
        "attachments.open" => me
            .attachments()
            .open(from(argument("id")))
            .and_then(|mut reader| {
                let mut bytes = Vec::new();
                while let Some(part) = reader.next_part()? {
                    bytes.extend(part);
                }
                Ok(json(String::from_utf8(bytes).unwrap()))
            }),
        "attachments.list" => me.attachments().list(&read(&with), &page).map(json),
        "attachments.update" => {
            let edits = edits::<AttachmentEdit>(&AttachmentEdit::EDITS, &with);
            me.attachments()
                .update(from(argument("id")), revision, &edits)
                .map(json)
        }
        "attachments.archive" => me
            .attachments()
            .archive(from(argument("id")), revision, &string("reason"))
            .map(json),
        "attachments.restore" => me
            .attachments()
            .restore(from(argument("id")), revision, &string("reason"))
            .map(json),
        "service_records.add" => me
            .service_records()
            .add(string("customer"), &read::<NewServiceRecord>(&with))
            .map(json),
        "service_records.get" => me.service_records().get(from(argument("id"))).map(json),
        "service_records.list" => me
            .service_records()
            .list(string("customer"), from(argument("archived")), &page)
            .map(json),
        "service_records.update" => {
            let edits = edits::<ServiceRecordEdit>(&ServiceRecordEdit::EDITS, &with);
            me.service_records()
                .update(from(argument("id")), revision, &edits)
                .map(json)
        }
        "service_records.archive" => me
            .service_records()
            .archive(from(argument("id")), revision, &string("reason"))
            .map(json),
        "customers.set_status" => me
            .customers()
            .set_status(
                string("customer"),
                from(argument("status")),
                optional("reason").as_deref(),
            )
            .map(json),
        "customers.set_status_all" => me
            .customers()
            .set_status_all(
                &customers(),
                from(argument("status")),
                optional("reason").as_deref(),
                from(argument("mode")),
            )
            .map(json),
        "session.describe" => me.describe(&string("noun")).map(json),
        "customers.timeline" => me.customers().timeline(string("customer"), &page).map(json),
        "customers.status_changes" => me.customers().status_changes(string("customer"), &page).map(json),
        "customers.assign" => me
            .customers()
            .assign(string("customer"), &string("to"), optional("reason").as_deref())
            .map(json),
        "customers.assign_all" => me
            .customers()
            .assign_all(
                &customers(),
                &string("to"),
                optional("reason").as_deref(),
                from(argument("mode")),
            )
            .map(json),
        "customers.hand_over" => me
            .customers()
            .hand_over(
                &string("from_owner"),
                &string("to"),
                optional("reason").as_deref(),
            )
            .map(json),
        "customers.hand_overs" => me.customers().hand_overs(string("customer"), &page).map(json),
        "customers.archive" => me
            .customers()
            .archive(string("customer"), &string("reason"))
            .map(json),
        "customers.restore" => me
            .customers()
            .restore(string("customer"), &string("reason"))
            .map(json),
        "customers.archive_all" => me
            .customers()
            .archive_all(&customers(), &string("reason"), from(argument("mode")))
            .map(json),
        "customers.restore_all" => me
            .customers()
            .restore_all(&customers(), &string("reason"), from(argument("mode")))
            .map(json),
        "customers.tag_all" => {
            let (add, remove): (Vec<String>, Vec<String>) = (from(argument("add")), from(argument("remove")));
            me.customers()
                .tag_all(&customers(), &add, &remove, from(argument("mode")))
                .map(json)
        }
        "follow_ups.add" => me
            .follow_ups()
            .add(string("customer"), &read::<NewFollowUp>(&with))
            .map(json),
        "follow_ups.get" => me.follow_ups().get(from(argument("id"))).map(json),
        "follow_ups.list" => me
            .follow_ups()
            .list(&read::<FollowUpQuery>(&with), &page)
            .map(json),
        "follow_ups.update" => {
            let edits = edits::<FollowUpEdit>(&FollowUpEdit::EDITS, &with);
            me.follow_ups()
                .update(from(argument("id")), revision, &edits)
                .map(json)
        }
        "follow_ups.archive" => me
            .follow_ups()
            .archive(from(argument("id")), revision, &string("reason"))
            .map(json),
        "follow_ups.restore" => me
            .follow_ups()
            .restore(from(argument("id")), revision, &string("reason"))
            .map(json),
        "tasks.list" => me.tasks().list(&read::<TaskQuery>(&with), &page).map(json),
        "customers.profile" => me.customers().profile(string("customer")).map(json),
        "customers.basics" => me.customers().basics(string("key")).map(json),
        "opportunities.create" => me
            .opportunities()
            .create(string("customer"), &read::<NewOpportunity>(&with))
            .map(json),
        "opportunities.get" => me.opportunities().get(from(argument("id"))).map(json),
        "opportunities.list" => me
            .opportunities()
            .list(&read::<OpportunityQuery>(&with), &page)
            .map(json),
        "opportunities.history" => me.opportunities().history(from(argument("id"))).map(json),
        "opportunities.forecast" => me
            .opportunities()
            .forecast(optional("owner").as_deref())
            .map(json),
        "opportunities.update" => {
            let edits = edits::<OpportunityEdit>(&OpportunityEdit::EDITS, &with);
            me.opportunities()
                .update(from(argument("id")), revision, &edits)
                .map(json)
        }
        "opportunities.move" => me
            .opportunities()
            .move_to(from(argument("id")), from(argument("stage")), &string("note"))
            .map(json),
        "opportunities.close_won" => me
            .opportunities()
            .close_won(from(argument("id")), &read::<Win>(&with))
            .map(json),
        "opportunities.close_lost" => me
            .opportunities()
            .close_lost(from(argument("id")), &string("reason"))
            .map(json),
        "opportunities.reopen" => me
            .opportunities()
            .reopen(from(argument("id")), &string("reason"))
            .map(json),
        "contracts.add" => me
            .contracts()
            .add(string("customer"), &read::<NewContract>(&with))
            .map(json),
        "contracts.list" => me
            .contracts()
            .list(&read::<ContractQuery>(&with), &page)
            .map(json),
        "contracts.update" => {
            let edits = edits::<ContractEdit>(&ContractEdit::EDITS, &with);
            me.contracts()
                .update(from(argument("id")), revision, &edits)
                .map(json)
        }
        "contracts.correct" => {
            let edits = edits::<ContractEdit>(&ContractEdit::EDITS, &with);
            me.contracts()
                .correct(from(argument("id")), revision, &edits, &string("reason"))
                .map(json)
        }
        "contracts.pay" => me
            .contracts()
            .pay(
                from(argument("id")),
                revision,
                from(argument("on")),
                from(argument("amount")),
                optional("note").as_deref(),
            )
            .map(json),
        "contracts.mark_paid" => me
            .contracts()
            .mark_paid(from(argument("id")), revision, &string("reason"))
            .map(json),
        "tasks.get" => me.tasks().get(from(argument("id"))).map(json),
        "tasks.complete" => me.tasks().complete(from(argument("id"))).map(json),
        "tasks.put_off" => me
            .tasks()
            .put_off(
                from(argument("id")),
                revision,
                from(argument("due")),
                optional("due_time").as_deref(),
            )
            .map(json),
        "reminders.due" => me.reminders().due(page.limit).map(json),
        "reminders.confirm" => me.reminders().confirm(&string("key")).map(json),
        "reminders.silence" => me
            .reminders()
            .silence(from(argument("kind")), from(argument("silent")))
            .map(json),
        "reminders.silenced" => me.reminders().silenced().map(json),
        "users.set_password" => me
            .users()
            .set_password(&string("login"), &string("password"))
            .map(json),
        "users.account" => me.users().account(&string("login")).map(json),
        "users.suspend" => me
            .users()
            .suspend(&string("login"), optional("reason").as_deref())
            .map(json),
        "users.resume" => me
            .users()
            .resume(&string("login"), optional("reason").as_deref())
            .map(json),
        "account.get" => me.account().get().map(json),
        "account.change_password" => me
            .account()
            .change_password(&string("old_password"), &string("password"))
            .map(json),
        "account.log_out" => me.account().log_out().map(json),
        "requests.ask" => me.requests().ask(&read::<NewAccessRequest>(&with)).map(json),
        "requests.get" => me.requests().get(from(argument("id"))).map(json),
        "requests.list" => me.requests().list(from(argument("waiting")), &page).map(json),
        "requests.approve" => me.requests().approve(from(argument("id"))).map(json),
        "requests.refuse" => me
            .requests()
            .refuse(from(argument("id")), &string("reason"))
            .map(json),
        "requests.withdraw" => me.requests().withdraw(from(argument("id"))).map(json),
        "reports.funnel" => me.reports().funnel(&read::<FunnelQuery>(&with)).map(json),
        "reports.funnel_rows" => me
            .reports()
            .funnel_rows(&read::<FunnelQuery>(&with), from(argument("stage")), page.limit)
            .map(json),
        "reports.sources" => me.reports().sources(&read::<SourcesQuery>(&with)).map(json),
        "reports.sources_rows" => me
            .reports()
            .sources_rows(
                &read::<SourcesQuery>(&with),
                optional("source").as_deref(),
                from(argument("only_won")),
                page.limit,
            )
            .map(json),
        "reports.performance" => me
            .reports()
            .performance(&read::<PerformanceQuery>(&with))
            .map(json),
        "reports.performance_rows" => me
            .reports()
            .performance_rows(
                &read::<PerformanceQuery>(&with),
                from(argument("figure")),
                page.limit,
            )
            .map(json),
        "reports.status" => me.reports().status(&read::<StatusQuery>(&with)).map(json),
        "reports.status_rows" => me
            .reports()
            .status_rows(&read::<StatusQuery>(&with), from(argument("status")), page.limit)
            .map(json),
        "reports.team" => me.reports().team(&read::<TeamQuery>(&with)).map(json),
        "reports.forecast" => me.reports().forecast(&read::<ForecastQuery>(&with)).map(json),
        "targets.set" => {
            let targets: Vec<Map<String, Value>> = from(argument("targets"));
            let targets: Vec<NewTarget> = targets.iter().map(read).collect();
            me.targets().set(&targets).map(json)
        }
        "targets.list" => me.targets().list(&string("period")).map(json),
        "targets.history" => me
            .targets()
            .history(&string("person"), &string("month"), page.limit)
            .map(json),
        "audit.search" => me.audit().search(&read::<AuditQuery>(&with), &page).map(json),
        "users.create" => me.users().create(&read::<NewUser>(&with)).map(json),
        "users.update" => {
            let edits = edits::<UserEdit>(&UserEdit::EDITS, &with);
            me.users()
                .update(from(argument("id")), revision, &edits)
                .map(json)
        }
        "teams.create" => me.teams().create(&read::<NewTeam>(&with)).map(json),
        "pick_lists.list" => me.pick_lists().list(from(argument("list"))).map(json),
        "pick_lists.put" => me.pick_lists().put(&read::<PickEntry>(&with)).map(json),
        "settings.get" => me.settings().get().map(json),
        "settings.update" => {
            let edits = edits::<SettingsEdit>(&SettingsEdit::EDITS, &with);
            me.settings().update(revision, &edits).map(json)
        }
        "imports.undo" => me.imports().undo(from(argument("id"))).map(json),
        "audit.list" => me
            .audit()
            .list(from(argument("after")), from(argument("limit")))
            .map(json),
        "audit.verify" => me.audit().verify(None).map(json),
        verb => panic!("no verb {verb}"),
    }
}

/// Works the groups of a search through: the customers in hand before each decision, and after the last one.
fn review(me: &Session, decisions: &Value) -> Result<Value, Error> {
    let mut job = me.customers().find_duplicates(DuplicateSearch::default());
    for progress in &mut job {
        progress?;
    }
    let mut review = job.review();
    let mut in_hand = review.next_group()?;
    let mut offered = Vec::new();
    let keys = |named: &Value| -> Vec<CustomerKey> {
        let named = named.as_array().cloned().unwrap_or_default();
        named.iter().map(|key| text(key).into()).collect()
    };
    for decision in decisions.as_array().unwrap() {
        offered.push(in_hand.map(|group| group.customers).unwrap_or_default());
        in_hand = match text(&decision["say"]) {
            "merge" => review.merge(text(&decision["into"]), &keys(&decision["losers"]))?,
            "different" => review.different(&keys(&decision["customers"]))?,
            _ => {
                review.later();
                None
            }
        };
        if in_hand.is_none() {
            in_hand = review.next_group()?;
        }
    }
    offered.push(in_hand.map(|group| group.customers).unwrap_or_default());
    Ok(json(offered))
}

fn import(me: &Session, csv: &str, options: ImportOptions) -> Result<Value, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    fs::write(&path, csv).unwrap();
    let dry_run = options.dry_run;
    let mut job = crmkit::import_file(me, &path, options, &TableOptions::default(), None)?;
    for progress in &mut job {
        progress?;
    }
    let report = job.report();
    let rows = if dry_run {
        Vec::new()
    } else {
        me.imports().rows(report.import, 0, MANY)?
    };
    let mut result = json(report);
    result["rows"] = json(rows);
    Ok(result)
}

/// The record with these fields; what is left out is blank.
fn read<T: Described + DeserializeOwned>(with: &Map<String, Value>) -> T {
    from(whole(T::TYPE, &Value::Object(with.clone())))
}

/// The changes of the fields named.
fn edits<T: DeserializeOwned>(edits: &Edits, with: &Map<String, Value>) -> Vec<T> {
    let edit = |(name, value): (&String, &Value)| {
        let known = edits.fields.iter().find(|edit| edit.name == name);
        let edit = known.unwrap_or_else(|| panic!("{} has no {name}", edits.name));
        from(json!({ name: { "value": whole(edit.of, value) } }))
    };
    with.iter().map(edit).collect()
}

/// A value as its type reads it from JSON: a record as an object with all fields, though a vector may leave some out, or
/// write the first one alone.
fn whole(of: Type, value: &Value) -> Value {
    match (of, value) {
        (Type::Optional(_), Value::Null) => Value::Null,
        (Type::Optional(of), value) => whole(*of, value),
        (Type::List(of), Value::Array(items)) => items.iter().map(|item| whole(*of, item)).collect(),
        (Type::Record(record), Value::Object(with)) => {
            let field = |field: &Field| {
                let value = with
                    .get(field.name)
                    .map_or_else(|| blank(field), |value| whole(field.of, value));
                (field.name.to_owned(), value)
            };
            Value::Object(record.fields.iter().map(field).collect())
        }
        (Type::Record(record), first) => whole(of, &json!({ record.fields[0].name: first })),
        (_, value) => value.clone(),
    }
}

/// What a field is that is left out.
fn blank(field: &Field) -> Value {
    match (field.of, field.default) {
        (_, Some(value)) if !value.is_empty() => value.parse().unwrap(),
        (Type::Flag, _) => json!(false),
        (Type::Text, _) => json!(""),
        (Type::Map(_), _) => json!({}),
        (Type::List(_), _) => json!([]),
        (Type::States(states), _) => states.default().map_or(Value::Null, |state| json!(state.code)),
        _ => Value::Null,
    }
}

fn check_error(expected: &Value, error: &Error) -> Result<(), String> {
    let mut found = json!({
        "kind": error.kind().code(),
        "code": error.code().as_str(),
        "fields": error.fields(),
    });
    match error {
        Error::Invalid { problems } => found["problems"] = json(problems),
        Error::Rule { problem } => found["problems"] = json([problem]),
        Error::Duplicate {
            matches,
            hidden_owners,
        } => {
            found["matches"] = json(matches);
            found["hidden_owners"] = json(hidden_owners);
        }
        Error::Conflict { revision, .. } => found["revision"] = json(revision),
        _ => {}
    }
    let mut expected = expected.clone();
    if let Some(begins) = expected
        .as_object_mut()
        .and_then(|expected| expected.remove("message"))
    {
        let message = error.message(Language::Zh);
        if !message.starts_with(text(&begins)) {
            return Err(format!("the message is {message}, not {begins}"));
        }
    }
    compare(&expected, &found, "error")
}

/// Whether a result contains what is expected of it.
fn compare(expected: &Value, found: &Value, at: &str) -> Result<(), String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => expected.iter().try_for_each(|(field, value)| {
            compare(
                value,
                found.get(field).unwrap_or(&Value::Null),
                &format!("{at}.{field}"),
            )
        }),
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs
                .try_for_each(|(index, (expected, found))| compare(expected, found, &format!("{at}.{index}")))
        }
        (Value::Array(expected), Value::Null) if expected.is_empty() => Ok(()),
        _ if expected == found => Ok(()),
        _ => Err(format!("{at} is {found}, not {expected}")),
    }
}

fn json(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

fn from<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|why| panic!("{value}: {why}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
