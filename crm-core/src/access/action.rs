//! What can be asked for, and which roles have it by default (R8.1).

use crate::model::Role;

/// Something that a caller may be allowed to do.
pub trait Action {
    /// What the log calls an attempt.
    const NAME: &'static str;

    /// Whether a role has it.
    fn allows(role: Role) -> bool;
}

macro_rules! actions {
    ($( $(#[$meta:meta])* $name:ident = $code:literal, $roles:expr; )+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}

            impl Action for $name {
                const NAME: &'static str = $code;

                fn allows(role: Role) -> bool {
                    $roles.contains(&role)
                }
            }
        )+
    };
}

actions! {
    /// Reads customers in scope, with what hangs on them.
    SeeCustomers = "customers.see", Role::ALL;
    /// Enters customers.
    AddCustomers = "customers.add", Role::ALL;
    /// Changes customers in scope, with what hangs on them.
    EditCustomers = "customers.edit", Role::ALL;
    /// Brings in a list: many customers entered at once.
    ImportCustomers = "customers.import", Role::ALL;
    /// Takes an import out again.
    UndoImports = "imports.undo", [Role::Admin, Role::Supervisor];
    /// Reads what every user needs at their desk: people's names, pick lists.
    SeeDesk = "desk.see", Role::ALL;
    /// Changes users and teams (R8.6).
    ManagePeople = "people.manage", [Role::Admin];
    /// Changes pick lists (R2.3).
    EditPickLists = "pick_lists.edit", [Role::Admin];
    /// Reads the log (R8.5).
    ReadAudit = "audit.read", [Role::Admin];
}
