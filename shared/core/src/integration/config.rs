//! The configuration of an integration, stored as JSON in a secret.

mod credential;
pub mod lock;
pub mod stored;

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::azure_devops::credential::Credential;
use crate::azure_devops::token::PersonalAccessToken;
use crate::integration::config::credential::StoredCredential;
use crate::integration::config::lock::Lock;
use crate::integration::owner::Owner;
use crate::integration::selection::{ALL_PROJECTS, Choice, Selection, short_branch};
use crate::secrets::version::SECRET_BYTES_MAX;

/// The version of the JSON format. Hookpost neither reads nor overwrites a newer version.
const FORMAT_VERSION: u32 = 1;

/// The configuration of an integration: everything that `setup` stores, except the webhook password.
#[derive(Clone, Debug)]
pub struct IntegrationConfig {
    /// The organization. `setup` stores the canonical form; operators may write other forms by hand.
    pub organization_url: String,
    /// The credential for the REST API.
    pub credential: Credential,
    /// The part of webhook URLs before `/{integration}`, without a slash at the end.
    pub webhook_base_url: String,
    /// The GUID of the organization, which survives a rename; `None` when an older version stored the configuration.
    pub organization_id: Option<String>,
    /// What the integration subscribes to.
    pub selection: Selection,
    /// Whether a run that renews the subscriptions of other creators was cut off.
    pub is_renewing: bool,
    /// Who declares the integration as code; `None` for one that an operator connected.
    pub owner: Option<Owner>,
    /// Fields that a newer version of Hookpost has added, which are stored again unchanged.
    pub other: OtherFields,
}

/// Fields that this version of Hookpost does not know.
#[derive(Clone, Default)]
pub struct OtherFields(BTreeMap<String, Value>);

/// Shows the names only, since the values may be secret.
impl fmt::Debug for OtherFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// Why a secret holds no valid configuration, as text that follows the name of the secret. It names the field, but does
/// not show its value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// The value is not a JSON object.
    #[error("does not hold a JSON object; run `connect` again to overwrite it")]
    Form,
    /// A required field is missing.
    #[error("has no field `{0}`; run `connect` again to overwrite it")]
    Missing(String),
    /// A field has an invalid value.
    #[error("has a field `{0}` of a wrong form; run `connect` again to overwrite it")]
    Field(String),
    /// A newer version of Hookpost wrote the configuration.
    #[error("was written by a newer version of Hookpost; update this stack")]
    Newer,
    /// The configuration exceeds [`SECRET_BYTES_MAX`].
    #[error(
        "would exceed the {SECRET_BYTES_MAX} bytes that a secret can hold; \
         name fewer projects, or connect the whole organization"
    )]
    TooLong,
}

impl IntegrationConfig {
    /// Parses JSON that [`to_json`](Self::to_json) or an operator wrote. Keeps unknown fields.
    ///
    /// # Errors
    ///
    /// A [`ConfigProblem`], which names the field.
    pub fn from_json(text: &str) -> Result<Self, ConfigProblem> {
        StoredFields::from_json(text)?.try_into()
    }

    /// The JSON to store. Equal configurations give equal text. Leaves the names of projects out when only their ids
    /// fit.
    ///
    /// # Errors
    ///
    /// [`ConfigProblem::TooLong`].
    pub fn to_json(&self) -> Result<Zeroizing<String>, ConfigProblem> {
        ConfigToStore { config: self, names: names(&self.selection), lock: None, unlinking: false }
            .into_json()
    }
}

impl TryFrom<StoredFields> for IntegrationConfig {
    type Error = ConfigProblem;

    fn try_from(mut stored: StoredFields) -> Result<Self, ConfigProblem> {
        Ok(Self {
            credential: stored.credential()?,
            organization_url: stored.organization_url,
            webhook_base_url: stored.webhook_base_url,
            organization_id: stored.organization_id,
            selection: Selection {
                projects: choices(stored.projects, &stored.names),
                repository: choices(stored.repository, &stored.names).pop(),
                branch: stored.branch.map(|branch| short_branch(&branch).to_owned()),
                unfiltered: stored.unfiltered,
            },
            is_renewing: stored.renewing,
            owner: stored.owner,
            other: OtherFields(stored.other),
        })
    }
}

