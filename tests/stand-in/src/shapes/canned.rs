use super::super::{EventType, Guid, Messages, ResourceVersion, Subscription, test_delivery};
use super::{AT, Office, URL, body, members};

#[test]
fn the_event_id_and_the_repository_are_fixed() {
    for (event_type, id) in [
        (EventType::Push, "03c164c2-8912-4d5e-8009-3707d5f83734"),
        (EventType::PullRequestCreated, "2ab4e3d3-b7a6-425e-92b1-5a9982c1269e"),
        (EventType::PullRequestUpdated, "af07be1b-f3ad-44c8-a7f1-c4835f2df06b"),
        (EventType::PullRequestMerged, "6872ee8c-b333-4eff-bfb9-0d5274943566"),
    ] {
        let body = body(&test_delivery(&Subscription::new(event_type, URL), AT));
        assert_eq!(body["id"], id);
        assert_eq!(body["subscriptionId"], Guid::ZERO.to_string());
        let url = match event_type {
            EventType::Push => {
                "https://fabrikam-fiber-inc.visualstudio.com/DefaultCollection/_apis/git/\
                 repositories/278d5cd2-584d-4b63-824a-2ba458937249"
            }
            _ => {
                "https://fabrikam.visualstudio.com/DefaultCollection/_apis/git/repositories/\
                 4bc14d40-c903-45e2-872e-0462c7748079"
            }
        };
        assert_eq!(body["resource"]["repository"]["url"], url);
    }
}

#[test]
fn a_saved_hook_is_tested_with_its_own_id() {
    let office = Office::services().listen_to(EventType::PullRequestCreated);
    let saved = &office.it.subscriptions()[0];
    assert_eq!(body(&test_delivery(saved, AT))["subscriptionId"], saved.id.to_string());
}

#[test]
fn the_shape_is_the_old_one() {
    let subscription = Subscription::new(EventType::PullRequestMerged, URL);
    let body = body(&test_delivery(&subscription, AT));
    let resource = &body["resource"];
    for absent in ["_links", "isDraft", "codeReviewId", "closedBy"] {
        assert_eq!(resource.get(absent), None, "{absent}");
    }
    assert_eq!(resource["status"], "completed");
    assert_eq!(resource["reviewers"][0]["isContainer"], true);
    assert!(resource["creationDate"].as_str().unwrap().starts_with("2014-"));
    assert_eq!(members(&body["resourceContainers"]["collection"]), ["id"]);
}

#[test]
fn a_comment_links_to_an_odd_host_and_push_has_an_odd_identity() {
    let commented = Subscription::new(EventType::PullRequestCommented, URL);
    let old = commented.clone().version(ResourceVersion::V1);
    let (new, old) = (body(&test_delivery(&commented, AT)), body(&test_delivery(&old, AT)));
    let link = |comment: &serde_json::Value| comment["_links"]["repository"]["href"].clone();
    assert_eq!(link(&new["resource"]["comment"]), link(&old["resource"]));
    assert!(link(&old["resource"]).as_str().unwrap().starts_with("http://joscol2/"));
    let pushed = Subscription::new(EventType::Push, URL).messages(Messages::All, Messages::All);
    let pushed = body(&test_delivery(&pushed, AT));
    assert_eq!(pushed["resource"]["pushedBy"]["id"], "00067FFED5C7AF52@Live.com");
}
