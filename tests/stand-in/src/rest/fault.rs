//! How the stand-in misbehaves on request.

use std::collections::VecDeque;
use std::time::Duration;

use serde_json::json;

use super::answer::Reply;
use super::door;
use super::failure::Failure;

/// One way to go wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// 429 with this `Retry-After`, and TF400733. Nothing is done.
    Throttled(Duration),
    /// Done and answered, with the headers that announce throttling.
    Slowed(Duration),
    /// An organization policy keeps the token out. Which status that has is not documented.
    PolicyBlocked(u16),
    /// 203 and the sign-in page, whatever the credentials.
    SignInPage,
    /// 302 to the sign-in page, whatever the credentials.
    Redirect,
    /// 401 of a token that ended in between.
    Expired,
    /// An error with this status, in the usual form.
    Status(u16),
    /// An HTML page with this status.
    Html(u16),
    /// 200 and `application/json` that breaks off.
    BrokenJson,
    /// The connection is closed before anything is done.
    CloseBefore,
    /// All is done, and the connection is closed instead of an answer.
    CloseAfter,
    /// Silence for so long, then the connection is closed. Nothing is done.
    StallBefore(Duration),
    /// All is done; then silence for so long, and the connection is closed.
    StallAfter(Duration),
}

impl Fault {
    /// The answer it gives instead of doing anything.
    pub(super) fn instead(&self) -> Option<Reply> {
        Some(match self {
            Self::Throttled(wait) => throttling(Failure::throttled().reply(), *wait),
            Self::PolicyBlocked(status) => Failure::policy(*status).reply(),
            Self::SignInPage => door::sign_in_page(),
            Self::Redirect => door::redirect(),
            Self::Expired => door::unauthorized(),
            Self::Status(status) => Failure::of_status(*status).reply(),
            Self::Html(status) => Reply::html(*status, "Azure DevOps Services Unavailable"),
            Self::BrokenJson => {
                let mut reply = Reply::json(200, &json!({"count": 1, "value": [{"id": ""}]}));
                reply.body.truncate(20);
                reply
            }
            Self::Slowed(_)
            | Self::CloseBefore
            | Self::CloseAfter
            | Self::StallBefore(_)
            | Self::StallAfter(_) => return None,
        })
    }

    /// What it makes of a proper answer.
    pub(super) fn spoil(&self, reply: Reply) -> Option<Reply> {
        match self {
            Self::Slowed(wait) => Some(throttling(reply, *wait)),
            Self::CloseAfter | Self::StallAfter(_) => None,
            _ => Some(reply),
        }
    }
}

/// Source: learn.microsoft.com, "Rate and usage limits", API client experience.
fn throttling(reply: Reply, wait: Duration) -> Reply {
    reply
        .with("Retry-After", wait.as_secs().to_string())
        .with("X-RateLimit-Resource", "StandIn/REST")
        .with("X-RateLimit-Delay", format!("{:.3}", wait.as_secs_f64()))
        .with("X-RateLimit-Limit", "200")
        .with("X-RateLimit-Remaining", "0")
}

/// Faults to come.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// One call each.
    next: VecDeque<Rule>,
    /// Every call, until cleared.
    standing: Vec<Rule>,
}

/// A fault, and the operation it is for; `None` for all.
#[derive(Debug)]
struct Rule {
    operation: Option<String>,
    fault: Fault,
}

impl Script {
    pub(super) fn next(&mut self, operation: &str, fault: Fault) {
        self.next.push_back(Rule { operation: Some(operation.to_owned()), fault });
    }

    pub(super) fn standing(&mut self, operation: Option<&str>, fault: Fault) {
        self.standing.push(Rule { operation: operation.map(str::to_owned), fault });
    }

    pub(super) fn take(&mut self, operation: &str) -> Option<Fault> {
        let applies = |rule: &Rule| rule.operation.as_deref().is_none_or(|wanted| wanted == operation);
        if let Some(index) = self.next.iter().position(applies) {
            return self.next.remove(index).map(|rule| rule.fault);
        }
        self.standing.iter().find(|rule| applies(rule)).map(|rule| rule.fault.clone())
    }
}
