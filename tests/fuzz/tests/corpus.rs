//! Replays the corpus through the fuzz targets.

use std::collections::VecDeque;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hookpost_azure_devops::WaitLimits;
use hookpost_fuzz::azure_devops_responses::{CannedResponse, client, run};
use hookpost_fuzz::{delivery, normalizer, setup_request, stored};
use hookpost_stand_in::server::{HttpResponse, Server};
use hyper::header::{HeaderName, HeaderValue};

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    let files = fs::read_dir(folder).expect("a folder of the corpus");
    let inputs: Vec<_> =
        files.map(|file| fs::read(file.expect("a file").path()).expect("an input")).collect();
    assert!(inputs.len() >= 20, "only {} inputs of {target}", inputs.len());
    inputs
}

fn replay(name: &str, target: impl Fn(&[u8])) {
    for input in corpus(name) {
        target(&input);
    }
}

#[test]
fn deliveries_of_the_corpus_keep_every_property() {
    replay("delivery", delivery);
}

#[test]
fn changed_notifications_of_the_corpus_keep_every_property() {
    replay("normalizer", normalizer);
}

#[test]
fn setup_requests_of_the_corpus_show_no_token() {
    replay("setup_request", setup_request::run);
}

#[test]
fn stored_values_of_the_corpus_are_read_as_written() {
    replay("stored", stored::run);
}

/// The responses come over HTTP here, where libFuzzer puts them behind the client's transport.
#[tokio::test]
async fn azure_devops_responses_of_the_corpus_show_no_secret() {
    let responses = Arc::<Mutex<VecDeque<CannedResponse>>>::default();
    let queue = Arc::clone(&responses);
    let server = Server::start(move |_| {
        let next = queue.lock().expect("not poisoned").pop_front();
        async move { next.and_then(answer) }
    })
    .await;
    let timeouts = WaitLimits {
        rate_limit: Duration::ZERO,
        test: Duration::from_millis(3),
        poll: Duration::from_millis(1),
    };
    let address = format!("http://{}", server.address());
    for input in corpus("azure_devops_responses") {
        // A client that is told to wait makes no further call, so each input has a client of its own.
        let client = client(&address, timeouts);
        run(&client, &input, |next| *responses.lock().expect("not poisoned") = next.into()).await;
    }
}

/// A response that HTTP can carry. Invalid headers are left out; without a response, the connection is closed.
fn answer(canned: CannedResponse) -> Option<HttpResponse> {
    let mut answer = HttpResponse::new(canned.body.into());
    *answer.status_mut() = canned.status.try_into().ok()?;
    for (name, value) in &canned.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
            answer.headers_mut().append(name, value);
        }
    }
    Some(answer)
}
