//! Where organizations differ or sources disagree, the stand-in can be switched. Whichever way it is switched, each event
//! comes once: one that is delivered, retried, failed, hanging, or not raised because of a probation.

use hookpost_stand_in::rest::{BranchFilter, Probation, ServiceBehavior};

use crate::scenario::{DeliveryOutcome, Scenario};

async fn check(name: &str, configure: fn(&mut ServiceBehavior), branch: Option<&str>) {
    let mut scenario = Scenario::open(name, configure, branch).await;
    scenario.work("delivered", DeliveryOutcome::Delivered).await;
    scenario.work("retried", DeliveryOutcome::Retried).await;
    scenario.work("failed", DeliveryOutcome::Failed).await;
    for hanging in scenario.push() {
        scenario.watched.deployment.azure.schedule_delivery(scenario.at, &hanging);
    }
    let last_straw = scenario.push();
    scenario.watched.fail_deliveries(&last_straw).await;
    assert!(scenario.push().is_empty(), "it is on probation");
    let not_raised = "com.azure.dev.git.push updated refs/heads/main".split(' ').map(str::to_owned);
    scenario.expected.push(not_raised.collect::<Vec<_>>().try_into().expect("three"));
    scenario.recover().await;
    scenario.close().await;
}

/// One test for each switch.
macro_rules! switches {
    ($($name:ident: $configure:expr $(, branch $branch:literal)?;)*) => {
        $(
            #[tokio::test]
            async fn $name() {
                let branch: [&str; _] = [$($branch)?];
                check(stringify!($name), $configure, branch.first().copied()).await;
            }
        )*
    };
}

switches! {
    default: |_| {};
    short_branch_filter: |behavior| behavior.branch_filter = BranchFilter::Short, branch "refs/heads/main";
    page_cap: |behavior| behavior.page_cap = Some(3);
    summary_counts_all: |behavior| behavior.summary_counts_all = true;
    rows_with_details: |behavior| behavior.rows_have_details = true;
    reported_probation: |behavior| behavior.probation = Probation::Reported;
    lasting_probation_date: |behavior| behavior.probation_date_stays = true;
    no_system_threads: |behavior| behavior.system_threads = false;
    votes_without_comments: |behavior| behavior.votes_comment = false;
    event_per_ref: |behavior| behavior.event_per_ref = true;
    event_ids_of_retries: |behavior| behavior.retries_keep_event_id = false;
    event_ids_of_subscriptions: |behavior| behavior.event_id_per_subscription = true;
    whole_descriptions: |behavior| behavior.lists_cut_descriptions = false;
    byte_order_marks: |behavior| behavior.byte_order_mark = true;
    pending_events: |behavior| behavior.shows_pending_events = true;
}
