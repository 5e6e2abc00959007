//! What a delivery costs, beside other contestants. `make bench` compares them, `make gate` holds counts of instructions
//! and allocations against recorded bounds, `make profile` shows where the instructions go.
#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a measuring program")]

mod callgrind;
mod certificates;
mod comparison;
mod contestant;
mod deliveries;
mod equality;
mod gate;
mod instance;
mod report;
mod services;
mod targets;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        None => comparison::run(false).await,
        Some("quick") => comparison::run(true).await,
        Some("gate") => gate::run().await,
        Some("profile") => gate::profile().await,
        Some(other) => panic!("`{other}` is none of `quick`, `gate` and `profile`"),
    }
}
