//! Looking up deliveries. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Notifications.

use jiff::Timestamp;
use serde_json::Value;

use super::answer::{Done, Reply};
use super::failure::Failure;
use super::history::{Attempt, History};
use super::rights::VIEW;
use super::session::Session;
use crate::Guid;

/// Newest first.
pub(super) fn list(session: &mut Session<'_>) -> Result<Done, Failure> {
    let id = subscription(session)?;
    let asked = session.asked;
    let found = session.account.history.since_a_week(session.now).filter(|one| {
        one.subscription == id
            && asked.query("status").is_none_or(|wanted| wanted.eq_ignore_ascii_case(one.status()))
            && asked.query("result").is_none_or(|wanted| wanted.eq_ignore_ascii_case(one.result()))
    });
    Ok(Reply::list(found.take(asked.number("maxResults", 100)).map(Attempt::to_json)).into())
}

pub(super) fn get(session: &mut Session<'_>) -> Result<Done, Failure> {
    let id = subscription(session)?;
    let name = session.named(1).to_owned();
    let attempt = name.parse().ok().and_then(|number| session.account.history.find(id, number));
    let attempt = attempt.ok_or_else(|| Failure::notification(&name))?;
    let body = attempt.to_detailed_json(session.quirks);
    if attempt.posts > 0 {
        attempt.reads_until_settled = attempt.reads_until_settled.saturating_sub(1);
    }
    Ok(Reply::json(200, &body).into())
}

/// The body comes back, with a summary and, if details were asked for, with the notifications.
pub(super) fn query(session: &mut Session<'_>) -> Result<Done, Failure> {
    let mut body = session.asked.json()?;
    let wanted = Wanted::of(&body)?;
    let history = &session.account.history;
    let mut found: Vec<&Attempt> = history
        .since_a_week(session.now)
        .filter(|one| wanted.fits(one) && is_visible(session, one))
        .collect();
    wanted.limit(&body, &mut found);
    body["summary"] = History::summary(found.iter().copied());
    if body["includeDetails"] == true {
        body["results"] = found.into_iter().map(|one| one.to_detailed_json(session.quirks)).collect();
    }
    Ok(Reply::json(200, &body).into())
}

/// Whoever may not view the subscription sees nothing of it.
fn is_visible(session: &Session<'_>, attempt: &Attempt) -> bool {
    let hook = session.account.hook(attempt.subscription);
    session.may(VIEW, hook.and_then(|hook| hook.terms.project()))
}

/// The subscription a path names: a saved one, or that of all tests of unsaved ones.
fn subscription(session: &Session<'_>) -> Result<Guid, Failure> {
    if session.named(0).parse() == Ok(Guid::ZERO) {
        return Ok(Guid::ZERO);
    }
    let hook = session.account.named_hook(session.named(0))?;
    session.check(VIEW, hook.terms.project())?;
    Ok(hook.id)
}

struct Wanted {
    /// Empty for all.
    subscriptions: Vec<Guid>,
    status: Option<String>,
    result: Option<String>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

impl Wanted {
    fn of(body: &Value) -> Result<Self, Failure> {
        let invalid = || Failure::model("The request is invalid.");
        let text = |name: &str| body[name].as_str().map(str::to_lowercase);
        let date = |name: &str| text(name).map(|text| text.parse().map_err(|_| invalid())).transpose();
        let ids = body["subscriptionIds"].as_array().map(Vec::as_slice).unwrap_or_default();
        let ids = ids.iter().map(|id| id.as_str().and_then(|id| id.parse().ok()).ok_or_else(invalid));
        Ok(Self {
            subscriptions: ids.collect::<Result<_, _>>()?,
            status: text("status"),
            result: text("resultType"),
            from: date("minCreatedDate")?,
            to: date("maxCreatedDate")?,
        })
    }

    fn fits(&self, one: &Attempt) -> bool {
        let is =
            |wanted: &Option<String>, is: &str| wanted.as_ref().is_none_or(|word| *word == is.to_lowercase());
        (self.subscriptions.is_empty() || self.subscriptions.contains(&one.subscription))
            && is(&self.status, one.status())
            && is(&self.result, one.result())
            && self.from.is_none_or(|from| one.created >= from)
            && self.to.is_none_or(|to| one.created <= to)
    }

    /// `maxResultsPerSubscription` counts only when subscriptions are named.
    fn limit(&self, body: &Value, found: &mut Vec<&Attempt>) {
        let number = |name: &str| body[name].as_u64().and_then(|number| usize::try_from(number).ok());
        if let Some(each) = number("maxResultsPerSubscription").filter(|_| !self.subscriptions.is_empty()) {
            let mut left: Vec<(Guid, usize)> = self.subscriptions.iter().map(|id| (*id, each)).collect();
            found.retain(|one| {
                let mine = left.iter_mut().find(|(id, left)| *id == one.subscription && *left > 0);
                mine.map(|(_, left)| *left -= 1).is_some()
            });
        }
        found.truncate(number("maxResults").unwrap_or(usize::MAX));
    }
}
