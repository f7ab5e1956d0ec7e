//! The log (R8.5): what somebody did, and which records it moved, chained by hash.

use chrono::{DateTime, Utc};

use super::{CustomerNumber, Page, UserId};

labelled! {
    /// What an operation was: what somebody did.
    pub enum AuditKind {
        /// The store was set up.
        SetUp = "set_up", "初始设置", "set up";
        /// A customer was entered.
        CustomerAdded = "customer.added", "新增客户", "customer added";
        /// A customer was changed.
        CustomerEdited = "customer.edited", "修改客户", "customer edited";
        /// A customer was archived.
        CustomerArchived = "customer.archived", "归档客户", "customer archived";
        /// A customer was restored from the archive.
        CustomerRestored = "customer.restored", "恢复客户", "customer restored";
        /// A customer's status was changed.
        StatusChanged = "customer.status_changed", "变更客户状态", "status changed";
        /// A customer was given to another owner.
        CustomerAssigned = "customer.assigned", "分配客户", "customer assigned";
        /// A contact was entered.
        ContactAdded = "contact.added", "新增联系人", "contact added";
        /// A contact was changed.
        ContactEdited = "contact.edited", "修改联系人", "contact edited";
        /// A contact was archived.
        ContactArchived = "contact.archived", "归档联系人", "contact archived";
        /// A contact was restored from the archive.
        ContactRestored = "contact.restored", "恢复联系人", "contact restored";
        /// A user was entered.
        UserAdded = "user.added", "新增用户", "user added";
        /// A user was changed.
        UserEdited = "user.edited", "修改用户", "user edited";
        /// A team was entered.
        TeamAdded = "team.added", "新增团队", "team added";
        /// A team was changed.
        TeamEdited = "team.edited", "修改团队", "team edited";
        /// A pick list was changed.
        PickListEdited = "pick_list.edited", "修改选项", "pick list edited";
        /// The settings were changed.
        SettingsEdited = "settings.edited", "修改系统设置", "settings edited";
        /// What people are to bring in was set.
        TargetsSet = "targets.set", "设置业绩目标", "targets set";
        /// A service record was entered.
        ServiceRecordAdded = "service_record.added", "新增服务记录", "service record added";
        /// A service record was changed.
        ServiceRecordEdited = "service_record.edited", "修改服务记录", "service record edited";
        /// A service record was archived.
        ServiceRecordArchived = "service_record.archived", "归档服务记录", "service record archived";
        /// A service record was restored from the archive.
        ServiceRecordRestored = "service_record.restored", "恢复服务记录", "service record restored";
        /// A follow-up was entered.
        FollowUpAdded = "follow_up.added", "新增跟进记录", "follow-up added";
        /// A follow-up was changed.
        FollowUpEdited = "follow_up.edited", "修改跟进记录", "follow-up edited";
        /// A follow-up was archived.
        FollowUpArchived = "follow_up.archived", "归档跟进记录", "follow-up archived";
        /// A follow-up was restored from the archive.
        FollowUpRestored = "follow_up.restored", "恢复跟进记录", "follow-up restored";
        /// A task was done.
        TaskCompleted = "task.completed", "完成任务", "task completed";
        /// A task was put off.
        TaskPutOff = "task.put_off", "推迟任务", "task put off";
        /// A reminder was offered for the first time.
        ReminderOffered = "reminder.offered", "发出提醒", "reminder offered";
        /// A reminder was confirmed.
        ReminderConfirmed = "reminder.confirmed", "确认提醒", "reminder confirmed";
        /// Reminders of a kind were switched off, or on again.
        ReminderSilenced = "reminder.silenced", "提醒开关", "reminders switched off or on";
        /// An opportunity was entered.
        OpportunityAdded = "opportunity.added", "新增销售机会", "opportunity added";
        /// An opportunity was changed.
        OpportunityEdited = "opportunity.edited", "修改销售机会", "opportunity edited";
        /// An opportunity was moved to another stage.
        OpportunityMoved = "opportunity.moved", "变更销售阶段", "opportunity moved";
        /// An opportunity was won.
        OpportunityWon = "opportunity.won", "赢单", "opportunity won";
        /// An opportunity was lost.
        OpportunityLost = "opportunity.lost", "输单", "opportunity lost";
        /// An opportunity that was won or lost was opened again.
        OpportunityReopened = "opportunity.reopened", "重开销售机会", "opportunity reopened";
        /// An opportunity was archived.
        OpportunityArchived = "opportunity.archived", "归档销售机会", "opportunity archived";
        /// An opportunity was restored from the archive.
        OpportunityRestored = "opportunity.restored", "恢复销售机会", "opportunity restored";
        /// A contract of the past was entered.
        ContractAdded = "contract.added", "补录合同", "contract added";
        /// A contract was changed.
        ContractEdited = "contract.edited", "修改合同", "contract edited";
        /// Number, amount or day of signing of a contract was corrected.
        ContractCorrected = "contract.corrected", "更正合同", "contract corrected";
        /// A payment was entered, or a contract said to be paid.
        ContractPaid = "contract.paid", "合同回款", "contract paid";
        /// A contract was archived.
        ContractArchived = "contract.archived", "归档合同", "contract archived";
        /// A contract was restored from the archive.
        ContractRestored = "contract.restored", "恢复合同", "contract restored";
        /// A file was attached.
        AttachmentAdded = "attachment.added", "新增附件", "file attached";
        /// What an attachment is called or is was changed.
        AttachmentEdited = "attachment.edited", "修改附件", "attachment edited";
        /// An attachment was archived.
        AttachmentArchived = "attachment.archived", "归档附件", "attachment archived";
        /// An attachment was restored from the archive.
        AttachmentRestored = "attachment.restored", "恢复附件", "attachment restored";
        /// Somebody logged in.
        LoggedIn = "login", "登录", "logged in";
        /// Somebody tried to log in, or gave a wrong password, in vain.
        LoginRefused = "login.refused", "登录被拒绝", "login refused";
        /// Somebody logged out.
        LoggedOut = "logout", "退出登录", "logged out";
        /// An admin gave a user a password.
        PasswordSet = "password.set", "设置临时密码", "password given";
        /// A user set a password of their own.
        PasswordChanged = "password.changed", "修改密码", "password changed";
        /// An account was suspended.
        AccountSuspended = "account.suspended", "暂停账户", "account suspended";
        /// An account was no longer suspended.
        AccountResumed = "account.resumed", "恢复账户", "account resumed";
        /// A customer's details were opened, where the setting says that it is kept.
        CustomerOpened = "customer.opened", "查看客户", "customer opened";
        /// Somebody asked for more.
        RequestMade = "request.made", "提出权限申请", "request made";
        /// The first of two approved a request.
        RequestApproved = "request.approved", "初审通过权限申请", "request approved";
        /// A request was granted.
        RequestGranted = "request.granted", "批准权限申请", "request granted";
        /// A request was refused.
        RequestRefused = "request.refused", "拒绝权限申请", "request refused";
        /// A request or a grant was withdrawn.
        RequestWithdrawn = "request.withdrawn", "撤回权限申请", "request withdrawn";
        /// A customer was merged into another one.
        CustomerMerged = "customer.merged", "合并客户", "customers merged";
        /// Two customers were said to be different.
        SaidDistinct = "customer.said_distinct", "确认不是同一客户", "said to be another customer";
        /// What was said of two customers was taken back.
        ForgotDistinct = "customer.forgot_distinct", "不再确认不是同一客户", "no longer said to be another customer";
        /// An import began, went on or ended.
        ImportChanged = "import.changed", "导入", "import";
        /// An import was taken out again.
        ImportUndone = "import.undone", "撤销导入", "import undone";
        /// An operation was undone.
        Undone = "undone", "撤销", "undone";
        /// What is personal was emptied (R9.3).
        Erased = "erased", "删除个人信息", "erased";
        /// A report or a list was exported.
        Exported = "exported", "导出", "exported";
        /// A question in SQL was answered.
        Queried = "queried", "SQL查询", "queried";
        /// An assistant was asked to do something for a user, before it did.
        AssistantCalled = "assistant.called", "调用助手", "assistant called";
        /// Somebody tried what they may not.
        Refused = "refused", "拒绝操作", "refused";
    }
}

