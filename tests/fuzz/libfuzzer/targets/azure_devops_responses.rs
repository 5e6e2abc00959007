//! Responses of Azure DevOps to every call of the client, without a network.
#![no_main]

use std::time::Duration;

use hookpost_azure_devops::fuzzing::{self, respond_with};
use hookpost_azure_devops::{RestClient, WaitLimits};
use hookpost_fuzz::azure_devops_responses::{CannedResponse, client, run};
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static FIXTURE: (Runtime, RestClient) = fixture();
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| FIXTURE.with(|(runtime, client)| runtime.block_on(run(
    client,
    data,
    |responses| respond_with(responses.into_iter().map(canned).collect())
))));

fn fixture() -> (Runtime, RestClient) {
    // A paused clock jumps over each wait.
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let timeouts =
        WaitLimits { rate_limit: Duration::MAX, test: Duration::from_secs(3), poll: Duration::from_secs(1) };
    (runtime, client("http://127.0.0.1:1", timeouts))
}

fn canned(response: CannedResponse) -> fuzzing::CannedResponse {
    fuzzing::CannedResponse { status: response.status, headers: response.headers, body: response.body }
}
