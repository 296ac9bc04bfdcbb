//! What every store promises. Each promise is written once, against [`stores::Place`], and run on each store by the macro below.

mod claims;
mod clock;
mod columns;
mod heads;
mod kills;
mod paid;
mod server;
mod stopped;
mod stores;

/// Makes a test of each promise for each store.
macro_rules! on_each_store {
    ($($module:ident::$promise:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[test]
                fn $promise() {
                    super::$module::$promise(&super::stores::Sqlite::empty());
                }
            )*
        }
        mod postgres {
            $(
                #[test]
                fn $promise() {
                    super::$module::$promise(&super::server::Postgres::empty());
                }
            )*
        }
    };
}

on_each_store! {
    claims::of_a_hundred_clients_that_claim_one_entitlement_at_once_one_is_granted,
    claims::of_programs_that_claim_one_entitlement_at_once_one_is_granted,
    claims::two_writers_on_one_ledger_take_no_position_twice_and_leave_none_out,
    claims::many_that_start_one_ledger_at_once_all_open_it,
    clock::a_clock_that_jumps_back_or_forward_moves_no_record,
    columns::a_change_of_any_column_of_any_table_is_named,
    columns::a_change_of_any_column_of_a_tile_or_a_checkpoint_is_named,
    columns::a_change_of_what_is_derived_is_put_right_by_a_rebuild,
    heads::a_ledger_older_than_a_known_head_is_told,
    heads::a_ledger_with_a_rewritten_history_is_told,
    kills::programs_killed_at_any_moment_lose_double_and_halve_nothing,
    paid::a_payment_that_comes_back_is_paid_once_more_and_every_euro_is_on_the_account,
    stopped::a_record_that_cannot_be_read_stops_every_projection_with_its_position,
    stopped::a_record_that_is_missing_stops_every_projection_with_its_position,
    stopped::a_view_beyond_the_head_is_refused_until_it_is_built_anew,
}
