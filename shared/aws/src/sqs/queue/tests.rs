use serde_json::Value;
use tokio::time::Instant;

use super::*;
use crate::fake_connector::{DEADLINE, FakeConnector, Reply, message};

const URL: &str = "https://sqs.eu-west-1.amazonaws.com/1/q.fifo";

const TRACE: &str = "Root=1-6741f0aa-2f1d0c7b9e8a4d5c6b7a8f90;Parent=53995c3f42cd8ad8;Sampled=1";

const ACCEPTED: &str = r#"{"Successful":[{"Id":"0","MessageId":"m0","MD5OfMessageBody":"x"}]}"#;

/// The results of sending these messages, and the bodies of the requests.
async fn send(replies: &[Reply], bodies: &[&str]) -> (Vec<SendResult>, Vec<Value>) {
    let connector = FakeConnector::new(replies);
    let messages = bodies.iter().map(|body| message(body)).collect();
    let results = connector.aws().queue(URL).send(messages).await;
    (results, connector.bodies())
}

fn sent(id: &str) -> Sent {
    Sent { message_id: id.to_owned() }
}

#[tokio::test(start_paused = true)]
async fn entries_get_their_own_results_and_failed_ones_are_sent_again() {
    let first = r#"{"Successful":[{"Id":"2","MessageId":"m2","MD5OfMessageBody":"x"}],"Failed":[
        {"Id":"0","Code":"InvalidMessageContents","SenderFault":true},
        {"Id":"3","Code":"InternalError","SenderFault":false},
        {"Id":"9","Code":"InternalError","SenderFault":false},
        {"Id":"nonsense","Code":"InternalError","SenderFault":false}]}"#;
    let second = r#"{"Successful":[{"Id":"3","MessageId":"m3","MD5OfMessageBody":"x"}]}"#;
    let replies = [Reply::Answer(200, first), Reply::Answer(200, second), Reply::Answer(200, "{}")];
    let (results, requests) = send(&replies, &["a", "b", "c", "d"]).await;
    let refused = Err(SendFailure::Refused("InvalidMessageContents".to_owned()));
    let unmentioned = "the response of SQS has no result for the message".to_owned();
    assert_eq!(
        results,
        [refused, Err(SendFailure::Unavailable(unmentioned)), Ok(sent("m2")), Ok(sent("m3"))]
    );
    let ids = requests.iter().map(|request| request["Entries"].as_array().expect("entries").iter());
    let ids: Vec<Vec<_>> = ids.map(|entries| entries.map(|entry| entry["Id"].clone()).collect()).collect();
    assert_eq!(ids, [vec!["0", "1", "2", "3"], vec!["1", "3"], vec!["1"]]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_sqs_refuses_whole_is_sent_message_by_message() {
    let refusal = r#"{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"bad"}"#;
    let replies = [Reply::Answer(400, refusal), Reply::Answer(200, ACCEPTED), Reply::Answer(400, refusal)];
    let (results, requests) = send(&replies, &["a", "b"]).await;
    assert_eq!(results[0], Ok(sent("m0")));
    assert!(matches!(&results[1], Err(SendFailure::Refused(_))), "{results:?}");
    assert_eq!(requests.len(), 3);
}

/// Messages of an invocation that Lambda traces.
async fn send_traced(replies: &[Reply], bodies: &[&str]) -> (Vec<SendResult>, Vec<Vec<(String, bool)>>) {
    let connector = FakeConnector::new(replies);
    let messages =
        bodies.iter().map(|body| QueueMessage { trace_header: Some(TRACE.to_owned()), ..message(body) });
    let results = connector.aws().queue(URL).send(messages.collect()).await;
    let has_trace = |entry: &Value| {
        let header = &entry["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"];
        assert!(*header == TRACE || header.is_null(), "{header}");
        (entry["Id"].as_str().expect("an id").to_owned(), !header.is_null())
    };
    let requests = connector.bodies();
    let entries = requests.iter().map(|request| request["Entries"].as_array().expect("entries").iter());
    (results, entries.map(|entries| entries.map(has_trace).collect()).collect())
}

fn traced(id: &str) -> (String, bool) {
    (id.to_owned(), true)
}

fn untraced(id: &str) -> (String, bool) {
    (id.to_owned(), false)
}

#[tokio::test(start_paused = true)]
async fn a_trace_header_that_sqs_refuses_costs_no_event() {
    let refusal =
        r#"{"__type":"com.amazonaws.sqs#InvalidParameterValue","message":"AWSTraceHeader is invalid"}"#;
    let replies = [Reply::Answer(400, refusal), Reply::Answer(200, ACCEPTED)];
    let (results, requests) = send_traced(&replies, &["a"]).await;
    assert_eq!(results, [Ok(sent("m0"))]);
    assert_eq!(requests, [[traced("0")], [untraced("0")]]);
}

#[tokio::test(start_paused = true)]
async fn trace_headers_that_sqs_refuses_cost_a_batch_one_more_call() {
    let refusal =
        r#"{"__type":"com.amazonaws.sqs#InvalidParameterValue","message":"AWSTraceHeader is invalid"}"#;
    let accepted = r#"{"Successful":[{"Id":"0","MessageId":"m0","MD5OfMessageBody":"x"},
        {"Id":"1","MessageId":"m1","MD5OfMessageBody":"x"},{"Id":"2","MessageId":"m2","MD5OfMessageBody":"x"}]}"#;
    let replies = [Reply::Answer(400, refusal), Reply::Answer(200, accepted)];
    let (results, requests) = send_traced(&replies, &["a", "b", "c"]).await;
    assert_eq!(results, [Ok(sent("m0")), Ok(sent("m1")), Ok(sent("m2"))]);
    assert_eq!(requests, [["0", "1", "2"].map(traced), ["0", "1", "2"].map(untraced)]);
}

