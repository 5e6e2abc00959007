//! Opening organizations.

use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::OrganizationConnector;
use hookpost_core::azure_devops::token::PersonalAccessToken;

use crate::{LocalUrl, Patience, RestClient};

/// Opens organizations over the REST API.
#[derive(Clone, Debug)]
pub struct RestConnector {
    local: Option<LocalUrl>,
    patience: Patience,
}

impl RestConnector {
    /// With `local`, organizations of Azure DevOps Services are looked for there instead.
    pub fn new(local: Option<LocalUrl>, patience: Patience) -> Self {
        Self { local, patience }
    }
}

impl OrganizationConnector for RestConnector {
    type Organization = RestClient;

    fn open(&self, at: &OrganizationUrl, token: &PersonalAccessToken) -> Result<RestClient, String> {
        RestClient::new(at, token, self.local.as_ref(), self.patience).map_err(|error| error.to_string())
    }
}
