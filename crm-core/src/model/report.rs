//! Reports (R7): what the figures are, with the rates that follow from them. How they are worked out stands in [`crate::report`].

use chrono::{DateTime, NaiveDate, Utc};

use super::{CustomerNumber, CustomerStatus, Forecast, Money, OpportunityId, Stage, UserId};
use crate::report::{ReportTable, Tabular};

labelled! {
    /// A report.
    pub enum ReportKind {
        /// How far deals came (R7.1).
        Funnel = "funnel", "销售漏斗", "sales funnel";
        /// Where customers come from, and what comes of them (R7.2).
        Sources = "sources", "客户来源分析", "customer sources";
        /// What each salesperson brought in (R7.3).
        Performance = "performance", "销售业绩", "sales performance";
        /// Where customers stand (R7.4).
        Status = "status", "客户状态分布", "customer status";
        /// What each salesperson did (R7.5).
        Team = "team", "团队工作", "team";
        /// What open deals are expected to bring (R5.5).
        Forecast = "forecast", "销售预测", "sales forecast";
    }
}

labelled! {
    /// With what a report is compared (R7).
    pub enum Comparison {
        /// The period right before, as long.
        PeriodBefore = "period_before", "环比", "period before";
        /// The same period a year before.
        YearBefore = "year_before", "同比", "year before";
    }
}

labelled! {
    /// Which date puts a deal into the period of a funnel (R7.1).
    #[derive(Default)]
    pub enum Cohort {
        /// The day on which it was entered.
        #[default]
        Creation = "creation", "按创建时间", "by creation";
        /// The day on which it was closed; open ones are left out.
        Closing = "closing", "按关闭时间", "by closing";
    }
}

labelled! {
    /// What the rates of a funnel are made of (R7.1).
    #[derive(Default)]
    pub enum FunnelUnit {
        /// Customers, each once a stage, however many deals they have.
        #[default]
        Customers = "customers", "按客户数", "customers";
        /// Deals.
        Opportunities = "opportunities", "按机会数", "opportunities";
    }
}

record! {
    /// An exact ratio, and how it is shown (R7).
    #[derive(Eq)]
    pub struct Rate {
        /// So many, or so many fen.
        pub part: u64,
        /// Of so many.
        pub whole: u64,
        /// In per cent with at most one decimal, halves up: `75 %`, `66.7 %`; `—` of nothing.
        pub text: String,
    }
}

record! {
    /// What a report is about: what, when, whose, for whom (R7).
    #[derive(Eq)]
    pub struct ReportHead {
        /// Which report it is.
        pub report: ReportKind,
        /// The period as it was asked for; none where it is everything there is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub period: Option<String>,
        /// The first business day of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub first: Option<NaiveDate>,
        /// The last business day of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub last: Option<NaiveDate>,
        /// The name of the person whose it is; none where it is not one person's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<String>,
        /// The name of the team whose it is; none where it is not one team's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub team: Option<String>,
        /// The name of whoever asked; none is the host's own actor.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub asked_by: Option<String>,
        /// When it was worked out.
        pub at: DateTime<Utc>,
    }
}

record! {
    /// Which funnel (R7.1). What is not given does not narrow.
    #[derive(Default)]
    pub struct FunnelQuery {
        /// The period: `2024-05`, `2024Q2`, `2024`, or `2024-05-01..2024-05-15`; everything by default.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub period: Option<String>,
        /// The deals of this person: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub person: Option<String>,
        /// The deals of this team's members of now: a team's name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub team: Option<String>,
        /// Which date puts a deal into the period.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub cohort: Option<Cohort>,
        /// What the rates are made of.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub unit: Option<FunnelUnit>,
        /// Leaves out of a stage whoever skipped it; else they count as having reached it.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub without_skipped: bool,
        /// With what it is compared.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub compare: Option<Comparison>,
    }
}