impl ConfigToStore<'_> {
    fn into_json(self) -> Result<Zeroizing<String>, ConfigProblem> {
        json(&self).or_else(|_| json(&Self { names: BTreeMap::new(), ..self }))
    }
}

fn json(value: &impl Serialize) -> Result<Zeroizing<String>, ConfigProblem> {
    // The buffer never grows, since growing could leave a copy of the token behind in freed memory.
    let mut buffer = Zeroizing::new(vec![0_u8; SECRET_BYTES_MAX]);
    let mut remaining = buffer.as_mut_slice();
    serde_json::to_writer(&mut remaining, value).map_err(|_| ConfigProblem::TooLong)?;
    let length = SECRET_BYTES_MAX - remaining.len();
    let text = buffer.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok());
    text.map(|text| Zeroizing::new(text.to_owned())).ok_or(ConfigProblem::Form)
}

/// The stored form. [`IntegrationConfig`] itself implements neither [`Deserialize`] nor [`Serialize`], so that no code
/// serializes a token by accident.
///
/// Version 1 at first had names or ids in `projects` and `repository`, and neither `names`, `organizationId` nor
/// `unfiltered`. Both forms are read here, and an older version reads the new form, since it compares ids, too. An older
/// version does not use an integration with `credential`: it misses `pat`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoredFields {
    #[serde(default)]
    version: u32,
    organization_url: String,
    #[serde(default, deserialize_with = "deserialize_token")]
    pat: Option<PersonalAccessToken>,
    #[serde(default, deserialize_with = "deserialize_date")]
    pat_expires_on: Option<Date>,
    /// In place of `pat`.
    #[serde(default)]
    credential: Option<StoredCredential>,
    webhook_base_url: String,
    #[serde(deserialize_with = "deserialize_projects")]
    projects: Vec<String>,
    #[serde(default)]
    repository: Option<String>,
    #[serde(default)]
    branch: Option<String>,
    #[serde(default)]
    unfiltered: bool,
    /// Names by the ids in `projects` and `repository`.
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default)]
    organization_id: Option<String>,
    #[serde(default)]
    renewing: bool,
    #[serde(default)]
    owner: Option<Owner>,
    #[serde(default)]
    lock: Option<Lock>,
    #[serde(default)]
    unlinking: bool,
    #[serde(flatten)]
    other: BTreeMap<String, Value>,
}

impl StoredFields {
    fn from_json(text: &str) -> Result<Self, ConfigProblem> {
        let mut json = serde_json::Deserializer::from_str(text);
        let stored: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| problem(&error))?;
        json.end().map_err(|_| ConfigProblem::Form)?;
        if stored.version > FORMAT_VERSION { Err(ConfigProblem::Newer) } else { Ok(stored) }
    }

    fn credential(&mut self) -> Result<Credential, ConfigProblem> {
        match (self.pat.take(), self.credential.take()) {
            (Some(token), None) => Ok(Credential::Pat { token, expires_on: self.pat_expires_on }),
            (None, Some(credential)) => Ok(credential.into()),
            (None, None) => Err(ConfigProblem::Missing("pat".to_owned())),
            // Only an operator can have written both.
            (Some(_), Some(_)) => Err(ConfigProblem::Field("credential".to_owned())),
        }
    }
}

struct ConfigToStore<'a> {
    config: &'a IntegrationConfig,
    names: BTreeMap<&'a str, &'a str>,
    lock: Option<&'a Lock>,
    unlinking: bool,
}

