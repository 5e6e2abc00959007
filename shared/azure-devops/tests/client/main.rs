//! Tests the client with an HTTP server in this process, which gives scripted responses and records requests.
#![expect(clippy::expect_used, reason = "a failing helper fails its test")]

mod access;
mod authorities;
mod delivery_log;
mod failures;
mod git_lists;
mod listings;
mod open_outcomes;
mod rate_limit;
mod secrecy;
mod server;
mod subscriptions;
mod test_deliveries;
mod threads;
mod time_limits;

use std::time::Duration;

use hookpost_azure_devops::{LoopbackUrl, RestClient, WaitLimits};
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::token::PersonalAccessToken;
use server::Server;

const TOKEN: &str = "token-that-nobody-may-see";
const PASSWORD: &str = "password-that-nobody-may-see";

/// A client of the organization `contoso` on `server`.
fn client(server: &Server) -> RestClient {
    client_at(&server.url())
}

fn client_at(url: &str) -> RestClient {
    client_with(url, WAIT_LIMITS)
}

/// Polls without waiting, to keep the tests fast.
const WAIT_LIMITS: WaitLimits = WaitLimits {
    rate_limit: Duration::from_secs(5),
    test: Duration::from_secs(10),
    poll: Duration::from_millis(1),
};

fn client_with(url: &str, wait_limits: WaitLimits) -> RestClient {
    let organization = OrganizationUrl::parse("https://dev.azure.com/contoso", Servers::Refused);
    let token = PersonalAccessToken::parse(TOKEN).expect("a token");
    let stand_in = LoopbackUrl::parse(url).expect("a loopback URL");
    RestClient::new(&organization.expect("a URL"), &token, Some(&stand_in), wait_limits).expect("a client")
}
