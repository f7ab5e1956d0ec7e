//! A reminder for the terminal: asks every minute what is due, and shows it until it is confirmed (R4.6).
//!
//! ```sh
//! cargo run --release --example reminder                       # a sample in memory, once
//! cargo run --release --example reminder -- crm.db LOGIN [--every SECONDS] [--once] [--language zh]
//! ```
//!
//! Enter confirms what is shown; the end of the input (Ctrl-D) leaves it for the next time.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    process::ExitCode,
    thread,
    time::Duration,
};

use crmkit::{
    Choice, CustomerKind, DuplicateCheck, FixedClock, Language, NaiveDate, NewCustomer, NewFollowUp,
    OpenOptions, Reminder, Result, Session,
};

const USAGE: &str = "usage: reminder [DATABASE LOGIN] [--every SECONDS] [--once] [--language en|zh]";

/// How many reminders are shown at once.
const AT_ONCE: u32 = 20;

fn main() -> ExitCode {
    let Some(arguments) = Arguments::parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = match &arguments.database {
        Some((path, login)) => watch(path, login, &arguments),
        None => sample(arguments.language),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("reminder: {}", error.message(arguments.language));
            ExitCode::FAILURE
        }
    }
}

struct Arguments {
    database: Option<(String, String)>,
    every: Duration,
    once: bool,
    language: Language,
}

impl Arguments {
    fn parse(mut words: impl Iterator<Item = String>) -> Option<Self> {
        let mut parsed = Self {
            database: None,
            every: Duration::from_secs(60),
            once: false,
            language: Language::En,
        };
        let mut named = Vec::new();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--every" => parsed.every = Duration::from_secs(words.next()?.parse().ok()?),
                "--once" => parsed.once = true,
                "--language" => parsed.language = Language::from_code(&words.next()?)?,
                option if option.starts_with('-') => return None,
                _ => named.push(word),
            }
        }
        match <[String; 2]>::try_from(named) {
            Ok([path, login]) => parsed.database = Some((path, login)),
            Err(named) if named.is_empty() => {}
            Err(_) => return None,
        }
        Some(parsed)
    }
}

/// Asks again and again, as long as the program runs.
fn watch(path: &str, login: &str, arguments: &Arguments) -> Result<()> {
    let options = OpenOptions {
        language: arguments.language,
        ..OpenOptions::default()
    };
    let crm = crmkit::open(path, options)?;
    let me = crm.session(login)?;
    loop {
        remind(&me)?;
        if arguments.once {
            return Ok(());
        }
        thread::sleep(arguments.every);
    }
}

/// Shows what is due, and confirms it if somebody is there to say so.
fn remind(me: &Session) -> Result<()> {
    for reminder in me.reminders().due(AT_ONCE)? {
        show(&reminder);
        if io::stdin().is_terminal() && is_confirmed() {
            me.reminders().confirm(&reminder.key)?;
        }
    }
    Ok(())
}

fn show(reminder: &Reminder) {
    let mark = if reminder.overdue { '!' } else { ' ' };
    println!("{mark} {}  ({})", reminder.title, reminder.customer);
}

fn is_confirmed() -> bool {
    print!("  [Enter] ");
    let mut line = String::new();
    let shown = io::stdout().flush();
    shown.is_ok() && io::stdin().lock().read_line(&mut line).is_ok_and(|read| read > 0)
}

/// One customer who is to be called on 15 May 2024, which is today.
fn sample(language: Language) -> Result<()> {
    let nine = "2024-05-15T01:00:00Z".parse().unwrap_or_default();
    let options = OpenOptions {
        clock: Some(std::sync::Arc::new(FixedClock(nine))),
        language,
        ..OpenOptions::default()
    };
    let crm = crmkit::open(crmkit::IN_MEMORY, options)?;
    crm.set_up("lin", "林")?;
    let me = crm.session("lin")?;
    let new = NewCustomer {
        name: "上海示例科技有限公司".into(),
        kind: Some(CustomerKind::Enterprise),
        industry: Some(Choice::of("制造业")),
        phones: vec!["021-5555 0199".into()],
        source: Some(Choice::of("转介绍")),
        first_contact: NaiveDate::from_ymd_opt(2024, 5, 1),
        ..NewCustomer::default()
    };
    let customer = me.customers().create(&new, DuplicateCheck::Refuse)?;
    let talk = NewFollowUp {
        method: Some(Choice::of("电话拜访")),
        topic: "方案反馈".into(),
        content: Some("客户要求月底前报价".into()),
        next_follow_up: NaiveDate::from_ymd_opt(2024, 5, 15),
        ..NewFollowUp::default()
    };
    me.follow_ups().add(&customer, &talk)?;
    for reminder in me.reminders().due(AT_ONCE)? {
        show(&reminder);
        me.reminders().confirm(&reminder.key)?;
    }
    println!("nothing else is due: {}", me.reminders().due(AT_ONCE)?.is_empty());
    Ok(())
}
