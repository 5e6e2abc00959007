//! The settings of the functions, read from the environment.

use std::env;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use hookpost_core::auth::cache::PasswordPolicy;
use hookpost_core::azure_devops::organization_url::Servers;
use hookpost_core::entra::app::PUBLIC_AUDIENCE;
use hookpost_core::entra::roles::Roles;
use hookpost_core::integration::open::Deployment;
use hookpost_core::secrets::name::SecretNames;
use hookpost_core::settings::Settings;

/// Every setting of Hookpost begins with this. A variable that does, and that no function knows, is an error.
pub(crate) const PREFIX: &str = "HOOKPOST_";

/// What is added to the refetch interval, for clocks that differ and calls that are under way.
const OVERLAP_MARGIN: Duration = Duration::from_secs(5);

/// Timeout of one call to AWS by `setup` or `watch`, retries included. Only an operator waits for them.
const AWS_CALL_TIMEOUT: Duration = Duration::from_secs(12);

/// The settings of a receiver.
#[derive(Clone, Debug)]
pub struct ReceiverSettings {
    /// `HOOKPOST_EVENTS_QUEUE_URL`: the FIFO queue that consumers read.
    pub events_queue_url: String,
    /// `HOOKPOST_QUARANTINE_QUEUE_URL`: the standard queue for deliveries that cannot be understood.
    pub quarantine_queue_url: String,
    /// `HOOKPOST_DELIVERIES_QUEUE_URL`: the FIFO queue on which each delivery is kept as it came, if wanted.
    pub deliveries_queue_url: Option<String>,
    /// `HOOKPOST_SECRET_PREFIX`: the first part of every secret's name.
    pub secret_prefix: String,
    /// How long passwords are cached: `HOOKPOST_PASSWORD_TTL_SECONDS` (300), `HOOKPOST_PASSWORD_STALE_SECONDS` (86400)
    /// and `HOOKPOST_PASSWORD_REFETCH_SECONDS` (30).
    pub passwords: PasswordPolicy,
    /// `HOOKPOST_DEADLINE_MILLISECONDS` (4000): a delivery that takes longer is answered 503. Must be below the timeout
    /// of the function, which only the deployment knows.
    pub deadline: Duration,
}

impl ReceiverSettings {
    /// Reads every setting. Notes in `settings` what is wrong.
    pub fn read(settings: &mut Settings) -> Self {
        check_runtime_settings(settings);
        let deadline = settings.number("HOOKPOST_DEADLINE_MILLISECONDS", 100..=28_000, 4000);
        Self {
            events_queue_url: events_queue_url(settings),
            quarantine_queue_url: quarantine_queue_url(settings),
            deliveries_queue_url: deliveries_queue_url(settings),
            secret_prefix: secret_prefix(settings),
            passwords: passwords(settings),
            deadline: Duration::from_millis(deadline),
        }
    }
}

/// The settings of `setup`.
#[derive(Clone, Debug)]
pub struct SetupSettings {
    /// `HOOKPOST_EVENTS_QUEUE_URL`, as the receivers have it.
    pub events_queue_url: String,
    /// `HOOKPOST_QUARANTINE_QUEUE_URL`, as the receivers have it.
    pub quarantine_queue_url: String,
    /// `HOOKPOST_OVERVIEW_QUEUE_URL`: the FIFO queue whose one message is the overview. `watch` writes it, and `setup`
    /// reads it.
    pub overview_queue_url: String,
    /// `HOOKPOST_DELIVERIES_QUEUE_URL`, as the receivers have it.
    pub deliveries_queue_url: Option<String>,
    /// `HOOKPOST_SECRET_PREFIX`, as the receivers have it.
    pub secret_prefix: String,
    /// `HOOKPOST_STACK` (`hookpost`): the name of the stack, a tag of its secrets. Those of other stacks are refused.
    pub stack: String,
    /// `HOOKPOST_KMS_KEY_ARN`: the KMS key that encrypts new secrets, instead of AWS's own.
    pub key_arn: Option<String>,
    /// `HOOKPOST_WEBHOOK_BASE_URL`: everything before `/{integration}` in webhook URLs.
    /// `HOOKPOST_ALLOW_ON_PREMISES` (`false`): whether collections of Azure DevOps Server may be connected.
    /// `HOOKPOST_PASSWORD_REFETCH_SECONDS` (30), as the receivers have it: a new password must be stored for longer
    /// before a subscription may send it.
    pub deployment: Deployment,
    /// `HOOKPOST_ENTRA_AUDIENCE` (`api://AzureADTokenExchange`): for whom the assertions for Entra are.
    pub entra_audience: String,
    /// `HOOKPOST_SETUP_ROLE_ARN` and `HOOKPOST_WATCH_ROLE_ARN`: the roles that an app in Entra trusts, as the operator has to
    /// register them. Both functions have both.
    pub roles: Roles,
    /// Timeout of one call to AWS, retries included.
    pub aws_call_timeout: Duration,
}

