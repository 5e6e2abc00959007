//! The recorded bounds, and what is said about a figure held against one.

use serde::Deserialize;

/// What a figure must not exceed. `bounds.json` has them; one moves only in a commit that says why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bound {
    pub(crate) what: String,
    pub(crate) at_most: u64,
    /// Why it is there, and why it is where it is.
    pub(crate) reason: String,
}

/// How a figure stands to its bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Within,
    /// So far below that the bound holds nobody back.
    Slack,
    Over,
}

impl Bound {
    pub(crate) fn judge(&self, measured: u64) -> Verdict {
        if measured > self.at_most {
            Verdict::Over
        } else if measured < self.at_most / 100 * SLACK_PERCENT {
            Verdict::Slack
        } else {
            Verdict::Within
        }
    }
}

/// Below so much of its bound, a figure has got better for good, and its bound should follow.
const SLACK_PERCENT: u64 = 85;
