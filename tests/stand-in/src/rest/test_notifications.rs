//! The Test button over REST. Source: learn.microsoft.com, REST reference, Service Hooks,
//! Notifications - Create.

use serde_json::Value;

use super::answer::{Done, Reply};
use super::call::Effect;
use super::failure::Failure;
use super::hook::Hook;
use super::rights::EDIT;
use super::session::Session;
use super::terms::{MASK, Terms};
use crate::{Guid, Notification, Subscription, test_delivery};

/// Answers that the test is queued, and delivers it meanwhile. Real data are not looked for.
pub(super) fn create(session: &mut Session<'_>) -> Result<Done, Failure> {
    let body = session.asked.json()?;
    let id = body["subscriptionId"].as_str().and_then(|id| id.parse().ok()).unwrap_or(Guid::ZERO);
    let hook = match id {
        Guid::ZERO => unsaved(session, &body["details"])?,
        _ => saved(session, &id.to_string(), &body["details"])?,
    };
    session.check(EDIT, hook.terms.project())?;
    let notification = notification(session, &hook)?;
    let (now, reads) = (session.now, session.quirks.reads_until_settled);
    let sending = session.account.queue(&notification, &hook, now, reads);
    let recorded = session.account.history.find(hook.id, notification.sequence);
    let body = recorded.map(|attempt| attempt.to_detailed_json(session.quirks)).unwrap_or_default();
    Ok(Done { reply: Reply::json(200, &body), effect: Effect::Sent, sending: Some(sending) })
}

/// A subscription that exists only for this test.
fn unsaved(session: &Session<'_>, details: &Value) -> Result<Hook, Failure> {
    let terms = Terms::read(details, &session.account.organization, session.quirks)?;
    Ok(Hook::new(Guid::ZERO, Guid::ZERO, terms, session.caller, session.now))
}

/// A saved one, as saved; details may ask to try other inputs. A secret that is masked or not given
/// is the saved one.
fn saved(session: &Session<'_>, id: &str, details: &Value) -> Result<Hook, Failure> {
    let mut hook = session.account.named_hook(id)?.clone();
    if details["consumerInputs"].is_object() {
        let mut terms = Terms::read(details, &session.account.organization, session.quirks)?;
        let password = hook.terms.password().map(str::to_owned);
        if terms.password().is_none_or(|given| given == MASK) {
            terms.consumer_inputs.remove("basicAuthPassword");
            terms.consumer_inputs.extend(password.map(|password| ("basicAuthPassword".to_owned(), password)));
        }
        hook.terms = terms;
    }
    Ok(hook)
}

fn notification(session: &mut Session<'_>, hook: &Hook) -> Result<Notification, Failure> {
    let none = || Failure::input("The stand-in has no test for this event type.");
    let organization = &mut session.account.organization;
    let wanted = hook.terms.subscription(organization).ok_or_else(none)?;
    let sequence = match organization.test(hook.id, session.now) {
        Some(test) => test.sequence,
        None => session.account.history.next_unsaved(),
    };
    let subscription = Subscription { id: hook.id, notifications: sequence - 1, ..wanted };
    Ok(test_delivery(&subscription, session.now))
}
