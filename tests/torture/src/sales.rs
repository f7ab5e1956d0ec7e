//! Sales in any order: follow-ups, tasks, deals won and lost and opened again, contracts, files, hand-overs, requests, merges, and what
//! of it is taken back, by several processes at once that are killed at any moment. Whatever stands then must hang together.

use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use crm_match_eval::random::Random;
use crmkit::{
    AttachmentFile, AttachmentQuery, Choice, ContractQuery, CustomerNumber, CustomerQuery, DuplicateCheck,
    ErrorKind, FollowUpQuery, NaiveDate, NewAccessRequest, NewAttachment, NewContract, NewFollowUp,
    NewOpportunity, NewTeam, NewUser, OpportunityQuery, PageRequest, Role, Session, Stage, TaskKind,
    TaskList, TaskQuery, Wanted, Win,
};

use crate::{
    counts::Counts,
    desk::{ADMIN, Desk, company, contact, is_whole, open},
    figures,
    worker::{Work, start},
};

/// Times that all processes are killed.
const KILLS: u64 = 3;
/// Who sells, beside the admin.
const PEOPLE: [&str; 3] = ["sun", "wang", "zhao"];
const MANY: PageRequest = PageRequest {
    after: None,
    limit: PageRequest::MAX,
};

pub(crate) fn round(seed: u64, counts: &mut Counts) -> Result<()> {
    let mut random = Random::new(seed);
    let desk = Desk::new()?;
    set_up(&desk)?;
    for kill in 0..KILLS {
        let seeds = [random.draw(), random.draw()];
        let mut workers = Vec::new();
        for seed in seeds {
            workers.push(start(&desk, Work::Sell { seed, many: 10_000 })?);
        }
        thread::sleep(Duration::from_millis(50 + random.below(400) as u64));
        for worker in &mut workers {
            worker.kill()?;
        }
        for mut worker in workers {
            worker.wait()?;
        }
        counts.add("processes killed", 2);
        hang_together(&desk, counts).with_context(|| format!("after kill {kill}"))?;
    }
    let crm = open(&desk.path)?;
    let done = sell(&crm, random.draw(), 150)?;
    drop(crm);
    for (call, times) in done {
        counts.add(call, times);
    }
    hang_together(&desk, counts)
}

fn set_up(desk: &Desk) -> Result<()> {
    let crm = open(&desk.path)?;
    let me = crm.session(ADMIN)?;
    let team = me.teams().create(&NewTeam {
        name: "华东".into()
    })?;
    for (login, role) in PEOPLE
        .into_iter()
        .zip([Role::Supervisor, Role::SalesRep, Role::SalesRep])
    {
        let user = NewUser {
            team: Some(team.id.to_string()),
            ..NewUser::of(login, login, role)
        };
        me.users().create(&user)?;
    }
    for n in 0..12 {
        let number = me.customers().create(&company(n), DuplicateCheck::Off)?.number;
        me.contacts().add(number, &contact(n))?;
        me.customers().assign(number, PEOPLE[n as usize % 3], None)?;
    }
    Ok(())
}

/// Makes so many calls, and answers with how often each was done. What is refused by a rule is done, too.
pub(crate) fn sell(crm: &crmkit::Crm, seed: u64, many: u64) -> Result<BTreeMap<&'static str, u64>> {
    let mut random = Random::new(seed);
    let mut done = BTreeMap::new();
    for n in 0..many {
        let login = random.pick(&[ADMIN, ADMIN, "sun", "wang", "zhao"]);
        let me = crm.session(login)?;
        let (call, result) = step(&me, &mut random, seed.wrapping_add(n));
        match result {
            Ok(()) => *done.entry(call).or_default() += 1,
            Err(error) if matches!(error.kind(), ErrorKind::Internal) => {
                return Err(error).with_context(|| format!("{call} by {login}"));
            }
            // Refused; or busy, and said so.
            Err(_) => *done.entry("refused").or_default() += 1,
        }
    }
    Ok(done)
}

