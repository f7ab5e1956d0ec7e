//! Who may (R8.1, R8.2): the one place that decides. Only this module makes a [`Grant`].

mod action;
mod actor;
mod exception;
mod people;

pub use action::{
    ACTIONS, Action, AddCustomers, Adds, AssignCustomers, Backdate, CheckStore, CorrectDeals, EditCustomers,
    EditFollowUps, EditPickLists, EditSettings, Edits, EnterUnchecked, Export, ImportCustomers, Looks,
    MakeRequests, ManagePeople, QuerySql, ReadAudit, SeeCustomers, SeeDesk, SeeReports, SetReminders,
    SetTargets, UndoImports, UseAccount, action_label,
};
pub use actor::{Actor, Editable, Grant, decide};
pub use exception::Exception;
pub use people::{check_admins_left, head_of};
