//! What is delivered: bodies of the stand-in Azure DevOps, in the events of a REST API.

use std::sync::Arc;

use hookpost_harness::api_gateway::ApiRequest;
use hookpost_stand_in::delivery::Delivery;
use hookpost_stand_in::{
    Identity, Notification, Organization, Proposal, RefChange, RepositoryId, Reviewer, Timestamp, Webhook,
};

use crate::stub::aws::PASSWORD;

/// One delivery, as a function gets it.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) json: Arc<Vec<u8>>,
    /// Bytes of the body that Azure DevOps posted.
    pub(crate) body_bytes: usize,
    /// How many messages are to come of it.
    pub(crate) messages: usize,
}

/// A push of so many commits that its body has about `bytes`.
pub(crate) fn push_of(bytes: usize) -> Event {
    let size = |commits: usize| push_of_commits(commits).body_bytes;
    let (few, many) = (size(10), size(30));
    let each = (many - few) / 20;
    push_of_commits((bytes + 10 * each).saturating_sub(few).div_ceil(each).max(1))
}

pub(crate) fn push_of_commits(commits: usize) -> Event {
    let comments: Vec<String> =
        (0..commits).map(|number| format!("Weigh the malt before it is ground, part {number}")).collect();
    push(&[RefChange::Commit(MAIN.to_owned(), comments)], 1)
}

/// A push of one commit with a comment of so many characters.
pub(crate) fn push_of_text(chars: usize) -> Event {
    let text = "Weigh the malt, and log what it weighs. ";
    push(&[RefChange::Commit(MAIN.to_owned(), vec![text.repeat(chars.div_ceil(text.len()))])], 1)
}

/// A push of so many new tags.
pub(crate) fn push_of_refs(refs: usize) -> Event {
    let mut scene = Scene::begin();
    let Some(tip) = scene.organization.tip(scene.repository, MAIN) else {
        unreachable!("a scene begins with a push to it");
    };
    let tags: Vec<RefChange> =
        (0..refs).map(|number| RefChange::point(&format!("refs/tags/v1.{number}"), tip)).collect();
    scene.push(&tags, refs)
}

/// The same push for each of so many integrations.
pub(crate) fn push_to_each(integrations: usize) -> Vec<Event> {
    let event = push_of(SMALL);
    let renamed = |number: usize| {
        let json = String::from_utf8_lossy(&event.json).replace(INTEGRATION, &format!("northwind-{number}"));
        Event { json: Arc::new(json.into_bytes()), ..event.clone() }
    };
    (0..integrations).map(renamed).collect()
}

/// A new pull request with a long description and reviewers.
pub(crate) fn pull_request() -> Event {
    let mut scene = Scene::begin();
    let reviewers = ["Bo Falk", "Cleo Marsh"];
    let reviewers = reviewers.map(|name| {
        let mail = format!("{}@northwind.example", name[..3].trim().to_lowercase());
        Reviewer::required(&scene.organization.add_person(name, &mail))
    });
    let proposal = Proposal {
        description: "Half as many **hops**, and twice the malt.\n".repeat(10),
        reviewers: reviewers.to_vec(),
        ..Proposal::new(scene.repository, TOPIC, MAIN, "Fewer hops")
    };
    let (_, notifications) = scene.organization.create_pull_request(at(), &scene.ada, proposal);
    event(&notifications, 1)
}

fn push(changes: &[RefChange], messages: usize) -> Event {
    Scene::begin().push(changes, messages)
}

struct Scene {
    organization: Organization,
    repository: RepositoryId,
    ada: Identity,
}

impl Scene {
    fn begin() -> Self {
        let mut organization = Organization::services(INTEGRATION, 7);
        let project = organization.add_project("Brew House");
        let repository = organization.add_repository(project, "kettle");
        let ada = organization.add_person("Ada Lind", "ada@northwind.example");
        let begin = [RefChange::commit(MAIN, &["Begin"]), RefChange::commit(TOPIC, &["Fewer hops"])];
        organization.push(at(), &ada, repository, &begin);
        for subscription in Webhook::new("https://hooks.northwind.example/live", INTEGRATION).standard_set() {
            organization.subscribe(subscription);
        }
        Self { organization, repository, ada }
    }

    fn push(&mut self, changes: &[RefChange], messages: usize) -> Event {
        let notifications = self.organization.push(at(), &self.ada, self.repository, changes);
        event(&notifications, messages)
    }
}

fn event(notifications: &[Notification], messages: usize) -> Event {
    let [notification] = notifications else {
        unreachable!("each happening matches one subscription");
    };
    let delivery = Delivery::of(notification, PASSWORD);
    let json = ApiRequest::of(&delivery).event().to_string().into_bytes();
    Event { json: Arc::new(json), body_bytes: delivery.body.len(), messages }
}

fn at() -> Timestamp {
    Timestamp::from_second(1_772_467_140).unwrap_or_default()
}

/// The body of an everyday push, in bytes.
pub(crate) const SMALL: usize = 3_000;

const INTEGRATION: &str = "northwind";
const MAIN: &str = "refs/heads/main";
const TOPIC: &str = "refs/heads/topic/hops";
