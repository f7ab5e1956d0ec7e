//! Reminders (R4.6): what is due is offered until it is confirmed, and then never again.

use chrono::{DateTime, Utc};

use super::{CustomerNumber, TaskId, TaskKind, UserId};
use crate::store::record::stored;

record! {
    /// A reminder of a task: it comes with the same key until it is confirmed, and then never again (R4.6).
    #[derive(Eq)]
    pub struct Reminder {
        /// The task and when it is due: a task that is moved has another one.
        pub key: String,
        /// The task.
        pub task: TaskId,
        /// What it came from.
        pub kind: TaskKind,
        /// The customer that it leads to.
        pub customer: CustomerNumber,
        /// The customer's name.
        pub customer_name: String,
        /// When, with whom and what, in one line.
        pub title: String,
        /// When it comes.
        pub at: DateTime<Utc>,
        /// Whether the task is past its time.
        pub overdue: bool,
    }
}

record! {
    /// What became of a reminder: when it was first offered, and when it was confirmed.
    #[derive(Eq)]
    pub struct ReminderOffer {
        /// The task.
        pub task: TaskId,
        /// When the task was due then, as in `2024-05-15` or `2024-05-15T14:00`.
        pub due: String,
        /// The task's customer.
        pub customer: CustomerNumber,
        /// To whom it was offered first.
        pub holder: UserId,
        /// When it was offered first.
        pub offered_at: DateTime<Utc>,
        /// When it was confirmed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub confirmed_at: Option<DateTime<Utc>>,
    }
}

stored! {
    ReminderOffer as Reminder {
        key: task due ((TaskId, String)),
        on: customer,
        personal: [],
        users: [holder],
    }
}

record! {
    /// That a user wants no reminders of a kind; their tasks stay.
    #[derive(Copy, Eq)]
    pub struct Silence {
        /// Who.
        pub user: UserId,
        /// Of which kind.
        pub kind: TaskKind,
    }
}

stored! {
    Silence as Silence {
        key: user kind ((UserId, TaskKind)),
        personal: [],
        users: [user],
    }
}