/// The others go without their traces.
#[tokio::test(start_paused = true)]
async fn a_message_for_which_sqs_refuses_a_traced_batch_takes_no_other_with_it() {
    let refusal = r#"{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"bad"}"#;
    let [refused, accepted] = [Reply::Answer(400, refusal), Reply::Answer(200, ACCEPTED)];
    let (results, requests) = send_traced(&[refused, refused, accepted, refused], &["a", "b"]).await;
    assert_eq!(results[0], Ok(sent("m0")));
    assert!(matches!(&results[1], Err(SendFailure::Refused(_))), "{results:?}");
    assert_eq!(requests[1..], [vec![untraced("0"), untraced("1")], vec![untraced("0")], vec![untraced("1")]]);
}

#[tokio::test(start_paused = true)]
async fn an_entry_refused_with_a_trace_header_is_sent_without_it() {
    let first = r#"{"Successful":[{"Id":"0","MessageId":"m0","MD5OfMessageBody":"x"}],"Failed":[
        {"Id":"1","Code":"InvalidAttributeValue","SenderFault":true},
        {"Id":"2","Code":"InternalError","SenderFault":false}]}"#;
    let second = r#"{"Successful":[{"Id":"1","MessageId":"m1","MD5OfMessageBody":"x"}]}"#;
    let third = r#"{"Successful":[{"Id":"2","MessageId":"m2","MD5OfMessageBody":"x"}]}"#;
    let replies = [first, second, third].map(|reply| Reply::Answer(200, reply));
    let (results, requests) = send_traced(&replies, &["a", "b", "c"]).await;
    assert_eq!(results, [Ok(sent("m0")), Ok(sent("m1")), Ok(sent("m2"))]);
    assert_eq!(requests[1..], [vec![untraced("1")], vec![traced("2")]]);
}

/// A message that is wrong by itself is quarantined, after one more call.
#[tokio::test(start_paused = true)]
async fn a_message_refused_without_a_trace_header_too_stays_refused() {
    let refusal = r#"{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"bad"}"#;
    let (results, requests) = send_traced(&[Reply::Answer(400, refusal)], &["a"]).await;
    assert!(matches!(&results[..], [Err(SendFailure::Refused(_))]), "{results:?}");
    assert_eq!(requests, [[traced("0")], [untraced("0")]]);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_no_reason_to_drop_the_trace_header() {
    let (results, requests) = send_traced(&[Reply::Answer(503, "{}")], &["a"]).await;
    assert!(matches!(&results[..], [Err(SendFailure::Unavailable(_))]), "{results:?}");
    assert!(requests.iter().all(|entries| *entries == [traced("0")]), "{requests:?}");
}

/// SQS has the message and its answer is lost: the deduplication id is the same, so SQS keeps one.
#[tokio::test(start_paused = true)]
async fn a_repeated_call_is_the_same_call() {
    for failure in [Reply::Drop, Reply::Hang, Reply::Answer(503, "{}")] {
        let (results, requests) = send(&[failure, Reply::Answer(200, ACCEPTED)], &["a"]).await;
        assert_eq!(results, [Ok(sent("m0"))], "{failure:?}");
        assert_eq!(requests[0]["Entries"][0]["MessageDeduplicationId"], "a");
        assert_eq!(requests[1..], requests[..1], "{failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_ends_the_sending_after_three_tries() {
    let bodies = vec!["a"; 100];
    let (results, requests) = send(&[Reply::Answer(503, "{}")], &bodies).await;
    assert_eq!(results.len(), 100);
    assert!(results.iter().all(|result| matches!(result, Err(SendFailure::Unavailable(_)))));
    assert!(requests.len() <= 3 * CONCURRENT_BATCHES, "{}", requests.len());
}

#[tokio::test(start_paused = true)]
async fn a_hanging_call_ends_within_three_quarters_of_the_deadline() {
    let start = Instant::now();
    let (results, requests) = send(&[Reply::Hang], &["a"]).await;
    assert!(matches!(&results[0], Err(SendFailure::Unavailable(_))), "{results:?}");
    assert!(start.elapsed() <= DEADLINE * 3 / 4 + Duration::from_millis(5), "{:?}", start.elapsed());
    assert_eq!(requests.len(), 2);
}
