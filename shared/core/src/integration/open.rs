//! An integration that is linked: its link, its organization, and what is subscribed to.

use crate::auth::password::WebhookPassword;
use crate::azure_devops::organization_url::OrganizationUrl;
use crate::azure_devops::port::AzureDevOps;
use crate::azure_devops::subscription::{ExistingSubscription, WantedSubscription};
use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::config::Link;
use crate::integration::name::IntegrationName;
use crate::ports::Stage;
use crate::secrets::error::VaultError;
use crate::secrets::name::SecretKind;
use crate::secrets::status::{Presence, Standing};
use crate::secrets::store::Vault;
use crate::secrets::version::VersionId;
use crate::setup::error::{Code, SetupError};
use crate::setup::request::Token;
use crate::setup::verify::{Chosen, refusal};
use crate::setup::{Directory, Setup, World};
use crate::subscriptions::plan;
use crate::subscriptions::plan::{Plan, Scope, Step};
use crate::subscriptions::webhook_url::WebhookUrls;

/// A linked integration, with its organization open.
pub(crate) struct Linked<O> {
    pub(crate) link: Link,
    pub(crate) organization: O,
    pub(crate) urls: WebhookUrls,
}

impl<D, V, Q, K, W> Setup<D, V, Q, K, W>
where
    D: Directory + Send + Sync,
    V: Vault + Send + Sync,
    Q: Send + Sync,
    K: Send + Sync,
    W: World + Send + Sync,
{
    /// The integrations that are linked.
    pub(crate) async fn integrations(&self) -> Result<Vec<IntegrationName>, SetupError> {
        let listed = self.vault.list().await.map_err(vault)?;
        let linked = listed
            .into_iter()
            .filter(|secret| secret.kind == SecretKind::Organization && secret.standing == Standing::InUse);
        Ok(linked.map(|secret| secret.integration).collect())
    }

    /// Opens an integration by its name.
    pub(crate) async fn linked(&self, name: &IntegrationName) -> Result<Linked<D::Organization>, SetupError> {
        let link = self.vault.link(name).await.map_err(vault)?.ok_or_else(|| unknown(name))?;
        let at = self.organization_url(&link.organization_url)?;
        let organization = self.open(&at, &link.pat)?;
        Ok(Linked { link, organization, urls: self.urls(name) })
    }

    pub(crate) fn urls(&self, name: &IntegrationName) -> WebhookUrls {
        WebhookUrls::new(&self.policy.webhook_base_url, name.clone())
    }

    pub(crate) fn organization_url(&self, text: &str) -> Result<OrganizationUrl, SetupError> {
        OrganizationUrl::parse(text, self.policy.servers)
            .map_err(|error| SetupError::new(Code::OrganizationUrl, format!("`organizationUrl`: {error}")))
    }

    pub(crate) fn open(
        &self,
        at: &OrganizationUrl,
        token: &PersonalAccessToken,
    ) -> Result<D::Organization, SetupError> {
        self.directory.open(at, token).map_err(|why| SetupError::new(Code::AzureDevOpsUnavailable, why))
    }

    /// The token itself, wherever it was given.
    pub(crate) async fn token(&self, token: Token) -> Result<PersonalAccessToken, SetupError> {
        match token {
            Token::Given(token) => Ok(token),
            Token::InSecret(id) => {
                let id = crate::secrets::name::SecretId::parse(&id)
                    .map_err(|error| SetupError::new(Code::BadRequest, format!("`patSecretId`: {error}")))?;
                self.vault.token(&id).await.map_err(vault)
            }
        }
    }

    /// The current webhook password and its version; `None` when there is none.
    pub(crate) async fn current_password(
        &self,
        name: &IntegrationName,
    ) -> Result<Option<(VersionId, WebhookPassword)>, SetupError> {
        let Presence::Present(state) = self.vault.look(name, SecretKind::Webhook).await.map_err(vault)?
        else {
            return Ok(None);
        };
        let Some(version) = state.versions.at(Stage::Current) else { return Ok(None) };
        let stored = self.vault.webhook_password(name, version).await.map_err(vault)?;
        Ok(stored.map(|stored| (version.clone(), stored.password)))
    }

    /// The password that subscriptions are given now: the next one while a rotation is going on, else the current one.
    pub(crate) async fn password_in_use(
        &self,
        name: &IntegrationName,
    ) -> Result<(VersionId, WebhookPassword), SetupError> {
        let Presence::Present(state) = self.vault.look(name, SecretKind::Webhook).await.map_err(vault)?
        else {
            return Err(without_password(name));
        };
        let candidates = state.versions.in_rotation().into_iter().chain(state.versions.at(Stage::Current));
        for version in candidates {
            let stored = self.vault.webhook_password(name, version).await.map_err(vault)?;
            if let Some(stored) = stored {
                return Ok((version.clone(), stored.password));
            }
        }
        Err(without_password(name))
    }

    pub(crate) fn new_version(&self) -> Result<VersionId, SetupError> {
        let random = self.world.random()?;
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&random[..16]);
        Ok(VersionId::generate(bytes))
    }
}

