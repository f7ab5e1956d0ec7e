//! A session: everything that one caller can do.

use std::sync::Arc;

use super::{
    AuditLog, Contacts, Customers, Imports, PickListAdmin, SettingsAdmin, Teams, Users,
    door::{Calling, Door},
};
use crate::{
    DateTime, Error, Language, Result, Utc,
    access::{Grant, SeeDesk},
    describe,
    model::{NounDescription, User, UserId, fields},
    rules::required_name,
};

/// What one caller can do. Rights are looked up anew in every call, so that a change of role tells at once.
#[derive(Clone)]
pub struct Session {
    pub(super) door: Arc<Door>,
    pub(super) caller: Calling,
}

impl Session {
    pub(super) fn of_user(door: Arc<Door>, user: UserId) -> Self {
        Self {
            door,
            caller: Calling::user(user),
        }
    }

    pub(super) fn of_caller(door: Arc<Door>, caller: Calling) -> Self {
        Self { door, caller }
    }

    pub(super) fn of_system(door: Arc<Door>) -> Self {
        Self {
            door,
            caller: Calling::system(),
        }
    }

    /// The user whose session it is; none for the host's own.
    ///
    /// # Errors
    /// `access.inactive` once the user has been made inactive.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// let user = me.user()?.unwrap();
    /// assert_eq!((user.login.as_str(), user.name.as_str()), ("lin", "林"));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn user(&self) -> Result<Option<User>> {
        self.door.read(self.caller, |tx, _: &Grant<'_, SeeDesk>| {
            Ok(tx.actor().record().cloned())
        })
    }

    /// A noun (`customer`, `contact`, `follow_up`, `opportunity`, `contract`, …) with its fields, for forms and tables: what they are
    /// called and hold, what must be there and how much may be, with the entries of pick lists as they are now.
    ///
    /// # Errors
    /// `choice.unknown` for what is no noun.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// let contact = me.describe("contact")?;
    /// let required = contact.fields.iter().filter(|field| field.required);
    /// let required: Vec<&str> = required.map(|field| field.label_zh.as_str()).collect();
    /// assert_eq!(required, ["联系人姓名", "联系人手机号"]);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn describe(&self, noun: &str) -> Result<NounDescription> {
        self.door.read(self.caller, |tx, grant: &Grant<'_, SeeDesk>| {
            describe::noun(noun, tx.pick_lists(grant)?.entries())
        })
    }

    /// The language of messages.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::Code;
    ///
    /// let refused = me.customers().get("CRM202405010001").unwrap_err();
    /// assert_eq!(refused.code(), Code::NotFound);
    /// assert_eq!(refused.message(me.language()), "找不到：CRM202405010001");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn language(&self) -> Language {
        self.door.language()
    }

    /// A session that enters history: the facts of what it writes bear this time. Rights, the log's own time, numbers and
    /// identifiers keep the real clock; the log has both. For an admin: anybody else's writes are refused.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let new = crm_core::doc_example::company("上海示例科技有限公司", "021-5555 0199");
    /// use crm_core::{DateTime, Utc, service::DuplicateCheck};
    ///
    /// let then: DateTime<Utc> = "2023-03-01T02:00:00Z".parse().unwrap();
    /// me.backdated(then).customers().create(&new, DuplicateCheck::Refuse)?;
    /// let history = me.customers().history("CRM202405010001", None, 10)?;
    /// assert_eq!(history[0].fact_at, Some(then));
    /// assert!(history[0].at > then, "the log keeps the real time besides");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    #[must_use]
    pub fn backdated(&self, at: DateTime<Utc>) -> Self {
        Self {
            door: Arc::clone(&self.door),
            caller: self.caller.backdated(at),
        }
    }

    /// A session in which an assistant acts for the user: with the user's rights, and the log says of everything that it was the
    /// assistant (`assistant` of an `Audit`).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # let new = crm_core::doc_example::company("上海示例科技有限公司", "021-5555 0199");
    /// use crm_core::service::DuplicateCheck;
    ///
    /// let assistant = me.by_assistant();
    /// assistant.customers().create(&new, DuplicateCheck::Refuse)?;
    /// let history = me.customers().history("CRM202405010001", None, 10)?;
    /// assert_eq!((history[0].actor_name.as_deref(), history[0].assistant), (Some("林"), true));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    #[must_use]
    pub fn by_assistant(&self) -> Self {
        Self {
            door: Arc::clone(&self.door),
            caller: self.caller.by_assistant(),
        }
    }

    /// Keeps in the log that an assistant is asked for something, in a word: what it is asked for, and nothing of what it was told.
    ///
    /// # Errors
    /// `field.missing`, `field.too_long` for what is no name.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::AuditKind;
    ///
    /// me.by_assistant().assistant_called("find_customers")?;
    /// let last = me.audit().list(0, 1_000)?.pop().unwrap();
    /// assert_eq!((last.kind, last.after.as_deref()), (AuditKind::AssistantCalled, Some("find_customers")));
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn assistant_called(&self, what: &str) -> Result<()> {
        let what = required_name(fields::ACTION, what).map_err(Error::invalid)?;
        self.door.assistant_called(self.caller, &what)
    }

    /// The settings of the business (R8.7).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert_eq!(me.settings().get()?.time_zone, "Asia/Shanghai");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn settings(&self) -> SettingsAdmin {
        SettingsAdmin::new(self.clone())
    }

    /// Customers (R2).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::CustomerQuery;
    ///
    /// assert_eq!(me.customers().count(&CustomerQuery::default())?, 0);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn customers(&self) -> Customers {
        Customers::new(self.clone())
    }

    /// Contacts (R3).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// # crm_core::doc_example::first(&me)?;
    /// assert!(me.contacts().list("CRM202405010001")?.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn contacts(&self) -> Contacts {
        Contacts::new(self.clone())
    }

    /// Imports.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert!(me.imports().list()?.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn imports(&self) -> Imports {
        Imports::new(self.clone())
    }

    /// Users (R8.6).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert_eq!(me.users().list()?.len(), 1);
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }

    /// Teams (R8.6).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert!(me.teams().list()?.is_empty());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn teams(&self) -> Teams {
        Teams::new(self.clone())
    }

    /// Pick lists (R2.3).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::PickList;
    ///
    /// assert_eq!(me.pick_lists().list(PickList::Industry)?[0].label_zh, "制造业");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn pick_lists(&self) -> PickListAdmin {
        PickListAdmin::new(self.clone())
    }

    /// The log (R8.5).
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// assert!(me.audit().verify(None)?.broken_at.is_none());
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn audit(&self) -> AuditLog {
        AuditLog::new(self.clone())
    }
}
