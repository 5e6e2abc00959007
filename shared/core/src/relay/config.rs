//! The configuration of a relay: its targets, in JSON.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde::Deserialize;
use url::Url;

use crate::relay::filter::Filter;
pub use crate::relay::preset::Preset;

/// The time that a tool has to answer, in seconds, and its bounds. The function of a relay has 60 s.
const TIMEOUT_SECONDS: u64 = 10;
const TIMEOUT_SECONDS_MAX: u64 = 30;

/// Most targets. Each delivery waits for the slowest.
const TARGETS_MAX: usize = 20;

/// The targets of a relay.
#[derive(Debug)]
pub struct RelayConfig {
    /// At least one.
    pub targets: Vec<Target>,
}

/// A tool that gets deliveries.
pub struct Target {
    /// Its name in the log.
    pub name: String,
    /// Where it gets them. A part of it may be secret.
    pub url: Url,
    /// The tool.
    pub preset: Preset,
    /// The secret with its user and password, if it wants any.
    pub credentials_secret_id: Option<String>,
    /// A PEM file with authorities to trust beside the system's.
    pub ca_bundle: Option<String>,
    /// How long it may take to answer.
    pub timeout: Duration,
    pub(crate) filter: Filter,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("name", &self.name)
            .field("preset", &self.preset)
            .finish_non_exhaustive()
    }
}

/// The configuration is wrong. The text names the field and says what to do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadRelayConfig(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireConfig {
    targets: Vec<WireTarget>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireTarget {
    name: Option<String>,
    url: String,
    preset: Preset,
    credentials_secret_id: Option<String>,
    ca_bundle: Option<String>,
    timeout_seconds: Option<u64>,
    #[serde(default)]
    only: WireFilter,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireFilter {
    event_types: Option<Vec<String>>,
    projects: Option<Vec<String>>,
    repositories: Option<Vec<String>>,
}

impl RelayConfig {
    /// Reads the JSON text.
    ///
    /// # Errors
    ///
    /// The first problem.
    pub fn parse(text: &str) -> Result<Self, BadRelayConfig> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let written: WireConfig = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
            let path = error.path().to_string();
            bad(
                if path == "." { "the configuration" } else { &path },
                &problem_of(&error.into_inner().to_string()),
            )
        })?;
        if written.targets.is_empty() || written.targets.len() > TARGETS_MAX {
            return Err(bad("targets", &format!("name 1 to {TARGETS_MAX} tools")));
        }
        let targets = written.targets.into_iter().enumerate();
        let targets: Vec<Target> =
            targets.map(|(index, target)| target.check(index)).collect::<Result<_, _>>()?;
        let mut names = BTreeSet::new();
        match targets.iter().find(|target| !names.insert(&target.name)) {
            Some(target) => Err(bad(
                "targets",
                &format!("two are called `{}`: give each a `name` of its own", target.name),
            )),
            None => Ok(Self { targets }),
        }
    }
}

impl WireTarget {
    fn check(self, index: usize) -> Result<Target, BadRelayConfig> {
        let field = |name: &str| format!("targets[{index}].{name}");
        let timeout = self.timeout_seconds.unwrap_or(TIMEOUT_SECONDS);
        if !(1..=TIMEOUT_SECONDS_MAX).contains(&timeout) {
            return Err(bad(&field("timeoutSeconds"), &format!("write 1 to {TIMEOUT_SECONDS_MAX}")));
        }
        for (name, value) in [
            ("name", &self.name),
            ("credentialsSecretId", &self.credentials_secret_id),
            ("caBundle", &self.ca_bundle),
        ] {
            if value.as_ref().is_some_and(|value| value.trim().is_empty()) {
                return Err(bad(&field(name), "is empty: give it a value, or leave it out"));
            }
        }
        Ok(Target {
            name: self.name.unwrap_or_else(|| format!("{:?}", self.preset).to_lowercase()),
            url: url(&self.url).map_err(|problem| bad(&field("url"), problem))?,
            preset: self.preset,
            credentials_secret_id: self.credentials_secret_id,
            ca_bundle: self.ca_bundle,
            timeout: Duration::from_secs(timeout),
            filter: self.only.check(self.preset, &field("only"))?,
        })
    }
}

impl WireFilter {
    fn check(self, preset: Preset, field: &str) -> Result<Filter, BadRelayConfig> {
        for (name, list) in [
            ("eventTypes", &self.event_types),
            ("projects", &self.projects),
            ("repositories", &self.repositories),
        ] {
            if list
                .as_ref()
                .is_some_and(|list| list.is_empty() || list.iter().any(|text| text.trim().is_empty()))
            {
                return Err(bad(&format!("{field}.{name}"), "is empty: leave it out, or name at least one"));
            }
        }
        let known = preset.event_types();
        let unknown = self
            .event_types
            .iter()
            .flatten()
            .find(|named| known.is_some_and(|known| !known.contains(&named.as_str())));
        if let (Some(unknown), Some(known)) = (unknown, known) {
            let problem = format!("this tool does not read `{unknown}`: name some of {}", known.join(", "));
            return Err(bad(&format!("{field}.eventTypes"), &problem));
        }
        let by_default = || {
            preset.default_event_types().map(|types| types.iter().map(|name| (*name).to_owned()).collect())
        };
        Ok(Filter {
            event_types: self.event_types.or_else(by_default),
            projects: self.projects,
            repositories: self.repositories,
        })
    }
}

/// The errors do not repeat the URL, which may contain a secret.
fn url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is no URL: write `https://host/path`")?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return Err("must begin with `https://` or `http://` and name a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "must not contain a password: store it in a secret and name that in `credentialsSecretId`",
        );
    }
    if url.fragment().is_some() {
        return Err("must not contain `#`");
    }
    Ok(url)
}

/// The parser's text where it says what is missing or unknown. Others quote a value, which may be a URL with a secret.
fn problem_of(text: &str) -> String {
    let is_harmless = ["missing field", "unknown field", "unknown variant", "EOF", "trailing", "expected"];
    if is_harmless.iter().any(|start| text.starts_with(start)) {
        text.to_owned()
    } else {
        "is not of the form that infra/relay/README.md shows".to_owned()
    }
}

fn bad(field: &str, problem: &str) -> BadRelayConfig {
    BadRelayConfig(format!("`{field}`: {problem}"))
}

#[cfg(test)]
mod tests;
