//! Who may (R8.1, R8.2): the one place that decides. Only this module makes a [`Grant`].

mod action;
mod actor;

pub use action::{
    Action, AddCustomers, EditCustomers, EditPickLists, ImportCustomers, ManagePeople, ReadAudit,
    SeeCustomers, SeeDesk, UndoImports,
};
pub use actor::{Actor, Grant, decide};
