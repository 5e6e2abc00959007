//! What a run touches, and what it leaves behind.

use std::sync::Arc;
use std::time::Duration;

use hookpost_live::VerificationError;
use hookpost_stand_in::rest::Fault;
use serde_json::Value;

use crate::fixture::{Fixture, ORGANIZATION, OTHER_PROJECT};

const NOT_SETTLED: &str = "not settled here";

/// What another project has: repositories, and pushes and pull requests of the first.
async fn other_project(fixture: &Fixture) -> [Value; 3] {
    let project = OTHER_PROJECT.replace(' ', "%20");
    [
        fixture.get(&project, "git/repositories").await,
        fixture.get(&project, "git/repositories/oars/pushes").await,
        fixture.get(&project, "git/repositories/oars/pullrequests?searchCriteria.status=all").await,
    ]
}

#[tokio::test]
async fn another_project_is_refused_without_a_call() {
    for name in [OTHER_PROJECT, "hookpost", "my-hookpost-verify", ""] {
        let mut fixture = Fixture::start().await;
        name.clone_into(&mut fixture.settings.project);
        let refusal = fixture.verify_until(std::future::pending()).await.expect_err("a refusal");
        assert!(matches!(&refusal, VerificationError::OtherProject(refused) if refused == name), "{refusal}");
        assert!(fixture.stand_in.calls().is_empty());
    }
}

#[tokio::test]
async fn a_project_that_is_really_another_is_refused_before_anything_changes() {
    let fixture = Fixture::start().await;
    // The service finds projects whatever the case of their names.
    fixture.stand_in.rename_project("lakeside", fixture.project, "Hookpost-Verify");
    let refusal = fixture.verify_until(std::future::pending()).await.expect_err("a refusal");
    assert!(
        matches!(&refusal, VerificationError::OtherProject(name) if name == "Hookpost-Verify"),
        "{refusal}"
    );
    assert!(fixture.stand_in.calls().iter().all(|call| call.operation.starts_with("GET ")));
}

#[tokio::test]
async fn nothing_but_the_project_is_touched_and_nothing_is_left() {
    let fixture = Fixture::start().await.complete();
    let foreign = [
        fixture.foreign_subscription(fixture.other, "https://example.invalid/?hookpost-verify=other"),
        fixture.foreign_subscription(fixture.project, "https://hooks.example/"),
    ];
    let (before, calls) = (other_project(&fixture).await, fixture.stand_in.calls().len());
    let report = fixture.verify().await;
    assert_eq!((report.left, report.is_stopped), (Vec::new(), false));
    let listed = fixture.stand_in.calls().split_off(calls);
    assert!(
        listed.iter().all(|call| call.operation != "GET hooks/subscriptions"),
        "it reads those of others"
    );
    assert_eq!(other_project(&fixture).await, before);
    assert_eq!(fixture.subscriptions(), foreign);
    assert_eq!(fixture.get("hookpost-verify", "git/repositories").await["count"], 0);
    let unsettled = report.answers.iter().filter(|answer| answer.answer == NOT_SETTLED);
    let reasons: Vec<_> = unsettled.map(|answer| &*answer.evidence).collect();
    assert!(reasons.iter().all(|reason| reason.starts_with("needs ")), "{reasons:#?}");
    assert!(report.answers.len() > 2 * reasons.len(), "{reasons:#?}");
}

#[tokio::test]
async fn a_run_that_is_stopped_deletes_its_subscriptions() {
    let fixture = Fixture::start().await.complete();
    let stop = async {
        fixture.stand_in.wait_until(Duration::from_secs(30), |_| fixture.subscriptions().len() > 5).await;
    };
    let report = fixture.verify_until(stop).await.expect("a report");
    assert!(report.is_stopped);
    assert_eq!(report.left, Vec::<String>::new());
    assert!(fixture.subscriptions().is_empty());
    let open = report.answers.iter().filter(|answer| answer.evidence == "the run was stopped");
    assert!(open.count() > 5);
}

#[tokio::test]
async fn subscriptions_of_a_run_that_was_killed_are_deleted() {
    let fixture = Fixture::start().await;
    let stays = fixture.foreign_subscription(fixture.project, "https://hooks.example/");
    fixture.foreign_subscription(fixture.project, "https://example.invalid/?hookpost-verify=0a1b2c3d");
    let mut once = fixture;
    once.settings.only = vec!["version".to_owned()];
    assert!(once.verify().await.left.is_empty());
    assert_eq!(once.subscriptions(), [stays]);
}

#[tokio::test]
async fn what_was_made_without_an_answer_is_found_and_deleted() {
    for operation in ["POST hooks/subscriptions", "POST git/repositories"] {
        let fixture = Fixture::start().await;
        fixture.stand_in.fail_next(operation, Fault::StallAfter(Duration::ZERO));
        let stand_in = Arc::clone(&fixture.stand_in);
        let answers = fixture.ask(&["event-id"]).await;
        assert_eq!(answers[0].answer, NOT_SETTLED);
        assert!(answers[0].evidence.contains("has no answer"), "{}", answers[0].evidence);
        assert!(stand_in.subscriptions(ORGANIZATION).is_empty());
        let deleted = |operation: &str| operation == "DELETE git/repositories/{id}";
        assert!(stand_in.calls().iter().any(|call| deleted(&call.operation) && call.status == Some(204)));
    }
}

#[tokio::test]
async fn a_question_whose_calls_fail_is_named_and_the_others_go_on() {
    let fixture = Fixture::start().await;
    fixture.stand_in.fail_each("GET permissions/{namespace}/{bits}", Fault::Status(500));
    let answers = fixture.ask(&["permissions", "version"]).await;
    assert!(answers[0].answer.contains("500"), "{}", answers[0].answer);
    assert_eq!(answers[1].answer, "7.2");
    let fixture = Fixture::start().await;
    fixture.stand_in.fail_each("POST git/repositories", Fault::Status(503));
    let answers = fixture.ask(&["rows", "version"]).await;
    assert_eq!((&*answers[0].answer, &*answers[1].answer), ("7.2", NOT_SETTLED));
    let failed = "a call failed: POST {id}/_apis/git/repositories → 503";
    assert!(answers[1].evidence.starts_with(failed), "{}", answers[1].evidence);
}

#[tokio::test]
async fn what_cannot_be_deleted_is_named() {
    let mut fixture = Fixture::start().await;
    fixture.settings.only = vec!["event-id".to_owned()];
    fixture.stand_in.fail_each("DELETE hooks/subscriptions/{id}", Fault::Status(500));
    let report = fixture.verify().await;
    assert_eq!(report.left.len(), 2);
    for id in fixture.subscriptions() {
        assert!(report.left.iter().any(|left| left.starts_with(&format!("the subscription {id}: "))));
    }
    assert!(report.to_string().contains("Left behind: the subscription"));
}

#[tokio::test]
async fn an_unknown_question_is_refused_with_the_known_ones() {
    let mut fixture = Fixture::start().await;
    fixture.settings.only = vec!["rows".to_owned(), "weather".to_owned()];
    let refusal = fixture.verify_until(std::future::pending()).await.expect_err("a refusal").to_string();
    assert!(
        refusal.starts_with("there is no question `weather`; the questions are permissions, "),
        "{refusal}"
    );
    assert!(fixture.stand_in.calls().is_empty());
}
