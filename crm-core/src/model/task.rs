//! Tasks (R4.5): something due, marked done once.

use chrono::{DateTime, NaiveDate, Utc};

use super::{ContractId, CustomerNumber, FollowUpId, OpportunityId, Page, TaskId, UserId};
use crate::store::record::stored;

labelled! {
    /// What a task came from.
    pub enum TaskKind {
        /// The next follow-up (R4.5).
        FollowUp = "follow_up", "跟进", "follow-up";
        /// A contract that ends (R4.7).
        Renewal = "renewal", "续约", "renewal";
        /// A customer who should buy again (R4.7).
        Repurchase = "repurchase", "复购", "repurchase";
        /// Customers whom somebody gave to the holder (R2.8).
        HandOver = "hand_over", "移交", "hand-over";
    }
}

impl TaskKind {
    /// Whether it only tells its holder of something (R2.8): nothing is to be done with its customer.
    pub fn is_notice(self) -> bool {
        self == Self::HandOver
    }
}

labelled! {
    /// Whether a task is still to be done.
    pub enum TaskState {
        /// It is.
        Open = "open", "待办", "open";
        /// It was done.
        Done = "done", "已完成", "done";
        /// It fell away.
        Cancelled = "cancelled", "已取消", "cancelled";
    }
}

labelled! {
    /// The lists of the task centre (R4.5).
    #[derive(Default)]
    pub enum TaskList {
        /// Past its time.
        Overdue = "overdue", "已逾期", "overdue";
        /// Due today, and not past its time.
        #[default]
        Today = "today", "今日待办", "due today";
        /// Due on a later day.
        ComingUp = "coming_up", "即将到期", "coming up";
        /// All that is open.
        Open = "open", "全部待办", "open";
    }
}

record! {
    /// Something due, marked done once (R4.5).
    #[derive(Eq)]
    pub struct Task {
        /// Names the task.
        pub id: TaskId,
        /// The customer that it leads to.
        pub customer: CustomerNumber,
        /// Raised by every change.
        pub revision: u64,
        /// What it came from.
        pub kind: TaskKind,
        /// The follow-up that it came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub follow_up: Option<FollowUpId>,
        /// The deal that it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub opportunity: Option<OpportunityId>,
        /// The contract that is to be renewed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub contract: Option<ContractId>,
        /// Who is to do it.
        pub holder: UserId,
        /// What is to be done.
        pub plan: String,
        /// The business day on which it is due.
        pub due: NaiveDate,
        /// The time of that day, as in `14:00`; none for any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub due_time: Option<String>,
        /// The day on which it was due before it was put off: whether it was done in time is told by it (R7.5).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub planned: Option<NaiveDate>,
        /// The time of that day.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub planned_time: Option<String>,
        /// Whether it is still to be done.
        pub state: TaskState,
        /// When it was done.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub done_at: Option<DateTime<Utc>>,
        /// When it was made.
        pub created_at: DateTime<Utc>,
    }
}

stored! {
    Task as Task {
        key: id (TaskId),
        on: customer,
        personal: [plan],
        newest: created_at,
        users: [holder],
        has: [opportunity, revision, created_at],
    }
}

record! {
    /// A task in one row of a list (R4.5).
    pub struct TaskSummary {
        /// Names the task.
        pub id: TaskId,
        /// The customer that it leads to.
        pub customer: CustomerNumber,
        /// The customer's name.
        pub customer_name: String,
        /// What it came from.
        pub kind: TaskKind,
        /// The follow-up that it came from.
        pub follow_up: Option<FollowUpId>,
        /// The deal that it is about.
        pub opportunity: Option<OpportunityId>,
        /// The contract that is to be renewed.
        pub contract: Option<ContractId>,
        /// Who is to do it.
        pub holder: UserId,
        /// Their name.
        pub holder_name: String,
        /// When, with whom and what, in one line: `2024-05-15 14:00 跟进上海示例科技有限公司方案反馈`.
        pub title: String,
        /// The business day on which it is due.
        pub due: NaiveDate,
        /// The time of that day; none for any.
        pub due_time: Option<String>,
        /// Whether it is past its time.
        pub overdue: bool,
        /// Raised by every change.
        pub revision: u64,
    }
}

record! {
    /// An open task as a calendar has it (R4.6).
    #[derive(Eq)]
    pub struct Appointment {
        /// The task.
        pub task: TaskId,
        /// The customer that it leads to.
        pub customer: CustomerNumber,
        /// The customer's name.
        pub customer_name: String,
        /// What it came from.
        pub kind: TaskKind,
        /// When, with whom and what, in one line.
        pub title: String,
        /// The business day on which it is due.
        pub due: NaiveDate,
        /// The instant at which it is due; none of a day without a time.
        pub at: Option<DateTime<Utc>>,
        /// When it is reminded of: as its reminder comes.
        pub remind_at: DateTime<Utc>,
        /// Raised by every change.
        pub revision: u64,
        /// When this was read.
        pub read_at: DateTime<Utc>,
    }
}

record! {
    /// Which open tasks to list (R4.5).
    #[derive(Default)]
    pub struct TaskQuery {
        /// Which list of the task centre.
        pub list: TaskList,
        /// Who is to do them, a user's login, name or identifier; by default the caller.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub holder: Option<String>,
        /// Everybody's, as far as the caller sees their customers.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub everybody: bool,
        /// Those of this customer, by number or alias.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub customer: Option<String>,
    }
}

page! {
    /// One page of tasks.
    TaskPage of TaskSummary
}
