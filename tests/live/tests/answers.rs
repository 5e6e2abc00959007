//! The answers, with each switch of the stand-in that a question is about, both ways.

use hookpost_stand_in::rest::{
    BranchFilter, CreateRefusal, Permissions, PersonalAccessToken, Probation, ReEnable, Scope,
    ServiceBehavior,
};

use crate::fixture::{Fixture, ORGANIZATION, SECOND_PAT};

/// The answer of a service that behaves so.
pub(crate) async fn answer(key: &str, change: impl Fn(&mut ServiceBehavior)) -> String {
    Fixture::start().await.behaving(change).answer(key).await
}

/// The answer to a question for which somebody else's token, or a webhook, is needed.
pub(crate) async fn answer_with_all(key: &str, change: impl Fn(&mut ServiceBehavior)) -> String {
    Fixture::start().await.complete().behaving(change).answer(key).await
}

/// The answer when Ada has these permissions.
async fn answer_with(key: &str, grants: Permissions) -> String {
    let fixture = Fixture::start().await;
    fixture.stand_in.grant(ORGANIZATION, &fixture.ada, None, grants);
    fixture.answer(key).await
}

#[tokio::test]
async fn permissions() {
    assert_eq!(answer_with("permissions", Permissions::ALL).await, "View yes, Edit yes, both yes");
    let viewer = Permissions { view: true, ..Permissions::NONE };
    assert_eq!(answer_with("permissions", viewer).await, "View yes, Edit no, both no");
}

#[tokio::test]
async fn the_right_on_notifications() {
    let key = "notifications-permission";
    assert_eq!(answer_with(key, Permissions::ALL).await, "it can be asked for: yes");
    let without = Permissions { notifications: false, ..Permissions::ALL };
    assert_eq!(answer_with(key, without).await, "it can be asked for: no");
    let hidden = answer(key, |behavior| behavior.shows_notification_permission = false).await;
    assert!(hidden.starts_with("it cannot be asked for: 404"), "{hidden}");
}

#[tokio::test]
async fn the_refusal_of_a_creation() {
    for (refusal, expected) in [
        (CreateRefusal::BadRequest, "400 ArgumentException"),
        (CreateRefusal::Forbidden, "403 AccessCheckException"),
    ] {
        let given = answer_with_all("create-refused", |behavior| behavior.create_refusal = refusal).await;
        assert_eq!(given, expected);
    }
    let fixture = Fixture::start().await.with_second_token();
    fixture.stand_in.grant(ORGANIZATION, &fixture.bob, None, Permissions::NONE);
    assert_eq!(fixture.answer("create-refused").await, "403 ConsumerNotAvailableException");
}

#[tokio::test]
async fn the_refusal_of_a_creation_needs_somebody_who_may_not() {
    let fixture = Fixture::start().await.with_second_token();
    fixture.stand_in.grant(ORGANIZATION, &fixture.bob, None, Permissions::ALL);
    let answers = fixture.ask(&["create-refused"]).await;
    assert_eq!(answers[0].answer, "not settled here");
    assert!(answers[0].evidence.contains("use one who may not"), "{}", answers[0].evidence);
}

#[tokio::test]
async fn questions_about_others_need_a_second_person() {
    let alone = Fixture::start().await.ask(&["hidden", "create-refused"]).await;
    let twice = Fixture::start().await.with_second_token();
    twice.stand_in.register_pat(PersonalAccessToken::new(SECOND_PAT, ORGANIZATION, &twice.ada));
    for answer in alone.iter().chain(&twice.ask(&["hidden", "create-refused"]).await) {
        assert_eq!(answer.answer, "not settled here");
        assert_eq!(answer.evidence, "needs the token of another person: PAT2_FILE=…");
    }
}

#[tokio::test]
async fn the_probe_of_the_scope_to_write() {
    for (scope, expected) in
        [(Scope::Code, "the second token: it may not"), (Scope::CodeWrite, "the second token: it may write")]
    {
        let fixture = Fixture::start().await.with_second_token();
        let token = PersonalAccessToken::new(SECOND_PAT, ORGANIZATION, &fixture.bob);
        fixture.stand_in.register_pat(token.scopes(&[scope]));
        let answers = fixture.ask(&["write-probe"]).await;
        assert_eq!((&*answers[0].answer, &*answers[0].evidence), ("the first token: it may write", expected));
    }
}

#[tokio::test]
async fn subscriptions_of_the_whole_organization() {
    let key = "organization-wide";
    let accepted = answer_with(key, Permissions::ALL).await;
    assert_eq!(accepted, "without a project: accepted; with \"\": accepted");
    let without = Permissions { notifications: false, ..Permissions::ALL };
    let refused = "refused, 400 ArgumentException";
    assert_eq!(
        answer_with(key, without).await,
        format!("without a project: {refused}; with \"\": {refused}")
    );
}

#[tokio::test]
async fn a_token_that_nobody_has() {
    assert_eq!(answer("wrong-token", |_| {}).await, "203 text/html");
    let anonymous = answer("wrong-token", |behavior| behavior.anonymous_access = true).await;
    assert_eq!(anonymous, "200, as the user `aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa`");
}

#[tokio::test]
async fn the_newest_version() {
    assert_eq!(answer("version", |_| {}).await, "7.2");
    assert_eq!(answer("version", |behavior| behavior.latest_version = 7.1).await, "7.1");
}

