//! What can be asked for, which roles have it by default (R8.1), and which records it may write.

use crate::{
    Language,
    model::{
        AccessRequest, Account, Answer, Attachment, Contact, Contract, Customer, FollowUp, HandOver, Import,
        LoginSession, Opportunity, Passwords, PickEntry, ReminderOffer, Role, Settings, Silence, StageChange,
        Target, Task, Team, User,
    },
    store::record::HangsOnCustomer,
};

/// Something that a caller may be allowed to do.
pub trait Action {
    /// What the log calls an attempt.
    const NAME: &'static str;

    /// Whether a role has it.
    fn allows(role: Role) -> bool;
}

/// An action under which records of a sort are entered.
pub trait Adds<T>: Action {}

/// An action under which records of a sort are changed, or taken out.
pub trait Edits<T>: Action {}

/// An action that looks for duplicates, past the caller's scope: of what is hidden they may know no more than R6.1 says
/// ([`Exception::OwnerName`](super::Exception)).
pub trait Looks: Action {}

/// Declares the actions: the name in the log, what people call it in Chinese and English, the roles, the records that are entered and changed under it.
macro_rules! actions {
    ($(
        $(#[$meta:meta])*
        $name:ident = $code:literal, $zh:literal, $en:literal, $roles:expr
            $(; adds [$($adds:ty),*])? $(; edits [$($edits:ty),*])? $(; is [$looks:ident])? ,
    )+) => {
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

            $($( impl Adds<$adds> for $name {} )*)?
            $($( impl Edits<$edits> for $name {} )*)?
            $( impl $looks for $name {} )?
        )+

        /// Every action by its name, with the roles that have it by default.
        pub const ACTIONS: &[(&str, fn(Role) -> bool)] = &[ $( ($name::NAME, $name::allows) ),+ ];

        /// What people call the action of this name; the name itself if there is no such action.
        pub fn action_label(name: &str, language: Language) -> &str {
            match (name, language) {
                $( ($code, Language::Zh) => $zh, ($code, Language::En) => $en, )+
                _ => name,
            }
        }
    };
}

