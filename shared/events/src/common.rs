//! What every event's `data` has.

use serde::{Deserialize, Serialize};

/// Where an event comes from, the same for every type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Common {
    /// The integration the delivery came through.
    pub integration: String,
    /// The organization, or the collection of a server.
    pub organization: Organization,
    /// The project.
    pub project: Project,
    /// The repository; of a pull request, the target's.
    pub repository: Repository,
    /// Who did it. `null` when Azure DevOps does not say: it names nobody for an update or a preview merge.
    pub actor: Option<Actor>,
    /// How Azure DevOps names this delivery.
    #[serde(rename = "azureDevOps")]
    pub azure_devops: AzureDevOps,
}

/// An Azure DevOps organization, or a collection of Azure DevOps Server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Organization {
    /// Its name, such as `contoso`.
    pub name: Option<String>,
    /// Its URL, without a slash at the end, such as `https://dev.azure.com/contoso`.
    pub url: Option<String>,
}

/// A project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Project {
    /// Its GUID, lower case.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// A repository, with every URL a consumer may have to match.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    /// Its GUID, lower case. Survives renames: the best key.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Where a browser finds it; also the event's `source`.
    pub web_url: Option<String>,
    /// Where `git` finds it over HTTPS, without user info.
    pub https_url: Option<String>,
    /// Where `git` finds it over SSH.
    pub ssh_url: Option<String>,
    /// Where the REST API finds it.
    pub api_url: Option<String>,
    /// Other forms in which the same repository is written: with user info, on the older host, over older SSH.
    #[serde(default)]
    pub alternate_urls: Vec<String>,
    /// The default branch as a full ref; `null` for pull requests, whose deliveries don't say.
    pub default_branch: Option<String>,
}

/// A repository named in passing: the source of a pull request from a fork.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RepositoryReference {
    /// Its GUID, lower case.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Where a browser finds it.
    pub web_url: Option<String>,
    /// The project it is in.
    pub project: Project,
}

/// A person, a group or a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// Usually a GUID; opaque.
    pub id: Option<String>,
    /// The name shown.
    pub display_name: Option<String>,
    /// An e-mail address, `DOMAIN\user`, `Build\{guid}` and more; opaque.
    pub unique_name: Option<String>,
}

/// How Azure DevOps names a delivery: for looking it up in a subscription's history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AzureDevOps {
    /// The event type as sent, such as `git.push`.
    pub event_type: Option<String>,
    /// The event.
    pub event_id: Option<String>,
    /// The subscription it matched.
    pub subscription_id: Option<String>,
    /// The subscription's own count of its deliveries.
    pub notification_id: Option<u64>,
    /// The version of the body that was read.
    pub resource_version: Option<String>,
    /// The delivery, as Microsoft's support finds it.
    pub activity_id: Option<String>,
    /// `true` when Azure DevOps never told of it, as while a subscription is on probation, and it was made afterwards
    /// from its lists of pushes and pull requests. Absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<bool>,
}
