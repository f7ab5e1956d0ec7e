//! What is done to many customers at once (R2.5, R2.8, R2.10).

use super::CustomerNumber;
use crate::error::Problem;

labelled! {
    /// What becomes of the others when one of many cannot be done.
    #[derive(Default)]
    pub enum BulkMode {
        /// Nothing is stored: the call fails as it does for the first that cannot be done.
        #[default]
        AllOrNothing = "all_or_nothing", "全部成功或全部取消", "all or nothing";
        /// The others are done; each has its outcome.
        RowByRow = "row_by_row", "逐条处理", "row by row";
    }
}

record! {
    /// What became of one of many customers.
    pub struct BulkOutcome {
        /// The customer as it was named in the call.
        pub customer: String,
        /// Its number, if it was found.
        pub number: Option<CustomerNumber>,
        /// Whether it was changed: not where it was so already, and not for its second naming.
        pub changed: bool,
        /// Why it could not be done; empty where it was.
        pub problems: Vec<Problem>,
    }
}
