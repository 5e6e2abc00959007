//! Tests the client with an HTTP server in this process, which gives scripted responses and records requests.
#![expect(clippy::expect_used, reason = "a failing helper fails its test")]

mod access;
mod authorities;
mod delivery_log;
mod entra;
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
use hookpost_core::azure_devops::credential::AccessCredential;
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::token::PersonalAccessToken;
use hookpost_core::entra::access_token::AccessToken;
use jiff::Timestamp;
use server::Server;
use zeroize::Zeroizing;

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
    client_of(&personal_access_token(), url, wait_limits)
}

fn client_of(credential: &AccessCredential, url: &str, wait_limits: WaitLimits) -> RestClient {
    let organization = OrganizationUrl::parse("https://dev.azure.com/contoso", Servers::Refused);
    let stand_in = LoopbackUrl::parse(url).expect("a loopback URL");
    RestClient::new(&organization.expect("a URL"), credential, Some(&stand_in), wait_limits)
        .expect("a client")
}

fn personal_access_token() -> AccessCredential {
    AccessCredential::Basic(PersonalAccessToken::parse(TOKEN).expect("a token"))
}

/// A client whose credential is an access token of Entra with the same text.
fn client_of_app(server: &Server) -> RestClient {
    let token = AccessToken::new(Zeroizing::new(TOKEN.to_owned()), Timestamp::UNIX_EPOCH);
    client_of(&AccessCredential::Bearer(token), &server.url(), WAIT_LIMITS)
}
