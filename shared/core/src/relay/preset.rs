//! What each tool wants of a webhook of Azure DevOps. Sources: the tools' own code, as noted at each fact.

use serde::Deserialize;

/// The tool of a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Atlantis, at `/events`.
    Atlantis,
    /// Argo CD at `/api/webhook`, and the `ApplicationSet` controller, which has an address of its own.
    ArgoCd,
    /// Kargo, at the URL of a project's receiver.
    Kargo,
    /// Rancher Fleet, at the address of `gitjob`.
    Fleet,
    /// Anything else: Jenkins, Flux, Tekton, a server of your own.
    Plain,
}

const PUSH: &str = "git.push";
const CREATED: &str = "git.pullrequest.created";
const UPDATED: &str = "git.pullrequest.updated";
const MERGED: &str = "git.pullrequest.merged";
const COMMENTED: &str = "ms.vss-code.git-pullrequest-comment-event";

impl Preset {
    /// The event types that a target gets when it names none; `None` is all.
    pub(crate) fn default_event_types(self) -> Option<&'static [&'static str]> {
        match self {
            // Before 1.11 it reads nothing else.
            Self::Kargo => Some(&[PUSH]),
            preset => preset.event_types(),
        }
    }

    /// The event types that the tool reads; `None` when any may be meant.
    pub(crate) fn event_types(self) -> Option<&'static [&'static str]> {
        match self {
            // `handleAzureDevopsPost`: others are answered 200 and ignored.
            Self::Atlantis => Some(&[CREATED, UPDATED, MERGED, COMMENTED]),
            // The parser knows these four and `build.complete`, of which Argo CD does nothing. It answers 400 to others.
            Self::ArgoCd => Some(&[PUSH, CREATED, UPDATED, MERGED]),
            // Kargo answers 400 to an event that it does not know. Since 1.11 it wakes promotions that wait for a pull request
            // (kargo, `pkg/webhook/external/azure.go`).
            Self::Kargo => Some(&[PUSH, UPDATED, MERGED]),
            Self::Fleet => Some(&[PUSH]),
            Self::Plain => None,
        }
    }

    /// Whether the tool needs an activity id and a request id.
    pub(crate) fn needs_ids(self) -> bool {
        // Atlantis tells Azure DevOps by `Request-Id` or `X-VSS-ActivityId`, Argo CD and Fleet by the latter.
        self != Self::Plain
    }

    /// Whether the tool takes `application/json` only as Azure DevOps writes it.
    pub(crate) fn compares_content_type(self) -> bool {
        // `ValidatePayload` of Atlantis compares the whole value.
        self == Self::Atlantis
    }
}
