//! A secret store on an emulated account of its own.

use std::time::Duration;

use aws_sdk_secretsmanager::config::{BehaviorVersion, Credentials, Region};
use hookpost_aws::{Aws, AwsSettings, SecretsManagerStore};
use hookpost_core::auth::password::WebhookPassword;
use hookpost_core::azure_devops::credential::Credential;
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::integration::config::stored::{LinkState, StoredConfig};
use hookpost_core::integration::config::{IntegrationConfig, OtherFields};
use hookpost_core::integration::name::IntegrationName;
use hookpost_core::integration::selection::{Choice, Selection};
use hookpost_core::secrets::name::{SecretKind, SecretNames};
use hookpost_core::secrets::status::StoreOutcome;
use hookpost_core::secrets::status::{SecretDescription, SecretStatus};
use hookpost_core::secrets::store::SecretStore;
use hookpost_core::secrets::version::VersionId;
use hookpost_core::secrets::version::VersionStage;
use hookpost_core::settings::Settings;
use hookpost_harness::REGION;
use hookpost_harness::emulators::emulators;
use hookpost_harness::fault_proxy::FaultProxy;
use hookpost_harness::secrets::Secrets;
use hookpost_stand_in::canary;
use zeroize::Zeroizing;

/// The stack that secrets are tagged with.
pub(crate) const STACK: &str = "hooks-production";

const OTHER_STACK: &str = "hooks-test";

/// A call with its retries takes at most three quarters of it.
const DEADLINE: Duration = Duration::from_secs(8);

#[derive(Debug)]
pub(crate) struct Fixture {
    /// The fault proxy before Secrets Manager.
    pub(crate) proxy: FaultProxy,
    pub(crate) store: SecretsManagerStore,
    /// The store of another stack that has the same `SecretPrefix`.
    pub(crate) other_stack: SecretsManagerStore,
    /// Secrets Manager without the fault proxy.
    pub(crate) secrets: Secrets,
    /// As `secrets`, for operations that [`Secrets`] does not have.
    pub(crate) sdk: aws_sdk_secretsmanager::Client,
    pub(crate) names: SecretNames,
}

impl Fixture {
    /// `name` must be unique among these tests.
    pub(crate) async fn open(name: &str) -> Self {
        let behind = emulators().secrets_manager();
        let proxy = FaultProxy::start(behind).await;
        let names = SecretNames::new(&format!("hookpost-{name}")).expect("a prefix");
        let aws = Aws::new(settings(&proxy.endpoint()), DEADLINE);
        let store = aws.secret_store(names.clone(), STACK);
        let other_stack = aws.secret_store(names.clone(), OTHER_STACK);
        Self { store, other_stack, secrets: Secrets::at(behind), sdk: sdk(behind), names, proxy }
    }

    /// The state of the secret, which must exist.
    pub(crate) async fn state(&self, kind: SecretKind) -> SecretDescription {
        match self.store.describe(&contoso(), kind).await {
            Ok(SecretStatus::Present(state)) => state,
            other => panic!("{kind} should be there: {other:?}"),
        }
    }

    /// The current, pending and previous versions.
    pub(crate) async fn stages(&self) -> [Option<VersionId>; 3] {
        let versions = self.state(SecretKind::Webhook).await.versions;
        [VersionStage::Current, VersionStage::Pending, VersionStage::Previous]
            .map(|stage| versions.at(stage).cloned())
    }

    /// Creates the webhook secret with [`canary::PASSWORD`] as version 1.
    pub(crate) async fn seed(&self) {
        let created =
            self.store.create_webhook_password(&contoso(), &password(canary::PASSWORD), &id(1)).await;
        assert_eq!(created.expect("created"), StoreOutcome::New(id(1)));
        self.proxy.forget();
    }

    /// Creates the organization secret with [`config`] as version 1.
    pub(crate) async fn seed_config(&self) {
        let created = self.store.create_config(&contoso(), &config(), &id(1)).await;
        assert_eq!(created.expect("created"), StoreOutcome::New(id(1)));
        self.proxy.forget();
    }

