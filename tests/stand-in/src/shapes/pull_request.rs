use serde_json::{Value, json};

use super::super::{
    EventType, MergeOutcome, NotificationType, Proposal, PullRequestId, RefChange, ResourceVersion,
    Subscription, Vote,
};
use super::{AT, MAIN, Office, TOPIC, URL, body, members, only};

fn listening() -> (Office, PullRequestId) {
    let mut office = Office::services();
    let id = office.open_pull_request();
    (office.listen_to(EventType::PullRequestUpdated), id)
}

#[test]
fn a_pull_request_from_services_has_every_documented_member() {
    let mut office = Office::services().listen_to(EventType::PullRequestCreated);
    let proposal = office.proposal();
    let (_, notifications) = office.it.create_pull_request(AT, &office.ada, proposal);
    let resource = only(&notifications)["resource"].clone();
    assert_eq!(
        members(&resource),
        [
            "_links",
            "artifactId",
            "codeReviewId",
            "createdBy",
            "creationDate",
            "description",
            "isDraft",
            "lastMergeSourceCommit",
            "lastMergeTargetCommit",
            "mergeId",
            "mergeStatus",
            "pullRequestId",
            "repository",
            "reviewers",
            "sourceRefName",
            "status",
            "supportsIterations",
            "targetRefName",
            "title",
            "url",
        ]
    );
    assert_eq!(resource["mergeStatus"], "queued");
    let (project, repository) = (
        resource["repository"]["project"]["id"].as_str().unwrap(),
        resource["repository"]["id"].as_str().unwrap(),
    );
    let number = &resource["pullRequestId"];
    assert_eq!(
        resource["artifactId"],
        format!("vstfs:///Git/PullRequestId/{project}%2f{repository}%2f{number}")
    );
    assert_eq!(
        resource["_links"]["web"]["href"],
        format!("https://dev.azure.com/lakeside/Boat%20House/_git/oars/pullrequest/{number}")
    );
}

#[test]
fn the_repository_is_the_rich_one() {
    let (mut office, id) = listening();
    let body = only(&office.it.retitle(AT, &office.ada, id, "Weigh the oars"));
    let repository = &body["resource"]["repository"];
    assert_eq!(
        members(repository),
        [
            "id",
            "isDisabled",
            "isInMaintenance",
            "name",
            "project",
            "remoteUrl",
            "size",
            "sshUrl",
            "url",
            "webUrl",
        ]
    );
    let path = "dev.azure.com/lakeside/Boat%20House/_git/oars";
    assert_eq!(repository["webUrl"], format!("https://{path}"));
    assert_eq!(repository["remoteUrl"], format!("https://lakeside@{path}"));
    assert_eq!(repository["sshUrl"], "git@ssh.dev.azure.com:v3/lakeside/Boat%20House/oars");
    assert_eq!(repository["project"]["visibility"], "private");
}

#[test]
fn an_empty_description_is_absent() {
    let mut office = Office::services().listen_to(EventType::PullRequestCreated);
    let proposal = Proposal::new(office.repository, TOPIC, MAIN, "Quiet");
    let (_, notifications) = office.it.create_pull_request(AT, &office.ada, proposal);
    let resource = only(&notifications)["resource"].clone();
    assert_eq!(resource.get("description"), None);
    assert_eq!(resource["reviewers"], json!([]));
}

#[test]
fn only_a_successful_attempt_leaves_a_merge_commit() {
    let (office, id) = listening();
    let mut office = office.listen_to(EventType::PullRequestMerged);
    let mut attempt = |outcome| {
        let body = only(&office.it.attempt_merge(AT, id, outcome));
        let resource = &body["resource"];
        assert_eq!(resource["status"], "active");
        (resource["mergeStatus"].clone(), resource.get("lastMergeCommit").is_some())
    };
    assert_eq!(attempt(MergeOutcome::Conflicts), (json!("conflicts"), false));
    assert_eq!(attempt(MergeOutcome::Succeeded), (json!("succeeded"), true));
    assert_eq!(attempt(MergeOutcome::RejectedByPolicy), (json!("rejectedByPolicy"), false));
    assert_eq!(attempt(MergeOutcome::Failure), (json!("failure"), false));
}

#[test]
fn completion_is_told_by_merged_and_by_updated() {
    let (mut office, id) = listening();
    office.it.subscribe(Subscription::new(EventType::PullRequestMerged, URL));
    let told = office.it.complete(AT, &office.ada, id);
    let types: Vec<_> = told.iter().map(|one| one.event_type).collect();
    assert_eq!(types, [EventType::PullRequestMerged, EventType::PullRequestUpdated]);
    for notification in &told {
        let resource = &body(notification)["resource"];
        assert_eq!(resource["status"], "completed");
        assert_eq!(resource["mergeStatus"], "succeeded");
        assert_eq!(resource["closedDate"], "2026-03-02T09:15:04.1234567Z");
        assert_eq!(resource["completionQueueTime"], "2026-03-02T09:15:03.2384567Z");
        assert_eq!(resource["closedBy"]["displayName"], "Ada Okafor");
        assert_eq!(resource["completionOptions"]["mergeStrategy"], "noFastForward");
    }
    assert_ne!(told[0].event_id, told[1].event_id);
}

#[test]
fn the_source_commit_follows_the_branch() {
    let (mut office, id) = listening();
    office.it.push(AT, &office.ada, office.repository, &[RefChange::commit(TOPIC, &["More"])]);
    let tip = office.it.tip(office.repository, TOPIC).unwrap();
    let body = only(&office.it.update_source(AT, &office.ada, id));
    assert_eq!(body["resource"]["lastMergeSourceCommit"]["commitId"], json!(tip));
    assert_eq!(body["resource"].get("lastMergeCommit"), None);
}