impl SetupSettings {
    /// Reads every setting. Notes in `settings` what is wrong.
    pub fn read(settings: &mut Settings) -> Self {
        const OVERVIEW: &str = "HOOKPOST_OVERVIEW_QUEUE_URL";
        check_runtime_settings(settings);
        let refetch = settings.number("HOOKPOST_PASSWORD_REFETCH_SECONDS", 1..=3600, 30);
        let deployment = Deployment {
            webhook_base_url: webhook_base_url(settings),
            servers: servers(settings),
            overlap: Duration::from_secs(refetch) + OVERLAP_MARGIN,
        };
        Self {
            events_queue_url: events_queue_url(settings),
            quarantine_queue_url: quarantine_queue_url(settings),
            overview_queue_url: fifo_queue_url(settings, OVERVIEW, "the FIFO queue for the overview"),
            deliveries_queue_url: deliveries_queue_url(settings),
            secret_prefix: secret_prefix(settings),
            stack: settings.optional("HOOKPOST_STACK").unwrap_or_else(|| "hookpost".to_owned()),
            key_arn: key_arn(settings),
            deployment,
            entra_audience: entra_audience(settings),
            roles: Roles {
                setup: role_arn(settings, "HOOKPOST_SETUP_ROLE_ARN"),
                watch: role_arn(settings, "HOOKPOST_WATCH_ROLE_ARN"),
            },
            aws_call_timeout: AWS_CALL_TIMEOUT,
        }
    }
}

/// The settings of `watch`.
#[derive(Clone, Debug)]
pub struct WatchSettings {
    /// The settings that `setup` has, too.
    pub setup: SetupSettings,
    /// `HOOKPOST_CHECKPOINT_QUEUE_URL`: the FIFO queue with a message for each integration's checkpoint, and one for the
    /// lease of a pass.
    pub checkpoint_queue_url: String,
    /// `HOOKPOST_WATCH_BUDGET_SECONDS` (240): how long a pass works. After three quarters of it, work that was begun
    /// goes before integrations that were not visited. Must be below the timeout of
    /// the function, which must be below the visibility timeout of the checkpoint queue.
    pub budget: Duration,
}

impl WatchSettings {
    /// Reads every setting. Notes in `settings` what is wrong.
    pub fn read(settings: &mut Settings) -> Self {
        let setup = SetupSettings::read(settings);
        let checkpoint = "HOOKPOST_CHECKPOINT_QUEUE_URL";
        Self {
            setup,
            checkpoint_queue_url: fifo_queue_url(settings, checkpoint, "the FIFO queue for checkpoints"),
            budget: Duration::from_secs(settings.number("HOOKPOST_WATCH_BUDGET_SECONDS", 1..=280, 240)),
        }
    }
}

/// The environment of the process. A variable that is not UTF-8 counts as absent.
pub(crate) fn environment() -> Settings {
    Settings::new(env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
        Some((name, value))
    }))
}

/// Checks what `lambda_runtime` reads by itself: it panics when something is missing.
pub(crate) fn check_runtime_settings(settings: &mut Settings) {
    const MEANING: &str = "set by Lambda; this program runs on Lambda or a stand-in for it";
    const MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
    settings.required("AWS_LAMBDA_RUNTIME_API", MEANING);
    settings.required("AWS_LAMBDA_FUNCTION_NAME", MEANING);
    settings.required("AWS_LAMBDA_FUNCTION_VERSION", MEANING);
    let memory = settings.required(MEMORY_SIZE, MEANING);
    check(settings, memory.is_empty() || memory.parse::<i32>().is_ok(), MEMORY_SIZE, "a whole number");
}

/// Notes a problem unless `is_fine`.
fn check(settings: &mut Settings, is_fine: bool, name: &str, expected: &str) {
    if !is_fine {
        settings.problem(format!("`{name}` must be {expected}"));
    }
}

fn events_queue_url(settings: &mut Settings) -> String {
    fifo_queue_url(settings, "HOOKPOST_EVENTS_QUEUE_URL", "the FIFO queue for events")
}

