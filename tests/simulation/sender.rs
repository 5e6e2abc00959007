//! Azure DevOps's side of a schedule: an organization at work, and the deliveries of its notifications.

use std::time::Duration;

use hookpost_stand_in::canary;
use hookpost_stand_in::delivery::WebhookResponse;
use hookpost_stand_in::http::HttpError;
use hookpost_stand_in::rest::{
    DueDelivery, Item, Permissions, PersonalAccessToken, Probation, ReEnable, StandIn, Status,
};
use hookpost_stand_in::{Identity, Notification, Timestamp};
use hyper::HeaderMap;
use hyper::body::Bytes;

use crate::fault_classes::SenderBehavior;
use crate::rng::Rng;
use crate::schedule_result::ScheduleResult;
use crate::workload::{ORGANIZATION, Workload};

pub(crate) struct Sender {
    pub(crate) azure: StandIn,
    pub(crate) workload: Workload,
    pub(crate) rng: Rng,
    pub(crate) outcome: ScheduleResult,
    /// The repository that is refused.
    refused: Option<Item>,
    /// How often something was renamed, or the token got another owner.
    changes: u32,
}

impl Sender {
    pub(crate) async fn start(seed: u64, begin: Timestamp, projects: usize) -> Self {
        let (organization, workload) = Workload::begin(seed, begin, projects);
        let azure = StandIn::start([organization]).await;
        azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, workload.ada()));
        azure.set_time(begin);
        let mut switches = Rng::new(!seed);
        let shows_pending_events = switches.percent(50);
        let rows_have_details = switches.percent(50);
        let probation_date_stays = switches.percent(50);
        let re_enable = *switches.pick(&[
            ReEnable::Enabled,
            ReEnable::Enabled,
            ReEnable::Ignored,
            ReEnable::Refused(500),
        ]);
        azure.configure(|behavior| {
            behavior.shows_pending_events = shows_pending_events;
            behavior.rows_have_details = rows_have_details;
            behavior.probation_date_stays = probation_date_stays;
            behavior.re_enable = re_enable;
            behavior.votes_comment = true;
        });
        let (rng, outcome) = (Rng::new(seed), ScheduleResult::default());
        Self { azure, workload, rng, outcome, refused: None, changes: 0 }
    }

    /// The ids of the projects.
    pub(crate) fn project_ids(&self) -> Vec<String> {
        let projects = self.workload.projects().iter();
        self.azure.organization(ORGANIZATION, |organization| {
            projects.map(|project| organization.project_uuid(*project).to_string()).collect()
        })
    }

    /// Begins to behave so. The subscriptions are those of Ada, who has all permissions.
    pub(crate) fn behave(&self, behavior: SenderBehavior) {
        match behavior {
            SenderBehavior::Hiding => self.give_token_to(self.workload.grace()),
            SenderBehavior::Shortening => self.azure.configure(|behavior| behavior.content_limit = Some(0)),
            SenderBehavior::Probing => {
                self.azure.configure(|behavior| behavior.probation = Probation::Reported);
            }
            _ => {}
        }
    }

    /// Changes the status of a subscription.
    pub(crate) fn change_a_status(&mut self, to: &[Status]) {
        let hook = self.rng.pick(&self.azure.subscriptions(ORGANIZATION)).id;
        self.azure.set_status(hook, *self.rng.pick(to));
    }

    /// Renames the project, or a repository.
    pub(crate) fn rename(&mut self) {
        self.changes += 1;
        let name = format!("Renamed {}", self.changes);
        if self.rng.below(3) == 0 {
            let project = *self.rng.pick(self.workload.projects());
            self.azure.rename_project(ORGANIZATION, project, &name);
        } else {
            let repository = *self.rng.pick(self.workload.repositories());
            self.azure.rename_repository(ORGANIZATION, repository, &name);
        }
    }

    /// Refuses every call for a repository, or ends that.
    pub(crate) fn refuse_or_allow(&mut self) {
        if self.refused.is_some() {
            return self.end_refusals();
        }
        let item = Item::Repository(*self.rng.pick(self.workload.repositories()));
        let message = "TF401027: You need the Git 'GenericRead' permission to perform this action.";
        self.azure.refuse(ORGANIZATION, item, *self.rng.pick(&[403, 403, 404, 500]), message);
        self.refused = Some(item);
    }

    /// Refuses nothing any more.
    pub(crate) fn end_refusals(&mut self) {
        if let Some(item) = self.refused.take() {
            self.azure.allow(ORGANIZATION, item);
        }
    }

    /// First the token becomes that of Grace. Later Ada leaves, who made the subscriptions.
    pub(crate) fn succeed(&mut self) {
        self.changes += 1;
        match self.changes {
            1 => self.give_token_to(self.workload.grace()),
            2 => self.azure.leave(ORGANIZATION, self.workload.ada()),
            _ => {}
        }
    }

    /// Gives the token to a person who is no administrator.
    fn give_token_to(&self, who: &Identity) {
        let grants = Permissions { administrator: false, ..Permissions::ALL };
        self.azure.grant(ORGANIZATION, who, None, grants);
        self.azure.register_pat(PersonalAccessToken::new(canary::PAT, ORGANIZATION, who));
    }

    /// One random activity; gives the notifications that Azure DevOps raises.
    pub(crate) fn act(&mut self, at: Timestamp) -> Vec<Notification> {
        self.workload.act_at(&self.azure, &mut self.rng, at)
    }

    /// The next delivery that is due at `until` or before.
    pub(crate) fn take_due(&mut self, until: Timestamp) -> Option<DueDelivery> {
        let due = self.azure.take_due(until)?;
        let count = if due.is_first() { &mut self.outcome.deliveries } else { &mut self.outcome.retries };
        *count += 1;
        Some(due)
    }

    /// Records the response to a delivery, from which its retry follows and the status of its subscription.
    pub(crate) fn record(&mut self, due: DueDelivery, response: &Result<WebhookResponse, HttpError>) {
        let id = due.notification().subscription_id;
        let status = |azure: &StandIn| azure.subscription(id).map(|hook| hook.status);
        let before = status(&self.azure);
        self.azure.record_response(due, response);
        if before == Some(Status::Enabled) && status(&self.azure) == Some(Status::OnProbation) {
            self.outcome.probations += 1;
        }
    }
}

/// A response with this status; `None` is no response.
pub(crate) fn response(status: Option<u16>) -> Result<WebhookResponse, HttpError> {
    let status = status.ok_or(HttpError::TimedOut(Duration::ZERO))?;
    Ok(WebhookResponse { status, headers: HeaderMap::new(), body: Bytes::new(), elapsed: Duration::ZERO })
}