    /// Adds [`canary::PENDING_PASSWORD`] as the pending version.
    pub(crate) async fn stage(&self, version: &VersionId) {
        let pending = password(canary::PENDING_PASSWORD);
        let staged = self.store.stage_webhook_password(&contoso(), &pending, version).await;
        assert_eq!(staged.expect("staged"), StoreOutcome::New(version.clone()));
        self.proxy.forget();
    }

    /// The password in a version.
    pub(crate) async fn password(&self, version: &VersionId) -> Option<String> {
        let stored = self.store.webhook_password(&contoso(), version).await.expect("readable");
        stored.map(|stored| stored.password.expose().to_owned())
    }

    /// The stored configuration, which must exist.
    pub(crate) async fn stored_config(&self) -> IntegrationConfig {
        let found = self.store.config(&contoso()).await.expect("readable").expect("there");
        found.stored.link.config().expect("not unlinked").clone()
    }

    pub(crate) fn name(&self, kind: SecretKind) -> String {
        self.names.name(&contoso(), kind)
    }

    /// The operations called so far, in order.
    pub(crate) fn operations(&self) -> Vec<String> {
        self.proxy.calls().into_iter().map(|call| call.operation).collect()
    }
}

pub(crate) fn contoso() -> IntegrationName {
    IntegrationName::parse("contoso").expect("a name")
}

/// A version id; the same for the same number.
pub(crate) fn id(number: u8) -> VersionId {
    VersionId::generate([number; 16])
}

pub(crate) fn password(text: &str) -> WebhookPassword {
    WebhookPassword::new(Zeroizing::new(text.to_owned())).expect("not empty")
}

/// A configuration of a connected integration, which no run of `setup` has locked.
pub(crate) fn config() -> StoredConfig {
    connected(of_organization())
}

fn connected(config: IntegrationConfig) -> StoredConfig {
    StoredConfig { link: LinkState::Connected(config), lock: None }
}

fn of_organization() -> IntegrationConfig {
    IntegrationConfig {
        organization_url: "https://dev.azure.com/contoso".to_owned(),
        credential: Credential::Pat {
            token: PersonalAccessToken::parse(canary::PAT).expect("a token"),
            expires_on: None,
        },
        is_renewing: false,
        owner: None,
        webhook_base_url: "https://hooks.example.invalid/prod".to_owned(),
        organization_id: None,
        selection: Selection::default(),
        other: OtherFields::default(),
    }
}

/// A configuration that differs from the others in its branch.
pub(crate) fn on_branch(branch: &str) -> StoredConfig {
    let selection = Selection { branch: Some(branch.to_owned()), ..Selection::default() };
    connected(IntegrationConfig { selection, ..of_organization() })
}

/// A configuration that selects one project.
pub(crate) fn of_project(project: &str) -> StoredConfig {
    let selection = Selection { projects: vec![Choice::parse(project)], ..Selection::default() };
    connected(IntegrationConfig { selection, ..of_organization() })
}

fn settings(endpoint: &str) -> AwsSettings {
    let pairs = [
        ("AWS_REGION", REGION),
        ("AWS_ACCESS_KEY_ID", canary::ACCESS_KEY_ID),
        ("AWS_SECRET_ACCESS_KEY", canary::SECRET_ACCESS_KEY),
        ("AWS_SESSION_TOKEN", canary::SESSION_TOKEN),
        ("AWS_ENDPOINT_URL", endpoint),
    ];
    let mut settings = Settings::new(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let aws = AwsSettings::read(&mut settings);
    settings.finish("AWS_").expect("nothing is wrong");
    aws
}

fn sdk(endpoint: &str) -> aws_sdk_secretsmanager::Client {
    let config = aws_sdk_secretsmanager::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(REGION))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(endpoint);
    aws_sdk_secretsmanager::Client::from_conf(config.build())
}
