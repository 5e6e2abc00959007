//! The load test in small, for `make test`: some hundred deliveries, some at a time, over the emulators, and whatever is
//! sent is on the queue exactly once. Nothing is measured.

mod deliveries;
mod path;
mod sending;
mod tally;

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use deliveries::deliveries;
use path::{Cloud, Path};
use tally::Tally;

const DELIVERIES: usize = 300;

/// As many as there may be instances of each receiver, so that none is turned away.
const AT_ONCE: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_to_many_instances_at_once_is_queued_once() {
    let path = Path::open(Cloud::emulated("load").await, AT_ONCE).await;
    let sent = deliveries(&path.address(), DELIVERIES);
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    for notification in sent.clone() {
        let turn = Arc::clone(&turns).acquire_owned().await.unwrap();
        under_way.spawn(async move {
            let sent = sending::send(notification, Instant::now()).await;
            drop(turn);
            sent
        });
    }
    for sent in under_way.join_all().await {
        assert!(sent.took.is_some() && sent.requests == 1, "{sent:?}");
    }
    let remains = path.close().await;
    assert!((2..=2 * AT_ONCE).contains(&remains.starts.len()), "{:?}", remains.starts);
    assert_eq!(remains.failed, 0);
    assert_eq!(remains.log.iter().filter(|line| line.contains(r#""event":"delivery""#)).count(), DELIVERIES);
    let tally = Tally::of(&sent, &remains.queued);
    assert_eq!(tally.queued, tally.sent);
    assert!(tally.is_right(), "{tally:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tally_tells_what_is_lost_doubled_and_unknown() {
    let path = Path::open(Cloud::local().await, 1).await;
    let sent = deliveries(&path.address(), 3);
    for notification in &sent[..2] {
        assert!(sending::send(notification.clone(), Instant::now()).await.took.is_some());
    }
    let mut queued = path.close().await.queued;
    queued[1] = queued[0].clone();
    queued.push("{}".to_owned());
    let tally = Tally::of(&sent, &queued);
    assert_eq!((tally.sent, tally.queued), (3, 3));
    assert_eq!((tally.lost.len(), tally.doubled.len(), tally.unknown.len()), (2, 1, 1));
    assert!(!tally.is_right());
}
