//! Opens organizations with the REST client.

use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::organization_url::OrganizationUrl;
use hookpost_core::azure_devops::port::OrganizationConnector;
use hookpost_core::invocation::InvocationDeadline;
use jiff::Timestamp;

use crate::call_time::CallTime;
use crate::client::RestClient;
use crate::loopback_url::LoopbackUrl;
use crate::tls::CaBundle;
use crate::wait_limits::WaitLimits;

/// Opens organizations with a [`RestClient`].
#[derive(Clone, Debug)]
pub struct RestConnector {
    stand_in: Option<LoopbackUrl>,
    wait_limits: WaitLimits,
    call_time: CallTime,
    ca_bundle: CaBundle,
}

impl RestConnector {
    /// Creates a connector. `stand_in` takes the place of Azure DevOps.
    pub fn new(stand_in: Option<LoopbackUrl>, wait_limits: WaitLimits) -> Self {
        Self { stand_in, wait_limits, call_time: CallTime::default(), ca_bundle: CaBundle::default() }
    }

    /// Trusts these authorities as well as those of the system.
    #[must_use]
    pub fn trusting(self, ca_bundle: CaBundle) -> Self {
        Self { ca_bundle, ..self }
    }

    /// Makes every call of the clients end some seconds before `deadline`, by the clock `now`.
    #[must_use]
    pub fn within(self, deadline: InvocationDeadline, now: fn() -> Timestamp) -> Self {
        Self { call_time: CallTime::within(deadline, now), ..self }
    }
}

impl OrganizationConnector for RestConnector {
    type Organization = RestClient;

    fn open(&self, at: &OrganizationUrl, credential: &AccessCredential) -> Result<RestClient, String> {
        RestClient::trusting(&self.ca_bundle, at, credential, self.stand_in.as_ref(), self.wait_limits)
            .map(|client| client.with_call_time(self.call_time.clone()))
            .map_err(|error| error.to_string())
    }
}
