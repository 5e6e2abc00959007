use serde_json::json;

use super::super::{EventType, ObjectId, RefChange, ResourceVersion, Subscription};
use super::{AT, MAIN, Office, TOPIC, URL, members, only};

fn listening(office: Office) -> Office {
    office.listen_to(EventType::Push)
}

#[test]
fn a_push_from_services_has_every_documented_member() {
    let body = listening(Office::services()).push(RefChange::commit(MAIN, &["One", "Two"]));
    let resource = &body["resource"];
    assert_eq!(
        members(resource),
        ["_links", "commits", "date", "pushId", "pushedBy", "refUpdates", "repository", "url"]
    );
    assert_eq!(resource["date"], "2026-03-02T09:15:04.1234567Z");
    assert_eq!(resource["pushId"], 2);
    assert_eq!(
        members(&resource["pushedBy"]),
        ["_links", "descriptor", "displayName", "id", "imageUrl", "uniqueName", "url"]
    );
    assert_eq!(members(&resource["_links"]), ["commits", "pusher", "refs", "repository", "self"]);
}

#[test]
fn commits_are_newest_first_and_have_git_identities() {
    let body = listening(Office::services()).push(RefChange::commit(MAIN, &["One", "Two"]));
    let commits = &body["resource"]["commits"];
    assert_eq!(commits[0]["comment"], "Two");
    assert_eq!(commits[1]["comment"], "One");
    assert_eq!(commits[0]["commitId"], body["resource"]["refUpdates"][0]["newObjectId"]);
    assert_eq!(
        commits[1]["author"],
        json!({"name": "Ada Okafor", "email": "ada@lakeside.example", "date": "2026-03-02T09:13:50Z"})
    );
}

#[test]
fn the_repository_is_the_lean_one() {
    let body = listening(Office::services()).push(RefChange::commit(MAIN, &["One"]));
    let repository = &body["resource"]["repository"];
    assert_eq!(members(repository), ["defaultBranch", "id", "name", "project", "remoteUrl", "url"]);
    assert_eq!(repository["remoteUrl"], "https://dev.azure.com/lakeside/Boat%20House/_git/oars");
    assert_eq!(repository["project"]["name"], "Boat House");
    assert_eq!(repository["project"]["visibility"], "unchanged");
    assert_eq!(repository["project"]["lastUpdateTime"], "0001-01-01T00:00:00");
}

#[test]
fn commits_are_absent_when_a_push_brings_none() {
    let mut office = listening(Office::services());
    let tip = office.it.tip(office.repository, MAIN).unwrap();
    for change in [
        RefChange::point("refs/tags/v1", tip),
        RefChange::point("refs/heads/copy", tip),
        RefChange::delete(TOPIC),
    ] {
        let body = office.push(change);
        assert_eq!(body["resource"].get("commits"), None, "{body}");
    }
    let body = office.push(RefChange::commit("refs/heads/new", &["With a commit"]));
    assert_eq!(body["resource"]["commits"][0]["comment"], "With a commit");
}

#[test]
fn forty_zeros_stand_for_no_object() {
    let mut office = listening(Office::services());
    let (zeros, tip) = (ObjectId::ZERO.to_string(), office.it.tip(office.repository, TOPIC));
    let tip = tip.unwrap();
    let update = |body: &serde_json::Value| body["resource"]["refUpdates"][0].clone();
    let created = update(&office.push(RefChange::point("refs/tags/v1", tip)));
    assert_eq!(created, json!({"name": "refs/tags/v1", "oldObjectId": zeros, "newObjectId": tip}));
    let deleted = update(&office.push(RefChange::delete(TOPIC)));
    assert_eq!(deleted, json!({"name": TOPIC, "oldObjectId": tip, "newObjectId": zeros}));
    let neither = update(&office.push(RefChange::delete("refs/heads/never")));
    assert_eq!(neither["oldObjectId"], neither["newObjectId"]);
}

#[test]
fn several_refs_make_one_event() {
    let mut office = listening(Office::services());
    let changes = [RefChange::commit(MAIN, &["One"]), RefChange::delete(TOPIC)];
    let body = only(&office.it.push(AT, &office.ada, office.repository, &changes));
    assert_eq!(body["resource"]["refUpdates"].as_array().unwrap().len(), 2);
}

#[test]
fn the_first_branch_of_an_empty_repository_becomes_the_default() {
    let mut office = listening(Office::services());
    let project = office.it.repository(office.repository).project;
    office.repository = office.it.add_repository(project, "empty");
    let tagged = office.push(RefChange::point("refs/tags/v0", ObjectId::ZERO));
    assert_eq!(tagged["resource"]["repository"].get("defaultBranch"), None);
    let pushed = office.push(RefChange::commit("refs/heads/trunk", &["One"]));
    assert_eq!(pushed["resource"]["repository"]["defaultBranch"], "refs/heads/trunk");
}

#[test]
fn a_server_has_no_visibility_and_an_old_one_no_links() {
    let mut office = listening(Office::server());
    let body = office.push(RefChange::commit(MAIN, &["One"]));
    let repository = &body["resource"]["repository"];
    assert_eq!(members(&repository["project"]), ["id", "name", "state", "url"]);
    assert_eq!(
        repository["remoteUrl"],
        "https://TFS.example.invalid:8443/tfs/Main%20Collection/Boat%20House/_git/oars"
    );
    let old = Subscription::new(EventType::Push, URL).version(ResourceVersion::V3Preview1);
    let body = office.listen(old).push(RefChange::commit(MAIN, &["Two"]));
    assert_eq!(body["resourceVersion"], "3.0-preview.1");
    assert_eq!(body["resource"].get("_links"), None);
    assert_eq!(members(&body["resource"]["pushedBy"]), ["displayName", "id", "uniqueName"]);
}

#[test]
fn messages_name_the_branch_and_encode_it_in_links() {
    let mut office = listening(Office::visual_studio());
    let body = office.push(RefChange::commit(TOPIC, &["One"]));
    assert_eq!(
        body["message"]["text"],
        "Ada Okafor pushed updates to oars:topic/größe\r\n\
         (https://lakeside.visualstudio.com/Boat%20House/_git/oars/#version=GBtopic%2Fgr%C3%B6%C3%9Fe)"
    );
    let body = office.push(RefChange::delete(TOPIC));
    let text = body["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("Ada Okafor deleted oars:topic/größe\r\n("), "{text}");
}