record! {
    /// A stage of the funnel (R7.1).
    pub struct FunnelRow {
        /// The stage.
        pub stage: Stage,
        /// How many customers reached it, each once.
        pub customers: u64,
        /// How many deals reached it.
        pub opportunities: u64,
        /// What these deals are worth: what was signed of those that are won, what is expected of the others.
        pub amount: Money,
        /// How many of those that reached the stage before reached this one; none of the first stage.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub conversion: Option<Rate>,
        /// How many of those that reached the first stage reached this one.
        pub share: Rate,
        /// How many deals stand there now.
        pub standing: u64,
        /// How many days deals stood there, the median: of each deal the stays that have ended, together; one decimal; none of
        /// *won*, and where no stay has ended.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub median_days: Option<f64>,
    }
}

record! {
    /// How far deals came (R7.1): customers count in every stage up to the highest that a deal of theirs ever stood in, so that losing,
    /// reopening or moving back lowers nothing.
    pub struct Funnel {
        /// What it is about.
        pub head: ReportHead,
        /// The four open stages and *won*, in order.
        pub rows: Vec<FunnelRow>,
        /// How many of the deals are lost by now.
        pub lost: u64,
        /// What it is compared with; none where that was not asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub compared_head: Option<ReportHead>,
        /// The same rows of what it is compared with.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub compared: Vec<FunnelRow>,
    }
}

record! {
    /// Which report on sources (R7.2). What is not given does not narrow.
    #[derive(Default)]
    pub struct SourcesQuery {
        /// The period in which customers were entered: `2024-05`, `2024Q2`, `2024`, or `2024-05-01..2024-05-15`; everything by default.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub period: Option<String>,
        /// The customers of this person: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub person: Option<String>,
        /// The customers of this team's members of now: a team's name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub team: Option<String>,
        /// Counts contracts of the past, without a deal (R5.3), as won deals.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub past_contracts: bool,
        /// With what it is compared.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub compare: Option<Comparison>,
    }
}

record! {
    /// A source of customers (R7.2).
    #[derive(Eq)]
    pub struct SourceRow {
        /// The source's code in its pick list; none of all together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub source: Option<String>,
        /// What people call it.
        pub label: String,
        /// How many customers were entered.
        pub customers: u64,
        /// How many of them have signed a deal by now, whenever, and whatever their status.
        pub won_customers: u64,
        /// How many of them that is.
        pub rate: Rate,
        /// What these deals come to.
        pub won_amount: Money,
    }
}

record! {
    /// Where customers come from, and what comes of them (R7.2).
    #[derive(Eq)]
    pub struct Sources {
        /// What it is about.
        pub head: ReportHead,
        /// Sources with customers, the one with the most first.
        pub rows: Vec<SourceRow>,
        /// All together.
        pub total: SourceRow,
        /// What it is compared with; none where that was not asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub compared_head: Option<ReportHead>,
        /// The same rows of what it is compared with, and all together last.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub compared: Vec<SourceRow>,
    }
}

labelled! {
    /// A figure of somebody's performance that counts customers or deals (R7.3).
    pub enum PerformanceFigure {
        /// Customers with whom they held a follow-up.
        FollowedUp = "followed_up", "跟进客户", "customers followed up";
        /// Customers who signed a deal of theirs.
        WonCustomers = "won_customers", "成交客户", "customers won";
        /// Deals that were signed.
        WonDeals = "won_deals", "成交单", "deals won";
    }
}

record! {
    /// Which report on performance (R7.3). What is not given does not narrow.
    #[derive(Default)]
    pub struct PerformanceQuery {
        /// The period: `2024-05`, `2024Q2`, `2024`, or `2024-05-01..2024-05-15`; everything by default.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub period: Option<String>,
        /// This person's: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub person: Option<String>,
        /// This team's members of now: a team's name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub team: Option<String>,
        /// Counts contracts of the past, without a deal (R5.3), as won deals.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub past_contracts: bool,
        /// With what it is compared.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub compare: Option<Comparison>,
    }
}