#[tokio::test]
async fn commits_and_what_is_left_of_resources() {
    let answers = Fixture::start().await.complete().ask(&["commits", "minimal"]).await;
    assert_eq!(answers[0].answer, "100");
    let minimal = &answers[1].answer;
    assert!(minimal.contains("push: {pushId, repository {id, name, url}, url}"), "{minimal}");
    assert!(minimal.contains("pull request: {pullRequestId, url}"), "{minimal}");
    assert!(minimal.contains("pullRequest {pullRequestId, url}}"), "{minimal}");
}

#[tokio::test]
async fn pull_requests_from_forks() {
    let fork = answer_with_all("forks", |_| {}).await;
    assert!(fork.starts_with("`forkSource` {name, objectId, repository {"), "{fork}");
}

#[tokio::test]
async fn an_attempt_to_enable_a_disabled_subscription() {
    for (re_enable, expected) in [
        (ReEnable::Enabled, "200, then `enabled`"),
        (ReEnable::Ignored, "200, then `disabledBySystem`"),
        (ReEnable::Refused(500), "500 SubscriptionNotFoundException, then `disabledBySystem`"),
    ] {
        let fixture = Fixture::start().await.with_gone().behaving(|behavior| behavior.re_enable = re_enable);
        let expected =
            format!("disabled by a user: 200, then `enabled`; disabled by the service: {expected}");
        assert_eq!(fixture.answer("re-enable").await, expected);
    }
    let without = answer("re-enable", |_| {}).await;
    assert!(without.ends_with("disabled by the service: not settled here"), "{without}");
}

#[tokio::test]
async fn forms_of_a_branch() {
    for (filter, short, full) in [
        (BranchFilter::Both, "matches", "matches"),
        (BranchFilter::Short, "matches", "matches nothing"),
        (BranchFilter::Full, "matches nothing", "matches"),
    ] {
        let given = answer("branch", |behavior| behavior.branch_filter = filter).await;
        assert_eq!(given, format!("`main` {short}, `refs/heads/main` {full}, `ma*` matches nothing"));
    }
}

#[tokio::test]
async fn events_of_a_push_of_several_refs() {
    for (per_ref, expected) in [(false, "1"), (true, "3")] {
        let given = answer("several-refs", |behavior| behavior.event_per_ref = per_ref).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn ids_of_one_event() {
    for (differ, expected) in [(false, "yes"), (true, "no")] {
        let given = answer("event-id", |behavior| behavior.event_id_per_subscription = differ).await;
        assert_eq!(given, expected);
    }
    for (keeps, expected) in [(true, "yes"), (false, "no")] {
        let given = answer_with_all("retry", |behavior| behavior.retries_keep_event_id = keeps).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn hosts_that_cannot_be_reached() {
    for probation in [Probation::Documented, Probation::Reported] {
        assert_eq!(answer("connection-error", |behavior| behavior.probation = probation).await, "yes");
    }
}

#[tokio::test]
async fn votes_as_comments() {
    for (comments, expected) in [(false, "no"), (true, "yes")] {
        let given = answer("vote-comment", |behavior| behavior.votes_comment = comments).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn threads_of_the_service() {
    let noted = "IsDraftUpdate, MergeAttempt, RefUpdate, ReviewersUpdate, StatusUpdate, VoteUpdate";
    for (has_threads, expected) in [(true, noted), (false, "nothing")] {
        let given = answer("threads", |behavior| behavior.system_threads = has_threads).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn titles_descriptions_and_names() {
    let answers = Fixture::start().await.complete().ask(&["retitle", "renamed"]).await;
    assert_eq!(answers[0].answer, "the unfiltered one");
    let new = "the new name";
    assert_eq!(answers[1].answer, format!("the event: {new}, the list: {new}, the subscription: {new}"));
    for (cuts, expected) in [(true, "yes, at 400 characters"), (false, "no")] {
        let given = answer("descriptions", |behavior| behavior.lists_cut_descriptions = cuts).await;
        assert_eq!(given, expected);
    }
}

#[tokio::test]
async fn the_first_pause_of_a_probation() {
    let probation = async |kind| {
        let fixture = Fixture::start().await.waiting(30);
        fixture.behaving(|behavior| behavior.probation = kind).answer("probation").await
    };
    assert_eq!(probation(Probation::Documented).await, "the failed delivery is retried after 20 min");
    let reported = probation(Probation::Reported).await;
    let minutes =
        reported.strip_prefix("a new event is delivered after ").and_then(|rest| rest.split(' ').next());
    let minutes: u64 = minutes.and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{reported}"));
    assert!((18..=23).contains(&minutes), "{reported}");
    for (stays, expected) in [(true, "stays"), (false, "goes")] {
        let fixture = Fixture::start().await.waiting(30);
        let fixture = fixture.behaving(|behavior| behavior.probation_date_stays = stays);
        let evidence = fixture.ask(&["probation"]).await.remove(0).evidence;
        let date = format!("`lastProbationRetryDate` {expected} when the subscription is enabled");
        assert!(evidence.ends_with(&date), "{evidence}");
    }
    let unasked = Fixture::start().await.ask(&["probation"]).await;
    assert_eq!(unasked[0].evidence, "needs half an hour: WAIT=30m");
    let short = Fixture::start().await.waiting(5).ask(&["probation"]).await;
    assert_eq!(short[0].evidence, "nothing was delivered within 5 min; use a longer WAIT");
}

#[tokio::test]
async fn the_form_of_json_does_not_matter() {
    assert_eq!(answer("event-id", |behavior| behavior.byte_order_mark = true).await, "yes");
}
