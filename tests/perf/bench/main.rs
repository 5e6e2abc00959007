//! What a delivery costs, beside yardsticks and peers. `make bench` compares them, `make gate` holds counts of instructions
//! and allocations against recorded bounds, `make profile` shows where the instructions go.
#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a measuring program")]

mod aws;
mod bars;
mod callgrind;
mod certificates;
mod comparison;
mod contestant;
mod deliveries;
mod equality;
mod gate;
mod instance;
mod runtime_api;
mod server;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        None => comparison::run(comparison::FULL).await,
        Some("quick") => comparison::run(comparison::QUICK).await,
        Some("gate") => gate::run().await,
        Some("profile") => gate::profile().await,
        Some(other) => panic!("`{other}` is none of `quick`, `gate` and `profile`"),
    }
}
