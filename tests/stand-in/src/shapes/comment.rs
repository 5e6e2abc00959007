use serde_json::{Value, json};

use super::super::{CommentId, EventType, PullRequestId, ResourceVersion, Subscription, Timestamp};
use super::{AT, Office, URL, members, only};

const LATER: Timestamp = Timestamp::constant(1_772_443_000, 0);

fn listening(version: ResourceVersion) -> (Office, PullRequestId) {
    let mut office = Office::services();
    let id = office.open_pull_request();
    let subscription = Subscription::new(EventType::PullRequestCommented, URL).version(version);
    (office.listen(subscription), id)
}

fn write(office: &mut Office, on: PullRequestId) -> (CommentId, Value) {
    let (id, told) = office.it.comment(AT, &office.ada, on, "Too long?");
    (id, only(&told))
}

#[test]
fn version_2_brings_the_pull_request() {
    let (mut office, on) = listening(ResourceVersion::V2);
    let (_, body) = write(&mut office, on);
    assert_eq!(members(&body["resource"]), ["comment", "pullRequest"]);
    assert_eq!(body["resource"]["pullRequest"]["pullRequestId"], office.it.number(on));
    let comment = &body["resource"]["comment"];
    assert_eq!(comment["publishedDate"], comment["lastUpdatedDate"]);
    assert_eq!(comment["content"], "Too long?");
    assert_eq!(comment["commentType"], "text");
    assert_eq!(comment["parentCommentId"], 0);
    let thread = comment["_links"]["threads"]["href"].as_str().unwrap();
    assert!(thread.ends_with("/pullRequests/2041/threads/17"), "{thread}");
}

#[test]
fn version_1_is_the_comment_alone() {
    for version in [ResourceVersion::V1, ResourceVersion::V1Preview1] {
        let (mut office, on) = listening(version);
        let (_, body) = write(&mut office, on);
        assert_eq!(body["resourceVersion"], version.as_str());
        assert_eq!(
            members(&body["resource"]),
            [
                "_links",
                "author",
                "commentType",
                "content",
                "id",
                "lastContentUpdatedDate",
                "lastUpdatedDate",
                "parentCommentId",
                "publishedDate",
                "usersLiked",
            ]
        );
    }
}

#[test]
fn an_edit_shows_in_the_dates_and_a_deletion_takes_the_words() {
    let (mut office, on) = listening(ResourceVersion::V2);
    let (id, _) = write(&mut office, on);
    let edited = only(&office.it.edit_comment(LATER, id, "Too short?"));
    let comment = &edited["resource"]["comment"];
    assert_eq!(comment["content"], "Too short?");
    assert_eq!(comment["publishedDate"], "2026-03-02T09:15:04.1234567Z");
    assert_eq!(comment["lastUpdatedDate"], "2026-03-02T09:16:40Z");
    assert_eq!(edited["message"]["text"], "Ada Okafor has edited a pull request comment");

    let deleted = only(&office.it.delete_comment(LATER, id));
    let comment = &deleted["resource"]["comment"];
    assert_eq!(comment.get("content"), None);
    assert_eq!(comment["isDeleted"], true);
    assert_eq!(deleted["message"]["text"], "Ada Okafor has deleted a pull request comment");
}

#[test]
fn a_reply_names_its_parent() {
    let (mut office, on) = listening(ResourceVersion::V2);
    let (id, first) = write(&mut office, on);
    let (_, told) = office.it.reply(LATER, &office.ada, id, "No.");
    let (first, reply) = (&first["resource"]["comment"], &only(&told)["resource"]["comment"]);
    assert_eq!(reply["parentCommentId"], first["id"]);
    assert_eq!(reply["id"], json!(2));
    assert_eq!(reply["_links"]["threads"], first["_links"]["threads"]);
}
