//! The Test button: the same made-up story about Fabrikam, whatever the organization.
//!
//! Source: the samples of learn.microsoft.com, "Service hooks events". Only the ids and URLs by
//! which a receiver may know a test are theirs; all else is made up here in the same old shape.

use jiff::Timestamp;

use super::event_type::{EventType, ResourceVersion};
use super::ids::Guid;
use super::message::Message;
use super::notification::{Happening, Notification};
use super::organization::Organization;
use super::pull_request::{MergeOutcome, Proposal, PullRequestId, Reviewer};
use super::push::RefChange;
use super::repository::RepositoryId;
use super::subscription::{Details, Messages, Subscription};
use super::wire::json::{Json, Object, link};
use super::wire::{Era, comment, pull_request, push};
use super::{Identity, time};

/// What the Test button sends for a subscription: saved (its own id) or not (an id of zeros).
/// The event id is the same every time.
pub fn test_delivery(subscription: &Subscription, at: Timestamp) -> Notification {
    let event_type = subscription.event_type;
    let event_id = event_id(event_type);
    let (sentence, resource) = match event_type {
        EventType::Push => ("pushed updates to Fabrikam-Fiber-Git:master.", pushed()),
        EventType::PullRequestCreated => ("created a new pull request", proposed()),
        EventType::PullRequestUpdated => ("marked the pull request as completed", completed()),
        EventType::PullRequestMerged => ("has created a pull request merge commit", completed()),
        EventType::PullRequestCommented => {
            ("has edited a pull request comment", commented(subscription.resource_version))
        }
    };
    let version = subscription.resource_version.as_str();
    let sends = subscription.details != Details::None && event_type.supports(subscription.resource_version);
    let message = Message::new().say(&format!("{AUTHOR} {sentence}"));
    let body: Json = Object::new()
        .with("subscriptionId", subscription.id)
        .with("notificationId", subscription.notifications + 1)
        .with("id", event_id)
        .with("eventType", event_type.id())
        .with("publisherId", "tfs")
        .with("message", message.to_json(subscription.messages))
        .with("detailedMessage", message.to_json(subscription.detailed_messages))
        .with("resource", if sends { resource.clone().into() } else { Json::null() })
        .with("resourceVersion", if sends { version.into() } else { Json::null() })
        .with("resourceContainers", containers())
        .with("createdDate", time::render(at))
        .into();
    let event: Json = Object::new()
        .with("id", event_id)
        .with("eventType", event_type.id())
        .with("publisherId", "tfs")
        .with("message", message.to_json(Messages::All))
        .with("detailedMessage", message.to_json(Messages::All))
        .with("resource", resource)
        .with("resourceVersion", version)
        .with("resourceContainers", containers())
        .with("createdDate", time::render(at))
        .into();
    Notification {
        subscription_id: subscription.id,
        sequence: subscription.notifications + 1,
        event_id,
        event_type,
        filter: subscription.notification_type,
        url: subscription.url.clone(),
        body: body.to_bytes(),
        event: event.to_bytes(),
        happening: Happening::Tested,
    }
}

/// Comments share the id of "updated".
const fn event_id(event_type: EventType) -> Guid {
    Guid::from_u128(match event_type {
        EventType::Push => 0x03c1_64c2_8912_4d5e_8009_3707_d5f8_3734,
        EventType::PullRequestCreated => 0x2ab4_e3d3_b7a6_425e_92b1_5a99_82c1_269e,
        EventType::PullRequestUpdated | EventType::PullRequestCommented => {
            0xaf07_be1b_f3ad_44c8_a7f1_c483_5f2d_f06b
        }
        EventType::PullRequestMerged => 0x6872_ee8c_b333_4eff_bfb9_0d52_7494_3566,
    })
}

fn pushed() -> Object {
    let mut story = Story::new(PUSH_ROOT, "Fabrikam-Fiber-Git", PUSH_REPOSITORY);
    let by = story.author.clone();
    story.organization.repositories[story.repository.0].pushes = 13;
    let change = [RefChange::commit("refs/heads/master", &["Corrected a value in web.config"])];
    let record = story.organization.record_push(PUSHED, &by, story.repository, &change);
    // The one identity whose id is no GUID.
    let pushed_by = Object::new()
        .with("id", "00067FFED5C7AF52@Live.com")
        .with("displayName", AUTHOR)
        .with("uniqueName", format!("Windows Live ID\\{}", by.mail));
    push::push(&story.organization, &record, Era::FoundationServer).replace("pushedBy", pushed_by)
}

