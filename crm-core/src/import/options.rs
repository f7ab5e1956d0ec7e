//! What whoever brings a list may say about it.

use std::collections::BTreeMap;

use crate::model::Region;

labelled! {
    /// What becomes of a row that is likely to be there already.
    #[derive(Default)]
    pub enum OnDuplicate {
        /// Nothing: the one there stays as it is.
        #[default]
        Skip = "skip", "跳过", "skip";
        /// The blanks of the one there are filled, its lists grow, nothing is overwritten (R6.3).
        FillBlanks = "fill_blanks", "补全空白", "fill blanks";
        /// It is created all the same. That is nobody's answer that the two differ: the search finds the pair (R6.2).
        Create = "create", "仍然新增", "create";
    }
}

record! {
    /// How a list is to be read and what is to become of it.
    #[derive(Default)]
    pub struct ImportOptions {
        /// Which field a heading stands for, where that is not clear from the heading itself; `ignore` leaves it out.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub mapping: BTreeMap<String, String>,
        /// What a field is where the list does not say.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub defaults: BTreeMap<String, String>,
        /// What becomes of rows that are likely to be there already.
        pub on_duplicate: OnDuplicate,
        /// Only look: nothing is stored, and no number is used up.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub dry_run: bool,
        /// Where numbers without a country code are from; by default the business's own region.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub region: Option<Region>,
        /// Who answers for the customers whose row does not say, a user's login, name or identifier; by default who runs
        /// the import.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub owner: Option<String>,
    }
}
