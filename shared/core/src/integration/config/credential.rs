//! The stored form of a credential that is no token.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::azure_devops::credential::Credential;
use crate::entra::app::{Authority, EntraApp, EntraId};

/// Tagged, so that an older version reads no newer kind as one that it knows.
#[derive(Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum StoredCredential {
    Entra(StoredApp),
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredApp {
    #[serde(deserialize_with = "deserialize_id", serialize_with = "serialize_text")]
    tenant_id: EntraId,
    #[serde(deserialize_with = "deserialize_id", serialize_with = "serialize_text")]
    client_id: EntraId,
    #[serde(default, deserialize_with = "deserialize_host", serialize_with = "serialize_host")]
    #[serde(skip_serializing_if = "is_public")]
    authority_host: Authority,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    subjects: Vec<String>,
}

impl StoredCredential {
    pub(super) fn of(app: &EntraApp, subjects: &[String]) -> Self {
        let EntraApp { tenant_id, client_id, authority } = app.clone();
        Self::Entra(StoredApp {
            tenant_id,
            client_id,
            authority_host: authority,
            subjects: subjects.to_vec(),
        })
    }
}

impl From<StoredCredential> for Credential {
    fn from(stored: StoredCredential) -> Self {
        let StoredCredential::Entra(StoredApp { tenant_id, client_id, authority_host, subjects }) = stored;
        Self::Entra { app: EntraApp { tenant_id, client_id, authority: authority_host }, subjects }
    }
}

fn deserialize_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<EntraId, D::Error> {
    EntraId::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

fn deserialize_host<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Authority, D::Error> {
    Authority::of_host(&String::deserialize(deserializer)?).ok_or_else(|| de::Error::custom("no such host"))
}

fn serialize_text<S: serde::Serializer>(id: &EntraId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_str())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn serialize_host<S: serde::Serializer>(authority: &Authority, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(authority.host())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
fn is_public(authority: &Authority) -> bool {
    *authority == Authority::Public
}
