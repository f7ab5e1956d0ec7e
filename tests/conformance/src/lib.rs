//! What every store must do, as tests that any store can run.
//!
//! A store's crate names it once, and gets a test for every promise of the documentation of
//! [`crm_core::store`], by the promise's name:
//!
//! ```ignore
//! crm_conformance::conformance!(|| Box::new(MyStore::new()) as Box<dyn Store>);
//! ```
//!
//! Each test makes empty stores of its own. Identifiers and instants are made by hand, so that every run is the same.
//! [`compare`] runs random operations against a store and the memory store, side by side; [`paired_worlds`] runs use cases on
//! two stores that differ in what is hidden from the caller (R8.2).
// The suite is a test: it fails by panicking, with the place that failed.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod answers;
pub mod attachments;
pub mod contacts;
mod counting;
pub mod customers;
mod dump;
pub mod fixture;
pub mod imports;
pub mod lists;
pub mod log;
pub mod matching;
pub mod merges;
pub mod pages;
pub mod people;
pub mod random;
pub mod records;
mod sample;
pub mod search;
pub mod serials;
pub mod settings;
pub mod timeline;
pub mod transactions;
pub mod worlds;

use crm_core::store::Store;

pub use counting::Counting;
pub use random::{Operation, compare, operations};
pub use worlds::{Counts, paired_worlds};

/// Makes an empty store, each time another one.
pub type Make<'a> = &'a dyn Fn() -> Box<dyn Store>;

/// A test for every promise of a store; the argument is a closure that makes an empty one.
///
/// It makes modules, so that each store that a file tests needs a module of its own around it.
#[macro_export]
macro_rules! conformance {
    ($make:expr) => {
        $crate::conformance! { @each $make;
            transactions: rolls_back_on_error, rolls_back_what_does_not_fit, rolls_back_on_panic, hands_on_errors,
                reads_one_snapshot, sees_its_own_changes, answers_nested_calls, refuses_while_paused, refuses_for_good_once_closed,
                waits_for_running_before_it_pauses, raises_the_version_with_each_commit,
                lets_writers_wait_for_one_another;
            serials: counts_each_day_by_itself, counts_each_lane_by_itself, refuses_more_than_a_lane_holds,
                goes_on_after_a_brought_number, never_gives_a_serial_twice,
                gives_serials_without_gaps_to_many_threads;
            records: reads_many_at_once, reads_very_many_at_once, keeps_to_the_scope, shows_what_hangs_on_no_customer;
            people: keeps_every_field, finds_a_login_whatever_its_case, orders_users_and_teams, knows_the_caller, keeps_accounts_and_sessions,
                grants_until_the_end,
                keeps_pick_lists, keeps_the_built_in_entries, refuses_what_does_not_fit;
            settings: keeps_settings, refuses_second_settings;
            customers: keeps_every_field_of_customers, replaces_every_field, finds_by_alias, finds_by_external_id,
                archives, refuses_customers_that_do_not_fit;
            contacts: keeps_every_field_of_contacts, orders_contacts, moves_contacts, knows_no_rule;
            lists: finds_by_every_field, finds_by_text, finds_by_text_what_it_has_written, finds_by_what_was_worked_out_before, finds_among_many, summarises, orders, orders_by_what_is_done,
                counts_what_it_lists;
            pages: pages_without_repeat_or_loss, pages_stay_right_while_rows_are_added, refuses_bad_pages,
                knows_its_cursors;
            matching: finds_holders_of_every_key, cuts_crowded_keys, leaves_out_crowded_keys, asks_what_is_left_open,
                changes_keys, keeps_row_keys_of_archived_customers, visits_shared_keys, keeps_keys_to_the_scope,
                tells_who_is_in_scope, tells_who_is_archived, knows_what_is_compared, walks_through_what_is_compared, gathers_dossiers;
            search: loses_nothing_that_is_looked_up;
            answers: goes_both_ways, takes_back_what_was_said, refuses_answers_that_do_not_fit;
            merges: takes_customers_out, moves_what_hangs_on_customers, leads_to_survivors;
            attachments: keeps_contents, lists_attachments;
            imports: keeps_every_field_of_imports, orders_imports, reads_rows_in_portions,
                refuses_imports_that_do_not_fit;
            log: keeps_every_field_of_entries, finds_entries, keeps_operations_together, keeps_entries_beside_records,
                keeps_erased_entries, reads_the_log_in_order, reads_what_is_about_one_record,
                reads_what_is_about_one_customer, keeps_the_history_of_archived_customers,
                refuses_entries_out_of_place;
            timeline: tells_everything_once_the_newest_first;
            random: does_as_the_memory_store;
            worlds: answers_alike_whatever_is_hidden;
        }
    };
    (@each $make:expr; $( $group:ident: $( $promise:ident ),+; )+) => {
        $( mod $group {
            #[allow(unused_imports, reason = "the closure may name what its file names, or not")]
            use super::*;

            $( #[test]
            fn $promise() {
                $crate::$group::$promise(&$make);
            } )+
        } )+
    };
}
