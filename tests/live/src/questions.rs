//! The questions. Each function below answers one.

mod access;
mod branches;
mod caller;
mod events;
mod forks;
mod kept_content;
mod log_rows;
mod organization_wide;
mod probation;
mod pull_requests;
mod re_enable;
mod retries;
mod service;
mod shape;

use futures_util::future::LocalBoxFuture;
use hookpost_core::ports::Clock;

use crate::answer::{Answer, NOT_SETTLED};
use crate::run::Run;
use crate::unsettled::Settled;
use crate::verification::VerificationError;

/// A question, and how it is settled.
pub(crate) struct Question<C> {
    pub(crate) key: &'static str,
    pub(crate) text: &'static str,
    pub(crate) ask: Ask<C>,
}

type Ask<C> = for<'a> fn(&'a Run<C>) -> LocalBoxFuture<'a, Settled>;

/// All questions, in the order of the report.
fn all<C: Clock>() -> Vec<Question<C>> {
    let question = |key, text, ask: Ask<C>| Question { key, text, ask };
    vec![
        question("permissions", "What does the permissions call say of View, Edit and both?", |run| {
            Box::pin(access::view_and_edit(run))
        }),
        question(
            "notifications-permission",
            "Can the permission on `$SUBSCRIBER:` be asked for, and is it held?",
            |run| Box::pin(access::notifications_permission(run)),
        ),
        question(
            "create-refused",
            "How is the creation of a subscription refused to somebody without the permission?",
            |run| Box::pin(access::create_refused(run)),
        ),
        question(
            "write-probe",
            "Does a PATCH of a pull request that does not exist tell whether a token may write?",
            |run| Box::pin(access::write_probe(run)),
        ),
        question(
            "organization-wide",
            "Is a subscription accepted without a project, and with the project \"\"?",
            |run| Box::pin(organization_wide::created(run)),
        ),
        question("caller", "How does `connectionData` show who asks?", |run| Box::pin(caller::shown(run))),
        question(
            "own-subscription",
            "Who created a subscription of the run, and may it be tested, changed and deleted?",
            |run| Box::pin(caller::own_subscription(run)),
        ),
        question("wrong-token", "What does a token that nobody has get?", |run| {
            Box::pin(service::wrong_token(run))
        }),
        question("version", "Which is the newest version of the REST API?", |run| {
            Box::pin(service::version(run))
        }),
        question("rows", "Do rows of the delivery log have details?", |run| Box::pin(log_rows::details(run))),
        question("pending-events", "Does the log have the event before the delivery has ended?", |run| {
            Box::pin(log_rows::pending_event(run))
        }),
        question("hidden", "Is the event of a delivery hidden from a token of another person?", |run| {
            Box::pin(log_rows::hidden(run))
        }),
        question("page-cap", "How many rows does one query of the log give?", |run| {
            Box::pin(log_rows::page_cap(run))
        }),
        question("summary", "Does the summary of a query count what `maxResults` leaves out?", |run| {
            Box::pin(log_rows::summary(run))
        }),
        question("content-limit", "How large a resource does the log keep?", |run| {
            Box::pin(kept_content::limit(run))
        }),
        question("commits", "How many of 100 commits are in the event of their push?", |run| {
            Box::pin(kept_content::commits(run))
        }),
        question("minimal", "What is left of a resource with `minimal` details?", |run| {
            Box::pin(kept_content::minimal(run))
        }),
        question("forks", "What does the event of a pull request from a fork have of the fork?", |run| {
            Box::pin(forks::pull_request(run))
        }),
        question("re-enable", "What does a PUT do that enables a disabled subscription?", |run| {
            Box::pin(re_enable::put(run))
        }),
        question("branch", "Which forms of the filter `branch` match?", |run| Box::pin(branches::forms(run))),
        question("several-refs", "How many events is a push of three refs?", |run| {
            Box::pin(events::several_refs(run))
        }),
        question("event-id", "Do two subscriptions get one event with the same id?", |run| {
            Box::pin(events::id_of_two_subscriptions(run))
        }),
        question("connection-error", "Is a host that cannot be reached a transient failure?", |run| {
            Box::pin(retries::connection_error(run))
        }),
        question("retry", "Does a retry have the event id of the first attempt?", |run| {
            Box::pin(retries::event_id(run))
        }),
        question("vote-comment", "Is a vote also a comment event?", |run| {
            Box::pin(pull_requests::vote_as_comment(run))
        }),
        question("threads", "What does the service note in threads of a pull request?", |run| {
            Box::pin(pull_requests::threads(run))
        }),
        question("retitle", "Which subscriptions are told of a new title?", |run| {
            Box::pin(pull_requests::new_title(run))
        }),
        question("descriptions", "Do lists of pull requests cut descriptions?", |run| {
            Box::pin(pull_requests::description_in_list(run))
        }),
        question(
            "renamed",
            "Which name of a renamed repository do log, list and subscription show?",
            |run| Box::pin(events::renamed_repository(run)),
        ),
        question("probation", "What ends the first pause of a probation, and when?", |run| {
            Box::pin(probation::first_pause(run))
        }),
    ]
}

/// The questions with these keys; all for none.
pub(crate) fn chosen<C: Clock>(keys: &[String]) -> Result<Vec<Question<C>>, VerificationError> {
    let mut all = all::<C>();
    if let Some(name) = keys.iter().find(|key| all.iter().all(|question| question.key != **key)) {
        let known: Vec<_> = all.iter().map(|question| question.key).collect();
        return Err(VerificationError::UnknownQuestion { name: name.clone(), known: known.join(", ") });
    }
    all.retain(|question| keys.is_empty() || keys.iter().any(|key| key == question.key));
    Ok(all)
}

/// The questions that no run of this program can settle, as a person or as an app.
pub(crate) fn unsettled(is_app: bool) -> impl Iterator<Item = Answer> {
    UNSETTLED.iter().map(move |(key, question, why)| Answer {
        key,
        question,
        answer: NOT_SETTLED.to_owned(),
        evidence: if is_app && *key == SCOPES { NO_SCOPES } else { why }.to_owned(),
    })
}

const SCOPES: &str = "scopes";
const NO_SCOPES: &str = "is not asked of an app: its token has no scopes, and permissions alone decide";

const UNSETTLED: [(&str, &str, &str); 11] = [
    ("timeout", "After how long is a response too late?", "needs a receiver that sleeps"),
    ("throttled", "What do 429 and `Retry-After` of a receiver do?", "needs a receiver that answers 429"),
    ("redirects", "Are redirects followed?", "needs a receiver that answers 307"),
    (
        "masked-password",
        "What becomes of the password when the mask is sent back in a PUT?",
        "needs a receiver that shows which password came: the log masks it",
    ),
    (
        "empty-user",
        "How is a password without a user name sent?",
        "needs a receiver that shows the header: the log masks it",
    ),
    (
        "headers",
        "Which user agent, `traceparent` and TLS version does a delivery have?",
        "needs a receiver that shows them",
    ),
    ("overflow", "What becomes of an event above 2 MB?", "needs a receiver, and pushes of that size"),
    (SCOPES, "What is the least scope for subscriptions?", "needs a token with each scope"),
    (
        "large-lists",
        "Does a list of all subscriptions come in a large organization?",
        "needs a large organization",
    ),
    ("policies", "What does a token get that a policy blocks?", "needs an organization with such a policy"),
    ("languages", "Are messages in the language of the person?", "needs a person with another language"),
];