#[test]
fn votes_are_numbers_and_required_is_only_said_when_true() {
    let (mut office, id) = listening();
    let body = only(&office.it.vote(AT, &office.ada, id, Vote::WaitingForAuthor));
    let reviewers = &body["resource"]["reviewers"];
    assert_eq!(reviewers[0]["isRequired"], true);
    assert_eq!(reviewers[0]["isContainer"], true);
    assert_eq!(reviewers[0]["uniqueName"].as_str().unwrap().rsplit('\\').next(), Some("Rowers"));
    assert_eq!(reviewers[1]["vote"], -5);
    assert_eq!(reviewers[1].get("isRequired"), None);
}

#[test]
fn the_message_starts_with_who_did_what() {
    let (mut office, id) = listening();
    let ada = office.ada.clone();
    let n = office.it.number(id);
    let check = |body: &Value, expected: &str| {
        let text = body["message"]["text"].as_str().unwrap();
        let expected = expected.replace('#', &n.to_string());
        assert!(text.starts_with(&format!("Ada Okafor {expected}")), "{text}");
        assert!(text.ends_with("\r\nhttps://dev.azure.com/lakeside/Boat%20House/_git/oars/"));
    };
    let it = &mut office.it;
    let in_oars = "(Measure the oars) in oars";
    check(
        &only(&it.update_source(AT, &ada, id)),
        &format!("updated the source branch of pull request # {in_oars}"),
    );
    check(&only(&it.change_reviewers(AT, &ada, id, vec![])), "changed the reviewer list on pull request #");
    for (vote, words) in [
        (Vote::Approved, "approved"),
        (Vote::ApprovedWithSuggestions, "has approved and left suggestions in"),
        (Vote::None, "voted on"),
        (Vote::WaitingForAuthor, "is waiting for the author in"),
        (Vote::Rejected, "rejected"),
    ] {
        check(&only(&it.vote(AT, &ada, id, vote)), &format!("{words} pull request #"));
    }
    check(&only(&it.draft(AT, &ada, id)), "marked the pull request as a draft\r\n");
    check(&only(&it.publish(AT, &ada, id)), "published the pull request\r\n");
    check(&only(&it.abandon(AT, &ada, id)), "abandoned pull request #");
    check(&only(&it.reactivate(AT, &ada, id)), "reactivated pull request #");
    check(&only(&it.complete(AT, &ada, id)), "completed pull request #");
}

#[test]
fn the_merge_attempt_names_nobody_and_has_two_blanks() {
    let (office, id) = listening();
    let mut office = office.listen_to(EventType::PullRequestMerged);
    let body = only(&office.it.attempt_merge(AT, id, MergeOutcome::Succeeded));
    let text = body["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("Merge attempted  for pull request 2041 (Measure"), "{text}");
}

#[test]
fn each_filter_lets_its_own_changes_through() {
    let (mut office, id) = listening();
    office.it.subscriptions.clear();
    for filter in NotificationType::ALL {
        office.it.subscribe(Subscription::new(EventType::PullRequestUpdated, URL).only(filter));
    }
    let (it, ada) = (&mut office.it, &office.ada);
    let heard = |told: Vec<super::super::Notification>| -> Vec<&str> {
        told.iter().filter_map(|one| one.filter).map(NotificationType::change).collect()
    };
    assert_eq!(heard(it.update_source(AT, ada, id)), ["source"]);
    assert_eq!(heard(it.change_reviewers(AT, ada, id, vec![])), ["reviewers"]);
    assert_eq!(heard(it.vote(AT, ada, id, Vote::None)), ["vote"]);
    assert_eq!(heard(it.draft(AT, ada, id)), ["status"]);
    assert_eq!(heard(it.publish(AT, ada, id)), ["status"]);
    assert_eq!(heard(it.abandon(AT, ada, id)), ["status"]);
    assert_eq!(heard(it.reactivate(AT, ada, id)), ["status"]);
    assert_eq!(heard(it.retitle(AT, ada, id, "Other")), [""; 0]);
    assert_eq!(heard(it.complete(AT, ada, id)), ["status"]);
}

#[test]
fn a_fork_names_its_own_repository() {
    let mut office = Office::services().listen_to(EventType::PullRequestCreated);
    let project = office.it.add_project("Private");
    let fork = office.it.fork_repository(office.repository, project, "oars-ada");
    let proposal = Proposal { fork: Some(fork), ..office.proposal() };
    let (_, notifications) = office.it.create_pull_request(AT, &office.ada, proposal);
    let resource = only(&notifications)["resource"].clone();
    let source = &resource["forkSource"];
    assert_eq!(source["name"], resource["sourceRefName"]);
    assert_eq!(source["repository"]["id"], office.it.repository_guid(fork).to_string());
    assert_ne!(source["repository"]["id"], resource["repository"]["id"]);
}

#[test]
fn an_old_server_knows_less() {
    let mut office = Office::server();
    let id = office.open_pull_request();
    let old = Subscription::new(EventType::PullRequestUpdated, URL);
    let mut office = office.listen(old.version(ResourceVersion::V3Preview1));
    let resource = only(&office.it.abandon(AT, &office.ada, id))["resource"].clone();
    for absent in ["_links", "isDraft", "codeReviewId", "closedBy", "artifactId"] {
        assert_eq!(resource.get(absent), None, "{absent}");
    }
    assert_eq!(resource["commits"][0], resource["lastMergeSourceCommit"]);
    assert_eq!(resource["repository"]["defaultBranch"], MAIN);
    assert_eq!(resource["reviewers"][0]["reviewerUrl"], Value::Null);
}
