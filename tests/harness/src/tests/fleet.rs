use std::path::Path;
use std::sync::Arc;

use crate::api_gateway::ApiRequest;
use crate::fleet::Fleet;

/// Of functions that take everything.
fn fleet(limit: usize, environment: &[(&'static str, &str)]) -> Fleet {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/fake_receiver.py");
    let environment = environment.iter().map(|&(name, value)| (name, value.to_owned())).collect();
    Fleet::of_binary(path, environment, limit)
}

fn request() -> ApiRequest {
    ApiRequest::new("POST", "lakeside", "code-pushed")
}

#[tokio::test]
async fn an_idle_instance_is_used_again() {
    let fleet = fleet(2, &[]);
    for _ in 0..3 {
        assert_eq!(fleet.http(&request()).await.unwrap().status, 202);
    }
    assert_eq!(fleet.starts().len(), 1);
    let exits = fleet.close().await;
    assert_eq!(exits.len(), 1);
    assert_eq!(exits[0].lines, ["answered"; 3]);
}

#[tokio::test]
async fn requests_above_the_concurrency_limit_are_throttled() {
    let fleet = Arc::new(fleet(2, &[]));
    let requests = [request(), request(), request()];
    let [first, second, third] = requests.each_ref().map(|request| fleet.http(request));
    let answers = tokio::join!(first, second, third);
    assert_eq!((answers.0.unwrap().status, answers.1.unwrap().status), (202, 202));
    assert!(answers.2.is_none());
    assert_eq!((fleet.starts().len(), fleet.failed()), (2, 0));
}

#[tokio::test]
async fn an_instance_that_fails_is_replaced() {
    let fleet = fleet(1, &[("FAIL", "1")]);
    for failed in 1..3 {
        assert!(fleet.http(&request()).await.is_none());
        assert_eq!(fleet.failed(), failed);
    }
    assert!(fleet.close().await.is_empty());
}
