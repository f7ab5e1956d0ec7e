//! Which open tasks to list (R4.5), made ready so that every store answers alike.

use super::{
    list::{Order, SortKind, SortValue},
    record::{Record, id_of},
};
use crate::{
    model::{CustomerNumber, Task, TaskState, UserId},
    rules::task::overdue_from,
};

/// Open tasks of customers that are not archived, what is due first coming first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskFilter {
    /// Whose; everybody's if none is named.
    pub holder: Option<UserId>,
    /// Those of this customer.
    pub customer: Option<CustomerNumber>,
    /// The first and the last moment at which they may begin to be [`overdue_from`].
    pub moments: (i64, i64),
}

impl TaskFilter {
    /// By when it is due, then by its identifier.
    pub const ORDER: Order = Order {
        name: "tasks.due",
        keys: &[SortKind::Integer, SortKind::Text],
        descending: false,
    };

    /// Whether a task is asked for, its customer being none that is archived.
    pub fn matches(&self, task: &Task) -> bool {
        let (from, to) = self.moments;
        task.state == TaskState::Open
            && self.holder.is_none_or(|holder| holder == task.holder)
            && self.customer.is_none_or(|customer| customer == task.customer)
            && (from..=to).contains(&overdue_from(task.due, task.due_time.as_deref()))
    }

    /// Where a task stands in the order.
    pub fn place(task: &Task) -> Vec<SortValue> {
        vec![
            SortValue::Integer(overdue_from(task.due, task.due_time.as_deref())),
            SortValue::Text(id_of(&Task::write_key(&task.id))),
        ]
    }
}

/// A task in a list, with what people call whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedTask {
    /// The task.
    pub task: Task,
    /// Its customer's name.
    pub customer_name: String,
    /// The name of whoever is to do it.
    pub holder_name: String,
}
