//! Imports: what a list brought, row by row.

use chrono::{DateTime, Utc};

use super::{ContactId, CustomerNumber, EntityRef, ImportId, UserId};
use crate::{error::Problem, store::record::stored};

labelled! {
    /// How a list writes days of which several readings would do: 03/04/2024 is in March or in April (R9.5).
    pub enum DateFormat {
        /// 28/03/2024, 28.3.24.
        Dmy = "dmy", "日/月/年", "day/month/year";
        /// 03/28/2024, 3/28/24.
        Mdy = "mdy", "月/日/年", "month/day/year";
        /// 24/03/28, where the year is not written in full.
        Ymd = "ymd", "年/月/日", "year/month/day";
        /// 113/03/28, in years of the Republic.
        Roc = "roc", "民国年/月/日", "year of the Republic/month/day";
    }
}

labelled! {
    /// What becomes of a row whose owner is nobody here (R9.5).
    #[derive(Default)]
    pub enum NewPeople {
        /// It is refused; the report names them, each once.
        #[default]
        Refuse = "refuse", "拒绝", "refuse";
        /// They are entered as sales representatives who are not active until somebody makes them so; by an admin.
        Create = "create", "新增", "create";
        /// Who brings the list, or whom the options name, answers for it.
        Importer = "importer", "归导入人", "the importer";
    }
}

labelled! {
    /// How far an import has come.
    pub enum ImportState {
        /// Begun, and not at the end: running it again goes on.
        Running = "running", "进行中", "running";
        /// All rows have been seen.
        Finished = "finished", "已完成", "finished";
        /// What it brought has been taken out again.
        Undone = "undone", "已撤销", "undone";
    }
}

labelled! {
    /// What became of a row.
    pub enum RowOutcome {
        /// A customer, a contact or, of a list of the past, a record was created.
        Created = "created", "新增", "created";
        /// Blanks of the customer that was there were filled.
        Filled = "filled", "补全", "filled";
        /// A likely duplicate was there, or the row had come in before.
        Skipped = "skipped", "跳过", "skipped";
        /// The row was wrong.
        Refused = "refused", "拒绝", "refused";
    }
}

record! {
    /// How many rows went which way.
    #[derive(Copy, Eq, Default)]
    pub struct ImportCounts {
        /// Rows seen.
        pub rows: u64,
        /// Rows of which a customer, a contact or a record was created.
        pub created: u64,
        /// Customers whose blanks were filled.
        pub filled: u64,
        /// Rows that were there already.
        pub skipped: u64,
        /// Rows that were wrong.
        pub refused: u64,
        /// Contacts created.
        pub contacts: u64,
    }
}

impl ImportCounts {
    /// Counts one row.
    pub fn count(&mut self, outcome: RowOutcome) {
        self.rows += 1;
        match outcome {
            RowOutcome::Created => self.created += 1,
            RowOutcome::Filled => self.filled += 1,
            RowOutcome::Skipped => self.skipped += 1,
            RowOutcome::Refused => self.refused += 1,
        }
    }
}

record! {
    /// A run over one list.
    pub struct Import {
        /// Names the import.
        pub id: ImportId,
        /// SHA-256 of the list and of how it was read, in hexadecimal: how running it again is noticed.
        pub fingerprint: String,
        /// Who ran it; none is the host's own actor.
        pub by: Option<UserId>,
        /// When it began.
        pub started_at: DateTime<Utc>,
        /// When it last went on.
        pub changed_at: DateTime<Utc>,
        /// How far it has come.
        pub state: ImportState,
        /// What came of it so far.
        pub counts: ImportCounts,
    }
}

stored! {
    Import as Import {
        key: id (ImportId),
        personal: [],
        users: [by],
    }
}

record! {
    /// What became of one row, and why.
    pub struct ImportRow {
        /// The row's line in the list, from 1.
        pub line: u64,
        /// What became of it.
        pub outcome: RowOutcome,
        /// The customer that was created, filled, or there already.
        pub customer: Option<CustomerNumber>,
        /// The contact that was created.
        pub contact: Option<ContactId>,
        /// The follow-up, service record or contract that was created, of a list of the past.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub record: Option<EntityRef>,
        /// Why it was refused or skipped, or what was assumed.
        pub problems: Vec<Problem>,
    }
}
