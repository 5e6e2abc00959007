//! Contestants that do the same work must send the same messages.

use serde_json::Value;

use crate::contestant::Contestant;
use crate::deliveries::Event;
use crate::running::{Failure, Running};
use crate::stub::aws::Aws;
use crate::stub::certificates::Certificates;
use crate::stub::sqs::Message;

/// Has every contestant answer these deliveries, and compares what each sends with what the first one sent.
pub(crate) fn check(
    contestants: &[&Contestant],
    events: &[Event],
    aws: &Aws,
    certificates: &Certificates,
) -> Result<(), Failure> {
    let mut expected: Option<(&str, Vec<Vec<Message>>)> = None;
    for contestant in contestants {
        let running = Running::start(contestant, aws, certificates, &[])?;
        running.init()?;
        let mut sent = Vec::new();
        for event in events {
            aws.keep();
            running.answer(std::slice::from_ref(event), 1)?;
            // Batches under way at the same time arrive in any order.
            let mut messages = aws.kept();
            messages.sort_by(|one, other| one.deduplication.cmp(&other.deduplication));
            sent.push(messages);
        }
        match &expected {
            None => expected = Some((contestant.name, sent)),
            Some((first, expected)) => {
                let mut pairs = expected.iter().flatten().zip(sent.iter().flatten());
                if let Some(difference) = pairs.find_map(|(one, other)| difference(one, other)) {
                    return Err(running.failure(&format!("sends another message than {first}: {difference}")));
                }
            }
        }
    }
    Ok(())
}

/// What of two messages is not the same; bodies are compared as JSON.
fn difference(one: &Message, other: &Message) -> Option<String> {
    let json = |message: &Message| serde_json::from_str::<Value>(&message.body).ok();
    let (one_body, other_body) = (json(one), json(other));
    if one_body.is_none() || one_body != other_body {
        return Some(format!("its body is\n{}\nand not\n{}", other.body, one.body));
    }
    let around = |message: &Message| {
        format!("{:?} {:?} {:?}", message.group, message.deduplication, message.attributes)
    };
    (around(one) != around(other)).then(|| format!("it has {} and not {}", around(other), around(one)))
}
