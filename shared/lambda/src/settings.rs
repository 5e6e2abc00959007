//! What a receiver is told by its environment.

use std::env;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

use hookpost_core::PasswordPolicy;
use hookpost_core::settings::Settings;
use hookpost_core::setup::azure_devops::Servers;

/// Every setting of ours begins so; one that does and is not known is an error.
pub(crate) const PREFIX: &str = "HOOKPOST_";

/// The settings both receivers share.
#[derive(Clone, Debug)]
pub struct ReceiverSettings {
    /// `HOOKPOST_EVENTS_QUEUE_URL`: the FIFO queue that consumers read.
    pub events_queue_url: String,
    /// `HOOKPOST_QUARANTINE_QUEUE_URL`: the standard queue for what cannot be understood.
    pub quarantine_queue_url: String,
    /// `HOOKPOST_SECRET_PREFIX`: first part of every secret's name.
    pub secret_prefix: String,
    /// For how long passwords are believed: `HOOKPOST_PASSWORD_TTL_SECONDS` (300),
    /// `HOOKPOST_PASSWORD_STALE_SECONDS` (86400) and `HOOKPOST_PASSWORD_REFETCH_SECONDS` (30).
    pub passwords: PasswordPolicy,
    /// `HOOKPOST_DEADLINE_MILLISECONDS` (4000): after this long a delivery is answered with 503. Must be below the
    /// timeout of the function, which only the deployment knows.
    pub deadline: Duration,
    /// `HOOKPOST_METRICS_NAMESPACE` (`Hookpost`): the CloudWatch namespace of the metrics.
    pub metrics_namespace: String,
}

impl ReceiverSettings {
    /// Reads them all; what is wrong is noted in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        needed_by_runtime(settings);
        Self {
            events_queue_url: events_queue_url(settings),
            quarantine_queue_url: quarantine_queue_url(settings),
            secret_prefix: secret_prefix(settings),
            passwords: passwords(settings),
            deadline: Duration::from_millis(settings.number(
                "HOOKPOST_DEADLINE_MILLISECONDS",
                100..=28_000,
                4000,
            )),
            metrics_namespace: metrics_namespace(settings),
        }
    }
}

/// The settings of `setup`.
#[derive(Clone, Debug)]
pub struct SetupSettings {
    /// `HOOKPOST_EVENTS_QUEUE_URL`
    pub events_queue_url: String,
    /// `HOOKPOST_QUARANTINE_QUEUE_URL`
    pub quarantine_queue_url: String,
    /// `HOOKPOST_SECRET_PREFIX`
    pub secret_prefix: String,
    /// `HOOKPOST_WEBHOOK_BASE_URL`: everything before `/{integration}` in webhook URLs.
    pub webhook_base_url: String,
    /// `HOOKPOST_STACK` (`hookpost`): goes into the tags of secrets.
    pub stack: String,
    /// `HOOKPOST_KMS_KEY_ARN`: the KMS key that encrypts new secrets, instead of AWS's own.
    pub key_arn: Option<String>,
    /// `HOOKPOST_ALLOW_ON_PREMISES` (`false`): whether collections on servers of one's own may be linked.
    pub servers: Servers,
    /// `HOOKPOST_PASSWORD_REFETCH_SECONDS` (30), as the receivers have it, and some: how long a new password must be
    /// stored before a subscription may send it.
    pub overlap: Duration,
    /// How long one call to AWS may take.
    pub patience: Duration,
}

impl SetupSettings {
    /// Reads them all; what is wrong is noted in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        const BASE: &str = "HOOKPOST_WEBHOOK_BASE_URL";
        const SERVERS: &str = "HOOKPOST_ALLOW_ON_PREMISES";
        needed_by_runtime(settings);
        let webhook_base_url =
            settings.required(BASE, "where the receivers are: everything before `/{integration}`");
        if !webhook_base_url.is_empty() && !is_url(&webhook_base_url) {
            settings.problem(format!("`{BASE}` must be a URL"));
        }
        let servers = match settings.optional(SERVERS).as_deref() {
            None | Some("false") => Servers::Refused,
            Some("true") => Servers::Allowed,
            Some(_) => {
                settings.problem(format!("`{SERVERS}` must be true or false"));
                Servers::Refused
            }
        };
        let refetch = settings.number("HOOKPOST_PASSWORD_REFETCH_SECONDS", 1..=3600, 30);
        Self {
            events_queue_url: events_queue_url(settings),
            quarantine_queue_url: quarantine_queue_url(settings),
            secret_prefix: secret_prefix(settings),
            webhook_base_url,
            stack: settings.optional("HOOKPOST_STACK").unwrap_or_else(|| "hookpost".to_owned()),
            key_arn: key_arn(settings),
            servers,
            overlap: Duration::from_secs(refetch) + OVERLAP_MARGIN,
            patience: CALL_PATIENCE,
        }
    }
}

/// The settings of `watch`.
#[derive(Clone, Debug)]
pub struct WatchSettings {
    /// Those it shares with `setup`.
    pub setup: SetupSettings,
    /// `HOOKPOST_CHECKPOINT_QUEUE_URL`: the FIFO queue whose one message is the right to watch, and what is remembered.
    pub checkpoint_queue_url: String,
    /// `HOOKPOST_WATCH_BUDGET_SECONDS` (240): after this no further integration is begun. Must be below the timeout of
    /// the function, which must be below the visibility timeout of the checkpoint queue.
    pub budget: Duration,
    /// `HOOKPOST_METRICS_NAMESPACE` (`Hookpost`): the CloudWatch namespace of the metrics.
    pub metrics_namespace: String,
}

