use std::path::Path;
use std::sync::Arc;

use crate::api_gateway::ApiRequest;
use crate::fleet::{Fleet, Unserved};

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
async fn instances_are_started_up_to_the_limit_and_what_is_over_it_is_turned_away() {
    let fleet = Arc::new(fleet(2, &[]));
    let requests = [request(), request(), request()];
    let [one, two, three] = requests.each_ref().map(|request| fleet.http(request));
    let answers = tokio::join!(one, two, three);
    assert_eq!((answers.0.unwrap().status, answers.1.unwrap().status), (202, 202));
    assert!(matches!(answers.2.unwrap_err(), Unserved::Throttled));
    assert_eq!((fleet.starts().len(), fleet.failed()), (2, 0));
}

#[tokio::test]
async fn an_instance_that_fails_is_replaced() {
    let fleet = fleet(1, &[("FAIL", "1")]);
    for failed in 1..3 {
        assert!(matches!(fleet.http(&request()).await.unwrap_err(), Unserved::Failed(_)));
        assert_eq!(fleet.failed(), failed);
    }
    assert!(fleet.close().await.is_empty());
}
