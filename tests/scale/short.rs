//! The short form of `make scale`: the same scenarios at sizes that take seconds, with their bounds as counts of calls,
//! bytes and passes. The table of bounds is in bounds.rs.

use hookpost_scale::bounds::{SHORT, exceeded};
use hookpost_scale::row::Row;
use hookpost_scale::scenarios::late::Late;
use hookpost_scale::scenarios::receivers::Load;
use hookpost_scale::scenarios::{healthy, late, operator, outage, receivers};

#[track_caller]
fn check(rows: &[Row]) {
    let exceeded = exceeded(rows, SHORT);
    assert!(exceeded.is_empty(), "{}\n{rows:#?}", exceeded.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_of_many_integrations_are_not_refused() {
    check(&[receivers::run(Load { integrations: 30, instances: 1, rate: 20, seconds: 10 }).await]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_in_which_all_is_well_makes_few_calls() {
    check(&[healthy::run(1, 10).await, healthy::run(8, 2).await]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_that_was_behind_is_level_again() {
    let late =
        Late { teams: 3, projects: 1, repositories: 8, minutes: 20, pushes: 20, latency: 200, most: 8 };
    check(&[late::run(late).await]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_loses_nothing_and_its_checkpoint_is_bounded() {
    check(&[outage::failures(300, 60, 200, 8).await, outage::creator_left(6, 200, 8).await]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_action_ends_after_runs_that_were_cut_off() {
    // At two seconds for a call, the runs of few projects take as long as those of many.
    check(&operator::life(12, 2500).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connect_beside_its_own_retries() {
    check(&[operator::beside_itself(12, 1000).await]);
}