actions! {
    /// Reads customers in scope, with what hangs on them.
    SeeCustomers = "customers.see", "查看客户", "see customers", Role::ALL; is [Looks],
    /// Enters customers.
    AddCustomers = "customers.add", "录入客户", "add customers", Role::ALL; adds [Customer, Contact, Answer]; is [Looks],
    /// Enters customers without looking for duplicates (R6.1).
    EnterUnchecked = "customers.add_unchecked", "不查重录入客户", "add customers without the check", [Role::Admin, Role::Supervisor],
    /// Changes customers in scope, with what hangs on them.
    EditCustomers = "customers.edit", "修改客户", "change customers", Role::ALL; edits [Customer],
    /// Gives customers to other owners (R2.8).
    AssignCustomers = "customers.assign", "分配客户", "assign customers", [Role::Admin, Role::Supervisor]; adds [HandOver, Task]; edits [Customer, Opportunity, Task],
    /// Opens deals again, corrects contracts, and enters those of the past (R5.2, R5.3).
    CorrectDeals = "deals.correct", "更正成交", "correct deals", [Role::Admin, Role::Supervisor]; adds [Contract, StageChange, Task]; edits [Contract, Customer, Opportunity, Task],
    /// Changes follow-ups of their own (R4.4): those of others only an admin.
    EditFollowUps = "follow_ups.edit", "修改跟进记录", "change follow-ups", Role::ALL; adds [Task]; edits [FollowUp, Task, Attachment],
    /// Is reminded, and confirms or silences it (R4.6).
    SetReminders = "reminders.set", "设置提醒", "set reminders", Role::ALL; adds [ReminderOffer, Silence]; edits [ReminderOffer, Silence, Task],
    /// Asks for more, and answers who asks (R8.3): the rule says who may.
    MakeRequests = "requests.make", "申请权限", "ask for more", Role::ALL; adds [AccessRequest]; edits [AccessRequest],
    /// Brings in a list: many customers entered at once.
    ImportCustomers = "customers.import", "导入客户", "import customers", Role::ALL; adds [Import]; edits [Import]; is [Looks],
    /// Takes an import out again.
    UndoImports = "imports.undo", "撤销导入", "undo imports", [Role::Admin, Role::Supervisor]; edits [Import],
    /// Reads what every user needs at their desk: people's names, pick lists, the settings.
    SeeDesk = "desk.see", "查看基础数据", "see the desk", Role::ALL,
    /// Changes users and teams (R8.6).
    ManagePeople = "people.manage", "管理用户和团队", "change users and teams", [Role::Admin]; adds [User, Team, Account, Passwords]; edits [User, Team, Account, Passwords, LoginSession],
    /// Sets a password of their own, and logs out (R8.4): what somebody may do whose password is temporary or has expired.
    UseAccount = "account.use", "使用账户", "use the account", Role::ALL; edits [Account, Passwords, LoginSession],
    /// Reads reports, over what they see and what was credited to their people (R7).
    SeeReports = "reports.see", "查看报表", "see reports", Role::ALL,
    /// Takes reports and lists away; the settings say which (R7.6).
    Export = "exports.make", "导出", "export", Role::ALL,
    /// Says what people are to bring in (R7.3).
    SetTargets = "targets.set", "设置业绩目标", "set targets", [Role::Admin, Role::Supervisor]; adds [Target]; edits [Target],
    /// Changes pick lists (R2.3).
    EditPickLists = "pick_lists.edit", "修改选项", "change pick lists", [Role::Admin]; adds [PickEntry]; edits [PickEntry],
    /// Changes the settings (R8.7).
    EditSettings = "settings.edit", "修改设置", "change the settings", [Role::Admin]; edits [Settings],
    /// Reads the log (R8.5).
    ReadAudit = "audit.read", "查看日志", "read the log", [Role::Admin],
    /// Asks in SQL, past every scope.
    QuerySql = "sql.query", "用SQL查询", "ask in SQL", [Role::Admin],
    /// Holds the whole store against its log.
    CheckStore = "store.check", "检查数据库", "check the store", [Role::Admin],
    /// Enters history: facts that bear an earlier time.
    Backdate = "history.backdate", "补录历史", "enter history", [Role::Admin],
}

/// What hangs on a customer is entered and changed by whoever may change the customer.
impl<T: HangsOnCustomer> Adds<T> for EditCustomers {}
impl<T: HangsOnCustomer> Edits<T> for EditCustomers {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Who may do what at first (R8.1): admin, supervisor, sales rep.
    const TABLE: &[(&str, [bool; 3])] = &[
        ("customers.see", [true, true, true]),
        ("customers.add", [true, true, true]),
        ("customers.add_unchecked", [true, true, false]),
        ("customers.edit", [true, true, true]),
        ("customers.assign", [true, true, false]),
        ("deals.correct", [true, true, false]),
        ("follow_ups.edit", [true, true, true]),
        ("reminders.set", [true, true, true]),
        ("requests.make", [true, true, true]),
        ("customers.import", [true, true, true]),
        ("imports.undo", [true, true, false]),
        ("desk.see", [true, true, true]),
        ("people.manage", [true, false, false]),
        ("account.use", [true, true, true]),
        ("reports.see", [true, true, true]),
        ("exports.make", [true, true, true]),
        ("targets.set", [true, true, false]),
        ("pick_lists.edit", [true, false, false]),
        ("settings.edit", [true, false, false]),
        ("audit.read", [true, false, false]),
        ("sql.query", [true, false, false]),
        ("store.check", [true, false, false]),
        ("history.backdate", [true, false, false]),
    ];

    #[test]
    fn r8_1_every_action_has_its_row_and_every_role_its_column() {
        let roles = [Role::Admin, Role::Supervisor, Role::SalesRep];
        assert_eq!(Role::ALL, roles);
        let is: Vec<(&str, [bool; 3])> = ACTIONS
            .iter()
            .map(|(name, allows)| (*name, roles.map(allows)))
            .collect();
        assert_eq!(is, TABLE);
    }
}