impl<O: AzureDevOps> Linked<O> {
    /// What is to be subscribed to, found again from the names in the link.
    pub(crate) async fn scope(&self) -> Result<Scope, SetupError> {
        let repositories = self.organization.repositories().await;
        let repositories =
            repositories.map_err(|error| refusal(&error, "the repositories could not be listed"))?;
        let chosen = Chosen {
            projects: &self.link.projects,
            repository: self.link.repository.as_deref(),
            branch: self.link.branch.as_deref(),
        };
        crate::setup::verify::scope(&self.organization, &chosen, &repositories).await
    }

    /// The subscriptions there are, against those wanted with a version of the password.
    pub(crate) async fn plan(&self, scope: &Scope, version: &VersionId) -> Result<Plan, SetupError> {
        let existing = self.subscriptions().await?;
        let wanted = plan::wanted(scope, &self.urls, version);
        Ok(plan::plan(&wanted, &existing, &self.urls))
    }

    pub(crate) async fn subscriptions(&self) -> Result<Vec<ExistingSubscription>, SetupError> {
        let listed = self.organization.subscriptions().await;
        listed.map_err(|error| refusal(&error, "the subscriptions could not be listed"))
    }

    /// Does one thing, and says what was done.
    pub(crate) async fn apply(&self, step: &Step, password: &WebhookPassword) -> Result<String, SetupError> {
        let outcome = match step {
            Step::Create(wanted) => self.organization.create(wanted, password.expose()).await,
            Step::Replace { existing, wanted, .. } => {
                self.organization.replace(&existing.id, wanted, password.expose()).await
            }
        };
        let failed = |error| refusal(&error, &format!("could not {}", in_words(step)));
        outcome.map(|made| format!("{} ({})", in_words(step), made.id)).map_err(failed)
    }

    /// Has a test delivered through one subscription of each endpoint: the proof that the password is right.
    pub(crate) async fn prove(
        &self,
        version: &VersionId,
        scope: &Scope,
        password: &WebhookPassword,
    ) -> Result<Vec<String>, SetupError> {
        let existing = self.subscriptions().await?;
        let wanted = plan::wanted(scope, &self.urls, version);
        let mut proven = Vec::new();
        for endpoint in [
            crate::receiver::endpoint::Endpoint::CodePushed,
            crate::receiver::endpoint::Endpoint::PullRequest,
        ] {
            let of_endpoint = |wanted: &&WantedSubscription| wanted.kind.endpoint() == endpoint;
            let pair = wanted.iter().filter(of_endpoint).find_map(|wanted| {
                existing.iter().find(|existing| existing.url == wanted.url).map(|existing| (existing, wanted))
            });
            let Some((existing, wanted)) = pair else { continue };
            let test = self.organization.send_test(&existing.id, wanted, password.expose()).await;
            let test = test.map_err(|error| refusal(&error, "a test could not be sent"))?;
            if !test.delivered {
                let status = test.status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
                let message = format!(
                    "a test delivery to the `{endpoint}` endpoint did not come through ({status}) {}: see the log of \
                     that function, then run this again",
                    test.detail
                );
                return Err(SetupError::new(Code::NotProven, message));
            }
            proven.push(format!("a test delivery to the `{endpoint}` endpoint came through"));
        }
        Ok(proven)
    }
}

/// A step in words.
pub(crate) fn in_words(step: &Step) -> String {
    match step {
        Step::Create(wanted) => format!("create: {}", subscription(wanted)),
        Step::Replace { wanted, why, .. } => {
            format!("update: {}, since {}", subscription(wanted), why.join(" and "))
        }
    }
}

fn subscription(wanted: &WantedSubscription) -> String {
    let change = wanted.kind.change().map_or_else(String::new, |change| format!(" ({})", change.word()));
    let place =
        wanted.project_id.as_ref().map_or("the whole organization".to_owned(), |id| format!("project {id}"));
    format!("{}{change} of {place}", wanted.kind.event_type())
}

pub(crate) fn unknown(name: &IntegrationName) -> SetupError {
    let message =
        format!("there is no integration `{name}`: run `status` to see which there are, or `connect` it");
    SetupError::new(Code::IntegrationUnknown, message)
}

fn without_password(name: &IntegrationName) -> SetupError {
    SetupError::new(Code::NotFound, format!("`{name}` has no webhook password: run `connect` again"))
}

/// A vault's refusal.
#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
pub(crate) fn vault(error: VaultError) -> SetupError {
    let code = match error {
        VaultError::ScheduledForDeletion { .. } => Code::SecretScheduledForDeletion,
        VaultError::NotOurs { .. } => Code::IntegrationTaken,
        VaultError::Missing { .. } => Code::NotFound,
        _ => Code::VaultUnavailable,
    };
    SetupError::new(code, error.to_string())
}
