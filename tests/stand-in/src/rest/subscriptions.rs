//! Making, listing, changing and removing subscriptions. Source: learn.microsoft.com, REST
//! reference, Service Hooks, Subscriptions.

use serde_json::Value;

use super::answer::{Done, Reply};
use super::failure::Failure;
use super::hook::{Hook, Status};
use super::rights::{DELETE, EDIT, VIEW};
use super::session::Session;
use super::terms::Terms;

/// Those that the caller may view, of the whole organization, in one page. That the others are
/// left out without a word is assumed.
pub(super) fn list(session: &mut Session<'_>) -> Result<Done, Failure> {
    let wanted = |name: &str, value: &str| {
        session.asked.query(name).is_none_or(|wanted| wanted.eq_ignore_ascii_case(value))
    };
    let found = session.account.hooks.iter().filter(|Hook { terms, .. }| {
        wanted("publisherId", &terms.publisher_id)
            && wanted("eventType", &terms.event_type)
            && wanted("consumerId", &terms.consumer_id)
            && wanted("consumerActionId", &terms.consumer_action_id)
    });
    let visible = found.filter(|hook| session.may(VIEW, hook.terms.project()));
    Ok(Reply::list(visible.map(|hook| to_json(session, hook))).into())
}

pub(super) fn get(session: &mut Session<'_>) -> Result<Done, Failure> {
    let hook = session.account.named_hook(session.named(0))?;
    session.check(VIEW, hook.terms.project())?;
    Ok(Reply::json(200, &to_json(session, hook)).into())
}

/// Answers 200, not 201; and the same body twice makes two subscriptions.
pub(super) fn create(session: &mut Session<'_>) -> Result<Done, Failure> {
    let body = session.asked.json()?;
    let terms = Terms::read(&body, &session.account.organization, session.quirks)?;
    session.check(EDIT, terms.project())?;
    let inner_id = session.ids.guid();
    let mut hook = session.account.add_hook(terms, inner_id, session.caller, session.now);
    if let Some(status) = Status::wanted(body["status"].as_str()) {
        hook = session.account.set_status(hook.id, status).unwrap_or(hook);
    }
    Ok(Done::changed(Reply::json(200, &to_json(session, &hook))))
}

/// Replaces everything: an input that is not sent is gone. A mask sent back is taken for the
/// password itself; whether the real service keeps the old password is not documented, so this is
/// the worse of the two. That the event type cannot change is assumed.
pub(super) fn replace(session: &mut Session<'_>) -> Result<Done, Failure> {
    let body = session.asked.json()?;
    let old = session.account.named_hook(session.named(0))?.clone();
    let terms = Terms::read(&body, &session.account.organization, session.quirks)?;
    session.check(EDIT, old.terms.project())?;
    session.check(EDIT, terms.project())?;
    for (name, before, after) in [
        ("publisherId", &old.terms.publisher_id, &terms.publisher_id),
        ("eventType", &old.terms.event_type, &terms.event_type),
        ("consumerId", &old.terms.consumer_id, &terms.consumer_id),
        ("consumerActionId", &old.terms.consumer_action_id, &terms.consumer_action_id),
    ] {
        if before != after {
            return Err(Failure::input(&format!(
                "The value of '{name}' of a subscription cannot be changed."
            )));
        }
    }
    let status = Status::wanted(body["status"].as_str());
    let hook = session.account.replace_hook(old.id, terms, status, session.caller, session.now);
    let hook = hook.ok_or_else(|| Failure::subscription(session.named(0)))?;
    Ok(Done::changed(Reply::json(200, &to_json(session, &hook))))
}

/// 204, as in Microsoft's example.
pub(super) fn delete(session: &mut Session<'_>) -> Result<Done, Failure> {
    let hook = session.account.named_hook(session.named(0))?;
    let id = hook.id;
    session.check(DELETE, hook.terms.project())?;
    session.account.remove_hook(id);
    Ok(Done::changed(Reply::empty(204)))
}

pub(super) fn to_json(session: &Session<'_>, hook: &Hook) -> Value {
    hook.to_json(&session.account.organization, session.quirks)
}
