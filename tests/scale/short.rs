//! The short form of `make scale`: bounds as counts of calls and bytes.

use hookpost_scale::scenarios::receivers::Load;
use hookpost_scale::scenarios::{healthy, receivers};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn probe() {
    println!("{:?}", healthy::run(3).await);
    println!("{:?}", receivers::run(Load { integrations: 5, instances: 1, rate: 20, seconds: 2 }).await);
}
