//! The token endpoint of Microsoft Entra, which gives out the access tokens for Azure DevOps.

mod answer;
mod form;

use std::time::Duration;

use bytes::Bytes;
use hookpost_core::entra::access_token::AccessToken;
use hookpost_core::entra::app::EntraApp;
use hookpost_core::entra::assertion::Assertion;
use hookpost_core::entra::port::{EntraError, TokenEndpoint};
use hookpost_core::invocation::InvocationDeadline;
use jiff::Timestamp;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use url::Url;

use crate::call_time::CallTime;
use crate::http;
use crate::loopback_url::LoopbackUrl;
use crate::mask::mask;
use crate::response::RestResponse;
use crate::tls::{self, CaBundle};

/// Longest time for a request and its answer, connecting included.
const EXCHANGE_MAX: Duration = Duration::from_secs(10);

/// Longest answer that is read, in bytes. One with an access token takes some 2,000.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// A client of the token endpoint. An assertion is sent to the host of the app's authority only. Each request has a
/// connection of its own: the next one follows in an hour.
#[derive(Clone, Debug)]
pub struct EntraClient {
    stand_in: Option<LoopbackUrl>,
    ca_bundle: CaBundle,
    call_time: CallTime,
    now: fn() -> Timestamp,
}

impl EntraClient {
    /// Creates a client whose requests end some seconds before `deadline`, by the clock `now`; it sends nothing. `stand_in`
    /// takes the place of Entra.
    pub fn new(stand_in: Option<LoopbackUrl>, deadline: InvocationDeadline, now: fn() -> Timestamp) -> Self {
        let call_time = CallTime::within(deadline, now);
        Self { stand_in, ca_bundle: CaBundle::default(), call_time, now }
    }

    /// Trusts these authorities as well as those of the system.
    #[must_use]
    pub fn trusting(self, ca_bundle: CaBundle) -> Self {
        Self { ca_bundle, ..self }
    }

    async fn exchange(
        &self,
        app: &EntraApp,
        assertion: &Assertion,
        timeout: Duration,
    ) -> Result<RestResponse, String> {
        let url = url(app)?;
        let (url, tls) = match &self.stand_in {
            Some(stand_in) => (stand_in.in_place_of(&url), tls::without_roots()?),
            None => (url, tls::with_system_roots(&self.ca_bundle)?),
        };
        let client = http::client(tls, url.scheme(), HeaderMap::new())?;
        let request = client
            .post(url)
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from_owner(form::encode(app, assertion)));
        let request = request.build().map_err(http::text_of)?;
        http::exchange(&client, request, timeout, ANSWER_BYTES_MAX).await
    }
}

/// The URL of the token endpoint of the app's tenant.
fn url(app: &EntraApp) -> Result<Url, String> {
    let url = format!("https://{}/{}/oauth2/v2.0/token", app.authority.host(), app.tenant_id);
    Url::parse(&url).map_err(|error| error.to_string())
}

impl TokenEndpoint for EntraClient {
    async fn access_token(&self, app: &EntraApp, assertion: &Assertion) -> Result<AccessToken, EntraError> {
        let timeout = self.call_time.of_exchange().map_err(|_| EntraError::OutOfTime)?;
        let begun = (self.now)();
        let response = self.exchange(app, assertion, timeout.min(EXCHANGE_MAX)).await.map_err(|detail| {
            EntraError::Unavailable { detail: mask(&detail, &[assertion.expose()]), retry_after: None }
        })?;
        answer::read(response, assertion, begun)
    }
}

#[cfg(test)]
mod tests {
    use hookpost_core::entra::app::{Authority, EntraId};

    use super::*;

    #[test]
    fn the_host_is_that_of_the_authority_by_https() {
        let tenant_id = EntraId::parse("72f988bf-86f1-41af-91ab-2d7cd011db47").expect("a GUID");
        for authority in Authority::ALL {
            let app = EntraApp { tenant_id: tenant_id.clone(), client_id: tenant_id.clone(), authority };
            let path = "72f988bf-86f1-41af-91ab-2d7cd011db47/oauth2/v2.0/token";
            let expected = format!("https://{}/{path}", authority.host());
            assert_eq!(url(&app).expect("a URL").as_str(), expected);
        }
    }
}
