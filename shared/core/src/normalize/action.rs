//! Determines the action of a pull request event. "Updated" deliveries do not name it, so it is taken from the filter of
//! the subscription, from a known English phrase in the message, or from the state of the pull request.

use hookpost_events::{Action, ActionSource};

use crate::payload::EventType;

/// The parts of a delivery that show what changed.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ChangeIndicators<'a> {
    /// The `change` parameter that `setup` puts into the URL of a subscription filtered by `notificationType`.
    pub(super) change: Option<&'a str>,
    /// The delivery's short message text.
    pub(super) message: Option<&'a str>,
    /// The pull request's `status`.
    pub(super) status: Option<&'a str>,
    /// Whether the pull request is completed and merged.
    pub(super) is_merged: bool,
    /// Whether the pull request was closed so long before the event that the event is about something else.
    pub(super) was_closed_before: bool,
}

/// The `change` parameter of a subscription to every update, beside those that are filtered. Also the last part of the id
/// of an update that no filter names: an exact and a vague event of one change must not swallow each other.
pub(super) const ANY: &str = "any";

impl ChangeIndicators<'_> {
    /// Whether the subscription is filtered, so that its updates are exact.
    pub(super) fn is_filtered(&self) -> bool {
        matches!(self.change, Some("source" | "reviewers" | "vote" | "status"))
    }

    /// Whether the subscription gets every update, and a filtered one beside it has told this one.
    pub(super) fn is_told_elsewhere(&self) -> bool {
        self.change == Some(ANY)
            && self.message.and_then(action_in_message).is_some_and(|action| action != Action::Updated)
    }
}

/// The action, and how it is known.
pub(super) fn action(event_type: EventType, indicators: ChangeIndicators<'_>) -> (Action, ActionSource) {
    match event_type {
        EventType::PullRequestCreated => (Action::Created, ActionSource::Event),
        EventType::PullRequestMerged if indicators.is_merged => (Action::Completed, ActionSource::Event),
        EventType::PullRequestMerged => (Action::MergeAttempted, ActionSource::Event),
        _ => updated(indicators),
    }
}

fn updated(indicators: ChangeIndicators<'_>) -> (Action, ActionSource) {
    let by_message = || Some((action_in_message(indicators.message?)?, ActionSource::Message));
    let by_state = || Some((action_in_status(indicators.status?)?, ActionSource::State));
    match indicators.change {
        Some("source") => (Action::SourceUpdated, ActionSource::Subscription),
        Some("reviewers") => (Action::ReviewersChanged, ActionSource::Subscription),
        Some("vote") => (Action::Voted, ActionSource::Subscription),
        Some("status") => by_state()
            .or_else(|| by_message().filter(|(action, _)| leaves_open(action)))
            .unwrap_or((Action::Updated, ActionSource::Subscription)),
        // The phrase comes first, also one that is not known: a vote on a completed pull request must not become a second
        // completion.
        change if change == Some(ANY) || indicators.message.is_some() || indicators.was_closed_before => {
            by_message().unwrap_or((Action::Updated, ActionSource::Undetermined))
        }
        _ => by_state().unwrap_or((Action::Updated, ActionSource::Undetermined)),
    }
}

/// The action that closed a pull request of this status.
fn action_in_status(status: &str) -> Option<Action> {
    match status {
        "completed" => Some(Action::Completed),
        "abandoned" => Some(Action::Abandoned),
        _ => None,
    }
}

/// Whether an action changes the status of a pull request and leaves it open.
fn leaves_open(action: &Action) -> bool {
    matches!(action, Action::Reactivated | Action::Published | Action::Drafted)
}

/// The text right before the first "pull request" of a message, and the action it stands for.
static PHRASES: [(&str, Action); 13] = [
    ("updated the source branch of", Action::SourceUpdated),
    ("changed the reviewer list for", Action::ReviewersChanged),
    ("changed the reviewer list on", Action::ReviewersChanged),
    ("has approved and left suggestions in", Action::Voted),
    ("is waiting for the author in", Action::Voted),
    ("approved", Action::Voted),
    ("rejected", Action::Voted),
    ("voted on", Action::Voted),
    ("completed", Action::Completed),
    ("abandoned", Action::Abandoned),
    ("reactivated", Action::Reactivated),
    ("published the", Action::Published),
    ("updated", Action::Updated),
];

