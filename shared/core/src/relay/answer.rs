//! What a tool's answer means for a delivery.

use crate::relay::preset::Preset;

/// Most bytes of an answer's body that are read.
pub const ANSWER_BYTES_MAX: usize = 1024;

/// A tool's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status code.
    pub status: u16,
    /// The beginning of the body, at most [`ANSWER_BYTES_MAX`] bytes. It is compared with known texts, and never logged.
    pub text: String,
}

/// What is done with a delivery after an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerClass {
    /// The tool has it.
    Accepted,
    /// The tool will never take it.
    Refused,
    /// The tool does not accept the credentials.
    Unauthorized,
    /// The tool may take it later.
    Unavailable,
}

impl AnswerClass {
    pub(crate) fn of(preset: Preset, status: u16, text: &str) -> Self {
        match (preset, status) {
            (_, 200..=299) => Self::Accepted,
            // Atlantis answers 401 to a wrong password, and 403 to a repository that it does not allow: it also says so in a
            // comment, with each try (atlantis, `events_controller.go`).
            (Preset::Atlantis, 403) => Self::Refused,
            // The path of Kargo's URL is its password.
            (_, 401 | 403) | (Preset::Kargo, 404) => Self::Unauthorized,
            (Preset::ArgoCd, 400) if !is_refused_by_argo_cd(text) => Self::Unauthorized,
            (_, 400 | 404 | 413 | 422) => Self::Refused,
            _ => Self::Unavailable,
        }
    }

    /// What to do, where it can be said.
    pub(crate) fn advice(self, status: u16) -> Option<&'static str> {
        match (self, status) {
            (Self::Unauthorized, 400) => {
                Some("Argo CD answers 400 to a wrong user or password: compare the secret with argocd-secret")
            }
            (Self::Unauthorized, 404) => {
                Some("Kargo does not know the path of `url`: copy the URL of its receiver")
            }
            (Self::Unauthorized, _) => {
                Some("compare the secret in `credentialsSecretId` with the tool's settings")
            }
            (Self::Unavailable, 300..=399) => {
                Some("a redirect is not followed: put the address it leads to into `url`")
            }
            (Self::Unavailable, 405) => Some("nothing takes a POST here: look at the path of `url`"),
            (Self::Refused, 403) => Some(
                "Atlantis does not allow this repository: see its --repo-allowlist, or name others in `only.repositories`",
            ),
            (Self::Refused, 404) => Some("nothing is there: look at the path of `url`"),
            (Self::Refused, 413) => Some("the body is too large for the tool, or for the proxy before it"),
            _ => None,
        }
    }
}

/// Whether a 400 of Argo CD says that it cannot read the event. It writes 400 to wrong credentials, too. Its server has the
/// same text for both, but for a body that is too large or no JSON (argo-cd, `util/webhook/webhook.go`); the
/// `ApplicationSet` controller adds the cause (`applicationset/webhook/webhook.go`). Whatever says nothing may be wrong
/// credentials, which must lose no delivery.
fn is_refused_by_argo_cd(text: &str) -> bool {
    text.trim_start()
        .strip_prefix("Webhook processing failed: ")
        .is_some_and(|cause| !cause.contains("basic auth verification failed"))
}