record! {
    /// What a salesperson brought in (R7.3). What was credited to them counts, whoever answers for the customer since.
    #[derive(Eq)]
    pub struct PerformanceRow {
        /// Who; none of all together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<UserId>,
        /// Their name.
        pub name: String,
        /// With how many customers they held a follow-up, each once.
        pub followed_up: u64,
        /// How many customers signed a deal of theirs, each once.
        pub won_customers: u64,
        /// How many deals were signed.
        pub won_deals: u64,
        /// What these come to.
        pub won_amount: Money,
        /// What they were to bring in: the sum of the months that have a target; none where none has, or where the period is not
        /// whole months.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub target: Option<Money>,
        /// Whether some months have no target.
        pub target_incomplete: bool,
        /// What they brought in of that.
        pub attainment: Rate,
    }
}

record! {
    /// What each salesperson brought in (R7.3).
    #[derive(Eq)]
    pub struct Performance {
        /// What it is about.
        pub head: ReportHead,
        /// A row a person, who brought in the most first.
        pub rows: Vec<PerformanceRow>,
        /// All together: the sum of the rows.
        pub total: PerformanceRow,
        /// What it is compared with; none where that was not asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub compared_head: Option<ReportHead>,
        /// The same rows of what it is compared with, and all together last.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub compared: Vec<PerformanceRow>,
    }
}

record! {
    /// Which report on status (R7.4). What is not given does not narrow.
    #[derive(Default)]
    pub struct StatusQuery {
        /// The period at whose end they are counted: `2024-05`, `2024Q2`, `2024`, or `2024-05-01..2024-05-15`; now by default.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub period: Option<String>,
        /// The customers that this person answered for then: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub person: Option<String>,
        /// The customers that this team's members of now answered for then: a team's name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub team: Option<String>,
        /// Counts those with whom terms are discussed as interested: four rows instead of five.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub fold_negotiating: bool,
        /// With what it is compared.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub compare: Option<Comparison>,
    }
}

record! {
    /// How many customers stand somewhere (R7.4).
    #[derive(Eq)]
    pub struct StatusRow {
        /// Where; none of all together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub status: Option<CustomerStatus>,
        /// How many do.
        pub customers: u64,
        /// How many of all that is.
        pub share: Rate,
    }
}

record! {
    /// Where customers stand (R7.4).
    #[derive(Eq)]
    pub struct StatusDistribution {
        /// What it is about.
        pub head: ReportHead,
        /// A row a status, in order.
        pub rows: Vec<StatusRow>,
        /// All together.
        pub total: StatusRow,
        /// How many have gone quiet and are proposed to be marked lost (R2.6), of those that count; none of a time that is past.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub gone_quiet: Option<u64>,
        /// How many who were won have gone quiet (R2.6); none of a time that is past.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub at_risk: Option<u64>,
        /// What it is compared with; none where that was not asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub compared_head: Option<ReportHead>,
        /// The same rows of what it is compared with, and all together last.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub compared: Vec<StatusRow>,
    }
}

record! {
    /// Which report on what a team did (R7.5). What is not given does not narrow.
    #[derive(Default)]
    pub struct TeamQuery {
        /// The period: `2024-05`, `2024Q2`, `2024`, or `2024-05-01..2024-05-15`; everything by default.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub period: Option<String>,
        /// This person's: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub person: Option<String>,
        /// This team's members of now: a team's name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub team: Option<String>,
        /// With what it is compared.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub compare: Option<Comparison>,
    }
}

record! {
    /// What a salesperson did (R7.5).
    #[derive(Eq)]
    pub struct TeamRow {
        /// Who; none of all together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub person: Option<UserId>,
        /// Their name.
        pub name: String,
        /// How many follow-ups they held.
        pub follow_ups: u64,
        /// How many tasks of theirs were due in the period and not cancelled: by the day before they were put off.
        pub tasks_due: u64,
        /// How many of these were done by then.
        pub tasks_on_time: u64,
        /// How many of them that is.
        pub on_time: Rate,
        /// How many customers and follow-ups they entered late (R2.9).
        pub late_entries: u64,
        /// With how many customers they held a follow-up, each once.
        pub followed_up: u64,
        /// How many customers signed a deal of theirs in the period, each once.
        pub won_customers: u64,
        /// How many of those that they followed up that is.
        pub conversion: Rate,
        /// What their open deals are expected to bring by how likely each is (R5.5), whatever the period.
        pub forecast: Money,
    }
}

