//! Questions in SQL, for people who know it.

use super::{Crm, Session};
use crate::{error::Result, model::SqlAnswer};

impl Session {
    /// Answers one `SELECT` over the store's views (客户基本信息表, 联系人信息表, 跟进记录表, 销售机会表, 合同表), which only an admin may ask; the question is
    /// logged before it is answered. At most [`SqlAnswer::MAX_ROWS`] rows, in at most [`SqlAnswer::MAX_SECONDS`] seconds.
    ///
    /// Another SQLite library in the same process that opened the file and closed it again would drop the store's locks:
    /// that is why there is this.
    ///
    /// # Errors
    /// `access.denied` for anybody but an admin; `sql.none` of a store that has no SQL, such as the one in memory;
    /// `sql.refused` for anything but one `SELECT` over the views; `sql.invalid` for one that makes no sense;
    /// `sql.too_long`.
    ///
    /// # Examples
    /// ```
    /// # let me = crm_core::doc_example::desk()?;
    /// use crm_core::Code;
    ///
    /// let refused = me.sql("SELECT \"客户名称\" FROM \"客户基本信息表\"").unwrap_err();
    /// assert_eq!(refused.code(), Code::SqlNone, "the memory store has no SQL");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn sql(&self, query: &str) -> Result<SqlAnswer> {
        self.door.sql(self.caller, query)
    }
}

impl Crm {
    /// [`Session::sql`], asked by the host itself.
    ///
    /// # Errors
    /// As [`Session::sql`]; `setup.needed`.
    ///
    /// # Examples
    /// ```
    /// # let crm = crm_core::doc_example::crm();
    /// crm.set_up("lin", "林")?;
    /// assert!(crm.sql("SELECT 1").is_err(), "the memory store has no SQL");
    /// # Ok::<(), crm_core::Error>(())
    /// ```
    pub fn sql(&self, query: &str) -> Result<SqlAnswer> {
        self.system()?.sql(query)
    }
}
