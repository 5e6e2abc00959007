//! The course of a run: checks, questions, cleaning up.

use std::future::Future;
use std::pin::pin;

use futures_util::future::join_all;
use hookpost_core::azure_devops::catalog::ProjectInfo;
use hookpost_core::azure_devops::error::RestError;
use hookpost_core::azure_devops::port::AzureDevOps as _;
use hookpost_core::ports::Clock;
use tokio::sync::watch;

use crate::answer::{Answer, NOT_SETTLED};
use crate::clients::{self, Clients};
use crate::questions::{self, Question};
use crate::raw_client::Call;
use crate::redact::Redactor;
use crate::report::Report;
use crate::run::{Made, Run};
use crate::settings::{PROJECT_PREFIX, Settings};
use crate::unsettled::Unsettled;

/// Why a run does not begin. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// The project may be used for something else.
    #[error(
        "the project `{0}` is not touched: this program creates and deletes things, so it works only in a project made \
         for it, whose name begins with `{PROJECT_PREFIX}`"
    )]
    OtherProject(String),
    /// There is no such question.
    #[error("there is no question `{name}`; the questions are {known}")]
    UnknownQuestion {
        /// The name that was given.
        name: String,
        /// The names of all questions.
        known: String,
    },
    /// The token does not work.
    #[error("the {which} token does not work: {error}")]
    Token {
        /// "first" or "second".
        which: &'static str,
        /// What the first call with it failed with.
        error: RestError,
    },
    /// The project cannot be read, or the operating system gives no client or password.
    #[error("the run cannot begin: {0}")]
    NotReady(String),
}

/// Asks the questions. `stop` ends the run early; what was made is deleted all the same.
///
/// # Errors
///
/// A [`VerificationError`], before anything is changed.
pub async fn verify<C: Clock>(
    settings: &Settings,
    clock: C,
    stop: impl Future<Output = ()>,
) -> Result<Report, VerificationError> {
    if !settings.project.starts_with(PROJECT_PREFIX) {
        return Err(VerificationError::OtherProject(settings.project.clone()));
    }
    let chosen = questions::chosen(&settings.only)?;
    let (stopping, stopped) = watch::channel(false);
    let (run, redactor) = begin(settings, clock, stopped).await?;
    let all = join_all(chosen.iter().map(|question| answer(question, &run, &redactor)));
    let mut all = pin!(all);
    let (mut answers, is_stopped) = tokio::select! {
        answers = &mut all => (answers, false),
        () = stop => {
            // Calls that are under way end, so that what they make is known.
            stopping.send_replace(true);
            let answers = all.await;
            stopping.send_replace(false);
            (answers, true)
        }
    };
    let left = run.clean_up().await.iter().map(|text| redactor.redact(text)).collect();
    if settings.only.is_empty() {
        answers.extend(questions::unsettled(run.first.is_app));
    }
    let tokens = [("first", Some(&run.first)), ("second", run.second.as_ref())].into_iter();
    let apps = tokens.filter(|(_, clients)| clients.is_some_and(|clients| clients.is_app));
    let apps = apps.map(|(which, _)| which).collect();
    Ok(Report { apps, answers, is_stopped, left })
}

async fn answer<C: Clock>(question: &Question<C>, run: &Run<C>, redactor: &Redactor) -> Answer {
    let (answer, evidence) = match (question.ask)(run).await {
        Ok(finding) => (finding.answer, finding.evidence),
        Err(unsettled) => (NOT_SETTLED.to_owned(), unsettled.to_string()),
    };
    let (answer, evidence) = (redactor.redact(&answer), redactor.redact(&evidence));
    Answer { key: question.key, question: question.text, answer, evidence }
}

/// Checks the tokens and the project.
async fn begin<C: Clock>(
    settings: &Settings,
    clock: C,
    stopped: watch::Receiver<bool>,
) -> Result<(Run<C>, Redactor), VerificationError> {
    let not_ready = |error: Unsettled| VerificationError::NotReady(error.to_string());
    let mut redactor = Redactor::default();
    let random = random()?;
    let (password, name) = (hex::encode(&random[..16]), hex::encode(&random[16..20]));
    redactor.secret(&password);
    redactor.token(&settings.token);
    redactor.name(settings.organization.name(), "{organization}");
    let first = Clients::new(settings, &settings.token, &stopped).map_err(not_ready)?;
    let owner = first
        .product
        .connection()
        .await
        .map_err(|error| VerificationError::Token { which: "first", error })?;
    redactor.person(&owner.owner, "{owner}");
    let mut has_two_people = false;
    let second = match &settings.second_token {
        None => None,
        Some(token) => {
            redactor.token(token);
            let second = Clients::new(settings, token, &stopped).map_err(not_ready)?;
            let other = second.product.connection().await;
            let other = other.map_err(|error| VerificationError::Token { which: "second", error })?;
            has_two_people = other.owner.id != owner.owner.id;
            redactor.person(&other.owner, "{second owner}");
            Some(second)
        }
    };
    let project = project(&first, &settings.project)
        .await
        .map_err(|error| VerificationError::NotReady(redactor.redact(&error.to_string())))?;
    // The name that was given may be an id, or differ in case.
    if !project.name.starts_with(PROJECT_PREFIX) {
        return Err(VerificationError::OtherProject(project.name));
    }
    let run = Run {
        clock,
        first,
        second,
        has_two_people,
        owner,
        project,
        base: clients::base(settings),
        webhook: settings.webhook.clone(),
        gone: settings.gone.clone(),
        wait: settings.wait,
        password,
        stopped,
        name,
        made: Made::default(),
    };
    Ok((run, redactor))
}

async fn project(clients: &Clients, name: &str) -> Result<ProjectInfo, Unsettled> {
    let found = clients.raw.call(Call::get(&["_apis", "projects", name], &[])).await?.success()?;
    let text = |member: &str| found[member].as_str().map(str::to_owned);
    let (id, name) = text("id")
        .zip(text("name"))
        .ok_or_else(|| Unsettled::Call("the project has no id or no name".to_owned()))?;
    Ok(ProjectInfo { id: id.to_ascii_lowercase(), name })
}

fn random() -> Result<[u8; 20], VerificationError> {
    let mut bytes = [0; 20];
    let filled = getrandom::fill(&mut bytes);
    filled.map_err(|error| {
        VerificationError::NotReady(format!("the operating system gives no random numbers: {error}"))
    })?;
    Ok(bytes)
}
