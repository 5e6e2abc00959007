//! What is kept of the link between an integration and its Azure DevOps organization, in one secret, as JSON.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::azure_devops::token::PersonalAccessToken;
use crate::secrets::store::SECRET_BYTES_MAX;

/// The form that is written. A reader that knows only an older one leaves a newer one alone.
const VERSION: u32 = 1;

/// Everything `setup` has to remember of an integration, but for the webhook password.
#[derive(Clone, Debug)]
pub struct IntegrationConfig {
    /// Canonical when `setup` wrote it.
    pub organization_url: String,
    /// The credential for the REST API.
    pub pat: PersonalAccessToken,
    /// The last day of the token, as its owner declared it.
    pub pat_expires_on: Option<Date>,
    /// Where the webhooks of every integration begin; no slash at its end.
    pub webhook_base_url: String,
    /// Names or ids; empty for the whole organization.
    pub projects: Vec<String>,
    /// A name or id: only this repository.
    pub repository: Option<String>,
    /// Only this branch.
    pub branch: Option<String>,
    /// What a newer version of Hookpost has added, to be kept as it is; nothing, in a link made here.
    pub other: OtherFields,
}

/// Fields whose meaning is not known here.
#[derive(Clone, Default)]
pub struct OtherFields(BTreeMap<String, Value>);

/// Names only: what a later version keeps in a secret may be secret.
impl fmt::Debug for OtherFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why a text is no link; it reads on from the name of the secret. Fields are named, their content is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// Not JSON, or not an object.
    #[error("does not hold a JSON object; run `connect` again, which writes it anew")]
    Form,
    /// A field that must be there is not.
    #[error("has no field `{0}`; run `connect` again, which writes it anew")]
    Missing(String),
    /// A field is not what it should be.
    #[error("has a field `{0}` of a wrong form; run `connect` again, which writes it anew")]
    Field(String),
    /// Written by a newer Hookpost.
    #[error("was written by a newer version of Hookpost; update this stack")]
    Newer,
    /// It does not fit a secret.
    #[error(
        "would get longer than the {SECRET_BYTES_MAX} bytes a secret can hold; \
         name fewer projects, or take the whole organization"
    )]
    TooLong,
}

impl IntegrationConfig {
    /// Reads what [`to_json`](Self::to_json) wrote, or an operator by hand. Unknown fields are kept.
    ///
    /// # Errors
    ///
    /// Says which field is at fault.
    pub fn from_json(text: &str) -> Result<Self, ConfigProblem> {
        let mut json = serde_json::Deserializer::from_str(text);
        let stored: Stored = serde_path_to_error::deserialize(&mut json).map_err(|error| problem(&error))?;
        json.end().map_err(|_| ConfigProblem::Form)?;
        if stored.version > VERSION {
            return Err(ConfigProblem::Newer);
        }
        Ok(Self {
            organization_url: stored.organization_url,
            pat: stored.pat,
            pat_expires_on: stored.pat_expires_on,
            webhook_base_url: stored.webhook_base_url,
            projects: stored.projects,
            repository: stored.repository,
            branch: stored.branch,
            other: OtherFields(stored.other),
        })
    }

    /// The JSON to be kept. Equal links give equal text.
    ///
    /// # Errors
    ///
    /// [`ConfigProblem::TooLong`].
    pub fn to_json(&self) -> Result<Zeroizing<String>, ConfigProblem> {
        // Of a fixed size, so that it never moves and leaves a copy of the token behind.
        let mut buffer = Zeroizing::new(vec![0_u8; SECRET_BYTES_MAX]);
        let mut free = buffer.as_mut_slice();
        serde_json::to_writer(&mut free, &ToStore(self)).map_err(|_| ConfigProblem::TooLong)?;
        let length = SECRET_BYTES_MAX - free.len();
        let text = buffer.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok());
        text.map(|text| Zeroizing::new(text.to_owned())).ok_or(ConfigProblem::Form)
    }
}

/// The wire form. [`IntegrationConfig`] itself is not [`Deserialize`] or [`Serialize`], so that nothing writes a token by accident.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    #[serde(default)]
    version: u32,
    organization_url: String,
    #[serde(deserialize_with = "token")]
    pat: PersonalAccessToken,
    #[serde(default, deserialize_with = "date")]
    pat_expires_on: Option<Date>,
    webhook_base_url: String,
    #[serde(deserialize_with = "projects")]
    projects: Vec<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    branch: Option<String>,
    #[serde(flatten)]
    other: BTreeMap<String, Value>,
}

struct ToStore<'a>(&'a IntegrationConfig);

impl Serialize for ToStore<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let IntegrationConfig {
            organization_url,
            pat,
            pat_expires_on,
            webhook_base_url,
            projects,
            repository,
            branch,
            other,
        } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &VERSION)?;
        map.serialize_entry("organizationUrl", organization_url)?;
        map.serialize_entry("pat", pat.expose())?;
        if let Some(date) = pat_expires_on {
            map.serialize_entry("patExpiresOn", &date.to_string())?;
        }
        map.serialize_entry("webhookBaseUrl", webhook_base_url)?;
        if projects.is_empty() {
            map.serialize_entry("projects", EVERY_PROJECT)?;
        } else {
            map.serialize_entry("projects", projects)?;
        }
        for (name, value) in [("repository", repository), ("branch", branch)] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        for (name, value) in &other.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Stands for a list of every project.
const EVERY_PROJECT: &str = "all";

/// The parser's own words are not repeated, for they may quote what it read.
fn problem(error: &serde_path_to_error::Error<serde_json::Error>) -> ConfigProblem {
    if !error.inner().is_data() {
        return ConfigProblem::Form;
    }
    let words = error.inner().to_string();
    let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    let path = error.path().to_string();
    match missing {
        Some((field, _)) => ConfigProblem::Missing(field.to_owned()),
        None if path == "." => ConfigProblem::Form,
        None => ConfigProblem::Field(path),
    }
}

fn token<'de, D: Deserializer<'de>>(from: D) -> Result<PersonalAccessToken, D::Error> {
    let text = Zeroizing::new(String::deserialize(from)?);
    PersonalAccessToken::parse(&text).map_err(D::Error::custom)
}

fn date<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    text.map(|text| text.parse()).transpose().map_err(|_| D::Error::custom("not a date"))
}

/// An empty list is refused: it would read as no project and mean every one.
fn projects<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Projects {
        Word(String),
        List(Vec<String>),
    }
    match Projects::deserialize(from)? {
        Projects::Word(word) if word == EVERY_PROJECT => Ok(Vec::new()),
        Projects::List(list) if !list.is_empty() => Ok(list),
        Projects::Word(_) | Projects::List(_) => Err(D::Error::custom("neither `all` nor a list")),
    }
}

#[cfg(test)]
mod tests;
