//! The client against a server in this process that answers as scripted and remembers what it was asked.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

mod access;
mod bodies;
mod deliveries;
mod failures;
mod listings;
mod pace;
mod secrecy;
mod server;

use hookpost_azure_devops::{LocalUrl, Patience, RestClient};
use hookpost_core::azure_devops::organization_url::{OrganizationUrl, Servers};
use hookpost_core::azure_devops::token::PersonalAccessToken;
use server::Server;
use std::time::Duration;

const TOKEN: &str = "token-that-nobody-may-see";
const PASSWORD: &str = "password-that-nobody-may-see";

/// A client of the organization `contoso` on `server`.
fn client(server: &Server) -> RestClient {
    client_at(&server.url())
}

fn client_at(url: &str) -> RestClient {
    client_with(url, PATIENCE)
}

/// Looks again at once, which keeps the tests quick.
const PATIENCE: Patience = Patience {
    rate_limit: Duration::from_secs(5),
    test: Duration::from_secs(10),
    poll: Duration::from_millis(1),
};

fn client_with(url: &str, patience: Patience) -> RestClient {
    let organization = OrganizationUrl::parse("https://dev.azure.com/contoso", Servers::Refused);
    let token = PersonalAccessToken::parse(TOKEN).expect("a token");
    let local = LocalUrl::parse(url).expect("local");
    RestClient::new(&organization.expect("a URL"), &token, Some(&local), patience).expect("a client")
}
