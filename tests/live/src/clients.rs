//! The clients of one person or app: that of the product, and the raw one.

use hookpost_azure_devops::{LoopbackUrl, RestClient, WaitLimits};
use hookpost_core::azure_devops::credential::AccessCredential;
use tokio::sync::watch;
use url::Url;

use crate::raw_client::RawClient;
use crate::settings::Settings;
use crate::unsettled::Unsettled;

/// The clients that use one token.
#[derive(Debug)]
pub(crate) struct Clients {
    /// That of the product.
    pub(crate) product: RestClient,
    pub(crate) raw: RawClient,
    pub(crate) is_app: bool,
}

impl Clients {
    pub(crate) fn new(
        settings: &Settings,
        token: &AccessCredential,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Self, Unsettled> {
        let organization = &settings.organization;
        let stand_in = settings.stand_in.as_deref().map(LoopbackUrl::parse).transpose();
        let stand_in =
            stand_in.map_err(|error| Unsettled::Call(format!("the URL of the stand-in {error}")))?;
        let product = RestClient::new(organization, token, stand_in.as_ref(), WaitLimits::default());
        let product = product.map_err(Unsettled::of("open the organization"))?;
        let raw = RawClient::new(base(settings), token, stopped.clone())?;
        Ok(Self { product, raw, is_app: is_app(token) })
    }
}

/// Whether the token is one of Entra, which only apps have here.
pub(crate) fn is_app(token: &AccessCredential) -> bool {
    matches!(token, AccessCredential::Bearer(_))
}

/// The URL before `_apis`. A stand-in was checked to be on this machine by then.
pub(crate) fn base(settings: &Settings) -> Url {
    let own = settings.organization.as_url();
    let stand_in = settings.stand_in.as_deref().and_then(|text| Url::parse(text).ok());
    stand_in.map_or_else(
        || own.clone(),
        |mut url| {
            let path = format!("{}{}", url.path().trim_end_matches('/'), own.path());
            url.set_path(&path);
            url
        },
    )
}