record! {
    /// What each salesperson did (R7.5).
    #[derive(Eq)]
    pub struct TeamReport {
        /// What it is about.
        pub head: ReportHead,
        /// A row a person, who held the most follow-ups first.
        pub rows: Vec<TeamRow>,
        /// All together: the sum of the rows.
        pub total: TeamRow,
        /// What it is compared with; none where that was not asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub compared_head: Option<ReportHead>,
        /// The same rows of what it is compared with, and all together last.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub compared: Vec<TeamRow>,
    }
}

record! {
    /// One of those that a figure counts (R7).
    #[derive(Eq)]
    pub struct CountedRow {
        /// The customer.
        pub customer: CustomerNumber,
        /// Its name.
        pub customer_name: String,
        /// The deal, of figures about deals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub opportunity: Option<OpportunityId>,
        /// What the deal is called.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub opportunity_name: Option<String>,
    }
}

record! {
    /// Those that a figure counts (R7): the ones that the caller sees, and how many more there are.
    #[derive(Eq)]
    pub struct Counted {
        /// Those in sight, by customer's number, and what they are called.
        pub rows: Vec<CountedRow>,
        /// How many more of those in sight there are beyond what was asked for.
        pub more: u64,
        /// How many there are of others' customers, of whom the caller is told no more than that (R8.2).
        pub hidden: u64,
    }
}

record! {
    /// Which forecast (R5.5). What is not given does not narrow.
    #[derive(Default)]
    pub struct ForecastQuery {
        /// The deals of this person: a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub person: Option<String>,
        /// The deals of this team's members of now: a team's name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub team: Option<String>,
    }
}

record! {
    /// What open deals are expected to bring (R5.5).
    #[derive(Eq)]
    pub struct ForecastReport {
        /// What it is about.
        pub head: ReportHead,
        /// The sums.
        pub forecast: Forecast,
    }
}

/// A report, whichever it is.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[non_exhaustive]
pub enum Report {
    /// How far deals came (R7.1).
    Funnel {
        /// The report.
        report: Funnel,
    },
    /// Where customers come from (R7.2).
    Sources {
        /// The report.
        report: Sources,
    },
    /// What each salesperson brought in (R7.3).
    Performance {
        /// The report.
        report: Performance,
    },
    /// Where customers stand (R7.4).
    Status {
        /// The report.
        report: StatusDistribution,
    },
    /// What each salesperson did (R7.5).
    Team {
        /// The report.
        report: TeamReport,
    },
    /// What open deals are expected to bring (R5.5).
    Forecast {
        /// The report.
        report: ForecastReport,
    },
}

macro_rules! reports {
    ($($name:ident($type:ty)),+) => {
        $(
            impl From<$type> for Report {
                fn from(report: $type) -> Self {
                    Self::$name { report }
                }
            }
        )+

        impl Report {
            /// What it is about.
            pub fn head(&self) -> &ReportHead {
                match self { $( Self::$name { report } => &report.head ),+ }
            }
        }

        impl Tabular for Report {
            fn table(&self, language: crate::Language, zone: crate::BusinessZone) -> ReportTable {
                match self { $( Self::$name { report } => report.table(language, zone) ),+ }
            }
        }
    };
}

reports! {
    Funnel(Funnel), Sources(Sources), Performance(Performance), Status(StatusDistribution), Team(TeamReport),
    Forecast(ForecastReport)
}

labelled! {
    /// In which form a report goes out (R7.6).
    pub enum ReportFormat {
        /// An Excel workbook.
        Xlsx = "xlsx", "工作簿", "Excel workbook";
        /// A PDF document.
        Pdf = "pdf", "文档", "PDF document";
        /// A page for a browser, with all of it.
        Html = "html", "网页", "page";
        /// A picture; of one report.
        Svg = "svg", "图片", "picture";
        /// Plain rows; of one report.
        Csv = "csv", "文本表格", "plain table";
        /// For programs.
        Json = "json", "数据", "data for programs";
    }
}
