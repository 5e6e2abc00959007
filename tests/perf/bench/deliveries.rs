//! What is delivered: bodies of the stand-in Azure DevOps in the events of a REST API.

use hookpost_harness::api_gateway::ApiRequest;
use hookpost_perf::sender::{MAIN, Sender, now};
use hookpost_stand_in::canary::PASSWORD;
use hookpost_stand_in::delivery::Delivery;
use hookpost_stand_in::{Notification, Proposal, RefChange, Reviewer};
use serde_json::Value;

/// A delivery as Lambda hands it to a function.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) name: &'static str,
    pub(crate) json: Value,
    /// How many messages a receiver sends for the delivery.
    pub(crate) messages: usize,
}

/// A push of one commit with a body of 3 KB: the everyday delivery.
pub(crate) fn small_push() -> Event {
    push_of_commits("3 KB push", 1)
}

/// A push with a body of 60 KB.
pub(crate) fn large_push() -> Event {
    push_of_commits("60 KB push", 130)
}

/// A push of so many commits that the message is cut to SQS's limit.
pub(crate) fn huge_push() -> Event {
    push_of_commits("1 MB push", 2300)
}

/// A push of one commit with a long comment.
pub(crate) fn push_of_text() -> Event {
    push("push of a 1 MB comment", vec!["Weigh the malt, and log what it weighs. ".repeat(25_000)])
}

/// A push of 200 new tags.
pub(crate) fn push_of_tags() -> Event {
    let tags = (0..200).map(|number| format!("v1.{number}"));
    event("push of 200 tags", &sender().push_tags(tags), 200)
}

/// A new pull request with a long description and reviewers, with a body of 5 KB.
pub(crate) fn pull_request() -> Event {
    let mut sender = sender();
    let topic = "refs/heads/topic/hops";
    sender.push(&[RefChange::commit(topic, &["Fewer hops"])]);
    let reviewers = [("Bo Falk", "bo"), ("Cleo Marsh", "cleo")].map(|(name, mail)| {
        Reviewer::required(&sender.organization.add_person(name, &format!("{mail}@northwind.example")))
    });
    let proposal = Proposal {
        description: "Half as many **hops**, and twice the malt.\n".repeat(10),
        reviewers: reviewers.to_vec(),
        ..Proposal::new(sender.repository, topic, MAIN, "Fewer hops")
    };
    let (_, notifications) = sender.organization.create_pull_request(now(), &sender.ada, proposal);
    event("5 KB pull request", &notifications, 1)
}

fn push_of_commits(name: &'static str, commits: usize) -> Event {
    let comment = |number| format!("Weigh the malt before it is ground, part {number}");
    push(name, (0..commits).map(comment).collect())
}

fn push(name: &'static str, comments: Vec<String>) -> Event {
    event(name, &sender().push(&[RefChange::Commit(MAIN.to_owned(), comments)]), 1)
}

fn sender() -> Sender {
    Sender::new("https://hooks.northwind.example/live", INTEGRATION)
}

fn event(name: &'static str, notifications: &[Notification], messages: usize) -> Event {
    let [notification] = notifications else { unreachable!("each change matches one subscription") };
    let request = ApiRequest::of(&Delivery::of(notification, PASSWORD));
    Event { name, json: request.event(), messages }
}

/// Of every delivery.
pub(crate) const INTEGRATION: &str = "northwind";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_size_that_its_name_says() {
        let events = [(small_push(), 3.0), (pull_request(), 5.0), (large_push(), 60.0), (huge_push(), 1e3)];
        for (event, kilobytes) in events.into_iter().chain([(push_of_text(), 1e3)]) {
            let body = event.json["body"].as_str().unwrap().len();
            let ratio = f64::from(u32::try_from(body).unwrap()) / 1e3 / kilobytes;
            assert!((0.97..1.13).contains(&ratio), "{}: {body} bytes", event.name);
        }
    }
}