fn proposed() -> Object {
    let (story, id) = Story::with_pull_request();
    let it = story.organization.pull_request(id);
    pull_request::pull_request(&story.organization, it, Era::FoundationServer)
}

fn completed() -> Object {
    let (mut story, id) = Story::with_pull_request();
    let by = story.author.clone();
    story.organization.complete(CLOSED, &by, id);
    let it = story.organization.pull_request(id);
    pull_request::pull_request(&story.organization, it, Era::FoundationServer)
}

fn commented(version: ResourceVersion) -> Object {
    let (mut story, id) = Story::with_pull_request();
    let by = story.author.clone();
    let (note, _) = story.organization.comment(PUSHED, &by, id, "A first thought.");
    story.organization.edit_comment(CLOSED, note, "A second thought.");
    let on = story.organization.pull_request(id);
    let note = &on.threads[0].comments[0];
    let era = Era::FoundationServer;
    // The link to the repository leads to a machine inside Microsoft.
    let alone = comment::alone(&story.organization, note, on, era);
    let links = alone.object("_links").replace(
        "repository",
        link(format!("http://joscol2/DefaultCollection/_apis/git/repositories/{PR_REPOSITORY}")),
    );
    let alone = alone.replace("_links", links);
    match version {
        ResourceVersion::V2 => {
            comment::with_pull_request(&story.organization, note, on, era).replace("comment", alone)
        }
        _ => alone,
    }
}

/// Ids only: a test names no base URL.
fn containers() -> Object {
    let id = |value| Object::new().with("id", Guid::from_u128(value));
    Object::new()
        .with("collection", id(0x6f5d_10c7_94a2_4a4e_8f0b_3d2e_51b7_a960))
        .with("account", id(0x1c83_ee29_7d46_4f6a_9a55_c07e_b8f4_2d13))
        .with("project", id(0xd2b6_4f90_0a1e_4c7b_b3d8_96e5_7f21_0c4a))
}

struct Story {
    organization: Organization,
    repository: RepositoryId,
    author: Identity,
}

impl Story {
    fn new(root: &str, name: &str, id: Guid) -> Self {
        let mut organization = Organization::server(root, "DefaultCollection", 2014);
        let project = organization.add_project(name);
        let repository = organization.add_repository(project, name);
        organization.repositories[repository.0].id = id;
        let author = organization.add_person(AUTHOR, "jamal@fabrikam.example");
        Self { organization, repository, author }
    }

    fn with_pull_request() -> (Self, PullRequestId) {
        let mut story = Self::new(PR_ROOT, "Fabrikam", PR_REPOSITORY);
        let (by, repository) = (story.author.clone(), story.repository);
        let organization = &mut story.organization;
        let changes = [
            RefChange::commit("refs/heads/master", &["First"]),
            RefChange::commit("refs/heads/mytopic", &["Second"]),
        ];
        organization.push(PUSHED, &by, repository, &changes);
        let project = organization.repository(repository).project;
        let team = organization.add_team(project, "Mobile Team");
        let (id, _) = organization.create_pull_request(
            PUSHED,
            &by,
            Proposal {
                description: " - a first try\r\n".to_owned(),
                reviewers: vec![Reviewer::optional(&team)],
                ..Proposal::new(repository, "refs/heads/mytopic", "refs/heads/master", "a first try")
            },
        );
        organization.pull_requests[id.0].number = 1;
        organization.attempt_merge(PUSHED, id, MergeOutcome::Succeeded);
        (story, id)
    }
}

const AUTHOR: &str = "Jamal Hartnett";
const PUSH_ROOT: &str = "https://fabrikam-fiber-inc.visualstudio.com";
const PUSH_REPOSITORY: Guid = Guid::from_u128(0x278d_5cd2_584d_4b63_824a_2ba4_5893_7249);
const PR_ROOT: &str = "https://fabrikam.visualstudio.com";
const PR_REPOSITORY: Guid = Guid::from_u128(0x4bc1_4d40_c903_45e2_872e_0462_c774_8079);
/// 2 May 2014.
const PUSHED: Timestamp = Timestamp::constant(1_399_058_233, 330_958_700);
/// 30 June 2014.
const CLOSED: Timestamp = Timestamp::constant(1_404_154_752, 366_057_300);
