//! Contestants that do the same work must send the same messages.

use serde_json::Value;

use crate::contestant::Contestant;
use crate::deliveries::Event;
use crate::instance::Instance;
use crate::services::Services;

/// Compares the messages of every contestant that sends with those of the first one. Raw deliveries, which only Hookpost
/// sends, have a schema.
pub(crate) async fn check(contestants: &[Contestant], events: &[Event], services: &Services) {
    let mut expected: Vec<Vec<Value>> = Vec::new();
    for contestant in contestants.iter().filter(|contestant| contestant.sends) {
        let instance = Instance::start(contestant, services, &services.http).await;
        for (number, event) in events.iter().enumerate() {
            let (_, mut messages) = instance.deliver(event, 1).await;
            messages.iter_mut().for_each(normalize);
            messages.retain(|message| message["MessageBody"]["schema"].is_null());
            // Batches that are sent at the same time arrive in any order.
            messages.sort_by_key(|message| message["MessageDeduplicationId"].to_string());
            let Some(first) = expected.get(number) else {
                expected.push(messages);
                continue;
            };
            for (first, other) in first.iter().zip(&messages) {
                let (event, name) = (event.name, contestant.name);
                assert!(first == other, "{event}: {name} sends\n{other}\nand not\n{first}");
            }
        }
    }
}

/// Bodies are compared as JSON, and what only numbers the messages of a batch is not compared. Of the trace header, the
/// parts are compared that Hookpost passes on when a trace is not sampled; others pass on the whole.
fn normalize(message: &mut Value) {
    message["Id"] = Value::Null;
    if let Some(header) = message.pointer_mut("/MessageSystemAttributes/AWSTraceHeader/StringValue") {
        let text = header.as_str().unwrap_or_default();
        *header = text.split_once(";Sampled=0").map_or(text, |(passed_on, _)| passed_on).into();
    }
    let body = message["MessageBody"].as_str().and_then(|body| serde_json::from_str(body).ok());
    message["MessageBody"] = body.expect("a body is JSON");
}
