//! Changes of an organization whose deliveries end in different ways, and the events that they should make.

use hookpost_harness::fault_proxy::Fault;
use hookpost_stand_in::hookpost::expected_events;
use hookpost_stand_in::rest::ServiceBehavior;
use hookpost_stand_in::{
    CodeEvent, Notification, Organization, Proposal, PullRequestChange, RefChange, Timestamp, Vote,
};
use jiff::SignedDuration;
use serde_json::Value;

use crate::deployment::{MAIN, ORGANIZATION, OrganizationFixture, action, connect, now, with};
use crate::watched_deployment::WatchedDeployment;

/// Type, action and subject of an event: what it means to a reader.
pub(crate) type Meaning = [String; 3];

/// What becomes of the deliveries of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryOutcome {
    Delivered,
    /// The second attempt succeeds.
    Retried,
    Failed,
}

/// Time between two changes.
const STEP: SignedDuration = SignedDuration::from_secs(7);

/// A watched deployment, and the events that its changes should make.
pub(crate) struct Scenario {
    pub(crate) watched: WatchedDeployment,
    pub(crate) at: Timestamp,
    pub(crate) expected: Vec<Meaning>,
}

impl Scenario {
    pub(crate) async fn open(name: &str, configure: fn(&mut ServiceBehavior), branch: Option<&str>) -> Self {
        let at = now() - SignedDuration::from_mins(40);
        let mut request = with(connect(), "unfiltered", true);
        if let Some(branch) = branch {
            request = with(request, "branch", branch);
        }
        let watched = WatchedDeployment::open_with(&format!("switch-{name}"), at, &request).await;
        watched.deployment.azure.configure(configure);
        Self { watched, at, expected: Vec::new() }
    }

    /// Makes a change, a while after the one before.
    fn change(
        &mut self,
        act: impl FnOnce(&mut Organization, &OrganizationFixture, Timestamp) -> Vec<Notification>,
    ) -> Vec<Notification> {
        self.at += STEP;
        let (azure, fixture) = (&self.watched.deployment.azure, &self.watched.deployment.fixture);
        azure.set_time(self.at);
        let notifications =
            azure.organization(ORGANIZATION, |organization| act(organization, fixture, self.at));
        self.expected
            .extend(notifications.iter().filter(|notification| is_exact(notification)).flat_map(meanings));
        notifications
    }

    /// Delivers about a second later.
    async fn deliver(&self, notifications: &[Notification], outcome: DeliveryOutcome) {
        let (azure, sqs) = (&self.watched.deployment.azure, &self.watched.deployment.account.sqs);
        azure.set_time(self.at + SignedDuration::from_secs(1));
        for notification in notifications {
            if outcome != DeliveryOutcome::Delivered {
                sqs.fail_all(Fault::outage());
                azure.deliver(notification).await;
                sqs.heal();
            }
            if outcome != DeliveryOutcome::Failed {
                assert_eq!(azure.deliver(notification).await, Some(202));
            }
        }
    }

    /// A topic is pushed with a tag, proposed, voted and commented on, retitled and abandoned.
    pub(crate) async fn work(&mut self, topic: &str, outcome: DeliveryOutcome) {
        let branch = format!("refs/heads/{topic}");
        let pushed = self.change(|organization, OrganizationFixture { ada, web, .. }, at| {
            let tip = organization.tip(*web, MAIN).expect("main");
            let tag = RefChange::point(&format!("refs/tags/{topic}"), tip);
            organization.push(at, ada, *web, &[RefChange::commit(&branch, &["Topic"]), tag])
        });
        self.deliver(&pushed, outcome).await;
        let mut id = None;
        let proposed = self.change(|organization, OrganizationFixture { ada, web, .. }, at| {
            let description = "A long description. ".repeat(50);
            let proposal = Proposal { description, ..Proposal::new(*web, &branch, MAIN, topic) };
            let (made, notifications) = organization.create_pull_request(at, ada, proposal);
            id = Some(made);
            notifications
        });
        self.deliver(&proposed, outcome).await;
        let id = id.expect("a pull request");
        let voted =
            self.change(|organization, fixture, at| organization.vote(at, &fixture.ada, id, Vote::Approved));
        self.deliver(&voted, outcome).await;
        let commented =
            self.change(|organization, fixture, at| organization.comment(at, &fixture.ada, id, "Fine").1);
        self.deliver(&commented, outcome).await;
        let retitled =
            self.change(|organization, fixture, at| organization.retitle(at, &fixture.ada, id, "New"));
        self.deliver(&retitled, outcome).await;
        let abandoned = self.change(|organization, fixture, at| organization.abandon(at, &fixture.ada, id));
        self.deliver(&abandoned, outcome).await;
    }

    pub(crate) fn push(&mut self) -> Vec<Notification> {
        self.change(|organization, OrganizationFixture { ada, web, .. }, at| {
            organization.push(at, ada, *web, &[RefChange::commit(MAIN, &["On main"])])
        })
    }

    /// Passes and a replay, after which Azure DevOps delivers what has been hanging.
    pub(crate) async fn recover(&self) {
        let deployment = &self.watched.deployment;
        deployment.azure.set_time(now());
        for _ in 0..2 {
            let report = self.watched.run_pass().await;
            assert_eq!(report["failure"], Value::Null, "{report}");
        }
        deployment.run_setup(&with(action("replay"), "from", "2026-01-01T00:00:00Z")).await;
        deployment.azure.run_until(now()).await;
        self.watched.run_pass().await;
    }

    pub(crate) async fn close(mut self) {
        let mut found: Vec<Meaning> = self.watched.events().await.iter().map(meaning).collect();
        found.sort_unstable();
        self.expected.sort_unstable();
        assert_eq!(found, self.expected);
        self.watched.close().await;
    }
}

/// Whether no other subscription tells the change better than this one.
fn is_exact(notification: &Notification) -> bool {
    let is_edit =
        matches!(notification.code_event, CodeEvent::PullRequest { change: PullRequestChange::Edited, .. });
    is_edit || !notification.url.contains("change=any")
}

fn meanings(notification: &Notification) -> Vec<Meaning> {
    let expected = expected_events::of(notification).into_iter();
    expected.map(|event| [event.event_type.to_owned(), event.action.to_owned(), event.subject]).collect()
}

fn meaning(event: &Value) -> Meaning {
    let data = &event["data"];
    let action = [&data["action"], &data["change"], &data["comment"]["change"]];
    let action = action.into_iter().find_map(Value::as_str);
    [event["type"].as_str(), action, event["subject"].as_str()]
        .map(|text| text.unwrap_or_default().to_owned())
}