labelled! {
    /// What sort of record an entry is about.
    pub enum Entity {
        /// The store itself: no record.
        Store = "store", "系统", "store";
        /// A customer.
        Customer = "customer", "客户", "customer";
        /// A contact.
        Contact = "contact", "联系人", "contact";
        /// A user.
        User = "user", "用户", "user";
        /// A team.
        Team = "team", "团队", "team";
        /// An entry of a pick list.
        PickEntry = "pick_list", "选项", "pick list entry";
        /// The answer that two customers are different.
        Answer = "answer", "查重答复", "answer";
        /// A run over a list.
        Import = "import", "导入", "import";
        /// The settings.
        Settings = "settings", "系统设置", "settings";
        /// A service record.
        ServiceRecord = "service_record", "服务记录", "service record";
        /// A change of a customer's status.
        StatusChange = "status_change", "状态变更", "change of status";
        /// A hand-over of a customer.
        HandOver = "hand_over", "客户移交", "hand-over";
        /// A follow-up.
        FollowUp = "follow_up", "跟进记录", "follow-up";
        /// A task.
        Task = "task", "任务", "task";
        /// What became of a reminder.
        Reminder = "reminder", "提醒", "reminder";
        /// That a user wants no reminders of a kind.
        Silence = "silence", "提醒静音", "silenced reminders";
        /// An opportunity.
        Opportunity = "opportunity", "销售机会", "opportunity";
        /// A change of an opportunity's stage.
        StageChange = "stage_change", "销售阶段变更", "change of stage";
        /// What was expected of an opportunity.
        Expectation = "expectation", "成交预期", "expectation";
        /// A contract.
        Contract = "contract", "合同", "contract";
        /// An account.
        Account = "account", "账户", "account";
        /// The passwords of an account, of which nothing is told.
        Password = "password", "密码", "password";
        /// A request for more.
        Request = "request", "权限申请", "request";
        /// A session that somebody logged in to.
        Session = "session", "会话", "session";
        /// A customer that was merged into another one.
        Merge = "merge", "客户合并", "merge";
        /// An attachment.
        Attachment = "attachment", "附件", "attachment";
        /// What a person is to bring in in a month.
        Target = "target", "业绩目标", "target";
    }
}