impl WatchSettings {
    /// Reads them all; what is wrong is noted in `settings`.
    pub fn read(settings: &mut Settings) -> Self {
        const CHECKPOINT: &str = "HOOKPOST_CHECKPOINT_QUEUE_URL";
        let setup = SetupSettings::read(settings);
        Self {
            setup,
            checkpoint_queue_url: fifo_queue_url(
                settings,
                CHECKPOINT,
                "the URL of the FIFO queue for checkpoints",
            ),
            budget: Duration::from_secs(settings.number("HOOKPOST_WATCH_BUDGET_SECONDS", 1..=280, 240)),
            metrics_namespace: metrics_namespace(settings),
        }
    }
}

/// Beyond the refetch interval, for clocks that differ and calls that are under way.
const OVERLAP_MARGIN: Duration = Duration::from_secs(5);

/// For one call to AWS, with its retries. Nobody waits at the other end but the operator.
const CALL_PATIENCE: Duration = Duration::from_secs(12);

/// The environment of the process. A variable that is not UTF-8 counts as absent.
pub(crate) fn environment() -> Settings {
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    Settings::new(env::vars_os().filter_map(text))
}

/// What `lambda_runtime` reads by itself, and would panic over with a message nobody sees.
fn needed_by_runtime(settings: &mut Settings) {
    const MEANING: &str = "set by Lambda; this program runs on Lambda or a stand-in for it";
    const MEMORY_SIZE: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";
    settings.required("AWS_LAMBDA_RUNTIME_API", MEANING);
    settings.required("AWS_LAMBDA_FUNCTION_NAME", MEANING);
    settings.required("AWS_LAMBDA_FUNCTION_VERSION", MEANING);
    let memory = settings.required(MEMORY_SIZE, MEANING);
    if !memory.is_empty() && memory.parse::<i32>().is_err() {
        settings.problem(format!("`{MEMORY_SIZE}` must be a whole number"));
    }
}

fn events_queue_url(settings: &mut Settings) -> String {
    fifo_queue_url(settings, "HOOKPOST_EVENTS_QUEUE_URL", "the URL of the FIFO queue for events")
}

fn fifo_queue_url(settings: &mut Settings, name: &str, meaning: &str) -> String {
    let url = settings.required(name, meaning);
    if !url.is_empty() && (!is_url(&url) || !is_fifo(&url)) {
        settings.problem(format!("`{name}` must be the URL of a FIFO queue, ending in `.fifo`"));
    }
    url
}

fn quarantine_queue_url(settings: &mut Settings) -> String {
    const NAME: &str = "HOOKPOST_QUARANTINE_QUEUE_URL";
    let url = settings.required(NAME, "the URL of the standard queue for quarantine");
    if !url.is_empty() && (!is_url(&url) || is_fifo(&url)) {
        settings.problem(format!("`{NAME}` must be the URL of a standard queue"));
    }
    url
}

fn is_url(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}

fn is_fifo(url: &str) -> bool {
    url.rsplit('.').next() == Some("fifo")
}

fn secret_prefix(settings: &mut Settings) -> String {
    const NAME: &str = "HOOKPOST_SECRET_PREFIX";
    let prefix = settings.required(NAME, "the first part of the secrets' names");
    let allowed = |c: char| c.is_ascii_alphanumeric() || "/_+=.@-".contains(c);
    let well_formed = prefix.len() <= 256
        && prefix.chars().all(allowed)
        && !prefix.starts_with('/')
        && !prefix.ends_with('/');
    if !well_formed {
        settings.problem(format!(
            "`{NAME}` must be at most 256 of the characters that secrets are named with, without `/` at either end"
        ));
    }
    prefix
}

fn key_arn(settings: &mut Settings) -> Option<String> {
    const NAME: &str = "HOOKPOST_KMS_KEY_ARN";
    let arn = settings.optional(NAME)?;
    if !arn.starts_with("arn:") || !arn.contains(":kms:") || !arn.contains(":key/") {
        settings
            .problem(format!("`{NAME}` must be the ARN of a KMS key, `arn:aws:kms:REGION:ACCOUNT:key/ID`"));
    }
    Some(arn)
}

fn passwords(settings: &mut Settings) -> PasswordPolicy {
    let ttl = settings.number("HOOKPOST_PASSWORD_TTL_SECONDS", 1..=3600, 300);
    let stale = settings.number("HOOKPOST_PASSWORD_STALE_SECONDS", 1..=604_800, 86_400);
    let refetch = settings.number("HOOKPOST_PASSWORD_REFETCH_SECONDS", 1..=3600, 30);
    if stale < ttl {
        settings.problem(
            "`HOOKPOST_PASSWORD_STALE_SECONDS` must not be below `HOOKPOST_PASSWORD_TTL_SECONDS`".to_owned(),
        );
    }
    PasswordPolicy {
        ttl: Duration::from_secs(ttl),
        stale: Duration::from_secs(stale),
        refetch: Duration::from_secs(refetch),
        // The standard library's hash maps are seeded by the operating system; nothing secret hangs on this.
        jitter_seed: RandomState::new().build_hasher().finish(),
    }
}

fn metrics_namespace(settings: &mut Settings) -> String {
    const NAME: &str = "HOOKPOST_METRICS_NAMESPACE";
    let namespace = settings.optional(NAME).unwrap_or_else(|| "Hookpost".to_owned());
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._/#:-".contains(c);
    if namespace.len() > 255 || !namespace.chars().all(allowed) || namespace.starts_with("AWS/") {
        settings.problem(format!("`{NAME}` must be a CloudWatch namespace, and not one of AWS's own"));
    }
    namespace
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
