//! Opening organizations.

use hookpost_core::setup::Directory;
use hookpost_core::setup::azure_devops::{OrganizationUrl, PersonalAccessToken};

use crate::{LocalUrl, Patience, RestClient};

/// Opens organizations over the REST API.
#[derive(Clone, Debug)]
pub struct RestDirectory {
    local: Option<LocalUrl>,
    patience: Patience,
}

impl RestDirectory {
    /// With `local`, organizations of Azure DevOps Services are looked for there instead.
    pub fn new(local: Option<LocalUrl>, patience: Patience) -> Self {
        Self { local, patience }
    }
}

impl Directory for RestDirectory {
    type Organization = RestClient;

    fn open(&self, at: &OrganizationUrl, token: &PersonalAccessToken) -> Result<RestClient, String> {
        RestClient::new(at, token, self.local.as_ref(), self.patience).map_err(|error| error.to_string())
    }
}
