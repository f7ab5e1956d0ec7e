//! The worked examples of docs/reports (R7.1 to R7.5, R5.5): the May that they tell of is entered here, and their tables are those that come
//! out. `CRMKIT_BLESS=1` writes the tables anew; what the pages work out by hand beside them is for their writer to look at.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy knows tests by their attribute only"
)]

mod common;

use std::{env, fs, path::Path};

use common::{World, customer};
use crm_core::{
    Choice, CustomerNumber, CustomerStatus, ForecastQuery, FunnelQuery, Language, NaiveDate, NewFollowUp,
    NewOpportunity, NewTarget, NewTeam, Opportunity, PageRequest, PerformanceQuery, Role, Session,
    SourcesQuery, Stage, StatusQuery, TaskQuery, TeamQuery, Win,
    report::{ReportCell, Tabular},
    service::DuplicateCheck,
};

fn may(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 5, day).unwrap()
}

/// What happened in May 2024, a line of the pages each.
struct May {
    world: World,
    li: Session,
    wang: Session,
}

impl May {
    fn new() -> Self {
        let world = World::new();
        let team = world
            .admin()
            .teams()
            .create(&NewTeam { name: "East".into() })
            .unwrap();
        let person = |login| world.user(login, Role::SalesRep, Some(team.id)).1;
        let (li, wang) = (person("li"), person("wang"));
        Self { world, li, wang }
    }

    /// It is nine in the morning of that day.
    fn on(&self, day: u32) {
        self.world.clock.set(&format!("2024-05-{day:02}T01:00:00Z"));
    }

    fn enter(&self, day: u32, who: &Session, name: &str, source: &str) -> CustomerNumber {
        self.on(day);
        let mut new = customer(name, "021-55550199");
        new.source = Some(Choice {
            code: source.into(),
            detail: Some("May".into()),
        });
        new.first_contact = Some(may(day));
        let another = DuplicateCheck::AnotherCustomer;
        who.customers().create(&new, another).unwrap().number
    }

    fn deal(
        &self,
        day: u32,
        who: &Session,
        customer: CustomerNumber,
        amount: &str,
        close: NaiveDate,
    ) -> Opportunity {
        self.on(day);
        let new = NewOpportunity {
            name: "New line".into(),
            expected_amount: Some(amount.parse().unwrap()),
            expected_close: Some(close),
            ..NewOpportunity::default()
        };
        who.opportunities().create(customer, &new).unwrap()
    }

    fn moved(&self, day: u32, who: &Session, deal: &Opportunity, stage: Stage) {
        self.on(day);
        who.opportunities().move_to(deal.id, stage, "agreed").unwrap();
    }

    fn talk(&self, day: u32, who: &Session, customer: CustomerNumber, next: Option<u32>) {
        self.on(day);
        let new = NewFollowUp {
            method: Some(Choice::of("电话拜访")),
            topic: "offer".into(),
            content: Some("is looking at it".into()),
            next_follow_up: next.map(may),
            ..NewFollowUp::default()
        };
        who.follow_ups().add(customer, &new).unwrap();
    }

    fn status(&self, who: &Session, customer: CustomerNumber, status: CustomerStatus) {
        let customers = who.customers();
        customers.set_status(customer, status, Some("said so")).unwrap();
    }

