//! What whoever brings a list may say about it.

use std::collections::BTreeMap;

use crate::model::{DateFormat, NewPeople, Region};

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
        /// Further headings by which columns are recognised, and their fields: as `mapping`, for headings that not every list has.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub headings: BTreeMap<String, String>,
        /// What other words mean, by field: `{"status": {"跟进中": "interested"}}`.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub values: BTreeMap<String, BTreeMap<String, String>>,
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
        /// Whom the owners that a list names are here, a user's login, name or identifier: `{"李强": "li"}`.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub owners: BTreeMap<String, String>,
        /// What becomes of rows whose owner is nobody here; by default they are refused.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub new_people: Option<NewPeople>,
        /// How days of which several readings would do are written; by default as the rest of their column tells.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub date_format: Option<DateFormat>,
        /// Whether a customer without a telephone number is refused, as it is by default; else it is flagged.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub phone_required: Option<bool>,
        /// Whether columns of which nothing is known are kept as fields of the host's own, under their headings.
        #[cfg_attr(feature = "uniffi", uniffi(default))]
        pub keep_columns: bool,
    }
}