/// What names a record among those of its sort, as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKey {
    /// A customer's number.
    Number(CustomerNumber),
    /// An identifier.
    Id([u8; 16]),
    /// Any other text; blank for the store itself.
    Text(String),
}

impl std::fmt::Display for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Id(bytes) => uuid::Uuid::from_bytes(*bytes).hyphenated().fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

record! {
    /// What an entry is about: the sort of record, and its number or identifier.
    #[derive(Eq)]
    pub struct EntityRef {
        /// The sort, by its code: `customer`, `contact`, `user`, …
        pub entity: String,
        /// The number or identifier.
        pub key: String,
    }
}

/// What somebody did. It moves any number of records; the entries of one operation share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The position of its first entry in the log.
    pub id: u64,
    /// When, by the real clock.
    pub at: DateTime<Utc>,
    /// Who; none is the host's own actor.
    pub actor: Option<UserId>,
    /// What was done.
    pub kind: AuditKind,
    /// The time that its facts bear, where an admin entered history.
    pub fact_at: Option<DateTime<Utc>>,
    /// Where it was done, and whether by an assistant.
    pub origin: Origin,
}

/// Where an operation was done: the lane of a device (R2.1), 0 being the shared store's; and whether an assistant did it for the user.
/// The log keeps both as one number, the assistant's beyond the lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin(u16);

impl Origin {
    /// What is added to a lane, which is below it.
    const ASSISTANT: u16 = 1_000;

    /// As the log keeps it.
    pub const fn of(number: u16) -> Self {
        Self(number)
    }

    /// As the log keeps it.
    pub const fn number(self) -> u16 {
        self.0
    }

    /// The same place, by an assistant.
    #[must_use]
    pub const fn by_assistant(self) -> Self {
        Self(self.lane() + Self::ASSISTANT)
    }

    /// The device's lane.
    pub const fn lane(self) -> u16 {
        self.0 % Self::ASSISTANT
    }

    /// Whether an assistant did it.
    pub const fn is_assistant(self) -> bool {
        self.0 >= Self::ASSISTANT
    }
}

/// The record that an entry is about, and what queries ask for: identifiers only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The sort of record.
    pub entity: Entity,
    /// Which of them.
    pub key: RecordKey,
    /// The customer that it is, or hangs on. It need not be there any longer.
    pub customer: Option<CustomerNumber>,
    /// Who answered for it before.
    pub owner_before: Option<UserId>,
    /// Who answers for it since.
    pub owner_after: Option<UserId>,
    /// The entry that this one takes back.
    pub undoes: Option<u64>,
}

impl About {
    /// An entry about no record.
    pub fn store() -> Self {
        Self {
            entity: Entity::Store,
            key: RecordKey::Text(String::new()),
            customer: None,
            owner_before: None,
            owner_after: None,
            undoes: None,
        }
    }

    /// The record as people are told of it.
    pub fn reference(&self) -> EntityRef {
        EntityRef {
            entity: self.entity.code().to_owned(),
            key: self.key.to_string(),
        }
    }
}