fn step(me: &Session, random: &mut Random, n: u64) -> (&'static str, crmkit::Result<()>) {
    let call = random.weighted(&[
        ("follow-ups", 6),
        ("tasks done", 3),
        ("tasks put off", 2),
        ("deals begun", 5),
        ("deals moved", 4),
        ("deals won", 4),
        ("deals lost", 2),
        ("deals opened again", 2),
        ("contracts", 3),
        ("contracts archived", 1),
        ("payments", 2),
        ("files", 2),
        ("customers", 1),
        ("hand-overs", 3),
        ("requests", 2),
        ("merges", 3),
        ("taken back", 4),
    ]);
    (call, make(me, call, random, n))
}

#[expect(clippy::too_many_lines, reason = "a line or two for each call")]
fn make(me: &Session, call: &str, random: &mut Random, n: u64) -> crmkit::Result<()> {
    let there = me.customers().list(&CustomerQuery::default(), &MANY)?.items;
    let Some(customer) = there.get(random.below(there.len().max(1))).map(|row| row.number) else {
        return Ok(());
    };
    let deals = me
        .opportunities()
        .list(&OpportunityQuery::default(), &MANY)?
        .items;
    let deal = deals.get(random.below(deals.len().max(1)));
    let contracts = me.contracts().list(&ContractQuery::default(), &MANY)?.items;
    let contract = contracts.get(random.below(contracts.len().max(1)));
    match (call, deal, contract) {
        ("follow-ups", deal, _) => {
            let talk = NewFollowUp {
                method: Some(Choice::of("电话拜访")),
                topic: "方案反馈".into(),
                content: Some("客户要求报价".into()),
                opportunity: deal.filter(|deal| deal.customer == customer).map(|deal| deal.id),
                next_follow_up: random.chance(60).then(later),
                ..NewFollowUp::default()
            };
            me.follow_ups().add(customer, &talk).map(drop)
        }
        ("tasks done" | "tasks put off", ..) => {
            let tasks = me.tasks().list(&open_tasks(), &MANY)?.items;
            let Some(task) = tasks.get(random.below(tasks.len().max(1))) else {
                return Ok(());
            };
            match call {
                "tasks done" => me.tasks().complete(task.id).map(drop),
                _ => {
                    let task = me.tasks().get(task.id)?;
                    me.tasks()
                        .put_off(task.id, task.revision, later(), None)
                        .map(drop)
                }
            }
        }
        ("deals begun", ..) => {
            let deal = NewOpportunity {
                name: "产线改造".into(),
                expected_amount: "120000".parse().ok(),
                expected_close: Some(later()),
                owner: random.chance(30).then(|| random.pick(&PEOPLE).to_owned()),
                ..NewOpportunity::default()
            };
            me.opportunities().create(customer, &deal).map(drop)
        }
        ("deals moved", Some(deal), _) => {
            let stage = random.pick(&[Stage::NeedsAnalysis, Stage::Proposal, Stage::Negotiation]);
            me.opportunities().move_to(deal.id, stage, "谈了一次").map(drop)
        }
        ("deals won", Some(deal), _) => {
            let win = Win {
                amount: "118000".parse().ok(),
                signed_on: Some(earlier(random)),
                contract_number: number(random),
                reason: "方案贴合需求".into(),
                ..Win::default()
            };
            me.opportunities().close_won(deal.id, &win).map(drop)
        }
        ("deals lost", Some(deal), _) => me.opportunities().close_lost(deal.id, "预算取消").map(drop),
        ("deals opened again", Some(deal), _) => me.opportunities().reopen(deal.id, "继续谈").map(drop),
        ("contracts", ..) => {
            let new = NewContract {
                contract_number: number(random),
                amount: "5000".parse().ok(),
                signed_on: Some(earlier(random)),
                end: random.chance(50).then(later),
                renews: contract
                    .filter(|contract| contract.customer == customer && random.chance(50))
                    .map(|contract| contract.id),
                ..NewContract::default()
            };
            me.contracts().add(customer, &new).map(drop)
        }
        ("contracts archived", _, Some(contract)) => me
            .contracts()
            .archive(contract.id, contract.revision, "重复录入")
            .map(drop),
        ("payments", _, Some(contract)) => {
            let amount = contract.amount;
            let paid = me
                .contracts()
                .pay(contract.id, contract.revision, earlier(random), amount, None);
            paid.map(drop)
        }
        ("files", ..) => {
            let mut file = AttachmentFile::from(NewAttachment {
                name: "报价.pdf".into(),
                kind: Some(Choice::of("报价单")),
                ..NewAttachment::default()
            });
            file.content.append(format!("第{}版", n % 5).as_bytes())?;
            me.attachments().add(customer, &file).map(drop)
        }
        ("customers", ..) => {
            let new = company(random.below(900_000) as u64 + 100);
            me.customers().create(&new, DuplicateCheck::default()).map(drop)
        }
        ("hand-overs", ..) => match random.chance(80) {
            true => me
                .customers()
                .assign(customer, random.pick(&PEOPLE), None)
                .map(drop),
            false => {
                let (from, to) = (random.pick(&PEOPLE), random.pick(&PEOPLE));
                me.customers().hand_over(from, to, None).map(drop)
            }
        },
        ("requests", ..) => {
            let waiting = me.requests().list(true, &MANY)?.items;
            match waiting.get(random.below(waiting.len().max(1))) {
                Some(asked) if random.chance(70) => me.requests().approve(asked.id).map(drop),
                Some(asked) => me.requests().withdraw(asked.id).map(drop),
                None => {
                    let wanted = random.pick(&[Wanted::SeeCustomers, Wanted::EditCustomers]);
                    let asked = NewAccessRequest {
                        wanted,
                        customers: vec![customer.to_string(), company(n % 12).name],
                        role: None,
                        until: "2124-05-01T00:00:00Z".parse().unwrap(),
                        reason: "代班".into(),
                    };
                    me.requests().ask(&asked).map(drop)
                }
            }
        }
        ("merges", ..) => {
            let into = there[random.below(there.len())].number;
            me.customers().merge(customer, into, &[]).map(drop)
        }
        ("taken back", ..) => {
            let befell = me.customers().history(customer, None, 20)?;
            match befell.get(random.below(befell.len().max(1))) {
                Some(entry) => me.customers().undo(entry.operation),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn open_tasks() -> TaskQuery {
    TaskQuery {
        list: TaskList::Open,
        everybody: true,
        ..TaskQuery::default()
    }
}

fn later() -> NaiveDate {
    NaiveDate::from_ymd_opt(2124, 5, 1).unwrap()
}

fn earlier(random: &mut Random) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1 + random.below(4) as u32, 1 + random.below(28) as u32).unwrap()
}

/// One of few, so that many are taken.
fn number(random: &mut Random) -> String {
    format!("HT-{}", random.below(40))
}

/// That each deal's stage is what its ledger comes to, that all that hangs on customers hangs on one that is there and is counted with
/// it, that no two contracts that hold have one number, that no customer and no contract has two tasks where one is due, that the log
/// verifies, that the store is whole, and that its reports hold.
fn hang_together(desk: &Desk, counts: &mut Counts) -> Result<()> {
    let crm = open(&desk.path).context("opening again")?;
    let me = crm.session(ADMIN)?;
    let everybody = CustomerQuery {
        archived: true,
        ..CustomerQuery::default()
    };
    let there: BTreeSet<CustomerNumber> = pages(|page| {
        let found = me.customers().list(&everybody, page)?;
        Ok((found.items, found.next))
    })?
    .into_iter()
    .map(|row| row.number)
    .collect();

    let deals = OpportunityQuery {
        archived: true,
        ..OpportunityQuery::default()
    };
    let deals = pages(|page| {
        let found = me.opportunities().list(&deals, page)?;
        Ok((found.items, found.next))
    })?;
    for deal in &deals {
        let stages = me.opportunities().history(deal.id)?.stages;
        let mut at = None;
        for change in &stages {
            ensure!(
                change.before == at,
                "{}: {:?} follows on {at:?}",
                deal.id,
                change.before
            );
            ensure!(
                change.customer == deal.customer,
                "{}: its ledger is elsewhere",
                deal.id
            );
            at = Some(change.after);
        }
        ensure!(
            at == Some(deal.stage),
            "{}: {at:?} is not {:?}",
            deal.id,
            deal.stage
        );
    }
    let contracts = ContractQuery {
        archived: true,
        void: true,
        ..ContractQuery::default()
    };
    let contracts = pages(|page| {
        let found = me.contracts().list(&contracts, page)?;
        Ok((found.items, found.next))
    })?;
    let mut numbers = BTreeSet::new();
    for contract in contracts
        .iter()
        .filter(|contract| contract.voided_at.is_none() && contract.archived_at.is_none())
    {
        let number = &contract.contract_number;
        ensure!(
            number.is_empty() || numbers.insert(number),
            "{number} stands twice"
        );
    }
    let talks = FollowUpQuery {
        archived: true,
        ..FollowUpQuery::default()
    };
    let talks = pages(|page| {
        let found = me.follow_ups().list(&talks, page)?;
        Ok((found.items, found.next))
    })?;
    let files = AttachmentQuery {
        archived: true,
        ..AttachmentQuery::default()
    };
    let files = pages(|page| {
        let found = me.attachments().list(&files, page)?;
        Ok((found.items, found.next))
    })?;
    let hang = [
        (
            "deals",
            deals.iter().map(|deal| deal.customer).collect::<Vec<_>>(),
        ),
        (
            "contracts",
            contracts.iter().map(|contract| contract.customer).collect(),
        ),
        ("follow-ups", talks.iter().map(|talk| talk.customer).collect()),
        ("files", files.iter().map(|file| file.customer).collect()),
    ];
    for (sort, customers) in &hang {
        for customer in customers {
            ensure!(there.contains(customer), "{sort} of {customer}, who is not there");
        }
    }
    let mut of_each = 0;
    for customer in &there {
        let deals = OpportunityQuery {
            customer: Some(customer.to_string()),
            archived: true,
            ..OpportunityQuery::default()
        };
        of_each += me.opportunities().list(&deals, &MANY)?.items.len();
    }
    ensure!(
        of_each == deals.len(),
        "{of_each} deals of customers, {} in all",
        deals.len()
    );

    let open = open_tasks();
    let mut asked = BTreeSet::new();
    for task in pages(|page| {
        let found = me.tasks().list(&open, page)?;
        Ok((found.items, found.next))
    })? {
        if matches!(task.kind, TaskKind::Renewal | TaskKind::Repurchase) {
            let once = (task.kind, task.contract, task.customer);
            ensure!(asked.insert(once), "{once:?} is asked twice");
        }
    }
    let verified = me.audit().verify(None)?;
    if let Some(broken) = verified.broken_at {
        bail!("the log is broken at {broken}");
    }
    is_whole(&crm)?;
    counts.add("entries verified", verified.verified);
    counts.add("stores found whole", 1);
    drop(me);
    figures::hold(desk, crm, counts)
}

/// Everything, page by page.
pub(crate) fn pages<T>(
    mut list: impl FnMut(&PageRequest) -> crmkit::Result<(Vec<T>, Option<String>)>,
) -> Result<Vec<T>> {
    let (mut all, mut page) = (Vec::new(), MANY);
    loop {
        let (items, next) = list(&page)?;
        all.extend(items);
        match next {
            Some(next) => page.after = Some(next),
            None => return Ok(all),
        }
    }
}