    fn happen(&self) {
        let (li, wang) = (&self.li, &self.wang);
        let june = NaiveDate::from_ymd_opt(2024, 6, 28).unwrap();
        let heavy = self.enter(6, li, "Example Heavy Industry", "展会推广");
        let a = self.deal(6, li, heavy, "100000", june);
        let optics = self.enter(8, li, "Example Optics", "转介绍");
        let b = self.deal(8, li, optics, "50000", june);
        self.talk(10, li, heavy, Some(16));
        self.moved(10, li, &a, Stage::NeedsAnalysis);
        self.talk(12, li, optics, Some(20));
        self.moved(12, li, &b, Stage::NeedsAnalysis);
        let foods = self.enter(13, wang, "Example Foods", "展会推广");
        let c = self.deal(13, wang, foods, "80000", june);
        self.talk(16, li, heavy, None);
        let due = li
            .tasks()
            .list(&TaskQuery::default(), &PageRequest::first(10))
            .unwrap();
        let call = due.items.iter().find(|task| task.customer == heavy).unwrap();
        li.tasks().complete(call.id).unwrap();
        self.moved(16, li, &a, Stage::Proposal);
        let textiles = self.enter(20, wang, "Example Textiles", "展会推广");
        self.deal(20, wang, textiles, "20000", may(31));
        self.talk(20, wang, foods, Some(24));
        self.moved(20, wang, &c, Stage::Proposal);
        self.moved(21, li, &a, Stage::Negotiation);
        self.on(22);
        li.opportunities().close_lost(b.id, "no money this year").unwrap();
        self.on(28);
        let win = Win {
            amount: Some("90000".parse().unwrap()),
            signed_on: Some(may(28)),
            contract_number: "HT-1".into(),
            reason: "price".into(),
            ..Win::default()
        };
        li.opportunities().close_won(a.id, &win).unwrap();
        self.on(29);
        self.status(li, heavy, CustomerStatus::Won);
        self.status(li, optics, CustomerStatus::Lost);
        self.status(wang, foods, CustomerStatus::Negotiating);
        let target = |person: &str, amount: &str| NewTarget {
            person: person.into(),
            month: "2024-05".into(),
            amount: Some(amount.parse().unwrap()),
        };
        let targets = self.world.admin().targets();
        targets
            .set(&[target("li", "75000"), target("wang", "60000")])
            .unwrap();
        self.world.clock.set("2024-06-01T01:00:00Z");
    }
}

/// A report's table as the pages show it.
fn shown(report: &dyn Tabular) -> String {
    let table = report.table(Language::En, Default::default());
    let line = |cells: &mut dyn Iterator<Item = String>| {
        let cells: Vec<String> = cells.collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut text = line(&mut table.columns.iter().map(|column| column.label.clone()));
    text += &format!("|---|{}\n", "---:|".repeat(table.columns.len() - 1));
    for row in table.rows.iter().chain(table.total.as_ref()) {
        text += &line(&mut row.iter().map(ReportCell::text));
    }
    for note in &table.notes {
        text += &format!("\n{note}\n");
    }
    text
}

#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the pages are written anew when that is asked for"
)]
fn r7_the_pages_of_the_reports_show_what_comes_out() {
    let may = May::new();
    may.happen();
    let reports = may.world.admin().reports();
    let month = Some("2024-05".to_owned());
    let funnel = FunnelQuery {
        period: month.clone(),
        ..FunnelQuery::default()
    };
    let sources = SourcesQuery {
        period: month.clone(),
        ..SourcesQuery::default()
    };
    let performance = PerformanceQuery {
        period: month.clone(),
        ..PerformanceQuery::default()
    };
    let team = TeamQuery {
        period: month,
        ..TeamQuery::default()
    };
    let pages = [
        ("funnel", shown(&reports.funnel(&funnel).unwrap())),
        ("sources", shown(&reports.sources(&sources).unwrap())),
        ("performance", shown(&reports.performance(&performance).unwrap())),
        ("status", shown(&reports.status(&StatusQuery::default()).unwrap())),
        ("team", shown(&reports.team(&team).unwrap())),
        (
            "forecast",
            shown(&reports.forecast(&ForecastQuery::default()).unwrap()),
        ),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reports");
    for (page, table) in pages {
        let path = folder.join(format!("{page}.md"));
        let text = fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("<!-- what comes out -->\n").unwrap();
        let (there, after) = rest.split_once("<!-- until here -->").unwrap();
        let wanted = format!("\n{table}\n");
        if env::var_os("CRMKIT_BLESS").is_some() {
            fs::write(
                &path,
                format!("{before}<!-- what comes out -->\n{wanted}<!-- until here -->{after}"),
            )
            .unwrap();
        } else {
            assert_eq!(there, wanted, "{page}: CRMKIT_BLESS=1 writes it anew");
        }
    }
}