/// An entry of the log as it is stored. `hash` covers all but the payload and salt, which erasing takes away (R9.3).
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// The position, from 1, without gaps.
    pub seq: u64,
    /// The operation that it belongs to.
    pub operation: Operation,
    /// The record that was moved.
    pub about: About,
    /// Before, after and the reason, as stored; none once erased. See [`audit::Payload`](crate::audit::Payload).
    pub payload: Option<Vec<u8>>,
    /// Makes the digest of a short payload impossible to guess; goes with the payload.
    pub salt: Option<[u8; 16]>,
    /// `H(salt ‖ payload)`.
    pub digest: [u8; 32],
    /// `H(previous hash ‖ seq ‖ operation ‖ about ‖ digest)`.
    pub hash: [u8; 32],
}

record! {
    /// An entry of the log as a person reads it (R8.5).
    pub struct Audit {
        /// The position, from 1, without gaps.
        pub seq: u64,
        /// The operation that it belongs to: the position of the operation's first entry.
        pub operation: u64,
        /// When, by the real clock.
        pub at: DateTime<Utc>,
        /// Who; none is the host's own actor.
        pub actor: Option<UserId>,
        /// What was done.
        pub kind: AuditKind,
        /// To which record.
        pub about: EntityRef,
        /// The customer that it is, or hangs on.
        pub customer: Option<CustomerNumber>,
        /// Who answered for it before.
        pub owner_before: Option<UserId>,
        /// Who answers for it since.
        pub owner_after: Option<UserId>,
        /// The time that its facts bear, where an admin entered history.
        pub fact_at: Option<DateTime<Utc>>,
        /// The lane of the device on which it was done; 0 is the shared store's.
        pub origin: u32,
        /// Whether an assistant did it for the user.
        pub assistant: bool,
        /// The entry that this one takes back.
        pub undoes: Option<u64>,
        /// Why, as it was given.
        pub reason: Option<String>,
        /// The fields before, as JSON; none where there was nothing, or once erased.
        pub before: Option<String>,
        /// The fields after, as JSON.
        pub after: Option<String>,
    }
}

record! {
    /// A field of a record, before and after, as a person reads it.
    #[derive(Eq)]
    pub struct FieldChange {
        /// The field.
        pub field: String,
        /// What it was; none where it was blank.
        pub before: Option<String>,
        /// What it is since; none where it is blank.
        pub after: Option<String>,
    }
}

record! {
    /// What befell a customer, or what hangs on it: one entry of its history (R8.5).
    #[derive(Eq)]
    pub struct HistoryEntry {
        /// The position in the log.
        pub seq: u64,
        /// The operation that it belongs to, which [`undo`](crate::service::Customers::undo) takes.
        pub operation: u64,
        /// When, by the real clock.
        pub at: DateTime<Utc>,
        /// Who; none is the host's own actor.
        pub actor: Option<UserId>,
        /// Who, by name.
        pub actor_name: Option<String>,
        /// Whether an assistant did it for them.
        pub assistant: bool,
        /// What was done.
        pub kind: AuditKind,
        /// To which record.
        pub about: EntityRef,
        /// The time that its facts bear, where an admin entered history.
        pub fact_at: Option<DateTime<Utc>>,
        /// Why, as it was given.
        pub reason: Option<String>,
        /// The fields that it set, in the order of the record; none once erased.
        pub changes: Vec<FieldChange>,
        /// Whether what it set has been erased (R9.3).
        pub erased: bool,
    }
}

record! {
    /// The end of the log, for keeping elsewhere: a cut tail shows against it (R8.5).
    #[derive(Eq)]
    pub struct AuditHead {
        /// How many entries there are.
        pub seq: u64,
        /// The last one's hash, in hexadecimal.
        pub hash: String,
    }
}

record! {
    /// Which entries of the log to list (R8.5); what is left out is not asked for.
    #[derive(Default)]
    pub struct AuditQuery {
        /// By whom, a user's login, name or identifier.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub by: Option<String>,
        /// What was done.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub kind: Option<AuditKind>,
        /// About which customer, or what hangs on it: by number or alias.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub customer: Option<String>,
        /// From this instant on.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub since: Option<DateTime<Utc>>,
        /// Before this instant.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub until: Option<DateTime<Utc>>,
    }
}

page! {
    /// One page of the log.
    AuditPage of Audit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r8_5_an_origin_tells_lane_and_assistant_apart() {
        for lane in [0, 3, 999] {
            let device = Origin::of(lane);
            assert_eq!((device.lane(), device.is_assistant()), (lane, false));
            let assistant = device.by_assistant();
            assert_eq!((assistant.lane(), assistant.is_assistant()), (lane, true));
            assert_eq!(assistant.by_assistant(), assistant);
            assert_eq!(Origin::of(assistant.number()), assistant);
        }
    }
}
