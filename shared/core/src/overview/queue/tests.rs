use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;

use super::*;
use crate::fakes::RecordingQueue;
use crate::fakes::received::ReceivedMessages;

type Queue = OverviewQueue<Arc<RecordingQueue>, ReceivedMessages>;

fn queue() -> Queue {
    let sender = Arc::<RecordingQueue>::default();
    OverviewQueue { receiver: ReceivedMessages::of(&sender), sender }
}

/// The fakes never wait.
fn finish<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the fakes never wait"),
    }
}

fn overview(second: i64) -> Overview {
    Overview { at: Timestamp::from_second(second).expect("a time"), integrations: Vec::new() }
}

fn count(queue: &Queue) -> usize {
    queue.sender.sent.lock().expect("not poisoned").len()
}

#[test]
fn the_overview_is_replaced_and_can_be_read_any_number_of_times() {
    let queue = queue();
    assert_eq!(finish(queue.read()), Ok(None), "before the first pass");
    for second in 1..=3 {
        finish(queue.replace(|last| {
            let expected = (second > 1).then(|| overview(second - 1));
            assert_eq!(last, expected);
            overview(second)
        }))
        .expect("written");
        assert_eq!(count(&queue), 1);
        for _ in 0..2 {
            assert_eq!(finish(queue.read()), Ok(Some(overview(second))));
        }
    }
}

#[test]
fn the_newest_of_several_counts_and_what_cannot_be_read_counts_as_none() {
    let queue = queue();
    for body in [r#"{"at":"2026-11-20T08:00:00Z","pages":1}"#, "broken"] {
        queue.sender.sent.lock().expect("not poisoned").push(QueueMessage {
            body: body.to_owned(),
            attributes: Vec::new(),
            fifo: None,
            trace_header: None,
        });
        assert_eq!(finish(queue.read()), Ok(None), "{body}");
    }
    for second in [7, 9, 8] {
        finish(queue.send(overview(second))).expect("sent");
    }
    assert_eq!(finish(queue.read()), Ok(Some(overview(9))));
    finish(queue.replace(|last| {
        assert_eq!(last, Some(overview(9)));
        overview(10)
    }))
    .expect("written");
    assert_eq!(count(&queue), 1);
}

#[test]
fn a_failed_write_leaves_the_overview_for_later() {
    let queue = queue();
    finish(queue.replace(|_| overview(1))).expect("written");
    let failure = SendFailure::Unavailable("RequestThrottled".to_owned());
    queue.sender.failures.lock().expect("not poisoned").insert(0, failure);
    let error = finish(queue.replace(|_| overview(2))).expect_err("SQS is busy");
    assert_eq!(error.to_string(), "the overview queue: SQS did not take the message: RequestThrottled");
    queue.receiver.end_visibility_timeout();
    assert_eq!(finish(queue.read()), Ok(Some(overview(1))));
}