impl Serialize for ConfigToStore<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let IntegrationConfig {
            organization_url,
            credential,
            webhook_base_url,
            organization_id,
            selection: Selection { projects, repository, branch, unfiltered },
            is_renewing,
            owner,
            other,
        } = self.config;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("version", &FORMAT_VERSION)?;
        map.serialize_entry("organizationUrl", organization_url)?;
        match credential {
            Credential::Pat { token, expires_on } => {
                map.serialize_entry("pat", token.expose())?;
                if let Some(date) = expires_on {
                    map.serialize_entry("patExpiresOn", &date.to_string())?;
                }
            }
            Credential::Entra { app, subjects } => {
                map.serialize_entry("credential", &StoredCredential::of(app, subjects))?;
            }
        }
        map.serialize_entry("webhookBaseUrl", webhook_base_url)?;
        if projects.is_empty() {
            map.serialize_entry("projects", ALL_PROJECTS)?;
        } else {
            let projects: Vec<&str> = projects.iter().map(Choice::id_or_name).collect();
            map.serialize_entry("projects", &projects)?;
        }
        let repository = repository.as_ref().map(Choice::id_or_name);
        for (name, value) in [
            ("repository", repository),
            ("branch", branch.as_deref()),
            ("organizationId", organization_id.as_deref()),
            ("owner", owner.as_ref().map(Owner::as_str)),
        ] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        for (name, flag) in [("unfiltered", *unfiltered), ("renewing", *is_renewing)] {
            if flag {
                map.serialize_entry(name, &true)?;
            }
        }
        if !self.names.is_empty() {
            map.serialize_entry("names", &self.names)?;
        }
        if let Some(lock) = self.lock {
            map.serialize_entry("lock", lock)?;
        }
        if self.unlinking {
            map.serialize_entry("unlinking", &true)?;
        }
        for (name, value) in &other.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The choices of a stored list. Texts that `names` explains are ids, whatever their form.
fn choices(stored: impl IntoIterator<Item = String>, names: &BTreeMap<String, String>) -> Vec<Choice> {
    let choice = |text: String| {
        names.get(&text).map_or_else(|| Choice::parse(&text), |name| Choice::known(&text, name))
    };
    stored.into_iter().map(choice).collect()
}

/// The names of the choices by their ids.
fn names(selection: &Selection) -> BTreeMap<&str, &str> {
    let choices = selection.projects.iter().chain(&selection.repository);
    let names = choices.filter_map(|choice| Some((choice.id.as_deref()?, choice.name.as_str())));
    names.filter(|(id, name)| id != name).collect()
}

/// The problem behind a parser error. Leaves out the text of the parser, which may quote a token.
fn problem(error: &serde_path_to_error::Error<serde_json::Error>) -> ConfigProblem {
    if !error.inner().is_data() {
        return ConfigProblem::Form;
    }
    let text = error.inner().to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    let path = error.path().to_string();
    match missing {
        Some((field, _)) => ConfigProblem::Missing(field.to_owned()),
        None if path == "." => ConfigProblem::Form,
        // Further keys of the path may be values that were put in the wrong place.
        None => ConfigProblem::Field(path.split(['.', '[']).next().unwrap_or_default().to_owned()),
    }
}

fn deserialize_token<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<PersonalAccessToken>, D::Error> {
    let text = Zeroizing::new(String::deserialize(deserializer)?);
    PersonalAccessToken::parse(&text).map(Some).map_err(D::Error::custom)
}

fn deserialize_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| text.parse()).transpose().map_err(|_| D::Error::custom("not a date"))
}

/// Rejects an empty list, which looks like no project but would select every project.
fn deserialize_projects<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum AllOrList {
        Word(String),
        List(Vec<String>),
    }
    match AllOrList::deserialize(deserializer)? {
        AllOrList::Word(word) if word == ALL_PROJECTS => Ok(Vec::new()),
        AllOrList::List(list) if !list.is_empty() => Ok(list),
        AllOrList::Word(_) | AllOrList::List(_) => Err(D::Error::custom("neither `all` nor a list")),
    }
}

#[cfg(test)]
mod tests;