pub(crate) fn deliveries_queue_url(settings: &mut Settings) -> Option<String> {
    const NAME: &str = "HOOKPOST_DELIVERIES_QUEUE_URL";
    let url = settings.optional(NAME)?;
    check_fifo(settings, NAME, &url);
    Some(url)
}

fn fifo_queue_url(settings: &mut Settings, name: &str, queue: &str) -> String {
    let url = settings.required(name, &format!("the URL of {queue}"));
    if !url.is_empty() {
        check_fifo(settings, name, &url);
    }
    url
}

fn check_fifo(settings: &mut Settings, name: &str, url: &str) {
    let is_fine = is_url(url) && is_fifo(url);
    check(settings, is_fine, name, "the URL of a FIFO queue, ending in `.fifo`");
}

fn quarantine_queue_url(settings: &mut Settings) -> String {
    const NAME: &str = "HOOKPOST_QUARANTINE_QUEUE_URL";
    let url = settings.required(NAME, "the URL of the standard queue for quarantine");
    let is_fine = url.is_empty() || (is_url(&url) && !is_fifo(&url));
    check(settings, is_fine, NAME, "the URL of a standard queue");
    url
}

fn webhook_base_url(settings: &mut Settings) -> String {
    const NAME: &str = "HOOKPOST_WEBHOOK_BASE_URL";
    let url = settings.required(NAME, "the URL of the receivers: everything before `/{integration}`");
    check(settings, url.is_empty() || is_url(&url), NAME, "a URL");
    url
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn is_fifo(url: &str) -> bool {
    url.rsplit('.').next() == Some("fifo")
}

fn servers(settings: &mut Settings) -> Servers {
    const NAME: &str = "HOOKPOST_ALLOW_ON_PREMISES";
    let allowed = settings.optional(NAME);
    let is_fine = matches!(allowed.as_deref(), None | Some("true" | "false"));
    check(settings, is_fine, NAME, "true or false");
    if allowed.as_deref() == Some("true") { Servers::Allowed } else { Servers::Refused }
}

fn secret_prefix(settings: &mut Settings) -> String {
    const NAME: &str = "HOOKPOST_SECRET_PREFIX";
    let prefix = settings.required(NAME, "the first part of the secrets' names");
    if !prefix.is_empty() {
        settings.checked(NAME, SecretNames::new(&prefix));
    }
    prefix
}

fn key_arn(settings: &mut Settings) -> Option<String> {
    const NAME: &str = "HOOKPOST_KMS_KEY_ARN";
    let arn = settings.optional(NAME)?;
    let is_fine = arn.starts_with("arn:") && arn.contains(":kms:") && arn.contains(":key/");
    check(settings, is_fine, NAME, "the ARN of a KMS key, `arn:aws:kms:REGION:ACCOUNT:key/ID`");
    Some(arn)
}

fn entra_audience(settings: &mut Settings) -> String {
    const NAME: &str = "HOOKPOST_ENTRA_AUDIENCE";
    let audience = settings.optional(NAME).unwrap_or_else(|| PUBLIC_AUDIENCE.to_owned());
    let is_fine = audience.len() <= 1000 && audience.bytes().all(|byte| byte.is_ascii_graphic());
    check(settings, is_fine, NAME, "an audience such as `api://AzureADTokenExchange`, without spaces");
    audience
}

fn role_arn(settings: &mut Settings, name: &str) -> Option<String> {
    let arn = settings.optional(name)?;
    let is_fine = arn.starts_with("arn:") && arn.contains(":iam::") && arn.contains(":role/");
    check(settings, is_fine, name, "the ARN of a role, `arn:aws:iam::ACCOUNT:role/NAME`");
    Some(arn)
}

fn passwords(settings: &mut Settings) -> PasswordPolicy {
    const STALE: &str = "HOOKPOST_PASSWORD_STALE_SECONDS";
    let ttl = settings.number("HOOKPOST_PASSWORD_TTL_SECONDS", 1..=3600, 300);
    let stale = settings.number(STALE, 1..=604_800, 86_400);
    let refetch = settings.number("HOOKPOST_PASSWORD_REFETCH_SECONDS", 1..=3600, 30);
    check(settings, stale >= ttl, STALE, "at least `HOOKPOST_PASSWORD_TTL_SECONDS`");
    PasswordPolicy {
        ttl: Duration::from_secs(ttl),
        stale_limit: Duration::from_secs(stale),
        refetch_interval: Duration::from_secs(refetch),
        // The operating system seeds the standard library's hash maps. No secret depends on this number.
        jitter_seed: RandomState::new().build_hasher().finish(),
    }
}

#[cfg(test)]
mod tests;
