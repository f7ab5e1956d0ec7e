//! Answers that two customers are different (R6.1).

use crm_core::{Answer, CustomerNumber, Result};

use super::table;
use crate::{row::Columns, transaction::Transaction};

table! {
    Answer in "distinct_pair" {
        key: [low, high],
        fields: [],
    }
}

impl Transaction<'_> {
    /// The customers that were said to be different from one, by number.
    pub(crate) fn distinct_of(&self, number: CustomerNumber) -> Result<Vec<CustomerNumber>> {
        let sql = "SELECT high FROM distinct_pair WHERE low = ?1
            UNION ALL SELECT low FROM distinct_pair WHERE high = ?1 ORDER BY 1";
        self.all(sql, [number.to_i64()], |row| Columns::of(row).number())
    }
}