/// Finds a known phrase in a message. Only the text up to the first "pull request", and ` as a draft` right after it, is
/// read: the title of the pull request follows, which may contain any phrase.
fn action_in_message(message: &str) -> Option<Action> {
    let (before, after) = message.split_once("pull request")?;
    let before = before.strip_suffix(' ')?;
    let ends_with =
        |phrase: &str| before.strip_suffix(phrase).is_some_and(|name| name.is_empty() || name.ends_with(' '));
    if ends_with("marked the") && after.starts_with(" as a draft") {
        return Some(Action::Drafted);
    }
    PHRASES.iter().find(|(phrase, _)| ends_with(phrase)).map(|(_, action)| action.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: Option<&str>, message: &str, status: &str, expected: &(Action, ActionSource)) {
        let message = (!message.is_empty()).then_some(message);
        let indicators =
            ChangeIndicators { change, message, status: Some(status), ..ChangeIndicators::default() };
        assert_eq!(
            &action(EventType::PullRequestUpdated, indicators),
            expected,
            "{change:?} {message:?} {status}"
        );
    }

    #[test]
    fn every_known_phrase_gives_its_action() {
        use Action as A;
        for (message, expected) in [
            ("Ada updated the source branch of pull request 7 (x) in web", A::SourceUpdated),
            ("Ada changed the reviewer list for pull request 7 (x)", A::ReviewersChanged),
            ("Ada has changed the reviewer list on pull request 7", A::ReviewersChanged),
            ("Ada approved pull request 7 (x)", A::Voted),
            ("Ada has approved and left suggestions in pull request 7 (x)", A::Voted),
            ("Ada is waiting for the author in pull request 7 (x)", A::Voted),
            ("Ada rejected pull request 7 (x)", A::Voted),
            ("Ada voted on pull request 7 (x)", A::Voted),
            ("Ada completed pull request 7 (x)", A::Completed),
            ("Ada abandoned pull request 7 (x)", A::Abandoned),
            ("Ada reactivated pull request 7 (x)", A::Reactivated),
            ("Ada published the pull request", A::Published),
            ("Ada marked the pull request as a draft", A::Drafted),
            ("Ada updated pull request 7 (x)", A::Updated),
        ] {
            check(None, message, "active", &(expected, ActionSource::Message));
        }
    }

    #[test]
    fn a_phrase_in_the_title_is_ignored() {
        for message in [
            "Ada retitled pull request 7 (Bob rejected pull request 6)",
            "Ada marked the pull request 7 (x) as a draft",
            "Ada disapproved pull request 7 (x)",
            "Merge attempted  for pull request 7 (x)",
            "Ada approuva la demande",
            "",
        ] {
            check(None, message, "active", &(Action::Updated, ActionSource::Undetermined));
        }
    }

    #[test]
    fn a_known_phrase_takes_precedence_over_the_state() {
        check(None, "Ada approved pull request 7 (x)", "completed", &(Action::Voted, ActionSource::Message));
        check(None, "", "completed", &(Action::Completed, ActionSource::State));
        check(None, "", "abandoned", &(Action::Abandoned, ActionSource::State));
    }

    #[test]
    fn an_unknown_phrase_is_not_a_second_completion() {
        for status in ["completed", "abandoned"] {
            let message = "Ada reset their vote on pull request 7 (x)";
            check(None, message, status, &(Action::Updated, ActionSource::Undetermined));
            let indicators = ChangeIndicators {
                status: Some(status),
                was_closed_before: true,
                ..ChangeIndicators::default()
            };
            let expected = (Action::Updated, ActionSource::Undetermined);
            assert_eq!(
                action(EventType::PullRequestUpdated, indicators),
                expected,
                "without a message, {status}"
            );
        }
    }

    #[test]
    fn a_filtered_subscription_gives_the_action_without_a_message() {
        for (change, expected) in [
            ("source", Action::SourceUpdated),
            ("reviewers", Action::ReviewersChanged),
            ("vote", Action::Voted),
        ] {
            check(
                Some(change),
                "Ada completed pull request 7",
                "completed",
                &(expected, ActionSource::Subscription),
            );
        }
        check(Some("status"), "", "completed", &(Action::Completed, ActionSource::State));
        check(Some("status"), "", "abandoned", &(Action::Abandoned, ActionSource::State));
        check(
            Some("status"),
            "Ada published the pull request",
            "active",
            &(Action::Published, ActionSource::Message),
        );
        check(
            Some("status"),
            "Ada reactivated pull request 7",
            "active",
            &(Action::Reactivated, ActionSource::Message),
        );
        check(
            Some("status"),
            "Ada approved pull request 7",
            "active",
            &(Action::Updated, ActionSource::Subscription),
        );
        check(Some("status"), "", "active", &(Action::Updated, ActionSource::Subscription));
    }

    #[test]
    fn an_unknown_filter_is_ignored() {
        check(
            Some("colour"),
            "Ada approved pull request 7",
            "active",
            &(Action::Voted, ActionSource::Message),
        );
    }
}
