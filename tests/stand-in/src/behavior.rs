//! Behavior of the service that differs between organizations, or on which sources disagree.

use std::time::Duration;

/// One switch for each such fact. README.md has the sources; the defaults are what is documented or was reported most
/// often.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one fact about the service")]
pub struct ServiceBehavior {
    /// A UTF-8 byte order mark before every JSON body.
    pub byte_order_mark: bool,
    /// An organization with public projects: `connectionData` names an anonymous user to callers without
    /// valid credentials, and other resources answer 401. By default such callers get the sign-in page.
    pub anonymous_access: bool,
    /// Whether the delivery log has the event of a delivery that has not ended.
    pub shows_pending_events: bool,
    /// Who gets event, request and response of a logged delivery.
    pub events_visible_to: Audience,
    /// Whether deliveries in lists and queries of the log have details.
    pub rows_have_details: bool,
    /// The most characters of a resource that the delivery log keeps. A sentence replaces a longer one.
    pub content_limit: Option<usize>,
    /// Whether the summary of a query of the log counts what the limits of the query leave out.
    pub summary_counts_all: bool,
    /// The most items in a page of deliveries, pushes or pull requests, however many are asked for.
    pub page_cap: Option<usize>,
    /// How the creation of a subscription is refused to a caller who may not edit it.
    pub create_refusal: CreateRefusal,
    /// Whether the permission to administer notifications can be asked for. If not, its namespace is not found.
    pub shows_notification_permission: bool,
    /// What a PUT that enables does to a subscription that the service has disabled.
    pub re_enable: ReEnable,
    /// A list of subscriptions of all event types closes the connection after so long.
    pub unfiltered_list_stalls: Option<Duration>,
    /// Whether the service notes changes of a pull request in threads of their own.
    pub system_threads: bool,
    /// Whether a vote is also a comment event: of the comment in the thread that notes it.
    pub votes_comment: bool,
    /// The newest version of the REST API. Servers have 5.1 (2019), 6.0 (2020), 7.0 (2022) and 7.1 (2022.1).
    pub latest_version: f64,
    /// What follows a failure that is not transient.
    pub probation: Probation,
    /// Whether the date of the last retry, or probe, stays with a subscription that is enabled again.
    pub probation_date_stays: bool,
    /// The form of the filter `branch` that matches.
    pub branch_filter: BranchFilter,
    /// Whether each subscription gets an event with another id.
    pub event_id_per_subscription: bool,
    /// Whether a retry has the event id of the first attempt.
    pub retries_keep_event_id: bool,
    /// Whether a push of several refs is one event for each.
    pub event_per_ref: bool,
    /// Whether lists of pull requests have at most 400 characters of a description.
    pub lists_cut_descriptions: bool,
}

impl Default for ServiceBehavior {
    fn default() -> Self {
        Self {
            byte_order_mark: false,
            anonymous_access: false,
            shows_pending_events: false,
            events_visible_to: Audience::CreatorAndAdministrators,
            rows_have_details: false,
            content_limit: Some(64_000),
            summary_counts_all: false,
            page_cap: None,
            create_refusal: CreateRefusal::BadRequest,
            shows_notification_permission: true,
            re_enable: ReEnable::Enabled,
            unfiltered_list_stalls: None,
            system_threads: true,
            votes_comment: true,
            latest_version: 7.2,
            probation: Probation::Documented,
            probation_date_stays: false,
            branch_filter: BranchFilter::Both,
            event_id_per_subscription: false,
            retries_keep_event_id: true,
            event_per_ref: false,
            lists_cut_descriptions: true,
        }
    }
}

/// Who gets what the delivery log has of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// The creator of the subscription, and administrators of its project or of the organization.
    CreatorAndAdministrators,
    /// Everyone who may view the subscription.
    Everyone,
}

/// How the creation of a subscription is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateRefusal {
    /// 400, `ArgumentException`: "does not have permission to edit a subscription".
    BadRequest,
    /// 403, `AccessCheckException`: "needs the following permission(s)".
    Forbidden,
}

/// What becomes of a subscription that the service has disabled when a PUT enables it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReEnable {
    /// The subscription is enabled.
    Enabled,
    /// 200, and it stays disabled.
    Ignored,
    /// An error with this status, and nothing is changed.
    Refused(u16),
}

/// What a failure that is not transient leads to. Either way the subscription is on probation, for seven probes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probation {
    /// The delivery is retried after 20 minutes and then after twice the time; nothing new is delivered until a retry
    /// succeeds.
    Documented,
    /// The delivery has failed. Nothing is delivered for 18 to 22 minutes; the first new event after that is the probe.
    /// When it fails, the pause is twice as long.
    Reported,
}

/// The form of the filter `branch`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BranchFilter {
    /// `main` and `refs/heads/main`.
    Both,
    /// `main`
    Short,
    /// `refs/heads/main`
    Full,
}
