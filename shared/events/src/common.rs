//! The fields that the `data` of every event has.

use serde::{Deserialize, Serialize};

/// The origin of an event: integration, repository, actor and delivery. Every event type has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Common {
    /// The integration that received the delivery.
    pub integration: String,
    /// The organization, or the collection of Azure DevOps Server.
    pub organization: Organization,
    /// The project.
    pub project: Project,
    /// The repository. For a pull request, it is the target repository.
    pub repository: Repository,
    /// Who caused the event; `null` when Azure DevOps does not say, as for updates and preview merges.
    pub actor: Option<Actor>,
    /// What Azure DevOps says about the event to people, such as `Ada Lind pushed updates to main`. Often the only place that
    /// names who acted. Plain text, else Markdown; `null` when the subscription sends no messages.
    pub message: Option<String>,
    /// `false` when the message was cut to fit the message size; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_complete: Option<bool>,
    /// The same with details, such as commits, over several lines. Plain text, else Markdown; `null` when the subscription
    /// sends no detailed messages.
    pub detailed_message: Option<String>,
    /// `false` when the detailed message was cut to fit the message size; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detailed_message_complete: Option<bool>,
    /// The identifiers that Azure DevOps gives the delivery.
    #[serde(rename = "azureDevOps")]
    pub azure_devops: AzureDevOps,
}

/// An Azure DevOps organization, or a collection of Azure DevOps Server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// The GUID of the collection, lower case. Renaming the organization does not change it.
    pub id: Option<String>,
    /// The name, such as `contoso`: of an organization in lower case, of a collection as it was sent.
    pub name: Option<String>,
    /// The name as it was sent, such as `Contoso`.
    pub display_name: Option<String>,
    /// The canonical URL, without a slash at the end, such as `https://dev.azure.com/contoso`.
    pub url: Option<String>,
}

/// A project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Project {
    /// The GUID, lower case.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
}

/// A repository, with every form of its URL. `webUrl`, `httpsUrl`, `sshUrl` and `apiUrl` have one form for one repository,
/// but for the `sshUrl` of a server, which is as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    /// The GUID, lower case. Renaming the repository does not change it, which makes it the best key.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The URL for a browser, which is also the `source` of the event.
    pub web_url: Option<String>,
    /// The clone URL for HTTPS, without user info.
    pub https_url: Option<String>,
    /// The clone URL for SSH.
    pub ssh_url: Option<String>,
    /// The URL in the REST API.
    pub api_url: Option<String>,
    /// Other URLs of the same repository: with user info, with the older host, and in every form for SSH, then the URLs of
    /// the delivery as they were sent, as far as they are not among these.
    #[serde(default)]
    pub alternate_urls: Vec<String>,
    /// The default branch as a full ref; `null` for pull requests, whose deliveries do not have it.
    pub default_branch: Option<String>,
}

/// The fork that a pull request comes from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RepositoryReference {
    /// The GUID, lower case.
    pub id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// The URL for a browser.
    pub web_url: Option<String>,
    /// The project of the repository.
    pub project: Project,
}

/// A person, a group or a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// The id, usually a GUID. It is opaque.
    pub id: Option<String>,
    /// The display name.
    pub display_name: Option<String>,
    /// An e-mail address, `DOMAIN\user`, `Build\{guid}` or another form. It is opaque.
    pub unique_name: Option<String>,
}

/// The identifiers that Azure DevOps gives a delivery, for finding it in the history of a subscription.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AzureDevOps {
    /// The event type in Azure DevOps, such as `git.push`.
    pub event_type: Option<String>,
    /// The id of the event in Azure DevOps.
    pub event_id: Option<String>,
    /// The subscription.
    pub subscription_id: Option<String>,
    /// The number of the notification within its subscription.
    pub notification_id: Option<u64>,
    /// The resource version of the delivery.
    pub resource_version: Option<String>,
    /// The activity id, by which Microsoft's support finds the delivery.
    pub activity_id: Option<String>,
    /// `true` when Azure DevOps did not deliver the event, for example while a subscription was on probation, and Hookpost
    /// reconstructed it from the lists of pushes and pull requests. Absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconstructed: Option<bool>,
}
