//! The short form of `make scale`: the same scenarios at sizes that take seconds, with their bounds as counts of calls,
//! bytes and passes. The table of bounds is bounds.rs.

use std::time::Instant;
use hookpost_scale::scenarios::late::Late;
use hookpost_scale::scenarios::receivers::Load;
use hookpost_scale::scenarios::{healthy, late, operator, outage, receivers};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn probe() {
    let t = Instant::now();
    println!("{:?} {:?}", healthy::run(50, 1).await, t.elapsed());
    let t = Instant::now();
    println!("{:?} {:?}", receivers::run(Load { integrations: 40, instances: 1, rate: 20, seconds: 10 }).await, t.elapsed());
    let t = Instant::now();
    let late = Late { teams: 2, projects: 2, repositories: 10, minutes: 20, pushes: 20, latency: 200, most: 12 };
    println!("{:?} {:?}", late::run(late).await, t.elapsed());
    let t = Instant::now();
    println!("{:?} {:?}", outage::failures(500, 60, 200, 12).await, t.elapsed());
    let t = Instant::now();
    println!("{:?} {:?}", outage::creator_left(10, 200, 12).await, t.elapsed());
    let t = Instant::now();
    println!("{:?} {:?}", operator::life(10, 200).await, t.elapsed());
    let t = Instant::now();
    println!("{:?} {:?}", operator::beside_itself(40, 200).await, t.elapsed());
    let t = Instant::now();
    println!("{:?} {:?}", operator::throttled(10, 50).await, t.elapsed());
}
